/**
 * Page "Initiating a Connection", in its order: look the destination up, create and bind a SAN socket, carry the connect
 * out on it in nonblocking mode, destroy it and use TCP/IP if that fails, or negotiate a session and complete the
 * application's call.
 */
import type { Coroutine, Thread } from '../../simulation';
import { type Site, site } from '../../trace';
import { isWildcard, type SocketAddress, socketAddress } from '../../winsock/address';
import { interrupted } from '../interruption';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import type { AppSocket, Companion } from './appSocket';
import { createAndBind } from './createAndBind';
import { sendFirst } from './data';
import { raise, watchSession } from './events';
import { carryOutLater, type OverlappedRequest } from './request';
import { Session } from './session';
import type { Switch, TableEntry } from './switch';

const WSP_CONNECT = site('WSPConnect', ['s', 'name'], ['SWITCH-1', 'SWITCH-4', 'BLOCK-2']);
const CONNECTED = site('WSPConnect', [], ['SESS-4', 'SESS-5']);
const NOT_CONNECTED = site('WSPConnect', [], ['FALLBACK-4', 'FALLBACK-12', 'CONN-12']);
/** The three promises keep their meaning on the way to the application. */
const PROMISED: Readonly<Record<string, Site>> = {
	WSAECONNRESET: site('WSPConnect', [], ['FALLBACK-4', 'FALLBACK-5']),
	WSAECONNREFUSED: site('WSPConnect', [], ['FALLBACK-4', 'FALLBACK-6']),
	WSAEHOSTUNREACH: site('WSPConnect', [], ['FALLBACK-4', 'FALLBACK-7']),
};
const POLLED = site('WSPConnect', [], ['CONN-15', 'CONN-14']);
const SUBNET_TABLE_LOOKUP = site(
	'subnet table lookup',
	['destination', 'subnet', 'provider'],
	['SWITCH-1', 'SWITCH-2', 'ADDR-5'],
);
const NO_SUBNET = site('subnet table lookup', ['destination', 'subnet', 'provider'], ['SWITCH-1', 'FALLBACK-1']);
const EVENT_SELECT = site(
	'WSPEventSelect',
	['s', 'hEventObject', 'lNetworkEvents'],
	['CONN-1', 'CONN-2', 'CONN-3', 'EVT-1', 'EVT-2'],
);
/** OQ-3. */
const STUCK = site('provider is stuck', ['s', 'waited'], ['FALLBACK-3']);
const CLOSE_FAILED = site('WSPCloseSocket', ['s'], ['FALLBACK-3', 'CLOSE-1']);
const CLOSE_UNUSABLE = site('WSPCloseSocket', ['s'], ['FALLBACK-12', 'FALLBACK-3', 'CLOSE-1']);
const FALLBACK = site('fallback to TCP/IP', ['reason', 'error'], ['FALLBACK-2', 'FALLBACK-4', 'FALLBACK-11']);
const NO_FALLBACK = site('no fallback', ['error'], ['FALLBACK-4', 'FALLBACK-8']);
const TCPIP_CONNECT = site('WSPConnect', ['s', 'name'], ['FALLBACK-1', 'FALLBACK-4']);
const TCPIP_CONNECT_INSTEAD = site('WSPConnect', ['s', 'name'], ['FALLBACK-2', 'FALLBACK-4', 'FALLBACK-11']);

/** Errors that promise that TCP/IP would fail as well (FALLBACK-4 to FALLBACK-8). */
const promises: ReadonlySet<string> = new Set(['WSAECONNRESET', 'WSAECONNREFUSED', 'WSAEHOSTUNREACH']);

/**
 * The application's WSPConnect. On a blocking socket it returns when the connection can be used or has failed; on a
 * nonblocking one the same procedure goes on in a thread of the switch (INIT-8).
 */
export function* WSPConnect(sw: Switch, t: Thread, socket: AppSocket, name: SocketAddress): Coroutine<Outcome<number>> {
	const refusal = enter(sw, t, socket, name);
	if (refusal !== undefined) return finish(t, POLLED, refusal);
	if (!socket.nonblocking) {
		const error = yield* carryOut(sw, t, socket, name);
		return error ? finish(t, PROMISED[error] ?? NOT_CONNECTED, error) : finish(t, CONNECTED, 0);
	}
	const thread = sw.newConnectThread();
	thread.begin(t.call, t.phase, t.source);
	thread.run(connectInBackground(sw, thread, socket, name));
	return finish(t, WSP_CONNECT, 'WSAEWOULDBLOCK');
}

/**
 * ConnectEx with an overlapped request (page "Handling Microsoft extensions"): the switch connects by itself (EXT-1), sends
 * the first data, and then completes the request, whatever the blocking mode of the socket.
 */
