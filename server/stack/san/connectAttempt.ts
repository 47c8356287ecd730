/** A connect attempt at the connecting provider: how the peer's answer, the timer or a fault ends it. */
import type { WsaError } from '../outcome';
import { disconnect } from './disconnecting';
import { announceConnect } from './networkEvents';
import type { SanProvider } from './sanProvider';
import type { ConnectAttempt, SanSocket } from './sanSocket';

/** Bytes of a native connection message on the wire; the format is the vendor's. */
export const NATIVE_MESSAGE_BYTES = 64;

/** The peer accepted: runs at the connector when the native acceptance arrives. */
export function acceptanceArrives(s: SanSocket, peer: SanSocket, seq: number): void {
	const { provider, connecting } = s;
	if (!connecting || s.state !== 'connecting') {
		// The attempt was given up meanwhile; the peer must not keep half a connection.
		provider.thread.begin(seq, provider.thread.phase, provider.thread.source);
		disconnect(provider.thread, provider, peer, s);
		return;
	}
	s.peer = peer;
	finish(provider, s, connecting, 'connected', seq);
}

/** The peer refused: runs at the connector when the native refusal arrives. */
export function refusalArrives(s: SanSocket, reason: WsaError, seq: number): void {
	if (s.connecting) finish(s.provider, s, s.connecting, reason, seq);
}

/** Step 4: the connect operation has finished; not earlier than the provider's manner or a fault says. */
export function finish(
	provider: SanProvider,
	s: SanSocket,
	attempt: ConnectAttempt,
	result: 'connected' | WsaError,
	cause: number,
): void {
	if (s.connecting !== attempt || provider.thread.state === 'ended') return;
	if (provider.simulation.now < attempt.notBefore) {
		provider.simulation.at(attempt.notBefore, () => finish(provider, s, attempt, result, cause));
		return;
	}
	const t = provider.thread;
	t.begin(cause, attempt.phase, attempt.source);
	attempt.limit?.drop();
	s.connecting = undefined;
	attempt.result = result;
	// OQ-14: after a failure the socket is bound again, until the switch closes it.
	provider.setState(t, s, result === 'connected' ? 'connected' : 'bound');
	if (attempt.inside) attempt.inside.wakeAll(cause);
	else {
		const { effect } = attempt;
		const times = effect?.skips.includes('SetEvent') ? 0 : effect?.signals;
		announceConnect(provider, t, s, result === 'connected' ? undefined : result, times);
	}
}
