/**
 * Page "Caching registered memory", the switch's part: before the mapping of a secured range changes, the operating
 * system tells the switch, and the switch tells every SAN provider that keeps a cache (CACHE-4).
 */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import * as san from '../san';
import type { Switch } from './switch';

const VIRTUAL_FREE = site('VirtualFree', ['lpAddress', 'dwSize'], ['CACHE-2', 'CACHE-4']);

/** The application gives memory back; `bytes` that were never sent or received have no address, and nobody is told. */
export function VirtualFree(sw: Switch, t: Thread, bytes: Uint8Array): void {
	const address = sw.giveBack(bytes);
	t.enter(VIRTUAL_FREE, sw.component, address ?? null, bytes.length);
	for (const [provider, { cache }] of sw.transports) {
		if (address === undefined || !cache) continue;
		san.WSPMemoryRegistrationCacheCallback(provider, t, address, bytes.length);
	}
	t.leave(VIRTUAL_FREE, true);
}
