/** Virtual time: integer nanoseconds since the start of the run. */
export const MICROSECOND = 1_000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;

/** `3.25 ms`: the largest unit in which the number is at least 1, at most three decimals. */
export function durationText(ns: number): string {
	const [value, unit] =
		ns >= SECOND
			? [ns / SECOND, 's']
			: ns >= MILLISECOND
				? [ns / MILLISECOND, 'ms']
				: ns >= MICROSECOND
					? [ns / MICROSECOND, 'µs']
					: [ns, 'ns'];
	return `${Number(value.toFixed(3))} ${unit}`;
}
