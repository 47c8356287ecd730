/** The network events that a SAN provider reports: recorded in the socket, and signalled through its event object (EVT-5). */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import { forced } from '../faults';
import { FD_ACCEPT, FD_CONNECT, type SanProvider } from './sanProvider';
import type { SanSocket } from './sanSocket';

const SET_EVENT = site('SetEvent', ['hEvent', 'announces'], ['CONN-10', 'EVT-5']);
const SET_ACCEPT_EVENT = site('SetEvent', ['hEvent', 'announces'], ['LISTEN-5', 'EVT-5']);

/** How long after the first signal a second one comes that should not, ns. */
const SECOND_SIGNAL_NS = 500_000;

/** Records FD_CONNECT and signals the event: the connect operation has finished, well or badly (CONN-10). */
export function announceConnect(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	error: SanSocket['connectError'],
	times: number | undefined,
): void {
	s.networkEvents |= FD_CONNECT;
	s.connectError = error;
	t.change(s.object, 'networkEvents', maskText(s.networkEvents));
	const count = times ?? signalsOf(provider);
	for (let n = 0; n < count; n++) s.event?.set(t, SET_EVENT, 'FD_CONNECT');
}

/** Records FD_ACCEPT and signals the event, unless that was done since the last WSPAccept (EVT-6). */
export function announceAccept(provider: SanProvider, t: Thread, s: SanSocket, wanted?: number): void {
	if (s.acceptReported || !s.event || !(s.eventMask & FD_ACCEPT)) return;
	s.acceptReported = true;
	s.networkEvents |= FD_ACCEPT;
	t.change(s.object, 'networkEvents', maskText(s.networkEvents));
	const times = wanted ?? signalsOf(provider);
	if (times > 0) s.event.set(t, SET_ACCEPT_EVENT, 'FD_ACCEPT');
	if (times === 2) announceAgain(provider, t, s);
}

/** How often a fault lets SetEvent signal: not at all where the call fails or does nothing. */
function signalsOf(provider: SanProvider): number {
	const effect = provider.effect('SetEvent');
	return forced(effect) === undefined ? (effect?.signals ?? 1) : 0;
}

/** Misbehaviour: the event is signalled once more, when the switch has dealt with the first signal. */
function announceAgain(provider: SanProvider, t: Thread, s: SanSocket): void {
	const { cause, phase, source } = t;
	const { thread } = provider.nic;
	provider.simulation.at(provider.simulation.now + SECOND_SIGNAL_NS, () => {
		if (s.state !== 'listening' || !s.event) return;
		thread.begin(cause, phase, source);
		thread.component = provider.component;
		s.networkEvents |= FD_ACCEPT;
		t.change(s.object, 'networkEvents', maskText(s.networkEvents));
		s.event.set(thread, SET_ACCEPT_EVENT, 'FD_ACCEPT');
		thread.component = provider.nic.component;
	});
}

/** `FD_ACCEPT | FD_CONNECT`. */
export function maskText(mask: number): string {
	if (mask === 0) return '';
	if (mask === FD_CONNECT) return 'FD_CONNECT';
	if (mask === FD_ACCEPT) return 'FD_ACCEPT';
	const names: string[] = [];
	if (mask & FD_ACCEPT) names.push('FD_ACCEPT');
	if (mask & FD_CONNECT) names.push('FD_CONNECT');
	const rest = mask & ~(FD_ACCEPT | FD_CONNECT);
	if (rest) names.push(`0x${rest.toString(16)}`);
	return names.join(' | ');
}
