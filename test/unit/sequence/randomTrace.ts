/** Random runs for properties of the diagram. */
import fc from 'fast-check';
import { site } from '../../../server/trace';
import { Scribe } from './sampleTrace';

/** Random nests of calls between random components. */
const event = fc.record({
	thread: fc.integer({ min: 0, max: 2 }),
	act: fc.constantFrom('call', 'call', 'return', 'return', 'signal', 'message', 'note', 'pass'),
	to: fc.constantFrom(
		'alice.switch',
		'alice.ib0',
		'alice.ib0.proxy',
		'alice.tcpip',
		'bob.switch',
		'bob.ib0',
		'bob.ib0.nic',
	),
	phase: fc.constantFrom('initialization', 'setup', 'negotiation', 'data'),
	error: fc.constantFrom(undefined, 'WSAECONNREFUSED'),
});

type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

export const events = fc.array(event, { maxLength: 160 });

/** Stretches that come several times, one after the other and in one another. */
export const looped: fc.Arbitrary<readonly Event[]> = fc
	.array(
		fc.tuple(
			fc.array(fc.tuple(fc.array(event, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 4 })), {
				minLength: 1,
				maxLength: 3,
			}),
			fc.integer({ min: 1, max: 5 }),
		),
		{ maxLength: 5 },
	)
	.map((outer) =>
		outer.flatMap(([inner, times]) =>
			repeated(
				times,
				inner.flatMap(([list, count]) => repeated(count, list)),
			),
		),
	);

function repeated<T>(count: number, list: readonly T[]): readonly T[] {
	return Array.from({ length: count }, () => list).flat();
}

/** The trace in which this happens. */
export function written(list: readonly Event[]): Scribe {
	const scribe = new Scribe();
	const threads = ['alice.client', 'bob.server', 'alice.ib0.nic'].map((name) => scribe.thread(name));
	const depths = [0, 0, 0];
	const where = site('random', ['a']);
	for (const { thread: index, act, to, phase, error } of list) {
		const thread = threads[index];
		if (!thread) continue;
		thread.enterPhase(phase as 'setup');
		scribe.simulation.now += 10;
		if (act === 'call') {
			thread.enter(where, scribe.component(to), 1);
			depths[index] = (depths[index] as number) + 1;
		} else if (act === 'return' && (depths[index] as number) > 0) {
			thread.leave(site('random'), 0, error);
			depths[index] = (depths[index] as number) - 1;
		} else if (act === 'signal') thread.signal(where, scribe.component(to), undefined, 1);
		else if (act === 'message') thread.message(where, scribe.component(to), 1);
		else if (act === 'note') thread.note(where, thread.component, 1);
	}
	return scribe;
}
