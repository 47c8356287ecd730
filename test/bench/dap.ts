/** What a step and a launch cost, beside a minimal adapter over the same transport in the same run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { build } from 'esbuild';
import { type AdapterProcess, adapterFile, startAdapter } from '../dap/adapterProcess';

export interface Measurement {
	readonly value: number;
	readonly unit: string;
	readonly against: string;
	readonly samples: number;
}

const warmUpRounds = 5;
const rounds = 15;
const cyclesARound = 60;
/** Real milliseconds between two rounds: who steps has looked first, and the adapter has had the time to run ahead. */
const restMs = 60;
const launches = 7;

const firstExample = path.resolve('examples/01-first-connect.sanflow');

/** What people step through: data over a SAN connection, each statement through both stacks and the wire. */
const exchange = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "steps" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let peer = accept(listener)
    while true { send(peer, recv(peer, 4)) }
  }
  thread alice.client {
    let s = socket()
    connect(s, 10.1.0.2:7000)
    let answer = ""
    while true {
      send(s, "ping")
      answer = text(recv(s, 4))
    }
  }
}
`;

/** A loop of calls that stay on one host: mostly what the adapter itself costs. */
const localCalls = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
scenario "steps" {
  thread alice.client {
    let round = 0
    while true {
      let s = socket()
      round = round + 1
      closesocket(s)
    }
  }
}
`;

/** Measures `dap.step` and `dap.launch`. Needs dist/debugAdapter.js. */
export async function measureDap(): Promise<Readonly<Record<string, Measurement>>> {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-bench-'));
	try {
		const minimal = path.join(folder, 'minimalAdapter.cjs');
		await build({
			entryPoints: [path.resolve('test/bench/minimalAdapter.ts')],
			outfile: minimal,
			bundle: true,
			platform: 'node',
			logLevel: 'silent',
		});
		const scenario = path.join(folder, 'exchange.sanflow');
		writeFileSync(scenario, exchange);
		const local = path.join(folder, 'local.sanflow');
		writeFileSync(local, localCalls);
		// Sessions of a version keep code and trees for the later ones, which is what people have.
		await session(adapterFile, scenario);
		await session(adapterFile, local);
		await session(adapterFile, firstExample, ['WSPConnect']);
		return {
			'dap.step': ratio(
				await stepTimes(minimal, scenario, restMs),
				`minimal adapter, step cycle over stdio, ${cyclesARound} steps in a row after ${restMs} ms`,
			),
			'dap.stepConnect': ratio(
				await connectTimes(minimal),
				'minimal adapter, step cycle over stdio, from WSPConnect to the end of the first example, without any rest',
			),
			'dap.stepUnresting': ratio(
				await stepTimes(minimal, scenario, 0),
				'minimal adapter, step cycle over stdio, without any rest',
			),
			'dap.stepLocal': ratio(
				await stepTimes(minimal, local, restMs),
				'minimal adapter, step cycle over stdio, calls on one host',
			),
			'dap.launch': ratio(
				await launchTimes(minimal, () => scenario),
				'minimal adapter, process start to first stop over stdio, a file that was debugged before',
			),
			'dap.launchChanged': ratio(
				await launchTimes(minimal, changed(scenario)),
				'minimal adapter, process start to first stop over stdio, a file that nobody has seen before',
			),
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

interface Times {
	readonly ours: readonly number[];
	readonly theirs: readonly number[];
}

function ratio({ ours, theirs }: Times, against: string): Measurement {
	return { value: Number((median(ours) / median(theirs)).toFixed(3)), unit: 'ratio', against, samples: ours.length };
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1] as number;
}

/** Starts an adapter and brings it to its first stop. */
async function stoppedAdapter(
	file: string,
	scenario: string,
	functions: readonly string[] = [],
): Promise<{ readonly adapter: AdapterProcess; readonly threadId: number }> {
	const adapter = startAdapter(file, [], () => undefined);
	const { client } = adapter;
	await client.send('initialize', { adapterID: 'bench', pathFormat: 'path' });
	const initialized = client.event('initialized');
	const stopped = client.event('stopped');
	await client.send('launch', { program: scenario, stopOnEntry: functions.length === 0 });
	await initialized;
	if (functions.length > 0) {
		await client.send('setFunctionBreakpoints', { breakpoints: functions.map((name) => ({ name })) });
	}
	await client.send('configurationDone', {});
	return { adapter, threadId: (await stopped).body.threadId };
}

async function end(adapter: AdapterProcess): Promise<void> {
	adapter.process.stdin?.end();
	adapter.process.kill();
	await adapter.exited;
}

/** One cycle as an editor makes it; returns the thread that it stopped in. */
async function cycle({ client }: AdapterProcess, threadId: number): Promise<void> {
	const stopped = client.event('stopped');
	await client.send('next', { threadId });
	await stopped;
	const { stackFrames } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
		threadId,
		startFrame: 0,
		levels: 20,
	});
	const { scopes } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: stackFrames[0]?.id });
	await client.send('variables', { variablesReference: scopes[0]?.variablesReference });
}

