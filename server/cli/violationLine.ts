/** Broken rules of a run, as all reports tell them. */

import { reasonText } from '../rules/reasonTexts';
import type { RuleLevel } from '../rules/rule';
import { findRule } from '../rules/ruleBook';
import type { Run, RunViolation } from '../scenario/interpreter';
import type { SourcePosition } from '../trace';
import type { Locale } from '../winsock/locale';

export interface ViolationLine {
	/** ID of the rule. */
	readonly rule: string;
	readonly level: RuleLevel;
	/** Place of the statement that the offending record serves. */
	readonly file: string;
	readonly line: number;
	readonly column: number;
	/** The offending record. */
	readonly seq: number;
	/** Why the rule is broken, in the user's language. */
	readonly reason: string;
	/** Whether the scenario says `expect violates` for the rule. */
	readonly expected: boolean;
}

/** Every violation of the run, in the order in which they became known. */
export function violationLines(run: Run, locale: Locale): readonly ViolationLine[] {
	return run.violations.map((violation) => {
		const { file, line, column } = placeOf(run, violation);
		const { rule, seq, reason, expected } = violation;
		const level = findRule(rule)?.level ?? 'must';
		return { rule, level, file, line, column, seq, reason: reasonText(reason, locale), expected };
	});
}

/**
 * Work that a thread of the switch or a NIC does serves no statement itself, but what caused it does. At the end of the
 * chain stands the scenario.
 */
function placeOf({ reader, source }: Run, { seq }: RunViolation): SourcePosition {
	for (let at = seq; at >= 0; at = reader.cause(at)) {
		const place = reader.source(at);
		if (place !== null) return place;
	}
	return source;
}
