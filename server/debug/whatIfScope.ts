/**
 * What can be made different at the record where the debugger stands, as entries that can be set: the outcome of the
 * call that begins here, the fate of the message that leaves here, the NICs.
 */
import { CALL, MESSAGE, NOTE, type Reader } from '../trace';
import type { Texts } from './texts';
import type { Entry } from './variables';

export function whatIfEntries(reader: Reader, seq: number, texts: Texts): readonly Entry[] {
	const entries: Entry[] = [];
	const kind = reader.kind(seq);
	if (kind === CALL) {
		entries.push({
			name: texts('whatIfReturns', reader.name(seq)),
			value: null,
			text: texts('whatIfOpen'),
			type: 'outcome',
			set: { kind: 'return', call: seq },
		});
	}
	if (kind === MESSAGE) {
		entries.push({
			name: reader.name(seq),
			value: null,
			text: texts('whatIfDelivered'),
			type: 'message',
			set: { kind: 'message', seq },
		});
	}
	const down = nicsDown(reader, seq);
	for (const component of reader.trace.components.all()) {
		if (!component.endsWith('.nic')) continue;
		const target = component.slice(0, -'.nic'.length);
		const text = down.has(component) ? 'down' : 'up';
		entries.push({ name: target, value: null, text, type: 'nic', set: { kind: 'link', target } });
	}
	return entries;
}

/** Records at which a NIC went up or down, as far as the trace was looked through. */
interface LinkChanges {
	readonly seqs: number[];
	indexed: number;
}

const changesOf = new WeakMap<Reader, LinkChanges>();

/** The NICs that are down after record `seq`. Costs what the trace has grown since the last question. */
export function nicsDown(reader: Reader, seq: number): ReadonlySet<string> {
	const down = new Set<string>();
	for (const at of linkChanges(reader)) {
		if (at > seq) break;
		const { nic, up } = reader.args(at);
		if (up === false) down.add(String(nic));
		else down.delete(String(nic));
	}
	return down;
}

function linkChanges(reader: Reader): readonly number[] {
	const known = changesOf.get(reader) ?? { seqs: [], indexed: 0 };
	changesOf.set(reader, known);
	for (; known.indexed < reader.length; known.indexed++) {
		const at = known.indexed;
		if (reader.kind(at) === NOTE && reader.site(at).name === 'link') known.seqs.push(at);
	}
	return known.seqs;
}
