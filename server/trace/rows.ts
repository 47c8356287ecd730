/**
 * The rows of a trace: for each record some words of 32 bits, behind each other in pages. Writing one touches one or two
 * lines of the processor's cache; a column for each member would touch thirteen.
 */

const PAGE_BITS = 14;
/** Words of a page. */
const PAGE_WORDS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_WORDS - 1;

export class Rows {
	/** The page that is written now. */
	page = new Int32Array(PAGE_WORDS);
	/** Words of it that are used. */
	used = 0;
	/** Place of its first word. */
	private base = 0;
	private readonly pages = [this.page];

	/** Makes room for `words` in one page. @returns the place of the first */
	reserve(words: number): number {
		if (this.used + words > PAGE_WORDS) {
			this.page = new Int32Array(PAGE_WORDS);
			this.base = (this.pages.push(this.page) - 1) << PAGE_BITS;
			this.used = 0;
		}
		return this.base | this.used;
	}

	/** Word `n` of the row at `place`. */
	word(place: number, n: number): number {
		return (this.pages[place >>> PAGE_BITS] as Int32Array)[(place & PAGE_MASK) + n] as number;
	}
}
