/** For people: one line a scenario, then its failures in a form that editors and terminals make links of. */
import { durationText } from '../../simulation';
import type { Console } from '../console';
import { type Outcome, replayCommand, violationText, warningsOf } from '../outcome';
import { placeText } from '../problemText';
import type { Report } from './report';

/** A rule that is broken once is often broken by every further message; nobody reads more than this of one rule. */
const WARNINGS_OF_RULE_MAX = 3;

const marks = { passed: ['good', '✓'], failed: ['bad', '✗'], interrupted: ['warning', '-'] } as const;

export function prettyReport({ out, paint, say }: Console): Report {
	const counts = { passed: 0, failed: 0, interrupted: 0, broken: 0 };
	let violations = 0;
	return {
		ended(outcome) {
			counts[outcome.result]++;
			out.write(`${headline(outcome)}\n`);
			for (const failure of outcome.failures) {
				out.write(`${paint('bold', `${placeText(failure)}:`)} ${failure.message}\n`);
			}
			warn(outcome);
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
			if (violations > 0) parts.push(paint('warning', say('countViolations', violations)));
			const isEmpty = Object.values(counts).every((count) => count === 0);
			if (!isEmpty) out.write(`\n${parts.join(say('listGap'))}\n`);
		},
	};

	function warn(outcome: Outcome): void {
		const ofRule = new Map<string, number>();
		for (const warning of warningsOf(outcome)) {
			violations++;
			const count = (ofRule.get(warning.rule) ?? 0) + 1;
			ofRule.set(warning.rule, count);
			if (count > WARNINGS_OF_RULE_MAX) continue;
			const text = `${paint('warning', say('warning'))}${violationText(warning, say)}`;
			out.write(`${paint('bold', `${placeText(warning)}:`)} ${text}\n`);
		}
		for (const [rule, count] of ofRule) {
			if (count > WARNINGS_OF_RULE_MAX) out.write(`  ${say('moreViolations', rule, count - WARNINGS_OF_RULE_MAX)}\n`);
		}
	}

	function headline(outcome: Outcome): string {
		const [style, mark] = marks[outcome.result];
		const facts = say('outcome', durationText(outcome.time), say('records', outcome.records), outcome.seed);
		const note = outcome.result === 'interrupted' ? ` ${paint('warning', say('interrupted'))}` : '';
		return `${paint(style, mark)} ${outcome.file}: ${outcome.title} ${paint('dim', `(${facts})`)}${note}`;
	}
}
