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
import type { Comparison } from './compare';
import { rowFilter } from './filter';
import { hostOf, roleOf, standIn } from './lens';
import { Numbers } from './numbers';
import { isSameCall, isSameOutcome, noRepeats, type Repeats, type Unit } from './repeats';

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
	/** Row that draws it; -1 if it is not drawn. */
	row: number;
	/** The call around it, or undefined. */
	readonly outer: OpenCall | undefined;
	/** Whether a row was drawn inside. */
	hasRows: boolean;
}

export class Rows {
	/** Record of each row. */
	readonly seqs = new Numbers();
	/** On a drawn call: the record of its return, else -1. */
	readonly returns = new Numbers();
	/** On a drawn call that returned: the last row of its activation, else -1. */
	readonly ends = new Numbers();
	/** Number of drawn calls around the row. */
	readonly depths = new Numbers();
	/** Records that a folding row stands for, by row; the row's own record is the first. */
	readonly folds = new Map<number, Numbers>();
	/** Equal calls that were counted instead of drawn, by the row of the first one. */
	readonly repeats = new Map<number, Repeats>();
	/** First row of each band. */
	readonly bands = new Numbers();
	/** Rows of the calls that are open at the start of each page. */
	readonly openAtPage: (readonly number[])[] = [];
	/** Lifelines in order of appearance, with the first row that uses each. */
	readonly appearances = new Map<string, number>();
	private readonly open = new Map<number, OpenCall>();
	private readonly openRows = new Set<number>();
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
	/** The call that the last rows draw, if it could be repeated. */
	private unit: Unit | undefined;
	/** A call that is counted so far; it is drawn after all if something happens inside or it ends otherwise. */
	private pending: { readonly seq: number; readonly open: OpenCall; readonly repeats: Repeats } | undefined;
	private band = -1;
	private followed = 0;
	/** One for a view in which nothing but folds is drawn. */
	foldLifeline: string | undefined;
	/** Number of calls so far, drawn or not. */
	callCount = 0;

	constructor(
		readonly reader: Reader,
		readonly view: ViewSettings,
		/** The trace is the one of a comparison. */
		readonly comparison?: Comparison,
	) {
		this.hidden = new Set(view.hidden);
		this.collapsed = new Set(view.collapsed);
		this.isWanted = rowFilter(reader, view.filter);
		// What somebody looks for is not folded away again; equal parts of two runs are folded anyway.
		const isPlain = this.isWanted === undefined && comparison === undefined;
		this.unfolded = !isPlain || (view.unfolded?.includes('initialization') ?? false);
		this.foldsRepeats = isPlain && !view.unfolded?.includes('repeats');
	}

	/** Number of rows whose record is at most `limit`. */
	countUpTo(limit: number): number {
		this.follow();
		return this.seqs.countUpTo(limit);
	}

	/** The row that draws record `seq` or counts it, or the last one before it; -1 before the first. */
	rowOf(seq: number): number {
		const row = this.countUpTo(seq) - 1;
		for (const call of [row, row - 1]) {
			const repeats = this.repeats.get(call);
			if (!repeats) continue;
			// Inside of a call that is only counted, the row of the call stands for it.
			return repeats.calls.countUpTo(seq) > repeats.returns.countUpTo(seq) ? call : row;
		}
		return row;
	}

