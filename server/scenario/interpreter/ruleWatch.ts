/**
 * Checks the documented rules while a run goes on, and writes each violation into the trace right after the scheduler
 * step that showed it: so a debugger can stop there, and a run has the same violations whoever looks at it.
 */
import { Checker, type RuleResult, type Violation } from '../../rules/checker';
import { type Context, type Reader, type Site, site, type Trace } from '../../trace';
import { filled } from './filled';
import type { RunViolation } from './run';

export class RuleWatch {
	readonly violations: RunViolation[] = [];
	private readonly checker: Checker;

	/** @param expected rules for which the scenario says `expect violates` */
	constructor(
		private readonly reader: Reader,
		private readonly trace: Trace,
		private readonly expected: ReadonlySet<string>,
	) {
		this.checker = new Checker(reader);
	}

	/** Judges what was recorded since the last call. @param now virtual time, ns */
	follow(now: number): void {
		for (const violation of this.checker.follow()) this.record(now, violation);
	}

	/** Judges what only the end of a run shows. */
	end(now: number): void {
		for (const violation of this.checker.end()) this.record(now, violation);
	}

	results(): ReadonlyMap<string, RuleResult> {
		return this.checker.results();
	}

	private record(now: number, { rule, seq, reason }: Violation): void {
		const { reader } = this;
		const component = reader.from(seq);
		const context: Context = {
			thread: reader.thread(seq),
			component,
			// The calls around the offending record have returned by now.
			call: -1,
			cause: seq,
			phase: reader.phase(seq),
			source: reader.sourceId(seq),
		};
		this.trace.violation(now, context, violationSite(rule), component, rule, seq, filled(reason));
		this.violations.push({ rule, seq, reason, expected: this.expected.has(rule) });
	}
}

function violationSite(rule: string): Site {
	return site('rule violated', ['rule', 'record', 'reason'], [rule]);
}
