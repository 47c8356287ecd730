/**
 * Choosing the provider of a connection: the table lookup and what follows from it (SWITCH), creating and binding the
 * companion (SOCK-2, BIND-2 to BIND-4, OPT-1), and TCP/IP where no companion comes about (FALLBACK-1, -2, -11).
 */

import { isWildcard, longestMatch, parseIp, parseSubnet, type Subnet } from '../../../winsock/address';
import type { CheckContext } from '../../check';
import type { SeenRecord } from '../../recordView';
import { type Connect, type ConnectRules, isPoll, type SanAttempt } from './connect';
import { addressOf, between, fieldOf, numberOf, textOf } from './parts';

/** SWITCH-1: every connect is compared with the table, and the answer is the table's. */
export function lookupRules(): ConnectRules {
	return {
		rules: ['SWITCH-1'],
		lookup(connect, record, context) {
			const wanted = providerInTable(context, connect, record.seq);
			const streamOnly = socketTypeOf(context, connect) === 'SOCK_STREAM';
			if (!streamOnly || wanted === connect.provider) context.kept('SWITCH-1', record.seq);
			else {
				const text = 'the table leads {0} to {1}, but the lookup of record {2} answered {3}';
				const answer = connect.provider ?? 'TCP/IP';
				context.broken('SWITCH-1', record.seq, text, connect.destination, wanted ?? 'TCP/IP', record.seq, answer);
			}
		},
		sanCall(connect, call, context) {
			if (call.name === 'WSPSocket' && !connect.lookup && !isPoll(connect)) noLookup(connect, call.seq, context);
		},
		tcpipCall(connect, call, context) {
			if (call.name === 'WSPConnect' && !connect.lookup) noLookup(connect, call.seq, context);
		},
	};
}

function noLookup(connect: Connect, seq: number, context: CheckContext): void {
	const text = 'record {0} connects to {1} without having looked the destination up in the table';
	context.broken('SWITCH-1', seq, text, seq, connect.destination);
}

/** Types of sockets are remembered by the switch's descriptor; what was accepted is a stream. */
const socketTypes = new WeakMap<object, Map<string, string>>();

function typesOf(context: CheckContext): Map<string, string> {
	let types = socketTypes.get(context.reader);
	if (!types) {
		types = new Map();
		socketTypes.set(context.reader, types);
	}
	return types;
}

function socketTypeOf(context: CheckContext, connect: Connect): string {
	return typesOf(context).get(`${connect.switch}#${connect.s}`) ?? 'SOCK_STREAM';
}

/** The provider to which the switch's table leads the destination, by longest prefix. */
function providerInTable(context: CheckContext, connect: Connect, seq: number): string | undefined {
	const destination = addressOf(connect.destination);
	if (!destination) return undefined;
	return longestMatch(tableOf(context, connect.switch, seq), destination.ip)?.provider;
}

export interface TableLine {
	readonly subnet: Subnet;
	readonly provider: string;
	readonly address: string;
}

/** The switch's table "local IP subnet → SAN provider" at record `seq`. */
export function tableOf(context: CheckContext, component: string, seq: number): readonly TableLine[] {
	const entries = fieldOf(context, component, 'table', undefined, 'entries', seq);
	return linesOf(entries);
}

export function linesOf(entries: unknown): readonly TableLine[] {
	if (!Array.isArray(entries)) return [];
	return entries.flatMap((entry: { readonly [name: string]: unknown }) => {
		const subnet = parseSubnet(String(entry.subnet));
		return subnet ? [{ subnet, provider: String(entry.provider), address: String(entry.address) }] : [];
	});
}

