/** Picks records of a run and changes them, leaves them out or adds some: for traces of what the stack itself never does. */
import type { TraceRecord, Value } from '../../../../../server/trace';
import { recordsOf, run } from './traces';

export type Records = readonly TraceRecord[];
export type Edit = (records: Records) => Records;
export type Test = (record: TraceRecord) => boolean;

const originals = new Map<string, Records>();

/** The run of a scenario; made once. */
export function original(text: string): Records {
	const known = originals.get(text) ?? recordsOf(run(text));
	originals.set(text, known);
	return known;
}

// What to look for

export const call =
	(name: string, to: string, more: Test = () => true): Test =>
	(record) =>
		record.kind === 'call' && record.name === name && record.to === to && more(record);

export const ret =
	(name: string, from: string, more: Test = () => true): Test =>
	(record) =>
		record.kind === 'return' && record.name === name && record.from === from && more(record);

export const control =
	(kind: string): Test =>
	(record) =>
		record.args.control === kind;

export const signal =
	(name: string, from: string, more: Test = () => true): Test =>
	(record) =>
		record.kind === 'signal' && record.name === name && record.from === from && more(record);

export const state =
	(object: string, field: string, after?: Value): Test =>
	(record) =>
		record.kind === 'state' &&
		record.name === object &&
		record.args.field === field &&
		(after === undefined || record.args.after === after);

// What to do

export function found(records: Records, test: Test, nth = 0): TraceRecord {
	const record = records.filter(test)[nth];
	if (!record) throw new Error('no such record in the run');
	return record;
}

/** Changes the nth record that `test` accepts. */
export const change =
	(test: Test, more: (record: TraceRecord) => Partial<TraceRecord>, nth = 0): Edit =>
	(records) => {
		const target = found(records, test, nth);
		return records.map((record) => (record === target ? { ...record, ...more(record) } : record));
	};

export const setArgs = (test: Test, args: TraceRecord['args'], nth = 0): Edit =>
	change(test, (record) => ({ args: { ...record.args, ...args } }), nth);

export const setError = (test: Test, error: string, nth = 0): Edit => change(test, () => ({ error }), nth);

export const succeed =
	(test: Test, nth = 0): Edit =>
	(records) => {
		const target = found(records, test, nth);
		const { error: _, ...rest } = target;
		return records.map((record) => (record === target ? { ...rest, result: 0 } : record));
	};

/** Leaves out what `test` accepts; a call goes with its return and everything inside. */
export const leaveOut =
	(test: Test): Edit =>
	(records) => {
		const gone = new Set(records.filter(test).map((record) => record.seq));
		for (const record of records) {
			if (record.call !== undefined && gone.has(record.call)) gone.add(record.seq);
			if (record.within !== null && gone.has(record.within)) gone.add(record.seq);
		}
		return records.filter((record) => !gone.has(record.seq));
	};

/** Repeats the nth record behind itself. */
export const repeat =
	(test: Test, more: Partial<TraceRecord> = {}, nth = 0): Edit =>
	(records) => {
		const target = found(records, test, nth);
		return records.flatMap((record) =>
			record === target ? [record, { ...record, ...more, seq: record.seq + 0.5 }] : [record],
		);
	};

/** Adds a call of the switch and its return before the nth record that `test` accepts. */
export const add =
	(test: Test, from: string, to: string, name: string, args: TraceRecord['args'], error?: string, nth = 0): Edit =>
	(records) => {
		const target = found(records, test, nth);
		const made = { ...target, kind: 'call' as const, name, from, to, args, seq: target.seq - 0.6 };
		const { call: _, error: __, ...plain } = made;
		const back: TraceRecord = {
			...plain,
			kind: 'return',
			from: to,
			to: from,
			args: {},
			seq: target.seq - 0.4,
			call: plain.seq,
			result: error ? -1 : 0,
			...(error ? { error } : {}),
		};
		return records.flatMap((record) => (record === target ? [plain, back, record] : [record]));
	};

export const both =
	(...edits: readonly Edit[]): Edit =>
	(records) =>
		edits.reduce((result, edit) => edit(result), records);
