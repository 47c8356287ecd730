/** Sockets of applications before they connect or listen: everything is TCP/IP's, no SAN call is made (SOCK-1, BIND-1, SWITCH-4). */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import type { AddressFamily, SocketAddress } from '../../winsock/address';
import { isError, type Outcome } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import type { AppSocket } from './appSocket';
import { watchTcp } from './events';
import type { Switch } from './switch';

const WSP_SOCKET = site('WSPSocket', ['af', 'type', 'protocol'], ['SOCK-1']);
const WSP_BIND = site('WSPBind', ['s', 'name'], ['BIND-1', 'SWITCH-4']);
const WSP_SET_SOCK_OPT = site('WSPSetSockOpt', ['s', 'level', 'optname', 'optval'], ['OPT-1', 'OPT-2']);
const WSP_GET_SOCK_OPT = site('WSPGetSockOpt', ['s', 'level', 'optname'], ['OPT-2']);
const OPTION_VALUE = site('WSPGetSockOpt', ['optval'], ['OPT-2']);
const WSP_IOCTL = site('WSPIoctl', ['s', 'dwIoControlCode', 'value'], ['OPT-2']);
const WSP_GET_NAME = site('WSPGetSockName', ['s'], ['CONN-19']);
const SOCK_NAME = site('WSPGetSockName', ['name'], ['CONN-19']);
const WSP_GET_PEER_NAME = site('WSPGetPeerName', ['s'], ['CONN-19']);
const PEER_NAME = site('WSPGetPeerName', ['name'], ['CONN-19']);

/** The application's socket(): the TCP/IP socket that its descriptor stands for (SOCK-1). */
export function WSPSocket(
	sw: Switch,
	t: Thread,
	family: AddressFamily,
	type: string,
	protocol: string,
): Outcome<AppSocket> {
	t.enterPhase('setup');
	t.enter(WSP_SOCKET, sw.component, family, type, protocol);
	const tcp = tcpip.WSPSocket(sw.tcpip, t, family, type, protocol);
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
export function WSPBind(sw: Switch, t: Thread, socket: AppSocket, name: SocketAddress): Outcome<0> {
	t.enterPhase('setup');
	t.enter(WSP_BIND, sw.component, socket.descriptor, name.text);
	const outcome = socket.state === 'closed' ? 'WSAENOTSOCK' : tcpip.WSPBind(sw.tcpip, t, socket.tcp, name);
	if (!isError(outcome) && socket.tcp.local) {
		socket.setAddress(t, 'local', socket.tcp.local);
		socket.setState(t, 'bound');
	}
	t.leave(WSP_BIND, isError(outcome) ? -1 : 0, isError(outcome) ? outcome : undefined);
	return outcome;
}

/** Options are kept; those that a SAN provider knows are replayed on the companion (OPT-1). */
export function WSPSetSockOpt(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	level: string,
	name: string,
	value: number,
): Outcome<0> {
	t.enter(WSP_SET_SOCK_OPT, sw.component, socket.descriptor, level, name, value);
	if (name === 'SO_CONDITIONAL_ACCEPT') socket.conditionalAccept = value !== 0;
	const at = socket.options.findIndex((option) => option.name === name);
	const option = { level, name, value };
	if (at < 0) socket.options.push(option);
	else socket.options[at] = option;
	t.leave(WSP_SET_SOCK_OPT, 0);
	return 0;
}

/** Answered by the switch, except what only the SAN provider of a connection knows (OPT-2, OPT-3). */
export function WSPGetSockOpt(sw: Switch, t: Thread, socket: AppSocket, level: string, name: string): Outcome<number> {
	t.enter(WSP_GET_SOCK_OPT, sw.component, socket.descriptor, level, name);
	const value = optionValue(t, socket, name);
	if (isError(value)) t.leave(OPTION_VALUE, -1, value, 0);
	else t.leave(OPTION_VALUE, 0, undefined, value);
	return value;
}

function optionValue(t: Thread, socket: AppSocket, name: string): Outcome<number> {
	const stored = socket.options.find((option) => option.name === name);
	if (stored) return stored.value;
	const { companion } = socket;
	switch (name) {
		case 'SO_TYPE':
			return socket.stream ? 1 : 2;
		case 'SO_ACCEPTCONN':
			return socket.state === 'listening' ? 1 : 0;
		case 'SO_MAX_MSG_SIZE':
		case 'SO_MAX_RDMA_SIZE':
		case 'SO_RDMA_THRESHOLD_SIZE':
			return companion ? san.WSPGetSockOpt(companion.provider, t, companion.socket, name) : 'WSAENOPROTOOPT';
		default:
			return 0;
	}
}

/** FIONBIO: blocking mode is the switch's business alone (BLOCK-1). */
export function WSPIoctl(sw: Switch, t: Thread, socket: AppSocket, code: string, value: number): Outcome<number> {
	t.enter(WSP_IOCTL, sw.component, socket.descriptor, code, value);
	let result = 0;
	if (code === 'FIONBIO') {
		socket.nonblocking = value !== 0;
		t.change(socket.object, 'nonblocking', socket.nonblocking);
	} else if (code === 'FIONREAD') {
		result = socket.session ? socket.session.incoming.length : socket.tcp.received.length;
	} else {
		t.leave(WSP_IOCTL, -1, 'WSAEINVAL');
		return 'WSAEINVAL';
	}
	t.leave(WSP_IOCTL, 0);
	return result;
}

/** Answered from the switch's cache (CONN-19). */
export function WSPGetSockName(sw: Switch, t: Thread, socket: AppSocket): Outcome<SocketAddress> {
	t.enter(WSP_GET_NAME, sw.component, socket.descriptor);
	const { local } = socket;
	t.leave(SOCK_NAME, local ? 0 : -1, local ? undefined : 'WSAEINVAL', local?.text ?? null);
	return local ?? 'WSAEINVAL';
}

/** Answered from the switch's cache (CONN-19). */
export function WSPGetPeerName(sw: Switch, t: Thread, socket: AppSocket): Outcome<SocketAddress> {
	t.enter(WSP_GET_PEER_NAME, sw.component, socket.descriptor);
	const remote = socket.state === 'connected' ? socket.remote : undefined;
	t.leave(PEER_NAME, remote ? 0 : -1, remote ? undefined : 'WSAENOTCONN', remote?.text ?? null);
	return remote ?? 'WSAENOTCONN';
}
