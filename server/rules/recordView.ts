/**
 * A record that looks its properties up when they are asked for. A check asks for a few of them; making all of them for
 * each record of interest would cost more than the checks themselves.
 */
import {
	type Phase,
	phases,
	type Reader,
	type RecordKind,
	recordKinds,
	type SourcePosition,
	type TraceRecord,
	type Value,
} from '../trace';

class RecordView {
	private known: { readonly [name: string]: Value } | undefined;

	constructor(
		private readonly reader: Reader,
		readonly seq: number,
	) {}

	get time(): number {
		return this.reader.time(this.seq);
	}

	get kind(): RecordKind {
		return recordKinds[this.reader.kind(this.seq)] as RecordKind;
	}

	get name(): string {
		return this.reader.name(this.seq);
	}

	get from(): string {
		return this.reader.trace.components.at(this.reader.from(this.seq));
	}

	get to(): string {
		return this.reader.trace.components.at(this.reader.to(this.seq));
	}

	get thread(): string {
		return this.reader.trace.components.at(this.reader.thread(this.seq));
	}

	get args(): { readonly [name: string]: Value } {
		this.known ??= this.reader.args(this.seq);
		return this.known;
	}

	get result(): Value | undefined {
		return this.reader.result(this.seq);
	}

	get error(): string | undefined {
		return this.reader.error(this.seq);
	}

	get call(): number | undefined {
		const call = this.reader.callOf(this.seq);
		return call < 0 ? undefined : call;
	}

	get within(): number | null {
		return this.reader.within(this.seq);
	}

	get cause(): number | null {
		const cause = this.reader.cause(this.seq);
		return cause < 0 ? null : cause;
	}

	get phase(): Phase {
		return phases[this.reader.phase(this.seq)] as Phase;
	}

	get rules(): readonly string[] {
		return this.kind === 'state' ? [] : this.reader.site(this.seq).rules;
	}

	get source(): SourcePosition | null {
		return this.reader.source(this.seq);
	}
}

/**
 * Record `seq`, which must exist, as a view. What a record of its kind lacks (`error`, `result`, `call`) reads as
 * undefined, as it does in a plain record; only enumerating its properties would tell the two apart.
 */
export function recordView(reader: Reader, seq: number): TraceRecord {
	return new RecordView(reader, seq) as unknown as TraceRecord;
}
