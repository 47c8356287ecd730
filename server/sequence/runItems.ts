/**
 * What each record of a run is in the tree of causes, as a number that is the same for the same record of another run. The
 * numbers follow a run that grows: a record is looked at once.
 */
import { NOTE, RETURN, type Reader, STATE } from '../trace';
import { Numbers } from './numbers';

/** Notes that are not drawn: what runs, and with which seed. */
const untold: ReadonlySet<string> = new Set(['scenario', 'statement']);

/** The numbers that two runs have in common. */
export class Identities {
	private readonly names = new Map<string, number>();
	private readonly paths = new Map<string, number>();
	/** By path: the identity of the first record there, of the second, and so on. */
	private readonly byPath: number[][] = [];
	private count = 0;

	name(text: string): number {
		return numbered(this.names, text);
	}

	/** A kind of record in one place: what led to it, its kind, who wrote it, and its name. */
	path(key: string): number {
		return numbered(this.paths, key);
	}

	/** @param ordinal how many records the run had at this path before, from 0 */
	identity(path: number, ordinal: number): number {
		this.byPath[path] ??= [];
		const known = this.byPath[path] as number[];
		for (let next = known.length; next <= ordinal; next++) known.push(this.count++);
		return known[ordinal] as number;
	}
}

function numbered(numbers: Map<string, number>, key: string): number {
	const known = numbers.get(key);
	if (known !== undefined) return known;
	numbers.set(key, numbers.size);
	return numbers.size - 1;
}

export class RunItems {
	/** Every record that can be drawn, ascending. */
	readonly seqs = new Numbers();
	/** The identity of each of them. */
	readonly identities = new Numbers();
	/** Position of each identity in `seqs`. */
	private readonly positions = new Map<number, number>();
	/** Identity of each record of the run, -1 for state changes. */
	private readonly all = new Numbers();
	private readonly counts: number[] = [];
	private readonly components: number[] = [];
	private readonly names: number[] = [];

	constructor(
		readonly reader: Reader,
		private readonly shared: Identities,
	) {}

	/** Number of items up to record `limit`. */
	upTo(limit: number): number {
		const { reader, all } = this;
		const end = Math.min(limit + 1, reader.length);
		while (all.length < end) this.take(all.length);
		return this.seqs.countUpTo(limit);
	}

	/** Position of the item with this identity, -1 if there is none. */
	positionOf(identity: number): number {
		return this.positions.get(identity) ?? -1;
	}

	private take(seq: number): void {
		const { reader, shared, counts } = this;
		const kind = reader.kind(seq);
		if (kind === STATE) {
			this.all.push(-1);
			return;
		}
		const parent = kind === RETURN ? reader.callOf(seq) : (reader.within(seq) ?? reader.cause(seq));
		const around = parent < 0 ? -1 : this.all.at(parent);
		const who = `${this.component(reader.thread(seq))} ${this.component(reader.from(seq))} ${this.component(reader.to(seq))}`;
		const path = shared.path(`${around} ${kind} ${who} ${this.name(seq)}`);
		const ordinal = counts[path] ?? 0;
		counts[path] = ordinal + 1;
		const identity = shared.identity(path, ordinal);
		this.all.push(identity);
		if (kind === NOTE && untold.has(reader.name(seq))) return;
		this.positions.set(identity, this.seqs.length);
		this.seqs.push(seq);
		this.identities.push(identity);
	}

	private component(number: number): number {
		this.components[number] ??= this.shared.name(this.reader.trace.components.at(number));
		return this.components[number] as number;
	}

	private name(seq: number): number {
		const site = this.reader.siteId(seq);
		this.names[site] ??= this.shared.name(this.reader.name(seq));
		return this.names[site] as number;
	}
}
