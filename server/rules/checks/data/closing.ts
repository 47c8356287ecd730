/** CLOSE-1 to CLOSE-7: how SAN sockets are closed on both sides, and what no provider may do before or after. */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { isSwitch } from './components';
import type { Model } from './model';
import type { Operation } from './operations';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { callOf, callsAround, numberArg, textArg } from './values';

const rules = ['CLOSE-1', 'CLOSE-2', 'CLOSE-3', 'CLOSE-4', 'CLOSE-5', 'CLOSE-6', 'CLOSE-7'] as const;

/** A close under way. */
interface Closing {
	readonly socket: SanSocket;
	readonly call: number;
	readonly stateBefore: string;
	/** Operations that asked for notification and were not finished. */
	readonly pending: readonly Operation[];
	disconnected: boolean;
}

/** A socket that the peer reset, and the receives that were posted then. */
interface Reset {
	readonly seq: number;
	readonly posted: readonly Operation[];
}

export function closing(): RuleCheck {
	const closings = new Map<number, Closing>();
	const resets = new Map<SanSocket, Reset>();
	const lost = new Set<number>();
	return ruleCheck(
		rules,
		{
			'call WSPCloseSocket, provider': (call, _, model) => {
				const socket = model.sockets.of(call);
				if (!socket || socket.closeCalled !== call.seq) return;
				const pending = model.operations
					.pending(socket)
					.filter((operation) => operation.notify && !model.operations.unreported.has(operation));
				closings.set(call.seq, { socket, call: call.seq, stateBefore: socket.state, pending, disconnected: false });
			},
			'message native disconnect': (message) => {
				const closing = message.within === null ? undefined : closings.get(message.within);
				if (closing) closing.disconnected = true;
			},
			'note message lost': (note) => {
				if (textArg(note, 'message') === 'native disconnect') lost.add(note.within ?? -1);
			},
			'signal WPUCompleteOverlappedRequest': (signal, context, model) => {
				judgeLastUpCall(signal, context, model);
				judgeAbort(signal, closings, context, model);
				judgeReset(signal, resets, context, model);
			},
			'call WPUCloseSocketHandle': judgeHandleClose,
			'state socket.state': (record, context, model) => judgeState(record, resets, context, model),
			'return WSPCloseSocket, provider': (ret, context, model) => {
				judgeCloseError(ret, context);
				const closing = closings.get(ret.call ?? -1);
				if (closing && !ret.error) judgeClosed(ret, closing, context, model);
				closings.delete(ret.call ?? -1);
			},
			'return, application': judgeUseAfterClose,
			'return, provider': judgeUseAfterClose,
		},
		(context, model) => {
			for (const socket of model.sockets.all) judgeAtEnd(socket, lost, context, model);
			for (const [socket, reset] of resets) judgeResetAtEnd(socket, reset, context);
		},
	);
}

/** CLOSE-7. */
function judgeCloseError(ret: SeenRecord, context: CheckContext): void {
	if (ret.error === 'WSAEWOULDBLOCK' || ret.error === 'WSAEINPROGRESS') {
		context.broken('CLOSE-7', ret.seq, 'WSPCloseSocket of a SAN provider answered {0}', ret.error);
	} else context.kept('CLOSE-7', ret.seq);
}

function judgeClosed(ret: SeenRecord, closing: Closing, context: CheckContext, model: Model): void {
	const { socket, pending } = closing;
	if (closing.stateBefore === 'reset') context.kept('CLOSE-5', ret.seq);
	if (closing.stateBefore === 'connected') {
		if (closing.disconnected) context.kept('CLOSE-1', ret.seq);
		else if (!isKeptBack(socket, model))
			context.broken(
				'CLOSE-1',
				ret.seq,
				'the connection was not torn down: no native disconnect was sent to the provider of the peer',
			);
	}
	if (socket.givenAway !== undefined) return;
	const left = pending.filter((operation) => operation.reported === undefined);
	const [first] = left;
	if (first) {
		context.broken(
			'CLOSE-3',
			ret.seq,
			'{0} pending operations were not completed, for example the {1} of record {2}',
			left.length,
			first.name,
			first.call.seq,
		);
	} else if (pending.length > 0 && model.operations.pending(socket).every((operation) => !operation.notify)) {
		context.kept('CLOSE-3', ret.seq);
	}
}

/** The disconnect waits in the NIC behind a message that does not get through. */
function isKeptBack(socket: SanSocket, model: Model): boolean {
	const peer = model.sockets.peer(socket);
	return peer !== undefined && model.outages.isUnreached(socket, peer);
}

/** CLOSE-3: aborted operations say so, and their memory is released before that. */
function judgeAbort(
	signal: SeenRecord,
	closings: ReadonlyMap<number, Closing>,
	context: CheckContext,
	model: Model,
): void {
	const operation = model.operations.current;
	if (!operation) return;
	const closing = [...closings.values()].find((candidate) => candidate.socket === operation.socket);
	if (!closing?.pending.includes(operation) || operation.arrived !== undefined) return;
	if (operation.error !== 'WSA_OPERATION_ABORTED') {
		context.broken(
			'CLOSE-3',
			signal.seq,
			'the {0} of record {1} was pending at the close and ended with {2} instead of WSA_OPERATION_ABORTED',
			operation.name,
			operation.call.seq,
			operation.error ?? 'success',
		);
		return;
	}
	const memory = model.registrations.find(operation.socket.providerId, operation.handle);
	if (memory && model.registrations.heldByProvider(memory) === true) {
		context.broken(
			'CLOSE-3',
			signal.seq,
			'the {0} of record {1} was reported as aborted before its memory (record {2}) was released',
			operation.name,
			operation.call.seq,
			memory.seq,
		);
	}
}

