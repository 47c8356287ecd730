/**
 * 16,384 records in typed columns. A trace is a list of chunks: it grows without copying, so a record costs the same at
 * the ten-millionth as at the first, and a finished chunk is never written again.
 */

export const CHUNK_BITS = 14;
export const CHUNK_SIZE = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK_SIZE - 1;

/** Bits of the `tags` column beside a value. */
export const TAG_NULL = 0;
export const TAG_FALSE = 1;
export const TAG_TRUE = 2;
export const TAG_NUMBER = 3;
/** Number of an interned text. */
export const TAG_TEXT = 4;
/** Number of a byte block. */
export const TAG_BYTES = 5;
/** Number of an interned JSON text: lists and records. */
export const TAG_JSON = 6;

export class Chunk {
	readonly time = new Float64Array(CHUNK_SIZE);
	readonly kind = new Uint8Array(CHUNK_SIZE);
	readonly phase = new Uint8Array(CHUNK_SIZE);
	readonly thread = new Uint16Array(CHUNK_SIZE);
	readonly from = new Uint16Array(CHUNK_SIZE);
	readonly to = new Uint16Array(CHUNK_SIZE);
	/** Site number; for a state change the key. */
	readonly site = new Uint32Array(CHUNK_SIZE);
	/** The innermost open call of the thread, or -1; on a return its own call. */
	readonly link = new Int32Array(CHUNK_SIZE);
	readonly cause = new Int32Array(CHUNK_SIZE);
	readonly source = new Int32Array(CHUNK_SIZE);
	/** Error number + 1, or 0. */
	readonly error = new Uint16Array(CHUNK_SIZE);
	/** 1 where the first value is the result. */
	readonly hasResult = new Uint8Array(CHUNK_SIZE);
	/** Where the record's values start; they end where the next record's start. */
	readonly start = new Uint32Array(CHUNK_SIZE + 1);
	values = new Float64Array(CHUNK_SIZE * 2.5);
	tags = new Uint8Array(CHUNK_SIZE * 2.5);
	/** Records written so far. */
	length = 0;
	/** Values written so far. */
	valueCount = 0;

	/** Makes room for one more record's values; a record has at most 64. */
	reserve(): void {
		if (this.valueCount + 64 <= this.values.length) return;
		const values = new Float64Array(this.values.length * 2);
		values.set(this.values);
		this.values = values;
		const tags = new Uint8Array(this.tags.length * 2);
		tags.set(this.tags);
		this.tags = tags;
	}

	/** Gives unused room back once the chunk is full. */
	seal(): void {
		this.values = this.values.slice(0, this.valueCount);
		this.tags = this.tags.slice(0, this.valueCount);
	}

	/** Bytes held by the columns. */
	get bytes(): number {
		return CHUNK_SIZE * (8 + 1 + 1 + 2 + 2 + 2 + 4 + 4 + 4 + 4 + 2 + 1 + 4) + this.values.length * 9;
	}
}
