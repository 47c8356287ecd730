/**
 * All call tables of the documentation come out of scenarios, row by row. One scenario for each table, with the table's ID
 * as its file name.
 */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { isViolationExpectation } from '../../server/scenario/generated/ast';
import { sequence, sequences } from '../unit/winsock/sequences';
import { type MatchedRow, matchTable, missingRules, type Roles, RowError } from './callTable';
import { playToSuccess, readScenarios } from './play';
import { TraceView } from './traceView';

const folder = 'test/fixtures/scenarios/tables';

const connecting: Roles = { local: 'alice', peer: 'bob', nic: 'ib0' };
const accepting: Roles = { local: 'bob', peer: 'alice', nic: 'ib0' };

const tables: Readonly<Record<string, Roles>> = {
	'SEQ-CONN-1': connecting,
	'SEQ-CONN-2': connecting,
	'SEQ-CONN-3': connecting,
	'SEQ-CONN-4': connecting,
	'SEQ-CONN-5': connecting,
	'SEQ-CONN-6': connecting,
	'SEQ-CONN-7': connecting,
	'SEQ-CONN-8': connecting,
	'SEQ-CONN-9': connecting,
	'SEQ-CONN-10': connecting,
	'SEQ-CONN-11': connecting,
	'SEQ-CONN-12': connecting,
	'SEQ-CONN-13': connecting,
	'SEQ-LISTEN-1': accepting,
	'SEQ-ACC-1': accepting,
	'SEQ-ACC-2': accepting,
	'SEQ-ACC-3': accepting,
	'SEQ-ACC-4': accepting,
	'SEQ-ACC-5': accepting,
	'SEQ-ACC-6': accepting,
	'SEQ-ACC-7': accepting,
	'SEQ-ACC-8': accepting,
	'SEQ-SESS-1': accepting,
	'SEQ-DATA-1': connecting,
	'SEQ-RDMA-1': connecting,
	'SEQ-RDMA-2': connecting,
	'SEQ-OOB-1': connecting,
	'SEQ-COMP-1': connecting,
	'SEQ-CLOSE-1': connecting,
	'SEQ-DUP-1': accepting,
	'SEQ-CACHE-1': connecting,
};

/** Every order of runnable threads must give the table. */
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

function playTable(id: string, seed: number): TraceView {
	const file = readScenarios(`${folder}/${id}.sanflow`);
	// Checking the rules takes most of the time; examples and other tests do it.
	const checkRules = file.model.scenarios.some(({ items }) => items.some(isViolationExpectation));
	return TraceView.of(playToSuccess(file, undefined, { seed, checkRules }).reader);
}

/** A table begins at the statement `log "table"`, or where the run begins. */
function rowsOf(id: string, view: TraceView): readonly MatchedRow[] {
	const roles = tables[id] as Roles;
	const start = view.first(({ kind, name, args }) => kind === 'note' && name === 'log' && args.text === 'table');
	return matchTable(sequence(id), view, roles, start?.seq ?? -1);
}

describe('Call tables', () => {
	for (const id of Object.keys(tables)) {
		describe(id, () => {
			it('comes out of its scenario row by row, for every seed', () => {
				for (const seed of seeds) {
					try {
						rowsOf(id, playTable(id, seed));
					} catch (error) {
						if (error instanceof RowError) assert.fail(`seed ${seed}: ${error.message}`);
						throw error;
					}
				}
			});

			it('has rows whose records carry the rules that the table names', () => {
				const view = playTable(id, 1);
				const missing = rowsOf(id, view).flatMap((row) =>
					missingRules(row, view).map(
						(rule) => `row ${row.number} (${row.step.call}) of record ${row.record.seq}: ${rule}`,
					),
				);
				assert.deepEqual(missing, []);
			});
		});
	}

	it('are all of the documentation', () => {
		assert.deepEqual(Object.keys(tables).sort(), sequences.map(({ id }) => id).sort());
	});

	it('have a scenario each, and no scenario is without a table', () => {
		const files = readdirSync(folder).filter((name) => name !== 'lab.sanflow');
		assert.deepEqual(files.map((name) => name.replace('.sanflow', '')).sort(), Object.keys(tables).sort());
	});
});
