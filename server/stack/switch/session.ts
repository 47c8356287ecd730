/**
 * The session between two switches over one SAN connection: negotiation, control messages, and flow control by the
 * number of receive buffers that each side has posted (SESS and FLOW rules).
 *
 * Credit rule (OQ-22): a credit is a receive buffer posted by the peer and not used up yet. Each message takes one; a
 * buffer posted again gives one back in the header of the next message, or in a credit update: when half of the buffers
 * are owed for messages that carried something, or when the peer may be left with its last credit. The last credit is kept
 * for messages that give credits back. With fewer than three buffers two silent sides would answer each other's updates
 * for ever, so that at least three are posted.
 */
import type { Coroutine, Thread } from '../../simulation';
import { Waiters } from '../../simulation';
import { objectType, type Site, site, type TracedObject } from '../../trace';
import { ByteQueue } from '../bytes';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import type { AppSocket, Companion } from './appSocket';
import { type ControlHeader, type ControlKind, decode, encode, HEADER_BYTES } from './controlMessage';
import { LargeTransfers } from './largeTransfer';
import type { Switch } from './switch';

const sessionObject = objectType('session', [
	'state',
	'side',
	'receiveBuffers',
	'postedReceives',
	'peerBuffers',
	'credits',
	'owedCredits',
	'messagesSent',
	'messagesReceived',
	'bytesWaiting',
	'noMoreData',
	'rdmaThreshold',
	'peerHasRdmaRead',
]);

/** SESS-1: the memory of the buffer array that takes incoming messages. */
const REGISTER_RECEIVE = site(
	'WSPRegisterMemory',
	['s', 'lpBuffer', 'dwBufferLength', 'dwFlags'],
	['SESS-1', 'MEM-1', 'MEM-2', 'MEM-7', 'DATA-3'],
);
const REGISTER_SEND = site(
	'WSPRegisterMemory',
	['s', 'lpBuffer', 'dwBufferLength', 'dwFlags'],
	['MEM-1', 'MEM-2', 'MEM-7', 'DATA-3'],
);
const POST = site('WSPRecv', ['s', 'lpBuffers', 'handle', 'hEvent'], ['SESS-2', 'COMP-1']);
const POST_ACCEPTING = site('WSPRecv', ['s', 'lpBuffers', 'handle', 'hEvent'], ['SESS-7', 'COMP-1']);
const POST_RESUMED = site('WSPRecv', ['s', 'lpBuffers', 'handle', 'hEvent'], ['DUP-16', 'COMP-1']);
const REPOST = site('WSPRecv', ['s', 'lpBuffers', 'handle', 'hEvent'], ['DATA-4', 'FLOW-3', 'COMP-1']);
const sendFields = ['s', 'dwBufferLength', 'handle', 'control'] as const;
const OFFER = site('WSPSend', sendFields, ['SESS-3', 'SESS-6', 'SESS-8', 'FLOW-1', 'FLOW-2']);
const ANSWER = site('WSPSend', sendFields, ['SESS-3', 'SESS-7', 'SESS-8', 'FLOW-1', 'FLOW-2']);
const DATA = site('WSPSend', sendFields, ['DATA-1', 'DATA-2', 'DATA-5', 'DATA-8', 'COMP-1', 'COMP-5']);
const CREDIT_UPDATE = site('WSPSend', sendFields, ['FLOW-2', 'DATA-8', 'COMP-5']);
const NO_MORE_DATA = site('WSPSend', sendFields, ['SHUT-1', 'DATA-8', 'COMP-5']);
const RECEIVED = site('control message received', ['control', 'number', 'credits', 'payload'], ['DATA-4']);
const MALFORMED = site('malformed control message', ['bytes'], ['SESS-3']);
const URGENT = site('WSPSend', sendFields, ['OOB-1', 'DATA-8', 'COMP-5']);
const LARGE = site('WSPSend', sendFields, ['DATA-6', 'RDMA-2', 'DATA-8', 'COMP-5']);
const REQUEST = site('WSPSend', sendFields, ['DATA-6', 'RDMA-5', 'DATA-8', 'COMP-5']);
const LOCATION = site('WSPSend', sendFields, ['RDMA-5', 'DATA-8', 'COMP-5']);
const SUSPEND = site('WSPSend', sendFields, ['DUP-5', 'DATA-8', 'COMP-5']);
const SUSPENDED = site('WSPSend', sendFields, ['DUP-6', 'DATA-8', 'COMP-5']);
const RESUME = site('WSPSend', sendFields, ['DUP-16', 'DATA-8', 'COMP-5']);
const RELEASE_SEND = site('WSPDeregisterMemory', ['s', 'handle'], ['DUP-5', 'MEM-9']);
const COMPLETE = site('WSPSend', sendFields, ['RDMA-3', 'RDMA-6', 'DATA-8', 'COMP-5']);
const NEGOTIATED = site(
	'session negotiated',
	['peerBuffers', 'receiveBuffers'],
	['SESS-3', 'SESS-12', 'CONN-12', 'CONN-13'],
);

