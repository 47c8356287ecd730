/**
 * For each (object, field) of a trace its last change and the value that this left, as the simulation goes on: a change to
 * the same value is no record. Readers have `history.ts`, which knows every record and not only the last.
 */

/** Words of a key: the last change + 1 or 0, the tag of the value, what stands for the value. */
const WORDS = 3;

export class PresentValues {
	/** Number of (object, field) pairs; the next one gets this key. */
	count = 0;
	private words = new Int32Array(256 * WORDS);

	/** Gives out `fields` keys in a row. Returns the first. */
	add(fields: number): number {
		const first = this.count;
		this.count += fields;
		if (this.count * WORDS > this.words.length) {
			const words = new Int32Array(Math.max(this.count * WORDS, this.words.length * 2));
			words.set(this.words);
			this.words = words;
		}
		return first;
	}

	/** `seq` of the last change of `key`, or -1. */
	lastChange(key: number): number {
		return (this.words[key * WORDS] ?? 0) - 1;
	}

	/** Tag of the present value, and what stands for it. Only where there is one. */
	tag(key: number): number {
		return this.words[key * WORDS + 1] as number;
	}

	value(key: number): number {
		return this.words[key * WORDS + 2] as number;
	}

	/** Whether this is the present value. */
	holds(key: number, tag: number, value: number): boolean {
		const { words } = this;
		const at = key * WORDS;
		return words[at] !== 0 && words[at + 1] === tag && words[at + 2] === value;
	}

	/** The value changes with record `seq`. Returns the last change before, or -1. */
	set(key: number, seq: number, tag: number, value: number): number {
		const { words } = this;
		const at = key * WORDS;
		const previous = (words[at] as number) - 1;
		words[at] = seq + 1;
		words[at + 1] = tag;
		words[at + 2] = value;
		return previous;
	}
}
