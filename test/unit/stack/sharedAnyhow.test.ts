/** Programs that share a socket without any agreement: whatever they do with it, no rule is broken and nothing hangs. */
import assert from 'node:assert/strict';
import { playToSuccess, readScenarios, titles } from '../../golden/play';

const file = readScenarios('test/fixtures/scenarios/sharing.sanflow');

describe('Processes that share a socket without an agreement (DUP)', () => {
	for (const title of titles(file)) {
		it(title, () => {
			for (const seed of [1, 2, 3]) {
				const run = playToSuccess(file, title, { seed, budget: 100_000 });
				assert.deepEqual(run.violations, [], `seed ${seed}`);
			}
		});
	}
});
