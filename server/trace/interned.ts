/** Numbers for things that repeat: the same item always gets the same small integer, in order of first appearance. */
export class Interned<T> {
	private readonly numbers = new Map<T | string, number>();
	private readonly items: T[] = [];

	/** @param keyOf what makes two items the same; the item itself if left out. */
	constructor(private readonly keyOf?: (item: T) => string) {}

	get size(): number {
		return this.items.length;
	}

	/** The number of `item`, given out now if it is new. */
	of(item: T): number {
		const key = this.keyOf ? this.keyOf(item) : item;
		const known = this.numbers.get(key);
		if (known !== undefined) return known;
		const number = this.items.length;
		this.numbers.set(key, number);
		this.items.push(item);
		return number;
	}

	/** The number of `item`, or undefined if it never appeared. */
	find(item: T): number | undefined {
		return this.numbers.get(this.keyOf ? this.keyOf(item) : item);
	}

	/** @throws RangeError for a number that was never given out. */
	at(number: number): T {
		if (number < 0 || number >= this.items.length) throw new RangeError(`nothing was interned as ${number}`);
		return this.items[number] as T;
	}

	all(): readonly T[] {
		return this.items;
	}
}
