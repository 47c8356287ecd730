/** How far lifelines stand apart. */

/**
 * Narrower lanes do not hold the name of a lifeline. From 200 px on the host would cut labels to their lane; below, they may
 * reach beyond it, which is easier to read at any width.
 */
const LANE = { min: 56, max: 198 };
/** Widths differ by so much at least: a new width means new drawings. */
const STEP = 2;

/** px at zoom 1. @param room for all lanes */
export function laneWidth(room: number, count: number): number {
	const fitting = Math.floor(room / count / STEP) * STEP;
	return Math.max(LANE.min, Math.min(LANE.max, fitting));
}
