/**
 * Socket options and control codes of applications (page "Handling socket options and control codes for a SAN"): most are
 * answered by the switch together with TCP/IP; a SAN provider sees few of them, and those for quality of service only if
 * it announces XP1_QOS_SUPPORTED (OPT-2 to OPT-4, OPT-9).
 */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import { type IpAddress, parseIp } from '../../winsock/address';
import { wsaErrors } from '../../winsock/errors';
import { interrupted } from '../interruption';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import { inherit } from './accept';
import type { AppSocket, Companion } from './appSocket';
import {
	awaitAddressChange,
	awaitRoutingChange,
	descriptorsOf,
	qosChanged,
	reenableQos,
	sessionOf,
	urgentWaits,
} from './events';
import { carryOutLater, type OverlappedRequest } from './request';
import type { Switch } from './switch';

const WSP_SET_SOCK_OPT = site('WSPSetSockOpt', ['s', 'level', 'optname', 'optval'], ['OPT-1', 'OPT-2']);
const WSP_GET_SOCK_OPT = site('WSPGetSockOpt', ['s', 'level', 'optname'], ['OPT-2']);
const OPTION_VALUE = site('WSPGetSockOpt', ['optval'], ['OPT-2']);
const WSP_GET_QOS_BY_NAME = site('WSPGetQOSByName', ['s', 'lpQOSName'], ['OPT-10']);
const QOS_BY_NAME = site('WSPGetQOSByName', ['lpQOS'], ['OPT-10']);
const WSP_IOCTL = site('WSPIoctl', ['s', 'dwIoControlCode', 'value'], ['OPT-2']);

/** SO_SNDBUF and SO_RCVBUF where the application has not set them, bytes. */
export const DEFAULT_BUFFER = 8192;

/** What an application can ask for with SIO_GET_EXTENSION_FUNCTION_POINTER: extensions of the switch itself (EXT-1). */
const switchExtensions: ReadonlySet<string> = new Set([
	'AcceptEx',
	'ConnectEx',
	'GetAcceptExSockaddrs',
	'TransmitFile',
]);

const qosOptions: ReadonlySet<string> = new Set(['SO_GROUP_ID', 'SO_GROUP_PRIORITY']);
const transportSizes: ReadonlySet<string> = new Set(['SO_MAX_MSG_SIZE', 'SO_MAX_RDMA_SIZE', 'SO_RDMA_THRESHOLD_SIZE']);

/** Options that only the switch or the provider can tell. */
const readOnly: ReadonlySet<string> = new Set([
	'SO_TYPE',
	'SO_ACCEPTCONN',
	'SO_ERROR',
	'SO_GROUP_ID',
	...transportSizes,
]);

/** Options are kept; those that a SAN provider knows are replayed on the companion, or set there at once (OPT-1, OPT-4). */
export function WSPSetSockOpt(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	level: string,
	name: string,
	value: number,
): Outcome<number> {
	t.enter(WSP_SET_SOCK_OPT, sw.component, socket.descriptor, level, name, value);
	const outcome = sw.forced('WSPSetSockOpt') ?? setOption(sw, t, socket, level, name, value);
	t.leave(WSP_SET_SOCK_OPT, isError(outcome) ? -1 : outcome, isError(outcome) ? outcome : undefined);
	return outcome;
}

function setOption(sw: Switch, t: Thread, socket: AppSocket, level: string, name: string, value: number): Outcome<0> {
	const unknown = socket.state === 'closed' ? 'WSAENOTSOCK' : unknownOption(level, name);
	if (unknown) return unknown;
	if (readOnly.has(name)) return 'WSAENOPROTOOPT';
	if (name === 'SO_UPDATE_ACCEPT_CONTEXT') return updateAcceptContext(sw, t, socket, value);
	if (name === 'SO_CONDITIONAL_ACCEPT') socket.conditionalAccept = value !== 0;
	if (name === 'SO_REUSEADDR') socket.tcp.reuseAddress = value !== 0;
	if (name === 'IPV6_V6ONLY') {
		if (socket.state !== 'created') return 'WSAEINVAL';
		socket.tcp.v6Only = value !== 0;
	}
	const { companion } = socket;
	if (qosOptions.has(name) && !(companion && hasQos(companion))) {
		// Before a connection nobody knows which provider it will be: kept for both (OPT-1, OPT-9).
		const outcome = tcpip.WSPSetSockOpt(sw.tcpip, t, socket.tcp, level, name, value);
		if (isError(outcome)) return outcome;
	} else if (companion && (name === 'SO_DEBUG' || qosOptions.has(name))) {
		const outcome = san.WSPSetSockOpt(companion.provider, t, companion.socket, level, name, value);
		if (isError(outcome)) return outcome;
	}
	for (const each of descriptorsOf(socket)) keepOption(each, level, name, value);
	return 0;
}

/**
 * SO_UPDATE_ACCEPT_CONTEXT: a socket of AcceptEx takes over the properties of the listening one, as that of an accept does at
 * once. @param listener descriptor of the listening socket
 */
