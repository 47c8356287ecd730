/**
 * The Winsock functions of the scenario language: what the Windows Sockets DLL makes of an application's call, that is
 * which SPI function of the switch it becomes and how the result comes back.
 */
import { after, type Coroutine, type Eventual, settled } from '../../simulation';
import {
	AppSocket,
	type ConditionFunction,
	EventObject,
	isError,
	type Outcome,
	OverlappedRequest,
	ProtocolInfo,
	winsockSwitch,
} from '../../stack';
import { site } from '../../trace';
import { type IpAddress, parseIp, type SocketAddress, socketAddress } from '../../winsock/address';
import { type ConstantGroup, constantName } from '../../winsock/constants';
import type { Actor } from './frame';
import { AddressValue, addressValue, asBytes, FunctionValue, RecordValue, type RuntimeValue } from './value';

/** Carries a call out, at once or as a coroutine that may wait; the arguments were checked for number and kind. */
export type WinsockFunction = (actor: Actor, args: readonly RuntimeValue[]) => Eventual<Outcome<Result>>;

/** A value, wrapped so that a text cannot be taken for an error name. */
export class Result {
	constructor(readonly value: RuntimeValue) {}
}

const done = new Result(0);
const SET_EVENT = site('SetEvent', ['hEvent']);
const LAST_ERROR = site('WSAGetLastError', ['error']);

/** What a condition function written as a constant answers. */
const conditionResults: Readonly<Record<number, 'CF_ACCEPT' | 'CF_REJECT' | 'CF_DEFER'>> = {
	0: 'CF_ACCEPT',
	1: 'CF_REJECT',
	2: 'CF_DEFER',
};

function address(value: RuntimeValue | undefined): Outcome<SocketAddress> {
	if (!(value instanceof AddressValue)) return 'WSAEFAULT';
	return socketAddress(value.ip, value.port);
}

function number(value: RuntimeValue | undefined, otherwise = 0): number {
	if (typeof value === 'boolean') return value ? 1 : 0;
	return typeof value === 'number' ? value : otherwise;
}

/** Turns an outcome with a value into a result. */
function resultOf(outcome: Outcome<RuntimeValue>): Outcome<Result> {
	return isError(outcome) ? outcome : new Result(outcome);
}

/** Turns an outcome without a value of its own into a result. */
function plainResult(outcome: Outcome<unknown>): Outcome<Result> {
	return isError(outcome) ? outcome : done;
}

function socket(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	if (constantName('addressFamily', number(args[0])) === undefined) return 'WSAEAFNOSUPPORT';
	const family = number(args[0], 2) === 23 ? 'AF_INET6' : 'AF_INET';
	const type = constantName('socketType', number(args[1], 1));
	if (type === undefined) return 'WSAESOCKTNOSUPPORT';
	const protocol = constantName('protocol', number(args[2], 6));
	if (protocol === undefined) return 'WSAEPROTONOSUPPORT';
	const anyFamily = number(args[0]) === 0;
	const made = winsockSwitch.WSPSocket(actor.process.switch, actor.thread, family, type, protocol, anyFamily);
	return isError(made) ? made : new Result(made);
}

function* connect(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const name = address(args[1]);
	if (isError(name)) return name;
	return plainResult(yield* winsockSwitch.WSPConnect(actor.process.switch, actor.thread, s, name));
}

/** The condition function of an accept, run in whichever thread asks it, as code of the application. */
function conditionOf(actor: Actor, handler: RuntimeValue | undefined): ConditionFunction | undefined {
	if (typeof handler === 'number') {
		// biome-ignore lint/correctness/useYield: a condition function may wait, a constant never does
		return function* () {
			return conditionResults[handler] ?? 'CF_REJECT';
		};
	}
	if (!(handler instanceof FunctionValue)) return undefined;
	return function* (thread, caller, callee) {
		const answer = yield* handler.call({ ...actor, thread }, [addressValue(caller), addressValue(callee)]);
		return (typeof answer === 'number' && conditionResults[answer]) || 'CF_REJECT';
	};
}

function* accept(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const condition = conditionOf(actor, args[1]);
	const accepted = yield* winsockSwitch.WSPAccept(actor.process.switch, actor.thread, s, condition);
	return isError(accepted) ? accepted : new Result(accepted);
}

