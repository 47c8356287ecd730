/**
 * Page "Accepting connection requests": the switch mediates between the SAN provider, where a request arrives, and
 * TCP/IP, where the application's accept waits (ACC-1, ACC-2).
 */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import type { AppSocket, Companion } from './appSocket';
import { reenable, watchSession, watchTcp } from './events';
import { Session } from './session';
import type { Switch } from './switch';

const WSP_ACCEPT = site('WSPAccept', ['s', 'lpfnCondition'], ['ACC-1']);
const RETURNED = site('WSPAccept', ['addr'], ['ACC-2', 'SOCK-1']);
const CONDITION_FUNC = site('ConditionFunc', ['lpCallerId', 'lpCalleeId'], ['ACC-6']);
const HANDED_OVER = site('SAN connection handed to TCP/IP', ['s', 'remote'], ['ACC-2', 'ACC-13']);
const UNUSABLE = site('SAN connection dropped', ['s', 'error'], ['ACC-13']);

/** The accept thread (LISTEN-6): waits for accept events and takes requests as long as there is room for them. */
export function* acceptRequests(sw: Switch, t: Thread): Coroutine {
	for (;;) {
		let worked = false;
		for (const socket of [...sw.listening]) {
			for (const listener of socket.listeners) {
				if (listener.event.signalled) askForEvents(t, listener);
				while (takesRequest(sw, socket, listener)) {
					yield* acceptRequest(sw, t, socket, listener);
					worked = true;
				}
			}
		}
		if (worked) continue;
		t.wait(sw.acceptWork);
		yield;
	}
}

/** ACC-3. */
function askForEvents(t: Thread, listener: Companion): void {
	const request = listener.socket.requests[0];
	if (request) {
		t.phase = request.phase;
		t.source = request.source;
	}
	san.WSPEnumNetworkEvents(listener.provider, t, listener.socket, listener.event);
}

/** OQ-28, OQ-29: eagerly while the application's backlog has room, else only for an accept that waits. */
function takesRequest(sw: Switch, socket: AppSocket, listener: Companion): boolean {
	// Only what the provider announced may be fetched; the record of FD_ACCEPT was read by `askForEvents`.
	if (listener.socket.requests.length === 0 || !listener.socket.acceptReported) return false;
	if (socket.state !== 'listening') return false;
	const lazy = socket.conditionalAccept || !sw.eagerAccept;
	return lazy ? socket.acceptsPending > socket.tcp.queue.length : socket.tcp.queue.length < socket.backlog;
}

/** ACC-4 to ACC-13: WSPAccept with a condition function, then the session. */
function* acceptRequest(sw: Switch, t: Thread, socket: AppSocket, listener: Companion): Coroutine {
	const { provider } = listener;
	const first = listener.socket.requests[0] as san.ConnectRequest;
	t.begin(first.seq, first.phase, first.source);
	t.enterPhase('setup');
	const answer = socket.condition;
	const accepted = yield* san.WSPAccept(provider, t, listener.socket, sw.component, answer ?? acceptAlways);
	if (isError(accepted)) {
		if (answer) {
			socket.conditionOutcome = accepted;
			socket.tcp.changed.wakeAll(t.cause);
		}
		return;
	}
	const event = sw.newEvent(t, `SAN socket ${accepted.descriptor}`);
	prepare(sw, t, socket, { provider, socket: accepted, event });
}

/** What the switch answers where the application has no condition function of its own. */
// biome-ignore lint/correctness/useYield: a condition function may wait, this one never does
function* acceptAlways(): Coroutine<san.ConditionResult> {
	return 'CF_ACCEPT';
}

/** The new connection's own TCP/IP socket stands for it (SOCK-1); the session must be usable before accept returns. */
function prepare(sw: Switch, t: Thread, listener: AppSocket, companion: Companion): void {
	t.enterPhase('negotiation');
	const tcp = sw.tcpip.newSocket(t);
	const socket = sw.adopt(t, tcp, true);
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
	session.onEstablished = (worker) => handOver(sw, worker, listener, socket);
	const error = session.awaitOffer(t);
	if (error) drop(sw, t, socket, companion, error);
}

/** ACC-2: the connection goes to where the application's accept waits. */
function handOver(sw: Switch, t: Thread, listener: AppSocket, socket: AppSocket): void {
	socket.setState(t, 'connected');
	t.note(HANDED_OVER, sw.tcpip.component, socket.descriptor, socket.remote?.text ?? null);
	if (listener.state === 'listening') sw.tcpip.enqueue(t, listener.tcp, socket.tcp);
}

function drop(sw: Switch, t: Thread, socket: AppSocket, companion: Companion, error: WsaError): void {
	t.note(UNUSABLE, sw.component, companion.socket.descriptor, error);
	socket.session?.release(t);
	san.WSPCloseSocket(companion.provider, t, companion.socket);
	sw.forget(socket);
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
	socket.acceptsPending++;
	socket.condition = condition;
	socket.conditionOutcome = undefined;
	// A request may be waiting for exactly this call (OQ-29, lazily).
	if (sw.acceptThread) sw.acceptWork.wakeAll(t.call);
	const accepted = yield* acceptThroughTcpip(sw, t, socket);
	socket.acceptsPending--;
	socket.condition = undefined;
	reenable(sw, t, socket, 'FD_ACCEPT');
	if (isError(accepted)) {
		t.leave(RETURNED, 0xffffffff, accepted, null);
		return accepted;
	}
	// Room in the backlog again: the accept thread may take the next request.
	if (sw.acceptThread) sw.acceptWork.wakeAll(t.call);
	t.leave(RETURNED, accepted.descriptor, undefined, accepted.remote?.text ?? null);
	t.enterPhase('data');
	return accepted;
}

function* refusedByCondition(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	tcp: tcpip.TcpSocket,
): Coroutine<WsaError | undefined> {
	const { condition } = socket;
	if (!condition || !tcp.remote || !tcp.local) return undefined;
	t.enter(CONDITION_FUNC, sw.component, tcp.remote.text, tcp.local.text);
	const answer = yield* condition(t, tcp.remote, tcp.local);
	t.leave(CONDITION_FUNC, answer);
	if (answer === 'CF_ACCEPT') return undefined;
	tcp.connection?.reset(t, 'rejected');
	return answer === 'CF_REJECT' ? 'WSAECONNREFUSED' : 'WSATRY_AGAIN';
}

function* acceptThroughTcpip(sw: Switch, t: Thread, socket: AppSocket): Coroutine<Outcome<AppSocket>> {
	if (socket.state === 'closed') return 'WSAENOTSOCK';
	const tcp = yield* tcpip.WSPAccept(sw.tcpip, t, socket.tcp, !socket.nonblocking, () => socket.conditionOutcome);
	if (isError(tcp)) return tcp;
	const known = sw.byTcp.get(tcp);
	if (known) return known;
	// One of TCP/IP's own connections: the application's condition function is asked here.
	const refused = yield* refusedByCondition(sw, t, socket, tcp);
	if (refused) return refused;
	const accepted = sw.adopt(t, tcp, true);
	if (tcp.local) accepted.setAddress(t, 'local', tcp.local);
	if (tcp.remote) accepted.setAddress(t, 'remote', tcp.remote);
	accepted.setProvider(t, 'tcpip', 'request came in through TCP/IP');
	accepted.setState(t, 'connected');
	watchTcp(sw, accepted);
	return accepted;
}
