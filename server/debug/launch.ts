/** From launch arguments to a scenario that can run: reads the file, shows its problems, picks the scenario. */
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Run, RunOptions } from '../scenario/interpreter/run';
import type { TreeStore } from '../scenario/keptTree';
import { formatMessage } from '../scenario/messages';
import { nearestName } from '../scenario/nearestName';
import { hasErrors, parseScenarioFile, type ScenarioFile } from '../scenario/parse';
import type { Problem } from '../scenario/problem';
import { readScenarioText } from '../scenarioText';
import type { Locale } from '../winsock/locale';
import { RequestError } from './errors';
import type { RequestArguments } from './requestArguments';
import { type Texts, textsOf } from './texts';

/** Starts a run of one scenario of a file without errors. */
export type StartRun = (file: ScenarioFile, scenario: string, options: RunOptions) => Run;

/** What sessions run scenarios with. */
export interface Runner {
	readonly start: StartRun;
	/** Where the trees of files are kept from one session to the next. */
	readonly trees?: TreeStore;
}

export interface LaunchArguments {
	/** Absolute path of the scenario file. */
	readonly program: string;
	readonly scenario: string | undefined;
	readonly seed: number | undefined;
	readonly stopOnEntry: boolean;
	readonly stopOnEnd: boolean;
	readonly noDebug: boolean;
	/** File to which the trace is written when the run has ended. */
	readonly trace: string | undefined;
	/** Texts that count in place of what is on disk, by absolute path. */
	readonly texts: ReadonlyMap<string, string>;
}

export function readLaunchArguments(args: RequestArguments): LaunchArguments {
	const program = args.optionalText('program');
	if (program === undefined || program.trim() === '') throw new RequestError('noProgram');
	return {
		program: path.resolve(program),
		scenario: args.optionalText('scenario'),
		seed: args.optionalInteger('seed'),
		stopOnEntry: args.flag('stopOnEntry'),
		stopOnEnd: args.flag('stopOnEnd'),
		noDebug: args.flag('noDebug'),
		trace: args.optionalText('trace'),
		texts: new Map(args.objects('texts').map((item) => [path.resolve(item.text('path')), item.text('text')])),
	};
}

export interface LoadedScenario {
	readonly file: ScenarioFile;
	/** Title of the scenario. */
	readonly title: string;
}

export type Say = (output: DebugProtocol.OutputEvent['body']) => void;

/**
 * Reads and checks the file and picks the scenario.
 * @throws RequestError if there is nothing to run; the file's problems have then been said
 */
export function loadScenario(
	launch: LaunchArguments,
	locale: Locale,
	say: Say,
	trees: TreeStore | undefined,
): LoadedScenario {
	const { program, texts: given } = launch;
	const text = given.get(program) ?? readProgram(program);
	const file = parseScenarioFile(text, program, (uri) => given.get(path.resolve(uri)) ?? readImport(uri), trees);
	for (const problem of file.problems) say(problemOutput(problem, locale));
	const texts = textsOf(locale);
	if (hasErrors(file)) {
		const errors = file.problems.filter((problem) => problem.severity === 'error');
		throw new RequestError(
			'fileHasErrors',
			path.basename(program),
			errors.length,
			problemText(errors[0] as Problem, locale),
		);
	}
	return { file, title: pickScenario(file, launch, texts, say) };
}

function readProgram(program: string): string {
	try {
		return readScenarioText(program);
	} catch (error) {
		throw new RequestError('fileNotRead', program, error instanceof Error ? error.message : String(error));
	}
}

function readImport(uri: string): string | undefined {
	try {
		return readScenarioText(uri);
	} catch {
		return undefined;
	}
}

function pickScenario(file: ScenarioFile, launch: LaunchArguments, texts: Texts, say: Say): string {
	const titles = file.model.scenarios.map((scenario) => scenario.title);
	const name = path.basename(launch.program);
	const [first] = titles;
	if (first === undefined) throw new RequestError('noScenario', name);
	if (launch.scenario === undefined) {
		if (titles.length > 1) say({ category: 'console', output: `${texts('firstOfSeveral', titles.length)}\n` });
		return first;
	}
	if (titles.includes(launch.scenario)) return launch.scenario;
	const nearest = nearestName(launch.scenario, titles);
	const hint = nearest === undefined ? '' : texts('didYouMean', `“${nearest}”`);
	throw new RequestError('unknownScenario', launch.scenario, name, hint);
}

/** `ping.sanflow:12:3: message` */
function problemText(problem: Problem, locale: Locale): string {
	const message = formatMessage(problem.code, problem.args, locale, problem.hint);
	return `${path.basename(problem.file)}:${problem.line}:${problem.column}: ${message}`;
}

function problemOutput(problem: Problem, locale: Locale): DebugProtocol.OutputEvent['body'] {
	return {
		category: problem.severity === 'error' ? 'stderr' : 'console',
		output: `${problemText(problem, locale)}\n`,
		source: { name: path.basename(problem.file), path: problem.file },
		line: problem.line,
		column: problem.column,
	};
}
