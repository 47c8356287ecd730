/** Objects of a run by owner, kind and number: the index behind scopes, watches and data breakpoints. */
import { History, type ObjectEntry, type Reader, type Value } from '../trace';

export class RunObjects {
	readonly history: History;
	/** By owner, and by owner and kind: ids, oldest first. */
	private readonly byOwner = new Map<number, number[]>();
	private readonly byKind = new Map<string, number[]>();
	private readonly byNumber = new Map<string, number[]>();
	private indexed = 0;

	constructor(readonly reader: Reader) {
		this.history = new History(reader);
	}

	entry(id: number): ObjectEntry {
		return this.reader.trace.objects[id] as ObjectEntry;
	}

	/** Objects of a component that exist after record `seq`, oldest first. */
	ownedBy(component: number, seq: number, type?: string): readonly number[] {
		this.follow();
		const ids = type === undefined ? this.byOwner.get(component) : this.byKind.get(`${component} ${type}`);
		return ids === undefined ? [] : ids.slice(0, this.bornUpTo(ids, seq));
	}

	/** The oldest object of a kind that a component owns after record `seq`. */
	firstOwnedBy(component: number, seq: number, type: string): number | undefined {
		this.follow();
		const first = this.byKind.get(`${component} ${type}`)?.[0];
		return first !== undefined && this.entry(first).born <= seq ? first : undefined;
	}

	/** How many of `ids`, oldest first, exist after record `seq`. */
	private bornUpTo(ids: readonly number[], seq: number): number {
		let low = 0;
		let high = ids.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.entry(ids[middle] as number).born <= seq) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/** One object; the last one if a number was used again. */
	find(component: number, type: string, number: number, seq: number): number | undefined {
		this.follow();
		const ids = this.byNumber.get(keyOf(component, type, number)) ?? [];
		for (let i = ids.length - 1; i >= 0; i--) {
			const id = ids[i] as number;
			if (this.entry(id).born <= seq) return id;
		}
		return undefined;
	}

	/** The object with this name (`alice.ib0 socket 3`). */
	named(name: string, seq: number): number | undefined {
		const match = /^(\S+) ([A-Za-z]+)(?: (\d+))?$/.exec(name.trim());
		if (!match) return undefined;
		const component = this.reader.trace.components.find(match[1] as string);
		if (component === undefined) return undefined;
		return this.find(component, match[2] as string, match[3] === undefined ? -1 : Number(match[3]), seq);
	}

	field(id: number, name: string, seq: number): Value | undefined {
		return this.history.fieldAt(id, name, seq);
	}

	/** Key of a field, or undefined if the object has no such field. */
	key(id: number, field: string): number | undefined {
		const { type, firstKey } = this.entry(id);
		const position = type.index[field];
		return position === undefined ? undefined : firstKey + position;
	}

	private follow(): void {
		const { objects } = this.reader.trace;
		for (; this.indexed < objects.length; this.indexed++) {
			const { owner, type, number } = this.entry(this.indexed);
			append(this.byOwner, owner, this.indexed);
			append(this.byKind, `${owner} ${type.name}`, this.indexed);
			append(this.byNumber, keyOf(owner, type.name, number), this.indexed);
		}
	}
}

function keyOf(owner: number, type: string, number: number): string {
	return `${owner} ${type} ${number}`;
}

function append<Key>(lists: Map<Key, number[]>, key: Key, item: number): void {
	const list = lists.get(key);
	if (list) list.push(item);
	else lists.set(key, [item]);
}
