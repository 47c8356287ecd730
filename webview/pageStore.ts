/**
 * Pages as the host sent them, and their drawings. What is asked for follows what is on screen: there is at most one
 * request under way, and when its answer comes, the next one asks for what is needed then.
 *
 * A page is fresh if it was fetched for the present info. A stale page stays on screen until its successor is drawn.
 */
import type { DiagramPage, DiagramRow } from '../server/protocol/diagram';
import { breath } from './breath';
import type { Drawing } from './drawing';
import { sketch } from './sketch';

/** Drawings that are kept although they are off screen; a drawing holds about 200 elements. */
const DRAWINGS_MAX = 48;
const PAGES_MAX = 400;

interface Entry {
	page: DiagramPage;
	/** Number of the info for which the page was fetched. */
	info: number;
	/** Width of the lanes that its labels are cut to. */
	lane: number;
	/** Stands in for the drawing until there is one. */
	sketch?: Drawing;
}

export type PageState =
	| { readonly kind: 'missing' }
	/** Fetched, not drawn: the sketch says what is there. */
	| { readonly kind: 'sketched'; readonly page: DiagramPage; readonly drawing: Drawing }
	| { readonly kind: 'drawn'; readonly page: DiagramPage; readonly drawing: Drawing }
	| { readonly kind: 'failed'; readonly page: DiagramPage };

export interface PageStoreEvents {
	request(number: number, first: number, last: number, lane: number): void;
	/** Page `index`, which is not drawn, can be sketched. */
	fetched(index: number): void;
	/** The drawing of page `index` is another one now. */
	drawn(index: number): void;
	/** Whether pages on screen are being fetched or drawn. */
	busy(isBusy: boolean): void;
}

export class PageStore {
	private readonly entries = new Map<number, Entry>();
	/** Drawings by page, least recently used first. */
	private readonly drawings = new Map<number, { readonly page: DiagramPage; readonly drawing: Drawing | undefined }>();
	private info = 0;
	private requests = 0;
	private waiting: { readonly number: number; readonly info: number; readonly lane: number } | undefined;
	private lane = 200;
	private lifelines = 1;
	private wanted: { readonly first: number; readonly last: number } = { first: 0, last: -1 };
	private isDrawing = false;
	private isBusy = false;
	/** Grows when everything is thrown away, so that what is under way then is recognised as old. */
	private generation = 0;

	constructor(private readonly events: PageStoreEvents) {}

	/** There is a new info: every page may have changed. */
	invalidate(): void {
		this.info++;
		// An answer under way may have been made before; what it brings is used, but asked for again.
		this.pump();
	}

	/** Forgets everything: the rows are other ones now. */
	clear(): void {
		this.generation++;
		this.entries.clear();
		this.drawings.clear();
		this.waiting = undefined;
		this.info++;
		this.tellBusy();
	}

	/** Sets the distance of lifelines, px at zoom 1, and their number. Labels are cut to it, so that pages are fetched anew. */
	setLanes(lane: number, lifelines: number): void {
		if (lane === this.lane && lifelines === this.lifelines) return;
		this.lane = lane;
		this.lifelines = lifelines;
		for (const entry of this.entries.values()) delete entry.sketch;
		this.redraw();
	}

	/** Forgets the drawings: the font changed. */
	redraw(): void {
		this.generation++;
		this.drawings.clear();
		this.pump();
	}

	/** Says which pages are on screen (inclusive). */
	want(first: number, last: number): void {
		this.wanted = { first, last };
		this.pump();
	}

	page(index: number): DiagramPage | undefined {
		return this.entries.get(index)?.page;
	}

	/** The row of a record, as far as its page is here. */
	rowOfRecord(seq: number): DiagramRow | undefined {
		for (const { page } of this.entries.values()) {
			const found = page.rows.find((row) => row.seq === seq);
			if (found) return found;
		}
		return undefined;
	}

	state(index: number): PageState {
		const entry = this.entries.get(index);
		const drawn = this.drawings.get(index);
		if (!entry) return { kind: 'missing' };
		if (!drawn) {
			const { page } = entry;
			entry.sketch ??= sketch(page, this.lane, this.lifelines);
			return { kind: 'sketched', page, drawing: entry.sketch };
		}
		this.drawings.delete(index);
		this.drawings.set(index, drawn);
		// The page that was drawn: its successor may be there already, with other rows.
		const { page, drawing } = drawn;
		return drawing ? { kind: 'drawn', page, drawing } : { kind: 'failed', page };
	}

	/** Takes the answer to a request. */
	receive(request: number, pages: readonly DiagramPage[]): void {
		if (this.waiting?.number !== request) return;
		const { info, lane } = this.waiting;
		this.waiting = undefined;
		for (const page of pages) {
			this.entries.delete(page.index);
			this.entries.set(page.index, { page, info, lane });
			if (!this.drawings.has(page.index)) this.events.fetched(page.index);
		}
		this.forgetFarPages();
		this.pump();
	}

	/** Asks for what is needed and not there, and draws what is there and not drawn. */
	private pump(): void {
		this.ask();
		if (!this.isDrawing) void this.drawWanted();
		this.tellBusy();
	}

	private tellBusy(): void {
		const isBusy = this.isDrawing || this.waiting !== undefined;
		if (isBusy === this.isBusy) return;
		this.isBusy = isBusy;
		this.events.busy(isBusy);
	}

	private ask(): void {
		if (this.waiting) return;
		const { first, last } = this.wanted;
		let from = -1;
		let to = -1;
		for (let index = first; index <= last; index++) {
			const entry = this.entries.get(index);
			if (entry?.info === this.info && entry.lane === this.lane) continue;
			if (from < 0) from = index;
			to = index;
		}
		if (from < 0) return;
		this.waiting = { number: ++this.requests, info: this.info, lane: this.lane };
		this.events.request(this.requests, from, to, this.lane);
	}

	/** Draws one page after the other, the last one (where messages arrive) first, and lets the browser breathe between. */
	private async drawWanted(): Promise<void> {
		this.isDrawing = true;
		for (let index = this.nextToDraw(); index >= 0; index = this.nextToDraw()) {
			await this.drawPage(index);
			await breath();
		}
		this.isDrawing = false;
		this.tellBusy();
	}

	private nextToDraw(): number {
		const { first, last } = this.wanted;
		for (let index = last; index >= first; index--) {
			const entry = this.entries.get(index);
			if (entry?.lane === this.lane && this.drawings.get(index)?.page.revision !== entry.page.revision) return index;
		}
		return -1;
	}

	private async drawPage(index: number): Promise<void> {
		const page = this.page(index) as DiagramPage;
		const { generation, lane } = this;
		let drawing: Drawing | undefined;
		try {
			drawing = await (await import('./renderer')).draw(page, lane);
		} catch (error) {
			// Shown in place of the page; the text is ours, so this is a defect worth finding in the console.
			console.error(error);
		}
		await breath();
		if (generation !== this.generation) return;
		this.drawings.delete(index);
		this.drawings.set(index, { page, drawing });
		this.forgetFarDrawings();
		this.events.drawn(index);
	}

	private forgetFarDrawings(): void {
		for (const index of this.drawings.keys()) {
			if (this.drawings.size <= DRAWINGS_MAX) return;
			if (index < this.wanted.first || index > this.wanted.last) this.drawings.delete(index);
		}
	}

	private forgetFarPages(): void {
		for (const index of this.entries.keys()) {
			if (this.entries.size <= PAGES_MAX) return;
			if (index < this.wanted.first || index > this.wanted.last) this.entries.delete(index);
		}
	}
}
