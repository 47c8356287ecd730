/** What a client asks while the debugger stands, and the less usual ways to move: one test for each capability. */
import { strict as assert } from 'node:assert';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { frameNames, launch } from './adapterProcess';
import { useAdapter } from './rig';

const program = path.resolve('test/fixtures/scenarios/ping.sanflow');

describe('looking and moving over stdio', () => {
	const rig = useAdapter();

	async function stopAt(functions: readonly string[], more: object = {}): Promise<number> {
		const stopped = rig.client.event('stopped');
		await launch(rig.client, { program, functions, ...more });
		return (await stopped).body.threadId;
	}

	it('restarts a frame: back to where the call begins', async () => {
		const { client } = rig;
		const threadId = await stopAt(['alice.ib0!WSPConnect']);
		const at = await rig.seq();
		await client.stop('stepIn', { threadId });
		const frame = (await rig.frames(threadId)).find(({ name }) => name === 'alice.ib0!WSPConnect');
		assert.equal(frame?.canRestart, true);
		await client.stop('restartFrame', { frameId: frame?.id });
		assert.equal(await rig.seq(), at);
	});

	it('offers the executions of a line to go to', async () => {
		const { client } = rig;
		await stopAt(['alice.ib0!WSPConnect']);
		const source = { path: program };
		const { targets } = await client.send<DebugProtocol.GotoTargetsResponse['body']>('gotoTargets', {
			source,
			line: 30,
		});
		assert.ok(targets.length > 0);
		await client.stop('goto', { threadId: 1, targetId: targets[0]?.id });
		assert.match(targets[0]?.label ?? '', new RegExp(`^#${await rig.seq()} `));
	});

	it('steps into one of the calls of a statement', async () => {
		const { client } = rig;
		const threadId = await stopAt([], { lines: [31] });
		const [frame] = await rig.frames(threadId);
		const body = await client.send<DebugProtocol.StepInTargetsResponse['body']>('stepInTargets', {
			frameId: frame?.id,
		});
		const target = body.targets.find(({ label }) => label === 'WSPConnect');
		assert.ok(target, JSON.stringify(body.targets));
		await client.stop('stepIn', { threadId, targetId: target.id });
		assert.equal((await frameNames(client, threadId))[0], 'alice.switch!WSPConnect');
	});

	it('completes what is typed, also after a dot', async () => {
		const { client } = rig;
		await stopAt(['WSPConnect']);
		const labels = async (text: string): Promise<readonly string[]> => {
			const column = text.length + 1;
			const body = await client.send<DebugProtocol.CompletionsResponse['body']>('completions', { text, column });
			return body.targets.map(({ label }) => label);
		};
		assert.ok((await labels('la')).includes('last'));
		assert.deepEqual(await labels('alice.ib0.p'), ['proxy']);
	});

	it('restarts with the same seed and the same breakpoints', async () => {
		const { client } = rig;
		const threadId = await stopAt(['alice.ib0!WSPConnect']);
		const at = await rig.seq();
		await client.stop('stepIn', { threadId });
		await client.stop('sanflow/whatIf', { change: { kind: 'link', target: 'bob.ib0', up: false } });
		await client.stop('restart', {});
		assert.equal(await rig.seq(), at);
		const { branches } = await client.send<{ branches: unknown[] }>('sanflow/branches');
		assert.equal(branches.length, 1, 'the branches were of the earlier run');
	});

	it('shows numbers in hexadecimal', async () => {
		const { client } = rig;
		const threadId = await stopAt(['WSPConnect']);
		const [frame] = await rig.frames(threadId);
		const args = { expression: '255', frameId: frame?.id };
		const { result } = await client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', {
			...args,
			format: { hex: true },
		});
		assert.equal(result, '0xff');
		const copied = await client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', {
			...args,
			context: 'clipboard',
		});
		assert.equal(copied.result, '255');
	});

	it('shows the records around as instructions', async () => {
		const { client } = rig;
		const threadId = await stopAt(['WSPConnect']);
		const [frame] = await rig.frames(threadId);
		const { instructions } = await client.send<NonNullable<DebugProtocol.DisassembleResponse['body']>>('disassemble', {
			memoryReference: frame?.instructionPointerReference,
			instructionOffset: -2,
			instructionCount: 5,
		});
		assert.equal(instructions.length, 5);
		assert.match(instructions[2]?.instruction ?? '', /WSPConnect/);
		const reference = instructions[4]?.address;
		const { breakpoints } = await client.send<DebugProtocol.SetInstructionBreakpointsResponse['body']>(
			'setInstructionBreakpoints',
			{ breakpoints: [{ instructionReference: reference }] },
		);
		assert.equal(breakpoints[0]?.verified, true);
		const before = await rig.seq();
		assert.equal((await client.stop('continue', { threadId })).reason, 'instruction breakpoint');
		assert.equal(await rig.seq(), before + 2);
	});

	it('says where on a line a breakpoint can sit', async () => {
		const { client } = rig;
		await stopAt(['WSPConnect']);
		const args = { source: { path: program }, line: 31 };
		const body = await client.send<DebugProtocol.BreakpointLocationsResponse['body']>('breakpointLocations', args);
		assert.ok(body.breakpoints.length >= 2, 'the statement and the call in it');
		assert.ok(body.breakpoints.every(({ line }) => line === 31));
	});

	it('switches step back off at the first record', async () => {
		const { client } = rig;
		const threadId = await stopAt(['WSPConnect']);
		await client.send('setFunctionBreakpoints', { breakpoints: [] });
		const changed = client.event('capabilities');
		await client.stop('reverseContinue', { threadId });
		assert.equal((await changed).body.capabilities.supportsStepBack, false);
	});

	for (const stopOnEnd of [false, true]) {
		it(`tells of the end also when it stood at the last record before${stopOnEnd ? ', and stops there once more' : ''}`, async () => {
			const { client } = rig;
			const threadId = await stopAt(['WSPConnect'], { launch: { stopOnEnd } });
			await client.send('setFunctionBreakpoints', { breakpoints: [] });
			const refused = await client.request('sanflow/goToRecord', { seq: 10_000_000 });
			const last = Number(/ended with record (\d+)/.exec(refused.message ?? '')?.[1]);
			await client.stop('sanflow/goToRecord', { seq: last });
			assert.doesNotMatch(client.console, /Passed/);
			const terminated = client.event('terminated');
			if (stopOnEnd) {
				assert.equal((await client.stop('next', { threadId })).reason, 'end');
				assert.equal(await rig.seq(), last);
			}
			await client.send('continue', { threadId });
			await terminated;
			assert.equal(client.console.match(/Passed: “/g)?.length, 1);
		});
	}

	for (const [what, setUp] of [
		['function breakpoints', { functions: ['alice.ib0!WSP*'] }],
		['line breakpoints', { lines: [30, 31, 32] }],
		['exception filters', { exceptions: ['error', 'negotiation'] }],
	] as const) {
		it(`${what} stop at the same records backwards as forwards`, async () => {
			const { client } = rig;
			const stopped = client.event('stopped');
			await launch(client, { program, launch: { stopOnEnd: true }, ...setUp });
			let reason: string = (await stopped).body.reason;
			const forward: number[] = [];
			for (
				;
				reason !== 'end' && forward.length < 40;
				reason = (await client.stop('continue', { threadId: 1 })).reason
			) {
				forward.push(await rig.seq());
			}
			assert.ok(forward.length >= 1);
			const backward: number[] = [];
			for (;;) {
				const { reason: back } = await client.stop('reverseContinue', { threadId: 1 });
				if (back === 'entry') break;
				backward.unshift(await rig.seq());
			}
			assert.deepEqual(backward, forward);
		}).timeout(8000);
	}
});
