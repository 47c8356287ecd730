/** The records of a run with the look-ups that comparisons need. */

import type { Reader, TraceRecord } from '../../server/trace';

export class TraceView {
	private readonly returns = new Map<number, TraceRecord>();

	/** @param records all records of a run, each at the index of its `seq` */
	constructor(readonly records: readonly TraceRecord[]) {
		for (const record of records) if (record.call !== undefined) this.returns.set(record.call, record);
	}

	static of(reader: Reader): TraceView {
		return new TraceView(Array.from({ length: reader.length }, (_, seq) => reader.record(seq)));
	}

	/** The return of a call, if it has returned. */
	returnOf(call: TraceRecord): TraceRecord | undefined {
		return this.returns.get(call.seq);
	}

	/** What the callee did directly inside a call: everything but state changes. */
	directlyWithin(call: number): readonly TraceRecord[] {
		return this.records.filter(({ within, kind }) => within === call && kind !== 'state');
	}

	/** Records between two others, both left out. */
	between(first: number, last: number): readonly TraceRecord[] {
		return this.records.slice(first + 1, last);
	}

	/** All calls from one component to another, by name. */
	calls(from: string, to: string, name?: string): readonly TraceRecord[] {
		return this.records.filter(
			(record) =>
				record.kind === 'call' &&
				record.phase !== 'initialization' &&
				record.from === from &&
				record.to === to &&
				(name === undefined || record.name === name),
		);
	}

	/** The first record that the condition holds for, after record `after`. */
	first(condition: (record: TraceRecord) => boolean, after = -1): TraceRecord | undefined {
		return this.records.find((record) => record.seq > after && condition(record));
	}

	all(condition: (record: TraceRecord) => boolean): readonly TraceRecord[] {
		return this.records.filter(condition);
	}

	/** The first change of a field of an object at or after a record, or undefined. */
	change(object: string, field: string, from: number): TraceRecord | undefined {
		return this.first(({ kind, name, args }) => kind === 'state' && name === object && args.field === field, from - 1);
	}

	/** One record as an error message shows it. */
	text({ seq, kind, name, from, to, args, result, error }: TraceRecord): string {
		return `#${seq} ${kind} ${from} -> ${to} ${name} ${JSON.stringify({ args, result, error })}`;
	}
}
