/**
 * Registered memory: a range of a process's addresses that the NIC may touch (MEM rules). It holds real bytes: what a
 * message or an RDMA operation moves is copied between these ranges, never described only.
 */
import type { TracedObject, Value } from '../../trace';
import { objectType } from '../../trace';
import type { CallEffect } from '../faults';

export const memoryObject = objectType('memory', [
	'socket',
	'address',
	'length',
	'access',
	'use',
	'registered',
	/** What was written last, and where: all changes together are the content at any record. */
	'writtenAt',
	'written',
]);

/** Misbehaviour: what a provider has behind a handle that it returned without registering anything. */
export const phantomMemoryObject = objectType('phantom memory', memoryObject.fields);

/** Access rights of ws2san.h (MEM-6). */
export type MemoryAccess = 'MEM_READ' | 'MEM_WRITE' | 'MEM_READWRITE';

export interface RegisteredMemory {
	/** What WSPRegisterMemory returned. */
	readonly handle: number;
	/** Virtual address of the first byte in its process. */
	readonly address: number;
	readonly access: MemoryAccess;
	readonly bytes: Uint8Array;
	/** Descriptor of the connected socket that the registration belongs to (OQ-40). */
	readonly socket: number;
	readonly object: TracedObject;
	/** Whose buffer it is: memory of the switch is used again after its release. */
	readonly owner: 'switch' | 'application';
	/** The peer can reach it (WSPRegisterRdmaMemory). */
	readonly remote: boolean;
	/** Transfers that use the range now. */
	inUse: number;
	/** Pages of the range that were written, a bit each; the last bit stands for the rest of a large range. */
	written: number;
	/** Until it is deregistered; false for a handle that the provider returned without registering anything. */
	registered: boolean;
}

/** WSABUFEX: a part of registered memory (RDMA-10). */
export interface BufferEx {
	readonly memory: RegisteredMemory;
	readonly offset: number;
	readonly length: number;
}

/** WSAOVERLAPPED, as far as it matters here (COMP-8). */
export interface Overlapped {
	/** Tells the WSAOVERLAPPED structures of a provider apart, as a pointer would. */
	readonly number: number;
	readonly operation: 'WSPRecv' | 'WSPSend' | 'WSPRdmaRead' | 'WSPRdmaWrite';
	readonly buffer: BufferEx;
	/** Low-order bit of hEvent is 0: completion is reported by WPUCompleteOverlappedRequest (COMP-6); else polled. */
	readonly notify: boolean;
	/** Virtual time of the call that started it, ns. */
	readonly started: number;
	/** Virtual time at which a started operation is finished, ns; Infinity while nobody knows. */
	finishes: number;
	/** WSS_OPERATION_IN_PROGRESS until the result is stored. */
	status: 'in progress' | 'finished';
	error: string | undefined;
	bytes: number;
	/** Misbehaviour: the provider does not report the completion although it should. */
	silent: boolean;
	/** What a fault makes of it. */
	readonly effect: CallEffect | undefined;
	/** A fault lets it end no earlier than at this virtual time, ns. */
	readonly notBefore: number;
	/** RDMA: where in the peer's memory the operation starts. */
	targetOffset: number;
}

export function overlapped(
	number: number,
	operation: Overlapped['operation'],
	buffer: BufferEx,
	notify: boolean,
	now: number,
	effect: CallEffect | undefined,
): Overlapped {
	return {
		number,
		operation,
		buffer,
		notify,
		started: now,
		finishes: Number.POSITIVE_INFINITY,
		status: 'in progress',
		error: undefined,
		bytes: 0,
		targetOffset: 0,
		silent: effect?.skips.includes('WPUCompleteOverlappedRequest') ?? false,
		effect,
		notBefore: effect?.pendingNs === undefined ? 0 : now + effect.pendingNs,
	};
}

/** Whoever writes changes of registered memory into the trace. */
interface Recorder {
	change(object: TracedObject, field: string, after: Value): void;
	changeToPart(object: TracedObject, field: string, source: Uint8Array, offset: number, length: number): void;
}

/** Puts bytes into registered memory and records it. */
export function writeMemory(t: Recorder, memory: RegisteredMemory, offset: number, bytes: Uint8Array): void {
	if (bytes.length === 0) return;
	memory.bytes.set(bytes, offset);
	recordWrite(t, memory, offset, bytes.length);
}

/** Records that `length` bytes were written at `offset` already. */
export function recordWrite(t: Recorder, memory: RegisteredMemory, offset: number, length: number): void {
	markWritten(memory, offset, length);
	t.change(memory.object, 'writtenAt', offset);
	t.changeToPart(memory.object, 'written', memory.bytes, offset, length);
}

const PAGE_BYTES = 4096;
const LAST_BIT = 31;

function markWritten(memory: RegisteredMemory, offset: number, length: number): void {
	const last = Math.min(LAST_BIT, Math.floor((offset + length - 1) / PAGE_BYTES));
	for (let page = Math.min(LAST_BIT, Math.floor(offset / PAGE_BYTES)); page <= last; page++)
		memory.written |= 1 << page;
}

/** The bytes of a released range, all zero again. Only written pages are touched: mostly these are few. */
export function clear({ bytes, written }: RegisteredMemory): Uint8Array {
	for (let page = 0; page < LAST_BIT; page++) {
		if (written & (1 << page)) bytes.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
	}
	if (written & (1 << LAST_BIT)) bytes.fill(0, LAST_BIT * PAGE_BYTES);
	return bytes;
}

/** The addresses of a process: what the switch, its providers and the application have never overlaps. */
export class AddressSpace {
	private next = 0x10000;

	/** Finds room for `length` bytes, on a page border. */
	allocate(length: number): number {
		const address = this.next;
		this.next += Math.max(1, Math.ceil(length / 4096)) * 4096;
		return address;
	}
}
