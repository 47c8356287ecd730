/**
 * Editors that are documented: the requests that each sends, in its order and with its arguments, over stdio and over a
 * loopback port. What the editors do themselves cannot be tested here.
 */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { TestClient } from './client';
import { checkMessage } from './messageCheck';
import { useFolder } from './rig';

const cli = path.resolve('dist/cli.js');

const text = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "exchange" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 1)
    let peer = accept(listener)
  }
  thread alice.client {
    let s = socket()
    sleep 1ms
    connect(s, 10.1.0.2:7000)
    closesocket(s)
  }
}
`;

interface Connection {
	readonly client: TestClient;
	close(): Promise<void>;
}

/** @param firstSeq number of the first request */
type Open = (firstSeq: number) => Promise<Connection>;

const overStdio: Open = async (firstSeq) => {
	const child = spawn(process.execPath, [cli, 'dap'], { stdio: ['pipe', 'pipe', 'inherit'] });
	const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
	return {
		client: new TestClient(child.stdout, child.stdin, checkMessage, firstSeq),
		close: async () => {
			child.stdin.end();
			assert.equal(await exited, 0);
		},
	};
};

const overPort: Open = async (firstSeq) => {
	const child = spawn(process.execPath, [cli, 'dap', '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
	const port = await new Promise<number>((resolve) => {
		child.stderr.on('data', (data) => resolve(Number(/127\.0\.0\.1:(\d+)/.exec(String(data))?.[1])));
	});
	const socket = connect(port, '127.0.0.1');
	await new Promise((resolve) => socket.on('connect', resolve));
	return {
		client: new TestClient(socket, socket, checkMessage, firstSeq),
		close: async () => {
			socket.end();
			child.kill();
		},
	};
};

/** What a client does at a stop: threads, the stack, scopes and what is not expensive in them. */
async function look(client: TestClient, threadId: number, stack: object): Promise<DebugProtocol.StackFrame[]> {
	await client.send('threads');
	const body = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId, ...stack });
	const shown = body.stackFrames.find(({ source }) => source?.path) ?? body.stackFrames[0];
	const { scopes } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: shown?.id });
	for (const { expensive, variablesReference } of scopes) {
		if (!expensive) await client.send('variables', { variablesReference });
	}
	return body.stackFrames;
}

/** nvim-dap: counts from 0, sends the whole configuration, empty tables as `{}`, and looks at the first frame with a path. */
async function neovim({ client }: Connection, program: string): Promise<void> {
	const capabilities = await client.send<DebugProtocol.Capabilities>('initialize', {
		clientId: 'neovim',
		clientname: 'neovim',
		adapterID: 'nvim-dap',
		pathFormat: 'path',
		columnsStartAt1: true,
		linesStartAt1: true,
		supportsRunInTerminalRequest: true,
		supportsVariableType: true,
		supportsProgressReporting: true,
		locale: 'zh_CN.UTF-8',
	});
	const [initialized, stopped] = [client.event('initialized'), client.event('stopped')];
	await client.send('launch', {
		type: 'sanflow',
		request: 'launch',
		name: 'Debug scenario',
		program,
		stopOnEntry: true,
		stopOnEnd: true,
	});
	await initialized;
	const source = { path: program, name: path.basename(program) };
	const { breakpoints } = await client.send<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', {
		source,
		breakpoints: [{ line: 14 }],
		lines: [14],
		sourceModified: false,
	});
	assert.equal(breakpoints[0]?.verified, true);
	const filters = capabilities.exceptionBreakpointFilters?.filter((filter) => filter.default);
	await client.send('setExceptionBreakpoints', { filters: filters?.map(({ filter }) => filter) });
	await client.send('configurationDone');
	const { threadId } = (await stopped).body;
	await look(client, threadId, {});
	const hit = await client.stop('continue', { threadId, granularity: 'statement' });
	assert.equal(hit.reason, 'breakpoint');
	const frames = await look(client, hit.threadId ?? -1, {});
	assert.equal(frames[0]?.line, 14);
	const frameId = frames[0]?.id;
	const { result } = await client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', {
		expression: 's.state',
		context: 'repl',
		frameId,
	});
	assert.equal(result, '"created"');
	await client.send('completions', { frameId, text: 's.', column: 3 });
	await client.stop('next', { threadId: hit.threadId, granularity: 'statement' });
	const back = await client.stop('stepBack', { threadId: hit.threadId });
	assert.equal((await look(client, back.threadId ?? -1, {}))[0]?.line, 14);
	// The key map of the documentation; an empty table may arrive as a list.
	const continued = client.event('continued');
	const message = client.stop('sanflow/stepToMessage', []);
	assert.equal((await continued).body.allThreadsContinued, true, 'a client must know that the thread moves');
	await message;
	await client.send('setBreakpoints', { source, breakpoints: {}, lines: {} });
	await client.send('setExceptionBreakpoints', { filters: {} });
	await client.send('disconnect', { restart: false });
}

/** dape: false for what is not given, asks for some frames only, evaluates while hovering. */
async function emacs({ client }: Connection, program: string): Promise<void> {
	await client.send('initialize', {
		clientID: 'dape',
		adapterID: 'sanflow',
		pathFormat: 'path',
		linesStartAt1: true,
		columnsStartAt1: true,
		supportsRunInTerminalRequest: true,
		supportsArgsCanBeInterpretedByShell: true,
		supportsProgressReporting: true,
		supportsStartDebuggingRequest: true,
	});
	const [initialized, stopped] = [client.event('initialized'), client.event('stopped')];
	await client.send('launch', { type: 'sanflow', request: 'launch', program, stopOnEntry: true, stopOnEnd: true });
	await initialized;
	await client.send('setBreakpoints', {
		source: { name: path.basename(program), path: program },
		breakpoints: [{ line: 14, condition: 's.state == "created"' }],
		lines: [14],
	});
	await client.send('setDataBreakpoints', { breakpoints: [] });
	await client.send('setExceptionBreakpoints', { filters: [] });
	await client.send('configurationDone', null);
	const { threadId } = (await stopped).body;
	await look(client, threadId, { startFrame: 0, levels: 1 });
	const hit = await client.stop('continue', { threadId });
	const frames = await look(client, hit.threadId ?? -1, { levels: 20 });
	assert.equal(frames[0]?.line, 14);
	const frameId = frames[0]?.id;
	await client.send('evaluate', { frameId, expression: 's', context: 'hover' });
	const frame = await client.stop('stepIn', { threadId: hit.threadId, singleThread: false });
	const [inner] = await look(client, frame.threadId ?? -1, { levels: 1 });
	// A procedure of the documentation: its text is asked for.
	const { sourceReference } = inner?.source ?? {};
	assert.ok((sourceReference ?? 0) > 0);
	const { content } = await client.send<DebugProtocol.SourceResponse['body']>('source', {
		source: inner?.source,
		sourceReference,
	});
	assert.ok(content.includes('WSPConnect'));
	const repl = await client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', {
		expression: 'branches',
		context: 'repl',
		frameId: inner?.id,
	});
	assert.match(repl.result, /^→ 1 /);
	await client.send('terminate', {});
	await client.event('terminated');
	await client.send('disconnect', { restart: false, terminateDebuggee: true });
}

describe('documented editors', () => {
	const scenarios = useFolder({ 'exchange.sanflow': text });

	for (const [name, replay, firstSeq] of [
		['nvim-dap', neovim, 0],
		['dape', emacs, 1],
	] as const) {
		for (const [way, open] of [
			['stdio', overStdio],
			['a port', overPort],
		] as const) {
			it(`${name} over ${way}`, async () => {
				const connection = await open(firstSeq);
				await replay(connection, scenarios.path('exchange.sanflow'));
				await connection.close();
			});
		}
	}

	it('the documentation names the command and the arguments that are used here', () => {
		const page = readFileSync('docs/debugAdapter.md', 'utf8');
		assert.match(page, /command = 'sanflow', args = \{ 'dap' \}/);
		assert.match(page, /command-args \("dap"\)/);
		assert.match(page, /auto_continue_if_many_stopped = false/);
	});
});
