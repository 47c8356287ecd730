/** Runs pieces of scenarios, for tests: what was logged, and how the run ended. */

import { failures, type PlayOptions, parsed, play } from '../../golden/play';

/** Two machines on one SAN, in one line, so that a scenario after it starts in line 2. */
export const lab =
	'san fabric 10.1.0.0/16 lan office 192.168.7.0/24 host alice { nic ib0 on fabric at 10.1.0.1 nic eth0 on office at 192.168.7.1 } host bob { nic ib0 on fabric at 10.1.0.2 nic eth0 on office at 192.168.7.2 }';

export interface Ended {
	readonly logs: readonly string[];
	/** `line 3: …`, none if the scenario passed. */
	readonly failures: readonly string[];
	readonly records: number;
}

/** Runs a whole file; `items` start in line 2. `before` stands in front of the scenario, in line 1. */
export function runItems(items: string, options: PlayOptions = {}, before = ''): Ended {
	const run = play(parsed(`${lab} ${before} scenario "t" {\n${items}\n}`), undefined, options);
	return ended(run);
}

/** Runs statements in a thread of alice; they start in line 2. `before` stands in front of the scenario, in line 1. */
export function runStatements(statements: string, before = '', options: PlayOptions = {}): Ended {
	return ended(
		play(parsed(`${lab} ${before} scenario "t" { thread alice.client {\n${statements}\n} }`), undefined, options),
	);
}

function ended(run: ReturnType<typeof play>): Ended {
	const { reader } = run;
	const logs: string[] = [];
	for (let seq = 0; seq < reader.length; seq++) {
		const { kind, name, args } = reader.record(seq);
		if (kind === 'note' && name === 'log') logs.push(String(args.text));
	}
	return { logs, failures: failures(run), records: reader.length };
}

/** What the statements log; they must pass. */
export function logged(statements: string, before = ''): readonly string[] {
	const { logs, failures: complaints } = runStatements(statements, before);
	if (complaints.length > 0) throw new Error(complaints.join('; '));
	return logs;
}

/** Values of expressions, as `log` prints them. */
export function values(...expressions: readonly string[]): readonly string[] {
	return logged(expressions.map((expression) => `log ${expression}`).join('\n'));
}
