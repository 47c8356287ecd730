/** Sending and receiving for applications (pages "Transferring data on a SAN", "Using session protocol"). */
import { after, type Coroutine, type Eventual, settled, type Thread } from '../../simulation';
import { site } from '../../trace';
import { ByteQueue } from '../bytes';
import { interrupted } from '../interruption';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import type { AppSocket } from './appSocket';
import { allowAgain, raise, raiseWaiting, reenable } from './events';
import { carryOutLater, type OverlappedRequest, RequestQueue } from './request';
import type { Session } from './session';
import { receiveError } from './sessionErrors';
import { takeControl } from './sharing';
import type { Switch } from './switch';

/** MSG_OOB: urgent data (OOB rules). */
export const MSG_OOB = 0x1;
export const MSG_PEEK = 0x2;
const MSG_WAITALL = 0x8;

const WSP_SEND = site('WSPSend', ['s', 'dwBufferLength', 'data', 'dwFlags'], ['DATA-1', 'SESS-5', 'BLOCK-4']);
const WSP_RECV = site('WSPRecv', ['s', 'dwBufferLength', 'dwFlags'], ['DATA-1', 'SESS-5', 'BLOCK-4']);
const SEND_OVERLAPPED = site(
	'WSPSend',
	['s', 'dwBufferLength', 'data', 'dwFlags', 'overlapped'],
	['DATA-1', 'SESS-5', 'BLOCK-4', 'COMP-10'],
);
const RECV_OVERLAPPED = site(
	'WSPRecv',
	['s', 'dwBufferLength', 'dwFlags', 'overlapped'],
	['DATA-1', 'SESS-5', 'BLOCK-4', 'COMP-10'],
);
const CLOSE_ABORTIVELY = site('WSPCloseSocket', ['s'], ['BLOCK-6', 'CLOSE-1']);
const SENT_LARGE = site('WSPSend', [], ['RDMA-4', 'RDMA-7']);
const SENT_BUFFERED = site('WSPSend', [], ['RDMA-9']);
const BUFFERED = site('data kept in private storage', ['s', 'bytes'], ['RDMA-9']);
const RECEIVED = site('WSPRecv', ['data'], ['DATA-5']);
const RECEIVED_URGENT = site('WSPRecv', ['data'], ['OOB-2']);

/** How long a cancelled send waits for RDMA on the application's buffer, ns (BLOCK-6). */
const RDMA_PATIENCE_NS = 1_000_000_000;

/** The application's send: bytes taken. On a blocking socket it waits until all are; on a nonblocking one it takes what fits. */
export function WSPSend(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	data: Uint8Array,
	flags = 0,
): Eventual<Outcome<number>> {
	t.enterPhase('data');
	t.enter(WSP_SEND, sw.component, socket.descriptor, data.length, data, flags);
	socket.beginCall(t);
	const until = timeLimit(t, socket, 'SO_SNDTIMEO');
	const sent =
		sw.forced('WSPSend') ??
		(socket.overlappedSends?.busy && !(flags & MSG_OOB)
			? sendBehind(sw, t, socket, data, flags, until)
			: send(sw, t, socket, data, flags, !socket.nonblocking, until));
	return after(sent, (outcome) => {
		socket.endCall(t);
		if (outcome === 'WSAEWOULDBLOCK') reenable(sw, t, socket, 'FD_WRITE');
		if (isError(outcome)) t.leave(WSP_SEND, -1, outcome);
		else t.leave(siteOfSend(socket, data.length, flags), outcome);
		return outcome;
	});
}

function siteOfSend(socket: AppSocket, length: number, flags: number): typeof WSP_SEND {
	if (!socket.session?.isLarge(length) || flags & MSG_OOB) return WSP_SEND;
	return isBuffered(socket, length) && !socket.nonblocking ? SENT_BUFFERED : SENT_LARGE;
}

/**
 * RDMA-9: whether the switch keeps a copy of what a blocking call sends, and transmits that in the background. It does so only
 * as far as the application has allowed it with SO_SNDBUF. A modelling choice: the documentation does not say how much.
 */
