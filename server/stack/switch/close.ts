/**
 * Shutting down and closing (pages "Shutting down a SAN connection", "Closing a SAN socket"). Graceful shutdown is the
 * session protocol's; the SAN provider sees only WSPCloseSocket (SHUT-1, CLOSE-7).
 */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import type { Outcome } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import type { AppSocket } from './appSocket';
import type { Switch } from './switch';

const WSP_SHUTDOWN = site('WSPShutdown', ['s', 'how'], ['SHUT-1']);
const WSP_CLOSE_SOCKET = site('WSPCloseSocket', ['s'], ['CLOSE-1']);
const CLOSE_SAN = site('WSPCloseSocket', ['s'], ['CLOSE-1', 'CLOSE-3', 'CLOSE-4']);
const CANCEL = site('WSPCloseSocket', ['s'], ['BLOCK-3', 'CLOSE-1']);

/** The application's shutdown: a message of the session protocol, or TCP/IP's half-close. */
export function WSPShutdown(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	how: 'SD_RECEIVE' | 'SD_SEND' | 'SD_BOTH',
): Outcome<0> {
	t.enterPhase('shutdown');
	t.enter(WSP_SHUTDOWN, sw.component, socket.descriptor, how);
	const outcome = shutDown(sw, t, socket, how);
	t.leave(WSP_SHUTDOWN, outcome === 0 ? 0 : -1, outcome === 0 ? undefined : outcome);
	return outcome;
}

function shutDown(sw: Switch, t: Thread, socket: AppSocket, how: 'SD_RECEIVE' | 'SD_SEND' | 'SD_BOTH'): Outcome<0> {
	if (socket.state !== 'connected') return socket.state === 'closed' ? 'WSAENOTSOCK' : 'WSAENOTCONN';
	if (!socket.session) return tcpip.WSPShutdown(sw.tcpip, t, socket.tcp, how);
	if (how !== 'SD_RECEIVE') socket.session.endSending(t);
	return 0;
}

/** The application's closesocket: the session says goodbye, then both sockets are closed. */
export function WSPCloseSocket(sw: Switch, t: Thread, socket: AppSocket): Outcome<0> {
	t.enterPhase('shutdown');
	t.enter(WSP_CLOSE_SOCKET, sw.component, socket.descriptor);
	if (socket.state === 'closed') {
		t.leave(WSP_CLOSE_SOCKET, -1, 'WSAENOTSOCK');
		return 'WSAENOTSOCK';
	}
	closeListeners(t, socket);
	closeCompanion(t, socket);
	tcpip.WSPCloseSocket(sw.tcpip, t, socket.tcp);
	socket.setState(t, 'closed');
	sw.forget(socket);
	t.leave(WSP_CLOSE_SOCKET, 0);
	return 0;
}

function closeListeners(t: Thread, socket: AppSocket): void {
	for (const { provider, socket: listener } of socket.listeners.splice(0)) {
		san.WSPCloseSocket(provider, t, listener, CANCEL);
	}
}

function closeCompanion(t: Thread, socket: AppSocket): void {
	const { companion, session } = socket;
	if (!companion) return;
	session?.endSending(t);
	session?.release(t);
	if (companion.socket.state !== 'closed') san.WSPCloseSocket(companion.provider, t, companion.socket, CLOSE_SAN);
	session?.changed.wakeAll(t.cause);
	t.change(socket.object, 'companion', null);
	socket.companion = undefined;
}
