/**
 * The long sheet of pages inside its scroll area. Only pages on screen exist as elements; what is on screen keeps its
 * place when pages above turn out taller than estimated.
 */
import type { DiagramInfo, DiagramRow } from '../server/protocol/diagram';
import { element } from './element';
import { PageHeights } from './pageHeights';
import type { PageStore } from './pageStore';
import { type PageMarks, PageView } from './pageView';
import type { Translate } from './texts';

/** What is left between a row that is brought into view and the edge, px; below the last row, too. */
const MARGIN = 96;

/** Pages on screen at most, whatever the browser says of its size: what is asked for must not grow with the run. */
const PAGES_MAX = 60;

/** Width of the column of times, as in the style sheet. */
export const TIMES = 84;

export interface PageListEvents {
	/** Lanes are known, or the part in view is another one. */
	laidOut(): void;
	chosen(row: number, isExtending: boolean): void;
	opened(row: number): void;
	/** @param isExtending the selection reaches to this row from where it began */
	menu(row: number, x: number, y: number): void;
}

export const noMarks: PageMarks = {
	cursor: -1,
	selected: -1,
	anchor: -1,
	isLive: false,
	found: new Set(),
	causality: undefined,
	statement: new Set(),
	breakpoint: () => false,
};

export class PageList {
	/** Scrolls both ways; the heads stick to its top. */
	readonly viewport = element('div', 'viewport');
	/** As tall as all pages. */
	readonly body = element('div', 'body');
	private readonly heights = new PageHeights();
	private readonly views = new Map<number, PageView>();
	private info: DiagramInfo | undefined;
	private marks: PageMarks = noMarks;
	private scale = 1;
	/** Row that is to be in view as soon as its page is drawn. */
	private target = -1;
	private frame = 0;

	constructor(
		private readonly store: PageStore,
		private readonly events: PageListEvents,
		private readonly t: Translate,
	) {
		this.viewport.append(this.body);
		this.body.setAttribute('role', 'grid');
		this.body.tabIndex = 0;
		this.body.id = 'messages';
		this.body.setAttribute('aria-label', t('Call sequence'));
		this.viewport.addEventListener('scroll', () => this.update(), { passive: true });
		new ResizeObserver(() => this.update()).observe(this.viewport);
		this.body.addEventListener('click', (event) => this.clicked(event, (row) => events.chosen(row, event.shiftKey)));
		this.body.addEventListener('contextmenu', (event) => {
			event.preventDefault();
			this.clicked(event, (row) => events.menu(row, event.clientX, event.clientY));
		});
		this.body.addEventListener('dblclick', (event) => this.clicked(event, (row) => events.opened(row)));
	}

	/** Takes a new info. @param isOtherView the rows are not the same ones as before */
	setInfo(info: DiagramInfo, isOtherView: boolean): void {
		this.info = info;
		if (isOtherView) this.heights.reset();
		this.heights.resize(info.rowCount, info.pageSize);
		this.body.setAttribute('aria-rowcount', String(info.rowCount));
		// The first picture does not wait for the next frame.
		if (isOtherView) this.layOut();
		this.update();
	}

	/** Says whether rows on screen are still coming: a screen reader waits for them. */
	setBusy(isBusy: boolean): void {
		this.body.setAttribute('aria-busy', String(isBusy));
	}

	setScale(scale: number): void {
		if (scale === this.scale) return;
		const y = this.viewport.scrollTop / this.scale;
		this.scale = scale;
		for (const view of this.views.values()) view.forget();
		this.layOut();
		this.scrollTo(y);
	}

	setMarks(marks: PageMarks): void {
		this.marks = marks;
		for (const view of this.views.values()) view.mark(marks);
		const id = marks.selected >= 0 && this.views.has(this.pageOf(marks.selected)) ? `row${marks.selected}` : '';
		if (id === '') this.body.removeAttribute('aria-activedescendant');
		else this.body.setAttribute('aria-activedescendant', id);
	}