function isBuffered({ options }: AppSocket, length: number): boolean {
	if (options.length === 0) return false;
	return length <= (options.find(({ name }) => name === 'SO_SNDBUF')?.value ?? 0);
}

function send(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	data: Uint8Array,
	flags: number,
	blocking: boolean,
	until = Number.POSITIVE_INFINITY,
): Eventual<Outcome<number>> {
	const error = notConnected(socket);
	if (error) return error;
	if (socket.shared) return sendShared(sw, t, socket, data, flags, blocking, until);
	const { session } = socket;
	if (!session) return tcpip.WSPSend(sw.tcpip, t, socket.tcp, data, blocking, flags & MSG_OOB, until);
	return sendMessages(t, session, data, flags, blocking, until);
}

/** The first data of ConnectEx: all of them, whatever the blocking mode of the socket. */
export function* sendFirst(sw: Switch, t: Thread, socket: AppSocket, data: Uint8Array): Coroutine<Outcome<number>> {
	t.enterPhase('data');
	t.enter(WSP_SEND, sw.component, socket.descriptor, data.length, data, 0);
	const outcome = sw.forced('WSPSend') ?? (yield* settled(send(sw, t, socket, data, 0, true)));
	if (isError(outcome)) t.leave(WSP_SEND, -1, outcome);
	else t.leave(siteOfSend(socket, data.length, 0), outcome);
	return outcome;
}

/** What overlapped sends have not handed over yet goes first. */
function sendBehind(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	data: Uint8Array,
	flags: number,
	until: number,
): Eventual<Outcome<number>> {
	if (socket.nonblocking) return notConnected(socket) ?? 'WSAEWOULDBLOCK';
	return sendsOf(sw, socket).behind(t, until, () => send(sw, t, socket, data, flags, true, until));
}

function sendsOf(sw: Switch, socket: AppSocket): RequestQueue {
	socket.overlappedSends ??= new RequestQueue(`overlapped sends of socket ${socket.descriptor}`, (t) => {
		socket.changed.wakeAll(t.cause);
		raise(sw, t, socket, 'FD_WRITE');
	});
	return socket.overlappedSends;
}

function receivesOf(socket: AppSocket): RequestQueue {
	socket.overlappedReceives ??= new RequestQueue(`overlapped receives of socket ${socket.descriptor}`, () => {});
	return socket.overlappedReceives;
}

/** SO_RCVTIMEO, SO_SNDTIMEO: when a blocking call that begins now has waited long enough, ns. 0 means no limit. */
function timeLimit(t: Thread, { options }: AppSocket, name: 'SO_RCVTIMEO' | 'SO_SNDTIMEO'): number {
	// Most sockets have no options at all.
	const limit = options.length === 0 ? 0 : (options.find((option) => option.name === name)?.value ?? 0);
	return limit > 0 ? t.simulation.now + limit : Number.POSITIVE_INFINITY;
}

/** On a socket that several processes have, control comes first (DUP-4). */
function* sendShared(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	data: Uint8Array,
	flags: number,
	blocking: boolean,
	until: number,
): Coroutine<Outcome<number>> {
	const error = yield* takeControl(sw, t, socket);
	if (error) return error;
	const { session } = socket;
	if (!session) return yield* tcpip.WSPSend(sw.tcpip, t, socket.tcp, data, blocking, flags & MSG_OOB, until);
	return yield* settled(sendMessages(t, session, data, flags, blocking, until));
}

/** How application data travels. */
type Way = 'urgent' | 'large' | 'small';

/**
 * Small amounts travel in control messages (DATA-2, DATA-5), what does not fit into one in several (OQ-37); large ones by
 * RDMA (DATA-6).
 */
