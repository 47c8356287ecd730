/** `dap.stepBack…`: a step back far into a run, beside a step forward there and a step back near its start. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { GO_TO_RECORD } from '../../server/protocol/diagram';
import { launch, startAdapter } from '../dap/adapterProcess';
import type { TestClient } from '../dap/client';
import { type Measurements, ratio } from './measurement';
import { trafficText } from './traffic';

const NEAR = 1_000;
const FAR = 1_000_000;
const ROUNDS = 31;

export async function measureStepBack(): Promise<Measurements> {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-bench-'));
	const adapter = startAdapter(undefined, [], () => undefined);
	try {
		const program = path.join(folder, 'traffic.sanflow');
		writeFileSync(program, trafficText(16));
		await launch(adapter.client, { program, launch: { stopOnEntry: true } });
		await adapter.client.event('stopped');
		const near = await stepsAt(adapter.client, NEAR);
		const far = await stepsAt(adapter.client, FAR);
		return {
			'dap.stepBackAt1M': ratio(far.back, far.forward, `step forward at record ${FAR}`),
			'dap.stepBackGrowth': ratio(far.back, near.back, `step back at record ${NEAR}`),
		};
	} finally {
		adapter.process.kill();
		await adapter.exited;
		rmSync(folder, { recursive: true, force: true });
	}
}

/** ms of each step around record `seq`. */
async function stepsAt(
	client: TestClient,
	seq: number,
): Promise<{ readonly forward: readonly number[]; readonly back: readonly number[] }> {
	const { threadId = 1 } = await client.stop(GO_TO_RECORD, { seq });
	const forward: number[] = [];
	const back: number[] = [];
	const timed = async (command: string): Promise<number> => {
		const start = performance.now();
		await client.stop(command, { threadId });
		return performance.now() - start;
	};
	for (let i = -5; i < ROUNDS; i++) {
		const there = await timed('next');
		const andBack = await timed('stepBack');
		if (i < 0) continue;
		forward.push(there);
		back.push(andBack);
	}
	return { forward, back };
}
