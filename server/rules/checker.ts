/**
 * Judges a run by the documented rules: one pass over the trace, each record handed to the checks that asked for it.
 *
 * The checker follows a growing trace. A record is looked up by its kind and its site (for a state change by the type
 * of its object), which costs two array accesses; only a record that some check wants is made into an object. An interest
 * in state changes may name a field too (`socket.queuedRequests`), so that the many changes of others cost nothing.
 * Violation records are skipped: they are what the checker itself has found.
 */
import { History, type ObjectEntry, type Reader, type RecordKind, recordKinds, STATE, VIOLATION } from '../trace';
import type { CheckContext, MakeCheck, Reason, RuleCheck } from './check';
import { allChecks } from './checks';
import { recordView } from './recordView';
import type { RuleId } from './ruleBook';

/** A rule that record `seq` broke. */
export interface Violation {
	readonly rule: RuleId;
	readonly seq: number;
	readonly reason: Reason;
}

/** What a run says about one rule: how often it applied, and where first. */
export interface RuleResult {
	readonly rule: RuleId;
	readonly kept: number;
	/** First record at which the rule was kept; undefined if it never was. */
	readonly firstKept: number | undefined;
	readonly broken: number;
	/** First record that broke the rule; undefined if none did. */
	readonly firstBroken: number | undefined;
}

interface Count {
	kept: number;
	firstKept: number | undefined;
	broken: number;
	firstBroken: number | undefined;
}

/** Checks that want records of one kind. */
interface Wanted {
	/** Wants every record of the kind. */
	readonly any: RuleCheck[];
	readonly named: Map<string, RuleCheck[]>;
	/** By site number, or for state changes by key: found by name at the first record of the site. */
	readonly bySite: (readonly RuleCheck[] | undefined)[];
}

export class Checker {
	private readonly checks: readonly RuleCheck[];
	private readonly wanted: readonly Wanted[];
	private readonly context: CheckContext;
	private readonly counts = new Map<RuleId, Count>();
	private found: Violation[] = [];
	private next = 0;

	/**
	 * @param history shared with other readers of the run; the checker makes its own if left out
	 * @param makers the checks; all documented rules if left out
	 */
	constructor(
		private readonly reader: Reader,
		history: History = new History(reader),
		makers: readonly MakeCheck[] = allChecks,
	) {
		this.checks = makers.map((make) => make());
		this.wanted = recordKinds.map((kind) => wantedOf(kind, this.checks));
		this.context = {
			reader,
			history,
			kept: (rule, seq) => this.keep(rule, seq),
			broken: (rule, seq, text, ...args) => this.breach(rule, seq, { text, args }),
		};
	}

	/** Judges the records appended since the last call. @returns the violations that they show, in order of discovery */
	follow(): readonly Violation[] {
		const { reader, context } = this;
		for (; this.next < reader.length; this.next++) {
			const kind = reader.kind(this.next);
			if (kind === VIOLATION) continue;
			const checks = this.interestedIn(kind, reader.siteId(this.next));
			if (checks.length === 0) continue;
			const record = recordView(reader, this.next);
			for (const check of checks) check.record(record, context);
		}
		return this.take();
	}

	/** Judges what only the end of a run shows; call it once. @returns the violations not yet returned */
	end(): readonly Violation[] {
		const before = this.follow();
		for (const check of this.checks) check.end?.(this.context);
		return [...before, ...this.take()];
	}

	/** What the run has said so far about the rules that applied in it. */
	results(): ReadonlyMap<RuleId, RuleResult> {
		const results = new Map<RuleId, RuleResult>();
		for (const [rule, count] of this.counts) results.set(rule, { rule, ...count });
		return results;
	}

	private take(): readonly Violation[] {
		if (this.found.length === 0) return none;
		const { found } = this;
		this.found = [];
		return found;
	}

	private interestedIn(kind: number, siteId: number): readonly RuleCheck[] {
		const wanted = this.wanted[kind] as Wanted;
		const known = wanted.bySite[siteId];
		if (known) return known;
		const names = kind === STATE ? this.namesOfKey(siteId) : [this.reader.site(this.next).name];
		const named = names.flatMap((name) => wanted.named.get(name) ?? []);
		const checks = named.length > 0 ? [...new Set([...wanted.any, ...named])] : wanted.any;
		wanted.bySite[siteId] = checks;
		return checks;
	}

	/** `socket` and `socket.state`. */
	private namesOfKey(key: number): readonly string[] {
		const entry = this.reader.trace.objects[this.reader.objectOfKey(key)] as ObjectEntry;
		const { name, fields } = entry.type;
		return [name, `${name}.${fields[key - entry.firstKey]}`];
	}

	private keep(rule: RuleId, seq: number): void {
		const count = this.count(rule);
		count.kept++;
		count.firstKept ??= seq;
	}

	private breach(rule: RuleId, seq: number, reason: Reason): void {
		const count = this.count(rule);
		count.broken++;
		count.firstBroken ??= seq;
		this.found.push({ rule, seq, reason });
	}

	private count(rule: RuleId): Count {
		let count = this.counts.get(rule);
		if (!count) {
			count = { kept: 0, firstKept: undefined, broken: 0, firstBroken: undefined };
			this.counts.set(rule, count);
		}
		return count;
	}
}

const none: readonly Violation[] = [];

function wantedOf(kind: RecordKind, checks: readonly RuleCheck[]): Wanted {
	const any: RuleCheck[] = [];
	const named = new Map<string, RuleCheck[]>();
	for (const check of checks) {
		for (const interest of check.interests) {
			if (interest.kind !== kind) continue;
			if (interest.name === undefined) any.push(check);
			else named.set(interest.name, [...(named.get(interest.name) ?? []), check]);
		}
	}
	return { any: [...new Set(any)], named, bySite: [] };
}
