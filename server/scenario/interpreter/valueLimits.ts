/**
 * How large a value may grow: a slip of the keyboard, such as a text that is doubled in an endless loop, must not take all
 * memory. What is larger fails the scenario at its statement.
 */
import { type RuntimeValue, ValueError } from './value';

/** Characters of a text, or bytes. */
export const MOST_BYTES = 64 * 1024 * 1024;
const MOST_ELEMENTS = 1_000_000;
const DEEPEST_LIST = 100;

/** How deep lists lie in a list, where there are any. */
const depths = new WeakMap<object, number>();

/** @throws ValueError where a text or bytes would be too long */
export function checkLength(length: number): void {
	if (length <= MOST_BYTES) return;
	throw new ValueError('a value of {0} bytes or characters is too large; the most is {1}', [length, MOST_BYTES]);
}

/**
 * A list of these values.
 * @throws ValueError where it would be too long, or too deep
 */
export function listOf(items: readonly RuntimeValue[]): readonly RuntimeValue[] {
	if (items.length > MOST_ELEMENTS) {
		throw new ValueError('a list of {0} elements is too long; the most is {1}', [items.length, MOST_ELEMENTS]);
	}
	let depth = 0;
	for (const item of items) if (Array.isArray(item)) depth = Math.max(depth, 1 + (depths.get(item) ?? 0));
	if (depth > DEEPEST_LIST) throw new ValueError('lists lie more than {0} deep in each other', [DEEPEST_LIST]);
	if (depth > 0) depths.set(items, depth);
	return items;
}