	/** Brings a row into view, now or once its page is drawn. */
	reveal(row: number): void {
		if (row < 0 || !this.info || row >= this.info.rowCount) return;
		this.target = row;
		const page = this.pageOf(row);
		if (!this.views.get(page)?.placeOf(row)) this.scrollTo(this.heights.start(page) - 40);
		this.update();
	}

	/** Brings the first messages into view sideways, if the beginning of the run is on screen. */
	revealFirst(): void {
		if (this.viewport.scrollTop === 0) this.reveal(0);
	}

	/** The picture of page `index` changed. */
	pageDrawn(index: number): void {
		const state = this.store.state(index);
		if (state.kind === 'drawn') this.settle(index, state.drawing.height);
		this.views.get(index)?.show(state, this.scale);
		this.layOut();
		this.events.laidOut();
	}

	/** The row as far as its page was fetched. */
	row(index: number): DiagramRow | undefined {
		return this.info && this.store.page(this.pageOf(index))?.rows[index % this.info.pageSize];
	}

	/** First row of the page at the top of the view, -1 if there are no rows. */
	rowAtTop(): number {
		if (!this.info || this.info.rowCount === 0) return -1;
		const y = this.viewport.scrollTop / this.scale;
		const page = this.heights.at(y);
		const view = this.views.get(page);
		return page * this.info.pageSize + (view ? view.rowAt(y - this.heights.start(page)) : 0);
	}

	/** Last row on screen, -1 if there are no rows. */
	rowAtBottom(): number {
		if (!this.info || this.info.rowCount === 0) return -1;
		const y = (this.viewport.scrollTop + this.viewport.clientHeight - this.headsHeight()) / this.scale;
		const page = this.heights.at(y);
		const view = this.views.get(page);
		const row = page * this.info.pageSize + (view ? view.rowAt(y - this.heights.start(page)) : 0);
		return Math.min(this.info.rowCount - 1, y >= this.heights.total ? this.info.rowCount - 1 : row);
	}

	/** Where a row stands on the screen, if it does. */
	placeOnScreen(row: number): { readonly x: number; readonly y: number } | undefined {
		const box = document.getElementById(`row${row}`)?.getBoundingClientRect();
		return box && { x: this.viewport.getBoundingClientRect().left + TIMES + 24, y: box.bottom };
	}

	/** Rows that one screen holds. */
	get rowsPerScreen(): number {
		const rows = [...this.views.values()].find((view) => view.isDrawn)?.averageHeight ?? 34;
		return Math.max(1, Math.floor((this.viewport.clientHeight - this.headsHeight()) / (rows * this.scale)) - 1);
	}

	private pageOf(row: number): number {
		return Math.floor(row / (this.info?.pageSize ?? 25));
	}

	/** Keeps what is in view in its place when a page above it changes its height. */
	private settle(index: number, height: number): void {
		const { viewport, heights } = this;
		const top = heights.at(viewport.scrollTop / this.scale);
		const start = heights.start(top);
		const isAtEnd = viewport.scrollTop > 0 && viewport.scrollTop + viewport.clientHeight >= viewport.scrollHeight - 1;
		heights.measure(index, height);
		this.resizeBody();
		const moved = heights.start(top) - start;
		if (isAtEnd) viewport.scrollTop = viewport.scrollHeight;
		else if (moved !== 0) viewport.scrollTop += moved * this.scale;
	}

	private resizeBody(): void {
		const rows = Math.ceil(this.heights.total * this.scale);
		// The last row of a run that goes on does not stick to the edge.
		this.body.style.height = `${rows > this.room - this.margin ? rows + this.margin : rows}px`;
	}

	private scrollTo(y: number): void {
		this.resizeBody();
		this.viewport.scrollTop = Math.max(0, y * this.scale);
	}

	/** Brings pages and elements together at the next frame. */
	private update(): void {
		if (this.frame !== 0) return;
		this.frame = requestAnimationFrame(() => {
			this.frame = 0;
			this.layOut();
			this.events.laidOut();
		});
	}