const sendSites: Readonly<Record<string, Site>> = {
	'negotiation offer': OFFER,
	'negotiation answer': ANSWER,
	data: DATA,
	'credit update': CREDIT_UPDATE,
	'no more data': NO_MORE_DATA,
	'urgent data': URGENT,
	'data with RDMA descriptor': LARGE,
	'RDMA request': REQUEST,
	'RDMA location': LOCATION,
	'transfer complete': COMPLETE,
	'suspend request': SUSPEND,
	suspended: SUSPENDED,
	resume: RESUME,
};

/** How long the switch waits before it polls again for a send whose end nobody knows yet, ns. */
const POLL_NS = 100_000;

/** SO_SNDBUF where the application has not set it, bytes. */
const DEFAULT_SEND_BUFFER = 8192;

/** SESS-8. */
export const MAX_NEGOTIATION_BYTES = 256;

/** A control message that waits to be sent. */
interface PendingControl {
	readonly kind: ControlKind;
	readonly payload: Uint8Array | undefined;
	readonly amount: number;
	readonly detail: number;
}

export type SessionState = 'negotiating' | 'established' | 'ended';

/** A send buffer and the operation that used it last. */
interface SendBuffer {
	readonly buffer: san.BufferEx;
	operation: san.Overlapped | undefined;
}

export class Session {
	state: SessionState = 'negotiating';
	/** Bytes of the application that arrived and were not read (private storage of DATA-5). */
	readonly incoming = new ByteQueue();
	/** The peer sends no more application data (OQ-38). */
	endOfStream = false;
	/** Why the session ended, if not by an orderly close. */
	error: WsaError | undefined;
	/** No more data may be sent from here. */
	sendingEnded = false;
	/** `asking`: this side wants to move its socket to another process; `asked`: the peer's side does (DUP-5, DUP-6). */
	private pause: 'none' | 'asking' | 'asked' = 'none';
	/** The peer was told that the session is suspended: nothing is sent until it is resumed. */
	private answered = false;
	/** The peer has said that it sends nothing more for now. */
	private peerSuspended = false;
	/** What a nonblocking application sent while the session was suspended (DUP-7). */
	private readonly kept = new ByteQueue();
	private peerBuffers = 0;
	/** "No more data" is still to be said. */
	private goodbye = false;
	readonly changed: Waiters;
	private credits = 0;
	private owed = 0;
	/** Of these owed credits, those for messages that carried something besides credits. */
	private owedForData = 0;
	private sent = 0;
	private received = 0;
	private receiveMemory: san.RegisteredMemory | undefined;
	private sendMemory: san.RegisteredMemory | undefined;
	private readonly sendBuffers: SendBuffer[] = [];
	/** Somebody is told when the next send buffer is free. */
	private bufferAnnounced = false;
	/** From which the negotiation message leaves, before the send buffers are registered. */
	private negotiationBuffer: SendBuffer | undefined;
	private nextBuffer = 0;
	/** Control messages that wait for a credit or a buffer. */
	private readonly waiting: PendingControl[] = [];
	readonly transfers = new LargeTransfers(this);
	private peerHasRdmaRead = false;
	/** Urgent bytes that arrived and were not read (OOB-2). */
	readonly urgent = new ByteQueue();
	private bufferSize = 0;
	private lastSend: san.Overlapped | undefined;
	private peerBufferSize = 0;
	private readonly object: TracedObject;

	constructor(
		private readonly sw: Switch,
		t: Thread,
		readonly socket: AppSocket,
		readonly companion: Companion,
		readonly side: 'connecting' | 'accepting',
	) {
		this.changed = new Waiters(`session of socket ${socket.descriptor}`);
		this.object = sw.simulation.trace.object(sessionObject, sw.component, socket.descriptor);
		sw.attach(companion.socket.switchDescriptor, this);
		t.change(this.object, 'state', this.state);
		t.change(this.object, 'side', side);
	}

