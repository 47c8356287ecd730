/** The run goes on while the debugger stands. Nobody can tell. */
import { strict as assert } from 'node:assert';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DIAGRAM_INFO, type DiagramInfo } from '../../server/protocol/diagram';
import { defaultView } from '../../server/sequence';
import { type AdapterProcess, launch, startAdapter } from './adapterProcess';

const program = path.resolve('test/fixtures/scenarios/ping.sanflow');

describe('a run that goes on while the debugger stands', () => {
	let adapter: AdapterProcess;

	beforeEach(async () => {
		adapter = startAdapter();
		const stopped = adapter.client.event('stopped');
		await launch(adapter.client, { program, functions: ['alice.ib0!WSPConnect'] });
		await stopped;
		// Long enough for the run to have got ahead of the debugger.
		await pause(200);
	});

	afterEach(async () => {
		adapter.process.stdin?.end();
		await adapter.exited;
	});

	async function ask(expression: string): Promise<DebugProtocol.Response> {
		return adapter.client.request('evaluate', { expression });
	}

	async function answer(expression: string): Promise<string> {
		const response = await ask(expression);
		assert.ok(response.success, response.message);
		return (response as DebugProtocol.EvaluateResponse).body.result;
	}

	it('shows no record after the one at which it stands', async () => {
		const seq = Number(await answer('seq'));
		assert.ok((await ask(`record(${seq})`)).success);
		const refused = await ask(`record(${seq + 1})`);
		assert.equal(refused.success, false);
		assert.match(refused.message ?? '', new RegExp(`#?${seq + 1}`));
		const address = `0x${(0x1000_0000 + seq).toString(16)}`;
		const body = await adapter.client.send<DebugProtocol.DisassembleResponse['body']>('disassemble', {
			memoryReference: address,
			instructionCount: 2,
		});
		assert.deepEqual(
			body?.instructions.map(({ presentationHint }) => presentationHint === 'invalid'),
			[false, true],
		);
	});

	it('counts only what has happened', async () => {
		assert.equal(await answer('count(WSPEnumNetworkEvents)'), '0');
	});

	it('draws only what has happened', async () => {
		const seq = Number(await answer('seq'));
		const info = await adapter.client.send<DiagramInfo>(DIAGRAM_INFO, { view: defaultView });
		assert.equal(info.cursorSeq, seq);
		assert.equal(info.cursorRow, info.rowCount - 1);
		assert.equal(info.status, 'stopped');
	});

	it('sums up only what has happened', async () => {
		const { client } = adapter;
		const checkSummary = async (): Promise<number> => {
			const { summary } = await client.send<DiagramInfo>(DIAGRAM_INFO, { view: defaultView });
			let calls = 0;
			for (let seq = Number(await answer('seq')); seq >= 0; seq--) {
				if ((await answer(`record(${seq}).kind == "call"`)) === 'true') calls++;
			}
			assert.equal(summary?.calls, calls);
			assert.equal(await answer(`time == ${summary?.time}`), 'true');
			return calls;
		};
		const first = await checkSummary();
		assert.ok(first > 0);
		const { threadId } = await last(client);
		await client.send('setFunctionBreakpoints', { breakpoints: [{ name: 'WSPEnumNetworkEvents' }] });
		await client.stop('continue', { threadId });
		assert.ok((await checkSummary()) > first);
	});

	it('stops at a breakpoint that was set after it had got there', async () => {
		const { client } = adapter;
		const { threadId } = await last(client);
		await client.send('setFunctionBreakpoints', { breakpoints: [{ name: 'alice.switch!WSPEnumNetworkEvents' }] });
		await client.send('setFunctionBreakpoints', { breakpoints: [{ name: 'WSPEnumNetworkEvents' }] });
		const body = await client.stop('continue', { threadId });
		assert.equal(body.reason, 'function breakpoint');
		assert.equal(await answer('count(WSPEnumNetworkEvents)'), '1');
	});
});

async function last({ events }: AdapterProcess['client']): Promise<DebugProtocol.StoppedEvent['body']> {
	return events.findLast(({ event }) => event === 'stopped')?.body as DebugProtocol.StoppedEvent['body'];
}
