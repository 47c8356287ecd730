import assert from 'node:assert/strict';
import { judge } from './replay';
import { realRun, scenarioNames } from './scenarios';

describe('checks of the connection rules on real runs', () => {
	for (const name of scenarioNames) {
		it(`find nothing broken in “${name}”`, () => {
			const { violations } = judge(realRun(name));
			assert.deepEqual(
				violations.map(({ rule, seq, reason }) => `${rule} ${seq} ${reason.text} ${reason.args.join(' | ')}`),
				[],
			);
		});
	}
});