export function ConnectEx(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	name: SocketAddress,
	data: Uint8Array | undefined,
	request: OverlappedRequest,
): Outcome<number> {
	const refusal = enter(sw, t, socket, name);
	if (refusal !== undefined) return finish(t, POLLED, refusal);
	const { component } = t;
	const error = carryOutLater(sw, t, socket, request, 'ConnectEx', (thread) =>
		connectAndSend(sw, thread, socket, name, data, component),
	);
	return finish(t, WSP_CONNECT, error);
}

/** @param component whose the data are, whoever hands them over: the application's */
function* connectAndSend(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	name: SocketAddress,
	data: Uint8Array | undefined,
	component: number,
): Coroutine<Outcome<number>> {
	const error = yield* carryOut(sw, t, socket, name);
	if (error) return error;
	if (!data || data.length === 0) return 0;
	t.component = component;
	return yield* sendFirst(sw, t, socket, data);
}

/** @returns why nothing is begun, or what a fault lets the call return */
function enter(sw: Switch, t: Thread, socket: AppSocket, name: SocketAddress): Outcome<number> | undefined {
	t.enterPhase('setup');
	t.enter(WSP_CONNECT, sw.component, socket.descriptor, name.text);
	const refusal = sw.forced('WSPConnect', name) ?? answerPolling(socket) ?? wrongFamily(socket, name);
	if (refusal !== undefined) return refusal;
	socket.setState(t, 'connecting');
	socket.setAddress(t, 'remote', name);
	return undefined;
}

function finish(t: Thread, where: typeof CONNECTED, outcome: Outcome<number>): Outcome<number> {
	if (isError(outcome)) t.leave(where, -1, outcome);
	else t.leave(where, outcome);
	return outcome;
}

/** CONN-15: an application that polls is answered here; the provider is not asked again (CONN-14, OQ-15). */
function answerPolling(socket: AppSocket): WsaError | undefined {
	switch (socket.state) {
		case 'connecting':
			return 'WSAEALREADY';
		case 'connected':
			return 'WSAEISCONN';
		case 'listening':
			return 'WSAEINVAL';
		case 'closed':
			return 'WSAENOTSOCK';
		default:
			return undefined;
	}
}

function wrongFamily({ tcp }: AppSocket, name: SocketAddress): WsaError | undefined {
	return tcp.family && tcp.family !== name.ip.family ? 'WSAEAFNOSUPPORT' : undefined;
}

function* connectInBackground(sw: Switch, t: Thread, socket: AppSocket, name: SocketAddress): Coroutine {
	const error = yield* carryOut(sw, t, socket, name);
	if (socket.state === 'closed') return;
	socket.connectError = error;
	// OQ-16: the application's FD_CONNECT comes after the negotiation, with the final code, then FD_WRITE.
	raise(sw, t, socket, 'FD_CONNECT', error);
	if (!error) raise(sw, t, socket, 'FD_WRITE');
}

/** The whole procedure; undefined when the connection can be used. */
function* carryOut(sw: Switch, t: Thread, socket: AppSocket, name: SocketAddress): Coroutine<WsaError | undefined> {
	socket.beginCall(t);
	const error = yield* connectSomehow(sw, t, socket, name);
	socket.endCall(t);
	if (socket.state === 'closed') return 'WSAEINTR';
	socket.setState(t, error ? 'failed' : 'connected');
	t.enterPhase(error ? 'setup' : 'data');
	return error;
}

function* connectSomehow(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	name: SocketAddress,
): Coroutine<WsaError | undefined> {
	const entry = lookUp(sw, t, socket, name);
	if (!entry) return yield* useTcpip(sw, t, socket, name, 'destination in no SAN subnet', undefined);

	const local = implicitBind(sw, t, socket, entry);
	if (isError(local)) return yield* useTcpip(sw, t, socket, name, 'bound to another network', undefined);
	const companion = createAndBind(sw, t, socket, entry.provider, local, 'connect');
	if (isError(companion)) return yield* useTcpip(sw, t, socket, name, 'SAN socket not created', companion);

	socket.attempt = companion;
	const error = yield* connectSanSocket(sw, t, companion, name);
	socket.attempt = undefined;
	// BLOCK-3: cancelled, and the SAN socket is closed already.
	if (interrupted(t)) return 'WSAEINTR';
	if (error) {
		// Destroying the SAN socket comes first (FALLBACK-3); then TCP/IP, unless the error is a promise (FALLBACK-4).
		san.WSPCloseSocket(companion.provider, t, companion.socket, CLOSE_FAILED);
		if (!promises.has(error)) return yield* useTcpip(sw, t, socket, name, 'SAN connect failed', error);
		t.note(NO_FALLBACK, sw.component, error);
		socket.setProvider(t, companion.provider.nic.settings.name, `${error}: TCP/IP would fail as well`);
		return error;
	}
	return yield* negotiateSession(sw, t, socket, companion);
}

