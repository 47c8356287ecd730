/**
 * The session between two switches over one SAN connection (SESS rules): its negotiation, what the application sends and
 * receives through it, what arrives, and its end. What it sends is in `outbox.ts`, its buffers are in `messageBuffers.ts`,
 * large data in `largeTransfer.ts`, its suspension in `suspension.ts`.
 */
import type { Coroutine, Thread } from '../../simulation';
import { type Deadline, Waiters } from '../../simulation';
import { objectType, type Site, type TracedObject } from '../../trace';
import { ByteQueue } from '../bytes';
import { isError, type Outcome, type WsaError } from '../outcome';
import type * as san from '../san';
import type { AppSocket, Companion } from './appSocket';
import { type ControlHeader, type ControlKind, decode, HEADER_BYTES } from './controlMessage';
import { LargeTransfers } from './largeTransfer';
import { MessageBuffers } from './messageBuffers';
import { type NotSent, Outbox } from './outbox';
import { lost, resourceError, setUpError } from './sessionErrors';
import {
	MALFORMED,
	NEGOTIATED,
	POST,
	POST_ACCEPTING,
	POST_RESUMED,
	RECEIVED,
	RECEIVED_URGENT,
	REPOST,
} from './sessionSites';
import { Suspension } from './suspension';
import type { Switch } from './switch';
import type { Transport } from './transport';

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

/** SO_SNDBUF where the application has not set it, bytes. */
const DEFAULT_SEND_BUFFER = 8192;

/** How long after a send the switch looks for the first time whether it has failed, where its end is not known, ns. */
const FIRST_LOOK_NS = 100_000;

/** SESS-8. */
export const MAX_NEGOTIATION_BYTES = 256;

export type SessionState = 'negotiating' | 'established' | 'ended';

/** What an application may have asked to hear of. */
export type SessionChange = 'read' | 'write' | 'close' | 'urgent';

export class Session {
	state: SessionState = 'negotiating';
	/** Bytes of the application that arrived and were not read (private storage of DATA-5). */
	readonly incoming = new ByteQueue();
	/** Urgent bytes that arrived and were not read (OOB-2). */
	readonly urgent = new ByteQueue();
	/** The peer sends no more application data (OQ-38). */
	endOfStream = false;
	/** Why the session ended, if not by an orderly close. */
	error: WsaError | undefined;
	/** No more data may be sent from here. */
	sendingEnded = false;
	/** "No more data" is still to be said. */
	private goodbye = false;
	readonly changed: Waiters;
	readonly buffers: MessageBuffers;
	readonly transfers: LargeTransfers;
	/** What the switch knows of the provider. */
	readonly transport: Transport;
	private readonly outbox: Outbox;
	private readonly suspension: Suspension;
	/** Messages received so far. */
	private received = 0;
	private peerBuffers = 0;
	private peerBufferSize = 0;
	private peerHasRdmaRead = false;
	/** Somebody is told when the next send buffer is free. */
	private bufferAnnounced = false;
	/** Credits go back as soon as a send buffer is free. */
	private creditsWait = false;
	/** What had been kept while the session was suspended when the process ended (DUP-2). */
	private keptUnsent: Uint8Array = new Uint8Array(0);
	/** The switch looks again later whether a send has ended. */
	private watchingSends = false;
	private readonly object: TracedObject;
	/** When the accepting side gives a negotiation up (OQ-24). */
	limit: Deadline | undefined;
	/** Runs on the accepting side when the session is usable. */
	onEstablished: ((t: Thread) => void) | undefined;
	/** Runs when the negotiation has failed on the accepting side. */
	onFailed: ((t: Thread) => void) | undefined;
	/** Runs when something changed that the application may have asked to hear of. */
	onChange: ((t: Thread, what: SessionChange) => void) | undefined;

