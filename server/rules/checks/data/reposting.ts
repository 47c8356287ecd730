/**
 * DATA-4, DATA-5, FLOW-3, OOB-2 (first half): a message that has arrived is consumed at once, and its buffer is posted
 * again before anything is delivered to the application.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { controlOf } from './messages';
import type { Model } from './model';
import type { Operation } from './operations';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { callOf, keyOf } from './values';

const rules = ['DATA-4', 'DATA-5', 'FLOW-3', 'OOB-2'] as const;

/** A buffer that is to be posted again. */
interface Consumed {
	readonly operation: Operation;
	readonly seq: number;
	readonly time: number;
	readonly control: string | undefined;
}

export function reposting(): RuleCheck {
	const consumed = new Map<SanSocket, Consumed[]>();
	return ruleCheck(
		rules,
		{
			'signal WPUCompleteOverlappedRequest': (signal, context, model) => {
				const operation = model.operations.current;
				if (operation?.name !== 'WSPRecv' || operation.error !== undefined || !operation.bytes) return;
				const entry = {
					operation,
					seq: signal.seq,
					time: signal.time,
					control: controlOf(operation, context),
				};
				const waiting = consumed.get(operation.socket);
				if (waiting) waiting.push(entry);
				else consumed.set(operation.socket, [entry]);
			},
			'call WSPRecv, provider': (call, context, model) => {
				const socket = model.sockets.of(call);
				const entry = socket && consumed.get(socket)?.shift();
				if (entry) judgeRepost(call, entry, context);
			},
			'return WSPRecv, application': (ret, context, model) => judgeDelivery(ret, consumed, context, model),
			'call WSPCloseSocket, provider': (call, context, model) => {
				const socket = model.sockets.of(call);
				if (!socket) return;
				const alive = socket.state === 'connected' && !((model.sessions.of(socket)?.endedAt ?? call.time) < call.time);
				for (const entry of consumed.get(socket) ?? []) {
					if (alive && entry.time < call.time) judgeNever(entry, context);
				}
				consumed.delete(socket);
			},
			'return WSPDuplicateSocket': (ret, context, model) => {
				const socket = model.sockets.find(ret.fromId, Number(callOf(ret, context).arg('s')));
				if (socket) consumed.delete(socket);
			},
		},
		(context, model) => {
			for (const [socket, waiting] of consumed) {
				const session = model.sessions.of(socket);
				if (socket.state !== 'connected' || session?.state === 'ended') continue;
				for (const entry of waiting) judgeNever(entry, context);
			}
		},
	);
}

function judgeRepost(call: SeenRecord, entry: Consumed, context: CheckContext): void {
	const handle = keyOf(call.arg('handle'));
	if (call.time > entry.time) {
		const wait = call.time - entry.time;
		context.broken('DATA-4', call.seq, 'the buffer of record {0} is posted again only after {1} ns', entry.seq, wait);
		context.broken('FLOW-3', call.seq, 'the buffer of record {0} is posted again only after {1} ns', entry.seq, wait);
		return;
	}
	if (handle !== entry.operation.handle) {
		context.broken(
			'DATA-4',
			call.seq,
			'another buffer (handle {0}) is posted instead of that of record {1} (handle {2})',
			handle ?? 'NULL',
			entry.seq,
			entry.operation.handle ?? 'NULL',
		);
		return;
	}
	context.kept('DATA-4', call.seq);
	context.kept('FLOW-3', call.seq);
	if (entry.control === 'urgent data') context.kept('OOB-2', call.seq);
}

function judgeNever(entry: Consumed, context: CheckContext): void {
	const text = 'the buffer of this message was never posted again';
	context.broken('DATA-4', entry.seq, text);
	context.broken('FLOW-3', entry.seq, text);
	if (entry.control === 'urgent data') context.broken('OOB-2', entry.seq, text);
}

/** DATA-5: copied to private storage and posted again first, delivered then. */
function judgeDelivery(
	ret: SeenRecord,
	consumed: ReadonlyMap<SanSocket, readonly Consumed[]>,
	context: CheckContext,
	model: Model,
): void {
	if (ret.error || typeof ret.result !== 'number' || ret.result <= 0) return;
	const san = model.apps.of(callOf(ret, context))?.san;
	if (!san) return;
	const waiting = consumed.get(san)?.find((entry) => entry.control === undefined || entry.control === 'data');
	if (waiting && san.state === 'connected') {
		context.broken(
			'DATA-5',
			ret.seq,
			'data is delivered before the buffer of record {0} was posted again',
			waiting.seq,
		);
	} else context.kept('DATA-5', ret.seq);
}
