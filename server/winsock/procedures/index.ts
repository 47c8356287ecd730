/** The documented procedures: look up the one by which a component serves a call, or a thread works. */
import { acceptingProcedures } from './accepting';
import { bindingProcedures } from './binding';
import { closingProcedures } from './closing';
import { connectingProcedures } from './connecting';
import { dataProcedures } from './data';
import { initializingProcedures } from './initializing';
import { listeningProcedures } from './listening';
import type { Procedure, ProcedureRole } from './procedure';
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
		const shared = step.rules.filter((rule) => rules.includes(rule)).length;
		const named = step.records?.includes(name) === true;
		// A step about other calls is not meant, even if it cites the same rule.
		if (!named && step.records !== undefined && shared === 0) return;
		const score = shared * 2 + (named ? 3 : 0);
		if (score > bestScore) {
			best = index;
			bestScore = score;
		}
	});
	return best;
}
