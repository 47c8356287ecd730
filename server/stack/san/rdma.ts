/**
 * RDMA between registered memory of two connected SAN sockets (RDMA-2 to RDMA-10). The target is named by the descriptor
 * that the peer's WSPRegisterRdmaMemory returned; the NIC at the target checks it, the range and the access rights, and
 * moves the bytes without its host's help.
 */
import type { Thread } from '../../simulation';
import { type Site, site } from '../../trace';
import { type CallEffect, forced } from '../faults';
import { removeFrom } from '../list';
import type { Outcome, WsaError } from '../outcome';
import {
	type BufferEx,
	type MemoryAccess,
	type Overlapped,
	overlapped,
	type RegisteredMemory,
	writeMemory,
} from './memory';
import { phantomMemory, register, release } from './registration';
import { leave, type SanProvider } from './sanProvider';
import type { SanSocket } from './sanSocket';
import { connectionBroken, finishOperation, notRegistered, notUsable, postponed, pretend } from './transfers';

const WSP_REGISTER_RDMA_MEMORY = site(
	'WSPRegisterRdmaMemory',
	['s', 'lpBuffer', 'dwBufferLength', 'dwFlags'],
	['MEM-1', 'MEM-3'],
);
const DESCRIPTOR = site(
	'WSPRegisterRdmaMemory',
	['lpRdmaBufferDescriptor', 'lpdwDescriptorLength'],
	['MEM-3', 'MEM-13'],
);
const WSP_DEREGISTER_RDMA_MEMORY = site('WSPDeregisterRdmaMemory', ['s', 'lpRdmaBufferDescriptor'], ['MEM-9']);
const rdmaFields = ['s', 'dwBufferLength', 'handle', 'descriptor', 'offset', 'hEvent', 'overlapped'] as const;
const WSP_RDMA_READ = site('WSPRdmaRead', rdmaFields, ['RDMA-3', 'RDMA-10', 'COMP-1', 'OPT-6']);
const WSP_RDMA_WRITE = site('WSPRdmaWrite', rdmaFields, ['RDMA-6', 'RDMA-10', 'COMP-1', 'OPT-6']);
const READ_STARTED = site('WSPRdmaRead', [], ['COMP-2']);
const WRITE_STARTED = site('WSPRdmaWrite', [], ['COMP-2']);
const READ_REQUEST = site('RDMA read request', ['bytes', 'arrives', 'descriptor', 'offset', 'length']);
const READ_RESPONSE = site('RDMA read response', ['bytes', 'arrives', 'error']);
const WRITE = site('RDMA write', ['bytes', 'arrives', 'descriptor', 'offset'], ['RDMA-6']);
const WRITE_ANSWER = site('RDMA write acknowledgement', ['bytes', 'arrives', 'error']);
const MEMORY_ACCESS = site(
	'RDMA access',
	['descriptor', 'operation', 'offset', 'length', 'error'],
	['MEM-4', 'MEM-5', 'MEM-6'],
);

/** Bytes of a descriptor; its content is the provider's own. */
export const DESCRIPTOR_BYTES = 16;
const REQUEST_BYTES = 48;

/**
 * WSPRegisterRdmaMemory: exposes `bytes` to the peer of `s` (MEM-3).
 * @param address virtual address of the buffer in its process
 * @param descriptorLength room that the caller offers for the descriptor (MEM-13)
 */
export function WSPRegisterRdmaMemory(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	buffer: { readonly address: number; readonly bytes: Uint8Array },
	access: MemoryAccess,
	use: string,
	where: Site = WSP_REGISTER_RDMA_MEMORY,
	descriptorLength = DESCRIPTOR_BYTES,
): Outcome<RegisteredMemory> {
	provider.enter(t, where, s.descriptor, buffer.address, buffer.bytes.length, access);
	const tooSmall: WsaError | undefined = descriptorLength < DESCRIPTOR_BYTES ? 'WSAEFAULT' : undefined;
	const fault = forced(provider.effect('WSPRegisterRdmaMemory'));
	if (typeof fault === 'number') {
		t.leave(DESCRIPTOR, fault, undefined, null, DESCRIPTOR_BYTES);
		return phantomMemory(provider, s, fault, buffer.address, buffer.bytes, access);
	}
	const error = fault ?? notUsable(s) ?? tooSmall;
	if (error) {
		t.leave(DESCRIPTOR, -1, error, null, DESCRIPTOR_BYTES);
		return error;
	}
	provider.cache.exposed(t, buffer.address, buffer.bytes.length, s.descriptor, true);
	// What is exposed for writing is empty memory of the switch; what is exposed for reading is the application's data.
	const owner = access === 'MEM_READ' ? 'application' : 'switch';
	const memory = register(provider, t, s, buffer.address, buffer.bytes, access, use, owner, true);
	t.leave(DESCRIPTOR, 0, undefined, memory.handle, DESCRIPTOR_BYTES);
	return memory;
}

