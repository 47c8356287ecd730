/**
 * Looking for words in what a view shows, in every round of a loop and in what is folded away. What was found stays found:
 * a run that grows is not searched from its start again.
 */
import { wordTest } from './filter';
import { Numbers } from './numbers';
import type { Rows } from './rows';

export class Search {
	private readonly hits = new Numbers();
	private readonly tests: readonly ((seq: number) => boolean)[];
	private searched = -1;

	/** @param text words, all of which a message must hold */
	constructor(
		private readonly rows: Rows,
		readonly text: string,
	) {
		const words = text.trim().split(/\s+/).filter(Boolean);
		this.tests = words.map((word) => wordTest(rows.reader, word));
	}

	/** Records found, ascending, at least those up to record `limit`. */
	upTo(limit: number): Numbers {
		const last = Math.min(limit, this.rows.reader.length - 1);
		if (this.tests.length === 0 || last <= this.searched) return this.hits;
		for (const seq of this.rows.shownBetween(this.searched, last)) {
			if (this.tests.every((test) => test(seq))) this.hits.push(seq);
		}
		this.searched = last;
		return this.hits;
	}
}
