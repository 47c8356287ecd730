/**
 * Network events of applications (page "Synchronizing operations on a SAN"): the switch answers WSAEventSelect from its
 * own state; nothing of it reaches a SAN provider (EVT-1, SYNC-1).
 */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import type { IpAddress } from '../../winsock/address';
import type { EventObject } from '../eventObject';
import { forced } from '../faults';
import { isError, type Outcome, type WsaError } from '../outcome';
import type { TcpEvent } from '../tcpip';
import type { AppSocket } from './appSocket';
import type { Session } from './session';
import { closeError } from './sessionErrors';
import type { Switch } from './switch';

const WSP_EVENT_SELECT = site('WSPEventSelect', ['s', 'hEventObject', 'lNetworkEvents'], ['EVT-1', 'EVT-3', 'SYNC-1']);
const WSP_ENUM_NETWORK_EVENTS = site('WSPEnumNetworkEvents', ['s', 'hEventObject'], ['CONN-16']);
const EVENTS = site('WSPEnumNetworkEvents', ['lNetworkEvents', 'iErrorCode'], ['CONN-16']);
const SET_EVENT = site('SetEvent', ['hEvent', 'announces'], ['EVT-5']);

/** FD_ bits that an application can ask for. */
export const eventBits = {
	FD_READ: 0x01,
	FD_WRITE: 0x02,
	FD_OOB: 0x04,
	FD_ACCEPT: 0x08,
	FD_CONNECT: 0x10,
	FD_CLOSE: 0x20,
	FD_QOS: 0x40,
	FD_ROUTING_INTERFACE_CHANGE: 0x100,
	FD_ADDRESS_LIST_CHANGE: 0x200,
} as const;

/** These, and FD_GROUP_QOS, which is reserved. */
const FD_ALL_EVENTS = 0x3ff;

export type EventName = keyof typeof eventBits;

const eventNames = Object.keys(eventBits) as readonly EventName[];

export function eventsText(mask: number): string {
	return eventNames.filter((name) => mask & eventBits[name]).join(' | ');
}

/** Whether a mask has bits that stand for no network event. */
function isInvalid(mask: number): boolean {
	return (mask & ~FD_ALL_EVENTS) !== 0;
}

/** WSAEventSelect: replaces the earlier registration and clears the record (EVT-3); makes the socket nonblocking (EVT-2). */
export function WSPEventSelect(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	event: EventObject | undefined,
	mask: number,
): Outcome<number> {
	t.enter(WSP_EVENT_SELECT, sw.component, socket.descriptor, event?.number ?? null, eventsText(mask));
	const refusal =
		sw.forced('WSPEventSelect') ??
		(socket.state === 'closed' ? 'WSAENOTSOCK' : isInvalid(mask) || (mask !== 0 && !event) ? 'WSAEINVAL' : undefined);
	if (refusal !== undefined) {
		t.leave(WSP_EVENT_SELECT, isError(refusal) ? -1 : refusal, isError(refusal) ? refusal : undefined);
		return refusal;
	}
	for (const other of descriptorsOf(socket)) {
		if (other === socket) continue;
		forgetEvents(t, other);
		other.networkEvents = 0;
		t.change(other.object, 'networkEvents', '');
		makeNonblocking(t, other);
	}
	register(t, socket, event, mask);
	raiseWhatHolds(sw, t, socket);
	t.leave(WSP_EVENT_SELECT, 0);
	return 0;
}

/**
 * A socket and its duplicates in other processes. They have mode, options and registration in common (page "Shared
 * Sockets"): a WSAEventSelect through one of them cancels the earlier one, through whichever that was made.
 */
export function descriptorsOf(socket: AppSocket): readonly AppSocket[] {
	return socket.shared ? socket.shared.members.map((member) => member.socket) : [socket];
}

/** Through which descriptor the events of a socket are registered: its process hears of them, wherever they happen. */
function registrant(sw: Switch, socket: AppSocket): { readonly sw: Switch; readonly socket: AppSocket } {
	return socket.shared?.members.find((member) => member.socket.eventMask !== 0) ?? { sw, socket };
}

/** Whether somebody still has the socket, in this process or in another one. */
function isOpen({ state, shared }: AppSocket): boolean {
	return state !== 'closed' || (shared?.members.length ?? 0) > 0;
}

/** Sets the mode of one descriptor. */
function makeNonblocking(t: Thread, socket: AppSocket): void {
	socket.nonblocking = true;
	t.change(socket.object, 'nonblocking', true);
}

function register(t: Thread, socket: AppSocket, event: EventObject | undefined, mask: number): void {
	socket.event = mask === 0 ? undefined : event;
	socket.eventMask = mask;
	socket.networkEvents = 0;
	socket.reported = 0;
	socket.eventErrors = undefined;
	makeNonblocking(t, socket);
	t.change(socket.object, 'eventMask', eventsText(mask));
	t.change(socket.object, 'networkEvents', '');
}

/** An accepted socket has the registration of the listening one (page accept): what holds already is reported at once. */
export function inheritEvents(sw: Switch, t: Thread, listener: AppSocket, accepted: AppSocket): void {
	if (!listener.event) return;
	register(t, accepted, listener.event, listener.eventMask);
	raiseWhatHolds(sw, t, accepted);
}

