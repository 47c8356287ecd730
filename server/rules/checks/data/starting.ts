/** COMP-1 to COMP-3: how transfers on a SAN socket are started. */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { each } from './handlers';
import { transferNames } from './operations';
import { ruleCheck } from './ruleCheck';
import { callOf, isStarted } from './values';

export function starting(): RuleCheck {
	return ruleCheck(['COMP-1', 'COMP-2', 'COMP-3'], {
		...each(
			transferNames.map((name) => `call ${name}, provider`),
			judgeCall,
		),
		...each(
			transferNames.map((name) => `return ${name}, provider`),
			judgeReturn,
		),
	});
}

/** COMP-1: a WSAOVERLAPPED always, a completion routine never. Arguments that a record leaves out are as documented. */
function judgeCall(call: SeenRecord, context: CheckContext): void {
	const lpOverlapped = call.arg('lpOverlapped');
	const lpCompletionRoutine = call.arg('lpCompletionRoutine');
	if (lpOverlapped === null) {
		context.broken('COMP-1', call.seq, '{0} without a WSAOVERLAPPED structure', call.name);
	} else if (lpCompletionRoutine !== undefined && lpCompletionRoutine !== null) {
		context.broken('COMP-1', call.seq, '{0} with a completion routine: the switch passes NULL', call.name);
		context.broken(
			'COMP-3',
			call.seq,
			'{0} asks for completion by an APC, which providers need not support',
			call.name,
		);
	} else context.kept('COMP-1', call.seq);
}

function judgeReturn(ret: SeenRecord, context: CheckContext): void {
	const call = callOf(ret, context);
	if (ret.error === 'WSAEWOULDBLOCK') {
		context.broken(
			'COMP-2',
			ret.seq,
			'{0} answered WSAEWOULDBLOCK: a transfer is started with WSA_IO_PENDING',
			ret.name,
		);
		context.broken('COMP-3', ret.seq, '{0} behaves as on a nonblocking socket, which no provider need do', ret.name);
	} else if (ret.error === undefined) {
		context.broken('COMP-2', ret.seq, '{0} returned {1} instead of WSA_IO_PENDING', ret.name, String(ret.result ?? ''));
	} else if (isStarted(ret)) {
		if (ret.time > call.time) {
			context.broken(
				'COMP-2',
				ret.seq,
				'{0} returned only after {1} ns: a started transfer returns at once',
				ret.name,
				ret.time - call.time,
			);
		} else context.kept('COMP-2', ret.seq);
		context.kept('COMP-3', ret.seq);
	}
}