	/** Bytes of application data that fit into one control message to the peer. */
	get payloadBytes(): number {
		const { maxMessage } = this.companion.provider.nic.settings;
		return Math.max(1, Math.min(this.peerBufferSize, this.bufferSize, maxMessage) - HEADER_BYTES);
	}

	/** Whether a control message may be sent: with the last credit only if it gives credits back. */
	private get maySendControl(): boolean {
		return this.state === 'established' && (this.credits > 1 || (this.credits === 1 && this.owed > 0));
	}

	/** Whether one more message with application data may be sent: the last credit is kept. */
	get maySendData(): boolean {
		return this.state === 'established' && this.credits > 1 && this.pause === 'none' && this.kept.length === 0;
	}

	/**
	 * The connecting side: registers and posts receive buffers, sends the offer, waits for the answer (SESS-1 to SESS-3).
	 * Undefined when the session is established.
	 */
	*negotiate(t: Thread): Coroutine<WsaError | undefined> {
		const prepared = this.prepareReceiving(t, REGISTER_RECEIVE, POST);
		if (prepared) return prepared;
		const offered = this.send(t, 'negotiation offer');
		if (offered) return offered;
		const until = this.sw.simulation.now + this.sw.guardTimeNs;
		while (this.state === 'negotiating') {
			t.wait(this.changed, until);
			yield;
			if (t.timedOut) return this.end(t, 'WSAETIMEDOUT');
		}
		return this.error;
	}

	/** The accepting side: posts its receive buffers; the answer follows when the offer has arrived (SESS-7). */
	awaitOffer(t: Thread): WsaError | undefined {
		return this.prepareReceiving(t, REGISTER_RECEIVE, POST_ACCEPTING);
	}

	/** One array of receive buffers, and one more buffer from which the negotiation message leaves. */
	private prepareReceiving(t: Thread, register: Site, post: Site): WsaError | undefined {
		const { provider, socket } = this.companion;
		const { credits, bufferSize } = provider.nic.settings;
		this.bufferSize = bufferSize;
		const length = (credits + 1) * bufferSize;
		const memory = san.WSPRegisterMemory(provider, t, socket, length, 'MEM_READWRITE', 'receive buffers', register);
		if (isError(memory)) return setUpError(memory);
		this.receiveMemory = memory;
		t.change(this.object, 'receiveBuffers', credits);
		t.change(this.object, 'rdmaThreshold', provider.nic.settings.rdmaThreshold);
		for (let n = 0; n < credits; n++) {
			const posted = this.post(t, { memory, offset: n * bufferSize, length: bufferSize }, post);
			if (isError(posted)) return setUpError(posted);
		}
		t.change(this.object, 'postedReceives', credits);
		this.negotiationBuffer = {
			buffer: { memory, offset: credits * bufferSize, length: bufferSize },
			operation: undefined,
		};
		this.sendBuffers.push(this.negotiationBuffer);
		return undefined;
	}

	private post(t: Thread, buffer: san.BufferEx, where: Site): Outcome<san.Overlapped> {
		return san.WSPRecv(this.companion.provider, t, this.companion.socket, buffer, where);
	}

	/** The second region of MEM-7: no more send buffers than the peer posted receive buffers, now that this is known. */
	private prepareSending(t: Thread, peerBuffers: number): WsaError | undefined {
		const { provider, socket } = this.companion;
		const count = Math.min(peerBuffers, this.sw.sendBuffers);
		const length = count * this.bufferSize;
		const memory = san.WSPRegisterMemory(provider, t, socket, length, 'MEM_READ', 'send buffers', REGISTER_SEND);
		if (isError(memory)) return setUpError(memory);
		this.sendMemory = memory;
		// The buffer of the negotiation message lies in the other region: it is not used again.
		this.sendBuffers.length = 0;
		this.nextBuffer = 0;
		for (let n = 0; n < count; n++) {
			const buffer = { memory, offset: n * this.bufferSize, length: this.bufferSize };
			this.sendBuffers.push({ buffer, operation: undefined });
		}
		return undefined;
	}

