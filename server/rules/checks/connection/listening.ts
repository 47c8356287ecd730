/** Listening on a SAN (LISTEN). */
import { isWildcard } from '../../../winsock/address';
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { tableOf } from './choosing';
import { requestOf } from './destination';
import {
	addressOf,
	allWithin,
	callOf,
	callsAndReturns,
	fieldOf,
	isApplicationCall,
	isDownCall,
	isDownReturn,
	isSwitch,
	isTcpip,
	named,
	namesIn,
	numberOf,
	objectNumberOf,
	ownerOf,
} from './parts';

/** LISTEN-1 to LISTEN-4: what the switch does inside the application's WSPListen. */
const procedure: MakeCheck = () => ({
	rules: ['LISTEN-1', 'LISTEN-2', 'LISTEN-3', 'LISTEN-4'],
	interests: named('return', 'WSPListen'),
	record(record, context) {
		if (!isSwitch(record.from)) return;
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		if (!isApplicationCall(call) || s === undefined) return;
		const inner = allWithin(context, call, record.seq, (nested) => isSwitch(nested.from) || isSwitch(nested.to));
		const calls = inner.filter((nested) => nested.kind === 'call' && isSwitch(nested.from));
		judgeTcpipFirst(call, record, calls, context);
		const again = fieldOf(context, record.from, 'socket', s, 'state', call.seq) === 'listening';
		if (!record.error && !again) judgeCompanions(call, record, s, inner, context);
	},
});

function judgeTcpipFirst(
	call: SeenRecord,
	record: SeenRecord,
	calls: readonly SeenRecord[],
	context: CheckContext,
): void {
	const [first] = calls;
	if (first && isTcpip(first.to) && first.name === 'WSPListen') context.kept('LISTEN-1', first.seq);
	else if (first || !record.error) {
		const text = 'the application’s WSPListen of record {0} goes to {1} first, not to TCP/IP';
		context.broken('LISTEN-1', first?.seq ?? record.seq, text, call.seq, first?.to ?? 'nobody');
	}
}

/** Each provider concerned gets a socket, an address, a backlog and an event. */
function judgeCompanions(
	call: SeenRecord,
	record: SeenRecord,
	s: number,
	inner: readonly SeenRecord[],
	context: CheckContext,
): void {
	const local = addressOf(fieldOf(context, record.from, 'socket', s, 'local', call.seq));
	const lines = tableOf(context, record.from, call.seq);
	const concerned = new Set(
		lines
			.filter((line) => local && (isWildcard(local.ip) || line.address === local.ip.text))
			.map((line) => line.provider),
	);
	for (const provider of concerned) {
		const create = inner.find((nested) => isDownCall(nested) && nested.to === provider && nested.name === 'WSPSocket');
		if (!create) {
			const text = 'record {0} ends the application’s WSPListen for {1} without a SAN socket of {2}';
			context.broken('LISTEN-2', record.seq, text, record.seq, local?.text ?? '', provider);
			continue;
		}
		judgeCompanion(call, record, provider, inner, context);
	}
}

function judgeCompanion(
	call: SeenRecord,
	record: SeenRecord,
	provider: string,
	inner: readonly SeenRecord[],
	context: CheckContext,
): void {
	const step = (kind: 'call' | 'return', name: string): SeenRecord | undefined =>
		inner.find(
			(nested) =>
				nested.kind === kind && nested.name === name && (kind === 'call' ? nested.to : nested.from) === provider,
		);
	const created = step('return', 'WSPSocket');
	if (!created || created.error) {
		if (created) context.kept('LISTEN-2', created.seq);
		return;
	}
	const bind = step('call', 'WSPBind');
	const bound = step('return', 'WSPBind');
	if (bind) context.kept('LISTEN-2', bind.seq);
	else {
		const text = 'the SAN socket of record {0} was not bound until record {1}';
		context.broken('LISTEN-2', record.seq, text, created.seq, record.seq);
	}
	const failedOption = inner.some(
		(nested) => nested.from === provider && nested.name === 'WSPSetSockOpt' && nested.error,
	);
	if (!bound || bound.error || failedOption) return;
	const listen = step('call', 'WSPListen');
	const listened = step('return', 'WSPListen');
	if (listen && listen.arg('backlog') === call.arg('backlog')) context.kept('LISTEN-3', listen.seq);
	else {
		const text = listen
			? 'record {0} listens with a backlog of {1}; the application asked for {2}'
			: 'until record {0} WSPListen of {1} was not called';
		if (listen) {
			const backlogs = [Number(listen.arg('backlog')), Number(call.arg('backlog'))] as const;
			context.broken('LISTEN-3', listen.seq, text, listen.seq, ...backlogs);
		} else context.broken('LISTEN-3', record.seq, text, record.seq, provider);
	}
	if (!listened || listened.error) return;
	const select = step('call', 'WSPEventSelect');
	const asked =
		select && namesIn(select.arg('lNetworkEvents')).has('FD_ACCEPT') && numberOf(select, 'hEventObject') !== undefined;
	if (select && asked) context.kept('LISTEN-4', select.seq);
	else {
		const text = 'until record {0} no event object was registered for FD_ACCEPT at {1}';
		context.broken('LISTEN-4', select?.seq ?? record.seq, text, select?.seq ?? record.seq, provider);
	}
}

