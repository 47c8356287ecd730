/** Plays scenario files to their end, for tests: from the path of a file to the runs of its scenarios. */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { filled, type Run, startRun } from '../../server/scenario/interpreter';
import { hasErrors, parseScenarioFile, type ScenarioFile } from '../../server/scenario/parse';

/** Scheduler steps between two looks at the state of a run. */
const STEPS = 10_000;

/** Parses a file, its path given from the root of the project. @throws Error with its problems if it has errors */
export function readScenarios(file: string): ScenarioFile {
	return parsed(readFileSync(file, 'utf8'), file);
}

/** Parses text as if it were a file. @throws Error with its problems if it has errors */
export function parsed(text: string, uri = 'test.sanflow'): ScenarioFile {
	const scenarios = parseScenarioFile(text, uri, (imported) => {
		const target = path.normalize(imported);
		return existsSync(target) ? readFileSync(target, 'utf8') : undefined;
	});
	if (hasErrors(scenarios)) {
		const problems = scenarios.problems.map(({ line, column, message }) => `${uri}:${line}:${column}: ${message}`);
		throw new Error(problems.join('\n'));
	}
	return scenarios;
}

export interface PlayOptions {
	readonly seed?: number;
	readonly budget?: number;
	/** Whether the documented rules are checked; it takes most of the time. */
	readonly checkRules?: boolean;
}

/** Runs one scenario (the first one without a title) until it has ended. */
export function play(file: ScenarioFile, title?: string, options: PlayOptions = {}): Run {
	const run = startRun(file, title, options);
	while (run.advance(STEPS).kind === 'running');
	return run;
}

/** Runs a scenario that must pass. @throws Error with its failures and the seed */
export function playToSuccess(file: ScenarioFile, title?: string, options: PlayOptions = {}): Run {
	const run = play(file, title, options);
	if (run.state.kind !== 'passed')
		throw new Error(`"${run.title}" failed with seed ${run.seed}: ${failures(run).join('; ')}`);
	return run;
}

/** `line 12: expected …`, one for each failure of a run that has ended. */
export function failures(run: Run): readonly string[] {
	if (run.state.kind !== 'failed') return [];
	return run.state.failures.map(({ source, message }) => `line ${source?.line ?? '?'}: ${filled(message)}`);
}

/** Titles of the scenarios of a file, in order. */
export function titles(file: ScenarioFile): readonly string[] {
	return file.model.scenarios.map(({ title }) => title);
}
