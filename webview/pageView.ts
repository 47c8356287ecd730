/**
 * One page as elements: the rows that pointer and screen reader meet, the drawing over them, and the column of times. All
 * places come from the drawing, so that everything is exactly as high as Mermaid made it.
 */
import type { DiagramInfo, DiagramPage, DiagramRow } from '../server/protocol/diagram';
import type { BandPlace, Drawing, RowPlace } from './drawing';
import { element, icon } from './element';
import { columnTime, sentence, timeText } from './format';
import { loopFrames } from './loopFrames';
import type { PageState } from './pageStore';
import type { Translate } from './texts';

/** What is marked in the pages, by row; -1 for nothing. */
export interface PageMarks {
	readonly cursor: number;
	readonly selected: number;
	/** The other end of a selection of several rows; `selected` if there is one only. */
	readonly anchor: number;
	/** Whether rows after the cursor are the future. */
	readonly isLive: boolean;
	readonly found: ReadonlySet<number>;
	/** What led to a chosen message and what it led to; absent while that is not shown. */
	readonly causality:
		| { readonly row: number; readonly causes: ReadonlySet<number>; readonly effects: ReadonlySet<number> }
		| undefined;
	/** Rows of the statement under the editor's cursor. */
	readonly statement: ReadonlySet<number>;
	/** Whether a row has a breakpoint. */
	readonly breakpoint: (row: DiagramRow) => boolean;
}

/** px at zoom 1, from the left edge of the drawing */
interface Ends {
	readonly left: number;
	readonly right: number;
}

interface Shown {
	readonly page: DiagramPage;
	readonly drawing: Drawing;
	/** Not by Mermaid yet. */
	readonly isSketch: boolean;
	readonly rows: readonly HTMLElement[];
	readonly times: readonly HTMLElement[];
}

export class PageView {
	readonly element = element('div', 'page');
	private shown: Shown | undefined;
	private scale = 0;
	private info: DiagramInfo;

	constructor(
		readonly index: number,
		info: DiagramInfo,
		private readonly t: Translate,
	) {
		this.info = info;
		this.element.setAttribute('role', 'rowgroup');
		this.element.dataset.page = String(index);
		this.element.classList.add('waiting');
	}

	setInfo(info: DiagramInfo): void {
		this.info = info;
	}

	get isDrawn(): boolean {
		return this.shown !== undefined && !this.shown.isSketch;
	}

	/** Height of a row, px at zoom 1. */
	get averageHeight(): number {
		return this.shown ? this.shown.drawing.height / Math.max(1, this.shown.rows.length) : 0;
	}

	/** Has everything built anew at the next `show`. */
	forget(): void {
		this.scale = 0;
	}

	move(top: number, height: number): void {
		this.element.style.top = `${top}px`;
		this.element.style.height = `${height}px`;
	}

	/** Where `row` stands in the page, px at zoom 1. */
	placeOf(row: number): RowPlace | undefined {
		return this.shown?.drawing.rows[row - this.firstRow];
	}

	/**
	 * From the left edge to the right edge of what draws `row`, with its label; px at zoom 1. A row across all lifelines is as
	 * good in any place: for it, the next message counts.
	 */
	endsOf(row: number): Ends | undefined {
		const { page, drawing } = this.shown ?? {};
		if (!page || !drawing) return undefined;
		for (let i = row - this.firstRow; i < page.rows.length; i++) {
			const data = page.rows[i];
			const from = drawing.lanes[data?.from ?? 0];
			const to = drawing.lanes[data?.to ?? 0];
			if (data === undefined || from === undefined || to === undefined || data.wide || data.folded !== undefined)
				continue;
			const margin = from === to ? 60 : 20;
			const label = this.labelOf(drawing, i);
			const ends = { left: Math.min(from, to) - margin, right: Math.max(from, to) + margin };
			return {
				left: Math.min(ends.left, label?.left ?? ends.left),
				right: Math.max(ends.right, label?.right ?? ends.right),
			};
		}
		return undefined;
	}

