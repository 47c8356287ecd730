/** What the suites share: scenario files in a folder of their own, a fresh adapter for each test, short questions to it. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type AdapterProcess, startAdapter } from './adapterProcess';
import type { TestClient } from './client';

export interface ScenarioFolder {
	/** The folder; there is one while tests run. */
	readonly folder: string;
	/** Absolute path of a file in it. */
	path(name: string): string;
	/** Writes one more file, or another text into one; returns its path. */
	write(name: string, text: string): string;
}

/** A folder with these files, for the suite in whose `describe` this is called. @param files texts by name */
export function useFolder(files: Readonly<Record<string, string>> = {}): ScenarioFolder {
	let folder = '';
	const scenarios: ScenarioFolder = {
		get folder() {
			return folder;
		},
		path: (name) => path.join(folder, name),
		write(name, text) {
			const file = path.join(folder, name);
			writeFileSync(file, text);
			return file;
		},
	};
	before(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-dap-'));
		for (const [name, text] of Object.entries(files)) scenarios.write(name, text);
	});
	after(() => rmSync(folder, { recursive: true, force: true }));
	return scenarios;
}

export interface Rig {
	/** The adapter of the test that runs. */
	readonly adapter: AdapterProcess;
	/** Its client. */
	readonly client: TestClient;
	/** Evaluates an expression; more arguments of the request may be given. */
	ask(expression: string, more?: object): Promise<string>;
	/** The record at which the debugger stands. */
	seq(): Promise<number>;
	frames(threadId: number): Promise<DebugProtocol.StackFrame[]>;
}

/** A fresh adapter for each test of the suite in whose `describe` this is called. */
export function useAdapter(): Rig {
	let adapter: AdapterProcess;
	beforeEach(() => {
		adapter = startAdapter();
	});
	afterEach(async () => {
		adapter.process.stdin?.end();
		assert.equal(await adapter.exited, 0, 'the adapter exits when its client goes away');
	});
	const rig: Rig = {
		get adapter() {
			return adapter;
		},
		get client() {
			return adapter.client;
		},
		async ask(expression, more = {}) {
			const args = { expression, ...more };
			return (await adapter.client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', args)).result;
		},
		seq: async () => Number(await rig.ask('seq')),
		async frames(threadId) {
			return (await adapter.client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId }))
				.stackFrames;
		},
	};
	return rig;
}