	/**
	 * Sends one control message. The caller has made sure that a credit is there.
	 * @returns the error of WSPSend, or undefined
	 */
	private send(t: Thread, kind: ControlKind, payload?: Uint8Array, amount = 0, detail = 0): WsaError | undefined {
		const slot = this.freeBuffer(t);
		if (!slot) return 'WSAENOBUFS';
		const { memory, offset } = slot.buffer;
		const length = encode(this.header(kind, amount, detail), payload, memory.bytes, offset);
		// DATA-5: the copy into the payload of a control message.
		san.recordWrite(t, memory, offset, memory.bytes.slice(offset, offset + length));
		const where = sendSites[kind] ?? DATA;
		const { provider, socket } = this.companion;
		const operation = san.WSPSend(provider, t, socket, { memory, offset, length }, kind, where);
		if (isError(operation)) return operation;
		slot.operation = operation;
		this.lastSend = operation;
		this.sent++;
		this.owed = 0;
		this.owedForData = 0;
		// The offer leaves before any credit is known: it uses the first buffer that the accepting side will post.
		if (kind !== 'negotiation offer') this.credits--;
		this.show(t);
		return undefined;
	}

	private header(
		kind: ControlKind,
		amount: number,
		detail: number,
	): Omit<ControlHeader, 'payloadBytes'> & { readonly payloadBytes: number } {
		const { credits, bufferSize, rdmaThreshold, rdmaRead } = this.companion.provider.nic.settings;
		const negotiation = kind === 'negotiation offer' || kind === 'negotiation answer' || kind === 'resume';
		return {
			kind,
			number: this.sent,
			credits: negotiation ? 0 : this.owed,
			payloadBytes: 0,
			amount: negotiation ? credits : amount,
			detail: negotiation ? bufferSize : detail,
			threshold: negotiation ? rdmaThreshold : 0,
			rdmaRead,
		};
	}

	/** The next send buffer in turn, once the message that used it last has left: the switch polls for that (COMP-4). */
	private freeBuffer(t: Thread): SendBuffer | undefined {
		for (let tried = 0; tried < this.sendBuffers.length; tried++) {
			const slot = this.sendBuffers[this.nextBuffer++ % this.sendBuffers.length] as SendBuffer;
			if (!slot.operation) return slot;
			const { provider, socket } = this.companion;
			const result = san.WSPGetOverlappedResult(provider, t, socket, slot.operation);
			if (result === 'WSA_IO_INCOMPLETE') continue;
			slot.operation = undefined;
			return slot;
		}
		return undefined;
	}

	/**
	 * Sends a control message, or keeps it until a credit and a buffer are there. Control messages may use the last credit.
	 */
	control(t: Thread, kind: ControlKind, payload?: Uint8Array, amount = 0, detail = 0): void {
		this.waiting.push({ kind, payload, amount, detail });
		this.sendWaiting(t);
	}

	private sendWaiting(t: Thread): void {
		while (this.waiting.length > 0 && this.maySendControl) {
			const next = this.waiting[0] as PendingControl;
			const error = this.send(t, next.kind, next.payload, next.amount, next.detail);
			if (error === 'WSAENOBUFS') {
				this.sendWaitingLater(t);
				return;
			}
			this.waiting.shift();
			if (error) {
				this.end(t, error);
				return;
			}
			if (next.kind === 'transfer complete') this.watchTransferComplete(t);
		}
	}

	/** Every buffer is on its way: tries again when the first of them is free. */
	private sendWaitingLater(t: Thread): void {
		const { worker, simulation } = this.sw;
		const { cause, phase, source } = t;
		simulation.at(this.bufferFreeAt, () => {
			worker.begin(cause, phase, source);
			this.sendWaiting(worker);
			this.changed.wakeAll(cause);
		});
	}

	/** RDMA-8: the source of an RDMA write is released once the message that ends it has arrived. */
	private watchTransferComplete(t: Thread): void {
		if (!this.transfers.sending) return;
		const { worker, simulation } = this.sw;
		const { cause, phase, source } = t;
		const sent = this.lastSend;
		simulation.at(this.lastSendFinishes, () => {
			if (this.state === 'ended') return;
			if (sent && sent.finishes > simulation.now) {
				this.watchTransferComplete(t);
				return;
			}
			worker.begin(cause, phase, source);
			this.transfers.sent(worker);
			this.sayGoodbye(worker);
			this.answerSuspension(worker);
			this.changed.wakeAll(cause);
			this.onChange?.(worker, 'write');
		});
	}

	/** Whether a send of the application would take something now. */
	get writable(): boolean {
		return this.maySendData && !this.transfers.sending && this.waiting.length === 0 && this.hasBuffer;
	}

	private get hasBuffer(): boolean {
		const { now } = this.sw.simulation;
		return this.sendBuffers.some(({ operation }) => !operation || operation.finishes <= now);
	}

