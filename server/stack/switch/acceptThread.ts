/**
 * Page "Accepting connection requests", the SAN's side: the switch's accept thread takes requests at the SAN providers,
 * negotiates a session for each, and hands the connection to where the application's accept waits (ACC-2 to ACC-13).
 */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import { removeFrom } from '../list';
import { isError, type WsaError } from '../outcome';
import * as san from '../san';
import type { AppSocket, Companion, Listener } from './appSocket';
import { raise, watchSession } from './events';
import { Session } from './session';
import type { Switch } from './switch';

const HANDED_OVER = site('SAN connection handed to TCP/IP', ['s', 'remote'], ['ACC-2', 'ACC-13']);
const CLOSE_ACCEPTING = site('WSPCloseSocket', ['s'], ['ACC-15', 'CLOSE-1']);
const UNUSABLE = site('SAN connection dropped', ['s', 'error'], ['ACC-13']);

/** LISTEN-6: a dedicated thread waits for the accept events of all listening sockets. */
export function acceptThreadFor(sw: Switch, t: Thread, socket: AppSocket): void {
	if (!sw.listening.includes(socket)) {
		socket.listensAs = 1 + newestOf(sw);
		sw.listening.push(socket);
	}
	sw.requested.add(socket);
	sw.acceptWork.wakeAll(t.cause);
	if (sw.acceptThread) return;
	const thread = sw.simulation.thread(`${sw.name}.accept`, sw.name);
	sw.acceptThread = thread;
	thread.begin(t.cause, t.phase, t.source);
	thread.run(acceptRequests(sw, thread));
}

/** The accept thread: waits for accept events and takes requests as long as there is room for them. */
function* acceptRequests(sw: Switch, t: Thread): Coroutine {
	for (;;) {
		let worked = false;
		const newest = newestOf(sw);
		for (let socket = nextRequested(sw, 0, newest); socket; socket = nextRequested(sw, socket.listensAs, newest)) {
			if (!mayHaveRequests(socket)) sw.requested.delete(socket);
			for (const listener of [...socket.listeners]) {
				if (listener.event.signalled) askForEvents(t, listener);
				if (!takesRequest(sw, socket, listener)) {
					if (listener.announced && acceptsLazily(sw, socket)) offer(sw, t, socket);
					continue;
				}
				yield* acceptRequest(sw, t, socket, listener);
				worked = true;
			}
		}
		if (worked) continue;
		t.wait(sw.acceptWork);
		yield;
	}
}

/** Place of the socket that began to listen last. */
function newestOf(sw: Switch): number {
	return sw.listening.at(-1)?.listensAs ?? 0;
}

/**
 * The next socket after place `after`, and up to `newest`, that is known to have something to do: of many listening
 * sockets most have nothing to do when one has.
 */
function nextRequested(sw: Switch, after: number, newest: number): AppSocket | undefined {
	let next: AppSocket | undefined;
	for (const socket of sw.requested) {
		const { listensAs } = socket;
		if (listensAs > after && listensAs <= newest && listensAs < (next?.listensAs ?? Number.POSITIVE_INFINITY)) {
			next = socket;
		}
	}
	return next;
}

function mayHaveRequests({ listeners }: AppSocket): boolean {
	for (const { event, announced } of listeners) if (event.signalled || announced) return true;
	return false;
}

/** ACC-3. */
function askForEvents(t: Thread, listener: Listener): void {
	const request = listener.socket.requests[0];
	if (request) {
		t.phase = request.phase;
		t.source = request.source;
	}
	const outcome = san.WSPEnumNetworkEvents(listener.provider, t, listener.socket, listener.event);
	if (!isError(outcome) && outcome.events & san.FD_ACCEPT) listener.announced = true;
}

/** OQ-28, OQ-29: eagerly while the application's backlog has room, else only for an accept that waits. */
function takesRequest(sw: Switch, socket: AppSocket, listener: Listener): boolean {
	if (!listener.announced || socket.state !== 'listening' || socket.conditionOutcome) return false;
	const waiting = socket.tcp.queue.length + socket.negotiating.length;
	return acceptsLazily(sw, socket) ? socket.acceptsPending > waiting : waiting < socket.backlog;
}

function acceptsLazily(sw: Switch, socket: AppSocket): boolean {
	return socket.conditionalAccept || !sw.eagerAccept;
}

/** A program that asks before it calls accept must hear of a request that only its accept will take. */
function offer(sw: Switch, t: Thread, socket: AppSocket): void {
	if (socket.requestOffered || socket.state !== 'listening') return;
	socket.requestOffered = true;
	raise(sw, t, socket, 'FD_ACCEPT');
	socket.tcp.changed.wakeAll(t.cause);
}

/** The request that was offered is taken, or is there no more. */
function endOffer(t: Thread, socket: AppSocket): void {
	if (!socket.requestOffered) return;
	socket.requestOffered = socket.listeners.some(({ announced }) => announced);
	socket.tcp.changed.wakeAll(t.cause);
}

