/**
 * The sentences that the features show, in the language of the editor. English is there from the start; another
 * language is loaded when the client names it.
 */

import englishRules from '../rules/data/rules.en.json';
import type { RuleTextFile } from '../rules/rule';
import { loadRuleTexts, type RuleTexts, ruleTexts } from '../rules/ruleBook';
import { type CallTextFile, type CallTexts, callTexts, loadCallTexts } from '../winsock/callTexts';
import englishCalls from '../winsock/data/calls.en.json';
import { type Locale, localeOf } from '../winsock/locale';
import { englishVocabulary, loadVocabularyTexts, type VocabularyTexts } from '../winsock/vocabularyTexts';

export class Texts {
	locale: Locale = 'en';
	calls: CallTexts = callTexts('en', englishCalls as CallTextFile);
	rules: RuleTexts = ruleTexts('en', englishRules as RuleTextFile);
	vocabulary: VocabularyTexts = englishVocabulary;

	/** Switches to the locale of an `initialize` request. */
	async use(tag: string | undefined): Promise<void> {
		const locale = localeOf(tag);
		if (locale === this.locale) return;
		const [calls, rules, vocabulary] = await Promise.all([
			loadCallTexts(locale),
			loadRuleTexts(locale),
			loadVocabularyTexts(locale),
		]);
		Object.assign(this, { locale, calls, rules, vocabulary });
	}

	/** One of two sentences, by locale: for the few that only the editor's features need. */
	say(en: string, zhCn: string): string {
		return this.locale === 'en' ? en : zhCn;
	}
}
