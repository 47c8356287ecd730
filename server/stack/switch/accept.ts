/**
 * Page "Accepting connection requests": the switch mediates between the SAN provider, where a request arrives, and
 * TCP/IP, where the application's accept waits (ACC-1, ACC-2).
 */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import type { AppSocket, Companion, Listener } from './appSocket';
import { receive } from './data';
import { reenable, watchSession, watchTcp } from './events';
import { carryOutLater, type OverlappedRequest } from './request';
import { Session } from './session';
import { takeControl } from './sharing';
import type { Switch } from './switch';

const WSP_ACCEPT = site('WSPAccept', ['s', 'lpfnCondition'], ['ACC-1']);
const RETURNED = site('WSPAccept', ['addr'], ['ACC-2', 'SOCK-1']);
const CONDITION_FUNC = site('ConditionFunc', ['lpCallerId', 'lpCalleeId'], ['ACC-6']);
const HANDED_OVER = site('SAN connection handed to TCP/IP', ['s', 'remote'], ['ACC-2', 'ACC-13']);
const ACCEPT_EX = site('AcceptEx', ['sListenSocket', 'sAcceptSocket', 'dwReceiveDataLength'], ['ACC-1', 'EXT-1']);
const ACCEPTED_EX = site('AcceptEx', ['lpdwBytesReceived'], ['ACC-2', 'ACC-14', 'EXT-1']);
const ACCEPT_SOCKET = site('connection moves to the accept socket', ['s', 'connection'], ['ACC-1', 'EXT-1']);
const CLOSE_ACCEPTING = site('WSPCloseSocket', ['s'], ['ACC-15', 'CLOSE-1']);
const UNUSABLE = site('SAN connection dropped', ['s', 'error'], ['ACC-13']);

/** LISTEN-6: a dedicated thread waits for the accept events of all listening sockets. */
export function acceptThreadFor(sw: Switch, t: Thread, socket: AppSocket): void {
	if (!sw.listening.includes(socket)) sw.listening.push(socket);
	sw.acceptWork.wakeAll(t.call);
	if (sw.acceptThread) return;
	const thread = sw.simulation.thread(`${sw.name}.accept`, sw.name);
	sw.acceptThread = thread;
	thread.begin(t.call, t.phase, t.source);
	thread.run(acceptRequests(sw, thread));
}

/** The accept thread: waits for accept events and takes requests as long as there is room for them. */
function* acceptRequests(sw: Switch, t: Thread): Coroutine {
	for (;;) {
		let worked = false;
		for (const socket of [...sw.listening]) {
			for (const listener of [...socket.listeners]) {
				if (listener.event.signalled) askForEvents(t, listener);
				if (!takesRequest(sw, socket, listener)) continue;
				yield* acceptRequest(sw, t, socket, listener);
				worked = true;
			}
		}
		if (worked) continue;
		t.wait(sw.acceptWork);
		yield;
	}
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
	const lazy = socket.conditionalAccept || !sw.eagerAccept;
	return lazy ? socket.acceptsPending > waiting : waiting < socket.backlog;
}

