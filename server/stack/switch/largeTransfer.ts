/**
 * Large amounts of data by RDMA (page "Using session protocol"): which of the two procedures is used depends on whether
 * the receiving side's provider has WSPRdmaRead (RDMA-1). One transfer at a time in each direction of a session.
 */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import { isError, type WsaError } from '../outcome';
import * as san from '../san';
import type { Companion } from './appSocket';
import type { ControlHeader, ControlKind } from './controlMessage';
import { lost } from './sessionErrors';
import type { Transport } from './transport';

const fields = ['s', 'lpBuffer', 'dwBufferLength', 'dwFlags'] as const;
const EXPOSE_FOR_READ = site('WSPRegisterRdmaMemory', fields, ['RDMA-2', 'MEM-3', 'MEM-8']);
const EXPOSE_FOR_WRITE = site('WSPRegisterRdmaMemory', fields, ['RDMA-5', 'MEM-3', 'MEM-8']);
const REGISTER_TARGET = site('WSPRegisterMemory', fields, ['RDMA-3', 'MEM-2']);
const REGISTER_SOURCE = site('WSPRegisterMemory', fields, ['RDMA-8', 'MEM-2']);
const RELEASE_SOURCE = site('WSPDeregisterMemory', ['s', 'handle'], ['RDMA-8', 'MEM-9']);
const RELEASE_ENDED = site('WSPDeregisterMemory', ['s', 'handle'], ['MEM-9']);
const WITHDRAW_ENDED = site('WSPDeregisterRdmaMemory', ['s', 'lpRdmaBufferDescriptor'], ['MEM-9']);
const WITHDRAW_READ = site('WSPDeregisterRdmaMemory', ['s', 'lpRdmaBufferDescriptor'], ['RDMA-4', 'MEM-9']);
const WITHDRAW_SUSPENDED = site(
	'WSPDeregisterRdmaMemory',
	['s', 'lpRdmaBufferDescriptor'],
	['DUP-6', 'RDMA-4', 'MEM-9'],
);
const WITHDRAW_WRITE = site('WSPDeregisterRdmaMemory', ['s', 'lpRdmaBufferDescriptor'], ['RDMA-7', 'MEM-9']);

/** What a transfer needs of its session. */
export interface TransferSession {
	readonly companion: Companion;
	/** What the switch knows of the provider (OPT-6). */
	readonly transport: Transport;
	/** This side's socket moves to another process: the session is being suspended for that (DUP-5). */
	readonly movesAway: boolean;
	/** Sends a control message now or as soon as a credit and a buffer are there. */
	control(t: Thread, kind: ControlKind, payload?: Uint8Array, amount?: number, detail?: number): void;
	/** Application data has arrived, in order. */
	arrived(t: Thread, bytes: Uint8Array): void;
	/** The session cannot go on. */
	end(t: Thread, error: WsaError | undefined): void;
	/** Virtual address of a buffer of the application. */
	addressOf(bytes: Uint8Array): number;
}

type Outgoing =
	| { readonly kind: 'read'; readonly memory: san.RegisteredMemory }
	| { readonly kind: 'write'; readonly data: Uint8Array; readonly first: number; writing: Writing | undefined };

/** The sender's half of the write procedure, once it knows where to write. */
interface Writing {
	readonly memory: san.RegisteredMemory;
	readonly descriptor: number;
	/** Bytes written and confirmed. */
	written: number;
}

interface Incoming {
	readonly kind: 'read' | 'write';
	readonly memory: san.RegisteredMemory;
	/** Read procedure: descriptor of the sender's memory, and where the rest starts in it. */
	readonly descriptor: number;
	readonly first: number;
	fetched: number;
}

export class LargeTransfers {
	private outgoing: Outgoing | undefined;
	private incoming: Incoming | undefined;
	private exposed: san.RegisteredMemory | undefined;
	/** Which procedure each 'transfer complete' of ours that has not left yet ends: there may be one in each direction. */
	private readonly ends: ('read' | 'write')[] = [];
	/** The sender's process ends: a transfer stops after the RDMA operation under way (DUP-2). */
	private stopsReading = false;
	private stopsWriting = false;
	/** What a transfer from here has not sent. */
	private unsent: Uint8Array | undefined;

	constructor(private readonly session: TransferSession) {}

