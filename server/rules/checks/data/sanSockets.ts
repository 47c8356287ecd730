/**
 * Model of the SAN sockets of a run, from what the trace says about them: who created them, which descriptor of the
 * switch stands for them, their addresses and states, and how they ended. A descriptor that is used again after its close
 * is a new socket.
 */
import type { TraceRecord } from '../../../trace';
import type { CheckContext } from '../../check';
import { intoProvider, isSwitch, isTcpip, outOfProvider } from './components';
import { type Handlers, stateObject } from './handlers';
import { callOf, numberArg } from './values';

export interface SanSocket {
	readonly provider: string;
	readonly descriptor: number;
	readonly created: number;
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
	private readonly latest = new Map<string, SanSocket>();
	private readonly byHandle = new Map<string, SanSocket>();
	readonly all: SanSocket[] = [];

	readonly handlers: Handlers = {
		'return WPUCreateSocketHandle': (ret, context) => this.handleCreated(ret, context),
		'state socket': (record) => this.changed(record),
		'call WSPCloseSocket': (call) => {
			const socket = intoProvider(call) ? this.of(call) : undefined;
			if (socket) socket.closeCalled ??= call.seq;
		},
		'return WSPCloseSocket': (ret, context) => {
			if (!outOfProvider(ret) || ret.error) return;
			const call = callOf(ret, context);
			const socket = this.find(ret.from, numberArg(call, 's'));
			if (socket && socket.closeCalled === call.seq) socket.closed ??= ret.seq;
		},
		'return WSPSocket': (ret, context) => this.handOut(ret, context),
		'return WSPAccept': (ret, context) => this.handOut(ret, context),
		'call WPUCloseSocketHandle': (call) => {
			const socket = this.withHandle(call.from, numberArg(call, 's'));
			if (socket) socket.handleClosed ??= call.seq;
		},
		'return WSPDuplicateSocket': (ret, context) => {
			if (!outOfProvider(ret) || ret.error) return;
			const socket = this.find(ret.from, numberArg(callOf(ret, context), 's'));
			if (socket) socket.givenAway ??= ret.seq;
		},
	};

	/** The socket that a provider's descriptor names now, or named last. */
	find(provider: string, descriptor: number | undefined): SanSocket | undefined {
		return descriptor === undefined ? undefined : this.latest.get(`${provider} ${descriptor}`);
	}

	/** Sockets of a provider that were handed out and not closed, oldest first. */
	openOf(provider: string): readonly SanSocket[] {
		return this.all.filter((entry) => entry.provider === provider && entry.handedOut && entry.closed === undefined);
	}

	/** The socket that a call of the switch names by `s`; made now if the trace did not show its creation. */
	of(call: TraceRecord): SanSocket | undefined {
		const descriptor = numberArg(call, 's');
		if (descriptor === undefined) return undefined;
		return this.find(call.to, descriptor) ?? this.add(call.to, descriptor, call.from, call.seq);
	}

	/** The socket that the switch knows by `descriptor`, open or closed. */
	withHandle(provider: string, descriptor: number | undefined): SanSocket | undefined {
		return descriptor === undefined ? undefined : this.byHandle.get(`${provider} ${descriptor}`);
	}

	/** The other end of an established connection: the addresses are exchanged. */
	peer(socket: SanSocket): SanSocket | undefined {
		if (socket.other && socket.other.givenAway === undefined) return socket.other;
		if (socket.local === undefined || socket.remote === undefined) return undefined;
		for (let n = this.all.length - 1; n >= 0; n--) {
			const other = this.all[n] as SanSocket;
			if (other === socket || !other.connected) continue;
			// A partner that was given away to another process is replaced by the one that took over (DUP-16).
			if (other.other && other.other.givenAway === undefined) continue;
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

	private handleCreated(ret: TraceRecord, context: CheckContext): void {
		if (ret.error || typeof ret.result !== 'number' || !isSwitch(ret.from)) return;
		const descriptor = numberArg(callOf(ret, context), 'dwContext');
		if (descriptor === undefined) return;
		const socket = this.add(ret.to, descriptor, ret.from, ret.seq);
		this.setHandle(socket, ret.result);
	}

	private handOut(ret: TraceRecord, context: CheckContext): void {
		if (!outOfProvider(ret) || ret.error || typeof ret.result !== 'number') return;
		const socket = this.find(ret.from, ret.result);
		if (!socket) return;
		socket.handedOut = true;
		socket.takenOver = (callOf(ret, context).args.dwProviderReserved ?? null) !== null;
	}

	private setHandle(socket: SanSocket, handle: number): void {
		socket.switchDescriptor = handle;
		this.byHandle.set(`${socket.provider} ${handle}`, socket);
	}

	private add(provider: string, descriptor: number, user: string, seq: number): SanSocket {
		const socket: SanSocket = {
			provider,
			descriptor,
			created: seq,
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
		this.latest.set(`${provider} ${descriptor}`, socket);
		this.all.push(socket);
		return socket;
	}

	private changed(record: TraceRecord): void {
		const { owner, number } = stateObject(record.name);
		if (isSwitch(owner) || isTcpip(owner)) return;
		const { field, after } = record.args;
		const socket = this.find(owner, number) ?? this.add(owner, number, '', record.seq);
		switch (field) {
			case 'state':
				socket.state = String(after);
				if (after === 'connected') socket.connected = true;
				return;
			case 'local':
			case 'remote':
				socket[field] = typeof after === 'string' ? after : undefined;
				return;
			case 'switchDescriptor':
				if (typeof after === 'number') this.setHandle(socket, after);
				return;
			default:
		}
	}
}
