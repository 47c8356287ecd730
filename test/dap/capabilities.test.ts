/** The capabilities that no other test shows, each through the request that it stands for. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { adapterFile, frameNames, launch, startAdapter } from './adapterProcess';
import { TestClient } from './client';
import { useAdapter } from './rig';

const program = path.resolve('test/fixtures/scenarios/ping.sanflow');

/** Entries of `Capabilities` in version 1.71 of the protocol. */
const entries = 42;
/** Superseded by `supportsExceptionFilterOptions`, which says the same in a way that users can read. */
const notReturned = ['supportsExceptionOptions'];

describe('capabilities over stdio', () => {
	const rig = useAdapter();

	async function stopAt(functions: readonly string[], initialize: object = {}): Promise<number> {
		const stopped = rig.client.event('stopped');
		await launch(rig.client, { program, functions, initialize: { ...initialize } });
		return (await stopped).body.threadId;
	}

	it('returns all that make sense', async () => {
		const capabilities = await rig.client.send<DebugProtocol.Capabilities>('initialize', { adapterID: 'sanflow' });
		const returned = Object.entries(capabilities).filter(([, value]) => value !== false);
		// One more is returned over a port: `supportSuspendDebuggee`.
		assert.equal(returned.length, entries - notReturned.length - 1);
	});

	it('returns what the table of the documentation says, each with a test that there is', async () => {
		const capabilities = await rig.client.send<Readonly<Record<string, unknown>>>('initialize', {
			adapterID: 'sanflow',
		});
		const rows = readFileSync('docs/debugAdapter.md', 'utf8').matchAll(
			/^\| (\d+) \| `(\w+)` \| ([^|]*) \| ([^|]*) \|$/gm,
		);
		const table = [...rows].map(([, number, name, returned, shown]) => ({ number, name, returned, shown }));
		assert.deepEqual(
			table.map(({ number }) => Number(number)),
			Array.from({ length: entries }, (_, i) => i + 1),
		);
		const missing: string[] = [];
		const suites = suitesOf();
		for (const { name = '', returned = '', shown = '' } of table) {
			// The one that is for ports only.
			const isReturned = name === 'supportSuspendDebuggee' ? !capabilities[name] : Boolean(capabilities[name]);
			assert.equal(isReturned, returned.startsWith('yes') || name === 'supportSuspendDebuggee', name);
			if (!returned.startsWith('yes') && name !== 'supportSuspendDebuggee') continue;
			for (const entry of shown.split('; ').filter((text) => !text.startsWith('every test'))) {
				const { suite = '', titles = '' } = /^(?<suite>[^:]*)(?:: (?<titles>.*))?$/.exec(entry.trim())?.groups ?? {};
				const found = suites.filter(({ title }) => title.toLowerCase().startsWith(suite.toLowerCase()));
				if (found.length === 0) missing.push(`${name}: ${suite}`);
				const rest = found.reduce((left, { tests }) => without(left, tests), titles);
				if (rest !== '') missing.push(`${name}: ${suite}: ${rest}`);
			}
		}
		assert.deepEqual(missing, [], 'there are no such tests');
	});

	it('gives the checksum of the text that runs', async () => {
		await stopAt(['WSPConnect']);
		const { sources } = await rig.client.send<DebugProtocol.LoadedSourcesResponse['body']>('loadedSources');
		const checksum = createHash('sha256').update(readFileSync(program, 'utf8')).digest('hex');
		assert.deepEqual(sources.find((source) => source.path === program)?.checksums, [{ algorithm: 'SHA256', checksum }]);
	});

	it('shows providers as modules with version, addresses, functions and GUIDs', async () => {
		await stopAt(['WSPConnect']);
		const { modules } = await rig.client.send<DebugProtocol.ModulesResponse['body']>('modules', {});
		const provider = modules.find(({ id }) => id === 'alice.ib0') as Record<string, unknown> | undefined;
		assert.equal(provider?.version, '2.2');
		assert.equal(provider?.address, '10.1.0.1');
		assert.match(String(provider?.capabilities), /WSPRegisterMemory.*WSPRdmaWrite/);
		assert.match(String(provider?.guids), /C0B422F5-F58C-11D1-AD6C-00C04FA34A2D/);
		const paged = await rig.client.send<DebugProtocol.ModulesResponse['body']>('modules', {
			startModule: 1,
			moduleCount: 2,
		});
		assert.deepEqual([paged?.modules.length, paged?.totalModules], [2, modules.length]);
	});

	it('shows what a second process has loaded as modules, and its calls as those of switch and provider', async () => {
		const stopped = rig.client.event('stopped');
		await launch(rig.client, {
			program: path.resolve('examples/27-sharing-more.sanflow'),
			launch: { scenario: 'a child inherits the socket, and the parent gets its old descriptor back' },
			functions: ['bob.second.ib0!WSPRecv'],
		});
		const { threadId } = (await stopped).body;
		const { stackFrames } = await rig.client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
		assert.equal(stackFrames[0]?.name, 'bob.second.ib0!WSPRecv');
		const { modules } = await rig.client.send<DebugProtocol.ModulesResponse['body']>('modules', {});
		const ids = modules.map(({ id }) => id).filter((id) => String(id).startsWith('bob.second'));
		assert.deepEqual(ids.sort(), ['bob.second.ib0', 'bob.second.switch']);
		const { scopes } = await rig.client.send<DebugProtocol.ScopesResponse['body']>('scopes', {
			frameId: stackFrames[0]?.id,
		});
		assert.ok(
			scopes.some(({ name }) => name === 'NIC'),
			scopes.map(({ name }) => name).join(', '),
		);
	});

	it('loads the stack in pages', async () => {
		const threadId = await stopAt(['alice.ib0!WSPConnect']);
		const ask = (startFrame: number, levels: number) =>
			rig.client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId, startFrame, levels });
		const [first, rest] = [await ask(0, 1), await ask(1, 2)];
		assert.deepEqual(
			[...first.stackFrames, ...rest.stackFrames].map(({ name }) => name),
			['alice.ib0!WSPConnect', 'alice.switch!WSPConnect', 'alice.client'],
		);
	});

	it('follows one thread alone: what others meet does not stop it', async () => {
		const threadId = await stopAt(['alice.ib0!WSPConnect', 'bob.switch!WSPAccept', 'WSPSend']);
		const { threadId: next } = await rig.client.stop('continue', { threadId, singleThread: true });
		assert.equal(next, threadId);
		const { threadId: back } = await rig.client.stop('reverseContinue', { threadId, singleThread: true });
		assert.equal(back, threadId);
		assert.equal((await frameNames(rig.client, threadId))[0], 'alice.ib0!WSPConnect');
	});

	it('colours output for clients that can show it, and for no others', async () => {
		await stopAt(['WSPConnect'], { supportsANSIStyling: true });
		assert.ok(rig.client.console.includes('\u001b[2m#'));
		const plain = startAdapter();
		const stopped = plain.client.event('stopped');
		await launch(plain.client, { program, functions: ['WSPConnect'] });
		await stopped;
		assert.match(plain.client.console, /^#\d+/m);
		assert.equal(plain.client.console.includes('\u001b'), false);
		plain.process.stdin?.end();
		await plain.exited;
	});

	it('watches an address of a process', async () => {
		const { client } = rig;
		const threadId = await stopAt(['alice.ib0!WSPSend']);
		const { result } = await client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', {
			expression: 'last(WSPRegisterMemory).args.lpBuffer',
		});
		const info = await client.send<DebugProtocol.DataBreakpointInfoResponse['body']>('dataBreakpointInfo', {
			name: result,
			asAddress: true,
			bytes: 1 << 20,
		});
		assert.match(info.dataId ?? '', /^bytes:\w+\.ib0 memory \d+:0:/);
		const nowhere = await client.send<DebugProtocol.DataBreakpointInfoResponse['body']>('dataBreakpointInfo', {
			name: '0x1',
			asAddress: true,
		});
		assert.equal(nowhere.dataId, null);
		await client.send('setFunctionBreakpoints', { breakpoints: [] });
		await client.send('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId }] });
		assert.equal((await client.stop('continue', { threadId })).reason, 'data breakpoint');
	});

	it('refuses a record that the run does not have', async () => {
		await stopAt(['WSPConnect']);
		const refused = await rig.client.request('sanflow/goToRecord', { seq: 10_000_000 });
		assert.equal(refused.success, false);
		assert.match(refused.message ?? '', /There is no record 10000000: the run ended with record \d+/);
	});

	it('sets expressions, and refuses what only follows from what happened', async () => {
		const { client } = rig;
		await stopAt(['alice.ib0!WSPConnect']);
		const refused = await client.request('setExpression', { expression: 'time', value: '0' });
		assert.equal(refused.success, false);
		const stopped = client.event('stopped');
		await client.send('setExpression', { expression: 'last(WSPConnect).error', value: 'WSAENETDOWN' });
		assert.match((await stopped).body.description, /WSPConnect → WSAENETDOWN/);
	});
});

