/**
 * Graceful closing in the background (CLOSE-8): what was queued before closesocket is still sent, then the SAN socket is
 * closed. When the process ends before that, a system service process sends the rest: the socket moves there like any other
 * shared one (page "Duplicating socket handles for a SAN", the fourth way to a duplicate, DUP-2).
 */
import { type Coroutine, settled, type Thread } from '../../simulation';
import { site } from '../../trace';
import { isError, type WsaError } from '../outcome';
import * as san from '../san';
import type { AppSocket, Companion } from './appSocket';
import { sendMessages } from './data';
import { releaseUnused } from './installing';
import type { Session } from './session';
import { closeHalf, copyState, giveUp, inProcess, keepFormer, resumeIn } from './sharing';
import type { Switch } from './switch';

const CLOSE_SAN = site('WSPCloseSocket', ['s'], ['CLOSE-1', 'CLOSE-3', 'CLOSE-4', 'CLOSE-5']);
const CLOSE_HARD = site('WSPCloseSocket', ['s'], ['CLOSE-1', 'CLOSE-3', 'CLOSE-4', 'CLOSE-5', 'CLOSE-8']);
const PASSED_ON = site('graceful close passed on', ['s', 'process'], ['DUP-2', 'DUP-3', 'CLOSE-8']);
const SENDS_REST = site('buffered data to send', ['s', 'bytes'], ['DUP-2', 'CLOSE-8']);

/** Closes the SAN socket of a closed socket. @param hard without a goodbye */
export function closeCompanion(sw: Switch, t: Thread, socket: AppSocket, companion: Companion, hard: boolean): void {
	const { session } = socket;
	const where = hard ? CLOSE_HARD : CLOSE_SAN;
	// A transfer that took too long has closed it already (BLOCK-6).
	if (companion.socket.state !== 'closed') {
		session?.release(t);
		san.WSPCloseSocket(companion.provider, t, companion.socket, where);
	}
	releaseUnused(sw, companion.provider, t);
	session?.changed.wakeAll(t.cause);
	t.change(socket.object, 'companion', null);
	socket.companion = undefined;
}

/** What was queued before closesocket still goes out (CLOSE-8), or the time is over. */
export function closeLater(sw: Switch, t: Thread, socket: AppSocket, companion: Companion): void {
	const thread = sw.newCloseThread();
	thread.begin(t.call, t.phase, t.source);
	const until = t.simulation.now + sw.guardTimeNs;
	sw.closing.add(socket);
	thread.run(closeWhenSent(sw, thread, socket, companion, until));
}

/** The process ends: its graceful closes go on elsewhere, as far as they still have something to send. */
export function leaveClosing(sw: Switch, t: Thread): void {
	sw.ends = true;
	for (const { session } of sw.closing) session?.changed.wakeAll(t.cause);
}

function* closeWhenSent(sw: Switch, t: Thread, socket: AppSocket, companion: Companion, until: number): Coroutine {
	const session = socket.session as Session;
	while (!session.flushed && session.established && t.simulation.now < until && !leaves(sw, session)) {
		t.wait(session.changed, until);
		yield;
	}
	if (leaves(sw, session) && t.simulation.now < until) yield* passOn(sw, t, socket, companion, until);
	else closeCompanion(sw, t, socket, companion, false);
	sw.closing.delete(socket);
	if (sw.closing.size === 0) sw.closed.wakeAll(t.cause);
}

/** Only data goes elsewhere, not a mere goodbye; and not while the peer has the session suspended. */
function leaves(sw: Switch, session: Session): boolean {
	return sw.ends && session.hasUnsent && !session.suspended && sw.systemProcess !== undefined;
}

/** DUP-2: the swap is that of a shared socket (DUP-5 to DUP-16); nobody calls for it but the end of the process. */
function* passOn(sw: Switch, t: Thread, socket: AppSocket, companion: Companion, until: number): Coroutine {
	const session = socket.session as Session;
	const system = sw.systemProcess?.(t) as Switch;
	t.note(PASSED_ON, sw.component, socket.descriptor, system.process);
	session.leaveUnsent(t);
	// A peer that does not answer holds the process no longer than it would have without the swap.
	const limit = sw.later(t, until, (worker) => {
		if (session.established) session.end(worker, 'WSAETIMEDOUT');
	});
	const reserved = yield* giveUp(t, session, companion, system.process, true);
	limit.drop();
	const error = isError(reserved)
		? reserved
		: yield* inProcess(system, t, (thread) => goOn(system, thread, socket, session, companion, reserved, until));
	if (error) closeHalf(t, socket, session, error);
	else keepFormer(t, { sw, socket }, companion);
	releaseUnused(sw, companion.provider, t);
}

/** The system's process takes the socket over. */
function goOn(
	system: Switch,
	t: Thread,
	from: AppSocket,
	old: Session,
	former: Companion,
	reserved: number,
	until: number,
): WsaError | undefined {
	const socket = system.adopt(t, from.tcp, from.stream, system.tcpip.newDescriptor());
	copyState(t, from, socket);
	socket.setState(t, 'connected');
	const error = resumeIn({ sw: system, socket }, t, old, former, reserved);
	const { companion, session } = socket;
	if (error || !companion || !session) {
		socket.setState(t, 'closed');
		if (companion) closeCompanion(system, t, socket, companion, true);
		system.forget(socket);
		return error ?? 'WSAECONNABORTED';
	}
	const thread = system.newCloseThread();
	thread.begin(t.cause, t.phase, t.source);
	system.closing.add(socket);
	thread.run(sendRest(system, thread, socket, companion, session, old.takeUnsent(), until));
	return undefined;
}

function* sendRest(
	system: Switch,
	t: Thread,
	socket: AppSocket,
	companion: Companion,
	session: Session,
	unsent: readonly Uint8Array[],
	until: number,
): Coroutine {
	socket.setState(t, 'closed');
	for (const part of unsent) {
		t.note(SENDS_REST, system.component, socket.descriptor, part.length);
		const sent = yield* settled(sendMessages(t, session, part, 0, true, until));
		if (isError(sent)) break;
	}
	session.endSending(t);
	yield* closeWhenSent(system, t, socket, companion, until);
	system.forget(socket);
}
