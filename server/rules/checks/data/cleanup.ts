/** CLEAN-1, CLEAN-2: WSPCleanup, counted against start-up, passed on to all providers, releasing what is left. */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { intoProvider, intoSwitch, isSwitch, outOfSwitch } from './components';
import type { Model } from './model';
import { ruleCheck } from './ruleCheck';
import { callOf } from './values';

/** What a switch has started, and what it cleans up now. */
interface Process {
	/** Successful start-ups, by provider (TCP/IP included), that were not cleaned up. */
	readonly started: Map<string, number>;
	/** Start-ups of the application. */
	application: number;
}

/** An application's WSPCleanup under way. */
interface Cleanup {
	readonly seq: number;
	readonly switch: string;
	/** Count of the application's start-ups at the call. */
	readonly count: number;
	readonly due: readonly string[];
	readonly called: Set<string>;
}

export function cleanup(): RuleCheck {
	const processes = new Map<string, Process>();
	const cleanups = new Map<number, Cleanup>();
	const processOf = (user: string): Process => {
		let process = processes.get(user);
		if (!process) {
			process = { started: new Map(), application: 0 };
			processes.set(user, process);
		}
		return process;
	};
	const startedUp = (ret: SeenRecord): void => {
		if (ret.error) return;
		if (isSwitch(ret.to)) {
			const { started } = processOf(ret.to);
			started.set(ret.from, (started.get(ret.from) ?? 0) + 1);
		} else if (outOfSwitch(ret)) processOf(ret.from).application++;
	};
	return ruleCheck(['CLEAN-1', 'CLEAN-2'], {
		'return WSPStartup': startedUp,
		'return WSPStartupEx': startedUp,
		'call WSPCleanup': (call) => {
			if (intoSwitch(call)) {
				const { started, application } = processOf(call.to);
				const due = [...started].filter(([, count]) => count > 0).map(([provider]) => provider);
				cleanups.set(call.seq, { seq: call.seq, switch: call.to, count: application, due, called: new Set() });
			} else if (isSwitch(call.from)) {
				for (const entry of cleanups.values()) if (entry.switch === call.from) entry.called.add(call.to);
			}
		},
		'return WSPCleanup': (ret, context, model) => {
			if (isSwitch(ret.to)) judgeProvider(ret, processOf(ret.to), context, model);
			const entry = cleanups.get(ret.call ?? -1);
			if (!entry || !outOfSwitch(ret)) return;
			cleanups.delete(entry.seq);
			judgeSwitch(ret, entry, processOf(entry.switch), context);
		},
	});
}

function judgeProvider(ret: SeenRecord, process: Process, context: CheckContext, model: Model): void {
	const count = process.started.get(ret.from) ?? 0;
	if (count === 0) {
		if (ret.error === 'WSANOTINITIALISED') context.kept('CLEAN-2', ret.seq);
		else
			context.broken(
				'CLEAN-2',
				ret.seq,
				'{0} was not started: WSANOTINITIALISED was due, not {1}',
				ret.from,
				ret.error ?? 'success',
			);
		return;
	}
	if (ret.error) {
		context.broken(
			'CLEAN-2',
			ret.seq,
			'{0} was started {1} times, but its WSPCleanup failed with {2}',
			ret.from,
			count,
			ret.error,
		);
		return;
	}
	process.started.set(ret.from, count - 1);
	if (count === 1) judgeReleased(ret, context, model);
	else judgeTooEarly(ret, count, context, model);
}

/** The last WSPCleanup: nothing is held any more. */
function judgeReleased(ret: SeenRecord, context: CheckContext, model: Model): void {
	let held: number | undefined;
	let sockets = 0;
	for (const socket of model.sockets.all) {
		if (socket.provider !== ret.from || socket.switch !== ret.to) continue;
		const entry = model.registrations
			.of(socket)
			.find((candidate) => model.registrations.heldByProvider(candidate) === true);
		held ??= entry?.seq;
		if (socket.closed === undefined && socket.state !== 'closed') sockets++;
	}
	if (held !== undefined) {
		context.broken(
			'CLEAN-1',
			ret.seq,
			'{0} still holds the memory of record {1} after its last WSPCleanup',
			ret.from,
			held,
		);
	} else if (sockets > 0 && intoProvider(callOf(ret, context))) {
		context.broken('CLEAN-1', ret.seq, '{0} still has {1} open sockets after its last WSPCleanup', ret.from, sockets);
	} else context.kept('CLEAN-1', ret.seq);
}

/** A WSPCleanup that is not the last one cleans nothing up. */
function judgeTooEarly(ret: SeenRecord, count: number, context: CheckContext, model: Model): void {
	const call = ret.call ?? 0;
	for (const socket of model.sockets.all) {
		if (socket.provider !== ret.from) continue;
		for (const entry of model.registrations.live(socket)) {
			if (model.registrations.heldByProvider(entry) !== false || entry.seq > call) continue;
			context.broken(
				'CLEAN-2',
				ret.seq,
				'memory of record {0} was released, although {1} start-ups are still to be cleaned up',
				entry.seq,
				count - 1,
			);
			return;
		}
	}
	context.kept('CLEAN-2', ret.seq);
}

function judgeSwitch(ret: SeenRecord, entry: Cleanup, process: Process, context: CheckContext): void {
	if (ret.error) {
		if (ret.error === 'WSANOTINITIALISED' && entry.count === 0) context.kept('CLEAN-2', ret.seq);
		else if (entry.count > 0)
			context.broken('CLEAN-2', ret.seq, 'WSPCleanup failed with {0} after {1} start-ups', ret.error, entry.count);
		return;
	}
	process.application = Math.max(0, process.application - 1);
	if (entry.count > 1) {
		if (entry.called.size === 0) context.kept('CLEAN-2', ret.seq);
		else
			context.broken(
				'CLEAN-2',
				ret.seq,
				'the providers were cleaned up, although {0} start-ups are still open',
				entry.count - 1,
			);
		return;
	}
	const missed = entry.due.find((provider) => !entry.called.has(provider));
	if (missed)
		context.broken('CLEAN-1', ret.seq, 'the last WSPCleanup of the application, but {0} was not cleaned up', missed);
	else if (entry.due.length > 0) context.kept('CLEAN-1', ret.seq);
}
