/** What-if branches over the wire. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BranchesBody, FaultEdit, FaultLineBody, WhatIfBody } from '../../server/protocol/debugRequests';
import type { DiagramInfo, DiagramPagesBody } from '../../server/protocol/diagram';
import { hasErrors, parseScenarioFile } from '../../server/scenario/parse';
import { frameNames, launch } from './adapterProcess';
import { useAdapter } from './rig';

const program = path.resolve('test/fixtures/scenarios/ping.sanflow');

/** Whether the file still has no errors with the statement in it. */
function passesParser({ line, column, text }: FaultEdit): boolean {
	const lines = readFileSync(program, 'utf8').split('\n');
	const old = lines[line - 1] ?? '';
	lines[line - 1] = old.slice(0, column - 1) + text + old.slice(column - 1);
	return !hasErrors(parseScenarioFile(lines.join('\n'), program));
}

describe('what-if branches over stdio', () => {
	const rig = useAdapter();

	async function stopAt(functions: readonly string[], exceptions: readonly string[] = []): Promise<number> {
		const { client } = rig;
		const stopped = client.event('stopped');
		const initialize = { supportsInvalidatedEvent: true, supportsMemoryEvent: true, supportsMemoryReferences: true };
		await launch(client, { program, functions, exceptions, initialize });
		return (await stopped).body.threadId;
	}

	/** Sends a request that makes a branch and waits for the stop in it. */
	async function fork<Body>(command: string, args: unknown): Promise<Body> {
		const { client } = rig;
		const stopped = client.event('stopped');
		const body = await client.send<Body>(command, args);
		assert.match((await stopped).body.description, /^Branch \d+: /);
		return body;
	}

	async function variables(frameId: number, scopeName: string): Promise<readonly [number, DebugProtocol.Variable[]]> {
		const { client } = rig;
		const { scopes } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
		const scope = scopes.find(({ name }) => name === scopeName);
		assert.ok(scope, `no ${scopeName} in ${scopes.map(({ name }) => name)}`);
		const { variablesReference } = scope;
		const body = await client.send<DebugProtocol.VariablesResponse['body']>('variables', { variablesReference });
		return [variablesReference, body.variables];
	}

	async function topFrame(threadId: number): Promise<DebugProtocol.StackFrame> {
		const body = await rig.client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
		return body.stackFrames[0] as DebugProtocol.StackFrame;
	}

	it('an error code changed in the Variables view makes the connect fall back to TCP/IP', async () => {
		const { client } = rig;
		await stopAt(['alice.ib0!WSPEnumNetworkEvents']);
		const threadId = 1 + Number((await topThread('alice.client')) - 1);
		await client.stop('stepOut', { threadId });
		const frame = await topFrame(threadId);
		const [variablesReference, shown] = await variables(frame.id, 'Result');
		const name = 'iErrorCode[FD_CONNECT_BIT]';
		assert.equal(shown.find((variable) => variable.name === name)?.value, '0');
		const before = await frameNames(client, threadId);
		await fork('setVariable', { variablesReference, name, value: 'WSAETIMEDOUT' });
		assert.deepEqual(await frameNames(client, threadId), before, 'the same place');
		const [, changed] = await variables((await topFrame(threadId)).id, 'Result');
		assert.equal(changed.find((variable) => variable.name === name)?.value, '"WSAETIMEDOUT"');
		await client.send('setFunctionBreakpoints', { breakpoints: [] });
		await client.send('setExceptionBreakpoints', { filters: ['fallback'] });
		assert.equal((await client.stop('continue', { threadId })).description, 'Paused on Fallback to TCP/IP');
		// The earlier run stays and connects over the SAN.
		await client.stop('sanflow/switchBranch', { branch: 1 });
		const terminated = client.event('terminated');
		await client.send('continue', { threadId });
		await terminated;
		assert.match(client.console, /Passed: “ping over the SAN”/);
	});

	async function topThread(name: string): Promise<number> {
		const { threads } = await rig.client.send<DebugProtocol.ThreadsResponse['body']>('threads');
		return threads.find((thread) => thread.name.startsWith(name))?.id ?? assert.fail(`no thread ${name}`);
	}

	it('console commands make branches, list them and switch between them', async () => {
		const { client } = rig;
		const threadId = await stopAt(['alice.ib0!WSPConnect']);
		const ask = (expression: string) =>
			client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', { expression, context: 'repl' });
		const stopped = client.event('stopped');
		const { result } = await ask('return WSAETIMEDOUT');
		assert.equal(result, 'Branch 2: alice.ib0 WSPConnect → WSAETIMEDOUT');
		await stopped;
		assert.equal((await frameNames(client, threadId))[0], 'alice.ib0!WSPConnect');
		await client.stop('stepOut', { threadId });
		assert.equal((await ask('error')).result, '"WSAETIMEDOUT"');
		const list = (await ask('branches')).result.split('\n');
		assert.match(list[0] ?? '', /^ {2}1 /);
		assert.match(list[1] ?? '', /^→ 2 .*from branch 1, record \d+/);
		const back = client.event('stopped');
		await ask('branch 1');
		await back;
		assert.match((await ask('branches')).result, /^→ 1 /);
		const refused = await client.request('evaluate', { expression: 'drop', context: 'repl' });
		assert.equal(refused.success, false);
		assert.match(refused.message ?? '', /no message on the wire/);
	});

	it('drops, delays and duplicates a wire message, and writes each as a fault statement', async () => {
		const { client } = rig;
		const threadId = await stopAt(['alice.ib0!WSPConnect']);
		await client.stop('sanflow/stepToMessage');
		for (const [change, statement] of [
			[{ kind: 'drop' }, /^drop message NativeConnectRequest #1 from alice\.ib0 to bob\.ib0$/],
			[{ kind: 'delay', ns: 2_000_000 }, /^delay message NativeConnectRequest #1 .* by 2000000ns$/],
			[{ kind: 'duplicate' }, /^duplicate message NativeConnectRequest #1 /],
		] as const) {
			const { branch } = await fork<WhatIfBody>('sanflow/whatIf', { change });
			const { edits, left, path: edited } = await client.send<FaultLineBody>('sanflow/faultLine', {});
			assert.deepEqual([edits.length, left.length, edited], [1, 0, program]);
			assert.match(edits[0]?.text.trim() ?? '', statement);
			assert.ok(edits[0] && passesParser(edits[0]), 'the edited file has errors');
			assert.equal(branch.parent, 1);
			await client.stop('sanflow/switchBranch', { branch: 1 });
		}
		const { branches } = await client.send<BranchesBody>('sanflow/branches');
		assert.deepEqual(
			branches.map(({ id, isCurrent }) => [id, isCurrent]),
			[
				[1, true],
				[2, false],
				[3, false],
				[4, false],
			],
		);
		assert.ok(threadId > 0);
	});

	it('says that a thread crashed, a NIC went down', async () => {
		const { client } = rig;
		const threadId = await stopAt(['alice.ib0!WSPConnect']);
		await fork('terminateThreads', { threadIds: [threadId] });
		const { threads } = await client.send<DebugProtocol.ThreadsResponse['body']>('threads');
		await client.stop('sanflow/switchBranch', { branch: 1 });
		await fork('sanflow/whatIf', { change: { kind: 'link', target: 'bob.ib0', up: false } });
		assert.ok(threads.length > 0);
		const { edits } = await client.send<FaultLineBody>('sanflow/faultLine', {});
		assert.match(edits[0]?.text ?? '', /^down bob\.ib0 at \d+ns/);
	});

	it('the diagram follows the branch, and gives the pages of another one too', async () => {
		const { client } = rig;
		const threadId = await stopAt(['alice.ib0!WSPConnect']);
		const view = { lens: 'spi', hidden: [] };
		const ask = (args: object) => client.send<DiagramInfo>('sanflow/diagramInfo', { view, ...args });
		const before = await ask({});
		assert.equal(before.branch, undefined);
		await fork('sanflow/whatIf', { change: { kind: 'return', outcome: 'WSAECONNREFUSED' } });
		await client.stop('stepOut', { threadId });
		const after = await ask({});
		assert.equal(after.branch?.id, 2);
		assert.ok(after.rowCount > before.rowCount);
		assert.equal((await ask({ branch: 1 })).rowCount, before.rowCount);
		const { pages } = await client.send<DiagramPagesBody>('sanflow/diagramPages', {
			view,
			first: 0,
			last: 0,
			branch: 1,
		});
		assert.equal(pages.length, 1);
	});

	it('memory is read at any record, written in a branch, and watched by range', async () => {
		const { client } = rig;
		const threadId = await stopAt(['alice.ib0!WSPSend']);
		const { threads } = await client.send<DebugProtocol.ThreadsResponse['body']>('threads');
		assert.ok(threads.length > 1);
		const memories = await client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', { expression: 'handle' });
		await client.stop('stepOut', { threadId });
		const memoryReference = `memory:alice.ib0 memory ${memories.result}`;
		const read = async (): Promise<Uint8Array> => {
			const body = await client.send<DebugProtocol.ReadMemoryResponse['body']>('readMemory', {
				memoryReference,
				count: 1 << 20,
			});
			return Uint8Array.from(Buffer.from(body?.data ?? '', 'base64'));
		};
		const content = await read();
		assert.ok(
			content.some((byte) => byte !== 0),
			'nothing was sent from there',
		);
		const data = Buffer.from([1, 2, 3]).toString('base64');
		const written = await fork<DebugProtocol.WriteMemoryResponse['body']>('writeMemory', {
			memoryReference,
			offset: 1,
			data,
		});
		assert.equal(written?.bytesWritten, 3);
		assert.deepEqual([...(await read()).subarray(1, 4)], [1, 2, 3]);
		assert.ok(
			client.events.some((event) => event.event === 'memory' && event.body.memoryReference === memoryReference),
		);
		assert.ok(client.events.some((event) => event.event === 'invalidated'));
		await client.stop('sanflow/switchBranch', { branch: 1 });
		assert.deepEqual(await read(), content);
		const info = await client.send<DebugProtocol.DataBreakpointInfoResponse['body']>('dataBreakpointInfo', {
			name: memoryReference,
			bytes: content.length,
		});
		const { breakpoints } = await client.send<DebugProtocol.SetDataBreakpointsResponse['body']>('setDataBreakpoints', {
			breakpoints: [{ dataId: info.dataId }],
		});
		assert.equal(breakpoints[0]?.verified, true);
		await client.send('setFunctionBreakpoints', { breakpoints: [] });
		const { reason } = await client.stop('reverseContinue', { threadId });
		assert.equal(reason, 'data breakpoint');
	});
});
