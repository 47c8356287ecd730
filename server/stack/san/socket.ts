/** Creating and binding SAN sockets, and network events: the calls that never leave the machine. */
import type { Thread } from '../../simulation';
import { type Site, site } from '../../trace';
import { isWildcard, type SocketAddress } from '../../winsock/address';
import type { EventObject } from '../eventObject';
import { forced } from '../faults';
import { isError, type Outcome } from '../outcome';
import { announceAccept, maskText } from './networkEvents';
import { refuseBeyond } from './refusing';
import { FD_ACCEPT, FD_CONNECT, leave, type SanProvider } from './sanProvider';
import type { SanSocket } from './sanSocket';

export const WSP_SOCKET = site('WSPSocket', ['af', 'type', 'protocol'], ['SOCK-3', 'SOCK-4', 'SOCK-6']);
const NOT_CREATED = site('WSPSocket', [], ['FALLBACK-2', 'FALLBACK-11']);
const NOT_BOUND = site('WSPBind', [], ['FALLBACK-2', 'FALLBACK-11']);
export const WSP_BIND = site('WSPBind', ['s', 'name'], ['BIND-3', 'BIND-4']);
export const WSP_EVENT_SELECT = site('WSPEventSelect', ['s', 'hEventObject', 'lNetworkEvents'], ['EVT-1', 'EVT-2']);
const WSP_ENUM_NETWORK_EVENTS = site('WSPEnumNetworkEvents', ['s', 'hEventObject'], ['CONN-16']);
const CONNECT_RESULT = site(
	'WSPEnumNetworkEvents',
	['lNetworkEvents', 'iErrorCode[FD_CONNECT_BIT]'],
	['CONN-11', 'CONN-16'],
);
const resultFields = ['lNetworkEvents', 'iErrorCode[FD_CONNECT_BIT]'] as const;
/** What the outcome of a failed connect means. */
const RESULTS: Readonly<Record<string, Site>> = {
	WSAECONNRESET: site('WSPEnumNetworkEvents', resultFields, ['CONN-11', 'CONN-16', 'FALLBACK-5']),
	WSAECONNREFUSED: site('WSPEnumNetworkEvents', resultFields, ['CONN-11', 'CONN-16', 'FALLBACK-6', 'LISTEN-8']),
	WSAEHOSTUNREACH: site('WSPEnumNetworkEvents', resultFields, ['CONN-11', 'CONN-16', 'FALLBACK-7']),
	WSAETIMEDOUT: site('WSPEnumNetworkEvents', resultFields, ['CONN-11', 'CONN-16', 'FALLBACK-9', 'FALLBACK-10']),
};
const ACCEPT_RESULT = site(
	'WSPEnumNetworkEvents',
	['lNetworkEvents', 'iErrorCode[FD_ACCEPT_BIT]'],
	['ACC-3', 'LISTEN-6'],
);
const WSP_LISTEN = site('WSPListen', ['s', 'backlog'], ['LISTEN-3']);

/** WSPSocket: the private record first, then the switch's descriptor (SOCK-3). Returns the provider's descriptor. */
export function WSPSocket(provider: SanProvider, t: Thread, family: string, where = WSP_SOCKET): Outcome<SanSocket> {
	provider.enter(t, where, family, 'SOCK_STREAM', 'IPPROTO_TCP');
	const effect = provider.effect('WSPSocket');
	const fault = forced(effect);
	const outcome =
		typeof fault === 'number' ? provider.phantomSocket(t, fault) : (fault ?? provider.newSocket(t, effect?.skips));
	if (isError(outcome)) t.leave(NOT_CREATED, 0xffffffff, outcome);
	else t.leave(where, outcome.descriptor);
	return outcome;
}

/** WSPBind: the proxy driver translates the address (BIND-5); the wildcard only where an application listens on all NICs (BIND-4). */
export function WSPBind(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	name: SocketAddress,
	where: Site = WSP_BIND,
): Outcome<number> {
	provider.enter(t, where, s.descriptor, name.text);
	const effect = provider.effect('WSPBind', name);
	const outcome = forced(effect) ?? bind(provider, t, s, name);
	return leave(t, isError(outcome) ? NOT_BOUND : where, outcome);
}

