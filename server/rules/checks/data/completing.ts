/**
 * COMP-4 to COMP-9: how the switch learns that a transfer has finished. Each operation is reported once, in the way that
 * the low-order bit of hEvent asked for, with the descriptor that the switch knows.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { isSwitch } from './components';
import type { Model } from './model';
import type { Operation } from './operations';
import { ruleCheck } from './ruleCheck';
import { arg, callOf, numberArg, textArg } from './values';

const rules = ['COMP-4', 'COMP-5', 'COMP-6', 'COMP-7', 'COMP-8', 'COMP-9'] as const;

export function completing(): RuleCheck {
	return ruleCheck(
		rules,
		{
			'signal WPUCompleteOverlappedRequest': judgeReport,
			'call WSPGetOverlappedResult, provider': (call, context) => {
				context.kept('COMP-4', call.seq);
			},
			'return WSPGetOverlappedResult, provider': judgeResult,
			'call WSPCloseSocket, provider': judgeUnasked,
			'state overlapped.Internal': judgeField,
			'state overlapped.InternalHigh': judgeField,
		},
		(context, model) => {
			for (const operation of model.operations.unreported) judgeSilence(operation, context);
		},
	);
}

function judgeReport(signal: SeenRecord, context: CheckContext, model: Model): void {
	if (!isSwitch(signal.to)) return;
	const handle = numberArg(signal, 's');
	const socket = model.sockets.withHandle(signal.fromId, handle);
	const valid = socket !== undefined && (socket.handleClosed === undefined || socket.handleClosed > signal.seq);
	judgeHandle(signal, handle, valid, context);
	if (!socket) {
		context.broken(
			'COMP-6',
			signal.seq,
			'completion reported with descriptor {0}, which is none of the switch: its own descriptor of the socket was due',
			handle ?? 'NULL',
		);
		return;
	}
	// A report after WPUCloseSocketHandle is CLOSE-4's.
	if (valid) judgeOperation(signal, handle as number, context, model);
}

/** COMP-9: only handles made by WPUCreateSocketHandle work. */
function judgeHandle(signal: SeenRecord, handle: number | undefined, valid: boolean, context: CheckContext): void {
	const refused = signal.error === 'WSAEINVAL';
	if (valid === refused) {
		context.broken(
			'COMP-9',
			signal.seq,
			valid
				? 'WSAEINVAL although descriptor {0} was made by WPUCreateSocketHandle'
				: 'descriptor {0} was not made by WPUCreateSocketHandle, or is closed: WSAEINVAL was due',
			handle ?? 'NULL',
		);
	} else context.kept('COMP-9', signal.seq);
}

function judgeOperation(signal: SeenRecord, handle: number, context: CheckContext, model: Model): void {
	const { current, repeats } = model.operations;
	const name = textArg(signal, 'operation', 'lpOverlapped') ?? 'operation';
	if (repeats !== undefined) {
		context.broken(
			'COMP-6',
			signal.seq,
			'the completion of one {0} was reported twice, first in record {1}',
			name,
			repeats,
		);
		return;
	}
	if (!current) {
		context.broken('COMP-6', signal.seq, 'no {0} was outstanding on the socket with descriptor {1}', name, handle);
		return;
	}
	if (!current.notify) {
		context.broken(
			'COMP-5',
			signal.seq,
			'notified of the {0} of record {1}, which asked for polling (low-order bit of hEvent is 1)',
			current.name,
			current.call.seq,
		);
		return;
	}
	context.kept('COMP-6', signal.seq);
	judgeBytes(signal, current, context);
}

/** COMP-8: what the up-call stores in the WSAOVERLAPPED: bytes of the transfer, none when it failed. */
function judgeBytes(record: SeenRecord, operation: Operation, context: CheckContext): void {
	const { bytes, error } = operation;
	if (bytes === undefined) return;
	if (error !== undefined && bytes > 0 && error !== 'WSAEMSGSIZE') {
		context.broken('COMP-8', record.seq, '{0} bytes reported for an operation that failed with {1}', bytes, error);
		return;
	}
	const arrived = operation.arrived === undefined ? undefined : numberArg(context.view(operation.arrived), 'bytes');
	const due = error !== undefined ? undefined : operation.name === 'WSPRecv' ? arrived : operation.length;
	if (due !== undefined && due !== bytes) {
		context.broken('COMP-8', record.seq, '{0} bytes reported for a {1} of {2} bytes', bytes, operation.name, due);
	} else context.kept('COMP-8', record.seq);
}

function judgeResult(ret: SeenRecord, context: CheckContext, model: Model): void {
	const call = callOf(ret, context);
	const { current } = model.operations;
	if (ret.error === 'WSA_IO_INCOMPLETE') {
		if (ret.result === true) {
			context.broken('COMP-7', ret.seq, 'TRUE together with WSA_IO_INCOMPLETE');
		} else if (arg(call, 'fWait') !== true) context.kept('COMP-7', ret.seq);
		return;
	}
	if (ret.result === true && !current && !anyReported(call, model)) {
		context.broken(
			'COMP-7',
			ret.seq,
			'TRUE although no {0} was started on the socket',
			textArg(call, 'lpOverlapped') ?? 'operation',
		);
		return;
	}
	if (ret.result !== true && ret.error === undefined) {
		context.broken('COMP-7', ret.seq, 'FALSE without an error: WSA_IO_INCOMPLETE was due');
		return;
	}
	if (!current) return;
	if (!current.notify) context.kept('COMP-5', ret.seq);
	judgeBytes(ret, current, context);
}

/** An operation that was notified may be asked for its result too (RDMA-6). */
function anyReported(call: SeenRecord, model: Model): boolean {
	const socket = model.sockets.find(call.toId, numberArg(call, 's'));
	return socket !== undefined && textArg(call, 'lpOverlapped') !== 'WSPSend';
}

/** COMP-4: where polling was asked for, somebody polls before the socket is closed. */
function judgeUnasked(call: SeenRecord, context: CheckContext, model: Model): void {
	const socket = model.sockets.of(call);
	if (!socket || socket.closeCalled !== call.seq || socket.state !== 'connected') return;
	for (const operation of model.operations.pending(socket)) {
		if (operation.notify || model.operations.asked(operation)) continue;
		if (!model.operations.isOver(operation, call.time)) continue;
		context.broken(
			'COMP-4',
			call.seq,
			'the socket is closed, but nobody asked for the result of the {0} of record {1}',
			operation.name,
			operation.call.seq,
		);
		return;
	}
}

function judgeSilence(operation: Operation, context: CheckContext): void {
	context.broken(
		'COMP-6',
		operation.arrived as number,
		'a message has arrived for the {0} of record {1}, but its completion was never reported',
		operation.name,
		operation.call.seq,
	);
}

/** COMP-8, where the trace shows the structure itself: InternalHigh and the end of Internal are the up-call's. */
function judgeField(record: SeenRecord, context: CheckContext): void {
	const field = record.changed.field;
	const after = record.arg('after');
	if (isSwitch(record.from)) return;
	if (field === 'Internal' && after === 'WSS_OPERATION_IN_PROGRESS') return;
	context.broken(
		'COMP-8',
		record.seq,
		'{0} wrote {1} of a WSAOVERLAPPED: a provider owns only Offset and OffsetHigh',
		record.from,
		field,
	);
}
