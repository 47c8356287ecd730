/**
 * Where the debugger stands in the trace, and how it gets elsewhere.
 *
 * The run behind the trace goes on when the cursor needs records that do not exist yet, and a little further while the
 * cursor stands and nobody asks for anything: what will happen does not depend on who looks. Nothing of that is shown
 * before the cursor gets there. Long moves are cut into slices of a few milliseconds with a turn of the event loop in
 * between, so that `pause` is always answered. Moving back, and forward again, reads what is already recorded.
 */
import type { Run } from '../scenario/interpreter/run';
import { CallStacks, type Reader } from '../trace';
import type { StopRule, StopTable } from './stopTable';

const sliceMs = 8;
/** Scheduler steps between two looks at the new records, at most; a move begins with one, since most moves are short. */
const stepsAtOnce = 16;
/** Records between two looks at the clock: fewer where conditions take long, so that a slice stays one. */
const blockMost = 1 << 16;
const blockFirst = 1 << 8;
const blockLeast = 1 << 4;
/** Records that the run gets ahead of a cursor that stands while the client is quiet; about 1.5 MB. */
const aheadMost = 1 << 14;
/** Real milliseconds without a move after which the client counts as quiet: what it asks at a stop must not wait. */
const quietMs = 3;

/** Where a move is going, besides the next stop rule that matches. */
export interface Goal {
	readonly direction: 'forward' | 'backward';
	/** Thread whose records can be the goal; -1 for all. */
	readonly thread: number;
	/** Whether the move ends at record `seq`; without it only stop rules end it. */
	readonly reached?: (seq: number) => boolean;
	/** Only breakpoints that this thread meets count; what the others do goes on unseen. */
	readonly onlyThread?: number;
	/** True if breakpoints on the way do not count. */
	readonly ignoresRules?: boolean;
}

export type Arrival =
	| { readonly kind: 'stopped'; readonly rules: readonly StopRule[] }
	| { readonly kind: 'goal' }
	| { readonly kind: 'paused' }
	/** The cursor stands on the first record; a move backwards found nothing. */
	| { readonly kind: 'start' }
	/** The cursor stands on the last record and the run is over. */
	| { readonly kind: 'end' };

export interface CursorListener {
	/** The cursor passes a record that a rule with a message, or an output rule, matches. */
	passed(seq: number, rule: StopRule): void;
	/** A slice is over and another one will follow. */
	progressed(): void;
}

export class Cursor {
	/** The record at which execution stands; -1 before the first. */
	seq = -1;
	/** The furthest record that was ever reached. */
	furthest = -1;
	readonly stacks: CallStacks;
	private move: { readonly goal: Goal; readonly done: (arrival: Arrival) => void } | undefined;
	private pauseAsked = false;
	/** The cursor stands behind the last record, of which it shows the state: on the way back that record counts again. */
	private isBehind = false;
	private block = blockFirst;
	private stopped = false;
	private waitsForQuiet = false;
	/** How many moves there have been. */
	private moves = 0;

	constructor(
		readonly run: Run,
		/** The rules in force; may be exchanged while the cursor moves. */
		public table: StopTable,
		private readonly listener: CursorListener,
	) {
		this.stacks = new CallStacks(run.reader);
	}

	get reader(): Reader {
		return this.run.reader;
	}

	get isMoving(): boolean {
		return this.move !== undefined;
	}

	get isAtEnd(): boolean {
		return this.run.state.kind !== 'running' && this.seq >= this.reader.length - 1;
	}

	/** Starts a move; `done` is called when it is over, possibly before this returns. */
	start(goal: Goal, done: (arrival: Arrival) => void): void {
		this.move = { goal, done };
		this.moves++;
		this.pauseAsked = false;
		this.block = blockFirst;
		this.turn();
	}

	/** Ends the move under way at the record it has reached. */
	pause(): void {
		this.pauseAsked = true;
	}

	/** Ends the move for good: the session is over. */
	dispose(): void {
		this.stopped = true;
		this.move = undefined;
	}

	/** Puts the cursor on a record that exists. */
	place(seq: number): void {
		this.seq = seq;
		this.isBehind = false;
		if (seq > this.furthest) this.furthest = seq;
	}

	/**
	 * Lets the run go on until it has a record `seq`; false if it ended before. Costs what the missing records cost.
	 * @param withinMs real time after which it gives up
	 */
	reach(seq: number, withinMs = Number.POSITIVE_INFINITY): boolean {
		const deadline = performance.now() + withinMs;
		while (this.reader.length <= seq && this.run.state.kind === 'running' && performance.now() < deadline) {
			this.run.advance(stepsAtOnce);
		}
		return this.reader.length > seq;
	}

	private turn(): void {
		const { move } = this;
		if (!move || this.stopped) return;
		const deadline = performance.now() + sliceMs;
		const arrival =
			move.goal.direction === 'forward' ? this.forward(move.goal, deadline) : this.backward(move.goal, deadline);
		if (arrival) {
			this.move = undefined;
			move.done(arrival);
			this.waitForQuiet();
			return;
		}
		this.listener.progressed();
		setImmediate(() => this.turn());
	}

