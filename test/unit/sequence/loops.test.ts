import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DiagramLoop, DiagramRow, ViewSettings } from '../../../server/protocol/diagram';
import { defaultView, mermaidText, plantUmlText, SequenceView } from '../../../server/sequence';
import { textDrawing } from '../../../server/sequence/drawing';
import { type Reader, site } from '../../../server/trace';
import { events, looped, written } from './randomTrace';
import { loopTrace, Scribe } from './sampleTrace';

const unfolded: ViewSettings = { ...defaultView, unfolded: ['initialization', 'repeats'] };
const folded: ViewSettings = { ...defaultView, unfolded: ['initialization'] };

function rowsOf(view: SequenceView, limit?: number): DiagramRow[] {
	return view.pages(0, 1_000_000, limit).flatMap((page) => page.rows);
}

function loopsOf(view: SequenceView, limit?: number): DiagramLoop[] {
	const loops = view.pages(0, 1_000_000, limit).flatMap((page) => page.loops ?? []);
	return loops.filter(
		(loop, at) => loops.findIndex(({ first, last }) => first === loop.first && last === loop.last) === at,
	);
}

/** What a message is but for its numbers. */
function toldOf({ kind, name, from, to, thread, error, depth, phase }: DiagramRow): string {
	return JSON.stringify([kind, name, from, to, thread, error, depth, phase]);
}

/** Two hosts answer each other; on each side a receiving call waits across the rounds. */
function pingPong(rounds: number): Scribe {
	const scribe = new Scribe();
	const client = scribe.thread('alice.client');
	const server = scribe.thread('bob.server');
	for (const thread of [client, server]) thread.enterPhase('data');
	const send = site('WSPSend', ['s', 'bytes']);
	const receive = site('WSPRecv', ['s']);
	const message = site('message', ['sequence']);
	const waitFor = (): void => {
		server.enter(receive, scribe.component('bob.switch'), 4);
	};
	waitFor();
	for (let round = 0; round < rounds; round++) {
		scribe.call(client, 'alice.switch', send, [3, 16], { result: 0 }, () => {
			client.message(message, scribe.component('bob.switch'), round + 1);
		});
		client.enter(receive, scribe.component('alice.switch'), 3);
		server.leave(site('WSPRecv', ['bytes']), 0, undefined, 16);
		scribe.call(server, 'bob.switch', send, [4, 16], { result: 0 }, () => {
			server.message(message, scribe.component('alice.switch'), round + 1);
		});
		waitFor();
		client.leave(site('WSPRecv', ['bytes']), 0, undefined, 16);
	}
	return scribe;
}

