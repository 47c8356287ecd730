import assert from 'node:assert/strict';
import english from '../../../server/rules/data/rules.en.json';
import chinese from '../../../server/rules/data/rules.zh-cn.json';
import { ruleFamilies } from '../../../server/rules/rule';
import {
	allRules,
	findRule,
	isRuleId,
	loadRuleTexts,
	rule,
	rulesOfFamily,
	seedRules,
} from '../../../server/rules/ruleBook';
import { locales } from '../../../server/winsock/locale';
import { assertTranslated } from '../winsock/languages';

describe('rule book', () => {
	it('holds 242 rules in 28 families', () => {
		assert.equal(allRules().length, 242);
		assert.equal(new Set(allRules().map((entry) => entry.id)).size, 242);
		assert.equal(ruleFamilies.length, 28);
		assert.deepEqual([...new Set(allRules().map((entry) => entry.family))], [...ruleFamilies]);
	});

	it('numbers each family from 1 without gaps', () => {
		for (const family of ruleFamilies) {
			const numbers = rulesOfFamily(family).map((entry) => Number(entry.id.slice(family.length + 1)));
			assert.deepEqual(
				numbers.sort((a, b) => a - b),
				numbers.map((_, index) => index + 1),
				family,
			);
		}
	});

	it('looks a rule up', () => {
		assert.deepEqual(rule('FALLBACK-10'), {
			id: 'FALLBACK-10',
			family: 'FALLBACK',
			level: 'should',
			seed: true,
			observable: true,
			sources: ['initiating-a-connection'],
		});
		assert.equal(findRule('CONN-3')?.family, 'CONN');
		assert.equal(findRule('CONN-99'), undefined);
		assert.ok(isRuleId('EXT-1') && !isRuleId('EXT-2') && !isRuleId('constructor'));
	});

	it('marks the 34 rules of the seed page and the levels', () => {
		const level = (name: string) => allRules().filter((entry) => entry.level === name).length;
		assert.equal(seedRules().length, 34);
		for (const entry of seedRules()) assert.ok(entry.sources.includes('initiating-a-connection'), entry.id);
		assert.deepEqual([level('must'), level('should'), level('may')], [220, 11, 11]);
	});

	it('lets a trace show all but a few rules, and every seed rule', () => {
		const hidden = allRules().filter((entry) => !entry.observable);
		assert.ok(hidden.length > 0 && hidden.length <= 25, `${hidden.length}`);
		assert.ok(hidden.every((entry) => !entry.seed));
		const reasons = hidden.map((entry): string => entry.id);
		assert.deepEqual(Object.keys(english.notObservable), reasons);
	});

	it('names a source page for every rule', () => {
		for (const entry of allRules()) {
			assert.ok(entry.sources.length > 0, entry.id);
			for (const source of entry.sources) assert.ok(source !== '' && source.trim() === source, entry.id);
		}
	});
});

describe('rule texts', () => {
	it('say the same in both languages', () => assertTranslated(english, chinese));

	it('exist for every rule and family, in the order of the rules', async () => {
		assert.deepEqual(
			Object.keys(english.rules),
			allRules().map((entry): string => entry.id),
		);
		assert.deepEqual(Object.keys(english.families), [...ruleFamilies]);
		for (const locale of locales) {
			const texts = await loadRuleTexts(locale);
			assert.equal(texts.locale, locale);
			for (const entry of allRules()) {
				assert.notEqual(texts.text(entry.id), '');
				assert.equal(texts.whyNotObservable(entry.id) === undefined, entry.observable, entry.id);
				assert.equal(texts.right(entry.id) !== undefined, entry.observable, entry.id);
			}
			for (const family of ruleFamilies) assert.notEqual(texts.family(family), '');
		}
	});

	it('tell for every rule that can be broken what would have been right: one sentence of its own', async () => {
		for (const locale of locales) {
			const texts = await loadRuleTexts(locale);
			const sentences = allRules().flatMap(({ id }) => texts.right(id) ?? []);
			assert.equal(sentences.length, 228);
			assert.equal(new Set(sentences).size, sentences.length);
			for (const sentence of sentences) {
				assert.match(sentence, /[.。]$/);
				assert.ok(sentence.length <= 160, sentence);
			}
			for (const { id } of allRules()) assert.notEqual(texts.right(id), texts.text(id), id);
		}
		assert.match((await loadRuleTexts('en')).right('COMP-6') ?? '', /exactly once/);
	});

	it('refer only to rules that exist', () => {
		for (const [id, text] of Object.entries(english.rules)) {
			for (const [reference] of text.matchAll(/\b[A-Z]{2,}-\d+\b/g))
				assert.ok(isRuleId(reference), `${id}: ${reference}`);
		}
	});

	it('are loaded by locale', async () => {
		assert.match((await loadRuleTexts('en')).text('BIND-1'), /^An application's WSPBind/);
		assert.match((await loadRuleTexts('zh-cn')).text('BIND-1'), /^应用程序的 WSPBind/);
		assert.equal((await loadRuleTexts('zh-cn')).family('SESS'), '会话协商');
	});
});
