/** One JSON object on standard output, for programs: every outcome, and the problems of files that did not run. */
import type { Console } from '../console';
import type { Outcome } from '../outcome';
import { plainProblems } from '../problemText';
import type { Report } from './report';

export function jsonReport(cli: Console): Report {
	const scenarios: Outcome[] = [];
	const broken: { readonly file: string; readonly problems: readonly object[] }[] = [];
	return {
		ended(outcome) {
			scenarios.push(outcome);
		},
		broken(file) {
			broken.push({ file: file.uri, problems: plainProblems(file, cli) });
		},
		close(coverage) {
			const passed = scenarios.filter(({ result }) => result === 'passed').length;
			const failed = scenarios.filter(({ result }) => result === 'failed').length;
			const result = { passed, failed, scenarios, broken, ...(coverage === undefined ? {} : { coverage }) };
			cli.out.write(`${JSON.stringify(result, null, 2)}\n`);
		},
	};
}
