/** Looking things up in lists that only grow, smallest first. */

/** How many of the ascending `items` are at most `limit`. */
export function countUpTo(items: readonly number[], limit: number): number {
	let low = 0;
	let high = items.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((items[middle] as number) <= limit) low = middle + 1;
		else high = middle;
	}
	return low;
}