function send(actor: Actor, args: readonly RuntimeValue[]): Eventual<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const data = asBytes(args[1] ?? null);
	if (!data) return 'WSAEFAULT';
	return after(winsockSwitch.WSPSend(actor.process.switch, actor.thread, s, data, number(args[2])), resultOf);
}

const MSG_OOB = 0x1;
const MSG_PEEK = 0x2;
const MSG_WAITALL = 0x8;

function recv(actor: Actor, args: readonly RuntimeValue[]): Eventual<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const length = number(args[1]);
	const flags = number(args[2]);
	if (flags & MSG_WAITALL) return cannotWaitForAll(s, flags) ?? receiveAll(actor, s, length, flags);
	return after(winsockSwitch.WSPRecv(actor.process.switch, actor.thread, s, length, flags), resultOf);
}

/** Page recv: MSG_WAITALL goes neither with a nonblocking socket nor with MSG_PEEK or MSG_OOB. */
function cannotWaitForAll({ nonblocking }: AppSocket, flags: number): 'WSAEOPNOTSUPP' | undefined {
	return nonblocking || flags & (MSG_PEEK | MSG_OOB) ? 'WSAEOPNOTSUPP' : undefined;
}

/** MSG_WAITALL: goes on until everything that was asked for is there, or the peer sends no more. */
function* receiveAll(actor: Actor, s: AppSocket, length: number, flags: number): Coroutine<Outcome<Result>> {
	const { switch: sw } = actor.process;
	const first = yield* settled(winsockSwitch.WSPRecv(sw, actor.thread, s, length, flags));
	if (isError(first)) return first;
	const parts = [first];
	let at = first.length;
	for (let part = first; at < length && part.length > 0; at += part.length) {
		const next = yield* settled(winsockSwitch.WSPRecv(sw, actor.thread, s, length - at));
		if (isError(next)) return next;
		part = next;
		parts.push(part);
	}
	return new Result(joined(parts, at));
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
	const all = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

function eventSelect(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const event = eventOf(args[1]);
	return plainResult(winsockSwitch.WSPEventSelect(actor.process.switch, actor.thread, s, event, number(args[2])));
}

function enumNetworkEvents(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const event = args[1] instanceof EventObject ? args[1] : undefined;
	const record = winsockSwitch.WSPEnumNetworkEvents(actor.process.switch, actor.thread, s, event);
	if (isError(record)) return record;
	const { events, errors } = record;
	// WSANETWORKEVENTS: ten codes, at the position of each event's bit.
	const codes = Array.from({ length: 10 }, (_, position): RuntimeValue => errors.get(1 << position) ?? 0);
	return new Result(new RecordValue({ lNetworkEvents: events, iErrorCode: codes }));
}

/** Handles that WSACloseEvent has closed. */
const closedEvents = new WeakSet<EventObject>();

/** The event object that an argument is a handle of. */
function eventOf(value: RuntimeValue | undefined): EventObject | undefined {
	return value instanceof EventObject && !closedEvents.has(value) ? value : undefined;
}

function createEvent(actor: Actor): Outcome<Result> {
	const { thread } = actor;
	return new Result(new EventObject(thread, thread.component, ++actor.events, 'application'));
}

function setEvent(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const event = eventOf(args[0]);
	if (!event) return 'WSA_INVALID_HANDLE';
	event.set(actor.thread, SET_EVENT);
	return done;
}

function resetEvent(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const event = eventOf(args[0]);
	if (!event) return 'WSA_INVALID_HANDLE';
	event.reset(actor.thread);
	return done;
}

const WSA_WAIT_TIMEOUT = 258;
const INFINITE = 0xffffffff;
/** WSA_MAXIMUM_WAIT_EVENTS. */
const MAXIMUM_WAIT_EVENTS = 64;

/** Index of the first signalled event (all must be with waitAll), or WSA_WAIT_TIMEOUT. The time-out is a duration. */
function* waitForEvents(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const handles: readonly RuntimeValue[] = Array.isArray(args[0]) ? args[0] : [args[0] ?? null];
	const events = handles.map(eventOf).filter((event) => event !== undefined);
	if (events.length === 0 || events.length < handles.length) return 'WSA_INVALID_HANDLE';
	if (events.length > MAXIMUM_WAIT_EVENTS) return 'WSA_INVALID_PARAMETER';
	const all = args[1] === true;
	const timeout = args[2] === undefined || args[2] === INFINITE ? Number.POSITIVE_INFINITY : number(args[2]);
	const { world } = actor;
	const until = world.simulation.now + timeout;
	for (;;) {
		const index = events.findIndex((event) => event.signalled);
		if (all ? events.every((event) => event.signalled) : index >= 0) return new Result(all ? 0 : index);
		if (world.simulation.now >= until) return new Result(WSA_WAIT_TIMEOUT);
		actor.thread.waitAny(
			[...new Set(events)].map((event) => event.waiters),
			until,
		);
		yield;
	}
}

const optionGroups: Readonly<Record<string, ConstantGroup>> = { IPPROTO_TCP: 'tcpOption', IPPROTO_IPV6: 'ipv6Option' };

/** Level and option by name, behind the socket. */
function optionOf(args: readonly RuntimeValue[]): { readonly level: string; readonly name: string } {
	const level = constantName('optionLevel', number(args[1])) ?? `${number(args[1])}`;
	const name = constantName(optionGroups[level] ?? 'socketOption', number(args[2])) ?? `${number(args[2])}`;
	return { level, name };
}

function setOption(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const { level, name } = optionOf(args);
	// SO_UPDATE_ACCEPT_CONTEXT: a SOCKET is a number.
	const value = args[3] instanceof AppSocket ? args[3].descriptor : number(args[3]);
	return plainResult(winsockSwitch.WSPSetSockOpt(actor.process.switch, actor.thread, s, level, name, value));
}

function* ioctl(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s, command, value] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const code =
		constantName('ioctlCommand', number(command)) ??
		constantName('controlCode', number(command)) ??
		`${number(command)}`;
	const input = value instanceof AddressValue ? value.ip.text : typeof value === 'string' ? value : number(value);
	const { switch: sw } = actor.process;
	const result = yield* winsockSwitch.WSPIoctl(sw, actor.thread, s, code, input, requestOf(args[3]));
	if (isError(result)) return result;
	if (typeof result === 'number') return new Result(result);
	return new Result(result.map((ip) => new AddressValue(ip, 0, ip.text)));
}

