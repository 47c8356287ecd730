/**
 * Page "Accepting connection requests", the application's side: its accept waits at TCP/IP, where connections of both kinds
 * arrive (ACC-1, ACC-2).
 */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import { forced, pendingFor } from '../faults';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import { abandon } from './acceptThread';
import type { AppSocket } from './appSocket';
import { inheritEvents, reenable, watchTcp } from './events';
import { takeControl } from './sharing';
import type { Switch } from './switch';

const WSP_ACCEPT = site('WSPAccept', ['s', 'lpfnCondition'], ['ACC-1']);
const RETURNED = site('WSPAccept', ['addr'], ['ACC-2', 'SOCK-1']);
const CONDITION_FUNC = site('ConditionFunc', ['lpCallerId', 'lpCalleeId'], ['ACC-6']);

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
	const accepted = sw.refused('WSPAccept') ?? (yield* takeConnection(sw, t, socket, condition, !socket.nonblocking));
	if (isError(accepted)) {
		t.leave(RETURNED, 0xffffffff, accepted, null);
		return accepted;
	}
	inherit(sw, t, socket, accepted);
	t.leave(RETURNED, accepted.descriptor, undefined, accepted.remote?.text ?? null);
	t.enterPhase('data');
	return accepted;
}

/** Page accept: the new socket has the properties of the listening one, its mode and registered events included. */
export function inherit(sw: Switch, t: Thread, listener: AppSocket, accepted: AppSocket): void {
	accepted.nonblocking = listener.nonblocking;
	t.change(accepted.object, 'nonblocking', accepted.nonblocking);
	accepted.options.push(...listener.options.filter(({ name }) => name !== 'SO_CONDITIONAL_ACCEPT'));
	inheritEvents(sw, t, listener, accepted);
}

/** Waits for a connection where both kinds arrive, and asks the application's condition function about it. */
export function* takeConnection(
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
	// What a nonblocking accept was offered takes its time: the request may be withdrawn, the session may fail.
	const patient = !blocking && socket.requestOffered;
	// OQ-3: a provider whose WSPAccept does not return is given up.
	const until = patient ? sw.simulation.now + sw.guardTimeNs : Number.POSITIVE_INFINITY;
	const tcp = yield* tcpip.WSPAccept(
		sw.tcpip,
		t,
		socket.tcp,
		blocking || patient,
		() => socket.conditionOutcome ?? (patient && nothingComes(socket) ? 'WSAEWOULDBLOCK' : undefined),
		until,
	);
	if (isError(tcp)) {
		// What was offered does not come: the program is not told of it again.
		if (sw.simulation.now >= until) socket.requestOffered = false;
		return tcp;
	}
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

/** Neither a connection nor a request is there that could become one. */
function nothingComes({ tcp, requestOffered, negotiating }: AppSocket): boolean {
	return tcp.queue.length === 0 && !requestOffered && negotiating.length === 0;
}

function* ask(
	sw: Switch,
	t: Thread,
	tcp: tcpip.TcpSocket,
	condition: san.ConditionFunction,
): Coroutine<san.ConditionResult> {
	if (!tcp.remote || !tcp.local) return 'CF_ACCEPT';
	t.enter(CONDITION_FUNC, sw.component, tcp.remote.text, tcp.local.text);
	const effect = sw.effect('ConditionFunc');
	yield* pendingFor(t, effect, 'ConditionFunc');
	const fault = forced(effect);
	const answer = forcedAnswer(fault) ?? (yield* condition(t, tcp.remote, tcp.local));
	t.leave(CONDITION_FUNC, answer);
	return answer;
}

function forcedAnswer(fault: WsaError | number | undefined): san.ConditionResult | undefined {
	if (fault === undefined) return undefined;
	return (typeof fault === 'number' && san.conditionResults[fault]) || 'CF_REJECT';
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
