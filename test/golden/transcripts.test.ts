/**
 * Golden transcripts: what a run of some examples looks like, kept as text in expected/. `UPDATE_GOLDENS=1` writes them anew;
 * look at the difference before you commit it. A file in expected/ that no test asserts makes the tests fail.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { playToSuccess, readScenarios } from './play';
import { transcript } from './transcript';

const folder = 'test/golden/expected';
const asserted = new Set<string>();

function matchesGolden(name: string, actual: string): void {
	asserted.add(name);
	const file = path.join(folder, name);
	if (process.env.UPDATE_GOLDENS) {
		writeFileSync(file, actual);
		return;
	}
	assert.ok(existsSync(file), `${file} is missing; UPDATE_GOLDENS=1 npm run test:golden writes it`);
	assert.equal(actual, readFileSync(file, 'utf8'));
}

describe('Transcripts', () => {
	const examples = [
		['01-first-connect', 'connect over the SAN'],
		['05-times-out-and-falls-back', 'the request times out: the switch falls back to TCP/IP'],
		['10-listening-and-accepting', 'three visitors'],
	] as const;

	for (const [name, title] of examples) {
		it(`${name} reads as it should`, () => {
			const run = playToSuccess(readScenarios(`examples/${name}.sanflow`), title, { seed: 1 });
			matchesGolden(`${name}.txt`, transcript(run.reader));
		});
	}

	after(() => {
		const left = readdirSync(folder).filter((name) => !asserted.has(name));
		assert.deepEqual(left, [], 'no test asserts these golden files');
	});
});