/** WSPDeregisterRdmaMemory: from then on the peer cannot reach the memory any more (CACHE-6). */
export function WSPDeregisterRdmaMemory(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	memory: RegisteredMemory,
	where: Site = WSP_DEREGISTER_RDMA_MEMORY,
): Outcome<number> {
	provider.enter(t, where, s.descriptor, memory.handle);
	const known = provider.memory.get(memory.handle) === memory && memory.socket === s.descriptor;
	const fault = forced(provider.effect('WSPDeregisterRdmaMemory'));
	const outcome: Outcome<number> = fault ?? (known && memory.inUse === 0 ? 0 : 'WSAEINVAL');
	if (fault === undefined && outcome === 0) {
		provider.cache.withdrawn(t, memory.address, memory.bytes.length, true);
		release(provider, t, memory);
	}
	return leave(t, where, outcome);
}

/** WSPRdmaRead: fetches `buffer.length` bytes of the peer's memory into `buffer`. */
export function WSPRdmaRead(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	buffer: BufferEx,
	descriptor: number,
	offset: number,
): Outcome<Overlapped> {
	const number = provider.nextOperation();
	provider.enter(t, WSP_RDMA_READ, s.descriptor, buffer.length, buffer.memory.handle, descriptor, offset, 0, number);
	const missing: WsaError | undefined = provider.nic.settings.rdmaRead ? undefined : 'WSAEOPNOTSUPP';
	const effect = provider.effect('WSPRdmaRead');
	const fault = forced(effect);
	if (typeof fault === 'number') return pretend(provider, t, READ_STARTED, 'WSPRdmaRead', buffer, number, fault);
	const error = fault ?? missing ?? notUsable(s) ?? notRegistered(s, buffer, 'MEM_WRITE') ?? tooLong(provider, buffer);
	if (error) return refuse(t, READ_STARTED, error);
	const operation = started(t, s, number, 'WSPRdmaRead', buffer, offset, effect);
	const begin = (thread: Thread) => requestRead(provider, thread, s, operation, descriptor);
	if (!postponed(provider, t, s, operation, begin)) begin(t);
	t.leave(READ_STARTED, -1, 'WSA_IO_PENDING');
	return operation;
}

function requestRead(provider: SanProvider, t: Thread, s: SanSocket, operation: Overlapped, descriptor: number): void {
	const peer = s.peer as SanSocket;
	const { buffer, targetOffset: offset } = operation;
	const { phase, source } = t;
	provider.nic.transmit(t, peer.provider.nic, {
		site: READ_REQUEST,
		bytes: REQUEST_BYTES,
		a: descriptor,
		b: offset,
		c: buffer.length,
		deliver: (seq) => {
			const access = reach(peer, seq, phase, source, descriptor, 'read', offset, buffer.length);
			answerRead(s, peer, operation, access, phase, source);
		},
		failed: (seq) => connectionBroken(s, seq, phase, source),
	});
}

/** WSPRdmaWrite: puts the bytes of `buffer` into the peer's memory. */
export function WSPRdmaWrite(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	buffer: BufferEx,
	descriptor: number,
	offset: number,
): Outcome<Overlapped> {
	const number = provider.nextOperation();
	provider.enter(t, WSP_RDMA_WRITE, s.descriptor, buffer.length, buffer.memory.handle, descriptor, offset, 0, number);
	const effect = provider.effect('WSPRdmaWrite');
	const fault = forced(effect);
	if (typeof fault === 'number') return pretend(provider, t, WRITE_STARTED, 'WSPRdmaWrite', buffer, number, fault);
	const error = fault ?? notUsable(s) ?? notRegistered(s, buffer, 'MEM_READ') ?? tooLong(provider, buffer);
	if (error) return refuse(t, WRITE_STARTED, error);
	const operation = started(t, s, number, 'WSPRdmaWrite', buffer, offset, effect);
	const begin = (thread: Thread) => write(provider, thread, s, operation, descriptor);
	if (!postponed(provider, t, s, operation, begin)) begin(t);
	t.leave(WRITE_STARTED, -1, 'WSA_IO_PENDING');
	return operation;
}

function write(provider: SanProvider, t: Thread, s: SanSocket, operation: Overlapped, descriptor: number): void {
	const peer = s.peer as SanSocket;
	const { buffer, targetOffset: offset } = operation;
	const { memory, offset: from, length } = buffer;
	const bytes = memory.bytes.slice(from, from + length);
	const { phase, source } = t;
	provider.nic.transmit(t, peer.provider.nic, {
		site: WRITE,
		bytes: length + REQUEST_BYTES,
		a: descriptor,
		b: offset,
		deliver: (seq) => {
			const access = reach(peer, seq, phase, source, descriptor, 'write', offset, length);
			if (typeof access !== 'string') writeMemory(peer.provider.nic.thread, access, offset, bytes);
			answerWrite(s, peer, operation, access, phase, source);
		},
		failed: (seq) => connectionBroken(s, seq, phase, source),
	});
}

