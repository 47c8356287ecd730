/** Arbitrary values and traces for property tests. */

import fc from 'fast-check';
import type { Context, Value } from '../../../server/trace';

/** Anything a record can hold at its top: bytes stay bytes there. */
export const anyValue: fc.Arbitrary<Value> = fc.oneof(
	fc.constant(null),
	fc.boolean(),
	fc.integer(),
	fc.double({ noNaN: true }),
	fc.string(),
	fc.uint8Array({ maxLength: 16 }),
	fc.array(fc.oneof(fc.integer(), fc.string()), { maxLength: 4 }),
	fc.dictionary(
		fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
		fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
	),
);

/** A context that writes for `thread` outside any call. */
export function context(thread: number): Context {
	return { thread, component: thread, call: -1, cause: -1, phase: 0, source: -1 };
}

/** A landing must not depend on luck: the same values each time. `npm run test:nightly` draws new ones. */
const DEFAULT_SEED = 20261122;

/** Properties print their seed when they fail; SANFLOW_SEED repeats a run, or draws a new seed if it is `random`. */
export function check<Values>(property: fc.IProperty<Values>, numRuns = 200): void {
	const given = process.env.SANFLOW_SEED;
	const seed = given === undefined ? DEFAULT_SEED : given === 'random' ? Date.now() & 0x7fffffff : Number(given);
	try {
		fc.assert(property, { seed, numRuns });
	} catch (error) {
		console.log(`property failed with seed ${seed}; repeat with SANFLOW_SEED=${seed}`);
		throw error;
	}
}