/** A SAN socket that listens. */
interface Listener {
	readonly provider: string;
	readonly s: number;
	event: number | undefined;
	/** FD_ACCEPT was signalled and WSPAccept has not been called since. */
	reported: boolean;
	everSignalled: boolean;
	/** A request that was queued and must be announced. */
	owed: SeenRecord | undefined;
	queued: number;
	backlog: number;
}

/** LISTEN-5 to LISTEN-7: requests that arrive. */
const arriving: MakeCheck = () => {
	const listeners = new Map<string, Listener>();
	return {
		rules: ['LISTEN-5', 'LISTEN-6', 'LISTEN-7'],
		interests: [
			...named('call', 'WSPEventSelect', 'WSPEnumNetworkEvents', 'WSPAccept', 'WSPCloseSocket'),
			...named('signal', 'SetEvent'),
			...named('state', 'socket.queuedRequests', 'socket.backlog'),
			...named('message', 'native refusal'),
		],
		record(record, context) {
			if (record.kind === 'state') changed(record, context);
			else if (record.kind === 'signal') signalled(record, context);
			else if (record.kind === 'message') refused(record, context);
			else if (isDownCall(record)) called(record, context);
		},
		end(context) {
			for (const known of listeners.values()) judgeUnannounced(known, context);
		},
	};

	function judgeUnannounced({ owed, provider, s, event }: Listener, context: CheckContext): void {
		if (!owed || event === undefined) return;
		const text = 'the request queued in record {0} at socket {1} of {2} was never announced: event {3} not signalled';
		context.broken('LISTEN-5', owed.seq, text, owed.seq, s, provider, event);
	}

	function listener(provider: string, s: number): Listener {
		const key = `${provider} socket ${s}`;
		let known = listeners.get(key);
		if (!known) {
			known = {
				provider,
				s,
				event: undefined,
				reported: false,
				everSignalled: false,
				owed: undefined,
				queued: 0,
				backlog: 0,
			};
			listeners.set(key, known);
		}
		return known;
	}

	function called(record: SeenRecord, context: CheckContext): void {
		const s = numberOf(record, 's') ?? -1;
		if (record.name === 'WSPEventSelect') {
			if (!namesIn(record.arg('lNetworkEvents')).has('FD_ACCEPT')) return;
			const known = listener(record.to, s);
			known.event = numberOf(record, 'hEventObject');
			known.reported = false;
			return;
		}
		const known = listeners.get(`${record.to} socket ${s}`);
		if (!known) return;
		if (record.name === 'WSPCloseSocket') {
			judgeUnannounced(known, context);
			listeners.delete(`${record.to} socket ${s}`);
			return;
		}
		judgeThread(known, record, context);
		if (record.name === 'WSPAccept') known.reported = false;
	}

	function changed(record: SeenRecord, context: CheckContext): void {
		const field = record.changed.field;
		const after = record.arg('after');
		if ((field !== 'queuedRequests' && field !== 'backlog') || typeof after !== 'number' || isTcpip(ownerOf(record)))
			return;
		const s = objectNumberOf(record);
		const known = listener(ownerOf(record), s);
		if (field === 'backlog') {
			known.backlog = after;
			return;
		}
		const more = after > known.queued;
		known.queued = after;
		if (!more) return;
		if (known.backlog > 0 && after > known.backlog) {
			const text = 'record {0} queues request {1} at socket {2}, whose backlog is {3}';
			context.broken('LISTEN-7', record.seq, text, record.seq, after, s, known.backlog);
		}
		if (!known.reported) known.owed ??= record;
	}

	function signalled(record: SeenRecord, context: CheckContext): void {
		if (record.arg('announces') !== 'FD_ACCEPT' || isSwitch(record.from)) return;
		const event = numberOf(record, 'hEvent');
		for (const known of listeners.values()) {
			if (known.provider !== record.from || known.event !== event) continue;
			if (known.owed || known.queued > 0) context.kept('LISTEN-5', record.seq);
			else {
				const text = 'record {0} signals event {1} for FD_ACCEPT, but no request waits at socket {2}';
				context.broken('LISTEN-5', record.seq, text, record.seq, event ?? '?', known.s);
			}
			known.owed = undefined;
			known.reported = true;
			known.everSignalled = true;
			return;
		}
	}

	function refused(record: SeenRecord, context: CheckContext): void {
		if (record.arg('reason') !== 'backlog full') return;
		const request = requestOf(record, context);
		const arrives = request && numberOf(request, 'arrives');
		if (arrives === undefined || record.time <= arrives) context.kept('LISTEN-7', record.seq);
		else {
			const text = 'record {0} refuses the request of record {1} only {2} ns after it arrived';
			context.broken('LISTEN-7', record.seq, text, record.seq, request?.seq ?? '?', record.time - arrives);
		}
	}
};