/**
 * Rounds of both adapters alternate, so that what else the machine does strikes both. The one that is not measured is
 * frozen: what it does in the background must not slow the other down, nor count as rest.
 * @param rest real milliseconds that an adapter has to itself before each round
 */
async function stepTimes(minimal: string, scenario: string, rest: number): Promise<Times> {
	const ours = await stoppedAdapter(adapterFile, scenario);
	const theirs = await stoppedAdapter(minimal, scenario);
	for (const { adapter } of [ours, theirs]) adapter.process.kill('SIGSTOP');
	const round = async ({ adapter, threadId }: typeof ours): Promise<number> => {
		adapter.process.kill('SIGCONT');
		if (rest > 0) await setTimeout(rest);
		const start = performance.now();
		for (let i = 0; i < cyclesARound; i++) await cycle(adapter, threadId);
		const elapsed = performance.now() - start;
		adapter.process.kill('SIGSTOP');
		return elapsed / cyclesARound;
	};
	const times = { ours: [] as number[], theirs: [] as number[] };
	// Both get the same chance to be compiled before anything counts.
	for (let i = 0; i < warmUpRounds; i++) {
		await round(ours);
		await round(theirs);
	}
	for (let i = 0; i < rounds; i++) {
		times.ours.push(await round(ours));
		times.theirs.push(await round(theirs));
	}
	for (const { adapter } of [ours, theirs]) {
		adapter.process.kill('SIGCONT');
		await end(adapter);
	}
	return times;
}

/** Steps as through the first example: stopped at WSPConnect, then over each statement and call to the end of the run. */
async function connectTimes(minimal: string): Promise<Times> {
	const times = { ours: [] as number[], theirs: [] as number[] };
	for (let i = 0; i < launches; i++) {
		const ours = await stoppedAdapter(adapterFile, firstExample, ['WSPConnect']);
		const mine = await cyclesToEnd(ours);
		await end(ours.adapter);
		// As new, and for as many steps.
		const theirs = await stoppedAdapter(minimal, firstExample);
		times.theirs.push(...(await cyclesToEnd(theirs, mine.length)));
		await end(theirs.adapter);
		times.ours.push(...mine);
	}
	return times;
}

/** ms of each step until the run has ended, the last one left out. @param most steps after which it is enough */
async function cyclesToEnd(
	{ adapter, threadId }: Awaited<ReturnType<typeof stoppedAdapter>>,
	most = 500,
): Promise<number[]> {
	const { client } = adapter;
	const times: number[] = [];
	let hasEnded = false;
	const ended = client.event('terminated').then(() => {
		hasEnded = true;
	});
	while (times.length < most) {
		const start = performance.now();
		await Promise.race([cycle(adapter, threadId), ended]);
		if (hasEnded) break;
		times.push(performance.now() - start);
	}
	return times;
}

/** The scenario with another text each time. */
function changed(scenario: string): () => string {
	let changes = 0;
	return () => {
		writeFileSync(scenario, `// ${++changes}\n${exchange}`);
		return scenario;
	};
}

/** Some steps, and a proper end. */
async function session(file: string, scenario: string, functions: readonly string[] = []): Promise<void> {
	const started = await stoppedAdapter(file, scenario, functions);
	await cyclesToEnd(started, cyclesARound);
	const { adapter } = started;
	await setTimeout(restMs * 10);
	await adapter.client.send('disconnect', {});
	await adapter.exited;
}

async function launchTimes(minimal: string, scenario: () => string): Promise<Times> {
	const time = async (file: string): Promise<number> => {
		const program = scenario();
		const start = performance.now();
		const { adapter } = await stoppedAdapter(file, program);
		const elapsed = performance.now() - start;
		await end(adapter);
		return elapsed;
	};
	const times = { ours: [] as number[], theirs: [] as number[] };
	for (let i = 0; i < launches; i++) {
		times.ours.push(await time(adapterFile));
		times.theirs.push(await time(minimal));
	}
	return times;
}
