import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Choices, type Coroutine, durationText, Simulation, type Thread, Waiters } from '../../../server/simulation';
import { History, Reader, site, Trace, traceLines } from '../../../server/trace';
import { check } from '../trace/values';

const REMARK = site('remark', ['a']);

function simulation(seed = 1): Simulation {
	return new Simulation(new Trace(), new Choices(seed));
}

function runToEnd(sim: Simulation, most = 100_000): void {
	for (let n = 0; sim.step(); n++) assert.ok(n < most, 'the simulation does not end');
}

/** A thread that sleeps for each of the times and then tells. */
function* sleeper(sim: Simulation, thread: Thread, times: readonly number[], tell: (now: number) => void): Coroutine {
	for (const time of times) {
		thread.sleep(sim.now + time);
		yield;
		tell(sim.now);
	}
}

describe('The scheduler', () => {
	it('runs what is due in the order of its time, and moves the clock only when nothing can run', () => {
		check(
			fc.property(fc.integer(), fc.array(fc.nat(50), { maxLength: 40 }), (seed, times) => {
				const sim = simulation(seed);
				const seen: number[] = [];
				for (const time of times) {
					sim.at(time, () => {
						assert.equal(sim.now, time);
						seen.push(time);
					});
				}
				runToEnd(sim);
				assert.deepEqual(
					seen,
					[...times].sort((a, b) => a - b),
				);
			}),
		);
	});

	it('orders what can run at the same time by the seed alone', () => {
		const order = (seed: number): string => {
			const sim = simulation(seed);
			const seen: number[] = [];
			for (let n = 0; n < 6; n++) sim.ready(() => seen.push(n));
			runToEnd(sim);
			assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5]);
			return seen.join('');
		};
		assert.equal(order(3), order(3));
		assert.ok(new Set(Array.from({ length: 50 }, (_, seed) => order(seed))).size > 25);
	});

	it('does at once what is due in the past', () => {
		const sim = simulation();
		let late = -1;
		sim.at(10, () =>
			sim.at(5, () => {
				late = sim.now;
			}),
		);
		runToEnd(sim);
		assert.equal(late, 10);
	});

	it('counts its steps', () => {
		const sim = simulation();
		for (let n = 0; n < 7; n++) sim.ready(() => undefined);
		runToEnd(sim);
		assert.equal(sim.steps, 7);
		assert.equal(sim.step(), false);
	});
});

describe('A step of a thread that never waits', () => {
	/** Writes a remark at each statement, as the threads of a scenario do. */
	function* talker(thread: Thread, statements: number): Coroutine {
		for (let n = 0; n < statements; n++) {
			if (thread.mustPass()) {
				thread.pass();
				yield;
			}
			thread.note(REMARK, thread.component, n);
		}
	}

	function talk(pauseEvery: number): { readonly sim: Simulation; readonly longest: number; readonly calls: number } {
		const sim = simulation();
		const thread = sim.thread('alice.talker', 'alice.talker');
		thread.run(talker(thread, 2000));
		let longest = 0;
		let calls = 0;
		for (let before = sim.trace.length; ; calls++, before = sim.trace.length) {
			sim.pauseAt = before + pauseEvery;
			if (!sim.step()) break;
			longest = Math.max(longest, sim.trace.length - before);
		}
		return { sim, longest, calls };
	}

	it('pauses where it is asked to, which shows neither in the trace nor in the number of steps', () => {
		const whole = talk(Number.POSITIVE_INFINITY);
		assert.ok(whole.longest > 200, 'a step is long where nothing makes it end');
		for (const pauseEvery of [1, 10, 64]) {
			const cut = talk(pauseEvery);
			assert.ok(cut.longest <= pauseEvery + 1, `${cut.longest} records in a step that pauses every ${pauseEvery}`);
			assert.ok(cut.calls > whole.calls);
			assert.equal(cut.sim.steps, whole.sim.steps);
			assert.deepEqual([...traceLines(new Reader(cut.sim.trace))], [...traceLines(new Reader(whole.sim.trace))]);
		}
	});
});

