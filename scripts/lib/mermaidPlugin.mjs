/**
 * Cuts Mermaid down to sequence diagrams, the only kind that SANFlow draws (5.2 MiB become about 0.5 MiB).
 *
 * Mermaid's published chunks carry the names of their source files in comments (`// src/diagrams/gantt/…`). A chunk is
 * kept when all of its sources are on an allow-list; any other chunk becomes a module with the same exports that throw.
 * Deciding by source file rather than by chunk name keeps this true over Mermaid's hashed file names.
 * After the build, `assertSequenceOnly` fails when anything outside the allow-lists got in.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './progress.mjs';

const chunkFolder = /[\\/]mermaid[\\/]dist[\\/]chunks[\\/]mermaid\.core[\\/]/;

/** Sources that a sequence diagram needs: its own, the shared drawing and configuration code, and the entry. */
const neededSources = [
	/^diagrams\/(sequence|common)\//,
	/^diagram-api\//,
	/^(themes|schemas|utils)\//,
	/^(assignWithDepth|config|defaultConfig|errors|internals|logger|setupGraphViewbox|styles|utils)\.[jt]s$/,
	/^rendering-util\/(icons|render|selectSvgElement)\.ts$/,
];

/** Chunks whose bundled sources are not Mermaid's own and so have no such comment: js-yaml and the bundler's runtime. */
const sourcelessChunk = /^chunk-/;

/** Packages that may be in the webview bundle because of Mermaid. */
const neededPackages = new Set([
	'@braintree/sanitize-url',
	'@iconify/utils',
	'd3-dispatch',
	'd3-path',
	'd3-selection',
	'd3-shape',
	'dayjs',
	'dompurify',
	'es-toolkit',
	'khroma',
	'mermaid',
	'stylis',
	'ts-dedent',
]);

/** Packages that the webview's own code may use. */
const ownPackages = new Set(['@tanstack/virtual-core', '@vscode/codicons', '@vscode/l10n']);

/** True when a chunk of Mermaid belongs to sequence diagrams. */
function isNeeded(file, text) {
	const sources = [...text.matchAll(/^\/\/ src\/(\S+)/gm)].map((match) => match[1]);
	if (sources.length === 0) {
		return sourcelessChunk.test(path.basename(file));
	}
	return sources.every((source) => neededSources.some((pattern) => pattern.test(source)));
}

/** A module with the exports of `text`, each a function that says that it is not there. */
function hollow(text) {
	const list = /export \{([^}]*)\};?\s*$/.exec(text)?.[1] ?? '';
	const names = list
		.split(',')
		.map((item) =>
			item
				.trim()
				.split(/\s+as\s+/)
				.at(-1),
		)
		.filter(Boolean);
	const absent = "const absent = () => { throw new Error('this build of Mermaid draws sequence diagrams only'); };";
	return `${absent}\nexport { ${names.map((name) => `absent as ${name}`).join(', ')} };`;
}

/** The esbuild plugin for the webview bundle. */
export function sequenceOnlyMermaid() {
	return {
		name: 'sequence-only-mermaid',
		setup(build) {
			const state = { kept: [], hollowed: [] };
			build.onStart(() => {
				state.kept.length = 0;
				state.hollowed.length = 0;
			});
			build.onLoad({ filter: chunkFolder }, ({ path: file }) => {
				const text = readFileSync(file, 'utf8');
				const needed = isNeeded(file, text);
				(needed ? state.kept : state.hollowed).push(path.basename(file));
				return { contents: needed ? text : hollow(text), loader: 'js' };
			});
			// KaTeX sets formulas in labels, which our labels never hold.
			build.onResolve({ filter: /^katex$/ }, () => ({ path: 'katex', namespace: 'left-out' }));
			build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export default undefined;' }));
			// The d3 package pulls in thirty modules; what is kept of Mermaid uses names of these two only.
			build.onResolve({ filter: /^d3$/ }, ({ resolveDir }) => ({
				path: 'd3',
				namespace: 'small-d3',
				pluginData: resolveDir,
			}));
			build.onLoad({ filter: /.*/, namespace: 'small-d3' }, ({ pluginData }) => ({
				contents: "export * from 'd3-selection'; export * from 'd3-shape';",
				resolveDir: pluginData,
			}));
			build.onEnd(({ metafile }) => {
				const usesMermaid = Object.keys(metafile?.inputs ?? {}).some((input) => input.includes('/mermaid/dist/'));
				const hasSequence = state.kept.some((name) => name.startsWith('sequenceDiagram-'));
				if (usesMermaid && (!hasSequence || state.hollowed.length < 30)) {
					throw new Failure('the layout of the mermaid package changed: revise scripts/lib/mermaidPlugin.mjs');
				}
			});
		},
	};
}

/** Fails when the webview bundle holds a package, or a part of Mermaid, that is not on an allow-list. */
export function assertSequenceOnly(metafile, bundle) {
	const inputs = metafile.outputs[bundle]?.inputs ?? {};
	const foreign = new Set();
	for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
		const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
		if (name === undefined || bytesInOutput === 0) {
			continue;
		}
		if (!neededPackages.has(name) && !ownPackages.has(name)) {
			foreign.add(name);
		}
		// A hollowed chunk that is only imported dynamically leaves its few bytes; a whole one would leave kilobytes.
		if (chunkFolder.test(file) && bytesInOutput > 4096 && !isNeeded(file, readFileSync(file, 'utf8'))) {
			foreign.add(file);
		}
	}
	if (foreign.size > 0) {
		throw new Failure(
			`the webview bundle holds what it must not: ${[...foreign].join(', ')}.\n` +
				'If it is needed, add it to the allow-list in scripts/lib/mermaidPlugin.mjs; else find out who imports it.',
		);
	}
}
