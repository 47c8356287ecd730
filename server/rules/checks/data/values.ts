/** Reading the arguments of records, and finding the calls that a record stands in. */
import type { Value } from '../../../trace';
import type { CheckContext } from '../../check';
import type { SeenRecord } from '../../recordView';

/** The first of the named arguments that is there. */
export function arg(record: SeenRecord, name: string, other?: string, third?: string): Value | undefined {
	let value = record.arg(name);
	if (value === undefined && other !== undefined) value = record.arg(other);
	if (value === undefined && third !== undefined) value = record.arg(third);
	return value;
}

export function numberArg(record: SeenRecord, name: string, other?: string): number | undefined {
	const value = arg(record, name, other);
	return typeof value === 'number' ? value : undefined;
}

export function textArg(record: SeenRecord, name: string, other?: string): string | undefined {
	const value = arg(record, name, other);
	return typeof value === 'string' ? value : undefined;
}

export function bytesArg(record: SeenRecord, name: string): Uint8Array | undefined {
	const value = record.arg(name);
	if (value instanceof Uint8Array) return value;
	return typeof value === 'string' ? new TextEncoder().encode(value) : undefined;
}

/** What names a handle, a descriptor or a process. */
export type Key = string | number;

/** A value as something to compare and to show; undefined for a missing one and for NULL. */
export function keyOf(value: Value | undefined): Key | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'number' || typeof value === 'string') return value;
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const DESCRIPTOR_NAMES = ['lpRdmaBufferDescriptor', 'lpTargetBufferDescriptor', 'descriptor'] as const;

/** The descriptor of the peer's memory that a call of RDMA names. */
export function descriptorOf(call: SeenRecord): Key | undefined {
	return keyOf(arg(call, ...DESCRIPTOR_NAMES));
}

/** Flags of a send or receive as a number; names such as `MSG_OOB` are understood too. */
export function flagsOf(record: SeenRecord): number {
	const flags = arg(record, 'dwFlags', 'lpFlags', 'flags');
	if (typeof flags === 'number') return flags;
	if (typeof flags !== 'string') return 0;
	return (flags.includes('MSG_OOB') ? MSG_OOB : 0) | (flags.includes('MSG_PEEK') ? MSG_PEEK : 0);
}

export const MSG_OOB = 1;
export const MSG_PEEK = 2;

/** The call that a return closes. */
export function callOf(ret: SeenRecord, _context: CheckContext): SeenRecord {
	return ret.opening;
}

/** The calls that were open around record `seq` in its thread, innermost first. */
export function* callsAround(seq: number, context: CheckContext): Generator<SeenRecord> {
	let call = context.reader.within(seq);
	while (call !== null) {
		yield context.view(call);
		call = context.reader.within(call);
	}
}

/** Whether a return reports that a transfer was started (COMP-2). */
export function isStarted(ret: SeenRecord): boolean {
	return ret.error === 'WSA_IO_PENDING';
}

/** Whether a return reports failure. */
export function hasFailed(ret: SeenRecord): boolean {
	return ret.error !== undefined && ret.error !== 'WSA_IO_PENDING';
}