export function sendMessages(
	t: Thread,
	session: Session,
	data: Uint8Array,
	flags: number,
	blocking: boolean,
	until: number,
): Eventual<Outcome<number>> {
	const way: Way = flags & MSG_OOB ? 'urgent' : session.isLarge(data.length) ? 'large' : 'small';
	if (way === 'large' && blocking && isBuffered(session.socket, data.length)) {
		t.note(BUFFERED, session.sw.component, session.socket.descriptor, data.length);
		return sendBuffered(t, session, data.slice(), until);
	}
	const taken = data.length === 0 ? 0 : sendSome(t, session, data, way);
	if (isError(taken)) return taken;
	// Mostly one message takes everything.
	if (taken === data.length && way !== 'large') return interrupted(t) ? 'WSAEINTR' : taken;
	return sendRest(t, session, data, way, blocking, taken, until);
}

/** RDMA-9: the call ends when the transfer of the copy has begun; it waits only for the one before. */
function* sendBuffered(t: Thread, session: Session, copy: Uint8Array, until: number): Coroutine<Outcome<number>> {
	for (;;) {
		const taken = session.sendLarge(t, copy);
		if (taken !== 0) return taken;
		if (interrupted(t)) return 'WSAEINTR';
		if (t.simulation.now >= until) return 'WSAETIMEDOUT';
		waitToSend(t, session, until);
		yield;
	}
}

/** Bytes taken; 0 where the caller must wait. */
function sendSome(t: Thread, session: Session, data: Uint8Array, way: Way): Outcome<number> {
	switch (way) {
		case 'urgent':
			return session.sendUrgent(t, data);
		case 'large':
			return session.sendLarge(t, data);
		default:
			return session.sendData(t, data);
	}
}

/**
 * A blocking send of a large amount waits until the transfer is complete (RDMA-4, RDMA-7).
 * @param taken what was taken at the first attempt
 * @param until virtual time at which it has waited long enough, ns
 */
function* sendRest(
	t: Thread,
	session: Session,
	data: Uint8Array,
	way: Way,
	blocking: boolean,
	taken: number,
	until: number,
): Coroutine<Outcome<number>> {
	const large = way === 'large';
	let sent = taken;
	for (let last = taken; sent < data.length; sent += last) {
		if (last === 0) {
			if (!blocking && session.suspended && way === 'small') sent += session.keep(data.subarray(sent));
			if (!blocking) session.announceBuffer(t);
			if (!blocking) return sent > 0 ? sent : 'WSAEWOULDBLOCK';
			// BLOCK-5: the switch holds the data, and fails the request on its own.
			if (interrupted(t)) return 'WSAEINTR';
			if (t.simulation.now >= until) return 'WSAETIMEDOUT';
			waitToSend(t, session, until);
			yield;
		}
		const outcome = sendSome(t, session, sent === 0 ? data : data.subarray(sent), way);
		if (isError(outcome)) return outcome;
		last = outcome;
	}
	const inTime = !(large && blocking) || (yield* waitForTransfer(t, session, until));
	if (interrupted(t)) return 'WSAEINTR';
	if (!inTime) return 'WSAETIMEDOUT';
	return session.state === 'ended' && large && session.error ? session.error : sent;
}

/**
 * A blocking send of a large amount waits for the end of the transfer. Cancelled, it still waits for RDMA on the
 * application's buffer to finish (BLOCK-5), but not for ever: then the SAN socket is closed abortively (BLOCK-6). So it
 * does when SO_SNDTIMEO is over.
 * @param limit virtual time at which it has waited long enough, ns
 * @returns whether the transfer ended before that
 */
function* waitForTransfer(t: Thread, session: Session, limit: number): Coroutine<boolean> {
	let until = Number.POSITIVE_INFINITY;
	let inTime = true;
	while (session.transfers.sending && session.state === 'established') {
		if (t.simulation.now >= limit) inTime = false;
		if (until === Number.POSITIVE_INFINITY && (interrupted(t) || !inTime)) until = t.simulation.now + RDMA_PATIENCE_NS;
		if (t.simulation.now >= until) {
			const { provider, socket } = session.companion;
			session.end(t, 'WSAECONNABORTED');
			session.release(t);
			san.WSPCloseSocket(provider, t, socket, CLOSE_ABORTIVELY);
			return inTime;
		}
		t.wait(session.changed, inTime ? Math.min(until, limit) : until);
		yield;
	}
	return inTime;
}

