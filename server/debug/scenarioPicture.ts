/**
 * A scenario's text as a picture of its run, at once and in the caller's process: for a fenced block of Markdown, which is
 * drawn while the page is made. Nothing of it waits, and nothing uses Node.
 */

import type { ScenarioPicture } from '../protocol/scenarioPicture';
import { translatedReason } from '../rules/reasonTexts';
import { failureText } from '../scenario/failureTexts';
import { startRun } from '../scenario/interpreter';
import { formatMessage } from '../scenario/messages';
import { parseScenarioFile } from '../scenario/parse';
import { defaultView, mermaidText, SequenceView, sequenceTexts } from '../sequence';
import { svgDrawing } from '../sequence/drawing';
import type { Locale } from '../winsock/locale';

/** Steps of the scheduler: what takes longer is no example for a page of text. */
const BUDGET = 200_000;
const STEPS = 5_000;
const ROWS_MAX = 80;

/** Runs the first scenario of `text`. Never throws for what a user typed. */
export function scenarioPicture(text: string, locale: Locale): ScenarioPicture {
	const file = parseScenarioFile(text, 'block.sanflow');
	const error = file.problems.find(({ severity }) => severity === 'error');
	if (error) {
		const message = formatMessage(error.code, error.args, locale, error.hint);
		return { kind: 'problem', line: error.line, message };
	}
	if (file.model.scenarios.length === 0) return { kind: 'nothing' };
	const run = startRun(file, undefined, { budget: BUDGET });
	while (run.advance(STEPS).kind === 'running') {
		// The budget ends it.
	}
	const { state } = run;
	const texts = { ...sequenceTexts(locale), reason: (sentence: string) => translatedReason(sentence, locale) };
	return {
		kind: 'picture',
		title: run.title,
		svg: svgDrawing(mermaidText(new SequenceView(run.reader, defaultView, texts), { rowsMax: ROWS_MAX })),
		isPassed: state.kind === 'passed',
		failures: state.kind === 'failed' ? state.failures.map(({ message }) => failureText(message, locale)) : [],
	};
}
