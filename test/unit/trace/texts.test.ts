import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Texts } from '../../../server/trace/texts';
import { check } from './values';

/** Texts of the same length with the same ends, which share a slot, and others. */
const text = fc.oneof(
	fc.string({ maxLength: 3 }),
	fc.integer({ min: 1000, max: 1020 }).map((n) => `socket ${n} is ready`),
);

describe('The texts of a trace', () => {
	it('have one number each, in the order of their first appearance, however they take turns', () => {
		check(
			fc.property(fc.array(text, { maxLength: 200 }), (written) => {
				const texts = new Texts();
				const distinct = [...new Set(written)];
				for (const one of written) assert.equal(texts.of(one), distinct.indexOf(one));
				distinct.forEach((one, number) => {
					assert.equal(texts.at(number), one);
				});
				assert.equal(texts.size, distinct.length);
			}),
		);
	});
});
