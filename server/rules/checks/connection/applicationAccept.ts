/** The application's accept: TCP/IP's part, the session, AcceptEx, giving up (ACC-1, -2, -13 to -15, -19). */
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import {
	allWithin,
	callOf,
	enclosing,
	fieldOf,
	findWithin,
	isApplicationCall,
	isDownCall,
	isDownReturn,
	isSwitch,
	isTcpip,
	named,
	numberOf,
	textOf,
} from './parts';

/** ACC-1, ACC-2: the application's accept and TCP/IP. */
const applicationAccept: MakeCheck = () => ({
	rules: ['ACC-1', 'ACC-2', 'ACC-19'],
	interests: named('return', 'WSPAccept', 'AcceptEx'),
	record(record, context) {
		if (!isSwitch(record.from)) return;
		const call = callOf(context, record);
		if (!isApplicationCall(call)) return;
		const inner = allWithin(context, call, record.seq, (nested) => nested.name === 'WSPAccept');
		judgeForwarding(call, record, inner, context);
		judgeWaiting(call, record, inner, context);
	},
});

function judgeForwarding(
	call: SeenRecord,
	record: SeenRecord,
	inner: readonly SeenRecord[],
	context: CheckContext,
): void {
	const forwarded = inner.find((nested) => nested.kind === 'call' && isTcpip(nested.to));
	if (forwarded) context.kept('ACC-1', forwarded.seq);
	else if (!record.error) {
		const text = 'the application’s accept of record {0} was not forwarded to TCP/IP';
		context.broken('ACC-1', record.seq, text, call.seq);
	}
	// AcceptEx gives no socket: the one that it was handed stands for the connection.
	if (record.error || !forwarded || record.name === 'AcceptEx') return;
	const answer = inner.find((nested) => nested.kind === 'return' && nested.call === forwarded.seq);
	if (answer?.result === record.result) context.kept('ACC-2', record.seq);
	else {
		const text = 'record {0} gives the application socket {1}; TCP/IP’s accept returned {2}';
		context.broken('ACC-2', record.seq, text, record.seq, Number(record.result), String(answer?.result ?? 'nothing'));
	}
}

/** ACC-19: nobody waits inside a SAN provider. */
function judgeWaiting(call: SeenRecord, record: SeenRecord, inner: readonly SeenRecord[], context: CheckContext): void {
	const san = inner.find(isDownCall);
	if (!san) context.kept('ACC-19', record.seq);
	else {
		const text = 'the application’s accept of record {0} goes into {1} (record {2}); it must wait on TCP/IP’s side';
		context.broken('ACC-19', san.seq, text, call.seq, san.to, san.seq);
	}
}

/** ACC-13: what reaches the application has a session. */
const negotiatedFirst: MakeCheck = () => ({
	rules: ['ACC-13'],
	interests: named('return', 'WSPAccept'),
	record(record, context) {
		if (!isSwitch(record.from) || record.error || typeof record.result !== 'number') return;
		if (!isApplicationCall(callOf(context, record))) return;
		const s = record.result;
		const companion = fieldOf(context, record.from, 'socket', s, 'companion', record.seq);
		const remote = textOf(record, 'addr') ?? '';
		if (typeof companion !== 'number') return;
		const state = fieldOf(context, record.from, 'session', s, 'state', record.seq);
		if (state !== undefined && state !== 'negotiating') context.kept('ACC-13', record.seq);
		else {
			const text = 'record {0} gives the application the connection from {1} before its session was negotiated';
			context.broken('ACC-13', record.seq, text, record.seq, remote);
		}
	},
});

