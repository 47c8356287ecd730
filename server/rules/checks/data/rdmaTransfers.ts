/**
 * RDMA-3 to RDMA-8, RDMA-10: the two procedures by which large data moves, step by step. A transfer is one
 * announcement, and what both sides do until the memory is given back.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { controlOf } from './messages';
import type { Model } from './model';
import type { Operation } from './operations';
import { allows, type Registration } from './registrations';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { descriptorOf, keyOf, numberArg, textArg } from './values';

const rules = ['RDMA-3', 'RDMA-4', 'RDMA-5', 'RDMA-6', 'RDMA-7', 'RDMA-8', 'RDMA-10'] as const;

/** One large transfer of a connection, from the view of one side. */
interface Transfer {
	readonly procedure: 'read' | 'write';
	readonly opened: number;
	/** Finished and unfinished RDMA operations of this side. */
	readonly operations: Operation[];
	/** Memory that this side exposed. */
	exposed: Registration | undefined;
	/** Local source of the write procedure. */
	readonly sources: Set<Registration>;
	/** 'transfer complete' was sent or received. */
	complete: number | undefined;
}

/** Both roles that one end of a connection can play. */
interface Side {
	/** Memory exposed for reading; the read procedure exposes before it announces. */
	readable: Registration | undefined;
	sending: Transfer | undefined;
	receiving: Transfer | undefined;
}

export function rdmaTransfers(): RuleCheck {
	const sides = new Map<SanSocket, Side>();
	const sideOf = (socket: SanSocket): Side => {
		let side = sides.get(socket);
		if (!side) {
			side = { readable: undefined, sending: undefined, receiving: undefined };
			sides.set(socket, side);
		}
		return side;
	};
	return ruleCheck(
		rules,
		{
			'call WSPSend, provider, data with RDMA descriptor/RDMA request/RDMA location/transfer complete': (
				call,
				context,
				model,
			) => {
				const socket = model.sockets.of(call);
				if (socket) sent(call, socket, sideOf(socket), context, model);
			},
			'signal WPUCompleteOverlappedRequest': (signal, context, model) => {
				const operation = model.operations.current;
				if (operation?.name !== 'WSPRecv' || operation.error !== undefined) return;
				received(signal, controlOf(operation, context), sideOf(operation.socket));
			},
			'call WSPRdmaRead, provider': (call, context, model) => judgeArguments(call, context, model),
			'call WSPRdmaWrite, provider': (call, context, model) => judgeArguments(call, context, model),
			'return WSPRdmaRead, provider': (_ret, _, model) => {
				const operation = model.operations.current;
				if (operation) sideOf(operation.socket).receiving?.operations.push(operation);
			},
			'return WSPRdmaWrite, provider': (_ret, _, model) => {
				const operation = model.operations.current;
				const transfer = operation && sideOf(operation.socket).sending;
				if (!operation || !transfer) return;
				transfer.operations.push(operation);
				const source = model.registrations.find(operation.socket.providerId, operation.handle);
				if (source) transfer.sources.add(source);
			},
			'return WSPRegisterRdmaMemory, provider': (ret, _, model) => {
				const entry = !ret.error ? model.registrations.current : undefined;
				if (entry) exposed(entry, sideOf(entry.socket));
			},
			'return WSPDeregisterRdmaMemory, provider': (ret, context, model) => {
				const entry = !ret.error ? model.registrations.current : undefined;
				if (entry) judgeWithdrawal(ret, entry, sideOf(entry.socket), context, model);
			},
			'return WSPDeregisterMemory, provider': (ret, context, model) => {
				const entry = !ret.error ? model.registrations.current : undefined;
				if (entry && sideOf(entry.socket).sending?.sources.delete(entry)) context.kept('RDMA-8', ret.seq);
			},
			'call WSPCloseSocket, provider': (call, context, model) => {
				const socket = model.sockets.of(call);
				const side = socket && sides.get(socket);
				if (side && socket.closeCalled === call.seq) judgeClose(call, side, context);
			},
		},
		(context) => {
			for (const side of sides.values()) judgeLeft(side, context);
		},
	);
}

