import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { CallStatement, LetStatement, Thread } from '../../../server/scenario/generated/ast';
import { formatMessage } from '../../../server/scenario/messages';
import { hasErrors, parseScenarioFile } from '../../../server/scenario/parse';
import { sourceRange } from '../../../server/scenario/sourceRange';
import { formatProblem, inThread, problemsOf } from './problems';

const fixtures = 'test/fixtures/scenarios';
const names = ['everything.sanflow', 'lab.sanflow', 'ping.sanflow'];

function fixture(name: string): string {
	return readFileSync(`${fixtures}/${name}`, 'utf8');
}

function readFixture(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
}

function statementsOf(source: string) {
	const { model } = parseScenarioFile(inThread(source), 'test.sanflow');
	const [thread] = model.scenarios[0]?.items ?? [];
	return (thread as Thread).body.statements;
}

describe('parseScenarioFile', () => {
	for (const name of names) {
		it(`finds nothing wrong with ${name}`, () => {
			const file = parseScenarioFile(fixture(name), `${fixtures}/${name}`, readFixture);
			assert.deepEqual(file.problems.map(formatProblem), []);
		});
	}

	it('gives an empty file an empty model', () => {
		const { model, problems } = parseScenarioFile('', 'empty.sanflow');
		assert.deepEqual(problems, []);
		assert.deepEqual(model.hosts, []);
	});

	it('gives every operator of a chain its own range', () => {
		const [statement] = statementsOf('let x = 1 + 2 * 3 + 4\nlog x');
		const sum = (statement as LetStatement).value;
		assert.equal(sum.$type, 'BinaryExpression');
		if (sum.$type !== 'BinaryExpression') return;
		assert.deepEqual(sourceRange(sum), { line: 2, column: 9, endLine: 2, endColumn: 22 });
		assert.deepEqual(sourceRange(sum.left), { line: 2, column: 9, endLine: 2, endColumn: 18 });
	});

	it('binds `not` weaker than comparison, `and` tighter than `or`, `&` tighter than `==`', () => {
		const [statement] = statementsOf('let x = not 1 & 2 == 2 or true and false\nlog x');
		const { value } = statement as LetStatement;
		assert.equal(value.$type === 'LogicalExpression' && value.operator, 'or');
		if (value.$type !== 'LogicalExpression' || value.left.$type !== 'NotExpression') return assert.fail();
		const { operand } = value.left;
		assert.equal(operand.$type === 'BinaryExpression' && operand.operator, '==');
	});

	it('keeps words of faults and patterns free as names', () => {
		const words = ['at', 'to', 'from', 'message', 'up', 'down', 'call', 'signal', 'process', 'crash', 'then', 'in'];
		const source = words.map((word) => `let ${word} = 1\n${word} = ${word} + 1`).join('\n');
		assert.deepEqual(problemsOf(inThread(source)), []);
	});

	it('reads the call, its arguments and its expected outcomes', () => {
		const [, statement] = statementsOf(
			'let s = socket()\nconnect(s, [fd00::2]:7000) -> WSAECONNREFUSED or WSAETIMEDOUT',
		);
		const { call, outcomes } = statement as CallStatement;
		assert.equal(call.$type === 'CallExpression' && call.arguments.length, 2);
		assert.equal(outcomes.length, 2);
	});

	it('decodes strings and byte strings', () => {
		const [first, second] = statementsOf('let a = "\\x41\\u{20ac}\\n\\"é"\nlet b = b"\\x00\\xffé"\nlog a, b');
		const contentOf = (statement: unknown) => (statement as { value: { value: string } }).value.value;
		assert.equal(contentOf(first), 'A€\n"é');
		assert.equal(contentOf(second), '\0\xff\xc3\xa9');
	});
});

describe('syntax errors', () => {
	const cases: readonly (readonly [string, string, string])[] = [
		['host {', '1:6-7', "Expected a name, found '{'"],
		['host h {', '1:9-9', "Expected '}', found the end of the file"],
		['scenario x { }', '1:10-11', "Expected a string, found 'x'"],
		['host h { nic }', '1:14-15', "Expected a name, found '}'"],
		['san a', '1:6-6', 'Expected an address, found the end of the file'],
		['host h { } ;', '1:12-13', "The character ';' means nothing in this language"],
	];
	for (const [source, range, message] of cases) {
		it(`${source}: ${message}`, () => {
			const [problem] = parseScenarioFile(source, 'test.sanflow').problems;
			assert.ok(problem);
			assert.equal(problem.message, message);
			assert.ok(formatProblem(problem).startsWith(`${range} `), formatProblem(problem));
		});
	}

	it('says it in Chinese', () => {
		const [problem] = parseScenarioFile('host {', 'test.sanflow').problems;
		assert.ok(problem);
		assert.equal(formatMessage(problem.code, problem.args, 'zh-cn', problem.hint), '此处应为名称，却是“{”');
	});

	it('warns of nothing while the syntax is wrong', () => {
		assert.deepEqual(
			problemsOf(inThread('let x = ')).filter((line) => line.includes('warning')),
			[],
		);
	});
});