	/** Runs ahead when the cursor has stood for a while. */
	private waitForQuiet(): void {
		if (this.waitsForQuiet || !this.wantsMore()) return;
		this.waitsForQuiet = true;
		const { moves } = this;
		setTimeout(() => {
			this.waitsForQuiet = false;
			if (this.moves === moves) this.runAhead(moves);
			else this.waitForQuiet();
		}, quietMs).unref();
	}

	/** One scheduler step in each turn of the event loop, so that a request waits for no more than that. */
	private runAhead(moves: number): void {
		if (this.moves !== moves || !this.wantsMore()) return;
		this.run.advance(1);
		this.stacks.follow();
		setImmediate(() => this.runAhead(moves));
	}

	private wantsMore(): boolean {
		return (
			!this.stopped &&
			this.move === undefined &&
			this.run.state.kind === 'running' &&
			this.reader.length < this.seq + aheadMost
		);
	}

	private forward(goal: Goal, deadline: number): Arrival | undefined {
		for (let steps = 1; ; steps = Math.min(stepsAtOnce, steps * 2)) {
			if (this.pauseAsked) return this.pausedAt();
			while (this.seq + 1 < this.reader.length) {
				const arrival = this.scanForward(goal, Math.min(this.reader.length, this.seq + 1 + this.block));
				if (arrival) return arrival;
				if (this.isOver(deadline)) return undefined;
			}
			if (this.run.state.kind !== 'running') {
				this.isBehind = true;
				return { kind: 'end' };
			}
			if (performance.now() > deadline) return undefined;
			this.run.advance(steps);
		}
	}

	/** Whether the slice is over; the next block is as long as one of its quarters allows. */
	private isOver(deadline: number): boolean {
		const left = deadline - performance.now();
		if (left < 0) this.block = Math.max(blockLeast, this.block >> 2);
		else if (left > sliceMs / 2) this.block = Math.min(blockMost, this.block << 1);
		return left < 0;
	}

	/** Moves over the records before `end`; says where if something ends the move. */
	private scanForward(goal: Goal, end: number): Arrival | undefined {
		const target = this.nextGoal(goal, end);
		const limit = target < 0 ? end : target + 1;
		for (let from = this.seq + 1; from < limit && !goal.ignoresRules; ) {
			const hit = this.table.next(from, limit);
			if (hit < 0) break;
			const rules = this.stopsAt(hit, true, goal);
			if (rules.length > 0) {
				this.place(hit);
				return { kind: 'stopped', rules };
			}
			from = hit + 1;
		}
		this.place(limit - 1);
		return target < 0 ? undefined : { kind: 'goal' };
	}

	private nextGoal(goal: Goal, end: number): number {
		const { reached, thread } = goal;
		if (!reached) return -1;
		if (thread < 0) {
			for (let seq = this.seq + 1; seq < end; seq++) if (reached(seq)) return seq;
			return -1;
		}
		let seq = this.stacks.nextRecord(thread, this.seq);
		while (seq >= 0 && seq < end && !reached(seq)) seq = this.stacks.nextRecord(thread, seq);
		return seq < end ? seq : -1;
	}

	private backward(goal: Goal, deadline: number): Arrival | undefined {
		for (;;) {
			if (this.pauseAsked) return this.pausedAt();
			if (this.seq <= 0) {
				this.seq = Math.min(0, this.reader.length - 1);
				return { kind: 'start' };
			}
			const arrival = this.scanBackward(goal, Math.max(0, this.seq - this.block));
			if (arrival) return arrival;
			if (this.isOver(deadline)) return undefined;
		}
	}

	private scanBackward(goal: Goal, first: number): Arrival | undefined {
		const target = this.previousGoal(goal, first);
		const limit = target < 0 ? first : target;
		const begin = this.isBehind ? this.seq : this.seq - 1;
		this.isBehind = false;
		for (let from = begin; from >= limit; ) {
			const hit = this.table.previous(from, limit);
			if (hit < 0) break;
			const rules = this.stopsAt(hit, false, goal);
			if (rules.length > 0) {
				this.seq = hit;
				return { kind: 'stopped', rules };
			}
			from = hit - 1;
		}
		this.seq = limit;
		return target < 0 ? undefined : { kind: 'goal' };
	}

	private previousGoal(goal: Goal, first: number): number {
		const { reached, thread } = goal;
		if (!reached) return -1;
		if (thread < 0) {
			for (let seq = this.seq - 1; seq >= first; seq--) if (reached(seq)) return seq;
			return -1;
		}
		let seq = this.stacks.lastRecord(thread, this.seq - 1);
		while (seq >= first && !reached(seq)) seq = this.stacks.lastRecord(thread, seq - 1);
		return seq >= first ? seq : -1;
	}

	/** The rules that stop at `seq`; those that only speak do so. */
	private stopsAt(seq: number, forward: boolean, { onlyThread }: Goal): readonly StopRule[] {
		const stops: StopRule[] = [];
		const counts = onlyThread === undefined || this.reader.thread(seq) === onlyThread;
		for (const rule of this.table.at(seq)) {
			if (rule.kind !== 'output' && !rule.log) {
				if (counts) stops.push(rule);
			} else if (rule.kind !== 'output' || (forward && seq > this.furthest)) this.listener.passed(seq, rule);
		}
		return stops;
	}

	private pausedAt(): Arrival {
		if (this.seq < 0 && this.reader.length > 0) this.place(0);
		return { kind: 'paused' };
	}
}
