/**
 * The control-message buffers of a session (DATA-3, MEM-7): one region whose buffers are posted for what the peer sends,
 * one whose buffers are filled and sent. Which send buffer is free again the switch learns by polling (COMP-4).
 */
import type { Thread } from '../../simulation';
import type { Site } from '../../trace';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import type { Companion } from './appSocket';
import { REGISTER_RECEIVE, REGISTER_SEND, RELEASE_SEND } from './sessionSites';

/** How long the switch waits at least before it polls again for a send whose end nobody knows yet, ns. */
const POLL_NS = 100_000;
/** How long it goes on, ns: a send that has not ended by then never will. */
const PATIENCE_NS = 600_000_000_000;

/** A send buffer and the operation that used it last. */
interface SendBuffer {
	readonly buffer: san.BufferEx;
	operation: san.Overlapped | undefined;
	/** This operation ought to be finished, but the provider said that it is not: nobody knows when it will be. */
	overdue?: san.Overlapped;
}

export class MessageBuffers {
	private receiveMemory: san.RegisteredMemory | undefined;
	private sendMemory: san.RegisteredMemory | undefined;
	private slots: SendBuffer[] = [];
	private next = 0;
	/** From which the negotiation message leaves, before the send buffers are registered. */
	private negotiation: SendBuffer | undefined;
	private last: san.Overlapped | undefined;
	/** A send that was found to have failed. */
	failure: WsaError | undefined;
	/** Receives that were posted and have not completed. */
	private outstanding = 0;

	constructor(
		private readonly companion: Companion,
		/** Bytes of each buffer. */
		readonly bufferSize: number,
		/** Receive buffers. */
		readonly count: number,
	) {}

	/** One array of receive buffers, and one more buffer from which the negotiation message leaves. */
	prepareReceiving(t: Thread, where: Site): WsaError | undefined {
		const { provider, socket } = this.companion;
		const { bufferSize, count } = this;
		const length = (count + 1) * bufferSize;
		const memory = san.WSPRegisterMemory(
			provider,
			t,
			socket,
			length,
			'MEM_READWRITE',
			'receive buffers',
			REGISTER_RECEIVE,
		);
		if (isError(memory)) return memory;
		this.receiveMemory = memory;
		for (let n = 0; n < count; n++) {
			const posted = this.post(t, { memory, offset: n * bufferSize, length: bufferSize }, where);
			if (isError(posted)) return posted;
		}
		this.negotiation = {
			buffer: { memory, offset: count * bufferSize, length: bufferSize },
			operation: undefined,
		};
		this.slots.push(this.negotiation);
		return undefined;
	}

	/** Posts a receive buffer, for the first time or again. */
	post(t: Thread, buffer: san.BufferEx, where: Site): Outcome<san.Overlapped> {
		const operation = san.WSPRecv(this.companion.provider, t, this.companion.socket, buffer, where);
		if (!isError(operation)) this.outstanding++;
		return operation;
	}

	/** A posted receive has completed. */
	completed(): void {
		this.outstanding--;
	}

	/** Whether more completions of receives are to come. */
	get expectsMore(): boolean {
		return this.outstanding > 0;
	}

	/** The second region of MEM-7. The buffer of the negotiation message lies in the other one: it is not used again. */
	prepareSending(t: Thread, count: number): WsaError | undefined {
		const { provider, socket } = this.companion;
		const { bufferSize } = this;
		const length = count * bufferSize;
		const memory = san.WSPRegisterMemory(provider, t, socket, length, 'MEM_READ', 'send buffers', REGISTER_SEND);
		if (isError(memory)) return memory;
		this.sendMemory = memory;
		this.slots = [];
		this.next = 0;
		for (let n = 0; n < count; n++) {
			this.slots.push({ buffer: { memory, offset: n * bufferSize, length: bufferSize }, operation: undefined });
		}
		return undefined;
	}

	/** The next send buffer in turn, once the message that used it last has left: the switch polls for that (COMP-4). */
	free(t: Thread): SendBuffer | undefined {
		for (let tried = 0; tried < this.slots.length; tried++) {
			const slot = this.slots[this.next++ % this.slots.length] as SendBuffer;
			if (!slot.operation || this.poll(t, slot)) return slot;
		}
		return undefined;
	}

