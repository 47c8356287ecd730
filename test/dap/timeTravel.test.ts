/** The ways back that the protocol has no request for. */
import { strict as assert } from 'node:assert';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { frameNames, launch } from './adapterProcess';
import { useAdapter } from './rig';

const program = path.resolve('test/fixtures/scenarios/ping.sanflow');

describe('ways back over stdio', () => {
	const rig = useAdapter();

	/** Stops in the provider's connect; returns the thread. */
	async function inConnect(): Promise<number> {
		const stopped = rig.client.event('stopped');
		await launch(rig.client, { program, functions: ['alice.ib0!WSPConnect'] });
		return (await stopped).body.threadId;
	}

	it('reverse next goes back over what stands before, in the thread that stopped if none is named', async () => {
		const { client } = rig;
		const threadId = await inConnect();
		const inside = await rig.seq();
		const { threadId: stoppedIn } = await client.stop('sanflow/reverseNext', {});
		const first = await rig.seq();
		assert.ok(first < inside);
		assert.equal(stoppedIn, threadId);
		await client.stop('sanflow/goToRecord', { seq: inside });
		await client.stop('sanflow/reverseNext', { threadId });
		assert.equal(await rig.seq(), first, 'naming the thread makes no difference');
		await client.stop('sanflow/goToRecord', { seq: inside });
		await client.stop('stepBack', { threadId });
		assert.equal(await rig.seq(), first, 'it is a step back');
	});

	it('reverse out goes back to the caller, frame by frame', async () => {
		const { client } = rig;
		const threadId = await inConnect();
		assert.deepEqual((await frameNames(client, threadId)).slice(0, 2), [
			'alice.ib0!WSPConnect',
			'alice.switch!WSPConnect',
		]);
		await client.stop('sanflow/reverseOut', {});
		assert.equal((await frameNames(client, threadId))[0], 'alice.switch!WSPConnect');
		await client.stop('sanflow/reverseOut', {});
		assert.equal((await frameNames(client, threadId))[0], 'alice.client');
	});

	it('the previous message is one of the component at work in the frame', async () => {
		const { client } = rig;
		const threadId = await inConnect();
		const inside = await rig.seq();
		await client.stop('sanflow/stepOnLifeline', { direction: 'backward' });
		const own = await rig.seq();
		assert.ok(own < inside);
		assert.ok([await rig.ask(`record(${own}).from`), await rig.ask(`record(${own}).to`)].includes('"alice.ib0"'));
		await client.stop('sanflow/goToRecord', { seq: inside });
		const { stackFrames } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
		const frameId = stackFrames.find(({ name }) => name === 'alice.client')?.id;
		await client.stop('sanflow/stepOnLifeline', { direction: 'backward', frameId });
		const callers = await rig.seq();
		assert.ok(
			[await rig.ask(`record(${callers}).from`), await rig.ask(`record(${callers}).to`)].includes('"alice.client"'),
		);
	});

	it('stays where it stands when there is no earlier message', async () => {
		const { client } = rig;
		await inConnect();
		await client.send('setFunctionBreakpoints', { breakpoints: [] });
		await client.stop('sanflow/stepToMessage', { direction: 'forward' });
		const first = await rig.seq();
		assert.equal(await rig.ask(`record(${first}).kind`), '"message"');
		await client.stop('sanflow/stepToMessage', { direction: 'backward' });
		assert.equal(await rig.seq(), first);
		await rig.ask('seq');
		assert.match(client.console, /There is no earlier one/);
	});

	it('the previous change is the record that set the value, then the one before', async () => {
		const { client } = rig;
		await inConnect();
		const values: string[] = [];
		const records: number[] = [await rig.seq()];
		for (let i = 0; i < 2; i++) {
			await client.stop('sanflow/previousChange', { expression: 'alice.ib0 socket 1.state' });
			records.push(await rig.seq());
			values.push(await rig.ask('alice.ib0 socket 1.state'));
		}
		assert.deepEqual(
			records,
			[...records].sort((a, b) => b - a),
		);
		assert.equal(new Set(values).size, 2, `each change is another value: ${values}`);
		assert.equal(await rig.ask(`record(${records[1]}).kind`), '"state"');
	});
});
