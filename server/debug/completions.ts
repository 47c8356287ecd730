/** What can be typed at a place in the debug console: names of the moment, members after a dot, questions, commands. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { wsaErrorNames } from '../winsock/errors';
import { commandWords } from './consoleCommands';
import type { Debuggee } from './debuggee';
import { RequestError } from './errors';
import { type Place, questionNames } from './evaluate';
import { functionNames } from './functionName';

type Item = DebugProtocol.CompletionItem;
type ItemType = NonNullable<Item['type']>;

interface Candidate {
	readonly name: string;
	readonly type: ItemType;
}

/** Questions that take the name of a record. */
const ofRecords: ReadonlySet<string> = new Set(['last', 'first', 'count']);

/**
 * @param text what has been typed
 * @param column where in it, from 0
 * @returns the items; `start` counts from 0
 */
export function completionsAt(text: string, column: number, place: Place, debuggee: Debuggee): readonly Item[] {
	const before = text.slice(0, Math.max(0, column));
	const typed = /[A-Za-z_][\w.]*$/.exec(before)?.[0] ?? '';
	const dot = typed.lastIndexOf('.');
	const start = typed.slice(dot + 1);
	const lead = before.slice(0, before.length - typed.length);
	const candidates = commandArguments(lead, dot < 0 ? '' : typed.slice(0, dot + 1), debuggee) ?? named();
	const known = new Map(candidates.map((candidate) => [candidate.name, candidate]));
	return [...known.values()]
		.filter(({ name }) => name.toLowerCase().startsWith(start.toLowerCase()))
		.map(({ name, type }) => ({ label: name, type, start: column - start.length, length: start.length }));

	function named(): readonly Candidate[] {
		if (dot >= 0) return memberNames(typed.slice(0, dot), place, debuggee).map((name) => ({ name, type: 'property' }));
		const question = /([a-z]+)\(\s*$/.exec(lead)?.[1] ?? '';
		if (ofRecords.has(question)) return recordNames(debuggee, place);
		const isFirst = lead.trim() === '';
		return [...topNames(place, debuggee), ...(isFirst ? words() : [])];
	}
}

function words(): readonly Candidate[] {
	return commandWords.map((name) => ({ name, type: 'keyword' as const }));
}

/** What a command takes; undefined if no command stands before. @param path the parts of a name that are typed already */
function commandArguments(lead: string, path: string, { reader }: Debuggee): readonly Candidate[] | undefined {
	const word = /^\s*(\w+)\s+$/.exec(lead)?.[1];
	const names = reader.trace.components.all();
	const below = (wanted: readonly string[], type: ItemType): readonly Candidate[] =>
		wanted.filter((name) => name.startsWith(path)).map((name) => ({ name: name.slice(path.length), type }));
	switch (word) {
		case 'return':
			return below(wsaErrorNames, 'enum');
		case 'down':
		case 'up': {
			const nics = names.filter((name) => name.endsWith('.nic')).map((name) => name.slice(0, -'.nic'.length));
			return below([...nics, ...nics.map((nic) => nic.split('.')[0] as string)], 'module');
		}
		case 'crash':
			return below(
				names.filter((name) => name.includes('.')),
				'reference',
			);
		default:
			return undefined;
	}
}

function topNames(place: Place, { reader, evaluator }: Debuggee): readonly Candidate[] {
	const hosts = reader.trace.components.all().map((name) => name.split('.')[0] as string);
	const questions: ReadonlySet<string> = new Set(questionNames);
	return [
		...evaluator
			.namesAt(place)
			.map((name): Candidate => ({ name, type: questions.has(name) ? 'function' : 'variable' })),
		...hosts.map((name): Candidate => ({ name, type: 'module' })),
		{ name: 'help', type: 'keyword' },
	];
}

/** Names of the records so far, and of all calls there are. */
function recordNames({ reader }: Debuggee, { seq }: Place): readonly Candidate[] {
	const present = new Set<string>();
	// Notes and messages have names of several words, which are written as texts: `last("session negotiated")`.
	for (let at = seq; at >= 0 && at > seq - recordsLooked; at--) present.add(reader.name(at));
	const single = [...present].filter((name) => /^\w+$/.test(name));
	return [...single, ...functionNames].map((name) => ({ name, type: 'function' as const }));
}

const recordsLooked = 2000;

function memberNames(object: string, place: Place, { evaluator }: Debuggee): readonly string[] {
	try {
		return evaluator.membersOf(evaluator.evaluate(object, place), place);
	} catch (error) {
		if (error instanceof RequestError) return [];
		throw error;
	}
}