function started(
	t: Thread,
	s: SanSocket,
	number: number,
	operation: Overlapped['operation'],
	buffer: BufferEx,
	offset: number,
	effect: CallEffect | undefined,
): Overlapped {
	const made = overlapped(number, operation, buffer, true, t.simulation.now, effect);
	made.targetOffset = offset;
	buffer.memory.inUse++;
	s.sends.push(made);
	return made;
}

function tooLong(provider: SanProvider, buffer: BufferEx): WsaError | undefined {
	return buffer.length > provider.nic.settings.maxRdma ? 'WSAEMSGSIZE' : undefined;
}

/** The target NIC's check: descriptor of this connection, range, access right (MEM-3 to MEM-6, OQ-42). */
function reach(
	s: SanSocket,
	seq: number,
	phase: number,
	source: number,
	descriptor: number,
	operation: 'read' | 'write',
	offset: number,
	length: number,
): Outcome<RegisteredMemory> {
	const { provider } = s;
	const t = provider.nic.thread;
	t.begin(seq, phase, source);
	const memory = s.state === 'connected' ? provider.memory.get(descriptor) : undefined;
	const outcome = judge(s, memory, operation, offset, length);
	t.note(
		MEMORY_ACCESS,
		provider.nic.component,
		descriptor,
		operation,
		offset,
		length,
		typeof outcome === 'string' ? outcome : null,
	);
	return outcome;
}

function judge(
	s: SanSocket,
	memory: RegisteredMemory | undefined,
	operation: 'read' | 'write',
	offset: number,
	length: number,
): Outcome<RegisteredMemory> {
	if (!memory || memory.socket !== s.descriptor) return 'WSAEFAULT';
	if (offset < 0 || offset + length > memory.bytes.length) return 'WSAEFAULT';
	const wanted = operation === 'read' ? 'MEM_READ' : 'MEM_WRITE';
	return memory.access === 'MEM_READWRITE' || memory.access === wanted ? memory : 'WSAEACCES';
}

function answerRead(
	s: SanSocket,
	peer: SanSocket,
	operation: Overlapped,
	access: Outcome<RegisteredMemory>,
	phase: number,
	source: number,
): void {
	const t = peer.provider.nic.thread;
	const { length } = operation.buffer;
	const error = typeof access === 'string' ? access : undefined;
	const { targetOffset } = operation;
	const bytes = typeof access === 'string' ? undefined : access.bytes.slice(targetOffset, targetOffset + length);
	peer.provider.nic.transmit(t, s.provider.nic, {
		site: READ_RESPONSE,
		bytes: (bytes?.length ?? 0) + REQUEST_BYTES,
		a: error ?? null,
		deliver: (seq) => {
			complete(s, operation, error, seq, phase, source, bytes);
		},
		failed: (seq) => bothEndsBroken(s, peer, seq, phase, source),
	});
}

function answerWrite(
	s: SanSocket,
	peer: SanSocket,
	operation: Overlapped,
	access: Outcome<RegisteredMemory>,
	phase: number,
	source: number,
): void {
	const error = typeof access === 'string' ? access : undefined;
	peer.provider.nic.transmit(peer.provider.nic.thread, s.provider.nic, {
		site: WRITE_ANSWER,
		bytes: REQUEST_BYTES,
		a: error ?? null,
		deliver: (seq) => complete(s, operation, error, seq, phase, source),
		failed: (seq) => bothEndsBroken(s, peer, seq, phase, source),
	});
}

function complete(
	s: SanSocket,
	operation: Overlapped,
	error: WsaError | undefined,
	seq: number,
	phase: number,
	source: number,
	fetched?: Uint8Array,
): void {
	if (operation.status === 'finished') return;
	const { provider } = s;
	const t = provider.nic.thread;
	t.begin(seq, phase, source);
	if (fetched) writeMemory(t, operation.buffer.memory, operation.buffer.offset, fetched);
	t.component = provider.component;
	operation.buffer.memory.inUse--;
	removeFrom(s.sends, operation);
	finishOperation(provider, t, s, operation, error, error ? 0 : operation.buffer.length);
	t.component = provider.nic.component;
}

function refuse(t: Thread, where: Site, error: WsaError): WsaError {
	t.leave(where, -1, error);
	return error;
}

/** An answer that never arrives: the NIC that waits for it gives up as well as the one that sends it. */
function bothEndsBroken(s: SanSocket, peer: SanSocket, seq: number, phase: number, source: number): void {
	connectionBroken(peer, seq, phase, source);
	connectionBroken(s, seq, phase, source);
}
