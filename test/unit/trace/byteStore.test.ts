import assert from 'node:assert/strict';
import fc from 'fast-check';
import { objectType, Reader, Trace } from '../../../server/trace';
import { ByteStore } from '../../../server/trace/byteStore';
import { check, context } from './values';

const memory = objectType('memory', ['written']);

/** Few lengths at the borders between small and large, and many small ones. */
const block = fc.oneof(
	{ weight: 8, arbitrary: fc.uint8Array({ maxLength: 40 }) },
	{ weight: 1, arbitrary: fc.constantFrom(1023, 1024, 1025, 5000).map((length) => new Uint8Array(length).fill(7)) },
);

describe('The bytes of a trace', () => {
	it('come back as they were put in, over many pages', () => {
		check(
			fc.property(fc.array(block, { maxLength: 30 }), (blocks) => {
				const store = new ByteStore();
				const filler = new Uint8Array(1000).fill(9);
				const places = blocks.map((bytes) => {
					// Pushes the blocks over the borders of pages.
					for (let n = 0; n < 7; n++) store.add(filler);
					return store.add(bytes.slice());
				});
				blocks.forEach((bytes, i) => {
					const place = places[i] as number;
					assert.deepEqual(store.at(place), bytes);
					assert.ok(store.holds(place, bytes, 0, bytes.length));
					const longer = new Uint8Array(bytes.length + 1);
					longer.set(bytes);
					assert.ok(!store.holds(place, longer, 0, longer.length));
					if (bytes.length > 0) longer[0] = (longer[0] as number) ^ 1;
					assert.ok(bytes.length === 0 || !store.holds(place, longer, 0, bytes.length));
				});
			}),
			60,
		);
	});

	it('are those of the moment when a part of a memory was recorded, whatever is written there later', () => {
		for (const length of [1, 48, 1024, 1025, 40_000]) {
			const trace = new Trace();
			const reader = new Reader(trace);
			const alice = context(trace.components.of('alice'));
			const object = trace.object(memory, alice.component);
			const source = new Uint8Array(length + 8).fill(7);
			trace.changeToPart(1, alice, object, 'written', source, 4, length);
			trace.changeToPart(2, alice, object, 'written', source, 4, length);
			assert.equal(trace.length, 1, 'the same bytes are no change');
			source.fill(0);
			trace.changeToPart(3, alice, object, 'written', source, 4, length);
			assert.equal(trace.length, 2);
			// A whole memory is a part, too.
			trace.changeToPart(4, alice, object, 'written', source, 0, source.length);
			source.fill(1);
			assert.deepEqual(reader.after(0), new Uint8Array(length).fill(7));
			assert.deepEqual(reader.after(1), new Uint8Array(length));
			assert.deepEqual(reader.after(2), new Uint8Array(length + 8));
		}
	});

	it('that a reader got are its own', () => {
		const trace = new Trace();
		const reader = new Reader(trace);
		const alice = context(trace.components.of('alice'));
		const object = trace.object(memory, alice.component);
		trace.change(1, alice, object, 'written', Uint8Array.of(1, 2, 3));
		(reader.after(0) as Uint8Array).fill(9);
		assert.deepEqual(reader.after(0), Uint8Array.of(1, 2, 3));
	});
});
