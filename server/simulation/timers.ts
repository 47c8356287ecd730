/** Binary heap of things that are due at a virtual time; equal times come out in the order in which they were put in. */
export class Timers<T> {
	private time = new Float64Array(64);
	private order = new Float64Array(64);
	/** Longer than `count` at times: a list that shrinks and grows again is copied each time. */
	private readonly items: (T | undefined)[] = [];
	private count = 0;
	private orders = 0;

	get length(): number {
		return this.count;
	}

	/** Time of the earliest item in ns, or Infinity. */
	get next(): number {
		return this.count === 0 ? Number.POSITIVE_INFINITY : (this.time[0] as number);
	}

	push(time: number, item: T): void {
		if (this.count === this.time.length) this.grow();
		const order = this.orders++;
		let at = this.count++;
		while (at > 0) {
			const parent = (at - 1) >> 1;
			if ((this.time[parent] as number) <= time) break;
			this.move(parent, at);
			at = parent;
		}
		this.time[at] = time;
		this.order[at] = order;
		this.items[at] = item;
	}

	/** Takes the earliest item out. @throws RangeError when empty */
	pop(): T {
		if (this.count === 0) throw new RangeError('no timer is set');
		const item = this.items[0] as T;
		const last = --this.count;
		const time = this.time[last] as number;
		const order = this.order[last] as number;
		const moved = this.items[last] as T;
		this.items[last] = undefined;
		if (last > 0) this.sink(time, order, moved);
		return item;
	}

	private sink(time: number, order: number, item: T): void {
		let at = 0;
		for (;;) {
			let child = 2 * at + 1;
			if (child >= this.count) break;
			if (child + 1 < this.count && this.before(child + 1, child)) child++;
			const earlier =
				(this.time[child] as number) < time ||
				((this.time[child] as number) === time && (this.order[child] as number) < order);
			if (!earlier) break;
			this.move(child, at);
			at = child;
		}
		this.time[at] = time;
		this.order[at] = order;
		this.items[at] = item;
	}

	private before(a: number, b: number): boolean {
		const difference = (this.time[a] as number) - (this.time[b] as number);
		return difference < 0 || (difference === 0 && (this.order[a] as number) < (this.order[b] as number));
	}

	private move(from: number, to: number): void {
		this.time[to] = this.time[from] as number;
		this.order[to] = this.order[from] as number;
		this.items[to] = this.items[from];
	}

	private grow(): void {
		const time = new Float64Array(this.time.length * 2);
		time.set(this.time);
		this.time = time;
		const order = new Float64Array(this.order.length * 2);
		order.set(this.order);
		this.order = order;
	}
}
