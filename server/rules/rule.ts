/** The shape of a documented rule: facts that carry no language, and the file of its texts in one language. */

/** How binding the documentation words the rule. */
export type RuleLevel = 'must' | 'should' | 'may';

export interface RuleFacts {
	readonly level: RuleLevel;
	/** Whether the page "Initiating a Connection" states the rule. */
	readonly seed: boolean;
	/** Whether a trace can show that the rule was carried out or broken; if not, its texts hold the reason. */
	readonly observable: boolean;
	/** The documentation pages (file names of the published driver documentation, or SDK reference pages). */
	readonly sources: readonly string[];
}

/** The families in the order of the documentation: how a connection comes about, then how it is used and ends. */
export const ruleFamilies = [
	'INST',
	'INIT',
	'ADDR',
	'SWITCH',
	'SOCK',
	'BIND',
	'OPT',
	'CONN',
	'FALLBACK',
	'SESS',
	'LISTEN',
	'ACC',
	'EVT',
	'BLOCK',
	'PROXY',
	'MEM',
	'CACHE',
	'DATA',
	'FLOW',
	'RDMA',
	'OOB',
	'COMP',
	'SYNC',
	'SHUT',
	'CLOSE',
	'CLEAN',
	'DUP',
	'EXT',
] as const;

export type RuleFamily = (typeof ruleFamilies)[number];

/** The texts of all rules in one language, as `data/rules.<locale>.json` holds them. */
export interface RuleTextFile {
	/** Title of each family. */
	readonly families: Readonly<Record<string, string>>;
	/** The rule itself, by ID. */
	readonly rules: Readonly<Record<string, string>>;
	/** What would have been right, by ID of a rule that a trace can show to be broken. */
	readonly right: Readonly<Record<string, string>>;
	/** Why a trace cannot show the rule, by ID. */
	readonly notObservable: Readonly<Record<string, string>>;
}
