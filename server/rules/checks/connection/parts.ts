/** Who is who in a trace, and short ways to what a record or an object holds. */

import { CALL, type ObjectEntry, type Reader, type Value } from '../../../trace';
import { type IpAddress, parseIp, parseSocketAddress, type SocketAddress } from '../../../winsock/address';
import { hostOf, INTO_TCPIP, roleOf } from '../../cast';
import type { CheckContext, Interest, Side } from '../../check';
import type { SeenRecord } from '../../recordView';

export { hostOf };

/**
 * What the parts of one process have in common: `alice.switch` and `alice.ib0` belong to `alice`, `alice.child.switch`
 * and `alice.child.ib0` to `alice.child`. TCP/IP and the proxy drivers are those of the host.
 */
export function processOf(component: string): string {
	const dot = component.lastIndexOf('.');
	return dot < 0 ? component : component.slice(0, dot);
}

export const isSwitch = (component: string): boolean => roleOf(component) === 'switch';
export const isTcpip = (component: string): boolean => roleOf(component) === 'tcpip';
export const isProxy = (component: string): boolean => component.endsWith('.proxy');

/** A call of the switch into a SAN provider. */
export function isDownCall(call: SeenRecord): boolean {
	return call.isDownCall;
}

/** The return of a call of the switch into a SAN provider. */
export function isDownReturn(record: SeenRecord): boolean {
	return record.isDownReturn;
}

/** A call of an application into the switch. */
export function isApplicationCall(call: SeenRecord): boolean {
	return call.isApplicationCall;
}

/** The return of a call of an application: to a component that is neither a provider nor the switch. */
export function isApplicationReturn(record: SeenRecord): boolean {
	return record.isApplicationReturn;
}

/** Whether record `seq` is a call of the switch into a SAN provider, without a view of it. */
export function isDownCallAt(context: CheckContext, seq: number): boolean {
	return context.reader.kind(seq) === CALL && context.view(seq).isDownCall;
}

/** Whether record `seq` is a call of the switch into TCP/IP. */
export function isTcpipCallAt({ reader, cast }: CheckContext, seq: number): boolean {
	return reader.kind(seq) === CALL && (cast.directions(reader.from(seq), reader.to(seq)) & INTO_TCPIP) !== 0;
}

export function numberOf(record: SeenRecord, name: string): number | undefined {
	const value = record.arg(name);
	return typeof value === 'number' ? value : undefined;
}

export function textOf(record: SeenRecord, name: string): string | undefined {
	const value = record.arg(name);
	return typeof value === 'string' ? value : undefined;
}

/** The component that owns the object of a state change; `from` is whoever changed it. */
export function ownerOf(change: SeenRecord): string {
	return change.changed.owner;
}

/** The number of the object of a state change: `3` of `alice.ib0 socket 3`. */
export function objectNumberOf(change: SeenRecord): number {
	return change.changed.number;
}

/** `FD_ACCEPT | FD_CONNECT` as a set. */
export function namesIn(mask: Value | undefined): ReadonlySet<string> {
	return new Set(typeof mask === 'string' && mask !== '' ? mask.split(' | ') : []);
}

/** The call that a return closes. */
export function callOf(_context: CheckContext, record: SeenRecord): SeenRecord {
	return record.opening;
}

/** Whether record `seq` was written inside call `call` of the same thread. */
export function isWithin(reader: Reader, seq: number, call: number): boolean {
	for (let open = reader.within(seq); open !== null; open = reader.within(open)) if (open === call) return true;
	return false;
}

/** The call of an application in which record `seq` was written, or undefined. */
export function applicationCallAround(context: CheckContext, seq: number): SeenRecord | undefined {
	const { reader } = context;
	let outermost = -1;
	for (let open = reader.within(seq); open !== null; open = reader.within(open)) outermost = open;
	if (outermost < 0) return undefined;
	const call = context.view(outermost);
	return isApplicationCall(call) ? call : undefined;
}

