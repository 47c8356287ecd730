/** MEM-9 to MEM-11: who gives registered memory back, and when. */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { each } from './handlers';
import type { Model } from './model';
import type { Operation } from './operations';
import { deregisteredKey, type Registration } from './registrations';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { callOf, numberArg, textArg } from './values';

const deregistrations = ['WSPDeregisterMemory', 'WSPDeregisterRdmaMemory'] as const;

export function releasing(): RuleCheck {
	/** Registrations whose release the provider refused. */
	const refused = new Set<Registration>();
	/** Facts of the deregistration under way, as they were at its call. */
	let entry: Registration | undefined;
	let known = false;
	let use: Use = 'none';
	let unlocked = false;

	const called = (call: SeenRecord, _: CheckContext, model: Model): void => {
		const rdma = call.name === 'WSPDeregisterRdmaMemory';
		const socket = model.sockets.of(call);
		entry = model.registrations.find(call.toId, deregisteredKey(call, rdma), rdma);
		known = entry !== undefined && entry.released === undefined && entry.socket === socket;
		use = known && entry ? useOf(entry, call.time, model) : 'none';
		unlocked = false;
	};

	const returned = (ret: SeenRecord, context: CheckContext, model: Model): void => {
		judgeAnswer(ret, context, known, use);
		if (entry && ret.error) refused.add(entry);
		if (entry && !ret.error) judgeCounting(ret, entry, unlocked, context, model);
		entry = undefined;
	};

	return ruleCheck(
		['MEM-9', 'MEM-10', 'MEM-11'],
		{
			...each(
				deregistrations.map((name) => `call ${name}, provider`),
				called,
			),
			...each(
				deregistrations.map((name) => `return ${name}, provider`),
				returned,
			),
			'call IRP_MJ_DEVICE_CONTROL': (call) => {
				if (!entry || call.from !== entry.provider || numberArg(call, 'address') !== entry.address) return;
				if (/unlock|unregister/i.test(textArg(call, 'request') ?? '')) unlocked = true;
			},
			'call WSPCloseSocket, provider': (call, context, model) => {
				const socket = model.sockets.of(call);
				if (socket && socket.closeCalled === call.seq) judgeSwitch(call, socket, refused, context, model);
			},
			'return WSPCloseSocket, provider': (ret, context, model) => {
				if (ret.error) return;
				const socket = model.sockets.find(ret.fromId, numberArg(callOf(ret, context), 's'));
				if (socket && socket.closed === ret.seq) judgeProvider(ret, socket, context, model);
			},
		},
		(context, model) => {
			for (const socket of model.sockets.all) {
				if (socket.closed !== undefined) judgeProviderAtEnd(socket, context, model);
			}
		},
	);
}

/**
 * Whether transfers use the memory: none is known; those known are finished, only that the switch has not asked for the
 * result; nobody can tell; some certainly do.
 */
type Use = 'none' | 'finished' | 'perhaps' | 'certain';

/** Started operations of the socket, or RDMA of the peer. */
function useOf(entry: Registration, time: number, model: Model): Use {
	const peer = entry.rdma ? model.sockets.peer(entry.socket) : undefined;
	if (entry.rdma) {
		const named = peer && model.operations.pending(peer).some((operation) => operation.target === entry.key);
		if (named) return 'certain';
		// The peer may be about to use it, or may never come to that.
		return entry.announced ? 'perhaps' : 'none';
	}
	const users = model.operations.pending(entry.socket).filter((operation) => operation.handle === entry.key);
	if (users.length === 0) return 'none';
	if (users.some((operation) => !hasArrived(operation, time))) return 'certain';
	return users.every((operation) => model.operations.isOver(operation, time)) ? 'finished' : 'perhaps';
}

function hasArrived(operation: Operation, time: number): boolean {
	return operation.name === 'WSPSend' ? (operation.arrivesAt ?? 0) <= time : operation.arrived !== undefined;
}

function judgeAnswer(ret: SeenRecord, context: CheckContext, known: boolean, use: Use): void {
	const refused = ret.error === 'WSAEINVAL' || ret.error === 'WSAENOTSOCK';
	if (!known) {
		if (refused) context.kept('MEM-11', ret.seq);
		else {
			context.broken(
				'MEM-11',
				ret.seq,
				'the memory named in record {0} is not registered: WSAEINVAL was due',
				ret.call ?? 0,
			);
		}
	} else if (use === 'none' && ret.error === 'WSAEINVAL') {
		context.broken('MEM-11', ret.seq, 'WSAEINVAL for memory that is registered and that no transfer uses');
	} else if (use === 'certain' && ret.error === undefined) {
		context.broken('MEM-11', ret.seq, 'released memory that a transfer still uses: WSAEINVAL was due');
	} else if (use !== 'none' && refused) context.kept('MEM-11', ret.seq);
}

/** MEM-10: resources go only with the last registration of a buffer. */
function judgeCounting(
	ret: SeenRecord,
	entry: Registration,
	unlocked: boolean,
	context: CheckContext,
	model: Model,
): void {
	const others = model.registrations.sharing(entry).filter((other) => other.released === undefined);
	if (others.length === 0) return;
	if (unlocked) {
		context.broken(
			'MEM-10',
			ret.seq,
			'freed the buffer at address {0} although the registration of record {1} still stands',
			entry.address ?? 0,
			(others[0] as Registration).seq,
		);
	} else context.kept('MEM-10', ret.seq);
}

/** First half of MEM-9: at the close nothing is registered that no pending transfer uses. */
function judgeSwitch(
	call: SeenRecord,
	socket: SanSocket,
	refused: ReadonlySet<Registration>,
	context: CheckContext,
	model: Model,
): void {
	const all = model.registrations.of(socket);
	if (all.length === 0 || socket.givenAway !== undefined) return;
	const left = all.filter((entry) => {
		if (entry.released !== undefined || refused.has(entry)) return false;
		const use = useOf(entry, call.time, model);
		return use === 'none' || use === 'finished';
	});
	for (const entry of left) {
		context.broken(
			'MEM-9',
			call.seq,
			'the switch closes the socket without releasing the memory of record {0}, which no transfer uses',
			entry.seq,
		);
	}
	if (left.length === 0) context.kept('MEM-9', call.seq);
}

/** Second half: what transfers still used is released when WSPCloseSocket returns. */
function judgeProvider(ret: SeenRecord, socket: SanSocket, context: CheckContext, model: Model): void {
	for (const entry of model.registrations.of(socket)) {
		if (entry.released !== ret.seq) continue;
		if (model.registrations.heldByProvider(entry) === false) context.kept('MEM-9', ret.seq);
	}
}

function judgeProviderAtEnd(socket: SanSocket, context: CheckContext, model: Model): void {
	for (const entry of model.registrations.of(socket)) {
		if (model.registrations.heldByProvider(entry) !== true) continue;
		context.broken(
			'MEM-9',
			socket.closed as number,
			'the socket is closed, but the provider still holds the memory of record {0}',
			entry.seq,
		);
	}
}
