/** Reading the arguments of records, and finding the calls that a record stands in. */
import type { TraceRecord, Value } from '../../../trace';
import type { CheckContext } from '../../check';

/** The first of the named arguments that is there. */
export function arg(record: TraceRecord, ...names: readonly string[]): Value | undefined {
	for (const name of names) {
		const value = record.args[name];
		if (value !== undefined) return value;
	}
	return undefined;
}

export function numberArg(record: TraceRecord, ...names: readonly string[]): number | undefined {
	const value = arg(record, ...names);
	return typeof value === 'number' ? value : undefined;
}

export function textArg(record: TraceRecord, ...names: readonly string[]): string | undefined {
	const value = arg(record, ...names);
	return typeof value === 'string' ? value : undefined;
}

export function bytesArg(record: TraceRecord, ...names: readonly string[]): Uint8Array | undefined {
	const value = arg(record, ...names);
	if (value instanceof Uint8Array) return value;
	return typeof value === 'string' ? new TextEncoder().encode(value) : undefined;
}

/** A value as something to compare and to show; undefined for a missing one and for NULL. */
export function keyOf(value: Value | undefined): string | undefined {
	if (value === undefined || value === null) return undefined;
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const DESCRIPTOR_NAMES = ['lpRdmaBufferDescriptor', 'lpTargetBufferDescriptor', 'descriptor'] as const;

/** Flags of a send or receive as a number; names such as `MSG_OOB` are understood too. */
export function flagsOf(record: TraceRecord): number {
	const flags = arg(record, 'dwFlags', 'lpFlags', 'flags');
	if (typeof flags === 'number') return flags;
	if (typeof flags !== 'string') return 0;
	return (flags.includes('MSG_OOB') ? MSG_OOB : 0) | (flags.includes('MSG_PEEK') ? MSG_PEEK : 0);
}

export const MSG_OOB = 1;
export const MSG_PEEK = 2;

/** The last question to `callOf`: all checks are asked about the same record, one after the other. */
let asked: { readonly ret: TraceRecord; readonly call: TraceRecord } | undefined;

/** The call that a return closes. */
export function callOf(ret: TraceRecord, context: CheckContext): TraceRecord {
	if (asked?.ret !== ret) asked = { ret, call: context.reader.record(ret.call as number) };
	return asked.call;
}

/** The calls that were open around record `seq` in its thread, innermost first. */
export function* callsAround(seq: number, context: CheckContext): Generator<TraceRecord> {
	let call = context.reader.within(seq);
	while (call !== null) {
		yield context.reader.record(call);
		call = context.reader.within(call);
	}
}

/** Whether a return reports that a transfer was started (COMP-2). */
export function isStarted(ret: TraceRecord): boolean {
	return ret.error === 'WSA_IO_PENDING';
}

/** Whether a return reports failure. */
export function hasFailed(ret: TraceRecord): boolean {
	return ret.error !== undefined && ret.error !== 'WSA_IO_PENDING';
}
