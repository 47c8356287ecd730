/** The application's socket, its companion, descriptors, binding, and what an established connection needs (SOCK, BIND, SWITCH-4, -6, -7, CONN-13, -16 to -19). */

import type { TraceRecord } from '../../../trace';
import { isFullySpecified, isWildcard } from '../../../winsock/address';
import { boundaryCalls, findBoundaryCall } from '../../../winsock/calls';
import type { CheckContext, MakeCheck } from '../../check';
import { recordView } from '../../recordView';
import {
	addressOf,
	allWithin,
	applicationCallAround,
	callOf,
	callsAndReturns,
	fieldOf,
	findWithin,
	hostOf,
	isApplicationCall,
	isDownCall,
	isDownReturn,
	isProxy,
	isSwitch,
	isTcpip,
	named,
	numberOf,
	takesOver,
	textOf,
} from './parts';

/** SOCK-1: the application's descriptor is TCP/IP's. */
const applicationDescriptor: MakeCheck = () => ({
	rules: ['SOCK-1'],
	interests: named('return', 'WSPSocket', 'WSPAccept'),
	record(record, context) {
		if (!isSwitch(record.from) || record.error) return;
		const call = callOf(context, record);
		if (!isApplicationCall(call) || takesOver(call)) return;
		const inner = findWithin(
			context,
			call,
			record.seq,
			(nested) => nested.kind === 'return' && nested.name === record.name && isTcpip(nested.from),
		);
		if (inner && inner.result === record.result) context.kept('SOCK-1', record.seq);
		else {
			const text = inner
				? 'record {0} gives the application descriptor {1}; TCP/IP’s socket is {2} (record {3})'
				: 'record {0} gives the application descriptor {1}, but {2} was not forwarded to TCP/IP';
			const given = Number(record.result);
			if (inner) context.broken('SOCK-1', record.seq, text, record.seq, given, Number(inner.result), inner.seq);
			else context.broken('SOCK-1', record.seq, text, record.seq, given, record.name);
		}
	},
});

/** SOCK-3, SOCK-4: how a SAN provider makes a socket. */
const makingSockets: MakeCheck = () => {
	/** Open descriptors by provider. */
	const open = new Map<string, Set<number>>();
	return {
		rules: ['SOCK-3', 'SOCK-4'],
		interests: named('return', 'WSPSocket', 'WSPAccept', 'WSPCloseSocket'),
		record(record, context) {
			if (!isDownReturn(record) || record.error) return;
			const call = callOf(context, record);
			const known = open.get(record.from) ?? new Set();
			open.set(record.from, known);
			if (record.name === 'WSPCloseSocket') {
				known.delete(numberOf(call, 's') ?? -1);
				return;
			}
			if (takesOver(call)) return;
			const s = Number(record.result);
			const upCall = findWithin(
				context,
				call,
				record.seq,
				(nested) => nested.kind === 'return' && nested.name === 'WPUCreateSocketHandle' && !nested.error,
			);
			if (record.name === 'WSPSocket') judgeUpCall(upCall, record, context);
			judgeDescriptor(s, known, upCall, record, context);
			known.add(s);
		},
	};
};

function judgeUpCall(upCall: TraceRecord | undefined, record: TraceRecord, context: CheckContext): void {
	const socket = upCall && callOf(context, upCall).args['dwContext'];
	if (upCall && socket !== undefined && socket !== null) context.kept('SOCK-3', record.seq);
	else {
		const text = upCall
			? 'record {0} asks for the switch’s descriptor without a socket record of its own'
			: 'record {0} returns a socket for which WPUCreateSocketHandle was never called with success';
		context.broken('SOCK-3', record.seq, text, upCall?.seq ?? record.seq);
	}
}

function judgeDescriptor(
	s: number,
	known: ReadonlySet<number>,
	upCall: TraceRecord | undefined,
	record: TraceRecord,
	context: CheckContext,
): void {
	if (known.has(s)) {
		const text = 'record {0} returns descriptor {1}, which stands for another open socket of {2}';
		context.broken('SOCK-4', record.seq, text, record.seq, s, record.from);
		return;
	}
	const remembered = fieldOf(context, record.from, 'socket', s, 'switchDescriptor', record.seq);
	if (upCall && remembered === upCall.result) context.kept('SOCK-4', record.seq);
	else if (upCall) {
		const text = '{0} remembers {1} for socket {2}, but the switch’s descriptor is {3} (record {4})';
		const shown = remembered === undefined ? 'nothing' : String(remembered);
		context.broken('SOCK-4', record.seq, text, record.from, shown, s, Number(upCall.result), upCall.seq);
	}
}

