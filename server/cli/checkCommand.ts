/** `sanflow check`: the problems of scenario files; nothing runs. */
import type { ScenarioFile } from '../scenario/parse';
import type { Console } from './console';
import { BAD_INPUT, type ExitStatus, PASSED, UsageError } from './exitStatus';
import { plainProblems, printProblems } from './problemText';
import { hasErrors, loadScenarioFile } from './scenarioSource';

export const checkFormats = ['pretty', 'json'] as const;

export interface CheckCommand {
	readonly files: readonly string[];
	readonly format: (typeof checkFormats)[number];
}

export function checkCommand({ files, format }: CheckCommand, cli: Console): ExitStatus {
	let status: ExitStatus = PASSED;
	const checked: ScenarioFile[] = [];
	for (const given of files) {
		try {
			const file = loadScenarioFile(given, cli);
			checked.push(file);
			if (hasErrors(file)) status = BAD_INPUT;
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			cli.err.write(`${error.message}\n`);
			status = BAD_INPUT;
		}
	}
	if (format === 'json') printJson(checked, cli);
	else printPretty(checked, cli);
	return status;
}

function printJson(files: readonly ScenarioFile[], cli: Console): void {
	const result = { files: files.map((file) => ({ file: file.uri, problems: plainProblems(file, cli) })) };
	cli.out.write(`${JSON.stringify(result, null, 2)}\n`);
}

function printPretty(files: readonly ScenarioFile[], cli: Console): void {
	for (const file of files) printProblems(file, cli, cli.out, cli.paint);
	const problems = files.flatMap((file) => file.problems);
	const errors = problems.filter(({ severity }) => severity === 'error').length;
	cli.out.write(`${cli.say('checked', files.length, errors, problems.length - errors)}\n`);
}
