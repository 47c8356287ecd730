/** Page "Listening for connections on a SAN". */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import { isWildcard, type SocketAddress, socketAddress, wildcard } from '../../winsock/address';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import { acceptThreadFor } from './acceptThread';
import type { AppSocket } from './appSocket';
import { createAndBind } from './createAndBind';
import type { Switch } from './switch';

const WSP_LISTEN = site('WSPListen', ['s', 'backlog'], ['LISTEN-1']);
const EVENT_SELECT = site('WSPEventSelect', ['s', 'hEventObject', 'lNetworkEvents'], ['LISTEN-4', 'EVT-1', 'EVT-2']);
const NOT_ON_SAN = site('listens on TCP/IP only', ['provider', 'error'], ['LISTEN-2']);

/** The application's WSPListen: TCP/IP first (LISTEN-1), then a SAN socket on every provider concerned (LISTEN-2). */
export function WSPListen(sw: Switch, t: Thread, socket: AppSocket, backlog: number): Outcome<number> {
	t.enterPhase('setup');
	t.enter(WSP_LISTEN, sw.component, socket.descriptor, backlog);
	const forced = sw.forced('WSPListen');
	const outcome = forced ?? tcpip.WSPListen(sw.tcpip, t, socket.tcp, backlog, refusalOf(socket));
	if (forced === undefined && !isError(outcome)) {
		const again = socket.state === 'listening';
		socket.backlog = Math.max(1, backlog);
		socket.setState(t, 'listening');
		if (again) for (const listener of socket.listeners) san.WSPListen(listener.provider, t, listener.socket, backlog);
		else for (const provider of providersConcerned(sw, socket)) listenOn(sw, t, socket, provider, backlog);
		if (socket.listeners.length > 0 && !again) acceptThreadFor(sw, t, socket);
	}
	t.leave(WSP_LISTEN, isError(outcome) ? -1 : outcome, isError(outcome) ? outcome : undefined);
	return outcome;
}

/** LISTEN-9: a socket that connects or is connected cannot listen. */
function refusalOf(socket: AppSocket): WsaError | undefined {
	switch (socket.state) {
		case 'connected':
			return 'WSAEISCONN';
		case 'connecting':
			return 'WSAEINVAL';
		case 'closed':
			return 'WSAENOTSOCK';
		default:
			return undefined;
	}
}

/** The owner of a SAN NIC's address, or all providers for the wildcard address. */
function providersConcerned(sw: Switch, socket: AppSocket): readonly san.SanProvider[] {
	const local = socket.local;
	if (!local || !socket.stream) return [];
	const started = sw.usableProviders;
	if (isWildcard(local.ip)) return started;
	return started.filter((provider) => provider.nic.hasAddress(local.ip));
}

/**
 * Listening sockets get a SAN socket on the providers that they concern and have none: one that was installed (INST-6), or
 * whose address came (back) after the application's listen (ADDR-8).
 */
export function listenWhereMissing(sw: Switch, t: Thread): void {
	for (const socket of [...sw.sockets.values()]) {
		if (socket.state !== 'listening' || (socket.shared && socket.shared.controlling.socket !== socket)) continue;
		const missing = providersConcerned(sw, socket).filter(
			(provider) => !socket.listeners.some((listener) => listener.provider === provider),
		);
		for (const provider of missing) listenOn(sw, t, socket, provider, socket.backlog);
		if (missing.length > 0 && socket.listeners.length > 0) acceptThreadFor(sw, t, socket);
	}
}

/** Creates, binds, listens and asks for FD_ACCEPT. A provider that cannot is left out: TCP/IP listens all the same. */
export function listenOn(sw: Switch, t: Thread, socket: AppSocket, provider: san.SanProvider, backlog: number): void {
	for (const address of listeningAddresses(socket)) listenAt(sw, t, socket, provider, address, backlog);
}

/** What the socket listens at; one on `::` without IPV6_V6ONLY has a companion for IPv4 as well. */
function listeningAddresses({ local, tcp }: AppSocket): readonly SocketAddress[] {
	if (!local) return [];
	const dual = isWildcard(local.ip) && local.ip.family === 'AF_INET6' && !tcp.v6Only;
	return dual ? [local, socketAddress(wildcard('AF_INET'), local.port)] : [local];
}

function listenAt(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	provider: san.SanProvider,
	address: SocketAddress,
	backlog: number,
): void {
	const listener = createAndBind(sw, t, socket, provider, address, 'accept');
	if (isError(listener)) {
		t.note(NOT_ON_SAN, sw.component, provider.name, listener);
		return;
	}
	const listening = san.WSPListen(provider, t, listener.socket, backlog);
	const selected = isError(listening)
		? listening
		: san.WSPEventSelect(provider, t, listener.socket, listener.event, san.FD_ACCEPT, EVENT_SELECT);
	if (isError(selected)) {
		san.WSPCloseSocket(provider, t, listener.socket);
		t.note(NOT_ON_SAN, sw.component, provider.name, selected);
		return;
	}
	socket.listeners.push({ ...listener, announced: false });
}
