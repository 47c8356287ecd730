/**
 * Page "Duplicating socket handles for a SAN": several processes share a socket, but only the controlling process
 * operates on it (DUP-1). The SAN socket moves when another process really uses its duplicate (DUP-3): the session is
 * suspended, the provider gives the socket up here and takes it over there, and the session goes on (DUP-5 to DUP-16).
 */
import { type Coroutine, type Eventual, settled, type Thread, Waiters } from '../../simulation';
import { site } from '../../trace';
import { interrupted } from '../interruption';
import { isError, type Outcome, type WsaError } from '../outcome';
import * as san from '../san';
import { acceptThreadFor } from './acceptThread';
import type { AppSocket, Companion } from './appSocket';
import { forgetEvents, raiseWaiting, watchSession, watchTcp } from './events';
import { releaseUnused } from './installing';
import { Session } from './session';
import { swapError } from './sessionErrors';
import type { Switch } from './switch';

const WSP_DUPLICATE_SOCKET = site('WSPDuplicateSocket', ['s', 'dwProcessId'], ['DUP-2', 'DUP-3']);
const WSP_SOCKET = site('WSPSocket', ['af', 'type', 'protocol', 'lpProtocolInfo'], ['DUP-3', 'SOCK-1']);
const SWAP = site('swap requested', ['s', 'process'], ['DUP-3', 'DUP-4']);
const SWAPPED = site('swap finished', ['s', 'process', 'error'], ['DUP-16']);
const EVENT_SELECT = site('WSPEventSelect', ['s', 'hEventObject', 'lNetworkEvents'], ['LISTEN-4', 'DUP-18']);
const CLOSE_FORMER = site('WSPCloseSocket', ['s'], ['DUP-12', 'DUP-15', 'DUP-17']);
const DUPLICATE_HANDLE = site('DuplicateHandle', ['hSourceHandle', 'hTargetProcessHandle'], ['DUP-2', 'DUP-3']);
const DUPLICATE = site('DuplicateHandle', ['lpTargetHandle'], ['DUP-2']);
const INHERITED = site('handle inherited', ['s', 'process'], ['DUP-2', 'DUP-3']);
const KEPT_BY_OTHERS = site('other processes keep the socket', ['s', 'processes'], ['DUP-3']);
const CLOSE_ALL = site('WSPCloseSocket', ['s'], ['DUP-19']);

/** One process's end of a shared socket. */
export interface Member {
	readonly sw: Switch;
	readonly socket: AppSocket;
}

/** What the processes that share a socket have in common. */
export class SharedSocket {
	readonly members: Member[] = [];
	/** Processes that have, or had, a descriptor of it. */
	readonly opened = new Set<Switch>();
	swapping = false;
	/** The process that takes it over now, or waits for it. */
	taker: Switch | undefined;
	/** Threads whose calls wait for the end of a swap: they come after it, and it does not wait for them (DUP-1). */
	readonly queued = new Set<Thread>();
	/** Woken when a swap has ended and when a call on one of the sockets has. */
	readonly changed: Waiters;

	constructor(public controlling: Member) {
		this.members.push(controlling);
		this.opened.add(controlling.sw);
		this.changed = new Waiters(`control of socket ${controlling.socket.descriptor}`);
	}
}

/** WSAPROTOCOL_INFO as WSADuplicateSocket returns it: names the socket, for one process. */
export class ProtocolInfo {
	constructor(
		readonly shared: SharedSocket,
		readonly process: string,
	) {}
}

/** The application shares a socket with another process. Nothing moves before that process uses it (DUP-3). */
export function WSPDuplicateSocket(sw: Switch, t: Thread, socket: AppSocket, process: string): Outcome<ProtocolInfo> {
	t.enter(WSP_DUPLICATE_SOCKET, sw.component, socket.descriptor, process);
	const error: WsaError | undefined =
		sw.refused('WSPDuplicateSocket') ??
		(socket.state === 'closed' ? 'WSAENOTSOCK' : process === sw.process ? 'WSAEINVAL' : undefined);
	t.leave(WSP_DUPLICATE_SOCKET, error ? -1 : 0, error);
	if (error) return error;
	socket.shared ??= new SharedSocket({ sw, socket });
	sw.shared.add(socket.shared);
	return new ProtocolInfo(socket.shared, process);
}

