/** The documented procedures: look up the one by which a component serves a call, or a thread works. */
import { acceptingProcedures } from './accepting';
import { bindingProcedures } from './binding';
import { closingProcedures } from './closing';
import { connectingProcedures } from './connecting';
import { dataProcedures } from './data';
import { initializingProcedures } from './initializing';
import { listeningProcedures } from './listening';
import type { Procedure, ProcedureRole, ProcedureStep } from './procedure';
import { tcpipProcedures } from './tcpip';

export type { LocalText, Procedure, ProcedureRole, ProcedureStep } from './procedure';

export const procedures: readonly Procedure[] = [
	...initializingProcedures,
	...bindingProcedures,
	...connectingProcedures,
	...listeningProcedures,
	...acceptingProcedures,
	...dataProcedures,
	...closingProcedures,
	...tcpipProcedures,
];

/** The procedure by which a component of that role serves a call. */
export function procedureOfCall(role: ProcedureRole, call: string): Procedure | undefined {
	return procedures.find((procedure) => procedure.role === role && procedure.calls.includes(call));
}

/** The procedure by which a thread works outside of any call. @param thread last part of its name */
export function procedureOfThread(role: ProcedureRole, thread: string): Procedure | undefined {
	return procedures.find((procedure) => procedure.role === role && procedure.threads?.includes(thread) === true);
}

/**
 * The step that a record shows, as an index into `steps`; -1 if it shows none. A step that names the record and shares
 * a rule with it comes before one that only does either; of equals the first.
 */
export function stepOfRecord(procedure: Procedure, name: string, rules: readonly string[]): number {
	let best = -1;
	let bestScore = 0;
	procedure.steps.forEach((step, index) => {
		const score = scoreOf(step, name, rules);
		if (score > bestScore) {
			best = index;
			bestScore = score;
		}
	});
	return best;
}

/** The procedure of that role with the step that a record shows best, or undefined. */
export function procedureOfRecord(role: ProcedureRole, name: string, rules: readonly string[]): Procedure | undefined {
	let best: Procedure | undefined;
	let bestScore = 0;
	for (const procedure of procedures) {
		if (procedure.role !== role) continue;
		const score = Math.max(...procedure.steps.map((step) => scoreOf(step, name, rules)));
		if (score > bestScore) {
			best = procedure;
			bestScore = score;
		}
	}
	return best;
}

function scoreOf(step: ProcedureStep, name: string, rules: readonly string[]): number {
	const shared = step.rules.filter((rule) => rules.includes(rule)).length;
	return shared * 2 + (step.records?.includes(name) ? 3 : 0);
}
