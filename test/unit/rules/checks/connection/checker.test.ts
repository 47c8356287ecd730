import assert from 'node:assert/strict';
import type { MakeCheck } from '../../../../../server/rules/check';
import { Checker } from '../../../../../server/rules/checker';
import { coverageOf, summaryOf } from '../../../../../server/rules/coverage';
import { castOf, recordView } from '../../../../../server/rules/recordView';
import { startRun } from '../../../../../server/scenario/interpreter';
import { parseScenarioFile } from '../../../../../server/scenario/parse';
import { type Context, objectType, Reader, site, Trace } from '../../../../../server/trace';
import { Edit, judge, written } from './replay';
import { realRun, recording } from './scenarios';

const context: Context = { thread: 0, component: 0, call: -1, cause: -1, phase: 0, source: -1 };
const call = site('WSPSend', ['s']);

/** A check that counts what it is shown. */
function counting(interests: ReturnType<MakeCheck>['interests']): {
	readonly make: MakeCheck;
	readonly seen: number[];
} {
	const seen: number[] = [];
	const make: MakeCheck = () => ({ rules: [], interests, record: (record) => seen.push(record.seq) });
	return { make, seen };
}

describe('the rule checker', () => {
	it('shows a check the records it asked for, once each, as they come', () => {
		const trace = new Trace();
		const sends = counting([
			{ kind: 'call', name: 'WSPSend' },
			{ kind: 'call', name: 'WSPSend' },
		]);
		const calls = counting([{ kind: 'call' }]);
		const checker = new Checker(new Reader(trace), undefined, [sends.make, calls.make]);
		trace.call(0, context, call, 0, 1);
		trace.call(0, context, site('WSPRecv', ['s']), 0, 1);
		checker.follow();
		assert.deepEqual([sends.seen, calls.seen], [[0], [0, 1]]);
		trace.call(0, context, call, 0, 2);
		checker.follow();
		checker.follow();
		assert.deepEqual(
			[sends.seen, calls.seen],
			[
				[0, 2],
				[0, 1, 2],
			],
		);
	});

	it('knows state changes by the type of the object, or by type and field', () => {
		const trace = new Trace();
		const socket = trace.object(objectType('socket', ['state', 'local']), 0, 1);
		const all = counting([{ kind: 'state', name: 'socket' }]);
		const states = counting([{ kind: 'state', name: 'socket.state' }]);
		const checker = new Checker(new Reader(trace), undefined, [all.make, states.make]);
		trace.change(0, context, socket, 'state', 'bound');
		trace.change(0, context, socket, 'local', '10.1.0.1:1');
		checker.follow();
		assert.deepEqual([all.seen, states.seen], [[0, 1], [0]]);
	});

	it('skips the violations that it has found itself', () => {
		const trace = new Trace();
		const all = counting([{ kind: 'violation' }]);
		trace.violation(0, context, site('violation', ['rule', 'reason'], ['CONN-3']), 0, 'CONN-3', '');
		new Checker(new Reader(trace), undefined, [all.make]).end();
		assert.deepEqual(all.seen, []);
	});

	it('judges step by step as it judges at once', () => {
		const text = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "twice" {
  fault alice.ib0 WSPConnect: signal twice
  thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 4) let p = accept(l) closesocket(p) closesocket(l) }
  thread alice.client { sleep 1ms let s = socket() connect(s, 10.1.0.2:7000) closesocket(s) }
}`;
		const running = startRun(parseScenarioFile(text, 'test.sanflow'));
		const checker = new Checker(running.reader);
		const found = [];
		while (running.state.kind === 'running') {
			running.advance(1);
			found.push(...checker.follow());
		}
		found.push(...checker.end());
		const atOnce = new Checker(running.reader);
		const together = atOnce.end();
		const ours = (violations: typeof together) => violations.map(({ rule, seq }) => `${rule} ${seq}`).sort();
		assert.deepEqual(ours(found), ours(together));
		assert.deepEqual(
			together.filter(({ rule }) => rule === 'CONN-10' || rule === 'EVT-6').map(({ rule }) => rule),
			['CONN-10', 'EVT-6'],
		);
	});

	it('names records in its reasons as they are numbered in the trace', () => {
		const edit = new Edit(recording('first'));
		const signal = edit.find({ kind: 'signal', name: 'SetEvent', from: 'alice.ib0' });
		edit.insert('after', signal, signal);
		const violation = edit.judge().violations.find(({ rule }) => rule === 'CONN-10');
		assert.ok(violation);
		const reader = written(recording('first'), edit.drafts);
		assert.equal(reader.name(violation.seq), 'SetEvent');
		assert.equal(violation.reason.args[0], violation.seq);
	});

	it('reads a record through a view as the trace holds it', () => {
		const reader = realRun('first');
		for (let seq = 0; seq < reader.length; seq++) {
			const record = reader.record(seq);
			const view = recordView(castOf(reader), seq);
			for (const [name, value] of Object.entries(record)) {
				assert.deepEqual((view as unknown as { readonly [name: string]: unknown })[name], value, `${name} of ${seq}`);
			}
			for (const [name, value] of Object.entries(record.args))
				assert.deepEqual(view.arg(name), value, `${name} of ${seq}`);
			assert.equal(view.arg('no such argument'), undefined);
			assert.equal(view.error, record.error);
			assert.equal(view.result, record.result);
			assert.equal(view.call, record.call);
		}
	});
});

describe('rule coverage', () => {
	it('tells kept, violated, not reached and not observable rules apart, by scenario', () => {
		const kept = new Checker(realRun('first'));
		kept.end();
		const edit = new Edit(recording('first'));
		const signal = edit.find({ kind: 'signal', name: 'SetEvent', from: 'alice.ib0' });
		edit.insert('after', signal, signal);
		const broken = new Checker(written(recording('first'), edit.drafts));
		broken.end();
		const coverage = coverageOf([
			{ scenario: 'first', results: kept.results() },
			{ scenario: 'twice', results: broken.results() },
		]);
		const of = (id: string) => coverage.find(({ rule }) => rule.id === id);
		assert.equal(of('CONN-2')?.state, 'kept');
		assert.deepEqual(
			of('CONN-2')?.scenarios.map(({ scenario }) => scenario),
			['first', 'twice'],
		);
		assert.equal(of('CONN-10')?.state, 'violated');
		assert.equal(of('CONN-10')?.broken, 1);
		assert.equal(of('FALLBACK-9')?.state, 'not reached');
		assert.equal(of('INST-1')?.state, 'not observable');
		const summary = summaryOf(coverage);
		assert.equal(summary.rules, coverage.length);
		assert.equal(summary.exercised, summary.kept + summary.violated);
		assert.equal(summary.exercised + summary.notReached + summary.notObservable, summary.rules);
	});

	it('says nothing of rules where nothing ran', () => {
		const { exercised, notReached, notObservable, rules } = summaryOf(coverageOf([]));
		assert.equal(exercised, 0);
		assert.equal(notReached + notObservable, rules);
		assert.ok(judge(realRun('nobody')).kept.size > 0);
	});
});
