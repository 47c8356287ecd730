/**
 * Sending and receiving messages on a connected SAN socket, and how their completion is learnt (pages "Transferring data
 * on a SAN" and "Completing data transfer requests"). Everything is overlapped: a call starts an operation and returns
 * WSA_IO_PENDING (COMP-1, COMP-2).
 */
import type { Thread } from '../../simulation';
import { type Site, site } from '../../trace';
import { errorOf, forced } from '../faults';
import { removeFrom } from '../list';
import type { Transmission } from '../network';
import type { Outcome, WsaError } from '../outcome';
import { type BufferEx, type Overlapped, overlapped, writeMemory } from './memory';
import type { SanProvider } from './sanProvider';
import { type HeldSend, present, type SanSocket } from './sanSocket';

/** Argument names of WSPRecv and WSPSend at a SAN provider. */
export const receiveFields = ['s', 'lpBuffers', 'handle', 'hEvent', 'overlapped'] as const;
export const sendFields = ['s', 'dwBufferLength', 'handle', 'control', 'hEvent', 'overlapped', 'amount'] as const;
/** Low bit of hEvent: the switch polls, and the provider must not report the end (COMP-5). */
const POLLED = 1;
export const WSP_RECV = site('WSPRecv', receiveFields, ['COMP-1', 'COMP-6']);
const RECV_STARTED = site('WSPRecv', [], ['COMP-2']);
export const WSP_SEND = site('WSPSend', sendFields, ['COMP-1', 'COMP-5', 'DATA-8']);
const SEND_STARTED = site('WSPSend', [], ['COMP-2']);
const WSP_GET_OVERLAPPED_RESULT = site(
	'WSPGetOverlappedResult',
	['s', 'lpOverlapped', 'fWait', 'overlapped'],
	['COMP-4'],
);
const RESULT = site('WSPGetOverlappedResult', ['cbTransfer'], ['COMP-4']);
const WRITE_RESULT = site('WSPGetOverlappedResult', ['cbTransfer'], ['COMP-4', 'RDMA-6']);
const INCOMPLETE = site('WSPGetOverlappedResult', [], ['COMP-7']);
const POST_RECEIVE = site('post receive', ['handle', 'offset', 'length'], ['PROXY-3', 'SESS-10']);
const POST_SEND = site('post send', ['handle', 'offset', 'length'], ['PROXY-3']);
const MESSAGE = site('message', ['bytes', 'arrives', 'control'], ['DATA-1', 'DATA-11']);
const RECEIVED = site('receive completion', ['bytes'], ['DATA-11']);
const KEPT = site('kept in a private buffer', ['bytes', 'messages'], ['SESS-9', 'SESS-11']);
const COPIED = site('copied from a private buffer', ['bytes'], ['SESS-10']);
const NO_BUFFER = site('no receive buffer posted', ['bytes'], ['SESS-12']);

/** How long a SAN takes to notice that a connection is gone where no message tells it, ns. A modelling choice. */
export const FABRIC_TIMEOUT_NS = 1_000_000_000;

/** WSPRecv: posts one buffer. What was kept in private buffers is copied first, one to one (SESS-10). */
export function WSPRecv(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	buffer: BufferEx,
	where: Site = WSP_RECV,
): Outcome<Overlapped> {
	const number = provider.nextOperation();
	provider.enter(t, where, s.descriptor, buffer.length, buffer.memory.handle, 0, number);
	const effect = provider.effect('WSPRecv');
	const fault = forced(effect);
	if (typeof fault === 'number') return pretend(provider, t, RECV_STARTED, 'WSPRecv', buffer, number, fault);
	const error = fault ?? notUsable(s) ?? notRegistered(s, buffer, 'MEM_WRITE');
	if (error) return refuse(t, RECV_STARTED, error);
	const operation = overlapped(number, 'WSPRecv', buffer, true, t.simulation.now, effect);
	s.receiving = true;
	buffer.memory.inUse++;
	if (operation.notBefore > 0 && swallowed(provider, t, s, operation)) {
		t.leave(RECV_STARTED, -1, 'WSA_IO_PENDING');
		return operation;
	}
	const kept = s.kept.shift();
	if (kept) {
		t.note(COPIED, provider.component, kept.length);
		t.change(s.object, 'privateMessages', s.kept.length);
		t.leave(RECV_STARTED, -1, 'WSA_IO_PENDING');
		const cause = t.call;
		// Pending until then: closing the socket ends it (CLOSE-3), and nothing is reported afterwards (CLOSE-4).
		s.sends.push(operation);
		provider.simulation.ready(() => {
			const { thread } = provider.nic;
			if (operation.status === 'finished' || thread.state === 'ended') return;
			removeFrom(s.sends, operation);
			thread.begin(cause, t.phase, t.source);
			completeReceive(provider, thread, s, operation, kept);
		});
		return operation;
	}
	t.enter(POST_RECEIVE, provider.nic.component, buffer.memory.handle, buffer.offset, buffer.length);
	s.posted.push(operation);
	t.change(s.object, 'postedReceives', s.posted.length);
	t.leave(POST_RECEIVE, 0);
	t.leave(RECV_STARTED, -1, 'WSA_IO_PENDING');
	return operation;
}

