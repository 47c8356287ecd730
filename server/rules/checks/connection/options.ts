/** Socket options and control codes (OPT). */

import { CALL } from '../../../trace';
import { sanReadableOptions, sanWritableOptions } from '../../../winsock/constants';
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import {
	allWithin,
	between,
	callOf,
	callsAndReturns,
	fieldOfId,
	findSeqWithin,
	isApplicationCall,
	isDownCall,
	isDownReturn,
	named,
	numberOf,
	textOf,
} from './parts';

const readable: ReadonlySet<string> = new Set(sanReadableOptions);
const writable: ReadonlySet<string> = new Set(sanWritableOptions);
const qosOptions: ReadonlySet<string> = new Set(['SO_GROUP_ID', 'SO_GROUP_PRIORITY']);
const qosCodes: ReadonlySet<string> = new Set(['SIO_GET_QOS', 'SIO_GET_GROUP_QOS', 'SIO_SET_QOS', 'SIO_SET_GROUP_QOS']);

/** Providers that announced XP1_QOS_SUPPORTED when they were started. */
function announcesQos(record: SeenRecord): boolean {
	return Object.values(record.args).some((value) => typeof value === 'string' && value.includes('XP1_QOS_SUPPORTED'));
}

interface Companion {
	readonly provider: string;
	readonly s: number;
	/** Options still to be replayed, with the values of the application. */
	readonly owed: Map<string, unknown>;
}

/** OPT-1: what the application set before is set on the companion, once each, before it is used. */
const replay: MakeCheck = () => {
	const stored = new Map<string, Map<string, unknown>>();
	const qos = new Set<string>();
	/** The companion being made, by thread. */
	const making = new Map<string, Companion>();
	return {
		rules: ['OPT-1'],
		interests: [
			...callsAndReturns('WSPSetSockOpt', 'WSPSocket'),
			...named('call', 'WSPEventSelect', 'WSPListen', 'WSPCloseSocket', 'WSPConnect'),
			...named('return', 'WSPStartupEx'),
		],
		record(record, context) {
			if (record.kind === 'return') returned(record, context);
			else if (isDownCall(record)) called(record, context);
			else if (isApplicationCall(record) && record.name === 'WSPCloseSocket') stored.delete(keyOf(record));
		},
	};

	function keyOf(call: SeenRecord): string {
		return `${call.to}#${numberOf(call, 's')}`;
	}

	function returned(record: SeenRecord, context: CheckContext): void {
		if (record.error) return;
		if (record.name === 'WSPStartupEx') {
			if (announcesQos(record)) qos.add(record.from);
			return;
		}
		const call = callOf(context, record);
		if (record.name === 'WSPSocket') {
			if (isDownReturn(record)) begin(call, record, context);
			return;
		}
		const option = textOf(call, 'optname') ?? '';
		if (!isApplicationCall(call) || !writable.has(option)) return;
		const key = keyOf(call);
		const options = stored.get(key) ?? new Map<string, unknown>();
		stored.set(key, options.set(option, call.arg('optval')));
	}

	function begin(call: SeenRecord, record: SeenRecord, context: CheckContext): void {
		const origin = applicationSocketOf(call, context);
		const options = origin && stored.get(origin);
		if (!options || typeof record.result !== 'number') return;
		const owed = new Map([...options].filter(([option]) => option === 'SO_DEBUG' || qos.has(record.from)));
		making.set(call.thread, { provider: record.from, s: record.result, owed });
	}

	function called(record: SeenRecord, context: CheckContext): void {
		const companion = making.get(record.thread);
		if (!companion || companion.provider !== record.to || numberOf(record, 's') !== companion.s) return;
		if (record.name === 'WSPSetSockOpt') {
			const option = textOf(record, 'optname') ?? '';
			const value = companion.owed.get(option);
			if (companion.owed.has(option) && value === record.arg('optval')) context.kept('OPT-1', record.seq);
			else {
				const text = 'record {0} sets {1} to {2} on the companion; the application asked for {3}';
				const wanted = companion.owed.has(option) ? String(value) : 'nothing more';
				context.broken('OPT-1', record.seq, text, record.seq, option, String(record.arg('optval')), wanted);
			}
			companion.owed.delete(option);
			return;
		}
		making.delete(record.thread);
		if (record.name === 'WSPCloseSocket') return;
		for (const [option, value] of companion.owed) {
			const text = 'record {0} uses the companion, but {1} = {2} of the application was not set on it';
			context.broken('OPT-1', record.seq, text, record.seq, option, String(value));
		}
	}
};