function updateAcceptContext(sw: Switch, t: Thread, socket: AppSocket, listener: number): Outcome<0> {
	const from = sw.sockets.get(listener);
	if (!from) return 'WSAENOTSOCK';
	if (from.state !== 'listening') return 'WSAEINVAL';
	if (socket.state !== 'connected') return 'WSAENOTCONN';
	if (!socket.awaitsContext) return 'WSAEINVAL';
	socket.awaitsContext = false;
	inherit(sw, t, from, socket);
	return 0;
}

/** Pages setsockopt and getsockopt: a level or an option that Winsock does not know stands as a number. */
function unknownOption(level: string, name: string): WsaError | undefined {
	if (/^-?\d/.test(level)) return 'WSAEINVAL';
	return /^-?\d/.test(name) ? 'WSAENOPROTOOPT' : undefined;
}

function keepOption(socket: AppSocket, level: string, name: string, value: number): void {
	const at = socket.options.findIndex((option) => option.name === name);
	const option = { level, name, value };
	if (at < 0) socket.options.push(option);
	else socket.options[at] = option;
}

function hasQos({ provider }: Companion): boolean {
	return provider.nic.settings.qos;
}

/** Answered by the switch, except what only the SAN provider of a connection knows (OPT-2, OPT-3). */
export function WSPGetSockOpt(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	level: string,
	name: string,
): Outcome<number | WsaErrorValue> {
	t.enter(WSP_GET_SOCK_OPT, sw.component, socket.descriptor, level, name);
	const value = sw.forced('WSPGetSockOpt') ?? optionValue(sw, t, socket, level, name);
	if (isError(value)) t.leave(OPTION_VALUE, -1, value, 0);
	else t.leave(OPTION_VALUE, 0, undefined, typeof value === 'number' ? value : value.code);
	return value;
}

/** The value of SO_ERROR: an error that is a value, not the outcome of the call. */
export interface WsaErrorValue {
	readonly name: WsaError;
	readonly code: number;
}

function optionValue(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	level: string,
	name: string,
): Outcome<number | WsaErrorValue> {
	const unknown = socket.state === 'closed' ? 'WSAENOTSOCK' : unknownOption(level, name);
	if (unknown) return unknown;
	const { companion } = socket;
	if (transportSizes.has(name)) {
		return companion ? san.WSPGetSockOpt(companion.provider, t, companion.socket, name) : 'WSAENOPROTOOPT';
	}
	if (qosOptions.has(name)) {
		return companion && hasQos(companion)
			? san.WSPGetSockOpt(companion.provider, t, companion.socket, name)
			: tcpip.WSPGetSockOpt(sw.tcpip, t, socket.tcp, level, name);
	}
	const stored = socket.options.find((option) => option.name === name);
	if (stored) return stored.value;
	switch (name) {
		case 'SO_TYPE':
			return socket.stream ? 1 : 2;
		case 'SO_ACCEPTCONN':
			return socket.state === 'listening' ? 1 : 0;
		case 'SO_ERROR':
			return takeError(socket);
		case 'SO_SNDBUF':
		case 'SO_RCVBUF':
			return DEFAULT_BUFFER;
		case 'IPV6_V6ONLY':
			return socket.tcp.v6Only ? 1 : 0;
		default:
			return 0;
	}
}

/** The error of a nonblocking connect, told once. */
function takeError(socket: AppSocket): number | WsaErrorValue {
	const { connectError } = socket;
	if (!connectError) return 0;
	socket.connectError = undefined;
	return { name: connectError, code: wsaErrors[connectError].code };
}

/**
 * Control codes: the blocking mode is the switch's business alone (BLOCK-1), lists of addresses are TCP/IP's (ADDR-7), and
 * quality of service goes to whoever has it (OPT-9). Only SIO_ADDRESS_LIST_CHANGE can wait.
 * @param request the application's overlapped request, if any
 */
export function* WSPIoctl(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	code: string,
	value: number | string,
	request?: OverlappedRequest,
): Coroutine<Outcome<number | readonly IpAddress[]>> {
	t.enter(WSP_IOCTL, sw.component, socket.descriptor, code, value);
	const forced = sw.forced('WSPIoctl') ?? (socket.state === 'closed' ? 'WSAENOTSOCK' : undefined);
	const outcome = forced ?? (yield* control(sw, t, socket, code, value, request));
	if (isError(outcome)) t.leave(WSP_IOCTL, -1, outcome);
	else t.leave(WSP_IOCTL, typeof forced === 'number' ? forced : 0);
	return outcome;
}

