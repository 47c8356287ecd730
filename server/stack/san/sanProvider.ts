/**
 * The SAN service provider: the vendor's DLL below the switch. This file is its instance in one process and what all its
 * functions share; the functions themselves, under their SPI names, are in the files beside it, one for each subject.
 *
 * Modelled: everything that the switch can see. Not modelled: the vendor's private data structures and the user/kernel
 * crossing; the requests to the proxy driver are shown as calls because the documentation describes them.
 */
import type { Simulation, Thread } from '../../simulation';
import type { ObjectType, Site, TracedObject, Value } from '../../trace';
import { site } from '../../trace';
import { type SocketAddress, socketAddress } from '../../winsock/address';
import { type CallEffect, type CallFaults, forced } from '../faults';
import type { Nic } from '../nic';
import { isError, type Outcome } from '../outcome';
import type { ProxyDriver } from '../proxyDriver';
import { type AddressSpace, clear, type RegisteredMemory } from './memory';
import { cacheObject, RegistrationCache } from './registrationCache';
import { phantomSocketObject, type SanSocket, type SanSocketState, sanSocketObject } from './sanSocket';

/** What the switch lends a provider: the extended up-call table of WSPStartupEx (OQ-44). */
export interface UpCalls {
	readonly component: number;
	/** What the scenario wants a call of the switch to do instead of its work. */
	effect(call: string): CallEffect | undefined;
	WPUCreateSocketHandle(t: Thread, catalogEntryId: number, context: number): Outcome<number>;
	WPUCloseSocketHandle(t: Thread, s: number): Outcome<number>;
	/** The context that was given with `s`. */
	WPUQuerySocketHandleContext(t: Thread, s: number): Outcome<number>;
	WPUCompleteOverlappedRequest(
		t: Thread,
		s: number,
		operation: import('./memory').Overlapped,
		error: string | undefined,
		bytes: number,
	): void;
}

export const WPU_CREATE_SOCKET_HANDLE = site(
	'WPUCreateSocketHandle',
	['dwCatalogEntryId', 'dwContext'],
	['SOCK-3', 'ACC-7'],
);

export const WPU_CLOSE_SOCKET_HANDLE = site('WPUCloseSocketHandle', ['s'], ['CLOSE-4', 'SOCK-5']);

export const WPU_QUERY_SOCKET_HANDLE_CONTEXT = site('WPUQuerySocketHandleContext', ['s'], ['SOCK-5']);
export const SOCKET_HANDLE_CONTEXT = site('WPUQuerySocketHandleContext', ['lpContext'], ['SOCK-5']);

const DIAGNOSTIC = site('diagnostic', ['s', 'text'], ['OPT-11']);

/** FD_ bits that a SAN provider knows (EVT-1). */
export const FD_ACCEPT = 0x08;
export const FD_CONNECT = 0x10;

/** Released buffers of one length that are kept. */
const SPARE_BUFFERS = 64;

export class SanProvider {
	readonly component: number;
	/** Provider's own context: what it does outside the switch's calls. */
	readonly thread: Thread;
	readonly sockets = new Map<number, SanSocket>();
	readonly memory = new Map<number, RegisteredMemory>();
	readonly cache: RegistrationCache;
	upCalls: UpCalls | undefined;
	started = 0;
	private readonly phantoms = new Map<string, TracedObject>();
	private readonly spare = new Map<number, RegisteredMemory[]>();
	private descriptors = 0;
	private handles = 0;
	private operations = 0;
	private ports = 0;

	/** @param name `host.nic` */
	constructor(
		readonly simulation: Simulation,
		readonly name: string,
		readonly catalogEntryId: number,
		readonly nic: Nic,
		readonly proxy: ProxyDriver,
		private readonly faults: CallFaults,
		/** The providers of all NICs of the world, one for each process: who is reached through a NIC. */
		readonly fabric: ReadonlyMap<Nic, readonly SanProvider[]>,
		/** The process that the provider is loaded into, and its addresses. */
		readonly process: string,
		private readonly addresses: AddressSpace,
	) {
		this.component = simulation.trace.components.of(name);
		this.thread = simulation.thread(`${name}.connect`, name, false);
		const { cache, revoke } = nic.settings;
		const object = cache ? simulation.trace.object(cacheObject, this.component) : undefined;
		this.cache = new RegistrationCache(proxy, cache, revoke, this.component, object);
	}

	/** Sets up the private record of a socket (first half of SOCK-3); the switch's descriptor comes from `WPUCreateSocketHandle`. */
	newSocket(t: Thread, skips: readonly string[] = []): Outcome<SanSocket> {
		if (!this.upCalls) return 'WSANOTINITIALISED';
		const descriptor = ++this.descriptors;
		const switchDescriptor = skips.includes('WPUCreateSocketHandle') ? 0 : this.createSocketHandle(t, descriptor);
		if (isError(switchDescriptor)) return switchDescriptor;
		const socket = this.socketRecord(
			descriptor,
			switchDescriptor,
			this.simulation.trace.object(sanSocketObject, this.component, descriptor),
		);
		t.change(socket.object, 'state', 'created');
		t.change(socket.object, 'switchDescriptor', switchDescriptor);
		this.sockets.set(descriptor, socket);
		return socket;
	}

	/** Misbehaviour: a descriptor that the provider returns without having a socket behind it. */
	phantomSocket(t: Thread, descriptor: number): SanSocket {
		const socket = this.socketRecord(descriptor, 0, this.phantomObject(phantomSocketObject, descriptor));
		this.setState(t, socket, 'closed');
		return socket;
	}

