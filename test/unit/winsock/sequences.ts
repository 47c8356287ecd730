/** The documented call tables (`test/fixtures/sequences.json`), typed: golden tests compare traces with them. */

import file from '../../fixtures/sequences.json';

export interface SequenceStep {
	/** Component as the documentation names it, for example `SAN provider`. */
	readonly caller: string;
	readonly callee: string;
	/** A function, or a step without one in parentheses, for example `(return of WSPConnect)`. */
	readonly call: string;
	readonly args: string;
	readonly result: string;
	readonly rules: readonly string[];
}

export interface Sequence {
	/** For example `SEQ-CONN-1`. */
	readonly id: string;
	readonly title: string;
	readonly note: string;
	readonly steps: readonly SequenceStep[];
}

export const sequences: readonly Sequence[] = file;

/** The table with that ID; throws for an unknown one, so that a test cannot compare with nothing. */
export function sequence(id: string): Sequence {
	const found = sequences.find((candidate) => candidate.id === id);
	if (!found) throw new Error(`No call table ${id}`);
	return found;
}

/** Whether the step names a function, not an internal step or a return in parentheses. */
export function isCall(step: SequenceStep): boolean {
	return /^[A-Za-z]+$/.test(step.call);
}
