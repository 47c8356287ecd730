/**
 * Import direction: the rooms and arrows of ARCHITECTURE.md, as a check. An arrow that runs back, a cycle, or an import
 * that does not belong in a room is printed and fails `npm run check`.
 */
import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf, sourceFiles } from './lib/imports.mjs';
import { root } from './lib/paths.mjs';
import { Failure, main, say } from './lib/progress.mjs';

/** What each room of server/ may import beside itself and server/protocol. */
const mayImport = {
	protocol: ['trace', 'winsock'],
	winsock: [],
	trace: [],
	simulation: ['trace'],
	stack: ['trace', 'simulation', 'winsock'],
	scenario: ['trace', 'simulation', 'stack', 'winsock', 'rules'],
	rules: ['trace', 'winsock'],
	sequence: ['trace', 'winsock'],
	debug: ['trace', 'simulation', 'scenario', 'sequence', 'winsock', 'rules'],
	language: ['scenario', 'winsock', 'rules'],
	cli: ['trace', 'simulation', 'winsock', 'stack', 'scenario', 'rules', 'sequence', 'debug', 'language'],
};

/** Rooms that must also run in a browser's worker. A file named node….ts is where such a room meets the file system. */
const coreRooms = ['protocol', 'winsock', 'trace', 'simulation', 'stack', 'scenario', 'rules', 'sequence'];

/** Loaded when the first scenario is opened or run, never at activation: each costs tens of milliseconds. */
const lateAtActivation = /^(vscode-languageclient|@vscode\/debugadapter|langium)(\/|$)/;

function roomOf(file) {
	return /^server\/([^/]+)\//.exec(file)?.[1];
}

/** The rules: each tells what is wrong with one import, or nothing. */
const rules = [
	function roomsOfServer({ from, to, local }) {
		const [room, target] = [roomOf(from), roomOf(to)];
		if (!local || room === undefined || target === undefined || target === room || target === 'protocol') {
			return undefined;
		}
		return mayImport[room]?.includes(target) ? undefined : `room ${room} may not import room ${target}`;
	},
	function knownRooms({ from }) {
		const room = roomOf(from);
		return room === undefined || room in mayImport
			? undefined
			: `room ${room} has no row in scripts/importDirection.mjs`;
	},
	function protocolIsTypesOnly({ from, kind, local, to }) {
		const leaves = roomOf(from) === 'protocol' && local && roomOf(to) !== 'protocol';
		return leaves && kind !== 'type' ? 'server/protocol takes only types from elsewhere' : undefined;
	},
	function vscodeOnlyInExtension({ from, to }) {
		return to === 'vscode' && !/^(extension|test\/suite)\//.test(from) ? 'only extension/ imports vscode' : undefined;
	},
	function serverStandsAlone({ from, to, local }) {
		const foreign = local && from.startsWith('server/') && !to.startsWith('server/');
		return foreign ? 'server/ imports nothing outside server/' : undefined;
	},
	function webviewTakesProtocolOnly({ from, to, local }) {
		const foreign = local && from.startsWith('webview/') && !/^(webview|server\/protocol)\//.test(to);
		return foreign ? 'webview/ imports only itself and server/protocol' : undefined;
	},
	function extensionRunsNoEngine({ from, to, kind, local }) {
		const engine = /^server\/(?!protocol\/|scenario\/literals\.ts$)/.test(to) || to.startsWith('webview/');
		const foreign = local && from.startsWith('extension/') && (engine || /^(test|scripts)\//.test(to));
		return foreign && kind !== 'type' ? 'extension/ takes only types and server/protocol' : undefined;
	},
	function coreUsesNoNode({ from, to, local }) {
		const core = coreRooms.includes(roomOf(from)) && !path.posix.basename(from).startsWith('node');
		return core && !local && isBuiltin(to) ? 'core rooms use no Node module' : undefined;
	},
	function leadsSomewhere({ to, local }) {
		return local && !existsSync(path.join(root, to)) ? 'there is no such file' : undefined;
	},
];

/** Cycles of imports that exist at run time; each is found once, from its first file. */
function cycles(graph) {
	const state = new Map();
	const found = [];
	const visit = (file, trail) => {
		state.set(file, 'open');
		for (const next of graph.get(file) ?? []) {
			if (state.get(next) === 'open') {
				found.push([...trail.slice(trail.indexOf(next)), next]);
			} else if (!state.has(next)) {
				visit(next, [...trail, next]);
			}
		}
		state.set(file, 'done');
	};
	for (const file of graph.keys()) {
		if (!state.has(file)) {
			visit(file, [file]);
		}
	}
	return found;
}

/** Everything that is loaded as soon as `entry` is, as a map from what is loaded to who loads it. */
function loadedWith(entry, imports) {
	const loader = new Map([[entry, undefined]]);
	for (const file of loader.keys()) {
		for (const { to } of imports.filter((one) => one.from === file && one.kind === 'value')) {
			if (!loader.has(to)) {
				loader.set(to, file);
			}
		}
	}
	return loader;
}

/**
 * Checks all imports.
 * @returns {{ problems: string[], imports: number }}
 */
export function checkImports() {
	const imports = sourceFiles(['extension', 'server', 'webview', 'test']).flatMap(importsOf);
	const problems = imports.flatMap((one) => {
		return rules.flatMap((rule) => {
			const problem = rule(one);
			return problem === undefined ? [] : [`${one.from} → ${one.to}: ${problem}`];
		});
	});
	const graph = new Map();
	for (const { from, to, kind, local } of imports) {
		if (local && kind === 'value') {
			graph.set(from, [...(graph.get(from) ?? []), to]);
		}
	}
	for (const cycle of cycles(graph)) {
		problems.push(`cycle: ${cycle.join(' → ')}`);
	}
	for (const [name, loader] of loadedWith('extension/extension.ts', imports)) {
		if (lateAtActivation.test(name)) {
			problems.push(`${loader} → ${name}: loaded at activation; import() it where it is needed`);
		}
	}
	return { problems, imports: imports.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await main(async () => {
		const { problems, imports } = checkImports();
		if (imports === 0) {
			throw new Failure('no import was found: the check itself is broken');
		}
		if (problems.length > 0) {
			throw new Failure(`${[...new Set(problems)].join('\n')}\n${new Set(problems).size} import problems`);
		}
		say(`${imports} imports run the right way`);
	});
}
