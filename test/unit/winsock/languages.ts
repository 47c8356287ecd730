/** Comparison of a text with its translation: both must name the same identifiers and numbers. */

import assert from 'node:assert/strict';

/** Function, error, event and structure names, acronyms and numbers of a text; a plural `NICs` counts as `NIC`. */
export function identifiers(text: string): readonly string[] {
	const words = text.match(/[A-Za-z_][A-Za-z0-9_]*|\d+[ab]?/g) ?? [];
	const names = words
		.map((word) => (/^[A-Z]{2,}s$/.test(word) ? word.slice(0, -1) : word))
		.filter((word) => /^\d|_|.[A-Z]/.test(word));
	return [...new Set(names)].sort();
}

/** Asserts that both files hold the same keys, no empty text, Chinese in the second and the same identifiers in both. */
export function assertTranslated(english: object, chinese: object, path = ''): void {
	assert.deepEqual(Object.keys(chinese), Object.keys(english), `keys of ${path || 'the file'}`);
	const other = new Map<string, unknown>(Object.entries(chinese));
	for (const [key, text] of Object.entries(english)) {
		const translation = other.get(key);
		const where = `${path}/${key}`;
		if (typeof text === 'string') {
			assert.ok(typeof translation === 'string' && translation.trim() === translation, where);
			assert.ok(text !== '' && /\p{Script=Han}/u.test(translation), `${where}: ${translation}`);
			assert.ok(!/\p{Script=Han}/u.test(text), `${where}: ${text}`);
			assert.deepEqual(identifiers(translation), identifiers(text), `${where}\n${text}\n${translation}`);
		} else {
			assert.ok(typeof text === 'object' && text !== null, where);
			assert.ok(typeof translation === 'object' && translation !== null, where);
			assertTranslated(text, translation, where);
		}
	}
}
