/** Test Anything Protocol, version 14. */
import type { Console } from '../console';
import { type Outcome, replayCommand, violationText, warningsOf } from '../outcome';
import { placeText } from '../problemText';
import type { Report } from './report';

export function tapReport({ out, say }: Console): Report {
	let tests = 0;
	out.write('TAP version 14\n');
	return {
		ended(outcome) {
			const isGood = outcome.result === 'passed';
			out.write(`${isGood ? 'ok' : 'not ok'} ${++tests} - ${escaped(`${outcome.file}: ${outcome.title}`)}\n`);
			out.write(diagnostics(outcome, say));
		},
		broken(file) {
			out.write(`not ok ${++tests} - ${escaped(`${file.uri}: ${say('fileHasErrors')}`)}\n`);
		},
		close() {
			out.write(`1..${tests}\n`);
		},
	};
}

/** A YAML block. JSON strings are YAML strings, so nothing in a message can break out of it. */
function diagnostics(outcome: Outcome, say: Console['say']): string {
	const lines = [
		`result: ${outcome.result}`,
		`time: ${outcome.time}`,
		`records: ${outcome.records}`,
		`seed: ${outcome.seed}`,
		...(outcome.trace === undefined ? [] : [`trace: ${JSON.stringify(outcome.trace)}`]),
	];
	if (outcome.result === 'failed') lines.push(`replay: ${JSON.stringify(replayCommand(outcome))}`);
	if (outcome.failures.length > 0) {
		lines.push(
			'failures:',
			...outcome.failures.map((failure) => `  - ${JSON.stringify(`${placeText(failure)}: ${failure.message}`)}`),
		);
	}
	const warnings = warningsOf(outcome);
	if (warnings.length > 0) {
		lines.push(
			'violations:',
			...warnings.map(
				(warning) => `  - ${JSON.stringify(`${placeText(warning)}: ${say('warning')}${violationText(warning, say)}`)}`,
			),
		);
	}
	return ['---', ...lines, '...'].map((line) => `  ${line}\n`).join('');
}

/** A description is one line; `#` would begin a directive. */
function escaped(text: string): string {
	return text.replace(/[\\#]/g, (character) => `\\${character}`).replace(/\s+/g, ' ');
}
