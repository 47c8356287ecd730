/**
 * The result column of the documented call tables, text by text. A text that is not listed here fails the row: nothing is
 * taken for granted.
 */

import type { RowContext } from './callTable';
import { type ResultCheck as Check, dataResults, end, resultByCall } from './dataResults';

/** What functions return that fail, by the name that the tables use. */
const failureValues: Readonly<Record<string, unknown>> = {
	SOCKET_ERROR: -1,
	INVALID_SOCKET: 0xffffffff,
	NULL: null,
};

/** Rule IDs in parentheses at the end of the column are not part of the text. */
const RULES = /\s*\([A-Z]+-\d+(?:(?:, |\.\.)[A-Z]+-\d+)*\)$/;

/** Compares the result of a row's record with the text of the column. */
export function checkResult(context: RowContext): string | undefined {
	const text = context.step.result.replace(RULES, '');
	const known = resultByCall(context.step.call);
	if (known) return known(context, /^.*$/.exec(text) as RegExpExecArray);
	for (const [pattern, check] of [...checks, ...dataResults]) {
		const match = new RegExp(`^${pattern}$`).exec(text);
		if (match) return check(context, match);
	}
	return `has a result that this test does not understand: "${text}"`;
}

function returns(wanted: (result: unknown) => boolean, error?: string): Check {
	return (context) => {
		const found = end(context);
		if (!found) return 'has not returned';
		if (found.error !== error) return `returned the error ${found.error ?? 'none'}, expected ${error ?? 'none'}`;
		return wanted(found.result) ? undefined : `returned ${JSON.stringify(found.result)}`;
	};
}

/** An up-call that is a signal has no return: that it was made says it succeeded. */
const zero: Check = (context, match) =>
	context.record.kind === 'signal' ? undefined : returns((result) => result === 0)(context, match);
const descriptor = returns((result) => typeof result === 'number' && Number.isInteger(result) && result > 0);

/** The failure that a row names: its value and its error; `undefined` means any error that `allowed` takes. */
function failure(value: string, error: string | undefined, allowed: (error: string) => boolean = () => true): Check {
	const wanted = failureValues[value];
	return (context) => {
		const found = end(context);
		if (!found) return 'has not returned';
		if (found.result !== wanted) return `returned ${JSON.stringify(found.result)}, expected ${value}`;
		if (found.error === undefined || (error !== undefined && found.error !== error) || !allowed(found.error)) {
			return `returned the error ${found.error ?? 'none'}, expected ${error ?? 'another'}`;
		}
		return undefined;
	};
}

const promises: readonly string[] = ['WSAECONNRESET', 'WSAECONNREFUSED', 'WSAEHOSTUNREACH'];

/** Success, with a network event in the out parameters. */
function networkEvent(name: string, code?: string): Check {
	return (context, match) => {
		const complaint = zero(context, match);
		if (complaint) return complaint;
		const out = end(context)?.args ?? {};
		if (out.lNetworkEvents !== name) return `reported ${JSON.stringify(out.lNetworkEvents)}, expected ${name}`;
		const wanted = code === '0' ? 0 : code;
		const found = out[`iErrorCode[${name}_BIT]`];
		return wanted === undefined || found === wanted
			? undefined
			: `reported the code ${String(found)}, expected ${code}`;
	};
}

/** TCP/IP was asked by the same switch, before the row, and gave the same result. */
const forwarded: Check = (context) => {
	const { view, record, roles } = context;
	const inner = view
		.directlyWithin(record.seq)
		.find(({ to, name }) => to === `${roles.local}.tcpip` && name === record.name);
	const asked = inner && view.returnOf(inner);
	const found = end(context);
	if (!asked || !found) return 'was not forwarded to TCP/IP';
	return asked.result === found.result ? undefined : 'returned something else than TCP/IP did';
};