function acceptedAddresses(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const names = winsockSwitch.GetAcceptExSockaddrs(actor.process.switch, actor.thread, s);
	if (isError(names)) return names;
	return new Result(new RecordValue({ local: addressValue(names.local), remote: addressValue(names.remote) }));
}

function requestOf(value: RuntimeValue | undefined): OverlappedRequest | undefined {
	return value instanceof OverlappedRequest ? value : undefined;
}

function wsaSend(actor: Actor, args: readonly RuntimeValue[]): Eventual<Outcome<Result>> {
	const request = requestOf(args[3]);
	if (!request) return send(actor, args);
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const data = asBytes(args[1] ?? null);
	if (!data) return 'WSAEFAULT';
	const { switch: sw } = actor.process;
	return plainResult(winsockSwitch.WSPSendOverlapped(sw, actor.thread, s, data, number(args[2]), request));
}

function wsaRecv(actor: Actor, args: readonly RuntimeValue[]): Eventual<Outcome<Result>> {
	const request = requestOf(args[3]);
	if (!request) return recv(actor, args);
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const { switch: sw } = actor.process;
	return plainResult(winsockSwitch.WSPRecvOverlapped(sw, actor.thread, s, number(args[1]), number(args[2]), request));
}

function* getOverlappedResult(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s] = args;
	const request = requestOf(args[1]);
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	if (!request) return 'WSAEFAULT';
	const { switch: sw } = actor.process;
	const wait = args[2] === true;
	const result = yield* winsockSwitch.WSPGetOverlappedResult(sw, actor.thread, s, request, wait);
	return isError(result) ? result : new Result(result);
}