	/** Stands in the trace for everything that is not behind `number`: one object, however often it is returned. */
	phantomObject(type: ObjectType, number: number): TracedObject {
		const name = `${type.name} ${number}`;
		const known = this.phantoms.get(name) ?? this.simulation.trace.object(type, this.component, number);
		this.phantoms.set(name, known);
		return known;
	}

	private createSocketHandle(t: Thread, descriptor: number): Outcome<number> {
		const fault = forced(this.effect('WPUCreateSocketHandle'));
		if (fault === undefined) {
			return (this.upCalls as UpCalls).WPUCreateSocketHandle(t, this.catalogEntryId, descriptor);
		}
		t.enter(WPU_CREATE_SOCKET_HANDLE, (this.upCalls as UpCalls).component, this.catalogEntryId, descriptor);
		return leave(t, WPU_CREATE_SOCKET_HANDLE, fault);
	}

	/** The last up-call for a socket (CLOSE-4). */
	closeSocketHandle(t: Thread, s: SanSocket, skips: readonly string[] = []): void {
		if (skips.includes('WPUCloseSocketHandle')) return;
		const { upCalls } = this;
		const fault = forced(this.effect('WPUCloseSocketHandle'));
		if (fault === undefined || !upCalls) {
			upCalls?.WPUCloseSocketHandle(t, s.switchDescriptor);
			return;
		}
		t.enter(WPU_CLOSE_SOCKET_HANDLE, upCalls.component, s.switchDescriptor);
		leave(t, WPU_CLOSE_SOCKET_HANDLE, fault);
	}

	/** The socket that the switch knows by `switchDescriptor`: the context that came with it is the provider's own (SOCK-5). */
	socketOf(t: Thread, switchDescriptor: number): SanSocket | undefined {
		const { upCalls } = this;
		if (!upCalls) return undefined;
		const fault = forced(this.effect('WPUQuerySocketHandleContext'));
		if (fault !== undefined) {
			t.enter(WPU_QUERY_SOCKET_HANDLE_CONTEXT, upCalls.component, switchDescriptor);
			leave(t, SOCKET_HANDLE_CONTEXT, fault);
			return undefined;
		}
		const context = upCalls.WPUQuerySocketHandleContext(t, switchDescriptor);
		return isError(context) ? undefined : this.sockets.get(context);
	}

	private socketRecord(descriptor: number, switchDescriptor: number, object: TracedObject): SanSocket {
		return {
			descriptor,
			switchDescriptor,
			provider: this,
			object,
			state: 'created',
			local: undefined,
			remote: undefined,
			event: undefined,
			eventMask: 0,
			networkEvents: 0,
			connectError: undefined,
			acceptReported: false,
			backlog: 0,
			requests: [],
			peer: undefined,
			posted: [],
			kept: [],
			sends: [],
			held: [],
			sendError: undefined,
			connecting: undefined,
			stateBefore: 'created',
			successor: undefined,
			receiveGate: 0,
			receiving: false,
			debug: false,
			qos: undefined,
		};
	}

	setState(t: Thread, s: SanSocket, state: SanSocketState): void {
		if (s.debug) this.diagnose(t, s, `${s.state} → ${state}`);
		s.state = state;
		t.change(s.object, 'state', state);
	}

	/** OPT-11: prints what happens to a socket with SO_DEBUG. The text is the provider's own. */
	diagnose(t: Thread, s: SanSocket, text: string): void {
		const { component } = t;
		t.component = this.component;
		t.note(DIAGNOSTIC, this.component, s.descriptor, text);
		t.component = component;
	}

	/** The address that a companion has before the application's socket got one: the NIC's, with a port of the provider's. */
	ephemeral(ip: SocketAddress['ip']): SocketAddress {
		return socketAddress(ip, 49152 + (this.ports++ % 16384));
	}

	/** The next WSAOVERLAPPED that the switch hands over. */
	nextOperation(): number {
		return ++this.operations;
	}

	nextHandle(): number {
		return ++this.handles;
	}

	/** Finds room for `length` bytes in the process's addresses, on a page border. */
	allocate(length: number): number {
		return this.addresses.allocate(length);
	}

	/** Bytes that are all zero: those of released memory of the same length where there are some. */
	zeroedBytes(length: number): Uint8Array {
		const spare = this.spare.get(length)?.pop();
		return spare ? clear(spare) : new Uint8Array(Math.max(0, length));
	}

	/** Keeps the bytes of released memory for the next registration of that length. */
	reuse(memory: RegisteredMemory): void {
		const { length } = memory.bytes;
		const kept = this.spare.get(length);
		if (!kept) this.spare.set(length, [memory]);
		else if (kept.length < SPARE_BUFFERS) kept.push(memory);
	}

	/** What the scenario wants this call to do instead of its work. */
	effect(call: string, destination?: SocketAddress): CallEffect | undefined {
		return this.faults.of(this.name, call, this.simulation.now, destination);
	}

	enter(t: Thread, where: Site, a?: Value, b?: Value, c?: Value, d?: Value, e?: Value, f?: Value, g?: Value): void {
		t.enter(where, this.component, a, b, c, d, e, f, g);
	}
}

/** Returns from the innermost call with what `outcome` says: its value, or SOCKET_ERROR and the error. */
export function leave<T extends Value>(t: Thread, where: Site, outcome: Outcome<T>): Outcome<T> {
	if (isError(outcome)) t.leave(where, -1, outcome);
	else t.leave(where, outcome);
	return outcome;
}