	constructor(
		readonly sw: Switch,
		t: Thread,
		readonly socket: AppSocket,
		readonly companion: Companion,
		readonly side: 'connecting' | 'accepting',
	) {
		const { credits, bufferSize } = companion.provider.nic.settings;
		this.changed = new Waiters(`session of socket ${socket.descriptor}`);
		this.buffers = new MessageBuffers(companion, bufferSize, credits);
		this.transport = sw.transportOf(companion.provider);
		this.outbox = new Outbox(companion, this.buffers, this.transport);
		this.transfers = new LargeTransfers(this);
		this.suspension = new Suspension(this);
		// A socket that comes back from another process goes on with the record that it had.
		socket.sessionRecord ??= sw.simulation.trace.object(sessionObject, sw.component, socket.descriptor);
		this.object = socket.sessionRecord;
		sw.attach(companion.socket.switchDescriptor, this);
		t.change(this.object, 'state', this.state);
		t.change(this.object, 'side', side);
	}

	get established(): boolean {
		return this.state === 'established';
	}

	/** Whether control messages wait for a credit or a buffer. */
	get controlWaits(): boolean {
		return this.outbox.waits;
	}

	get maySendControl(): boolean {
		return this.outbox.maySendControl;
	}

	// Negotiation

	/**
	 * The connecting side: registers and posts receive buffers, sends the offer, waits for the answer (SESS-1 to SESS-3).
	 * Undefined when the session is established.
	 */
	*negotiate(t: Thread): Coroutine<WsaError | undefined> {
		const prepared = this.prepareReceiving(t, POST);
		if (prepared) return prepared;
		const offered = this.send(t, 'negotiation offer');
		if (offered) return setUpError(errorOf(offered));
		const until = this.sw.simulation.now + this.sw.guardTimeNs;
		while (this.state === 'negotiating') {
			t.wait(this.changed, until);
			yield;
			if (t.timedOut) return this.end(t, 'WSAETIMEDOUT');
		}
		return this.error && setUpError(this.error);
	}

	/** The accepting side: posts its receive buffers; the answer follows when the offer has arrived (SESS-7). */
	awaitOffer(t: Thread): WsaError | undefined {
		return this.prepareReceiving(t, POST_ACCEPTING);
	}

	private prepareReceiving(t: Thread, where: Site): WsaError | undefined {
		const { rdmaThreshold } = this.transport;
		const { count } = this.buffers;
		t.change(this.object, 'receiveBuffers', count);
		t.change(this.object, 'rdmaThreshold', rdmaThreshold);
		const error = this.buffers.prepareReceiving(t, where);
		if (error) return resourceError(error);
		t.change(this.object, 'postedReceives', count);
		return undefined;
	}

	/** The second region of MEM-7: no more send buffers than the peer posted receive buffers, now that this is known. */
	private prepareSending(t: Thread, peerBuffers: number): WsaError | undefined {
		const error = this.buffers.prepareSending(t, Math.min(peerBuffers, this.sw.sendBuffers));
		return error && resourceError(error);
	}

	private answer(t: Thread, offer: ControlHeader): void {
		// The offer's buffer is posted again before the answer, which says how many are posted now.
		this.outbox.owed = 0;
		this.outbox.credits = offer.amount;
		this.peerBufferSize = offer.detail;
		const error = this.send(t, 'negotiation answer');
		if (error) this.end(t, errorOf(error));
		else this.establish(t, offer);
	}

	private establish(t: Thread, peer: ControlHeader): void {
		this.peerBufferSize = peer.detail;
		if (this.side === 'connecting') this.outbox.credits = peer.amount;
		this.peerBuffers = peer.amount;
		t.change(this.object, 'peerBuffers', peer.amount);
		this.peerHasRdmaRead = peer.rdmaRead;
		t.change(this.object, 'peerHasRdmaRead', peer.rdmaRead);
		const error = this.prepareSending(t, peer.amount);
		if (error) {
			this.end(t, error);
			return;
		}
		this.limit?.drop();
		this.state = 'established';
		t.change(this.object, 'state', 'established');
		t.note(NEGOTIATED, this.sw.component, peer.amount, this.buffers.count);
		if (this.side === 'accepting') this.onEstablished?.(t);
	}

	// Sending

	/** Bytes of application data that fit into one control message to the peer (OPT-5). */
	get payloadBytes(): number {
		const { maxMessage } = this.transport;
		return Math.max(1, Math.min(this.peerBufferSize, this.buffers.bufferSize, maxMessage) - HEADER_BYTES);
	}