	/** Whether a transfer from here is under way. */
	get sending(): boolean {
		return this.outgoing !== undefined;
	}

	/** Whether nothing is under way in either direction. */
	get idle(): boolean {
		return !this.outgoing && !this.incoming;
	}

	/** Whether RDMA that this side does is under way; the peer's own is not counted (DUP-5, DUP-6). */
	get working(): boolean {
		return this.outgoing?.kind === 'write' || this.incoming?.kind === 'read';
	}

	/**
	 * Starts sending `data`: the first part travels in the control message that announces the whole (DATA-6).
	 * @param firstBytes how much fits into that message
	 * @returns WSAENOBUFS if the memory cannot be registered (DATA-7)
	 */
	start(t: Thread, data: Uint8Array, firstBytes: number, peerHasRdmaRead: boolean): WsaError | undefined {
		const first = data.subarray(0, firstBytes);
		const { provider, socket } = this.session.companion;
		if (!peerHasRdmaRead) {
			this.outgoing = { kind: 'write', data, first: first.length, writing: undefined };
			this.session.control(t, 'RDMA request', first, data.length);
			return undefined;
		}
		// RDMA-2: the data is exposed for reading, and its descriptor goes into the header.
		const buffer = { address: this.session.addressOf(data), bytes: data };
		const memory = san.WSPRegisterRdmaMemory(provider, t, socket, buffer, 'MEM_READ', 'data to send', EXPOSE_FOR_READ);
		if (isError(memory)) return 'WSAENOBUFS';
		this.outgoing = { kind: 'read', memory };
		this.session.control(t, 'data with RDMA descriptor', first, data.length, memory.handle);
		return undefined;
	}

	/** This process ends: a transfer from here stops after its present, or first, RDMA write. */
	stopWriting(): void {
		this.stopsWriting = true;
	}

	/** The process of the peer ends: the transfer from there stops after the present RDMA read. */
	stopReading(stop: boolean): void {
		this.stopsReading = stop;
	}

	/** Gives a transfer from here up that the peer was never told of. */
	takeBack(t: Thread): void {
		const { outgoing } = this;
		this.outgoing = undefined;
		if (outgoing?.kind === 'write') this.unsent = outgoing.data;
		else if (outgoing) {
			const { provider, socket } = this.session.companion;
			this.unsent = outgoing.memory.bytes;
			san.WSPDeregisterRdmaMemory(provider, t, socket, outgoing.memory, WITHDRAW_SUSPENDED);
		}
	}

	/** What a transfer from here has left unsent, once. */
	takeUnsent(): Uint8Array {
		const { unsent } = this;
		this.unsent = undefined;
		return unsent ?? new Uint8Array(0);
	}

	/** Releases memory whose transfer has ended while the session was being suspended (DUP-6). */
	releaseExposed(t: Thread): void {
		const { exposed } = this;
		if (!exposed) return;
		this.exposed = undefined;
		const { provider, socket } = this.session.companion;
		san.WSPDeregisterRdmaMemory(provider, t, socket, exposed, WITHDRAW_SUSPENDED);
	}

	/**
	 * The session is over: releases what its transfers still had and nobody uses (MEM-9). Memory that the peer may be
	 * reading or writing is the provider's to release.
	 * @param unannounced whether the peer was never told of this descriptor
	 */
	release(t: Thread, unannounced: (descriptor: number) => boolean): void {
		const { incoming, outgoing, exposed } = this;
		const { provider, socket } = this.session.companion;
		this.incoming = undefined;
		this.outgoing = undefined;
		this.exposed = undefined;
		for (const memory of [
			incoming?.kind === 'read' ? incoming.memory : undefined,
			outgoing?.kind === 'write' ? outgoing.writing?.memory : undefined,
		]) {
			if (memory?.registered && memory.inUse === 0) san.WSPDeregisterMemory(provider, t, socket, memory, RELEASE_ENDED);
		}
		if (exposed) san.WSPDeregisterRdmaMemory(provider, t, socket, exposed, WITHDRAW_ENDED);
		for (const memory of [
			incoming?.kind === 'write' ? incoming.memory : undefined,
			outgoing?.kind === 'read' ? outgoing.memory : undefined,
		]) {
			if (memory && unannounced(memory.handle)) {
				san.WSPDeregisterRdmaMemory(provider, t, socket, memory, WITHDRAW_ENDED);
			}
		}
	}

