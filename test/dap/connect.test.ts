import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { adapterFile, frameNames, launch, startAdapter } from './adapterProcess';
import { TestClient } from './client';
import { useAdapter } from './rig';

const program = path.resolve('test/fixtures/scenarios/ping.sanflow');

describe('debug adapter over stdio', () => {
	const rig = useAdapter();

	it('stops on WSPConnect in the switch and in the provider, then ends with the session negotiated', async () => {
		const { client } = rig;
		const stopped = client.event('stopped');
		await launch(client, { program, functions: ['WSPConnect'] });
		const { threadId, reason } = (await stopped).body;
		assert.equal(reason, 'function breakpoint');
		assert.deepEqual(await frameNames(client, threadId), ['alice.switch!WSPConnect', 'alice.client']);
		await client.stop('continue', { threadId });
		assert.deepEqual(await frameNames(client, threadId), [
			'alice.ib0!WSPConnect',
			'alice.switch!WSPConnect',
			'alice.client',
		]);
		await client.stop('stepIn', { threadId });
		assert.deepEqual((await frameNames(client, threadId))[0], 'alice.ib0.proxy!IRP_MJ_DEVICE_CONTROL');
		const terminated = client.event('terminated');
		await client.send('setFunctionBreakpoints', { breakpoints: [] });
		await client.send('continue', { threadId });
		await terminated;
		assert.match(client.console, /Passed: “ping over the SAN”/);
		const sessions = await client.request('evaluate', { expression: 'object("alice.switch session 100").state' });
		assert.ok(sessions.success, sessions.message);
	});

	it('shows the documented procedure of every layer, with the current step', async () => {
		const { client } = rig;
		const stopped = client.event('stopped');
		await launch(client, { program, functions: ['alice.ib0!WSPConnect'], initialize: { locale: 'zh-CN' } });
		const { threadId } = (await stopped).body;
		const { stackFrames } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
		const frame = stackFrames.find((candidate) => candidate.name === 'alice.switch!WSPConnect');
		const body = await client.send<DebugProtocol.SourceResponse['body']>('source', {
			sourceReference: frame?.source?.sourceReference,
		});
		assert.match(body.content.split('\n')[(frame?.line ?? 0) - 1] ?? '', /步骤 2：.*WSPConnect/);
	});

	it('stops at lines, steps over statements and shows locals', async () => {
		const { client } = rig;
		const stopped = client.event('stopped');
		await launch(client, { program, lines: [31] });
		const { threadId } = (await stopped).body;
		const stack = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
		assert.equal(stack.stackFrames[0]?.line, 31);
		await client.stop('next', { threadId });
		const next = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
		assert.equal(next.stackFrames[0]?.line, 32);
		const frameId = next.stackFrames[0]?.id;
		const answer = await client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', {
			expression: 's.provider',
			frameId,
		});
		assert.equal(answer.result, '"ib0"');
	});

	it('stops where the switch falls back to TCP/IP', async () => {
		const { client } = rig;
		const stopped = client.event('stopped');
		const scenario = 'the provider times out: the switch falls back to TCP/IP';
		await launch(client, { program, scenario, exceptions: ['fallback'] });
		const { threadId, reason, description } = (await stopped).body;
		assert.deepEqual([reason, description], ['exception', 'Paused on Fallback to TCP/IP']);
		const info = await client.send<DebugProtocol.ExceptionInfoResponse['body']>('exceptionInfo', { threadId });
		assert.equal(info.exceptionId, 'fallback');
	});

	it('runs without stopping when debugging is off, and writes the same trace in two processes', async () => {
		const folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-dap-'));
		const second = startAdapter();
		const traces = await Promise.all(
			[rig.adapter, second].map(async ({ client }, i) => {
				const trace = path.join(folder, `trace${i}.jsonl`);
				const terminated = client.event('terminated');
				await launch(client, { program, functions: ['WSPConnect'], launch: { noDebug: true, trace } });
				await terminated;
				assert.equal(
					client.events.some((event) => event.event === 'stopped'),
					false,
				);
				assert.match(client.console, /Passed/);
				return readFileSync(trace, 'utf8');
			}),
		);
		second.process.stdin?.end();
		await second.exited;
		rmSync(folder, { recursive: true, force: true });
		assert.ok((traces[0] as string).length > 10_000);
		assert.equal(traces[0], traces[1]);
	});

	it('exits when its client goes away, even while running', async () => {
		const { client } = rig;
		await launch(client, { program });
		rig.adapter.process.stdin?.end();
		assert.equal(await rig.adapter.exited, 0);
	});

	it('serves on a loopback port', async () => {
		const server = spawn(process.execPath, [adapterFile, '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
		const port = await new Promise<number>((resolve) => {
			server.stderr.on('data', (data) => resolve(Number(/127\.0\.0\.1:(\d+)/.exec(String(data))?.[1])));
		});
		const socket = connect(port, '127.0.0.1');
		const client = new TestClient(socket, socket);
		const stopped = client.event('stopped');
		await launch(client, { program, functions: ['WSPConnect'] });
		assert.equal((await stopped).body.reason, 'function breakpoint');
		const closed = new Promise((resolve) => socket.on('close', resolve));
		await client.send('disconnect', {});
		await closed;
		server.kill();
	});

	it('exits after disconnect', async () => {
		await rig.client.send('initialize', { adapterID: 'sanflow' });
		await rig.client.send('disconnect', {});
		assert.equal(await rig.adapter.exited, 0);
	});
});
