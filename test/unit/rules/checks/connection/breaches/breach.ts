import type { RuleId } from '../../../../../../server/rules/ruleBook';
import type { Draft, Edit, Pattern } from '../replay';
import type { ScenarioName } from '../scenarios';

/** A real run with something changed that the rule forbids (or, in `keeps`, that it asks for). */
export interface Case {
	readonly rule: RuleId;
	/** The scenario whose run is changed. */
	readonly run: ScenarioName;
	/** What is changed. */
	readonly how: string;
	readonly edit: (edit: Edit) => void;
}

export const breach = (rule: RuleId, run: ScenarioName, how: string, edit: (edit: Edit) => void): Case => ({
	rule,
	run,
	how,
	edit,
});

/** A call of a switch into a SAN provider. */
export const down = (name: string, to = 'alice.ib0', args: Pattern['args'] = {}): Pattern => ({
	kind: 'call',
	name,
	from: to.replace(/\.ib0$/, '.switch'),
	to,
	args,
});

/** A call of an application into the switch. */
export const application = (name: string, from = 'alice.client', args: Pattern['args'] = {}): Pattern => ({
	kind: 'call',
	name,
	from,
	args,
});

/** A call of a switch into TCP/IP. */
export const toTcpip = (name: string, host = 'alice', args: Pattern['args'] = {}): Pattern => ({
	kind: 'call',
	name,
	from: `${host}.switch`,
	to: `${host}.tcpip`,
	args,
});

/** Makes a call succeed or fail with another result. */
export function answer(
	edit: Edit,
	call: Draft,
	error: string | undefined,
	result: Draft['result'] = error ? -1 : 0,
): void {
	const returned = edit.returnOf(call);
	returned.result = result;
	if (error) returned.error = error;
	else delete returned.error;
}
