/** `sanflow run`: runs scenarios, reports them, and writes their traces. */
import type { Run } from '../scenario/interpreter';
import { nearestName } from '../scenario/nearestName';
import type { ScenarioFile } from '../scenario/parse';
import type { Console } from './console';
import { BAD_INPUT, type ExitStatus, FAILED, PASSED, UsageError, worse } from './exitStatus';
import { endInterrupted, noteInterrupts } from './interrupt';
import { outcomeOf } from './outcome';
import { printProblems } from './problemText';
import { type Report, type ReportFormat, reportOf } from './report/report';
import { runScenario } from './scenarioRun';
import { hasErrors, loadScenarioFile, titlesOf } from './scenarioSource';
import { isSameFile, traceFileName, writeTrace } from './traceFile';

export interface RunCommand {
	readonly files: readonly string[];
	readonly scenario?: string;
	readonly seed?: number;
	readonly format: ReportFormat;
	readonly trace?: string;
}

/** What is to be run, in order. */
interface Job {
	readonly file: ScenarioFile;
	readonly title: string;
}

export async function runCommand(command: RunCommand, cli: Console): Promise<ExitStatus> {
	const { trace } = command;
	if (trace !== undefined && command.files.some((file) => isSameFile(file, trace))) {
		throw new UsageError(cli.say('traceIsInput', trace));
	}
	const report = reportOf(command.format, cli);
	const loaded = loadAll(command, cli, report);
	const ran = await runAll(loaded.jobs, command, cli, report);
	report.close();
	if (ran.isInterrupted) endInterrupted();
	return worse(loaded.status, ran.status);
}

/** Reads all files before anything runs: a mistyped name should not show after minutes. */
function loadAll(
	command: RunCommand,
	cli: Console,
	report: Report,
): { readonly jobs: readonly Job[]; readonly status: ExitStatus } {
	const jobs: Job[] = [];
	const known: string[] = [];
	let status: ExitStatus = PASSED;
	for (const given of command.files) {
		const file = readable(given, cli);
		if (file === undefined) {
			status = BAD_INPUT;
			continue;
		}
		printProblems(file, cli, cli.err, cli.paintError);
		const titles = titlesOf(file);
		known.push(...titles);
		if (hasErrors(file)) {
			report.broken(file);
			status = BAD_INPUT;
		} else if (titles.length === 0) {
			cli.err.write(`${cli.say('noScenario', file.uri)}\n`);
			status = BAD_INPUT;
		} else jobs.push(...wanted(titles, command.scenario).map((title) => ({ file, title })));
	}
	if (jobs.length === 0 && status === PASSED && command.scenario !== undefined) {
		throw new UsageError(unknownInAll(command.scenario, known, cli));
	}
	return { jobs, status };
}

/** The file, or undefined after telling why there is none. */
function readable(given: string, cli: Console): ScenarioFile | undefined {
	try {
		return loadScenarioFile(given, cli);
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		cli.err.write(`${error.message}\n`);
		return undefined;
	}
}

function wanted(titles: readonly string[], title: string | undefined): readonly string[] {
	return title === undefined ? titles : titles.filter((candidate) => candidate === title);
}

function unknownInAll(title: string, known: readonly string[], { say }: Console): string {
	const nearest = nearestName(title, known);
	return `${say('unknownInAll', title)}${nearest === undefined ? '' : ` ${say('didYouMean', nearest)}`}`;
}

async function runAll(
	jobs: readonly Job[],
	command: RunCommand,
	cli: Console,
	report: Report,
): Promise<{ readonly status: ExitStatus; readonly isInterrupted: boolean }> {
	let status: ExitStatus = PASSED;
	noteInterrupts();
	for (const [index, { file, title }] of jobs.entries()) {
		const run = await runScenario(file, title, command.seed);
		const outcome = outcomeOf(run, file.uri, cli.locale);
		const trace = command.trace === undefined ? undefined : traceFileName(command.trace, index + 1);
		const isWritten = trace !== undefined && isTraceWritten(trace, run, cli);
		report.ended(isWritten ? { ...outcome, trace } : outcome);
		if (outcome.result === 'interrupted') return { status: FAILED, isInterrupted: true };
		if (outcome.result === 'failed') status = worse(status, FAILED);
		if (trace !== undefined && !isWritten) status = BAD_INPUT;
	}
	return { status, isInterrupted: false };
}

/** Writes the trace; false after telling why it cannot be written. */
function isTraceWritten(file: string, run: Run, { say, err }: Console): boolean {
	try {
		writeTrace(file, run.reader);
		return true;
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === undefined) throw error;
		// Node's message ends with the system call and the path, which stand at the front already.
		err.write(`${say('traceNotWritten', file, message.replace(/, .*$/, ''))}\n`);
		return false;
	}
}