	/** `slot` is on its way. */
	used(slot: SendBuffer, operation: san.Overlapped): void {
		slot.operation = operation;
		this.last = operation;
	}

	/** Fetches the result of the operation that used `slot`. @returns false while it is not finished */
	private poll(t: Thread, slot: SendBuffer): boolean {
		const { provider, socket } = this.companion;
		const operation = slot.operation as san.Overlapped;
		const result = san.WSPGetOverlappedResult(provider, t, socket, operation);
		if (result === 'WSA_IO_INCOMPLETE') {
			if (operation.finishes <= t.simulation.now) slot.overdue = operation;
			return false;
		}
		if (isError(result)) this.failure ??= result;
		slot.operation = undefined;
		return true;
	}

	/** Polls for every send that is known to have ended; `failure` tells whether one has failed. */
	collectFinished(t: Thread): void {
		const { now } = t.simulation;
		for (const slot of this.slots) if (slot.operation && slot.operation.finishes <= now) this.poll(t, slot);
	}

	/** Whether nobody knows yet when, and how, some send will end. */
	get endUnknown(): boolean {
		return this.slots.some(({ operation, overdue }) => operation && (isUnknown(operation) || operation === overdue));
	}

	/** Whether a send buffer is free, as far as can be known without asking. */
	hasFree(now: number): boolean {
		return this.slots.some(
			({ operation, overdue }) => !operation || (operation.finishes <= now && operation !== overdue),
		);
	}

	/** Virtual time at which the next send buffer is free, ns; a guess while nobody knows, Infinity where none will be. */
	freeAt(now: number): number {
		let earliest = Number.POSITIVE_INFINITY;
		for (const { operation, overdue } of this.slots) {
			const end = operation ? this.endOf(operation, now, operation === overdue) : 0;
			earliest = Math.min(earliest, end);
		}
		return Math.max(now + 1, earliest);
	}

	/**
	 * Nobody knows while the transport repeats a message: the switch looks again after a while, rarer and rarer, so that a
	 * send that never ends does not keep a run busy for ever.
	 */
	private endOf(operation: san.Overlapped, now: number, overdue = false): number {
		const { finishes, started } = operation;
		if (!isUnknown(operation) && !overdue) return finishes;
		const age = now - started;
		return age > PATIENCE_NS ? Number.POSITIVE_INFINITY : now + Math.max(POLL_NS, age);
	}

	/** The message that was sent last. */
	get lastSend(): san.Overlapped | undefined {
		return this.last;
	}

	/** Virtual time at which the last message sent is known to have arrived, ns; a guess while nobody knows, as in `freeAt`. */
	lastSendFinishes(now: number): number {
		return this.last ? this.endOf(this.last, now) : 0;
	}

	/** DUP-5: the send buffers are released while the session is suspended. */
	releaseSending(t: Thread): void {
		const memory = this.sendMemory;
		this.collect(t, this.slots);
		if (!memory || memory.inUse > 0) return;
		san.WSPDeregisterMemory(this.companion.provider, t, this.companion.socket, memory, RELEASE_SEND);
		this.sendMemory = undefined;
		// The buffer of the negotiation remains: the end of a transfer can still be answered.
		this.slots = [];
		if (this.negotiation) this.slots.push(this.negotiation);
	}

	/** MEM-9: releases the memory that no pending transfer uses. */
	release(t: Thread): void {
		const { slots, negotiation } = this;
		this.collect(t, slots);
		if (negotiation && !slots.includes(negotiation)) this.collect(t, [negotiation]);
		for (const memory of [this.sendMemory, this.receiveMemory]) {
			if (memory && memory.inUse === 0) {
				san.WSPDeregisterMemory(this.companion.provider, t, this.companion.socket, memory);
			}
		}
	}

	/** Fetches the results of what is finished. */
	private collect(t: Thread, slots: readonly SendBuffer[]): void {
		const { provider, socket } = this.companion;
		for (const slot of slots) {
			if (!slot.operation) continue;
			const result = san.WSPGetOverlappedResult(provider, t, socket, slot.operation);
			if (!isError(result)) slot.operation = undefined;
			else if (result !== 'WSA_IO_INCOMPLETE') this.failure ??= result;
		}
	}
}

function isUnknown({ finishes }: san.Overlapped): boolean {
	return finishes === Number.POSITIVE_INFINITY;
}
