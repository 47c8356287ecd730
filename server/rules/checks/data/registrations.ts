/**
 * Model of registered memory: what the switch has registered with each SAN provider, for which socket, with which access
 * rights, and what it has given back. The provider's own record of a registration (`memory` objects) is kept beside it.
 */
import { ByComponent } from '../../byComponent';
import type { CheckContext } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { Handlers } from './handlers';
import type { SanSocket, SanSockets } from './sanSockets';
import { arg, callOf, DESCRIPTOR_NAMES, type Key, keyOf, numberArg, textArg } from './values';

export interface Registration {
	readonly provider: string;
	/** Handle, or RDMA descriptor. */
	readonly key: Key;
	/** Made by WSPRegisterRdmaMemory. */
	readonly rdma: boolean;
	readonly socket: SanSocket;
	/** The switch that registered. */
	readonly switch: string;
	/** The call. */
	readonly seq: number;
	readonly address: number | undefined;
	readonly length: number;
	readonly access: string;
	/** Registrations of the same buffer under this handle that were not taken back (MEM-10). */
	count: number;
	/** `seq` of the return of the last deregistration, or of the close of its socket. */
	released: number | undefined;
	/** RDMA operations of the peer that named it. */
	rdmaUses: number;
	/** The peer was told of it, and has not said that the transfer is complete. */
	announced: boolean;
}

export class Registrations {
	/** By provider and handle, and by provider and descriptor for RDMA. */
	private readonly byHandle = new ByComponent<Key, Registration>();
	private readonly byDescriptor = new ByComponent<Key, Registration>();
	private readonly byAddress = new ByComponent<number, Registration[]>();
	/** Names of the provider's own objects, and whether they are registered. */
	private readonly provider = new Map<string, boolean>();
	/** What the return at hand has registered or released. */
	current: Registration | undefined;

	constructor(private readonly sockets: SanSockets) {}

	readonly handlers: Handlers = {
		'return WSPRegisterMemory, provider': (ret, context) => this.registered(ret, context, false),
		'return WSPRegisterRdmaMemory, provider': (ret, context) => this.registered(ret, context, true),
		'return WSPDeregisterMemory, provider': (ret, context) => this.deregistered(ret, context, false),
		'return WSPDeregisterRdmaMemory, provider': (ret, context) => this.deregistered(ret, context, true),
		'return WSPCloseSocket, provider': (ret, context) => this.socketGone(ret, context),
		// DUP-10: the process that gave the socket away has no memory for it any more.
		'return WSPDuplicateSocket, provider': (ret, context) => this.socketGone(ret, context),
		'state memory.registered': (record) => this.held(record),
		'state rdma memory.registered': (record) => this.held(record),
	};

	/** The registration that a handle (or a descriptor) of a provider names now, or named last. */
	find(provider: number, key: Key | undefined, rdma = false): Registration | undefined {
		return key === undefined ? undefined : (rdma ? this.byDescriptor : this.byHandle).get(provider, key);
	}

	/** All registrations that were ever made for a socket, oldest first. */
	of(socket: SanSocket): readonly Registration[] {
		return socket.registrations;
	}

	/** Registrations of a socket that were not taken back, oldest first. */
	live(socket: SanSocket): readonly Registration[] {
		return this.of(socket).filter((entry) => entry.released === undefined);
	}

	/** Registrations of a provider for the buffer at `address`; released ones go when the next one is made. */
	at(provider: number, address: number): readonly Registration[] {
		return this.byAddress.get(provider, address) ?? [];
	}

	/** Other registrations of the same buffer with the same provider. */
	sharing(entry: Registration): readonly Registration[] {
		if (entry.address === undefined) return [];
		return this.at(entry.socket.providerId, entry.address).filter((other) => other !== entry);
	}

	/** Whether the provider's own record says that it still holds the registration; undefined if it has none. */
	heldByProvider(entry: Registration): boolean | undefined {
		return (
			this.provider.get(`${entry.provider} ${entry.rdma ? 'rdma memory' : 'memory'} ${entry.key}`) ??
			this.provider.get(`${entry.provider} memory ${entry.key}`)
		);
	}

	private registered(ret: SeenRecord, context: CheckContext, rdma: boolean): void {
		this.current = undefined;
		if (ret.error) return;
		const call = callOf(ret, context);
		const key = keyOf(rdma ? (arg(ret, ...DESCRIPTOR_NAMES) ?? ret.result) : ret.result);
		const socket = this.sockets.of(call);
		if (key === undefined || !socket) return;
		const known = this.find(ret.fromId, key, rdma);
		if (known && known.released === undefined && known.socket === socket) {
			known.count++;
			this.current = known;
			return;
		}
		const entry: Registration = {
			provider: ret.from,
			key,
			rdma,
			socket,
			switch: ret.to,
			seq: call.seq,
			address: numberArg(call, 'lpBuffer'),
			length: numberArg(call, 'dwBufferLength') ?? 0,
			access: textArg(call, 'dwFlags') ?? accessName(numberArg(call, 'dwFlags')),
			count: 1,
			released: undefined,
			rdmaUses: 0,
			announced: false,
		};
		(rdma ? this.byDescriptor : this.byHandle).set(ret.fromId, key, entry);
		socket.registrations.push(entry);
		this.addAddress(ret.fromId, entry);
		this.current = entry;
	}

	private deregistered(ret: SeenRecord, context: CheckContext, rdma: boolean): void {
		this.current = undefined;
		if (ret.error) return;
		const entry = this.find(ret.fromId, deregisteredKey(callOf(ret, context), rdma), rdma);
		if (!entry || entry.released !== undefined) return;
		entry.count--;
		if (entry.count === 0) entry.released = ret.seq;
		this.current = entry;
	}

	/** What a socket still had that is closed or given away is the provider's to release (MEM-9, DUP-10). */
	private socketGone(ret: SeenRecord, context: CheckContext): void {
		if (ret.error) return;
		const socket = this.sockets.find(ret.fromId, numberArg(callOf(ret, context), 's'));
		if (!socket) return;
		for (const entry of this.live(socket)) entry.released = ret.seq;
	}

	private addAddress(provider: number, entry: Registration): void {
		if (entry.address === undefined) return;
		const live = this.at(provider, entry.address).filter((other) => other.released === undefined);
		this.byAddress.set(provider, entry.address, [...live, entry]);
	}

	private held(record: SeenRecord): void {
		this.provider.set(record.name, record.arg('after') === true);
	}
}

/** Handle or descriptor that a deregistration names. */
export function deregisteredKey(call: SeenRecord, rdma: boolean): Key | undefined {
	return keyOf(rdma ? arg(call, ...DESCRIPTOR_NAMES) : arg(call, 'handle', 'Handle'));
}

function accessName(flags: number | undefined): string {
	switch (flags) {
		case 1:
			return 'MEM_READ';
		case 2:
			return 'MEM_WRITE';
		case 3:
			return 'MEM_READWRITE';
		default:
			return flags === undefined ? '' : String(flags);
	}
}

/** Whether the access rights allow reading or writing (MEM-6). */
export function allows(access: string, wanted: 'MEM_READ' | 'MEM_WRITE'): boolean {
	return access === wanted || access === 'MEM_READWRITE';
}
