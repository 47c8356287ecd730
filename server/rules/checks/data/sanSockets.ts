/**
 * Model of the SAN sockets of a run, from what the trace says about them: who created them, which descriptor of the
 * switch stands for them, their addresses and states, and how they ended. A descriptor that is used again after its close
 * is a new socket.
 */
import { ByComponent } from '../../byComponent';
import type { CheckContext } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { AppSocket } from './appSockets';
import { isSwitch, isTcpip } from './components';
import { each, type Handlers } from './handlers';
import type { Operation } from './operations';
import type { Registration } from './registrations';
import type { SessionRecord } from './sessions';
import { callOf, numberArg } from './values';

export interface SanSocket {
	readonly provider: string;
	/** Number of the provider. */
	readonly providerId: number;
	readonly descriptor: number;
	readonly created: number;
	/** The application's socket that it carries, and the session over it, once they were found. */
	app: AppSocket | undefined;
	session: SessionRecord | undefined;
	/** Operations that the switch has started and whose end it has not learnt, oldest first. */
	readonly pending: Operation[];
	/** Number of the NIC that carries its messages, once something was posted. */
	nic: number | undefined;
	/** How many of them are receives into which no message has arrived. */
	posted: number;
	/** The last return of WSPGetOverlappedResult, or -1. */
	asked: number;
	/** All registrations of memory that were ever made for it, oldest first. */
	readonly registrations: Registration[];
	/** The switch (in the process) that uses it. */
	switch: string;
	switchDescriptor: number | undefined;
	state: string;
	/** It was connected at some time. */
	connected: boolean;
	local: string | undefined;
	remote: string | undefined;
	/** `seq` of the first WSPCloseSocket call, and of its successful return. */
	closeCalled: number | undefined;
	closed: number | undefined;
	/** `seq` of WPUCloseSocketHandle. */
	handleClosed: number | undefined;
	/** `seq` of the successful return of WSPDuplicateSocket: the process has given the socket away. */
	givenAway: number | undefined;
	/** The other end of the connection, once it was found. */
	other: SanSocket | undefined;
	/** The provider has returned it to the switch. */
	handedOut: boolean;
	/** It came from another process (DUP-13). */
	takenOver: boolean;
}

export class SanSockets {
	private readonly latest = new ByComponent<number, SanSocket>();
	private readonly byHandle = new ByComponent<number, SanSocket>();
	readonly all: SanSocket[] = [];
	/** Providers by number whose sockets went with WSPCleanup (CLEAN-1). */
	readonly cleanedUp = new Set<number>();
	/** The last question to `of`: many checks ask about the same record. */
	private asked: SeenRecord | undefined;
	private answer: SanSocket | undefined;
	/** By provider. */
	private readonly open: (Set<SanSocket> | undefined)[] = [];
	/** Sockets by their two addresses, in the order in which these became known. */
	private readonly byAddresses = new Map<string, SanSocket[]>();

	readonly handlers: Handlers = {
		'return WPUCreateSocketHandle': (ret, context) => this.handleCreated(ret, context),
		...each(
			['state', 'local', 'remote', 'switchDescriptor'].map((field) => `state socket.${field}`),
			(record) => this.changed(record),
		),
		'call WSPCloseSocket, provider': (call) => {
			const socket = this.of(call);
			if (socket) socket.closeCalled ??= call.seq;
		},
		'return WSPCloseSocket, provider': (ret, context) => {
			if (ret.error) return;
			const call = callOf(ret, context);
			const socket = this.find(ret.fromId, numberArg(call, 's'));
			if (socket?.closeCalled !== call.seq) return;
			socket.closed ??= ret.seq;
			this.open[socket.providerId]?.delete(socket);
		},
		'return WSPSocket, provider': (ret, context) => this.handOut(ret, context),
		'return WSPAccept, provider': (ret, context) => this.handOut(ret, context),
		'return WSPCleanup, provider': (ret) => {
			if (!ret.error) this.cleanedUp.add(ret.fromId);
		},
		'call WPUCloseSocketHandle': (call) => {
			const socket = this.withHandle(call.fromId, numberArg(call, 's'));
			if (socket) socket.handleClosed ??= call.seq;
		},
		'return WSPDuplicateSocket, provider': (ret, context) => {
			if (ret.error) return;
			const socket = this.find(ret.fromId, numberArg(callOf(ret, context), 's'));
			if (socket) socket.givenAway ??= ret.seq;
		},
	};

	/** The socket that a provider's descriptor names now, or named last. @param provider number of the provider */
	find(provider: number, descriptor: number | undefined): SanSocket | undefined {
		return descriptor === undefined ? undefined : this.latest.get(provider, descriptor);
	}

	/** Sockets of a provider that were handed out and not closed, oldest first. */
	openOf(provider: number): ReadonlySet<SanSocket> {
		return this.open[provider] ?? noSockets;
	}

	/** The socket that a call of the switch names by `s`; made now if the trace did not show its creation. */
	of(call: SeenRecord): SanSocket | undefined {
		if (call !== this.asked) {
			this.answer = this.named(call);
			this.asked = call;
		}
		return this.answer;
	}