/** The outcome of TCP/IP's connect is the outcome of the application's. */
const resultOfTcpip: Check = (context) => {
	const { view, before, evidence } = context;
	const application = before.find(({ step }) => step.caller === 'application' && step.call === 'WSPConnect');
	const given = application && view.returnOf(application.record);
	const found = end(context);
	if (!given || !found) return 'has not returned, or the application has not got its result';
	evidence.push(given);
	if (given.seq < found.seq) return 'returned after the application had got its result';
	return given.error === found.error && given.result === found.result
		? undefined
		: 'gave the application another result';
};

const withoutTcpip: Check = (context) => {
	const { view, roles } = context;
	const tried = view.calls(`${roles.local}.switch`, `${roles.local}.tcpip`, 'WSPConnect');
	return tried.length === 0 ? undefined : `although TCP/IP was tried (record ${tried[0]?.seq})`;
};

const nestedAbove: Check = (context, match) => {
	const above = context.before.at(-1)?.record;
	if (context.record.within !== above?.seq) return 'is not nested in the call above';
	return descriptor(context, match);
};

/** The subnet table lookup names the provider, or TCP/IP. */
function lookup(found: boolean): Check {
	return ({ record, roles }) => {
		const provider = found ? `${roles.local}.${roles.nic}` : 'tcpip';
		if (record.args.provider !== provider) return `found ${String(record.args.provider)}, expected ${provider}`;
		return (record.args.subnet !== null) === found ? undefined : 'has no subnet for its provider';
	};
}

/** The proxy driver gave a native address; unless the connect failed at once, a request went out to the peer. */
const mapped: Check = (context) => {
	const { view, record, roles, evidence } = context;
	const answer = end(context);
	if (!answer || answer.error !== undefined || !/^node \d+$/.test(String(answer.result)))
		return 'was not answered with a native address';
	const connect = view.records[record.within ?? -1];
	const outcome = connect && view.returnOf(connect)?.error;
	if (outcome !== undefined && outcome !== 'WSAEWOULDBLOCK') return undefined;
	const request = view.first(
		({ kind, name, from }) =>
			kind === 'message' && name === 'native connect request' && from === `${roles.local}.${roles.nic}.nic`,
		record.seq,
	);
	// A fault of the scenario may decide the outcome without asking the peer; the tables' scenarios do not need that here.
	if (!request || request.args.to !== connect?.args.name) return 'was not followed by a request to the peer';
	evidence.push(request);
	return undefined;
};

/** The event object that the signal names becomes signalled, and was not before. */
const signalled: Check = ({ view, record, evidence }) => {
	const event = `${record.to} event ${String(record.args.hEvent)}`;
	const change = view.change(event, 'signalled', record.seq);
	if (change?.args.after !== true || change.seq !== record.seq + 1) return `did not signal ${event}`;
	evidence.push(change);
	return undefined;
};

const answerReceived: Check = (context) => {
	const { view, record, roles, evidence } = context;
	if (record.args.operation !== 'WSPRecv' || record.args.dwError !== 0) return 'does not complete a receive';
	const note = view.first(
		({ name, from, cause }) =>
			name === 'control message received' && from === `${roles.local}.switch` && cause === record.seq,
		record.seq,
	);
	if (note?.args.control !== 'negotiation answer') return 'did not bring the answer of the negotiation';
	evidence.push(note);
	return undefined;
};

/** The request waits at the listening socket, and the proxy driver has found the peer's IP address. */
const queued: Check = ({ view, record, roles, evidence }) => {
	const provider = `${roles.local}.${roles.nic}`;
	const translation = view.first(
		({ kind, to, cause }) => kind === 'call' && to === `${provider}.proxy` && cause === record.seq,
	);
	const address = translation && view.returnOf(translation)?.result;
	if (!translation || typeof address !== 'string' || !String(record.args.from).startsWith(`${address}:`)) {
		return "did not make the proxy driver find the peer's IP address";
	}
	evidence.push(translation);
	const change = view.first(
		({ kind, from, args, seq }) =>
			kind === 'state' && from === provider && args.field === 'queuedRequests' && seq > translation.seq,
	);
	return change?.args.after === 1 ? undefined : 'was not queued';
};

