/**
 * The whole run as a strip at the right edge: its phases, what failed, what was found, and what is on screen. A click goes
 * there. It says nothing that the grid does not say, so that it is hidden from screen readers; the keys to the next
 * failure are the search's.
 */
import type { Overview } from '../server/protocol/diagram';
import { element } from './element';

/** Width of the strip, as in the style sheet. */
export const OVERVIEW = 14;

export interface OverviewMarks {
	readonly rowCount: number;
	readonly cursor: number;
	readonly found: readonly number[];
	readonly statement: readonly number[];
	/** First and last row on screen. */
	readonly window: readonly [number, number];
}

export class OverviewStrip {
	readonly element = element('div', 'overview');
	private readonly canvas = element('canvas');
	private overview: Overview | undefined;
	private marks: OverviewMarks = { rowCount: 0, cursor: -1, found: [], statement: [], window: [0, 0] };
	private frame = 0;

	/** @param jump a row was clicked at */
	constructor(private readonly jump: (row: number) => void) {
		this.element.append(this.canvas);
		this.element.setAttribute('aria-hidden', 'true');
		this.element.addEventListener('pointerdown', (event) => {
			this.element.setPointerCapture(event.pointerId);
			this.pointed(event);
		});
		this.element.addEventListener('pointermove', (event) => {
			if (event.buttons > 0) this.pointed(event);
		});
		new ResizeObserver(() => this.draw()).observe(this.element);
	}

	showOverview(overview: Overview | undefined): void {
		this.overview = overview;
		this.draw();
	}

	showMarks(marks: OverviewMarks): void {
		this.marks = marks;
		this.draw();
	}

	/** Draws at the next frame; colours are read then, so that a change of theme is a call of this. */
	draw(): void {
		if (this.frame !== 0) return;
		this.frame = requestAnimationFrame(() => {
			this.frame = 0;
			this.paint();
		});
	}

	/** The mark nearest to the pointer, if one is within reach; otherwise the row at that height. */
	private pointed(event: PointerEvent): void {
		const { height, top } = this.element.getBoundingClientRect();
		const { rowCount, found } = this.marks;
		if (height === 0 || rowCount === 0) return;
		const row = Math.floor(((event.clientY - top) / height) * rowCount);
		const reach = (4 / height) * rowCount;
		const marked = [...(this.overview?.marks.map((mark) => mark.row) ?? []), ...found]
			.filter((other) => Math.abs(other - row) <= reach)
			.sort((a, b) => Math.abs(a - row) - Math.abs(b - row))[0];
		this.jump(Math.max(0, Math.min(rowCount - 1, marked ?? row)));
	}

	private paint(): void {
		const { canvas, marks, overview } = this;
		const { width, height } = this.element.getBoundingClientRect();
		const density = window.devicePixelRatio;
		canvas.width = Math.round(width * density);
		canvas.height = Math.round(height * density);
		const pen = canvas.getContext('2d');
		if (!pen || marks.rowCount === 0) return;
		pen.scale(density, density);
		const style = getComputedStyle(this.element);
		const colour = (name: string): string => style.getPropertyValue(name).trim();
		const y = (row: number): number => (row / marks.rowCount) * height;
		const bands = overview?.bands ?? [];
		pen.globalAlpha = 0.55;
		bands.forEach((band, i) => {
			pen.fillStyle = colour(`--overview-${band.phase}`);
			const end = bands[i + 1]?.row ?? marks.rowCount;
			pen.fillRect(0, y(band.row), 3, Math.max(1, y(end) - y(band.row) - 1));
		});
		pen.globalAlpha = 1;
		pen.fillStyle = colour('--overview-found');
		for (const row of marks.found) pen.fillRect(4, y(row), 5, 2);
		pen.fillStyle = colour('--overview-statement');
		for (const row of marks.statement) pen.fillRect(4, y(row), 3, 2);
		for (const mark of overview?.marks ?? []) {
			pen.fillStyle = colour(
				mark.kind === 'left' || mark.kind === 'right' ? `--overview-${mark.kind}` : '--overview-failure',
			);
			// A violation reaches over the whole strip: it is told from a failed call by its shape, too.
			if (mark.kind === 'violation') pen.fillRect(3, y(mark.row) - 1, width - 3, 3);
			else pen.fillRect(mark.kind === 'right' ? 9 : 5, y(mark.row), mark.kind === 'failure' ? width - 5 : 4, 2);
		}
		const [first, last] = marks.window;
		pen.strokeStyle = colour('--overview-window');
		pen.strokeRect(0.5, y(first) + 0.5, width - 1, Math.max(6, y(last + 1) - y(first) - 1));
		if (marks.cursor < 0) return;
		pen.fillStyle = colour('--overview-cursor');
		pen.beginPath();
		pen.moveTo(width, y(marks.cursor) - 4);
		pen.lineTo(width - 8, y(marks.cursor) + 1);
		pen.lineTo(width, y(marks.cursor) + 6);
		pen.fill();
	}
}
