/**
 * Frames around the rows of a loop, open at the side where it goes on in another page, with the number of rounds beside its
 * first row, in the column of times: labels need the room inside. A screen reader hears of it in the sentence of that row.
 */
import type { DiagramLoop, DiagramPage } from '../server/protocol/diagram';
import type { Drawing } from './drawing';
import { element } from './element';

/** Room between the frames of nested loops, px. */
const INSET = 5;

/** @param put gives an element its place, px at zoom 1 */
export function loopFrames(
	{ rows, loops = [] }: DiagramPage,
	drawing: Drawing,
	put: (item: HTMLElement, top: number, bottom: number) => void,
): { readonly frames: readonly HTMLElement[]; readonly counts: readonly HTMLElement[] } {
	const counts: HTMLElement[] = [];
	const firstRow = rows[0]?.row ?? 0;
	const lastRow = firstRow + rows.length - 1;
	const frames = loops.map((loop) => {
		const frame = element('div', 'loop');
		const begins = loop.first >= firstRow;
		const ends = loop.last <= lastRow;
		frame.classList.toggle('begins', begins);
		frame.classList.toggle('ends', ends);
		const depth = loops.filter((other) => other !== loop && holds(other, loop)).length;
		frame.style.setProperty('--inset', `${INSET * (depth + 1) - 3}px`);
		const top = drawing.rows[Math.max(0, loop.first - firstRow)]?.top ?? 0;
		const bottom = drawing.rows[Math.min(rows.length - 1, loop.last - firstRow)]?.bottom ?? drawing.height;
		put(frame, top, bottom);
		if (begins) {
			const count = element('div', 'loopCount');
			count.append(element('span', '', `× ${loop.count}`));
			put(count, top, bottom);
			counts.push(count);
		}
		return frame;
	});
	return { frames, counts };
}

function holds(outer: DiagramLoop, inner: DiagramLoop): boolean {
	return outer.first <= inner.first && outer.last >= inner.last;
}