/**
 * WSPSend: one message from registered memory to the peer. dwFlags is always 0 (DATA-8).
 * @param control what the switch sends, for the record; the provider does not look into the message (DATA-1)
 * @param amount how much application data it is about, for the record too
 */
export function WSPSend(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	buffer: BufferEx,
	control: string,
	where: Site = WSP_SEND,
	amount: number | undefined = undefined,
): Outcome<Overlapped> {
	const number = provider.nextOperation();
	provider.enter(t, where, s.descriptor, buffer.length, buffer.memory.handle, control, POLLED, number, amount);
	const effect = provider.effect('WSPSend');
	const fault = forced(effect);
	if (typeof fault === 'number') return pretend(provider, t, SEND_STARTED, 'WSPSend', buffer, number, fault);
	const error = fault ?? notUsable(s) ?? s.sendError ?? notRegistered(s, buffer, 'MEM_READ');
	if (error) return refuse(t, SEND_STARTED, error);
	if (buffer.length > provider.nic.settings.maxMessage) return refuse(t, SEND_STARTED, 'WSAEMSGSIZE');
	const operation = overlapped(number, 'WSPSend', buffer, false, t.simulation.now, effect);
	buffer.memory.inUse++;
	s.sends.push(operation);
	t.enter(POST_SEND, provider.nic.component, buffer.memory.handle, buffer.offset, buffer.length);
	if (operation.notBefore > 0 || s.held.length > 0)
		hold(provider, s, { operation, control, cause: t.cause, phase: t.phase, source: t.source });
	else transmit(provider, t, s, operation, control);
	t.leave(POST_SEND, 0);
	t.leave(SEND_STARTED, -1, 'WSA_IO_PENDING');
	return operation;
}

/** A fault lets a send leave later, fail after a time, or never end; what is sent after it leaves after it (DATA-11). */
function hold(provider: SanProvider, s: SanSocket, send: HeldSend): void {
	s.held.push(send);
	if (s.held.length === 1) releaseLater(provider, s, send);
}

function releaseLater(provider: SanProvider, s: SanSocket, first: HeldSend): void {
	const { notBefore } = first.operation;
	if (notBefore === Number.POSITIVE_INFINITY) return;
	provider.simulation.at(notBefore, () => {
		const { thread } = provider.nic;
		const over = present(s).state !== 'connected' || first.operation.status === 'finished';
		if (over || thread.state === 'ended') s.held.length = 0;
		else if (errorOf(first.operation.effect)) failHeld(provider, thread, s);
		else releaseHeld(provider, thread, s);
	});
}

/** The first one leaves, and what follows it, up to the next one that a fault keeps back for longer. */
function releaseHeld(provider: SanProvider, t: Thread, s: SanSocket): void {
	const { now } = provider.simulation;
	do {
		const { operation, control, cause, phase, source } = s.held.shift() as HeldSend;
		t.begin(cause, phase, source);
		transmit(provider, t, s, operation, control);
	} while (s.held[0] && s.held[0].operation.notBefore <= now && !errorOf(s.held[0].operation.effect));
	if (s.held[0]) releaseLater(provider, s, s.held[0]);
}

/** A message that cannot leave takes those with it that were to follow: the peer must not miss it among others. */
function failHeld(provider: SanProvider, t: Thread, s: SanSocket): void {
	const error = errorOf(s.held[0]?.operation.effect) as WsaError;
	s.sendError = error;
	for (const { operation, cause, phase, source } of s.held.splice(0)) {
		t.begin(cause, phase, source);
		failNow(provider, t, s, operation, error);
	}
}

