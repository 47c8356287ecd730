/**
 * Bundles test files for mocha: `test/unit/trace/log.test.ts` becomes `out/test/unit/trace/log.test.mjs`.
 *
 * They are ES modules with shared chunks, so that sources and packages that many tests use are bundled once; a whole
 * group takes a fraction of a second. Packages that find files beside themselves stay outside.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { withoutElk } from './bundles.mjs';
import { root } from './paths.mjs';
import { Failure } from './progress.mjs';

/** The groups that `npm test` runs in mocha, in this order. */
export const groups = ['unit', 'cli', 'golden', 'dap', 'lsp', 'web', 'e2e'];

const outside = [
	'mocha',
	'esbuild',
	'playwright-core',
	'fast-check',
	'axe-core',
	'vscode-tmgrammar-test',
	'typescript',
];

/** Bundled CommonJS packages call `require` for Node's modules; an ES module has none of its own. */
const requireBanner =
	"import { createRequire as sanflowCreateRequire } from 'node:module'; const require = sanflowCreateRequire(import.meta.url);";

const staleAfterMs = 10 * 60 * 1000;

/**
 * The test files of a group.
 * @param {string} group
 * @param {readonly string[]} [only] paths (files or folders, from the root); without any, the whole group
 * @returns {string[]} paths from the root
 */
export function testFiles(group, only = []) {
	const folder = path.join(root, 'test', group);
	const names = readdirIfThere(folder).filter((name) => name.endsWith('.test.ts'));
	const files = names.map((name) => path.posix.join('test', group, name.split(path.sep).join('/'))).sort();
	if (only.length === 0) {
		return files;
	}
	const wanted = only.map((given) => path.relative(root, path.resolve(given)).split(path.sep).join('/'));
	return files.filter((file) => wanted.some((prefix) => file === prefix || file.startsWith(`${prefix}/`)));
}

function readdirIfThere(folder) {
	try {
		return readdirSync(folder, { recursive: true });
	} catch {
		return [];
	}
}

/**
 * Bundles test files of one group.
 * @returns {Promise<string[]>} the bundles, absolute, in the order of `files`
 */
export async function bundleTests(group, files) {
	const outdir = path.join(root, 'out/test', group);
	const result = await build({
		entryPoints: files,
		outbase: path.join(root, 'test', group),
		outdir,
		outExtension: { '.js': '.mjs' },
		format: 'esm',
		splitting: true,
		chunkNames: 'chunks/[name]-[hash]',
		banner: { js: requireBanner },
		external: [...outside, 'vscode'],
	});
	dropStaleChunks(path.join(outdir, 'chunks'), result.metafile);
	return files.map((file) => path.join(root, 'out', file.replace(/\.ts$/, '.mjs')));
}

/** Bundles the suite that runs inside the extension host, where `vscode` is the editor's own and mocha stays outside. */
export async function bundleSuite() {
	await build({
		entryPoints: ['test/suite/index.ts'],
		outfile: path.join(root, 'out/suite/index.js'),
		format: 'cjs',
		external: ['vscode', 'mocha'],
		plugins: [withoutElk, suiteFiles],
	});
}

/** Bundles one program of test/ (a benchmark runner) as an ES module; returns its path. */
export async function bundleProgram(entry, outfile) {
	const target = path.join(root, outfile);
	await build({
		entryPoints: [entry],
		outfile: target,
		format: 'esm',
		banner: { js: requireBanner },
		external: outside,
		define: { 'process.env.NODE_ENV': '"production"' },
	});
	return target;
}

/** `import 'suite-files'` stands for every test/suite/*.test.ts, so that a new file needs no list to be kept. */
const suiteFiles = {
	name: 'suite-files',
	setup(build) {
		build.onResolve({ filter: /^suite-files$/ }, () => ({ path: 'suite-files', namespace: 'suite-files' }));
		build.onLoad({ filter: /.*/, namespace: 'suite-files' }, () => ({
			contents: testFiles('suite')
				.map((file) => `require(${JSON.stringify(path.join(root, file))});`)
				.join('\n'),
			resolveDir: root,
		}));
	},
};

async function build(options) {
	try {
		return await esbuild.build({
			absWorkingDir: root,
			bundle: true,
			platform: 'node',
			target: 'node20',
			mainFields: ['module', 'main'],
			sourcemap: 'linked',
			metafile: true,
			logLevel: 'silent',
			plugins: [withoutElk],
			...options,
		});
	} catch (error) {
		const lines = await esbuild.formatMessages(error.errors ?? [], { kind: 'error', color: process.stdout.isTTY });
		throw lines.length > 0 ? new Failure(lines.join('\n')) : error;
	}
}

/** Chunk names hold a hash, so each change leaves the old file behind. Younger ones may be in use by another run. */
function dropStaleChunks(folder, metafile) {
	const current = new Set(Object.keys(metafile.outputs).map((file) => path.resolve(root, file)));
	for (const name of readdirIfThere(folder)) {
		const file = path.join(folder, name);
		const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
		if (!current.has(file) && age > staleAfterMs) {
			rmSync(file, { force: true });
		}
	}
}