	/** Whether one more message with application data may be sent: the last credit is kept. */
	get maySendData(): boolean {
		const { active, kept } = this.suspension;
		return this.state === 'established' && this.outbox.credits > 1 && !active && kept.length === 0;
	}

	/** Whether a send of the application would take something now. */
	get writable(): boolean {
		return this.maySendData && !this.transfers.sending && !this.outbox.waits && this.hasBuffer;
	}

	private get hasBuffer(): boolean {
		return this.buffers.hasFree(this.sw.simulation.now);
	}

	private send(
		t: Thread,
		kind: ControlKind,
		payload?: Uint8Array,
		amount?: number,
		detail?: number,
	): NotSent | undefined {
		const error = this.outbox.send(t, kind, payload, amount, detail);
		const { failure } = this.buffers;
		// What failed was taken from the application as sent: nothing that follows could make up for it.
		if (failure && this.state !== 'negotiating') {
			this.end(t, lost(failure));
			return this.error ?? lost(failure);
		}
		if (error) return error;
		this.show(t);
		if (this.buffers.lastSend?.finishes === Number.POSITIVE_INFINITY) this.watchSends(t, FIRST_LOOK_NS);
		return undefined;
	}

	/**
	 * A send about whose end nobody knows anything yet (a transport that repeats it, a provider that takes its time) may
	 * fail: the application was told that it is sent, and must hear of it even if nothing else is sent.
	 * @param after ns until the switch looks
	 */
	private watchSends(t: Thread, after: number): void {
		if (this.watchingSends || !this.buffers.endUnknown || after > this.sw.guardTimeNs) return;
		this.watchingSends = true;
		this.sw.later(t, t.simulation.now + after, (worker) => {
			this.watchingSends = false;
			if (this.state !== 'established') return;
			this.checkSends(worker);
			this.sayGoodbye(worker);
			this.changed.wakeAll(worker.cause);
			// Rarer and rarer, so that a send that never ends does not keep a run busy for ever.
			this.watchSends(worker, after * 2);
		});
	}

	/** Polls the sends that have ended (COMP-4): one that has failed ends the session. @returns whether it goes on */
	private checkSends(t: Thread): boolean {
		this.buffers.collectFinished(t);
		const { failure } = this.buffers;
		if (failure) this.end(t, lost(failure));
		return !failure;
	}

	/**
	 * Sends a control message, or keeps it until a credit and a buffer are there. Control messages may use the last credit.
	 */
	control(t: Thread, kind: ControlKind, payload?: Uint8Array, amount?: number, detail?: number): void {
		this.outbox.enqueue(kind, payload, amount, detail);
		this.sendWaiting(t);
	}

	private sendWaiting(t: Thread): void {
		while (this.outbox.waits && this.state === 'established' && this.outbox.maySendControl) {
			const { kind, error } = this.outbox.sendNext(t);
			if (error === 'no buffer') {
				this.sendWaitingLater(t);
				return;
			}
			if (error) {
				this.end(t, lost(error));
				return;
			}
			this.show(t);
			if (kind === 'transfer complete' && this.transfers.endsWriting()) this.watchTransferComplete(t);
		}
	}

	/** Every buffer is on its way: tries again when the first of them is free. */
	private sendWaitingLater(t: Thread): void {
		this.sw.later(t, this.buffers.freeAt(t.simulation.now), (worker) => {
			this.sendWaiting(worker);
			this.suspension.answer(worker);
			this.changed.wakeAll(worker.cause);
		});
	}

	/** RDMA-8: the source of an RDMA write is released once the message that ends it has arrived. */
	private watchTransferComplete(t: Thread): void {
		const { simulation } = t;
		const sent = this.buffers.lastSend;
		this.sw.later(t, this.buffers.lastSendFinishes(simulation.now), (worker) => {
			if (this.state === 'ended') return;
			if (sent && sent.finishes > simulation.now) {
				this.watchTransferComplete(worker);
				return;
			}
			this.transfers.sent(worker);
			this.sayGoodbye(worker);
			this.suspension.answer(worker);
			this.changed.wakeAll(worker.cause);
			this.onChange?.(worker, 'write');
		});
	}