/** SOCK-5: whose descriptor goes which way. */
const descriptorsBothWays: MakeCheck = () => {
	const ofProvider = new Map<string, Set<number>>();
	const ofSwitch = new Map<string, Set<number>>();
	const remember = (map: Map<string, Set<number>>, owner: string, descriptor: unknown): void => {
		const known = map.get(owner) ?? new Set();
		map.set(owner, known);
		if (typeof descriptor === 'number') known.add(descriptor);
	};
	const downCalls = boundaryCalls.filter(({ parameters }) => parameters.some(({ name }) => name === 's'));
	const upCalls = ['WPUQuerySocketHandleContext', 'WPUCloseSocketHandle'];
	return {
		rules: ['SOCK-5'],
		interests: [
			...named('call', ...new Set([...downCalls.map(({ name }) => name), ...upCalls])),
			...named('signal', 'WPUCompleteOverlappedRequest'),
			...named('return', 'WSPSocket', 'WSPAccept', 'WPUCreateSocketHandle'),
		],
		record(record, context) {
			if (record.kind === 'return') {
				if (record.error) return;
				if (record.name === 'WPUCreateSocketHandle') remember(ofSwitch, record.to, record.result);
				else if (isDownReturn(record)) remember(ofProvider, record.from, record.result);
				return;
			}
			const s = numberOf(record, 's');
			if (s === undefined) return;
			if (isDownCall(record)) judge(ofProvider.get(record.to), s, record, record.to, context);
			else if (isSwitch(record.to) && record.name.startsWith('WPU')) {
				judge(ofSwitch.get(record.from), s, record, 'the switch', context);
			}
		},
	};

	function judge(
		known: ReadonlySet<number> | undefined,
		s: number,
		record: TraceRecord,
		whose: string,
		context: CheckContext,
	): void {
		if (known?.has(s)) context.kept('SOCK-5', record.seq);
		else {
			const text = '{0} of record {1} uses {2}, which is no descriptor of {3}';
			context.broken('SOCK-5', record.seq, text, record.name, record.seq, s, whose);
		}
	}
};

/** SOCK-6: what the switch asks for. */
const sanSocketKind: MakeCheck = () => ({
	rules: ['SOCK-6'],
	interests: named('call', 'WSPSocket'),
	record(record, context) {
		if (!isDownCall(record)) return;
		const { af, type, protocol } = record.args;
		const right = (af === 'AF_INET' || af === 'AF_INET6') && type === 'SOCK_STREAM' && protocol === 'IPPROTO_TCP';
		const flags = record.args['dwFlags'];
		const overlapped = flags === undefined || String(flags).includes('WSA_FLAG_OVERLAPPED') || flags === 1;
		if (right && overlapped) context.kept('SOCK-6', record.seq);
		else {
			const text = 'record {0} asks {1} for a socket of {2}, {3}, {4}';
			context.broken('SOCK-6', record.seq, text, record.seq, record.to, String(af), String(type), String(protocol));
		}
	},
});

const settingUp: ReadonlySet<string> = new Set(['WSPSocket', 'WSPBind', 'WSPSetSockOpt', 'WSPGetSockOpt', 'WSPIoctl']);

/** SWITCH-4, BIND-1: before connect and listen there is only the TCP/IP socket. */
const noEarlyCompanion: MakeCheck = () => ({
	rules: ['SWITCH-4', 'BIND-1'],
	interests: [...named('call', 'WSPSocket'), ...named('return', 'WSPBind')],
	record(record, context) {
		if (record.kind === 'call') {
			if (!isDownCall(record)) return;
			const around = applicationCallAround(context.reader, record.seq);
			if (!around) return;
			if (!settingUp.has(around.name)) context.kept('SWITCH-4', record.seq);
			else {
				const text = 'record {0} creates a SAN socket within the application’s {1} (record {2})';
				context.broken('SWITCH-4', record.seq, text, record.seq, around.name, around.seq);
			}
			return;
		}
		const call = callOf(context, record);
		if (!isApplicationCall(call)) return;
		const inner = allWithin(context, call, record.seq, (nested) => nested.kind === 'call' && isSwitch(nested.from));
		const san = inner.find(isDownCall);
		if (san) {
			const text = 'the application’s WSPBind of record {0} makes the switch call {1} of {2} (record {3})';
			context.broken('BIND-1', record.seq, text, call.seq, san.name, san.to, san.seq);
		} else if (inner.some((nested) => nested.name === 'WSPBind' && nested.args['name'] === call.args['name'])) {
			context.kept('BIND-1', record.seq);
		} else if (!record.error) {
			const text = 'the application’s WSPBind of record {0} was not forwarded to TCP/IP';
			context.broken('BIND-1', record.seq, text, call.seq);
		}
	},
});

