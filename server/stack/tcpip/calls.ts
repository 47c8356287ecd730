/**
 * The SPI functions of the TCP/IP provider that the switch uses. In blocking mode a call waits inside the provider; in
 * nonblocking mode it answers WSAEWOULDBLOCK and the switch hears of the change later.
 */
import type { Coroutine, Thread } from '../../simulation';
import { type Site, site, type Value } from '../../trace';
import { type AddressFamily, isWildcard, type SocketAddress, socketAddress } from '../../winsock/address';
import { errorOf, forced, pendingFor } from '../faults';
import { interrupted } from '../interruption';
import { isError, type Outcome, type WsaError } from '../outcome';
import { TcpConnection } from './connection';
import type { TcpipProvider } from './tcpipProvider';
import type { TcpSocket } from './tcpSocket';

const WSP_STARTUP = site('WSPStartup', ['wVersionRequested'], ['INIT-1']);
const WSP_CLEANUP = site('WSPCleanup', [], ['CLEAN-1', 'CLEAN-2']);
const WSP_SOCKET = site('WSPSocket', ['af', 'type', 'protocol'], ['SOCK-1']);
const WSP_BIND = site('WSPBind', ['s', 'name'], ['BIND-1']);
const WSP_LISTEN = site('WSPListen', ['s', 'backlog'], ['LISTEN-1']);
const WSP_CONNECT = site('WSPConnect', ['s', 'name'], ['FALLBACK-4']);
const WSP_ACCEPT = site('WSPAccept', ['s'], ['ACC-1', 'ACC-19']);
const ACCEPTED = site('WSPAccept', ['addr'], ['ACC-1', 'ACC-2']);
const WSP_SEND = site('WSPSend', ['s', 'dwBufferLength']);
const WSP_SEND_URGENT = site('WSPSend', ['s', 'dwBufferLength', 'dwFlags']);
const WSP_RECV = site('WSPRecv', ['s', 'dwBufferLength']);
const WSP_RECV_URGENT = site('WSPRecv', ['s', 'dwBufferLength', 'dwFlags']);
const WSP_SHUTDOWN = site('WSPShutdown', ['s', 'how']);
const WSP_CLOSE_SOCKET = site('WSPCloseSocket', ['s']);

/** MSG_OOB of the socket functions. */
const MSG_OOB = 0x1;

/** What a fault of the scenario makes of a call at once: its error, or what it returns without doing its work. */
export function fault(
	provider: TcpipProvider,
	call: string,
	destination?: SocketAddress,
): WsaError | number | undefined {
	return forced(provider.faults.of(provider.name, call, provider.simulation.now, destination));
}

/** The same for a call that can wait: a fault can also let it end later, or never. */
function* faultLater(
	provider: TcpipProvider,
	t: Thread,
	call: string,
	destination?: SocketAddress,
): Coroutine<WsaError | number | undefined> {
	const effect = provider.faults.of(provider.name, call, provider.simulation.now, destination);
	yield* pendingFor(t, effect, call);
	return interrupted(t) ? 'WSAEINTR' : (forced(effect) ?? errorOf(effect));
}

export function leave<T extends Value>(t: Thread, where: Site, outcome: Outcome<T>): Outcome<T> {
	if (isError(outcome)) t.leave(where, -1, outcome);
	else t.leave(where, outcome);
	return outcome;
}

export function WSPStartup(provider: TcpipProvider, t: Thread): void {
	t.enter(WSP_STARTUP, provider.component, '2.2');
	leave(t, WSP_STARTUP, fault(provider, 'WSPStartup') ?? 0);
}

/** The process ends: what it left open is closed hard (CLEAN-1). */
export function WSPCleanup(provider: TcpipProvider, t: Thread, sockets: readonly TcpSocket[]): void {
	t.enter(WSP_CLEANUP, provider.component);
	const forbidden = fault(provider, 'WSPCleanup');
	if (forbidden !== undefined) {
		leave(t, WSP_CLEANUP, forbidden);
		return;
	}
	for (const s of sockets) {
		if (s.state === 'closed') continue;
		for (const waiting of s.queue.splice(0)) waiting.connection?.reset(t, 'process ended');
		s.connection?.reset(t, 'process ended');
		s.setState(t, 'closed');
		provider.sockets.delete(s.descriptor);
	}
	t.leave(WSP_CLEANUP, 0);
}

