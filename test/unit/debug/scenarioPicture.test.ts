/** The picture of a scenario that stands in a fenced block of Markdown. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { scenarioPicture } from '../../../server/debug/scenarioPicture';

describe('the picture of a fenced block', () => {
	const text = readFileSync('examples/01-first-connect.sanflow', 'utf8');

	it('speaks the language of the editor', () => {
		for (const [locale, own, other] of [
			['en', 'Connection setup', '连接建立'],
			['zh-cn', '连接建立', 'Connection setup'],
		] as const) {
			const picture = scenarioPicture(text, locale);
			assert.ok(picture.kind === 'picture' && picture.isPassed);
			assert.ok(picture.svg.includes(own), own);
			assert.ok(!picture.svg.includes(other), other);
		}
	});
});
