/**
 * What sessions keep for the next one's start. What was parsed once is not parsed again: not by the next session, and not
 * by the first after the editor's checks. Code is kept as V8 has compiled it.
 */
import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Client } from '../lsp/client';
import { launch, startAdapter } from './adapterProcess';

const text = `san fabric 10.1.0.0/16
host alice { nic ib0 on fabric at 10.1.0.1 }
scenario "as it is written" {
  thread alice.client {
    let s = socket()
    closesocket(s)
  }
}
`;

describe('what is kept for the next start', () => {
	const before = { ...process.env };
	let folder: string;
	let program: string;

	beforeEach(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-trees-'));
		program = path.join(folder, 'small.sanflow');
		writeFileSync(program, text);
		// Wherever this system has its caches.
		Object.assign(process.env, { XDG_CACHE_HOME: folder, LOCALAPPDATA: folder, HOME: folder });
	});

	afterEach(() => {
		for (const name of ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME']) {
			if (before[name] === undefined) delete process.env[name];
			else process.env[name] = before[name];
		}
		rmSync(folder, { recursive: true, force: true });
	});

	function caches(): string {
		return path.join(folder, process.platform === 'darwin' ? 'Library/Caches' : '', 'sanflow');
	}

	/** The title of the scenario that a session runs. */
	async function titleRun(): Promise<string> {
		const adapter = startAdapter();
		const stopped = adapter.client.event('stopped');
		await launch(adapter.client, { program, launch: { stopOnEntry: true } });
		const { threadId } = (await stopped).body as DebugProtocol.StoppedEvent['body'];
		const { result } = await adapter.client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', {
			expression: 'record(0)',
			context: 'clipboard',
		});
		assert.ok(threadId !== undefined);
		adapter.process.stdin?.end();
		await adapter.exited;
		return /as it is [a-z]+/.exec(result)?.[0] ?? result;
	}

	/** Waits until a tree is kept, and changes it, so that who uses it can be told. */
	async function changeKept(): Promise<void> {
		const trees = path.join(caches(), 'trees');
		const files = (): string[] => (existsSync(trees) ? readdirSync(trees).filter((name) => /\d$/.test(name)) : []);
		for (let waited = 0; files().length === 0 && waited < 20_000; waited += 50) await pause(50);
		const [name] = files();
		assert.ok(name, 'no tree was kept');
		const kept = readFileSync(path.join(trees, name), 'utf8');
		assert.ok(kept.startsWith(text));
		writeFileSync(path.join(trees, name), text + kept.slice(text.length).replace('as it is written', 'as it is kept'));
	}

	/** A session that lasts until its tree is kept. */
	async function debugOnce(): Promise<void> {
		const adapter = startAdapter();
		const stopped = adapter.client.event('stopped');
		await launch(adapter.client, { program, launch: { stopOnEntry: true } });
		await stopped;
		await changeKept();
		adapter.process.stdin?.end();
		await adapter.exited;
	}

	it('is the tree of a file, for the next session', async () => {
		assert.equal(await titleRun(), 'as it is written');
		await debugOnce();
		assert.equal(await titleRun(), 'as it is kept');
	});

	it('is the tree of a file that was checked in the editor, for its first session', async () => {
		const client = await Client.start();
		await client.write(pathToFileURL(program).toString(), text);
		await changeKept();
		await client.stop();
		assert.equal(await titleRun(), 'as it is kept');
	});

	it('is no tree of another text', async () => {
		await debugOnce();
		writeFileSync(program, text.replace('socket()', 'socket(AF_INET)'));
		assert.equal(await titleRun(), 'as it is written');
	});

	it('is the code of a whole session; damage does no harm', async () => {
		const adapter = startAdapter();
		const { client } = adapter;
		const stopped = client.event('stopped');
		await launch(client, { program, launch: { stopOnEntry: true } });
		const { threadId } = (await stopped).body as DebugProtocol.StoppedEvent['body'];
		for (let n = 0; n < 10; n++) {
			const next = client.event('stopped');
			await client.send('next', { threadId, granularity: 'instruction' });
			await next;
		}
		await client.send('disconnect');
		await adapter.exited;
		const kept = readdirSync(path.join(caches(), 'code'));
		assert.deepEqual(
			kept.map((name) => path.extname(name)),
			['.bin'],
		);
		const [name] = kept;
		writeFileSync(path.join(caches(), 'code', name ?? ''), 'no code');
		assert.equal(await titleRun(), 'as it is written');
	});
});