/** SWITCH-2 and SWITCH-3: the provider of the subnet creates and binds the socket, and connects on it. */
export function candidateRules(): ConnectRules {
	return {
		rules: ['SWITCH-2', 'SWITCH-3'],
		sanCall(connect, call, context) {
			if (isPoll(connect) || !connect.lookup) return;
			if (call.name === 'WSPSocket' && call.to !== connect.provider) {
				const text = 'record {0} creates a socket at {1}, but the lookup of record {2} found {3}';
				const found = connect.provider ?? 'TCP/IP';
				context.broken('SWITCH-2', call.seq, text, call.seq, call.to, connect.lookup.seq, found);
			} else if (call.name === 'WSPConnect' && connect.san) onWhichSocket(connect, connect.san, call, context);
		},
		sanReturn(connect, call, record, context) {
			if (isPoll(connect) || connect.san?.connect) return;
			if (call.name === 'WSPBind') context.kept('SWITCH-2', record.seq);
			else if (call.name === 'WSPSocket' && record.error) context.kept('SWITCH-2', record.seq);
		},
		tcpipCall(connect, call, context) {
			if (call.name !== 'WSPConnect' || !connect.provider || connect.abandoned) return;
			if (!connect.san && !cannotBeBound(connect, context)) {
				const text = 'record {0} connects over TCP/IP, but {1} of {2} was never called';
				context.broken('SWITCH-2', call.seq, text, call.seq, 'WSPSocket', connect.provider);
			} else if (connect.san && ready(connect.san) && !connect.san.connect) {
				const text = 'record {0} connects over TCP/IP although SAN socket {1} of {2} was created and bound';
				context.broken('SWITCH-3', call.seq, text, call.seq, connect.san.s, connect.san.provider);
			}
		},
		finish(connect, error, record, context) {
			if (isPoll(connect) || connect.abandoned || !connect.provider || error || connect.tcpipConnect) return;
			if (connect.san?.connect) return;
			const text = 'record {0} completes the connect to {1} although nothing was carried out on a SAN socket';
			context.broken('SWITCH-3', record.seq, text, record.seq, connect.destination);
		},
	};
}

function onWhichSocket(connect: Connect, san: SanAttempt, call: SeenRecord, context: CheckContext): void {
	if (call.to === san.provider && call.arg('s') === san.s) context.kept('SWITCH-3', call.seq);
	else {
		const text = 'record {0} connects on socket {1} of {2}; the companion for {3} is socket {4} of {5}';
		const s = String(call.arg('s'));
		context.broken('SWITCH-3', call.seq, text, call.seq, s, call.to, connect.destination, san.s, san.provider);
	}
}

function ready(san: SanAttempt): boolean {
	return san.bound !== undefined && san.bound.error === undefined && san.setUpFailure === undefined;
}

/** OQ-11: a socket bound to an address outside the destination's SAN subnet, or that TCP/IP cannot bind there. */
function cannotBeBound(connect: Connect, context: CheckContext): boolean {
	if (connect.implicitBindFailed) return true;
	const seq = connect.lookup?.seq ?? connect.call.seq;
	const local = addressOf(fieldOf(context, `${connect.host}.tcpip`, 'socket', connect.s, 'local', seq));
	if (!local || isWildcard(local.ip)) return false;
	return !tableOf(context, connect.switch, seq).some(
		(line) => line.provider === connect.provider && line.address === local.ip.text,
	);
}

/** SWITCH-5, SWITCH-8: only streams are candidates. */
export function streamRules(): ConnectRules {
	return {
		rules: ['SWITCH-5', 'SWITCH-8'],
		interests: between('application', 'return', 'WSPSocket'),
		other(record, context) {
			const type = textOf(record.opening, 'type');
			if (record.error || !type || type === 'SOCK_STREAM' || typeof record.result !== 'number') return;
			typesOf(context).set(`${record.from}#${record.result}`, type);
			if (type === 'SOCK_RAW') context.kept('SWITCH-8', record.seq);
		},
		lookup(connect, record, context) {
			const type = socketTypeOf(context, connect);
			const inTable = providerInTable(context, connect, record.seq) !== undefined;
			if (type === 'SOCK_STREAM' && inTable) return;
			if (!connect.provider) context.kept('SWITCH-5', record.seq);
			else if (type !== 'SOCK_STREAM') {
				const text = 'the lookup of record {0} offers {1} to a socket of type {2}';
				context.broken('SWITCH-5', record.seq, text, record.seq, connect.provider, type);
			}
		},
		sanCall(connect, call, context) {
			if (call.name !== 'WSPSocket') return;
			const type = socketTypeOf(context, connect);
			const text = 'record {0} creates a SAN socket at {1} for socket {2}, whose type is {3}';
			if (type !== 'SOCK_STREAM') context.broken('SWITCH-5', call.seq, text, call.seq, call.to, connect.s, type);
			if (type === 'SOCK_RAW') context.broken('SWITCH-8', call.seq, text, call.seq, call.to, connect.s, type);
		},
	};
}