/** The message ends the peer's connect with this outcome. */
function peerConnectEnds(error?: string): Check {
	return ({ view, record, roles, evidence }) => {
		const provider = `${roles.peer}.${roles.nic}`;
		const signal = view.first(
			({ kind, name, from, cause }) =>
				kind === 'signal' && name === 'SetEvent' && from === provider && cause === record.seq,
		);
		if (!signal) return "did not make the peer's provider signal the end of its connect";
		const outcome = view.first(
			({ kind, name, from }) => kind === 'return' && name === 'WSPEnumNetworkEvents' && from === provider,
			signal.seq,
		);
		evidence.push(signal);
		if (outcome) evidence.push(outcome);
		const code = outcome?.args['iErrorCode[FD_CONNECT_BIT]'];
		return code === (error ?? 0) ? undefined : `ended the peer's connect with ${String(code)}`;
	};
}

/** The refusal leaves when the request arrives, and the switch hears nothing of it. */
const atOnce: Check = ({ view, record, before, roles }) => {
	const request = before.at(-1)?.record;
	if (!request || record.time !== request.args.arrives) return 'did not leave when the request arrived';
	const told = view
		.between(request.seq, record.seq)
		.find(({ name, from }) => name === 'SetEvent' && from === `${roles.local}.${roles.nic}`);
	return told ? `came after a SetEvent (record ${told.seq})` : undefined;
};

const refusalReported: Check = ({ view, record, roles, evidence }) => {
	const asked = view.first(
		({ kind, name, from }) => kind === 'call' && name === 'WSPEnumNetworkEvents' && from === `${roles.peer}.switch`,
		record.seq,
	);
	const answer = asked && view.returnOf(asked);
	if (!asked || !answer) return 'was not followed by WSPEnumNetworkEvents';
	evidence.push(asked, answer);
	const code = answer.args['iErrorCode[FD_CONNECT_BIT]'];
	return code === 'WSAECONNREFUSED' ? undefined : `was followed by the code ${String(code)}`;
};

/** The condition function answers in the thread that called WSPAccept, before that returns. */
function condition(wanted: string, sameThread: boolean): Check {
	return (context, match) => {
		const { record, before } = context;
		const accept = before.findLast(({ step }) => step.call === 'WSPAccept')?.record;
		if (record.within !== accept?.seq) return 'is not called inside WSPAccept';
		if (sameThread && record.thread !== accept.thread) return `runs in ${record.thread}, WSPAccept in ${accept.thread}`;
		return returns((result) => result === wanted)(context, match);
	};
}

/** A new descriptor that TCP/IP's part of the accept gave out. */
const newSocket: Check = (context, match) => {
	const { view, record, roles, evidence } = context;
	const inner = view.first(
		({ kind, name, from, result }) =>
			kind === 'return' && name === 'WSPAccept' && from === `${roles.local}.tcpip` && result === record.result,
	);
	if (!inner || inner.seq > record.seq) return "came before TCP/IP's part, or without it";
	evidence.push(inner);
	return descriptor(context, match);
};

/** No connection is closed or reset because of the early message: the session comes about. */
const kept: Check = ({ view, record, roles }) => {
	const negotiated = view.first(
		({ name, from }) => name === 'session negotiated' && from === `${roles.local}.switch`,
		record.seq,
	);
	if (!negotiated) return 'was not followed by a session';
	const dropped = view
		.between(record.seq, negotiated.seq)
		.find(
			({ name }) => name === 'native disconnect' || name === 'native refusal' || name === 'no receive buffer posted',
		);
	return dropped ? `was followed by ${dropped.name}` : undefined;
};

