/** Runs a property with a seed that is new each time and printed when it fails; `SANFLOW_SEED` repeats a run. */

import fc from 'fast-check';

export function check<Values>(property: fc.IProperty<Values>): void {
	const given = process.env.SANFLOW_SEED;
	const seed = given === undefined ? Date.now() & 0x7fffffff : Number(given);
	try {
		fc.assert(property, { seed, numRuns: 500 });
	} catch (error) {
		console.log(`property failed with seed ${seed}; repeat with SANFLOW_SEED=${seed}`);
		throw error;
	}
}
