/**
 * MEM-1 to MEM-6: every transfer names memory that was registered for its socket, by its process, with the access right
 * that it needs; RDMA names memory that the connected peer exposed. What is not allowed the provider must refuse.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { ReasonText } from '../../reasonTexts';
import type { SeenRecord } from '../../recordView';
import type { RuleId } from '../../ruleBook';
import { each } from './handlers';
import type { Model } from './model';
import { type Operation, transferNames } from './operations';
import { allows, type Registration } from './registrations';
import { type Judges, ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { callOf, descriptorOf, hasFailed, isStarted, keyOf } from './values';

/** Why a transfer is not allowed. */
interface Fault {
	readonly rule: RuleId;
	readonly text: ReasonText;
	readonly args: readonly (string | number)[];
}

const rules = ['MEM-1', 'MEM-2', 'MEM-3', 'MEM-4', 'MEM-5', 'MEM-6'] as const;

export function memoryUse(): RuleCheck {
	/** Faults of transfers that were started all the same. */
	const started = new Map<Operation, readonly Fault[]>();
	let faults: readonly Fault[] = [];

	const settle = (record: SeenRecord, context: CheckContext, model: Model): void => {
		const operation = model.operations.current;
		const found = operation && started.get(operation);
		if (!found || !operation) return;
		started.delete(operation);
		for (const { rule, text, args } of found) {
			if (operation.error !== undefined) context.kept(rule, record.seq);
			else context.broken(rule, record.seq, text, ...args);
		}
	};

	const judges: Judges = {
		...each(
			transferNames.map((name) => `call ${name}, provider`),
			(call: SeenRecord, context: CheckContext, model: Model) => {
				const socket = model.sockets.of(call);
				if (!socket) return;
				judgeNames(call, socket, context, model);
				faults = [...localFaults(call, socket, model), ...remoteFaults(call, socket, model)];
			},
		),
		...each(
			transferNames.map((name) => `return ${name}, provider`),
			(ret: SeenRecord, context: CheckContext, model: Model) => {
				const operation = model.operations.current;
				if (hasFailed(ret)) {
					for (const { rule } of faults) context.kept(rule, ret.seq);
				} else if (isStarted(ret) && operation) {
					if (faults.length > 0) started.set(operation, faults);
					for (const rule of allowed(callOf(ret, context), faults)) context.kept(rule, ret.seq);
				}
				faults = [];
			},
		),
		'signal WPUCompleteOverlappedRequest': settle,
		'return WSPGetOverlappedResult, provider': settle,
	};
	return ruleCheck(rules, judges);
}

/** MEM-1 to MEM-3 speak of what the switch names, whatever the provider makes of it. */
function judgeNames(call: SeenRecord, socket: SanSocket, context: CheckContext, model: Model): void {
	const handle = keyOf(call.arg('handle'));
	const local = model.registrations.find(socket.providerId, handle);
	if (!local) {
		context.broken(
			'MEM-1',
			call.seq,
			'{0} uses the buffer {1}, which was never registered',
			call.name,
			handle ?? 'NULL',
		);
	} else if (local.released !== undefined) {
		context.broken(
			'MEM-1',
			call.seq,
			'{0} uses handle {1}, which was released in record {2}',
			call.name,
			local.key,
			local.released,
		);
	} else if (local.socket !== socket) {
		context.broken(
			'MEM-1',
			call.seq,
			'{0} on socket {1} uses handle {2}, which record {3} registered for socket {4}',
			call.name,
			socket.descriptor,
			local.key,
			local.seq,
			local.socket.descriptor,
		);
	} else context.kept('MEM-1', call.seq);
	if (local) judgeProcess(call, local, context);
	if (call.name === 'WSPRdmaRead' || call.name === 'WSPRdmaWrite') judgeDescriptor(call, socket, context, model);
}

