/**
 * Two runs as one trace. A record of one run is the other's record if it is the same call (or signal, message, note) for
 * the same ordinal time under the same cause: what a call does belongs to the call, what a thread does by itself to what
 * woke it. Times, numbers of records and the order of what does not depend on each other tell nothing apart.
 *
 * What both have in common stands in the left run's order. A record that says something else in the right run is there
 * twice, once for each side.
 */
import type { Side } from '../protocol/diagram';
import { plainValue, Reader, type Trace, type TraceRecord, TraceWriter } from '../trace';

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

/** A record of one run and what it is the same as in the other. */
interface Item {
	readonly record: TraceRecord;
	/** Names the record by its place in the tree of causes. */
	readonly identity: string;
	/** What it says beyond its name. */
	readonly content: string;
}

/** Brings two runs together. */
export function compareRuns(
	left: Reader,
	right: Reader,
	leftName: string,
	rightName: string,
	{ leftLimit, rightLimit, foldsEqual = true }: CompareOptions = {},
): Comparison {
	/** The same number for the same path, in both runs: an identity stays short, however deep the calls are. */
	const paths = new Map<string, number>();
	const lefts = itemsOf(left, paths, leftLimit);
	const rights = itemsOf(right, paths, rightLimit);
	const rightByIdentity = new Map(rights.map((item, position) => [item.identity, position]));
	const partner = lefts.map(({ identity }) => rightByIdentity.get(identity) ?? -1);
	const isMatched = new Set(partner.filter((position) => position >= 0));
	const anchors = new Set(longestRise(partner));
	const merger = new Merger();
	let nextRight = 0;
	lefts.forEach((item, position) => {
		const other = partner[position] as number;
		if (anchors.has(position)) {
			for (; nextRight < other; nextRight++) {
				if (!isMatched.has(nextRight)) merger.addRight(rights[nextRight] as Item);
			}
			nextRight = other + 1;
		}
		if (other < 0) merger.addLeft(item);
		else merger.addBoth(item, rights[other] as Item);
	});
	for (; nextRight < rights.length; nextRight++) {
		if (!isMatched.has(nextRight)) merger.addRight(rights[nextRight] as Item);
	}
	return { ...merger.result(), leftName, rightName, foldsEqual };
}

/** Notes that are not drawn: what runs, and with which seed. */
const untold: ReadonlySet<string> = new Set(['scenario', 'statement']);

/** Everything that can be drawn. */
function itemsOf(reader: Reader, paths: Map<string, number>, limit = reader.length - 1): readonly Item[] {
	const identities = new Map<number, string>();
	const counts = new Map<string, number>();
	const items: Item[] = [];
	for (let seq = 0; seq <= Math.min(limit, reader.length - 1); seq++) {
		const record = reader.record(seq);
		if (record.kind === 'state') continue;
		const parent = record.kind === 'return' ? record.call : (record.within ?? record.cause);
		const around = parent === null || parent === undefined ? '' : (identities.get(parent) ?? '');
		const prefix = [around, record.kind, record.thread, record.from, record.to, record.name].join('\u0001');
		const ordinal = counts.get(prefix) ?? 0;
		counts.set(prefix, ordinal + 1);
		const path = paths.get(prefix) ?? paths.size;
		paths.set(prefix, path);
		const identity = `${path}:${ordinal}`;
		identities.set(seq, identity);
		if (record.kind === 'note' && untold.has(record.name)) continue;
		items.push({ record, identity, content: contentOf(record) });
	}
	return items;
}

/** Times in arguments are as little a difference as those of records. */
function contentOf({ args, result, error, rules }: TraceRecord): string {
	const { arrives: _, ...telling } = args as { readonly [name: string]: never };
	return JSON.stringify([plainValue(telling), result === undefined ? null : plainValue(result), error ?? null, rules]);
}

/** Positions of the longest stretch of `values` that rises (not -1), ascending. */
function longestRise(values: readonly number[]): readonly number[] {
	const tails: number[] = [];
	const before: number[] = [];
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

/** Writes the common trace. */
class Merger {
	private readonly writer = new TraceWriter();
	private readonly left: number[] = [];
	private readonly right: number[] = [];
	/** Where the records of each run went. */
	private readonly fromLeft = new Map<number, number>();
	private readonly fromRight = new Map<number, number>();
	private readonly retold = new Set<number>();

	addLeft({ record }: Item): void {
		this.write(this.moved(record, this.fromLeft), record.seq, -1);
		this.fromLeft.set(record.seq, this.left.length - 1);
	}

	addRight({ record }: Item): void {
		this.write(this.moved(record, this.fromRight), -1, record.seq);
		this.fromRight.set(record.seq, this.right.length - 1);
	}

	addBoth(left: Item, right: Item): void {
		const isSame = left.content === right.content;
		this.write(this.moved(left.record, this.fromLeft), left.record.seq, isSame ? right.record.seq : -1);
		const place = this.left.length - 1;
		this.fromLeft.set(left.record.seq, place);
		this.fromRight.set(right.record.seq, place);
		if (isSame) return;
		const other = this.moved(right.record, this.fromRight);
		// One call has one activation; the other run's arguments are told by a message of their own.
		const told = other.kind === 'call' ? ({ ...other, kind: 'signal' } as const) : other;
		if (other.kind === 'call') this.retold.add(this.left.length);
		this.write(told, -1, right.record.seq);
	}

	result(): Omit<Comparison, 'leftName' | 'rightName' | 'foldsEqual'> {
		const left = Int32Array.from(this.left);
		const right = Int32Array.from(this.right);
		const differences = this.left.flatMap((seq, place) => (seq < 0 || this.right[place] === -1 ? [place] : []));
		const stretches = equalStretches(left.length, differences);
		return { trace: this.writer.trace, left, right, stretches, differences, retold: this.retold };
	}

	private write(record: TraceRecord, left: number, right: number): void {
		this.writer.append(record);
		this.left.push(left);
		this.right.push(right);
	}

	/** The record with its references led to where those records went. */
	private moved(record: TraceRecord, places: ReadonlyMap<number, number>): TraceRecord {
		const { within, cause, call } = record;
		const place = (seq: number | null): number | null => (seq === null ? null : (places.get(seq) ?? null));
		const moved = { ...record, within: place(within), cause: place(cause) };
		if (call === undefined) return moved;
		const opened = places.get(call);
		// A return whose call is not there is told as a signal.
		return opened === undefined ? { ...moved, kind: 'signal' } : { ...moved, call: opened };
	}
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
