/** A list of integers that grows without copying more than once per doubling: one for each column of the rows. */
export class Numbers {
	private items = new Int32Array(64);
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

	/** Holds what `other` holds now. */
	take(other: Numbers): void {
		this.items = other.items.slice();
		this.length = other.length;
	}

	/** A copy of all items. */
	array(): Int32Array {
		return this.items.slice(0, this.length);
	}

	set(index: number, item: number): void {
		this.items[index] = item;
	}

	/** How many items are at most `limit`; they must ascend. */
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
