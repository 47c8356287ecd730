/** Problems of a scenario file as compilers print them: `file:line:column: message`. */
import { formatMessage } from '../scenario/messages';
import type { ScenarioFile } from '../scenario/parse';
import type { Problem } from '../scenario/problem';
import type { Console } from './console';
import type { Output, Paint } from './output';

/** A file that is no scenario file at all has thousands of problems; nobody reads more than this. */
const PROBLEMS_MAX = 100;

export function placeText(place: { readonly file: string; readonly line: number; readonly column: number }): string {
	return `${place.file}:${place.line}:${place.column}`;
}

export function problemMessage(problem: Problem, { locale }: Pick<Console, 'locale'>): string {
	return formatMessage(problem.code, problem.args, locale, problem.hint);
}

/** Prints the problems of a file and of what it imports, in the order of the text. */
export function printProblems(file: ScenarioFile, cli: Console, output: Output, paint: Paint): void {
	for (const problem of file.problems.slice(0, PROBLEMS_MAX)) {
		const isError = problem.severity === 'error';
		const prefix = isError ? '' : paint('warning', cli.say('warning'));
		output.write(`${paint('bold', `${placeText(problem)}:`)} ${prefix}${problemMessage(problem, cli)}\n`);
	}
	const more = file.problems.length - PROBLEMS_MAX;
	if (more > 0) output.write(`${cli.say('moreProblems', file.uri, more)}\n`);
}

/** Problems as JSON: all of them. */
export function plainProblems(file: ScenarioFile, cli: Console): readonly object[] {
	return file.problems.map((problem) => ({
		file: problem.file,
		line: problem.line,
		column: problem.column,
		endLine: problem.endLine,
		endColumn: problem.endColumn,
		severity: problem.severity,
		code: problem.code,
		message: problemMessage(problem, cli),
		...(problem.hint === undefined ? {} : { hint: problem.hint }),
	}));
}
