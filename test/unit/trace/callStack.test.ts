import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CallStacks, Reader, site, Trace } from '../../../server/trace';
import { check, context } from './values';

const SITE = site('WSPTest');

/** What a thread does next: it calls, returns from its innermost call (if there is one), or notes something. */
const step = fc.record({ thread: fc.nat(3), what: fc.constantFrom('call', 'return', 'note') });

interface Built {
	readonly reader: Reader;
	/** For each record and thread, the open calls after it, innermost first. */
	readonly open: readonly (readonly (readonly number[])[])[];
}

function build(steps: readonly { readonly thread: number; readonly what: string }[]): Built {
	const trace = new Trace();
	const contexts = ['a', 'b', 'c', 'd'].map((name) => context(trace.components.of(name)));
	const stacks: number[][] = [[], [], [], []];
	const open: (readonly (readonly number[])[])[] = [];
	for (const { thread, what } of steps) {
		const stack = stacks[thread] as number[];
		const who = { ...(contexts[thread] as (typeof contexts)[0]), call: stack[0] ?? -1 };
		if (what === 'call') stack.unshift(trace.call(0, who, SITE, 0));
		else if (what === 'return' && stack.length > 0)
			trace.return(0, who, SITE, 0, stack.shift() as number, 0, undefined);
		else trace.note(0, who, SITE, 0);
		open.push(stacks.map((calls) => [...calls]));
	}
	return { reader: new Reader(trace), open };
}

const steps = fc.array(step, { maxLength: 80 });

describe('The call stacks of a trace', () => {
	it('hold at every record, for every thread, the calls that are open', () => {
		check(
			fc.property(steps, (given) => {
				const { reader, open } = build(given);
				const stacks = new CallStacks(reader);
				for (let seq = 0; seq < reader.length; seq++) {
					for (let thread = 0; thread < 4; thread++)
						assert.deepEqual(stacks.openCalls(thread, seq), open[seq]?.[thread]);
					assert.equal(stacks.depth(seq), open[seq]?.[reader.thread(seq)]?.length);
				}
			}),
		);
	});

	it('find the records of a thread around any record', () => {
		check(
			fc.property(steps, (given) => {
				const { reader } = build(given);
				const stacks = new CallStacks(reader);
				for (let thread = 0; thread < 4; thread++) {
					const own = [...Array(reader.length).keys()].filter((seq) => reader.thread(seq) === thread);
					for (let seq = -1; seq <= reader.length; seq++) {
						assert.equal(stacks.lastRecord(thread, seq), own.findLast((record) => record <= seq) ?? -1);
						assert.equal(stacks.nextRecord(thread, seq), own.find((record) => record > seq) ?? -1);
					}
				}
			}),
			100,
		);
	});

	it('list the threads in the order in which they appeared', () => {
		check(
			fc.property(steps, (given) => {
				const { reader } = build(given);
				const stacks = new CallStacks(reader);
				for (let seq = 0; seq < reader.length; seq++) {
					const seen = new Set(given.slice(0, seq + 1).map(({ thread }) => thread));
					assert.deepEqual(stacks.threadsAt(seq), [...seen]);
				}
			}),
			100,
		);
	});
});
