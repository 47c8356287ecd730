/** Which documented rules a set of scenarios exercises: the table behind `sanflow run --coverage`. */
import type { RuleResult } from './checker';
import { allRules, type Rule, type RuleId } from './ruleBook';

/** What one scenario showed about the rules. */
export interface ScenarioResults {
	/** How the scenario is called in the table, for example `file.sanflow: title`. */
	readonly scenario: string;
	readonly results: ReadonlyMap<RuleId, RuleResult>;
}

/**
 * `kept`: applied and never broken; `violated`: broken at least once; `not reached`: no scenario had the situation that
 * it speaks of; `not observable`: no trace can show it (the rule's texts say why).
 */
export type CoverageState = 'kept' | 'violated' | 'not reached' | 'not observable';

export interface RuleCoverage {
	readonly rule: Rule;
	readonly state: CoverageState;
	/** The scenarios in which the rule applied, in the order given. */
	readonly scenarios: readonly { readonly scenario: string; readonly result: RuleResult }[];
	readonly kept: number;
	readonly broken: number;
}

export interface CoverageSummary {
	readonly rules: number;
	/** Rules that applied somewhere: kept and violated together. */
	readonly exercised: number;
	readonly kept: number;
	readonly violated: number;
	readonly notReached: number;
	readonly notObservable: number;
}

/** The coverage of every documented rule, in the order of the documentation. */
export function coverageOf(runs: readonly ScenarioResults[]): readonly RuleCoverage[] {
	return allRules().map((rule) => coverageOfRule(rule, runs));
}

function coverageOfRule(rule: Rule, runs: readonly ScenarioResults[]): RuleCoverage {
	const scenarios = runs.flatMap(({ scenario, results }) => {
		const result = results.get(rule.id);
		return result ? [{ scenario, result }] : [];
	});
	const kept = scenarios.reduce((sum, { result }) => sum + result.kept, 0);
	const broken = scenarios.reduce((sum, { result }) => sum + result.broken, 0);
	return { rule, state: stateOf(rule, kept, broken), scenarios, kept, broken };
}

function stateOf(rule: Rule, kept: number, broken: number): CoverageState {
	if (!rule.observable) return 'not observable';
	if (broken > 0) return 'violated';
	return kept > 0 ? 'kept' : 'not reached';
}

/** Counts for the last line of the table. */
export function summaryOf(coverage: readonly RuleCoverage[]): CoverageSummary {
	const count = (state: CoverageState) => coverage.filter((entry) => entry.state === state).length;
	const kept = count('kept');
	const violated = count('violated');
	return {
		rules: coverage.length,
		exercised: kept + violated,
		kept,
		violated,
		notReached: count('not reached'),
		notObservable: count('not observable'),
	};
}
