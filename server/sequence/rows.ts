/**
 * Which records a view draws, in order. The rows follow the trace: each record is looked at once, and what is kept is a
 * few integers a row, so that a row costs the same at the millionth record as at the first. What a row says is read from
 * the trace when its page is drawn.
 *
 * A return is drawn when it tells something: an error, a value, out parameters, or the end of a call inside of which
 * something else was drawn. Other returns only end their call's activation. State changes are never drawn.
 */
import type { ViewSettings } from '../protocol/diagram';
import { CALL, MESSAGE, NOTE, phases, RETURN, type Reader, SIGNAL, STATE, VIOLATION } from '../trace';
import { type Comparison, sideOf } from './compare';
import { rowFilter } from './filter';
import { hostOf, roleOf, standIn } from './lens';
import { Likenesses, unlike } from './likeness';
import { type LoopRows, Loops } from './loops';
import { Numbers } from './numbers';

/** Rows of a page. */
export const PAGE_SIZE = 25;

const INITIALIZATION = phases.indexOf('initialization');
const FALLBACK = phases.indexOf('fallback');

/** How far a connection has got in each phase. */
const progress = (['initialization', 'setup', 'fallback', 'negotiation', 'data', 'shutdown'] as const).reduce<number[]>(
	(ranks, phase, rank) => {
		ranks[phases.indexOf(phase)] = rank;
		return ranks;
	},
	[],
);

/** A call that has not returned yet. */
interface OpenCall {
	/** Row that draws it, or stands for it; -1 if it is not drawn. */
	row: number;
	/** The call around it, or undefined. */
	readonly outer: OpenCall | undefined;
	/** Whether a row was drawn inside. */
	hasRows: boolean;
}

export class Rows implements LoopRows {
	/** Record of each row. */
	readonly seqs = new Numbers();
	/** On a drawn call: the record of its return, else -1. */
	readonly returns = new Numbers();
	/** On a drawn call whose activation ended: its last row, else -1. */
	readonly ends = new Numbers();
	/** The record that ended that activation: its return, or that of the call that goes on for it in a loop; else -1. */
	readonly closings = new Numbers();
	/** First row among the calls that end with a row; the row itself if there are none. */
	readonly earliestEnding = new Numbers();
	/** Number of drawn calls around the row. */
	readonly depths = new Numbers();
	/** Records that a folding row stands for, by row; the row's own record is the first. */
	readonly folds = new Map<number, Numbers>();
	/** Blocks of rows that were counted instead of drawn again. */
	readonly loops: Loops;
	/** First row of each band. */
	readonly bands = new Numbers();
	/** Rows of the calls that are open at the start of each page. */
	readonly openAtPage: (readonly number[])[] = [];
	/** Lifelines in order of appearance, with the first row that uses each. */
	readonly appearances = new Map<string, number>();
	private readonly open = new Map<number, OpenCall>();
	/** Calls that are open, by the row that draws them or stands for them. */
	private readonly openRows = new Map<number, OpenCall>();
	/** Lifeline of each component by its number; null if it is not drawn. */
	private readonly lifelines: (string | null | undefined)[] = [];
	private readonly hidden: ReadonlySet<string>;
	private readonly collapsed: ReadonlySet<string>;
	/** Whether a record meets the view's filter; absent without one. */
	private readonly isWanted: ((seq: number) => boolean) | undefined;
	private readonly unfolded: boolean;
	/** What the last row folds: see `foldOf`. */
	private lastFold = -1;
	private readonly foldsRepeats: boolean;
	private readonly likenesses: Likenesses;
	/** Phase of the band that each row belongs to. */
	private readonly bandOf = new Numbers();
	private followed = 0;
	/** A row came, or a drawn call ended. */
	private hasChanged = false;
	/** One for a view in which nothing but folds is drawn. */
	foldLifeline: string | undefined;
	/** Records of all calls, drawn or not. */
	private readonly calls = new Numbers();

	constructor(
		readonly reader: Reader,
		readonly view: ViewSettings,
		/** The trace is the one of a comparison. */
		readonly comparison?: Comparison,
		/** Rows of a trace that begins with the same records, to go on from; see `fork`. */
		before?: Rows,
	) {
		this.hidden = new Set(view.hidden);
		this.collapsed = new Set(view.collapsed);
		this.isWanted = rowFilter(reader, view.filter);
		// What somebody looks for is not folded away again; equal parts of two runs are folded otherwise.
		const isPlain = this.isWanted === undefined && !comparison?.foldsEqual;
		this.unfolded = !isPlain || (view.unfolded?.includes('initialization') ?? false);
		this.foldsRepeats = isPlain && !view.unfolded?.includes('repeats');
		const side = (seq: number): string => (comparison ? sideOf(comparison, seq) : '');
		this.likenesses = new Likenesses(reader, side, before?.likenesses);
		this.loops = new Loops(this, this.likenesses);
		if (before) this.goOnFrom(before);
	}

