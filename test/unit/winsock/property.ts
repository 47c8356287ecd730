/** Runs a property with a seed that is printed when it fails; `SANFLOW_SEED` chooses it, or `random` draws a new one. */

import fc from 'fast-check';

/** A landing must not depend on luck: the same values each time. `npm run test:nightly` draws new ones. */
const DEFAULT_SEED = 20261122;

export function check<Values>(property: fc.IProperty<Values>): void {
	const given = process.env.SANFLOW_SEED;
	const seed = given === undefined ? DEFAULT_SEED : given === 'random' ? Date.now() & 0x7fffffff : Number(given);
	try {
		fc.assert(property, { seed, numRuns: 500 });
	} catch (error) {
		console.log(`property failed with seed ${seed}; repeat with SANFLOW_SEED=${seed}`);
		throw error;
	}
}
