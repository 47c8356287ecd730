/** Registering memory with a SAN provider (page "Registering memory for operations on a SAN"). */
import type { Thread } from '../../simulation';
import { type Site, site } from '../../trace';
import { forced } from '../faults';
import { isError, type Outcome, type WsaError } from '../outcome';
import { type MemoryAccess, memoryObject, phantomMemoryObject, type RegisteredMemory, recordWrite } from './memory';
import { leave, type SanProvider } from './sanProvider';
import type { SanSocket } from './sanSocket';

export const WSP_REGISTER_MEMORY = site(
	'WSPRegisterMemory',
	['s', 'lpBuffer', 'dwBufferLength', 'dwFlags'],
	['MEM-1', 'MEM-2'],
);
const WSP_CACHE_CALLBACK = site('WSPMemoryRegistrationCacheCallback', ['lpvAddress', 'Size'], ['CACHE-4', 'CACHE-8']);
const WSP_DEREGISTER_MEMORY = site('WSPDeregisterMemory', ['s', 'handle'], ['MEM-9']);

/**
 * WSPRegisterMemory: makes `length` bytes usable as local source or target of transfers on socket `s` (MEM-2).
 * @param use what the switch keeps there, as the debugger shows it
 * @param buffer the memory; new memory of the switch if left out
 */
export function WSPRegisterMemory(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	length: number,
	access: MemoryAccess,
	use: string,
	where: Site = WSP_REGISTER_MEMORY,
	buffer?: { readonly address: number; readonly bytes: Uint8Array },
): Outcome<RegisteredMemory> {
	const { address, bytes } = buffer ?? newBuffer(provider, length);
	provider.enter(t, where, s.descriptor, address, length, access);
	const fault = forced(provider.effect('WSPRegisterMemory'));
	if (typeof fault === 'number') {
		t.leave(where, fault);
		return phantomMemory(provider, s, fault, address, bytes, access);
	}
	const error = fault ?? refusal(s, length);
	if (error) {
		// MEM-12: NULL, with the error.
		t.leave(where, null, error);
		return error;
	}
	provider.cache.exposed(t, address, length, s.descriptor);
	const memory = register(provider, t, s, address, bytes, access, use, buffer ? 'application' : 'switch');
	t.leave(where, memory.handle);
	return memory;
}

function newBuffer(provider: SanProvider, length: number): { readonly address: number; readonly bytes: Uint8Array } {
	return { address: provider.allocate(length), bytes: provider.zeroedBytes(length) };
}

function refusal(s: SanSocket, length: number): WsaError | undefined {
	if (s.state === 'closed') return 'WSAENOTSOCK';
	if (s.state !== 'connected') return 'WSAENOTCONN';
	return length <= 0 ? 'WSAEFAULT' : undefined;
}

/**
 * WSPMemoryRegistrationCacheCallback: the mapping of a range is about to change; the provider unsecures it and drops it
 * from its cache and from the NIC (CACHE-4, CACHE-8).
 */
export function WSPMemoryRegistrationCacheCallback(
	provider: SanProvider,
	t: Thread,
	address: number,
	length: number,
): Outcome<number> {
	provider.enter(t, WSP_CACHE_CALLBACK, address, length);
	const fault = forced(provider.effect('WSPMemoryRegistrationCacheCallback'));
	return leave(t, WSP_CACHE_CALLBACK, fault ?? provider.cache.invalidate(t, address, length));
}

/** Sets the record of a registration up. */
export function register(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	address: number,
	bytes: Uint8Array,
	access: MemoryAccess,
	use: string,
	owner: RegisteredMemory['owner'],
	remote = false,
): RegisteredMemory {
	const handle = provider.nextHandle();
	const object = provider.simulation.trace.object(memoryObject, provider.component, handle);
	const memory: RegisteredMemory = {
		handle,
		address,
		access,
		bytes,
		socket: s.descriptor,
		object,
		owner,
		remote,
		inUse: 0,
		written: 0,
		registered: true,
	};
	provider.memory.set(handle, memory);
	t.change(object, 'socket', s.descriptor);
	t.change(object, 'address', address);
	t.change(object, 'length', bytes.length);
	t.change(object, 'access', access);
	t.change(object, 'use', use);
	t.change(object, 'registered', true);
	// New memory is all zeros; a buffer of the application has its content already.
	if (owner === 'application') recordWrite(t, memory, 0, bytes.length);
	return memory;
}

/** Misbehaviour: a handle that the provider returns without having registered anything. */
export function phantomMemory(
	provider: SanProvider,
	s: SanSocket,
	handle: number,
	address: number,
	bytes: Uint8Array,
	access: MemoryAccess,
): RegisteredMemory {
	const object = provider.phantomObject(phantomMemoryObject, handle);
	const socket = s.descriptor;
	return {
		handle,
		address,
		access,
		bytes,
		socket,
		object,
		owner: 'application',
		remote: false,
		inUse: 0,
		written: 0,
		registered: false,
	};
}

/** WSPDeregisterMemory: fails for an unknown handle and for one that a transfer uses (MEM-11). */
export function WSPDeregisterMemory(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	memory: RegisteredMemory,
	where: Site = WSP_DEREGISTER_MEMORY,
): Outcome<number> {
	provider.enter(t, where, s.descriptor, memory.handle);
	const known = provider.memory.get(memory.handle) === memory && memory.socket === s.descriptor;
	const fault = forced(provider.effect('WSPDeregisterMemory'));
	const outcome: Outcome<number> = fault ?? (known && memory.inUse === 0 ? 0 : 'WSAEINVAL');
	if (fault === undefined && !isError(outcome)) {
		provider.cache.withdrawn(t, memory.address, memory.bytes.length);
		release(provider, t, memory);
	}
	return leave(t, where, outcome);
}

/** Frees what the provider holds for a registration, without a call of the switch (second half of MEM-9). */
export function release(provider: SanProvider, t: Thread, memory: RegisteredMemory): void {
	provider.memory.delete(memory.handle);
	memory.registered = false;
	if (memory.owner === 'switch') provider.reuse(memory);
	t.change(memory.object, 'registered', false);
}