/** FALLBACK-1, -2 and -11: where no companion comes about, it is closed and TCP/IP connects. */
export function withoutCompanionRules(): ConnectRules {
	return {
		rules: ['FALLBACK-1', 'FALLBACK-2', 'FALLBACK-11'],
		sanCall(connect, call, context) {
			if (call.name !== 'WSPSocket' || !connect.lookup || connect.provider) return;
			const text = 'record {0} creates a SAN socket, but no SAN subnet contains {1} (record {2})';
			context.broken('FALLBACK-1', call.seq, text, call.seq, connect.destination, connect.lookup.seq);
		},
		tcpipCall(connect, call, context) {
			if (call.name !== 'WSPConnect' || !connect.lookup) return;
			if (!connect.provider) context.kept('FALLBACK-1', call.seq);
			const failure = connect.san?.setUpFailure;
			if (!connect.san || !failure) return;
			if (failure.name === 'WSPSocket' || failure.name === 'WSPBind') context.kept('FALLBACK-2', call.seq);
			if (failure.name === 'WSPSocket' || connect.san.close) context.kept('FALLBACK-11', call.seq);
			else {
				const text = '{0} failed in record {1}, but record {2} uses TCP/IP before the SAN socket was closed';
				context.broken('FALLBACK-11', call.seq, text, failure.name, failure.seq, call.seq);
			}
		},
		finish(connect, error, record, context) {
			if (connect.tcpipConnect || connect.abandoned || isPoll(connect)) return;
			if (connect.lookup && !connect.provider) {
				const text = 'the connect to {0} ended in record {1} and TCP/IP was never asked';
				context.broken('FALLBACK-1', record.seq, text, connect.destination, record.seq);
			}
			const failure = connect.san?.setUpFailure;
			if (!failure) return;
			const text = '{0} failed in record {1}, and record {2} ends the connect ({3}) without having tried TCP/IP';
			const args = [failure.name, failure.seq, record.seq, error ?? 'success'] as const;
			if (failure.name === 'WSPSocket' || failure.name === 'WSPBind') {
				context.broken('FALLBACK-2', record.seq, text, ...args);
			}
			context.broken('FALLBACK-11', record.seq, text, ...args);
		},
	};
}

/** BIND-2, OPT-1: the companion is bound first, and gets the options that the application set. */
export function companionRules(): ConnectRules {
	return {
		rules: ['BIND-2'],
		sanCall(connect, call, context) {
			const { san } = connect;
			if (!san || call.to !== san.provider || numberOf(call, 's') !== san.s || call.name === 'WSPCloseSocket') return;
			if (call.name === 'WSPBind') {
				const first = san.options.length === 0 && !san.select && !san.connect;
				if (first) context.kept('BIND-2', call.seq);
				return;
			}
			if (san.bind || (san.select && call.name !== 'WSPConnect')) return;
			const text = 'record {0} calls {1} on SAN socket {2}, which has not been bound';
			context.broken('BIND-2', call.seq, text, call.seq, call.name, san.s);
		},
	};
}

/** Whether a text is an IP address, for rules that speak of address formats. */
export function isIpText(text: string): boolean {
	return addressOf(text) !== undefined || parseIp(text) !== undefined;
}
