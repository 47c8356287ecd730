/** DUP-1, DUP-10 to DUP-17: how a socket goes from one process to the next. */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { hostOf } from './components';
import type { Model } from './model';
import type { Operation } from './operations';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { arg, callOf, type Key, keyOf, numberArg } from './values';

const rules = ['DUP-1', 'DUP-10', 'DUP-11', 'DUP-12', 'DUP-13', 'DUP-14', 'DUP-15', 'DUP-16', 'DUP-17'] as const;

/** A socket that its process gave away. */
interface Swap {
	readonly old: SanSocket;
	readonly given: number;
	readonly process: Key | undefined;
	readonly local: string | undefined;
	readonly remote: string | undefined;
	readonly state: string;
	next: SanSocket | undefined;
}

/** WSPDuplicateSocket or WSPSocket with dwProviderReserved, under way. */
interface Work {
	readonly pending: readonly Operation[];
	readonly stateBefore: string;
	readonly swap: Swap | undefined;
	/** The socket that this process had before. */
	readonly former: SanSocket | undefined;
	handle: boolean;
}

interface Facts {
	readonly swaps: Map<string, Swap>;
	readonly work: Map<number, Work>;
	/** Sockets that were not revived and are to be closed, with the record that made them superfluous. */
	readonly superfluous: Map<SanSocket, number>;
	/** Which switch is the process of a dwProcessId. */
	readonly processes: Map<string, string>;
	readonly givenAway: Map<SanSocket, Swap>;
}

export function swapTakeover(): RuleCheck {
	const facts: Facts = {
		swaps: new Map(),
		work: new Map(),
		superfluous: new Map(),
		processes: new Map(),
		givenAway: new Map(),
	};
	return ruleCheck(
		rules,
		{
			'call, provider': (call, context, model) => judgeUse(call, facts, context, model),
			'call WSPDuplicateSocket, provider': (call, context, model) => {
				judgeUse(call, facts, context, model);
				const socket = model.sockets.of(call);
				if (!socket) return;
				const pending = model.operations.pending(socket, 'WSPRecv');
				facts.work.set(call.seq, {
					pending: [...pending],
					stateBefore: socket.state,
					swap: undefined,
					former: undefined,
					handle: false,
				});
			},
			'return WSPDuplicateSocket, provider': (ret, context, model) => {
				const work = facts.work.get(ret.call ?? -1);
				if (work && !ret.error) judgeGiven(ret, work, facts, context, model);
				facts.work.delete(ret.call ?? -1);
			},
			'call WSPSocket, provider': (call, context, model) => {
				judgeUse(call, facts, context, model);
				const key = keyOf(arg(call, 'dwProviderReserved'));
				if (key === undefined || String(key) === '0') return;
				const swap = facts.swaps.get(`${hostOf(call.to)} ${key}`);
				if (swap) context.kept('DUP-13', call.seq);
				else context.broken('DUP-13', call.seq, 'dwProviderReserved {0} comes from no WSPDuplicateSocket', key);
				const former = swap && model.sockets.all.find((entry) => isFormer(entry, swap, call.from));
				facts.work.set(call.seq, { pending: [], stateBefore: '', swap, former, handle: false });
			},
			'call WPUCreateSocketHandle': (call) => {
				const work = call.within === null ? undefined : facts.work.get(call.within);
				if (work) work.handle = true;
			},
			'return WSPSocket, provider': (ret, context, model) => {
				judgeDescriptor(ret, facts, context, model);
				const work = facts.work.get(ret.call ?? -1);
				if (work?.swap) judgeTaken(ret, work, work.swap, facts, context, model);
				facts.work.delete(ret.call ?? -1);
			},
			'return WSPAccept, provider': (ret, context, model) => judgeDescriptor(ret, facts, context, model),
			'return WSPCloseSocket, provider': (ret, context, model) => judgeClose(ret, facts, context, model),
		},
		(context) => {
			for (const [socket, seq] of facts.superfluous) {
				context.broken(
					'DUP-15',
					seq,
					'a new socket was made, but the former one ({0}) was never closed',
					socket.descriptor,
				);
			}
			for (const swap of facts.swaps.values()) {
				if (swap.next || swap.old.closed !== undefined || swap.old.state === 'reset') continue;
				context.broken('DUP-13', swap.given, 'the socket was given away, but no process took it over with WSPSocket');
			}
		},
	);
}