	/** Whether the row draws a call, with an activation. */
	isCallRow(row: number): boolean {
		return this.reader.kind(this.seqs.at(row)) === CALL && !this.folds.has(row);
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

	/** Reads what the trace got since the last time. */
	follow(): void {
		const { reader } = this;
		const { length } = reader;
		for (; this.followed < length; this.followed++) this.take(this.followed);
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
		this.callCount++;
		const within = this.reader.within(seq);
		const open: OpenCall = { row: -1, outer: within === null ? undefined : this.open.get(within), hasRows: false };
		const isDrawn = this.view.lens !== 'wire' && this.isBetweenLifelines(seq) && this.passes(seq);
		if (isDrawn && !this.repeat(seq, open)) {
			const row = this.add(seq);
			// What is folded away has no activation of its own.
			if (!this.folds.has(row)) {
				open.row = row;
				this.openRows.add(row);
			}
		}
		this.open.set(seq, open);
	}

	/** Counts the call if it is equal to the one before it. */
	private repeat(seq: number, open: OpenCall): boolean {
		const { unit } = this;
		if (!unit || this.pending || !isSameCall(this.reader, unit, seq)) return false;
		const repeats = this.repeats.get(unit.row) ?? noRepeats();
		this.repeats.set(unit.row, repeats);
		repeats.calls.push(seq);
		this.pending = { seq, open, repeats };
		return true;
	}

	/** Draws the call that was only counted so far. */
	private drawPending(): void {
		const { pending } = this;
		if (!pending) return;
		this.pending = undefined;
		pending.repeats.calls.length--;
		const row = this.add(pending.seq);
		pending.open.row = row;
		this.openRows.add(row);
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
		if (this.pending?.seq === call) {
			if (this.unit && isSameOutcome(this.reader, this.unit, seq)) {
				this.pending.repeats.returns.push(seq);
				this.pending = undefined;
				return;
			}
			this.drawPending();
		}
		if (open.row < 0) {
			const isFound = this.isWanted?.(seq) === true && this.view.lens !== 'wire' && this.isBetweenLifelines(seq);
			const isDifference = this.comparison !== undefined && this.foldOf(seq) < 0 && this.isBetweenLifelines(seq);
			if (isFound || isDifference) this.add(seq);
			return;
		}
		if (open.hasRows || this.tells(seq)) this.add(seq);
		this.openRows.delete(open.row);
		this.returns.set(open.row, seq);
		const last = this.seqs.length - 1;
		this.ends.set(open.row, last);
		// A leaf that is still the last thing drawn: one row, or two with its return.
		const isLast = last === open.row || (last === open.row + 1 && this.seqs.at(last) === seq);
		this.unit = this.foldsRepeats && !open.hasRows && isLast ? { row: open.row, call, back: seq } : undefined;
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
		this.drawPending();
		this.unit = undefined;
		const phase = this.reader.phase(seq);
		const row = this.seqs.length;
		const group = this.foldOf(seq);
		if (group >= 0) {
			const fold = this.lastFold === group ? this.folds.get(row - 1) : undefined;
			if (fold) {
				fold.push(seq);
				return row - 1;
			}
			const members = new Numbers();
			members.push(seq);
			this.folds.set(row, members);
		}
		this.lastFold = group;
		this.append(seq, row, phase);
		return row;
	}

	/** What a record is folded into: -1 nothing, 0 initialization, from 1 the equal stretches of two runs. */
	private foldOf(seq: number): number {
		const { comparison } = this;
		if (comparison && !this.view.unfolded?.includes('equal')) return comparison.stretches[seq] ?? -1;
		return this.reader.phase(seq) === INITIALIZATION && !this.unfolded && this.canFold(seq) ? 0 : -1;
	}

	/** What somebody said or what failed is never folded away. */
	private canFold(seq: number): boolean {
		const kind = this.reader.kind(seq);
		if (kind !== NOTE) return kind !== VIOLATION;
		const name = this.reader.name(seq);
		return name !== 'log' && name !== 'expectation failed';
	}

	private append(seq: number, row: number, phase: number): void {
		if (row % PAGE_SIZE === 0) this.openAtPage.push([...this.openRows]);
		this.startBand(seq, row, phase);
		const outer = this.around(seq);
		if (outer) outer.hasRows = true;
		this.seqs.push(seq);
		this.returns.push(-1);
		this.ends.push(-1);
		this.depths.push(outer ? (this.depths.at(outer.row) as number) + 1 : 0);
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
	private startBand(seq: number, row: number, phase: number): void {
		if (phase === this.band) return;
		const { reader } = this;
		const isAhead = (progress[phase] as number) > (progress[this.band] ?? -1);
		const isNewWork = phase === FALLBACK || (reader.kind(seq) === CALL && this.isApplication(reader.from(seq)));
		if (!isAhead && !isNewWork) return;
		this.band = phase;
		// A folding row is titled itself.
		if (!this.folds.has(row)) this.bands.push(row);
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
