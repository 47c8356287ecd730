/** What stays the same of a comparison when its runs get further: nearly always all up to the last record of both. */
import type { Reader } from '../trace';
import { type Comparison, STRETCH_EDGE } from './compare';
import type { Rows } from './rows';

/** Number of records that will probably be the same when the comparison is made again. */
export function commonLength({ left, right }: Comparison): number {
	let place = left.length - 1;
	while (place >= 0 && ((left[place] as number) < 0 || (right[place] as number) < 0)) place--;
	// How near a difference is decides what may be folded.
	return Math.max(0, place + 1 - STRETCH_EDGE);
}

/** Whether `rows` would be the same rows in another comparison, as far as they were followed. */
export function beginsAs(rows: Rows, reader: Reader, comparison: Comparison): boolean {
	const { comparison: before, reader: known, followedLength } = rows;
	if (!before || followedLength > reader.length || before.foldsEqual !== comparison.foldsEqual) return false;
	const components = reader.trace.components.all();
	if (known.trace.components.all().some((id, number) => components[number] !== id)) return false;
	const columns = ['left', 'right', 'stretches'] as const;
	for (let place = 0; place < followedLength; place++) {
		if (columns.some((column) => before[column][place] !== comparison[column][place])) return false;
		if (known.kind(place) !== reader.kind(place) || known.cause(place) !== reader.cause(place)) return false;
		if (known.within(place) !== reader.within(place) || known.callOf(place) !== reader.callOf(place)) return false;
	}
	return true;
}