/** BIND-3, BIND-4, SOCK-2: the address of the companion; BIND-5: its translation; BIND-6: foreign addresses. */
const binding: MakeCheck = () => {
	/** Addresses that TCP/IP indicated on a host. */
	const local = new Map<string, Set<string>>();
	return {
		rules: ['SOCK-2', 'BIND-3', 'BIND-4', 'BIND-5', 'BIND-6'],
		interests: [...callsAndReturns('WSPBind'), ...named('call', 'ClientPnPAddNetAddress', 'ClientPnPDelNetAddress')],
		record(record, context) {
			if (record.kind === 'call') {
				if (isDownCall(record)) judgeAddress(record, context);
				else if (record.name !== 'WSPBind') indicated(record);
				return;
			}
			const call = callOf(context, record);
			if (isDownReturn(record)) judgeTranslation(call, record, context);
			if (isDownReturn(record) || isTcpip(record.from)) judgeForeign(call, record, context);
		},
	};

	function indicated(record: TraceRecord): void {
		const host = hostOf(record.to);
		const known = local.get(host) ?? new Set();
		local.set(host, known);
		const address = textOf(record, 'address') ?? '';
		if (record.name === 'ClientPnPAddNetAddress') known.add(address);
		else known.delete(address);
	}

	function judgeForeign(call: TraceRecord, record: TraceRecord, context: CheckContext): void {
		const address = addressOf(call.args['name']);
		const known = local.get(hostOf(record.from));
		if (!address || !known || isWildcard(address.ip) || known.has(address.ip.text)) return;
		if (address.ip.text.startsWith('127.') || address.ip.text === '::1') return;
		if (record.error === 'WSAEADDRNOTAVAIL') context.kept('BIND-6', record.seq);
		else {
			const text = 'record {0} answers {1} for {2}, which is not local to {3}';
			context.broken(
				'BIND-6',
				record.seq,
				text,
				record.seq,
				record.error ?? 'success',
				address.text,
				hostOf(record.from),
			);
		}
	}
};

function judgeAddress(call: TraceRecord, context: CheckContext): void {
	const around = applicationCallAround(context.reader, call.seq);
	const name = addressOf(call.args['name']);
	if (!name) return;
	const listens = around?.name === 'WSPListen';
	const tcp = tcpAddress(call, around, context);
	if (isFullySpecified(name)) context.kept('BIND-4', call.seq);
	else if (name.port !== 0 && (!around || (listens && tcp && isWildcard(tcp.ip)))) context.kept('BIND-4', call.seq);
	else context.broken('BIND-4', call.seq, 'record {0} binds to {1}, which is not fully specified', call.seq, name.text);
	if (!tcp) return;
	// A companion that connects lies on its NIC's address where the TCP/IP socket has the wildcard (OQ-10).
	const same = name.port === tcp.port && (name.ip.text === tcp.ip.text || (!listens && isWildcard(tcp.ip)));
	for (const rule of ['BIND-3', 'SOCK-2'] as const) {
		if (same) context.kept(rule, call.seq);
		else {
			const text = 'record {0} binds the companion to {1}; the TCP/IP socket has {2}';
			context.broken(rule, call.seq, text, call.seq, name.text, tcp.text);
		}
	}
}

/** Address of the TCP/IP socket that the companion stands beside; undefined where the thread does not tell. */
function tcpAddress(call: TraceRecord, around: TraceRecord | undefined, context: CheckContext) {
	const origin = around ?? backgroundCall(call, context);
	const s = origin && numberOf(origin, 's');
	if (s === undefined) return undefined;
	return addressOf(fieldOf(context, `${hostOf(call.from)}.tcpip`, 'socket', s, 'local', call.seq));
}

/** The application's call that a thread of the switch carries on. */
function backgroundCall(call: TraceRecord, context: CheckContext): TraceRecord | undefined {
	const { reader } = context;
	const cause = call.cause ?? -1;
	if (cause < 0 || !reader.isCall(cause)) return undefined;
	const origin = recordView(reader, cause);
	return isApplicationCall(origin) ? origin : undefined;
}

function judgeTranslation(call: TraceRecord, record: TraceRecord, context: CheckContext): void {
	const name = addressOf(call.args['name']);
	if (!name || isWildcard(name.ip)) return;
	const translated = findWithin(
		context,
		call,
		record.seq,
		(nested) => nested.kind === 'return' && isProxy(nested.from),
	);
	if (translated) context.kept('BIND-5', record.seq);
	else if (!record.error) {
		const text = 'record {0} binds {1} without a translation by the proxy driver';
		context.broken('BIND-5', record.seq, text, call.seq, name.text);
	}
}