/** Misbehaviour: the call says that it is done, and has done nothing. */
export function pretend(
	provider: SanProvider,
	t: Thread,
	where: Site,
	name: Overlapped['operation'],
	buffer: BufferEx,
	number: number,
	result: number,
): Overlapped {
	t.leave(where, result);
	const operation = overlapped(number, name, buffer, false, provider.simulation.now, undefined);
	operation.status = 'finished';
	operation.finishes = provider.simulation.now;
	return operation;
}

/** A fault ends a posted receive with an error after a time, or never: it takes no message. */
function swallowed(provider: SanProvider, t: Thread, s: SanSocket, operation: Overlapped): boolean {
	const error = errorOf(operation.effect);
	const never = operation.notBefore === Number.POSITIVE_INFINITY;
	if (!never && !error) return false;
	// Pending all the same: closing the socket ends it (CLOSE-3).
	s.sends.push(operation);
	if (error && !never) failLater(provider, t, s, operation, error);
	return true;
}

/**
 * A fault lets an RDMA operation begin later, end with an error after a time, or never end.
 * @returns false where it goes on at once
 */
export function postponed(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	operation: Overlapped,
	begin: (t: Thread) => void,
): boolean {
	if (operation.notBefore === 0) return false;
	if (operation.notBefore === Number.POSITIVE_INFINITY) return true;
	const error = errorOf(operation.effect);
	if (error) {
		failLater(provider, t, s, operation, error);
		return true;
	}
	const { cause, phase, source } = t;
	provider.simulation.at(operation.notBefore, () => {
		const { thread } = provider.nic;
		if (present(s).state !== 'connected' || operation.status === 'finished' || thread.state === 'ended') return;
		thread.begin(cause, phase, source);
		begin(thread);
	});
	return true;
}

function failLater(provider: SanProvider, t: Thread, s: SanSocket, operation: Overlapped, error: WsaError): void {
	const { cause, phase, source } = t;
	provider.simulation.at(operation.notBefore, () => {
		const { thread } = provider.nic;
		if (s.state === 'closed' || operation.status === 'finished' || thread.state === 'ended') return;
		thread.begin(cause, phase, source);
		failNow(provider, thread, s, operation, error);
	});
}

function failNow(provider: SanProvider, t: Thread, s: SanSocket, operation: Overlapped, error: WsaError): void {
	t.component = provider.component;
	operation.buffer.memory.inUse--;
	operation.finishes = provider.simulation.now;
	removeFrom(s.sends, operation);
	finishOperation(provider, t, s, operation, error, 0);
	t.component = provider.nic.component;
}

/**
 * Why a local buffer cannot be used: it was never registered or not any more, the range is too small (MEM-5), the access
 * right is missing (MEM-6), or it belongs to another socket (OQ-40). Codes: OQ-42.
 */
export function notRegistered(
	s: SanSocket,
	{ memory, offset, length }: BufferEx,
	wanted: 'MEM_READ' | 'MEM_WRITE',
): WsaError | undefined {
	if (!memory.registered || offset < 0 || offset + length > memory.bytes.length) return 'WSAEFAULT';
	if (memory.socket !== s.descriptor) return 'WSAEINVAL';
	return memory.access === 'MEM_READWRITE' || memory.access === wanted ? undefined : 'WSAEACCES';
}

function transmit(provider: SanProvider, t: Thread, s: SanSocket, operation: Overlapped, control: string): void {
	const peer = s.peer as SanSocket;
	const { memory, offset, length } = operation.buffer;
	const bytes = memory.bytes.slice(offset, offset + length);
	operation.bytes = length;
	const message = new Message(control, bytes, s, peer, operation, t.phase, t.source);
	// A send is finished when the peer's NIC has acknowledged it: one latency after its arrival.
	operation.finishes = provider.nic.transmit(t, peer.provider.nic, message);
	if (operation.effect?.completions) notifyAllTheSame(provider, t, s, operation);
}

/** A message on its way: one object, because most of what a run has in flight are these. */
class Message implements Transmission {
	readonly site = MESSAGE;
	readonly bytes: number;

	constructor(
		/** What the switch sends, for the record. */
		readonly a: string,
		private readonly content: Uint8Array,
		private readonly sender: SanSocket,
		private readonly receiver: SanSocket,
		private readonly operation: Overlapped,
		private readonly phase: number,
		private readonly source: number,
	) {
		this.bytes = content.length;
	}

	deliver(seq: number): void {
		messageArrives(present(this.receiver), this.content, seq, this.phase, this.source);
	}

	known(time: number): void {
		this.operation.finishes = time;
	}

	failed(seq: number): void {
		connectionBroken(this.sender, seq, this.phase, this.source);
	}
}

