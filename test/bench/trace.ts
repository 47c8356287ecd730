/** How quickly a run writes its trace, and how much memory that takes. */

import type { Run } from '../../server/scenario/interpreter';
import { BareLoop } from './bareLoop';
import { absolute, elapsed, type Measurements, ratio } from './measurement';
import { advanceTo, trafficRun } from './traffic';

/** Records of one timed stretch. */
const STRETCH = 200_000;
const ROUNDS = 9;
const CHECKED_ROUNDS = 5;

/** Records per second of a run, one stretch after the other. */
class Pace {
	private reached: number;

	constructor(
		private readonly advance: (records: number) => void,
		private readonly count: () => number,
	) {
		this.reached = count();
	}

	stretch(): number {
		const ms = elapsed(() => this.advance(this.reached + STRETCH));
		const written = this.count() - this.reached;
		this.reached = this.count();
		return (written / ms) * 1000;
	}
}

/** `trace.recordsN` and `trace.ofBareLoopN`. Ours and the bare loop alternate, so that what else the machine does strikes both. */
export function measureRecords(sockets: number, connections: number): Measurements {
	const run = trafficRun(connections);
	// Everybody is connected, and the code is warm.
	advanceTo(run, Math.max(200_000, connections * 800));
	const bare = new BareLoop(connections);
	bare.advanceTo(1_000_000);
	const ourPace = new Pace(
		(records) => advanceTo(run, records),
		() => run.reader.length,
	);
	const barePace = new Pace(
		(records) => bare.advanceTo(records),
		() => bare.records,
	);
	const ours: number[] = [];
	const theirs: number[] = [];
	for (let i = 0; i < ROUNDS; i++) {
		ours.push(ourPace.stretch());
		theirs.push(barePace.stretch());
	}
	return {
		[`trace.records${sockets}`]: absolute(ours, 'records/s'),
		[`trace.ofBareLoop${sockets}`]: ratio(ours, theirs, `bare coroutine-and-columns loop with ${connections} threads`),
	};
}

/**
 * `trace.recordsNChecked` and `rules.cost`: the same run with rule checks, alternating with one without. The cost is how
 * many times as long a record takes.
 */
export function measureChecks(sockets: number, connections: number): Measurements {
	const plain = trafficRun(connections);
	const checked = trafficRun(connections, true);
	const pace = (run: Run): Pace =>
		new Pace(
			(records) => advanceTo(run, records),
			() => run.reader.length,
		);
	for (const run of [plain, checked]) advanceTo(run, Math.max(200_000, connections * 800));
	const [plainPace, checkedPace] = [pace(plain), pace(checked)];
	const without: number[] = [];
	const withChecks: number[] = [];
	for (let i = 0; i < CHECKED_ROUNDS; i++) {
		without.push(plainPace.stretch());
		withChecks.push(checkedPace.stretch());
	}
	const cost = sockets === 16 ? { 'rules.cost': ratio(without, withChecks, 'the same run without rule checks') } : {};
	return { [`trace.records${sockets}Checked`]: absolute(withChecks, 'records/s'), ...cost };
}

/** Records of one timed stretch of a run that grows. */
const SHORT_STRETCH = 50_000;

/**
 * `trace.growth1M` and `trace.growth10M`: what a record costs after a million and after ten million, beside what it costs
 * after ten thousand. Runs that have only just begun are measured several times, each anew; the long one is made once.
 */
export function measureGrowth(): Measurements {
	// Warm code in all cases.
	advanceTo(trafficRun(16), 400_000);
	const early: number[] = [];
	for (let i = 0; i < ROUNDS; i++) {
		const run = trafficRun(16);
		advanceTo(run, 10_000);
		early.push(nsPerRecord(run));
	}
	const run = trafficRun(16);
	const after = (records: number): readonly number[] => {
		advanceTo(run, records);
		return Array.from({ length: ROUNDS }, () => nsPerRecord(run));
	};
	return {
		'trace.growth1M': ratio(after(1_000_000), early, 'the cost of a record after 10,000'),
		'trace.growth10M': ratio(after(10_000_000), early, 'the cost of a record after 10,000'),
	};
}

/** Processor time: the three are measured one after the other, and other programs must not look like growth. */
function nsPerRecord(run: ReturnType<typeof trafficRun>): number {
	const first = run.reader.length;
	const before = process.cpuUsage();
	advanceTo(run, first + SHORT_STRETCH);
	const { user, system } = process.cpuUsage(before);
	return ((user + system) * 1000) / (run.reader.length - first);
}

/** `trace.bytesPerRecord`: memory that a run of a million records holds, beyond what it held at its start. */
export function measureMemory(): Measurements {
	const run = trafficRun(16);
	advanceTo(run, 100_000);
	const before = heldBytes();
	const first = run.reader.length;
	advanceTo(run, 1_100_000);
	const bytes = (heldBytes() - before) / (run.reader.length - first);
	return { 'trace.bytesPerRecord': absolute([bytes], 'bytes') };
}

function heldBytes(): number {
	if (!globalThis.gc) throw new Error('start node with --expose-gc');
	// Array buffers are given back only after a second collection.
	for (let i = 0; i < 3; i++) globalThis.gc();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}
