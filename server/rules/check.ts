/**
 * What a check of a rule is: a reader of the trace that looks at the records it is interested in, in order, and says
 * where the rule was kept and where it was broken. Checks keep their own memory; they never look at the simulation.
 *
 * All checks run in one pass over the trace (`checker.ts`): a check names the records it wants, and is called for those
 * only, so rules that say nothing about a record cost nothing for it. Interests are to be as narrow as the rule: most
 * names occur on several sides (an application's WSPSend, the switch's into the provider), and a field of a state object
 * may change with every message.
 */
import type { History, Reader, RecordKind } from '../trace';
import type { Cast } from './cast';
import type { Model } from './checks/data/model';
import type { Indexes } from './indexes';
import type { ReasonText } from './reasonTexts';
import type { SeenRecord } from './recordView';
import type { RuleId } from './ruleBook';

/** A reason in English with numbered places; translated by whoever shows it (`reasonTexts.ts`). */
export interface Reason {
	readonly text: string;
	readonly args: readonly (string | number)[];
}

/** What a check may use and how it reports. */
export interface CheckContext {
	readonly reader: Reader;
	readonly cast: Cast;
	/** State of every object at any record up to the present one. */
	readonly history: History;
	readonly indexes: Indexes;
	/** What the run has come to so far: sockets, sessions, operations, memory. */
	readonly model: Model;
	/** Record `seq`, which must exist. */
	view(seq: number): SeenRecord;
	/** The rule was applicable at record `seq` and was kept. */
	kept(rule: RuleId, seq: number): void;
	/** The rule was broken by record `seq`. */
	broken(rule: RuleId, seq: number, text: ReasonText, ...args: readonly (string | number)[]): void;
}

/**
 * Between whom a call and its return go: `application` and switch, switch and SAN `provider`, switch and `tcpip`.
 */
export type Side = 'application' | 'provider' | 'tcpip';

/** What a check does with a record. */
export type Judge = (record: SeenRecord, context: CheckContext, model: Model) => void;

/** Which records a check wants to see. */
export interface Interest {
	readonly kind: RecordKind;
	/**
	 * Name of the call, signal, message or note; for `state` the type of the object (`socket`, `session` …), or type and
	 * field (`socket.state`). Any if left out.
	 */
	readonly name?: string;
	/** Calls and returns between these only; all if left out. */
	readonly side?: Side;
	/** Control messages only, of these kinds (argument `control`): what most records of a session are not. */
	readonly control?: readonly string[];
	/** Who is handed the record; the check's `record` if left out. */
	readonly judge?: Judge;
}

/** One check: of one rule, or of a few that are shown by the same records. A new one is made for each run. */
export interface RuleCheck {
	readonly rules: readonly RuleId[];
	readonly interests: readonly Interest[];
	/** A record of interest, in the order of the trace. */
	readonly record?: Judge;
	/** The run has ended (not called for a run that was stopped by its budget). */
	end?(context: CheckContext): void;
}

/** Makes a check for a new run. */
export type MakeCheck = () => RuleCheck;