function judgeProcess(call: SeenRecord, local: Registration, context: CheckContext): void {
	if (local.switch === call.from) {
		context.kept('MEM-2', call.seq);
		return;
	}
	context.broken(
		'MEM-2',
		call.seq,
		'{0} uses handle {1} in {2}, but record {3} registered it in {4}',
		call.name,
		local.key,
		call.from,
		local.seq,
		local.switch,
	);
}

function judgeDescriptor(call: SeenRecord, socket: SanSocket, context: CheckContext, model: Model): void {
	const peer = model.sockets.peer(socket);
	if (!peer) return;
	const key = descriptorOf(call);
	const target = model.registrations.find(peer.providerId, key, true);
	if (target && target.socket === peer) {
		target.rdmaUses++;
		context.kept('MEM-3', call.seq);
		return;
	}
	context.broken(
		'MEM-3',
		call.seq,
		'{0} names the descriptor {1}, which the peer at the other end ({2}, socket {3}) never exposed on this connection',
		call.name,
		key ?? 'NULL',
		peer.provider,
		peer.descriptor,
	);
}

function localFaults(call: SeenRecord, socket: SanSocket, model: Model): readonly Fault[] {
	const local = model.registrations.find(socket.providerId, keyOf(call.arg('handle')));
	const faults: Fault[] = [];
	if (socket.state !== 'connected') {
		faults.push({
			rule: 'MEM-5',
			text: '{0} reached registered memory although the socket was {1}',
			args: [call.name, socket.state],
		});
	}
	if (!local) return faults;
	const wanted = call.name === 'WSPSend' || call.name === 'WSPRdmaWrite' ? 'MEM_READ' : 'MEM_WRITE';
	if (local.switch !== call.from) {
		faults.push({
			rule: 'MEM-4',
			text: '{0} reached memory that another process ({1}) registered in record {2}',
			args: [call.name, local.switch, local.seq],
		});
	}
	if (local.released !== undefined) {
		faults.push({
			rule: 'MEM-5',
			text: '{0} reached memory that was deregistered in record {1}',
			args: [call.name, local.released],
		});
	}
	if (!allows(local.access, wanted)) faults.push(rightMissing(call.name, local, wanted));
	return faults;
}

function rightMissing(name: string, entry: Registration, wanted: string): Fault {
	return {
		rule: 'MEM-6',
		text: '{0} needs {1}, but record {2} registered the memory with {3}',
		args: [name, wanted, entry.seq, entry.access],
	};
}

function remoteFaults(call: SeenRecord, socket: SanSocket, model: Model): readonly Fault[] {
	if (call.name !== 'WSPRdmaRead' && call.name !== 'WSPRdmaWrite') return [];
	const peer = model.sockets.peer(socket);
	const key = descriptorOf(call);
	const target = peer && model.registrations.find(peer.providerId, key, true);
	if (!peer) return [];
	if (!target || target.socket !== peer) {
		return [
			{
				rule: 'MEM-4',
				text: '{0} reached memory of {1} that was not exposed to this peer (descriptor {2})',
				args: [call.name, peer.provider, key ?? 'NULL'],
			},
		];
	}
	const faults: Fault[] = [];
	if (target.released !== undefined) {
		faults.push({
			rule: 'MEM-5',
			text: '{0} reached memory of the peer that was deregistered in record {1}',
			args: [call.name, target.released],
		});
	}
	const wanted = call.name === 'WSPRdmaRead' ? 'MEM_READ' : 'MEM_WRITE';
	if (!allows(target.access, wanted)) faults.push(rightMissing(call.name, target, wanted));
	return faults;
}

/** Rules that a transfer without a fault of theirs keeps. */
function allowed(call: SeenRecord, faults: readonly Fault[]): readonly RuleId[] {
	const rdma = call.name === 'WSPRdmaRead' || call.name === 'WSPRdmaWrite';
	const applicable: readonly RuleId[] = rdma ? ['MEM-4', 'MEM-5', 'MEM-6'] : ['MEM-5', 'MEM-6'];
	return applicable.filter((rule) => !faults.some((fault) => fault.rule === rule));
}