	/** Tells whoever waits to send when the next send buffer is free: no message of the peer announces that. */
	announceBuffer(t: Thread): void {
		if (this.bufferAnnounced || this.hasBuffer || this.state !== 'established') return;
		this.bufferAnnounced = true;
		const { worker, simulation } = this.sw;
		const { cause, phase, source } = t;
		simulation.at(this.bufferFreeAt, () => {
			this.bufferAnnounced = false;
			if (this.state !== 'established') return;
			worker.begin(cause, phase, source);
			this.changed.wakeAll(cause);
			if (this.writable) this.onChange?.(worker, 'write');
			this.announceBuffer(worker);
		});
	}

	/** Virtual time at which the last message sent is known to have arrived, ns; a guess while nobody knows. */
	private get lastSendFinishes(): number {
		const finishes = this.lastSend?.finishes ?? 0;
		return finishes === Number.POSITIVE_INFINITY ? this.sw.simulation.now + POLL_NS : finishes;
	}

	/** Virtual time at which the next send buffer is free, ns. */
	get bufferFreeAt(): number {
		let earliest = Number.POSITIVE_INFINITY;
		for (const { operation } of this.sendBuffers) earliest = Math.min(earliest, operation?.finishes ?? 0);
		// Nobody knows while the transport repeats a message: the switch looks again after a while.
		if (earliest === Number.POSITIVE_INFINITY) return this.sw.simulation.now + POLL_NS;
		return Math.max(this.sw.simulation.now + 1, earliest);
	}

	/** Whether `length` bytes go by RDMA: only above the threshold (OPT-8, OQ-36). */
	isLarge(length: number): boolean {
		return length > this.companion.provider.nic.settings.rdmaThreshold;
	}

	/** Starts a large transfer. Bytes taken: all, or 0 where the caller must wait. */
	sendLarge(t: Thread, data: Uint8Array): Outcome<number> {
		const refusal = this.sendRefusal();
		if (refusal) return refusal;
		if (!this.maySendData || this.transfers.sending) return 0;
		// Something is left for RDMA even where the message could take all of it.
		const first = Math.min(this.payloadBytes, data.length - 1);
		const error = this.transfers.start(t, data, first, this.peerHasRdmaRead);
		return error ?? data.length;
	}

	/** Urgent bytes travel in a control message of their own (OOB-1). Bytes taken; 0 where the caller must wait. */
	sendUrgent(t: Thread, data: Uint8Array): Outcome<number> {
		const refusal = this.sendRefusal();
		if (refusal) return refusal;
		if (!this.maySendData) return 0;
		const part = data.subarray(0, this.payloadBytes);
		const error = this.send(t, 'urgent data', part);
		return error === 'WSAENOBUFS' ? 0 : (error ?? part.length);
	}

	private sendRefusal(): WsaError | undefined {
		if (this.sendingEnded) return 'WSAESHUTDOWN';
		return this.state === 'ended' ? (this.error ?? 'WSAECONNABORTED') : undefined;
	}

	/** Application data arrived by RDMA, in its place in the stream. */
	arrived(t: Thread, bytes: Uint8Array): void {
		this.incoming.push(bytes);
		t.change(this.object, 'bytesWaiting', this.incoming.length);
		this.changed.wakeAll(t.cause);
		this.onChange?.(t, 'read');
	}

	/** Virtual address of a buffer: always the same for the same buffer, so that a registration can be found again. */
	addressOf(bytes: Uint8Array): number {
		return this.sw.addressOf(bytes, this.companion.provider);
	}

	/** Sends a piece of application data if a credit and a buffer are free. Bytes taken; 0 where the caller must wait. */
	sendData(t: Thread, data: Uint8Array): Outcome<number> {
		const refusal = this.sendRefusal();
		if (refusal) return refusal;
		if (!this.maySendData || this.transfers.sending || this.waiting.length > 0) return 0;
		const { payloadBytes } = this;
		const part = data.length <= payloadBytes ? data : data.subarray(0, payloadBytes);
		const error = this.send(t, 'data', part);
		if (error === 'WSAENOBUFS') return 0;
		return error ?? part.length;
	}

	/** Everything that was to be sent has been handed to the provider, and no transfer waits for the peer. */
	get flushed(): boolean {
		return (
			this.state !== 'established' ||
			(this.waiting.length === 0 && !this.transfers.sending && !this.goodbye && this.kept.length === 0)
		);
	}

	/** Tells the peer that no more application data comes (SHUT-1). */
	endSending(t: Thread): void {
		if (this.sendingEnded || this.state !== 'established') return;
		this.sendingEnded = true;
		this.goodbye = true;
		this.sayGoodbye(t);
	}

