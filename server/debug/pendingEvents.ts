/** What is still to come at a record, as far as the trace says: messages on the wire, sleeps and time-outs of threads. */
import { durationText } from '../simulation/time';
import { MESSAGE, type Reader } from '../trace';
import { eventText } from './recordText';
import type { RunObjects } from './runObjects';
import type { Entry } from './variables';

/** How far back a message may have left that is still on its way: records, and virtual ns. */
const recordsMax = 50_000;
const onWireNsMax = 60_000_000_000;

/** Messages that have left by record `seq` and not arrived, in the order of their arrival. */
export function messagesOnWire(reader: Reader, seq: number): readonly number[] {
	const now = reader.time(seq);
	const found: { readonly at: number; readonly arrives: number }[] = [];
	for (let at = seq; at >= 0 && at > seq - recordsMax && reader.time(at) > now - onWireNsMax; at--) {
		if (reader.kind(at) !== MESSAGE) continue;
		const { arrives } = reader.args(at);
		if (typeof arrives === 'number' && arrives > now) found.push({ at, arrives });
	}
	return found.sort((a, b) => a.arrives - b.arrives || a.at - b.at).map(({ at }) => at);
}

/** Messages on the wire, as entries. @param ofNic a NIC (a component) that they come from or go to; all if left out */
export function wireEntries(reader: Reader, seq: number, ofNic?: number): readonly Entry[] {
	return messagesOnWire(reader, seq)
		.filter((at) => ofNic === undefined || reader.from(at) === ofNic || reader.to(at) === ofNic)
		.map((at) => {
			const record = reader.record(at);
			return {
				name: durationText(Number(record.args.arrives)),
				value: at,
				text: `#${at} ${record.from} → ${record.to} ${eventText(record)}`,
				type: 'message',
				evaluateName: `record(${at})`,
			};
		});
}

/** Everything that is due later, in the order of time. */
export function pendingEntries(reader: Reader, objects: RunObjects, seq: number): readonly Entry[] {
	const timers = objects.history.objectsAt(seq).flatMap((id): readonly (readonly [number, Entry])[] => {
		const { type, owner } = objects.entry(id);
		const until = type.name === 'thread' ? dueTime(objects, id, seq) : undefined;
		if (until === undefined || until <= reader.time(seq)) return [];
		const text = `${reader.trace.components.at(owner)}: ${objects.field(id, 'state', seq)}`;
		return [[until, { name: durationText(until), value: until, text, type: 'timer' }]];
	});
	const wire = wireEntries(reader, seq).map((entry): readonly [number, Entry] => [
		Number(reader.args(Number(entry.value)).arrives),
		entry,
	]);
	return [...timers, ...wire].sort(([a], [b]) => a - b).map(([, entry]) => entry);
}

/** When a thread that sleeps or waits goes on by itself; undefined if it does not. */
function dueTime(objects: RunObjects, id: number, seq: number): number | undefined {
	const state = objects.field(id, 'state', seq);
	const until = objects.field(id, 'until', seq);
	if ((state !== 'sleeping' && state !== 'waiting') || typeof until !== 'number') return undefined;
	const changed = (name: string): number => objects.history.lastChange(objects.key(id, name) ?? -1, seq);
	// A wait without limit leaves the time of an earlier one.
	return changed('until') > changed('state') ? until : undefined;
}
