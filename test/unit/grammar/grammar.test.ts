import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { reservedWords } from '../../../server/language/words';
import { createSanflowServices } from '../../../server/scenario/language';
import { unitNames } from '../../../server/scenario/literals';
import { scenarioCalls } from '../../../server/winsock/calls';
import { constantNames } from '../../../server/winsock/constants';
import { wsaErrorNames } from '../../../server/winsock/errors';

interface Rule {
	readonly name?: string;
	readonly match?: string;
	readonly begin?: string;
	readonly patterns?: readonly Rule[];
}

const source = readFileSync('syntaxes/sanflow.tmLanguage.json', 'utf8');
const grammar = JSON.parse(source) as { readonly repository: Readonly<Record<string, Rule>> };

function pattern(group: string, name: string): RegExp {
	const rule = grammar.repository[group]?.patterns?.find((candidate) => candidate.name === name);
	assert.ok(rule?.match, `${group} has no ${name}`);
	return new RegExp(rule.match);
}

/** Whether the pattern takes the whole word, with an open parenthesis behind it. */
function takes(expression: RegExp, word: string): boolean {
	return expression.exec(`${word}(`)?.[0] === word;
}

describe('TextMate grammar', () => {
	it('gives the annotated files in test/grammar their scopes', function () {
		this.timeout(20_000);
		const files = readdirSync('test/grammar').map((name) => `test/grammar/${name}`);
		const test = 'node_modules/vscode-tmgrammar-test/dist/unit.js';
		const { status, stdout, stderr } = spawnSync(
			process.execPath,
			[test, '-g', 'syntaxes/sanflow.tmLanguage.json', ...files],
			{ encoding: 'utf8' },
		);
		assert.equal(status, 0, stdout + stderr);
	});

	it('knows every Winsock call, error, constant and unit of the language', () => {
		const calls = pattern('calls', 'support.function.winsock.sanflow');
		const errors = pattern('constants', 'support.constant.error.sanflow');
		const constants = pattern('constants', 'support.constant.sanflow');
		assert.deepEqual(
			scenarioCalls.map(({ name }) => name).filter((name) => !takes(calls, name)),
			[],
		);
		assert.deepEqual(
			wsaErrorNames.filter((name) => !takes(errors, name)),
			[],
		);
		assert.deepEqual(
			constantNames.filter((name) => !takes(constants, name) || takes(errors, name)),
			[],
		);
		assert.deepEqual(
			unitNames.filter((unit) => !source.includes(unit)),
			[],
		);
	});

	it('embeds the language in fenced blocks of Markdown', () => {
		const markdown = JSON.parse(readFileSync('syntaxes/sanflow.markdown.tmLanguage.json', 'utf8')) as {
			readonly repository: Readonly<Record<string, Rule>>;
		};
		// Oniguruma's \G (start of the search) and inline flags have no counterpart here.
		const begin = (markdown.repository['sanflow-code-block']?.begin ?? '').replace('|\\G', '').replace('(?i:', '(?:');
		assert.match('```sanflow', new RegExp(begin));
		assert.doesNotMatch('```sanflowers', new RegExp(begin));
	});
});

describe('words', () => {
	it('that cannot be names are those that the parser refuses', () => {
		const { parser } = createSanflowServices();
		for (const word of reservedWords) {
			const { parserErrors } = parser.LangiumParser.parse(`host ${word} { }`);
			assert.ok(parserErrors.length > 0, word);
		}
		const keywords = Object.keys(parser.Lexer.definition).filter((name) => /^[a-z]+$/.test(name));
		for (const word of keywords.filter((name) => !reservedWords.has(name))) {
			const { parserErrors } = parser.LangiumParser.parse(`host ${word} { }`);
			assert.deepEqual(parserErrors, [], word);
		}
	});
});
