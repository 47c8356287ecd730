/**
 * Judges a run by the documented rules: one pass over the trace, each record handed to the checks that asked for it.
 *
 * The checker follows a growing trace. Who wants a record is looked up by its kind, its site (for a state change by the
 * type of its object) and the roles of the two components, which costs a few array accesses; only for a record that some
 * check wants is a view made, and all of them share it. Violation records are skipped: they are what the checker itself
 * has found.
 */
import { CALL, History, RETURN, type Reader, type RecordKind, recordKinds, STATE, VIOLATION } from '../trace';
import { siteAt } from '../trace/site';
import {
	type Cast,
	directionsOfPair,
	INTO_PROVIDER,
	INTO_SWITCH,
	INTO_TCPIP,
	isUpCallSite,
	OUT_OF_PROVIDER,
	OUT_OF_SWITCH,
	OUT_OF_TCPIP,
} from './cast';
import type { CheckContext, Interest, Judge, MakeCheck, Reason, RuleCheck } from './check';
import { allChecks } from './checks';
import { Model } from './checks/data/model';
import { indexesOf } from './indexes';
import { castOf, recordView } from './recordView';
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

/** An interest with the function that gets its records. */
interface Wish {
	readonly interest: Interest;
	readonly check: RuleCheck;
	readonly judge: Judge;
}

/** Who wants the records of a site between components of two roles. */
interface Found {
	readonly wishes: readonly Wish[];
	/** Those who want all of them. */
	readonly judges: readonly Judge[];
	/** Position of the argument `control`, if some want only certain control messages; else -1. */
	readonly control: number;
	readonly byControl: Map<string, readonly Judge[]>;
}

export class Checker {
	private readonly checks: readonly RuleCheck[];
	private readonly cast: Cast;
	/** Who wants a record, found at the first one of its kind: for state changes by key, else by site and pair of roles. */
	private readonly byKey: (readonly Judge[] | undefined)[] = [];
	private readonly bySite: readonly ((Found | undefined)[] | undefined)[][];
	/** By kind. */
	private readonly wishes: readonly (readonly Wish[])[];
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
		this.cast = castOf(reader);
		this.checks = makers.map((make) => make());
		this.wishes = recordKinds.map((kind) => wishesOf(kind, this.checks));
		this.bySite = recordKinds.map(() => []);
		this.context = {
			reader,
			cast: this.cast,
			indexes: indexesOf(reader),
			model: new Model(),
			history,
			view: (seq) => recordView(this.cast, seq),
			kept: (rule, seq) => this.keep(rule, seq),
			broken: (rule, seq, text, ...args) => this.breach(rule, seq, { text, args }),
		};
	}

	/** Judges the records appended since the last call. @returns the violations that they show, in order of discovery */
	follow(): readonly Violation[] {
		const { reader, context, cast } = this;
		const { model } = context;
		for (; this.next < reader.length; this.next++) {
			const judges = this.judgesOf(this.next);
			if (judges.length === 0) continue;
			const record = recordView(cast, this.next);
			for (let n = 0; n < judges.length; n++) (judges[n] as Judge)(record, context, model);
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

	private judgesOf(seq: number): readonly Judge[] {
		const { reader, cast } = this;
		const kind = reader.kind(seq);
		const site = reader.siteId(seq);
		if (kind === STATE) return this.byKey[site] ?? this.findForKey(site);
		if (kind === VIOLATION) return nobody;
		const pair = cast.pair(reader.from(seq), reader.to(seq));
		const found = this.bySite[kind]?.[site]?.[pair] ?? this.findForSite(kind, site, pair);
		return found.control < 0 ? found.judges : this.judgesOfControl(found, seq);
	}

	private judgesOfControl(found: Found, seq: number): readonly Judge[] {
		const control = this.reader.argument(seq, found.control);
		if (typeof control !== 'string') return found.judges;
		const known = found.byControl.get(control);
		if (known) return known;
		const judges = judgesOf(found.wishes.filter(({ interest }) => interest.control?.includes(control) ?? true));
		found.byControl.set(control, judges);
		return judges;
	}

	private findForSite(kind: number, site: number, pair: number): Found {
		const { name, fields } = siteAt(site);
		const wishes = (this.wishes[kind] as readonly Wish[]).filter(
			({ interest }) => (interest.name === undefined || interest.name === name) && isOnSide(interest, kind, site, pair),
		);
		const selective = wishes.some(({ interest }) => interest.control !== undefined);
		const found: Found = {
			wishes,
			judges: judgesOf(wishes.filter(({ interest }) => interest.control === undefined)),
			control: selective ? fields.indexOf('control') : -1,
			byControl: new Map(),
		};
		const sites = this.bySite[kind] as (Found | undefined)[][];
		sites[site] ??= [];
		(sites[site] as (Found | undefined)[])[pair] = found;
		return found;
	}

	/** `socket` and `socket.state`. */
	private findForKey(key: number): readonly Judge[] {
		const { type, field } = this.cast.key(key);
		const fits = ({ interest: { name } }: Wish): boolean =>
			name === undefined || name === type || name === `${type}.${field}`;
		const judges = judgesOf((this.wishes[STATE] as readonly Wish[]).filter(fits));
		this.byKey[key] = judges;
		return judges;
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

const nobody: readonly Judge[] = [];

/** The interests in records of a kind; where a check has one in a name and one in all names, the former comes first. */
function wishesOf(kind: RecordKind, checks: readonly RuleCheck[]): readonly Wish[] {
	return checks.flatMap((check) => {
		const own = check.interests.filter((interest) => interest.kind === kind);
		const ordered = [...own.filter(({ name }) => name !== undefined), ...own.filter(({ name }) => name === undefined)];
		return ordered.map((interest) => ({ interest, check, judge: interest.judge ?? recordOf(check) }));
	});
}

/** One function for each check, however many of its interests lead there. */
const recordFunctions = new WeakMap<RuleCheck, Judge>();

function recordOf(check: RuleCheck): Judge {
	let judge = recordFunctions.get(check);
	if (!judge) {
		judge = (record, context, model) => check.record?.(record, context, model);
		recordFunctions.set(check, judge);
	}
	return judge;
}

function judgesOf(wishes: readonly Wish[]): readonly Judge[] {
	return wishes.length === 0 ? nobody : [...new Set(wishes.map(({ judge }) => judge))];
}

function isOnSide({ side }: Interest, kind: number, site: number, pair: number): boolean {
	if (side === undefined) return true;
	const directions = directionsOfPair(pair);
	switch (side) {
		case 'provider':
			return goes(kind, directions, INTO_PROVIDER, OUT_OF_PROVIDER);
		case 'tcpip':
			return goes(kind, directions, INTO_TCPIP, OUT_OF_TCPIP);
		default:
			return !isUpCallSite(site) && goes(kind, directions, INTO_SWITCH, OUT_OF_SWITCH);
	}
}

function goes(kind: number, directions: number, into: number, outOf: number): boolean {
	return kind === CALL ? (directions & into) !== 0 : kind === RETURN && (directions & outOf) !== 0;
}
