/** The application's socket and its companion: descriptors and what the switch asks for (SOCK). */
import { boundaryCalls } from '../../../winsock/calls';
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { between, callOf, fieldOf, findWithin, isTcpip, named, numberOf, takesOver } from './parts';

/** SOCK-1: the application's descriptor is TCP/IP's. */
const applicationDescriptor: MakeCheck = () => ({
	rules: ['SOCK-1'],
	interests: between('application', 'return', 'WSPSocket', 'WSPAccept'),
	record(record, context) {
		if (record.error) return;
		const call = callOf(context, record);
		if (takesOver(call)) return;
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
		interests: between('provider', 'return', 'WSPSocket', 'WSPAccept', 'WSPCloseSocket'),
		record(record, context) {
			if (record.error) return;
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

function judgeUpCall(upCall: SeenRecord | undefined, record: SeenRecord, context: CheckContext): void {
	const socket = upCall && callOf(context, upCall).arg('dwContext');
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
	upCall: SeenRecord | undefined,
	record: SeenRecord,
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

type Descriptors = (Set<number> | undefined)[];

/** SOCK-5: whose descriptor goes which way. */
const descriptorsBothWays: MakeCheck = () => {
	/** By number of the component. */
	const ofProvider: Descriptors = [];
	const ofSwitch: Descriptors = [];
	const remember = (descriptors: Descriptors, owner: number, descriptor: unknown): void => {
		const known = descriptors[owner] ?? new Set();
		descriptors[owner] = known;
		if (typeof descriptor === 'number') known.add(descriptor);
	};
	const downCalls = boundaryCalls.filter(({ parameters }) => parameters.some(({ name }) => name === 's'));
	const upCalls = ['WPUQuerySocketHandleContext', 'WPUCloseSocketHandle'];
	return {
		rules: ['SOCK-5'],
		interests: [
			...between('provider', 'call', ...new Set(downCalls.map(({ name }) => name))),
			...named('call', ...upCalls),
			...named('signal', 'WPUCompleteOverlappedRequest'),
			...between('provider', 'return', 'WSPSocket', 'WSPAccept'),
			...named('return', 'WPUCreateSocketHandle'),
		],
		record(record, context) {
			if (record.kind === 'return') {
				if (record.error) return;
				if (record.name === 'WPUCreateSocketHandle') remember(ofSwitch, record.toId, record.result);
				else remember(ofProvider, record.fromId, record.result);
				return;
			}
			const s = numberOf(record, 's');
			if (s === undefined) return;
			if (record.isDownCall) judge(ofProvider[record.toId], s, record, context);
			else if (record.outOfProvider && record.name.startsWith('WPU'))
				judge(ofSwitch[record.fromId], s, record, context);
		},
	};

	function judge(known: ReadonlySet<number> | undefined, s: number, record: SeenRecord, context: CheckContext): void {
		if (known?.has(s)) context.kept('SOCK-5', record.seq);
		else {
			const whose = record.isDownCall ? record.to : 'the switch';
			const text = '{0} of record {1} uses {2}, which is no descriptor of {3}';
			context.broken('SOCK-5', record.seq, text, record.name, record.seq, s, whose);
		}
	}
};

/** SOCK-6: what the switch asks for. */
const sanSocketKind: MakeCheck = () => ({
	rules: ['SOCK-6'],
	interests: between('provider', 'call', 'WSPSocket'),
	record(record, context) {
		const af = record.arg('af');
		const type = record.arg('type');
		const protocol = record.arg('protocol');
		const right = (af === 'AF_INET' || af === 'AF_INET6') && type === 'SOCK_STREAM' && protocol === 'IPPROTO_TCP';
		const flags = record.arg('dwFlags');
		const overlapped = flags === undefined || String(flags).includes('WSA_FLAG_OVERLAPPED') || flags === 1;
		if (right && overlapped) context.kept('SOCK-6', record.seq);
		else {
			const text = 'record {0} asks {1} for a socket of {2}, {3}, {4}';
			context.broken('SOCK-6', record.seq, text, record.seq, record.to, String(af), String(type), String(protocol));
		}
	},
});

export const socketChecks: readonly MakeCheck[] = [
	applicationDescriptor,
	makingSockets,
	descriptorsBothWays,
	sanSocketKind,
];
