import assert from 'node:assert/strict';
import { allRules, seedRules } from '../../server/rules/ruleBook';
import { assertNoStack, Scratch, samples } from './commandLine';

const topology = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
host carol { nic ib0 on fabric at 10.1.0.3 { ndis only } }
`;

const toCarol = `
  fault alice.ib0 WSPConnect: pending 2ms, then WSAENETUNREACH
  thread alice.client {
    let s = socket()
    try connect(s, 10.1.0.3:7000)
    closesocket(s)
  }
}
`;

const breaking = {
	// A provider that completes one receive twice, for a message that the connect in line 20 has sent.
	'must.sanflow': `${topology}
scenario "two <completions>" {
  fault bob.ib0 WPUCompleteOverlappedRequest #2: complete twice
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let peer = accept(listener)
    try recv(peer, 5)
    sleep 1ms
    closesocket(peer)
  }
  thread alice.client {
    let s = socket()
    connect(s, 10.1.0.2:7000)
    try send(s, "hello")
    sleep 3ms
    closesocket(s)
  }
}
`,
	'should.sanflow': `${topology}\nscenario "only a should" {${toCarol}`,
	'expected.sanflow': `${topology}\nscenario "expected" {\n  expect violates FALLBACK-10${toCarol}`,
} as const;

interface Violation {
	readonly rule: string;
	readonly level: string;
	readonly file: string;
	readonly line: number;
	readonly seq: number;
	readonly reason: string;
	readonly expected: boolean;
}

interface Result {
	readonly scenarios: readonly {
		readonly result: string;
		readonly records: number;
		readonly failures: readonly { readonly message: string }[];
		readonly violations: readonly Violation[];
	}[];
	readonly coverage?: Coverage;
}

interface Counts {
	readonly rules: number;
	readonly exercised: number;
	readonly kept: number;
	readonly violated: number;
	readonly notReached: number;
	readonly notObservable: number;
}

interface Coverage {
	readonly byScenario: readonly (Counts & { readonly scenario: string })[];
	readonly summary: Counts;
	readonly families: readonly (Counts & { readonly family: string; readonly title: string })[];
	readonly scenarios: readonly string[];
	readonly rules: readonly {
		readonly id: string;
		readonly state: string;
		readonly reason?: string;
		readonly scenarios: readonly {
			readonly scenario: string;
			readonly kept: number;
			readonly broken: number;
			readonly firstBroken?: number;
		}[];
	}[];
}

let scratch: Scratch;
before(() => {
	scratch = new Scratch({ ...samples, ...breaking });
});
after(() => scratch.dispose());

describe('rule violations in sanflow run', () => {
	const violationsOf = (file: string, ...args: readonly string[]): readonly Violation[] => {
		const result = JSON.parse(scratch.run('run', file, '--format', 'json', ...args).out) as Result;
		return result.scenarios.flatMap(({ violations }) => violations);
	};

	it('are warnings with place, rule, reason and record, and fail nothing', () => {
		const { status, out } = scratch.run('run', 'must.sanflow');
		assert.equal(status, 0);
		assert.match(out, /^✓ must\.sanflow: two <completions> /m);
		assert.match(
			out,
			/^must\.sanflow:20:5: warning: COMP-6 is violated: the completion of one WSPRecv was reported twice, .* \(record \d+\)$/m,
		);
		assert.match(out, /^1 passed, unexpected rule violations: \d+$/m);
	});

	it('are objects in JSON, and name a record of the trace', () => {
		const [first] = violationsOf('must.sanflow', '--trace', 'must.jsonl');
		assert.ok(first);
		const { seq, reason, ...known } = first;
		assert.deepEqual(known, {
			rule: 'COMP-6',
			level: 'must',
			file: 'must.sanflow',
			line: 20,
			column: 5,
			expected: false,
		});
		const records = scratch.read('must.jsonl').trimEnd().split('\n');
		const offending = JSON.parse(records[seq] ?? '') as { readonly name: string };
		assert.equal(offending.name, 'WPUCompleteOverlappedRequest');
		assert.match(reason, /^the completion of one WSPRecv /);
		assert.ok(records.some((line) => line.includes('"kind":"violation"') && line.includes('COMP-6')));
	});

	it('are a diagnostic in TAP, and the test point is still ok', () => {
		const { out } = scratch.run('run', 'must.sanflow', '--format', 'tap');
		assert.match(out, /^ok 1 - must\.sanflow/m);
		assert.match(out, /^ {2}violations:\n {4}- "must\.sanflow:20:5: warning: COMP-6 is violated: .*"$/m);
	});

	it('are a property and standard output in JUnit', () => {
		const { out } = scratch.run('run', 'must.sanflow', '--format', 'junit');
		assert.match(out, / tests="1" failures="0" /);
		assert.match(out, /<property name="violations" value="COMP-6[A-Z\d -]*"\/>/);
		assert.match(out, /<system-out>\nmust\.sanflow:20:5: warning: COMP-6 is violated: [^<]*<\/system-out>/);
	});

	it('are not told where the scenario expects them, except in JSON', () => {
		for (const format of ['pretty', 'tap', 'junit']) {
			const { status, out } = scratch.run('run', 'expected.sanflow', '--strict', '--format', format);
			assert.equal(status, 0, out);
			assert.doesNotMatch(out, /FALLBACK-10/);
		}
		assert.deepEqual(
			violationsOf('expected.sanflow').map(({ rule, expected }) => [rule, expected]),
			[['FALLBACK-10', true]],
		);
	});

	it('are told in Chinese, the reason too', () => {
		const { out } = scratch.run('run', 'must.sanflow', '--locale', 'zh-cn');
		assert.match(out, /^must\.sanflow:20:5: 警告：违反 COMP-6：一个 WSPRecv 的完成被报告了两次，.*（记录 \d+）$/m);
		assert.match(out, /^1 个通过，意外的规则违反：\d+$/m);
	});

	it('are absent from a scenario that keeps the rules', () => {
		assert.deepEqual(violationsOf('good.sanflow'), []);
		assert.equal(scratch.run('run', 'good.sanflow', '--strict').status, 0);
	});

	describe('--strict', () => {
		it('makes a broken must a failure, in every format', () => {
			for (const [format, says] of [
				['pretty', /^✗ [\s\S]*^must\.sanflow:20:5: COMP-6 is violated: [\s\S]*^ {2}replay: .* --seed 1 --strict$/m],
				['tap', /^not ok 1 [\s\S]*failures:\n {4}- "must\.sanflow:20:5: COMP-6 is violated: /m],
				['junit', / failures="1" [\s\S]*<failure message="COMP-6 is violated: /],
				['json', /"failed": 1,[\s\S]*"message": "COMP-6 is violated: /],
			] as const) {
				const { status, out } = scratch.run('run', 'must.sanflow', '--strict', '--format', format);
				assert.equal(status, 1);
				assert.match(out, says);
				assert.doesNotMatch(out, /warning: COMP-6/);
			}
		});

		it('leaves a broken should a warning', () => {
			const { status, out } = scratch.run('run', 'should.sanflow', '--strict');
			assert.equal(status, 0);
			assert.match(out, /^should\.sanflow:10:5: warning: FALLBACK-10 is violated: /m);
		});
	});

	describe('--no-rules', () => {
		it('checks nothing', () => {
			const { status, out } = scratch.run('run', 'must.sanflow', '--no-rules', '--trace', 'unchecked.jsonl');
			assert.equal(status, 0);
			assert.doesNotMatch(out, /violat/);
			assert.ok(!scratch.read('unchecked.jsonl').includes('"kind":"violation"'));
		});

		it('still checks where the scenario expects a violation', () => {
			assert.equal(scratch.run('run', 'expected.sanflow', '--no-rules').status, 0);
		});

		it('goes with neither --strict nor --coverage', () => {
			for (const option of ['--strict', '--coverage']) {
				const { status, err } = scratch.run('run', 'good.sanflow', '--no-rules', option);
				assert.equal(status, 2);
				assert.match(err, new RegExp(`^${option} and --no-rules exclude each other\\.$`, 'm'));
				assertNoStack(err);
			}
		});
	});
});

describe('sanflow run --coverage', () => {
	const everything = ['good.sanflow', 'must.sanflow', 'expected.sanflow'] as const;

	let known: Coverage | undefined;

	/** What one run over all these files says, for the tests that look at different sides of it. */
	function coverageOfEverything(): Coverage {
		known ??= (JSON.parse(scratch.run('run', ...everything, '--format', 'json', '--coverage').out) as Result).coverage;
		assert.ok(known);
		return known;
	}

	it('tells the state of every rule', () => {
		const coverage = coverageOfEverything();
		assert.deepEqual(
			coverage.rules.map(({ id }) => id),
			allRules().map(({ id }) => id),
		);
		const stateOf = (id: string) => coverage.rules.find((rule) => rule.id === id)?.state;
		assert.equal(stateOf('CONN-3'), 'kept');
		assert.equal(stateOf('COMP-6'), 'violated');
		assert.equal(stateOf('DUP-1'), 'not reached');
		assert.equal(stateOf('INST-1'), 'not observable');
		for (const { state, reason } of coverage.rules) assert.equal(reason !== undefined, state === 'not observable');
	});

	it('names the scenarios of a rule with counts and records', () => {
		const rule = coverageOfEverything().rules.find(({ id }) => id === 'COMP-6');
		assert.deepEqual(
			rule?.scenarios.map(({ scenario, broken }) => [scenario, broken]),
			[
				['good.sanflow: connect', 0],
				['must.sanflow: two <completions>', 1],
			],
		);
		assert.ok((rule?.scenarios[1]?.firstBroken ?? 0) > 0);
	});

	it('sums up: families make the total, states make a family', () => {
		const { summary, families } = coverageOfEverything();
		assert.equal(summary.rules, allRules().length);
		for (const counts of [summary, ...families]) {
			assert.equal(counts.rules, counts.kept + counts.violated + counts.notReached + counts.notObservable);
		}
		for (const key of ['rules', 'kept', 'violated', 'notReached', 'notObservable'] as const) {
			assert.equal(
				families.reduce((sum, family) => sum + family[key], 0),
				summary[key],
			);
		}
	});

	it('prints a table that says the same, wherever the option stands', () => {
		const { status, out } = scratch.run('run', ...everything, '--coverage');
		assert.equal(status, 0);
		assert.equal(scratch.run('run', '--coverage', ...everything).out, out);
		assert.match(out, /^Rule coverage of 4 scenarios$/m);
		assert.match(out, /^ {3}3 {2}must\.sanflow: two <completions>$/m);
		assert.match(out, /^ {2}✗ COMP-6 +violated +3; kept in 1$/m);
		assert.match(out, /^ {2}✓ INIT-1 +kept +1-4$/m);
		assert.match(out, /^ {2}○ DUP-1 +not reached$/m);
		assert.match(out, /^ {2}- INST-1 +not observable +Installation comes before every run/m);
		const { summary } = coverageOfEverything();
		const total = out
			.match(/^total +(.*)$/m)?.[1]
			?.split(/ +/)
			.map(Number);
		const { rules, exercised, kept, violated, notReached, notObservable } = summary;
		assert.deepEqual(total, [rules, exercised, kept, violated, notReached, notObservable]);
		assert.equal(out.match(/^ {2}[✓✗○-] [A-Z]+-\d+ /gm)?.length, rules);
	});

	it('counts what each scenario shows by itself', () => {
		const coverage = coverageOfEverything();
		const { out } = scratch.run('run', ...everything, '--coverage');
		const lines = out.slice(out.indexOf('\nscenario ')).match(/^\d+ .*$/gm) ?? [];
		assert.equal(lines.length, coverage.scenarios.length);
		coverage.byScenario.forEach(({ scenario, rules, exercised, kept, violated, notReached, notObservable }, index) => {
			assert.equal(scenario, coverage.scenarios[index]);
			const numbers = lines[index]?.split(/ +/).map(Number);
			assert.deepEqual(numbers, [index + 1, rules, exercised, kept, violated, notReached, notObservable]);
			const applied = coverage.rules.filter((rule) => rule.scenarios.some((entry) => entry.scenario === scenario));
			assert.equal(exercised, applied.length);
			assert.ok(exercised > 20 && exercised < rules);
			const broken = applied.filter((rule) =>
				rule.scenarios.some((entry) => entry.scenario === scenario && entry.broken > 0),
			);
			assert.equal(violated, broken.length);
		});
		assert.ok((coverage.byScenario[2]?.violated ?? 0) > 0);
	});

	it('writes the whole to a file and prints only the summary then', () => {
		for (const words of [['--coverage', 'coverage.json'], ['--coverage=coverage.json']]) {
			const { status, out } = scratch.run('run', ...words, ...everything);
			assert.equal(status, 0);
			assert.match(out, /^total +242 /m);
			assert.match(out, /^coverage: coverage\.json$/m);
			assert.doesNotMatch(out, /DUP-1 /);
			assert.deepEqual(JSON.parse(scratch.read('coverage.json')), coverageOfEverything());
		}
	});

	it('keeps the table out of formats for programs', () => {
		for (const format of ['tap', 'junit']) {
			const plain = scratch.run('run', 'good.sanflow', '--format', format).out;
			const { out, err } = scratch.run('run', 'good.sanflow', '--format', format, '--coverage');
			assert.equal(out, plain);
			assert.match(err, /^total +242 /m);
		}
	});

	it('does not change the exit status', () => {
		assert.equal(scratch.run('run', 'failing.sanflow', '--coverage').status, 1);
		assert.equal(scratch.run('run', 'must.sanflow', '--strict', '--coverage').status, 1);
		assert.equal(scratch.run('run', 'errors.sanflow', '--coverage').status, 2);
	});

	it('overwrites nothing that the run reads or writes, and says why it cannot write', () => {
		const overTrace = scratch.run('run', 'good.sanflow', '--trace', 'a.json', '--coverage', './a.json');
		const overScenario = scratch.run('run', 'good.sanflow', '--coverage=good.sanflow');
		for (const { status, err } of [overTrace, overScenario]) {
			assert.equal(status, 2);
			assert.match(err, /the coverage would overwrite it$/m);
		}
		assert.equal(scratch.read('good.sanflow'), samples['good.sanflow']);
		const nowhere = scratch.run('run', 'good.sanflow', '--coverage', 'no/such/folder.json');
		assert.equal(nowhere.status, 2);
		assert.match(nowhere.err, /^no\/such\/folder\.json: the coverage cannot be written \(ENOENT/m);
		assertNoStack(nowhere.err);
	});

	it('speaks Chinese, in columns', () => {
		const { out } = scratch.run('run', ...everything, '--coverage', '--locale', 'zh-cn');
		assert.match(out, /^4 个场景的规则覆盖率$/m);
		assert.match(out, /^ {2}✗ COMP-6 +已违反 +3；在 1 中已遵守$/m);
		assert.match(out, /^ {2}- INST-1 +不可观察 +安装早于任何运行/m);
		const wide = (text: string): number => [...text].reduce((sum, c) => sum + (/[\u2e80-\u9fff]/.test(c) ? 2 : 1), 0);
		const rows = out.split('\n').filter((line) => /^(?:规则族 |CONN +\d|合计 )/.test(line));
		assert.equal(rows.length, 3);
		assert.equal(new Set(rows.map(wide)).size, 1, rows.join('\n'));
	});
});

describe('sanflow rules', () => {
	it('lists every rule under its family', () => {
		const { status, out } = scratch.run('rules');
		assert.equal(status, 0);
		assert.match(out, /^CONN {2}Connecting\n {2}CONN-1 {6}\S/m);
		assert.deepEqual(
			[...out.matchAll(/^ {2}([A-Z]+-\d+) /gm)].map(([, id]) => id).sort(),
			allRules()
				.map(({ id }) => id as string)
				.sort(),
		);
		assert.match(out, /^rules: 242$/m);
	});

	it('tells a rule with level, family, seed mark and source page', () => {
		const { status, out } = scratch.run('rules', 'conn-3', 'INST-1');
		assert.equal(status, 0);
		assert.match(
			out,
			/^CONN-3 \(must, Connecting, Initiating a Connection\)\n {2}That WSPEventSelect call .*\n {2}source: initiating-a-connection\n\nINST-1 \(must, Installation\)\n/,
		);
		assert.match(out, /^ {2}not observable: Installation comes before every run/m);
	});

	it('takes families, and tells a rule once', () => {
		const { out } = scratch.run('rules', 'FLOW', 'FLOW-2');
		assert.deepEqual(out.match(/^FLOW-\d/gm), ['FLOW-1', 'FLOW-2', 'FLOW-3', 'FLOW-4']);
	});

	it('speaks Chinese', () => {
		const { out } = scratch.run('rules', 'CONN-3', 'FALLBACK-10', '--locale', 'zh-cn');
		assert.match(
			out,
			/^CONN-3 \(必须，连接，“发起连接”页\)\n {2}.*[\u4e00-\u9fff].*\n {2}出处：initiating-a-connection$/m,
		);
		assert.match(out, /^FALLBACK-10 \(应当，/m);
	});

	it('gives everything as JSON', () => {
		const { rules } = JSON.parse(scratch.run('rules', '--format', 'json').out) as {
			readonly rules: readonly {
				readonly id: string;
				readonly seed: boolean;
				readonly observable: boolean;
				readonly reason?: string;
				readonly text: string;
				readonly sources: readonly string[];
			}[];
		};
		assert.equal(rules.length, allRules().length);
		assert.equal(rules.filter(({ seed }) => seed).length, seedRules().length);
		for (const { observable, reason, text, sources } of rules) {
			assert.equal(reason === undefined, observable);
			assert.ok(text.length > 20 && sources.length > 0);
		}
	});

	it('knows no other rules', () => {
		const { status, out, err } = scratch.run('rules', 'CON-3');
		assert.equal(status, 2);
		assert.equal(out, '');
		assert.match(err, /^There is no rule or rule family 'CON-3'\. Did you mean 'CONN-3'\?$/m);
		assertNoStack(err);
	});
});