/** LISTEN-6: in a thread of the switch, and after the signal. */
function judgeThread(known: Listener, record: SeenRecord, context: CheckContext): void {
	const own = record.thread.startsWith(`${record.from}.`);
	if (own && known.everSignalled) context.kept('LISTEN-6', record.seq);
	else if (!own) {
		const text = 'record {0} calls {1} in {2}, not in a thread of the switch';
		context.broken('LISTEN-6', record.seq, text, record.seq, record.name, record.thread);
	} else {
		const text = 'record {0} calls {1} on socket {2} although no accept event was signalled';
		context.broken('LISTEN-6', record.seq, text, record.seq, record.name, known.s);
	}
}

const neverFromSan: ReadonlySet<string> = new Set(['WSAEADDRINUSE', 'WSAEINPROGRESS', 'WSAEOPNOTSUPP']);

/** LISTEN-9, LISTEN-10: errors of WSPListen, and calling it again. */
const answers: MakeCheck = () => ({
	rules: ['LISTEN-9', 'LISTEN-10'],
	interests: callsAndReturns('WSPListen'),
	record(record, context) {
		if (record.kind !== 'return') return;
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		if (s === undefined) return;
		const state = String(fieldOf(context, record.from, 'socket', s, 'state', call.seq));
		judgeError(record, s, state, context);
		if (state === 'listening' && !record.error && !isSwitch(record.from)) judgeAgain(call, record, s, context);
	},
});

function judgeError(record: SeenRecord, s: number, state: string, context: CheckContext): void {
	const { error } = record;
	if (isDownReturn(record) && error && neverFromSan.has(error)) {
		const text = 'record {0} fails with {1}, which a SAN provider does not return from WSPListen';
		context.broken('LISTEN-9', record.seq, text, record.seq, error);
		return;
	}
	const wanted =
		state === 'created' ? 'WSAEINVAL' : state === 'connected' || state === 'on SAN' ? 'WSAEISCONN' : undefined;
	if (!wanted) return;
	if (error === wanted) context.kept('LISTEN-9', record.seq);
	else {
		const text = 'record {0} answers {1} to WSPListen on socket {2}, which is {3}; {4} is due';
		context.broken('LISTEN-9', record.seq, text, record.seq, error ?? 'success', s, state, wanted);
	}
}

/** A smaller backlog leaves no more requests queued than it allows. */
function judgeAgain(call: SeenRecord, record: SeenRecord, s: number, context: CheckContext): void {
	const wanted = Number(call.arg('backlog'));
	const backlog = fieldOf(context, record.from, 'socket', s, 'backlog', record.seq);
	const queued = fieldOf(context, record.from, 'socket', s, 'queuedRequests', record.seq) ?? 0;
	const fits = typeof queued !== 'number' || queued <= Math.max(1, wanted);
	if (backlog === Math.max(1, wanted) && fits) context.kept('LISTEN-10', record.seq);
	else {
		const text = 'after record {0} socket {1} has a backlog of {2} and {3} requests queued; {4} was asked for';
		context.broken('LISTEN-10', record.seq, text, record.seq, s, Number(backlog ?? 0), Number(queued), wanted);
	}
}

export const listenChecks: readonly MakeCheck[] = [procedure, arriving, answers];
