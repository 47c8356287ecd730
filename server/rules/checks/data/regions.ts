/**
 * MEM-7, MEM-8, DATA-3: which memory a session registers. Messages leave from one region and arrive in another; memory
 * for RDMA is registered only where RDMA takes place.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { Model } from './model';
import type { Registration } from './registrations';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { keyOf, textArg } from './values';

interface Regions {
	receive: Registration | undefined;
	send: Registration | undefined;
	judgedPool: boolean;
}

export function regions(): RuleCheck {
	const bySocket = new Map<SanSocket, Regions>();
	const regionsOf = (socket: SanSocket): Regions => {
		let found = bySocket.get(socket);
		if (!found) {
			found = { receive: undefined, send: undefined, judgedPool: false };
			bySocket.set(socket, found);
		}
		return found;
	};
	return ruleCheck(['MEM-7', 'MEM-8', 'DATA-3'], {
		'call WSPRecv, provider': (call, context, model) => {
			const socket = model.sockets.of(call);
			if (socket) judgeRegion(call, 'receive', socket, regionsOf(socket), context, model);
		},
		'call WSPSend, provider': (call, context, model) => {
			const socket = model.sockets.of(call);
			// The negotiation comes before the number of send buffers is known (OQ-20).
			if (!socket || textArg(call, 'control')?.startsWith('negotiation')) return;
			judgeRegion(call, 'send', socket, regionsOf(socket), context, model);
			judgePool(call, socket, regionsOf(socket), context, model);
		},
		'return WSPDeregisterRdmaMemory, provider': (ret, context, model) => judgeExposure(ret, context, model),
	});
}

function judgeRegion(
	call: SeenRecord,
	part: 'receive' | 'send',
	socket: SanSocket,
	known: Regions,
	context: CheckContext,
	model: Model,
): void {
	const entry = model.registrations.find(socket.providerId, keyOf(call.arg('handle')));
	// Memory that is not registered at all is MEM-1's.
	if (!entry || entry.released !== undefined) return;
	const region = known[part];
	if (!region || region.released !== undefined) known[part] = entry;
	else if (region !== entry) {
		context.broken(
			'MEM-7',
			call.seq,
			part === 'send'
				? 'this message leaves from the memory of record {0}, others from that of record {1}: one region for sending was due'
				: 'this buffer lies in the memory of record {0}, others in that of record {1}: one region for receiving was due',
			entry.seq,
			region.seq,
		);
		return;
	}
	if (part === 'receive' || !known.receive || region) return;
	if (known.receive === entry) {
		context.broken(
			'MEM-7',
			call.seq,
			'messages leave from the region in which receive buffers are posted (record {0})',
			entry.seq,
		);
	} else context.kept('MEM-7', call.seq);
}

/** DATA-3: at the first message with application data both halves of the pool are there. */
function judgePool(call: SeenRecord, socket: SanSocket, known: Regions, context: CheckContext, model: Model): void {
	if (known.judgedPool) return;
	known.judgedPool = true;
	const posted = model.operations.pending(socket, 'WSPRecv').length;
	if (!known.receive || known.receive.rdma || posted === 0) {
		context.broken('DATA-3', call.seq, 'a message is sent while no registered buffer is posted for receiving');
	} else if (!known.send || known.send.rdma) {
		context.broken('DATA-3', call.seq, 'a message leaves from memory that WSPRegisterMemory did not register');
	} else context.kept('DATA-3', call.seq);
}

/** MEM-8: memory that was exposed and taken back without any RDMA, over a connection that still stands. */
function judgeExposure(ret: SeenRecord, context: CheckContext, model: Model): void {
	const entry = model.registrations.current;
	if (!entry?.rdma || ret.error) return;
	if (entry.rdmaUses > 0) context.kept('MEM-8', ret.seq);
	else if (entry.socket.state === 'connected' && model.sockets.peer(entry.socket)?.state === 'connected') {
		context.broken(
			'MEM-8',
			ret.seq,
			'the memory of record {0} was exposed for RDMA, but no RDMA took place',
			entry.seq,
		);
	}
}
