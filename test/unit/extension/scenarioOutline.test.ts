import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findScenarios, scenarioAt } from '../../../extension/scenarioOutline';

function titles(text: string): readonly string[] {
	return findScenarios(text).map(({ title }) => title);
}

/** A string literal of the language for any text. */
function literal(text: string): string {
	return `"${[...text].map((character) => (/[\w ]/.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`)).join('')}"`;
}

describe('scenario outline', () => {
	it('finds each scenario with its title and extent', () => {
		const text = 'san f 10.0.0.0/8\nscenario "one" {\n  thread a.b { log "x" }\n}\n\nscenario "two" { }\n';
		const [one, two] = findScenarios(text);
		assert.equal(text.slice(one?.start, one?.end), 'scenario "one" {\n  thread a.b { log "x" }\n}');
		assert.equal(text.slice(two?.start, two?.end), 'scenario "two" { }');
	});

	it('decodes escapes in titles', () => {
		assert.deepEqual(titles(String.raw`scenario "say \"hi\" \\ \u{4e2d}" {}`), ['say "hi" \\ 中']);
	});

	it('is not misled by comments, strings and bytes that look like scenarios or braces', () => {
		const text = `// scenario "no"
/* scenario "no" { */
scenario "yes" {
  log "scenario \\"no\\" {", b"}}"
  // }
  log "}"
}`;
		assert.deepEqual(titles(text), ['yes']);
		assert.equal(findScenarios(text)[0]?.end, text.length);
	});

	it('takes a name after a dot for a name', () => {
		assert.deepEqual(titles('scenario "a" { log x.scenario "text" }'), ['a']);
	});

	it('finds scenarios after one whose brace is missing', () => {
		assert.deepEqual(titles('scenario "a" { thread x.y {\nscenario "b" { }'), ['a', 'b']);
	});

	it('gives a title to a string that is still being typed', () => {
		assert.deepEqual(titles('scenario "half\nscenario "b" {}'), ['half', 'b']);
	});

	it('gives back every title that can be written', () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 5 }), (given) => {
				const text = given.map((title) => `scenario ${literal(title)} { thread a.b { } }`).join('\n');
				assert.deepEqual(titles(text), given);
			}),
		);
	});

	it('never throws, and keeps extents in order, whatever the text', () => {
		const piece = fc.constantFrom(
			'scenario "a" {',
			'scenario "b',
			'scenario',
			'"',
			'\\',
			'{',
			'}',
			'/*',
			'*/',
			'//',
			'\n',
			' ',
			'b"',
			'.',
			'x',
			'中',
			'😀',
		);
		let most = 0;
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
				let last = 0;
				let count = 0;
				for (const { start, end } of findScenarios(pieces.join(''))) {
					assert.ok(last <= start && start < end);
					last = end;
					count++;
				}
				most = Math.max(most, count);
			}),
		);
		assert.ok(most > 1, 'no text had two scenarios');
	});
});

describe('scenario at a position', () => {
	const text = '// head\nscenario "one" { }\n// between\nscenario "two" { }\n// tail';
	const scenarios = findScenarios(text);
	const at = (mark: string): string | undefined => scenarioAt(scenarios, text.indexOf(mark))?.title;

	it('is the one around it', () => {
		assert.equal(at('one"'), 'one');
		assert.equal(at('two"'), 'two');
	});

	it('is the next one below, when it is in none', () => {
		assert.equal(at('// head'), 'one');
		assert.equal(at('// between'), 'two');
	});

	it('is the last one below the end, and none in a file without scenarios', () => {
		assert.equal(at('tail'), 'two');
		assert.equal(scenarioAt([], 0), undefined);
	});
});
