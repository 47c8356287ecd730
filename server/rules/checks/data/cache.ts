/**
 * CACHE-1 to CACHE-8: keeping deregistered memory locked for the next registration. They bind a provider that caches,
 * that is one which offers WSPMemoryRegistrationCacheCallback.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { Caches, type ProviderCache } from './cacheModel';
import { hostOf } from './components';
import { each } from './handlers';
import type { Model } from './model';
import { ruleCheck } from './ruleCheck';
import { callOf, numberArg, textArg } from './values';

const rules = ['CACHE-1', 'CACHE-2', 'CACHE-3', 'CACHE-4', 'CACHE-5', 'CACHE-6', 'CACHE-7', 'CACHE-8'] as const;
const beginners = [
	'WSPRegisterMemory',
	'WSPRegisterRdmaMemory',
	'WSPDeregisterMemory',
	'WSPDeregisterRdmaMemory',
	'WSPMemoryRegistrationCacheCallback',
	'WSPCloseSocket',
] as const;

/** A range that an application gives back to the operating system. */
interface GivenBack {
	readonly host: string;
	readonly address: number;
	readonly told: Set<string>;
}

export function cache(): RuleCheck {
	const caches = new Caches();
	const givenBack = new Map<number, GivenBack>();
	const request = (call: SeenRecord): void => caches.request(call);
	return ruleCheck(rules, {
		...each(
			beginners.map((name) => `call ${name}, provider`),
			(call: SeenRecord, _: CheckContext, model: Model) => {
				caches.of(call.to).begin(model.sockets.of(call)?.state);
			},
		),
		...each(['call IRP_MJ_DEVICE_CONTROL', 'call MmSecureVirtualMemory', 'call MmUnsecureVirtualMemory'], request),
		...each(
			['return WSPRegisterMemory, provider', 'return WSPRegisterRdmaMemory, provider'],
			(ret: SeenRecord, context: CheckContext, model: Model) =>
				judgeRegistration(ret, caches.of(ret.from), context, model),
		),
		...each(
			['return WSPDeregisterMemory, provider', 'return WSPDeregisterRdmaMemory, provider'],
			(ret: SeenRecord, context: CheckContext, model: Model) =>
				judgeDeregistration(ret, caches.of(ret.from), context, model),
		),
		'return WSPIoctl, provider': (ret, context) => {
			if (textArg(callOf(ret, context), 'extension') !== 'WSPMemoryRegistrationCacheCallback') return;
			caches.of(ret.from).caches = ret.error === undefined;
		},
		'return WSPCloseSocket, provider': (ret, context, model) => {
			if (!ret.error) judgeClose(ret, caches.of(ret.from), context, model);
		},
		'call VirtualFree': (call) => {
			const address = numberArg(call, 'lpAddress', 'address');
			if (address !== undefined) givenBack.set(call.seq, { host: hostOf(call.from), address, told: new Set() });
		},
		'return VirtualFree': (ret, context) => {
			const range = givenBack.get(ret.call ?? -1);
			if (range) judgeGivenBack(ret, range, caches, context);
			givenBack.delete(ret.call ?? -1);
		},
		'return WSPMemoryRegistrationCacheCallback, provider': (ret, context, model) => {
			const address = numberArg(callOf(ret, context), 'lpvAddress', 'address') ?? -1;
			for (const range of givenBack.values()) if (range.address === address) range.told.add(ret.from);
			judgeCallback(ret, address, caches.of(ret.from), context, model);
		},
	});
}

/** CACHE-3, CACHE-7: a registration of a cached range needs no locking. */
function judgeRegistration(ret: SeenRecord, known: ProviderCache, context: CheckContext, model: Model): void {
	const entry = model.registrations.current;
	if (!entry || ret.error || !known.caches || entry.address === undefined) return;
	const hit = known.cached.get(entry.address);
	if (!hit || hit.length < entry.length) return;
	known.cached.delete(entry.address);
	const removed = known.removed.delete(entry.address) && !known.work.registered && !known.work.locked;
	const rule = entry.rdma ? 'CACHE-7' : 'CACHE-3';
	if (known.work.locked) {
		context.broken(
			'CACHE-3',
			ret.seq,
			'locked the buffer at address {0} again, although it is cached since record {1}',
			entry.address,
			hit.from.released ?? hit.from.seq,
		);
	} else context.kept('CACHE-3', ret.seq);
	if (rule === 'CACHE-3') return;
	if (removed) {
		context.broken('CACHE-7', ret.seq, 'a cached buffer is exposed again, but was not registered with the NIC anew');
	} else if (model.registrations.heldByProvider(entry) === false) {
		context.broken('CACHE-7', ret.seq, 'a cached buffer was registered, but is not exposed to the peer');
	} else if (known.work.locked) {
		context.broken('CACHE-7', ret.seq, 'a cached buffer was locked again instead of only being exposed');
	} else context.kept('CACHE-7', ret.seq);
}

