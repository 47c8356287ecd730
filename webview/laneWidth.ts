/** How far lifelines stand apart. */

/** Labels are cut for no wider lanes; narrower ones than the least do not hold the name of a lifeline. */
const LANE = { min: 56, max: 200 };
/** Widths differ by so much at least: a new width means new drawings. */
const STEP = 2;

/** px at zoom 1. @param room for all lanes */
export function laneWidth(room: number, count: number): number {
	const fitting = Math.floor(room / count / STEP) * STEP;
	return Math.max(LANE.min, Math.min(LANE.max, fitting));
}
