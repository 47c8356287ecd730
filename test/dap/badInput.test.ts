import { strict as assert } from 'node:assert';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { launch } from './adapterProcess';
import { useAdapter, useFolder } from './rig';

describe('debug adapter given bad input', () => {
	const rig = useAdapter();
	const scenarios = useFolder();
	const fileWith = (text: string): string => scenarios.write('bad.sanflow', text);

	function errorOf(response: DebugProtocol.Response): number {
		assert.equal(response.success, false);
		assert.ok((response.message ?? '').length > 0);
		return response.body.error.id;
	}

	it('does not start a file with errors, and shows them with their place', async () => {
		const { client } = rig;
		const program = fileWith(
			'host alice { nic ib0 on nowhere at 10.1.0.1 }\nscenario "x" {\n  thread alice.client { let }\n}\n',
		);
		await client.send('initialize', { adapterID: 'sanflow' });
		const response = await client.request('launch', { program });
		assert.equal(errorOf(response), 2002);
		assert.equal(response.body.error.showUser, true);
		const outputs = client.events.filter((event) => event.event === 'output');
		assert.ok(
			outputs.some(
				({ body }) => /bad\.sanflow:3:\d+: /.test(body.output) && body.line === 3 && body.source.path === program,
			),
		);
	});

	it('names what is wrong with a launch', async () => {
		const { client } = rig;
		await client.send('initialize', { adapterID: 'sanflow' });
		assert.equal(errorOf(await client.request('launch', {})), 2005);
		assert.equal(errorOf(await client.request('launch', { program: 17 })), 1002);
		assert.equal(errorOf(await client.request('launch', { program: scenarios.path('none.sanflow') })), 2001);
		const program = path.resolve('test/fixtures/scenarios/ping.sanflow');
		const unknown = await client.request('launch', { program, scenario: 'ping over the SANs' });
		assert.equal(errorOf(unknown), 2004);
		assert.match(unknown.message ?? '', /Did you mean “ping over the SAN”\?/);
		assert.equal(errorOf(await client.request('attach', {})), 1010);
	});

	it('answers what it does not know or cannot do with a number and a sentence', async () => {
		const { client } = rig;
		assert.equal(errorOf(await client.request('threads')), 1003);
		await client.send('initialize', { adapterID: 'sanflow' });
		assert.equal(errorOf(await client.request('threads')), 1004);
		assert.equal(errorOf(await client.request('makeCoffee', { sugar: 2 })), 1001);
		assert.equal(errorOf(await client.request('stackTrace', { threadId: 'one' })), 1004);
		assert.equal(errorOf(await client.request('setBreakpoints', { source: ['x'], breakpoints: [] })), 1002);
		assert.equal(errorOf(await client.request('setBreakpoints', { source: {}, breakpoints: { x: 1 } })), 1002);
	});

	it('survives messages that are none', async () => {
		const { client } = rig;
		for (const raw of ['{', 'null', '[]', '17', '{"type":"request"}', '{"type":"request","seq":"x","command":5}'])
			client.raw(raw);
		const body = await client.send<DebugProtocol.Capabilities>('initialize', { adapterID: 'sanflow' });
		assert.equal(body.supportsStepBack, true);
	});

	it('pauses and stops an endless loop', async () => {
		const { client } = rig;
		const program = fileWith(
			'san fabric 10.1.0.0/16 { latency 5us }\nhost alice { nic ib0 on fabric at 10.1.0.1 }\nscenario "loop" {\n  thread alice.client {\n    let i = 0\n    while true {\n      i = i + 1\n      sleep 1us\n    }\n  }\n}\n',
		);
		await launch(client, { program });
		const body = await client.stop('pause', { threadId: 1 });
		assert.equal(body.reason, 'pause');
		await client.send('continue', { threadId: body.threadId });
		const terminated = client.event('terminated');
		await client.send('terminate', {});
		await terminated;
	});
});
