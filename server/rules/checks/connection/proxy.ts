/** The proxy driver: translation and registered buffers (PROXY). */
import { ByComponent } from '../../byComponent';
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { isIpText } from './choosing';
import { requestOf } from './destination';
import { between, callOf, fieldOf, findWithin, isProxy, isTcpip, named, numberOf, ownerOf, textOf } from './parts';

/** PROXY-3: what the NIC gets is locked and registered. */
const registeredBuffers: MakeCheck = () => {
	/** Registered memory by provider and handle. */
	const registered = new ByComponent<number, true>();
	return {
		rules: ['PROXY-3'],
		interests: [
			...between('provider', 'return', 'WSPRegisterMemory', 'WSPRegisterRdmaMemory'),
			...named('call', 'post receive', 'post send'),
			...named('state', 'memory.registered'),
		],
		record(record, context) {
			if (record.kind === 'call') posted(record, context);
			else if (record.kind === 'state') changed(record);
			else if (!record.error) judgeLock(record, context);
		},
	};

	function changed(record: SeenRecord): void {
		const { ownerId, number } = record.changed;
		if (record.arg('after') === true) registered.set(ownerId, number, true);
		else registered.delete(ownerId, number);
	}

	function posted(record: SeenRecord, context: CheckContext): void {
		const handle = numberOf(record, 'handle');
		if (handle !== undefined && registered.get(record.fromId, handle)) context.kept('PROXY-3', record.seq);
		else {
			const text = 'record {0} hands the NIC a buffer of handle {1}, which is not registered';
			context.broken('PROXY-3', record.seq, text, record.seq, handle ?? '?');
		}
	}

	function judgeLock(record: SeenRecord, context: CheckContext): void {
		const call = callOf(context, record);
		const locked = findWithin(context, call, record.seq, (inner) => inner.kind === 'call' && isProxy(inner.to));
		// A registration that a cache still holds was locked when it was made (CACHE-1).
		const cached = findWithin(
			context,
			call,
			record.seq,
			(inner) => inner.kind === 'note' && inner.name.includes('cache'),
		);
		if (locked || cached) context.kept('PROXY-3', record.seq);
		else {
			const text = 'record {0} registers memory that the proxy driver was not asked to lock';
			context.broken('PROXY-3', record.seq, text, record.seq);
		}
	}
};

/** PROXY-4: translation both ways. */
const translation: MakeCheck = () => {
	/** Native connect requests for which the peer's IP address has been found. */
	const translated = new Set<number>();
	return {
		rules: ['PROXY-4'],
		interests: [
			...named('return', 'IRP_MJ_DEVICE_CONTROL'),
			...between('provider', 'return', 'WSPConnect'),
			...named('state', 'socket.queuedRequests'),
		],
		record(record, context) {
			if (record.kind === 'state') queued(record, context);
			else if (record.name === 'WSPConnect') connected(record, context);
			else answered(record, context);
		},
	};

	function answered(record: SeenRecord, context: CheckContext): void {
		const call = callOf(context, record);
		const request = textOf(call, 'request') ?? '';
		if (!request.startsWith('translate') || record.error) return;
		const toIp = request === 'translate native address';
		if (toIp) {
			const origin = requestOf(call, context);
			if (origin) translated.add(origin.seq);
		}
		const answer = String(record.result);
		if (isIpText(answer) === toIp) context.kept('PROXY-4', record.seq);
		else {
			const text = 'record {0} answers “{1}” to “{2}”';
			context.broken('PROXY-4', record.seq, text, record.seq, answer, request);
		}
	}

	/** A request that a provider queues came from a native address. */
	function queued(record: SeenRecord, context: CheckContext): void {
		const field = record.changed.field;
		const before = record.arg('before');
		const after = record.arg('after');
		if (field !== 'queuedRequests' || isTcpip(ownerOf(record)) || Number(after) <= Number(before ?? 0)) return;
		const origin = requestOf(record, context);
		if (!origin || translated.delete(origin.seq)) return;
		const text = 'record {0} queues the request of record {1} without the IP address of the peer';
		context.broken('PROXY-4', record.seq, text, record.seq, origin.seq);
	}

	function connected(record: SeenRecord, context: CheckContext): void {
		if (record.error !== 'WSAEWOULDBLOCK') return;
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		const state = s === undefined ? undefined : fieldOf(context, record.from, 'socket', s, 'state', record.seq);
		if (state !== 'connecting') return;
		const asked = findWithin(context, call, record.seq, (inner) => inner.kind === 'return' && isProxy(inner.from));
		if (asked) return;
		const text = 'record {0} starts to connect without the native address of {1}';
		context.broken('PROXY-4', record.seq, text, record.seq, textOf(call, 'name') ?? '');
	}
};

export const proxyChecks: readonly MakeCheck[] = [registeredBuffers, translation];
