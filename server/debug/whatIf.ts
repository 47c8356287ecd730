/** From what a user wants to be different to an intervention in the run: checks that it makes sense, and names it. */
import { durationText } from '../simulation/time';
import { CALL, MESSAGE, RETURN, type Value } from '../trace';
import { isWsaError } from '../winsock/errors';
import type { WhatIf } from './branches';
import { readCommand } from './consoleCommands';
import type { Debuggee } from './debuggee';
import { RequestError } from './errors';
import { valueText } from './recordText';
import { RequestArguments } from './requestArguments';
import { nicOf } from './role';

/** What an entry of the Variables view stands for where it can be set. */
export type Settable =
	| { readonly kind: 'variable'; readonly object: number; readonly name: string }
	/** The outcome of a call. */
	| { readonly kind: 'return'; readonly call: number }
	/** What a call hands over. */
	| { readonly kind: 'output'; readonly call: number; readonly name: string }
	| { readonly kind: 'memory'; readonly object: number; readonly offset: number }
	/** What becomes of a wire message: `drop`, `duplicate`, `delay 2ms`. */
	| { readonly kind: 'message'; readonly seq: number }
	/** A NIC: `up` or `down`. */
	| { readonly kind: 'link'; readonly target: string };

/** What is set by a word rather than a value. */
export type SettableByWord = Extract<Settable, { readonly kind: 'message' | 'link' }>;

export function isSetByWord(target: Settable): target is SettableByWord {
	return target.kind === 'message' || target.kind === 'link';
}

/** What setting an entry to a word means for the run; the words are those of the debug console. */
export function assignmentOfWord(target: SettableByWord, text: string, debuggee: Debuggee): WhatIf {
	const { seq } = debuggee.cursor;
	const word = text.trim().replace(/^"(.*)"$/, '$1');
	if (target.kind === 'link') {
		if (word !== 'up' && word !== 'down') throw new RequestError('badArgument', 'value', 'up, down');
		return forcedLink(target.target, word === 'up', seq, debuggee);
	}
	const command = readCommand(word);
	const kinds: readonly unknown[] = ['drop', 'duplicate', 'delay'];
	if (command?.kind !== 'change' || !kinds.includes(command.change.kind)) {
		throw new RequestError('badArgument', 'value', 'drop, duplicate, delay 2ms');
	}
	return whatIfOf(new RequestArguments(command.change), target.seq, debuggee);
}

/** Reads the `change` of a request. @throws RequestError for what is no change of record `seq` */
export function whatIfOf(change: RequestArguments, seq: number, debuggee: Debuggee): WhatIf {
	const kind = change.text('kind');
	switch (kind) {
		case 'return': {
			const outcome = change.raw('outcome');
			if (typeof outcome !== 'string' && typeof outcome !== 'number')
				throw new RequestError('badArgument', 'outcome', 'a WSAE name or a number');
			return forcedReturn(callAt(seq, debuggee), outcome, seq, debuggee);
		}
		case 'drop':
		case 'duplicate':
			return forcedMessage(kind, seq, 0, debuggee);
		case 'delay':
			return forcedMessage(kind, seq, change.integer('ns'), debuggee);
		case 'link':
			return forcedLink(change.optionalText('target') ?? nicAt(seq, debuggee), change.flag('up'), seq, debuggee);
		case 'crash':
			return forcedEnd(change.text('thread'), seq);
		case 'choice': {
			const option = change.optionalCount('option') ?? 0;
			return { intervention: { kind, atRecord: seq, option }, title: `choice ${option}` };
		}
		default:
			throw new RequestError('badArgument', 'kind', 'return, drop, duplicate, delay, link, crash or choice');
	}
}

/** The call that record `seq` is, returns from, or stands in. */
export function callAt(seq: number, { reader }: Debuggee): number {
	const kind = reader.kind(seq);
	const call = kind === CALL ? seq : kind === RETURN ? reader.callOf(seq) : (reader.within(seq) ?? -1);
	if (call < 0) throw new RequestError('notACall', seq);
	return call;
}

