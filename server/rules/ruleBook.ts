/**
 * The book of documented rules: look up a rule by its ID, list a family, and read the texts in one language.
 *
 * Facts are always at hand. Texts are loaded for one language at a time (`loadRuleTexts`), since a process shows only
 * one and together they are the larger part of the data.
 */

import type { Locale } from '../winsock/locale';
import { ruleFacts } from './data/ruleFacts';
import { type RuleFacts, type RuleFamily, type RuleTextFile, ruleFamilies } from './rule';

export type RuleId = keyof typeof ruleFacts;

export interface Rule extends RuleFacts {
	/** `FAMILY-number`, for example `CONN-3`. */
	readonly id: RuleId;
	readonly family: RuleFamily;
}

/** All rules in the order of the documentation. */
const rules: readonly Rule[] = (Object.keys(ruleFacts) as RuleId[]).map((id) => ({
	id,
	family: familyOf(id),
	...ruleFacts[id],
}));

const ruleById: ReadonlyMap<string, Rule> = new Map(rules.map((entry) => [entry.id, entry]));

export function allRules(): readonly Rule[] {
	return rules;
}

export function isRuleId(id: string): id is RuleId {
	return ruleById.has(id);
}

/** The rule with a known ID. */
export function rule(id: RuleId): Rule {
	const found = ruleById.get(id);
	if (!found) throw new Error(`No rule ${id}`);
	return found;
}

/** The rule with that ID, or undefined: for IDs that come from a scenario or a trace file. */
export function findRule(id: string): Rule | undefined {
	return ruleById.get(id);
}

export function rulesOfFamily(family: RuleFamily): readonly Rule[] {
	return rules.filter((entry) => entry.family === family);
}

/** The 34 rules of the page "Initiating a Connection". */
export function seedRules(): readonly Rule[] {
	return rules.filter((entry) => entry.seed);
}

/** The texts of the rules in one language. */
export interface RuleTexts {
	readonly locale: Locale;
	/** What the rule says. */
	text(id: RuleId): string;
	/** What would have been right where the rule was broken, in one sentence; undefined for one that no trace can show. */
	right(id: RuleId): string | undefined;
	/** Why a trace cannot show the rule; undefined for an observable one. */
	whyNotObservable(id: RuleId): string | undefined;
	/** Title of a family. */
	family(family: RuleFamily): string;
}

/** Loads the texts of one language; rejects only if the bundle is incomplete. */
export async function loadRuleTexts(locale: Locale): Promise<RuleTexts> {
	const file: { readonly default: RuleTextFile } =
		locale === 'zh-cn' ? await import('./data/rules.zh-cn.json') : await import('./data/rules.en.json');
	return ruleTexts(locale, file.default);
}

/** The texts of an already loaded file: for bundles that bring one language along. */
export function ruleTexts(locale: Locale, file: RuleTextFile): RuleTexts {
	return {
		locale,
		text: (id) => present(file.rules[id], id),
		right: (id) => file.right[id],
		whyNotObservable: (id) => file.notObservable[id],
		family: (family) => present(file.families[family], family),
	};
}

function familyOf(id: RuleId): RuleFamily {
	const prefix = id.slice(0, id.lastIndexOf('-'));
	const family = ruleFamilies.find((candidate) => candidate === prefix);
	if (!family) throw new Error(`Rule ${id} has no family`);
	return family;
}

function present(text: string | undefined, key: string): string {
	if (text === undefined) throw new Error(`No text for ${key}`);
	return text;
}