/** ACC-4 to ACC-13: WSPAccept with a condition function, then the session. */
function* acceptRequest(sw: Switch, t: Thread, socket: AppSocket, listener: Listener): Coroutine {
	const { provider } = listener;
	const first = listener.socket.requests[0];
	if (first) t.begin(first.seq, first.phase, first.source);
	t.enterPhase('setup');
	const { condition } = socket;
	let asked = false;
	const accepted = yield* san.WSPAccept(provider, t, listener.socket, sw.component, (thread, caller, callee) => {
		asked = true;
		return condition ? condition(thread, caller, callee) : acceptAll();
	});
	// ACC-17: a deferred request stays queued and announced; it is offered to the application's next accept.
	listener.announced = accepted === 'WSATRY_AGAIN';
	if (!isError(accepted)) {
		const event = sw.newEvent(t, `SAN socket ${accepted.descriptor}`);
		prepare(sw, t, socket, { provider, socket: accepted, event }, condition !== undefined);
	} else if (asked && condition) {
		socket.conditionOutcome = accepted;
		socket.tcp.changed.wakeAll(t.cause);
	}
	endOffer(t, socket);
}

/** The condition function where the application has none. */
// biome-ignore lint/correctness/useYield: a condition function may wait, this one does not
function* acceptAll(): Coroutine<san.ConditionResult> {
	return 'CF_ACCEPT';
}

/** The new connection's own TCP/IP socket stands for it (SOCK-1); the session must be usable before accept returns. */
function prepare(sw: Switch, t: Thread, listener: AppSocket, companion: Companion, asked: boolean): void {
	t.enterPhase('negotiation');
	const tcp = sw.tcpip.newSocket(t);
	const socket = sw.adopt(t, tcp, true);
	socket.conditionAsked = asked;
	const { local, remote } = companion.socket;
	if (local) sw.tcpip.setAddress(t, tcp, 'local', local);
	if (remote) sw.tcpip.setAddress(t, tcp, 'remote', remote);
	tcp.setState(t, 'on SAN');
	if (local) socket.setAddress(t, 'local', local);
	if (remote) socket.setAddress(t, 'remote', remote);
	socket.companion = companion;
	socket.setProvider(t, companion.provider.nic.settings.name, `request came in through ${companion.provider.name}`);
	t.change(socket.object, 'companion', companion.socket.descriptor);
	const session = new Session(sw, t, socket, companion, 'accepting');
	socket.session = session;
	watchSession(sw, socket, session);
	listener.negotiating.push(socket);
	session.onEstablished = (worker) => handOver(sw, worker, listener, socket);
	session.onFailed = (worker) => drop(sw, worker, listener, socket, session.error ?? 'WSAECONNABORTED');
	const error = session.awaitOffer(t);
	if (error) drop(sw, t, listener, socket, error);
	else giveUpLater(sw, t, session);
}

/** OQ-24: a peer that never sends its offer does not hold the connection for ever. */
function giveUpLater(sw: Switch, t: Thread, session: Session): void {
	session.limit = sw.later(t, t.simulation.now + sw.guardTimeNs, (worker) => {
		if (session.state === 'negotiating') session.end(worker, 'WSAETIMEDOUT');
	});
}

/** ACC-2: the connection goes to where the application's accept waits. */
function handOver(sw: Switch, t: Thread, listener: AppSocket, socket: AppSocket): void {
	removeFrom(listener.negotiating, socket);
	socket.setState(t, 'connected');
	t.note(HANDED_OVER, sw.tcpip.component, socket.descriptor, socket.remote?.text ?? null);
	if (listener.state === 'listening') sw.tcpip.enqueue(t, listener.tcp, socket.tcp);
	else abandon(sw, t, socket);
}

/** A connection that never became usable. */
function drop(sw: Switch, t: Thread, listener: AppSocket, socket: AppSocket, error: WsaError): void {
	const { companion } = socket;
	if (!removeFrom(listener.negotiating, socket) || !companion) return;
	t.note(UNUSABLE, sw.component, companion.socket.descriptor, error);
	abandon(sw, t, socket);
	// An accept that does not block waited for this one.
	listener.tcp.changed.wakeAll(t.cause);
	if (sw.acceptThread) sw.acceptWork.wakeAll(t.cause);
}

/** Closes a connection that the application has never seen. */
export function abandon(sw: Switch, t: Thread, socket: AppSocket): void {
	const { companion } = socket;
	socket.companion = undefined;
	if (companion) {
		socket.session?.release(t);
		if (companion.socket.state !== 'closed') {
			san.WSPCloseSocket(companion.provider, t, companion.socket, CLOSE_ACCEPTING);
		}
	}
	socket.setState(t, 'closed');
	socket.tcp.setState(t, 'closed');
	sw.tcpip.sockets.delete(socket.tcp.descriptor);
	sw.forget(socket);
}

/** The application gives its accept up, or `count` of them: the SAN sockets that are being accepted are closed (ACC-15). */
export function abandonAccepting(sw: Switch, t: Thread, listener: AppSocket, count: number): void {
	for (const socket of listener.negotiating.splice(0, count)) abandon(sw, t, socket);
}

/** The application closes its listening socket: what it has not accepted is closed too. */
export function abandonQueued(sw: Switch, t: Thread, listener: AppSocket): void {
	abandonAccepting(sw, t, listener, listener.negotiating.length);
	const { queue } = listener.tcp;
	for (const tcp of [...queue]) {
		const socket = sw.byTcp.get(tcp);
		if (!socket) continue;
		queue.splice(queue.indexOf(tcp), 1);
		abandon(sw, t, socket);
	}
}