/** Closing a socket cancels its registration. */
export function forgetEvents(t: Thread, socket: AppSocket): void {
	if (socket.eventMask === 0) return;
	socket.event = undefined;
	socket.eventMask = 0;
	t.change(socket.object, 'eventMask', '');
}

/** EVT-8: an event whose condition already holds is recorded and signalled at once. */
function raiseWhatHolds(sw: Switch, t: Thread, socket: AppSocket): void {
	if (acceptable(socket)) raise(sw, t, socket, 'FD_ACCEPT');
	if (readable(socket)) raise(sw, t, socket, 'FD_READ');
	if (urgentWaits(socket)) raise(sw, t, socket, 'FD_OOB');
	if (socket.state === 'connected') {
		if (ended(socket)) raise(sw, t, socket, 'FD_CLOSE', sessionOf(socket)?.error ?? socket.tcp.error);
		else raise(sw, t, socket, 'FD_WRITE');
	}
}

/** Something else than a call may have changed what waits: it is reported if it was not before (EVT-7). */
export function raiseWaiting(sw: Switch, t: Thread, socket: AppSocket): void {
	if (acceptable(socket)) raise(sw, t, socket, 'FD_ACCEPT');
	if (readable(socket)) raise(sw, t, socket, 'FD_READ');
	if (urgentWaits(socket)) raise(sw, t, socket, 'FD_OOB');
}

/** A connection waits for the application's accept, or a request that it would take at a SAN provider. */
export function acceptable(socket: AppSocket): boolean {
	return socket.tcp.queue.length > 0 || (socket.shared?.controlling.socket ?? socket).requestOffered;
}

/**
 * The session that knows what waits for a socket: that of the process that controls it (DUP-1). Any process may ask, for
 * nothing moves before it sends or receives (DUP-3).
 */
export function sessionOf({ session, shared }: AppSocket): Session | undefined {
	return shared ? shared.controlling.socket.session : session;
}

/** Whether the socket is on its way from one process to another. */
export function moves({ shared }: AppSocket): boolean {
	return shared?.swapping ?? false;
}

/** Bytes wait for the application, and a receive would get them: while the session is suspended it would not (DUP-7). */
export function readable(socket: AppSocket): boolean {
	const session = sessionOf(socket);
	if (session?.suspended || moves(socket)) return false;
	return (session ? session.incoming.length : socket.tcp.received.length) > 0;
}

/** Urgent bytes wait for the application (OOB-2). */
export function urgentWaits(socket: AppSocket): boolean {
	return (sessionOf(socket) ?? socket.tcp).urgent.length > 0;
}

/** Nothing more will arrive. */
export function ended(socket: AppSocket): boolean {
	const { tcp } = socket;
	const session = sessionOf(socket);
	if (moves(socket)) return false;
	return session
		? session.state === 'ended' || (session.endOfStream && !session.suspended)
		: tcp.endOfStream || tcp.error !== undefined;
}

/** Hands the record over, clears it and resets the event, in one step (CONN-16). */
export function WSPEnumNetworkEvents(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	event: EventObject | undefined,
): Outcome<{ readonly events: number; readonly errors: ReadonlyMap<number, WsaError> }> {
	t.enter(WSP_ENUM_NETWORK_EVENTS, sw.component, socket.descriptor, event?.number ?? null);
	const refusal = sw.refused('WSPEnumNetworkEvents') ?? (socket.state === 'closed' ? 'WSAENOTSOCK' : undefined);
	if (refusal) {
		t.leave(EVENTS, -1, refusal);
		return refusal;
	}
	const recorded = registrant(sw, socket).socket;
	const events = recorded.networkEvents;
	const errors = new Map(recorded.eventErrors);
	recorded.networkEvents = 0;
	recorded.eventErrors = undefined;
	t.change(recorded.object, 'networkEvents', '');
	event?.clear(t);
	const codes: Record<string, string | number> = {};
	for (const name of eventNames) {
		if (events & eventBits[name]) codes[`${name}_BIT`] = errors.get(eventBits[name]) ?? 0;
	}
	t.leave(EVENTS, 0, undefined, eventsText(events), codes);
	return { events, errors };
}

/** Records an event and signals the application's event object, unless it was reported and not re-enabled (EVT-6). */
export function raise(sw: Switch, t: Thread, socket: AppSocket, name: EventName, error?: WsaError): void {
	const at = socket.shared ? registrant(sw, socket) : undefined;
	signal(at?.sw ?? sw, t, at?.socket ?? socket, name, error);
}

function signal(sw: Switch, t: Thread, socket: AppSocket, name: EventName, error: WsaError | undefined): void {
	const bit = eventBits[name];
	if (!(socket.eventMask & bit) || socket.reported & bit || !socket.event || socket.state === 'closed') return;
	socket.reported |= bit;
	socket.networkEvents |= bit;
	const code = name === 'FD_CLOSE' ? closeError(error) : error;
	if (code) {
		socket.eventErrors ??= new Map();
		socket.eventErrors.set(bit, code);
	}
	t.change(socket.object, 'networkEvents', eventsText(socket.networkEvents));
	const component = t.component;
	t.component = sw.component;
	const effect = sw.effect('SetEvent');
	const times = forced(effect) === undefined ? (effect?.signals ?? 1) : 0;
	for (let n = 0; n < times; n++) socket.event.set(t, SET_EVENT, name);
	t.component = component;
}