	/** The goodbye must not overtake data that the peer still fetches. */
	private sayGoodbye(t: Thread): void {
		if (!this.goodbye || this.transfers.sending || this.kept.length > 0) return;
		if (this.pause !== 'none' || this.state !== 'established') return;
		this.goodbye = false;
		this.control(t, 'no more data');
	}

	/** A completion that the provider reported (COMP-10). Runs in the switch's worker. */
	completed(t: Thread, operation: san.Overlapped): void {
		if (this.state === 'ended') return;
		if (operation.operation !== 'WSPRecv') {
			this.transfers.completed(t, operation);
			this.answerSuspension(t);
			this.changed.wakeAll(t.cause);
			return;
		}
		if (operation.error) {
			this.receiveFailed(t, operation.error);
			return;
		}
		const { memory, offset } = operation.buffer;
		const header = decode(memory.bytes, offset, operation.bytes);
		if (!header) {
			t.note(MALFORMED, this.sw.component, operation.bytes);
			this.end(t, 'WSAECONNABORTED');
			return;
		}
		// DATA-4: consumed at once, that is copied to private storage, and the buffer posted again.
		const payload = memory.bytes.slice(offset + HEADER_BYTES, offset + HEADER_BYTES + header.payloadBytes);
		t.note(RECEIVED, this.sw.component, header.kind, header.number, header.credits, header.payloadBytes);
		this.received++;
		this.post(t, operation.buffer, REPOST);
		this.owed++;
		if (header.kind !== 'credit update') this.owedForData++;
		this.credits += header.credits;
		this.handle(t, header, payload);
		this.sendWaiting(t);
		this.sendKept(t);
		this.sayGoodbye(t);
		this.answerSuspension(t);
		if (this.state === 'established') this.returnCredits(t);
		this.show(t);
		this.changed.wakeAll(t.cause);
		this.announce(t, header);
	}

	private announce(t: Thread, header: ControlHeader): void {
		if (header.kind === 'data') this.onChange?.(t, 'read');
		if (header.kind === 'no more data') this.onChange?.(t, 'close');
		if (header.credits > 0 && this.writable) this.onChange?.(t, 'write');
	}

	private handle(t: Thread, header: ControlHeader, payload: Uint8Array): void {
		switch (header.kind) {
			case 'negotiation offer':
				this.answer(t, header);
				return;
			case 'negotiation answer':
				this.establish(t, header);
				return;
			case 'data':
				this.incoming.push(payload);
				return;
			case 'no more data':
				this.endOfStream = true;
				return;
			case 'urgent data':
				this.urgent.push(payload);
				this.onChange?.(t, 'urgent');
				return;
			case 'suspend request':
				this.beginSuspension(t);
				return;
			case 'suspended':
				this.peerSuspended = true;
				return;
			case 'resume':
				this.endSuspension(t, header.amount);
				return;
			default:
				this.transfers.receive(t, header, payload);
		}
	}

	private answer(t: Thread, offer: ControlHeader): void {
		// The offer's buffer is posted again before the answer, which says how many are posted now.
		this.owed = 0;
		this.credits = offer.amount;
		this.peerBufferSize = offer.detail;
		const error = this.send(t, 'negotiation answer');
		if (error) this.end(t, error);
		else this.establish(t, offer);
	}

	private establish(t: Thread, peer: ControlHeader): void {
		this.peerBufferSize = peer.detail;
		if (this.side === 'connecting') this.credits = peer.amount;
		this.peerBuffers = peer.amount;
		t.change(this.object, 'peerBuffers', peer.amount);
		this.peerHasRdmaRead = peer.rdmaRead;
		t.change(this.object, 'peerHasRdmaRead', peer.rdmaRead);
		const error = this.prepareSending(t, peer.amount);
		if (error) {
			this.end(t, error);
			return;
		}
		this.state = 'established';
		t.change(this.object, 'state', 'established');
		t.note(NEGOTIATED, this.sw.component, peer.amount, this.companion.provider.nic.settings.credits);
		if (this.side === 'accepting') this.onEstablished?.(t);
	}

	/** Runs on the accepting side when the session is usable. */
	onEstablished: ((t: Thread) => void) | undefined;
	/** Runs when the negotiation has failed on the accepting side. */
	onFailed: ((t: Thread) => void) | undefined;
	/** Runs when something changed that the application may have asked to hear of. */
	onChange: ((t: Thread, what: 'read' | 'write' | 'close' | 'urgent') => void) | undefined;

