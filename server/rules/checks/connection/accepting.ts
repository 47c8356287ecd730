/** The SAN provider's WSPAccept and what leads to it (ACC-3 to ACC-12, ACC-16 to ACC-18). ACC-12's other end is in `failing.ts`. */
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { RuleId } from '../../ruleBook';
import { requestOf } from './destination';
import {
	allWithin,
	callOf,
	callsAndReturns,
	enclosing,
	fieldOf,
	findWithin,
	hostOf,
	isDownCall,
	isDownReturn,
	isSwitch,
	isTcpip,
	named,
	numberOf,
	postedIn,
	textOf,
} from './parts';

/** ACC-3: after the signal WSPEnumNetworkEvents, then WSPAccept; ACC-4: with a condition function. */
const afterTheEvent: MakeCheck = () => {
	/** Listening sockets by event: the signal that has not been enumerated. */
	const unread = new Map<string, SeenRecord>();
	const eventOf = new Map<string, string>();
	return {
		rules: ['ACC-3', 'ACC-4'],
		interests: [
			...named('call', 'WSPEventSelect', 'WSPAccept'),
			...named('return', 'WSPEnumNetworkEvents'),
			...named('signal', 'SetEvent'),
		],
		record(record, context) {
			if (record.kind === 'signal') {
				if (record.arg('announces') !== 'FD_ACCEPT' || isSwitch(record.from)) return;
				unread.set(`${record.from} ${numberOf(record, 'hEvent')}`, record);
			} else if (record.kind === 'return') enumerated(record, context);
			else if (isDownCall(record)) called(record, context);
		},
	};

	function called(record: SeenRecord, context: CheckContext): void {
		const socket = `${record.to}#${numberOf(record, 's')}`;
		if (record.name === 'WSPEventSelect') {
			eventOf.set(socket, `${record.to} ${numberOf(record, 'hEventObject')}`);
			return;
		}
		const condition = record.arg('lpfnCondition');
		if (condition !== null && condition !== undefined) context.kept('ACC-4', record.seq);
		else context.broken('ACC-4', record.seq, 'record {0} calls WSPAccept without a condition function', record.seq);
		const signal = unread.get(eventOf.get(socket) ?? '');
		if (!signal) return;
		const text = 'record {0} accepts although WSPEnumNetworkEvents was not called after the signal of record {1}';
		context.broken('ACC-3', record.seq, text, record.seq, signal.seq);
	}

	function enumerated(record: SeenRecord, context: CheckContext): void {
		if (!isDownReturn(record) || record.error) return;
		const call = callOf(context, record);
		const key = `${record.from} ${numberOf(call, 'hEventObject')}`;
		const signal = unread.get(key);
		if (!signal) return;
		unread.delete(key);
		if (String(record.arg('lNetworkEvents')).includes('FD_ACCEPT')) context.kept('ACC-3', record.seq);
		else {
			const text = 'record {0} does not report the FD_ACCEPT of record {1}';
			context.broken('ACC-3', record.seq, text, record.seq, signal.seq);
		}
	}
};

/** What happened inside one WSPAccept of a SAN provider. */
interface Accepting {
	readonly call: SeenRecord;
	readonly returned: SeenRecord;
	readonly condition: SeenRecord | undefined;
	readonly answer: SeenRecord | undefined;
	readonly handle: SeenRecord | undefined;
	readonly reset: SeenRecord | undefined;
	readonly told: SeenRecord | undefined;
	readonly signals: readonly SeenRecord[];
}

function acceptingOf(context: CheckContext, returned: SeenRecord): Accepting {
	const call = callOf(context, returned);
	const inner = allWithin(context, call, returned.seq, () => true);
	const find = (kind: SeenRecord['kind'], name: string) =>
		inner.find((nested) => nested.kind === kind && nested.name === name);
	return {
		call,
		returned,
		condition: find('call', 'ConditionFunc'),
		answer: find('return', 'ConditionFunc'),
		handle: find('return', 'WPUCreateSocketHandle'),
		reset: find('signal', 'ResetEvent'),
		told: find('message', 'native accept') ?? find('message', 'native refusal'),
		signals: inner.filter((nested) => nested.kind === 'signal' && nested.name === 'SetEvent'),
	};
}

