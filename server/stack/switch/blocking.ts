/**
 * Page "Blocking calls for a SAN": blocking calls and their cancellation are the switch's own business; no SAN provider
 * ever hears of them (BLOCK-1). A connect is cancelled by closing its SAN socket (BLOCK-3).
 */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import { interrupt } from '../interruption';
import type { Outcome } from '../outcome';
import * as san from '../san';
import { abandonAccepting } from './acceptThread';
import type { AppSocket } from './appSocket';
import type { Switch } from './switch';

const WSP_CANCEL_BLOCKING_CALL = site('WSPCancelBlockingCall', ['s'], ['BLOCK-1', 'BLOCK-3', 'BLOCK-5']);
const CANCEL_IO = site('CancelIoEx', ['s'], ['BLOCK-5']);
const CANCEL_CONNECT = site('WSPCloseSocket', ['s'], ['BLOCK-3', 'CLOSE-1']);

/** Ends the blocking calls that other threads of the application have on the socket; they fail with WSAEINTR. */
export function WSPCancelBlockingCall(sw: Switch, t: Thread, socket: AppSocket): Outcome<0> {
	t.enter(WSP_CANCEL_BLOCKING_CALL, sw.component, socket.descriptor);
	const calls = socket.calls.all().filter((thread) => !sw.ownThreads.has(thread));
	const error = socket.state === 'closed' ? 'WSAENOTSOCK' : calls.length === 0 ? 'WSAEINVAL' : undefined;
	if (!error) {
		if (socket.state === 'listening') abandonAccepting(sw, t, socket, 1);
		// BLOCK-7: only WSPCloseSocket is sure to work afterwards.
		else socket.cancelled = true;
		cancelConnect(t, socket);
		for (const thread of calls) interrupt(thread, t.call);
	}
	t.leave(WSP_CANCEL_BLOCKING_CALL, error ? -1 : 0, error);
	return error ?? 0;
}

/** Ends the overlapped requests of the application on the socket; they complete with WSA_OPERATION_ABORTED. */
export function CancelIoEx(sw: Switch, t: Thread, socket: AppSocket): Outcome<0> {
	t.enter(CANCEL_IO, sw.component, socket.descriptor);
	const calls = socket.calls.all().filter((thread) => sw.ownThreads.has(thread));
	const error = socket.state === 'closed' ? 'WSAENOTSOCK' : calls.length === 0 ? 'WSAEINVAL' : undefined;
	if (!error) {
		if (socket.state === 'listening') abandonAccepting(sw, t, socket, calls.length);
		for (const thread of calls) interrupt(thread, t.call);
	}
	t.leave(CANCEL_IO, error ? -1 : 0, error);
	return error ?? 0;
}

/** The socket is closed: whatever other threads wait for on it ends. */
export function interruptAll(t: Thread, socket: AppSocket): void {
	cancelConnect(t, socket);
	for (const thread of socket.calls.all()) if (thread !== t) interrupt(thread, t.call);
}

function cancelConnect(t: Thread, socket: AppSocket): void {
	const { attempt, session } = socket;
	if (attempt && attempt.socket.state !== 'closed') {
		san.WSPCloseSocket(attempt.provider, t, attempt.socket, CANCEL_CONNECT);
		attempt.event.waiters.wakeAll(t.call);
	}
	if (session?.state === 'negotiating') session.end(t, 'WSAEINTR');
}