	private labelOf({ svg, rows }: Drawing, position: number): Ends | undefined {
		const text = rows[position]?.elements.find((part) => part.localName === 'text');
		if (!text || this.scale === 0) return undefined;
		const sheet = svg.getBoundingClientRect().left;
		const { left, right } = text.getBoundingClientRect();
		return { left: (left - sheet) / this.scale, right: (right - sheet) / this.scale };
	}

	/** Position in the page of the row at `y`, px at zoom 1. */
	rowAt(y: number): number {
		const found = this.shown?.drawing.rows.findIndex((place) => place.bottom > y) ?? 0;
		return Math.max(0, found);
	}

	/** Shows what there is of the page; what was shown stays until there is something better. */
	show(state: PageState, scale: number): void {
		if (state.kind === 'missing' || (state.kind === 'sketched' && this.isDrawn && !this.isOtherLayout(state.drawing)))
			return;
		if (state.kind === 'failed') {
			this.shown = undefined;
			this.element.classList.remove('waiting');
			this.element.replaceChildren(element('p', 'pageFailure', this.t('This part cannot be drawn')));
			return;
		}
		const { page, drawing } = state;
		if (this.shown?.drawing === drawing && this.scale === scale) {
			if (this.shown.page !== page) this.shown = { ...this.shown, page };
			return;
		}
		this.scale = scale;
		this.build(page, drawing, state.kind === 'sketched');
	}

	/** Whether the lanes are other ones now: what was drawn is better than a sketch only as long as they are the same. */
	private isOtherLayout({ lanes }: Drawing): boolean {
		const shown = this.shown?.drawing.lanes ?? [];
		return lanes.length !== shown.length || lanes.some((x, lane) => Math.abs(x - (shown[lane] ?? 0)) > 0.5);
	}

	/** Marks the rows of this page. */
	mark(marks: PageMarks): void {
		if (!this.shown) return;
		const { cursor, selected, anchor, isLive, causality } = marks;
		const [first, last] = anchor < 0 ? [selected, selected] : [Math.min(anchor, selected), Math.max(anchor, selected)];
		const { page } = this.shown;
		this.shown.rows.forEach((item, i) => {
			const row = this.firstRow + i;
			const isCurrent = row === cursor;
			const isLater = isLive && row > cursor;
			item.classList.toggle('current', isCurrent);
			item.classList.toggle('later', isLater);
			const isSelected = row >= first && row <= last && selected >= 0;
			const isCause = causality?.causes.has(row) ?? false;
			const isEffect = causality?.effects.has(row) ?? false;
			const isUnrelated = causality !== undefined && !isCause && !isEffect && row !== causality.row;
			const data = page.rows[i];
			const hasBreakpoint = data !== undefined && marks.breakpoint(data);
			item.classList.toggle('selected', isSelected);
			item.classList.toggle('found', marks.found.has(row));
			item.classList.toggle('ofStatement', marks.statement.has(row));
			item.setAttribute('aria-selected', String(isSelected));
			this.shown?.times[i]?.classList.toggle('hasBreakpoint', hasBreakpoint);
			this.shown?.times[i]?.classList.toggle('cause', isCause);
			this.shown?.times[i]?.classList.toggle('effect', isEffect);
			this.sayMarks(item, [
				...(hasBreakpoint ? [this.t('breakpoint')] : []),
				...(isCause ? [this.t('led to it')] : []),
				...(isEffect ? [this.t('follows from it')] : []),
			]);
			if (isCurrent) item.setAttribute('aria-current', 'step');
			else item.removeAttribute('aria-current');
			this.shown?.times[i]?.classList.toggle('current', isCurrent);
			this.shown?.times[i]?.classList.toggle('later', isLater);
			for (const part of this.shown?.drawing.rows[i]?.elements ?? []) {
				part.classList.toggle('later', isLater);
				part.classList.toggle('current', isCurrent);
				part.classList.toggle('selected', isSelected);
				part.classList.toggle('unrelated', isUnrelated);
			}
		});
		const { rows, bars } = this.shown.drawing;
		const edge = rows[cursor - this.firstRow]?.bottom ?? (cursor < this.firstRow ? -1 : Number.POSITIVE_INFINITY);
		for (const bar of bars) bar.element.classList.toggle('later', isLive && bar.top >= edge);
	}