/** ConnectEx: connects, then sends the first data if there is any (EXT-1); with an overlapped request in the background. */
function* connectEx(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const name = address(args[1]);
	if (isError(name)) return name;
	if (!s.local) return 'WSAEINVAL';
	const { switch: sw } = actor.process;
	const data = asBytes(args[2] ?? null);
	const request = requestOf(args[3]);
	if (request) return plainResult(winsockSwitch.ConnectEx(sw, actor.thread, s, name, data, request));
	const connected = yield* winsockSwitch.WSPConnect(sw, actor.thread, s, name);
	if (isError(connected)) return connected;
	if (!data || data.length === 0) return done;
	const sent = yield* settled(winsockSwitch.WSPSend(sw, actor.thread, s, data));
	return isError(sent) ? sent : new Result(sent);
}

function socketsOf(value: RuntimeValue | undefined): readonly AppSocket[] {
	const items = Array.isArray(value) ? (value as readonly RuntimeValue[]) : [];
	return items.filter((item): item is AppSocket => item instanceof AppSocket);
}

function* select(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const wanted = { read: socketsOf(args[0]), write: socketsOf(args[1]), except: socketsOf(args[2]) };
	if (wanted.read.length + wanted.write.length + wanted.except.length === 0) return 'WSAEINVAL';
	const timeout = typeof args[3] === 'number' ? args[3] : Number.POSITIVE_INFINITY;
	const { thread, process, now } = actor;
	const ready = yield* winsockSwitch.WSPSelect(process.switch, thread, wanted, now() + timeout);
	if (isError(ready)) return ready;
	const { read, write, except } = ready;
	const count = read.length + write.length + except.length;
	return new Result(new RecordValue({ count, readfds: read, writefds: write, exceptfds: except }));
}

/** Sends the last data, if any, and ends the sending direction (SHUT-1). */
function* sendDisconnect(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const data = asBytes(args[1] ?? null);
	const { switch: sw } = actor.process;
	if (data && data.length > 0) {
		const sent = yield* settled(winsockSwitch.WSPSend(sw, actor.thread, s, data));
		if (isError(sent)) return sent;
	}
	return plainResult(yield* winsockSwitch.WSPShutdown(sw, actor.thread, s, 'SD_SEND'));
}

/** Waits for the end of the peer's data, and gives what had not been read. */
function* receiveDisconnect(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const { switch: sw } = actor.process;
	const parts: Uint8Array[] = [];
	for (;;) {
		const received = yield* settled(winsockSwitch.WSPRecv(sw, actor.thread, s, 65_536));
		if (isError(received)) return received;
		if (received.length === 0) break;
		parts.push(received);
	}
	return new Result(
		joined(
			parts,
			parts.reduce((sum, part) => sum + part.length, 0),
		),
	);
}

function getOption(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const { level, name } = optionOf(args);
	const value = winsockSwitch.WSPGetSockOpt(actor.process.switch, actor.thread, s, level, name);
	if (isError(value)) return value;
	// SO_ERROR: codes are written by their names.
	return new Result(typeof value === 'number' ? value : value.name);
}

function* closeSocket(actor: Actor, s: AppSocket): Coroutine<Outcome<Result>> {
	return plainResult(yield* winsockSwitch.WSPCloseSocket(actor.process.switch, actor.thread, s));
}

function* acceptEx(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [listener, into] = args;
	if (!(listener instanceof AppSocket && into instanceof AppSocket)) return 'WSAENOTSOCK';
	const { switch: sw } = actor.process;
	const request = requestOf(args[3]);
	const first = yield* winsockSwitch.AcceptEx(sw, actor.thread, listener, into, number(args[2]), request);
	return isError(first) ? first : new Result(first);
}

function* shutDown(actor: Actor, s: AppSocket, how: (typeof shutdownHow)[number]): Coroutine<Outcome<Result>> {
	return plainResult(yield* winsockSwitch.WSPShutdown(actor.process.switch, actor.thread, s, how));
}

/** A process is named by itself or by one of its threads (`bob.child`). */
function duplicateSocket(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s, process] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const name = String(process ?? '');
	const target = actor.processOf(name) ?? name;
	if (!actor.process.host.processes.has(target)) return 'WSAEINVAL';
	const info = winsockSwitch.WSPDuplicateSocket(actor.process.switch, actor.thread, s, target);
	return isError(info) ? info : new Result(info);
}

