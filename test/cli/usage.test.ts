import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { assertNoStack, Scratch, samples } from './commandLine';

describe('the command line and mistakes', () => {
	let scratch: Scratch;
	before(() => {
		scratch = new Scratch({ ...samples, 'folder/inside.txt': '', 'bytes.sanflow': '\u0000\ufffd\u0001{{{{"' });
	});
	after(() => scratch.dispose());

	const mistakes: readonly (readonly [args: readonly string[], says: RegExp])[] = [
		[[], /Run 'sanflow --help' for help\./],
		[['frobnicate'], /^There is no command 'frobnicate'\./],
		[['rum', 'good.sanflow'], /^There is no command 'rum'\. Did you mean 'run'\?/],
		[['run'], /^'file' is missing\./],
		[['run', 'good.sanflow', '--sead', '3'], /^There is no option '--sead'\. Did you mean '--seed'\?/],
		[['run', 'good.sanflow', '--seed'], /^The option '--seed <n>' needs a value\./],
		[
			['run', 'good.sanflow', '--seed', 'x'],
			/^'x' is no value of --seed; it takes a whole number from 0 to 4294967295\./,
		],
		[['run', 'good.sanflow', '--seed', '-1'], /^'-1' is no value of --seed/],
		[['run', 'good.sanflow', '--seed', '1.5'], /^'1\.5' is no value of --seed/],
		[['run', 'good.sanflow', '--seed', '4294967296'], /^'4294967296' is no value of --seed/],
		[
			['run', 'good.sanflow', '--format', 'xml'],
			/^'xml' is no value of --format; there are pretty, tap, junit, json\./,
		],
		[['run', 'missing.sanflow'], /^missing\.sanflow: there is no such file$/m],
		[['run', 'good.sanflow/x'], /^good\.sanflow\/x: there is no such file$/m],
		[['run', 'folder'], /^folder: is a directory; name the scenario files in it$/m],
		[['run', '.'], /^\.: is a directory/m],
		[['run', 'empty.sanflow'], /^empty\.sanflow: has no scenario$/m],
		[['run', 'bytes.sanflow'], /^bytes\.sanflow:1:1: /m],
		[['run', 'good.sanflow', '--scenario', 'conect'], /^No file has a scenario 'conect'\. Did you mean 'connect'\?$/m],
		[['check'], /^'file' is missing\./],
		[['check', 'missing.sanflow'], /^missing\.sanflow: there is no such file$/m],
		[['diagram', 'good.sanflow', 'failing.sanflow'], /^There are too many arguments\./],
		[
			['diagram', 'good.sanflow', '--scenario', 'conect'],
			/^good\.sanflow: there is no scenario 'conect'\. Did you mean 'connect'\?$/m,
		],
		[['diagram', 'good.sanflow', '--format', 'png'], /^'png' is no value of --format; there are mermaid, svg, ascii\./],
		[['diagram', 'empty.sanflow'], /^empty\.sanflow: has no scenario$/m],
		[['diagram', 'errors.sanflow'], /^errors\.sanflow:6:10: There is no host 'alise'/m],
		[['dap', '--port', '65536'], /^'65536' is no value of --port/],
	];
	for (const [args, says] of mistakes) {
		it(`sanflow ${args.join(' ')}`, () => {
			const { status, out, err } = scratch.run(...args);
			assert.equal(status, 2);
			assert.match(err, says);
			assertNoStack(out + err);
		});
	}

	it('a file that must not be read', function () {
		if (process.getuid?.() === 0) this.skip();
		chmodSync(scratch.path('folder/inside.txt'), 0);
		assert.match(scratch.run('run', 'folder/inside.txt').err, /^folder\/inside\.txt: no permission to read it$/m);
	});

	it('are told in Chinese', () => {
		const { status, err } = scratch.run('run', 'missing.sanflow', '--locale=zh-CN', '--sead');
		assert.equal(status, 2);
		assert.match(err, /^没有选项“--sead”。 是否想写“--seed”？\n运行“sanflow --help”查看帮助。/);
	});

	it('help and version end with 0', () => {
		const help = scratch.run('--help');
		assert.equal(help.status, 0);
		for (const command of ['run', 'check', 'rules', 'diagram', 'dap', 'lsp'])
			assert.match(help.out, new RegExp(`^  ${command} `, 'm'));
		for (const option of ['--scenario', '--seed', '--format', '--trace', '--strict', '--no-rules', '--coverage']) {
			assert.ok(scratch.run('run', '--help').out.includes(option));
		}
		assert.match(scratch.run('--help', '--locale', 'zh-cn').out, /^用法：.*\n[\s\S]*命令：/);
		assert.match(scratch.run('--version').out, /^\d+\.\d+\.\d+\n$/);
	});
});

describe('sanflow check', () => {
	let scratch: Scratch;
	before(() => {
		scratch = new Scratch(samples);
	});
	after(() => scratch.dispose());

	it('ends with 0 when nothing is wrong', () => {
		const { status, out } = scratch.run('check', 'good.sanflow', 'failing.sanflow');
		assert.equal(status, 0);
		assert.match(out, /^files: 2, errors: 0, warnings: \d+$/m);
	});

	it('prints problems as compilers do and ends with 2', () => {
		const { status, out } = scratch.run('check', 'errors.sanflow', 'good.sanflow');
		assert.equal(status, 2);
		assert.match(out, /^errors\.sanflow:6:10: There is no host 'alise'\. Did you mean 'alice'\?$/m);
	});

	it('gives ranges, severities and codes as JSON', () => {
		const { status, out } = scratch.run('check', 'errors.sanflow', '--format', 'json');
		assert.equal(status, 2);
		const { files } = JSON.parse(out) as { readonly files: readonly { readonly problems: readonly object[] }[] };
		assert.deepEqual(files[0]?.problems[0], {
			file: 'errors.sanflow',
			line: 6,
			column: 10,
			endLine: 6,
			endColumn: 15,
			severity: 'error',
			code: 'unknown-host',
			message: "There is no host 'alise'. Did you mean 'alice'?",
			hint: 'alice',
		});
	});
});
