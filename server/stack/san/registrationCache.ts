/**
 * The cache of memory registrations (page "Caching registered memory"): locking and registering with the NIC is
 * expensive, so a deregistered buffer stays locked and registered until its addresses are given back.
 *
 * Without the NIC setting `cache` every registration goes to the proxy driver and back.
 */
import type { Thread } from '../../simulation';
import { objectType, site, type TracedObject } from '../../trace';
import type { Outcome } from '../outcome';
import type { ProxyDriver } from '../proxyDriver';

const cacheObject = objectType('registration cache', ['entries', 'hits', 'misses']);
const HIT = site('registration cache hit', ['address', 'length'], ['CACHE-3', 'CACHE-7']);
const KEPT = site('registration kept in cache', ['address', 'length'], ['CACHE-1', 'CACHE-2']);
const DROPPED = site('registration dropped from cache', ['address', 'length'], ['CACHE-4', 'CACHE-5']);

interface Entry {
	readonly address: number;
	readonly length: number;
	/** Socket for which it was registered last. */
	socket: number;
	/** Registrations that use the buffer now (MEM-10). */
	uses: number;
}

export class RegistrationCache {
	private readonly entries = new Map<number, Entry>();
	private readonly object: TracedObject | undefined;
	private hits = 0;
	private misses = 0;

	constructor(
		private readonly proxy: ProxyDriver,
		private readonly enabled: boolean,
		private readonly component: number,
		object: TracedObject | undefined,
	) {
		this.object = object;
	}

	/** A buffer is registered: a hit needs no work of the driver or the NIC (CACHE-3). */
	exposed(t: Thread, address: number, length: number, socket: number): void {
		const entry = this.entries.get(address);
		if (entry && entry.length >= length) {
			entry.uses++;
			entry.socket = socket;
			if (this.enabled) {
				this.hits++;
				t.note(HIT, this.component, address, length);
			}
		} else {
			this.misses++;
			this.proxy.lockMemory(t, address, length);
			this.entries.set(address, { address, length, uses: (entry?.uses ?? 0) + 1, socket });
		}
		this.show(t);
	}

	/** A buffer is deregistered: it stays locked and secured in the cache, or everything is undone (CACHE-1, CACHE-2). */
	withdrawn(t: Thread, address: number, length: number): void {
		const entry = this.entries.get(address);
		if (!entry) return;
		entry.uses--;
		// MEM-10: only the last deregistration frees anything.
		if (entry.uses > 0) return;
		if (this.enabled) {
			this.proxy.secureMemory(t, address, length);
			t.note(KEPT, this.component, address, length);
		} else {
			this.entries.delete(address);
			this.proxy.unlockMemory(t, address, entry.length);
		}
		this.show(t);
	}

	/** A registration ends with its socket, without a call of the switch. */
	forgotten(t: Thread, address: number): void {
		const entry = this.entries.get(address);
		if (!entry) return;
		entry.uses--;
		if (entry.uses > 0) return;
		this.entries.delete(address);
		this.show(t);
	}

	/**
	 * The mapping of a range is about to change (CACHE-4).
	 * @returns WSAEINVAL for a range that was never cached, WSAEFAULT for one that a transfer uses (CACHE-8)
	 */
	invalidate(t: Thread, address: number, length: number): Outcome<0> {
		const entry = this.enabled ? this.entries.get(address) : undefined;
		if (!entry) return 'WSAEINVAL';
		if (entry.uses > 0) return 'WSAEFAULT';
		this.drop(t, entry, length);
		return 0;
	}

	/** CACHE-5: what is cached is released before the connection of its socket is closed. */
	releaseAll(t: Thread, socket: number): void {
		for (const entry of [...this.entries.values()]) {
			if (entry.uses === 0 && entry.socket === socket) this.drop(t, entry, entry.length);
		}
	}

	/** The process ends. */
	releaseUnused(t: Thread): void {
		for (const entry of [...this.entries.values()]) if (entry.uses === 0) this.drop(t, entry, entry.length);
	}

	private drop(t: Thread, entry: Entry, length: number): void {
		this.proxy.unsecureMemory(t, entry.address, length);
		this.proxy.unlockMemory(t, entry.address, entry.length);
		this.entries.delete(entry.address);
		t.note(DROPPED, this.component, entry.address, length);
		this.show(t);
	}

	private show(t: Thread): void {
		if (!this.object) return;
		t.change(this.object, 'entries', this.entries.size);
		t.change(this.object, 'hits', this.hits);
		t.change(this.object, 'misses', this.misses);
	}
}

export { cacheObject };
