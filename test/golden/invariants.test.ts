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

/** Hosts that stop without a word leave everything as it is. */
function isCrashed(view: TraceView): (component: string) => boolean {
	const hosts = view.all(({ kind, name }) => kind === 'note' && name === 'crash').map(({ from }) => hostOf(from));
	return (component) => hosts.includes(hostOf(component));
}

function hostOf(component: string): string {
	return component.split(/[. ]/)[0] ?? '';
}

/** What is wrong with the traces, by invariant; each line names the run. */
const found = {
	unsound: [] as string[],
	leftOpen: [] as string[],
	unexpected: [] as string[],
	unrecorded: [] as string[],
	leaks: [] as string[],
};

/** Looks at one run; every scenario is played once with each seed. */
function look(view: TraceView, history: History, name: string, run: Run): void {
	const note = (list: string[], lines: readonly string[]) => list.push(...lines.map((line) => `${name}: ${line}`));
	const crashed = isCrashed(view);
	note(found.unsound, soundnessProblems(view));
	const open = view.all((record) => record.kind === 'call' && !view.returnOf(record) && !crashed(record.thread));
	note(
		found.leftOpen,
		open.map((record) => view.text(record)),
	);
	const unexpected = run.violations.filter(({ expected }) => !expected);
	note(
		found.unexpected,
		unexpected.map((violation) => JSON.stringify(violation)),
	);
	// Each one, expected or not, is a record.
	const recorded = view.all(({ kind }) => kind === 'violation').length;
	if (recorded !== run.violations.length) note(found.unrecorded, [`${recorded} of ${run.violations.length}`]);
	note(found.leaks, leaksOf(view, history, crashed));
}

/** Memory that is registered, sockets that are open and descriptors that are with a provider at the end. */
function leaksOf(view: TraceView, history: History, crashed: (component: string) => boolean): readonly string[] {
	const last = history.reader.length - 1;
	const leaks: string[] = [];
	for (const id of history.objectsAt(last)) {
		const object = history.reader.objectName(id);
		if (crashed(object)) continue;
		if (/ memory \d+$/.test(object) && history.fieldAt(id, 'registered', last) !== false) leaks.push(object);
		if (/ socket \d+$/.test(object) && history.fieldAt(id, 'state', last) !== 'closed') leaks.push(object);
	}
	const [made, closed] = ['WPUCreateSocketHandle', 'WPUCloseSocketHandle'].map(
		(call) =>
			view.all(
				({ kind, name, error, from }) => kind === 'return' && name === call && error === undefined && !crashed(from),
			).length,
	);
	if (made !== closed) leaks.push(`${made} descriptors made, ${closed} closed`);
	return leaks;
}

describe('Every trace', () => {
	before(function () {
		this.timeout(180_000);
		for (const { file, title } of scenarios) {
			for (const seed of seeds) {
				const run = playToSuccess(file, title, { seed });
				look(TraceView.of(run.reader), new History(run.reader), `${file.uri} "${title}" seed ${seed}`, run);
			}
		}
	});

	it('is sound: time, causes, nesting, changes, descriptors, buffers', () => assert.deepEqual(found.unsound, []));

	it('has no call left open at the end', () => assert.deepEqual(found.leftOpen, []));

	it('has no violation that the scenario does not expect, and each is a record', () => {
		assert.deepEqual(found.unexpected, []);
		assert.deepEqual(found.unrecorded, []);
	});

	it('leaves no memory registered, no socket open and no descriptor with a provider', () => {
		assert.deepEqual(found.leaks, []);
	});
});
