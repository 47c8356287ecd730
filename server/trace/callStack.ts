/**
 * Threads and their open calls at any record. A thread's records are listed once, lazily; the calls open at a record are
 * then found by walking from one record outwards, so the cost is the depth of the stack.
 */
import { countUpTo } from './ascending';
import type { Reader } from './reader';
import { CALL } from './trace';

export class CallStacks {
	private readonly records: number[][] = [];
	private indexed = 0;

	constructor(readonly reader: Reader) {}

	/** The last record that `thread` wrote at or before `seq`, or -1. */
	lastRecord(thread: number, seq: number): number {
		this.follow();
		const records = this.records[thread];
		if (!records) return -1;
		const count = countUpTo(records, seq);
		return count === 0 ? -1 : (records[count - 1] as number);
	}

	/** The first record that `thread` writes after `seq`, or -1 if there is none yet. */
	nextRecord(thread: number, seq: number): number {
		this.follow();
		const records = this.records[thread];
		if (!records) return -1;
		return records[countUpTo(records, seq)] ?? -1;
	}

	/** Numbers of the threads that have written something at or before `seq`, in order of appearance in the trace. */
	threadsAt(seq: number): readonly number[] {
		this.follow();
		const threads: number[] = [];
		this.records.forEach((records, thread) => {
			if ((records[0] as number) <= seq) threads.push(thread);
		});
		return threads.sort(
			(a, b) => ((this.records[a] as number[])[0] as number) - ((this.records[b] as number[])[0] as number),
		);
	}

	/** The `seq` of each call that is open in `thread` after record `seq`, innermost first. */
	openCalls(thread: number, seq: number): readonly number[] {
		const last = this.lastRecord(thread, seq);
		if (last < 0) return [];
		const open: number[] = [];
		let call: number | null = this.reader.kind(last) === CALL ? last : this.reader.within(last);
		while (call !== null) {
			open.push(call);
			call = this.reader.within(call);
		}
		return open;
	}

	/** How many calls are open in the thread of `seq` after it. */
	depth(seq: number): number {
		let depth = 0;
		let call: number | null = this.reader.kind(seq) === CALL ? seq : this.reader.within(seq);
		while (call !== null) {
			depth++;
			call = this.reader.within(call);
		}
		return depth;
	}

	/** Lists the records that were written since the last question; every question does so, too. */
	follow(): void {
		const { reader } = this;
		for (; this.indexed < reader.length; this.indexed++) {
			const thread = reader.thread(this.indexed);
			const records = this.records[thread];
			if (records) records.push(this.indexed);
			else this.records[thread] = [this.indexed];
		}
	}
}
