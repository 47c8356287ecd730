/** `dap.reverseContinue…`, `dap.pauseLatency…`: how long a move over a million records takes, and how soon it can be ended. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { GO_TO_RECORD } from '../../server/protocol/diagram';
import { launch, startAdapter } from '../dap/adapterProcess';
import type { TestClient } from '../dap/client';
import { absolute, type Measurement, type Measurements } from './measurement';
import { trafficText } from './traffic';

const FAR = 1_000_000;
const SEARCHES = 5;
const PAUSES = 20;

/** Found only where the run begins. */
const plain = { name: 'alice.ib0!WSPConnect' };
/** Met thousands of times on the way, with a condition that holds only where the run begins. */
const conditional = { name: 'alice.ib0!WSPSend', condition: 'time < 1ms' };

/** Measures reverse continue and pause over stdio. Needs dist/debugAdapter.js. */
export async function measureLongMoves(): Promise<Measurements> {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-bench-'));
	const adapter = startAdapter(undefined, [], () => undefined);
	const { client } = adapter;
	try {
		const program = path.join(folder, 'traffic.sanflow');
		writeFileSync(program, trafficText(16));
		await launch(client, { program, launch: { stopOnEntry: true }, initialize: { supportsProgressReporting: true } });
		await client.event('stopped');
		const forward = await pauses(client, 'continue');
		await client.stop(GO_TO_RECORD, { seq: FAR });
		const back = [await searches(client, plain), await searches(client, conditional)] as const;
		await breakAt(client, [{ name: 'WSPSend', condition: 'time < 0' }]);
		return {
			'dap.reverseContinue1M': absolute(back[0], 'ms', `a function breakpoint ${FAR} records back`),
			'dap.reverseContinueIf1M': absolute(back[1], 'ms', `a conditional breakpoint ${FAR} records back`),
			'dap.pauseLatency': worst(forward, 'pause while running, the longest'),
			'dap.pauseLatencyBack': worst(await pauses(client, 'reverseContinue'), 'pause while searching back, the longest'),
		};
	} finally {
		adapter.process.kill();
		await adapter.exited;
		rmSync(folder, { recursive: true, force: true });
	}
}

async function breakAt(client: TestClient, breakpoints: readonly object[]): Promise<void> {
	await client.send('setFunctionBreakpoints', { breakpoints });
}

/** ms of each search from record `FAR` to a breakpoint near the start. */
async function searches(client: TestClient, breakpoint: object): Promise<readonly number[]> {
	const times: number[] = [];
	for (let i = 0; i < SEARCHES; i++) {
		await client.stop(GO_TO_RECORD, { seq: FAR });
		await breakAt(client, [breakpoint]);
		const start = performance.now();
		const { reason } = await client.stop('reverseContinue', { threadId: 1 });
		times.push(performance.now() - start);
		if (reason !== 'function breakpoint') throw new Error(`the search ended with “${reason}”`);
		await breakAt(client, []);
	}
	return times;
}

/** ms from each `pause` to the stop, while a move goes on. */
async function pauses(client: TestClient, command: string): Promise<readonly number[]> {
	const times: number[] = [];
	for (let i = 0; i < PAUSES; i++) {
		if (command === 'reverseContinue') await client.stop(GO_TO_RECORD, { seq: FAR });
		const stopped = client.event('stopped');
		await client.send(command, { threadId: 1 });
		await new Promise((resolve) => setTimeout(resolve, 20 + 7 * i));
		const start = performance.now();
		await client.send('pause', { threadId: 1 });
		const { reason } = (await stopped).body;
		// A search that was over before it was paused says nothing.
		if (reason === 'pause') times.push(performance.now() - start);
	}
	if (times.length === 0) throw new Error(`${command} was over before it could be paused`);
	return times;
}

function worst(values: readonly number[], against: string): Measurement {
	return { ...absolute([Math.max(...values)], 'ms', against), samples: values.length };
}
