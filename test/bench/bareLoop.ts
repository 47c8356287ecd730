/**
 * The least that this design can cost: coroutine threads, a binary heap of timers, and a record of plain numbers written
 * to typed columns for every message. No sockets, no stack, no language. What full tracing is measured against.
 */

const CHUNK = 1 << 14;

/** The columns of the real trace, without values that differ in number. */
class Columns {
	readonly time = new Float64Array(CHUNK);
	readonly kind = new Uint8Array(CHUNK);
	readonly phase = new Uint8Array(CHUNK);
	readonly thread = new Uint16Array(CHUNK);
	readonly from = new Uint16Array(CHUNK);
	readonly to = new Uint16Array(CHUNK);
	readonly site = new Uint32Array(CHUNK);
	readonly link = new Int32Array(CHUNK);
	readonly cause = new Int32Array(CHUNK);
	readonly source = new Int32Array(CHUNK);
	readonly value = new Float64Array(CHUNK);
}

export class BareLoop {
	records = 0;
	private now = 0;
	private readonly chunks: Columns[] = [];
	private tail = new Columns();
	private readonly due: {
		readonly time: number;
		readonly order: number;
		readonly thread: Generator<number, void, void>;
	}[] = [];
	private order = 0;

	constructor(threads: number) {
		for (let i = 0; i < threads; i++) this.push(i % 7, this.body(i));
	}

	/** Runs until there are at least that many records. */
	advanceTo(records: number): void {
		while (this.records < records) {
			const { time, thread } = this.pop();
			this.now = time;
			const { value } = thread.next();
			this.push(time + (value ?? 0), thread);
		}
	}

	/** One thread: call, message and return, then it waits for an answer. */
	private *body(thread: number): Generator<number, void, void> {
		for (let n = 0; ; n++) {
			const call = this.record(0, thread, 1, -1, n);
			this.record(3, thread, 2, call, n);
			this.record(1, thread, 1, call, n);
			yield 5000 + ((n * 7 + thread * 13) % 97);
		}
	}

	private record(kind: number, thread: number, to: number, link: number, value: number): number {
		const seq = this.records++;
		const at = seq & (CHUNK - 1);
		if (at === 0) {
			this.tail = new Columns();
			this.chunks.push(this.tail);
		}
		const { tail } = this;
		tail.time[at] = this.now;
		tail.kind[at] = kind;
		tail.phase[at] = 2;
		tail.thread[at] = thread;
		tail.from[at] = thread;
		tail.to[at] = to;
		tail.site[at] = kind;
		tail.link[at] = link;
		tail.cause[at] = seq - 1;
		tail.source[at] = thread;
		tail.value[at] = value;
		return seq;
	}

	private push(time: number, thread: Generator<number, void, void>): void {
		const { due } = this;
		const item = { time, order: this.order++, thread };
		let at = due.length;
		due.push(item);
		while (at > 0) {
			const parent = (at - 1) >> 1;
			const above = due[parent] as (typeof due)[number];
			if (above.time < time || (above.time === time && above.order < item.order)) break;
			due[at] = above;
			at = parent;
		}
		due[at] = item;
	}

	private pop(): { readonly time: number; readonly thread: Generator<number, void, void> } {
		const { due } = this;
		const top = due[0] as (typeof due)[number];
		const last = due.pop() as (typeof due)[number];
		const count = due.length;
		if (count === 0) return top;
		let at = 0;
		for (;;) {
			let child = 2 * at + 1;
			if (child >= count) break;
			const left = due[child] as (typeof due)[number];
			const right = due[child + 1];
			if (right && (right.time < left.time || (right.time === left.time && right.order < left.order))) child++;
			const below = due[child] as (typeof due)[number];
			if (last.time < below.time || (last.time === below.time && last.order < below.order)) break;
			due[at] = below;
			at = child;
		}
		due[at] = last;
		return top;
	}
}
