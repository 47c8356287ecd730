import assert from 'node:assert/strict';
import { boundaryCalls, type CallName, scenarioCalls } from '../../../server/winsock/calls';
import { type CallTextFile, loadCallTexts } from '../../../server/winsock/callTexts';
import englishCalls from '../../../server/winsock/data/calls.en.json';
import chineseCalls from '../../../server/winsock/data/calls.zh-cn.json';
import englishChoices from '../../../server/winsock/data/modellingChoices.en.json';
import chineseChoices from '../../../server/winsock/data/modellingChoices.zh-cn.json';
import chineseVocabulary from '../../../server/winsock/data/vocabulary.zh-cn.json';
import { wsaErrorNames, wsaErrors } from '../../../server/winsock/errors';
import { networkEventFacts, networkEventNames } from '../../../server/winsock/events';
import { localeOf, locales } from '../../../server/winsock/locale';
import { allModellingChoices, findModellingChoice, loadModellingTexts } from '../../../server/winsock/modellingChoices';
import { loadVocabularyTexts } from '../../../server/winsock/vocabularyTexts';
import { assertTranslated, identifiers } from './languages';

describe('identifiers of a text', () => {
	it('are names, acronyms and numbers, not words', () => {
		const text = 'Step 3a: WSPConnect on two NICs returns WSAEWOULDBLOCK (lpErrno, SO_DEBUG) within 256 bytes.';
		assert.deepEqual(identifiers(text), ['256', '3a', 'NIC', 'SO_DEBUG', 'WSAEWOULDBLOCK', 'WSPConnect', 'lpErrno']);
	});
});

describe('locales', () => {
	it('follow the tag of the editor', () => {
		for (const tag of ['zh-CN', 'zh-cn', 'zh_CN.UTF-8', 'zh-Hans', 'zh-Hans-CN', 'zh'])
			assert.equal(localeOf(tag), 'zh-cn');
		for (const tag of [undefined, '', 'en', 'en-US', 'de', 'zh-TW', 'zh-Hant']) assert.equal(localeOf(tag), 'en');
	});
});

describe('call texts', () => {
	it('say the same in both languages', () => assertTranslated(englishCalls, chineseCalls));

	it('document every call, result and parameter, and nothing else', async () => {
		for (const locale of locales) {
			const texts = await loadCallTexts(locale);
			assert.equal(texts.locale, locale);
			for (const call of [...boundaryCalls, ...scenarioCalls]) {
				const name = call.name as CallName;
				assert.notEqual(texts.doc(name), '');
				assert.notEqual(texts.returns(name), '');
				for (const parameter of call.parameters) {
					assert.ok(texts.parameter(name, parameter.name), `${locale} ${name} ${parameter.name}`);
				}
			}
			assert.equal(texts.parameter('bind', 'nothing'), undefined);
			assert.ok(texts.san('WSPListen') === undefined && texts.san('WSPBind') !== undefined);
		}
		const described = { ...englishCalls.boundary, ...englishCalls.winsock };
		const known = new Map([...boundaryCalls, ...scenarioCalls].map((call) => [call.name, call]));
		assert.equal(Object.keys(described).length, known.size);
		for (const [name, entry] of Object.entries(described as CallTextFile['boundary'])) {
			const parameters = known.get(name)?.parameters.map((parameter) => parameter.name) ?? [];
			for (const key of Object.keys(entry.parameters ?? {})) assert.ok(parameters.includes(key), `${name} ${key}`);
		}
	});
});

describe('texts of errors and events', () => {
	it('say the same in both languages', () => {
		const english = {
			errors: Object.fromEntries(wsaErrorNames.map((name) => [name, wsaErrors[name].meaning])),
			events: Object.fromEntries(networkEventNames.map((name) => [name, networkEventFacts(name).meaning])),
			reenabledOnlyIf: Object.fromEntries(
				networkEventNames.flatMap((name) => {
					const restriction = networkEventFacts(name).reenabledOnlyIf;
					return restriction ? [[name, restriction]] : [];
				}),
			),
		};
		assertTranslated(english, chineseVocabulary);
	});

	it('are loaded by locale', async () => {
		const english = await loadVocabularyTexts('en');
		const chinese = await loadVocabularyTexts('zh-cn');
		assert.equal(english.error('WSAENETDOWN'), 'The network subsystem has failed.');
		assert.match(chinese.error('WSAENETDOWN'), /网络子系统/);
		assert.match(chinese.event('FD_ACCEPT'), /连接请求/);
		assert.equal(english.reenabledOnlyIf('FD_READ'), undefined);
		assert.equal(chinese.reenabledOnlyIf('FD_READ'), undefined);
	});
});

describe('modelling choices', () => {
	it('are OQ-1 to OQ-53, each with a topic', () => {
		const ids = allModellingChoices().map((choice) => choice.id);
		assert.deepEqual(
			ids,
			Array.from({ length: 53 }, (_, index) => `OQ-${index + 1}`),
		);
		assert.deepEqual(Object.keys(englishChoices), ids);
		assert.equal(findModellingChoice('OQ-3')?.topic, 'connecting');
		assert.equal(findModellingChoice('OQ-19')?.topic, 'session');
		assert.equal(findModellingChoice('OQ-54'), undefined);
	});

	it('say the same in both languages', () => assertTranslated(englishChoices, chineseChoices));

	it('are loaded by locale', async () => {
		assert.equal((await loadModellingTexts('en')).title('OQ-53'), 'Address families');
		assert.equal((await loadModellingTexts('zh-cn')).title('OQ-53'), '地址族');
		assert.match((await loadModellingTexts('en')).choice('OQ-5'), /longest prefix/);
	});
});
