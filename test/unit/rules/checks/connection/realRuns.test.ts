import assert from 'node:assert/strict';
import { judge, run } from './replay';
import { scenarioNames, textOf } from './scenarios';

describe('checks of the connection rules on real runs', () => {
	for (const name of scenarioNames) {
		it(`find nothing broken in “${name}”`, () => {
			const { violations } = judge(run(textOf(name)));
			assert.deepEqual(
				violations.map(({ rule, seq, reason }) => `${rule} ${seq} ${reason.text} ${reason.args.join(' | ')}`),
				[],
			);
		});
	}
});