/** A re-enabling function was called whose effect on what waits is not known yet: the event may be reported again. */
export function allowAgain(sw: Switch, socket: AppSocket, name: 'FD_READ' | 'FD_WRITE' | 'FD_ACCEPT' | 'FD_OOB'): void {
	registrant(sw, socket).socket.reported &= ~eventBits[name];
}

/**
 * A re-enabling function was called, whether it failed or not (EVT-6). Level-triggered events whose condition still
 * holds are reported again (EVT-7).
 */
export function reenable(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	name: 'FD_READ' | 'FD_WRITE' | 'FD_ACCEPT' | 'FD_OOB',
): void {
	allowAgain(sw, socket, name);
	if (name === 'FD_ACCEPT' && acceptable(socket)) raise(sw, t, socket, 'FD_ACCEPT');
	if (name === 'FD_READ' && readable(socket)) raise(sw, t, socket, 'FD_READ');
	if (name === 'FD_OOB' && urgentWaits(socket)) raise(sw, t, socket, 'FD_OOB');
}

/** Lets changes of the TCP/IP socket reach the application's events. */
export function watchTcp(sw: Switch, socket: AppSocket): void {
	socket.tcp.observer = (t: Thread, event: TcpEvent, error?: WsaError) => {
		if (!isOpen(socket) || (socket.session && event !== 'addresses')) return;
		// A connect is reported by whoever carries the application's connect out.
		if (event === 'accept') raise(sw, t, socket, 'FD_ACCEPT');
		else if (event === 'read') raise(sw, t, socket, 'FD_READ');
		else if (event === 'urgent') raise(sw, t, socket, 'FD_OOB');
		else if (event === 'write') raiseWritable(sw, t, socket);
		else if (event === 'close') raise(sw, t, socket, 'FD_CLOSE', error);
		else if (event === 'addresses') {
			raiseAddressChange(sw, t, socket);
			raiseRoutingChange(sw, t, socket);
		}
	};
}

/** Lets changes of the session reach the application's events. */
export function watchSession(sw: Switch, socket: AppSocket, session: Session): void {
	session.onChange = (t, what) => {
		if (!isOpen(socket) || socket.session !== session) return;
		if (what === 'read') raise(sw, t, socket, 'FD_READ');
		else if (what === 'write') raiseWritable(sw, t, socket);
		else if (what === 'urgent') raise(sw, t, socket, 'FD_OOB');
		else raise(sw, t, socket, 'FD_CLOSE', session.error);
	};
}

/** FD_WRITE comes again only after a send that answered WSAEWOULDBLOCK (table of network events). */
function raiseWritable(sw: Switch, t: Thread, socket: AppSocket): void {
	raise(sw, t, socket, 'FD_WRITE');
}

/** A nonblocking SIO_ADDRESS_LIST_CHANGE: the next change is told by an event. */
export function awaitAddressChange(socket: AppSocket): void {
	socket.awaitsAddressChange = true;
	socket.reported &= ~eventBits.FD_ADDRESS_LIST_CHANGE;
}

function raiseAddressChange(sw: Switch, t: Thread, socket: AppSocket): void {
	if (!socket.awaitsAddressChange) return;
	socket.awaitsAddressChange = false;
	raise(sw, t, socket, 'FD_ADDRESS_LIST_CHANGE');
}

/** A nonblocking SIO_ROUTING_INTERFACE_CHANGE: an event tells when another interface leads to the destination. */
export function awaitRoutingChange(socket: AppSocket, destination: IpAddress): void {
	socket.awaitedRoute = { destination, nic: socket.tcp.provider.interfaceFor(destination) };
	socket.reported &= ~eventBits.FD_ROUTING_INTERFACE_CHANGE;
}

function raiseRoutingChange(sw: Switch, t: Thread, socket: AppSocket): void {
	const { awaitedRoute, tcp } = socket;
	if (!awaitedRoute) return;
	const nic = tcp.provider.interfaceFor(awaitedRoute.destination);
	if (nic === awaitedRoute.nic) return;
	socket.awaitedRoute = undefined;
	raise(sw, t, socket, 'FD_ROUTING_INTERFACE_CHANGE', nic ? undefined : 'WSAENETUNREACH');
}

/** SIO_GET_QOS: FD_QOS can be reported again. It is edge triggered: only the next change is. */
export function reenableQos(socket: AppSocket): void {
	socket.reported &= ~eventBits.FD_QOS;
}

/** The quality of service of the socket was set; another value is a change. */
export function qosChanged(sw: Switch, t: Thread, socket: AppSocket, value: number): void {
	if (socket.qualityOfService === value) return;
	socket.qualityOfService = value;
	raise(sw, t, socket, 'FD_QOS');
}
