/** Indexes over a trace that checks share; each follows the growing trace when it is asked. */

import { type ObjectEntry, type Reader, STATE } from '../trace';
import { countUpTo } from '../trace/ascending';

/**
 * The calls, returns, signals, messages and notes of each thread, in order. A blocking call can span the whole run; what
 * happened inside it must not be looked for among the records of all other threads.
 */
export class ThreadRecords {
	private readonly ofThread: (number[] | undefined)[] = [];
	private indexed = 0;

	constructor(private readonly reader: Reader) {}

	/** The first record of the thread of `call` that fits, from after it to before `until`; -1 if there is none. */
	find(call: number, until: number, fits: (seq: number) => boolean): number {
		this.follow();
		const records = this.ofThread[this.reader.thread(call)] ?? [];
		for (let at = countUpTo(records, call); at < records.length; at++) {
			const seq = records[at] as number;
			if (seq >= until) return -1;
			if (fits(seq)) return seq;
		}
		return -1;
	}

	private follow(): void {
		const { reader } = this;
		for (; this.indexed < reader.length; this.indexed++) {
			if (reader.kind(this.indexed) === STATE) continue;
			const thread = reader.thread(this.indexed);
			const records = this.ofThread[thread];
			if (records) records.push(this.indexed);
			else this.ofThread[thread] = [this.indexed];
		}
	}
}

/** Objects of a trace by owner, type and number; follows a growing trace. */
export class ObjectIndex {
	private readonly byOwner: (Map<string, Map<number, number[]>> | undefined)[] = [];
	private indexed = 0;

	constructor(private readonly reader: Reader) {}

	/** The youngest object of that owner, type and number at record `seq`. */
	find(owner: number, type: string, number: number, seq: number): number | undefined {
		const { objects } = this.reader.trace;
		if (this.indexed < objects.length) this.follow();
		const ids = this.byOwner[owner]?.get(type)?.get(number);
		if (!ids) return undefined;
		for (let n = ids.length - 1; n >= 0; n--) {
			const id = ids[n] as number;
			if ((objects[id] as ObjectEntry).born <= seq) return id;
		}
		return undefined;
	}

	private follow(): void {
		const { objects } = this.reader.trace;
		for (; this.indexed < objects.length; this.indexed++) {
			const { owner, type, number } = objects[this.indexed] as ObjectEntry;
			let types = this.byOwner[owner];
			if (!types) {
				types = new Map();
				this.byOwner[owner] = types;
			}
			const numbers = types.get(type.name) ?? new Map<number, number[]>();
			types.set(type.name, numbers);
			const ids = numbers.get(number);
			if (ids) ids.push(this.indexed);
			else numbers.set(number, [this.indexed]);
		}
	}
}

/** The indexes of one run. */
export interface Indexes {
	readonly threads: ThreadRecords;
	readonly objects: ObjectIndex;
}

export function indexesOf(reader: Reader): Indexes {
	return { threads: new ThreadRecords(reader), objects: new ObjectIndex(reader) };
}