/** Memory exposed for reading belongs to what this side is about to send, for writing to what it receives. */
function exposed(entry: Registration, side: Side): void {
	if (entry.access === 'MEM_READ') side.readable = entry;
	else if (side.receiving?.procedure === 'write') side.receiving.exposed = entry;
}

function open(procedure: 'read' | 'write', seq: number, memory?: Registration): Transfer {
	return { procedure, opened: seq, operations: [], exposed: memory, sources: new Set(), complete: undefined };
}

function sent(call: SeenRecord, socket: SanSocket, side: Side, context: CheckContext, model: Model): void {
	switch (textArg(call, 'control')) {
		case 'data with RDMA descriptor':
			side.sending = open('read', call.seq, side.readable);
			if (side.readable) side.readable.announced = true;
			return;
		case 'RDMA request':
			side.sending = open('write', call.seq);
			return;
		case 'RDMA location':
			judgeLocation(call, socket, side, context, model);
			return;
		case 'transfer complete':
			// A side that both sends and receives finishes what has been done.
			if (side.receiving?.procedure === 'read' && side.receiving.complete === undefined) {
				finishRead(call, side.receiving, context);
			} else if (side.sending?.procedure === 'write') finishWrite(call, side.sending, context);
			return;
		default:
	}
}

function received(signal: SeenRecord, control: string | undefined, side: Side): void {
	switch (control) {
		case 'data with RDMA descriptor':
			side.receiving = open('read', signal.seq);
			return;
		case 'RDMA request':
			side.receiving = open('write', signal.seq);
			return;
		case 'transfer complete':
			if (side.sending?.procedure === 'read' && side.sending.complete === undefined) completed(side.sending, signal);
			else if (side.receiving?.procedure === 'write') completed(side.receiving, signal);
			return;
		default:
	}
}

function completed(transfer: Transfer, signal: SeenRecord): void {
	transfer.complete = signal.seq;
	if (transfer.exposed) transfer.exposed.announced = false;
}

/** RDMA-5. */
function judgeLocation(call: SeenRecord, socket: SanSocket, side: Side, context: CheckContext, model: Model): void {
	const memory = side.receiving?.exposed ?? model.registrations.live(socket).findLast((entry) => entry.rdma);
	if (memory) memory.announced = true;
	if (!memory)
		context.broken('RDMA-5', call.seq, 'a location is sent, but no memory is registered with WSPRegisterRdmaMemory');
	else if (!allows(memory.access, 'MEM_WRITE')) {
		context.broken(
			'RDMA-5',
			call.seq,
			'the memory of record {0} is registered with {1}, not for writing',
			memory.seq,
			memory.access,
		);
	} else context.kept('RDMA-5', call.seq);
}

/** RDMA-3: the completion message comes after reading has finished, into registered memory. */
function finishRead(call: SeenRecord, transfer: Transfer, context: CheckContext): void {
	transfer.complete = call.seq;
	const wrong = unfinished(transfer);
	if (transfer.operations.length === 0) {
		context.broken(
			'RDMA-3',
			call.seq,
			'the transfer of record {0} is called complete, but nothing was read with WSPRdmaRead',
			transfer.opened,
		);
	} else if (wrong) {
		context.broken(
			'RDMA-3',
			call.seq,
			'the transfer is called complete before the WSPRdmaRead of record {0} has succeeded',
			wrong.call.seq,
		);
	} else context.kept('RDMA-3', call.seq);
}

