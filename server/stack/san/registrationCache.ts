/**
 * The cache of memory registrations (page "Caching registered memory"): locking and registering with the NIC is
 * expensive, so a deregistered buffer stays locked and registered until its addresses are given back.
 *
 * Without the NIC setting `cache` every registration goes to the proxy driver and back. What the peer could reach it must
 * not reach any more (CACHE-6): a NIC that can revoke access does that, on any other the registration goes and only the
 * lock stays (NIC setting `revoke`).
 */
import type { Thread } from '../../simulation';
import { objectType, type Site, site, type TracedObject } from '../../trace';
import type { Outcome } from '../outcome';
import type { ProxyDriver } from '../proxyDriver';

const cacheObject = objectType('registration cache', ['entries', 'hits', 'misses']);
const HIT = site('registration cache hit', ['address', 'length'], ['CACHE-3', 'CACHE-7']);
const REVOKE = site('revoke access', ['address', 'length'], ['CACHE-6']);
const GRANT = site('grant access', ['address', 'length'], ['CACHE-7']);
const KEPT = site('registration kept in cache', ['address', 'length'], ['CACHE-1', 'CACHE-2']);
const DROPPED = site('registration dropped from cache', ['address', 'length'], ['CACHE-4', 'CACHE-5']);

interface Entry {
	readonly address: number;
	readonly length: number;
	/** Socket for which it was registered last. */
	socket: number;
	/** Registrations that use the buffer now (MEM-10), and how many of them expose it to the peer. */
	uses: number;
	exposures: number;
	/** Registered with the NIC; else only the lock was kept (CACHE-6). */
	registered: boolean;
}

export class RegistrationCache {
	private readonly entries = new Map<number, Entry>();
	private readonly object: TracedObject | undefined;
	private hits = 0;
	private misses = 0;

	constructor(
		private readonly proxy: ProxyDriver,
		private readonly enabled: boolean,
		/** The NIC can take the peer's access away without giving up the registration. */
		private readonly canRevoke: boolean,
		private readonly component: number,
		object: TracedObject | undefined,
	) {
		this.object = object;
	}

	/**
	 * A buffer is registered: a hit needs no work of the driver or the NIC (CACHE-3), except that the peer gets access (CACHE-7).
	 * @param remote whether the peer is to reach it
	 */
	exposed(t: Thread, address: number, length: number, socket: number, remote = false): void {
		const entry = this.entries.get(address);
		if (entry && entry.length >= length) {
			entry.uses++;
			entry.socket = socket;
			if (this.enabled) {
				this.hits++;
				t.note(HIT, this.component, address, length);
				this.giveAccess(t, entry, remote);
			}
			if (remote) entry.exposures++;
		} else {
			this.misses++;
			this.proxy.lockMemory(t, address, length);
			const exposures = (entry?.exposures ?? 0) + (remote ? 1 : 0);
			this.entries.set(address, { address, length, uses: (entry?.uses ?? 0) + 1, exposures, registered: true, socket });
		}
		this.show(t);
	}

	/** CACHE-7. */
	private giveAccess(t: Thread, entry: Entry, remote: boolean): void {
		if (!entry.registered) this.proxy.registerAgain(t, entry.address, entry.length);
		else if (remote && entry.exposures === 0 && this.canRevoke) this.askNic(t, GRANT, entry);
		entry.registered = true;
	}

	/** CACHE-6: the peer loses access, if need be together with the registration at the NIC. */
	private takeAccess(t: Thread, entry: Entry): void {
		if (entry.exposures > 0) return;
		if (this.canRevoke) this.askNic(t, REVOKE, entry);
		else if (entry.uses === 0) {
			this.proxy.removeRegistration(t, entry.address, entry.length);
			entry.registered = false;
		}
	}

	private askNic(t: Thread, where: Site, { address, length }: Entry): void {
		t.enter(where, this.proxy.nic.component, address, length);
		t.leave(where, 0);
	}

	/**
	 * A buffer is deregistered: it stays locked and secured in the cache, or everything is undone (CACHE-1, CACHE-2).
	 * @param remote whether the peer could reach it
	 */
	withdrawn(t: Thread, address: number, length: number, remote = false): void {
		const entry = this.entries.get(address);
		if (!entry) return;
		entry.uses--;
		if (remote) entry.exposures--;
		if (remote && this.enabled) this.takeAccess(t, entry);
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
	forgotten(t: Thread, address: number, remote: boolean): void {
		const entry = this.entries.get(address);
		if (!entry) return;
		entry.uses--;
		if (remote) entry.exposures--;
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
