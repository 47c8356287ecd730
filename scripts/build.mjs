/**
 * Builds the extension's bundles into dist/.
 *   node scripts/build.mjs [--production] [--watch]
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { productBundles } from './lib/bundles.mjs';
import { ensureLanguage } from './lib/langium.mjs';
import { assertSequenceOnly } from './lib/mermaidPlugin.mjs';
import { root } from './lib/paths.mjs';
import { Failure, kib, main, say } from './lib/progress.mjs';

const dist = path.join(root, 'dist');

/** Assets that the webview loads beside its bundle. */
const assets = [
	['node_modules/@vscode/codicons/dist/codicon.css', 'dist/codicon.css'],
	['node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/codicon.ttf'],
];

function copyAssets() {
	mkdirSync(dist, { recursive: true });
	for (const [from, to] of assets) {
		copyFileSync(path.join(root, from), path.join(root, to));
	}
}

/** esbuild's messages as a compiler prints them; a build that failed is a `Failure`. */
async function bundle(options) {
	try {
		return await esbuild.build(options);
	} catch (error) {
		const lines = await esbuild.formatMessages(error.errors ?? [], { kind: 'error', color: process.stdout.isTTY });
		throw lines.length > 0 ? new Failure(lines.join('\n')) : error;
	}
}

/**
 * Builds all bundles once and prints their sizes.
 * @param {{ production: boolean }} mode
 */
export async function buildProduct(mode) {
	await ensureLanguage();
	copyAssets();
	const results = await Promise.all(
		productBundles(mode).map(async (item) => ({ ...item, result: await bundle(item.options) })),
	);
	for (const { outfile, executable, result } of results) {
		for (const warning of await esbuild.formatMessages(result.warnings, { kind: 'warning' })) {
			console.warn(warning);
		}
		if (outfile === 'dist/renderer.js') {
			assertSequenceOnly(result.metafile, outfile);
		}
		if (executable) {
			chmodSync(path.join(root, outfile), 0o755);
		}
	}
	writeMetafile(results);
	printSizes(results, mode);
}

/** For `esbuild --analyze` and for the test of what each bundle holds. */
function writeMetafile(results) {
	const merged = { inputs: {}, outputs: {} };
	for (const { result } of results) {
		Object.assign(merged.inputs, result.metafile.inputs);
		Object.assign(merged.outputs, result.metafile.outputs);
	}
	mkdirSync(path.join(root, 'out'), { recursive: true });
	writeFileSync(path.join(root, 'out/metafile.json'), JSON.stringify(merged));
}

function printSizes(results, { production }) {
	const files = results.flatMap(({ result }) => Object.keys(result.metafile.outputs));
	const sizes = files
		.filter((file) => !file.endsWith('.map') && existsSync(path.join(root, file)))
		.map((file) => `${path.basename(file)} ${kib(statSync(path.join(root, file)).size)}`);
	say(`built${production ? ' (production)' : ''}: ${sizes.join(', ') || 'nothing'}`);
}

/** Rebuilds on every change until interrupted. */
async function watch() {
	await ensureLanguage();
	copyAssets();
	const report = {
		name: 'report',
		setup(build) {
			build.onEnd(async ({ errors }) => {
				for (const text of await esbuild.formatMessages(errors, { kind: 'error', color: process.stdout.isTTY })) {
					console.error(text);
				}
				say(`${build.initialOptions.outfile}: ${errors.length === 0 ? 'built' : 'failed'}`);
			});
		},
	};
	for (const { options } of productBundles({ production: false })) {
		const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), report] });
		await context.watch();
	}
	// The line that .vscode/tasks.json waits for.
	say('watching for changes');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { values } = parseArgs({
		options: { production: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } },
	});
	await main(() => (values.watch ? watch() : buildProduct({ production: values.production })));
}