/** The application's socket, `switch#descriptor`, for which the switch creates a companion. */
function applicationSocketOf(call: SeenRecord, context: CheckContext): string | undefined {
	const { reader } = context;
	for (let seq = call.within ?? call.cause ?? -1; seq >= 0; seq = reader.within(seq) ?? -1) {
		const origin = context.view(seq);
		if (isApplicationCall(origin)) return `${origin.to}#${numberOf(origin, 's')}`;
	}
	return undefined;
}

/** OPT-2, OPT-9: what an application asks, and who answers. */
const answering: MakeCheck = () => {
	const qos = new Set<string>();
	return {
		rules: ['OPT-2', 'OPT-9'],
		interests: named('return', 'WSPGetSockOpt', 'WSPSetSockOpt', 'WSPIoctl', 'WSPStartupEx'),
		record(record, context) {
			if (record.name === 'WSPStartupEx') {
				if (announcesQos(record)) qos.add(record.from);
				return;
			}
			const call = callOf(context, record);
			if (!isApplicationCall(call)) return;
			const subject = textOf(call, 'optname') ?? textOf(call, 'dwIoControlCode') ?? '';
			const down = allWithin(context, call, record.seq, isDownCall).find((inner) => inner.name === record.name);
			const ofQos = qosOptions.has(subject) || qosCodes.has(subject);
			if (ofQos) judgeQos(subject, down, record, qos, context);
			const mayPass = ofQos || readable.has(subject);
			if (!down || mayPass) context.kept('OPT-2', record.seq);
			else {
				const text = 'the application’s {0} ({1}) reaches {2} in record {3}';
				context.broken('OPT-2', down.seq, text, record.name, subject, down.to, down.seq);
			}
		},
	};
};

function judgeQos(
	subject: string,
	down: SeenRecord | undefined,
	record: SeenRecord,
	qos: ReadonlySet<string>,
	context: CheckContext,
): void {
	if (!down || qos.has(down.to)) context.kept('OPT-9', record.seq);
	else {
		const text = 'record {0} passes {1} to {2}, which did not announce XP1_QOS_SUPPORTED';
		context.broken('OPT-9', down.seq, text, down.seq, subject, down.to);
	}
}

/** OPT-3, OPT-4, OPT-7, OPT-11: which options a SAN provider is asked for. The last two are permissions: used, never broken. */
const sanOptions: MakeCheck = () => ({
	rules: ['OPT-3', 'OPT-4', 'OPT-7', 'OPT-11'],
	interests: named('call', 'WSPGetSockOpt', 'WSPSetSockOpt'),
	record(record, context) {
		if (!isDownCall(record)) return;
		const option = textOf(record, 'optname') ?? '';
		const [rule, allowed] =
			record.name === 'WSPGetSockOpt' ? (['OPT-3', readable] as const) : (['OPT-4', writable] as const);
		if (allowed.has(option)) context.kept(rule, record.seq);
		else {
			const text = 'record {0} calls {1} of {2} with {3}, which is TCP/IP’s alone';
			context.broken(rule, record.seq, text, record.seq, record.name, record.to, option);
		}
		if (option === 'SO_RDMA_THRESHOLD_SIZE') context.kept('OPT-7', record.seq);
		if (option === 'SO_DEBUG') context.kept('OPT-11', record.seq);
	},
});