	/** A control message about a large transfer. */
	receive(t: Thread, header: ControlHeader, payload: Uint8Array): void {
		switch (header.kind) {
			case 'data with RDMA descriptor':
				this.session.arrived(t, payload);
				this.beginReading(t, header, payload.length);
				return;
			case 'RDMA request':
				this.session.arrived(t, payload);
				this.offerMemory(t, header.amount - payload.length);
				return;
			case 'RDMA location':
				this.beginWriting(t, header.detail);
				return;
			case 'transfer complete':
				this.transferComplete(t, header.detail, header.amount);
				return;
			default:
		}
	}

	// The read procedure, receiving side (RDMA-3)

	private beginReading(t: Thread, header: ControlHeader, first: number): void {
		const { provider, socket } = this.session.companion;
		const rest = header.amount - first;
		const memory = san.WSPRegisterMemory(provider, t, socket, rest, 'MEM_WRITE', 'data to receive', REGISTER_TARGET);
		if (isError(memory)) {
			this.session.end(t, 'WSAENOBUFS');
			return;
		}
		this.incoming = { kind: 'read', memory, descriptor: header.detail, first, fetched: 0 };
		this.readNext(t, this.incoming);
	}

	private readNext(t: Thread, incoming: Incoming): void {
		const { provider, socket } = this.session.companion;
		const { memory, first, fetched, descriptor } = incoming;
		const length = Math.min(memory.bytes.length - fetched, this.session.transport.maxRdma);
		const started = san.WSPRdmaRead(
			provider,
			t,
			socket,
			{ memory, offset: fetched, length },
			descriptor,
			first + fetched,
		);
		if (isError(started)) this.session.end(t, lost(started));
	}

	private readDone(t: Thread, incoming: Incoming, bytes: number): void {
		incoming.fetched += bytes;
		const missing = incoming.memory.bytes.length - incoming.fetched;
		if (missing > 0 && !this.stopsReading) {
			this.readNext(t, incoming);
			return;
		}
		const { provider, socket } = this.session.companion;
		this.incoming = undefined;
		this.session.arrived(t, incoming.memory.bytes.slice(0, incoming.fetched));
		san.WSPDeregisterMemory(provider, t, socket, incoming.memory);
		this.complete(t, 'read', incoming.descriptor, missing);
	}

	/**
	 * Tells the peer that a transfer is complete: the one of the memory that `descriptor` names.
	 * @param missing bytes at its end that do not come this way
	 */
	private complete(t: Thread, procedure: 'read' | 'write', descriptor: number, missing: number): void {
		this.ends.push(procedure);
		this.session.control(t, 'transfer complete', undefined, missing, descriptor);
	}

	// The write procedure, receiving side (RDMA-5, RDMA-7)

	private offerMemory(t: Thread, rest: number): void {
		const { provider, socket } = this.session.companion;
		const buffer = { address: provider.allocate(rest), bytes: new Uint8Array(rest) };
		const memory = san.WSPRegisterRdmaMemory(
			provider,
			t,
			socket,
			buffer,
			'MEM_WRITE',
			'data to receive',
			EXPOSE_FOR_WRITE,
		);
		if (isError(memory)) {
			this.session.end(t, 'WSAENOBUFS');
			return;
		}
		this.incoming = { kind: 'write', memory, descriptor: memory.handle, first: 0, fetched: 0 };
		this.session.control(t, 'RDMA location', undefined, rest, memory.handle);
	}

	// The write procedure, sending side (RDMA-6, RDMA-8)

	private beginWriting(t: Thread, descriptor: number): void {
		const { outgoing } = this;
		if (outgoing?.kind !== 'write') return;
		const { provider, socket } = this.session.companion;
		const buffer = { address: this.session.addressOf(outgoing.data), bytes: outgoing.data };
		const { length } = outgoing.data;
		const memory = san.WSPRegisterMemory(
			provider,
			t,
			socket,
			length,
			'MEM_READ',
			'data to send',
			REGISTER_SOURCE,
			buffer,
		);
		if (isError(memory)) {
			this.session.end(t, 'WSAENOBUFS');
			return;
		}
		outgoing.writing = { memory, descriptor, written: 0 };
		this.writeNext(t, outgoing.writing, outgoing.first);
	}

