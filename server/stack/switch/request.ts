/**
 * Overlapped requests of applications: the call returns WSA_IO_PENDING and a thread of the switch carries it out; when it
 * is done the switch completes the application's request (COMP-10). Sends among themselves, and receives among themselves,
 * are carried out in the order in which the application has made them.
 */
import type { Coroutine, Eventual, Thread } from '../../simulation';
import { settled, Waiters } from '../../simulation';
import { objectType, site, type TracedObject } from '../../trace';
import type { EventObject } from '../eventObject';
import { interrupted } from '../interruption';
import { isError, type Outcome, type WsaError } from '../outcome';
import type { AppSocket } from './appSocket';
import type { Switch } from './switch';

const requestObject = objectType('overlapped', ['operation', 'state', 'result', 'event']);
const SET_EVENT = site('SetEvent', ['hEvent', 'announces', 'overlapped'], ['COMP-10']);
const WSP_GET_OVERLAPPED_RESULT = site(
	'WSPGetOverlappedResult',
	['s', 'lpOverlapped', 'fWait', 'overlapped'],
	['COMP-10'],
);
const RESULT = site('WSPGetOverlappedResult', ['cbTransfer'], ['COMP-10']);

/** What an application's WSAOVERLAPPED stands for. */
export class OverlappedRequest {
	state: 'unused' | 'pending' | 'completed' = 'unused';
	outcome: Outcome<number | Uint8Array> = 0;
	/** SPI name of what was started with it. */
	operation = '';
	readonly changed: Waiters;
	private object: TracedObject | undefined;

	constructor(
		readonly number: number,
		readonly event: EventObject | undefined,
	) {
		this.changed = new Waiters(`overlapped ${number}`);
	}

	/** The request is under way. */
	begin(t: Thread, owner: number, operation: string): void {
		this.operation = operation;
		this.object ??= t.trace.object(requestObject, owner, this.number);
		this.state = 'pending';
		t.change(this.object, 'operation', operation);
		t.change(this.object, 'state', this.state);
		t.change(this.object, 'event', this.event?.number ?? null);
	}

	/** The request is done: whoever waits goes on, and its event is signalled. */
	complete(t: Thread, outcome: Outcome<number | Uint8Array>): void {
		this.state = 'completed';
		this.outcome = outcome;
		if (this.object) {
			t.change(this.object, 'state', this.state);
			t.change(
				this.object,
				'result',
				isError(outcome) ? outcome : typeof outcome === 'number' ? outcome : outcome.length,
			);
		}
		this.event?.set(t, SET_EVENT, 'overlapped operation', this.number);
		this.changed.wakeAll(t.cause);
	}
}

/** The overlapped requests of one kind on a socket that are not done: each waits for the ones before it. */
export class RequestQueue {
	private readonly threads: Thread[] = [];
	private readonly changed: Waiters;

	/** @param idle what follows when the last of them is done */
	constructor(
		what: string,
		private readonly idle: (t: Thread) => void,
	) {
		this.changed = new Waiters(what);
	}

	/** Whether requests are under way or wait. */
	get busy(): boolean {
		return this.threads.length > 0;
	}

	/** The request that `t` waits behind; undefined if it does not wait for its turn here. */
	inFrontOf(t: Thread): Thread | undefined {
		return t.waitsFor === this.changed ? this.threads[0] : undefined;
	}

	add(t: Thread): void {
		this.threads.push(t);
	}

	remove(t: Thread): void {
		const index = this.threads.indexOf(t);
		if (index >= 0) this.threads.splice(index, 1);
		this.changed.wakeAll(t.cause);
		if (!this.busy) this.idle(t);
	}

	/**
	 * Waits until the requests before that of `t` are done; where `t` carries none out, until all are.
	 * @param until virtual time at which it has waited long enough, ns
	 */
	*turn(t: Thread, until = Number.POSITIVE_INFINITY): Coroutine<'WSAEINTR' | 'WSAETIMEDOUT' | undefined> {
		while (this.busy && this.threads[0] !== t) {
			if (interrupted(t)) return 'WSAEINTR';
			if (t.simulation.now >= until) return 'WSAETIMEDOUT';
			t.wait(this.changed, until);
			yield;
		}
		return interrupted(t) ? 'WSAEINTR' : undefined;
	}

	/** `call`, in its turn: what a blocking call does where overlapped requests are under way. */
	*behind<T>(t: Thread, until: number, call: () => Eventual<Outcome<T>>): Coroutine<Outcome<T>> {
		const error = yield* this.turn(t, until);
		return error ?? (yield* settled(call()));
	}
}

/**
 * Carries `body` out in a thread of the switch and completes `request` with its outcome.
 * @param queue the requests that go before it, if their order matters
 */
export function carryOutLater(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	request: OverlappedRequest,
	operation: string,
	body: (thread: Thread) => Coroutine<Outcome<number | Uint8Array>>,
	queue?: RequestQueue,
): WsaError {
	request.begin(t, t.component, operation);
	const thread = sw.newRequestThread();
	thread.begin(t.call, t.phase, t.source);
	socket.beginCall(thread);
	queue?.add(thread);
	thread.run(complete(thread, socket, request, body, queue));
	return 'WSA_IO_PENDING';
}

function* complete(
	t: Thread,
	socket: AppSocket,
	request: OverlappedRequest,
	body: (thread: Thread) => Coroutine<Outcome<number | Uint8Array>>,
	queue: RequestQueue | undefined,
): Coroutine {
	const outcome = (queue && (yield* queue.turn(t))) ?? (yield* body(t));
	socket.endCall(t);
	// What WSAEINTR is for a blocking call is this for an overlapped one.
	request.complete(t, outcome === 'WSAEINTR' ? 'WSA_OPERATION_ABORTED' : outcome);
	queue?.remove(t);
}

/** The application asks for the result; with `wait` it waits for it, else it hears WSA_IO_INCOMPLETE. */
export function* WSPGetOverlappedResult(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	request: OverlappedRequest,
	wait: boolean,
): Coroutine<Outcome<number | Uint8Array>> {
	t.enter(WSP_GET_OVERLAPPED_RESULT, sw.component, socket.descriptor, request.operation, wait, request.number);
	// CLOSE-6: what became of the requests on a closed socket only their events tell.
	const refusal =
		sw.refused('WSPGetOverlappedResult') ?? (socket.state === 'closed' ? ('WSAENOTSOCK' as const) : undefined);
	if (refusal) {
		t.leave(RESULT, false, refusal, 0);
		return refusal;
	}
	while (wait && request.state === 'pending') {
		t.wait(request.changed);
		yield;
	}
	if (request.state !== 'completed') {
		const error = request.state === 'pending' ? 'WSA_IO_INCOMPLETE' : 'WSAEINVAL';
		t.leave(RESULT, false, error, 0);
		return error;
	}
	const { outcome } = request;
	if (isError(outcome)) t.leave(RESULT, false, outcome, 0);
	else t.leave(RESULT, true, undefined, typeof outcome === 'number' ? outcome : outcome.length);
	return outcome;
}
