/** The bundles of the extension, as esbuild options. ARCHITECTURE.md tells why there are several. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sequenceOnlyMermaid } from './mermaidPlugin.mjs';
import { root } from './paths.mjs';
import { Failure, say } from './progress.mjs';

/** beautiful-mermaid lays out flow charts with elkjs (1.4 MiB); the sequence diagrams used here never reach it. */
export const withoutElk = {
	name: 'without-elk',
	setup(build) {
		build.onResolve({ filter: /^elkjs(\/|$)/ }, () => ({ path: 'elkjs', namespace: 'without-elk' }));
		build.onLoad({ filter: /.*/, namespace: 'without-elk' }, () => ({
			contents:
				"export default class ELK { constructor() { throw new Error('this build draws sequence diagrams only'); } }",
		}));
	},
};

/**
 * Langium's workspace knows two names of the protocol, which a parser never asks for; the protocol's library takes longer to
 * load than everything else of Langium.
 */
const protocolWhenAsked = {
	name: 'protocol-when-asked',
	setup(build) {
		const protocol = /^vscode-languageserver-protocol$/;
		build.onResolve({ filter: protocol }, ({ importer, path: asked }) =>
			/langium\/lib\/workspace\/document-builder\.js$/.test(importer.replaceAll('\\', '/'))
				? { path: asked, namespace: 'when-asked' }
				: undefined,
		);
		build.onLoad({ filter: protocol, namespace: 'when-asked' }, () => ({
			contents: `const protocol = () => require('vscode-languageserver-protocol');
				module.exports = {
					get LSPErrorCodes() { return protocol().LSPErrorCodes; },
					get ResponseError() { return protocol().ResponseError; },
				};`,
			resolveDir: path.join(root, 'node_modules/langium/lib/workspace'),
		}));
	},
};

/** Escapes what esbuild leaves in regular expressions and comments: a file of ASCII is read ten times faster. */
const asciiOnly = {
	name: 'ascii-only',
	setup(build) {
		build.initialOptions.write = false;
		build.onEnd(({ outputFiles = [] }) => {
			for (const { path: file, contents } of outputFiles)
				writeFileSync(file, file.endsWith('.js') ? ascii(contents) : contents);
		});
	},
};

function ascii(contents) {
	const text = Buffer.from(contents).toString('utf8');
	return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const nodeBundle = {
	platform: 'node',
	format: 'cjs',
	// VS Code 1.91, the oldest one supported, runs extensions on Node 20.
	target: 'node20',
	plugins: [withoutElk],
	// Prefer ES modules: the CommonJS builds of some language server packages are UMD, which bundles badly.
	mainFields: ['module', 'main'],
};

/** What `server/cachedBundle.ts` loads. */
const cachedBundle = { ...nodeBundle, plugins: [withoutElk, protocolWhenAsked, asciiOnly] };

/** `../servers` is a bundle of its own, beside the one that asks for it. */
const withServers = {
	...nodeBundle,
	plugins: [
		{
			name: 'servers-beside',
			setup(build) {
				build.onResolve({ filter: /^\.\.\/servers$/ }, () => ({ path: './servers.js', external: true }));
			},
		},
	],
};

/** `./renderer` is a module of its own, beside the page's script. */
const rendererBeside = {
	name: 'renderer-beside',
	setup(build) {
		build.onResolve({ filter: /^\.\/renderer$/ }, () => ({ path: './renderer.js', external: true }));
	},
};

const bundles = [
	{
		entry: 'extension/extension.ts',
		outfile: 'dist/extension.js',
		// `import('./languageClient')` becomes a `require` of the bundle below, so that it is loaded only when it is needed.
		options: { ...nodeBundle, external: ['vscode', './languageClient'], supported: { 'dynamic-import': false } },
	},
	{
		entry: 'extension/languageClient.ts',
		outfile: 'dist/languageClient.js',
		options: { ...nodeBundle, external: ['vscode'] },
	},
	{ entry: 'server/servers.ts', outfile: 'dist/servers.js', options: cachedBundle },
	{ entry: 'server/debug/process.ts', outfile: 'dist/debugAdapter.js', options: withServers },
	{ entry: 'server/language/process.ts', outfile: 'dist/languageServer.js', options: withServers },
	{ entry: 'server/cli/commands.ts', outfile: 'dist/commands.js', options: cachedBundle },
	{
		entry: 'server/cli/main.ts',
		outfile: 'dist/cli.js',
		options: { ...nodeBundle, banner: { js: '#!/usr/bin/env node' } },
		executable: true,
	},
	{
		entry: 'webview/main.ts',
		outfile: 'dist/webview.js',
		options: {
			platform: 'browser',
			format: 'iife',
			target: 'chrome124',
			plugins: [rendererBeside],
			tsconfig: 'webview/tsconfig.json',
		},
	},
	{
		// What needs Mermaid, as a module that the page imports when it draws.
		entry: 'webview/renderer/index.ts',
		outfile: 'dist/renderer.js',
		options: {
			platform: 'browser',
			format: 'esm',
			target: 'chrome124',
			plugins: [sequenceOnlyMermaid()],
			tsconfig: 'webview/tsconfig.json',
		},
	},
	{ entry: 'webview/style.css', outfile: 'dist/webview.css', options: { platform: 'browser', external: ['*.ttf'] } },
];

/** While the sources are still being written, SANFLOW_PARTIAL=1 skips entries that do not exist yet. */
export function isPartial() {
	return process.env.SANFLOW_PARTIAL === '1';
}

/**
 * The bundles to build.
 * @param {{ production: boolean }} mode
 * @returns {{ outfile: string, executable: boolean, options: import('esbuild').BuildOptions }[]}
 */
export function productBundles({ production }) {
	return bundles
		.filter(({ entry }) => isThere(entry))
		.map(({ entry, outfile, options, executable = false }) => ({
			outfile,
			executable,
			options: {
				...options,
				...(options.tsconfig && !existsSync(path.join(root, options.tsconfig)) ? { tsconfig: 'tsconfig.json' } : {}),
				absWorkingDir: root,
				entryPoints: [entry],
				outfile,
				bundle: true,
				minify: production,
				// The packaged extension has no source maps: they would be most of its size.
				sourcemap: production ? false : 'linked',
				legalComments: 'none',
				metafile: true,
				logLevel: 'silent',
			},
		}));
}

function isThere(entry) {
	if (existsSync(path.join(root, entry))) {
		return true;
	}
	// webview/main.ts may import its style sheets itself; then esbuild writes dist/webview.css beside it.
	if (entry.endsWith('.css')) {
		return false;
	}
	if (!isPartial()) {
		throw new Failure(`${entry} does not exist (SANFLOW_PARTIAL=1 skips what is not written yet)`);
	}
	say(`skipped: ${entry} does not exist`);
	return false;
}
