/**
 * Loops among the rows: a block of messages that follows itself is drawn once and counted. Looking for them goes along with
 * the rows: after each one, the last rows are compared with those before them, never the whole run.
 *
 * A round may be cut anywhere, and calls may reach from one round into the next, as a waiting `recv` does; but round
 * after round they must do so in the same way. When a round is folded away, its open calls are taken over by their
 * likes in the first round, so that an activation that began in a loop ends where the last round's call ends.
 */
import { type Likenesses, unlike } from './likeness';
import { Numbers } from './numbers';

/** Longest block in rows. */
const BLOCK_MAX = 128;
/** Blocks up to this length must say exactly the same: they are counted on the arrow. */
const EXACT_MAX = 2;

/** A block of rows and how often it came. */
export interface Loop {
	readonly first: number;
	/** Rows of one round. */
	readonly length: number;
	/** Record of the first message of each round. */
	readonly rounds: Numbers;
}

interface Found extends Loop {
	/** Shape of the first row without the loop. */
	readonly head: number;
	/** Another loop contains it: its rounds are counted for all. */
	isInner: boolean;
}

/** The rows as loops need them. */
export interface LoopRows {
	readonly seqs: Numbers;
	/** Last row of each drawn call, -1 while it is open or for other rows. */
	readonly ends: Numbers;
	/** First row among those calls that end with a row; the row itself if there are none. */
	readonly earliestEnding: Numbers;
	isCall(row: number): boolean;
	/** The call drawn in `row`, which has ended, goes on as the one of `from`, which is open. */
	takeOver(row: number, from: number): void;
	/** Drops all rows from `length` on. */
	truncate(length: number): void;
}

export class Loops {
	private readonly shapes = new Numbers();
	/** In order of their end, inner ones before the outer one. */
	private readonly found: Found[] = [];
	/** Records that are folded away, ascending, and the row that stands for each. */
	readonly hiddenSeqs = new Numbers();
	readonly hiddenRows = new Numbers();

	constructor(
		private readonly rows: LoopRows,
		private readonly likenesses: Likenesses,
	) {}

	/** Goes on from where `other` is now. */
	take(other: Loops): void {
		this.shapes.take(other.shapes);
		this.hiddenSeqs.take(other.hiddenSeqs);
		this.hiddenRows.take(other.hiddenRows);
		for (const loop of other.found) {
			const rounds = new Numbers();
			rounds.take(loop.rounds);
			this.found.push({ ...loop, rounds });
		}
	}

	/** Loops that have rows from `first` to `last`. */
	between(first: number, last: number): readonly Loop[] {
		const overlapping: Loop[] = [];
		for (let at = this.countEndingBy(last + BLOCK_MAX) - 1; at >= 0; at--) {
			const loop = this.found[at] as Found;
			if (loop.first + loop.length <= first) break;
			if (loop.first <= last) overlapping.push(loop);
		}
		return overlapping;
	}

	/** Loops that hold a row. */
	at(row: number): readonly Loop[] {
		return this.between(row, row);
	}

