/** Generated scenarios: what holds in every run, with and without faults, under every order of threads. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { filled, type Run, startRun } from '../../../../server/scenario/interpreter';
import { hasErrors, parseScenarioFile } from '../../../../server/scenario/parse';
import { checkAnyRun, checkRun } from './runChecks';
import { type Generated, scenarios } from './scenarioText';

/** Generated scenarios of all properties together; `npm run test:nightly` sets 10,000. */
const RUNS = Number(process.env.SANFLOW_PROPERTY_RUNS ?? 300);
// A landing must not depend on luck: the same scenarios each time. `npm run test:nightly` draws new ones.
const GIVEN = process.env.SANFLOW_PROPERTY_SEED ?? '20261122';
const SEED = GIVEN === 'random' ? Date.now() & 0x7fffffff : Number(GIVEN);

const options = (share: number) => ({ numRuns: Math.max(1, Math.round(RUNS * share)), seed: SEED });

function play(text: string, seed: number): Run {
	const file = parseScenarioFile(text, 'generated.sanflow');
	const problems = file.problems.map(({ line, message }) => `${line}: ${message}`);
	assert.ok(!hasErrors(file), problems.join('\n'));
	// The rules have tests of their own; here they would take most of the time.
	const run = startRun(file, undefined, { seed, budget: 400_000, checkRules: false });
	while (run.advance(10_000).kind === 'running');
	return run;
}

function failuresOf(run: Run): readonly string[] {
	if (run.state.kind !== 'failed') return [];
	return run.state.failures.map(({ source, message }) => `line ${source?.line ?? '?'}: ${filled(message)}`);
}

const seeds = fc.integer({ min: 1, max: 1_000_000 });

/** Judges generated scenarios; one that fails is shown as the file that it is. */
function holds(what: fc.Arbitrary<Generated>, judge: (generated: Generated, seed: number) => void) {
	return fc.property(what, seeds, (generated, seed) => {
		try {
			judge(generated, seed);
		} catch (error) {
			throw new Error(`${String(error)}\nseed ${seed} of\n${generated.text}`, { cause: error });
		}
	});
}

/** @throws AssertionError for a failure other than a deadlock that names who waits for what */
function endsOrSaysWhoWaits(run: Run): void {
	for (const failure of failuresOf(run)) assert.match(failure, /deadlock: .* waits for /);
}

describe('Generated scenarios', function () {
	this.timeout(0);
	before(() => console.log(`      property seed ${SEED}`));

	it('pass where nothing goes wrong, and every byte arrives in order', () => {
		const pass = holds(scenarios('none'), ({ text, conversations }, seed) => {
			const run = play(text, seed);
			assert.deepEqual(failuresOf(run), []);
			checkRun(run, conversations);
		});
		fc.assert(pass, options(0.45));
	});

	it('end, or say who waits for what, whatever goes wrong; what arrives is what was sent', () => {
		const keepTheirPromises = holds(scenarios('faults'), ({ text, conversations }, seed) => {
			const run = play(text, seed);
			endsOrSaysWhoWaits(run);
			checkRun(run, conversations);
		});
		fc.assert(keepTheirPromises, options(0.35));
	});

	it('end, or say who waits for what, even if providers and transports break their promises', () => {
		const end = holds(scenarios('misbehaviour'), ({ text }, seed) => {
			const run = play(text, seed);
			endsOrSaysWhoWaits(run);
			checkAnyRun(run);
		});
		fc.assert(end, options(0.1));
	});

	it('give the same trace for the same seed', () => {
		const repeat = holds(scenarios('faults'), ({ text }, seed) => {
			const [one, other] = [play(text, seed), play(text, seed)];
			assert.equal(one.reader.length, other.reader.length);
			for (let seq = 0; seq < one.reader.length; seq++) {
				assert.deepEqual(one.reader.record(seq), other.reader.record(seq));
			}
		});
		fc.assert(repeat, options(0.1));
	});
});
