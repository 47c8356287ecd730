/** select: answered by the switch from its session-protocol state and TCP/IP's; no SAN provider sees it (SYNC-1). */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import type { Outcome } from '../outcome';
import type { AppSocket } from './appSocket';
import { acceptable, ended, moves, readable, sessionOf, urgentWaits } from './events';
import type { Switch } from './switch';

const WSP_SELECT = site('WSPSelect', ['readfds', 'writefds', 'exceptfds', 'timeout'], ['SYNC-1', 'EVT-1']);
const SELECTED = site('WSPSelect', ['readfds', 'writefds', 'exceptfds'], ['SYNC-1']);

export interface Selection {
	readonly read: readonly AppSocket[];
	readonly write: readonly AppSocket[];
	readonly except: readonly AppSocket[];
}

/** Waits until one of the sockets is ready or the time is over. @param until virtual time, ns */
export function* WSPSelect(sw: Switch, t: Thread, wanted: Selection, until: number): Coroutine<Outcome<Selection>> {
	const { read, write, except } = wanted;
	const timeout = until === Number.POSITIVE_INFINITY ? null : until - t.simulation.now;
	t.enter(WSP_SELECT, sw.component, descriptors(read), descriptors(write), descriptors(except), timeout);
	const refusal = sw.refused('WSPSelect');
	if (refusal) {
		t.leave(SELECTED, -1, refusal);
		return refusal;
	}
	let ready = readyOf(wanted);
	const sockets = [...read, ...write, ...except];
	for (;;) {
		if (sockets.some(({ state }) => state === 'closed')) {
			t.leave(SELECTED, -1, 'WSAENOTSOCK');
			return 'WSAENOTSOCK';
		}
		if (countOf(ready) > 0 || t.simulation.now >= until) break;
		for (const socket of write) sessionOf(socket)?.announceBuffer(t);
		// One socket may be in several sets; a thread that waited twice for one thing would be woken twice.
		t.waitAny([...new Set(sockets.flatMap(changesOf))], until);
		yield;
		ready = readyOf(wanted);
	}
	t.leave(
		SELECTED,
		countOf(ready),
		undefined,
		descriptors(ready.read),
		descriptors(ready.write),
		descriptors(ready.except),
	);
	return ready;
}

function descriptors(sockets: readonly AppSocket[]): readonly number[] {
	return sockets.map(({ descriptor }) => descriptor);
}

function countOf({ read, write, except }: Selection): number {
	return read.length + write.length + except.length;
}

function readyOf({ read, write, except }: Selection): Selection {
	return { read: read.filter(canRead), write: write.filter(canWrite), except: except.filter(hasException) };
}

/** A receive or an accept would not wait. */
function canRead(socket: AppSocket): boolean {
	if (socket.state === 'listening') return acceptable(socket);
	return socket.state === 'connected' && (readable(socket) || ended(socket));
}

function canWrite(socket: AppSocket): boolean {
	if (socket.state !== 'connected' || moves(socket) || socket.overlappedSends?.busy) return false;
	const session = sessionOf(socket);
	return session ? session.writable : (socket.tcp.connection?.room ?? 0) > 0;
}

/** Urgent data waits, or a nonblocking connect has failed. */
function hasException(socket: AppSocket): boolean {
	return socket.state === 'failed' || urgentWaits(socket);
}

function changesOf(socket: AppSocket) {
	const session = sessionOf(socket);
	const own = session ? [session.changed, socket.tcp.changed, socket.changed] : [socket.tcp.changed, socket.changed];
	// The session may go on in another process.
	return socket.shared ? [...own, socket.shared.changed] : own;
}