	/** Tells whoever waits to send when the next send buffer is free: no message of the peer announces that. */
	announceBuffer(t: Thread): void {
		if (this.bufferAnnounced || this.hasBuffer || this.state !== 'established') return;
		const free = this.buffers.freeAt(t.simulation.now);
		// A later message may know more of a send than that it does not end.
		if (free === Number.POSITIVE_INFINITY) return;
		this.bufferAnnounced = true;
		this.sw.later(t, free, (worker) => {
			this.bufferAnnounced = false;
			if (this.state !== 'established') return;
			this.changed.wakeAll(worker.cause);
			if (this.writable) this.onChange?.(worker, 'write');
			this.announceBuffer(worker);
		});
	}

	/** Whether `length` bytes go by RDMA: only above the threshold (OPT-8, OQ-36). */
	isLarge(length: number): boolean {
		return length > this.transport.rdmaThreshold;
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
		return this.maySendData ? this.sendPart(t, 'urgent data', data) : 0;
	}

	/** Sends a piece of application data if a credit and a buffer are free. Bytes taken; 0 where the caller must wait. */
	sendData(t: Thread, data: Uint8Array): Outcome<number> {
		const refusal = this.sendRefusal();
		if (refusal) return refusal;
		if (!this.maySendData || this.transfers.sending || this.outbox.waits) return 0;
		return this.sendPart(t, 'data', data);
	}

	private sendPart(t: Thread, kind: ControlKind, data: Uint8Array): Outcome<number> {
		const { payloadBytes } = this;
		const part = data.length <= payloadBytes ? data : data.subarray(0, payloadBytes);
		const error = this.send(t, kind, part);
		if (error === 'no buffer') return 0;
		return error ? this.notTaken(t, error) : part.length;
	}

	/** The provider refuses application data (SWITCH-7): lack of memory may pass, anything else is the end. */
	private notTaken(t: Thread, error: WsaError): WsaError {
		return error === 'WSAENOBUFS' ? error : (this.end(t, lost(error)) ?? lost(error));
	}

	private sendRefusal(): WsaError | undefined {
		if (this.sendingEnded) return 'WSAESHUTDOWN';
		return this.state === 'ended' ? (this.error ?? 'WSAECONNABORTED') : undefined;
	}

	/** Virtual address of a buffer: always the same for the same buffer, so that a registration can be found again. */
	addressOf(bytes: Uint8Array): number {
		return this.sw.addressOf(bytes, this.companion.provider);
	}

	/** Everything that was to be sent has been handed to the provider, and no transfer waits for the peer. */
	get flushed(): boolean {
		if (this.state !== 'established') return true;
		return !this.outbox.waits && !this.transfers.sending && !this.goodbye && this.suspension.kept.length === 0;
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
		if (!this.goodbye || this.transfers.sending || this.suspension.kept.length > 0) return;
		if (this.suspension.active || this.state !== 'established') return;
		// Nor may it be said while something that the application takes for sent may be lost.
		if (!this.checkSends(t) || this.buffers.endUnknown) return;
		this.goodbye = false;
		this.control(t, 'no more data');
	}

	/** FLOW-2, OQ-22: credits go back in a message of their own when they are due. */
	private returnCredits(t: Thread): void {
		if (this.state !== 'established' || this.suspension.silent || !this.outbox.creditsDue) return;
		const error = this.send(t, 'credit update');
		if (error === 'no buffer') this.returnCreditsLater(t);
		else if (error) this.end(t, lost(error));
	}

	/** Every buffer is on its way, and perhaps no other message will take the credits along. */
	private returnCreditsLater(t: Thread): void {
		if (this.creditsWait) return;
		const free = this.buffers.freeAt(t.simulation.now);
		if (free === Number.POSITIVE_INFINITY) return;
		this.creditsWait = true;
		this.sw.later(t, free, (worker) => {
			this.creditsWait = false;
			this.returnCredits(worker);
		});
	}

	// Receiving

