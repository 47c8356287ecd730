/**
 * Frames around the rows of a loop, open at the side where it goes on in another page, with the number of rounds at its
 * first row. A screen reader hears of it in the sentence of that row.
 */
import type { DiagramLoop, DiagramPage } from '../server/protocol/diagram';
import type { Drawing } from './drawing';
import { element } from './element';
import type { Translate } from './texts';

/** Room between the frames of nested loops, px. */
const INSET = 5;

/** @param put gives an element its place, px at zoom 1 */
export function loopFrames(
	{ rows, loops = [] }: DiagramPage,
	drawing: Drawing,
	t: Translate,
	put: (item: HTMLElement, top: number, bottom: number) => void,
): readonly HTMLElement[] {
	const firstRow = rows[0]?.row ?? 0;
	const lastRow = firstRow + rows.length - 1;
	return loops.map((loop) => {
		const frame = element('div', 'loop');
		const begins = loop.first >= firstRow;
		const ends = loop.last <= lastRow;
		frame.classList.toggle('begins', begins);
		frame.classList.toggle('ends', ends);
		const depth = loops.filter((other) => other !== loop && holds(other, loop)).length;
		frame.style.setProperty('--inset', `${INSET * (depth + 1) - 3}px`);
		if (begins) {
			const count = element('span', 'loopCount', `× ${loop.count}`);
			count.title = t('{0} messages, {1} times', loop.last - loop.first + 1, loop.count);
			frame.append(count);
		}
		const top = drawing.rows[Math.max(0, loop.first - firstRow)]?.top ?? 0;
		const bottom = drawing.rows[Math.min(rows.length - 1, loop.last - firstRow)]?.bottom ?? drawing.height;
		put(frame, top, bottom);
		return frame;
	});
}

function holds(outer: DiagramLoop, inner: DiagramLoop): boolean {
	return outer.first <= inner.first && outer.last >= inner.last;
}