describe('A thread', () => {
	it('sleeps as long as it says', () => {
		check(
			fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }), { maxLength: 6 }), (plans) => {
				const sim = simulation();
				const woken = plans.map((times, index) => {
					const seen: number[] = [];
					const thread = sim.thread(`host.t${index}`, `host.t${index}`);
					thread.run(sleeper(sim, thread, times, (now) => seen.push(now)));
					return seen;
				});
				runToEnd(sim);
				plans.forEach((times, index) => {
					let now = 0;
					assert.deepEqual(
						woken[index],
						times.map((time) => (now += time)),
					);
				});
				assert.ok(sim.threads.every(({ state }) => state === 'ended'));
			}),
		);
	});

	it('is woken by what it waits for, whose record becomes the cause of what it does next', () => {
		const sim = simulation();
		const waiters = new Waiters('an event');
		const thread = sim.thread('host.waiter', 'host.waiter');
		thread.run(
			(function* () {
				thread.wait(waiters, 100);
				yield;
				assert.equal(thread.timedOut, false);
				thread.note(REMARK, thread.component, sim.now);
			})(),
		);
		let signal = -1;
		const other = sim.thread('host.other', 'host.other');
		sim.at(40, () => {
			signal = other.signal(REMARK, other.component);
			waiters.wakeAll(signal);
		});
		runToEnd(sim);
		const reader = new Reader(sim.trace);
		const note = [...Array(reader.length).keys()].map((seq) => reader.record(seq)).find(({ kind }) => kind === 'note');
		assert.equal(note?.time, 40);
		assert.equal(note?.cause, signal);
		assert.equal(waiters.length, 0);
	});

	it('stops waiting when its time is over, and the wake-up that comes later finds nobody', () => {
		const sim = simulation();
		const waiters = new Waiters('an event');
		const thread = sim.thread('host.waiter', 'host.waiter');
		const seen: string[] = [];
		thread.run(
			(function* () {
				thread.wait(waiters, 30);
				yield;
				seen.push(`${sim.now} ${thread.timedOut}`);
				thread.sleep(200);
				yield;
				seen.push(`${sim.now}`);
			})(),
		);
		sim.at(50, () => waiters.wakeAll(-1));
		runToEnd(sim);
		assert.deepEqual(seen, ['30 true', '200']);
	});

	it('is not woken by the time limit of a wait that is over', () => {
		const sim = simulation();
		const waiters = new Waiters('an event');
		const thread = sim.thread('host.waiter', 'host.waiter');
		const seen: string[] = [];
		thread.run(
			(function* () {
				thread.wait(waiters, 100);
				yield;
				thread.wait(waiters);
				yield;
				seen.push(`${sim.now} ${thread.timedOut}`);
			})(),
		);
		sim.at(10, () => waiters.wakeAll(-1));
		sim.at(300, () => waiters.wakeAll(-1));
		runToEnd(sim);
		assert.deepEqual(seen, ['300 false']);
	});

	it('wakes one waiting thread or all of them, first come first', () => {
		const sim = simulation();
		const waiters = new Waiters('an event');
		const seen: string[] = [];
		for (const name of ['a', 'b', 'c']) {
			const thread = sim.thread(`host.${name}`, `host.${name}`);
			sim.at(name.charCodeAt(0), () => {
				thread.run(
					(function* () {
						thread.wait(waiters);
						yield;
						seen.push(`${name} ${sim.now}`);
					})(),
				);
			});
		}
		sim.at(200, () => waiters.wakeOne(-1));
		sim.at(300, () => waiters.wakeAll(-1));
		runToEnd(sim);
		assert.deepEqual(seen.slice(0, 1), ['a 200']);
		assert.deepEqual(seen.slice(1).sort(), ['b 300', 'c 300']);
	});

	it('can be ended while it waits; its coroutine cleans up', () => {
		const sim = simulation();
		const waiters = new Waiters('an event');
		const thread = sim.thread('host.waiter', 'host.waiter');
		let cleaned = false;
		thread.run(
			(function* () {
				try {
					thread.wait(waiters, 100);
					yield;
					assert.fail('went on after its end');
				} finally {
					cleaned = true;
				}
			})(),
		);
		sim.at(10, () => thread.end());
		sim.at(20, () => waiters.wakeAll(-1));
		runToEnd(sim);
		assert.equal(cleaned, true);
		assert.equal(thread.state, 'ended');
		assert.equal(waiters.length, 0);
	});

	it('records what it waits for and until when', () => {
		const sim = simulation();
		const waiters = new Waiters('event 3');
		const thread = sim.thread('host.waiter', 'host.waiter');
		thread.run(
			(function* () {
				thread.wait(waiters, 70);
				yield;
			})(),
		);
		sim.step();
		const reader = new Reader(sim.trace);
		const history = new History(reader);
		const fields = Object.fromEntries(history.fieldsAt(0, reader.length - 1).map(({ name, value }) => [name, value]));
		assert.deepEqual(fields, { state: 'waiting', waitsFor: 'event 3', until: 70 });
		runToEnd(sim);
		assert.equal(history.fieldAt(0, 'state', reader.length - 1), 'ended');
	});

	it('goes back to the caller and its call when it leaves a component', () => {
		const sim = simulation();
		const { trace } = sim;
		const thread = sim.thread('host.app', 'host.app');
		const [sw, provider] = [trace.components.of('host.switch'), trace.components.of('host.ib0')];
		const outer = thread.enter(REMARK, sw);
		const inner = thread.enter(REMARK, provider, 1);
		assert.equal(thread.component, provider);
		thread.leave(REMARK, 0);
		assert.equal(thread.component, sw);
		assert.equal(thread.call, outer);
		thread.leave(REMARK, -1, 'WSAEFAULT');
		assert.equal(thread.call, -1);
		const reader = new Reader(trace);
		const records = [...Array(reader.length).keys()].map((seq) => reader.record(seq));
		assert.deepEqual(
			records.map(({ kind, from, to, within, call }) => ({ kind, from, to, within, call })),
			[
				{ kind: 'call', from: 'host.app', to: 'host.switch', within: null, call: undefined },
				{ kind: 'call', from: 'host.switch', to: 'host.ib0', within: outer, call: undefined },
				{ kind: 'return', from: 'host.ib0', to: 'host.switch', within: outer, call: inner },
				{ kind: 'return', from: 'host.switch', to: 'host.app', within: null, call: outer },
			],
		);
	});
});

describe('A duration', () => {
	it('reads in the largest unit that fits', () => {
		assert.deepEqual([0, 1, 999, 1000, 5052, 1_000_000, 3_250_000, 1_500_000_000, 61_000_000_000].map(durationText), [
			'0 ns',
			'1 ns',
			'999 ns',
			'1 µs',
			'5.052 µs',
			'1 ms',
			'3.25 ms',
			'1.5 s',
			'61 s',
		]);
	});
});
