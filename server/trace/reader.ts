/** Read access to a trace: whole records, single columns where a scan must be quick, and the values behind them. */
import {
	CHUNK_MASK,
	type Chunk,
	TAG_BYTES,
	TAG_FALSE,
	TAG_INTEGER,
	TAG_JSON,
	TAG_NULL,
	TAG_NUMBER,
	TAG_TEXT,
	TAG_TRUE,
} from './chunk';
import { phases, type RecordKind, recordKinds, type SourcePosition, type TraceRecord, type Value } from './record';
import { type Site, siteAt } from './site';
import type { ObjectEntry, Trace } from './trace';
import { BYTES_MEMBER, CALL, RETURN, STATE } from './trace';

/** The counterpart of the trace's way to keep bytes inside lists and records. */
function textAsBytes(_name: string, value: unknown): unknown {
	if (value === null || typeof value !== 'object' || !(BYTES_MEMBER in value)) return value;
	const digits = String((value as Record<string, unknown>)[BYTES_MEMBER]);
	return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export class Reader {
	constructor(readonly trace: Trace) {}

	get length(): number {
		return this.trace.length;
	}

	/** The whole record. @throws RangeError if there is no record `seq` */
	record(seq: number): TraceRecord {
		if (!Number.isInteger(seq) || seq < 0 || seq >= this.trace.length) {
			throw new RangeError(`the trace has no record ${seq}; it has ${this.trace.length}`);
		}
		const chunk = this.trace.chunkOf(seq);
		const i = seq & CHUNK_MASK;
		const kind = recordKinds[chunk.kind(i)] as RecordKind;
		const link = chunk.link(i);
		const cause = chunk.cause(i);
		const error = chunk.error(i);
		const isReturn = kind === 'return';
		return {
			seq,
			time: this.trace.timeOf(seq),
			kind,
			name: this.name(seq),
			from: this.trace.components.at(chunk.from(i)),
			to: this.trace.components.at(chunk.to(i)),
			thread: this.trace.components.at(chunk.thread(i)),
			args: this.args(seq),
			...(chunk.hasResult(i) ? { result: this.value(chunk, i, 0) } : {}),
			...(error > 0 ? { error: this.trace.errors.at(error - 1) } : {}),
			...(isReturn ? { call: link } : {}),
			within: this.within(seq),
			cause: cause < 0 ? null : cause,
			phase: phases[chunk.phase(i)] as TraceRecord['phase'],
			rules: kind === 'state' ? [] : siteAt(chunk.site(i)).rules,
			source: this.source(seq),
		};
	}

	/** Number of the kind, an index into `recordKinds`. */
	kind(seq: number): number {
		return this.trace.chunkOf(seq).kind(seq & CHUNK_MASK);
	}

	/** Virtual time in ns. */
	time(seq: number): number {
		return this.trace.timeOf(seq);
	}

	/** Number of the thread (in `trace.components`). */
	thread(seq: number): number {
		return this.trace.chunkOf(seq).thread(seq & CHUNK_MASK);
	}

	/** Number of the acting component. */
	from(seq: number): number {
		return this.trace.chunkOf(seq).from(seq & CHUNK_MASK);
	}

	/** Number of the component acted upon. */
	to(seq: number): number {
		return this.trace.chunkOf(seq).to(seq & CHUNK_MASK);
	}

	/** Index into `phases`. */
	phase(seq: number): number {
		return this.trace.chunkOf(seq).phase(seq & CHUNK_MASK);
	}

	/** Number of the scenario statement in `trace.sources`, or -1. */
	sourceId(seq: number): number {
		return this.trace.chunkOf(seq).source(seq & CHUNK_MASK);
	}

	source(seq: number): SourcePosition | null {
		const id = this.sourceId(seq);
		return id < 0 ? null : this.trace.sources.at(id);
	}

	cause(seq: number): number {
		return this.trace.chunkOf(seq).cause(seq & CHUNK_MASK);
	}

	/** The call that a return closes; -1 for other kinds. */
	callOf(seq: number): number {
		return this.kind(seq) === RETURN ? this.trace.chunkOf(seq).link(seq & CHUNK_MASK) : -1;
	}

	/** The innermost call that was open in the same thread when `seq` was written, or null. */
	within(seq: number): number | null {
		const link = this.trace.chunkOf(seq).link(seq & CHUNK_MASK);
		if (link < 0) return null;
		if (this.kind(seq) !== RETURN) return link;
		const outer = this.trace.chunkOf(link).link(link & CHUNK_MASK);
		return outer < 0 ? null : outer;
	}

	/** The site of a record that is not a state change. */
	site(seq: number): Site {
		return siteAt(this.siteId(seq));
	}

	/** Site number; for a state change the key. */
	siteId(seq: number): number {
		return this.trace.chunkOf(seq).site(seq & CHUNK_MASK);
	}

	/** Error number + 1, or 0. */
	errorId(seq: number): number {
		return this.trace.chunkOf(seq).error(seq & CHUNK_MASK);
	}

	error(seq: number): string | undefined {
		const id = this.errorId(seq);
		return id > 0 ? this.trace.errors.at(id - 1) : undefined;
	}

	name(seq: number): string {
		return this.kind(seq) === STATE ? this.objectName(this.objectOfKey(this.siteId(seq))) : this.site(seq).name;
	}

	result(seq: number): Value | undefined {
		const chunk = this.trace.chunkOf(seq);
		const i = seq & CHUNK_MASK;
		return chunk.hasResult(i) ? this.value(chunk, i, 0) : undefined;
	}

	args(seq: number): { readonly [name: string]: Value } {
		if (this.kind(seq) === STATE) return this.changeArgs(seq);
		const chunk = this.trace.chunkOf(seq);
		const i = seq & CHUNK_MASK;
		const fields = this.site(seq).fields;
		const args: { [name: string]: Value } = {};
		const first = chunk.hasResult(i);
		const count = chunk.valueCount(i) - first;
		for (let n = 0; n < count; n++) args[fields[n] ?? `arg${n}`] = this.value(chunk, i, first + n);
		return args;
	}

	/** Argument number `n` (from 0) of a record that is no state change, or undefined if it has fewer. */
	argument(seq: number, n: number): Value | undefined {
		const chunk = this.trace.chunkOf(seq);
		const i = seq & CHUNK_MASK;
		const at = chunk.hasResult(i) + n;
		return at < chunk.valueCount(i) ? this.value(chunk, i, at) : undefined;
	}

	/** Field and value that state record `seq` leaves behind. */
	after(seq: number): Value {
		const chunk = this.trace.chunkOf(seq);
		return this.value(chunk, seq & CHUNK_MASK, 0);
	}

	/** The earlier change of the same field, or -1. */
	previousChange(seq: number): number {
		return this.trace.chunkOf(seq).previous(seq & CHUNK_MASK);
	}

	/** Number of the object whose key this is. */
	objectOfKey(key: number): number {
		const objects = this.trace.objects;
		let low = 0;
		let high = objects.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((objects[middle] as ObjectEntry).firstKey <= key) low = middle;
			else high = middle - 1;
		}
		return low;
	}

	/** `alice.ib0 socket 3`: unique in a run. */
	objectName(id: number): string {
		const object = this.trace.objects[id] as ObjectEntry;
		const owner = this.trace.components.at(object.owner);
		return object.number < 0 ? `${owner} ${object.type.name}` : `${owner} ${object.type.name} ${object.number}`;
	}

	fieldOfKey(key: number): string {
		const object = this.trace.objects[this.objectOfKey(key)] as ObjectEntry;
		return object.type.fields[key - object.firstKey] as string;
	}

	private changeArgs(seq: number): { readonly [name: string]: Value } {
		const previous = this.previousChange(seq);
		return {
			field: this.fieldOfKey(this.siteId(seq)),
			before: previous < 0 ? null : this.after(previous),
			after: this.after(seq),
		};
	}

	private value(chunk: Chunk, i: number, n: number): Value {
		const value = chunk.value(i, n);
		const tag = chunk.tag(i, n);
		switch (tag) {
			case TAG_NULL:
				return null;
			case TAG_FALSE:
				return false;
			case TAG_TRUE:
				return true;
			case TAG_INTEGER:
				return value;
			case TAG_NUMBER:
				return this.trace.numberAt(value);
			case TAG_TEXT:
				return this.trace.texts.at(value);
			case TAG_BYTES:
				return this.trace.bytes.at(value);
			case TAG_JSON:
				return JSON.parse(this.trace.texts.at(value), textAsBytes) as Value;
			default:
				throw new RangeError(`unknown value tag ${tag}`);
		}
	}

	/** Whether `seq` opens a call. */
	isCall(seq: number): boolean {
		return this.kind(seq) === CALL;
	}
}