/** ACC-4 to ACC-13: WSPAccept with a condition function, then the session. */
function* acceptRequest(sw: Switch, t: Thread, socket: AppSocket, listener: Listener): Coroutine {
	const { provider } = listener;
	const first = listener.socket.requests[0];
	if (first) t.begin(first.seq, first.phase, first.source);
	t.enterPhase('setup');
	const { condition } = socket;
	let asked = false;
	const accepted = yield* san.WSPAccept(provider, t, listener.socket, sw.component, function* (thread, caller, callee) {
		asked = true;
		return condition ? yield* condition(thread, caller, callee) : 'CF_ACCEPT';
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
	const { simulation, worker } = sw;
	const { cause, phase, source } = t;
	simulation.at(simulation.now + sw.guardTimeNs, () => {
		if (session.state !== 'negotiating') return;
		worker.begin(cause, phase, source);
		session.end(worker, 'WSAETIMEDOUT');
	});
}

/** ACC-2: the connection goes to where the application's accept waits. */
function handOver(sw: Switch, t: Thread, listener: AppSocket, socket: AppSocket): void {
	remove(listener.negotiating, socket);
	socket.setState(t, 'connected');
	t.note(HANDED_OVER, sw.tcpip.component, socket.descriptor, socket.remote?.text ?? null);
	if (listener.state === 'listening') sw.tcpip.enqueue(t, listener.tcp, socket.tcp);
	else abandon(sw, t, socket);
}

/** A connection that never became usable. */
function drop(sw: Switch, t: Thread, listener: AppSocket, socket: AppSocket, error: WsaError): void {
	const { companion } = socket;
	if (!remove(listener.negotiating, socket) || !companion) return;
	t.note(UNUSABLE, sw.component, companion.socket.descriptor, error);
	abandon(sw, t, socket);
	if (sw.acceptThread) sw.acceptWork.wakeAll(t.cause);
}

function remove(list: AppSocket[], socket: AppSocket): boolean {
	const at = list.indexOf(socket);
	if (at >= 0) list.splice(at, 1);
	return at >= 0;
}

/** Closes a connection that the application has never seen. */
function abandon(sw: Switch, t: Thread, socket: AppSocket): void {
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

/**
 * The application's accept: always forwarded to TCP/IP, which also serves other networks (ACC-1). A blocking accept waits
 * there, never inside a SAN provider (ACC-19).
 * @param condition the application's own condition function (WSAAccept)
 */
export function* WSPAccept(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	condition: san.ConditionFunction | undefined,
): Coroutine<Outcome<AppSocket>> {
	t.enterPhase('setup');
	t.enter(WSP_ACCEPT, sw.component, socket.descriptor, condition ? 'ConditionFunc' : null);
	const accepted = yield* takeConnection(sw, t, socket, condition, !socket.nonblocking);
	if (isError(accepted)) {
		t.leave(RETURNED, 0xffffffff, accepted, null);
		return accepted;
	}
	t.leave(RETURNED, accepted.descriptor, undefined, accepted.remote?.text ?? null);
	t.enterPhase('data');
	return accepted;
}

/** Waits for a connection where both kinds arrive, and asks the application's condition function about it. */
function* takeConnection(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	condition: san.ConditionFunction | undefined,
	blocking: boolean,
): Coroutine<Outcome<AppSocket>> {
	socket.acceptsPending++;
	socket.condition = condition;
	socket.conditionOutcome = undefined;
	socket.beginCall(t);
	// A request may be waiting for exactly this call (OQ-29, lazily).
	if (sw.acceptThread) sw.acceptWork.wakeAll(t.call);
	const accepted = yield* acceptThroughTcpip(sw, t, socket, condition, blocking);
	socket.endCall(t);
	socket.acceptsPending--;
	socket.condition = undefined;
	socket.conditionOutcome = undefined;
	reenable(sw, t, socket, 'FD_ACCEPT');
	// Room in the backlog again: the accept thread may take the next request.
	if (sw.acceptThread) sw.acceptWork.wakeAll(t.call);
	return accepted;
}

function* acceptThroughTcpip(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	condition: san.ConditionFunction | undefined,
	blocking: boolean,
): Coroutine<Outcome<AppSocket>> {
	if (socket.state === 'closed') return 'WSAENOTSOCK';
	const refusal = yield* takeControl(sw, t, socket);
	if (refusal) return refusal;
	const tcp = yield* tcpip.WSPAccept(sw.tcpip, t, socket.tcp, blocking, () => socket.conditionOutcome);
	if (isError(tcp)) return tcp;
	const known = sw.byTcp.get(tcp);
	if (known?.conditionAsked || !condition) return known ?? adoptFromTcpip(sw, t, tcp);
	// Not decided at the SAN provider: the application's condition function is asked here.
	const answer = yield* ask(sw, t, tcp, condition);
	if (answer === 'CF_ACCEPT') return known ?? adoptFromTcpip(sw, t, tcp);
	if (answer === 'CF_DEFER') {
		socket.tcp.queue.unshift(tcp);
		return 'WSATRY_AGAIN';
	}
	if (known) abandon(sw, t, known);
	else tcp.connection?.reset(t, 'rejected');
	return 'WSAECONNREFUSED';
}

function* ask(
	sw: Switch,
	t: Thread,
	tcp: tcpip.TcpSocket,
	condition: san.ConditionFunction,
): Coroutine<san.ConditionResult> {
	if (!tcp.remote || !tcp.local) return 'CF_ACCEPT';
	t.enter(CONDITION_FUNC, sw.component, tcp.remote.text, tcp.local.text);
	const answer = yield* condition(t, tcp.remote, tcp.local);
	t.leave(CONDITION_FUNC, answer);
	return answer;
}

/** One of TCP/IP's own connections. */
function adoptFromTcpip(sw: Switch, t: Thread, tcp: tcpip.TcpSocket): AppSocket {
	const accepted = sw.adopt(t, tcp, true);
	if (tcp.local) accepted.setAddress(t, 'local', tcp.local);
	if (tcp.remote) accepted.setAddress(t, 'remote', tcp.remote);
	accepted.setProvider(t, 'tcpip', 'request came in through TCP/IP');
	accepted.setState(t, 'connected');
	watchTcp(sw, accepted);
	return accepted;
}

/**
 * AcceptEx: accepts into a socket that exists already, and receives the first data with it if a length is given; then it
 * completes only when that has arrived (ACC-14). The switch carries it out by itself (EXT-1).
 * @param request the application's overlapped request; without one the call waits
 */
export function* AcceptEx(
	sw: Switch,
	t: Thread,
	listener: AppSocket,
	into: AppSocket,
	length: number,
	request: OverlappedRequest | undefined,
): Coroutine<Outcome<Uint8Array>> {
	t.enterPhase('setup');
	t.enter(ACCEPT_EX, sw.component, listener.descriptor, into.descriptor, length);
	const refusal: WsaError | undefined =
		listener.state === 'closed' || into.state === 'closed'
			? 'WSAENOTSOCK'
			: listener.state !== 'listening' || into.state !== 'created'
				? 'WSAEINVAL'
				: undefined;
	const body = (thread: Thread) => acceptInto(sw, thread, listener, into, length);
	const outcome = refusal ?? (request ? carryOutLater(sw, t, listener, request, 'AcceptEx', body) : yield* body(t));
	if (isError(outcome)) t.leave(ACCEPTED_EX, false, outcome, 0);
	else t.leave(ACCEPTED_EX, true, undefined, outcome.length);
	return outcome;
}

function* acceptInto(
	sw: Switch,
	t: Thread,
	listener: AppSocket,
	into: AppSocket,
	length: number,
): Coroutine<Outcome<Uint8Array>> {
	const accepted = yield* takeConnection(sw, t, listener, undefined, true);
	if (isError(accepted)) return accepted;
	becomes(sw, t, into, accepted);
	if (length === 0) return new Uint8Array(0);
	return yield* receive(sw, t, into, length, false, true);
}

/** The accepting socket takes the connection over; what stood for the connection until now is gone. */
function becomes(sw: Switch, t: Thread, socket: AppSocket, accepted: AppSocket): void {
	const { tcp, session, companion } = accepted;
	sw.forget(accepted);
	sw.byTcp.delete(socket.tcp);
	sw.tcpip.sockets.delete(socket.tcp.descriptor);
	t.note(ACCEPT_SOCKET, sw.tcpip.component, socket.descriptor, accepted.descriptor);
	socket.tcp.setState(t, 'closed');
	accepted.setState(t, 'closed');
	socket.tcp = tcp;
	sw.byTcp.set(tcp, socket);
	if (accepted.local) socket.setAddress(t, 'local', accepted.local);
	if (accepted.remote) socket.setAddress(t, 'remote', accepted.remote);
	socket.setProvider(t, accepted.provider ?? 'tcpip', 'accepted by AcceptEx');
	socket.companion = companion;
	socket.session = session;
	if (companion) t.change(socket.object, 'companion', companion.socket.descriptor);
	if (session) watchSession(sw, socket, session);
	else watchTcp(sw, socket);
	socket.setState(t, 'connected');
}
