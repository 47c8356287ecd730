/** Who is who in a trace, and short ways to what a record or an object holds. */

import { type Reader, STATE, type TraceRecord, type Value } from '../../../trace';
import { type IpAddress, parseIp, parseSocketAddress, type SocketAddress } from '../../../winsock/address';
import type { CheckContext, Interest } from '../../check';
import { recordView } from '../../recordView';

export function hostOf(component: string): string {
	const dot = component.indexOf('.');
	return dot < 0 ? component : component.slice(0, dot);
}

/**
 * What the parts of one process have in common: `alice.switch` and `alice.ib0` belong to `alice`, `alice.child.switch`
 * and `alice.child.ib0` to `alice.child`. TCP/IP and the proxy drivers are those of the host.
 */
export function processOf(component: string): string {
	const dot = component.lastIndexOf('.');
	return dot < 0 ? component : component.slice(0, dot);
}

export const isSwitch = (component: string): boolean => component.endsWith('.switch');
export const isTcpip = (component: string): boolean => component.endsWith('.tcpip');
export const isProxy = (component: string): boolean => component.endsWith('.proxy');

/** Calls that a provider makes into the switch. */
function isUpCall(name: string): boolean {
	return name.startsWith('WPU') || name === 'ConditionFunc' || name === 'WSPMemoryRegistrationCacheCallback';
}

/** A call of the switch into a SAN provider. */
export function isDownCall(call: TraceRecord): boolean {
	return (
		call.kind === 'call' &&
		isSwitch(call.from) &&
		!isSwitch(call.to) &&
		!isTcpip(call.to) &&
		call.name.startsWith('WSP') &&
		!isUpCall(call.name)
	);
}

/** The return of a call of the switch into a SAN provider. */
export function isDownReturn(record: TraceRecord): boolean {
	return (
		record.kind === 'return' &&
		isSwitch(record.to) &&
		!isSwitch(record.from) &&
		!isTcpip(record.from) &&
		record.name.startsWith('WSP') &&
		!isUpCall(record.name)
	);
}

/** A call of an application into the switch. */
export function isApplicationCall(call: TraceRecord): boolean {
	return (
		call.kind === 'call' && isSwitch(call.to) && !isSwitch(call.from) && !isTcpip(call.from) && !isUpCall(call.name)
	);
}

/** The return of a call of an application: to a component that is neither a provider nor the switch. */
export function isApplicationReturn(record: TraceRecord): boolean {
	return (
		record.kind === 'return' &&
		isSwitch(record.from) &&
		!isSwitch(record.to) &&
		!isTcpip(record.to) &&
		!isUpCall(record.name)
	);
}

export function numberOf(record: TraceRecord, name: string): number | undefined {
	const value = record.args[name];
	return typeof value === 'number' ? value : undefined;
}

export function textOf(record: TraceRecord, name: string): string | undefined {
	const value = record.args[name];
	return typeof value === 'string' ? value : undefined;
}

/** The component that owns the object of a state change; `from` is whoever changed it. */
export function ownerOf(change: TraceRecord): string {
	return change.name.slice(0, change.name.indexOf(' '));
}

/** The number of the object of a state change: `3` of `alice.ib0 socket 3`. */
export function objectNumberOf(change: TraceRecord): number {
	return Number(change.name.slice(change.name.lastIndexOf(' ') + 1));
}

/** `FD_ACCEPT | FD_CONNECT` as a set. */
export function namesIn(mask: Value | undefined): ReadonlySet<string> {
	return new Set(typeof mask === 'string' && mask !== '' ? mask.split(' | ') : []);
}

/** The call that a return closes. */
export function callOf(context: CheckContext, record: TraceRecord): TraceRecord {
	return recordView(context.reader, record.call as number);
}

/** Whether record `seq` was written inside call `call` of the same thread. */
export function isWithin(reader: Reader, seq: number, call: number): boolean {
	for (let open = reader.within(seq); open !== null; open = reader.within(open)) if (open === call) return true;
	return false;
}

/** The call of an application in which record `seq` was written, or undefined. */
export function applicationCallAround(reader: Reader, seq: number): TraceRecord | undefined {
	let outermost = -1;
	for (let open = reader.within(seq); open !== null; open = reader.within(open)) outermost = open;
	if (outermost < 0) return undefined;
	const call = recordView(reader, outermost);
	return isApplicationCall(call) ? call : undefined;
}

/**
 * The calls, returns, signals, messages and notes of each thread, in order. A blocking call can span the whole run; what
 * happened inside it must not be looked for among the records of all other threads.
 */
class ThreadRecords {
	private readonly ofThread: (number[] | undefined)[] = [];
	private indexed = 0;

	constructor(private readonly reader: Reader) {}

	/** The records of the thread of `call` from after it to before `until`. */
	*between(call: number, until: number): Generator<number, void, void> {
		this.follow();
		const records = this.ofThread[this.reader.thread(call)] ?? [];
		for (let at = countUpTo(records, call); at < records.length; at++) {
			const seq = records[at] as number;
			if (seq >= until) return;
			yield seq;
		}
	}

