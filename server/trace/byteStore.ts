/**
 * The bytes of a trace. Small blocks, and nearly all are, are copied behind each other into pages, so that neither an
 * object nor work for the garbage collector remains of them; large ones are kept as they are.
 *
 * A place is one number: that of the first byte among all pages, or -1 - n for the nth large block.
 */

const PAGE_BITS = 17;
const PAGE_BYTES = 1 << PAGE_BITS;
/** Larger blocks are kept by reference: whoever records them does not change them afterwards. */
const SMALL_BYTES = 1024;
/** The length stands before the bytes, in two bytes. */
const LENGTH_BYTES = 2;

export class ByteStore {
	private readonly pages: Uint8Array[] = [];
	private readonly large: Uint8Array[] = [];
	/** Bytes used of the last page. */
	private used = PAGE_BYTES;

	/** Keeps bytes that nobody changes any more. Returns their place. */
	add(bytes: Uint8Array): number {
		return bytes.length > SMALL_BYTES ? -this.large.push(bytes) : this.copy(bytes, 0, bytes.length);
	}

	/** Keeps `length` bytes of `source` from `offset` on as they are now. Returns their place. */
	addPart(source: Uint8Array, offset: number, length: number): number {
		if (length > SMALL_BYTES) return -this.large.push(source.slice(offset, offset + length));
		return this.copy(source, offset, length);
	}

	private copy(source: Uint8Array, offset: number, length: number): number {
		const page = this.room(length + LENGTH_BYTES);
		const at = this.used;
		page[at] = length >> 8;
		page[at + 1] = length;
		for (let i = 0; i < length; i++) page[at + LENGTH_BYTES + i] = source[offset + i] as number;
		this.used = at + LENGTH_BYTES + length;
		return (this.pages.length - 1) * PAGE_BYTES + at;
	}

	/** A copy of the bytes at `place`, or the bytes themselves where they are many. */
	at(place: number): Uint8Array {
		if (place < 0) return this.large[-1 - place] as Uint8Array;
		const page = this.pageOf(place);
		const start = (place & (PAGE_BYTES - 1)) + LENGTH_BYTES;
		return page.slice(start, start + this.lengthAt(place));
	}

	/** Whether the bytes at `place` are these. */
	holds(place: number, source: Uint8Array, offset: number, length: number): boolean {
		const known = place < 0 ? (this.large[-1 - place] as Uint8Array) : this.pageOf(place);
		const start = place < 0 ? 0 : (place & (PAGE_BYTES - 1)) + LENGTH_BYTES;
		if ((place < 0 ? known.length : this.lengthAt(place)) !== length) return false;
		for (let i = 0; i < length; i++) if (known[start + i] !== source[offset + i]) return false;
		return true;
	}

	private lengthAt(place: number): number {
		const page = this.pageOf(place);
		const at = place & (PAGE_BYTES - 1);
		return ((page[at] as number) << 8) | (page[at + 1] as number);
	}

	private pageOf(place: number): Uint8Array {
		return this.pages[Math.floor(place / PAGE_BYTES)] as Uint8Array;
	}

	private room(length: number): Uint8Array {
		if (this.used + length > PAGE_BYTES) {
			this.pages.push(new Uint8Array(PAGE_BYTES));
			this.used = 0;
		}
		return this.pages[this.pages.length - 1] as Uint8Array;
	}
}
