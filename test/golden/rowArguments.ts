/**
 * The argument column of the documented call tables, text by text. A text that is not listed here fails the row.
 */

import type { TraceRecord, Value } from '../../server/trace';
import { parseSocketAddress } from '../../server/winsock/address';
import type { RowContext } from './callTable';
import { dataArguments } from './dataArguments';
import type { TraceView } from './traceView';

/** What is wrong, or undefined. */
type Check = (context: RowContext) => string | undefined;

/** Compares the arguments of a row's record with the text of the column. */
export function checkArguments(context: RowContext): string | undefined {
	const { args } = context.step;
	const check = [checks, dataArguments].find((table) => Object.hasOwn(table, args))?.[args];
	return check ? check(context) : `has arguments that this test does not understand: "${args}"`;
}

function value(wanted: Readonly<Record<string, Value>>): Check {
	return ({ record }) => {
		const wrong = Object.entries(wanted).find(([name, expected]) => record.args[name] !== expected);
		return wrong ? `has ${wrong[0]}: ${String(record.args[wrong[0]])}, expected ${String(wrong[1])}` : undefined;
	};
}

const stream = value({ af: 'AF_INET', type: 'SOCK_STREAM', protocol: 'IPPROTO_TCP' });

/** The destination of the application's connect, in every row the same. */
const destination: Check = ({ record, before }) => {
	const asked = before.find(({ step }) => step.call === 'WSPConnect')?.record ?? record;
	const wanted = String(asked.args.name);
	// The proxy driver is asked for the IP address alone.
	const given = String(record.args.name ?? record.args.destination ?? record.args.address);
	return given === wanted || wanted.startsWith(`${given}:`) ? undefined : `is about ${given}, not ${wanted}`;
};

const inIpFormat: Check = (context) =>
	parseSocketAddress(String(context.record.args.name)) ? destination(context) : 'has a destination in another format';

/** The same arguments as in the row above, apart from the descriptor. */
const same: Check = ({ record, before }) => {
	const above = before.at(-1)?.record.args ?? {};
	const wrong = Object.keys(record.args).find((name) => record.args[name] !== above[name]);
	return wrong === undefined ? undefined : `has another ${wrong} than the call above`;
};

/** The address that the TCP/IP socket has when the row happens. */
const tcpAddress: Check = ({ view, record, roles }) => {
	const bound = view.records.findLast(
		({ kind, from, args, seq }) =>
			kind === 'state' && from === `${roles.local}.tcpip` && args.field === 'local' && seq < record.seq,
	);
	return bound?.args.after === record.args.name
		? undefined
		: `has ${String(record.args.name)}, TCP/IP ${String(bound?.args.after)}`;
};

/** The last call of that name between the two components of a record, where the table begins later. */
function lastCall(view: TraceView, { from, to, seq }: TraceRecord, name: string): TraceRecord | undefined {
	return view.calls(from, to, name).findLast((call) => call.seq < seq);
}

/** The descriptor that WSPSocket of the provider returned. */
const providerDescriptor: Check = ({ view, record, before }) => {
	const made = before.findLast(({ step }) => step.call === 'WSPSocket')?.record ?? lastCall(view, record, 'WSPSocket');
	const s = made && view.returnOf(made)?.result;
	return record.args.s === s ? undefined : `closes ${String(record.args.s)}, not ${String(s)}`;
};

/** The descriptor that WPUCreateSocketHandle returned. */
const switchDescriptor: Check = ({ view, record, before }) => {
	const made =
		before.findLast(({ step }) => step.call === 'WPUCreateSocketHandle')?.record ??
		lastCall(view, record, 'WPUCreateSocketHandle');
	const s = made && view.returnOf(made)?.result;
	return record.args.s === s ? undefined : `gives ${String(record.args.s)} back, not ${String(s)}`;
};

/** The event object of the latest WSPEventSelect on the same provider, whether the table has it or not. */
function registeredEvent(of: 'local' | 'peer' = 'local'): Check {
	return ({ view, record, roles }) => {
		const provider = `${roles[of]}.${roles.nic}`;
		const registered = view.records.findLast(
			({ kind, name, to, seq }) => kind === 'call' && name === 'WSPEventSelect' && to === provider && seq < record.seq,
		);
		const given = record.args.hEvent ?? record.args.hEventObject;
		return registered && given === registered.args.hEventObject ? undefined : `is about event ${String(given)}`;
	};
}

/** An event object, and the network event that is asked for. */
function eventSelect(event: string): Check {
	return ({ record }) => {
		if (record.args.lNetworkEvents !== event) return `asks for ${String(record.args.lNetworkEvents)}`;
		return typeof record.args.hEventObject === 'number' ? undefined : 'has no event object';
	};
}

/** An option that the application had set before. */
const storedOption: Check = ({ view, record, roles }) => {
	const set = view.records.find(
		({ kind, name, to, args, seq }) =>
			kind === 'call' &&
			name === 'WSPSetSockOpt' &&
			to === `${roles.local}.switch` &&
			args.optname === record.args.optname &&
			seq < record.seq,
	);
	return set && set.args.optval === record.args.optval ? undefined : 'sets an option that the application has not set';
};

/** A control message of that kind, small enough, that tells the peer how many receive buffers are posted now. */
function negotiation(control: string, counts: boolean): Check {
	return (context) => {
		const { view, record } = context;
		if (record.args.control !== control) return `is a message of the kind ${String(record.args.control)}`;
		if (Number(record.args.dwBufferLength) > 256) return `has ${String(record.args.dwBufferLength)} bytes`;
		if (!counts) return undefined;
		const peer = record.from.startsWith(`${context.roles.local}.`) ? context.roles.peer : context.roles.local;
		const told = view.first(({ name, from }) => name === 'session negotiated' && from === `${peer}.switch`, record.seq);
		const posted = postedReceives(context, record);
		return told?.args.peerBuffers === posted
			? undefined
			: `says ${String(told?.args.peerBuffers)} buffers; ${posted} are posted`;
	};
}