/** Send buffers come back with time, credits and the end of a transfer with the peer. */
function waitToSend(t: Thread, session: Session, until: number): void {
	session.announceBuffer(t);
	t.wait(session.changed, until);
}

/** The application's overlapped send: the switch goes on by itself (COMP-10). */
export function WSPSendOverlapped(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	data: Uint8Array,
	flags: number,
	request: OverlappedRequest,
): Outcome<number> {
	t.enterPhase('data');
	t.enter(SEND_OVERLAPPED, sw.component, socket.descriptor, data.length, data, flags, request.number);
	const error =
		sw.refused('WSPSend') ??
		notConnected(socket) ??
		carryOutLater(
			sw,
			t,
			socket,
			request,
			'WSPSend',
			(thread) => settled(send(sw, thread, socket, data, flags, true)),
			flags & MSG_OOB ? undefined : sendsOf(sw, socket),
		);
	t.leave(SEND_OVERLAPPED, -1, error);
	return error;
}

/** The application's overlapped receive. */
export function WSPRecvOverlapped(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	length: number,
	flags: number,
	request: OverlappedRequest,
): Outcome<number> {
	t.enterPhase('data');
	t.enter(RECV_OVERLAPPED, sw.component, socket.descriptor, length, flags, request.number);
	const urgent = (flags & MSG_OOB) !== 0;
	const error =
		sw.refused('WSPRecv') ??
		(length < 0 ? 'WSAEFAULT' : undefined) ??
		notConnected(socket) ??
		carryOutLater(
			sw,
			t,
			socket,
			request,
			'WSPRecv',
			(thread) =>
				thenRaise(
					sw,
					thread,
					socket,
					urgent ? receiveUrgent(sw, thread, socket, length) : receiveLater(sw, thread, socket, length, flags),
				),
			urgent ? undefined : receivesOf(socket),
		);
	allowAgain(sw, socket, urgent ? 'FD_OOB' : 'FD_READ');
	t.leave(RECV_OVERLAPPED, -1, error);
	return error;
}

/** EVT-7: what an overlapped receive has left is reported once it has taken its part. */
function* thenRaise<T>(sw: Switch, t: Thread, socket: AppSocket, body: Coroutine<T>): Coroutine<T> {
	const outcome = yield* body;
	raiseWaiting(sw, t, socket);
	return outcome;
}

/** What an overlapped receive completes with; with MSG_WAITALL all that was asked for, unless the peer sends no more. */
function* receiveLater(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	length: number,
	flags: number,
): Coroutine<Outcome<Uint8Array>> {
	const peek = (flags & MSG_PEEK) !== 0;
	const first = yield* settled(receive(sw, t, socket, length, peek, true));
	if (isError(first) || peek || !(flags & MSG_WAITALL)) return first;
	const parts = new ByteQueue();
	for (let part = first; part.length > 0; ) {
		parts.push(part);
		if (parts.length >= length) break;
		const next = yield* settled(receive(sw, t, socket, length - parts.length, false, true));
		if (isError(next)) return next;
		part = next;
	}
	return parts.take(parts.length);
}

/** The application's receive: at most `length` bytes; none when the peer sends no more. Waits on a blocking socket. */
export function WSPRecv(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	length: number,
	flags = 0,
): Eventual<Outcome<Uint8Array>> {
	t.enterPhase('data');
	t.enter(WSP_RECV, sw.component, socket.descriptor, length, flags);
	const urgent = (flags & MSG_OOB) !== 0;
	const peek = (flags & MSG_PEEK) !== 0;
	const event = urgent ? 'FD_OOB' : 'FD_READ';
	socket.beginCall(t);
	// Of a shared socket the call may have to wait for its turn, and events go on meanwhile.
	if (socket.shared) allowAgain(sw, socket, event);
	const received =
		sw.refused('WSPRecv') ??
		(length < 0 ? 'WSAEFAULT' : undefined) ??
		(urgent ? receiveUrgent(sw, t, socket, length) : receiveInTurn(sw, t, socket, length, peek));
	return after(received, (outcome) => {
		socket.endCall(t);
		if (socket.shared) raiseWaiting(sw, t, socket);
		else reenable(sw, t, socket, event);
		const where = urgent ? RECEIVED_URGENT : RECEIVED;
		if (isError(outcome)) t.leave(where, -1, outcome);
		else t.leave(where, outcome.length, undefined, outcome);
		return outcome;
	});
}