describe('a loop of several messages', () => {
	it('is drawn once and counted, although calls reach from one round into the next', () => {
		const view = new SequenceView(pingPong(200).reader);
		const loops = loopsOf(view);
		assert.equal(loops.length, 1);
		assert.ok((loops[0]?.count ?? 0) >= 198, JSON.stringify(loops));
		assert.ok(view.rowCount() < 35, `${view.rowCount()} rows`);
	});

	it('is drawn message by message where that is wished', () => {
		const view = new SequenceView(loopTrace(200).reader, unfolded);
		assert.equal(view.rowCount(), 800);
		assert.deepEqual(loopsOf(view), []);
		assert.equal(new SequenceView(loopTrace(200).reader).rowCount(), 4);
	});

	it('counts the rounds up to the limit, and its rows stand for those of each round', () => {
		const { reader } = loopTrace(10);
		const view = new SequenceView(reader);
		// A round is two calls and their returns.
		assert.deepEqual(loopsOf(view, 4 * 3 - 1), [{ first: 0, last: 3, count: 3 }]);
		assert.deepEqual(loopsOf(view, 4 * 3), [{ first: 0, last: 3, count: 4 }]);
		assert.deepEqual(loopsOf(view, 3), []);
		assert.deepEqual(
			[0, 1, 2, 3, 4, 5, 6, 7, 38, 39].map((seq) => view.rowOf(seq)),
			[0, 1, 2, 3, 0, 1, 2, 3, 2, 3],
		);
	});

	it('holds loops', () => {
		const scribe = new Scribe();
		const client = scribe.thread('alice.client');
		client.enterPhase('data');
		for (let round = 0; round < 7; round++) {
			scribe.call(client, 'alice.switch', site('WSPSocket'), [], { result: 0 });
			for (let send = 0; send < 5; send++) {
				scribe.call(client, 'alice.switch', site('WSPSend'), [], { result: 0 });
				scribe.call(client, 'alice.switch', site('WSPRecv'), [], { result: 0 });
			}
			scribe.call(client, 'alice.switch', site('WSPCloseSocket'), [], { result: 0 });
		}
		const view = new SequenceView(scribe.reader);
		assert.deepEqual(loopsOf(view), [
			{ first: 0, last: 3, count: 7 },
			{ first: 1, last: 2, count: 5 },
		]);
		assert.equal(view.rowCount(), 4);
	});

	it('does not fold away what failed, what says something else, and what came to nothing', () => {
		const scribe = new Scribe();
		const client = scribe.thread('alice.client');
		client.enterPhase('data');
		for (let round = 0; round < 6; round++) {
			scribe.call(client, 'alice.switch', site('WSPSend', ['text']), [round === 2 ? 'other' : 'same']);
			scribe.call(client, 'alice.switch', site('WSPRecv'), [], { result: round === 4 ? 0 : 8 });
			client.note(site('log', ['text']), client.component, round === 3 ? 'unusual' : 'usual');
		}
		const labels = rowsOf(new SequenceView(scribe.reader)).map(({ label }) => label);
		assert.ok(labels.includes('WSPSend(other)') && labels.includes('unusual'));
		assert.equal(
			labels.filter((label) => label === 'usual').length,
			labels.filter((label) => /^WSPSend\(same/.test(label)).length,
		);
		client.note(site('expectation failed', ['text']), client.component, 'wrong');
		client.note(site('expectation failed', ['text']), client.component, 'wrong');
		assert.equal(rowsOf(new SequenceView(scribe.reader)).filter(({ label }) => label === '✗ wrong').length, 2);
	});

	it('is a loop in exported texts', () => {
		const view = new SequenceView(pingPong(50).reader);
		const times = `${loopsOf(view)[0]?.count} times`;
		const mermaid = mermaidText(view);
		assert.equal(mermaid.match(new RegExp(`^loop ${times}$`, 'gm'))?.length, 1);
		const opened = mermaid.match(/^(box|rect|loop) /gm)?.length;
		assert.equal(mermaid.match(/^end$/gm)?.length, opened);
		const uml = plantUmlText(view, 'ping pong');
		assert.equal(uml.match(new RegExp(`^loop ${times}$`, 'gm'))?.length, 1);
		assert.equal(uml.match(/^end$/gm)?.length, 1);
		assert.match(textDrawing(mermaid), new RegExp(`loop.*${times}`));
	});

	it('costs as much for a round at the end of a long run as of a short one', () => {
		const cost = (rounds: number): number => {
			const scribe = loopTrace(rounds);
			const view = new SequenceView(scribe.reader);
			view.rowCount();
			const client = scribe.thread('alice.client');
			const times: number[] = [];
			for (let round = 0; round < 200; round++) {
				scribe.call(client, 'alice.switch', site('WSPSend', ['s', 'round']), [3, round]);
				const start = process.cpuUsage();
				view.rowCount();
				const { user, system } = process.cpuUsage(start);
				times.push(user + system);
			}
			return times.sort((a, b) => a - b)[100] as number;
		};
		cost(250);
		const base = cost(250);
		const grown = cost(25_000);
		assert.ok(grown < base * 4 + 200, `${base} µs after 1,000 messages, ${grown} µs after 100,000`);
	});
});

/** Records that a view draws or stands for, ascending, with the row that does. */
function shownRecords(view: SequenceView): (readonly [seq: number, row: number])[] {
	const { rows } = view.sheet();
	const shown: [number, number][] = [];
	for (let seq = 0; seq < view.reader.length; seq++) if (rows.isShown(seq)) shown.push([seq, rows.rowOf(seq)]);
	return shown;
}

function check(reader: Reader, settings: ViewSettings): void {
	const whole = new SequenceView(reader, { ...settings, unfolded: ['initialization', 'repeats'] });
	const view = new SequenceView(reader, { ...settings, unfolded: ['initialization'] });
	const original = rowsOf(whole);
	const rows = rowsOf(view);
	const shown = shownRecords(view);
	// Unfolded, it is exactly the original: each of its rows, once, in order, told by a row that says the same.
	assert.deepEqual(
		shown.map(([seq]) => seq),
		original.map(({ seq }) => seq),
	);
	shown.forEach(([, row], at) => {
		assert.equal(toldOf(rows[row] as DiagramRow), toldOf(original[at] as DiagramRow));
	});
	// Expanding what is counted gives the order in which the rows stand for the original.
	const loops = loopsOf(view);
	const counted = [...loops, ...rows.flatMap((row) => oneCallLoop(rows, row))];
	assert.deepEqual(
		expanded(0, rows.length, counted),
		shown.map(([, row]) => row),
	);
}

/** The loop of one call with its return, if `row` is a repeated one. */
function oneCallLoop(rows: readonly DiagramRow[], { row, repeated, returnSeq }: DiagramRow): readonly DiagramLoop[] {
	if (repeated === undefined) return [];
	return [{ first: row, last: rows[row + 1]?.seq === returnSeq ? row + 1 : row, count: repeated }];
}

/** Rows `from` to `to` (exclusive), those in loops as often as they are counted. */
function expanded(from: number, to: number, loops: readonly DiagramLoop[]): readonly number[] {
	const result: number[] = [];
	for (let row = from; row < to; row++) {
		const outer = loops.filter(({ first, last }) => first === row && last < to).sort((a, b) => b.last - a.last)[0];
		if (!outer) {
			result.push(row);
			continue;
		}
		const round = expanded(
			outer.first,
			outer.last + 1,
			loops.filter((loop) => loop !== outer),
		);
		for (let count = 0; count < outer.count; count++) for (const item of round) result.push(item);
		row = outer.last;
	}
	return result;
}

const settings: fc.Arbitrary<ViewSettings> = fc.record({
	lens: fc.constantFrom('application', 'spi', 'wire', 'everything'),
	hidden: fc.subarray(['alice.tcpip', 'bob.switch']),
});

describe('the loops of any run', () => {
	it('give exactly the original rows when they are unfolded', () => {
		fc.assert(
			fc.property(looped, settings, (list, view) => check(written(list).reader, view)),
			{ numRuns: 300 },
		);
		fc.assert(fc.property(events, settings, (list, view) => check(written(list).reader, view)));
	});

	it('are found', () => {
		let found = 0;
		fc.assert(
			fc.property(looped, (list) => {
				const view = new SequenceView(written(list).reader, { ...folded, lens: 'everything' });
				found += loopsOf(view).length;
			}),
			{ numRuns: 100 },
		);
		assert.ok(found > 20, `${found} loops in 100 runs`);
	});

	it('leave activations in pairs', () => {
		fc.assert(
			fc.property(looped, settings, fc.nat(400), (list, view, limit) => {
				const { reader } = written(list);
				for (const { mermaid } of new SequenceView(reader, { ...view, unfolded: ['initialization'] }).pages(
					0,
					99,
					limit,
				)) {
					const open = new Map<string, number>();
					for (const [, verb, lane] of mermaid.matchAll(/^(activate|deactivate) (p\d+)$/gm)) {
						const count = (open.get(lane as string) ?? 0) + (verb === 'activate' ? 1 : -1);
						assert.ok(count >= 0);
						open.set(lane as string, count);
					}
					assert.ok([...open.values()].every((count) => count === 0));
				}
			}),
		);
	});

	it('frame exported texts in pairs', () => {
		fc.assert(
			fc.property(looped, settings, (list, view) => {
				const text = mermaidText(new SequenceView(written(list).reader, { ...view, unfolded: ['initialization'] }));
				let depth = 0;
				for (const [line] of text.matchAll(/^(box|rect|loop|end)\b/gm)) {
					depth += line === 'end' ? -1 : 1;
					assert.ok(depth >= 0);
				}
				assert.equal(depth, 0);
			}),
		);
	});
});