/** WSASocket with the protocol information of a duplicate: a descriptor of this process for the shared socket. */
export function WSPSocketShared(sw: Switch, t: Thread, info: ProtocolInfo): Outcome<AppSocket> {
	const { shared, process } = info;
	const original = modelFor(shared);
	const family = original.local?.ip.family ?? 'AF_INET';
	t.enter(WSP_SOCKET, sw.component, family, 'SOCK_STREAM', 'IPPROTO_TCP', original.descriptor);
	const error: WsaError | undefined =
		sw.refused('WSPSocket') ?? (process !== sw.process || shared.members.length === 0 ? 'WSAEINVAL' : undefined);
	if (error) {
		t.leave(WSP_SOCKET, 0xffffffff, error);
		return error;
	}
	const socket = join(sw, t, shared, original);
	t.leave(WSP_SOCKET, socket.descriptor);
	return socket;
}

/** The process of `sw` gets a descriptor of its own. */
function join(sw: Switch, t: Thread, shared: SharedSocket, original: AppSocket): AppSocket {
	// A process that had one before gets another descriptor: two sockets of a process never have the same.
	const descriptor = shared.opened.has(sw) ? sw.tcpip.newDescriptor() : original.descriptor;
	const socket = sw.adopt(t, original.tcp, original.stream, descriptor);
	shared.opened.add(sw);
	socket.shared = shared;
	shared.members.push({ sw, socket });
	sw.shared.add(shared);
	copyState(t, original, socket);
	return socket;
}

/**
 * DuplicateHandle: any process that has a descriptor gives another process one, without a word to the switch or to a
 * provider; the first use there moves the socket (DUP-2, DUP-3).
 * @param sw switch of the process that calls
 * @param target switch of the process that gets the handle
 */
export function DuplicateHandle(sw: Switch, t: Thread, socket: AppSocket, target: Switch): AppSocket | undefined {
	t.enter(DUPLICATE_HANDLE, sw.component, socket.descriptor, target.process);
	const made = usable(sw, socket) && target !== sw && target.usable ? joinWithout(sw, t, socket, target) : undefined;
	t.leave(DUPLICATE, made !== undefined, made ? undefined : 'WSA_INVALID_HANDLE', made?.descriptor ?? null);
	return made;
}

/**
 * A process has inherited a socket of the one that started it (DUP-2).
 * @param sw switch of the process that has inherited it
 * @param socket the socket of the process that had it first
 */
export function inheritHandle(sw: Switch, t: Thread, socket: AppSocket, from: Switch): AppSocket | undefined {
	if (!usable(from, socket) || from === sw || !sw.usable) return undefined;
	t.note(INHERITED, sw.component, socket.descriptor, sw.process);
	return joinWithout(from, t, socket, sw);
}

function usable(sw: Switch, socket: AppSocket): boolean {
	return socket.state !== 'closed' && sw.sockets.get(socket.descriptor) === socket;
}

/** Shares the socket of `sw`'s process with that of `target`, without protocol information. */
function joinWithout(sw: Switch, t: Thread, socket: AppSocket, target: Switch): AppSocket {
	socket.shared ??= new SharedSocket({ sw, socket });
	sw.shared.add(socket.shared);
	return join(target, t, socket.shared, modelFor(socket.shared));
}

/** What a new descriptor looks like: as in the controlling process, or elsewhere if that has closed its own. */
function modelFor({ controlling, members }: SharedSocket): AppSocket {
	if (controlling.socket.state !== 'closed') return controlling.socket;
	return members.find(({ socket }) => socket.state !== 'closed')?.socket ?? controlling.socket;
}

export function copyState(t: Thread, from: AppSocket, to: AppSocket): void {
	if (from.local) to.setAddress(t, 'local', from.local);
	if (from.remote) to.setAddress(t, 'remote', from.remote);
	if (from.provider) to.setProvider(t, from.provider, 'shared with another process');
	to.options.splice(0, to.options.length, ...from.options);
	if (from.nonblocking !== to.nonblocking) {
		to.nonblocking = from.nonblocking;
		t.change(to.object, 'nonblocking', to.nonblocking);
	}
	to.backlog = from.backlog;
	to.conditionalAccept = from.conditionalAccept;
	to.setState(t, from.state);
}

