/** The result column of the call tables about accepting, cancelling, data, closing, sharing and caching, text by text. */

import type { TraceRecord } from '../../server/trace';
import { sequence } from '../unit/winsock/sequences';
import type { RowContext } from './callTable';

/** What is wrong, or undefined. */
export type ResultCheck = (context: RowContext, match: RegExpExecArray) => string | undefined;

/** The return of the row's call, or the row's record itself where it is none. */
export function end(context: RowContext): TraceRecord | undefined {
	const { record, view, evidence } = context;
	if (record.kind !== 'call') return record;
	const found = view.returnOf(record);
	if (found) evidence.push(found);
	return found;
}

function ends(isRight: (found: TraceRecord) => boolean): ResultCheck {
	return (context) => {
		const found = end(context);
		if (!found) return 'has not returned';
		return isRight(found) ? undefined : `ended with ${JSON.stringify(found.result)}, error ${found.error ?? 'none'}`;
	};
}

const succeeds = ends(({ error }) => error === undefined);
const isZero = ends(({ error, result, kind }) => error === undefined && (result === 0 || kind === 'signal'));
const pending = ends(({ error, result }) => error === 'WSA_IO_PENDING' && result === -1);

/** All checks in order; the first complaint counts. */
function all(...checks: readonly ResultCheck[]): ResultCheck {
	return (context, match) => {
		for (const check of checks) {
			const complaint = check(context, match);
			if (complaint) return complaint;
		}
		return undefined;
	};
}

/** The close of a socket whose connect is under way ends the attempt now, and nobody hears of it any more (BLOCK-3). */
const abortedPromptly: ResultCheck = ({ view, record }) => {
	const closed = view.returnOf(record);
	if (!closed || closed.time !== record.time) return 'takes its time';
	const late = view.first(
		({ name, from, args }) => name === 'SetEvent' && from === record.to && args.announces === 'FD_CONNECT',
		record.seq,
	);
	return late ? `is followed by the end of the attempt (record ${late.seq})` : undefined;
};

/** Neither refused nor accepted: the request waits, and is not announced again by that call. */
const staysQueued: ResultCheck = ({ view, record, roles }) => {
	const provider = `${roles.local}.${roles.nic}`;
	const next = view.first(
		({ kind, name, to }) => kind === 'call' && name === 'WSPAccept' && to === provider,
		record.seq,
	);
	const answered = view
		.between(record.seq, next?.seq ?? view.records.length)
		.find(({ name, from }) => /^native (accept|refusal)$/.test(name) && from === `${provider}.nic`);
	if (answered) return `is followed by ${answered.name}`;
	const announced = view
		.between(record.seq, next?.seq ?? view.records.length)
		.find(({ name, from }) => name === 'SetEvent' && from === provider);
	return announced ? `is followed by FD_ACCEPT (record ${announced.seq})` : undefined;
};

/** A later WSPAccept decides. */
const decided: ResultCheck = ({ view, record, evidence }) => {
	const condition = view
		.directlyWithin(record.seq)
		.find(({ name, kind }) => kind === 'call' && name === 'ConditionFunc');
	const answer = condition && view.returnOf(condition);
	if (!answer) return 'does not ask the condition function';
	evidence.push(answer);
	return answer.result === 'CF_ACCEPT' || answer.result === 'CF_REJECT'
		? undefined
		: `answers ${String(answer.result)}`;
};

/** The rows of SEQ-ACC-1 up to the negotiation come out, too, from the request on. */
const asInAccept: ResultCheck = ({ view, record, roles, evidence, matchOther }) => {
	const table = sequence('SEQ-ACC-1');
	// Its last row is the return of the application's call, which has a row of its own here.
	const steps = table.steps.slice(0, -1);
	const request = view.first(
		({ kind, name, to }) => kind === 'message' && name === 'native connect request' && to.startsWith(`${roles.local}.`),
	);
	if (!request) return 'has no request';
	const rows = matchOther({ ...table, steps }, request.seq - 1);
	evidence.push(...rows.flatMap((row) => [row.record, ...row.evidence]));
	// The application's call gets the connection through TCP/IP, as SEQ-ACC-1 says in its last row.
	const handedOver = view.first(
		({ name, kind, from, to }) =>
			name === 'connection moves to the accept socket' ||
			(kind === 'return' && name === 'WSPAccept' && from === `${roles.local}.tcpip` && to === `${roles.local}.switch`),
		rows.at(-1)?.record.seq,
	);
	if (!handedOver) return 'does not reach the application through TCP/IP';
	evidence.push(handedOver);
	return rows.some((row) => row.record.seq === record.seq) ? undefined : 'is not one of the rows of SEQ-ACC-1';
};