/** SWITCH-6: the chosen provider carries the data. */
const chosenProvider: MakeCheck = () => ({
	rules: ['SWITCH-6', 'CONN-12'],
	interests: named('return', 'WSPSend', 'WSPRecv', 'WSPSendDisconnect', 'WSPShutdown'),
	record(record, context) {
		if (!isSwitch(record.from)) return;
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		if (!isApplicationCall(call) || s === undefined) return;
		const provider = fieldOf(context, record.from, 'socket', s, 'provider', call.seq);
		if (typeof provider !== 'string') return;
		const inner = allWithin(context, call, record.seq, (nested) => nested.kind === 'call' && isSwitch(nested.from));
		const wrong = inner.find((nested) => (provider === 'tcpip' ? isDownCall(nested) : isTcpip(nested.to)));
		if (!wrong) {
			context.kept('SWITCH-6', record.seq);
			return;
		}
		const text = 'socket {0} is carried by {1}, but record {2} calls {3} of {4}';
		context.broken('SWITCH-6', record.seq, text, s, provider, wrong.seq, wrong.name, wrong.to);
		if (provider !== 'tcpip') context.broken('CONN-12', record.seq, text, s, provider, wrong.seq, wrong.name, wrong.to);
	},
});

/**
 * Errors that a switch may give an application beside the documented ones of the call: those of pending and cancelled
 * work, the promises that the list of WSPConnect lacks and that the application gets as they are (OQ-2), and what a lost
 * connection gives (OQ-7).
 */
const alwaysPossible: ReadonlySet<string> = new Set([
	'WSA_IO_PENDING',
	'WSA_IO_INCOMPLETE',
	'WSA_OPERATION_ABORTED',
	'WSAENOTSOCK',
	'WSAECONNRESET',
	'WSAECONNABORTED',
	'WSAEHOSTUNREACH',
	'WSAEINTR',
]);

/** SWITCH-7: what an application sees is TCP's, whichever provider moves the data. */
const oneFace: MakeCheck = () => ({
	rules: ['SWITCH-7'],
	interests: named('return', 'WSPConnect', 'WSPAccept', 'WSPSend', 'WSPRecv', 'WSPGetSockName', 'WSPGetPeerName'),
	record(record, context) {
		if (!isSwitch(record.from)) return;
		const call = callOf(context, record);
		if (!isApplicationCall(call)) return;
		const documented = findBoundaryCall(record.name)?.errors ?? [];
		const { error } = record;
		if (error && !alwaysPossible.has(error) && !documented.some((code) => code === error)) {
			const text = 'record {0} gives the application {1}, which TCP never gives for {2}';
			context.broken('SWITCH-7', record.seq, text, record.seq, error, record.name);
			return;
		}
		const shown = textOf(record, 'name') ?? textOf(record, 'addr');
		if (shown === undefined || addressOf(shown)) context.kept('SWITCH-7', record.seq);
		else {
			const text = 'record {0} gives the application {1}, which is not an IP address';
			context.broken('SWITCH-7', record.seq, text, record.seq, shown);
		}
	},
});

/** CONN-13: nothing that an established connection needs is missing. */
const complete: MakeCheck = () => {
	const judged = new Set<string>();
	return {
		rules: ['CONN-13'],
		interests: named(
			'return',
			'WSPSend',
			'WSPRecv',
			'WSPRegisterMemory',
			'WSPDeregisterMemory',
			'WSPRegisterRdmaMemory',
			'WSPDeregisterRdmaMemory',
			'WSPRdmaWrite',
			'WSPGetOverlappedResult',
			'WSPCloseSocket',
		),
		record(record, context) {
			if (!isDownReturn(record)) return;
			if (record.error === 'WSAEOPNOTSUPP') {
				const text = 'record {0}: {1} does not support {2}, which an established connection needs';
				context.broken('CONN-13', record.seq, text, record.seq, record.from, record.name);
				return;
			}
			// Once for each provider and function is enough.
			const key = `${record.from} ${record.name}`;
			if (judged.has(key)) return;
			judged.add(key);
			context.kept('CONN-13', record.seq);
		},
	};
};

