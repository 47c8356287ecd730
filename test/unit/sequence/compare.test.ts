import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ViewSettings } from '../../../server/protocol/diagram';
import { startRun } from '../../../server/scenario/interpreter';
import { parseScenarioFile } from '../../../server/scenario/parse';
import {
	type Comparison,
	compareRuns,
	comparisonReader,
	defaultView,
	placeOf,
	RunComparer,
	SequenceView,
} from '../../../server/sequence';
import { Reader, traceLines } from '../../../server/trace';
import { looped, written } from './randomTrace';
import { loopTrace, sampleTrace } from './sampleTrace';

const occasion = { title: '', status: 'passed', statusText: '', seed: 1, cursor: null } as const;

function runOf(change: (text: string) => string = (text) => text, seed = 1): Reader {
	const text = change(readFileSync('examples/01-first-connect.sanflow', 'utf8'));
	const run = startRun(parseScenarioFile(text, 'x.sanflow'), undefined, { seed });
	while (run.advance(10_000).kind === 'running') {
		// To its end.
	}
	return run.reader;
}

function viewOf(left: Reader, right: Reader, isUnfolded = false): SequenceView {
	const comparison = compareRuns(left, right, 'before', 'after');
	const settings = { ...defaultView, ...(isUnfolded ? { unfolded: ['equal'] as const } : {}) };
	return new SequenceView(comparisonReader(comparison), settings, undefined, comparison);
}

describe('two runs in comparison', () => {
	it('are equal if they are the same run, and folded into one row', () => {
		const view = viewOf(sampleTrace().reader, sampleTrace().reader);
		const { comparison, rowCount } = view.info(occasion);
		assert.deepEqual(comparison, { left: 'before', right: 'after', firstDifference: -1, onlyLeft: 0, onlyRight: 0 });
		assert.equal(rowCount, 1);
	});

	it('show what an edit changed, and nothing else, with the first difference', () => {
		const view = viewOf(
			runOf(),
			runOf((text) =>
				text
					.replace('send(s, "ping")', 'send(s, "pong")')
					.replace('recv(peer, 4) == "ping"', 'recv(peer, 4) == "pong"'),
			),
			true,
		);
		const { comparison } = view.info(occasion);
		const rows = view.pages(0, 100).flatMap((page) => page.rows);
		const different = rows.filter(({ side }) => side !== undefined);
		assert.equal(comparison?.firstDifference, different[0]?.row);
		assert.ok(different.length > 0 && different.length < rows.length / 4, `${different.length} of ${rows.length}`);
		assert.equal(different[0]?.name, 'WSPSend');
		assert.ok(different.some(({ side, pair }) => side === 'right' && pair?.[0] === null && pair[1] !== null));
	});

	it('show calls that only one of them made', () => {
		const view = viewOf(
			runOf(),
			runOf((text) => text.replace('    closesocket(s)\n', '    send(s, "more")\n    closesocket(s)\n')),
		);
		const rows = view.pages(0, 100).flatMap((page) => page.rows);
		const added = rows.filter(({ side, kind }) => side === 'right' && kind === 'call').map(({ name }) => name);
		assert.ok(added.includes('WSPSend'), added.join());
		assert.ok(rows.some(({ folded }) => folded !== undefined));
	});

	it('lead back to the records of both runs', () => {
		const left = runOf();
		const right = runOf(undefined, 7);
		const view = viewOf(left, right, true);
		for (const { name, pair, kind, side } of view.pages(0, 100).flatMap((page) => page.rows)) {
			const [l, r] = pair ?? [null, null];
			if (l !== null) assert.equal(left.record(l).name, name);
			if (r !== null) assert.equal(right.record(r).name, name);
			if (side === undefined && l !== null) assert.equal(left.record(l).kind, kind);
		}
	});

	it('laid over each other, are drawn as one run with its loops, and what one alone has beside what the other has', () => {
		const left = runOf();
		const right = runOf((text) => text.replace('send(s, "ping")', 'send(s, "pong")'));
		const comparison = compareRuns(left, right, '1', '2', { foldsEqual: false });
		const view = new SequenceView(comparisonReader(comparison), undefined, undefined, comparison);
		const rows = view.pages(0, 100).flatMap((page) => page.rows);
		assert.ok(rows.every(({ label }) => !/equal messages/.test(label)));
		const alone = new SequenceView(left).pages(0, 100).flatMap((page) => page.rows);
		const first = rows.findIndex(({ side }) => side !== undefined);
		assert.ok(first > 20);
		assert.deepEqual(
			rows.slice(0, first).map(({ label }) => label),
			alone.slice(0, first).map(({ label }) => label),
		);
		const [before, after] = rows.slice(first, first + 2);
		assert.deepEqual([before?.side, after?.side, before?.kind, after?.kind], ['left', 'right', 'call', 'call']);
	});

	it('count only what was shown of each', () => {
		const run = runOf();
		const comparison = compareRuns(run, run, '1', '2', { leftLimit: 300, rightLimit: 200, foldsEqual: false });
		assert.ok(comparison.differences.every((place) => (comparison.left[place] as number) > 200));
		assert.ok(Math.max(...comparison.left) <= 300 && Math.max(...comparison.right) <= 200);
		assert.equal(comparison.left[placeOf(comparison, 'left', 250)], comparison.left.filter((seq) => seq <= 250).at(-1));
		assert.equal(placeOf(comparison, 'right', -1), -1);
	});
});

