/**
 * Accepting on a SAN socket: what happens to a native connect request from its arrival to the answer (pages "Listening
 * for connections on a SAN" and "Accepting connection requests").
 */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import type { SocketAddress } from '../../winsock/address';
import { isWildcard } from '../../winsock/address';
import { type CallEffect, errorOf, forced, pendingFor } from '../faults';
import { isError, type Outcome, type WsaError } from '../outcome';
import { acceptanceArrives, NATIVE_MESSAGE_BYTES } from './connectAttempt';
import { announceAccept } from './networkEvents';
import { NATIVE_REFUSAL, NOBODY_LISTENS, nicOf, refuse } from './refusing';
import type { SanProvider } from './sanProvider';
import type { ConnectRequest, SanSocket } from './sanSocket';

const WSP_ACCEPT = site('WSPAccept', ['s', 'lpfnCondition'], ['ACC-4']);
const ACCEPTED = site('WSPAccept', ['addr'], ['ACC-7']);
const REFUSED = site('WSPAccept', [], ['ACC-9']);
const GONE = site('WSPAccept', [], ['ACC-18']);
const NOTHING_QUEUED = site('WSPAccept', [], ['ACC-16']);
const CONDITION_FUNC = site('ConditionFunc', ['lpCallerId', 'lpCalleeId'], ['ACC-5', 'ACC-6']);
const NATIVE_ACCEPT = site('native accept', ['bytes', 'arrives', 'from', 'to'], ['ACC-10', 'ACC-11']);
const BACKLOG_FULL = site('native refusal', ['bytes', 'arrives', 'reason'], ['LISTEN-7', 'LISTEN-8']);
const TRANSLATE_NATIVE = site('IRP_MJ_DEVICE_CONTROL', ['request', 'address'], ['PROXY-4']);

/** What a condition function answers (ACC-6, ACC-17). */
export type ConditionResult = 'CF_ACCEPT' | 'CF_REJECT' | 'CF_DEFER';

/** The constants CF_ACCEPT, CF_REJECT and CF_DEFER. */
export const conditionResults: readonly ConditionResult[] = ['CF_ACCEPT', 'CF_REJECT', 'CF_DEFER'];

/** A condition function: it runs in the thread that called WSPAccept (ACC-5). */
export type ConditionFunction = (t: Thread, caller: SocketAddress, callee: SocketAddress) => Coroutine<ConditionResult>;

/**
 * A request arrives at a NIC: queue it and announce it, or refuse it at once.
 * @param providers the NIC's provider in each process
 */
export function requestArrives(providers: readonly SanProvider[], request: ConnectRequest): void {
	const listener = findListener(providers, request.to);
	const provider = listener?.provider ?? providers[0];
	if (!provider) return;
	// A message that arrives twice is one request.
	if (
		request.connector.connecting === undefined ||
		listener?.requests.some(({ connector }) => connector === request.connector)
	)
		return;
	const t = provider.nic.thread;
	t.begin(request.seq, request.phase, request.source);
	const component = t.component;
	t.component = provider.component;
	t.enter(TRANSLATE_NATIVE, provider.proxy.component, 'translate native address', request.from.ip.text);
	t.leave(TRANSLATE_NATIVE, request.from.ip.text);
	if (!listener) refuse(provider, t, request, NOBODY_LISTENS, provider.nic.settings.nobodyListens, 'no listener');
	else if (listener.requests.length >= listener.backlog) {
		refuse(provider, t, request, BACKLOG_FULL, 'WSAECONNREFUSED', 'backlog full');
	} else {
		listener.requests.push(request);
		t.change(listener.object, 'queuedRequests', listener.requests.length);
		announceAccept(provider, t, listener);
	}
	t.component = component;
}

function findListener(providers: readonly SanProvider[], to: SocketAddress): SanSocket | undefined {
	let wildcard: SanSocket | undefined;
	for (const provider of providers) {
		for (const s of provider.sockets.values()) {
			if (s.state !== 'listening' || s.local?.port !== to.port) continue;
			if (s.local.ip.text === to.ip.text) return s;
			if (isWildcard(s.local.ip) && s.local.ip.family === to.ip.family) wildcard = s;
		}
	}
	return wildcard;
}

/**
 * WSPAccept: takes the first queued request and asks the switch's condition function, in the caller's thread (ACC-5).
 * @param condition answers for the switch; it runs as the switch's code
 */
