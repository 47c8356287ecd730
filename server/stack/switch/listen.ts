/** Page "Listening for connections on a SAN". */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import { isWildcard, type SocketAddress } from '../../winsock/address';
import { isError, type Outcome } from '../outcome';
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
export function WSPListen(sw: Switch, t: Thread, socket: AppSocket, backlog: number): Outcome<0> {
	t.enterPhase('setup');
	t.enter(WSP_LISTEN, sw.component, socket.descriptor, backlog);
	const outcome = tcpip.WSPListen(sw.tcpip, t, socket.tcp, backlog);
	if (!isError(outcome)) {
		const again = socket.state === 'listening';
		socket.backlog = Math.max(1, backlog);
		socket.setState(t, 'listening');
		if (again) for (const listener of socket.listeners) san.WSPListen(listener.provider, t, listener.socket, backlog);
		else for (const provider of providersConcerned(sw, socket)) listenOn(sw, t, socket, provider, backlog);
		if (socket.listeners.length > 0 && !again) acceptThreadFor(sw, t, socket);
	}
	t.leave(WSP_LISTEN, isError(outcome) ? -1 : 0, isError(outcome) ? outcome : undefined);
	return outcome;
}

/** The owner of a SAN NIC's address, or all providers for the wildcard address. */
function providersConcerned(sw: Switch, socket: AppSocket): readonly san.SanProvider[] {
	const local = socket.local;
	if (!local || !socket.stream) return [];
	const started = sw.providers.filter((provider) => provider.started > 0);
	if (isWildcard(local.ip)) return started;
	return started.filter((provider) => provider.nic.hasAddress(local.ip));
}

/** Creates, binds, listens and asks for FD_ACCEPT. A provider that cannot is left out: TCP/IP listens all the same. */
export function listenOn(sw: Switch, t: Thread, socket: AppSocket, provider: san.SanProvider, backlog: number): void {
	const listener = createAndBind(sw, t, socket, provider, socket.local as SocketAddress, 'accept');
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
