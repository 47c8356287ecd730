import assert from 'node:assert/strict';
import { recordKinds } from '../../server/trace';
import { assertNoStack, Scratch, samples } from './commandLine';

interface Line {
	readonly seq: number;
	readonly kind: string;
	readonly source: { readonly file: string } | null;
	readonly call?: number;
}

describe('sanflow run', () => {
	let scratch: Scratch;
	before(() => {
		scratch = new Scratch({
			...samples,
			'device.sanflow': 'import "/dev/zero"\nhost alice { }\nscenario "t" { thread alice.client { log 1 } }\n',
			'shared/lab.sanflow': 'san fabric 10.1.0.0/16\nhost alice { nic ib0 on fabric at 10.1.0.1 }\n',
			'flows/importing.sanflow':
				'import "../shared/lab.sanflow"\nscenario "imports" {\n  thread alice.client {\n    let s = socket()\n    closesocket(s)\n  }\n}\n',
		});
	});
	after(() => scratch.dispose());

	it('tells each scenario in one line and ends with 0 when all pass', () => {
		const { status, out, err } = scratch.run('run', 'good.sanflow');
		assert.equal(status, 0, err);
		assert.match(out, /^✓ good\.sanflow: connect \([\d.]+ µs, \d+ records, seed 1\)$/m);
		assert.match(out, /^✓ good\.sanflow: nobody listens \([\d.]+ µs, \d+ records, seed 1\)$/m);
		assert.match(out, /^2 passed$/m);
		assert.equal(err, '');
	});

	it('writes no colours where nobody looks', () => {
		// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is looked for
		assert.doesNotMatch(scratch.run('run', 'failing.sanflow').out, /\u001b/);
	});

	it('shows failures as file:line:column and how to replay them, and ends with 1', () => {
		const { status, out } = scratch.run('run', 'failing.sanflow');
		assert.equal(status, 1);
		assert.match(out, /^failing\.sanflow:17:5: expected s\.provider == "tcpip", but the left side is "ib0"$/m);
		assert.match(out, /^failing\.sanflow:24:5: connect failed with WSAECONNRESET, and nothing else was expected$/m);
		assert.match(out, /^ {2}replay: sanflow run failing\.sanflow --scenario "wrong expectation" --seed 1$/m);
		assert.match(out, /^1 passed, 2 failed$/m);
	});

	it('does not run a file with errors, runs the others, and ends with 2', () => {
		const { status, out, err } = scratch.run('run', 'errors.sanflow', 'failing.sanflow', 'good.sanflow');
		assert.equal(status, 2);
		assert.match(err, /^errors\.sanflow:6:10: There is no host 'alise'\. Did you mean 'alice'\?$/m);
		assert.match(out, /^✓ good\.sanflow: connect /m);
		assert.match(out, /^3 passed, 2 failed, 1 not run because of errors$/m);
		assertNoStack(err);
	});

	it('reads no device, whose content may never end', function () {
		if (process.platform === 'win32') this.skip();
		const { status, err } = scratch.run('run', 'device.sanflow');
		assert.equal(status, 2);
		assert.match(err, /^device\.sanflow:1:8: Cannot find the file '\/dev\/zero' to import$/m);
		const given = scratch.run('run', '/dev/zero');
		assert.equal(given.status, 2);
		assertNoStack(given.err);
	});

	it('picks one scenario by its title', () => {
		const { status, out } = scratch.run('run', 'failing.sanflow', 'good.sanflow', '--scenario', 'connect');
		assert.equal(status, 0);
		assert.match(out, /^1 passed$/m);
	});

	it('takes the seed that it is given and says so', () => {
		assert.match(scratch.run('run', 'good.sanflow', '--seed', '77').out, /seed 77\)/);
		assert.match(scratch.run('run', 'good.sanflow', '--seed=4294967295').out, /seed 4294967295\)/);
	});

	it('stops an endless loop and names a deadlock', () => {
		const endless = scratch.run('run', 'endless.sanflow', '--scenario', 'by records');
		assert.equal(endless.status, 1);
		assert.match(
			endless.out,
			/^endless\.sanflow:10:7: the run was stopped after 2000 records: is there an endless loop\?/m,
		);
		const deadlock = scratch.run('run', 'endless.sanflow', '--scenario', 'deadlock');
		assert.equal(deadlock.status, 1);
		assert.match(
			deadlock.out,
			/^endless\.sanflow:20:5: deadlock: nothing can happen any more, but alice\.client waits /m,
		);
	});

	it('finds imports beside the importing file', () => {
		const { status, out, err } = scratch.run('run', 'flows/importing.sanflow');
		assert.equal(status, 0, out + err);
	});

	it('speaks Chinese where the environment or the user does', () => {
		const byOption = scratch.run('run', 'failing.sanflow', '--locale', 'zh-cn').out;
		const byEnvironment = scratch.runWith({ LC_ALL: 'zh_CN.UTF-8' }, 'run', 'failing.sanflow').out;
		assert.equal(byOption, byEnvironment);
		assert.match(byOption, /^failing\.sanflow:24:5: connect 失败，错误为 WSAECONNRESET，而场景未预期任何失败$/m);
		assert.match(byOption, /^1 个通过，2 个失败$/m);
		assert.match(scratch.runWith({ LANG: 'de_DE.UTF-8' }, 'run', 'good.sanflow').out, /2 passed/);
	});

	describe('--trace', () => {
		const traceOf = (name: string): readonly Line[] =>
			scratch
				.read(name)
				.trimEnd()
				.split('\n')
				.map((line) => JSON.parse(line) as Line);

		it('writes one record a line, numbered from 0', () => {
			const { status, out } = scratch.run('run', 'good.sanflow', '--scenario', 'connect', '--trace', 'a.jsonl');
			assert.equal(status, 0);
			assert.match(out, /^ {2}trace: a\.jsonl$/m);
			const records = traceOf('a.jsonl');
			assert.ok(records.length > 100);
			for (const [index, record] of records.entries()) {
				assert.equal(record.seq, index);
				assert.ok((recordKinds as readonly string[]).includes(record.kind), record.kind);
				if (record.kind === 'return') assert.equal(records[record.call as number]?.kind, 'call');
			}
		});

		it('gives the same bytes in two processes, however the file is named', () => {
			const args = ['--scenario', 'connect', '--seed', '5', '--trace'];
			scratch.run('run', 'good.sanflow', ...args, 'b.jsonl');
			scratch.run('run', './flows/../good.sanflow', ...args, 'c.jsonl');
			scratch.run('run', scratch.path('good.sanflow'), ...args, 'd.jsonl');
			assert.equal(scratch.read('c.jsonl'), scratch.read('b.jsonl'));
			assert.equal(scratch.read('d.jsonl'), scratch.read('b.jsonl'));
			const files = new Set(traceOf('b.jsonl').flatMap(({ source }) => (source ? [source.file] : [])));
			assert.deepEqual([...files], ['good.sanflow']);
		});

		it('writes each further scenario to a file of its own', () => {
			const { out } = scratch.run('run', 'good.sanflow', '--trace', 'e.jsonl');
			assert.match(out, /trace: e\.2\.jsonl/);
			assert.ok(scratch.read('e.2.jsonl').includes('"title":"nobody listens"'));
			assert.ok(scratch.read('e.jsonl').includes('"title":"connect"'));
			assert.equal(traceOf('e.2.jsonl')[0]?.seq, 0);
		});

		it('writes the trace of a failed run', () => {
			scratch.run('run', 'failing.sanflow', '--scenario', 'wrong expectation', '--trace', 'f.jsonl');
			assert.ok(scratch.read('f.jsonl').includes('"name":"expectation failed"'));
		});

		it('does not overwrite a scenario', () => {
			const { status, err } = scratch.run('run', 'good.sanflow', '--trace', './good.sanflow');
			assert.equal(status, 2);
			assert.match(err, /would overwrite it/);
			assert.equal(scratch.read('good.sanflow'), samples['good.sanflow']);
		});

		it('says why a trace cannot be written', () => {
			const { status, err } = scratch.run('run', 'good.sanflow', '--trace', 'no/such/folder.jsonl');
			assert.equal(status, 2);
			assert.match(err, /^no\/such\/folder\.jsonl: the trace cannot be written \(ENOENT/m);
			assertNoStack(err);
		});
	});
});
