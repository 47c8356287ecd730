/**
 * The call tables about accepting, cancelling, data, closing, sharing and caching come out of scenarios, row by row, for
 * every order of threads. What stands for a row that names no function is in `dataRows.ts`.
 */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { sequence } from '../unit/winsock/sequences';
import { matchRows, RowMismatch } from './dataRows';
import { play, readScenarios } from './play';
import { TraceView } from './traceView';

const folder = 'test/fixtures/scenarios/dataTables';
const seeds = Array.from({ length: 10 }, (_, index) => index + 1);

/** The host that is the table's own side; the other one is its peer. */
const own: Readonly<Record<string, 'alice' | 'bob'>> = {
	'SEQ-CONN-13': 'alice',
	'SEQ-ACC-3': 'bob',
	'SEQ-ACC-5': 'bob',
	'SEQ-ACC-6': 'bob',
	'SEQ-ACC-7': 'bob',
	'SEQ-ACC-8': 'bob',
	'SEQ-DATA-1': 'alice',
	'SEQ-RDMA-1': 'alice',
	'SEQ-RDMA-2': 'alice',
	'SEQ-OOB-1': 'alice',
	'SEQ-COMP-1': 'alice',
	'SEQ-CLOSE-1': 'alice',
	'SEQ-DUP-1': 'bob',
	'SEQ-CACHE-1': 'alice',
};

describe('Call tables of data transfer', () => {
	for (const [id, local] of Object.entries(own)) {
		it(`${id} comes out of its scenario row by row, for every seed`, () => {
			const file = readScenarios(`${folder}/${id}.sanflow`);
			for (const seed of seeds) {
				const run = play(file, undefined, { seed });
				assert.equal(run.state.kind, 'passed', `seed ${seed}: ${JSON.stringify(run.state)}`);
				const view = TraceView.of(run.reader);
				const start = view.first(({ kind, name, args }) => kind === 'note' && name === 'log' && args.text === 'table');
				try {
					matchRows(sequence(id), view, local, start?.seq ?? -1);
				} catch (error) {
					if (error instanceof RowMismatch) assert.fail(`seed ${seed}: ${error.message}`);
					throw error;
				}
			}
		});
	}

	it('have a scenario each, and no scenario is without a table', () => {
		const files = readdirSync(folder).map((name) => name.replace('.sanflow', ''));
		assert.deepEqual(files.sort(), Object.keys(own).sort());
	});
});
