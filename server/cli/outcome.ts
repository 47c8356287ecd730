/** What one scenario came to, as all reports tell it. */
import { failureText } from '../scenario/failureTexts';
import type { Run } from '../scenario/interpreter';
import type { Console } from './console';
import { type ViolationLine, violationLines } from './violationLine';

export interface FailureLine {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	/** Record at which the failure became known. */
	readonly seq: number;
	readonly message: string;
}

export interface Outcome {
	readonly file: string;
	readonly title: string;
	/** Where the scenario begins. */
	readonly line: number;
	readonly column: number;
	readonly result: 'passed' | 'failed' | 'interrupted';
	/** Virtual time of the last record in ns. */
	readonly time: number;
	/** Number of records. */
	readonly records: number;
	readonly seed: number;
	readonly failures: readonly FailureLine[];
	/** Broken rules, expected ones too. */
	readonly violations: readonly ViolationLine[];
	/** Whether an unexpected violation of a `must` rule is a failure. */
	readonly strict: boolean;
	/** File that the trace was written to. */
	readonly trace?: string;
}

/** Sums a run up; one that is still running was interrupted. */
export function outcomeOf(
	run: Run,
	file: string,
	{ locale, say }: Pick<Console, 'locale' | 'say'>,
	strict = false,
): Outcome {
	const { reader, state, source, title, seed } = run;
	const failed = (state.kind === 'failed' ? state.failures : []).map(({ seq, source: place, message }) => {
		const { file: where, line, column } = place ?? source;
		return { file: where, line, column, seq, message: failureText(message, locale) };
	});
	const violations = violationLines(run, locale);
	const breaches = strict && state.kind !== 'running' ? violations.filter(isBreach) : [];
	return {
		file,
		title,
		line: source.line,
		column: source.column,
		result: state.kind === 'running' ? 'interrupted' : breaches.length > 0 ? 'failed' : state.kind,
		time: reader.length > 0 ? reader.time(reader.length - 1) : 0,
		records: reader.length,
		seed,
		failures: [
			...failed,
			...breaches.map((violation) => {
				const { file: where, line, column, seq } = violation;
				return { file: where, line, column, seq, message: violationText(violation, say) };
			}),
		],
		violations,
		strict,
	};
}

/** What `--strict` makes a failure. */
function isBreach({ expected, level }: ViolationLine): boolean {
	return !expected && level === 'must';
}

/** Violations to be told as warnings: nobody expected them, and they are no failures already. */
export function warningsOf({ violations, strict }: Outcome): readonly ViolationLine[] {
	return violations.filter((violation) => !violation.expected && !(strict && isBreach(violation)));
}

/** `CONN-3 is violated: the reason (record 17)` */
export function violationText({ rule, reason, seq }: ViolationLine, say: Console['say']): string {
	return say('violated', rule, reason, seq);
}

/** The command that gives the same run again. */
export function replayCommand(outcome: Outcome): string {
	const strict = outcome.strict ? ' --strict' : '';
	return `sanflow run ${quoted(outcome.file)} --scenario ${quoted(outcome.title)} --seed ${outcome.seed}${strict}`;
}

/** A word for a POSIX shell; for others it serves as long as it holds nothing special. */
function quoted(word: string): string {
	if (/^[\w./:@%+=,-]+$/.test(word)) return word;
	return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