/** Creates the socket that the application's descriptor stands for (SOCK-1). */
export function WSPSocket(
	provider: TcpipProvider,
	t: Thread,
	family: AddressFamily,
	type: string,
	protocol: string,
	/** The program has not said the family: that of its first address will do. */
	anyFamily = false,
): Outcome<TcpSocket> {
	t.enter(WSP_SOCKET, provider.component, family, type, protocol);
	const error = fault(provider, 'WSPSocket');
	const outcome = typeof error === 'string' ? error : provider.newSocket(t, anyFamily ? undefined : family);
	if (isError(outcome)) t.leave(WSP_SOCKET, 0xffffffff, outcome);
	else t.leave(WSP_SOCKET, outcome.descriptor);
	return outcome;
}

export function WSPBind(provider: TcpipProvider, t: Thread, s: TcpSocket, name: SocketAddress): Outcome<number> {
	t.enter(WSP_BIND, provider.component, s.descriptor, name.text);
	return leave(t, WSP_BIND, fault(provider, 'WSPBind', name) ?? bind(provider, t, s, name));
}

function bind(provider: TcpipProvider, t: Thread, s: TcpSocket, name: SocketAddress): Outcome<0> {
	if (s.state !== 'created') return 'WSAEINVAL';
	if (s.family && s.family !== name.ip.family) return 'WSAEFAULT';
	if (!provider.isLocal(name.ip)) return 'WSAEADDRNOTAVAIL';
	const address = name.port === 0 ? provider.ephemeral(name.ip) : name;
	if (name.port !== 0 && !s.reuseAddress && provider.inUse(name, s.v6Only)) return 'WSAEADDRINUSE';
	provider.setAddress(t, s, 'local', address);
	s.setState(t, 'bound');
	return 0;
}

/** @param refusal what the switch, in the same DLL, knows of the socket: a connect on a SAN does not show here */
export function WSPListen(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	backlog: number,
	refusal?: WsaError,
): Outcome<number> {
	t.enter(WSP_LISTEN, provider.component, s.descriptor, backlog);
	return leave(t, WSP_LISTEN, fault(provider, 'WSPListen') ?? refusal ?? listen(t, s, backlog));
}

function listen(t: Thread, s: TcpSocket, backlog: number): Outcome<0> {
	if (s.state === 'closed') return 'WSAENOTSOCK';
	if (s.state === 'connected' || s.state === 'on SAN') return 'WSAEISCONN';
	if (s.state !== 'bound' && s.state !== 'listening') return 'WSAEINVAL';
	s.backlog = Math.max(1, backlog);
	t.change(s.object, 'backlog', s.backlog);
	s.setState(t, 'listening');
	return 0;
}

/** Makes the connection over TCP/IP. In nonblocking mode WSAEWOULDBLOCK, and the socket's observer hears the result. */
export function* WSPConnect(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	name: SocketAddress,
	blocking: boolean,
	where: Site = WSP_CONNECT,
): Coroutine<Outcome<number>> {
	t.enter(where, provider.component, s.descriptor, name.text);
	const refusal = (yield* faultLater(provider, t, 'WSPConnect', name)) ?? start(provider, t, s, name);
	if (refusal !== undefined) return leave(t, where, refusal);
	if (!blocking) return leave(t, where, 'WSAEWOULDBLOCK');
	while (s.state === 'connecting') {
		if (interrupted(t)) {
			s.connection?.reset(t, 'connect cancelled');
			s.setState(t, 'failed');
			return leave(t, where, 'WSAEINTR');
		}
		t.wait(s.changed);
		yield;
	}
	if (interrupted(t)) return leave(t, where, 'WSAEINTR');
	if (s.state === 'connected') return leave(t, where, 0 as const);
	return leave(t, where, s.error ?? 'WSAECONNABORTED');
}

