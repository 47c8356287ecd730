/** AcceptEx (page "Handling Microsoft extensions"): carried out by the switch itself (EXT-1). */
import { type Coroutine, settled, type Thread } from '../../simulation';
import { site } from '../../trace';
import type { SocketAddress } from '../../winsock/address';
import { isError, type Outcome, type WsaError } from '../outcome';
import { takeConnection } from './accept';
import type { AppSocket } from './appSocket';
import { receive } from './data';
import { watchSession, watchTcp } from './events';
import { carryOutLater, type OverlappedRequest, RequestQueue } from './request';
import type { Switch } from './switch';

const ACCEPT_EX = site('AcceptEx', ['sListenSocket', 'sAcceptSocket', 'dwReceiveDataLength'], ['ACC-1', 'EXT-1']);
const ACCEPTED_EX = site('AcceptEx', ['lpdwBytesReceived'], ['ACC-2', 'ACC-14', 'EXT-1']);
const GET_SOCKADDRS = site('GetAcceptExSockaddrs', ['s'], ['EXT-1']);
const SOCKADDRS = site('GetAcceptExSockaddrs', ['LocalSockaddr', 'RemoteSockaddr'], ['EXT-1']);
const ACCEPT_SOCKET = site('connection moves to the accept socket', ['s', 'connection'], ['ACC-1', 'EXT-1']);

/**
 * AcceptEx: accepts into a socket that exists already, and receives the first data with it if a length is given; then it
 * completes only when that has arrived (ACC-14). The switch carries it out by itself (EXT-1).
 * @param request the application's overlapped request; without one the call waits
 */
export function* AcceptEx(
	sw: Switch,
	t: Thread,
	listener: AppSocket,
	into: AppSocket,
	length: number,
	request: OverlappedRequest | undefined,
): Coroutine<Outcome<Uint8Array>> {
	t.enterPhase('setup');
	t.enter(ACCEPT_EX, sw.component, listener.descriptor, into.descriptor, length);
	const refusal: WsaError | undefined =
		listener.state === 'closed' || into.state === 'closed'
			? 'WSAENOTSOCK'
			: listener.state !== 'listening' || into.state !== 'created' || isTaken(into)
				? 'WSAEINVAL'
				: undefined;
	if (!refusal) into.awaitsConnection = request ?? { operation: 'AcceptEx', state: 'pending' };
	const body = (thread: Thread) => acceptInto(sw, thread, listener, into, length);
	const later = (pending: OverlappedRequest) =>
		carryOutLater(sw, t, listener, pending, 'AcceptEx', body, acceptsOf(listener));
	const outcome = refusal ?? (request ? later(request) : yield* body(t));
	if (isError(outcome)) t.leave(ACCEPTED_EX, false, outcome, 0);
	else t.leave(ACCEPTED_EX, true, undefined, outcome.length);
	return outcome;
}

/** Whether another call is going to use the socket. */
function isTaken({ awaitsConnection }: AppSocket): boolean {
	return awaitsConnection?.state === 'pending' && awaitsConnection.operation === 'AcceptEx';
}

function acceptsOf(listener: AppSocket): RequestQueue {
	const { descriptor } = listener;
	listener.overlappedAccepts ??= new RequestQueue(`overlapped accepts of socket ${descriptor}`, () => {});
	return listener.overlappedAccepts;
}

function* acceptInto(
	sw: Switch,
	t: Thread,
	listener: AppSocket,
	into: AppSocket,
	length: number,
): Coroutine<Outcome<Uint8Array>> {
	// Closing the accepting socket ends the call as closing the listening one does.
	into.beginCall(t);
	const accepted = into.state === 'closed' ? 'WSAEINTR' : yield* takeConnection(sw, t, listener, undefined, true);
	into.endCall(t);
	// The next one need not wait for this one's first data.
	listener.overlappedAccepts?.remove(t);
	into.awaitsConnection = undefined;
	if (isError(accepted)) return accepted;
	if (into.state !== 'created') {
		// Closed, or bound meanwhile: the connection waits for the next accept.
		listener.tcp.queue.unshift(accepted.tcp);
		return into.state === 'closed' ? 'WSAEINTR' : 'WSAEINVAL';
	}
	becomes(sw, t, into, accepted);
	if (length === 0) return new Uint8Array(0);
	return yield* settled(receive(sw, t, into, length, false, true));
}

/** The accepting socket takes the connection over; what stood for the connection until now is gone. */
function becomes(sw: Switch, t: Thread, socket: AppSocket, accepted: AppSocket): void {
	const { tcp, session, companion } = accepted;
	sw.forget(accepted);
	sw.byTcp.delete(socket.tcp);
	sw.tcpip.sockets.delete(socket.tcp.descriptor);
	t.note(ACCEPT_SOCKET, sw.tcpip.component, socket.descriptor, accepted.descriptor);
	socket.tcp.setState(t, 'closed');
	accepted.setState(t, 'closed');
	socket.tcp = tcp;
	sw.byTcp.set(tcp, socket);
	if (accepted.local) socket.setAddress(t, 'local', accepted.local);
	if (accepted.remote) socket.setAddress(t, 'remote', accepted.remote);
	socket.setProvider(t, accepted.provider ?? 'tcpip', 'accepted by AcceptEx');
	socket.companion = companion;
	socket.session = session;
	if (companion) t.change(socket.object, 'companion', companion.socket.descriptor);
	if (session) watchSession(sw, socket, session);
	else watchTcp(sw, socket);
	socket.awaitsContext = true;
	socket.setState(t, 'connected');
}

/** The addresses that AcceptEx stored with the connection (EXT-1). */
export function GetAcceptExSockaddrs(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
): Outcome<{ readonly local: SocketAddress; readonly remote: SocketAddress }> {
	t.enter(GET_SOCKADDRS, sw.component, socket.descriptor);
	const { local, remote, state } = socket;
	if (state !== 'connected' || !local || !remote) {
		const error = state === 'closed' ? 'WSAENOTSOCK' : 'WSAENOTCONN';
		t.leave(SOCKADDRS, -1, error, null, null);
		return error;
	}
	t.leave(SOCKADDRS, 0, undefined, local.text, remote.text);
	return { local, remote };
}
