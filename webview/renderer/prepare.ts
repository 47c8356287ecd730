/**
 * Prepares Mermaid's picture for the list of pages: same frame for every page, no heads (they are the page's own, and
 * sticky), no style sheet (the page's own follows the editor's theme), and for each row the elements that draw it. Mermaid
 * draws messages in the order of the text, and notes too; that is what leads from a row to its elements.
 */
import type { DiagramPage, DiagramRow } from '../../server/protocol/diagram';
import type { BandPlace, Bar, Drawing, RowPlace } from '../drawing';
import { FONT_SIZE, fontFamily } from '../fonts';

/** Space below a message's line that belongs to its row. */
const BELOW_LINE = 8;
const BELOW_NOTE = 3;
/** With rows as close as they are configured, Mermaid's labels would touch their lines. */
const RAISE = 5;
/** Notes would touch the line above them. */
const LOWER = 4;

/** Takes over what Mermaid drew. @param lane distance of two lifelines, px at zoom 1 */
export function prepare(svg: SVGSVGElement, page: DiagramPage, lane: number): Drawing {
	for (const part of svg.querySelectorAll('style, title, desc, symbol')) part.remove();
	svg.removeAttribute('style');
	for (const styled of svg.querySelectorAll('[style]')) styled.removeAttribute('style');
	for (const box of svg.querySelectorAll('rect.rect, [data-et="participant"], text.text')) box.remove();
	const lines = [...svg.querySelectorAll<SVGLineElement>('line.actor-line')].sort(
		(a, b) => numberOf(a, 'x1') - numberOf(b, 'x1'),
	);
	const lanes = lines.map((line) => numberOf(line, 'x1'));
	const top = Math.max(0, ...lines.map((line) => numberOf(line, 'y1')));
	const { rows, bands, bottom } = places(svg, page, top);
	for (const line of lines) {
		line.setAttribute('y1', String(top));
		line.setAttribute('y2', String(bottom));
	}
	const bars = stretchBars(svg, page, top, rows[0]?.elements[0], bottom);
	const left = (lanes[0] ?? 0) - lane / 2;
	const width = (lanes.at(-1) ?? 0) + lane / 2 - left;
	for (const [i, { elements }] of rows.entries()) tellAll(elements, page.rows[i] as DiagramRow, left, width);
	svg.setAttribute('viewBox', `${left} ${top} ${width} ${bottom - top}`);
	svg.removeAttribute('id');
	svg.removeAttribute('role');
	svg.removeAttribute('aria-roledescription');
	svg.setAttribute('aria-hidden', 'true');
	svg.setAttribute('class', 'drawing');
	return { svg, height: bottom - top, lanes: lanes.map((lane) => lane - left), width, rows, bands, bars };
}

/** Lets the bars of calls that are open across a page border reach the border. Mermaid keeps bars in order of their start. */
function stretchBars(
	svg: SVGSVGElement,
	page: DiagramPage,
	top: number,
	first: SVGElement | undefined,
	bottom: number,
): Bar[] {
	const rects = [...svg.querySelectorAll<SVGRectElement>('rect:is(.activation0, .activation1, .activation2)')];
	const firstLine = first?.localName === 'line' ? numberOf(first, 'y1') : top;
	const open = openAtEnd(page);
	return rects.map((rect, order) => {
		const start = numberOf(rect, 'y');
		const end = start + numberOf(rect, 'height');
		const from = start < firstLine - 4 ? top : start;
		const to = open.has(order) ? bottom : end;
		rect.setAttribute('y', String(from));
		rect.setAttribute('height', String(to - from));
		return { top: from - top, element: rect };
	});
}

/** Which of the page's activations, in order of their start, are closed only because the page ends: its last ones. */
function openAtEnd({ mermaid: text, openAfter = 0 }: DiagramPage): ReadonlySet<number> {
	const statements = [...text.matchAll(/^(activate|deactivate) (p\d+)$/gm)];
	const open = new Set<number>();
	const stacks = new Map<string, number[]>();
	let started = 0;
	statements.forEach(([, verb, lane], position) => {
		const stack = stacks.get(lane as string) ?? [];
		stacks.set(lane as string, stack);
		if (verb === 'activate') stack.push(started++);
		else {
			const ended = stack.pop();
			if (ended !== undefined && position >= statements.length - openAfter) open.add(ended);
		}
	});
	return open;
}

interface Places {
	readonly rows: readonly RowPlace[];
	readonly bands: readonly BandPlace[];
	readonly bottom: number;
}