/**
 * Makes the process of `socket` the controlling one. Requests are served in the order in which they come (DUP-1); a swap
 * waits until the operations of the controlling process have completed (DUP-4).
 */
export function* takeControl(sw: Switch, t: Thread, socket: AppSocket): Coroutine<WsaError | undefined> {
	const { shared } = socket;
	if (!shared) return undefined;
	if (shared.swapping) yield* waitForSwap(t, shared);
	if (interrupted(t)) return 'WSAEINTR';
	if (shared.controlling.socket === socket) return undefined;
	shared.swapping = true;
	shared.taker = sw;
	const from = shared.controlling;
	t.note(SWAP, from.sw.component, socket.descriptor, sw.process);
	while (from.socket.calls.all().some((thread) => thread !== t && !comesLater(from.socket, thread, shared))) {
		t.wait(shared.changed);
		yield;
		if (interrupted(t)) break;
	}
	const failure = interrupted(t) ? 'WSAEINTR' : yield* swap(from, { sw, socket }, t);
	const error = failure && swapError(failure, socket.state === 'listening');
	if (!error) shared.controlling = { sw, socket };
	t.note(SWAPPED, sw.component, socket.descriptor, sw.process, error ?? null);
	shared.swapping = false;
	raiseWaiting(sw, t, socket);
	shared.changed.wakeAll(t.cause);
	return error;
}

function* waitForSwap(t: Thread, shared: SharedSocket): Coroutine {
	shared.queued.add(t);
	// Whoever takes the socket over does not wait for this call.
	shared.changed.wakeAll(t.cause);
	while (shared.swapping && !interrupted(t)) {
		t.wait(shared.changed);
		yield;
	}
	shared.queued.delete(t);
	// A process that ends may have waited for this call.
	if (!isAwaited(shared)) shared.changed.wakeAll(t.cause);
}

/** Whether a call waits for the end of the swap, or behind an overlapped request that does, or went with its process. */
function comesLater({ overlappedSends, overlappedReceives }: AppSocket, thread: Thread, shared: SharedSocket): boolean {
	const first = overlappedSends?.inFrontOf(thread) ?? overlappedReceives?.inFrontOf(thread) ?? thread;
	return first.state === 'ended' || shared.queued.has(first);
}

function* swap(from: Member, to: Member, t: Thread): Coroutine<WsaError | undefined> {
	const { socket } = from;
	if (socket.state !== to.socket.state && socket.state !== 'closed') copyState(t, socket, to.socket);
	if (socket.listeners.length > 0) return yield* moveListeners(from, to, t);
	const { session } = socket;
	if (!session) {
		watchTcp(to.sw, to.socket);
		return undefined;
	}
	if (session.state !== 'established') {
		// The peer has ended it: what had arrived is still read, in the process that wants it.
		yield* closeAll(from, to, t, session, session.error);
		return undefined;
	}
	return yield* moveSession(from, to, t, session);
}

/**
 * Runs a piece of work in the other process, in a thread of its switch, and waits for it.
 * @returns its result; undefined if that process has cleaned up meanwhile
 */
export function* inProcess<T>(sw: Switch, t: Thread, body: (thread: Thread) => Eventual<T>): Coroutine<T | undefined> {
	if (sw.cleanedUp) return undefined;
	const done = new Waiters(`process ${sw.process}`);
	const thread = sw.newShareThread();
	let result: { readonly value: T } | undefined;
	thread.begin(t.cause, t.phase, t.source);
	thread.run(
		runAndTell(thread, body, (value) => {
			result = { value };
			done.wakeAll(thread.cause);
		}),
	);
	while (!result && thread.state !== 'ended') {
		t.waitAny([done, sw.closed]);
		yield;
	}
	return (result as { readonly value: T } | undefined)?.value;
}

function* runAndTell<T>(t: Thread, body: (thread: Thread) => Eventual<T>, tell: (value: T) => void): Coroutine {
	tell(yield* settled(body(t)));
}

// A connected socket

