/** The real debug adapter in a process of its own, as an editor starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { TestClient } from './client';
import { checkMessage, type MessageCheck } from './messageCheck';

export const adapterFile = path.resolve('dist/debugAdapter.js');

export interface AdapterProcess {
	readonly client: TestClient;
	readonly process: ChildProcess;
	/** Exit code, once it has exited. */
	readonly exited: Promise<number | null>;
}

export function startAdapter(
	file = adapterFile,
	args: readonly string[] = [],
	check: MessageCheck = checkMessage,
): AdapterProcess {
	const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
	const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
	// A test that kills the adapter writes into a closed pipe now and then.
	child.stdin.on('error', () => undefined);
	return { client: new TestClient(child.stdout, child.stdin, check), process: child, exited };
}

export interface LaunchSetUp {
	readonly program: string;
	readonly scenario?: string;
	readonly functions?: readonly string[];
	/** Function breakpoints with all that they can have. */
	readonly functionBreakpoints?: readonly object[];
	readonly lines?: readonly number[];
	readonly exceptions?: readonly string[];
	readonly launch?: Readonly<Record<string, unknown>>;
	readonly initialize?: Readonly<Record<string, unknown>>;
}

/** What every client does up to `configurationDone`. */
export async function launch(client: TestClient, setUp: LaunchSetUp): Promise<void> {
	const { program, scenario } = setUp;
	await client.send('initialize', { adapterID: 'sanflow', ...setUp.initialize });
	const initialized = client.event('initialized');
	await client.send('launch', { program, ...(scenario === undefined ? {} : { scenario }), ...setUp.launch });
	await initialized;
	if (setUp.lines) {
		await client.send('setBreakpoints', {
			source: { path: program },
			breakpoints: setUp.lines.map((line) => ({ line })),
		});
	}
	if (setUp.functions || setUp.functionBreakpoints) {
		const named = setUp.functions?.map((name) => ({ name })) ?? [];
		await client.send('setFunctionBreakpoints', { breakpoints: [...named, ...(setUp.functionBreakpoints ?? [])] });
	}
	await client.send('setExceptionBreakpoints', { filters: setUp.exceptions ?? [] });
	await client.send('configurationDone');
}

/** Names of the frames of a thread, innermost first. */
export async function frameNames(client: TestClient, threadId: number): Promise<readonly string[]> {
	const body = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
	return body.stackFrames.filter((frame) => frame.presentationHint === undefined).map((frame) => frame.name);
}
