/** MEM-12, MEM-13: how registering memory fails. */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { Model } from './model';
import { ruleCheck } from './ruleCheck';
import { callOf, numberArg, textArg } from './values';

const errors: readonly string[] = ['WSAENOBUFS', 'WSAEFAULT', 'WSAEINVAL', 'WSAENOTCONN'];
const rights: readonly string[] = ['MEM_READ', 'MEM_WRITE', 'MEM_READWRITE'];

export function registering(): RuleCheck {
	return ruleCheck(['MEM-12', 'MEM-13'], {
		'return WSPRegisterMemory, provider': judgeHandle,
		'return WSPRegisterRdmaMemory, provider': judgeDescriptor,
	});
}

function judgeHandle(ret: SeenRecord, context: CheckContext, model: Model): void {
	const call = callOf(ret, context);
	const socket = model.sockets.find(ret.fromId, numberArg(call, 's'));
	const { result, error } = ret;
	const none = result === null || result === 0 || result === undefined;
	if (error === undefined) {
		if (none) context.broken('MEM-12', ret.seq, 'the call of record {0} returned NULL without an error', call.seq);
		else judgeSuccess(ret, call, socket?.state, context);
		return;
	}
	// A closed descriptor answers WSAENOTSOCK to everything (CLOSE-6).
	const closed = error === 'WSAENOTSOCK' && socket?.state === 'closed';
	if (!none)
		context.broken('MEM-12', ret.seq, 'failed with {0}, but returned {1} instead of NULL', error, String(result));
	else if (!errors.includes(error) && !closed) {
		context.broken('MEM-12', ret.seq, '{0} is none of the errors of WSPRegisterMemory', error);
	} else context.kept('MEM-12', ret.seq);
}

function judgeSuccess(ret: SeenRecord, call: SeenRecord, state: string | undefined, context: CheckContext): void {
	const flags = textArg(call, 'dwFlags');
	if (state !== undefined && state !== 'connected') {
		context.broken('MEM-12', ret.seq, 'registered memory although the socket was {0}: WSAENOTCONN was due', state);
	} else if (flags !== undefined && !rights.includes(flags)) {
		context.broken('MEM-12', ret.seq, 'accepted the flags {0}: WSAEINVAL was due', flags);
	}
}

/** The caller offers room for the descriptor; a provider that needs more says how much. */
function judgeDescriptor(ret: SeenRecord, context: CheckContext): void {
	const call = callOf(ret, context);
	const offered = numberArg(call, 'lpdwDescriptorLength', 'dwDescriptorLength');
	const needed = numberArg(ret, 'lpdwDescriptorLength', 'dwDescriptorLength');
	if (ret.error === 'WSAEFAULT') {
		if (needed === undefined || (offered !== undefined && needed <= offered)) {
			context.broken('MEM-13', ret.seq, 'failed with WSAEFAULT without storing the size that the descriptor needs');
		} else context.kept('MEM-13', ret.seq);
	} else if (offered !== undefined && needed !== undefined && needed > offered) {
		context.broken(
			'MEM-13',
			ret.seq,
			'{0} bytes were offered for a descriptor of {1}: WSAEFAULT was due',
			offered,
			needed,
		);
	}
}
