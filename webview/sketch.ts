/**
 * What a page looks like before Mermaid has drawn it: the same lines and labels at nearly the same places, from the rows
 * alone. It takes a fraction of a millisecond, so that there is something to read as soon as the rows are there.
 */
import type { DiagramPage, DiagramRow } from '../server/protocol/diagram';
import type { BandPlace, Drawing, RowPlace } from './drawing';

/** Heights as Mermaid draws them with this page's configuration, px at zoom 1. */
const HEIGHT = { message: 28, toItself: 48, note: 28, band: 21, afterNote: 5 };
/** Distance of the arrow's line from the bottom of its row, and of the label's base from the line. */
const BELOW_LINE = 8;
const ABOVE_LINE = 3;

const svgNamespace = 'http://www.w3.org/2000/svg';

/** @param lane distance of two lifelines, px at zoom 1 */
export function sketch(page: DiagramPage, lane: number, lifelines: number): Drawing {
	const svg = shape('svg', { class: 'sketch', 'aria-hidden': 'true' });
	const lanes = Array.from({ length: lifelines }, (_, position) => lane * (position + 0.5));
	const titles = new Map(page.bands.map((band) => [band.row, band]));
	const rows: RowPlace[] = [];
	const bands: BandPlace[] = [];
	let top = 0;
	let isAfterNote = false;
	for (const row of page.rows) {
		const title = titles.get(row.row);
		if (title) {
			bands.push({ title: title.title, phase: title.phase, top, bottom: top + HEIGHT.band });
			top += HEIGHT.band;
		}
		const extra = !isNote(row) && (title !== undefined || isAfterNote) ? HEIGHT.afterNote : 0;
		isAfterNote = isNote(row);
		const bottom = top + heightOf(row) + extra;
		const elements = isNote(row) ? noteOf(row, lanes, top, bottom) : messageOf(row, lanes, bottom);
		for (const item of elements) item.classList.add(`kind-${row.kind}`, `tone-${row.tone ?? 'plain'}`);
		svg.append(...elements);
		rows.push({ top, bottom, elements });
		top = bottom;
	}
	const width = lane * lifelines;
	for (const x of lanes) svg.prepend(shape('line', { class: 'actor-line', x1: x, x2: x, y1: 0, y2: top }));
	svg.setAttribute('viewBox', `0 0 ${width} ${top}`);
	return { svg, height: top, lanes, width, rows, bands, bars: [] };
}

function isNote({ kind }: DiagramRow): boolean {
	return kind === 'note' || kind === 'violation';
}

function heightOf(row: DiagramRow): number {
	if (isNote(row)) return HEIGHT.note;
	return row.from === row.to ? HEIGHT.toItself : HEIGHT.message;
}

function messageOf(row: DiagramRow, lanes: readonly number[], bottom: number): readonly SVGElement[] {
	const from = lanes[row.from] ?? 0;
	const to = lanes[row.to] ?? 0;
	const y = bottom - BELOW_LINE;
	const isDashed = row.kind === 'return';
	const line = shape('line', { class: isDashed ? 'messageLine1' : 'messageLine0', x1: from, x2: to, y1: y, y2: y });
	return [line, label('messageText', row, (from + to) / 2, y - ABOVE_LINE, lanes)];
}

function noteOf(row: DiagramRow, lanes: readonly number[], top: number, bottom: number): readonly SVGElement[] {
	const isWide = row.wide === true || row.folded !== undefined;
	const middle = isWide ? ((lanes[0] ?? 0) + (lanes.at(-1) ?? 0)) / 2 : (lanes[row.from] ?? 0);
	return [label('noteText', row, middle, (top + bottom) / 2 + 4, lanes)];
}

function label(className: string, row: DiagramRow, x: number, y: number, lanes: readonly number[]): SVGElement {
	// Good enough to keep the text on the page; the drawing measures.
	const half = row.label.length * 3.2 + 4;
	const width = (lanes[0] ?? 0) + (lanes.at(-1) ?? 0);
	const text = shape('text', { class: className, x: Math.max(half, Math.min(width - half, x)), y });
	text.textContent = row.label;
	return text;
}

function shape<K extends keyof SVGElementTagNameMap>(
	tag: K,
	attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[K] {
	const made = document.createElementNS(svgNamespace, tag);
	for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
	return made;
}