	/** As `of`, but nothing is made. */
	known(call: SeenRecord): SanSocket | undefined {
		return call === this.asked ? this.answer : this.find(call.toId, numberArg(call, 's'));
	}

	private named(call: SeenRecord): SanSocket | undefined {
		const descriptor = numberArg(call, 's');
		if (descriptor === undefined) return undefined;
		return this.find(call.toId, descriptor) ?? this.add(call.to, call.toId, descriptor, call.from, call.seq);
	}

	/** The socket that the switch knows by `descriptor`, open or closed. */
	withHandle(provider: number, descriptor: number | undefined): SanSocket | undefined {
		return descriptor === undefined ? undefined : this.byHandle.get(provider, descriptor);
	}

	/** The other end of an established connection: the addresses are exchanged. */
	peer(socket: SanSocket): SanSocket | undefined {
		if (socket.other && socket.other.givenAway === undefined) return socket.other;
		if (socket.local === undefined || socket.remote === undefined) return undefined;
		const candidates = this.byAddresses.get(`${socket.remote} ${socket.local}`) ?? [];
		for (let n = candidates.length - 1; n >= 0; n--) {
			const other = candidates[n] as SanSocket;
			// A partner that was given away to another process is replaced by the one that took over (DUP-16).
			if (other === socket || !other.connected || other.givenAway !== undefined) continue;
			if (other.other && other.other !== socket && other.other.givenAway === undefined) continue;
			if (other.local !== socket.remote || other.remote !== socket.local) continue;
			socket.other = other;
			other.other = socket;
			return other;
		}
		return socket.other;
	}

	/** The socket of another process that `socket` goes on with. */
	predecessor(socket: SanSocket): SanSocket | undefined {
		if (!socket.takenOver) return undefined;
		return this.all.findLast(
			(other) =>
				other !== socket &&
				other.givenAway !== undefined &&
				other.local === socket.local &&
				other.remote === socket.remote,
		);
	}

	/** A socket and those of other processes that it came from (DUP-13), the latest first. */
	lineage(socket: SanSocket): readonly SanSocket[] {
		const line = [socket];
		for (let before = this.predecessor(socket); before && !line.includes(before); before = this.predecessor(before)) {
			line.push(before);
		}
		return line;
	}

	private handleCreated(ret: SeenRecord, context: CheckContext): void {
		if (ret.error || typeof ret.result !== 'number' || !isSwitch(ret.from)) return;
		const descriptor = numberArg(callOf(ret, context), 'dwContext');
		if (descriptor === undefined) return;
		const socket = this.add(ret.to, ret.toId, descriptor, ret.from, ret.seq);
		this.setHandle(socket, ret.result);
	}

	private handOut(ret: SeenRecord, context: CheckContext): void {
		if (ret.error || typeof ret.result !== 'number') return;
		const socket = this.find(ret.fromId, ret.result);
		if (!socket) return;
		socket.handedOut = true;
		if (socket.closed === undefined) this.opened(socket);
		socket.takenOver = (callOf(ret, context).arg('dwProviderReserved') ?? null) !== null;
	}

	private opened(socket: SanSocket): void {
		const open = this.open[socket.providerId];
		if (open) open.add(socket);
		else this.open[socket.providerId] = new Set([socket]);
	}

	private addressed(socket: SanSocket): void {
		if (socket.local === undefined || socket.remote === undefined) return;
		const key = `${socket.local} ${socket.remote}`;
		const known = this.byAddresses.get(key);
		if (known) known.push(socket);
		else this.byAddresses.set(key, [socket]);
	}

	private setHandle(socket: SanSocket, handle: number): void {
		socket.switchDescriptor = handle;
		this.byHandle.set(socket.providerId, handle, socket);
	}

	private add(provider: string, providerId: number, descriptor: number, user: string, seq: number): SanSocket {
		const socket: SanSocket = {
			provider,
			providerId,
			descriptor,
			created: seq,
			app: undefined,
			session: undefined,
			pending: [],
			nic: undefined,
			posted: 0,
			asked: -1,
			registrations: [],
			switch: user,
			switchDescriptor: undefined,
			state: 'created',
			connected: false,
			local: undefined,
			remote: undefined,
			closeCalled: undefined,
			closed: undefined,
			handleClosed: undefined,
			givenAway: undefined,
			other: undefined,
			handedOut: false,
			takenOver: false,
		};
		this.latest.set(providerId, descriptor, socket);
		this.all.push(socket);
		return socket;
	}

	private changed(record: SeenRecord): void {
		const { owner, ownerId, number, field } = record.changed;
		if (isSwitch(owner) || isTcpip(owner)) return;
		const after = record.arg('after');
		const socket = this.find(ownerId, number) ?? this.add(owner, ownerId, number, '', record.seq);
		switch (field) {
			case 'state':
				socket.state = String(after);
				if (after === 'connected') socket.connected = true;
				return;
			case 'local':
			case 'remote':
				socket[field] = typeof after === 'string' ? after : undefined;
				this.addressed(socket);
				return;
			case 'switchDescriptor':
				if (typeof after === 'number') this.setHandle(socket, after);
				return;
			default:
		}
	}
}

const noSockets: ReadonlySet<SanSocket> = new Set();
