/** Rule coverage as plain data: what `--coverage FILE.json` writes and the table shows. `docs/rules.md` tells the members. */
import {
	type CoverageState,
	type CoverageSummary,
	coverageOf,
	type RuleCoverage,
	type ScenarioResults,
	summaryOf,
} from '../../rules/coverage';
import { type RuleFamily, type RuleLevel, ruleFamilies } from '../../rules/rule';
import type { RuleTexts } from '../../rules/ruleBook';

export interface CoveredRule {
	readonly id: string;
	readonly family: RuleFamily;
	readonly level: RuleLevel;
	/** Whether the page "Initiating a Connection" states it. */
	readonly seed: boolean;
	readonly state: CoverageState;
	/** Why no trace can show it. */
	readonly reason?: string;
	/** The scenarios in which it applied. */
	readonly scenarios: readonly CoveredScenario[];
}

export interface CoveredScenario {
	/** `file: title` */
	readonly scenario: string;
	/** How often the rule was kept, and the first record that shows it. */
	readonly kept: number;
	readonly firstKept?: number;
	/** How often it was broken, and the first record that broke it. */
	readonly broken: number;
	readonly firstBroken?: number;
}

export interface CoveredFamily extends CoverageSummary {
	readonly family: RuleFamily;
	readonly title: string;
}

/** What one scenario shows by itself. */
export interface ScenarioCoverage extends CoverageSummary {
	/** `file: title` */
	readonly scenario: string;
}

export interface CoverageDocument {
	readonly summary: CoverageSummary;
	readonly families: readonly CoveredFamily[];
	/** The same counts for each scenario alone, in the order of `scenarios`. */
	readonly byScenario: readonly ScenarioCoverage[];
	/** All scenarios that were run to their end, in order. */
	readonly scenarios: readonly string[];
	readonly rules: readonly CoveredRule[];
}

export function coverageDocument(runs: readonly ScenarioResults[], texts: RuleTexts): CoverageDocument {
	const coverage = coverageOf(runs);
	return {
		summary: summaryOf(coverage),
		families: ruleFamilies.map((family) => ({
			family,
			title: texts.family(family),
			...summaryOf(coverage.filter(({ rule }) => rule.family === family)),
		})),
		byScenario: runs.map((run) => ({ scenario: run.scenario, ...summaryOf(coverageOf([run])) })),
		scenarios: runs.map(({ scenario }) => scenario),
		rules: coverage.map((entry) => coveredRule(entry, texts)),
	};
}

function coveredRule({ rule, state, scenarios }: RuleCoverage, texts: RuleTexts): CoveredRule {
	const { id, family, level, seed } = rule;
	const reason = texts.whyNotObservable(id);
	return {
		id,
		family,
		level,
		seed,
		state,
		...(reason === undefined ? {} : { reason }),
		scenarios: scenarios.map(({ scenario, result: { kept, firstKept, broken, firstBroken } }) => ({
			scenario,
			kept,
			...(firstKept === undefined ? {} : { firstKept }),
			broken,
			...(firstBroken === undefined ? {} : { firstBroken }),
		})),
	};
}
