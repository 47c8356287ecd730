import assert from 'node:assert/strict';
import { exampleScenario } from '../../../extension/exampleScenario';
import { startRun } from '../../../server/scenario/interpreter';
import { parseScenarioFile } from '../../../server/scenario/parse';

describe('example scenario', () => {
	const file = parseScenarioFile(exampleScenario, 'example.sanflow', () => undefined);

	it('has no problem, not even a warning', () => {
		assert.deepEqual(file.problems, []);
	});

	it('passes', () => {
		const run = startRun(file, 'ping over the SAN', {});
		let state = run.state;
		for (let turns = 0; state.kind === 'running' && turns < 1000; turns++) state = run.advance(1000);
		assert.deepEqual(state, { kind: 'passed' });
	});
});