function* control(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	code: string,
	value: number | string,
	request: OverlappedRequest | undefined,
): Coroutine<Outcome<number | readonly IpAddress[]>> {
	switch (code) {
		case 'FIONBIO':
			return setMode(t, socket, value !== 0);
		case 'FIONREAD':
			return (sessionOf(socket)?.incoming ?? socket.tcp.received).length;
		case 'SIOCATMARK':
			return urgentWaits(socket) ? 0 : 1;
		case 'SIO_GET_EXTENSION_FUNCTION_POINTER':
			return switchExtensions.has(`${value}`) ? 0 : 'WSAEINVAL';
		case 'SIO_ADDRESS_LIST_QUERY':
			return tcpip.WSPIoctlAddressList(sw.tcpip, t, socket.tcp);
		case 'SIO_ADDRESS_LIST_CHANGE':
			return yield* addressListChange(sw, t, socket, request);
		case 'SIO_ROUTING_INTERFACE_CHANGE':
			return yield* routingInterfaceChange(sw, t, socket, value, request);
		case 'SIO_GET_QOS':
		case 'SIO_GET_GROUP_QOS':
		case 'SIO_SET_QOS':
		case 'SIO_SET_GROUP_QOS':
			return qos(sw, t, socket, code, typeof value === 'number' ? value : 0);
		default:
			// OQ-51.
			return 'WSAEINVAL';
	}
}

/** A socket with registered events stays nonblocking (page WSAEventSelect). */
function setMode(t: Thread, socket: AppSocket, nonblocking: boolean): Outcome<0> {
	const descriptors = descriptorsOf(socket);
	if (!nonblocking && descriptors.some(({ eventMask }) => eventMask !== 0)) return 'WSAEINVAL';
	for (const each of descriptors) {
		each.nonblocking = nonblocking;
		t.change(each.object, 'nonblocking', nonblocking);
	}
	return 0;
}

/** OPT-9; what is set for the socket is a change that FD_QOS tells, SIO_GET_QOS re-enables that (EVT-6). */
function qos(sw: Switch, t: Thread, socket: AppSocket, code: string, value: number): Outcome<number> {
	const { companion } = socket;
	const outcome =
		companion && hasQos(companion)
			? san.WSPIoctlQos(companion.provider, t, companion.socket, code, value)
			: tcpip.WSPIoctlQos(sw.tcpip, t, socket.tcp, code, value);
	if (code === 'SIO_GET_QOS') reenableQos(socket);
	if (code === 'SIO_SET_QOS' && !isError(outcome)) qosChanged(sw, t, socket, outcome);
	return outcome;
}

/** OPT-10: the provider of the connection is asked, whether it has quality of service or not; without one TCP/IP. */
export function WSPGetQOSByName(sw: Switch, t: Thread, socket: AppSocket, name: string): Outcome<number> {
	t.enter(WSP_GET_QOS_BY_NAME, sw.component, socket.descriptor, name);
	const { companion } = socket;
	const outcome =
		sw.refused('WSPGetQOSByName') ??
		(socket.state === 'closed'
			? 'WSAENOTSOCK'
			: companion
				? san.WSPGetQOSByName(companion.provider, t, companion.socket, name)
				: tcpip.WSPGetQOSByName(sw.tcpip, t, socket.tcp, name));
	if (isError(outcome)) t.leave(QOS_BY_NAME, false, outcome, null);
	else t.leave(QOS_BY_NAME, true, undefined, outcome);
	return outcome;
}

/** Completes when the list of addresses changes; on a nonblocking socket FD_ADDRESS_LIST_CHANGE tells. */
function* addressListChange(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	request: OverlappedRequest | undefined,
): Coroutine<Outcome<number>> {
	if (request) {
		return carryOutLater(sw, t, socket, request, 'SIO_ADDRESS_LIST_CHANGE', (thread) => change(sw, thread, socket));
	}
	if (socket.nonblocking) {
		awaitAddressChange(socket);
		return 'WSAEWOULDBLOCK';
	}
	socket.beginCall(t);
	const outcome = yield* change(sw, t, socket);
	socket.endCall(t);
	return outcome;
}

function* change(sw: Switch, t: Thread, socket: AppSocket): Coroutine<Outcome<number>> {
	return yield* tcpip.WSPIoctlAddressListChange(sw.tcpip, t, socket.tcp, () => interrupted(t));
}

/** Completes when another local interface leads to the destination; on a nonblocking socket an event tells. */
function* routingInterfaceChange(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	value: number | string,
	request: OverlappedRequest | undefined,
): Coroutine<Outcome<number>> {
	const destination = typeof value === 'string' ? parseIp(value) : undefined;
	if (!destination) return 'WSAEFAULT';
	const wait = (thread: Thread) =>
		tcpip.WSPIoctlRoutingInterfaceChange(sw.tcpip, thread, socket.tcp, destination, () => interrupted(thread));
	if (request) return carryOutLater(sw, t, socket, request, 'SIO_ROUTING_INTERFACE_CHANGE', wait);
	if (socket.nonblocking) {
		awaitRoutingChange(socket, destination);
		return 'WSAEWOULDBLOCK';
	}
	socket.beginCall(t);
	const outcome = yield* wait(t);
	socket.endCall(t);
	return outcome;
}
