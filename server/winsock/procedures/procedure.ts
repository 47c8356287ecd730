/**
 * A documented procedure of one component, step by step, as a debugger shows it beside the call stack. The wording is
 * our own; pages and rules say where each step is documented.
 */
import type { Locale } from '../locale';

export type ProcedureRole = 'switch' | 'provider' | 'proxy' | 'nic' | 'tcpip';

export type LocalText = Readonly<Record<Locale, string>>;

export interface ProcedureStep {
	/** Heading that stands above this step. */
	readonly section?: LocalText;
	readonly text: LocalText;
	/** Rules that the step carries out. */
	readonly rules: readonly string[];
	/** Names of the records in which the step shows. */
	readonly records?: readonly string[];
}

export interface Procedure {
	readonly id: string;
	readonly title: LocalText;
	/** File name of the documentation page. */
	readonly page: string;
	readonly role: ProcedureRole;
	/** Calls that the component serves by this procedure; empty for the work of a thread of its own. */
	readonly calls: readonly string[];
	/** Last part of the names of threads that work by this procedure outside of any call. */
	readonly threads?: readonly string[];
	readonly steps: readonly ProcedureStep[];
}