function* moveSession(from: Member, to: Member, t: Thread, session: Session): Coroutine<WsaError | undefined> {
	const companion = session.companion;
	// Steps 1 and 2, in the process that has had the socket until now.
	const given = yield* inProcess(from.sw, t, (thread) => giveUp(thread, session, companion, to.sw.process));
	const reserved = given ?? 'WSAECONNABORTED';
	const moved = isError(reserved) ? reserved : resumeIn(to, t, session, companion, reserved);
	if (isError(moved)) {
		// The peer has closed meanwhile: what had arrived is still read, in the process that wants it.
		const over = isError(reserved) && session.state === 'ended';
		yield* closeAll(from, to, t, session, moved);
		return over ? undefined : moved;
	}
	yield* inProcess(from.sw, t, (thread) => keepFormer(thread, from, companion));
	return undefined;
}

/** Steps 1a to 2: the session is suspended, and the provider gives the socket up (DUP-5, DUP-6, DUP-9). */
export function* giveUp(
	t: Thread,
	session: Session,
	companion: Companion,
	process: string,
	leaving = false,
): Coroutine<Outcome<number>> {
	const error = yield* session.suspend(t, leaving);
	if (error) return error;
	return san.WSPDuplicateSocket(companion.provider, t, companion.socket, process);
}

/** Steps 3 and 4: the provider of this process takes the socket over, and the session goes on (DUP-13 to DUP-16). */
export function resumeIn(
	{ sw, socket }: Member,
	t: Thread,
	old: Session,
	former: Companion,
	reserved: number,
): WsaError | undefined {
	const provider = sw.providers.find(({ nic }) => nic === former.provider.nic);
	if (!provider) return 'WSAENETDOWN';
	const family = former.socket.local?.ip.family ?? 'AF_INET';
	const made = san.WSPSocketDuplicated(provider, t, family, reserved);
	if (isError(made)) return made;
	const companion = takenOver({ sw, socket }, t, provider, made, () => {
		return sw.newEvent(t, `SAN socket ${made.descriptor}`);
	});
	const session = new Session(sw, t, socket, companion, old.side);
	socket.companion = companion;
	socket.session = session;
	t.change(socket.object, 'companion', made.descriptor);
	watchSession(sw, socket, session);
	return session.resume(t, old);
}

/**
 * What the provider has handed over here: the former descriptor of this process, revived, or a new one; then the switch
 * closes the former one (DUP-15).
 */
function takenOver(
	{ socket }: Member,
	t: Thread,
	provider: san.SanProvider,
	made: san.SanSocket,
	newEvent: () => Companion['event'],
): Companion {
	const local = made.local?.text;
	const at = socket.former.findIndex((entry) => entry.provider === provider && entry.socket.local?.text === local);
	const [former] = at < 0 ? [] : socket.former.splice(at, 1);
	if (former?.socket === made) return former;
	if (former) san.WSPCloseSocket(provider, t, former.socket, CLOSE_FORMER);
	return { provider, socket: made, event: newEvent() };
}

/**
 * The descriptor that was given away stays open as long as its process has the socket: it may come back (DUP-15, DUP-17).
 * Nothing more is done with it (DUP-12).
 */
export function keepFormer(t: Thread, { socket }: Member, former: Companion): void {
	if (socket.companion) t.change(socket.object, 'companion', null);
	socket.companion = undefined;
	if (socket.state === 'closed') san.WSPCloseSocket(former.provider, t, former.socket, CLOSE_FORMER);
	else socket.former.push(former);
}

/** The process has no descriptor of the socket any more: what it had given away is closed (DUP-12, DUP-17). */
export function closeFormer(t: Thread, { former }: AppSocket, where = CLOSE_FORMER): void {
	for (const { provider, socket } of former.splice(0)) {
		if (socket.state !== 'closed') san.WSPCloseSocket(provider, t, socket, where);
	}
}

/** DUP-19: a swap that cannot be finished ends the connection for everybody. */
function* closeAll(
	from: Member,
	to: Member,
	t: Thread,
	session: Session,
	error: WsaError | undefined,
): Coroutine<undefined> {
	yield* inProcess(from.sw, t, (thread) => closeHalf(thread, from.socket, session, error));
	closeHalf(t, to.socket, session, error);
	to.socket.session = session;
	for (const { sw, socket } of from.socket.shared?.members ?? []) {
		if (socket.former.length > 0) yield* inProcess(sw, t, (thread) => closeHalf(thread, socket, session, error));
	}
	return undefined;
}

