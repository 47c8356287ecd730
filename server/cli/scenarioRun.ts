/** Runs one scenario to its end, in slices, so that an interrupt is heard. */
import { type Run, startRun } from '../scenario/interpreter';
import type { ScenarioFile } from '../scenario/parse';
import { isInterrupted } from './interrupt';

/** Scheduler steps between two looks at the world outside: some milliseconds. */
const SLICE = 5_000;

/** The run at its end, or where it was interrupted: then its state is still `running`. */
export async function runScenario(file: ScenarioFile, title: string, seed: number | undefined): Promise<Run> {
	const run = startRun(file, title, seed === undefined ? {} : { seed });
	while (run.advance(SLICE).kind === 'running' && !(await isInterrupted()));
	return run;
}