	private writeNext(t: Thread, writing: Writing, first: number): void {
		const { provider, socket } = this.session.companion;
		const { memory, descriptor, written } = writing;
		const length = Math.min(memory.bytes.length - first - written, this.session.transport.maxRdma);
		const source = { memory, offset: first + written, length };
		const started = san.WSPRdmaWrite(provider, t, socket, source, descriptor, written);
		if (isError(started)) this.session.end(t, lost(started));
	}

	private writeDone(
		t: Thread,
		outgoing: Extract<Outgoing, { readonly kind: 'write' }>,
		operation: san.Overlapped,
	): void {
		const { writing, first, data } = outgoing;
		if (!writing) return;
		const { provider, socket } = this.session.companion;
		const bytes = san.WSPGetOverlappedResult(provider, t, socket, operation);
		// A provider that says that it is done, and has moved nothing, would be asked again for ever.
		if (isError(bytes) || bytes <= 0) {
			this.session.end(t, isError(bytes) ? lost(bytes) : 'WSAECONNABORTED');
			return;
		}
		writing.written += bytes;
		const left = data.subarray(first + writing.written);
		if (left.length > 0 && this.stopsWriting) this.leaveOff(t, left, writing.descriptor);
		else if (left.length > 0) this.writeNext(t, writing, first);
		// RDMA-8: released when the peer's NIC has the message, by `sent`.
		else this.complete(t, 'write', writing.descriptor, 0);
	}

	/** The peer keeps what it has, and expects no more by this transfer. */
	private leaveOff(t: Thread, left: Uint8Array, descriptor: number): void {
		this.unsent = left;
		this.complete(t, 'write', descriptor, left.length);
	}

	/** The message that ends the write procedure has reached the peer: the source is released and the send is done. */
	private releaseSource(t: Thread): void {
		const { outgoing } = this;
		if (outgoing?.kind !== 'write' || !outgoing.writing) return;
		const { provider, socket } = this.session.companion;
		san.WSPDeregisterMemory(provider, t, socket, outgoing.writing.memory, RELEASE_SOURCE);
		this.outgoing = undefined;
	}

	/** A 'transfer complete' of ours leaves, in order: whether it ends the write procedure. */
	endsWriting(): boolean {
		return this.ends.shift() === 'write';
	}

	/** The 'transfer complete' that ends our write procedure has arrived. */
	sent(t: Thread): void {
		this.releaseSource(t);
	}

	/** @param missing bytes at the end that were not transferred */
	private transferComplete(t: Thread, descriptor: number, missing: number): void {
		const { provider, socket } = this.session.companion;
		const { incoming, outgoing } = this;
		if (outgoing?.kind === 'read' && outgoing.memory.handle === descriptor) {
			if (missing > 0) this.unsent = outgoing.memory.bytes.slice(outgoing.memory.bytes.length - missing);
			if (this.session.movesAway) {
				// DUP-6: the memory is released when the peer has suspended the session.
				this.exposed = outgoing.memory;
				this.outgoing = undefined;
				return;
			}
			// RDMA-4.
			this.outgoing = undefined;
			san.WSPDeregisterRdmaMemory(provider, t, socket, outgoing.memory, WITHDRAW_READ);
		} else if (incoming?.kind === 'write' && incoming.descriptor === descriptor) {
			// RDMA-7.
			this.incoming = undefined;
			san.WSPDeregisterRdmaMemory(provider, t, socket, incoming.memory, WITHDRAW_WRITE);
			const { bytes } = incoming.memory;
			if (missing < bytes.length) this.session.arrived(t, bytes.slice(0, bytes.length - missing));
		}
	}

	/** An RDMA operation of ours is finished. */
	completed(t: Thread, operation: san.Overlapped): void {
		if (operation.error) this.session.end(t, lost(operation.error as WsaError));
		else if (operation.operation === 'WSPRdmaRead' && this.incoming) this.readDone(t, this.incoming, operation.bytes);
		else if (operation.operation === 'WSPRdmaWrite' && this.outgoing?.kind === 'write') {
			this.writeDone(t, this.outgoing, operation);
		}
	}
}
