/**
 * A run as somebody looks at it: which lifelines and messages are drawn, in pages, up to a record. The view follows the
 * trace by itself; asking for what is shown at another record costs a binary search, forwards and backwards alike.
 */
import type { DiagramInfo, DiagramPage, DiagramRow, Lifeline, RunStatus, ViewSettings } from '../protocol/diagram';
import type { Reader } from '../trace';
import { beginsAs, commonLength } from './common';
import type { Comparison } from './compare';
import { arrange } from './lens';
import { diagramPage, diagramRow, LANE, type Sheet } from './page';
import { PAGE_SIZE, Rows } from './rows';
import { Search } from './search';
import { englishTexts, type SequenceTexts } from './texts';

/** Application, switch, providers, and what crosses the wire between them. */
export const defaultView: ViewSettings = { lens: 'spi', hidden: [] };

/** What a diagram's info says that is not in the trace. */
export interface Occasion {
	readonly title: string;
	readonly status: RunStatus;
	readonly statusText: string;
	readonly seed: number;
	/** Record at which the debugger stands, or null without a session. */
	readonly cursor: number | null;
	/** Last record to show; the whole trace if left out. It is the furthest one that the user has been shown. */
	readonly limit?: number;
}

export class SequenceView {
	private rows: Rows;
	/** The rows as far as they will be the same when the runs of a comparison get further. */
	private settled: Rows | undefined;
	private lastSearch: Search | undefined;
	private lifelines: { readonly key: string; readonly list: readonly Lifeline[] } = { key: '', list: [] };

	constructor(
		reader: Reader,
		readonly settings: ViewSettings = defaultView,
		private readonly texts: SequenceTexts = englishTexts,
		comparison?: Comparison,
	) {
		this.rows = new Rows(reader, settings, comparison);
	}

	/**
	 * The same view of a comparison that was made again because its runs got further. What stands before the first change is
	 * not looked at again.
	 */
	continued(reader: Reader, comparison: Comparison): SequenceView {
		const { settled } = this;
		const view = new SequenceView(reader, this.settings, this.texts, comparison);
		if (settled && beginsAs(settled, reader, comparison)) view.rows = settled.fork(reader, comparison);
		view.settle(comparison);
		return view;
	}

	private settle(comparison: Comparison): void {
		const { rows } = this;
		rows.follow(Math.max(rows.followedLength, commonLength(comparison)));
		this.settled = rows;
		this.rows = rows.fork(rows.reader, comparison);
	}

	/** Number of rows up to record `limit`. */
	rowCount(limit = Number.MAX_SAFE_INTEGER): number {
		return this.rows.countUpTo(limit);
	}

	/** The row that draws record `seq`, or the last one before it; -1 before the first. */
	rowOf(seq: number): number {
		return this.rows.rowOf(seq);
	}

	/** Everything but the pages. */
	info(occasion: Occasion): DiagramInfo {
		const { title, status, statusText, seed, cursor, limit } = occasion;
		const sheet = this.sheet(limit);
		return {
			title,
			status,
			statusText,
			lifelines: sheet.lifelines,
			rowCount: sheet.count,
			pageSize: PAGE_SIZE,
			cursorSeq: cursor,
			cursorRow: cursor === null ? -1 : Math.min(this.rowOf(cursor), sheet.count - 1),
			seed,
			summary: this.summary(limit),
			...this.comparisonInfo(),
		};
	}

	/** Calls and virtual time of what has been shown: the run may be far ahead of it. */
	private summary(limit = Number.MAX_SAFE_INTEGER): { readonly calls: number; readonly time: number } {
		const { reader } = this;
		const last = Math.min(limit, reader.length - 1);
		return { calls: this.rows.callsUpTo(limit), time: last < 0 ? 0 : reader.time(last) };
	}

	private comparisonInfo(): Pick<DiagramInfo, 'comparison'> {
		const { comparison } = this.rows;
		if (!comparison) return {};
		const { differences, left } = comparison;
		const onlyLeft = differences.filter((seq) => (left[seq] as number) >= 0).length;
		return {
			comparison: {
				left: comparison.leftName,
				right: comparison.rightName,
				firstDifference: this.firstDrawn(differences),
				onlyLeft,
				onlyRight: differences.length - onlyLeft,
			},
		};
	}

	/** Row of the first of `seqs` that has one of its own; -1 if none has. */
	private firstDrawn(seqs: readonly number[]): number {
		for (const seq of seqs) {
			const row = this.rowOf(seq);
			if (row >= 0 && this.rows.seqs.at(row) === seq) return row;
		}
		return -1;
	}

	/**
	 * Pages `first` to `last` as far as there are rows up to record `limit`.
	 * @param lane distance of two lifelines in px, to which labels are cut
	 */
	pages(first: number, last: number, limit?: number, lane?: number): readonly DiagramPage[] {
		const sheet = this.sheet(limit, lane);
		const pages: DiagramPage[] = [];
		const end = Math.min(last, Math.ceil(sheet.count / PAGE_SIZE) - 1);
		for (let index = Math.max(0, first); index <= end; index++) pages.push(diagramPage(sheet, index));
		return pages;
	}

	/** One row. @throws RangeError if there is none */
	row(index: number, limit?: number): DiagramRow {
		const sheet = this.sheet(limit);
		if (index < 0 || index >= sheet.count) throw new RangeError(`the view has no row ${index}; it has ${sheet.count}`);
		return diagramRow(sheet, index);
	}

	/** Looks for words; the last ones are remembered with what was found. */
	search(text: string): Search {
		if (this.lastSearch?.text !== text) this.lastSearch = new Search(this.rows, text);
		return this.lastSearch;
	}

	/** The reader of the view's trace. */
	get reader(): Reader {
		return this.rows.reader;
	}

	/** What pages and exports are drawn from. */
	sheet(limit = Number.MAX_SAFE_INTEGER, lane = LANE): Sheet {
		const { rows } = this;
		const count = rows.countUpTo(limit);
		const lifelines = this.lifelinesOf(count);
		const lanes = new Map(lifelines.map(({ id }, lane) => [id, lane]));
		return { rows, lifelines, lanes, limit, count, texts: this.texts, lane };
	}

	/** Lifelines that the first `count` rows use, arranged. */
	private lifelinesOf(count: number): readonly Lifeline[] {
		const { appearances, foldLifeline } = this.rows;
		const ids = [...appearances].filter(([, row]) => row < count).map(([id]) => id);
		if (ids.length === 0 && count > 0 && foldLifeline !== undefined) ids.push(foldLifeline);
		const key = ids.join(' ');
		if (key !== this.lifelines.key) {
			this.lifelines = { key, list: arrange(this.rows.reader, ids, this.rows.hostOrder(), this.settings.order) };
		}
		return this.lifelines.list;
	}
}