export function forcedReturn(call: number, outcome: Value, seq: number, { reader }: Debuggee): WhatIf {
	const isError = typeof outcome === 'string' && isWsaError(outcome);
	if (typeof outcome === 'string' && !isError && reader.name(call) !== 'WSPRecv') {
		throw new RequestError('noSuchOutcome', outcome);
	}
	const component = reader.trace.components.at(reader.to(call));
	const shown = isError ? String(outcome) : valueText(outcome);
	return {
		intervention: { kind: 'return', atRecord: call, outcome },
		title: `${component} ${reader.name(call)} → ${shown}`,
		...(seq !== call && reader.kind(seq) === RETURN ? { returnOf: call } : {}),
	};
}

export function forcedMessage(
	action: 'drop' | 'duplicate' | 'delay',
	seq: number,
	byNs: number,
	{ reader }: Debuggee,
): WhatIf {
	if (reader.kind(seq) !== MESSAGE) throw new RequestError('notAMessage', seq);
	if (action === 'delay' && byNs <= 0) throw new RequestError('badArgument', 'ns', 'more than 0');
	const by = action === 'delay' ? ` ${durationText(byNs)}` : '';
	return {
		intervention: { kind: 'message', atRecord: seq, action, byNs },
		title: `${action}${by}: ${reader.name(seq)} #${seq}`,
	};
}

export function forcedLink(target: string, up: boolean, seq: number, { reader }: Debuggee): WhatIf {
	const names = reader.trace.components.all();
	const isKnown = names.some(
		(name) => name.endsWith('.nic') && (name === `${target}.nic` || name === target || name.startsWith(`${target}.`)),
	);
	if (!isKnown) throw new RequestError('unknownName', target, '');
	return { intervention: { kind: 'nic', atRecord: seq, target, up }, title: `${up ? 'up' : 'down'} ${target}` };
}

/** The NIC that a record is about: the one that sends a message, or whose stack a call goes through. */
function nicAt(seq: number, { reader }: Debuggee): string {
	const { components } = reader.trace;
	const parties = [reader.from(seq), reader.to(seq)].map((component) => components.at(component));
	for (const party of parties) {
		const nic = nicOf(party, (name) => components.find(name) !== undefined);
		if (nic !== undefined) return nic;
	}
	throw new RequestError('noNic', seq);
}

export function forcedEnd(thread: string, seq: number): WhatIf {
	return { intervention: { kind: 'crash', atRecord: seq, thread }, title: `crash ${thread}` };
}

export function forcedMemory(object: string, offset: number, bytes: Uint8Array, seq: number): WhatIf {
	const title = `${object}[${offset}] = ${valueText(bytes, true)}`;
	return { intervention: { kind: 'memory', atRecord: seq, object, offset, bytes }, title };
}

/** What setting an entry to a value means for the run. */
export function assignment(
	target: Exclude<Settable, SettableByWord>,
	value: Value,
	seq: number,
	debuggee: Debuggee,
): WhatIf {
	const { reader } = debuggee;
	switch (target.kind) {
		case 'variable': {
			const object = reader.objectName(target.object);
			const { name } = target;
			return {
				intervention: { kind: 'variable', atRecord: seq, object, name, value },
				title: `${name} = ${valueText(value)}`,
			};
		}
		case 'return':
			return forcedReturn(target.call, value, seq, debuggee);
		case 'output': {
			if (value !== 0 && !(typeof value === 'string' && isWsaError(value))) {
				throw new RequestError('noSuchOutcome', valueText(value));
			}
			const { call, name } = target;
			return {
				intervention: { kind: 'output', atRecord: call, name, outcome: value },
				title: `${reader.name(call)} ${name} = ${value}`,
				...(seq === call ? {} : { returnOf: call }),
			};
		}
		case 'memory': {
			if (typeof value !== 'number' || value < 0 || value > 255)
				throw new RequestError('badArgument', 'value', '0 … 255');
			return forcedMemory(reader.objectName(target.object), target.offset, Uint8Array.of(value), seq);
		}
	}
}
