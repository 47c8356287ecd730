/** Sending and receiving for applications (pages "Transferring data on a SAN", "Using session protocol"). */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as tcpip from '../tcpip';
import type { AppSocket } from './appSocket';
import { reenable } from './events';
import type { Session } from './session';
import type { Switch } from './switch';

const WSP_SEND = site('WSPSend', ['s', 'dwBufferLength', 'data'], ['DATA-1', 'SESS-5', 'BLOCK-4']);
const WSP_RECV = site('WSPRecv', ['s', 'dwBufferLength'], ['DATA-1', 'SESS-5', 'BLOCK-4']);
const RECEIVED = site('WSPRecv', ['data'], ['DATA-5']);

/** The application's send: bytes taken. On a blocking socket it waits until all are; on a nonblocking one it takes what fits. */
export function* WSPSend(sw: Switch, t: Thread, socket: AppSocket, data: Uint8Array): Coroutine<Outcome<number>> {
	t.enterPhase('data');
	t.enter(WSP_SEND, sw.component, socket.descriptor, data.length, data);
	const outcome = yield* send(sw, t, socket, data);
	if (outcome === 'WSAEWOULDBLOCK') reenable(sw, t, socket, 'FD_WRITE');
	if (isError(outcome)) t.leave(WSP_SEND, -1, outcome);
	else t.leave(WSP_SEND, outcome);
	return outcome;
}

function* send(sw: Switch, t: Thread, socket: AppSocket, data: Uint8Array): Coroutine<Outcome<number>> {
	const error = notConnected(socket);
	if (error) return error;
	const { session } = socket;
	if (!session) return yield* tcpip.WSPSend(sw.tcpip, t, socket.tcp, data, !socket.nonblocking);
	return yield* sendMessages(t, socket, session, data);
}

/** Small amounts travel in control messages (DATA-2, DATA-5); what does not fit into one goes into several (OQ-37). */
function* sendMessages(t: Thread, socket: AppSocket, session: Session, data: Uint8Array): Coroutine<Outcome<number>> {
	let sent = 0;
	while (sent < data.length) {
		const taken = session.sendData(t, data.subarray(sent));
		if (isError(taken)) return taken;
		sent += taken;
		if (taken > 0) continue;
		if (socket.nonblocking) return sent > 0 ? sent : 'WSAEWOULDBLOCK';
		// No credit, or every send buffer is still on its way: the second passes with time, the first with the peer.
		if (session.maySendData) t.sleep(t.simulation.now + 1);
		else t.wait(session.changed);
		yield;
	}
	return sent;
}

/** The application's receive: at most `length` bytes; none when the peer sends no more. Waits on a blocking socket. */
export function* WSPRecv(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	length: number,
	peek = false,
): Coroutine<Outcome<Uint8Array>> {
	t.enterPhase('data');
	t.enter(WSP_RECV, sw.component, socket.descriptor, length);
	const outcome = yield* receive(sw, t, socket, length, peek);
	reenable(sw, t, socket, 'FD_READ');
	if (isError(outcome)) t.leave(RECEIVED, -1, outcome);
	else t.leave(RECEIVED, outcome.length, undefined, outcome);
	return outcome;
}

function* receive(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	length: number,
	peek: boolean,
): Coroutine<Outcome<Uint8Array>> {
	const error = notConnected(socket);
	if (error) return error;
	const { session } = socket;
	if (!session) return yield* tcpip.WSPRecv(sw.tcpip, t, socket.tcp, length, !socket.nonblocking, peek);
	while (session.incoming.length === 0) {
		if (session.endOfStream) break;
		if (session.state === 'ended') return session.error ?? 'WSAECONNRESET';
		if (socket.nonblocking) return 'WSAEWOULDBLOCK';
		t.wait(session.changed);
		yield;
		if (socket.state === 'closed') return 'WSAENOTSOCK';
	}
	return session.take(t, length, peek);
}

function notConnected(socket: AppSocket): WsaError | undefined {
	if (socket.state === 'closed') return 'WSAENOTSOCK';
	return socket.state === 'connected' ? undefined : 'WSAENOTCONN';
}
