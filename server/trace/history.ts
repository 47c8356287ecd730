/**
 * The state of every object at any record, as a fold over the trace.
 *
 * Instead of checkpoints the fold is kept as an index: for each field the list of its changes, in order. The value at a
 * record is then one binary search, however long the run and wherever in it, and "when did this change last" is the
 * same search. The index follows the trace lazily and in one direction; it costs 4 bytes per state change.
 */
import type { Reader } from './reader';
import type { Value } from './record';
import type { ObjectEntry } from './trace';
import { STATE } from './trace';

/** A growing list of integers. */
class Sequence {
	private items = new Int32Array(4);
	length = 0;

	push(item: number): void {
		if (this.length === this.items.length) {
			const grown = new Int32Array(this.length * 2);
			grown.set(this.items);
			this.items = grown;
		}
		this.items[this.length++] = item;
	}

	at(index: number): number {
		return this.items[index] as number;
	}

	/** How many items are at most `limit`. */
	countUpTo(limit: number): number {
		let low = 0;
		let high = this.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((this.items[middle] as number) <= limit) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

/** One field of an object at a record. */
export interface FieldState {
	readonly name: string;
	readonly key: number;
	readonly value: Value;
	/** `seq` of the change that set the value. */
	readonly since: number;
}

export class History {
	private readonly changes: (Sequence | undefined)[] = [];
	private indexed = 0;

	constructor(readonly reader: Reader) {}

	/** Value of `key` after record `seq`, or undefined if it was never set until then. */
	valueAt(key: number, seq: number): Value | undefined {
		const change = this.lastChange(key, seq);
		return change < 0 ? undefined : this.reader.after(change);
	}

	/** The last change of `key` at or before `seq`, or -1. */
	lastChange(key: number, seq: number): number {
		this.follow();
		const changes = this.changes[key];
		if (!changes) return -1;
		const count = changes.countUpTo(seq);
		return count === 0 ? -1 : changes.at(count - 1);
	}

	/** The first change of `key` after `seq`, or -1. */
	nextChange(key: number, seq: number): number {
		this.follow();
		const changes = this.changes[key];
		if (!changes) return -1;
		const count = changes.countUpTo(seq);
		return count === changes.length ? -1 : changes.at(count);
	}

	/** The fields of object `id` that are set at record `seq`, in the order of its type. */
	fieldsAt(id: number, seq: number): readonly FieldState[] {
		const object = this.reader.trace.objects[id] as ObjectEntry;
		const fields: FieldState[] = [];
		object.type.fields.forEach((name, i) => {
			const since = this.lastChange(object.firstKey + i, seq);
			if (since >= 0) fields.push({ name, key: object.firstKey + i, value: this.reader.after(since), since });
		});
		return fields;
	}

	/** Value of one field of object `id`, or undefined. */
	fieldAt(id: number, field: string, seq: number): Value | undefined {
		const object = this.reader.trace.objects[id] as ObjectEntry;
		const position = object.type.index[field];
		return position === undefined ? undefined : this.valueAt(object.firstKey + position, seq);
	}

	/**
	 * Objects that exist at record `seq`, oldest first.
	 * @param owner component that owns them; all if left out
	 * @param typeName kind of object; all if left out
	 */
	objectsAt(seq: number, owner?: number, typeName?: string): readonly number[] {
		const objects = this.reader.trace.objects;
		const found: number[] = [];
		for (let id = 0; id < objects.length; id++) {
			const object = objects[id] as ObjectEntry;
			if (object.born > seq) break;
			if (owner !== undefined && object.owner !== owner) continue;
			if (typeName !== undefined && object.type.name !== typeName) continue;
			found.push(id);
		}
		return found;
	}

	private follow(): void {
		const { reader } = this;
		for (; this.indexed < reader.length; this.indexed++) {
			if (reader.kind(this.indexed) !== STATE) continue;
			const key = reader.siteId(this.indexed);
			let changes = this.changes[key];
			if (!changes) {
				changes = new Sequence();
				this.changes[key] = changes;
			}
			changes.push(this.indexed);
		}
	}
}
