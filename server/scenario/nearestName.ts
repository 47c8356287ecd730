/**
 * "Did you mean …?": the candidate nearest to a mistyped word.
 */

/** Edits (insert, delete, replace, swap of neighbours) from a to b, or `limit + 1` as soon as it is more than `limit`. */
function editDistance(a: string, b: string, limit: number): number {
	if (Math.abs(a.length - b.length) > limit) return limit + 1;
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		let best = i;
		for (let j = 1; j <= b.length; j++) {
			const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
				cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
			}
			row.push(cost);
			best = Math.min(best, cost);
		}
		if (best > limit) return limit + 1;
		beforeLast = last;
		last = row;
	}
	return last[b.length] ?? limit + 1;
}

/** Edits that still look like a slip rather than another word. */
function toleranceFor(word: string): number {
	if (word.length <= 2) return 1;
	if (word.length <= 5) return 2;
	return Math.max(2, Math.floor(word.length / 3));
}

/**
 * The candidate nearest to `word`, ignoring letter case first; undefined if none is near. Of equally near candidates
 * the first one is taken, so the answer is the same on every machine. A word that is the start of just one candidate
 * is near to it, however long the rest.
 */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
	const wanted = word.toLowerCase();
	if (wanted === '') return undefined;
	let nearest: string | undefined;
	let nearestCost = toleranceFor(word) + 1;
	const continued: string[] = [];
	for (const candidate of candidates) {
		const lower = candidate.toLowerCase();
		if (lower === wanted) return candidate;
		if (wanted.length >= 3 && lower.startsWith(wanted)) continued.push(candidate);
		const cost = editDistance(wanted, lower, nearestCost - 1);
		if (cost < nearestCost) {
			nearest = candidate;
			nearestCost = cost;
		}
	}
	return nearest ?? (continued.length === 1 ? continued[0] : undefined);
}