	/**
	 * Rows of `reader`, whose trace begins with the records that these followed, and which are not looked at again. Both go
	 * on for themselves.
	 */
	fork(reader: Reader, comparison: Comparison | undefined): Rows {
		return new Rows(reader, this.view, comparison, this);
	}

	/** Number of records that were looked at. */
	get followedLength(): number {
		return this.followed;
	}

	private goOnFrom(other: Rows): void {
		const columns = (rows: Rows): readonly Numbers[] => [...rows.columns, rows.bands, rows.calls];
		columns(this).forEach((column, at) => {
			column.take(columns(other)[at] as Numbers);
		});
		for (const [row, members] of other.folds) {
			const copy = new Numbers();
			copy.take(members);
			this.folds.set(row, copy);
		}
		this.loops.take(other.loops);
		for (const open of other.openAtPage) this.openAtPage.push(open);
		for (const [lifeline, row] of other.appearances) this.appearances.set(lifeline, row);
		this.takeOpenCalls(other);
		this.lastFold = other.lastFold;
		this.followed = other.followed;
		this.foldLifeline = other.foldLifeline;
	}

	private takeOpenCalls(other: Rows): void {
		const copies = new Map<OpenCall, OpenCall>();
		const copyOf = (call: OpenCall): OpenCall => {
			const known = copies.get(call);
			if (known) return known;
			const copy = { ...call, outer: call.outer && copyOf(call.outer) };
			copies.set(call, copy);
			return copy;
		};
		for (const [seq, call] of other.open) this.open.set(seq, copyOf(call));
		for (const [row, call] of other.openRows) this.openRows.set(row, copyOf(call));
	}

	/** The columns that have an item for each row. */
	private get columns(): readonly Numbers[] {
		const { seqs, returns, ends, closings, earliestEnding, depths, bandOf } = this;
		return [seqs, returns, ends, closings, earliestEnding, depths, bandOf];
	}

	/** Number of rows whose record is at most `limit`. */
	countUpTo(limit: number): number {
		this.follow();
		return this.seqs.countUpTo(limit);
	}

	/** Number of calls whose record is at most `limit`, drawn or not. */
	callsUpTo(limit: number): number {
		this.follow();
		return this.calls.countUpTo(limit);
	}

	/** The row that draws record `seq` or stands for it, or the last one before it; -1 before the first. */
	rowOf(seq: number): number {
		const row = this.countUpTo(seq) - 1;
		const { hiddenSeqs, hiddenRows } = this.loops;
		const hidden = hiddenSeqs.countUpTo(seq) - 1;
		return hidden >= 0 && hiddenSeqs.at(hidden) > this.seqs.at(row) ? hiddenRows.at(hidden) : row;
	}

	/** Whether a row draws record `seq` or stands for it. */
	isShown(seq: number): boolean {
		const holds = (column: Numbers): boolean => column.at(column.countUpTo(seq) - 1) === seq;
		this.follow();
		return holds(this.seqs) || holds(this.loops.hiddenSeqs);
	}

	/** Records after `after` up to `limit` that a row draws or stands for, ascending. */
	*shownBetween(after: number, limit: number): Generator<number> {
		this.follow();
		const { seqs, folds } = this;
		const { hiddenSeqs } = this.loops;
		let hidden = hiddenSeqs.countUpTo(after);
		for (let row = Math.max(0, seqs.countUpTo(after) - 1); ; row++) {
			const next = row < seqs.length ? seqs.at(row) : Number.POSITIVE_INFINITY;
			for (; hidden < hiddenSeqs.length && hiddenSeqs.at(hidden) < Math.min(next, limit + 1); hidden++)
				yield hiddenSeqs.at(hidden);
			if (next > limit) return;
			const members = folds.get(row);
			if (!members && next > after) yield next;
			if (!members) continue;
			for (let at = members.countUpTo(after); at < members.countUpTo(limit); at++) yield members.at(at);
		}
	}

	/** The record before the one of `row` that is drawn or stood for; -1 before the first. */
	seqBefore(row: number): number {
		if (row <= 0) return -1;
		const { hiddenSeqs } = this.loops;
		const hidden = hiddenSeqs.countUpTo(this.seqs.at(row)) - 1;
		return Math.max(this.seqs.at(row - 1), hidden >= 0 ? hiddenSeqs.at(hidden) : -1);
	}

	/** Whether the row draws a call, with an activation. */
	isCallRow(row: number): boolean {
		return this.isCall(row) && !this.folds.has(row);
	}

	isCall(row: number): boolean {
		return this.reader.kind(this.seqs.at(row)) === CALL;
	}