/** DUP-1, DUP-12: whoever gave a socket away only closes it. */
function judgeUse(call: SeenRecord, facts: Facts, context: CheckContext, model: Model): void {
	if (facts.givenAway.size === 0 || !call.name.startsWith('WSP')) return;
	const socket = model.sockets.find(call.toId, numberArg(call, 's'));
	if (!socket || call.name === 'WSPCloseSocket' || call.name.startsWith('WSPDeregister')) return;
	const swap = facts.givenAway.get(socket);
	if (swap) {
		context.broken('DUP-12', call.seq, '{0} on a socket that was given away in record {1}', call.name, swap.given);
		context.broken(
			'DUP-1',
			call.seq,
			'{0} by a process that no longer controls the socket (record {1})',
			call.name,
			swap.given,
		);
		return;
	}
	const taken = [...facts.swaps.values()].find((entry) => entry.next === socket);
	if (taken) context.kept('DUP-1', call.seq);
}

function judgeGiven(ret: SeenRecord, work: Work, facts: Facts, context: CheckContext, model: Model): void {
	const call = callOf(ret, context);
	const old = model.sockets.find(ret.fromId, numberArg(call, 's'));
	if (!old) return;
	judgeReceives(ret, old, work.pending, context, model);
	const key = keyOf(arg(ret, 'dwProviderReserved', 'lpProtocolInfo') ?? (ret.result === 0 ? undefined : ret.result));
	const name = `${hostOf(ret.from)} ${key}`;
	const known = facts.swaps.get(name);
	if (key === undefined || String(key) === '0') {
		context.broken('DUP-11', ret.seq, 'no dwProviderReserved that identifies the socket was returned');
	} else if (known && known.old !== old) {
		context.broken(
			'DUP-11',
			ret.seq,
			'dwProviderReserved {0} already stands for the socket of record {1}',
			key,
			known.given,
		);
	} else context.kept('DUP-11', ret.seq);
	const { local, remote } = old;
	const state = work.stateBefore;
	const process = keyOf(arg(call, 'dwProcessId'));
	const swap: Swap = { old, given: ret.seq, process, local, remote, state, next: undefined };
	facts.swaps.set(name, swap);
	facts.givenAway.set(old, swap);
}

/** DUP-10: outstanding receives end with success and zero bytes, and their buffers are released. */
function judgeReceives(
	ret: SeenRecord,
	old: SanSocket,
	pending: readonly Operation[],
	context: CheckContext,
	model: Model,
): void {
	for (const operation of pending) {
		const memory = model.registrations.find(old.providerId, operation.handle);
		if (operation.reported === undefined) {
			context.broken('DUP-10', ret.seq, 'the receive of record {0} is still outstanding', operation.call.seq);
			return;
		}
		if (operation.error !== undefined || (operation.bytes ?? 0) !== 0) {
			context.broken(
				'DUP-10',
				operation.reported,
				'the receive of record {0} ended with {1} and {2} bytes: success and zero bytes were due',
				operation.call.seq,
				operation.error ?? 'success',
				operation.bytes ?? 0,
			);
			return;
		}
		if (memory && model.registrations.heldByProvider(memory) === true) {
			context.broken('DUP-10', ret.seq, 'the buffers of record {0} were not released', memory.seq);
			return;
		}
	}
	if (pending.length > 0) context.kept('DUP-10', ret.seq);
}

function isFormer(entry: SanSocket, swap: Swap, user: string): boolean {
	return (
		entry.switch === user &&
		entry.givenAway !== undefined &&
		entry.closed === undefined &&
		entry.local === swap.local &&
		entry.remote === swap.remote
	);
}

