/** The end of a connection on the wire: what one provider tells the other, and what the other makes of it (CLOSE-1, CLOSE-2). */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import type { SanProvider } from './sanProvider';
import { present, type SanSocket } from './sanSocket';
import { connectionBroken, peerNotices } from './transfers';

const NATIVE_DISCONNECT = site('native disconnect', ['bytes', 'arrives'], ['CLOSE-1', 'CLOSE-2']);

/** Bytes of a native teardown message. */
export const TEARDOWN_BYTES = 32;

/** Tells the peer's provider that the connection is gone. */
export function disconnect(t: Thread, provider: SanProvider, peer: SanSocket, s: SanSocket): void {
	const { phase, source } = t;
	provider.nic.transmit(t, peer.provider.nic, {
		site: NATIVE_DISCONNECT,
		bytes: TEARDOWN_BYTES,
		deliver: (seq) => disconnectArrives(present(peer), s, seq, phase, source),
		failed: (seq) => peerNotices(s, peer, seq, phase, source),
	});
}

/**
 * The peer closed: pending receives end with WSAECONNRESET (CLOSE-2). The socket's record stays until the switch here
 * closes it too (CLOSE-5).
 */
function disconnectArrives(s: SanSocket, peer: SanSocket, seq: number, phase: number, source: number): void {
	if (s.state === 'duplicated' && s.stateBefore === 'connected') s.stateBefore = 'reset';
	if (s.state !== 'connected' || s.peer !== peer) return;
	connectionBroken(s, seq, phase, source);
}
