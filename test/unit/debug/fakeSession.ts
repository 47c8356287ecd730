/** A session in this process over a fake run: the same server as in the adapter's process, without the process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type StartRun, serve } from '../../../server/debug';
import { TestClient } from '../../dap/client';
import { fakeProgram, startFakeRun } from '../../dap/fakeRun';

export interface FakeSession {
	readonly client: TestClient;
	readonly program: string;
	/** Fulfilled when the server has let go of the client. */
	readonly closed: Promise<void>;
	frames(threadId?: number): Promise<DebugProtocol.StackFrame[]>;
	/** Variables of a scope of a frame, as `name: value`. */
	scope(frameId: number, name: string): Promise<readonly string[]>;
	dispose(): Promise<void>;
}

export function openFakeSession(text = fakeProgram, startRun: StartRun = startFakeRun): FakeSession {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-dap-'));
	const program = path.join(folder, 'fake.sanflow');
	writeFileSync(program, text);
	const toServer = new PassThrough();
	const toClient = new PassThrough();
	const closed = serve(toServer, toClient, { start: startRun });
	const client = new TestClient(toClient, toServer);
	return {
		client,
		program,
		closed,
		async frames(threadId = 1) {
			return (await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId })).stackFrames;
		},
		async scope(frameId, name) {
			const { scopes } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
			const scope = scopes.find((candidate) => candidate.name === name);
			if (!scope) throw new Error(`no scope ${name} in ${scopes.map((candidate) => candidate.name).join(', ')}`);
			const { variablesReference } = scope;
			const body = await client.send<DebugProtocol.VariablesResponse['body']>('variables', { variablesReference });
			return body.variables.map((variable) => `${variable.name}: ${variable.value}`);
		},
		async dispose() {
			await client.request('disconnect', {});
			await closed;
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

export interface SetUp {
	readonly scenario?: string;
	readonly functions?: readonly unknown[];
	readonly lines?: readonly unknown[];
	readonly exceptions?: unknown;
	readonly launch?: Readonly<Record<string, unknown>>;
	readonly initialize?: Readonly<Record<string, unknown>>;
}

/** initialize, launch, breakpoints, configurationDone: what every client does first. */
export async function begin(session: FakeSession, setUp: SetUp = {}): Promise<DebugProtocol.Capabilities> {
	const { client, program } = session;
	const capabilities = await client.send<DebugProtocol.Capabilities>('initialize', {
		adapterID: 'sanflow',
		...setUp.initialize,
	});
	const initialized = client.event('initialized');
	await client.send('launch', { program, scenario: setUp.scenario ?? 'connect', ...setUp.launch });
	await initialized;
	if (setUp.functions) await client.send('setFunctionBreakpoints', { breakpoints: setUp.functions });
	if (setUp.lines) await client.send('setBreakpoints', { source: { path: program }, breakpoints: setUp.lines });
	if (setUp.exceptions) await client.send('setExceptionBreakpoints', setUp.exceptions);
	await client.send('configurationDone');
	return capabilities;
}