	/** FLOW-2, OQ-22: a message of its own when half of the buffers are owed, or the peer may be left with one. */
	private returnCredits(t: Thread): void {
		const { credits } = this.companion.provider.nic.settings;
		if (this.answered || this.peerSuspended) return;
		// The peer has `credits` buffers less what is owed; one left, or none, and it could not send any more.
		const due = this.owedForData * 2 >= credits || this.owed >= credits - 1;
		if (due && this.credits > 0) this.send(t, 'credit update');
	}

	private receiveFailed(t: Thread, error: string): void {
		// OQ-39: zero bytes for the application if the peer had said that no more data comes.
		if (error === 'WSA_OPERATION_ABORTED') return;
		this.end(t, this.endOfStream ? undefined : (error as WsaError));
	}

	/** The connection is gone or given up. */
	end(t: Thread, error: WsaError | undefined): WsaError | undefined {
		if (this.state === 'ended') return this.error;
		const failed = this.state === 'negotiating';
		this.state = 'ended';
		this.error = error;
		t.change(this.object, 'state', 'ended');
		this.changed.wakeAll(t.cause);
		this.onChange?.(t, 'close');
		if (failed) this.onFailed?.(t);
		return error;
	}

	// Suspending, so that the socket can move to another process

	/** Whether the application's requests have to wait (DUP-7). */
	get suspended(): boolean {
		return this.pause !== 'none' && this.state === 'established';
	}

	/** Keeps what a nonblocking application sends meanwhile, up to SO_SNDBUF (DUP-7). Bytes taken. */
	keep(data: Uint8Array): number {
		const size = this.socket.options.find(({ name }) => name === 'SO_SNDBUF')?.value ?? DEFAULT_SEND_BUFFER;
		const part = data.slice(0, Math.max(0, size - this.kept.length));
		this.kept.push(part);
		return part.length;
	}

	private sendKept(t: Thread): void {
		while (this.kept.length > 0 && this.pause === 'none' && this.credits > 1 && this.state === 'established') {
			const part = this.kept.peek(this.payloadBytes);
			if (this.send(t, 'data', part)) return;
			this.kept.take(part.length);
		}
	}

	/**
	 * Step 1, on the side whose socket moves: waits for its sends and its RDMA, asks the peer to suspend, releases the send
	 * buffers, and waits for the answer (DUP-5, DUP-6).
	 */
	*suspend(t: Thread): Coroutine<WsaError | undefined> {
		this.pause = 'asking';
		t.change(this.object, 'state', 'suspending');
		while (
			this.state === 'established' &&
			(this.waiting.length > 0 || this.transfers.working || this.kept.length > 0)
		) {
			t.wait(this.changed);
			yield;
		}
		this.control(t, 'suspend request');
		while (this.state === 'established' && (this.waiting.length > 0 || this.lastSendFinishes > t.simulation.now)) {
			t.wait(this.changed, Math.max(t.simulation.now + 1, this.lastSendFinishes));
			yield;
		}
		this.releaseSendBuffers(t);
		const until = t.simulation.now + this.sw.guardTimeNs;
		while (this.state === 'established' && !this.peerSuspended && t.simulation.now < until) {
			t.wait(this.changed, until);
			yield;
		}
		// DUP-4: nothing of this side is under way when the socket is given away.
		while (this.state === 'established' && this.lastSendFinishes > t.simulation.now) {
			t.wait(this.changed, Math.max(t.simulation.now + 1, this.lastSendFinishes));
			yield;
		}
		if (this.state !== 'established') return this.error ?? 'WSAECONNABORTED';
		if (!this.peerSuspended) return 'WSAETIMEDOUT';
		this.transfers.releaseExposed(t);
		this.state = 'ended';
		t.change(this.object, 'state', 'suspended');
		return undefined;
	}

	private releaseSendBuffers(t: Thread): void {
		const { provider, socket } = this.companion;
		const memory = this.sendMemory;
		for (const slot of this.sendBuffers) {
			if (slot.operation && !isError(san.WSPGetOverlappedResult(provider, t, socket, slot.operation))) {
				slot.operation = undefined;
			}
		}
		if (!memory || memory.inUse > 0) return;
		san.WSPDeregisterMemory(provider, t, socket, memory, RELEASE_SEND);
		this.sendMemory = undefined;
		// The buffer of the negotiation remains: the end of a transfer can still be answered.
		this.sendBuffers.length = 0;
		if (this.negotiationBuffer) this.sendBuffers.push(this.negotiationBuffer);
	}