/** Misbehaviour: the end of a send is reported although the switch polls for it (COMP-5). */
function notifyAllTheSame(provider: SanProvider, t: Thread, s: SanSocket, operation: Overlapped): void {
	const { cause, phase, source } = t;
	if (operation.finishes === Number.POSITIVE_INFINITY) return;
	provider.simulation.at(operation.finishes, () => {
		const { thread } = provider.nic;
		if (s.state === 'closed' || thread.state === 'ended') return;
		settle(provider, s, operation);
		thread.begin(cause, phase, source);
		thread.component = provider.component;
		finishOperation(provider, thread, s, operation, undefined, operation.bytes);
		thread.component = provider.nic.component;
	});
}

/** A message arrives at the receiving NIC: into the first posted buffer, or into a private one (SESS-9). */
function messageArrives(s: SanSocket, bytes: Uint8Array, seq: number, phase: number, source: number): void {
	if (s.state !== 'connected') return;
	const { provider } = s;
	const t = provider.nic.thread;
	t.begin(seq, phase, source);
	const operation = s.posted.shift();
	if (operation) {
		t.change(s.object, 'postedReceives', s.posted.length);
		completeReceive(provider, t, s, operation, bytes);
		return;
	}
	const { flowControl, privateBuffers } = provider.nic.settings;
	// OQ-25: the provider keeps messages before the first WSPRecv only; after that it is the NIC's queue, if it has one.
	const keeps = (!s.receiving || flowControl) && s.kept.length < privateBuffers;
	if (!keeps) {
		t.note(NO_BUFFER, provider.component, bytes.length);
		// OQ-23: the peer has sent more than it may.
		if (s.receiving) connectionBroken(s, seq, phase, source);
		return;
	}
	s.kept.push(bytes);
	t.component = flowControl ? provider.nic.component : provider.component;
	t.note(KEPT, t.component, bytes.length, s.kept.length);
	t.change(s.object, 'privateMessages', s.kept.length);
	t.component = provider.nic.component;
}

/** Copies the bytes into the posted buffer and reports the completion (COMP-6). */
function completeReceive(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	operation: Overlapped,
	bytes: Uint8Array,
): void {
	if (operation.notBefore > 0 || s.receiveGate > 0) {
		// A fault lets this receive, or one before it, end later; they end in order (DATA-11).
		// One nanosecond apart, so that equal times cannot exchange them.
		const due = Math.max(operation.notBefore, s.receiveGate > 0 ? s.receiveGate + 1 : 0);
		if (due > provider.simulation.now) {
			s.receiveGate = due;
			completeLater(provider, t, s, operation, bytes, due);
			return;
		}
	}
	deliver(provider, t, s, operation, bytes);
}

function deliver(provider: SanProvider, t: Thread, s: SanSocket, operation: Overlapped, bytes: Uint8Array): void {
	const { memory, offset, length } = operation.buffer;
	memory.inUse--;
	writeMemory(t, memory, offset, bytes.length <= length ? bytes : bytes.subarray(0, length));
	const signal = t.signal(RECEIVED, provider.component, undefined, bytes.length);
	t.cause = signal;
	t.component = provider.component;
	finishOperation(
		provider,
		t,
		s,
		operation,
		bytes.length > length ? 'WSAEMSGSIZE' : undefined,
		Math.min(bytes.length, length),
	);
	t.component = provider.nic.component;
}

function completeLater(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	operation: Overlapped,
	bytes: Uint8Array,
	due: number,
): void {
	const { cause, phase, source } = t;
	provider.simulation.at(due, () => {
		const { thread } = provider.nic;
		if (s.state === 'closed' || operation.status === 'finished' || thread.state === 'ended') return;
		if (s.receiveGate === due) s.receiveGate = 0;
		thread.begin(cause, phase, source);
		deliver(provider, thread, s, operation, bytes);
	});
}

/**
 * The transport has given a message up: the connection is broken, and pending receives end with an error (CLOSE-2). The
 * record of the socket stays until the switch closes it (CLOSE-5).
 */