function sharedSocket(actor: Actor, info: ProtocolInfo): Outcome<Result> {
	const made = winsockSwitch.WSPSocketShared(actor.process.switch, actor.thread, info);
	return isError(made) ? made : new Result(made);
}

const shutdownHow = ['SD_RECEIVE', 'SD_SEND', 'SD_BOTH'] as const;

const functions: Readonly<Record<string, WinsockFunction>> = {
	socket,
	WSASocket: (actor, args) => (args[3] instanceof ProtocolInfo ? sharedSocket(actor, args[3]) : socket(actor, args)),
	WSADuplicateSocket: duplicateSocket,
	bind(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		const name = address(args[1]);
		return isError(name) ? name : plainResult(winsockSwitch.WSPBind(actor.process.switch, actor.thread, s, name));
	},
	listen(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		return plainResult(winsockSwitch.WSPListen(actor.process.switch, actor.thread, s, number(args[1], 1)));
	},
	accept,
	WSAAccept: accept,
	connect,
	WSAConnect: connect,
	ConnectEx: connectEx,
	send,
	recv,
	WSASend: wsaSend,
	WSARecv: wsaRecv,
	WSAGetOverlappedResult: getOverlappedResult,
	select,
	WSASendDisconnect: sendDisconnect,
	WSARecvDisconnect: receiveDisconnect,
	getsockopt: getOption,
	WSAOVERLAPPED(actor, args) {
		const event = args[0] instanceof EventObject ? args[0] : undefined;
		return new Result(new OverlappedRequest(actor.process.switch.newRequest(), event));
	},
	WSACloseEvent(_actor, args) {
		const event = eventOf(args[0]);
		if (!event) return 'WSA_INVALID_HANDLE';
		closedEvents.add(event);
		return done;
	},
	shutdown(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		const how = shutdownHow[number(args[1], 1)];
		return how ? shutDown(actor, s, how) : 'WSAEINVAL';
	},
	closesocket(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		return closeSocket(actor, s);
	},
	AcceptEx: acceptEx,
	WSACancelBlockingCall(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		return plainResult(winsockSwitch.WSPCancelBlockingCall(actor.process.switch, actor.thread, s));
	},
	CancelIoEx(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		return plainResult(winsockSwitch.CancelIoEx(actor.process.switch, actor.thread, s));
	},
	TransmitFile: send,
	WSACleanup: (actor) => plainResult(winsockSwitch.WSPCleanup(actor.process.switch, actor.thread)),
	WSACreateEvent: createEvent,
	WSASetEvent: setEvent,
	WSAResetEvent: resetEvent,
	WSAEventSelect: eventSelect,
	WSAEnumNetworkEvents: enumNetworkEvents,
	WSAWaitForMultipleEvents: waitForEvents,
	setsockopt: setOption,
	ioctlsocket: ioctl,
	WSAIoctl: ioctl,
	GetAcceptExSockaddrs: acceptedAddresses,
	WSAGetQOSByName(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		if (typeof args[1] !== 'string') return 'WSAEFAULT';
		return resultOf(winsockSwitch.WSPGetQOSByName(actor.process.switch, actor.thread, s, args[1]));
	},
	getsockname(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		const name = winsockSwitch.WSPGetSockName(actor.process.switch, actor.thread, s);
		return isError(name) ? name : new Result(addressValue(name));
	},
	getpeername(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		const name = winsockSwitch.WSPGetPeerName(actor.process.switch, actor.thread, s);
		return isError(name) ? name : new Result(addressValue(name));
	},
	WSAGetLastError(actor) {
		actor.thread.note(LAST_ERROR, actor.thread.component, actor.lastError);
		return new Result(actor.lastError === '' ? 0 : actor.lastError);
	},
};

/** The function of that name, or undefined where the simulation does not carry it out yet. */
export function winsockFunction(name: string): WinsockFunction | undefined {
	return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** Names of the functions that a run can carry out. */
export const carriedOut: readonly string[] = Object.keys(functions);

export function ipOf(value: RuntimeValue): IpAddress | undefined {
	if (value instanceof AddressValue) return value.ip;
	return typeof value === 'string' ? parseIp(value) : undefined;
}
