/** A record as something to be asked: its members, and for a call what became of it. */
import { CALL, type CallStacks, RETURN, type TraceRecord, type Value } from '../trace';
import type { Entry } from './variables';

/** The return of call `seq` at or before record `limit`, or -1. */
export function returnOf(stacks: CallStacks, seq: number, limit: number): number {
	const { reader } = stacks;
	if (reader.kind(seq) !== CALL) return -1;
	const thread = reader.thread(seq);
	let next = stacks.nextRecord(thread, seq);
	while (next >= 0 && next <= limit) {
		if (reader.kind(next) === RETURN && reader.callOf(next) === seq) return next;
		next = stacks.nextRecord(thread, next);
	}
	return -1;
}

/** Members of record `seq`; on a call, result and error are those of its return, if that is not after `limit`. */
export function membersOfRecord(stacks: CallStacks, seq: number, limit: number): ReadonlyMap<string, Value> {
	const { reader } = stacks;
	const record = reader.record(seq);
	const members = new Map<string, Value>();
	for (const name of ['seq', 'time', 'kind', 'name', 'from', 'to', 'thread', 'phase'] as const)
		members.set(name, record[name]);
	members.set('args', record.args);
	const back = returnOf(stacks, seq, limit);
	const outcome: TraceRecord = back < 0 ? record : reader.record(back);
	if (outcome.result !== undefined) members.set('result', outcome.result);
	members.set('error', outcome.error ?? null);
	if (back >= 0) members.set('returned', back);
	if (back >= 0 && Object.keys(outcome.args).length > 0) members.set('out', outcome.args);
	members.set('cause', record.cause);
	members.set('within', record.within);
	members.set('rules', record.rules);
	return members;
}

export function recordEntries(stacks: CallStacks, seq: number, limit: number): readonly Entry[] {
	return [...membersOfRecord(stacks, seq, limit)].map(([name, value]) => ({
		name,
		value,
		evaluateName: `record(${seq}).${name}`,
	}));
}