/** ACC-5 to ACC-12, ACC-17: the provider's WSPAccept. */
const providerAccept: MakeCheck = () => {
	/** Calls of WSPAccept whose peer has not been told yet: what it must be told, and which rule says so. */
	const owed = new Map<
		number,
		{ readonly rule: 'ACC-11' | 'ACC-12'; readonly message: string; readonly returned: number }
	>();
	/** Links in trouble keep messages back; the provider has done its part then. */
	let trouble = false;
	return {
		rules: ['ACC-5', 'ACC-6', 'ACC-7', 'ACC-8', 'ACC-9', 'ACC-11', 'ACC-12', 'ACC-17'],
		interests: [
			...named('return', 'WSPAccept'),
			...named('message', 'native accept', 'native refusal'),
			...named('note', 'message lost'),
		],
		record(record, context) {
			if (record.kind === 'note') trouble = true;
			else if (record.kind === 'message') told(record, context);
			else if (isDownReturn(record)) returned(record, context);
		},
		end(context) {
			if (trouble) return;
			for (const { rule, message, returned: seq } of owed.values()) {
				context.broken(
					rule,
					seq,
					'the request was answered in record {0}, but the peer was never told: no {1}',
					seq,
					message,
				);
			}
		},
	};

	function returned(record: SeenRecord, context: CheckContext): void {
		const accepting = acceptingOf(context, record);
		const answer = String(accepting.answer?.result ?? '');
		judgeAnswer(accepting, answer, context);
		const [rule, message] = record.error
			? (['ACC-12', 'native refusal'] as const)
			: (['ACC-11', 'native accept'] as const);
		if (!record.error) judgeAccepted(accepting, context);
		else if (answer === 'CF_REJECT') judgeRejected(accepting, context);
		else if (answer === 'CF_DEFER') judgeDeferred(accepting, context);
		if (record.error && answer !== 'CF_REJECT') return;
		if (accepting.told?.name === message) context.kept(rule, accepting.told.seq);
		else owed.set(accepting.call.seq, { rule, message, returned: record.seq });
	}

	function told(record: SeenRecord, context: CheckContext): void {
		const accept = postedIn(record, 'WSPAccept', context);
		const debt = accept && owed.get(accept.seq);
		if (!accept || debt?.message !== record.name) return;
		owed.delete(accept.seq);
		context.kept(debt.rule, record.seq);
	}
};

/** ACC-6; ACC-5 as far as it says that the function is called. */
function judgeAnswer({ call, returned, condition }: Accepting, answer: string, context: CheckContext): void {
	if (!condition) {
		if (returned.error) return;
		const text = 'record {0} accepts without having called the condition function';
		context.broken('ACC-5', returned.seq, text, returned.seq);
		return;
	}
	const accepts = !returned.error;
	const contradicts = accepts ? answer !== 'CF_ACCEPT' : answer === 'CF_ACCEPT' && returned.error === 'WSAECONNREFUSED';
	if (!contradicts) context.kept('ACC-6', returned.seq);
	else {
		const text = 'the condition function answers {0}, but WSPAccept of record {1} returns {2} (record {3})';
		context.broken('ACC-6', returned.seq, text, answer, call.seq, returned.error ?? 'a socket', returned.seq);
	}
}

function judgeAccepted({ returned, answer, handle, reset }: Accepting, context: CheckContext): void {
	const { seq } = returned;
	const after = answer?.seq ?? -1;
	if (handle && !handle.error && handle.seq > after) context.kept('ACC-7', seq);
	else {
		const text = 'record {0} returns a socket without the switch’s descriptor: no WPUCreateSocketHandle after {1}';
		context.broken('ACC-7', seq, text, seq, answer ? `record ${answer.seq}` : 'the condition function');
	}
	if (reset) context.kept('ACC-8', seq);
	else context.broken('ACC-8', seq, 'record {0} returns a socket, but ResetEvent was not called before', seq);
}

function judgeRejected({ returned }: Accepting, context: CheckContext): void {
	const { seq, error } = returned;
	if (error === 'WSAECONNREFUSED') context.kept('ACC-9', seq);
	else {
		const text = 'the request was rejected, but record {0} returns {1}, not WSAECONNREFUSED';
		context.broken('ACC-9', seq, text, seq, error ?? 'success');
	}
}

