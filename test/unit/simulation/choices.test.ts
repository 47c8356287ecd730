import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Choices } from '../../../server/simulation';
import { check } from '../trace/values';

const options = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 50 });

describe('Choices', () => {
	it('are the same for the same seed, and in range', () => {
		check(
			fc.property(fc.integer(), options, (seed, asked) => {
				const [one, other] = [new Choices(seed), new Choices(seed)];
				for (const count of asked) {
					const answer = one.next(count);
					assert.equal(other.next(count), answer);
					assert.ok(Number.isInteger(answer) && answer >= 0 && answer < count);
				}
				assert.equal(one.count, asked.filter((count) => count > 1).length);
			}),
		);
	});

	it('can be forced one by one, and go on as before', () => {
		check(
			fc.property(
				fc.integer(),
				fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 30 }),
				fc.nat(),
				fc.nat(8),
				(seed, asked, at, answer) => {
					const forcedAt = at % asked.length;
					const free = new Choices(seed);
					const forced = new Choices(seed, new Map([[forcedAt, answer]]));
					asked.forEach((count, index) => {
						const expected = free.next(count);
						assert.equal(forced.next(count), index === forcedAt ? answer % count : expected);
					});
				},
			),
		);
	});

	it('use every answer about equally often, for neighbouring seeds too', () => {
		const counts = [0, 0, 0, 0];
		for (let seed = 0; seed < 400; seed++) {
			const choices = new Choices(seed);
			for (let n = 0; n < 10; n++) {
				const answer = choices.next(4);
				counts[answer] = (counts[answer] ?? 0) + 1;
			}
		}
		for (const count of counts) assert.ok(count > 800 && count < 1200, counts.join(', '));
	});

	it('start differently for neighbouring seeds', () => {
		const first = new Set(Array.from({ length: 64 }, (_, seed) => new Choices(seed).next(1_000_000)));
		assert.ok(first.size > 60);
	});

	it('come true as often as their probability says', () => {
		const choices = new Choices(5);
		let hits = 0;
		for (let n = 0; n < 10_000; n++) if (choices.chance(0.2)) hits++;
		assert.ok(hits > 1800 && hits < 2200, String(hits));
		const before = choices.count;
		assert.equal(choices.chance(0), false);
		assert.equal(choices.count, before);
		assert.equal(choices.chance(1), true);
	});
});