/** Overlapped receives that are under way get what arrives first. */
function receiveInTurn(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	length: number,
	peek: boolean,
): Eventual<Outcome<Uint8Array>> {
	const until = timeLimit(t, socket, 'SO_RCVTIMEO');
	const blocking = !socket.nonblocking;
	if (!socket.overlappedReceives?.busy) return receive(sw, t, socket, length, peek, blocking, until);
	if (!blocking) return notConnected(socket) ?? 'WSAEWOULDBLOCK';
	return receivesOf(socket).behind(t, until, () => receive(sw, t, socket, length, peek, true, until));
}

/** At most `length` bytes, as soon as there are some. */
export function receive(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	length: number,
	peek: boolean,
	blocking = !socket.nonblocking,
	until = Number.POSITIVE_INFINITY,
): Eventual<Outcome<Uint8Array>> {
	const error = notConnected(socket) ?? (socket.receivingEnded ? 'WSAESHUTDOWN' : undefined);
	if (error) return error;
	if (socket.shared) return receiveShared(sw, t, socket, length, peek, blocking, until);
	const { session } = socket;
	if (!session) return tcpip.WSPRecv(sw.tcpip, t, socket.tcp, length, blocking, peek, until);
	return hasData(session) ? session.take(t, length, peek) : waitForData(t, session, length, peek, blocking, until);
}

/** On a socket that several processes have, control comes first (DUP-4). */
function* receiveShared(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	length: number,
	peek: boolean,
	blocking: boolean,
	until: number,
): Coroutine<Outcome<Uint8Array>> {
	const error = yield* takeControl(sw, t, socket);
	if (error) return error;
	const { session } = socket;
	if (!session) return yield* tcpip.WSPRecv(sw.tcpip, t, socket.tcp, length, blocking, peek, until);
	return yield* waitForData(t, session, length, peek, blocking, until);
}

/** DUP-7: while the session is suspended, requests wait and nonblocking ones fail. */
function hasData(session: Session): boolean {
	return session.incoming.length > 0 && !session.suspended;
}

function* waitForData(
	t: Thread,
	session: Session,
	length: number,
	peek: boolean,
	blocking: boolean,
	until: number,
): Coroutine<Outcome<Uint8Array>> {
	while (!hasData(session)) {
		if (session.endOfStream && !session.suspended) break;
		// Before the state: closing the socket interrupts the calls on it, and ends the session.
		if (interrupted(t)) return 'WSAEINTR';
		if (session.state === 'ended') return receiveError(session.error);
		if (!blocking) return 'WSAEWOULDBLOCK';
		if (t.simulation.now >= until) return 'WSAETIMEDOUT';
		t.wait(session.changed, until);
		yield;
	}
	return session.take(t, length, peek);
}

/** OOB-2: urgent bytes are delivered apart from the others; without any WSAEINVAL, as Winsock says for MSG_OOB. */
function* receiveUrgent(sw: Switch, t: Thread, socket: AppSocket, length: number): Coroutine<Outcome<Uint8Array>> {
	const error = notConnected(socket) ?? (yield* takeControl(sw, t, socket));
	if (error) return error;
	const { session } = socket;
	if (!session) return tcpip.WSPRecvUrgent(sw.tcpip, t, socket.tcp, length);
	const bytes = session.urgent.take(length);
	return bytes.length > 0 ? bytes : 'WSAEINVAL';
}

function notConnected(socket: AppSocket): WsaError | undefined {
	if (socket.state === 'closed') return 'WSAENOTSOCK';
	if (socket.state !== 'connected') return 'WSAENOTCONN';
	return socket.cancelled ? 'WSAECONNABORTED' : undefined;
}
