/** Closing a SAN socket (page "Closing a SAN socket"): both providers tear the connection down (CLOSE-1). */
import type { Thread } from '../../simulation';
import { type Site, site } from '../../trace';
import { forced } from '../faults';
import type { Outcome } from '../outcome';
import { disconnect, TEARDOWN_BYTES } from './disconnecting';
import type { Overlapped } from './memory';
import { refuseQueued } from './refusing';
import { release } from './registration';
import { leave, type SanProvider } from './sanProvider';
import type { SanSocket } from './sanSocket';
import { finishOperation } from './transfers';

export const WSP_CLOSE_SOCKET = site('WSPCloseSocket', ['s'], ['CLOSE-1']);
const NATIVE_WITHDRAWAL = site('native withdrawal', ['bytes', 'arrives'], ['BLOCK-3']);

/**
 * WSPCloseSocket: aborts a connect under way, completes what is pending with WSA_OPERATION_ABORTED (CLOSE-3), and ends
 * with WPUCloseSocketHandle, the last up-call for the socket (CLOSE-4).
 */
export function WSPCloseSocket(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	where: Site = WSP_CLOSE_SOCKET,
): Outcome<number> {
	provider.enter(t, where, s.descriptor);
	const effect = provider.effect('WSPCloseSocket');
	const fault = forced(effect) ?? (s.state === 'closed' ? 'WSAENOTSOCK' : undefined);
	if (fault !== undefined) return leave(t, where, fault);
	abortConnect(provider, t, s);
	const given = s.state === 'duplicated';
	// DUP-19: given up and never taken over means that the connection is gone.
	const up = given ? s.stateBefore === 'connected' && !s.successor : s.state === 'connected';
	if (up) provider.cache.releaseAll(t, s.descriptor);
	if (up && s.peer) disconnect(t, provider, s.peer, s);
	for (const request of s.requests.splice(0)) refuseQueued(provider, t, request);
	releaseMemory(provider, t, s);
	abortOperations(provider, t, s, effect?.skips ?? []);
	provider.setState(t, s, 'closed');
	provider.sockets.delete(s.descriptor);
	provider.closeSocketHandle(t, s, effect?.skips);
	return leave(t, where, 0 as const);
}

/** BLOCK-3: a connect under way is given up; a request that waits at the peer is withdrawn. */
function abortConnect(provider: SanProvider, t: Thread, s: SanSocket): void {
	const attempt = s.connecting;
	if (!attempt || !s.remote) return;
	attempt.limit?.drop();
	s.connecting = undefined;
	attempt.result = 'WSA_OPERATION_ABORTED';
	attempt.inside?.wakeAll(t.call);
	const { remote } = s;
	const target = provider.nic.network.ports.find(
		(port) => (port as { hasAddress?: (ip: typeof remote.ip) => boolean }).hasAddress?.(remote.ip) ?? false,
	);
	if (!target) return;
	provider.nic.transmit(t, target, {
		site: NATIVE_WITHDRAWAL,
		bytes: TEARDOWN_BYTES,
		deliver: () => withdraw(provider, s),
	});
}

function withdraw(provider: SanProvider, s: SanSocket): void {
	for (const peer of [...provider.fabric.values()].flat()) {
		for (const listener of peer.sockets.values()) {
			const request = listener.requests.find((queued) => queued.connector === s);
			if (request) request.withdrawn = true;
		}
	}
}

/** MEM-9: the provider releases what outstanding transfers still used; before their completion is reported (CLOSE-3). */
export function releaseMemory(provider: SanProvider, t: Thread, s: SanSocket): void {
	for (const memory of provider.memory.values()) {
		if (memory.socket !== s.descriptor) continue;
		provider.cache.forgotten(t, memory.address, memory.remote);
		release(provider, t, memory);
	}
}

function abortOperations(provider: SanProvider, t: Thread, s: SanSocket, skips: readonly string[]): void {
	const { posted, sends } = s;
	// OQ-49: all inside WSPCloseSocket, in posting order; each of the two lists is in that order.
	for (let p = 0, n = 0; p < posted.length || n < sends.length; ) {
		const [receive, send] = [posted[p], sends[n]];
		const operation = receive && (!send || receive.number < send.number) ? receive : (send as Overlapped);
		if (operation === receive) p++;
		else n++;
		if (operation.notify && !skips.includes('WPUCompleteOverlappedRequest')) {
			finishOperation(provider, t, s, operation, 'WSA_OPERATION_ABORTED', 0);
		} else operation.status = 'finished';
	}
	s.posted = [];
	s.sends = [];
}
