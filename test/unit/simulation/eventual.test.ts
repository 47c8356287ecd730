import assert from 'node:assert/strict';
import { type Coroutine, type Eventual, after as onwards, settled, waits } from '../../../server/simulation';

/** Waits `times` times, then is done; tells when it was closed before. */
function* waiting(times: number, value: number, closed: () => void = () => undefined): Coroutine<number> {
	let finished = false;
	try {
		for (let n = 0; n < times; n++) yield;
		finished = true;
		return value;
	} finally {
		if (!finished) closed();
	}
}

function waitsOf(work: Eventual<unknown>): readonly [number, unknown] {
	if (!waits(work)) return [0, work];
	for (let n = 0; ; n++) {
		const { done, value } = work.next();
		if (done) return [n, value];
	}
}

describe('What may have to wait', () => {
	it('goes on at once with a value that is there', () => {
		const order: string[] = [];
		const result = onwards(1, (value) => {
			order.push('goes on');
			return value + 1;
		});
		order.push('has gone on');
		assert.equal(result, 2);
		assert.deepEqual(order, ['goes on', 'has gone on']);
	});

	it('goes on after waiting, layer by layer, and waits as often as the innermost one', () => {
		const layers = onwards(
			onwards(
				onwards(waiting(3, 1), (value) => value + 1),
				(value) => value * 10,
			),
			(value) => `${value}`,
		);
		assert.deepEqual(waitsOf(layers), [3, '20']);
		assert.deepEqual(waitsOf(settled(5)), [0, 5]);
		assert.deepEqual(waitsOf(settled(onwards(waiting(2, 4), (value) => -value))), [2, -4]);
		const within = (function* (): Coroutine<number> {
			return 1 + (yield* settled(onwards(waiting(2, 4), (value) => value * 2)));
		})();
		assert.deepEqual(waitsOf(within), [2, 9]);
	});

	it('fails where a layer fails, and can be caught around it', () => {
		const failing = onwards(waiting(1, 1), () => {
			throw new RangeError('a layer');
		});
		assert.throws(() => waitsOf(failing), /a layer/);
		const caught = (function* (): Coroutine<string> {
			try {
				return yield* settled(
					onwards(waiting(1, 1), (): string => {
						throw new RangeError('a layer');
					}),
				);
			} catch (problem) {
				return (problem as Error).message;
			}
		})();
		assert.deepEqual(waitsOf(caught), [1, 'a layer']);
	});

	it('is closed inside when it is closed outside', () => {
		let closed = 0;
		const work = onwards(
			waiting(5, 1, () => closed++),
			(value) => value,
		) as Coroutine<number>;
		const around = (function* (): Coroutine<number> {
			return yield* work;
		})();
		around.next();
		around.return(0);
		assert.equal(closed, 1);
	});
});
