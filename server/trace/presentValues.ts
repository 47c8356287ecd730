/**
 * For each (object, field) of a trace its last change and the value that this left, as the simulation goes on: a change to
 * the same value is no record. Readers have `history.ts`, which knows every record and not only the last.
 */
export class PresentValues {
	/** Number of (object, field) pairs; the next one gets this key. */
	count = 0;
	private changes = new Int32Array(256).fill(-1);
	private tags = new Uint8Array(256);
	private values = new Float64Array(256);

	/** Gives out `fields` keys in a row. Returns the first. */
	add(fields: number): number {
		const first = this.count;
		this.count += fields;
		if (this.count > this.changes.length) this.grow(Math.max(this.count, this.changes.length * 2));
		return first;
	}

	/** `seq` of the last change of `key`, or -1. */
	lastChange(key: number): number {
		return this.changes[key] ?? -1;
	}

	/** Tag of the present value, and the number beside it. Only where there is one. */
	tag(key: number): number {
		return this.tags[key] as number;
	}

	value(key: number): number {
		return this.values[key] as number;
	}

	/** Whether this is the present value. */
	holds(key: number, tag: number, value: number): boolean {
		return this.tags[key] === tag && this.values[key] === value && (this.changes[key] as number) >= 0;
	}

	/** The value changes with record `seq`. Returns the last change before, or -1. */
	set(key: number, seq: number, tag: number, value: number): number {
		const previous = this.changes[key] as number;
		this.changes[key] = seq;
		this.tags[key] = tag;
		this.values[key] = value;
		return previous;
	}

	private grow(size: number): void {
		const changes = new Int32Array(size).fill(-1, this.changes.length);
		changes.set(this.changes);
		this.changes = changes;
		const tags = new Uint8Array(size);
		tags.set(this.tags);
		this.tags = tags;
		const values = new Float64Array(size);
		values.set(this.values);
		this.values = values;
	}
}