/** Receives of the send's socket that were posted and not completed before it. */
function postedReceives({ view }: RowContext, send: TraceRecord): number {
	const { s } = send.args;
	const handle = view.records.findLast(
		({ kind, name, from, args, seq }) =>
			kind === 'call' && name === 'WPUCreateSocketHandle' && from === send.to && args.dwContext === s && seq < send.seq,
	);
	const switchHandle = handle && view.returnOf(handle)?.result;
	const earlier = view.records.slice(0, send.seq);
	const posts = earlier.filter(
		({ kind, name, to, args }) => kind === 'call' && name === 'WSPRecv' && to === send.to && args.s === s,
	);
	const completions = earlier.filter(
		({ name, from, args }) =>
			name === 'WPUCompleteOverlappedRequest' &&
			from === send.to &&
			args.s === switchHandle &&
			args.operation === 'WSPRecv',
	);
	return posts.length - completions.length;
}

/** A receive into registered memory, overlapped. */
const receiveBuffer: Check = ({ record }) => {
	if (Number(record.args.handle) <= 0) return 'has no registered memory';
	return Number(record.args.lpBuffers) > 0 ? undefined : 'has no buffer';
};

/** The memory of all receive buffers at once: at least as large as the receives that follow. */
const bufferArray: Check = ({ view, record }) => {
	const handle = view.returnOf(record)?.result;
	// Nothing can be received where registering fails.
	if (handle === null) return Number(record.args.dwBufferLength) > 0 ? undefined : 'has no length';
	const posts = view.all(
		({ kind, name, to, args }) => kind === 'call' && name === 'WSPRecv' && to === record.to && args.handle === handle,
	);
	const bytes = posts.reduce((total, { args }) => Math.max(total, Number(args.lpBuffers)), 0);
	return posts.length > 0 && Number(record.args.dwBufferLength) >= bytes
		? undefined
		: 'is not the memory of the receives that follow';
};

const backlog: Check = ({ record, before }) => {
	const asked = before[0]?.record.args.backlog ?? record.args.backlog;
	return record.args.backlog === asked ? undefined : `has a backlog of ${String(record.args.backlog)}`;
};

/** The addresses of the two ends as the request brought them. */
const callerAndCallee: Check = ({ view, record, roles }) => {
	const request = view.records.findLast(
		({ name, seq, to }) =>
			name === 'native connect request' && to === `${roles.local}.${roles.nic}.nic` && seq < record.seq,
	);
	const { lpCallerId, lpCalleeId } = record.args;
	return request?.args.from === lpCallerId && request?.args.to === lpCalleeId
		? undefined
		: 'has other addresses than the request';
};

/** The address of the peer's end of the connection. */
const peerAddress: Check = ({ record }) =>
	parseSocketAddress(String(record.args.from)) ? undefined : 'does not say where it comes from';

const smallMessage: Check = ({ record }) =>
	Number(record.args.bytes) <= 256 ? undefined : `has ${String(record.args.bytes)} bytes`;

const handleAndContext: Check = ({ record }) =>
	typeof record.args.dwCatalogEntryId === 'number' && typeof record.args.dwContext === 'number'
		? undefined
		: 'has no catalog id or context';

const checks: Readonly<Record<string, Check>> = {
	'': () => undefined,
	'AF_INET, SOCK_STREAM, IPPROTO_TCP': stream,
	'IP family, SOCK_STREAM, IPPROTO_TCP': stream,
	'as above': stream,
	same,
	destination,
	'destination in IP format': inIpFormat,
	'optional: local address': ({ record }) =>
		parseSocketAddress(String(record.args.name)) ? undefined : 'has no address',
	'address and port of the TCP/IP socket': tcpAddress,
	'NIC address or wildcard': tcpAddress,
	'catalog id, context': handleAndContext,
	'each stored supported option': storedOption,
	'a stored option': storedOption,
	'event object': registeredEvent(),
	'event object, FD_ACCEPT': eventSelect('FD_ACCEPT'),
	'event object, FD_CONNECT': eventSelect('FD_CONNECT'),
	'registered event object': registeredEvent(),
	'event of the listening socket': registeredEvent(),
	'provider descriptor': providerDescriptor,
	'switch descriptor': switchDescriptor,
	'memory of the message buffer array': bufferArray,
	'one or more buffers, overlapped': receiveBuffer,
	"peer's receive buffers": receiveBuffer,
	'receive buffers': receiveBuffer,
	'first buffer': receiveBuffer,
	'further buffers': receiveBuffer,
	'the posted receive (if the switch asked for notification)': value({ operation: 'WSPRecv' }),
	'negotiation message: number of posted receive buffers, at most 256 bytes': negotiation('negotiation offer', true),
	'negotiation message': negotiation('negotiation offer', false),
	'answer: number of posted receive buffers': negotiation('negotiation answer', true),
	'answer of the negotiation': negotiation('negotiation answer', true),
	answer: negotiation('negotiation answer', true),
	backlog,
	'condition function': value({ lpfnCondition: 'ConditionFunc' }),
	'caller and callee address': callerAndCallee,
	"peer's native address": peerAddress,
	'message, at most 256 bytes': smallMessage,
};
