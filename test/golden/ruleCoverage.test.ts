/** The examples together exercise every documented rule that a trace can show: each is kept in at least one of them. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { coverageOf, type ScenarioResults } from '../../server/rules/coverage';
import { play, readScenarios, titles } from './play';

const folder = 'examples';

/** What every scenario of every example says about the rules. */
function results(): readonly ScenarioResults[] {
	return readdirSync(folder)
		.filter((name) => name.endsWith('.sanflow'))
		.sort()
		.flatMap((name) => {
			const file = readScenarios(`${folder}/${name}`);
			return titles(file).map((title) => {
				const run = play(file, title, { seed: 1 });
				const applied = [...run.ruleResults().values()].map((result) => [result.rule, result] as const);
				return { scenario: `${name}: ${title}`, results: new Map(applied) };
			});
		});
}

describe('Rule coverage of the examples', function () {
	this.timeout(120_000);

	it('is every rule that can be observed', () => {
		const coverage = coverageOf(results());
		const unkept = coverage.filter(({ rule, kept }) => rule.observable && kept === 0).map(({ rule }) => rule.id);
		assert.deepEqual(unkept, []);
		// No more than 25 rules may be out of sight, and none of the page "Initiating a Connection".
		const unobservable = coverage.filter(({ rule }) => !rule.observable);
		assert.ok(unobservable.length <= 25, `${unobservable.length} rules are not observable`);
		assert.deepEqual(
			unobservable.filter(({ rule }) => rule.seed).map(({ rule }) => rule.id),
			[],
		);
	});
});
