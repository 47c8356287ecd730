/**
 * Two branches of a session as one diagram: what they have in common once, then what each alone has. It is made of what
 * was shown of both so far, and anew with the first info after one of them has got further. What is known of their records
 * is kept; still, writing them costs both runs: the diagram announces its changes the more rarely, the longer it takes
 * (`pauseMs`).
 */
import type { ComparisonInfo } from '../protocol/diagram';
import { type Comparison, comparisonReader, placeOf, RunComparer } from '../sequence';
import type { Reader } from '../trace';
import type { Branch } from './branches';

/** Pauses are so much longer than the work between them. */
const PAUSES = 4;

export class BranchOverlay {
	private shown = '';
	private readonly comparer: RunComparer;
	private made: { readonly comparison: Comparison; readonly reader: Reader } | undefined;

	constructor(
		/** The branch in which the debugger stands. */
		readonly current: Branch,
		readonly other: Branch,
		readonly foldsEqual: boolean,
	) {
		const [left, right] = this.sides;
		this.comparer = new RunComparer(
			left.debuggee.reader,
			right.debuggee.reader,
			nameOf(left),
			nameOf(right),
			foldsEqual,
		);
	}

	/** The earlier branch stands on the left. */
	private get sides(): readonly [left: Branch, right: Branch] {
		const { current, other } = this;
		return current.id < other.id ? [current, other] : [other, current];
	}

	get branches(): NonNullable<ComparisonInfo['branches']> {
		const [left, right] = this.sides;
		return { left: left.id, right: right.id, current: left === this.current ? 'left' : 'right' };
	}

	/** How long to wait before the next change is announced, so that steps do not wait for what is not looked at. */
	pauseMs = 0;

	/** Both branches as far as they were shown when they were brought together last. */
	get run(): { readonly comparison: Comparison; readonly reader: Reader } {
		return this.made ?? this.refreshed();
	}

	/** The same as far as they were shown by now. The same object until one got further. */
	refreshed(): { readonly comparison: Comparison; readonly reader: Reader } {
		const [left, right] = this.sides;
		const [leftLimit, rightLimit] = [left.debuggee.cursor.furthest, right.debuggee.cursor.furthest];
		const shown = `${leftLimit} ${rightLimit}`;
		if (this.made && this.shown === shown) return this.made;
		const start = performance.now();
		const comparison = this.comparer.upTo(leftLimit, rightLimit);
		this.shown = shown;
		this.made = { comparison, reader: comparisonReader(comparison) };
		this.pauseMs = PAUSES * (performance.now() - start);
		return this.made;
	}

	/** Where the debugger stands in the common run; null before the first record. */
	get cursor(): number | null {
		const { seq } = this.current.debuggee.cursor;
		if (seq < 0) return null;
		const place = placeOf(this.run.comparison, this.branches.current, seq);
		return place < 0 ? null : place;
	}
}

function nameOf({ id, title }: Branch): string {
	return `${id}  ${title}`;
}
