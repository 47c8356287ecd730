import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { failureText } from '../../server/scenario/failureTexts';

describe('failure texts', () => {
	const folder = 'server/scenario/interpreter';
	const source = readdirSync(folder)
		.map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
		.join('\n');
	/** Sentences with numbered places, and those that are thrown without any. */
	const sentences = new Set(
		[...source.matchAll(/'([^'\n]*\{0\}[^'\n]* [^'\n]*)'|new ValueError\('([^']+)'/g)].map(
			([, a, b]) => (a ?? b) as string,
		),
	);
	/** Words that a longer sentence is put together from. */
	const limits = ['{0} steps', '{0} records', '{0} ns of virtual time'];

	it('are found', () => assert.ok(sentences.size > 15));

	it('exist in Chinese for every sentence of the interpreter', () => {
		const english = [...sentences].filter((text) => !limits.includes(text));
		const missing = english.filter((text) => !/[\u4e00-\u9fff]/.test(failureText({ text, args: [] }, 'zh-cn')));
		assert.deepEqual(missing, []);
	});

	it('keep every place', () => {
		for (const text of sentences) {
			const places = (sentence: string): readonly string[] => [...(sentence.match(/\{\d\}/g) ?? [])].sort();
			assert.deepEqual(places(failureText({ text, args: [] }, 'zh-cn')), places(text));
		}
	});

	it('are filled in', () => {
		const sentence = { text: 'rule {0} was broken', args: ['CONN-3'] };
		assert.equal(failureText(sentence, 'en'), 'rule CONN-3 was broken');
		assert.equal(failureText(sentence, 'zh-cn'), '违反了规则 CONN-3');
	});
});