describe('two runs that grow', () => {
	const lines = ({ trace }: Comparison): readonly string[] => [...traceLines(new Reader(trace))];

	it('are brought together step by step as they are at once', () => {
		fc.assert(
			fc.property(looped, looped, fc.nat(200), fc.integer({ min: 1, max: 40 }), (common, rest, from, step) => {
				const left = written(common).reader;
				const right = written([...common.slice(0, from), ...rest]).reader;
				const growing = new RunComparer(left, right, '1', '2');
				for (let limit = 0; limit < Math.max(left.length, right.length); limit += step) {
					const { trace: _, ...told } = growing.upTo(limit, 2 * limit);
					const { trace: __, ...wanted } = compareRuns(left, right, '1', '2', {
						leftLimit: limit,
						rightLimit: 2 * limit,
					});
					assert.deepEqual(told, wanted);
				}
				assert.deepEqual(lines(growing.upTo()), lines(compareRuns(left, right, '1', '2')));
			}),
			{ numRuns: 60 },
		);
	});

	it('are drawn step by step as they are at once, folded and unfolded', () => {
		const settings: fc.Arbitrary<ViewSettings> = fc.constantFrom(
			defaultView,
			{ ...defaultView, unfolded: ['equal', 'repeats'] },
			{ ...defaultView, lens: 'everything', unfolded: ['initialization'] },
		);
		const grown = fc.tuple(looped, looped, fc.nat(200), fc.integer({ min: 1, max: 40 }), fc.boolean(), settings);
		fc.assert(
			fc.property(grown, ([common, rest, from, step, foldsEqual, view]) => {
				const left = written(common).reader;
				const right = written([...common.slice(0, from), ...rest]).reader;
				const growing = new RunComparer(left, right, '1', '2', foldsEqual);
				let shown: SequenceView | undefined;
				for (let limit = 0; limit < right.length; limit += step) {
					const comparison = growing.upTo(undefined, limit);
					const reader = comparisonReader(comparison);
					shown = shown?.continued(reader, comparison) ?? new SequenceView(reader, view, undefined, comparison);
					const fresh = new SequenceView(reader, view, undefined, comparison);
					assert.deepEqual(shown.info(occasion), fresh.info(occasion));
					assert.deepEqual(shown.pages(0, 1000), fresh.pages(0, 1000));
				}
			}),
			{ numRuns: 25 },
		);
	});

	it('are brought together again for a part of what the first time costs', () => {
		const { reader } = loopTrace(5000);
		const costs = (act: () => unknown): number => {
			const before = process.cpuUsage();
			act();
			const { user, system } = process.cpuUsage(before);
			return user + system;
		};
		const least = (list: readonly number[]): number => Math.min(...list);
		const rounds = [1, 2, 3, 4, 5];
		const first = least(rounds.map(() => costs(() => compareRuns(reader, reader, '1', '2', { rightLimit: 19_000 }))));
		const growing = new RunComparer(reader, reader, '1', '2');
		growing.upTo(undefined, 19_000);
		const again = least(rounds.map((round) => costs(() => growing.upTo(undefined, 19_000 + round))));
		assert.ok(again < 0.6 * first, `${again} µs after ${first} µs`);
	});

	it('are drawn again for a part of what the first time costs', () => {
		const { reader } = loopTrace(5000);
		const costs = (act: () => unknown): number => {
			const before = process.cpuUsage();
			act();
			const { user, system } = process.cpuUsage(before);
			return user + system;
		};
		const growing = new RunComparer(reader, reader, '1', '2', false);
		const upTo = (limit: number): readonly [Reader, Comparison] => {
			const comparison = growing.upTo(limit, limit);
			return [comparisonReader(comparison), comparison];
		};
		const view = (limit: number): SequenceView => {
			const [of, comparison] = upTo(limit);
			return new SequenceView(of, defaultView, undefined, comparison);
		};
		const firsts = [1, 2, 3, 4, 5].map((round) => {
			const made = view(18_000 + round);
			return costs(() => made.rowCount());
		});
		let shown = view(18_999).continued(...upTo(19_000));
		const agains = [1, 2, 3, 4, 5].map((round) => {
			const next = upTo(19_000 + round);
			return costs(() => {
				shown = shown.continued(...next);
				shown.rowCount();
			});
		});
		const [first, again] = [Math.min(...firsts), Math.min(...agains)];
		assert.ok(again < 0.6 * first, `${again} µs after ${first} µs`);
	});
});