	/** How many loops end with row `row` or before; they are in order of their end. */
	private countEndingBy(row: number): number {
		let low = 0;
		let high = this.found.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			const { first, length } = this.found[middle] as Found;
			if (first + length - 1 <= row) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/** A row of this shape is about to be appended: if it does not go on with the last loop, that one is complete. */
	settle(shape: number): void {
		const last = this.loopAtEnd();
		if (last && last.head !== shape) this.foldTandem();
	}

	append(shape: number): void {
		this.shapes.push(shape);
	}

	/** Folds the last rows away if they repeat what is before them. To be called when a row came or a call ended. */
	fold(): void {
		if (this.extend() || this.loopAtEnd()) return;
		this.foldTandem();
	}

	private get end(): number {
		return this.rows.seqs.length;
	}

	private loopAtEnd(): Found | undefined {
		const last = this.found.at(-1);
		return last && last.first + last.length === this.end ? last : undefined;
	}

	/** Whether the last rows are one more round of a loop. */
	private extend(): boolean {
		const { end } = this;
		for (let at = this.found.length - 1; at >= 0; at--) {
			const loop = this.found[at] as Found;
			const { first, length, head } = loop;
			if (first + length < end - BLOCK_MAX) return false;
			const second = end - length;
			if (loop.isInner || first + length !== second || !this.isSameBlock(first, second, length, head)) continue;
			if (!this.endsAlike(first, second, length)) return false;
			const start = this.rows.seqs.at(second);
			this.hide(first, second, length);
			loop.rounds.push(start);
			this.headOf(loop);
			return true;
		}
		return false;
	}

	/** Makes a loop of the last rows if they are the same block twice. The shortest block counts. */
	private foldTandem(): void {
		const { end } = this;
		for (let length = 1; length <= Math.min(BLOCK_MAX, end >> 1); length++) {
			const second = end - length;
			const first = second - length;
			if (!isSame(this.shapes, first, second, length)) continue;
			if (
				this.isSaidAgain(first, second, length) &&
				this.cutsNoLoop(first, second) &&
				this.endsAlike(first, second, length)
			)
				this.make(first, second, length);
			return;
		}
	}

	private make(first: number, second: number, length: number): void {
		const rounds = new Numbers();
		rounds.push(this.rows.seqs.at(first));
		rounds.push(this.rows.seqs.at(second));
		const head = this.shapes.at(first);
		this.hide(first, second, length);
		for (const inner of this.found) if (inner.first >= first) inner.isInner = true;
		const loop: Found = { first, length, rounds, head, isInner: false };
		this.found.push(loop);
		this.headOf(loop);
	}

	private headOf({ first, length, rounds, head }: Found): void {
		this.shapes.set(first, this.likenesses.loopShape(head, length, rounds.length));
	}

	private isSameBlock(first: number, second: number, length: number, head: number): boolean {
		const { shapes } = this;
		if (shapes.at(second) !== head || !isSame(shapes, first + 1, second + 1, length - 1)) return false;
		return this.isSaidAgain(first, second, length);
	}

	/** Short blocks must not differ in numbers either. */
	private isSaidAgain(first: number, second: number, length: number): boolean {
		if (length > EXACT_MAX) return true;
		const { seqs } = this.rows;
		const label = (row: number): number => this.likenesses.label(seqs.at(row));
		for (let at = 0; at < length; at++) if (label(first + at) !== label(second + at)) return false;
		return true;
	}

	/** Whether no loop reaches from one block into the other, or begins before them. */
	private cutsNoLoop(first: number, second: number): boolean {
		for (let at = this.found.length - 1; at >= 0; at--) {
			const loop = this.found[at] as Found;
			const end = loop.first + loop.length;
			if (end <= first) return true;
			if (loop.first < first || (loop.first < second && end > second)) return false;
		}
		return true;
	}

	/** Whether the calls of both blocks end in the same way: in their own block, or in the next one. */
	private endsAlike(first: number, second: number, length: number): boolean {
		const { ends, earliestEnding } = this.rows;
		for (let row = first; row < second; row++) {
			if (earliestEnding.at(row + length) < first) return false;
			if (!this.rows.isCall(row)) continue;
			const end = ends.at(row);
			const other = ends.at(row + length);
			if (end < 0 || (end < second ? other !== end + length : other >= 0)) return false;
		}
		return true;
	}

	/** Takes the second block away; the first one stands for it. */
	private hide(first: number, second: number, length: number): void {
		const { rows } = this;
		for (let row = first; row < second; row++) {
			if (rows.isCall(row) && rows.ends.at(row) >= second) rows.takeOver(row, row + length);
		}
		while ((this.found.at(-1)?.first ?? -1) >= second) this.found.pop();
		this.hideSeqs(second, length);
		this.shapes.length = second;
		rows.truncate(second);
	}

	/** Merges the block's rows with what inner loops hid among them. */
	private hideSeqs(second: number, length: number): void {
		const { seqs } = this.rows;
		const from = this.hiddenSeqs.countUpTo(seqs.at(second));
		const inner: (readonly [seq: number, row: number])[] = [];
		for (let at = from; at < this.hiddenSeqs.length; at++)
			inner.push([this.hiddenSeqs.at(at), this.hiddenRows.at(at) - length]);
		this.hiddenSeqs.length = from;
		this.hiddenRows.length = from;
		let next = 0;
		for (let row = second; row <= second + length; row++) {
			const seq = row < second + length ? seqs.at(row) : Number.POSITIVE_INFINITY;
			for (; next < inner.length && (inner[next] as readonly [number, number])[0] < seq; next++)
				this.pushHidden(...(inner[next] as readonly [number, number]));
			if (row < second + length) this.pushHidden(seq, row - length);
		}
	}

	private pushHidden(seq: number, row: number): void {
		this.hiddenSeqs.push(seq);
		this.hiddenRows.push(row);
	}
}

function isSame(shapes: Numbers, first: number, second: number, length: number): boolean {
	for (let at = length - 1; at >= 0; at--) {
		const shape = shapes.at(first + at);
		if (shape === unlike || shape !== shapes.at(second + at)) return false;
	}
	return true;
}
