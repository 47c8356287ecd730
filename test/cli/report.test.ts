import assert from 'node:assert/strict';
import { Scratch, samples } from './commandLine';

interface Result {
	readonly passed: number;
	readonly failed: number;
	readonly scenarios: readonly {
		readonly title: string;
		readonly result: string;
		readonly time: number;
		readonly records: number;
		readonly failures: readonly { readonly line: number; readonly seq: number }[];
	}[];
	readonly broken: readonly { readonly file: string; readonly problems: readonly { readonly code: string }[] }[];
}

describe('reports of sanflow run', () => {
	let scratch: Scratch;
	before(() => {
		scratch = new Scratch(samples);
	});
	after(() => scratch.dispose());

	it('tap: a plan, one test point a scenario, YAML diagnostics', () => {
		const { status, out } = scratch.run('run', 'failing.sanflow', 'errors.sanflow', '--format', 'tap');
		assert.equal(status, 2);
		assert.match(out, /^TAP version 14\n/);
		assert.match(out, /^1\.\.4$/m);
		assert.match(out, /^not ok \d - failing\.sanflow: unexpected failure \\# 1$/m);
		assert.match(out, /^ok \d - failing\.sanflow: passes <&> "quoted"$/m);
		assert.match(out, /^not ok \d - errors\.sanflow: the file has errors$/m);
		assert.match(out, /^ {4}- "failing\.sanflow:17:5: expected s\.provider == \\"tcpip\\", /m);
		const points = [...out.matchAll(/^(?:not )?ok (\d+) /gm)].map(([, number]) => Number(number));
		assert.deepEqual(points, [1, 2, 3, 4]);
	});

	it('junit: counts that agree with the cases, and text that stays text', () => {
		const { status, out } = scratch.run('run', 'failing.sanflow', 'errors.sanflow', '--format', 'junit');
		assert.equal(status, 2);
		assert.match(
			out,
			/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="sanflow" tests="4" failures="2" errors="1" /,
		);
		assert.match(out, /<testcase name="passes &lt;&amp;&gt; &quot;quoted&quot;"/);
		assert.equal(out.match(/<testcase /g)?.length, 4);
		assert.equal(out.match(/<failure /g)?.length, 2);
		assert.equal(out.match(/<error /g)?.length, 1);
		assertWellFormed(out);
	});

	it('json: one object with everything', () => {
		const { out } = scratch.run('run', 'failing.sanflow', 'errors.sanflow', '--format', 'json');
		const result = JSON.parse(out) as Result;
		assert.equal(result.passed, 1);
		assert.equal(result.failed, 2);
		assert.deepEqual(
			result.scenarios.map((scenario) => scenario.result),
			['failed', 'failed', 'passed'],
		);
		const [first] = result.scenarios;
		assert.equal(first?.failures[0]?.line, 17);
		assert.ok((first?.time ?? 0) > 0 && (first?.failures[0]?.seq ?? 0) < (first?.records ?? 0));
		assert.deepEqual(
			result.broken.map(({ file, problems }) => [file, problems[0]?.code]),
			[['errors.sanflow', 'unknown-host']],
		);
	});

	it('are the same every time', async () => {
		const commands = ['pretty', 'tap', 'junit', 'json'].map((format) => {
			return ['run', 'failing.sanflow', 'good.sanflow', '--format', format];
		});
		const first = await scratch.runTogether(commands);
		const second = await scratch.runTogether(commands);
		assert.deepEqual(
			first.map(({ status }) => status),
			[1, 1, 1, 1],
		);
		assert.ok(first.every(({ out }) => out !== ''));
		assert.deepEqual(second, first);
	});
});

/** Every element that is opened is closed, in order. */
function assertWellFormed(xml: string): void {
	const open: string[] = [];
	for (const [, close, name = '', rest = ''] of xml.matchAll(
		/<(\/)?([a-z-]+)((?:\s[a-z]+="[^"<&]*(?:&[a-z#\d]+;[^"<&]*)*")*\s*\/?)>/g,
	)) {
		if (close) assert.equal(open.pop(), name);
		else if (!rest.endsWith('/')) open.push(name);
	}
	assert.deepEqual(open, []);
	const tags = xml.replace(/<\?.*?\?>/, '').match(/</g)?.length;
	assert.equal(tags, xml.match(/<\/?[a-z-]+(?:\s[a-z]+="[^"<]*")*\s*\/?>/g)?.length);
}