/** SWITCH-1: compares the destination with the table of IP subnets. */
function lookUp(sw: Switch, t: Thread, socket: AppSocket, name: SocketAddress): TableEntry | undefined {
	const entry = socket.stream ? sw.lookUp(name.ip) : undefined;
	if (entry) {
		t.note(SUBNET_TABLE_LOOKUP, sw.component, name.text, entry.subnet.text, entry.provider.name);
		sw.showLookup(t, name.ip, entry.provider.name);
	} else {
		t.note(NO_SUBNET, sw.component, name.text, null, 'tcpip');
		sw.showLookup(t, name.ip, 'tcpip');
	}
	return entry;
}

/** OQ-10: a socket that is not bound yet gets the SAN NIC's address and a free port; OQ-11: another network means TCP/IP. */
function implicitBind(sw: Switch, t: Thread, socket: AppSocket, entry: TableEntry): Outcome<SocketAddress> {
	const { local } = socket;
	if (local && !isWildcard(local.ip)) return local.ip.text === entry.address.text ? local : 'WSAEADDRNOTAVAIL';
	if (local) return socketAddress(entry.address, local.port);
	const bound = tcpip.WSPBind(sw.tcpip, t, socket.tcp, socketAddress(entry.address, 0));
	if (isError(bound)) return bound;
	const address = socket.tcp.local;
	if (!address) return 'WSAEADDRNOTAVAIL';
	socket.setAddress(t, 'local', address);
	return address;
}

/** Steps 1 to 5: the connect request on the SAN socket, in nonblocking mode (CONN-1). Undefined when connected. */
function* connectSanSocket(
	sw: Switch,
	t: Thread,
	companion: Companion,
	name: SocketAddress,
): Coroutine<WsaError | undefined> {
	const { provider, socket, event } = companion;
	// Step 1: register the event object for FD_CONNECT (CONN-2, CONN-3). OQ-8: a failure counts like one of WSPBind.
	const selected = san.WSPEventSelect(provider, t, socket, event, san.FD_CONNECT, EVENT_SELECT);
	if (isError(selected)) return selected;
	// Step 2: only then WSPConnect, with the destination in an IP format (CONN-4, CONN-5).
	const result = yield* san.WSPConnect(provider, t, socket, name);
	// Step 3: finished or failed at once is final (CONN-7, OQ-1); WSAEWOULDBLOCK means "still under way" (CONN-9).
	if (result !== 'WSAEWOULDBLOCK') return isError(result) ? result : undefined;
	// Step 4: the provider signals the event object when the operation has finished (CONN-10).
	// OQ-3: the provider has a timer of its own; this one is for a provider that never reports.
	const until = t.simulation.now + sw.guardTimeNs;
	while (!event.signalled && socket.state !== 'closed') {
		t.wait(event.waiters, until);
		yield;
		if (t.timedOut) {
			t.note(STUCK, provider.component, socket.descriptor, sw.guardTimeNs);
			return 'WSAETIMEDOUT';
		}
	}
	if (socket.state === 'closed') return 'WSAEINTR';
	// Step 5: ask for the outcome (CONN-11).
	const outcome = san.WSPEnumNetworkEvents(provider, t, socket, event);
	if (isError(outcome)) return outcome;
	return outcome.connectError as WsaError | undefined;
}

/** Session negotiation (SESS-1 to SESS-5). From here on TCP/IP cannot be used any more (CONN-12, FALLBACK-12). */
function* negotiateSession(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	companion: Companion,
): Coroutine<WsaError | undefined> {
	t.enterPhase('negotiation');
	socket.companion = companion;
	socket.setProvider(t, companion.provider.nic.settings.name, `destination in subnet of ${companion.provider.name}`);
	t.change(socket.object, 'companion', companion.socket.descriptor);
	const session = new Session(sw, t, socket, companion, 'connecting');
	socket.session = session;
	watchSession(sw, socket, session);
	const error = yield* session.negotiate(t);
	if (!error) {
		socket.tcp.setState(t, 'on SAN');
		return undefined;
	}
	session.release(t);
	socket.session = undefined;
	socket.companion = undefined;
	if (companion.socket.state !== 'closed') {
		san.WSPCloseSocket(companion.provider, t, companion.socket, CLOSE_UNUSABLE);
	}
	return error;
}

/** The TCP/IP provider makes the connection (FALLBACK-1, FALLBACK-2, FALLBACK-4). */
function* useTcpip(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	name: SocketAddress,
	reason: string,
	error: WsaError | undefined,
): Coroutine<WsaError | undefined> {
	const instead = reason !== 'destination in no SAN subnet';
	if (instead) {
		t.enterPhase('fallback');
		t.note(FALLBACK, sw.component, reason, error ?? null);
	}
	socket.setProvider(t, 'tcpip', error ? `${reason}: ${error}` : reason);
	const where = instead ? TCPIP_CONNECT_INSTEAD : TCPIP_CONNECT;
	const result = yield* tcpip.WSPConnect(sw.tcpip, t, socket.tcp, name, true, where);
	if (socket.tcp.local) socket.setAddress(t, 'local', socket.tcp.local);
	return isError(result) ? result : undefined;
}