/** The innermost open call of that name in which a record was written. */
export function enclosing(record: SeenRecord, name: string, context: CheckContext): SeenRecord | undefined {
	for (let seq = record.within; seq !== null; seq = context.reader.within(seq)) {
		const call = context.view(seq);
		if (call.name === name) return call;
	}
	return undefined;
}

/**
 * The call of that name during which a message was handed to the NIC. A link in trouble keeps messages back; they then
 * leave long after the call, which remains their cause.
 */
export function postedIn(message: SeenRecord, name: string, context: CheckContext): SeenRecord | undefined {
	const around = enclosing(message, name, context);
	if (around || message.cause === null) return around;
	const cause = context.view(message.cause);
	if (cause.kind !== 'call') return undefined;
	return cause.name === name ? cause : enclosing(cause, name, context);
}

/** The first record inside `call`, before record `until`, that fits; state changes are left out. */
export function findWithin(
	context: CheckContext,
	call: SeenRecord,
	until: number,
	fits: (record: SeenRecord) => boolean,
): SeenRecord | undefined {
	const seq = findSeqWithin(context, call, until, (inner) => fits(context.view(inner)));
	return seq < 0 ? undefined : context.view(seq);
}

/** As `findWithin`, by number: for checks that are asked about every transfer. -1 if there is none. */
export function findSeqWithin(
	context: CheckContext,
	call: SeenRecord,
	until: number,
	fits: (seq: number) => boolean,
): number {
	return context.indexes.threads.find(call.seq, until, fits);
}

/** All records inside `call`, before record `until`, that fit, in order; state changes are left out. */
export function allWithin(
	context: CheckContext,
	call: SeenRecord,
	until: number,
	fits: (record: SeenRecord) => boolean,
): readonly SeenRecord[] {
	const found: SeenRecord[] = [];
	findSeqWithin(context, call, until, (seq) => {
		const record = context.view(seq);
		if (fits(record)) found.push(record);
		return false;
	});
	return found;
}

/** Whether WSPSocket takes over a socket that was duplicated (DUP-13): it need not be made anew then (DUP-15). */
export function takesOver(call: SeenRecord): boolean {
	const dwProviderReserved = call.arg('dwProviderReserved');
	const lpProtocolInfo = call.arg('lpProtocolInfo');
	return (dwProviderReserved ?? null) !== null || (lpProtocolInfo ?? null) !== null;
}

/** Interests in several names of one kind. */
export function named(kind: Interest['kind'], ...names: readonly string[]): readonly Interest[] {
	return names.map((name) => ({ kind, name }));
}

/** Interests in calls or returns between those sides only. */
export function between(side: Side, kind: 'call' | 'return', ...names: readonly string[]): readonly Interest[] {
	return names.map((name) => ({ kind, name, side }));
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
	const component = context.reader.trace.components.find(owner);
	return component === undefined ? undefined : fieldOfId(context, component, type, number, field, seq);
}

/** As `fieldOf`, by the number of the owner. */
export function fieldOfId(
	context: CheckContext,
	owner: number,
	type: string,
	number: number | undefined,
	field: string,
	seq: number,
): Value | undefined {
	const { reader } = context;
	const id = context.indexes.objects.find(owner, type, number ?? -1, seq);
	if (id === undefined) return undefined;
	const entry = reader.trace.objects[id] as ObjectEntry;
	const position = entry.type.index[field];
	if (position === undefined) return undefined;
	const change = lastChange(context, entry.firstKey + position, seq);
	return change < 0 ? undefined : reader.after(change);
}

/** Changes that are walked back before the history is asked: checks ask for the present, or for a short while ago. */
const NEAR = 16;

function lastChange({ reader, history }: CheckContext, key: number, seq: number): number {
	let change = reader.trace.lastChange(key);
	for (let n = 0; n < NEAR; n++) {
		if (change <= seq) return change;
		change = reader.previousChange(change);
	}
	return history.lastChange(key, seq);
}