export function* WSPAccept(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	switchComponent: number,
	condition: ConditionFunction,
): Coroutine<Outcome<SanSocket>> {
	provider.enter(t, WSP_ACCEPT, s.descriptor, 'ConditionFunc');
	const effect = provider.effect('WSPAccept');
	yield* pendingFor(t, effect, 'WSPAccept');
	const fault = forced(effect) ?? errorOf(effect);
	if (typeof fault === 'number') {
		t.leave(ACCEPTED, fault, undefined, null);
		return provider.phantomSocket(t, fault);
	}
	if (fault) return fail(t, fault);
	if (s.state === 'closed') return fail(t, 'WSAENOTSOCK');
	if (s.state !== 'listening') return fail(t, 'WSAEINVAL');
	// The call re-enables FD_ACCEPT even if it fails (EVT-6), but not when the request is deferred (ACC-17).
	s.acceptReported = false;
	const request = s.requests[0];
	if (!request) return fail(t, 'WSAEWOULDBLOCK', NOTHING_QUEUED);
	// ACC-18: the peer has given up; nobody needs to decide.
	const gone = goneBy(request, t.simulation.now);
	if (gone) return dropped(provider, t, s, request, gone);
	request.offered = true;
	const answer = effect?.skips.includes('ConditionFunc')
		? 'CF_ACCEPT'
		: yield* ask(provider, t, switchComponent, request, condition);
	if (answer === 'CF_DEFER') {
		s.acceptReported = true;
		return fail(t, 'WSATRY_AGAIN');
	}
	// The condition function has taken its time: the offer may be gone by now.
	const late = answer === 'CF_ACCEPT' ? goneBy(request, t.simulation.now) : undefined;
	if (late) return dropped(provider, t, s, request, late);
	s.requests.shift();
	t.change(s.object, 'queuedRequests', s.requests.length);
	const outcome =
		answer === 'CF_REJECT' ? reject(provider, t, request) : yield* accept(provider, t, s, request, effect);
	// EVT-7: FD_ACCEPT is level triggered; what still waits is announced again (OQ-31).
	announceNext(provider, t, s, effect?.skips.includes('SetEvent') ? 0 : effect?.signals);
	return outcome;
}

function* ask(
	provider: SanProvider,
	t: Thread,
	switchComponent: number,
	request: ConnectRequest,
	condition: ConditionFunction,
): Coroutine<ConditionResult> {
	t.enter(CONDITION_FUNC, switchComponent, request.from.text, request.to.text);
	const effect = provider.effect('ConditionFunc') ?? provider.upCalls?.effect('ConditionFunc');
	yield* pendingFor(t, effect, 'ConditionFunc');
	const fault = forced(effect);
	const answer =
		typeof fault === 'number'
			? (conditionResults[fault] ?? 'CF_REJECT')
			: fault
				? 'CF_REJECT'
				: yield* condition(t, request.from, request.to);
	t.leave(CONDITION_FUNC, answer);
	return answer;
}

/** The provider goes on after the call has returned: what still waits is announced. */
function announceNext(provider: SanProvider, t: Thread, s: SanSocket, times?: number): void {
	if (s.requests.length === 0) return;
	const { component } = t;
	t.component = provider.component;
	announceAccept(provider, t, s, times);
	t.component = component;
}

/** ACC-18: WSAECONNRESET for a peer that gave up before it was offered, WSAEACCES for an offer withdrawn or too old. */
function goneBy({ withdrawn, offered, expires }: ConnectRequest, now: number): WsaError | undefined {
	if (withdrawn) return offered ? 'WSAEACCES' : 'WSAECONNRESET';
	return now > expires ? 'WSAEACCES' : undefined;
}

function dropped(provider: SanProvider, t: Thread, s: SanSocket, request: ConnectRequest, why: WsaError): WsaError {
	const at = s.requests.indexOf(request);
	if (at >= 0) s.requests.splice(at, 1);
	t.change(s.object, 'queuedRequests', s.requests.length);
	const error = fail(t, why, GONE);
	announceNext(provider, t, s);
	return error;
}

function fail(t: Thread, error: WsaError, where = REFUSED): WsaError {
	t.leave(where, 0xffffffff, error);
	return error;
}

function reject(provider: SanProvider, t: Thread, request: ConnectRequest): WsaError {
	refuse(provider, t, request, NATIVE_REFUSAL, 'WSAECONNREFUSED', 'rejected');
	return fail(t, 'WSAECONNREFUSED');
}

function* accept(
	provider: SanProvider,
	t: Thread,
	listener: SanSocket,
	request: ConnectRequest,
	effect: CallEffect | undefined,
): Coroutine<Outcome<SanSocket>> {
	const skips = effect?.skips ?? [];
	const socket = provider.newSocket(t, skips);
	if (isError(socket)) return fail(t, socket);
	socket.local = request.to;
	socket.remote = request.from;
	socket.peer = request.connector;
	t.change(socket.object, 'local', request.to.text);
	t.change(socket.object, 'remote', request.from.text);
	provider.setState(t, socket, 'connected');
	if (!skips.includes('ResetEvent') && forced(provider.effect('ResetEvent')) === undefined) listener.event?.reset(t);
	provider.nic.transmit(t, nicOf(request), {
		site: NATIVE_ACCEPT,
		bytes: NATIVE_MESSAGE_BYTES,
		a: request.to.text,
		b: request.from.text,
		deliver: (seq) => acceptanceArrives(request.connector, socket, seq),
	});
	// The peer may know already and send before this call has returned (SESS-9).
	const { accept: manner } = provider.nic.settings;
	if (manner.kind === 'asynchronous' && manner.delayNs > 0) {
		t.sleep(t.simulation.now + manner.delayNs);
		yield;
	}
	t.leave(ACCEPTED, socket.descriptor, undefined, request.from.text);
	return socket;
}