	private follow(): void {
		const { reader } = this;
		for (; this.indexed < reader.length; this.indexed++) {
			if (reader.kind(this.indexed) === STATE) continue;
			const thread = reader.thread(this.indexed);
			const records = this.ofThread[thread];
			if (records) records.push(this.indexed);
			else this.ofThread[thread] = [this.indexed];
		}
	}
}

/** How many of the ascending `items` are at most `limit`. */
function countUpTo(items: readonly number[], limit: number): number {
	let low = 0;
	let high = items.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((items[middle] as number) <= limit) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** What checks of one run share: indexes over its trace that follow it lazily. */
interface Indexes {
	readonly threads: ThreadRecords;
	readonly objects: ObjectIndex;
}

const indexes = new WeakMap<Reader, Indexes>();

function indexesOf(reader: Reader): Indexes {
	let known = indexes.get(reader);
	if (!known) {
		known = { threads: new ThreadRecords(reader), objects: new ObjectIndex(reader) };
		indexes.set(reader, known);
	}
	return known;
}

/** The innermost open call of that name in which a record was written. */
export function enclosing(record: TraceRecord, name: string, context: CheckContext): TraceRecord | undefined {
	for (let seq = record.within; seq !== null; seq = context.reader.within(seq)) {
		const call = recordView(context.reader, seq);
		if (call.name === name) return call;
	}
	return undefined;
}

/**
 * The call of that name during which a message was handed to the NIC. A link in trouble keeps messages back; they then
 * leave long after the call, which remains their cause.
 */
export function postedIn(message: TraceRecord, name: string, context: CheckContext): TraceRecord | undefined {
	const around = enclosing(message, name, context);
	if (around || message.cause === null) return around;
	const cause = recordView(context.reader, message.cause);
	if (cause.kind !== 'call') return undefined;
	return cause.name === name ? cause : enclosing(cause, name, context);
}

/** The first record inside `call`, before record `until`, that fits; state changes are left out. */
export function findWithin(
	context: CheckContext,
	call: TraceRecord,
	until: number,
	fits: (record: TraceRecord) => boolean,
): TraceRecord | undefined {
	for (const seq of indexesOf(context.reader).threads.between(call.seq, until)) {
		const record = recordView(context.reader, seq);
		if (fits(record)) return record;
	}
	return undefined;
}

/** All records inside `call`, before record `until`, that fit, in order; state changes are left out. */
export function allWithin(
	context: CheckContext,
	call: TraceRecord,
	until: number,
	fits: (record: TraceRecord) => boolean,
): readonly TraceRecord[] {
	const found: TraceRecord[] = [];
	for (const seq of indexesOf(context.reader).threads.between(call.seq, until)) {
		const record = recordView(context.reader, seq);
		if (fits(record)) found.push(record);
	}
	return found;
}

/** Whether WSPSocket takes over a socket that was duplicated (DUP-13): it need not be made anew then (DUP-15). */
export function takesOver(call: TraceRecord): boolean {
	const { dwProviderReserved, lpProtocolInfo } = call.args;
	return (dwProviderReserved ?? null) !== null || (lpProtocolInfo ?? null) !== null;
}

/** Interests in several names of one kind. */
export function named(kind: Interest['kind'], ...names: readonly string[]): readonly Interest[] {
	return names.map((name) => ({ kind, name }));
}

/** Interests in calls and their returns. */
export function callsAndReturns(...names: readonly string[]): readonly Interest[] {
	return [...named('call', ...names), ...named('return', ...names)];
}

// Addresses

export function addressOf(text: Value | undefined): SocketAddress | undefined {
	return typeof text === 'string' ? parseSocketAddress(text) : undefined;
}

export function ipOf(text: Value | undefined): IpAddress | undefined {
	return typeof text === 'string' ? parseIp(text) : undefined;
}

// Objects

/** Numbers of the objects of a trace by owner, type and number; follows a growing trace. */
class ObjectIndex {
	private readonly byName = new Map<string, number[]>();
	private indexed = 0;

	constructor(private readonly reader: Reader) {}

	/** The youngest object of that name at record `seq`. */
	find(name: string, seq: number): number | undefined {
		this.follow();
		const ids = this.byName.get(name);
		return ids?.findLast((id) => (this.reader.trace.objects[id]?.born ?? 0) <= seq);
	}

	private follow(): void {
		const { objects } = this.reader.trace;
		for (; this.indexed < objects.length; this.indexed++) {
			const name = this.reader.objectName(this.indexed);
			const ids = this.byName.get(name);
			if (ids) ids.push(this.indexed);
			else this.byName.set(name, [this.indexed]);
		}
	}
}

/**
 * A field of `owner type number` after record `seq`, or undefined if it was never set until then.
 * @param number undefined where the owner has only one object of the type
 */
export function fieldOf(
	context: CheckContext,
	owner: string,
	type: string,
	number: number | undefined,
	field: string,
	seq: number,
): Value | undefined {
	const name = number === undefined ? `${owner} ${type}` : `${owner} ${type} ${number}`;
	const id = indexesOf(context.reader).objects.find(name, seq);
	return id === undefined ? undefined : context.history.fieldAt(id, field, seq);
}
