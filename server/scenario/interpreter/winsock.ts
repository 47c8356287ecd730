/**
 * The Winsock functions of the scenario language: what the Windows Sockets DLL makes of an application's call, that is
 * which SPI function of the switch it becomes and how the result comes back.
 */
import { type Coroutine, Waiters } from '../../simulation';
import { AppSocket, type ConditionFunction, EventObject, isError, type Outcome, winsockSwitch } from '../../stack';
import { site } from '../../trace';
import { type IpAddress, parseIp, type SocketAddress, socketAddress } from '../../winsock/address';
import { constantName } from '../../winsock/constants';
import type { Actor } from './frame';
import { AddressValue, addressValue, asBytes, FunctionValue, RecordValue, type RuntimeValue } from './value';

/** Carries a call out, at once or as a coroutine that may wait; the arguments were checked for number and kind. */
export type WinsockFunction = (
	actor: Actor,
	args: readonly RuntimeValue[],
) => Outcome<Result> | Coroutine<Outcome<Result>>;

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

/** Turns an outcome without a value of its own into a result. */
function plainResult(outcome: Outcome<unknown>): Outcome<Result> {
	return isError(outcome) ? outcome : done;
}

function socket(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const family = number(args[0], 2) === 23 ? 'AF_INET6' : 'AF_INET';
	const type = constantName('socketType', number(args[1], 1)) ?? 'SOCK_STREAM';
	const protocol = constantName('protocol', number(args[2], 6)) ?? 'IPPROTO_TCP';
	const made = winsockSwitch.WSPSocket(actor.host.switch, actor.thread, family, type, protocol);
	return isError(made) ? made : new Result(made);
}

function* connect(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const name = address(args[1]);
	if (isError(name)) return name;
	return plainResult(yield* winsockSwitch.WSPConnect(actor.host.switch, actor.thread, s, name));
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
	const accepted = yield* winsockSwitch.WSPAccept(actor.host.switch, actor.thread, s, condition);
	return isError(accepted) ? accepted : new Result(accepted);
}

function* send(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const data = asBytes(args[1] ?? null);
	if (!data) return 'WSAEFAULT';
	const sent = yield* winsockSwitch.WSPSend(actor.host.switch, actor.thread, s, data, number(args[2]));
	return isError(sent) ? sent : new Result(sent);
}

const MSG_WAITALL = 0x8;

function* recv(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const length = number(args[1]);
	const flags = number(args[2]);
	const received = yield* winsockSwitch.WSPRecv(actor.host.switch, actor.thread, s, length, flags);
	if (isError(received)) return received;
	if (!(flags & MSG_WAITALL)) return new Result(received);
	return yield* receiveAll(actor, s, received, length);
}

/** MSG_WAITALL: goes on until everything that was asked for is there, or the peer sends no more. */
function* receiveAll(actor: Actor, s: AppSocket, first: Uint8Array, length: number): Coroutine<Outcome<Result>> {
	const all = new Uint8Array(length);
	all.set(first);
	let at = first.length;
	let part = first;
	while (at < length && part.length > 0) {
		const next = yield* winsockSwitch.WSPRecv(actor.host.switch, actor.thread, s, length - at);
		if (isError(next)) return next;
		part = next;
		all.set(part, at);
		at += part.length;
	}
	return new Result(all.subarray(0, at));
}

function eventSelect(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const event = args[1] instanceof EventObject ? args[1] : undefined;
	return plainResult(winsockSwitch.WSPEventSelect(actor.host.switch, actor.thread, s, event, number(args[2])));
}

function enumNetworkEvents(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const event = args[1] instanceof EventObject ? args[1] : undefined;
	const { events, errors } = winsockSwitch.WSPEnumNetworkEvents(actor.host.switch, actor.thread, s, event);
	// WSANETWORKEVENTS: ten codes, at the position of each event's bit.
	const codes = Array.from({ length: 10 }, (_, position): RuntimeValue => errors.get(1 << position) ?? 0);
	return new Result(new RecordValue({ lNetworkEvents: events, iErrorCode: codes }));
}

function createEvent(actor: Actor): Outcome<Result> {
	const { thread } = actor;
	return new Result(new EventObject(thread, thread.component, ++actor.events, 'application'));
}

function setEvent(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [event] = args;
	if (!(event instanceof EventObject)) return 'WSA_INVALID_HANDLE';
	event.set(actor.thread, SET_EVENT);
	return done;
}