	takeOver(row: number, from: number): void {
		const open = this.openRows.get(from);
		if (!open) throw new Error(`the call in row ${from} is not open`);
		open.row = row;
		this.openRows.delete(from);
		this.openRows.set(row, open);
		this.ends.set(row, -1);
		this.closings.set(row, -1);
	}

	truncate(length: number): void {
		for (const column of this.columns) column.length = length;
		this.bands.length = this.bands.countUpTo(length - 1);
		this.openAtPage.length = Math.ceil(length / PAGE_SIZE);
		this.lastFold = -1;
	}

	/** Hosts in the order in which the trace names them: that of the topology, which is written down first. */
	hostOrder(): readonly string[] {
		// The scenario itself and the network have no host.
		const parts = this.reader.trace.components.all().filter((id) => id.includes('.'));
		return [...new Set(parts.map(hostOf))];
	}

	/** Lifeline that stands for component number `component`, or null. The scenario itself has none. */
	lifelineOf(component: number): string | null {
		const known = this.lifelines[component];
		if (known !== undefined) return known;
		const id = this.reader.trace.components.at(component);
		const shown = id.includes('.') ? standIn(this.reader, id, this.view.lens) : undefined;
		const whole = shown !== undefined && this.collapsed.has(hostOf(shown)) ? hostOf(shown) : shown;
		const lifeline = whole === undefined || this.hidden.has(whole) ? null : whole;
		this.lifelines[component] = lifeline;
		return lifeline;
	}

	/** Reads what the trace got since the last time. @param end number of records to look at, all of them if left out */
	follow(end = this.reader.length): void {
		for (; this.followed < end; this.followed++) {
			this.take(this.followed);
			if (!this.hasChanged) continue;
			this.hasChanged = false;
			if (this.foldsRepeats) this.loops.fold();
		}
	}

	private take(seq: number): void {
		switch (this.reader.kind(seq)) {
			case STATE:
				return;
			case CALL:
				this.takeCall(seq);
				return;
			case RETURN:
				this.takeReturn(seq);
				return;
			case NOTE:
				if (this.showsNote(seq) && this.passes(seq)) this.add(seq);
				return;
			case SIGNAL:
			case MESSAGE:
				if (this.isBetweenLifelines(seq) && this.passes(seq)) this.add(seq);
				return;
			case VIOLATION:
				if (this.passes(seq)) this.add(seq);
		}
	}

	private takeCall(seq: number): void {
		this.calls.push(seq);
		const within = this.reader.within(seq);
		const open: OpenCall = { row: -1, outer: within === null ? undefined : this.open.get(within), hasRows: false };
		const isDrawn = this.view.lens !== 'wire' && this.isBetweenLifelines(seq) && this.passes(seq);
		if (isDrawn) {
			const row = this.add(seq);
			// What is folded away has no activation of its own.
			if (!this.folds.has(row)) {
				open.row = row;
				this.openRows.set(row, open);
			}
		}
		this.open.set(seq, open);
	}

	private takeReturn(seq: number): void {
		const call = this.reader.callOf(seq);
		const open = this.open.get(call);
		this.open.delete(call);
		if (!open) {
			// Two compared runs may each have their own outcome of one call.
			if (this.comparison && this.isBetweenLifelines(seq) && this.passes(seq)) this.add(seq);
			return;
		}
		if (open.row < 0) {
			const isFound = this.isWanted?.(seq) === true && this.view.lens !== 'wire' && this.isBetweenLifelines(seq);
			const isDifference = this.comparison !== undefined && this.foldOf(seq) < 0 && this.isBetweenLifelines(seq);
			if (isFound || isDifference) this.add(seq);
			return;
		}
		if (open.hasRows || this.tells(seq)) this.add(seq);
		this.end(open, seq);
	}

	private end({ row }: OpenCall, seq: number): void {
		const { seqs } = this;
		const last = seqs.length - 1;
		this.openRows.delete(row);
		// In a loop, the row may stand for the call of a later round.
		if (seqs.at(row) === this.reader.callOf(seq)) this.returns.set(row, seq);
		this.ends.set(row, last);
		this.closings.set(row, seq);
		this.earliestEnding.set(last, Math.min(this.earliestEnding.at(last), row));
		this.hasChanged = true;
	}

	/** Whether the return says more than that the call is over. */
	private tells(seq: number): boolean {
		const { reader } = this;
		if (reader.errorId(seq) > 0) return true;
		const result = reader.result(seq);
		if (result !== undefined && result !== null && result !== 0 && result !== true) return true;
		return Object.keys(reader.args(seq)).length > 0;
	}

