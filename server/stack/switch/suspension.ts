/**
 * Suspending a session, so that its socket can move to another process (page "Duplicating socket handles for a SAN",
 * DUP-5 to DUP-8), on the side whose socket moves and on the peer's.
 */
import type { Coroutine, Thread, Waiters } from '../../simulation';
import { ByteQueue } from '../bytes';
import type { WsaError } from '../outcome';
import type { ControlKind } from './controlMessage';
import type { LargeTransfers } from './largeTransfer';
import type { MessageBuffers } from './messageBuffers';
import type { Switch } from './switch';

/** What suspending needs of a session. */
export interface SuspendedSession {
	readonly sw: Switch;
	readonly side: 'connecting' | 'accepting';
	readonly established: boolean;
	readonly error: WsaError | undefined;
	readonly changed: Waiters;
	readonly buffers: MessageBuffers;
	readonly transfers: LargeTransfers;
	/** Whether control messages wait for a credit or a buffer. */
	readonly controlWaits: boolean;
	/** Whether a credit is there for a control message. */
	readonly maySendControl: boolean;
	control(t: Thread, kind: ControlKind, payload?: Uint8Array, amount?: number, detail?: number): void;
	showState(t: Thread, state: string): void;
	end(t: Thread, error: WsaError | undefined): void;
}

export class Suspension {
	/** `asking`: this side wants to move its socket to another process; `asked`: the peer's side does (DUP-5, DUP-6). */
	private pause: 'none' | 'asking' | 'asked' = 'none';
	/** How often the peer has asked: the timer of an earlier time does not end a later suspension. */
	private requests = 0;
	/** The peer was told that the session is suspended: nothing is sent until it is resumed. */
	private answered = false;
	/** The peer has said that it sends nothing more for now. */
	private peerSuspended = false;
	/** What a nonblocking application sent while the session was suspended (DUP-7). */
	readonly kept = new ByteQueue();

	constructor(private readonly session: SuspendedSession) {}

	/** Whether the session is being suspended or is suspended. */
	get active(): boolean {
		return this.pause !== 'none';
	}

	/** Whether this side wants to move its socket. */
	get asks(): boolean {
		return this.pause === 'asking';
	}

	/** Nothing is sent any more, not even credits, until the session is resumed. */
	get silent(): boolean {
		return this.answered || this.peerSuspended;
	}

	/** Keeps what a nonblocking application sends meanwhile, at most `room` bytes (DUP-7). Bytes taken. */
	keep(data: Uint8Array, room: number): number {
		const part = data.slice(0, Math.max(0, room - this.kept.length));
		this.kept.push(part);
		return part.length;
	}

	/**
	 * Step 1, on the side whose socket moves: waits for its sends and its RDMA, asks the peer to suspend, releases the send
	 * buffers, and waits for the answer (DUP-5, DUP-6). Undefined when the session is suspended.
	 * @param leaving large transfers stop as well; what is left of them is sent later (DUP-2)
	 */
	*request(t: Thread, leaving: boolean): Coroutine<WsaError | undefined> {
		const { session } = this;
		const asked = yield* this.ask(t, leaving);
		const until = t.simulation.now + session.sw.guardTimeNs;
		while (session.established && !this.peerSuspended && t.simulation.now < until) {
			// Both sides have asked, and the other one goes first.
			if (this.requests !== asked) return yield* this.request(t, leaving);
			t.wait(session.changed, until);
			yield;
		}
		// DUP-4: nothing of this side is under way when the socket is given away.
		while (session.established && this.lastSendFinishes > t.simulation.now) {
			t.wait(session.changed, Math.max(t.simulation.now + 1, this.lastSendFinishes));
			yield;
		}
		if (!session.established) return session.error ?? 'WSAECONNABORTED';
		if (!this.peerSuspended) return 'WSAETIMEDOUT';
		session.transfers.releaseExposed(t);
		return undefined;
	}

	/** The first half of step 1, once the peer's own request is over. @returns how often the peer had asked before */
	private *ask(t: Thread, leaving: boolean): Coroutine<number> {
		const { session } = this;
		while (session.established && this.yields) {
			t.wait(session.changed);
			yield;
		}
		this.pause = 'asking';
		session.showState(t, 'suspending');
		// Nor is the request left to wait for a credit: meanwhile the peer could begin a transfer.
		const blocked = () => this.busy || !session.maySendControl;
		while (session.established && !this.yields && (blocked() || this.lastSendFinishes > t.simulation.now)) {
			if (blocked()) t.wait(session.changed);
			else t.wait(session.changed, Math.max(t.simulation.now + 1, this.lastSendFinishes));
			yield;
		}
		if (this.yields) return yield* this.ask(t, leaving);
		const asked = this.requests;
		session.control(t, 'suspend request', undefined, 0, leaving ? 1 : 0);
		while (session.established && (session.controlWaits || this.lastSendFinishes > t.simulation.now)) {
			// What waits for a credit or a buffer hears of it: no time says when that will be.
			if (session.controlWaits) t.wait(session.changed);
			else t.wait(session.changed, Math.max(t.simulation.now + 1, this.lastSendFinishes));
			yield;
		}
		session.buffers.releaseSending(t);
		return asked;
	}

	/** The peer's request comes first. */
	private get yields(): boolean {
		return this.pause === 'asked';
	}

	/** Whether this side has something left to send or to move by RDMA. */
	private get busy(): boolean {
		return this.session.controlWaits || this.session.transfers.working || this.kept.length > 0;
	}

	private get lastSendFinishes(): number {
		return this.session.buffers.lastSendFinishes(this.session.sw.simulation.now);
	}

	/** The peer has answered the request. */
	confirmed(): void {
		this.peerSuspended = true;
	}

	/**
	 * Step 1b, on the peer's side: no new requests, and an answer when its sends and RDMA are done (DUP-6).
	 * @param leaving the peer's process ends: a transfer that is under way stops (DUP-2)
	 */
	begin(t: Thread, leaving: boolean): void {
		const { session } = this;
		// Where both sides ask at once, the connecting one goes first; the other asks again when the session goes on.
		if (this.pause === 'asking' && session.side === 'connecting') return;
		this.pause = 'asked';
		session.transfers.releaseExposed(t);
		session.transfers.stopReading(leaving);
		session.showState(t, 'suspended');
		const request = ++this.requests;
		// DUP-19: a requester that dies does not hold the peer for ever.
		session.sw.later(t, t.simulation.now + session.sw.guardTimeNs, (worker) => {
			const same = this.requests === request && this.pause === 'asked';
			if (same && session.established) session.end(worker, 'WSAETIMEDOUT');
		});
	}

	/** Answers the peer's request once nothing of this side is under way. */
	answer(t: Thread): void {
		const { session } = this;
		if (this.pause !== 'asked' || this.answered || !session.transfers.idle || session.controlWaits) return;
		if (this.lastSendFinishes > t.simulation.now) {
			this.answerLater(t);
			return;
		}
		this.answered = true;
		session.control(t, 'suspended');
	}

	/** A send of this side is still on its way. */
	private answerLater(t: Thread): void {
		const { session } = this;
		session.sw.later(t, this.lastSendFinishes, (worker) => {
			if (session.established) this.answer(worker);
		});
	}

	/** The peer's socket goes on in another process. */
	end(t: Thread): void {
		this.pause = 'none';
		this.answered = false;
		this.session.transfers.stopReading(false);
		this.session.showState(t, 'established');
	}
}
