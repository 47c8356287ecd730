/** `sanflow rules`: the documented rules, all in a list or some with everything that is known about them. */
import { ruleFamilies } from '../rules/rule';
import { allRules, loadRuleTexts, type Rule, type RuleTexts } from '../rules/ruleBook';
import { nearestName } from '../scenario/nearestName';
import { padEnd } from './columns';
import type { Console } from './console';
import { type ExitStatus, PASSED, UsageError } from './exitStatus';

export const rulesFormats = ['pretty', 'json'] as const;

export interface RulesCommand {
	/** Rules or families, in any letter case; all rules if empty. */
	readonly ids: readonly string[];
	readonly format: (typeof rulesFormats)[number];
}

const ID_WIDTH = 12;

/** @throws UsageError if there is no such rule */
export async function rulesCommand({ ids, format }: RulesCommand, cli: Console): Promise<ExitStatus> {
	const rules = ids.length === 0 ? allRules() : [...new Set(ids.flatMap((id) => named(id, cli)))];
	const texts = await loadRuleTexts(cli.locale);
	if (format === 'json') {
		cli.out.write(`${JSON.stringify({ rules: rules.map((rule) => plainRule(rule, texts)) }, null, 2)}\n`);
	} else if (ids.length === 0) cli.out.write(listText(rules, texts, cli));
	else cli.out.write(rules.map((rule) => `${ruleText(rule, texts, cli)}\n`).join('\n'));
	return PASSED;
}

/** The rule, or the rules of the family, of that name. */
function named(given: string, { say }: Console): readonly Rule[] {
	const name = given.toUpperCase();
	const found = allRules().filter(({ id, family }) => id === name || family === name);
	if (found.length > 0) return found;
	const near = nearestName(name, [...ruleFamilies, ...allRules().map(({ id }) => id)]);
	const hint = near === undefined ? '' : ` ${say('didYouMean', near)}`;
	throw new UsageError(`${say('unknownRule', given)}${hint}`);
}

/** One line a rule, under the titles of the families. */
function listText(rules: readonly Rule[], texts: RuleTexts, { paint, say }: Console): string {
	const lines = ruleFamilies.flatMap((family) => [
		paint('bold', `${family}  ${texts.family(family)}`),
		...rules.filter((rule) => rule.family === family).map(({ id }) => `  ${padEnd(id, ID_WIDTH)}${texts.text(id)}`),
		'',
	]);
	return `${[...lines, say('countRules', rules.length)].join('\n')}\n`;
}

function ruleText(rule: Rule, texts: RuleTexts, { paint, say }: Console): string {
	const { id, level, seed, sources, family } = rule;
	const facts = [say(level), texts.family(family), ...(seed ? [say('seedRule')] : [])].join(say('listGap'));
	const reason = texts.whyNotObservable(id);
	const lines = [
		texts.text(id),
		...sources.map((page) => paint('dim', say('sourcePage', page))),
		...(reason === undefined ? [] : [say('notShown', reason)]),
	];
	return [`${paint('bold', id)} ${paint('dim', `(${facts})`)}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function plainRule({ id, family, level, seed, observable, sources }: Rule, texts: RuleTexts): object {
	const reason = texts.whyNotObservable(id);
	return {
		id,
		family,
		level,
		seed,
		observable,
		text: texts.text(id),
		...(reason === undefined ? {} : { reason }),
		sources,
	};
}
