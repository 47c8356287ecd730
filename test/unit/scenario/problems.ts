/** Problems of a source text as one line each, for tests: `3:7-12 unknown-host (alice)`. */

import { type ImportReader, parseScenarioFile } from '../../../server/scenario/parse';
import type { Problem } from '../../../server/scenario/problem';

export function formatProblem({ severity, line, column, endLine, endColumn, code, hint }: Problem): string {
	const end = endLine === line ? String(endColumn) : `${endLine}:${endColumn}`;
	const suffix = hint === undefined ? '' : ` (${hint})`;
	return `${line}:${column}-${end} ${severity === 'warning' ? 'warning ' : ''}${code}${suffix}`;
}

export function problemsOf(text: string, readImport?: ImportReader): readonly string[] {
	return parseScenarioFile(text, 'test.sanflow', readImport).problems.map(formatProblem);
}

/** Two machines on one SAN, in one line, so that a scenario after it starts in line 2. */
export const lab =
	'san fabric 10.1.0.0/16 lan office 192.168.7.0/24 host alice { nic ib0 on fabric at 10.1.0.1 nic eth0 on office at 192.168.7.1 } host bob { nic ib0 on fabric at 10.1.0.2 }';

/** A scenario whose only thread has the statements from line 2, column 1 on. */
export function inThread(statements: string): string {
	return `${lab} scenario "t" { thread alice.client {\n${statements}\n} }`;
}

/** A scenario with the items from line 2, column 1 on, and a thread. */
export function inScenario(items: string): string {
	return `${lab} scenario "t" {\n${items}\nthread alice.client { } thread bob.server { } }`;
}