/** Walks messages and notes in drawing order beside the rows; a band's title is a note above its row. */
function places(svg: SVGSVGElement, page: DiagramPage, top: number): Places {
	const texts = [...svg.querySelectorAll<SVGElement>('.messageText')];
	const lines = [...svg.querySelectorAll<SVGElement>('[data-et="message"]')];
	const notes = [...svg.querySelectorAll<SVGElement>('[data-et="note"]')];
	const titles = new Map(page.bands.map((band) => [band.row, band]));
	const rows: RowPlace[] = [];
	const bands: BandPlace[] = [];
	let message = 0;
	let note = 0;
	let edge = top;
	for (const row of page.rows) {
		const title = titles.get(row.row);
		if (title) {
			const place = notes[note++];
			const bottom = place ? noteBottom(place) : edge;
			bands.push({ title: title.title, phase: title.phase, top: edge - top, bottom: bottom - top });
			edge = bottom;
			place?.remove();
		}
		const isNote = row.kind === 'note' || row.kind === 'violation';
		if (isNote) lower(notes[note]);
		const elements = isNote ? [notes[note++]] : [lines[message], texts[message++]];
		const present = elements.filter((item) => item !== undefined);
		if (!isNote) raise(present[1]);
		const first = present[0];
		const bottom = first ? (isNote ? noteBottom(first) : lineBottom(first)) : edge;
		rows.push({ top: edge - top, bottom: bottom - top, elements: present });
		for (const item of present) mark(item, row);
		edge = bottom;
	}
	if (message !== lines.length || note !== notes.length)
		throw new Error('the drawing has other messages than its rows');
	return { rows, bands, bottom: edge };
}

function lower(note: SVGElement | undefined): void {
	for (const part of note?.querySelectorAll('rect, text, tspan') ?? []) {
		if (part.hasAttribute('y')) part.setAttribute('y', String(numberOf(part, 'y') + LOWER));
	}
}

function raise(label: SVGElement | undefined): void {
	label?.setAttribute('y', String(numberOf(label, 'y') - RAISE));
}

/** Says in classes what the style sheet needs to know. */
function mark(item: SVGElement, row: DiagramRow): void {
	item.classList.add('ofRow', `kind-${row.kind}`, `tone-${row.tone ?? 'plain'}`);
	if (row.folded !== undefined) item.classList.add('folded');
}

function numberOf(item: Element, attribute: string): number {
	return Number(item.getAttribute(attribute));
}

function noteBottom(note: SVGElement): number {
	const rect = note.querySelector('rect');
	return rect ? numberOf(rect, 'y') + numberOf(rect, 'height') + BELOW_NOTE : 0;
}

/** A message to itself is a path: right, down (`V`), back. */
function lineBottom(line: SVGElement): number {
	if (line.localName === 'line') return numberOf(line, 'y1') + BELOW_LINE;
	return Number(/V\s*([\d.]+)/.exec(line.getAttribute('d') ?? '')?.[1] ?? 0) + BELOW_LINE;
}

/** Room between a label and the edge of the page, and between a note's text and its frame. */
const EDGE = 4;
const NOTE_PADDING = 7;

/**
 * Puts the whole label where Mermaid drew a shortened one: Mermaid would have moved the lifelines for it, but a label may
 * well reach beyond its arrow. It stays inside of the page.
 */
function tellAll(elements: readonly SVGElement[], row: DiagramRow, left: number, width: number): void {
	for (const item of elements) {
		const text = item.matches('.messageText') ? item : item.querySelector<SVGElement>('.noteText');
		if (!text || squeezed(text.textContent) === squeezed(row.label)) continue;
		const wide = textWidth(row.label, text.classList.contains('tone-failure'));
		const half = wide / 2 + (item === text ? EDGE : EDGE + NOTE_PADDING);
		const middle = Math.max(left + half, Math.min(left + width - half, numberOf(text, 'x')));
		text.textContent = row.label;
		text.setAttribute('x', String(middle));
		const frame = item.querySelector('rect');
		if (!frame) continue;
		const frameWidth = Math.max(numberOf(frame, 'width'), wide + 2 * NOTE_PADDING);
		frame.setAttribute('width', String(frameWidth));
		frame.setAttribute('x', String(Math.max(left, Math.min(left + width - frameWidth, middle - frameWidth / 2))));
	}
}

function squeezed(text: string | null): string {
	return (text ?? '').replace(/[\s\u200b]+/g, ' ').trim();
}

let ruler: CanvasRenderingContext2D | null = null;

/** Drawn width in px. */
function textWidth(text: string, isBold: boolean): number {
	ruler ??= document.createElement('canvas').getContext('2d');
	if (!ruler) return text.length * 8;
	ruler.font = `${isBold ? '600 ' : ''}${FONT_SIZE}px ${fontFamily()}`;
	return ruler.measureText(text).width;
}