	/** Step 1b, on the peer's side: no new requests, and an answer when its sends and RDMA are done (DUP-6). */
	private beginSuspension(t: Thread): void {
		this.pause = 'asked';
		t.change(this.object, 'state', 'suspended');
		const { simulation, worker } = this.sw;
		const { cause, phase, source } = t;
		// DUP-19: a requester that dies does not hold the peer for ever.
		simulation.at(simulation.now + this.sw.guardTimeNs, () => {
			if (this.pause !== 'asked' || this.state !== 'established') return;
			worker.begin(cause, phase, source);
			this.end(worker, 'WSAETIMEDOUT');
		});
	}

	private answerSuspension(t: Thread): void {
		if (this.pause !== 'asked' || this.answered || !this.transfers.idle || this.waiting.length > 0) return;
		if (this.lastSendFinishes > t.simulation.now) {
			this.answerLater(t);
			return;
		}
		this.answered = true;
		this.control(t, 'suspended');
	}

	/** A send of this side is still on its way. */
	private answerLater(t: Thread): void {
		const { simulation, worker } = this.sw;
		const { cause, phase, source } = t;
		simulation.at(this.lastSendFinishes, () => {
			if (this.state !== 'established') return;
			worker.begin(cause, phase, source);
			this.answerSuspension(worker);
		});
	}

	/** The peer's socket goes on in another process, with that many receive buffers. */
	private endSuspension(t: Thread, buffers: number): void {
		this.pause = 'none';
		this.answered = false;
		this.credits = buffers;
		t.change(this.object, 'state', 'established');
		this.onChange?.(t, 'write');
	}

	/** Step 4: goes on where `old`, the same session in the process before, was suspended (DUP-16). */
	resume(t: Thread, old: Session): WsaError | undefined {
		const incoming = old.incoming.take(old.incoming.length);
		const error = this.prepareReceiving(t, REGISTER_RECEIVE, POST_RESUMED) ?? this.prepareSending(t, old.peerBuffers);
		if (error) return error;
		this.incoming.push(incoming);
		this.urgent.push(old.urgent.take(old.urgent.length));
		this.peerBuffers = old.peerBuffers;
		this.peerBufferSize = old.peerBufferSize;
		this.peerHasRdmaRead = old.peerHasRdmaRead;
		this.credits = old.credits;
		this.sent = old.sent;
		this.received = old.received;
		this.endOfStream = old.endOfStream;
		this.sendingEnded = old.sendingEnded;
		this.goodbye = old.goodbye;
		this.state = 'established';
		t.change(this.object, 'state', this.state);
		this.control(t, 'resume');
		this.sayGoodbye(t);
		this.show(t);
		return undefined;
	}

	/** MEM-9: releases the memory that no pending transfer uses. */
	release(t: Thread): void {
		const { provider, socket } = this.companion;
		const negotiation = this.negotiationBuffer ? [this.negotiationBuffer] : [];
		for (const slot of new Set([...this.sendBuffers, ...negotiation])) {
			if (slot.operation && !isError(san.WSPGetOverlappedResult(provider, t, socket, slot.operation))) {
				slot.operation = undefined;
			}
		}
		for (const memory of [this.sendMemory, this.receiveMemory]) {
			if (memory && memory.inUse === 0) san.WSPDeregisterMemory(provider, t, socket, memory);
		}
		this.state = 'ended';
		t.change(this.object, 'state', 'ended');
		this.sw.attach(socket.switchDescriptor, undefined);
	}

	private show(t: Thread): void {
		t.change(this.object, 'credits', this.credits);
		t.change(this.object, 'owedCredits', this.owed);
		t.change(this.object, 'messagesSent', this.sent);
		t.change(this.object, 'messagesReceived', this.received);
		t.change(this.object, 'bytesWaiting', this.incoming.length);
		t.change(this.object, 'noMoreData', this.endOfStream);
	}

	/** Takes bytes for the application out of private storage. */
	take(t: Thread, length: number, peek = false): Uint8Array {
		const bytes = peek ? this.incoming.peek(length) : this.incoming.take(length);
		t.change(this.object, 'bytesWaiting', this.incoming.length);
		return bytes;
	}
}

/** OQ-7: what the application is told when set-up fails after the SAN connection is up. */
function setUpError(error: WsaError): WsaError {
	switch (error) {
		case 'WSAENOBUFS':
		case 'WSAECONNRESET':
		case 'WSAECONNABORTED':
			return error;
		case 'WSAENOTCONN':
			return 'WSAECONNABORTED';
		default:
			return 'WSAENOBUFS';
	}
}