/** The accept waits inside the TCP/IP provider, and no SAN provider is called for it. */
const waitsInTcpip: ResultCheck = (context) => {
	const { view, record } = context;
	const found = end(context);
	if (!found) return 'has not returned';
	const waiting = view
		.between(record.seq, found.seq)
		.some(({ kind, args, after }: TraceRecord & { readonly after?: unknown }) => {
			return kind === 'state' && args.field === 'waitsFor' && args.after !== null && after === undefined;
		});
	const inside = view.directlyWithin(record.seq).find(({ to }) => to.endsWith(`.${context.roles.nic}`));
	if (inside) return `calls the SAN provider (record ${inside.seq})`;
	return waiting && found.time > record.time ? undefined : 'does not wait';
};

/** The thread of the switch that accepts on SAN sockets becomes runnable. */
const wakesAcceptThread: ResultCheck = ({ view, record, roles, evidence }) => {
	const thread = `${roles.local}.switch.accept`;
	const asked = view.first(
		({ kind, name, thread: in_ }) => kind === 'call' && name === 'WSPEnumNetworkEvents' && in_ === thread,
		record.seq,
	);
	if (!asked) return 'wakes nobody';
	const answer = view.returnOf(asked);
	if (answer) evidence.push(answer);
	return asked.cause === record.seq || view.records[asked.cause ?? -1]?.cause === record.seq
		? undefined
		: `is not the cause of record ${asked.seq}`;
};

/** AcceptEx has its data when it completes, and not before. */
const onlyNow: ResultCheck = ({ view, record, before, roles }) => {
	const first = before.at(-1)?.record;
	const arrived = view.first(
		({ name, from, args }) =>
			name === 'control message received' && from === `${roles.local}.switch` && args.control === 'data',
	);
	if (!first || !arrived || arrived.seq > record.seq) return 'completes before the data has arrived';
	return record.args.lpdwBytesReceived === arrived.args.payload
		? undefined
		: `received ${String(record.args.lpdwBytesReceived)} bytes`;
};

/** AcceptEx waits for a connection as accept does. */
const goesToTcpip: ResultCheck = ({ view, record, evidence }) => {
	const inner = view.first(
		({ kind, within, rules }) => kind === 'call' && within === record.seq && rules.includes('ACC-1'),
	);
	const note = view.first(
		({ name, within }) => name === 'connection moves to the accept socket' && within === record.seq,
	);
	if (inner) evidence.push(inner);
	if (note) evidence.push(note);
	return inner || note ? undefined : 'does not reach TCP/IP';
};

/** The bytes of the message are those that the application gets. */
const copiedIntoBuffer: ResultCheck = ({ view, record, roles }) => {
	const received = view.first(
		({ name, from, args }) =>
			name === 'control message received' && from === `${roles.local}.switch` && args.control === 'data',
		record.seq,
	);
	return Number(received?.args.payload) > 0 ? undefined : 'is not received';
};

/** Polled for, an operation is not reported (COMP-5). */
const notReported: ResultCheck = ({ view, record }) => {
	const operation = record.args.overlapped;
	const report = view.first(
		({ name, from, args }) =>
			name === 'WPUCompleteOverlappedRequest' &&
			from === record.to &&
			args.operation === 'WSPSend' &&
			(operation === undefined || args.overlapped === operation),
		record.seq,
	);
	return report ? `is reported (record ${report.seq})` : undefined;
};

/** After this up-call the provider makes no other one for the descriptor (CLOSE-4). */
const lastUpCall: ResultCheck = ({ view, record }) => {
	const later = view.first(
		({ kind, from, to, args, name }) =>
			(kind === 'call' || kind === 'signal') &&
			from === record.from &&
			to === record.to &&
			args.s === record.args.s &&
			name.startsWith('WPU'),
		record.seq,
	);
	return later ? `is followed by record ${later.seq}` : undefined;
};

