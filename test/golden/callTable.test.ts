/** The comparison with call tables is worth something only if it fails: with another run, another order, unknown texts. */

import assert from 'node:assert/strict';
import type { TraceRecord } from '../../server/trace';
import { type Sequence, type SequenceStep, sequence } from '../unit/winsock/sequences';
import { type MatchedRow, matchTable, type Roles, RowError } from './callTable';
import { playToSuccess, readScenarios } from './play';
import { TraceView } from './traceView';

const roles: Roles = { local: 'alice', peer: 'bob', nic: 'ib0' };
const views = new Map<string, TraceView>();

/** What the scenario of a table recorded. */
function viewOf(id: string): TraceView {
	const known = views.get(id);
	if (known) return known;
	const file = readScenarios(`test/fixtures/scenarios/tables/${id}.sanflow`);
	const view = TraceView.of(playToSuccess(file, undefined, { seed: 1 }).reader);
	views.set(id, view);
	return view;
}

function match(table: Sequence, run = table.id): readonly MatchedRow[] {
	return matchTable(table, viewOf(run), roles);
}

/** The run without one of its records. */
function without(view: TraceView, hidden: TraceRecord): TraceView {
	const { result: _result, error: _error, call: _call, ...rest } = hidden;
	return new TraceView(
		view.records.map((record) => (record === hidden ? { ...rest, kind: 'note', name: 'hidden' } : record)),
	);
}

/** A copy of a table with one row changed. */
function changed(table: Sequence, row: number, change: Partial<SequenceStep>): Sequence {
	return { ...table, steps: table.steps.map((step, index) => (index === row - 1 ? { ...step, ...change } : step)) };
}

describe('Comparison with a call table', () => {
	const ids = [
		'SEQ-CONN-1',
		'SEQ-CONN-2',
		'SEQ-CONN-3',
		'SEQ-CONN-4',
		'SEQ-CONN-6',
		'SEQ-CONN-7',
		'SEQ-CONN-8',
		'SEQ-CONN-9',
		'SEQ-CONN-10',
		'SEQ-CONN-11',
	];

	for (const id of ids) {
		it(`tells ${id} from the runs of the other tables`, () => {
			match(sequence(id));
			for (const other of ids) if (other !== id) assert.throws(() => match(sequence(id), other), RowError, other);
		});
	}

	for (const id of ids) {
		it(`fails if any record of ${id} is missing from the run`, () => {
			const view = viewOf(id);
			for (const { number, step, record } of match(sequence(id))) {
				// Several buffers are posted, and memory is registered twice: the next one would stand for the row.
				if (step.call === 'WSPRecv') continue;
				assert.throws(
					() => matchTable(sequence(id), without(view, record), roles),
					RowError,
					`row ${number} (${step.call})`,
				);
			}
		});
	}

	it('fails if two neighbouring rows change places', () => {
		const table = sequence('SEQ-CONN-2');
		let swapped = 0;
		for (let row = 0; row + 1 < table.steps.length; row++) {
			const steps = [...table.steps];
			[steps[row], steps[row + 1]] = [steps[row + 1] as SequenceStep, steps[row] as SequenceStep];
			// The table has the same call more than once on either side of the negotiation; any other exchange must fail.
			if (
				steps.some(({ call }) => call === 'WSPSetSockOpt') &&
				[row, row + 1].some((at) => steps[at]?.call === 'WSPSetSockOpt')
			)
				continue;
			assert.throws(() => match({ ...table, steps }), RowError, `rows ${row + 1} and ${row + 2}`);
			swapped++;
		}
		assert.equal(swapped, 16);
	});

	it('fails for another error than the one in the table', () => {
		const table = sequence('SEQ-CONN-6');
		const row = table.steps.findIndex(({ call }) => call === 'WSPEnumNetworkEvents') + 1;
		const other = '0; FD_CONNECT set, iErrorCode[FD_CONNECT_BIT] = WSAECONNREFUSED (CONN-11, CONN-16)';
		assert.throws(() => match(changed(table, row, { result: other })), /reported the code WSAECONNRESET/);
		assert.throws(
			() => match(changed(table, 15, { result: 'SOCKET_ERROR, WSAEHOSTUNREACH' })),
			/expected WSAEHOSTUNREACH/,
		);
	});

	it('fails for texts that it does not understand, instead of passing them', () => {
		const table = sequence('SEQ-CONN-2');
		assert.throws(() => match(changed(table, 5, { result: 'something new' })), /does not understand: "something new"/);
		assert.throws(() => match(changed(table, 5, { args: 'something new' })), /does not understand: "something new"/);
		assert.throws(() => match(changed(table, 5, { caller: 'somebody' })), /no component is known to play "somebody"/);
		assert.throws(() => match(changed(table, 9, { call: '(something new)' })), /no record is known to stand for/);
	});

	it('fails if an option is set and the table does not find it replayed', () => {
		const table = sequence('SEQ-CONN-6');
		const row = table.steps.findIndex(({ call }) => call === 'WSPSetSockOpt') + 1;
		assert.throws(() => match(changed(table, row, { callee: 'TCP/IP provider' })), /not found/);
	});
});