function resetEvent(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [event] = args;
	if (!(event instanceof EventObject)) return 'WSA_INVALID_HANDLE';
	event.reset(actor.thread);
	return done;
}

const WSA_WAIT_TIMEOUT = 258;
const INFINITE = 0xffffffff;

/** Index of the first signalled event (all must be with waitAll), or WSA_WAIT_TIMEOUT. The time-out is a duration. */
function* waitForEvents(actor: Actor, args: readonly RuntimeValue[]): Coroutine<Outcome<Result>> {
	const events = (Array.isArray(args[0]) ? args[0] : [args[0]]).filter((item) => item instanceof EventObject);
	if (events.length === 0) return 'WSA_INVALID_HANDLE';
	const all = args[1] === true;
	const timeout = args[2] === undefined || args[2] === INFINITE ? Number.POSITIVE_INFINITY : number(args[2]);
	const { world } = actor;
	const until = world.simulation.now + timeout;
	for (;;) {
		const index = events.findIndex((event) => event.signalled);
		if (all ? events.every((event) => event.signalled) : index >= 0) return new Result(all ? 0 : index);
		if (world.simulation.now >= until) return new Result(WSA_WAIT_TIMEOUT);
		yield* waitForAny(actor, events, until);
	}
}

function* waitForAny(actor: Actor, events: readonly EventObject[], until: number): Coroutine {
	const { thread } = actor;
	const [first] = events;
	if (events.length === 1 && first) {
		thread.wait(first.waiters, until);
		yield;
		return;
	}
	// One list for all: whichever is signalled first wakes the thread.
	const any = new Waiters(events.map((event) => event.waiters.what).join(' or '));
	for (const event of events) event.watchers.add(any);
	thread.wait(any, until);
	yield;
	for (const event of events) event.watchers.delete(any);
}

function setOption(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const level = constantName('optionLevel', number(args[1])) ?? 'SOL_SOCKET';
	const group = level === 'IPPROTO_TCP' ? 'tcpOption' : 'socketOption';
	const name = constantName(group, number(args[2])) ?? `${number(args[2])}`;
	return plainResult(winsockSwitch.WSPSetSockOpt(actor.host.switch, actor.thread, s, level, name, number(args[3])));
}

function ioctl(actor: Actor, args: readonly RuntimeValue[]): Outcome<Result> {
	const [s] = args;
	if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
	const code = constantName('ioctlCommand', number(args[1])) ?? `${number(args[1])}`;
	const result = winsockSwitch.WSPIoctl(actor.host.switch, actor.thread, s, code, number(args[2]));
	return isError(result) ? result : new Result(result);
}

const shutdownHow = ['SD_RECEIVE', 'SD_SEND', 'SD_BOTH'] as const;

const functions: Readonly<Record<string, WinsockFunction>> = {
	socket,
	WSASocket: socket,
	bind(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		const name = address(args[1]);
		return isError(name) ? name : plainResult(winsockSwitch.WSPBind(actor.host.switch, actor.thread, s, name));
	},
	listen(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		return plainResult(winsockSwitch.WSPListen(actor.host.switch, actor.thread, s, number(args[1], 1)));
	},
	accept,
	WSAAccept: accept,
	connect,
	WSAConnect: connect,
	send,
	recv,
	shutdown(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		const how = shutdownHow[number(args[1], 1)] ?? 'SD_BOTH';
		return plainResult(winsockSwitch.WSPShutdown(actor.host.switch, actor.thread, s, how));
	},
	closesocket(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		return plainResult(winsockSwitch.WSPCloseSocket(actor.host.switch, actor.thread, s));
	},
	WSACreateEvent: createEvent,
	WSASetEvent: setEvent,
	WSAResetEvent: resetEvent,
	WSAEventSelect: eventSelect,
	WSAEnumNetworkEvents: enumNetworkEvents,
	WSAWaitForMultipleEvents: waitForEvents,
	setsockopt: setOption,
	ioctlsocket: ioctl,
	getsockname(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		const name = winsockSwitch.WSPGetSockName(actor.host.switch, actor.thread, s);
		return isError(name) ? name : new Result(addressValue(name));
	},
	getpeername(actor, args) {
		const [s] = args;
		if (!(s instanceof AppSocket)) return 'WSAENOTSOCK';
		const name = winsockSwitch.WSPGetPeerName(actor.host.switch, actor.thread, s);
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
