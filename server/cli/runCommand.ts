/** `sanflow run`: runs scenarios, reports them, and writes their traces. */
import { writeFileSync } from 'node:fs';
import type { ScenarioResults } from '../rules/coverage';
import { loadRuleTexts } from '../rules/ruleBook';
import type { Run } from '../scenario/interpreter';
import { nearestName } from '../scenario/nearestName';
import type { ScenarioFile } from '../scenario/parse';
import type { Console } from './console';
import { type CoverageDocument, coverageDocument } from './coverage/document';
import { coverageText } from './coverage/table';
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
	readonly strict?: boolean;
	/** Whether the documented rules are checked. */
	readonly rules: boolean;
	/** Whether, and where to, rule coverage is told. */
	readonly coverage?: true | string;
}

/** What is to be run, in order. */
interface Job {
	readonly file: ScenarioFile;
	readonly title: string;
}

export async function runCommand(command: RunCommand, cli: Console): Promise<ExitStatus> {
	refuseContradictions(command, cli);
	const report = reportOf(command.format, cli);
	const loaded = loadAll(command, cli, report);
	const ran = await runAll(loaded.jobs, command, cli, report);
	const status = worse(loaded.status, ran.status);
	const closed = await closeReport(ran.results, command, cli, report);
	if (ran.isInterrupted) endInterrupted();
	return worse(status, closed);
}

/** @throws UsageError if options exclude each other, or would overwrite what the run reads or writes */
function refuseContradictions({ files, trace, coverage, rules, strict }: RunCommand, { say }: Console): void {
	if (trace !== undefined && files.some((file) => isSameFile(file, trace))) {
		throw new UsageError(say('traceIsInput', trace));
	}
	if (typeof coverage === 'string') {
		const others = trace === undefined ? files : [...files, trace];
		if (others.some((file) => isSameFile(file, coverage))) throw new UsageError(say('coverageIsInput', coverage));
	}
	if (!rules && strict) throw new UsageError(say('notTogether', '--strict', '--no-rules'));
	if (!rules && coverage !== undefined) throw new UsageError(say('notTogether', '--coverage', '--no-rules'));
}

/** Ends the report, with the rule coverage if it is wanted. */
async function closeReport(
	results: readonly ScenarioResults[],
	{ coverage, format }: RunCommand,
	cli: Console,
	report: Report,
): Promise<ExitStatus> {
	if (coverage === undefined) {
		report.close();
		return PASSED;
	}
	const document = coverageDocument(results, await loadRuleTexts(cli.locale));
	// Formats for programs have no place for a table.
	const isPretty = format === 'pretty';
	const output = isPretty ? cli.out : cli.err;
	report.close(document);
	if (format !== 'json') {
		const paint = isPretty ? cli.paint : cli.paintError;
		output.write(coverageText(document, { say: cli.say, paint, isDetailed: coverage === true }));
	}
	if (coverage === true) return PASSED;
	if (!isCoverageWritten(coverage, document, cli)) return BAD_INPUT;
	if (format !== 'json') output.write(`${cli.say('coverageWritten', coverage)}\n`);
	return PASSED;
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
): Promise<{
	readonly status: ExitStatus;
	readonly isInterrupted: boolean;
	/** What the runs that ended said about the rules. */
	readonly results: readonly ScenarioResults[];
}> {
	const results: ScenarioResults[] = [];
	let status: ExitStatus = PASSED;
	noteInterrupts();
	for (const [index, { file, title }] of jobs.entries()) {
		const run = await runScenario(file, title, { seed: command.seed, checkRules: command.rules });
		const outcome = outcomeOf(run, file.uri, cli, command.strict);
		const trace = command.trace === undefined ? undefined : traceFileName(command.trace, index + 1);
		const isTraced = trace !== undefined && isTraceWritten(trace, run, cli);
		report.ended(isTraced ? { ...outcome, trace } : outcome);
		if (outcome.result === 'interrupted') return { status: FAILED, isInterrupted: true, results };
		if (command.coverage !== undefined) {
			const applied = [...run.ruleResults().values()].map((result) => [result.rule, result] as const);
			results.push({ scenario: `${file.uri}: ${title}`, results: new Map(applied) });
		}
		if (outcome.result === 'failed') status = worse(status, FAILED);
		if (trace !== undefined && !isTraced) status = BAD_INPUT;
	}
	return { status, isInterrupted: false, results };
}

/** Writes the trace; false after telling why it cannot be written. */
function isTraceWritten(file: string, run: Run, cli: Console): boolean {
	return isWritten(
		() => writeTrace(file, run.reader),
		(why) => cli.say('traceNotWritten', file, why),
		cli,
	);
}

/** Writes the coverage; false after telling why it cannot be written. */
function isCoverageWritten(file: string, document: CoverageDocument, cli: Console): boolean {
	const text = `${JSON.stringify(document, null, 2)}\n`;
	return isWritten(
		() => writeFileSync(file, text),
		(why) => cli.say('coverageNotWritten', file, why),
		cli,
	);
}

/** Writes a file; false after telling why that is not possible. */
function isWritten(write: () => void, sentence: (why: string) => string, { err }: Console): boolean {
	try {
		write();
		return true;
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === undefined) throw error;
		// Node's message ends with the system call and the path, which stand at the front already.
		err.write(`${sentence(message.replace(/, .*$/, ''))}\n`);
		return false;
	}
}