/** CLOSE-4: nothing comes after WPUCloseSocketHandle. */
function judgeLastUpCall(signal: SeenRecord, context: CheckContext, model: Model): void {
	const socket = model.sockets.withHandle(signal.fromId, numberArg(signal, 's'));
	if (!socket || socket.handleClosed === undefined) return;
	context.broken(
		'CLOSE-4',
		signal.seq,
		'an up-call for a socket whose last one, WPUCloseSocketHandle, was record {0}',
		socket.handleClosed,
	);
}

/** CLOSE-4 and CLOSE-5: WPUCloseSocketHandle comes within or after the close, once. */
function judgeHandleClose(call: SeenRecord, context: CheckContext, model: Model): void {
	const socket = model.sockets.withHandle(call.fromId, numberArg(call, 's'));
	if (!socket) return;
	if (socket.handleClosed !== call.seq) {
		context.broken(
			'CLOSE-4',
			call.seq,
			'WPUCloseSocketHandle a second time, after record {0}',
			socket.handleClosed ?? 0,
		);
	} else if (socket.closeCalled !== undefined) context.kept('CLOSE-4', call.seq);
	else if (socket.handedOut && !inCleanup(call.seq, context)) {
		context.broken(
			'CLOSE-5',
			call.seq,
			'the provider gives up socket {0} before the switch has closed it',
			socket.descriptor,
		);
	}
}

/** At the end of a process its provider releases everything (CLEAN-1), sockets included. */
function inCleanup(seq: number, context: CheckContext): boolean {
	for (const call of callsAround(seq, context)) if (call.name === 'WSPCleanup') return true;
	return false;
}

/** CLOSE-5, and the start of CLOSE-2. */
function judgeState(record: SeenRecord, resets: Map<SanSocket, Reset>, context: CheckContext, model: Model): void {
	const { owner, ownerId, number } = record.changed;
	if (isSwitch(owner)) return;
	const socket = model.sockets.find(ownerId, number);
	if (!socket) return;
	const before = record.arg('before');
	const after = record.arg('after');
	if (after === 'closed' && socket.closeCalled === undefined && socket.handedOut && !inCleanup(record.seq, context)) {
		context.broken(
			'CLOSE-5',
			record.seq,
			'the provider has freed socket {0} before the switch called WSPCloseSocket',
			number,
		);
	}
	if (after !== 'reset' || before !== 'connected') return;
	const posted = model.operations.pending(socket, 'WSPRecv').filter((operation) => operation.arrived === undefined);
	resets.set(socket, { seq: record.seq, posted });
}

/** CLOSE-2: a receive that was posted when the peer reset ends with an error. */
function judgeReset(
	signal: SeenRecord,
	resets: ReadonlyMap<SanSocket, Reset>,
	context: CheckContext,
	model: Model,
): void {
	const operation = model.operations.current;
	const reset = operation && resets.get(operation.socket);
	if (!operation || !reset?.posted.includes(operation)) return;
	if (operation.error !== undefined && operation.error !== '0') context.kept('CLOSE-2', signal.seq);
	else {
		context.broken(
			'CLOSE-2',
			signal.seq,
			'the receive of record {0} ended without an error, although the connection was reset in record {1}',
			operation.call.seq,
			reset.seq,
		);
	}
}

function judgeResetAtEnd(socket: SanSocket, reset: Reset, context: CheckContext): void {
	const left = reset.posted.filter((operation) => operation.reported === undefined);
	const [first] = left;
	if (!first || socket.closeCalled !== undefined) return;
	context.broken(
		'CLOSE-2',
		reset.seq,
		'the connection was reset, but {0} receives were never completed, for example that of record {1}',
		left.length,
		first.call.seq,
	);
}

/** CLOSE-1 on the other side, and CLOSE-4 for a socket whose handle was never closed. */
function judgeAtEnd(socket: SanSocket, lost: ReadonlySet<number>, context: CheckContext, model: Model): void {
	const { closed, closeCalled } = socket;
	if (closed === undefined || closeCalled === undefined) return;
	if (socket.switchDescriptor !== undefined && socket.handleClosed === undefined && socket.givenAway === undefined) {
		context.broken(
			'CLOSE-4',
			closed,
			'the socket is closed, but WPUCloseSocketHandle was never called for descriptor {0}',
			socket.switchDescriptor,
		);
	}
	const peer = socket.connected && socket.givenAway === undefined ? model.sockets.peer(socket) : undefined;
	if (!peer || lost.has(closeCalled) || model.outages.separates(socket, peer)) return;
	if (peer.state === 'connected' && peer.closed === undefined) {
		context.broken(
			'CLOSE-1',
			closed,
			'the connection was closed here, but {0} still takes its socket {1} for connected',
			peer.provider,
			peer.descriptor,
		);
	}
}

/** CLOSE-6: a closed descriptor answers WSAENOTSOCK, to the switch as to an application. */
function judgeUseAfterClose(ret: SeenRecord, context: CheckContext, model: Model): void {
	const call = callOf(ret, context);
	const socket = ret.outOfProvider ? model.sockets.known(call) : model.apps.of(call);
	const closed = socket?.closed;
	if (closed === undefined || closed >= call.seq) return;
	if (!ret.name.startsWith('WSP') || ret.name === 'WSPMemoryRegistrationCacheCallback') return;
	const s = numberArg(call, 's') as number;
	if (ret.error === 'WSAENOTSOCK') context.kept('CLOSE-6', ret.seq);
	else {
		context.broken(
			'CLOSE-6',
			ret.seq,
			'descriptor {0} was closed in record {1}: WSAENOTSOCK was due, not {2}',
			s,
			closed,
			ret.error ?? 'success',
		);
	}
}
