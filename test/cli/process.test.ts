import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { assertNoStack, Scratch, samples } from './commandLine';

/** A message as both protocols frame it. */
function framed(message: object): string {
	const json = JSON.stringify(message);
	return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

const initialize = {
	dap: { seq: 1, type: 'request', command: 'initialize', arguments: { adapterID: 'sanflow' } },
	lsp: { jsonrpc: '2.0', id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } },
} as const;

const answers = { dap: /"supportsFunctionBreakpoints":true/, lsp: /"hoverProvider":true/ } as const;

describe('the command line as a process', () => {
	let scratch: Scratch;
	before(() => {
		scratch = new Scratch(samples);
	});
	after(() => scratch.dispose());

	async function outputUntil(stream: NodeJS.ReadableStream, wanted: RegExp): Promise<string> {
		let text = '';
		for await (const piece of stream) {
			text += String(piece);
			if (wanted.test(text)) return text;
		}
		throw new Error(`never said ${wanted}: ${text}`);
	}

	for (const command of ['dap', 'lsp'] as const) {
		it(`${command} answers on standard input and output`, async () => {
			const child = scratch.start(command, ...(command === 'lsp' ? ['--stdio'] : []));
			child.stdin.write(framed(initialize[command]));
			await outputUntil(child.stdout, answers[command]);
			child.kill();
			await once(child, 'exit');
		});

		it(`${command} --port listens on loopback`, async () => {
			const child = scratch.start(command, '--port', '0');
			const said = await outputUntil(child.stderr, /listening on 127\.0\.0\.1:\d+/);
			const socket = connect(Number(/:(\d+)/.exec(said)?.[1]), '127.0.0.1');
			socket.write(framed(initialize[command]));
			await outputUntil(socket, answers[command]);
			socket.destroy();
			child.kill();
			await once(child, 'exit');
		});
	}

	it('dap ends when its client does', async () => {
		const child = scratch.start('dap');
		child.stdin.write(framed(initialize.dap));
		await outputUntil(child.stdout, answers.dap);
		child.stdin.end();
		const [code] = (await once(child, 'exit')) as [number];
		assert.equal(code, 0);
	});

	it('ends on an interrupt, with the trace so far', async function () {
		if (process.platform === 'win32') this.skip();
		const child = scratch.start('run', 'endless.sanflow', '--trace', 'endless.jsonl');
		const exit = once(child, 'exit');
		// The scenario before the endless one has ended, so the command listens; however long it took to start.
		while (!existsSync(scratch.path('endless.2.jsonl'))) {
			assert.equal(child.exitCode, null);
			await pause(20);
		}
		await pause(200);
		child.kill('SIGINT');
		const said = await outputUntil(child.stdout, /interrupted[\s\S]*passed/);
		assert.match(said, /^- endless\.sanflow: spin .* interrupted$/m);
		const [, signal] = (await exit) as [number | null, string | null];
		assert.equal(signal, 'SIGINT');
		assert.ok(scratch.read('endless.3.jsonl').startsWith('{"seq":0,'));
	});

	it('does not mind a reader that goes away, and still ends with its status', async () => {
		for (const [file, status] of [
			['good.sanflow', 0],
			['failing.sanflow', 1],
		] as const) {
			const child = scratch.start('run', file, file, file, '--format', 'json');
			child.stdout.destroy();
			let err = '';
			child.stderr.on('data', (data) => {
				err += String(data);
			});
			const [code] = (await once(child, 'close')) as [number];
			assert.equal(code, status);
			assertNoStack(err);
			assert.equal(err, '');
		}
	});
});
