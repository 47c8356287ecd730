import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeLabel, visible } from '../../../server/sequence/escape';
import { shorten, textWidth } from '../../../server/sequence/width';
import { hostileTexts } from './hostileTexts';

/** What Mermaid shows for a label: entities are characters again. */
function shown(label: string): string {
	return label.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

describe('escapeLabel', () => {
	it('has at least 200 hostile texts to be tried with', () => {
		assert.ok(new Set(hostileTexts).size >= 200, `${new Set(hostileTexts).size}`);
	});

	it('leaves ordinary labels alone', () => {
		for (const label of ['WSPConnect(7, 10.1.0.2:7000)', 'WSAEWOULDBLOCK', 'native accept', '连接']) {
			assert.equal(escapeLabel(label), label);
		}
	});

	it('keeps what a hostile text says', () => {
		for (const text of hostileTexts) {
			assert.equal(shown(escapeLabel(text)), visible(text).trim() || ' ', JSON.stringify(text.slice(0, 80)));
		}
	});

	it('leaves nothing in a label that Mermaid acts on', () => {
		const property = (text: string): void => {
			const label = escapeLabel(text);
			assert.doesNotMatch(label.replace(/#\d+;/g, ''), /[#;<>&$%{}@\\`"\n\r]|style|classDef/);
			assert.doesNotMatch(label, /^(?:[-+:(]|(?:no)?wrap|end\b)/i);
		};
		hostileTexts.forEach(property);
		fc.assert(fc.property(fc.string({ unit: 'binary' }), property));
		fc.assert(fc.property(fc.stringMatching(/^[#;:%{}<>\-+()a-f\s]{0,60}$/), property));
	});
});

describe('shorten', () => {
	it('never gives more than the width', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 20, max: 400 }), (text, width) => {
				assert.ok(textWidth(shorten(text, width)) <= width);
			}),
		);
	});

	it('cuts a huge text without looking at all of it', () => {
		assert.ok(shorten('x'.repeat(5_000_000), 100).length < 40);
	});
});