export function connectionBroken(socket: SanSocket, cause: number, phase: number, source: number): void {
	const s = present(socket);
	// A host that has crashed notices nothing.
	if (s.state !== 'connected' || s.provider.nic.thread.state === 'ended') return;
	const { provider } = s;
	// What arrived before is received before: receives that a fault keeps back end first (DATA-11).
	if (s.receiveGate > provider.simulation.now) {
		provider.simulation.at(s.receiveGate + 1, () => connectionBroken(s, cause, phase, source));
		return;
	}
	const t = provider.nic.thread;
	t.begin(cause, phase, source);
	t.component = provider.component;
	provider.setState(t, s, 'reset');
	for (const operation of s.posted.splice(0)) {
		operation.buffer.memory.inUse--;
		finishOperation(provider, t, s, operation, 'WSAECONNRESET', 0);
	}
	t.change(s.object, 'postedReceives', 0);
	for (const operation of [...s.sends]) {
		settle(provider, s, operation);
		if (operation.status === 'finished') continue;
		operation.buffer.memory.inUse--;
		finishOperation(provider, t, s, operation, 'WSAECONNRESET', 0);
	}
	s.sends.length = 0;
	t.component = provider.nic.component;
	if (s.peer) peerNotices(s, s.peer, cause, phase, source);
}

/**
 * The other end of a connection that is gone here finds out by itself, where no message tells it: its provider asks for a
 * sign of life now and then.
 */
export function peerNotices(s: SanSocket, peer: SanSocket, cause: number, phase: number, source: number): void {
	const { simulation } = s.provider;
	simulation.at(simulation.now + FABRIC_TIMEOUT_NS, () => {
		const end = present(peer);
		if (end.peer !== s || end.state !== 'connected' || end.provider.nic.thread.state === 'ended') return;
		connectionBroken(end, cause, phase, source);
	});
}

/** Stores the result of an operation, and tells the switch if it asked for notification (COMP-5, COMP-6). */
export function finishOperation(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	operation: Overlapped,
	error: string | undefined,
	bytes: number,
): void {
	operation.status = 'finished';
	operation.error = error;
	operation.bytes = bytes;
	if (s.debug && error) provider.diagnose(t, s, `${operation.operation} ${operation.number}: ${error}`);
	const { effect } = operation;
	if ((!operation.notify && effect?.completions === undefined) || operation.silent) return;
	const upCall = provider.effect('WPUCompleteOverlappedRequest');
	if (forced(upCall) !== undefined) return;
	const times = upCall?.completions ?? effect?.completions ?? 1;
	for (let n = 0; n < times; n++) {
		provider.upCalls?.WPUCompleteOverlappedRequest(t, s.switchDescriptor, operation, error, bytes);
	}
}

/**
 * WSPGetOverlappedResult with fWait FALSE: the switch polls (COMP-4). Bytes transferred, or WSA_IO_INCOMPLETE (COMP-7).
 */
export function WSPGetOverlappedResult(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	operation: Overlapped,
): Outcome<number> {
	provider.enter(t, WSP_GET_OVERLAPPED_RESULT, s.descriptor, operation.operation, false, operation.number);
	const fault = forced(provider.effect('WSPGetOverlappedResult'));
	if (typeof fault === 'number') {
		t.leave(RESULT, true, undefined, fault);
		return fault;
	}
	const error = fault ?? (s.state === 'closed' ? 'WSAENOTSOCK' : undefined);
	if (error) {
		t.leave(INCOMPLETE, false, error);
		return error;
	}
	settle(provider, s, operation);
	if (operation.status === 'in progress' || operation.effect?.completions === 0) {
		t.leave(INCOMPLETE, false, 'WSA_IO_INCOMPLETE');
		return 'WSA_IO_INCOMPLETE';
	}
	if (operation.error) {
		t.leave(RESULT, false, operation.error, 0);
		return operation.error as WsaError;
	}
	t.leave(operation.operation === 'WSPRdmaWrite' ? WRITE_RESULT : RESULT, true, undefined, operation.bytes);
	return operation.bytes;
}

/** An operation whose last bit has left the NIC is finished. */
function settle(provider: SanProvider, s: SanSocket, operation: Overlapped): void {
	if (operation.status === 'finished' || provider.simulation.now < operation.finishes) return;
	operation.status = 'finished';
	operation.buffer.memory.inUse--;
	removeFrom(s.sends, operation);
}

/** Why nothing can be transferred on a socket, or undefined. */
export function notUsable(s: SanSocket): WsaError | undefined {
	switch (s.state) {
		case 'connected':
			return undefined;
		case 'reset':
			return 'WSAECONNRESET';
		case 'closed':
			return 'WSAENOTSOCK';
		case 'duplicated':
			return 'WSAEINVAL';
		default:
			return 'WSAENOTCONN';
	}
}

function refuse(t: Thread, where: Site, error: WsaError): WsaError {
	t.leave(where, -1, error);
	return error;
}