	private showsNote(seq: number): boolean {
		const { reader, view } = this;
		const name = reader.name(seq);
		if (name === 'expectation failed') return true;
		if (name === 'statement' || view.lens === 'wire') return false;
		const lifeline = this.lifelineOf(reader.from(seq));
		if (lifeline === null) return false;
		if (this.collapsed.has(lifeline)) return name === 'log';
		return view.lens !== 'application' || name === 'log';
	}

	private passes(seq: number): boolean {
		return this.isWanted === undefined || this.isWanted(seq);
	}

	/** Whether both ends are drawn, and are two unless the record itself stays in one component. */
	private isBetweenLifelines(seq: number): boolean {
		const { reader } = this;
		const from = reader.from(seq);
		const to = reader.to(seq);
		const fromLifeline = this.lifelineOf(from);
		const toLifeline = this.lifelineOf(to);
		return fromLifeline !== null && toLifeline !== null && (fromLifeline !== toLifeline || from === to);
	}

	/** The innermost drawn call that is open around `seq`. */
	private around(seq: number): OpenCall | undefined {
		const within = this.reader.within(seq);
		let call = within === null ? undefined : this.open.get(within);
		while (call && call.row < 0) call = call.outer;
		return call;
	}

	/** Adds the row of `seq`, or counts it in the row that it is folded into. Returns the row. */
	private add(seq: number): number {
		this.hasChanged = true;
		const group = this.foldOf(seq);
		const fold = group >= 0 && this.lastFold === group ? this.folds.get(this.seqs.length - 1) : undefined;
		if (fold) {
			fold.push(seq);
			return this.seqs.length - 1;
		}
		const shape = group < 0 && this.foldsRepeats ? this.likenesses.shape(seq, this.depthOf(seq)) : unlike;
		if (this.foldsRepeats) this.loops.settle(shape);
		const row = this.seqs.length;
		if (group >= 0) {
			const members = new Numbers();
			members.push(seq);
			this.folds.set(row, members);
		}
		this.lastFold = group;
		this.append(seq, row);
		this.loops.append(shape);
		return row;
	}

	private depthOf(seq: number): number {
		const outer = this.around(seq);
		return outer ? (this.depths.at(outer.row) as number) + 1 : 0;
	}

	/** What a record is folded into: -1 nothing, 0 initialization, from 1 the equal stretches of two runs. */
	private foldOf(seq: number): number {
		const { comparison } = this;
		if (comparison?.foldsEqual) return this.view.unfolded?.includes('equal') ? -1 : (comparison.stretches[seq] ?? -1);
		if (comparison && sideOf(comparison, seq) !== '') return -1;
		return this.reader.phase(seq) === INITIALIZATION && !this.unfolded && this.canFold(seq) ? 0 : -1;
	}

	/** What somebody said or what failed is never folded away. */
	private canFold(seq: number): boolean {
		const kind = this.reader.kind(seq);
		if (kind !== NOTE) return kind !== VIOLATION;
		const name = this.reader.name(seq);
		return name !== 'log' && name !== 'expectation failed';
	}

	private append(seq: number, row: number): void {
		if (row % PAGE_SIZE === 0) this.openAtPage.push([...this.openRows.keys()]);
		this.startBand(seq, row);
		const outer = this.around(seq);
		if (outer) outer.hasRows = true;
		this.seqs.push(seq);
		this.returns.push(-1);
		this.ends.push(-1);
		this.closings.push(-1);
		this.earliestEnding.push(row);
		this.depths.push(this.depthOf(seq));
		// A fold stands across all lifelines and needs none of its own.
		if (this.folds.has(row)) {
			this.foldLifeline ??= this.lifelineOf(this.reader.from(seq)) ?? undefined;
			return;
		}
		this.appear(this.reader.from(seq), row);
		this.appear(this.reader.to(seq), row);
	}

	/**
	 * A band begins where the run gets further: hosts do not change phase at the same record, and what one of them still
	 * has to finish of the earlier phase is not worth a band. Going back takes an application's call, or falling back.
	 */
	private startBand(seq: number, row: number): void {
		const { reader } = this;
		const phase = reader.phase(seq);
		const band = row === 0 ? -1 : this.bandOf.at(row - 1);
		const isAhead = (progress[phase] as number) > (progress[band] ?? -1);
		const isNewWork = phase === FALLBACK || (reader.kind(seq) === CALL && this.isApplication(reader.from(seq)));
		const isNew = phase !== band && (isAhead || isNewWork);
		this.bandOf.push(isNew ? phase : band);
		// A folding row is titled itself.
		if (isNew && !this.folds.has(row)) this.bands.push(row);
	}

	private isApplication(component: number): boolean {
		return roleOf(this.reader, this.reader.trace.components.at(component)) === 'application';
	}

	private appear(component: number, row: number): void {
		const lifeline = this.lifelineOf(component);
		if (lifeline === null || this.appearances.has(lifeline)) return;
		this.appearances.set(lifeline, row);
	}
}
