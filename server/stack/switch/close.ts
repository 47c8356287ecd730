/**
 * Shutting down and closing (pages "Shutting down a SAN connection", "Closing a SAN socket"). Graceful shutdown is the
 * session protocol's; the SAN provider sees only WSPCloseSocket (SHUT-1, CLOSE-7).
 */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import { isError, type Outcome } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import { abandonQueued } from './acceptThread';
import type { AppSocket } from './appSocket';
import { interruptAll } from './blocking';
import { forgetEvents } from './events';
import { closeCompanion, closeLater } from './gracefulClose';
import { leaveToOthers, takeControl } from './sharing';
import type { Switch } from './switch';

const WSP_SHUTDOWN = site('WSPShutdown', ['s', 'how'], ['SHUT-1']);
const WSP_CLOSE_SOCKET = site('WSPCloseSocket', ['s'], ['CLOSE-1', 'CLOSE-8']);
const CLOSE_LISTENER = site('WSPCloseSocket', ['s'], ['CLOSE-1']);

/** The application's shutdown: a message of the session protocol, or TCP/IP's half-close. */
export function* WSPShutdown(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	how: 'SD_RECEIVE' | 'SD_SEND' | 'SD_BOTH',
): Coroutine<Outcome<number>> {
	t.enterPhase('shutdown');
	t.enter(WSP_SHUTDOWN, sw.component, socket.descriptor, how);
	const outcome = sw.forced('WSPShutdown') ?? (yield* takeControl(sw, t, socket)) ?? shutDown(sw, t, socket, how);
	t.leave(WSP_SHUTDOWN, isError(outcome) ? -1 : outcome, isError(outcome) ? outcome : undefined);
	return outcome;
}

function shutDown(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	how: 'SD_RECEIVE' | 'SD_SEND' | 'SD_BOTH',
): Outcome<number> {
	if (socket.state !== 'connected') return socket.state === 'closed' ? 'WSAENOTSOCK' : 'WSAENOTCONN';
	// Page AcceptEx: only after SO_UPDATE_ACCEPT_CONTEXT.
	if (socket.awaitsContext) return 'WSAENOTCONN';
	const { session } = socket;
	// Page shutdown: WSAECONNABORTED and WSAECONNRESET where the connection has ended so.
	if (session?.state === 'ended' && session.error) return session.error;
	if (how !== 'SD_SEND') socket.receivingEnded = true;
	if (!session) return tcpip.WSPShutdown(sw.tcpip, t, socket.tcp, how);
	if (how !== 'SD_RECEIVE') session.endSending(t);
	return 0;
}

/**
 * The application's closesocket (CLOSE-8): gracefully in the background unless SO_LINGER says otherwise. With a time-out
 * of 0 it closes hard; with another one a blocking socket waits until everything is sent, at most so long, and a
 * nonblocking one fails with WSAEWOULDBLOCK while something is not.
 */
export function* WSPCloseSocket(sw: Switch, t: Thread, socket: AppSocket): Coroutine<Outcome<number>> {
	t.enterPhase('shutdown');
	t.enter(WSP_CLOSE_SOCKET, sw.component, socket.descriptor);
	const forced = sw.forced('WSPCloseSocket') ?? (socket.state === 'closed' ? 'WSAENOTSOCK' : undefined);
	if (forced !== undefined) {
		t.leave(WSP_CLOSE_SOCKET, isError(forced) ? -1 : forced, isError(forced) ? forced : undefined);
		return forced;
	}
	if (socket.shared) {
		interruptAll(t, socket);
		if (yield* leaveToOthers(sw, t, socket)) {
			t.leave(WSP_CLOSE_SOCKET, 0);
			return 0;
		}
	}
	const linger = lingerOf(socket);
	if (linger > 0) {
		finishSending(sw, t, socket);
		if (socket.nonblocking && !everythingSent(socket)) {
			t.leave(WSP_CLOSE_SOCKET, -1, 'WSAEWOULDBLOCK');
			return 'WSAEWOULDBLOCK';
		}
		yield* waitUntilSent(t, socket, t.simulation.now + linger);
		// Another process may have got a descriptor meanwhile.
		if (socket.shared && (yield* leaveToOthers(sw, t, socket))) {
			t.leave(WSP_CLOSE_SOCKET, 0);
			return 0;
		}
	}
	const hard = linger === 0 || (linger > 0 && !everythingSent(socket));
	closeBoth(sw, t, socket, hard);
	t.leave(WSP_CLOSE_SOCKET, 0);
	return 0;
}

/** SO_LINGER's time-out in ns; negative where closing is left to the background. */
function lingerOf(socket: AppSocket): number {
	const last = socket.options.findLast(({ name }) => name === 'SO_LINGER' || name === 'SO_DONTLINGER');
	return last?.name === 'SO_LINGER' ? last.value : -1;
}

/** Says goodbye on whichever provider carries the connection. */
function finishSending(sw: Switch, t: Thread, socket: AppSocket): void {
	if (socket.session) socket.session.endSending(t);
	else if (socket.tcp.state === 'connected') tcpip.WSPShutdown(sw.tcpip, t, socket.tcp, 'SD_SEND');
}

function everythingSent(socket: AppSocket): boolean {
	const { session, tcp } = socket;
	return session ? session.flushed : (tcp.connection?.drained ?? true);
}

function* waitUntilSent(t: Thread, socket: AppSocket, until: number): Coroutine {
	const { session, tcp } = socket;
	while (!everythingSent(socket) && socket.state !== 'closed' && t.simulation.now < until) {
		t.wait(session ? session.changed : tcp.changed, until);
		yield;
	}
}

/** Closes listening sockets, companion and TCP/IP socket; the companion later if it has something to send. */
function closeBoth(sw: Switch, t: Thread, socket: AppSocket, hard: boolean): void {
	forgetEvents(t, socket);
	interruptAll(t, socket);
	abandonQueued(sw, t, socket);
	closeListeners(t, socket);
	const { companion, session } = socket;
	if (companion && session) {
		if (!hard) session.endSending(t);
		if (hard || session.flushed) closeCompanion(sw, t, socket, companion, hard);
		else closeLater(sw, t, socket, companion);
	}
	tcpip.WSPCloseSocket(sw.tcpip, t, socket.tcp, hard);
	socket.setState(t, 'closed');
	sw.forget(socket);
}

function closeListeners(t: Thread, socket: AppSocket): void {
	for (const { provider, socket: listener } of socket.listeners.splice(0)) {
		san.WSPCloseSocket(provider, t, listener, CLOSE_LISTENER);
	}
}