	private layOut(): void {
		if (!this.info) return;
		this.resizeBody();
		const { first, last } = this.range();
		for (const [index, view] of this.views) {
			if (index >= first && index <= last) continue;
			view.element.remove();
			this.views.delete(index);
		}
		for (let index = first; index <= last; index++) this.place(index);
		this.store.want(first, last);
		this.reachTarget();
	}

	/** Pages on screen, and one more on each side. */
	private range(): { readonly first: number; readonly last: number } {
		if (!this.info || this.info.rowCount === 0) return { first: 0, last: -1 };
		const top = this.viewport.scrollTop / this.scale;
		const bottom = top + this.viewport.clientHeight / this.scale;
		const first = Math.max(0, this.heights.at(top - 200));
		const last = Math.min(this.heights.pageCount - 1, this.heights.at(bottom + 200), first + PAGES_MAX);
		return { first, last };
	}

	private place(index: number): void {
		const state = this.store.state(index);
		let view = this.views.get(index);
		if (!view) {
			view = new PageView(index, this.info as DiagramInfo, this.t);
			this.views.set(index, view);
			this.insert(view);
		}
		if (state.kind === 'drawn' || (state.kind === 'sketched' && !view.isDrawn))
			this.heights.measure(index, state.drawing.height, state.kind === 'drawn');
		view.setInfo(this.info as DiagramInfo);
		view.show(state, this.scale);
		view.move(this.heights.start(index) * this.scale, this.heights.height(index) * this.scale);
		view.mark(this.marks);
	}

	/** Pages stand in order, for whoever reads them one after the other. */
	private insert(view: PageView): void {
		const after = [...this.views.values()]
			.filter(({ index }) => index > view.index)
			.sort((a, b) => a.index - b.index)[0];
		this.body.insertBefore(view.element, after?.element ?? null);
	}

	private reachTarget(): void {
		if (this.target < 0) return;
		const page = this.pageOf(this.target);
		const view = this.views.get(page);
		const place = view?.placeOf(this.target);
		if (!place) {
			// Pages above turned out taller than estimated, and the target is beyond the pages on screen again.
			if (!view) {
				this.scrollTo(this.heights.start(page) - 40);
				this.update();
			}
			return;
		}
		const top = (this.heights.start(page) + place.top) * this.scale;
		const bottom = (this.heights.start(page) + place.bottom) * this.scale;
		const ends = view?.endsOf(this.target);
		// A sketch is only nearly where the drawing will be.
		if (view?.isDrawn) this.target = -1;
		this.scrollIntoView(top, bottom);
		if (ends) this.scrollSideways(ends.left * this.scale, ends.right * this.scale);
	}

	/** Brings both ends of an arrow into view, its beginning if there is room for one only. */
	private scrollSideways(left: number, right: number): void {
		const { viewport } = this;
		const room = viewport.clientWidth - TIMES;
		if (right > viewport.scrollLeft + room) viewport.scrollLeft = right - room;
		if (left < viewport.scrollLeft) viewport.scrollLeft = Math.max(0, left);
	}

	/** Scrolls as little as needed to leave some rows around this one; what is far away comes into the middle. */
	private scrollIntoView(top: number, bottom: number): void {
		const { viewport, room, margin } = this;
		const { scrollTop } = viewport;
		const isFar = bottom < scrollTop - room / 2 || top > scrollTop + room * 1.5;
		if (isFar) viewport.scrollTop = Math.max(0, (top + bottom - room) / 2);
		else if (top < scrollTop + margin) viewport.scrollTop = Math.max(0, top - margin);
		else if (bottom > scrollTop + room - margin) viewport.scrollTop = bottom - room + margin;
	}

	/** Height that rows have on screen. */
	private get room(): number {
		return this.viewport.clientHeight - this.headsHeight();
	}

	private get margin(): number {
		return Math.max(0, Math.min(MARGIN, this.room / 4));
	}

	private headsHeight(): number {
		return this.body.offsetTop;
	}

	private clicked(event: MouseEvent, act: (row: number) => void): void {
		const row = (event.target as Element).closest<HTMLElement>('[data-row]')?.dataset.row;
		if (row !== undefined) act(Number(row));
	}
}
