/** Keeps manifest, translations and sources together: what one names, the others have. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import chinese from '../../../l10n/bundle.l10n.zh-cn.json';
import manifest from '../../../package.json';
import manifestTexts from '../../../package.nls.json';
import manifestTextsChinese from '../../../package.nls.zh-cn.json';
import { englishTexts as webviewTexts } from '../../../webview/texts';

const manifestText = JSON.stringify(manifest);
const sources = readdirSync('extension')
	.filter((name) => name.endsWith('.ts'))
	.map((name) => readFileSync(path.join('extension', name), 'utf8'));

/** Texts that the extension asks to be translated, as in the source: single-quoted literals. */
function translatedTexts(): readonly string[] {
	const texts = sources.flatMap((source) =>
		[...source.matchAll(/\bl10n\.t\(\s*'((?:[^'\\]|\\.)*)'/g)].map((match) => match[1] ?? ''),
	);
	return [...new Set(texts)].sort();
}

/** Every string in the manifest that matches, wherever it stands. */
function mentions(pattern: RegExp): readonly string[] {
	return [...new Set([...manifestText.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();
}

function places(text: string): readonly string[] {
	return [...text.matchAll(/\{\d+\}/g)].map(String).sort();
}

/** Targets of `[label](command:…)` links. */
function links(text: string): readonly string[] {
	return [...text.matchAll(/\]\(([^)]*)\)/g)].map((match) => match[1] ?? '');
}

describe('manifest', () => {
	it('has every text that it names, in both languages, and no other', () => {
		const keys = mentions(/"%([^%"]+)%"/g);
		assert.deepEqual(Object.keys(manifestTexts).sort(), keys);
		assert.deepEqual(Object.keys(manifestTextsChinese).sort(), keys);
	});

	it('has the same links in both languages', () => {
		for (const [key, english] of Object.entries(manifestTexts)) {
			assert.deepEqual(links(manifestTextsChinese[key as keyof typeof manifestTexts]), links(english), key);
		}
	});

	it('names only files that exist', () => {
		const files = [...mentions(/"\.\/((?:media|syntaxes)\/[^"]+)"/g), manifest.icon];
		assert.deepEqual(
			files.filter((file) => !existsSync(file)),
			[],
		);
	});

	it('declares exactly the commands that the extension registers, each with the prefix', () => {
		const declared = manifest.contributes.commands.map(({ command }) => command).sort();
		const registered = sources.flatMap((source) => [
			...[...source.matchAll(/^\t+'(sanflow\.\w+)': /gm)].map((match) => match[1] ?? ''),
			...[...source.matchAll(/registerCommand\('([^']+)'/g)].map((match) => match[1] ?? ''),
		]);
		assert.deepEqual(registered.sort(), declared);
	});

	it('uses in menus and walkthrough only commands that it declares', () => {
		const declared = new Set(manifest.contributes.commands.map(({ command }) => command));
		const events = manifest.contributes.walkthroughs.flatMap(({ steps }) =>
			steps.flatMap((step) => step.completionEvents),
		);
		const used = events
			.filter((event) => event.startsWith('onCommand:'))
			.map((event) => event.slice('onCommand:'.length));
		const inMenus = Object.values(manifest.contributes.menus).flatMap((items) => items.map(({ command }) => command));
		const inWalkthrough = Object.values(manifestTexts)
			.flatMap(links)
			.filter((link) => link.startsWith('command:sanflow.'));
		const all = [...used, ...inMenus, ...inWalkthrough.map((link) => link.slice('command:'.length))];
		assert.deepEqual(
			all.filter((command) => !declared.has(command)),
			[],
		);
	});

	it('ticks off walkthrough steps by context keys that the extension sets', () => {
		const keys = mentions(/"onContext:([^"]+)"/g);
		assert.ok(keys.length > 0);
		assert.deepEqual(
			keys.filter((key) => !sources.some((source) => source.includes(`'${key}'`))),
			[],
		);
	});

	it('reads only settings that it declares', () => {
		const declared = Object.keys(manifest.contributes.configuration.properties);
		const read = sources.flatMap((source) =>
			[...source.matchAll(/(?:\.get(?:<\w+>)?|\bsetting)\('(\w+(?:\.\w+)+)'/g)].map((match) => `sanflow.${match[1]}`),
		);
		assert.ok(read.length > 0);
		assert.deepEqual(
			read.filter((name) => !declared.includes(name)),
			[],
		);
	});

	it('gives its icon at least 128 × 128 pixels', () => {
		const png = readFileSync(manifest.icon);
		assert.equal(png.toString('latin1', 12, 16), 'IHDR');
		assert.ok(png.readUInt32BE(16) >= 128 && png.readUInt32BE(20) >= 128);
	});
});

describe('extension texts', () => {
	const bundle: Readonly<Record<string, string>> = chinese;

	it('are literals, so that they can be found', () => {
		const calls = sources.flatMap((source) => [...source.matchAll(/\bl10n\.t\(\s*(.)/g)].map((match) => match[1]));
		assert.deepEqual(
			calls.filter((first) => first !== "'"),
			[],
		);
		assert.ok(calls.length > 5);
	});

	it('are all translated, and so are those of the webview', () => {
		assert.deepEqual(
			webviewTexts.filter((text) => !(text in bundle)),
			[],
		);
		assert.deepEqual(
			translatedTexts().filter((text) => !(text in bundle)),
			[],
		);
	});

	it('have no translation without a text', () => {
		const known = new Set<string>([...translatedTexts(), ...webviewTexts]);
		assert.deepEqual(
			Object.keys(bundle).filter((text) => !known.has(text)),
			[],
		);
	});

	it('keep their places in translation', () => {
		for (const [english, translation] of Object.entries(bundle)) {
			assert.deepEqual(places(translation), places(english), english);
		}
	});
});
