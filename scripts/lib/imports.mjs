/**
 * The imports of the project's TypeScript files, read from their text.
 *
 * Biome formats every file and `verbatimModuleSyntax` makes `import type` explicit, so an import statement always begins
 * a line and says whether it is there at run time. The well-known tool for this, dependency-cruiser, needs a TypeScript
 * older than 7 to read these files at all, and finds nothing without saying so.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

const statement = /^(import|export)\s+(type\s)?[^'"`;]*?from\s*'([^']+)'/gm;
const bareImport = /^import\s*'([^']+)'/gm;
const dynamicImport = /\b(?:import|require)\(\s*'([^']+)'\s*\)/g;
const comment = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/**
 * @typedef {object} Import
 * @property {string} from importing file, from the root
 * @property {string} to imported file from the root; for a package or a Node module its name as written
 * @property {'value' | 'type' | 'dynamic'} kind
 * @property {boolean} local whether `to` is a file of the project
 */

/** All .ts files below the given folders, from the root, sorted. */
export function sourceFiles(folders) {
	return folders
		.filter((folder) => existsSync(path.join(root, folder)))
		.flatMap((folder) => {
			const names = readdirSync(path.join(root, folder), { recursive: true });
			return names.map((name) => path.posix.join(folder, name.split(path.sep).join('/')));
		})
		.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
		.sort();
}

/**
 * The imports of one file, in no particular order.
 * @returns {Import[]}
 */
export function importsOf(file) {
	const text = readFileSync(path.join(root, file), 'utf8').replace(comment, '');
	const found = [
		...[...text.matchAll(statement)].map((match) => ({ kind: match[2] ? 'type' : 'value', name: match[3] })),
		...[...text.matchAll(bareImport)].map((match) => ({ kind: 'value', name: match[1] })),
		...[...text.matchAll(dynamicImport)].map((match) => ({ kind: 'dynamic', name: match[1] })),
	];
	return found.map(({ kind, name }) => ({ from: file, kind, ...resolve(file, name) }));
}

function resolve(file, name) {
	if (!name.startsWith('.')) {
		return { to: name, local: false };
	}
	const base = path.posix.join(path.posix.dirname(file), name);
	// Langium's generated code names its neighbours as .js, which TypeScript takes for the .ts beside it.
	const candidates = [`${base}.ts`, base.replace(/\.js$/, '.ts'), `${base}/index.ts`, base, `${base}.d.ts`];
	return {
		to: candidates.find((candidate) => /\.\w+$/.test(candidate) && existsSync(path.join(root, candidate))) ?? base,
		local: true,
	};
}
