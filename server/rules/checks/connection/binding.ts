/** Binding: nothing of a SAN before connect and listen, and the companion's address then (SWITCH-4, BIND, SOCK-2). BIND-2 is in `choosing.ts`. */
import { isFullySpecified, isWildcard } from '../../../winsock/address';
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
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
	textOf,
} from './parts';

const settingUp: ReadonlySet<string> = new Set(['WSPSocket', 'WSPBind', 'WSPSetSockOpt', 'WSPGetSockOpt', 'WSPIoctl']);

/** SWITCH-4, BIND-1: before connect and listen there is only the TCP/IP socket. */
const noEarlyCompanion: MakeCheck = () => ({
	rules: ['SWITCH-4', 'BIND-1'],
	interests: [...named('call', 'WSPSocket'), ...named('return', 'WSPBind')],
	record(record, context) {
		if (record.kind === 'call') {
			if (!isDownCall(record)) return;
			const around = applicationCallAround(context, record.seq);
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
		} else if (inner.some((nested) => nested.name === 'WSPBind' && nested.arg('name') === call.arg('name'))) {
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

	function indicated(record: SeenRecord): void {
		const host = hostOf(record.to);
		const known = local.get(host) ?? new Set();
		local.set(host, known);
		const address = textOf(record, 'address') ?? '';
		if (record.name === 'ClientPnPAddNetAddress') known.add(address);
		else known.delete(address);
	}

	function judgeForeign(call: SeenRecord, record: SeenRecord, context: CheckContext): void {
		const address = addressOf(call.arg('name'));
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

function judgeAddress(call: SeenRecord, context: CheckContext): void {
	const origin = applicationCallAround(context, call.seq) ?? backgroundCall(call, context);
	const name = addressOf(call.arg('name'));
	if (!name) return;
	const listens = origin?.name === 'WSPListen';
	const tcp = tcpAddress(call, origin, context);
	if (isFullySpecified(name)) context.kept('BIND-4', call.seq);
	else if (name.port !== 0 && (!origin || (listens && tcp && isWildcard(tcp.ip)))) context.kept('BIND-4', call.seq);
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
function tcpAddress(call: SeenRecord, origin: SeenRecord | undefined, context: CheckContext) {
	const s = origin && numberOf(origin, 's');
	if (s === undefined) return undefined;
	return addressOf(fieldOf(context, `${hostOf(call.from)}.tcpip`, 'socket', s, 'local', call.seq));
}

/** The application's call that a thread of the switch carries on. */
function backgroundCall(call: SeenRecord, context: CheckContext): SeenRecord | undefined {
	const { reader } = context;
	const cause = call.cause ?? -1;
	if (cause < 0 || !reader.isCall(cause)) return undefined;
	const origin = context.view(cause);
	return isApplicationCall(origin) ? origin : undefined;
}

function judgeTranslation(call: SeenRecord, record: SeenRecord, context: CheckContext): void {
	const name = addressOf(call.arg('name'));
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

export const bindChecks: readonly MakeCheck[] = [noEarlyCompanion, binding];
