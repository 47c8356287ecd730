/** What holds for the trace of every run: looked at in all examples and in the scenarios of all call tables. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Run } from '../../server/scenario/interpreter';
import { History } from '../../server/trace';
import { playToSuccess, readScenarios, titles } from './play';
import { soundnessProblems } from './soundness';
import { TraceView } from './traceView';

const folders = ['examples', 'test/fixtures/scenarios/tables'];
const seeds = [1, 2, 3];

const scenarios = folders.flatMap((folder) =>
	readdirSync(folder)
		.filter((name) => name.endsWith('.sanflow'))
		.sort()
		.flatMap((name) => {
			const file = readScenarios(`${folder}/${name}`);
			return titles(file).map((title) => ({ file, title }));
		}),
);

/** Looks at a run of each scenario with each seed. */
function inEveryRun(look: (view: TraceView, history: History, name: string, run: Run) => void): void {
	for (const { file, title } of scenarios) {
		for (const seed of seeds) {
			const run = playToSuccess(file, title, { seed });
			const { reader } = run;
			look(TraceView.of(reader), new History(reader), `${file.uri} "${title}" seed ${seed}`, run);
		}
	}
}

describe('Every trace', () => {
	it('is sound: time, causes, nesting, changes, descriptors, buffers', () => {
		inEveryRun((view, _history, name) => assert.deepEqual(soundnessProblems(view), [], name));
	});

	it('has no call left open at the end', () => {
		inEveryRun((view, _history, name) => {
			const open = view.all((record) => record.kind === 'call' && !view.returnOf(record));
			assert.deepEqual(
				open.map((record) => view.text(record)),
				[],
				name,
			);
		});
	});

	it('has no violation that the scenario does not expect', () => {
		inEveryRun((view, _history, name, run) => {
			// Scenarios that show a breach say so (`expect violates`), and fail if it does not come: only they may have one.
			const unexpected = run.violations.filter(({ expected }) => !expected);
			assert.deepEqual(unexpected, [], name);
			// Each one, expected or not, is a record.
			assert.equal(view.all(({ kind }) => kind === 'violation').length, run.violations.length);
		});
	});

	it('leaves no memory registered, no socket open and no descriptor with a provider', () => {
		inEveryRun((view, history, name) => {
			const last = history.reader.length - 1;
			for (const id of history.objectsAt(last)) {
				const object = history.reader.objectName(id);
				if (/ memory \d+$/.test(object))
					assert.equal(history.fieldAt(id, 'registered', last), false, `${name}: ${object}`);
				if (/ socket \d+$/.test(object))
					assert.equal(history.fieldAt(id, 'state', last), 'closed', `${name}: ${object}`);
			}
			const [made, closed] = ['WPUCreateSocketHandle', 'WPUCloseSocketHandle'].map(
				(call) =>
					view.all((record) => record.kind === 'return' && record.name === call && record.error === undefined).length,
			);
			assert.equal(closed, made, name);
		});
	});
});