	/** A completion that the provider reported (COMP-10). Runs in the switch's worker. */
	completed(t: Thread, operation: san.Overlapped): void {
		if (this.state === 'ended') return;
		if (operation.operation !== 'WSPRecv') {
			this.transfers.completed(t, operation);
			this.suspension.answer(t);
			this.changed.wakeAll(t.cause);
			return;
		}
		this.buffers.completed();
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
		const received = header.kind === 'urgent data' ? RECEIVED_URGENT : RECEIVED;
		t.note(received, this.sw.component, header.kind, header.number, header.credits, header.payloadBytes);
		this.received++;
		const posted = this.buffers.post(t, operation.buffer, REPOST);
		if (!isError(posted)) this.outbox.owe(header.kind !== 'credit update');
		this.outbox.credits += header.credits;
		this.handle(t, header, payload);
		if (isError(posted)) this.repostFailed(t, posted);
		this.goOn(t);
		this.show(t);
		this.changed.wakeAll(t.cause);
		this.announce(t, header);
	}

	/** What a message may have made possible. */
	private goOn(t: Thread): void {
		this.sendWaiting(t);
		this.sendKept(t);
		this.sayGoodbye(t);
		this.suspension.answer(t);
		this.returnCredits(t);
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
				this.suspension.begin(t, header.detail === 1);
				return;
			case 'suspended':
				this.suspension.confirmed();
				return;
			case 'resume':
				this.outbox.credits = header.amount;
				this.suspension.end(t);
				this.onChange?.(t, 'write');
				if (this.incoming.length > 0) this.onChange?.(t, 'read');
				return;
			default:
				this.transfers.receive(t, header, payload);
		}
	}

	/** Application data arrived by RDMA, in its place in the stream. */
	arrived(t: Thread, bytes: Uint8Array): void {
		this.incoming.push(bytes);
		t.change(this.object, 'bytesWaiting', this.incoming.length);
		this.changed.wakeAll(t.cause);
		this.onChange?.(t, 'read');
	}

	/** Takes bytes for the application out of private storage. */
	take(t: Thread, length: number, peek = false): Uint8Array {
		const bytes = peek ? this.incoming.peek(length) : this.incoming.take(length);
		t.change(this.object, 'bytesWaiting', this.incoming.length);
		return bytes;
	}

	// The end

	private receiveFailed(t: Thread, error: string): void {
		// OQ-39: zero bytes for the application if the peer had said that no more data comes.
		if (error === 'WSA_OPERATION_ABORTED') return;
		this.end(t, this.endOfStream ? undefined : lost(error as WsaError));
	}

	/** A buffer cannot be posted again. What arrived before the connection broke is still read; any other error ends the session. */
	private repostFailed(t: Thread, error: WsaError): void {
		const broken = error === 'WSAECONNRESET' || error === 'WSAENOTSOCK';
		if (!broken || !this.buffers.expectsMore) this.receiveFailed(t, error);
	}

	/** The connection is gone or given up. */
	end(t: Thread, error: WsaError | undefined): WsaError | undefined {
		if (this.state === 'ended') return this.error;
		const failed = this.state === 'negotiating';
		this.limit?.drop();
		this.state = 'ended';
		this.error = error;
		t.change(this.object, 'state', 'ended');
		this.changed.wakeAll(t.cause);
		this.onChange?.(t, 'close');
		if (failed) this.onFailed?.(t);
		return error;
	}

	/** MEM-9: releases the memory that no pending transfer uses. */
	release(t: Thread): void {
		this.transfers.release(t, (descriptor) => this.outbox.keepsBack(descriptor));
		this.buffers.release(t);
		this.state = 'ended';
		t.change(this.object, 'state', 'ended');
		this.sw.attach(this.companion.socket.switchDescriptor, undefined);
	}

	// Moving to another process

	/** Whether the application's requests have to wait (DUP-7). */
	get suspended(): boolean {
		return this.suspension.active && this.state === 'established';
	}

	/** Whether it is suspended because this side's socket moves. */
	get movesAway(): boolean {
		return this.suspension.asks && this.state === 'established';
	}

	/** Keeps what a nonblocking application sends while the session is suspended, up to SO_SNDBUF (DUP-7). Bytes taken. */
	keep(data: Uint8Array): number {
		const size = this.socket.options.find(({ name }) => name === 'SO_SNDBUF')?.value ?? DEFAULT_SEND_BUFFER;
		return this.suspension.keep(data, size);
	}

	private sendKept(t: Thread): void {
		const { kept } = this.suspension;
		while (kept.length > 0 && !this.suspension.active && this.outbox.credits > 1 && this.state === 'established') {
			const part = kept.peek(this.payloadBytes);
			const error = this.send(t, 'data', part);
			if (error === 'no buffer') this.sendKeptLater(t);
			else if (error) this.end(t, lost(error));
			if (error) return;
			kept.take(part.length);
		}
	}

	/** Every buffer is on its way, and the peer may have nothing to say: tries again when the first of them is free. */
	private sendKeptLater(t: Thread): void {
		this.sw.later(t, this.buffers.freeAt(t.simulation.now), (worker) => {
			this.sendKept(worker);
			this.sayGoodbye(worker);
			this.changed.wakeAll(worker.cause);
			if (this.writable) this.onChange?.(worker, 'write');
		});
	}

	/** Suspends the session, so that the socket can be given up here. Undefined when that is done. */
	*suspend(t: Thread, leaving = false): Coroutine<WsaError | undefined> {
		const error = yield* this.suspension.request(t, leaving);
		if (error) return error;
		const { failure } = this.buffers;
		if (failure) {
			this.end(t, lost(failure));
			return this.error ?? lost(failure);
		}
		this.state = 'ended';
		this.showState(t, 'suspended');
		return undefined;
	}

	/** Whether data of the application was not handed to the provider yet, or not all of it. */
	get hasUnsent(): boolean {
		return this.state === 'established' && (this.transfers.sending || this.suspension.kept.length > 0);
	}

	/**
	 * The process ends after a graceful close: nothing more is begun, a large transfer stops, and the process that the socket
	 * goes to sends the rest and says goodbye (DUP-2).
	 */
	leaveUnsent(t: Thread): void {
		const { kept } = this.suspension;
		this.keptUnsent = kept.take(kept.length);
		if (this.goodbye) this.sendingEnded = false;
		this.goodbye = false;
		if (this.outbox.withdrawAnnouncement()) this.transfers.takeBack(t);
		else this.transfers.stopWriting();
	}

	/** What is left to send, in order, once the session is suspended. */
	takeUnsent(): readonly Uint8Array[] {
		return [this.transfers.takeUnsent(), this.keptUnsent].filter(({ length }) => length > 0);
	}

	/** Step 4: goes on where `old`, the same session in the process before, was suspended (DUP-16). */
	resume(t: Thread, old: Session): WsaError | undefined {
		const error = this.prepareReceiving(t, POST_RESUMED) ?? this.prepareSending(t, old.peerBuffers);
		if (error) return error;
		this.incoming.push(old.incoming.take(old.incoming.length));
		this.urgent.push(old.urgent.take(old.urgent.length));
		this.peerBuffers = old.peerBuffers;
		this.peerBufferSize = old.peerBufferSize;
		this.peerHasRdmaRead = old.peerHasRdmaRead;
		this.outbox.continueFrom(old.outbox);
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

	/** Shows a state that only the debugger tells from the session's own. */
	showState(t: Thread, state: string): void {
		t.change(this.object, 'state', state);
	}

	private show(t: Thread): void {
		const { credits, owed, sent } = this.outbox;
		t.change(this.object, 'credits', credits);
		t.change(this.object, 'owedCredits', owed);
		t.change(this.object, 'messagesSent', sent);
		t.change(this.object, 'messagesReceived', this.received);
		t.change(this.object, 'bytesWaiting', this.incoming.length);
		t.change(this.object, 'noMoreData', this.endOfStream);
	}
}

/** What becomes of a session whose negotiation message cannot be sent. */
function errorOf(reason: NotSent): WsaError {
	return reason === 'no buffer' ? 'WSAENOBUFS' : reason;
}