function bind(provider: SanProvider, t: Thread, s: SanSocket, name: SocketAddress): Outcome<0> {
	if (s.state !== 'created') return s.state === 'closed' ? 'WSAENOTSOCK' : 'WSAEINVAL';
	if (!isWildcard(name.ip)) {
		const native = provider.proxy.translateLocal(t, name.ip);
		if (isError(native)) return native;
	}
	s.local = name;
	t.change(s.object, 'local', name.text);
	provider.setState(t, s, 'bound');
	return 0;
}

/**
 * WSPEventSelect: subscribes to FD_CONNECT or FD_ACCEPT and makes the socket nonblocking (CONN-3, EVT-2). A new call
 * replaces the registration and clears the record (EVT-3); a mask of zero cancels it (EVT-4).
 */
export function WSPEventSelect(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	event: EventObject | undefined,
	mask: number,
	where: Site = WSP_EVENT_SELECT,
): Outcome<number> {
	provider.enter(t, where, s.descriptor, event?.number ?? null, maskText(mask));
	const effect = provider.effect('WSPEventSelect');
	const outcome = forced(effect) ?? select(provider, t, s, event, mask);
	return leave(t, where, outcome);
}

function select(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	event: EventObject | undefined,
	mask: number,
): Outcome<0> {
	if (s.state === 'closed') return 'WSAENOTSOCK';
	if ((mask & ~(FD_ACCEPT | FD_CONNECT)) !== 0) return 'WSAEINVAL';
	s.event = mask === 0 ? undefined : event;
	s.eventMask = mask;
	s.networkEvents = 0;
	s.acceptReported = false;
	t.change(s.object, 'event', s.event?.number ?? null);
	t.change(s.object, 'eventMask', maskText(mask));
	t.change(s.object, 'networkEvents', '');
	// EVT-8: a condition that already holds is recorded and signalled at once.
	if (s.requests.length > 0) announceAccept(provider, t, s);
	return 0;
}

/** WSPEnumNetworkEvents: hands the record over, clears it and resets the event, in one step (CONN-16). */
export function WSPEnumNetworkEvents(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	event: EventObject,
): Outcome<{ readonly events: number; readonly connectError: string | undefined }> {
	provider.enter(t, WSP_ENUM_NETWORK_EVENTS, s.descriptor, event.number);
	const effect = provider.effect('WSPEnumNetworkEvents');
	const fault = forced(effect);
	if (typeof fault === 'number') {
		t.leave(CONNECT_RESULT, fault, undefined, '', null);
		return { events: 0, connectError: undefined };
	}
	const error = fault ?? (s.state === 'closed' ? 'WSAENOTSOCK' : undefined);
	if (error) {
		// CONN-17: neither the record nor the event is touched.
		t.leave(WSP_ENUM_NETWORK_EVENTS, -1, error);
		return error;
	}
	const events = s.networkEvents;
	const output = effect?.outputs?.['iErrorCode[FD_CONNECT_BIT]'];
	const connectError = output === undefined ? s.connectError : output === 0 ? undefined : output;
	s.networkEvents = 0;
	t.change(s.object, 'networkEvents', '');
	event.clear(t);
	if (events & FD_ACCEPT) t.leave(ACCEPT_RESULT, 0, undefined, maskText(events), 0);
	else
		t.leave(
			(connectError && RESULTS[connectError]) || CONNECT_RESULT,
			0,
			undefined,
			maskText(events),
			events & FD_CONNECT ? (connectError ?? 0) : null,
		);
	return { events, connectError };
}

/** WSPListen (LISTEN-3, LISTEN-9). */
export function WSPListen(provider: SanProvider, t: Thread, s: SanSocket, backlog: number): Outcome<number> {
	provider.enter(t, WSP_LISTEN, s.descriptor, backlog);
	const effect = provider.effect('WSPListen');
	return leave(t, WSP_LISTEN, forced(effect) ?? listen(provider, t, s, backlog));
}

function listen(provider: SanProvider, t: Thread, s: SanSocket, backlog: number): Outcome<0> {
	if (s.state === 'closed') return 'WSAENOTSOCK';
	if (s.state === 'connected') return 'WSAEISCONN';
	if (s.state !== 'bound' && s.state !== 'listening') return 'WSAEINVAL';
	s.backlog = Math.max(1, backlog);
	t.change(s.object, 'backlog', s.backlog);
	// LISTEN-10: what waits beyond a smaller limit is dropped.
	const beyond = s.requests.splice(s.backlog);
	if (beyond.length > 0) t.change(s.object, 'queuedRequests', s.requests.length);
	for (const request of beyond) refuseBeyond(provider, request);
	provider.setState(t, s, 'listening');
	return 0;
}
