import assert from 'node:assert/strict';
import { startRun } from '../../../server/scenario/interpreter';
import { parseScenarioFile } from '../../../server/scenario/parse';
import { traceLines } from '../../../server/trace';
import { failures, parsed, play, playToSuccess, readScenarios } from '../../golden/play';
import { TraceView } from '../../golden/traceView';
import { lab } from './scenarios';

describe('A run', () => {
	it('is that of the named scenario, or of the first one', () => {
		const file = parsed(
			`${lab} scenario "one" { thread alice.client { log 1 } } scenario "two" { thread alice.client { log 2 } }`,
		);
		assert.equal(startRun(file).title, 'one');
		assert.equal(startRun(file, 'two').title, 'two');
		assert.throws(() => startRun(file, 'three'), /no scenario is called "three"/);
	});

	it('does not start from a file with errors or without scenarios', () => {
		assert.throws(
			() => startRun(parseScenarioFile(`${lab} scenario "t" { thread nobody.x { } }`, 'a.sanflow')),
			/a\.sanflow has errors/,
		);
		assert.throws(() => startRun(parseScenarioFile(lab, 'a.sanflow')), /a\.sanflow has no scenario/);
	});

	it('takes its seed from the caller, else from the scenario, else from the file', () => {
		const file = parsed(
			`seed 5 ${lab} scenario "one" { thread alice.client { } } scenario "two" { seed 6 thread alice.client { } }`,
		);
		assert.deepEqual(
			[startRun(file, 'one').seed, startRun(file, 'two').seed, startRun(file, 'two', { seed: 7 }).seed],
			[5, 6, 7],
		);
		assert.equal(startRun(parsed(`${lab} scenario "t" { thread alice.client { } }`)).seed, 1);
	});

	it('goes on only when it is asked to, and gives the same trace in any portions', () => {
		const file = readScenarios('examples/01-first-connect.sanflow');
		const whole = play(file, undefined, { seed: 3 });
		for (const portion of [1, 7, 100]) {
			const run = startRun(file, undefined, { seed: 3 });
			const before = run.reader.length;
			assert.equal(run.state.kind, 'running');
			run.advance(0);
			assert.equal(run.reader.length, before);
			for (let n = 0; run.advance(portion).kind === 'running'; n++) assert.ok(n < 100_000);
			assert.deepEqual([...traceLines(run.reader)], [...traceLines(whole.reader)]);
			// A run that has ended stays as it is.
			const end = run.reader.length;
			run.advance(100);
			assert.equal(run.reader.length, end);
		}
	});

	it('does not run far ahead of who asks for a step, even where a thread never waits', () => {
		const loop = parsed(`${lab}
scenario "calls on one host" {
  thread alice.client {
    repeat 400 {
      let s = socket()
      closesocket(s)
    }
  }
}`);
		const whole = play(loop);
		const run = startRun(loop);
		let most = 0;
		for (let before = run.reader.length; run.state.kind === 'running'; before = run.reader.length) {
			run.advance(1);
			most = Math.max(most, run.reader.length - before);
		}
		// 64 records, and what the last statement writes; at the end the process cleans up.
		assert.ok(most < 200, `${most} records in one call`);
		assert.deepEqual([...traceLines(run.reader)], [...traceLines(whole.reader)]);
	});

	it('does not disturb another run of the same file', () => {
		const file = readScenarios('examples/10-listening-and-accepting.sanflow');
		const [one, other] = [startRun(file, undefined, { seed: 1 }), startRun(file, undefined, { seed: 2 })];
		while ([one.advance(3), other.advance(5)].some(({ kind }) => kind === 'running'));
		for (const run of [one, other]) {
			assert.deepEqual([...traceLines(run.reader)], [...traceLines(play(file, undefined, { seed: run.seed }).reader)]);
		}
	});
});

describe('Files and settings', () => {
	it('an imported function runs at its own place in its own file', () => {
		const file = readScenarios('test/fixtures/scenarios/tables/SEQ-CONN-2.sanflow');
		const view = TraceView.of(playToSuccess(file).reader);
		const listen = view.first(({ name, args }) => name === 'statement' && String(args.text).startsWith('listen('));
		assert.match(String(listen?.source?.file), /tables\/lab\.sanflow$/);
		const connect = view.first(({ name, args }) => name === 'statement' && String(args.text).startsWith('connect('));
		assert.match(String(connect?.source?.file), /SEQ-CONN-2\.sanflow$/);
	});

	it('a scenario changes the settings of its NICs, hosts and networks for itself alone', () => {
		const connecting = (items: string, title: string) => `scenario "${title}" { ${items}
  thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1) closesocket(accept(l)) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) closesocket(s) } }`;
		const file = parsed(
			`${lab} ${connecting('', 'plain')} ${connecting('configure alice.ib0 { credits 2 } configure fabric { latency 1ms }', 'changed')}`,
		);
		const receives = (title: string) => {
			const view = TraceView.of(playToSuccess(file, title).reader);
			const send = view.first(
				({ kind, name, from, to }) =>
					kind === 'call' && name === 'WSPSend' && from === 'alice.switch' && to === 'alice.ib0',
			);
			const posted = view.calls('alice.switch', 'alice.ib0', 'WSPRecv').filter(({ seq }) => seq < (send?.seq ?? 0));
			const request = view.first(({ name }) => name === 'native connect request');
			return [posted.length, Number(request?.args.arrives) - Number(request?.time) > 1_000_000];
		};
		const [plain, slow] = receives('plain');
		const [two, slower] = receives('changed');
		assert.ok(Number(plain) >= 8 && slow === false);
		assert.ok(Number(two) < Number(plain) && slower === true);
	});

	it('a host without threads has drivers, and no switch that was started', () => {
		const file = parsed(`${lab} scenario "t" { thread alice.client { log 1 } }`);
		const view = TraceView.of(play(file).reader);
		assert.ok(view.first(({ name, from }) => name === 'TdiRegisterPnPHandlers' && from === 'bob.ib0.proxy'));
		assert.equal(
			view.first(({ name, to }) => name === 'WSPStartupEx' && to === 'bob.ib0'),
			undefined,
		);
		assert.ok(view.first(({ name, to }) => name === 'WSPStartupEx' && to === 'alice.ib0'));
	});

	it('a failure stops the run where it happened', () => {
		const file = parsed(`${lab} scenario "t" {
thread alice.client {
  sleep 1ms
  expect 1 == 2
  log "never"
}
thread bob.other {
  sleep 5ms
  log "never"
} }`);
		const run = play(file);
		assert.deepEqual(failures(run), ['line 4: expected 1 == 2, but the left side is 1']);
		const last = run.reader.record(run.reader.length - 1);
		assert.ok(last.time <= 1_000_000);
		const note = run.state.kind === 'failed' ? run.reader.record(run.state.failures[0]?.seq ?? -1) : undefined;
		assert.deepEqual([note?.kind, note?.name, note?.source?.line], ['note', 'expectation failed', 4]);
	});
});