function start(provider: TcpipProvider, t: Thread, s: TcpSocket, name: SocketAddress): WsaError | undefined {
	switch (s.state) {
		case 'connecting':
			return 'WSAEALREADY';
		case 'connected':
		case 'on SAN':
			return 'WSAEISCONN';
		case 'listening':
		case 'closed':
			return 'WSAEINVAL';
		default:
	}
	if (s.family && s.family !== name.ip.family) return 'WSAEAFNOSUPPORT';
	if (name.port === 0 || isWildcard(name.ip)) return 'WSAEADDRNOTAVAIL';
	const route = provider.route(name.ip);
	if (!route) return 'WSAENETUNREACH';
	if (!s.local) provider.setAddress(t, s, 'local', provider.ephemeral(route.nic.addressFor(name.ip) ?? name.ip));
	else if (isWildcard(s.local.ip)) {
		provider.setAddress(t, s, 'local', socketAddress(route.nic.addressFor(name.ip) ?? name.ip, s.local.port));
	}
	provider.setAddress(t, s, 'remote', name);
	s.error = undefined;
	s.setState(t, 'connecting');
	if (!route.remote) {
		// Nobody has the address: name resolution on the link goes unanswered.
		const { simulation } = provider;
		const { cause, phase, source } = t;
		simulation.at(simulation.now + 21_000_000_000, () => {
			if (s.state !== 'connecting') return;
			provider.thread.begin(cause, phase, source);
			s.error = 'WSAETIMEDOUT';
			s.setState(provider.thread, 'failed');
			s.announce(provider.thread, 'connect', 'WSAETIMEDOUT');
		});
		return undefined;
	}
	s.connection = new TcpConnection(s, route.nic.network, route.local, route.remote, true);
	s.connection.sendSyn(t);
	return undefined;
}

/**
 * Takes the first waiting connection; one that came over a SAN looks just like one of TCP's own (ACC-1, ACC-2).
 * @param cancelled error with which the switch ends the wait, if it has a reason
 * @param until virtual time at which it has waited long enough, ns
 */
export function* WSPAccept(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	blocking: boolean,
	cancelled: () => WsaError | undefined = () => undefined,
	until = Number.POSITIVE_INFINITY,
): Coroutine<Outcome<TcpSocket>> {
	t.enter(WSP_ACCEPT, provider.component, s.descriptor);
	const faulty = yield* faultLater(provider, t, 'WSPAccept');
	if (typeof faulty === 'string') return refused(t, faulty);
	if (s.state !== 'listening') return refused(t, s.state === 'closed' ? 'WSAENOTSOCK' : 'WSAEINVAL');
	while (s.queue.length === 0) {
		if (!blocking || t.simulation.now >= until) return refused(t, 'WSAEWOULDBLOCK');
		if (interrupted(t)) return refused(t, 'WSAEINTR');
		t.wait(s.changed, until);
		yield;
		if (interrupted(t) && s.queue.length === 0) return refused(t, 'WSAEINTR');
		if (s.state !== 'listening') return refused(t, 'WSAENOTSOCK');
		const reason = cancelled();
		if (reason) return refused(t, reason);
	}
	const accepted = s.queue.shift() as TcpSocket;
	t.change(s.object, 'queued', s.queue.length);
	t.leave(ACCEPTED, accepted.descriptor, undefined, accepted.remote?.text ?? null);
	return accepted;
}

function refused(t: Thread, error: WsaError): WsaError {
	t.leave(ACCEPTED, 0xffffffff, error, null);
	return error;
}

/**
 * Queues `data` for sending; waits for room in blocking mode. Bytes taken.
 * @param flags MSG_OOB: the last byte is urgent
 * @param until virtual time at which a blocking call has waited long enough (SO_SNDTIMEO), ns
 */
export function* WSPSend(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	data: Uint8Array,
	blocking: boolean,
	flags = 0,
	until = Number.POSITIVE_INFINITY,
): Coroutine<Outcome<number>> {
	const urgent = (flags & MSG_OOB) !== 0;
	if (urgent) t.enter(WSP_SEND_URGENT, provider.component, s.descriptor, data.length, flags);
	else t.enter(WSP_SEND, provider.component, s.descriptor, data.length);
	let sent = 0;
	const faulty = yield* faultLater(provider, t, 'WSPSend');
	if (faulty !== undefined) return leave(t, WSP_SEND, faulty);
	let error = sendError(s);
	while (!error && sent < data.length) {
		const connection = s.connection as TcpConnection;
		const part = data.subarray(sent, sent + connection.room);
		if (urgent && part.length > 0 && sent + part.length === data.length) connection.sendUrgent(t, part);
		else connection.send(t, part);
		sent += part.length;
		if (sent === data.length || (!blocking && sent > 0)) break;
		if (!blocking) error = 'WSAEWOULDBLOCK';
		else {
			if (!interrupted(t)) {
				t.wait(s.changed, until);
				yield;
			}
			error = interrupted(t) ? 'WSAEINTR' : sendError(s);
			if (!error && t.simulation.now >= until && (s.connection?.room ?? 0) === 0) error = 'WSAETIMEDOUT';
		}
	}
	return leave(t, WSP_SEND, error ?? sent);
}

