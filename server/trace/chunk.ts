/**
 * 4,096 records. A trace is a list of chunks: it grows without copying, so a record costs the same at the ten-millionth as
 * at the first, and a finished chunk is never written again.
 *
 * Of each record a chunk has a word with what scans look for, its head, and the place of its row, which is in `rows.ts`.
 * A row has five words that every record has, then a word for each value; then the tags of the values, where there are
 * several; then the cause, where it is not the innermost call. Each word that is not written is memory that need not be fetched.
 */
import type { Rows } from './rows';

export const CHUNK_BITS = 12;
export const CHUNK_SIZE = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK_SIZE - 1;

/** Thread (16 bits) and, above it, the acting component. */
export const WHO = 0;
/** The component acted upon; for a state change, whose component acts upon itself, the earlier change of the key or -1. */
export const TO = 1;
/** Site number; for a state change the key. */
export const SITE = 2;
export const LINK = 3;
export const SOURCE = 4;
/** The first value. */
export const VALUES = 5;

const STATE_KIND = 4;

// Bits of a head: kind (3), phase (3), whether the first value is the result, number of values (4), whether the cause is in
// the row, tag of the first value (3), error number + 1 or 0 (16).
const PHASE_SHIFT = 3;
const RESULT_SHIFT = 6;
const COUNT_SHIFT = 7;
const CAUSE_SHIFT = 11;
const TAG_SHIFT = 12;
const ERROR_SHIFT = 15;

/** The head of a record without its error. @param tag of the first value */
export function headOf(kind: number, phase: number, values: number, ownCause: boolean, tag: number): number {
	return (
		kind | (phase << PHASE_SHIFT) | (values << COUNT_SHIFT) | (ownCause ? 1 << CAUSE_SHIFT : 0) | (tag << TAG_SHIFT)
	);
}

/** What a result and an error add to a head. @param error error number + 1, or 0 */
export function outcomeBits(hasResult: boolean, error: number): number {
	return (hasResult ? 1 << RESULT_SHIFT : 0) | (error << ERROR_SHIFT);
}

export class Chunk {
	readonly heads = new Int32Array(CHUNK_SIZE);
	/** Where the rows are. */
	readonly places = new Int32Array(CHUNK_SIZE);

	constructor(private readonly rows: Rows) {}

	// Members of record `i` of the chunk

	kind(i: number): number {
		return (this.heads[i] as number) & 7;
	}

	phase(i: number): number {
		return ((this.heads[i] as number) >> PHASE_SHIFT) & 7;
	}

	/** 1 where the first value is the result, else 0. */
	hasResult(i: number): number {
		return ((this.heads[i] as number) >> RESULT_SHIFT) & 1;
	}

	/** How many values the record has, with the result. */
	valueCount(i: number): number {
		return ((this.heads[i] as number) >> COUNT_SHIFT) & 15;
	}

	/** Error number + 1, or 0. */
	error(i: number): number {
		return (this.heads[i] as number) >>> ERROR_SHIFT;
	}

	thread(i: number): number {
		return this.word(i, WHO) & 0xffff;
	}

	from(i: number): number {
		return this.word(i, WHO) >>> 16;
	}

	to(i: number): number {
		return this.kind(i) === STATE_KIND ? this.from(i) : this.word(i, TO);
	}

	/** Of a state change: the earlier change of the same key, or -1. */
	previous(i: number): number {
		return this.word(i, TO);
	}

	/** Site number; for a state change the key. */
	site(i: number): number {
		return this.word(i, SITE);
	}

	/** The innermost open call of the thread, or -1; on a return its own call. */
	link(i: number): number {
		return this.word(i, LINK);
	}

	cause(i: number): number {
		const head = this.heads[i] as number;
		if (((head >> CAUSE_SHIFT) & 1) === 0) return this.word(i, LINK);
		const count = (head >> COUNT_SHIFT) & 15;
		return this.word(i, VALUES + count + (count > 1 ? 1 : 0));
	}

	source(i: number): number {
		return this.word(i, SOURCE);
	}

	/** Kind of value `n` of the record. */
	tag(i: number, n: number): number {
		if (n === 0) return ((this.heads[i] as number) >> TAG_SHIFT) & TAG_MASK;
		return (this.word(i, VALUES + this.valueCount(i)) >> (n * TAG_BITS)) & TAG_MASK;
	}

	/** What stands for value `n` of the record, beside its tag. */
	value(i: number, n: number): number {
		return this.word(i, VALUES + n);
	}

	private word(i: number, n: number): number {
		return this.rows.word(this.places[i] as number, n);
	}
}

/** Bits of a tag: the kind of a value. Those of value `n` stand `n` times as far from the lowest. */
export const TAG_BITS = 3;
export const TAG_MASK = 7;

export const TAG_NULL = 0;
export const TAG_FALSE = 1;
export const TAG_TRUE = 2;
/** The number itself: an integer of 32 bits. */
export const TAG_INTEGER = 3;
/** Number of an interned text. */
export const TAG_TEXT = 4;
/** Place of a byte block. */
export const TAG_BYTES = 5;
/** Number of an interned JSON text: lists and records. */
export const TAG_JSON = 6;
/** Place of any other number. */
export const TAG_NUMBER = 7;