/** The provider tells the peer's, and completes what is pending. */
const teardown: ResultCheck = ({ view, record, roles, evidence }) => {
	const told = view.first(
		({ kind, name, from, within }) =>
			kind === 'message' &&
			name === 'native disconnect' &&
			from === `${roles.local}.${roles.nic}.nic` &&
			within === record.seq,
	);
	if (!told) return 'does not tell the peer';
	evidence.push(told);
	return undefined;
};

/** The process that has the socket finishes its calls and its RDMA before it asks the peer to suspend. */
const drained: ResultCheck = ({ view, record, roles, evidence }) => {
	const local = `${roles.local}.switch`;
	const request = view.first(
		({ kind, name, from, args }) =>
			kind === 'call' && name === 'WSPSend' && from === local && args.control === 'suspend request',
		record.seq,
	);
	if (!request) return 'is not followed by a request to suspend';
	evidence.push(request);
	const working = view
		.all(
			({ kind, name, from, seq }) =>
				kind === 'call' && /^WSPRdma(Read|Write)$/.test(name) && from === local && seq < request.seq,
		)
		.find((call) => !completed(view.records, call, request.seq));
	return working ? `leaves record ${working.seq} under way` : undefined;
};

function completed(records: readonly TraceRecord[], call: TraceRecord, before: number): boolean {
	return records.some(
		({ name, from, args, seq }) =>
			name === 'WPUCompleteOverlappedRequest' &&
			from === call.to &&
			args.operation === call.name &&
			seq > call.seq &&
			seq < before,
	);
}

const startsSwap: ResultCheck = ({ view, record, evidence }) => {
	const swap = view.first(
		({ kind, name, within }) => kind === 'note' && name === 'swap requested' && within === record.seq,
	);
	if (!swap) return 'starts no swap';
	evidence.push(swap);
	return undefined;
};

/** The call that started the swap returns after it, and well. */
const requestGoesOn: ResultCheck = ({ view, record, before, evidence }) => {
	const request = before[0]?.record;
	const swapped = view.first(({ name, within }) => name === 'swap finished' && within === request?.seq);
	if (swapped?.args.error !== null) return 'is not preceded by the end of the swap';
	evidence.push(swapped);
	return record.call === request?.seq && record.seq > swapped.seq && record.error === undefined
		? undefined
		: 'does not end the request that started the swap';
};

/** Nothing is unlocked: the registration goes to the cache. */
const keptInCache: ResultCheck = (context, match) => {
	const { view, record, evidence } = context;
	const complaint = isZero(context, match);
	if (complaint) return complaint;
	const within = view.directlyWithin(record.seq);
	const cached = within.find(({ name }) => name === 'registration kept in cache');
	if (cached) evidence.push(cached);
	const unlocked = within.find(({ args }) => args.request === 'unlock');
	return cached && !unlocked ? undefined : 'does not keep the buffer locked and cached';
};

const hit: ResultCheck = (context, match) => {
	const { view, record } = context;
	const complaint = ends(({ error, result }) => error === undefined && Number(result) > 0)(context, match);
	if (complaint) return complaint;
	const work = view.directlyWithin(record.seq).find(({ kind }) => kind === 'call');
	return work ? `is followed by work (record ${work.seq})` : undefined;
};

const notifiesSwitch: ResultCheck = ({ view, record }) => {
	const told = view.first(({ name, within }) => name === 'WSPMemoryRegistrationCacheCallback' && within === record.seq);
	return told || record.to.endsWith('.switch') ? undefined : 'reaches no switch';
};

const droppedFromCache: ResultCheck = (context, match) => {
	const { view, record, evidence } = context;
	const complaint = isZero(context, match);
	if (complaint) return complaint;
	const within = view.directlyWithin(record.seq);
	evidence.push(...within);
	const has = (isWanted: (record: TraceRecord) => boolean): boolean => within.some(isWanted);
	return has(({ name }) => name === 'MmUnsecureVirtualMemory') &&
		has(({ args }) => args.request === 'unlock') &&
		has(({ name }) => name === 'registration dropped from cache')
		? undefined
		: 'does not unsecure, unlock and drop the memory';
};

/** Success; an application's call returns the number of bytes that its SPI function gives back in a parameter. */
const sentCompletely: ResultCheck = (context) => {
	const found = end(context);
	const call = context.view.records[found?.call ?? -1];
	if (!found || !call) return 'has not returned';
	return found.error === undefined && found.result === call.args.dwBufferLength
		? undefined
		: `ended with ${String(found.result)} ${found.error ?? ''}`;
};

