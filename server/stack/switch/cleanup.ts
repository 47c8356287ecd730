/**
 * Page "Cleaning up a process for a SAN": the final WSPCleanup of an application makes the switch call that of TCP/IP and
 * of all SAN providers, and each releases everything it still holds (CLEAN-1). It comes with WSACleanup, or with the end
 * of the process.
 */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import { interrupt } from '../interruption';
import { isError, type Outcome } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import type { AppSocket } from './appSocket';
import { interruptAll } from './blocking';
import { leaveClosing } from './gracefulClose';
import { abandonShared, heldForOthers, leaveToOthers } from './sharing';
import type { Switch } from './switch';

const WSP_CLEANUP = site('WSPCleanup', [], ['CLEAN-1', 'CLEAN-2']);
const PROCESS_ENDS = site('process ends', ['process'], ['CLEAN-1']);

/** The application's WSACleanup. Start-up is counted once for each process, so that the first one is the last (CLEAN-2). */
export function WSPCleanup(sw: Switch, t: Thread): Outcome<number> {
	t.enterPhase('shutdown');
	t.enter(WSP_CLEANUP, sw.component);
	const refusal = sw.forced('WSPCleanup') ?? (sw.cleanedUp ? 'WSANOTINITIALISED' : undefined);
	if (refusal !== undefined) {
		t.leave(WSP_CLEANUP, isError(refusal) ? -1 : refusal, isError(refusal) ? refusal : undefined);
		return refusal;
	}
	cleanUp(sw, t);
	t.leave(WSP_CLEANUP, 0);
	return 0;
}

/**
 * The last thread of the process has ended. What closes in the background is left to the system's process (DUP-2) or comes
 * to its end first, and sockets move to the processes that share them.
 */
export function processEnds(sw: Switch, cause: Thread): void {
	if (sw.cleanedUp) return;
	const thread = sw.simulation.thread(`${sw.name}.cleanup`, sw.name, false);
	thread.begin(cause.cause, cause.phase, cause.source);
	thread.run(
		(function* (): Coroutine {
			leaveClosing(sw, thread);
			// Its descriptors and overlapped operations end with it.
			for (const socket of [...sw.sockets.values()]) {
				if (!socket.shared) continue;
				interruptAll(thread, socket);
				yield* leaveToOthers(sw, thread, socket);
			}
			for (let held = heldForOthers(sw); sw.closing.size > 0 || held.length > 0; held = heldForOthers(sw)) {
				thread.waitAny([sw.closed, ...held.map(({ changed }) => changed)]);
				yield;
			}
			if (sw.cleanedUp) return;
			thread.enterPhase('shutdown');
			thread.note(PROCESS_ENDS, sw.component, sw.process);
			cleanUp(sw, thread);
		})(),
	);
}

function cleanUp(sw: Switch, t: Thread): void {
	sw.cleanedUp = true;
	// Page WSACleanup: what other threads wait for is cancelled.
	for (const { calls } of sw.sockets.values()) {
		for (const thread of calls.all()) if (thread !== t) interrupt(thread, t.call);
	}
	for (const thread of sw.ownThreads) thread.end();
	sw.acceptThread?.end();
	const open = [...sw.sockets.values()].filter((socket) => !livesOn(sw, socket));
	tcpip.WSPCleanup(
		sw.tcpip,
		t,
		open.map(({ tcp }) => tcp),
	);
	for (const provider of sw.transports.keys()) san.WSPCleanup(provider, t);
	for (const socket of [...sw.sockets.values()]) {
		for (const thread of socket.calls.all()) if (thread.state === 'ended') socket.endCall(thread);
		abandonShared(sw, t, socket);
		socket.setState(t, 'closed');
		sw.forget(socket);
	}
	for (const { changed } of sw.shared) changed.wakeAll(t.cause);
	sw.closed.wakeAll(t.cause);
}

/** Another process still has the socket. */
function livesOn(sw: Switch, socket: AppSocket): boolean {
	return socket.shared?.members.some((member) => member.sw !== sw && member.socket.state !== 'closed') ?? false;
}
