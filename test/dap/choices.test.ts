/** Where the seed had a choice, the user can have another one. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BranchesBody, FaultLineBody } from '../../server/protocol/debugRequests';
import { type AdapterProcess, launch, startAdapter } from './adapterProcess';

/** Three threads that could all begin: what goes first is the seed's choice. */
const text = `lan office 192.168.7.0/24 { latency 200us }
host alice { nic eth0 on office at 192.168.7.1 }
scenario "three" {
  thread alice.one { let a = 1
    a = 2 }
  thread alice.two { let b = 1
    b = 2 }
  thread alice.three { let c = 1
    c = 2 }
}
`;

type Target = DebugProtocol.StepInTarget;

describe('choices over stdio', () => {
	let folder: string;
	let adapter: AdapterProcess;

	beforeEach(async () => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-choices-'));
		const program = path.join(folder, 'three.sanflow');
		writeFileSync(program, text);
		adapter = startAdapter();
		const stopped = adapter.client.event('stopped');
		await launch(adapter.client, { program, launch: { stopOnEntry: true, stopOnEnd: true } });
		threadId = (await stopped).body.threadId;
	});

	afterEach(async () => {
		adapter.process.stdin?.end();
		await adapter.exited;
		rmSync(folder, { recursive: true, force: true });
	});

	let threadId: number;

	async function ask(expression: string): Promise<string> {
		const body = await adapter.client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', { expression });
		return body.result;
	}

	/** What could go next, besides the calls of the statement. */
	async function choices(): Promise<readonly Target[]> {
		const { client } = adapter;
		const { stackFrames } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
		const frameId = stackFrames[0]?.id;
		const { targets } = await client.send<DebugProtocol.StepInTargetsResponse['body']>('stepInTargets', { frameId });
		return targets.filter(({ label }) => label.startsWith('next: '));
	}

	async function records(): Promise<readonly string[]> {
		const { instructions } = await adapter.client.send<NonNullable<DebugProtocol.DisassembleResponse['body']>>(
			'disassemble',
			{ memoryReference: '0', instructionCount: Number(await ask('seq')) + 1 },
		);
		return instructions.map(({ instruction }) => instruction);
	}

	const branches = async (): Promise<BranchesBody['branches']> =>
		(await adapter.client.send<BranchesBody>('sanflow/branches')).branches;

	it('offers every thread that could go next, and says which one the seed takes', async () => {
		const offered = await choices();
		const names = offered.map(({ label }) => /^next: alice\.(\w+) — /.exec(label)?.[1]);
		assert.deepEqual([...names].sort(), ['one', 'three', 'two']);
		assert.equal(offered.filter(({ label }) => label.endsWith('(as the seed has it)')).length, 1);
		assert.equal(offered.filter(({ label }) => label.endsWith('(a branch)')).length, 2);
	});

	it('goes on in this run with the one that the seed takes', async () => {
		const target = (await choices()).find(({ label }) => label.endsWith('(as the seed has it)'));
		await adapter.client.stop('stepIn', { threadId, targetId: target?.id });
		assert.match(target?.label ?? '', new RegExp(`^next: ${JSON.parse(await ask('thread'))} `));
		assert.equal((await branches()).length, 1);
	});

	it('another one is a branch that takes it; the earlier run stays as it was', async () => {
		const { client } = adapter;
		const start = await ask('seq');
		const before = await records();
		for (const target of (await choices()).filter(({ label }) => label.endsWith('(a branch)'))) {
			const { description } = await client.stop('stepIn', { threadId, targetId: target.id });
			const name = /^next: (\S+) /.exec(target.label)?.[1];
			assert.match(description ?? '', new RegExp(`^Branch \\d+: next goes ${name}: `));
			assert.equal(await ask('thread'), JSON.stringify(name));
			assert.deepEqual((await records()).slice(0, before.length), before, 'the same up to the choice');
			assert.equal((await branches()).at(-1)?.departsAt, Number(start));
			await client.stop('sanflow/switchBranch', { branch: 1 });
			assert.equal(await ask('seq'), start);
		}
		assert.deepEqual(
			(await branches()).map(({ id, parent }) => [id, parent]),
			[
				[1, null],
				[2, 1],
				[3, 1],
			],
		);
		const end = await client.stop('continue', { threadId });
		assert.equal(end.reason, 'end');
		assert.match(client.console, /Passed: “three”/);
	});

	it('no statement can say it, and the user is told why', async () => {
		const { client } = adapter;
		const target = (await choices()).find(({ label }) => label.endsWith('(a branch)'));
		await client.stop('stepIn', { threadId, targetId: target?.id });
		const { edits, left } = await client.send<FaultLineBody>('sanflow/faultLine', {});
		assert.deepEqual(edits, []);
		assert.match(left[0] ?? '', /who goes first|order/);
	});

	it('offers nothing where only one can go on', async () => {
		const { client } = adapter;
		await client.stop('continue', { threadId });
		const { threadId: last } = await client.stop('stepBack', { threadId, granularity: 'instruction' });
		threadId = last ?? threadId;
		assert.deepEqual(await choices(), []);
	});

	it('refuses a target that was not offered', async () => {
		const refused = await adapter.client.request('stepIn', { threadId, targetId: 1_000_099 });
		assert.equal(refused.success, false);
		assert.equal(refused.body.error.id, 3006);
	});
});