describe('imports', () => {
	const files: Readonly<Record<string, string>> = {
		'lib/lab.sanflow': 'san fabric 10.1.0.0/16 host alice { nic ib0 on fabric at 10.1.0.1 }',
		'lib/broken.sanflow': 'san fabric 10.1.0.0/99',
		'lib/ring.sanflow': 'import "../test.sanflow"',
		'lib/more.sanflow': 'import "lab.sanflow"\nhost bob { nic ib0 on fabric at 10.1.0.2 }',
	};
	const read = (path: string) => files[path];

	it('brings the declarations of the other file, also of those that it imports', () => {
		const source = 'import "lib/more.sanflow"\nscenario "s" { thread alice.a { } thread bob.b { } }';
		assert.deepEqual(problemsOf(source, read), []);
	});

	it('reports a file that does not exist', () => {
		assert.deepEqual(problemsOf('import "lib/nothing.sanflow"', read), ['1:8-29 import-not-found']);
	});

	it('reports a circle where it closes', () => {
		const file = parseScenarioFile('import "lib/ring.sanflow"', 'test.sanflow', read);
		assert.deepEqual(
			file.problems.map((problem) => `${problem.file} ${formatProblem(problem)}`),
			['lib/ring.sanflow 1:8-25 import-cycle'],
		);
	});

	it('counts errors of an imported file', () => {
		const file = parseScenarioFile('import "lib/broken.sanflow"', 'test.sanflow', read);
		assert.ok(hasErrors(file));
		assert.deepEqual(
			file.problems.map((problem) => `${problem.file} ${formatProblem(problem)}`),
			['lib/broken.sanflow 1:12-23 bad-address'],
		);
	});

	it('reports names declared here and there', () => {
		assert.deepEqual(problemsOf('import "lib/lab.sanflow"\nhost alice { }', read), ['2:6-11 duplicate-name-imported']);
	});
});

describe('any text', () => {
	const sources = names.map(fixture);
	const pieces = sources.join('\n').split(/\b|(?=[{}()])/);

	it('that is a mutation of a scenario never throws', () => {
		const mutation = fc.record({
			source: fc.constantFrom(...sources),
			at: fc.double({ min: 0, max: 1, noNaN: true }),
			remove: fc.nat(40),
			insert: fc.array(fc.constantFrom(...pieces, '"', '/*', '\\', '\u0000', '→', '::', '..'), { maxLength: 6 }),
		});
		fc.assert(
			fc.property(mutation, ({ source, at, remove, insert }) => {
				const offset = Math.floor(at * source.length);
				parseScenarioFile(source.slice(0, offset) + insert.join('') + source.slice(offset + remove), 'x', readFixture);
			}),
			{ numRuns: 150 },
		);
	});

	it('that ends anywhere never throws', () => {
		const source = fixture('everything.sanflow');
		for (let end = 0; end < source.length; end += 37) parseScenarioFile(source.slice(0, end), 'x');
	});

	it('of random characters never throws', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
				parseScenarioFile(text, 'x');
			}),
			{ numRuns: 100 },
		);
	});
});

describe('nesting', () => {
	const cases: readonly (readonly [string, string])[] = [
		['brackets', `function f() { log ${'['.repeat(20_000)} }`],
		['blocks', `function f() {${'if true {'.repeat(4000)}`],
		['a chain in one line', `function f() { log 1${'+1'.repeat(6000)} }`],
		['a chain in many lines', `function f() { log 1${'\n+1'.repeat(6000)} }`],
		['negations', `function f() { log ${'not '.repeat(50_000)} }`],
		['members', `function f() { log a${'.a\n'.repeat(20_000)} }`],
		['else if', `function f() { if 1 {} ${'else if 1 {}\n'.repeat(6000)} }`],
	];
	for (const [what, source] of cases) {
		it(`of ${what} beyond reason is a problem, and the next file is read as ever`, () => {
			const { problems } = parseScenarioFile(source, 'deep.sanflow');
			assert.deepEqual(
				problems.map(({ code }) => code),
				['syntax-too-deep'],
			);
			assert.deepEqual(problemsOf('host a { }'), []);
		});
	}

	it('of many statements is none', () => {
		assert.deepEqual(problemsOf(inThread(`let x = 1\n${'x = x + 1\n'.repeat(2000)}`)), []);
	});
});