/** RDMA-6: the completion message comes after WSPGetOverlappedResult has told that writing has finished. */
function finishWrite(call: SeenRecord, transfer: Transfer, context: CheckContext): void {
	transfer.complete = call.seq;
	const wrong = unfinished(transfer);
	if (transfer.operations.length === 0) {
		context.broken(
			'RDMA-6',
			call.seq,
			'the transfer of record {0} is called complete, but nothing was written with WSPRdmaWrite',
			transfer.opened,
		);
	} else if (wrong) {
		context.broken(
			'RDMA-6',
			call.seq,
			'the transfer is called complete before the WSPRdmaWrite of record {0} has succeeded',
			wrong.call.seq,
		);
	} else context.kept('RDMA-6', call.seq);
}

function unfinished(transfer: Transfer): Operation | undefined {
	return transfer.operations.find(
		(operation) =>
			operation.error !== undefined || (operation.reported === undefined && operation.fetched === undefined),
	);
}

/** RDMA-4, RDMA-7: exposed memory is taken back when the other side has said that the transfer is complete. */
function judgeWithdrawal(ret: SeenRecord, entry: Registration, side: Side, context: CheckContext, model: Model): void {
	const reading = entry.access === 'MEM_READ';
	const transfer = reading ? side.sending : side.receiving;
	if (!transfer || transfer.exposed !== entry) return;
	const rule = reading ? 'RDMA-4' : 'RDMA-7';
	transfer.exposed = undefined;
	const alive = entry.socket.state === 'connected' && model.sessions.of(entry.socket)?.state !== 'ended';
	if (transfer.complete !== undefined) context.kept(rule, ret.seq);
	else if (alive) {
		context.broken(rule, ret.seq, 'the memory of record {0} is taken back before the transfer is complete', entry.seq);
	}
}

function judgeClose(call: SeenRecord, side: Side, context: CheckContext): void {
	for (const source of side.sending?.sources ?? []) {
		if (side.sending?.complete === undefined || source.released !== undefined) continue;
		context.broken(
			'RDMA-8',
			call.seq,
			'the source of the transfer (record {0}) was not released with WSPDeregisterMemory',
			source.seq,
		);
	}
	judgeLeft(side, context);
	side.sending = undefined;
	side.receiving = undefined;
}

/** A completed transfer whose memory stays exposed. */
function judgeLeft(side: Side, context: CheckContext): void {
	for (const [rule, transfer] of [
		['RDMA-4', side.sending],
		['RDMA-7', side.receiving],
	] as const) {
		if (transfer?.complete === undefined || !transfer.exposed || transfer.exposed.released !== undefined) continue;
		context.broken(
			rule,
			transfer.complete,
			'the transfer is complete, but the memory of record {0} stays exposed',
			transfer.exposed.seq,
		);
	}
}

/** RDMA-10: descriptor, offset and a registered local buffer, within the bounds of the target. RDMA-8: the source of a write. */
function judgeArguments(call: SeenRecord, context: CheckContext, model: Model): void {
	const socket = model.sockets.of(call);
	if (!socket) return;
	const key = descriptorOf(call);
	const offset = numberArg(call, 'offset', 'dwTargetBufferOffset');
	const length = numberArg(call, 'dwBufferLength', 'lpBuffers') ?? 0;
	const local = model.registrations.find(socket.providerId, keyOf(call.arg('handle')));
	const peer = model.sockets.peer(socket);
	const target = peer && model.registrations.find(peer.providerId, key, true);
	if (key === undefined || offset === undefined) {
		context.broken('RDMA-10', call.seq, '{0} without a descriptor or an offset of the target', call.name);
	} else if (!local) {
		context.broken('RDMA-10', call.seq, '{0} whose local buffer has no registration handle', call.name);
	} else if (target && offset + length > target.length) {
		context.broken(
			'RDMA-10',
			call.seq,
			'{0} bytes at offset {1} do not fit into the {2} bytes of the target (record {3})',
			length,
			offset,
			target.length,
			target.seq,
		);
	} else context.kept('RDMA-10', call.seq);
	if (call.name === 'WSPRdmaWrite' && !local) {
		context.broken('RDMA-8', call.seq, 'the source of the write is not registered with WSPRegisterMemory');
	}
}
