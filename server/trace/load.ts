/**
 * Reads a trace back from JSON Lines, as `traceLines` writes it. A file may come from anywhere, so every line is looked at
 * before it is believed; what is wrong is told with its line.
 */
import {
	type Phase,
	phases,
	type RecordKind,
	recordKinds,
	type SourcePosition,
	type TraceRecord,
	type Value,
} from './record';
import type { Trace } from './trace';
import { objectNameParts, TraceWriter, UnwritableRecord } from './writer';

/** Why a file is not a trace. `message` is English; `problem` and `detail` are for whoever translates it. */
export class TraceFileError extends Error {
	constructor(
		/** From 1. */
		readonly line: number,
		readonly problem: TraceFileProblem,
		readonly detail = '',
	) {
		super(`line ${line}: ${problemTexts[problem].replace('{0}', detail)}`);
	}
}

const problemTexts = {
	json: 'this is not a JSON object',
	member: 'the member {0} is missing or of the wrong kind',
	seq: 'the record should have the number {0}',
	reference: '{0} points to a record that is not there',
	record: 'such a record cannot be: {0}',
	empty: 'the file has no records',
} as const;

export type TraceFileProblem = keyof typeof problemTexts;

/** @throws TraceFileError */
export function loadTrace(text: string): Trace {
	const lines = text.replace(/^\ufeff/, '').split('\n');
	while (lines.at(-1)?.trim() === '') lines.pop();
	if (lines.length === 0) throw new TraceFileError(1, 'empty');
	const records = lines.map((line, seq) => readRecord(line, seq));
	for (const [seq, record] of records.entries()) checkReferences(records, record, seq);
	const writer = new TraceWriter(fieldsOf(records));
	for (const [seq, record] of records.entries()) {
		try {
			writer.append(record);
		} catch (error) {
			if (error instanceof UnwritableRecord) throw new TraceFileError(seq + 1, 'record', error.message);
			throw error;
		}
	}
	return writer.trace;
}

/** Fields of each type of object, in order of appearance: a trace must know them before the first change. */
function fieldsOf(records: readonly TraceRecord[]): ReadonlyMap<string, readonly string[]> {
	const fields = new Map<string, string[]>();
	for (const { kind, name, args } of records) {
		if (kind !== 'state' || typeof args.field !== 'string') continue;
		const { type } = objectNameParts(name);
		const known = fields.get(type) ?? [];
		fields.set(type, known);
		if (!known.includes(args.field)) known.push(args.field);
	}
	return fields;
}

/** The record of a line, with all members checked for their kind. */
function readRecord(line: string, seq: number): TraceRecord {
	const at = seq + 1;
	const members = readObject(line, at);
	const fail = (member: string): never => {
		throw new TraceFileError(at, 'member', member);
	};
	const text = (member: string): string => {
		const value = members[member];
		return typeof value === 'string' ? value : fail(member);
	};
	const count = (member: string): number => {
		const value = members[member];
		return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fail(member);
	};
	const optionalCount = (member: string): number | null => (members[member] === null ? null : count(member));
	if (members.seq !== seq) throw new TraceFileError(at, 'seq', String(seq));
	const { args, rules, result, error, source } = members;
	const kind = text('kind') as RecordKind;
	const phase = text('phase') as Phase;
	if (!recordKinds.includes(kind)) fail('kind');
	if (!phases.includes(phase)) fail('phase');
	if (typeof args !== 'object' || args === null || Array.isArray(args)) fail('args');
	if (!Array.isArray(rules) || rules.some((rule) => typeof rule !== 'string')) fail('rules');
	if (error !== undefined && (typeof error !== 'string' || (kind !== 'return' && kind !== 'signal'))) fail('error');
	if (result !== undefined && kind !== 'return') fail('result');
	if (source !== null && !isSource(source)) fail('source');
	return {
		seq,
		time: count('time'),
		kind,
		name: text('name'),
		from: text('from'),
		to: text('to'),
		thread: text('thread'),
		args: args as { readonly [name: string]: Value },
		...(result === undefined ? {} : { result: result as Value }),
		...(error === undefined ? {} : { error: error as string }),
		...(kind === 'return' ? { call: count('call') } : {}),
		within: optionalCount('within'),
		cause: optionalCount('cause'),
		phase,
		rules: rules as readonly string[],
		source: source as SourcePosition | null,
	};
}

function readObject(line: string, at: number): Readonly<Record<string, unknown>> {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		throw new TraceFileError(at, 'json');
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TraceFileError(at, 'json');
	return value as Readonly<Record<string, unknown>>;
}

function isSource(value: unknown): value is SourcePosition {
	if (typeof value !== 'object' || value === null) return false;
	const { file, line, column } = value as Partial<SourcePosition>;
	return (
		typeof file === 'string' && [line, column].every((number) => Number.isSafeInteger(number) && (number ?? 0) >= 1)
	);
}

/** Calls are named before what happens inside of them; a return names a call. */
function checkReferences(records: readonly TraceRecord[], record: TraceRecord, seq: number): void {
	const isEarlier = (reference: number | null | undefined): boolean => reference == null || reference < seq;
	const isCall = (reference: number | null | undefined): boolean =>
		reference == null || records[reference]?.kind === 'call';
	if (!isEarlier(record.cause)) throw new TraceFileError(seq + 1, 'reference', 'cause');
	if (!isEarlier(record.within) || !isCall(record.within)) throw new TraceFileError(seq + 1, 'reference', 'within');
	if (!isEarlier(record.call) || !isCall(record.call)) throw new TraceFileError(seq + 1, 'reference', 'call');
}
