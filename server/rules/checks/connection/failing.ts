/**
 * When the SAN connect fails: close, then TCP/IP or a promise (FALLBACK-3 to FALLBACK-10), and what a refusal at the
 * other end must lead to (LISTEN-8, ACC-12). And when it has succeeded: no way back (CONN-12, FALLBACK-12).
 */
import type { CheckContext } from '../../check';
import type { SeenRecord } from '../../recordView';
import { type Connect, type ConnectRules, isPoll, type SanAttempt } from './connect';
import { Destinations, destinationInterests, destinationOf } from './destination';
import { hostOf, textOf } from './parts';

/** Errors that promise that TCP/IP would fail as well (FALLBACK-4). */
const promises: ReadonlySet<string> = new Set(['WSAECONNRESET', 'WSAECONNREFUSED', 'WSAEHOSTUNREACH']);

/** FALLBACK-3 and FALLBACK-4: first the close, then TCP/IP unless the error is a promise. */
export function afterFailureRules(): ConnectRules {
	return {
		rules: ['FALLBACK-3', 'FALLBACK-4'],
		sanCall(connect, call, context) {
			const { san } = connect;
			if (san?.result?.error && call.name === 'WSPCloseSocket' && !san.close) context.kept('FALLBACK-3', call.seq);
		},
		tcpipCall(connect, call, context) {
			const { san } = connect;
			const error = san?.result?.error;
			if (!san || !error || call.name !== 'WSPConnect') return;
			if (!san.close) {
				const text = 'the SAN connect failed in record {0}, but record {1} uses TCP/IP before WSPCloseSocket';
				context.broken('FALLBACK-3', call.seq, text, san.result?.seq ?? '?', call.seq);
			}
			if (!promises.has(error)) context.kept('FALLBACK-4', call.seq);
			else {
				const text = 'record {0} tries TCP/IP although the SAN connect failed with {1} (record {2})';
				context.broken('FALLBACK-4', call.seq, text, call.seq, error, san.result?.seq ?? '?');
			}
		},
		finish(connect, error, record, context) {
			const { san } = connect;
			const failure = san?.result?.error;
			if (!san || !failure || connect.abandoned) return;
			if (!san.close) {
				const text = 'the SAN connect failed in record {0}, but socket {1} was never closed';
				context.broken('FALLBACK-3', record.seq, text, san.result?.seq ?? '?', san.s);
			}
			if (connect.tcpipConnect) return;
			if (promises.has(failure)) judgePromised(connect, failure, error, record, context);
			else {
				const text = 'the SAN connect failed with {0} (record {1}), but TCP/IP was never asked (record {2})';
				context.broken('FALLBACK-4', record.seq, text, failure, san.result?.seq ?? '?', record.seq);
			}
		},
	};
}

/** The application gets the promised error (OQ-2). */
function judgePromised(
	connect: Connect,
	failure: string,
	error: string | null,
	record: SeenRecord,
	context: CheckContext,
): void {
	const passedOn = connect.blocking ? error === failure : error !== null;
	if (passedOn) context.kept('FALLBACK-4', record.seq);
	else {
		const text = 'the SAN connect failed with {0}, but record {1} gives the application {2}';
		context.broken('FALLBACK-4', record.seq, text, failure, record.seq, error ?? 'success');
	}
}

/** FALLBACK-5 to FALLBACK-10, LISTEN-8, ACC-12: is what the provider reports true? */
export function truthRules(): ConnectRules {
	const destinations = new Destinations();
	return {
		rules: ['FALLBACK-5', 'FALLBACK-6', 'FALLBACK-7', 'FALLBACK-8', 'FALLBACK-9', 'FALLBACK-10', 'LISTEN-8', 'ACC-12'],
		interests: destinationInterests,
		other: (record, context) => destinations.observe(record, context),
		result(connect, san, error, record, context) {
			const call = san.connect;
			// What a cancelled connect reports says nothing about the destination.
			if (!call || error === null || connect.abandoned) return;
			const report: Report = { connect, san, call, error, record, context, destinations };
			judgeMeaning(report);
			judgeNdisOnly(report);
			if (promises.has(error)) judgePromise(report);
			judgeRefusal(report);
		},
	};
}

/** A failed SAN connect as it was reported to the switch. */
interface Report {
	readonly connect: Connect;
	readonly san: SanAttempt;
	readonly call: SeenRecord;
	readonly error: string;
	readonly record: SeenRecord;
	readonly context: CheckContext;
	readonly destinations: Destinations;
}

