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
	readonly established: boolean;
	readonly error: WsaError | undefined;
	readonly changed: Waiters;
	readonly buffers: MessageBuffers;
	readonly transfers: LargeTransfers;
	/** Whether control messages wait for a credit or a buffer. */
	readonly controlWaits: boolean;
	control(t: Thread, kind: ControlKind): void;
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
	 */
	*request(t: Thread): Coroutine<WsaError | undefined> {
		const { session } = this;
		this.pause = 'asking';
		session.showState(t, 'suspending');
		while (session.established && (this.busy || this.lastSendFinishes > t.simulation.now)) {
			if (this.busy) t.wait(session.changed);
			else t.wait(session.changed, Math.max(t.simulation.now + 1, this.lastSendFinishes));
			yield;
		}
		session.control(t, 'suspend request');
		while (session.established && (session.controlWaits || this.lastSendFinishes > t.simulation.now)) {
			// What waits for a credit or a buffer hears of it: no time says when that will be.
			if (session.controlWaits) t.wait(session.changed);
			else t.wait(session.changed, Math.max(t.simulation.now + 1, this.lastSendFinishes));
			yield;
		}
		session.buffers.releaseSending(t);
		const until = t.simulation.now + session.sw.guardTimeNs;
		while (session.established && !this.peerSuspended && t.simulation.now < until) {
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

	/** Step 1b, on the peer's side: no new requests, and an answer when its sends and RDMA are done (DUP-6). */
	begin(t: Thread): void {
		const { session } = this;
		this.pause = 'asked';
		session.showState(t, 'suspended');
		const { simulation, worker, guardTimeNs } = session.sw;
		const { cause, phase, source } = t;
		const request = ++this.requests;
		// DUP-19: a requester that dies does not hold the peer for ever.
		simulation.at(simulation.now + guardTimeNs, () => {
			if (this.requests !== request || this.pause !== 'asked' || !session.established || worker.state === 'ended')
				return;
			worker.begin(cause, phase, source);
			session.end(worker, 'WSAETIMEDOUT');
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
		const { simulation, worker } = session.sw;
		const { cause, phase, source } = t;
		simulation.at(this.lastSendFinishes, () => {
			if (!session.established || worker.state === 'ended') return;
			worker.begin(cause, phase, source);
			this.answer(worker);
		});
	}

	/** The peer's socket goes on in another process. */
	end(t: Thread): void {
		this.pause = 'none';
		this.answered = false;
		this.session.showState(t, 'established');
	}
}
