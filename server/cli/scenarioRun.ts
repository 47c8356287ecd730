/** Runs one scenario to its end, in slices, so that an interrupt is heard. */
import { isViolationExpectation } from '../scenario/generated/ast';
import { type Run, startRun } from '../scenario/interpreter';
import type { ScenarioFile } from '../scenario/parse';
import { isInterrupted } from './interrupt';

/** Scheduler steps between two looks at the world outside: some milliseconds. */
const SLICE = 5_000;

/** How a scenario is to be run. */
export interface HowToRun {
	/** The one of the file if left out. */
	readonly seed?: number | undefined;
	/** Whether the documented rules are checked; a scenario that says `expect violates` has them checked all the same. */
	readonly checkRules?: boolean;
}

/** The run at its end, or where it was interrupted: then its state is still `running`. */
export async function runScenario(file: ScenarioFile, title: string, how: HowToRun): Promise<Run> {
	const { seed, checkRules = true } = how;
	const run = startRun(file, title, {
		...(seed === undefined ? {} : { seed }),
		checkRules: checkRules || expectsViolations(file, title),
	});
	while (run.advance(SLICE).kind === 'running' && !(await isInterrupted()));
	return run;
}

/** Without checks, the expectation would be judged broken. */
function expectsViolations(file: ScenarioFile, title: string): boolean {
	return file.model.scenarios.some(
		(scenario) => scenario.title === title && scenario.items.some(isViolationExpectation),
	);
}