describe('capabilities over a port', () => {
	it('a run can stay suspended and be attached to, with its branches', async () => {
		const server = spawn(process.execPath, [adapterFile, '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
		const port = await new Promise<number>((resolve) => {
			server.stderr.on('data', (data) => resolve(Number(/127\.0\.0\.1:(\d+)/.exec(String(data))?.[1])));
		});
		try {
			const first = await openClient(port);
			const stopped = first.event('stopped');
			await launch(first, { program, functions: ['WSPConnect'] });
			const { threadId } = (await stopped).body;
			await first.stop('sanflow/whatIf', { change: { kind: 'link', target: 'bob.ib0', up: false } });
			const names = await frameNames(first, threadId);
			await first.send('disconnect', { suspendDebuggee: true });
			const second = await openClient(port);
			const capabilities = await second.send<DebugProtocol.Capabilities>('initialize', { adapterID: 'sanflow' });
			assert.equal(capabilities.supportSuspendDebuggee, true);
			const [initialized, again] = [second.event('initialized'), second.event('stopped')];
			await second.send('attach', {});
			await initialized;
			await second.send('configurationDone');
			assert.equal((await again).body.threadId, threadId);
			assert.deepEqual(await frameNames(second, threadId), names);
			const { branches } = await second.send<{ branches: unknown[] }>('sanflow/branches');
			assert.equal(branches.length, 2);
			await second.send('disconnect', {});
			const third = await openClient(port);
			await third.send('initialize', { adapterID: 'sanflow' });
			assert.equal((await third.request('attach', {})).success, false);
		} finally {
			server.kill();
		}
	});
});

interface Suite {
	readonly title: string;
	/** Titles of its tests, of the rows of its tables and of the ways in them, as far as they stand in the source. */
	readonly tests: readonly string[];
}

/** The suites that the documentation can name. */
function suitesOf(): readonly Suite[] {
	return ['test/dap', 'test/unit/debug'].flatMap((folder) =>
		readdirSync(folder)
			.filter((name) => name.endsWith('.test.ts'))
			.flatMap((name) => {
				const source = readFileSync(path.join(folder, name), 'utf8');
				const literals = /(?:\bit\(|\btitle: |^\t{3})['`]((?:[^'`\\]|\\.)+)['`](?=[:,])/gm;
				const tests = [...source.matchAll(literals)].map(([, title]) => title ?? '');
				return [...source.matchAll(/describe\('([^']+)'/g)].map(([, title]) => ({ title: title ?? '', tests }));
			}),
	);
}

/** What is left of a list of titles (or of their beginnings) once those that there are have been taken out. */
function without(list: string, titles: readonly string[]): string {
	const parts = list.split(', ');
	const left: string[] = [];
	for (let from = 0; from < parts.length; ) {
		// A title may have commas of its own: the longest that fits counts.
		let to = parts.length;
		while (to > from && !titles.some((title) => title.startsWith(parts.slice(from, to).join(', ')))) to--;
		if (to > from) from = to;
		else left.push(parts[from++] as string);
	}
	return left.join(', ');
}

function openClient(port: number): Promise<TestClient> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1', () => resolve(new TestClient(socket, socket)));
		socket.on('error', reject);
	});
}
