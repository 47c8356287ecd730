/** Waiting for what must come true: a page answers when it gets to it, never within a known time. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Real time that a page gets for anything that it does. */
const LIMIT_MS = 10_000;
const POLL_MS = 20;

/** Waits until `value` is deeply equal to `expected`; fails with its last value. */
export async function eventually<T>(value: () => T | Promise<T>, expected: T): Promise<void> {
	await poll(value, (last) => assert.deepEqual(last, expected));
}

/** Waits until `value` meets `test`, and returns it; fails with its last value and `expected`. */
export async function eventuallyMeets<T>(
	value: () => T | Promise<T>,
	test: (value: T) => boolean,
	expected: string,
): Promise<T> {
	return poll(value, (last) => assert.ok(test(last), `expected ${expected}, but last it was ${JSON.stringify(last)}`));
}

async function poll<T>(value: () => T | Promise<T>, check: (value: T) => void): Promise<T> {
	for (const deadline = performance.now() + LIMIT_MS; ; await pause(POLL_MS)) {
		try {
			const last = await value();
			check(last);
			return last;
		} catch (error) {
			if (performance.now() > deadline) throw error;
		}
	}
}