function sendError(s: TcpSocket): WsaError | undefined {
	if (s.state !== 'connected') return endedBy(s);
	return s.connection?.sendingEnded ? 'WSAESHUTDOWN' : undefined;
}

/** Why a socket cannot be used any more; a call that waited on it while it was closed was interrupted. */
function endedBy(s: TcpSocket): WsaError {
	return s.error ?? (s.state === 'closed' ? 'WSAEINTR' : 'WSAENOTCONN');
}

/**
 * At most `length` bytes that have arrived; none at the end of the stream. Waits in blocking mode.
 * @param until virtual time at which it has waited long enough (SO_RCVTIMEO), ns
 */
export function* WSPRecv(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	length: number,
	blocking: boolean,
	peek = false,
	until = Number.POSITIVE_INFINITY,
): Coroutine<Outcome<Uint8Array>> {
	t.enter(WSP_RECV, provider.component, s.descriptor, length);
	const faulty = yield* faultLater(provider, t, 'WSPRecv');
	let error = typeof faulty === 'string' ? faulty : undefined;
	while (!error && s.received.length === 0 && !s.endOfStream) {
		error = s.state === 'connected' ? (blocking ? undefined : 'WSAEWOULDBLOCK') : endedBy(s);
		if (!error && interrupted(t)) error = 'WSAEINTR';
		if (!error && t.simulation.now >= until) error = 'WSAETIMEDOUT';
		if (error) break;
		t.wait(s.changed, until);
		yield;
	}
	if (error) return leave(t, WSP_RECV, error);
	const bytes = peek ? s.received.peek(length) : s.received.take(length);
	t.change(s.object, 'received', s.received.length);
	t.leave(WSP_RECV, bytes.length);
	return bytes;
}

/** Urgent bytes that have arrived; WSAEINVAL without any, as Winsock says for MSG_OOB. Never waits. */
export function WSPRecvUrgent(provider: TcpipProvider, t: Thread, s: TcpSocket, length: number): Outcome<Uint8Array> {
	t.enter(WSP_RECV_URGENT, provider.component, s.descriptor, length, MSG_OOB);
	const faulty = fault(provider, 'WSPRecv');
	if (typeof faulty === 'string') return leave(t, WSP_RECV_URGENT, faulty);
	const bytes = s.urgent.take(length);
	if (bytes.length === 0) return leave(t, WSP_RECV_URGENT, 'WSAEINVAL');
	t.leave(WSP_RECV_URGENT, bytes.length);
	return bytes;
}

/** Ends one direction of the connection. */
export function WSPShutdown(provider: TcpipProvider, t: Thread, s: TcpSocket, how: string): Outcome<number> {
	t.enter(WSP_SHUTDOWN, provider.component, s.descriptor, how);
	const faulty = fault(provider, 'WSPShutdown');
	if (faulty !== undefined) return leave(t, WSP_SHUTDOWN, faulty);
	if (s.state !== 'connected') return leave(t, WSP_SHUTDOWN, 'WSAENOTCONN');
	if (how !== 'SD_RECEIVE') s.connection?.finish(t);
	return leave(t, WSP_SHUTDOWN, 0 as const);
}

/** Closes: gracefully in the background unless `hard`, which resets the connection (CLOSE-8). */
export function WSPCloseSocket(provider: TcpipProvider, t: Thread, s: TcpSocket, hard = false): Outcome<number> {
	t.enter(WSP_CLOSE_SOCKET, provider.component, s.descriptor);
	const faulty = fault(provider, 'WSPCloseSocket');
	if (faulty !== undefined) return leave(t, WSP_CLOSE_SOCKET, faulty);
	if (s.state === 'closed') return leave(t, WSP_CLOSE_SOCKET, 'WSAENOTSOCK');
	for (const waiting of s.queue.splice(0)) waiting.connection?.reset(t, 'listener closed');
	if (hard) s.connection?.reset(t, 'closed hard');
	else if (s.connection?.state === 'SYN sent') s.connection.reset(t, 'connect cancelled');
	// RFC 1122, 4.2.2.13: the peer hears that what it has sent was not read.
	else if (s.received.length > 0 || s.urgent.length > 0) s.connection?.reset(t, 'data not read');
	else s.connection?.finish(t);
	s.setState(t, 'closed');
	s.changed.wakeAll(t.cause);
	provider.sockets.delete(s.descriptor);
	return leave(t, WSP_CLOSE_SOCKET, 0 as const);
}
