import assert from 'node:assert/strict';
import path from 'node:path';
import { committedTexts } from '../../../extension/committedTexts';

const at = (name: string): string => path.resolve('/flows', name);

describe('the committed texts of a scenario', () => {
	function reader(files: Readonly<Record<string, string>>): (file: string) => Promise<string> {
		const texts = new Map(Object.entries(files).map(([name, text]) => [at(name), text]));
		return async (file) => {
			const text = texts.get(file);
			if (text === undefined) throw new Error(`${file} is not committed`);
			return text;
		};
	}

	it('are those of the file and of all that it imports, once each', async () => {
		const main = 'import "lab/hosts.sanflow"\n\t import "more.sanflow" // both\nscenario "a" { }';
		const files = {
			'main.sanflow': main,
			'lab/hosts.sanflow': 'import "../more.sanflow"',
			'more.sanflow': 'import "main.sanflow"',
		};
		const texts = await committedTexts(at('main.sanflow'), reader(files));
		assert.deepEqual(
			texts.map((item) => item.path),
			[at('main.sanflow'), at('lab/hosts.sanflow'), at('more.sanflow')],
		);
		assert.equal(texts[0]?.text, main);
	});

	it('leave out imports that are not committed, but not the file itself', async () => {
		const read = reader({ 'main.sanflow': 'import "new.sanflow"' });
		assert.equal((await committedTexts(at('main.sanflow'), read)).length, 1);
		await assert.rejects(committedTexts(at('new.sanflow'), read), /is not committed/);
	});
});
