/**
 * WSPConnect of a SAN provider, from the call to the result: the provider's half of "Initiating a Connection".
 *
 * On the wire three native messages are modelled: a connect request, and as its answer an acceptance or a refusal with
 * its reason. A request that nobody answers ends with the provider's own timer (OQ-3).
 */
import type { Coroutine, Thread } from '../../simulation';
import { Waiters } from '../../simulation';
import { site } from '../../trace';
import type { SocketAddress } from '../../winsock/address';
import type { CallEffect } from '../faults';
import type { Nic } from '../nic';
import { isError, type Outcome, type WsaError } from '../outcome';
import { requestArrives } from './accepting';
import { finish, NATIVE_MESSAGE_BYTES } from './connectAttempt';
import { leave, type SanProvider } from './sanProvider';
import type { ConnectAttempt, ConnectRequest, SanSocket } from './sanSocket';

const WSP_CONNECT = site('WSPConnect', ['s', 'name'], ['SWITCH-3', 'CONN-4', 'CONN-5']);
/** The destination does not exist: a promise that TCP/IP would fail as well. */
const NO_SUCH_HOST = site('WSPConnect', [], ['CONN-7', 'FALLBACK-7', 'FALLBACK-8']);
/** Step 3a: finished or failed at once. */
const FINISHED_AT_ONCE = site('WSPConnect', [], ['CONN-7']);
/** Step 3b: goes on in another thread. */
const UNDER_WAY = site('WSPConnect', [], ['CONN-8', 'CONN-9']);
const CONNECT_REQUEST = site('native connect request', ['bytes', 'arrives', 'from', 'to'], ['CONN-6']);

/**
 * WSPConnect. On a socket made nonblocking by WSPEventSelect it returns 0, an error, or WSAEWOULDBLOCK and later
 * signals the registered event (CONN-7 to CONN-10).
 */
export function* WSPConnect(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	name: SocketAddress,
): Coroutine<Outcome<number>> {
	provider.enter(t, WSP_CONNECT, s.descriptor, name.text);
	const effect = provider.effect('WSPConnect', name);
	if (effect?.returns !== undefined) return leave(t, FINISHED_AT_ONCE, effect.returns);
	const refusal = precondition(provider, s, name);
	if (refusal) return leave(t, FINISHED_AT_ONCE, refusal);
	const target = provider.proxy.translateDestination(t, name.ip);
	if (isError(target)) return leave(t, NO_SUCH_HOST, target);
	if (effect?.pendingNs === undefined && effect?.outcome !== undefined && effect.outcome !== 'success') {
		return leave(t, FINISHED_AT_ONCE, effect.outcome);
	}
	const inside = finishesInside(provider, effect) ? new Waiters(`connection to ${name.text}`) : undefined;
	const attempt = begin(provider, t, s, name, effect, inside);
	t.simulation.ready(() => attemptConnection(provider, s, attempt, target, name));
	if (!inside) return leave(t, UNDER_WAY, 'WSAEWOULDBLOCK');
	while (attempt.result === 'pending') {
		t.wait(inside);
		yield;
	}
	return leave(t, FINISHED_AT_ONCE, attempt.result === 'connected' ? (0 as const) : attempt.result);
}

/** Errors that need no attempt (CONN-18). */
function precondition(provider: SanProvider, s: SanSocket, name: SocketAddress): WsaError | undefined {
	switch (s.state) {
		case 'closed':
			return 'WSAENOTSOCK';
		case 'connecting':
			return 'WSAEALREADY';
		case 'connected':
			return 'WSAEISCONN';
		case 'listening':
			return 'WSAEINVAL';
		default:
			if (!s.local) return 'WSAEINVAL';
			// OQ-6: a provider does not connect to its own address; the switch then uses TCP/IP.
			return name.port === 0 || provider.nic.hasAddress(name.ip) ? 'WSAEADDRNOTAVAIL' : undefined;
	}
}

function finishesInside(provider: SanProvider, effect: CallEffect | undefined): boolean {
	if (effect?.pendingNs !== undefined) return false;
	return effect?.outcome === 'success' || provider.nic.settings.connect.kind === 'immediate';
}

function begin(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	name: SocketAddress,
	effect: CallEffect | undefined,
	inside: Waiters | undefined,
): ConnectAttempt {
	const { connect } = provider.nic.settings;
	const delay = effect?.pendingNs ?? (connect.kind === 'asynchronous' && !inside ? connect.delayNs : 0);
	const attempt: ConnectAttempt = {
		effect,
		call: t.call,
		phase: t.phase,
		source: t.source,
		inside,
		notBefore: t.simulation.now + delay,
		limit: undefined,
		result: 'pending',
	};
	s.connecting = attempt;
	s.remote = name;
	t.change(s.object, 'remote', name.text);
	provider.setState(t, s, 'connecting');
	return attempt;
}

/** The part that runs "in another thread" (CONN-8): asks the peer, and gives up when nobody answers. */
function attemptConnection(
	provider: SanProvider,
	s: SanSocket,
	attempt: ConnectAttempt,
	target: Nic,
	name: SocketAddress,
): void {
	if (s.connecting !== attempt) return;
	const t = provider.thread;
	t.begin(attempt.call, attempt.phase, attempt.source);
	const { simulation } = provider;
	const forced = attempt.effect?.outcome;
	if (attempt.notBefore === Number.POSITIVE_INFINITY) return;
	if (forced !== undefined && forced !== 'success') {
		simulation.at(attempt.notBefore, () => finish(provider, s, attempt, forced, attempt.call));
		return;
	}
	const timeout = simulation.now + provider.nic.settings.connectTimeoutNs;
	attempt.limit = simulation.limit(timeout, () => finish(provider, s, attempt, 'WSAETIMEDOUT', attempt.call));
	const from = s.local as SocketAddress;
	provider.nic.transmit(t, target, {
		site: CONNECT_REQUEST,
		bytes: NATIVE_MESSAGE_BYTES,
		a: from.text,
		b: name.text,
		deliver: (seq) => {
			// No provider answers where the machine speaks only NDIS (FALLBACK-9): the timer decides.
			const peers = target.providerInstalled ? provider.fabric.get(target) : undefined;
			const request: ConnectRequest = {
				from,
				to: name,
				seq,
				phase: attempt.phase,
				source: attempt.source,
				connector: s,
				withdrawn: false,
				offered: false,
				expires: Math.max(timeout, attempt.notBefore),
			};
			if (peers) requestArrives(peers, request);
		},
	});
}
