/**
 * One execution of a scenario, as everybody outside the simulation sees it: a trace that grows when asked to, and how it
 * ended. Debugger, command line, diagram and tests know nothing else of a run.
 */

import type { RuleResult } from '../../rules/checker';
import type { Reader, SourcePosition } from '../../trace';
import type { ChoiceMet, Intervention } from './intervention';

/** A sentence with numbered places (`{0}`) and what goes there; translated by whoever shows it. */
export interface Sentence {
	readonly text: string;
	readonly args: readonly (string | number)[];
}

/** Why a scenario did not pass. */
export interface Failure {
	/** Record at which it became known. */
	readonly seq: number;
	readonly source: SourcePosition | null;
	readonly message: Sentence;
}

/** A documented rule that a run has broken. */
export interface RunViolation {
	readonly rule: string;
	/** The record that broke it. */
	readonly seq: number;
	readonly reason: Sentence;
	/** Whether the scenario says `expect violates` for it. */
	readonly expected: boolean;
}

export type RunState =
	| { readonly kind: 'running' }
	/** Every thread ended and every expectation held. */
	| { readonly kind: 'passed' }
	/** Failed calls and expectations, deadlock, or the budget was used up. A rule violation alone does not fail a run. */
	| { readonly kind: 'failed'; readonly failures: readonly Failure[] };

export interface Run {
	/** Title of the scenario. */
	readonly title: string;
	/** Where the scenario stands in its file. */
	readonly source: SourcePosition;
	readonly seed: number;
	readonly reader: Reader;
	readonly state: RunState;
	/** Rules that the run has broken so far, expected or not, in order; each is a `violation` record too. */
	readonly violations: readonly RunViolation[];
	/** What the run says about each rule that applied in it: the base of rule coverage. */
	ruleResults(): ReadonlyMap<string, RuleResult>;
	/** Interventions that have found nothing to change so far. */
	readonly unapplied?: readonly Intervention[];
	/** What the last forced choice met, once it was made. */
	readonly choiceMet?: ChoiceMet | undefined;
	/**
	 * Makes at most `steps` scheduler steps and returns the state. One in which a thread would go on for long without
	 * waiting is cut into several calls: a call ends between two statements once it has written 64 records for each step.
	 */
	advance(steps: number): RunState;
}

export interface RunOptions {
	readonly seed?: number;
	/** Scheduler steps after which the run ends as failed; default 20 million. */
	readonly budget?: number;
	/** Whether the documented rules are checked while the run goes on; default true. */
	readonly checkRules?: boolean;
	/** Makes the run a what-if branch: what is to be different, in the order of the records. */
	readonly interventions?: readonly Intervention[];
}
