/**
 * Two runs as one trace. A record of one run is the other's record if it is the same call (or signal, message, note) for
 * the same ordinal time under the same cause: what a call does belongs to the call, what a thread does by itself to what
 * woke it. Times, numbers of records and the order of what does not depend on each other tell nothing apart.
 *
 * What both have in common stands in the left run's order. A record that says something else in the right run is there
 * twice, once for each side.
 */
import type { Side } from '../protocol/diagram';
import { Reader, type Trace } from '../trace';
import { Merger } from './merger';
import { Identities, RunItems } from './runItems';

export interface Comparison {
	/** Records of both runs, without state changes and statements. */
	readonly trace: Trace;
	/** By record of `trace`: the record of the left and of the right run, or -1. */
	readonly left: Int32Array;
	readonly right: Int32Array;
	/** By record of `trace`: which equal stretch (from 1) may be folded, or -1 near a difference. */
	readonly stretches: Int32Array;
	/** Records that one run alone has. */
	readonly differences: readonly number[];
	/** Calls of the right run that are told as signals: the left run's call, which differs, has the activation. */
	readonly retold: ReadonlySet<number>;
	readonly leftName: string;
	readonly rightName: string;
	/** Equal stretches are folded. */
	readonly foldsEqual: boolean;
}

export interface CompareOptions {
	/** Last record of each run that counts; all if left out. */
	readonly leftLimit?: number;
	readonly rightLimit?: number;
	/** Fold equal stretches; if left out, yes. */
	readonly foldsEqual?: boolean;
}

/** So many equal records are left around a difference. */
const CONTEXT = 6;
/** Shorter stretches are not worth folding. */
const STRETCH_MIN = 6;
/** A difference decides about so many records before it whether they are folded. */
export const STRETCH_EDGE = CONTEXT + STRETCH_MIN;

/** Brings two runs together, and again when they have got further: what was found out of their records is kept. */
export class RunComparer {
	private readonly lefts: RunItems;
	private readonly rights: RunItems;

	constructor(
		left: Reader,
		right: Reader,
		private readonly leftName: string,
		private readonly rightName: string,
		private readonly foldsEqual = true,
	) {
		const identities = new Identities();
		this.lefts = new RunItems(left, identities);
		this.rights = new RunItems(right, identities);
	}

	/** Both runs up to a record of each. */
	upTo(leftLimit = Number.MAX_SAFE_INTEGER, rightLimit = Number.MAX_SAFE_INTEGER): Comparison {
		const { leftName, rightName, foldsEqual } = this;
		const { trace, left, right, retold } = this.merged(leftLimit, rightLimit);
		const differences: number[] = [];
		for (let place = 0; place < left.length; place++) {
			if (left.at(place) < 0 || right.at(place) < 0) differences.push(place);
		}
		const stretches = equalStretches(left.length, differences);
		return {
			...{ trace, left: left.array(), right: right.array(), stretches, differences, retold },
			...{ leftName, rightName, foldsEqual },
		};
	}

	private merged(leftLimit: number, rightLimit: number): Merger {
		const { lefts, rights } = this;
		const leftCount = lefts.upTo(leftLimit);
		const rightCount = rights.upTo(rightLimit);
		const partner = new Int32Array(leftCount);
		const isMatched = new Uint8Array(rightCount);
		for (let position = 0; position < leftCount; position++) {
			const other = rights.positionOf(lefts.identities.at(position));
			partner[position] = other < rightCount ? other : -1;
			if (other >= 0 && other < rightCount) isMatched[other] = 1;
		}
		const anchors = longestRise(partner);
		const merger = new Merger(lefts.reader, rights.reader);
		let nextAnchor = 0;
		let nextRight = 0;
		const addRightUpTo = (end: number): void => {
			for (; nextRight < end; nextRight++) if (!isMatched[nextRight]) merger.addRight(rights.seqs.at(nextRight));
		};
		for (let position = 0; position < leftCount; position++) {
			const other = partner[position] as number;
			if (anchors[nextAnchor] === position) {
				nextAnchor++;
				addRightUpTo(other);
				nextRight = other + 1;
			}
			if (other < 0) merger.addLeft(lefts.seqs.at(position));
			else merger.addBoth(lefts.seqs.at(position), rights.seqs.at(other));
		}
		addRightUpTo(rightCount);
		return merger;
	}
}

/** Brings two runs together. */
export function compareRuns(
	left: Reader,
	right: Reader,
	leftName: string,
	rightName: string,
	{ leftLimit, rightLimit, foldsEqual }: CompareOptions = {},
): Comparison {
	return new RunComparer(left, right, leftName, rightName, foldsEqual).upTo(leftLimit, rightLimit);
}

/** Positions of the longest stretch of `values` that rises (not -1), ascending. */
function longestRise(values: Int32Array): readonly number[] {
	const tails: number[] = [];
	const before = new Int32Array(values.length);
	values.forEach((value, position) => {
		if (value < 0) return;
		let low = 0;
		let high = tails.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((values[tails[middle] as number] as number) < value) low = middle + 1;
			else high = middle;
		}
		before[position] = low > 0 ? (tails[low - 1] as number) : -1;
		tails[low] = position;
	});
	const rise: number[] = [];
	for (let position = tails.at(-1) ?? -1; position >= 0; position = before[position] as number) rise.push(position);
	return rise.reverse();
}

function equalStretches(length: number, differences: readonly number[]): Int32Array {
	const stretches = new Int32Array(length).fill(-1);
	let number = 0;
	const edges = [-CONTEXT - 1, ...differences, length + CONTEXT];
	for (let i = 1; i < edges.length; i++) {
		const first = (edges[i - 1] as number) + CONTEXT + 1;
		const end = Math.min(length, (edges[i] as number) - CONTEXT);
		if (end - first < STRETCH_MIN) continue;
		number++;
		stretches.fill(number, Math.max(0, first), end);
	}
	return stretches;
}

/** The run that alone has a record of the common trace, or '' if both have it. */
export function sideOf({ left, right }: Comparison, place: number): Side | '' {
	if ((left[place] as number) < 0) return 'right';
	return (right[place] as number) < 0 ? 'left' : '';
}

/** Where record `seq` of one of the runs is in the common trace, or the last one before it that is there; -1 before the first. */
export function placeOf(comparison: Comparison, side: Side, seq: number): number {
	let found = -1;
	let best = -1;
	comparison[side].forEach((own, place) => {
		if (own > seq || own <= best) return;
		best = own;
		found = place;
	});
	return found;
}

/** A reader over the common trace. */
export function comparisonReader(comparison: Comparison): Reader {
	return new Reader(comparison.trace);
}
