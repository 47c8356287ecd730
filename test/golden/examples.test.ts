/** The course in examples/: every file is without problems, and every scenario of it passes, whatever the seed. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { isViolationExpectation } from '../../server/scenario/generated/ast';
import { failures, play, readScenarios, titles } from './play';

const folder = 'examples';
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
const files = readdirSync(folder)
	.filter((name) => name.endsWith('.sanflow'))
	.sort();

describe('Examples', () => {
	for (const name of files) {
		describe(name, () => {
			const file = readScenarios(`${folder}/${name}`);

			it('is without errors and warnings', () => {
				assert.deepEqual(
					file.problems.map(({ line, message }) => `${line}: ${message}`),
					[],
				);
			});

			// The rules take most of the time: with other seeds only where the scenario speaks of them.
			const needsRules = file.model.scenarios.some(({ items }) => items.some(isViolationExpectation));

			for (const title of titles(file)) {
				it(`"${title}" passes with every seed`, () => {
					for (const seed of seeds) {
						const run = play(file, title, { seed, checkRules: needsRules || seed <= 3 });
						assert.deepEqual(failures(run), [], `seed ${seed}`);
						assert.equal(run.state.kind, 'passed', `seed ${seed}`);
					}
				});
			}

			it('states expectations in every scenario', () => {
				for (const scenario of file.model.scenarios) {
					assert.match(scenario.$cstNode?.text ?? '', /\bexpect\b|->/, scenario.title);
				}
			});
		});
	}

	it('are numbered in the order of the course, without a gap', () => {
		assert.deepEqual(
			files.map((name) => Number(name.slice(0, 2))),
			files.map((_, index) => index + 1),
		);
		assert.ok(files.every((name) => /^\d\d-[a-z-]+\.sanflow$/.test(name)));
	});
});