	/** Appends marks to the sentence of a row. */
	private sayMarks(item: HTMLElement, marks: readonly string[]): void {
		const said = item.querySelector<HTMLElement>('.marks');
		const words = marks.map((mark) => `, ${mark}`).join('');
		if (said && said.textContent !== words) said.textContent = words;
	}

	private get firstRow(): number {
		return this.index * this.info.pageSize;
	}

	private build(page: DiagramPage, drawing: Drawing, isSketch: boolean): void {
		const { scale } = this;
		drawing.svg.setAttribute('width', String(drawing.width * scale));
		drawing.svg.setAttribute('height', String(drawing.height * scale));
		const rows = page.rows.map((row, i) => this.rowElement(row, drawing.rows[i] as RowPlace, page.loops));
		const times = page.rows.map((row, i) => this.timeElement(row, drawing.rows[i] as RowPlace));
		const bands = drawing.bands.map((band) => {
			const title = element('div', 'band');
			title.append(element('span', 'bandTitle', band.title));
			title.dataset.phase = band.phase;
			this.put(title, band.top, band.bottom);
			return title;
		});
		const column = element('div', 'times');
		column.setAttribute('aria-hidden', 'true');
		column.append(...times, ...drawing.bands.map((band) => this.edge(band)));
		const titles = element('div', 'bands');
		titles.setAttribute('aria-hidden', 'true');
		titles.append(...bands);
		const { frames, counts } = loopFrames(page, drawing, (item, top, bottom) => this.put(item, top, bottom));
		titles.append(...frames);
		column.append(...counts);
		this.element.replaceChildren(...rows, drawing.svg, titles, column);
		this.element.classList.toggle('waiting', isSketch);
		this.shown = { page, drawing, isSketch, rows, times };
	}

	private rowElement(row: DiagramRow, place: RowPlace, loops: DiagramPage['loops'] = []): HTMLElement {
		const item = element('div', 'row');
		item.id = `row${row.row}`;
		item.dataset.row = String(row.row);
		item.dataset.phase = row.phase;
		item.setAttribute('role', 'row');
		item.setAttribute('aria-rowindex', String(row.row + 1));
		const rounds = loops
			.filter(({ first }) => first === row.row)
			.map(({ first, last, count }) => `, ${this.t('{0} messages, {1} times', last - first + 1, count)}`);
		const cell = element('div', 'cell', sentence(this.info, row, this.t) + rounds.join(''));
		cell.append(element('span', 'marks'));
		if (row.side !== undefined) item.classList.add(`only-${row.side}`);
		cell.setAttribute('role', 'gridcell');
		item.append(cell);
		this.put(item, place.top, place.bottom);
		return item;
	}

	/** The time stands where it changes; a row at the same instant as the one before shows that by a line. */
	private timeElement(row: DiagramRow, place: RowPlace): HTMLElement {
		const item = element('div', 'time');
		item.dataset.row = String(row.row);
		item.dataset.phase = row.phase;
		const dot = element('span', 'dot');
		item.append(dot, icon('debug-stackframe'));
		if (row.side !== undefined) item.append(element('span', `side side-${row.side}`, row.side === 'left' ? '−' : '+'));
		const isSameInstant = row.gap === 0 && row.row > 0;
		item.classList.toggle('sameInstant', isSameInstant);
		item.append(element('span', 'instant', columnTime(row.time)));
		if ((row.gap ?? 0) > 0) item.append(element('span', 'gap', `+${timeText(row.gap as number)}`));
		this.put(item, place.top, place.bottom);
		return item;
	}

	/** The phase's colour goes on beside its title. */
	private edge({ phase, top, bottom }: BandPlace): HTMLElement {
		const edge = element('div', 'edge');
		edge.dataset.phase = phase;
		this.put(edge, top, bottom);
		return edge;
	}

	private put(item: HTMLElement, top: number, bottom: number): void {
		item.style.top = `${top * this.scale}px`;
		item.style.height = `${(bottom - top) * this.scale}px`;
	}
}
