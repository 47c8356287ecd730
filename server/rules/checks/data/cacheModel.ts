/**
 * What the requests to proxy driver and kernel show of a provider's registration cache: which ranges are locked, which
 * are secured, and which are kept although nothing is registered there any more.
 */
import type { SeenRecord } from '../../recordView';
import { providerOfPart } from './components';
import type { Registration } from './registrations';
import { numberArg, textArg } from './values';

/** A range that the provider keeps locked after its last deregistration. */
export interface CachedRange {
	readonly address: number;
	readonly length: number;
	/** The registration that was given back last. */
	readonly from: Registration;
}

/** What was asked of the driver since the switch's call began. */
export interface Work {
	locked: boolean;
	unlocked: boolean;
	secured: boolean;
	unsecured: boolean;
	/** Registered with the NIC anew. */
	registered: boolean;
}

export class ProviderCache {
	/** The provider offers WSPMemoryRegistrationCacheCallback, so it caches (INIT-7). */
	caches = false;
	readonly cached = new Map<number, CachedRange>();
	readonly secured = new Set<number>();
	/** Locked, but not registered with the NIC any more (CACHE-6). */
	readonly removed = new Set<number>();
	work: Work = idle();

	/** State of the socket when the call began. */
	socketState: string | undefined;

	begin(socketState: string | undefined): void {
		this.work = idle();
		this.socketState = socketState;
	}
}

function idle(): Work {
	return { locked: false, unlocked: false, secured: false, unsecured: false, registered: false };
}

export class Caches {
	private readonly byProvider = new Map<string, ProviderCache>();

	of(provider: string): ProviderCache {
		let cache = this.byProvider.get(provider);
		if (!cache) {
			cache = new ProviderCache();
			this.byProvider.set(provider, cache);
		}
		return cache;
	}

	entries(): Iterable<readonly [string, ProviderCache]> {
		return this.byProvider;
	}

	/** A request to the proxy driver or the kernel: IRP_MJ_DEVICE_CONTROL, MmSecureVirtualMemory and its opposite. */
	request(call: SeenRecord): void {
		const what = call.name === 'IRP_MJ_DEVICE_CONTROL' ? (textArg(call, 'request') ?? '') : call.name;
		const address = numberArg(call, 'address', 'Address');
		if (address === undefined) return;
		const cache = this.of(providerOfPart(call.from));
		if (/remove/i.test(what)) cache.removed.add(address);
		else if (/again/i.test(what)) cache.work.registered = true;
		else if (/unsecure/i.test(what)) {
			cache.work.unsecured = true;
			cache.secured.delete(address);
		} else if (/secure/i.test(what)) {
			cache.work.secured = true;
			cache.secured.add(address);
		} else if (/unlock/i.test(what)) {
			cache.work.unlocked = true;
			cache.cached.delete(address);
		} else if (/lock/i.test(what)) cache.work.locked = true;
	}
}
