/** A view as one Mermaid text that any Mermaid draws: for files, the clipboard and Markdown. */
import type { DiagramRow } from '../protocol/diagram';
import type { Phase } from '../trace';
import { escapeLabel } from './escape';
import { bandsBetween, body, diagramRow, heading, loopsBetween, openBefore, type Sheet, titleNote } from './page';
import { filled } from './texts';
import type { SequenceView } from './view';

/** Colours of the bands: light enough for black text, dark enough to be seen on white. */
const tints: Readonly<Record<Phase, string>> = {
	initialization: 'rgba(128, 128, 128, 0.10)',
	setup: 'rgba(33, 118, 210, 0.10)',
	negotiation: 'rgba(124, 77, 190, 0.10)',
	data: 'rgba(30, 140, 90, 0.10)',
	fallback: 'rgba(200, 120, 0, 0.12)',
	shutdown: 'rgba(110, 110, 110, 0.14)',
};

export interface ExportOptions {
	/** Last record to show; the whole trace if left out. */
	readonly limit?: number;
	/** Most rows that are written, at least 2; the middle is left out, with a note that says how much. All if left out. */
	readonly rowsMax?: number;
	/** Only rows `first` to `last`, inclusive. */
	readonly first?: number;
	readonly last?: number;
}

/** The whole view, phases as bands. It ends with a line break. */
export function mermaidText(view: SequenceView, options: ExportOptions = {}): string {
	const sheet = view.sheet(options.limit);
	const { rowsMax = sheet.count, first = 0 } = options;
	const last = Math.min(options.last ?? sheet.count, sheet.count - 1);
	const lines = [...heading(sheet.lifelines)];
	if (first > 0 || last < sheet.count - 1) {
		lines.push(...stretch(sheet, Math.max(0, first), last));
	} else if (sheet.count <= rowsMax) {
		lines.push(...stretch(sheet, 0, sheet.count - 1));
	} else {
		const head = Math.max(1, Math.floor(rowsMax / 2));
		const tail = sheet.count - Math.max(1, rowsMax - head);
		lines.push(...stretch(sheet, 0, head - 1));
		lines.push(titleNote(sheet.lifelines, filled(sheet.texts.leftOut, tail - head)));
		lines.push(...stretch(sheet, tail, sheet.count - 1));
	}
	return `${lines.join('\n')}\n`;
}

/** Rows `first` to `last` in the frames of their phases and loops. */
function stretch(sheet: Sheet, first: number, last: number): readonly string[] {
	const rows: DiagramRow[] = [];
	for (let row = first; row <= last; row++) rows.push(diagramRow(sheet, row));
	const { before, end } = frames(sheet, first, last);
	return [...body(sheet, rows, openBefore(sheet, first), before), ...end];
}

/** The lines that open and close frames, by the row before which they stand, and those at the end. */
interface Frames {
	readonly before: ReadonlyMap<number, readonly string[]>;
	readonly end: readonly string[];
}

/**
 * Frames nest: a loop inside of one phase stands in its frame; a loop that phases begin in interrupts the frame around it
 * and holds their frames.
 */
function frames(sheet: Sheet, first: number, last: number): Frames {
	const bands = new Map(bandsBetween(sheet, first, last).map((band) => [band.row, band]));
	const loops = loopsBetween(sheet, first, last);
	const before = new Map<number, readonly string[]>();
	/** What is open, outermost first: a loop by its last row, a phase as -1. */
	const open: number[] = [];
	const closeBand = (): readonly string[] => {
		if (open.at(-1) !== -1) return [];
		open.pop();
		return ['end'];
	};
	for (let row = first; row <= last; row++) {
		const lines: string[] = [];
		while (open.some((end) => end >= 0 && end < row)) {
			lines.push('end');
			open.pop();
		}
		const band = bands.get(row);
		const starting = loops.filter((loop) => Math.max(first, loop.first) === row);
		const isSplit = starting.some((loop) => [...bands.keys()].some((at) => at > row && at <= loop.last));
		if (band || isSplit) lines.push(...closeBand());
		const opening = starting.map(({ count }) => `loop ${escapeLabel(filled(sheet.texts.times, count))}`);
		const titled = band ? [`rect ${tints[band.phase]}`, titleNote(sheet.lifelines, band.title)] : [];
		const ends = [starting.map((loop) => loop.last), band ? [-1] : []];
		lines.push(...(isSplit ? [...opening, ...titled] : [...titled, ...opening]));
		open.push(...(isSplit ? ends : ends.reverse()).flat());
		if (lines.length > 0) before.set(row, lines);
	}
	return { before, end: open.map(() => 'end') };
}
