/**
 * Breakpoints as predicates over records, compiled so that a scan touches columns only.
 *
 * Each rule names the sites, keys or records that can concern it; the table turns that into one byte for each site and
 * key. A record whose byte is clear costs three array reads. The same table serves both directions.
 */

import { type Reader, type Site, STATE } from '../trace';
import { CHUNK_MASK, CHUNK_SIZE, type Chunk } from '../trace/chunk';

export type StopKind = 'line' | 'function' | 'data' | 'instruction' | 'exception' | 'output';

/** A predicate over records; `matches` may assume that the record is one of those it selected. */
export interface StopRule {
	/** Number under which the client knows the breakpoint; -1 for rules that it does not know. */
	readonly id: number;
	readonly kind: StopKind;
	/** What the rule is about: a call's name, an exception filter, a field. */
	readonly label: string;
	/** Whether records of this site can match (records that are not state changes). */
	selectsSite?(site: Site): boolean;
	/** Whether changes of this key can match. */
	selectsKey?(key: number): boolean;
	/** Records that can match whatever their site. */
	readonly records?: ReadonlySet<number>;
	/** True if any record with an error can match. */
	readonly selectsErrors?: boolean;
	/** True if any record of this kind (a number) can match. */
	readonly selectsKind?: number;
	matches(seq: number): boolean;
	/** Instead of stopping, says this. */
	readonly log?: (seq: number) => string;
}

const UNKNOWN = 0;
const CLEAR = 1;
const SELECTED = 2;

export class StopTable {
	private sites = new Uint8Array(256);
	private keys = new Uint8Array(256);
	private readonly kinds = new Uint8Array(8);
	private readonly errors: boolean;
	private readonly records: ReadonlySet<number> | undefined;
	private readonly watchesKeys: boolean;

	constructor(
		private readonly reader: Reader,
		readonly rules: readonly StopRule[],
	) {
		this.errors = rules.some((rule) => rule.selectsErrors === true);
		this.watchesKeys = rules.some((rule) => rule.selectsKey !== undefined);
		for (const rule of rules) if (rule.selectsKind !== undefined) this.kinds[rule.selectsKind] = 1;
		const records = rules.flatMap((rule) => [...(rule.records ?? [])]);
		this.records = records.length > 0 ? new Set(records) : undefined;
	}

	/** The first record in `from` … `end` - 1 that a rule matches, or -1. */
	next(from: number, end: number): number {
		if (this.rules.length === 0) return -1;
		for (let seq = from; seq < end; ) {
			const chunk = this.reader.trace.chunkOf(seq);
			const base = seq - (seq & CHUNK_MASK);
			const last = Math.min(end - base, CHUNK_SIZE);
			for (let i = seq & CHUNK_MASK; i < last; i++) {
				if (this.selects(chunk, i, base + i) && this.matchesAny(base + i)) return base + i;
			}
			seq = base + last;
		}
		return -1;
	}

	/** The last record in `first` … `from` that a rule matches, or -1. */
	previous(from: number, first: number): number {
		if (this.rules.length === 0) return -1;
		for (let seq = from; seq >= first; ) {
			const chunk = this.reader.trace.chunkOf(seq);
			const base = seq - (seq & CHUNK_MASK);
			const least = Math.max(first - base, 0);
			for (let i = seq & CHUNK_MASK; i >= least; i--) {
				if (this.selects(chunk, i, base + i) && this.matchesAny(base + i)) return base + i;
			}
			seq = base + least - 1;
		}
		return -1;
	}

	/** The rules that match record `seq`. */
	at(seq: number): readonly StopRule[] {
		return this.rules.filter((rule) => this.concerns(rule, seq) && rule.matches(seq));
	}

	private selects(chunk: Chunk, i: number, seq: number): boolean {
		const kind = chunk.kind(i);
		if (this.kinds[kind] === 1) return true;
		if (this.errors && chunk.error(i) > 0) return true;
		if (this.records?.has(seq)) return true;
		const number = chunk.site(i);
		if (kind === STATE) return this.watchesKeys && this.selectsKey(number);
		const known = number < this.sites.length ? this.sites[number] : UNKNOWN;
		return known === SELECTED || (known === UNKNOWN && this.classifySite(number, seq));
	}

	private classifySite(number: number, seq: number): boolean {
		const site = this.reader.site(seq);
		const selected = this.rules.some((rule) => rule.selectsSite?.(site) === true);
		if (number >= this.sites.length) this.sites = grown(this.sites, number);
		this.sites[number] = selected ? SELECTED : CLEAR;
		return selected;
	}

	private selectsKey(key: number): boolean {
		if (key >= this.keys.length) this.keys = grown(this.keys, key);
		const known = this.keys[key];
		if (known !== UNKNOWN) return known === SELECTED;
		const selected = this.rules.some((rule) => rule.selectsKey?.(key) === true);
		this.keys[key] = selected ? SELECTED : CLEAR;
		return selected;
	}

	private matchesAny(seq: number): boolean {
		return this.rules.some((rule) => this.concerns(rule, seq) && rule.matches(seq));
	}

	private concerns(rule: StopRule, seq: number): boolean {
		const { reader } = this;
		const kind = reader.kind(seq);
		if (rule.selectsKind === kind) return true;
		if (rule.selectsErrors && reader.errorId(seq) > 0) return true;
		if (rule.records?.has(seq)) return true;
		if (kind === STATE) return rule.selectsKey?.(reader.siteId(seq)) === true;
		return rule.selectsSite?.(reader.site(seq)) === true;
	}
}

function grown(bytes: Uint8Array<ArrayBuffer>, index: number): Uint8Array<ArrayBuffer> {
	const wider = new Uint8Array(Math.max(bytes.length * 2, index + 1));
	wider.set(bytes);
	return wider;
}

/**
 * How often a rule matched up to a record. Counted from the start of the run, so a hit count means the same whichever
 * way and however often the cursor passes.
 */
export class HitCounter {
	private readonly hits: number[] = [];
	private counted = 0;
	private readonly table: StopTable;

	constructor(reader: Reader, rule: StopRule) {
		this.table = new StopTable(reader, [rule]);
	}

	countUpTo(seq: number): number {
		while (this.counted <= seq) {
			const hit = this.table.next(this.counted, seq + 1);
			if (hit < 0) {
				this.counted = seq + 1;
				break;
			}
			this.hits.push(hit);
			this.counted = hit + 1;
		}
		let count = this.hits.length;
		while (count > 0 && (this.hits[count - 1] as number) > seq) count--;
		return count;
	}
}