/** ACC-14: AcceptEx with a receive buffer waits for the first data. */
const acceptWithData: MakeCheck = () => {
	/** Overlapped requests of applications by the name of their object → the AcceptEx call. */
	const pending = new Map<string, SeenRecord>();
	return {
		rules: ['ACC-14'],
		interests: [
			...named('return', 'AcceptEx'),
			...named('state', 'overlapped.operation', 'overlapped.state', 'overlapped.result'),
		],
		record(record, context) {
			if (record.kind === 'state') changed(record, context);
			else if (!record.error) {
				const call = callOf(context, record);
				if (waitsForData(call)) judgeData(call, record, numberOf(record, 'lpdwBytesReceived'), context);
			}
		},
	};

	function changed(record: SeenRecord, context: CheckContext): void {
		const field = record.changed.field;
		const after = record.arg('after');
		if (field !== 'result') {
			// A request is begun inside the call; later ones may use the same WSAOVERLAPPED.
			const call = record.within === null ? undefined : context.view(record.within);
			if (call?.name === 'AcceptEx' && waitsForData(call)) pending.set(record.name, call);
			else if (after !== 'completed') pending.delete(record.name);
			return;
		}
		const call = pending.get(record.name);
		if (!call) return;
		pending.delete(record.name);
		if (typeof after === 'number') judgeData(call, record, after, context);
	}
};

function waitsForData(call: SeenRecord): boolean {
	return isApplicationCall(call) && (numberOf(call, 'dwReceiveDataLength') ?? 0) > 0;
}

function judgeData(call: SeenRecord, record: SeenRecord, bytes: number | undefined, context: CheckContext): void {
	const s = numberOf(call, 'sAcceptSocket');
	const ended = s !== undefined && fieldOf(context, call.to, 'session', s, 'noMoreData', record.seq) === true;
	if ((bytes ?? 0) > 0 || ended) context.kept('ACC-14', record.seq);
	else {
		const text = 'AcceptEx of record {0} has a receive buffer and completes in record {1} before data arrived';
		context.broken('ACC-14', record.seq, text, call.seq, record.seq);
	}
}

/** ACC-15: who gives up accepting closes the SAN sockets that listen. */
const cancelledAccept: MakeCheck = () => {
	/** SAN sockets that listen for a socket of an application. */
	const listeners = new Map<string, { readonly provider: string; readonly s: number }[]>();
	/** SAN sockets that belong to another process now (DUP-12). */
	const handedOver = new Set<string>();
	return {
		rules: ['ACC-15'],
		interests: [
			...named('return', 'WSPCloseSocket', 'WSPListen'),
			...named('call', 'WSPDuplicateSocket', 'WSPCloseSocket'),
		],
		record(record, context) {
			if (record.kind === 'call') {
				// What the switch closes by itself belongs to a provider that was removed.
				const ownAccord = record.name === 'WSPDuplicateSocket' || record.within === null;
				if (ownAccord && isDownCall(record)) handedOver.add(`${record.to}#${numberOf(record, 's')}`);
				return;
			}
			const call = callOf(context, record);
			if (record.name === 'WSPListen' && isDownReturn(record) && !record.error) {
				const listen = enclosing(record, 'WSPListen', context);
				if (listen && isApplicationCall(listen)) remember(listen, call);
				return;
			}
			if (!isApplicationCall(call) || record.error || record.name !== 'WSPCloseSocket') return;
			const key = `${call.to}#${numberOf(call, 's')}`;
			for (const { provider, s } of listeners.get(key) ?? []) {
				if (handedOver.has(`${provider}#${s}`)) continue;
				const closed = findWithin(
					context,
					call,
					record.seq,
					(inner) =>
						isDownCall(inner) && inner.name === 'WSPCloseSocket' && inner.to === provider && inner.arg('s') === s,
				);
				if (closed) context.kept('ACC-15', closed.seq);
				else {
					const text =
						'the application closes its listening socket in record {0}, but SAN socket {1} of {2} stays open';
					context.broken('ACC-15', record.seq, text, call.seq, s, provider);
				}
			}
			listeners.delete(key);
		},
	};

	function remember(listen: SeenRecord, call: SeenRecord): void {
		const key = `${listen.to}#${numberOf(listen, 's')}`;
		const s = numberOf(call, 's');
		const known = listeners.get(key) ?? [];
		if (s !== undefined && !known.some((socket) => socket.s === s && socket.provider === call.to)) {
			listeners.set(key, [...known, { provider: call.to, s }]);
		}
	}
};

export const applicationAcceptChecks: readonly MakeCheck[] = [
	applicationAccept,
	negotiatedFirst,
	acceptWithData,
	cancelledAccept,
];