/** OPT-5, OPT-6: limits of the transport. */
const limits: MakeCheck = () => {
	/** By number of the provider. */
	const maximum: Readonly<Record<'SO_MAX_MSG_SIZE' | 'SO_MAX_RDMA_SIZE', (number | undefined)[]>> = {
		SO_MAX_MSG_SIZE: [],
		SO_MAX_RDMA_SIZE: [],
	};
	return {
		rules: ['OPT-5', 'OPT-6'],
		interests: [
			...between('provider', 'return', 'WSPGetSockOpt', 'WSPSend', 'WSPRdmaRead', 'WSPRdmaWrite'),
			...between('provider', 'call', 'WSPSend', 'WSPRdmaRead', 'WSPRdmaWrite'),
		],
		record(record, context) {
			if (record.kind === 'return') returned(record, context);
			else judgeLength(record, context);
		},
	};

	function returned(record: SeenRecord, context: CheckContext): void {
		const { error } = record;
		if (record.name === 'WSPGetSockOpt') {
			const option = textOf(callOf(context, record), 'optname');
			const value = record.arg('optval');
			if (option !== 'SO_MAX_MSG_SIZE' && option !== 'SO_MAX_RDMA_SIZE') return;
			// A limit of 0 would let nothing move: it counts as none.
			if (!error && typeof value === 'number' && value > 0) maximum[option][record.fromId] = value;
		} else if (error === 'WSAEMSGSIZE') {
			const [rule, option] = limitOf(record.name);
			if (maximum[option][record.fromId] !== undefined) return;
			const text = 'record {0} refuses {1} for its size, but {2} does not support {3}';
			context.broken(rule, record.seq, text, record.seq, record.name, record.from, option);
		}
	}

	function judgeLength(record: SeenRecord, context: CheckContext): void {
		const [rule, option] = limitOf(record.name);
		const limit = maximum[option][record.toId];
		if (limit === undefined) return;
		const length = numberOf(record, 'dwBufferLength');
		if (length === undefined) return;
		if (length <= limit) context.kept(rule, record.seq);
		else {
			const text = 'record {0} moves {1} bytes by {2}; {3} of {4} is {5}';
			context.broken(rule, record.seq, text, record.seq, length, record.name, option, record.to, limit);
		}
	}
};

function limitOf(name: string): readonly ['OPT-5' | 'OPT-6', 'SO_MAX_MSG_SIZE' | 'SO_MAX_RDMA_SIZE'] {
	return name === 'WSPSend' ? ['OPT-5', 'SO_MAX_MSG_SIZE'] : ['OPT-6', 'SO_MAX_RDMA_SIZE'];
}

const byRdma: ReadonlySet<string> = new Set(['RDMA request', 'data with RDMA descriptor']);

/** OPT-8: more than the threshold goes by RDMA, the threshold or less in messages. */
const threshold: MakeCheck = () => ({
	rules: ['OPT-8'],
	interests: between('application', 'return', 'WSPSend'),
	record(record, context) {
		if (record.error) return;
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		const length = numberOf(call, 'dwBufferLength');
		if (s === undefined || length === undefined) return;
		const limit = fieldOfId(context, record.fromId, 'session', s, 'rdmaThreshold', call.seq);
		if (typeof limit !== 'number') return;
		let message: SeenRecord | undefined;
		let rdma: SeenRecord | undefined;
		findSeqWithin(context, call, record.seq, (seq) => {
			if (context.reader.kind(seq) !== CALL || context.reader.name(seq) !== 'WSPSend') return false;
			const inner = context.view(seq);
			if (!inner.isDownCall) return false;
			const control = inner.arg('control');
			if (control === 'data') message ??= inner;
			else if (byRdma.has(String(control))) rdma ??= inner;
			return message !== undefined && rdma !== undefined;
		});
		const wrong = length > limit ? message : rdma;
		if (!message && !rdma) return;
		if (!wrong) context.kept('OPT-8', record.seq);
		else {
			const text =
				length > limit
					? 'record {0} sends {1} bytes by messages (record {2}); more than {3} go by RDMA'
					: 'record {0} sends {1} bytes by RDMA (record {2}); {3} or less go by messages';
			context.broken('OPT-8', wrong.seq, text, call.seq, length, wrong.seq, limit);
		}
	},
});

/** OPT-10: without QoS the function is there and says so. */
const withoutQos: MakeCheck = () => {
	const qos = new Set<string>();
	return {
		rules: ['OPT-10'],
		interests: named('return', 'WSPGetQOSByName', 'WSPStartupEx'),
		record(record, context) {
			if (record.name === 'WSPStartupEx') {
				if (announcesQos(record)) qos.add(record.from);
				return;
			}
			if (!isDownReturn(record) || qos.has(record.from)) return;
			if (record.error === 'WSAEOPNOTSUPP') context.kept('OPT-10', record.seq);
			else {
				const text = 'record {0} answers {1}; {2} has no QoS and must answer WSAEOPNOTSUPP';
				context.broken('OPT-10', record.seq, text, record.seq, record.error ?? 'success', record.from);
			}
		},
	};
};

export const optionChecks: readonly MakeCheck[] = [replay, answering, sanOptions, limits, threshold, withoutQos];
