/** What holds of a socket whichever provider carries it: its data, its names, its errors, its events (SWITCH-6, -7, CONN-12, -13, -16 to -19). */
import { isWildcard } from '../../../winsock/address';
import { findBoundaryCall } from '../../../winsock/calls';
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import {
	addressOf,
	between,
	callOf,
	fieldOf,
	fieldOfId,
	findSeqWithin,
	findWithin,
	isDownCall,
	isDownCallAt,
	isTcpipCallAt,
	named,
	numberOf,
	textOf,
} from './parts';

/** SWITCH-6: the chosen provider carries the data. */
const chosenProvider: MakeCheck = () => ({
	rules: ['SWITCH-6', 'CONN-12'],
	interests: between('application', 'return', 'WSPSend', 'WSPRecv', 'WSPSendDisconnect', 'WSPShutdown'),
	record(record, context) {
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		if (s === undefined) return;
		const provider = fieldOfId(context, record.fromId, 'socket', s, 'provider', call.seq);
		if (typeof provider !== 'string') return;
		const elsewhere = provider === 'tcpip' ? isDownCallAt : isTcpipCallAt;
		const found = findSeqWithin(context, call, record.seq, (seq) => elsewhere(context, seq));
		const wrong = found < 0 ? undefined : context.view(found);
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
	interests: between(
		'application',
		'return',
		'WSPConnect',
		'WSPAccept',
		'WSPSend',
		'WSPRecv',
		'WSPGetSockName',
		'WSPGetPeerName',
	),
	record(record, context) {
		const { error } = record;
		if (error && !alwaysPossible.has(error) && !isDocumented(record.name, error)) {
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

function isDocumented(name: string, error: string): boolean {
	// Pages send and recv: a connection that timed out, or a call that waited as long as SO_RCVTIMEO or SO_SNDTIMEO says.
	if (error === 'WSAETIMEDOUT' && (name === 'WSPSend' || name === 'WSPRecv')) return true;
	return findBoundaryCall(name)?.errors.some((code) => code === error) ?? false;
}

/** CONN-13: nothing that an established connection needs is missing. */
const complete: MakeCheck = () => {
	const judged = new Map<string, Set<number>>();
	return {
		rules: ['CONN-13'],
		interests: between(
			'provider',
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
			if (record.error === 'WSAEOPNOTSUPP') {
				const text = 'record {0}: {1} does not support {2}, which an established connection needs';
				context.broken('CONN-13', record.seq, text, record.seq, record.from, record.name);
				return;
			}
			// Once for each provider and function is enough.
			const providers = judged.get(record.name) ?? new Set();
			if (providers.has(record.fromId)) return;
			judged.set(record.name, providers.add(record.fromId));
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
		const events = String(record.arg('lNetworkEvents') ?? '');
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

function hasConnectCode(record: SeenRecord): boolean {
	const single = record.arg('iErrorCode[FD_CONNECT_BIT]');
	if (single !== undefined) return single !== null;
	const codes = record.arg('iErrorCode');
	return codes === undefined || (typeof codes === 'object' && codes !== null && 'FD_CONNECT_BIT' in codes);
}

function stateOfEvents(
	context: CheckContext,
	call: SeenRecord,
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
	interests: between('application', 'return', 'WSPGetPeerName', 'WSPGetSockName'),
	record(record, context) {
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		if (s === undefined) return;
		const inner = findWithin(context, call, record.seq, (nested) => nested.kind === 'call' && isDownCall(nested));
		const side = record.name === 'WSPGetPeerName' ? 'remote' : 'local';
		const cached = fieldOf(context, record.from, 'socket', s, side, record.seq);
		if (inner) {
			const text = 'record {0} answers {1} by asking {2} (record {3}), not from the switch’s cache';
			context.broken('CONN-19', record.seq, text, record.seq, record.name, inner.to, inner.seq);
		} else if (record.error || record.arg('name') === cached) context.kept('CONN-19', record.seq);
		else {
			const text = 'record {0} answers {1}; the cached address of socket {2} is {3}';
			context.broken('CONN-19', record.seq, text, record.seq, String(record.arg('name')), s, String(cached));
		}
	},
});

export const establishedChecks: readonly MakeCheck[] = [
	chosenProvider,
	oneFace,
	complete,
	enumerating,
	needlessConnects,
	cachedNames,
];