export function closeHalf(t: Thread, socket: AppSocket, session: Session, error: WsaError | undefined): void {
	session.end(t, error);
	const { companion } = socket;
	socket.companion = undefined;
	if (companion && companion.socket.state !== 'closed') {
		// The memory of a socket that was given up is released already (DUP-10).
		if (companion.socket.state !== 'duplicated') socket.session?.release(t);
		san.WSPCloseSocket(companion.provider, t, companion.socket, CLOSE_ALL);
	}
	closeFormer(t, socket, CLOSE_ALL);
}

// A listening socket (DUP-18)

/** No suspension is needed: the application's accepts have completed, and requests wait at the provider. */
function* moveListeners(from: Member, to: Member, t: Thread): Coroutine<WsaError | undefined> {
	const { sw, socket } = to;
	for (const listener of from.socket.listeners.splice(0)) {
		const given = yield* inProcess(from.sw, t, (thread) => giveListenerUp(thread, listener, sw.process));
		const reserved = given ?? 'WSAECONNABORTED';
		const provider = sw.providers.find(({ nic }) => nic === listener.provider.nic);
		if (isError(reserved) || !provider) return isError(reserved) ? reserved : 'WSAENETDOWN';
		const made = san.WSPSocketDuplicated(provider, t, socket.local?.ip.family ?? 'AF_INET', reserved);
		if (isError(made)) return made;
		const taken = takenOver(to, t, provider, made, () => {
			return sw.newEvent(t, `FD_ACCEPT of socket ${socket.descriptor}`, sw.acceptEventOf(socket));
		});
		const selected = san.WSPEventSelect(provider, t, made, taken.event, san.FD_ACCEPT, EVENT_SELECT);
		if (isError(selected)) return selected;
		socket.listeners.push({ ...taken, announced: false });
		yield* inProcess(from.sw, t, (thread) => keepFormer(thread, from, listener));
	}
	from.socket.requestOffered = false;
	acceptThreadFor(sw, t, socket);
	return undefined;
}

function giveListenerUp(t: Thread, listener: Companion, process: string): Outcome<number> {
	return san.WSPDuplicateSocket(listener.provider, t, listener.socket, process);
}

/**
 * A process closes its descriptor while others still have theirs. Nothing moves for that (DUP-3): the socket stays where it
 * is until another process uses it, or closes it as the last one.
 * @returns true if the socket itself lives on
 */
export function* leaveToOthers(sw: Switch, t: Thread, socket: AppSocket): Coroutine<boolean> {
	const { shared } = socket;
	if (!shared) return false;
	forgetEvents(t, socket);
	forgetMember(shared, socket);
	if (shared.members.length === 0) {
		yield* takeControl(sw, t, socket);
		closeFormer(t, socket);
		return false;
	}
	t.note(KEPT_BY_OTHERS, sw.component, socket.descriptor, shared.members.length);
	const providers = new Set(socket.former.map(({ provider }) => provider));
	closeFormer(t, socket);
	for (const provider of providers) releaseUnused(sw, provider, t);
	socket.setState(t, 'closed');
	sw.forget(socket);
	return true;
}

function forgetMember({ members }: SharedSocket, socket: AppSocket): void {
	const own = members.findIndex((member) => member.socket === socket);
	if (own >= 0) members.splice(own, 1);
}

/** The process has cleaned up: its descriptor is gone, and with it the connection if it is there or on its way (DUP-19). */
export function abandonShared(sw: Switch, t: Thread, socket: AppSocket): void {
	const { shared } = socket;
	if (!shared) return;
	forgetMember(shared, socket);
	const { controlling, taker } = shared;
	const interruptsSwap = shared.swapping && taker === sw;
	if (interruptsSwap) shared.swapping = false;
	if (interruptsSwap || controlling.socket === socket) controlling.socket.session?.end(t, 'WSAECONNABORTED');
	shared.changed.wakeAll(t.cause);
}

/** Sockets that this process still controls although only others have a descriptor: it cannot end before they move. */
export function heldForOthers(sw: Switch): readonly SharedSocket[] {
	return [...sw.shared].filter((shared) => {
		const { controlling, members, swapping } = shared;
		return swapping || isAwaited(shared) || (controlling.sw === sw && members.some((member) => member.sw !== sw));
	});
}

/** Whether a call waits for the end of the swap that is under way: those of a process that has cleaned up do not any more. */
function isAwaited({ queued }: SharedSocket): boolean {
	return [...queued].some(({ state }) => state !== 'ended');
}
