/**
 * 16,384 records. A trace is a list of chunks: it grows without copying, so a record costs the same at the ten-millionth
 * as at the first, and a finished chunk is never written again.
 *
 * A record is a row of ten 32-bit words in one buffer, and its values follow elsewhere, 9 bytes each. A row lies in one
 * or two lines of the processor's cache; a column for each member would touch thirteen to write one record.
 */

export const CHUNK_BITS = 14;
export const CHUNK_SIZE = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK_SIZE - 1;

/** Kinds of values: the tag beside each. */
export const TAG_NULL = 0;
export const TAG_FALSE = 1;
export const TAG_TRUE = 2;
export const TAG_NUMBER = 3;
/** Number of an interned text. */
export const TAG_TEXT = 4;
/** Place of a byte block. */
export const TAG_BYTES = 5;
/** Number of an interned JSON text: lists and records. */
export const TAG_JSON = 6;

/** Words of a row. The first two are the time, a double. */
const ROW = 10;
/** Kind (3 bits), phase (3), whether the first value is the result (1), and from bit 8 the error number + 1 or 0 (16). */
const HEAD = 2;
/** Thread (16 bits) and, above it, the acting component. */
const WHO = 3;
/** The component acted upon; for a state change, whose component acts upon itself, the earlier change of the key or -1. */
const TO = 4;
const SITE = 5;
const LINK = 6;
const CAUSE = 7;
const SOURCE = 8;
const START = 9;

const STATE_KIND = 4;

/** Values that a chunk under construction has room for at first. */
const VALUES_AT_FIRST = CHUNK_SIZE * 2;

/** Most values of one record. */
const VALUES_MAX = 64;

export class Chunk {
	private readonly words: Int32Array;
	private readonly times: Float64Array;
	values: Float64Array;
	tags: Uint8Array;
	/** Records written so far. */
	length = 0;
	/** Values written so far. */
	valueCount = 0;

	/** @param finished a chunk that is sealed: its room for values, of which it kept a copy, is used again */
	constructor(finished?: { readonly values: Float64Array; readonly tags: Uint8Array }) {
		const rows = new ArrayBuffer(CHUNK_SIZE * ROW * 4);
		this.words = new Int32Array(rows);
		this.times = new Float64Array(rows);
		this.values = finished?.values ?? new Float64Array(VALUES_AT_FIRST);
		this.tags = finished?.tags ?? new Uint8Array(VALUES_AT_FIRST);
	}

	/** Writes the row of the next record, whose values were put already; `start` is where they begin. */
	append(
		time: number,
		head: number,
		thread: number,
		from: number,
		to: number,
		site: number,
		link: number,
		cause: number,
		source: number,
		start: number,
	): void {
		const i = this.length++;
		const { words } = this;
		const at = i * ROW;
		this.times[at >> 1] = time;
		words[at + HEAD] = head;
		words[at + WHO] = thread | (from << 16);
		words[at + TO] = to;
		words[at + SITE] = site;
		words[at + LINK] = link;
		words[at + CAUSE] = cause;
		words[at + SOURCE] = source;
		words[at + START] = start;
	}

	// Members of record `i` of the chunk

	time(i: number): number {
		return this.times[(i * ROW) >> 1] as number;
	}

	kind(i: number): number {
		return (this.words[i * ROW + HEAD] as number) & 7;
	}

	phase(i: number): number {
		return ((this.words[i * ROW + HEAD] as number) >> 3) & 7;
	}

	/** 1 where the first value is the result, else 0. */
	hasResult(i: number): number {
		return ((this.words[i * ROW + HEAD] as number) >> 6) & 1;
	}

	/** Error number + 1, or 0. */
	error(i: number): number {
		return (this.words[i * ROW + HEAD] as number) >>> 8;
	}

	thread(i: number): number {
		return (this.words[i * ROW + WHO] as number) & 0xffff;
	}

	from(i: number): number {
		return (this.words[i * ROW + WHO] as number) >>> 16;
	}

	to(i: number): number {
		return this.kind(i) === STATE_KIND ? this.from(i) : (this.words[i * ROW + TO] as number);
	}

	/** Of a state change: the earlier change of the same key, or -1. */
	previous(i: number): number {
		return this.words[i * ROW + TO] as number;
	}

	/** Site number; for a state change the key. */
	site(i: number): number {
		return this.words[i * ROW + SITE] as number;
	}

	/** The innermost open call of the thread, or -1; on a return its own call. */
	link(i: number): number {
		return this.words[i * ROW + LINK] as number;
	}

	cause(i: number): number {
		return this.words[i * ROW + CAUSE] as number;
	}

	source(i: number): number {
		return this.words[i * ROW + SOURCE] as number;
	}

	/** Where the record's values start. */
	start(i: number): number {
		return this.words[i * ROW + START] as number;
	}

	/** Where they end. */
	end(i: number): number {
		return i + 1 < this.length ? this.start(i + 1) : this.valueCount;
	}

	// Values

	put(tag: number, value: number): void {
		const at = this.valueCount++;
		this.tags[at] = tag;
		this.values[at] = value;
	}

	/** Makes room for one more record's values. */
	reserve(): void {
		if (this.valueCount + VALUES_MAX <= this.values.length) return;
		const values = new Float64Array(this.values.length * 2);
		values.set(this.values);
		this.values = values;
		const tags = new Uint8Array(this.tags.length * 2);
		tags.set(this.tags);
		this.tags = tags;
	}

	/** Keeps the values only, once the chunk is full. Returns the room that they were collected in, for the next chunk. */
	seal(): { readonly values: Float64Array; readonly tags: Uint8Array } {
		const { values, tags } = this;
		this.values = values.slice(0, this.valueCount);
		this.tags = tags.slice(0, this.valueCount);
		return { values, tags };
	}
}

/** The word of a row that holds several small members. @param error error number + 1, or 0 */
export function rowHead(kind: number, phase: number, hasResult: boolean, error: number): number {
	return kind | (phase << 3) | (hasResult ? 64 : 0) | (error << 8);
}
