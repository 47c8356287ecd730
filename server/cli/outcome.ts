/** What one scenario came to, as all reports tell it. */
import type { Run } from '../scenario/interpreter';
import type { Locale } from '../winsock/locale';
import { failureText } from '../scenario/failureTexts';

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
	/** File that the trace was written to. */
	readonly trace?: string;
}

/** Sums a run up; one that is still running was interrupted. */
export function outcomeOf(run: Run, file: string, locale: Locale): Outcome {
	const { reader, state, source, title, seed } = run;
	const failures = state.kind === 'failed' ? state.failures : [];
	return {
		file,
		title,
		line: source.line,
		column: source.column,
		result: state.kind === 'running' ? 'interrupted' : state.kind,
		time: reader.length > 0 ? reader.time(reader.length - 1) : 0,
		records: reader.length,
		seed,
		failures: failures.map(({ seq, source: place, message }) => {
			const { file: where, line, column } = place ?? source;
			return { file: where, line, column, seq, message: failureText(message, locale) };
		}),
	};
}

/** The command that gives the same run again. */
export function replayCommand(outcome: Outcome): string {
	return `sanflow run ${quoted(outcome.file)} --scenario ${quoted(outcome.title)} --seed ${outcome.seed}`;
}

/** A word for a POSIX shell; for others it serves as long as it holds nothing special. */
function quoted(word: string): string {
	if (/^[\w./:@%+=,-]+$/.test(word)) return word;
	return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
