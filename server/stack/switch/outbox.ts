/**
 * What a session sends: control messages out of the send buffers, under the credit rule.
 *
 * Credit rule (OQ-22): a credit is a receive buffer posted by the peer and not used up yet. Each message takes one; a
 * buffer posted again gives one back in the header of the next message, or in a credit update: when half of the buffers
 * are owed for messages that carried something, or when the peer may be left with its last credit. The last credit is kept
 * for messages that give credits back. With fewer than three buffers two silent sides would answer each other's updates
 * for ever, so that at least three are posted.
 */
import type { Thread } from '../../simulation';
import type { WsaError } from '../outcome';
import * as san from '../san';
import type { Companion } from './appSocket';
import { type ControlHeader, type ControlKind, encode } from './controlMessage';
import type { MessageBuffers } from './messageBuffers';
import { sendSites } from './sessionSites';
import type { Transport } from './transport';

/** Why a message was not sent: every send buffer is on its way, or WSPSend failed. */
export type NotSent = 'no buffer' | WsaError;

/** A control message that waits to be sent. */
interface PendingControl {
	readonly kind: ControlKind;
	readonly payload: Uint8Array | undefined;
	readonly amount: number;
	readonly detail: number;
}

export class Outbox {
	/** Messages that the peer can still take. */
	credits = 0;
	/** Receive buffers posted again that the peer has not been told of. */
	owed = 0;
	/** Of these owed credits, those for messages that carried something besides credits. */
	owedForData = 0;
	/** Messages sent so far. */
	sent = 0;
	private readonly waiting: PendingControl[] = [];

	constructor(
		private readonly companion: Companion,
		private readonly buffers: MessageBuffers,
		private readonly transport: Transport,
	) {}

	/** Whether control messages wait for a credit or a buffer. */
	get waits(): boolean {
		return this.waiting.length > 0;
	}

	/** Whether a control message may be sent: with the last credit only if it gives credits back. */
	get maySendControl(): boolean {
		return this.credits > 1 || (this.credits === 1 && this.owed > 0);
	}

	/** FLOW-2, OQ-22: whether credits go back in a message of their own. */
	get creditsDue(): boolean {
		const { count } = this.buffers;
		// The peer has `count` buffers less what is owed; one left, or none, and it could not send any more.
		return this.credits > 0 && (this.owedForData * 2 >= count || this.owed >= count - 1);
	}

	/** A receive buffer was posted again. @param forData it had taken more than credits */
	owe(forData: boolean): void {
		this.owed++;
		if (forData) this.owedForData++;
	}

	/**
	 * Sends one control message. The caller has made sure that a credit is there.
	 * @returns undefined once it is on its way, or why it is not
	 */
	send(t: Thread, kind: ControlKind, payload?: Uint8Array, amount = 0, detail = 0): NotSent | undefined {
		const slot = this.buffers.free(t);
		if (this.buffers.failure) return this.buffers.failure;
		if (!slot) return 'no buffer';
		const { memory, offset } = slot.buffer;
		const length = encode(this.header(kind, amount, detail), payload, memory.bytes, offset);
		// DATA-5: the copy into the payload of a control message.
		san.recordWrite(t, memory, offset, length);
		const { provider, socket } = this.companion;
		const about = amountOf(kind, payload, amount);
		const operation = san.WSPSend(provider, t, socket, { memory, offset, length }, kind, sendSites[kind], about);
		if (typeof operation === 'string') return operation;
		this.buffers.used(slot, operation);
		this.sent++;
		this.owed = 0;
		this.owedForData = 0;
		// The offer leaves before any credit is known: it uses the first buffer that the accepting side will post.
		if (kind !== 'negotiation offer') this.credits--;
		return undefined;
	}

	private header(kind: ControlKind, amount: number, detail: number): ControlHeader {
		const { rdmaThreshold, rdmaRead } = this.transport;
		const { bufferSize, count } = this.buffers;
		const negotiation = kind === 'negotiation offer' || kind === 'negotiation answer' || kind === 'resume';
		return {
			kind,
			number: this.sent,
			credits: negotiation ? 0 : this.owed,
			payloadBytes: 0,
			amount: negotiation ? count : amount,
			detail: negotiation ? bufferSize : detail,
			threshold: negotiation ? rdmaThreshold : 0,
			rdmaRead,
		};
	}

	/** Whether a message that would tell the peer of this descriptor has not left. */
	keepsBack(descriptor: number): boolean {
		return this.waiting.some(
			({ kind, detail }) => detail === descriptor && (kind === 'data with RDMA descriptor' || kind === 'RDMA location'),
		);
	}

	/** Takes the announcement of a large transfer back that has not left. @returns whether there was one */
	withdrawAnnouncement(): boolean {
		const at = this.waiting.findIndex(({ kind }) => kind === 'RDMA request' || kind === 'data with RDMA descriptor');
		if (at >= 0) this.waiting.splice(at, 1);
		return at >= 0;
	}

	/** Keeps a message until a credit and a buffer are there. */
	enqueue(kind: ControlKind, payload?: Uint8Array, amount = 0, detail = 0): void {
		this.waiting.push({ kind, payload, amount, detail });
	}

	/**
	 * Sends the first message that waits.
	 * @returns its kind, and why it was not sent if so; without a free buffer it waits on
	 */
	sendNext(t: Thread): { readonly kind: ControlKind; readonly error: NotSent | undefined } {
		const { kind, payload, amount, detail } = this.waiting[0] as PendingControl;
		const error = this.send(t, kind, payload, amount, detail);
		if (error !== 'no buffer') this.waiting.shift();
		return { kind, error };
	}

	/** Goes on where the same session in another process had stopped (DUP-16). */
	continueFrom(old: Outbox): void {
		this.credits = old.credits;
		this.sent = old.sent;
	}
}

/** How much application data a control message is about: what it carries, or what it announces (DATA-6, RDMA-5). */
function amountOf(kind: ControlKind, payload: Uint8Array | undefined, amount: number): number | undefined {
	switch (kind) {
		case 'data':
		case 'urgent data':
			return payload?.length ?? 0;
		case 'data with RDMA descriptor':
		case 'RDMA request':
		case 'RDMA location':
			return amount;
		default:
			return undefined;
	}
}
