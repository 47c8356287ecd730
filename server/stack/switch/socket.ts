/** Sockets of applications before they connect or listen: everything is TCP/IP's, no SAN call is made (SOCK-1, BIND-1, SWITCH-4). */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import type { AddressFamily, SocketAddress } from '../../winsock/address';
import { isError, type Outcome } from '../outcome';
import * as tcpip from '../tcpip';
import type { AppSocket } from './appSocket';
import { watchTcp } from './events';
import type { Switch } from './switch';

const WSP_SOCKET = site('WSPSocket', ['af', 'type', 'protocol'], ['SOCK-1']);
const WSP_BIND = site('WSPBind', ['s', 'name'], ['BIND-1', 'SWITCH-4']);
const WSP_GET_NAME = site('WSPGetSockName', ['s'], ['CONN-19']);
const SOCK_NAME = site('WSPGetSockName', ['name'], ['CONN-19']);
const WSP_GET_PEER_NAME = site('WSPGetPeerName', ['s'], ['CONN-19']);
const PEER_NAME = site('WSPGetPeerName', ['name'], ['CONN-19']);

/**
 * The application's socket(): the TCP/IP socket that its descriptor stands for (SOCK-1).
 * @param anyFamily the program has not said the family: that of its first address will do
 */
export function WSPSocket(
	sw: Switch,
	t: Thread,
	family: AddressFamily,
	type: string,
	protocol: string,
	anyFamily = false,
): Outcome<AppSocket> {
	t.enterPhase('setup');
	t.enter(WSP_SOCKET, sw.component, family, type, protocol);
	const tcp = sw.refused('WSPSocket') ?? tcpip.WSPSocket(sw.tcpip, t, family, type, protocol, anyFamily);
	if (isError(tcp)) {
		t.leave(WSP_SOCKET, 0xffffffff, tcp);
		return tcp;
	}
	const socket = sw.adopt(t, tcp, type === 'SOCK_STREAM');
	watchTcp(sw, socket);
	t.leave(WSP_SOCKET, socket.descriptor);
	return socket;
}

/** The application's bind: TCP/IP's alone (BIND-1). */
export function WSPBind(sw: Switch, t: Thread, socket: AppSocket, name: SocketAddress): Outcome<number> {
	t.enterPhase('setup');
	t.enter(WSP_BIND, sw.component, socket.descriptor, name.text);
	const forced = sw.forced('WSPBind', name) ?? (socket.state === 'closed' ? 'WSAENOTSOCK' : undefined);
	const outcome = forced ?? tcpip.WSPBind(sw.tcpip, t, socket.tcp, name);
	if (forced === undefined && !isError(outcome) && socket.tcp.local) {
		socket.setAddress(t, 'local', socket.tcp.local);
		socket.setState(t, 'bound');
	}
	t.leave(WSP_BIND, isError(outcome) ? -1 : outcome, isError(outcome) ? outcome : undefined);
	return outcome;
}

/** Answered from the switch's cache (CONN-19). */
export function WSPGetSockName(sw: Switch, t: Thread, socket: AppSocket): Outcome<SocketAddress> {
	t.enter(WSP_GET_NAME, sw.component, socket.descriptor);
	const refused = sw.refused('WSPGetSockName') ?? (socket.state === 'closed' ? 'WSAENOTSOCK' : undefined);
	const known = socket.awaitsContext ? 'WSAEINVAL' : (socket.local ?? 'WSAEINVAL');
	const name = refused ?? known;
	if (isError(name)) t.leave(SOCK_NAME, -1, name, null);
	else t.leave(SOCK_NAME, 0, undefined, name.text);
	return name;
}

/** Answered from the switch's cache (CONN-19). */
export function WSPGetPeerName(sw: Switch, t: Thread, socket: AppSocket): Outcome<SocketAddress> {
	t.enter(WSP_GET_PEER_NAME, sw.component, socket.descriptor);
	const connected = socket.state === 'connected' && !socket.awaitsContext ? socket.remote : undefined;
	const refused = sw.refused('WSPGetPeerName') ?? (socket.state === 'closed' ? 'WSAENOTSOCK' : undefined);
	const name = refused ?? connected ?? 'WSAENOTCONN';
	if (isError(name)) t.leave(PEER_NAME, -1, name, null);
	else t.leave(PEER_NAME, 0, undefined, name.text);
	return name;
}