/** CONN-16, CONN-17: WSPEnumNetworkEvents clears record and event in one step, or not at all. */
const enumerating: MakeCheck = () => ({
	rules: ['CONN-16', 'CONN-17'],
	interests: named('return', 'WSPEnumNetworkEvents'),
	record(record, context) {
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		const event = numberOf(call, 'hEventObject');
		if (s === undefined) return;
		const before = stateOfEvents(context, call, s, event, call.seq);
		const after = stateOfEvents(context, call, s, event, record.seq);
		if (record.error) {
			const untouched = before.recorded === after.recorded && before.signalled === after.signalled;
			if (untouched) context.kept('CONN-17', record.seq);
			else {
				const text = 'record {0} fails with {1} and has cleared the record or the event of socket {2} all the same';
				context.broken('CONN-17', record.seq, text, record.seq, record.error, s);
			}
			return;
		}
		const events = String(record.args['lNetworkEvents'] ?? '');
		const cleared = (after.recorded ?? '') === '' && after.signalled !== true;
		const told = !events.includes('FD_CONNECT') || hasConnectCode(record);
		if (cleared && told) context.kept('CONN-16', record.seq);
		else {
			const text = told
				? 'after record {0} the record of socket {1} is not empty or its event still signalled'
				: 'record {0} reports FD_CONNECT of socket {1} without an error code';
			context.broken('CONN-16', record.seq, text, record.seq, s);
		}
	},
});

function hasConnectCode(record: TraceRecord): boolean {
	const single = record.args['iErrorCode[FD_CONNECT_BIT]'];
	if (single !== undefined) return single !== null;
	const codes = record.args['iErrorCode'];
	return codes === undefined || (typeof codes === 'object' && codes !== null && 'FD_CONNECT_BIT' in codes);
}

function stateOfEvents(
	context: CheckContext,
	call: TraceRecord,
	s: number,
	event: number | undefined,
	seq: number,
): { readonly recorded: unknown; readonly signalled: unknown } {
	return {
		recorded: fieldOf(context, call.to, 'socket', s, 'networkEvents', seq),
		signalled: event === undefined ? undefined : fieldOf(context, call.from, 'event', event, 'signalled', seq),
	};
}

/** CONN-18: connects that need no attempt. */
const needlessConnects: MakeCheck = () => ({
	rules: ['CONN-18'],
	interests: named('return', 'WSPConnect'),
	record(record, context) {
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		if (s === undefined) return;
		const state = fieldOf(context, record.from, 'socket', s, 'state', call.seq);
		const wanted = refusalFor(String(state), textOf(call, 'name') ?? '');
		if (!wanted) return;
		if (record.error === wanted) context.kept('CONN-18', record.seq);
		else {
			const text = 'record {0} answers {1} to a connect of socket {2}, which is {3}; {4} is due';
			context.broken('CONN-18', record.seq, text, record.seq, record.error ?? 'success', s, String(state), wanted);
		}
	},
});

function refusalFor(state: string, destination: string): string | undefined {
	switch (state) {
		case 'connecting':
			return 'WSAEALREADY';
		case 'connected':
		case 'on SAN':
			return 'WSAEISCONN';
		case 'listening':
			return 'WSAEINVAL';
		case 'closed':
			return undefined;
		default: {
			const address = addressOf(destination);
			return address && isWildcard(address.ip) ? 'WSAEADDRNOTAVAIL' : undefined;
		}
	}
}

/** CONN-19: names come from the switch's cache. */
const cachedNames: MakeCheck = () => ({
	rules: ['CONN-19'],
	interests: named('return', 'WSPGetPeerName', 'WSPGetSockName'),
	record(record, context) {
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		if (!isApplicationCall(call) || s === undefined) return;
		const inner = findWithin(context, call, record.seq, (nested) => nested.kind === 'call' && isDownCall(nested));
		const side = record.name === 'WSPGetPeerName' ? 'remote' : 'local';
		const cached = fieldOf(context, record.from, 'socket', s, side, record.seq);
		if (inner) {
			const text = 'record {0} answers {1} by asking {2} (record {3}), not from the switch’s cache';
			context.broken('CONN-19', record.seq, text, record.seq, record.name, inner.to, inner.seq);
		} else if (record.error || record.args['name'] === cached) context.kept('CONN-19', record.seq);
		else {
			const text = 'record {0} answers {1}; the cached address of socket {2} is {3}';
			context.broken('CONN-19', record.seq, text, record.seq, String(record.args['name']), s, String(cached));
		}
	},
});

export const socketChecks: readonly MakeCheck[] = [
	applicationDescriptor,
	makingSockets,
	descriptorsBothWays,
	sanSocketKind,
	noEarlyCompanion,
	binding,
	chosenProvider,
	oneFace,
	complete,
	enumerating,
	needlessConnects,
	cachedNames,
];