/** ACC-17: WSATRY_AGAIN, the request stays, nothing is announced. */
function judgeDeferred({ call, returned, signals, told }: Accepting, context: CheckContext): void {
	const s = numberOf(call, 's') ?? -1;
	const before = fieldOf(context, call.to, 'socket', s, 'queuedRequests', call.seq);
	const after = fieldOf(context, call.to, 'socket', s, 'queuedRequests', returned.seq);
	const quiet = signals.length === 0 && !told;
	if (returned.error === 'WSATRY_AGAIN' && before === after && quiet) context.kept('ACC-17', returned.seq);
	else {
		const text = 'the request was deferred; record {0} returns {1}, queued requests {2} → {3}, and the provider {4}';
		const noise = quiet ? 'announced nothing' : 'told somebody';
		const queued = [String(before), String(after)] as const;
		context.broken('ACC-17', returned.seq, text, returned.seq, returned.error ?? 'success', ...queued, noise);
	}
}

/** ACC-5, ACC-10: the condition function in the caller's thread, and before the peer is told. */
const conditionFirst: MakeCheck = () => ({
	rules: ['ACC-5', 'ACC-10'],
	interests: [...named('call', 'ConditionFunc'), ...named('message', 'native accept', 'native refusal')],
	record(record, context) {
		if (record.kind === 'call') {
			// The switch's own call of an application's condition function is another matter.
			if (!isSwitch(record.to)) return;
			const around = record.within === null ? undefined : context.view(record.within);
			if (around?.name === 'WSPAccept' && around.to === record.from) context.kept('ACC-5', record.seq);
			else {
				const text = 'record {0} calls the condition function in {1}, outside any WSPAccept of that thread';
				context.broken('ACC-5', record.seq, text, record.seq, record.thread);
			}
			return;
		}
		if (record.name === 'native refusal' && record.arg('reason') !== 'rejected') return;
		const accept = postedIn(record, 'WSPAccept', context);
		const answered =
			accept &&
			findWithin(context, accept, record.seq, (inner) => inner.kind === 'return' && inner.name === 'ConditionFunc');
		if (answered) context.kept('ACC-10', record.seq);
		else {
			const text = 'record {0} tells the peer “{1}” before the condition function was called';
			context.broken('ACC-10', record.seq, text, record.seq, record.name);
		}
	},
});