function judgeTaken(ret: SeenRecord, work: Work, swap: Swap, facts: Facts, context: CheckContext, model: Model): void {
	const named = swap.process === undefined ? undefined : facts.processes.get(`${hostOf(ret.to)} ${swap.process}`);
	if (ret.error || typeof ret.result !== 'number') return;
	if (named !== undefined && named !== ret.to) {
		context.broken(
			'DUP-11',
			ret.seq,
			'the socket was meant for process {0}, but another one ({1}) got it',
			swap.process ?? '',
			ret.to,
		);
	}
	if (swap.process !== undefined) facts.processes.set(`${hostOf(ret.to)} ${swap.process}`, ret.to);
	const next = model.sockets.find(ret.fromId, ret.result);
	swap.next = next;
	if (swap.old.switch !== ret.to || work.former) judgeHandle(ret, work, facts, context);
	if (next) {
		facts.givenAway.delete(next);
		next.givenAway = undefined;
		judgeLooks(ret, next, swap, context);
	}
	context.kept('DUP-12', ret.seq);
}

/** DUP-14: a process that is new to the socket gets a new descriptor. DUP-15 permits to revive a former one. */
function judgeHandle(ret: SeenRecord, work: Work, facts: Facts, context: CheckContext): void {
	if (!work.former) {
		if (work.handle) context.kept('DUP-14', ret.seq);
		else
			context.broken('DUP-14', ret.seq, 'this process never had the socket, but WPUCreateSocketHandle was not called');
		return;
	}
	if (work.handle) facts.superfluous.set(work.former, ret.seq);
	else context.kept('DUP-15', ret.seq);
}

/** DUP-16. */
function judgeLooks(ret: SeenRecord, next: SanSocket, swap: Swap, context: CheckContext): void {
	if (next.state !== swap.state) {
		context.broken('DUP-16', ret.seq, 'the socket is {0} after the swap, but was {1} before', next.state, swap.state);
	} else if (next.local !== swap.local || next.remote !== swap.remote) {
		context.broken(
			'DUP-16',
			ret.seq,
			'the socket connects {0} and {1} after the swap, but connected {2} and {3} before',
			next.local ?? 'nothing',
			next.remote ?? 'nothing',
			swap.local ?? 'nothing',
			swap.remote ?? 'nothing',
		);
	} else context.kept('DUP-16', ret.seq);
}

/** DUP-17: a new descriptor is none that is still open. */
function judgeDescriptor(ret: SeenRecord, facts: Facts, context: CheckContext, model: Model): void {
	if (ret.error || typeof ret.result !== 'number') return;
	const others = model.sockets.openOf(ret.fromId);
	const same = [...others].filter((entry) => entry.descriptor === ret.result);
	const first = same[0];
	if (same.length > 1 && first && !facts.givenAway.has(first)) {
		context.broken(
			'DUP-17',
			ret.seq,
			'descriptor {0} is used again, but its socket of record {1} was never closed',
			ret.result,
			first.created,
		);
	} else if (others.size > 1) context.kept('DUP-17', ret.seq);
}

function judgeClose(ret: SeenRecord, facts: Facts, context: CheckContext, model: Model): void {
	const socket = model.sockets.find(ret.fromId, numberArg(callOf(ret, context), 's'));
	if (!socket) return;
	if (
		ret.error === 'WSAENOTSOCK' &&
		socket.closed === undefined &&
		socket.switch !== '' &&
		!model.sockets.cleanedUp.has(ret.fromId)
	) {
		context.broken(
			'DUP-17',
			ret.seq,
			'descriptor {0} is no longer valid, although the switch has not closed it',
			socket.descriptor,
		);
	}
	if (ret.error) return;
	if (facts.givenAway.delete(socket)) context.kept('DUP-17', ret.seq);
	if (facts.superfluous.delete(socket)) context.kept('DUP-15', ret.seq);
}