/** CACHE-1, CACHE-2, CACHE-6. */
function judgeDeregistration(ret: SeenRecord, known: ProviderCache, context: CheckContext, model: Model): void {
	const entry = model.registrations.current;
	if (!entry || ret.error || !known.caches || entry.address === undefined) return;
	if (entry.rdma) {
		if (model.registrations.heldByProvider(entry) === true && entry.released !== undefined) {
			context.broken('CACHE-6', ret.seq, 'the peer still reaches the memory of record {0}', entry.seq);
		} else context.kept('CACHE-6', ret.seq);
	}
	const others = model.registrations.sharing(entry).some((other) => other.released === undefined);
	if (entry.released === undefined || others) return;
	if (known.work.unlocked) {
		context.broken('CACHE-1', ret.seq, 'unlocked the buffer at address {0} instead of caching it', entry.address);
		return;
	}
	context.kept('CACHE-1', ret.seq);
	known.cached.set(entry.address, { address: entry.address, length: entry.length, from: entry });
	if (known.secured.has(entry.address)) context.kept('CACHE-2', ret.seq);
	else context.broken('CACHE-2', ret.seq, 'cached the buffer at address {0} without securing it', entry.address);
}

/** CACHE-5: what is cached for a socket is released before its connection is closed. */
function judgeClose(ret: SeenRecord, known: ProviderCache, context: CheckContext, model: Model): void {
	const socket = model.sockets.find(ret.fromId, numberArg(callOf(ret, context), 's'));
	// A connection that the peer has reset, or another process has now, is none to release anything before.
	if (!known.caches || !socket || known.socketState !== 'connected') return;
	if (model.registrations.of(socket).length === 0) return;
	const left = [...known.cached.values()].filter((range) => range.from.socket === socket);
	const [first] = left;
	if (first) {
		context.broken(
			'CACHE-5',
			ret.seq,
			'the socket is closed, but the buffer at address {0} (record {1}) is still cached',
			first.address,
			first.from.seq,
		);
	} else context.kept('CACHE-5', ret.seq);
}

/** CACHE-4, for all providers of the host. */
function judgeGivenBack(ret: SeenRecord, range: GivenBack, caches: Caches, context: CheckContext): void {
	let all = true;
	for (const [provider, known] of caches.entries()) {
		if (!known.caches || hostOf(provider) !== range.host || range.told.has(provider)) continue;
		all = false;
		context.broken(
			'CACHE-4',
			ret.seq,
			'the range at address {0} is given back, but {1} was not told',
			range.address,
			provider,
		);
	}
	if (all && range.told.size > 0) context.kept('CACHE-4', ret.seq);
}

/** CACHE-4 for the provider that is told, and CACHE-8. */
function judgeCallback(
	ret: SeenRecord,
	address: number,
	known: ProviderCache,
	context: CheckContext,
	model: Model,
): void {
	const registered = model.registrations.at(ret.fromId, address).some((entry) => entry.released === undefined);
	const cached = known.cached.has(address) || known.work.unlocked;
	judgeCallbackError(ret, address, registered || cached, context);
	if (ret.error || !cached) return;
	known.cached.delete(address);
	if (!known.work.unsecured) {
		context.broken('CACHE-4', ret.seq, 'dropped the range at address {0} without unsecuring it', address);
	} else if (!known.work.unlocked) {
		context.broken('CACHE-4', ret.seq, 'the range at address {0} stays locked and registered with the NIC', address);
	} else context.kept('CACHE-4', ret.seq);
}

function judgeCallbackError(ret: SeenRecord, address: number, knows: boolean, context: CheckContext): void {
	if (!knows) {
		if (ret.error === 'WSAEINVAL') context.kept('CACHE-8', ret.seq);
		else {
			context.broken(
				'CACHE-8',
				ret.seq,
				'the range at address {0} is not cached: WSAEINVAL was due, not {1}',
				address,
				ret.error ?? 'success',
			);
		}
		return;
	}
	if (ret.error === undefined) return;
	if (ret.error === 'WSAEFAULT') context.kept('CACHE-8', ret.seq);
	else
		context.broken(
			'CACHE-8',
			ret.seq,
			'{0} for a range that is cached: only WSAEFAULT may say that it cannot be released',
			ret.error,
		);
}
