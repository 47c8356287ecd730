/** For people: one line a scenario, then its failures in a form that editors and terminals make links of. */
import { durationText } from '../../simulation';
import type { Console } from '../console';
import { type Outcome, replayCommand } from '../outcome';
import { placeText } from '../problemText';
import type { Report } from './report';

const marks = { passed: ['good', '✓'], failed: ['bad', '✗'], interrupted: ['warning', '-'] } as const;

export function prettyReport({ out, paint, say }: Console): Report {
	const counts = { passed: 0, failed: 0, interrupted: 0, broken: 0 };
	return {
		ended(outcome) {
			counts[outcome.result]++;
			out.write(`${headline(outcome)}\n`);
			for (const failure of outcome.failures) {
				out.write(`${paint('bold', `${placeText(failure)}:`)} ${failure.message}\n`);
			}
			if (outcome.trace !== undefined) out.write(`  ${say('traceWritten', outcome.trace)}\n`);
			if (outcome.result === 'failed') out.write(`  ${paint('dim', say('replay', replayCommand(outcome)))}\n`);
		},
		broken() {
			counts.broken++;
		},
		close() {
			const parts = [say('countPassed', counts.passed)];
			if (counts.failed > 0) parts.push(paint('bad', say('countFailed', counts.failed)));
			if (counts.broken > 0) parts.push(paint('bad', say('countBroken', counts.broken)));
			const isEmpty = Object.values(counts).every((count) => count === 0);
			if (!isEmpty) out.write(`\n${parts.join(say('listGap'))}\n`);
		},
	};

	function headline(outcome: Outcome): string {
		const [style, mark] = marks[outcome.result];
		const facts = say('outcome', durationText(outcome.time), say('records', outcome.records), outcome.seed);
		const note = outcome.result === 'interrupted' ? ` ${paint('warning', say('interrupted'))}` : '';
		return `${paint(style, mark)} ${outcome.file}: ${outcome.title} ${paint('dim', `(${facts})`)}${note}`;
	}
}