/** FALLBACK-5, -6, -7: what each of the three codes means. */
function judgeMeaning(report: Report): void {
	const { call, error, record, context, destinations } = report;
	const to = destinationOf(call);
	if (!to) return;
	if (error === 'WSAECONNRESET') {
		const listener = destinations.sanListener(context, to, call, record.seq);
		const text = 'record {0} reports WSAECONNRESET, but {1} listens on {2} (socket {3} since record {4})';
		if (!listener) context.kept('FALLBACK-5', record.seq);
		else {
			const { owner, number, since } = listener;
			context.broken('FALLBACK-5', record.seq, text, record.seq, owner, to.text, number, since);
		}
	} else if (error === 'WSAECONNREFUSED') {
		if (turnedDown(report)) context.kept('FALLBACK-6', record.seq);
		else {
			const text = 'record {0} reports WSAECONNREFUSED, but nobody at {1} turned the request down';
			context.broken('FALLBACK-6', record.seq, text, record.seq, to.text);
		}
	} else if (error === 'WSAEHOSTUNREACH') {
		if (!destinations.exists(to.ip.text)) context.kept('FALLBACK-7', record.seq);
		else {
			const text = 'record {0} reports WSAEHOSTUNREACH, but the address {1} exists';
			context.broken('FALLBACK-7', record.seq, text, record.seq, to.ip.text);
		}
	}
}

/** The peer's program rejected the request, or its backlog was full. */
function turnedDown(report: Report): boolean {
	const reason = refusalOf(report)?.reason;
	return reason === 'rejected' || reason === 'backlog full' || reason === 'backlog reduced';
}

function refusalOf(report: Report) {
	const { san, call, record, destinations } = report;
	const local = (san.bind && textOf(san.bind, 'name')) ?? '';
	return destinations.refusalOf(hostOf(san.provider), local, call, record.time);
}

/** FALLBACK-8: the shadow question. With it FALLBACK-10, which names the code to use instead. */
function judgePromise(report: Report): void {
	const { call, error, record, context, destinations } = report;
	const to = destinationOf(call);
	if (!to) return;
	// A program that turned the request down, or has no room, would do the same to TCP/IP's.
	const listener = turnedDown(report) ? undefined : destinations.tcpipListener(context, to, call, record.seq);
	if (!listener) {
		context.kept('FALLBACK-8', record.seq);
		return;
	}
	const { owner, number, since } = listener;
	const text =
		'record {0} reports {1}, but TCP/IP would have succeeded: {2} listens on {3} (socket {4} since record {5})';
	context.broken('FALLBACK-8', record.seq, text, record.seq, error, owner, to.text, number, since);
	const instead = 'record {0} reports {1} where only WSAETIMEDOUT lets the switch try TCP/IP';
	if (!destinations.withoutProvider(to.ip.text)) {
		context.broken('FALLBACK-10', record.seq, instead, record.seq, error);
	}
}

/** FALLBACK-9 and FALLBACK-10: a target on the SAN that is reachable through NDIS only. */
function judgeNdisOnly(report: Report): void {
	const { call, error, record, context, destinations } = report;
	const to = destinationOf(call);
	if (!to || !destinations.withoutProvider(to.ip.text)) return;
	if (error === 'WSAEHOSTUNREACH') {
		const text = 'record {0} reports WSAEHOSTUNREACH, but {1} exists and is reachable through NDIS';
		context.broken('FALLBACK-9', record.seq, text, record.seq, to.ip.text);
	} else context.kept('FALLBACK-9', record.seq);
	if (error === 'WSAETIMEDOUT') context.kept('FALLBACK-10', record.seq);
	else {
		const text = 'record {0} reports {1} for {2}, which has no SAN provider; WSAETIMEDOUT would let TCP/IP try';
		context.broken('FALLBACK-10', record.seq, text, record.seq, error, to.ip.text);
	}
}

/** LISTEN-8, ACC-12: the peer's refusal arrives as WSAECONNREFUSED. */
function judgeRefusal(report: Report): void {
	const { error, record, context } = report;
	const refusal = refusalOf(report);
	if (!refusal || (refusal.reason !== 'rejected' && refusal.reason !== 'backlog full')) return;
	const rule = refusal.reason === 'rejected' ? 'ACC-12' : 'LISTEN-8';
	if (error === 'WSAECONNREFUSED') context.kept(rule, record.seq);
	else {
		const text = 'record {0} reports {1} for a request that was refused in record {2} ({3})';
		context.broken(rule, record.seq, text, record.seq, error, refusal.record.seq, refusal.reason);
	}
}

/** CONN-12 and FALLBACK-12: once established there is no TCP/IP for this connection. */
export function noWayBackRules(): ConnectRules {
	return {
		rules: ['CONN-12', 'FALLBACK-12'],
		tcpipCall(connect, call, context) {
			const established = connect.san?.result?.error === null;
			if (!established || isPoll(connect)) return;
			const text = 'record {0} calls {1} of TCP/IP although the SAN connection was established in record {2}';
			const args = [call.seq, call.name, connect.san?.result?.seq ?? '?'] as const;
			if (!['WSPConnect', 'WSPSend', 'WSPRecv'].includes(call.name)) return;
			context.broken('CONN-12', call.seq, text, ...args);
			if (call.name === 'WSPConnect') context.broken('FALLBACK-12', call.seq, text, ...args);
		},
		finish(connect, error, record, context) {
			if (connect.san?.result?.error !== null || connect.abandoned || connect.tcpipConnect) return;
			context.kept('CONN-12', record.seq);
			if (error !== null) context.kept('FALLBACK-12', record.seq);
		},
	};
}