/** ACC-16, ACC-18: WSPAccept where there is nothing to accept. */
const nothingToAccept: MakeCheck = () => {
	/** When the withdrawal of a request arrives, by the connecting end. */
	const withdrawn = new Map<string, number>();
	/** The connecting end of the last withdrawal: a note behind it says if it was lost. */
	let last = '';
	/** Connecting ends of the requests that wait at a SAN socket, in order. */
	const queues = new Map<string, string[]>();
	/** Head of the queue when WSPAccept was called, by that call. */
	const heads = new Map<number, string>();
	/** Local addresses of SAN sockets that are connecting now. */
	const connecting = new Set<string>();
	return {
		rules: ['ACC-16', 'ACC-18'],
		interests: [
			...callsAndReturns('WSPAccept'),
			...named('message', 'native withdrawal'),
			...named('note', 'message lost'),
			...named('state', 'socket.queuedRequests', 'socket.state'),
		],
		record(record, context) {
			if (record.kind === 'note') {
				if (record.arg('message') === 'native withdrawal') withdrawn.delete(last);
			} else if (record.kind === 'message') withdraws(record, context);
			else if (record.kind === 'state') {
				if (record.changed.field === 'state') connects(record, context);
				else queued(record, context);
			} else if (record.kind === 'call') {
				const head = queues.get(`${record.to} socket ${numberOf(record, 's')}`)?.[0];
				if (head !== undefined) heads.set(record.seq, head);
			} else returned(record, context);
		},
	};

	function withdraws(record: SeenRecord, context: CheckContext): void {
		const close = postedIn(record, 'WSPCloseSocket', context);
		const s = close && numberOf(close, 's');
		const local = s === undefined ? undefined : fieldOf(context, close?.to ?? '', 'socket', s, 'local', record.seq);
		if (typeof local !== 'string') return;
		withdrawn.set(local, numberOf(record, 'arrives') ?? record.time);
		last = local;
	}

	function connects(record: SeenRecord, context: CheckContext): void {
		const { owner, number } = record.changed;
		if (isSwitch(owner) || isTcpip(owner)) return;
		const local = fieldOf(context, owner, 'socket', number, 'local', record.seq);
		if (typeof local !== 'string') return;
		if (record.arg('after') === 'connecting') connecting.add(local);
		else connecting.delete(local);
	}

	function queued(record: SeenRecord, context: CheckContext): void {
		const after = Number(record.arg('after'));
		const queue = queues.get(record.name) ?? [];
		queues.set(record.name, queue);
		if (after > queue.length) queue.push(textOf(requestOf(record, context) ?? record, 'from') ?? '');
		// A smaller backlog drops the youngest (LISTEN-10), WSPAccept takes the oldest.
		const fromEnd = enclosing(record, 'WSPListen', context) !== undefined;
		while (queue.length > after) fromEnd ? queue.pop() : queue.shift();
	}

	function returned(record: SeenRecord, context: CheckContext): void {
		const call = callOf(context, record);
		judgeNothing(call, record, context);
		const head = heads.get(call.seq);
		heads.delete(call.seq);
		if (head === undefined || !isDownReturn(record)) return;
		if (record.error === 'WSAEACCES') judgeOffer(head, record, context);
		else judgeWithdrawn(head, call, record, context);
	}

	/** The offer timed out or was withdrawn: nobody connects from there any more. */
	function judgeOffer(head: string, record: SeenRecord, context: CheckContext): void {
		withdrawn.delete(head);
		if (!connecting.has(head)) context.kept('ACC-18', record.seq);
		else {
			const text = 'record {0} answers WSAEACCES, but the connect of {1} has neither timed out nor been withdrawn';
			context.broken('ACC-18', record.seq, text, record.seq, head);
		}
	}

	function judgeWithdrawn(head: string, call: SeenRecord, record: SeenRecord, context: CheckContext): void {
		const arrived = withdrawn.get(head);
		if (arrived === undefined || arrived > call.time || record.error === 'WSATRY_AGAIN') return;
		withdrawn.delete(head);
		if (record.error === 'WSAECONNRESET') context.kept('ACC-18', record.seq);
		else {
			const text = 'the peer had given up before record {0}, but WSPAccept returns {1} (record {2})';
			context.broken('ACC-18', record.seq, text, call.seq, record.error ?? 'a socket', record.seq);
		}
	}
};

function judgeNothing(call: SeenRecord, record: SeenRecord, context: CheckContext): void {
	const s = numberOf(call, 's');
	if (s === undefined) return;
	const rule: RuleId = 'ACC-16';
	const state = fieldOf(context, record.from, 'socket', s, 'state', call.seq);
	if (state === undefined || state === 'closed') return;
	const listens = state === 'listening';
	const queued = fieldOf(context, record.from, 'socket', s, 'queuedRequests', call.seq) ?? 0;
	// Nonblocking are all SAN sockets (LISTEN-4), and the application's where it said so.
	const empty = isDownReturn(record)
		? queued === 0
		: isSwitch(record.from) && nonblockingAndEmpty(record, s, call.seq, context);
	const wanted = !listens ? 'WSAEINVAL' : empty ? 'WSAEWOULDBLOCK' : undefined;
	if (!wanted) return;
	if (record.error === wanted) context.kept(rule, record.seq);
	else {
		const text = 'record {0} answers {1}; socket {2} is {3} with no request queued, so {4} is due';
		context.broken(rule, record.seq, text, record.seq, record.error ?? 'a socket', s, String(state), wanted);
	}
}

function nonblockingAndEmpty(record: SeenRecord, s: number, seq: number, context: CheckContext): boolean {
	if (fieldOf(context, record.from, 'socket', s, 'nonblocking', seq) !== true) return false;
	const queued = fieldOf(context, `${hostOf(record.from)}.tcpip`, 'socket', s, 'queued', seq) ?? 0;
	// A connection may have come in while the call was on its way; only an answer that never could be right counts.
	return (
		queued === 0 &&
		(fieldOf(context, `${hostOf(record.from)}.tcpip`, 'socket', s, 'queued', record.seq) ?? 0) === 0 &&
		!!record.error
	);
}

export const acceptChecks: readonly MakeCheck[] = [afterTheEvent, providerAccept, conditionFirst, nothingToAccept];
