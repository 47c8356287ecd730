/** What a benchmark gives, and the arithmetic that all of them share. */

export interface Measurement {
	/** A median; a ratio where `against` names what it was measured beside in the same run. */
	readonly value: number;
	readonly unit: string;
	readonly against: string;
	readonly samples: number;
}

export type Measurements = Readonly<Record<string, Measurement>>;

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1] as number;
}

/** The median of our times divided by the median of theirs (or of rates: ours by theirs). */
export function ratio(ours: readonly number[], theirs: readonly number[], against: string): Measurement {
	return { value: rounded(median(ours) / median(theirs)), unit: 'ratio', against, samples: ours.length };
}

export function absolute(values: readonly number[], unit: string, against = ''): Measurement {
	return { value: rounded(median(values)), unit, against, samples: values.length };
}

/** Four significant digits: more would be noise. */
function rounded(value: number): number {
	return Number(value.toPrecision(value >= 1000 ? 6 : 4));
}

/** Elapsed ms of `work`. */
export function elapsed(work: () => void): number {
	const start = performance.now();
	work();
	return performance.now() - start;
}