/** A receive of the peer ends with this error. */
const completedWith: ResultCheck = ({ view, record, evidence }, match) => {
	const disconnect = view.records[record.cause ?? -1];
	if (disconnect?.name !== 'native disconnect') return 'is not caused by the close';
	evidence.push(disconnect);
	return record.args.operation === 'WSPRecv' && record.args.dwError === match[0]
		? undefined
		: `completes ${String(record.args.operation)} with ${String(record.args.dwError)}`;
};

/** A receive of the peer ends well. */
const completesReceive: ResultCheck = ({ view, record, evidence }) => {
	const message = view.first(({ name, cause }) => name === 'control message received' && cause === record.seq);
	if (!message) return 'brings no message';
	evidence.push(message);
	return record.args.operation === 'WSPRecv' && record.args.dwError === 0 ? undefined : 'does not complete a receive';
};

/** What the application on the peer gets is what was sent. */
const deliversSent: ResultCheck = ({ record, before }) => {
	const sent = before[0]?.record.args.data;
	const { data } = record.args;
	return sent instanceof Uint8Array && data instanceof Uint8Array && Buffer.compare(sent, data) === 0
		? undefined
		: 'delivers other bytes than were sent';
};

/** Rows whose result column is about the call column's words. */
const byCall: Readonly<Record<string, ResultCheck>> = {
	'(completion of a posted WSPRecv)': completesReceive,
	"data delivered on the peer's application": deliversSent,
	'urgent data delivered on the peer': deliversSent,
	'(copy to private storage)': ({ record }) => (Number(record.args.payload) > 0 ? undefined : 'has no payload'),
	'(request goes on)': requestGoesOn,
	'(return of WSPSend)': sentCompletely,
	'(completion of the send)': sentCompletely,
};

/** The check of a row by its call column, for rows whose result says little. */
export function resultByCall(call: string): ResultCheck | undefined {
	return Object.hasOwn(byCall, call) ? byCall[call] : undefined;
}

/** Texts as regular expressions, first match wins. */
export const dataResults: readonly (readonly [string, ResultCheck])[] = [
	['0; attempt aborted promptly', all(isZero, abortedPromptly)],
	['CF_DEFER', ends(({ result }) => result === 'CF_DEFER')],
	[
		'INVALID_SOCKET, WSATRY_AGAIN; request stays queued, FD_ACCEPT not re-enabled',
		all(
			ends(({ error, result }) => error === 'WSATRY_AGAIN' && result === 0xffffffff),
			staysQueued,
		),
	],
	['later call with CF_ACCEPT or CF_REJECT', decided],
	['waits on the TCP/IP side', waitsInTcpip],
	["wakes the switch's accept thread", wakesAcceptThread],
	['as in SEQ-ACC-1', asInAccept],
	['goes to TCP/IP', goesToTcpip],
	['copied into the buffer', copiedIntoBuffer],
	['only now', onlyNow],
	[
		'descriptor',
		ends(({ error, result, args }) => error === undefined && Number(args.lpRdmaBufferDescriptor ?? result) > 0),
	],
	[
		'TRUE, byte count',
		ends(({ error, result, args }) => error === undefined && result === true && Number(args.cbTransfer) > 0),
	],
	['TRUE', ends(({ error, result }) => error === undefined && result === true)],
	['FALSE, WSA_IO_INCOMPLETE, repeat', ends(({ error, result }) => error === 'WSA_IO_INCOMPLETE' && result === false)],
	['WSA_IO_PENDING; provider must not notify', all(pending, notReported)],
	['teardown starts', teardown],
	['WSAECONNRESET', completedWith],
	['0, last up-call', all(isZero, lastUpCall)],
	['starts the swap', startsSwap],
	['waits for sends and RDMA', drained],
	[
		'0; dwProviderReserved',
		ends(
			({ error, result, args }) => error === undefined && result === 0 && typeof args.dwProviderReserved === 'number',
		),
	],
	['0; buffer stays locked and cached', keptInCache],
	['MmSecureVirtualMemory', ends(({ error, name }) => error === undefined && name === 'MmSecureVirtualMemory')],
	['hit, no NIC work', hit],
	['operating system notifies the switch', notifiesSwitch],
	['0; unsecured, dropped from cache and NIC', droppedFromCache],
	// Rules without parentheses.
	['[A-Z]+-\\d+', succeeds],
];
