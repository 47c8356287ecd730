import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Timers } from '../../../server/simulation/timers';
import { check } from '../trace/values';

/** Puts a timer in, or takes the earliest out. Few different times, so that many are equal. */
const step = fc.oneof({ weight: 3, arbitrary: fc.nat(20) }, { weight: 2, arbitrary: fc.constant('pop' as const) });

describe('Timers', () => {
	it('come out like a sorted list, equal times in the order in which they were put in', () => {
		check(
			fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
				const timers = new Timers<number>();
				let model: { readonly time: number; readonly item: number }[] = [];
				steps.forEach((given, item) => {
					assert.equal(timers.length, model.length);
					assert.equal(timers.next, model[0]?.time ?? Number.POSITIVE_INFINITY);
					if (given !== 'pop') {
						timers.push(given, item);
						// A stable sort keeps the order of equal times.
						model = [...model, { time: given, item }].sort((a, b) => a.time - b.time);
					} else if (model.length > 0) assert.equal(timers.pop(), model.shift()?.item);
					else assert.throws(() => timers.pop(), RangeError);
				});
				while (model.length > 0) assert.equal(timers.pop(), model.shift()?.item);
				assert.equal(timers.length, 0);
			}),
		);
	});
});