/** The posted buffer takes exactly one kept message, in one piece. */
const copied: Check = (context, match) => {
	const { view, record, before, evidence } = context;
	const note = view.directlyWithin(record.seq).filter(({ name }) => name === 'copied from a private buffer');
	const keptBytes = before.at(-1)?.record.args.bytes;
	if (note.length !== 1 || note[0]?.args.bytes !== keptBytes) return 'did not take the kept message';
	evidence.push(...note);
	return pendingOperation(context, match);
};

const toNicQueue: Check = (context, match) => {
	const { view, record, roles, evidence } = context;
	const posted = view
		.directlyWithin(record.seq)
		.filter(({ name, to }) => name === 'post receive' && to === `${roles.local}.${roles.nic}.nic`);
	if (posted.length !== 1) return 'did not go to the queue of the NIC';
	evidence.push(...posted);
	return pendingOperation(context, match);
};

const pendingOperation = failure('SOCKET_ERROR', 'WSA_IO_PENDING');

const handle = returns((result) => typeof result === 'number' && result > 0);

/** Nothing is said about the result: the call has been made. A call must still return. */
const anything: Check = (context) => (end(context) ? undefined : 'has not returned');

/** Texts as regular expressions, first match wins. */
const checks: readonly (readonly [string, Check])[] = [
	['', anything],
	['0', zero],
	[
		'0; FD_CONNECT set, iErrorCode\\[FD_CONNECT_BIT\\] = (0|WSA\\w+)',
		(context, match) => networkEvent('FD_CONNECT', match[1])(context, match),
	],
	['FD_ACCEPT', networkEvent('FD_ACCEPT')],
	[
		'(SOCKET_ERROR|INVALID_SOCKET|NULL), (WSA\\w+)',
		(context, match) => failure(match[1] ?? '', match[2])(context, match),
	],
	[
		'(SOCKET_ERROR|INVALID_SOCKET)(?:, for example WSA\\w+)?',
		(context, match) => failure(match[1] ?? '', undefined)(context, match),
	],
	[
		'SOCKET_ERROR, code other than the three promises and other than WSAEWOULDBLOCK',
		failure('SOCKET_ERROR', undefined, (error) => !promises.includes(error) && error !== 'WSAEWOULDBLOCK'),
	],
	[
		'SOCKET_ERROR, (WSA\\w+); TCP/IP is not tried',
		(context, match) => failure('SOCKET_ERROR', match[1])(context, match) ?? withoutTcpip(context, match),
	],
	[
		'SOCKET_ERROR; no TCP/IP attempt',
		(context, match) => failure('SOCKET_ERROR', undefined)(context, match) ?? withoutTcpip(context, match),
	],
	['WSA_IO_PENDING', pendingOperation],
	['WSAECONNREFUSED', refusalReported],
	['provider descriptor', descriptor],
	["descriptor of the application's socket", descriptor],
	['switch descriptor', descriptor],
	['switch descriptor \\(nested in the call above\\)', nestedAbove],
	['handle', handle],
	['forwarded', forwarded],
	['result of TCP/IP goes to the application', resultOfTcpip],
	// The row's own result follows in other rows; the table must have them.
	['see next rows|starts the decision', () => undefined],
	['provider found', lookup(true)],
	['no match', lookup(false)],
	['mapped to native address, attempt started', mapped],
	['event signalled|signalled', signalled],
	['answer received', answerReceived],
	['queued, IP address found by the proxy driver', queued],
	['peer connect completes', peerConnectEnds()],
	['peer connect fails with (WSA\\w+)', (context, match) => peerConnectEnds(match[1])(context, match)],
	['at once, no SetEvent', atOnce],
	['CF_ACCEPT, same thread', condition('CF_ACCEPT', true)],
	['CF_REJECT', condition('CF_REJECT', false)],
	["new socket(?:, after TCP/IP's part)?", newSocket],
	['kept, connection not dropped', kept],
	['message copied one to one', copied],
	['posted to the NIC queue', toNicQueue],
	// A column that holds rules only.
	['\\([A-Z]+-\\d+\\)', anything],
];
