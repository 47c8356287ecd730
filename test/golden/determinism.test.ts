/** Scenario text and seed are the whole run: the same two give the same bytes in another process, on another clock. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { readScenarios, titles } from './play';

const scenarios = readdirSync('examples')
	.filter((name) => name.endsWith('.sanflow'))
	.sort()
	.flatMap((name) => titles(readScenarios(`examples/${name}`)).map((title) => ({ file: `examples/${name}`, title })));

describe('Determinism', function () {
	this.timeout(60_000);
	let folder = '';
	let program = '';

	before(async () => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-determinism-'));
		program = path.join(folder, 'printTrace.mjs');
		await esbuild.build({
			entryPoints: ['test/golden/printTrace.ts'],
			outfile: program,
			bundle: true,
			platform: 'node',
			format: 'esm',
			mainFields: ['module', 'main'],
			banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
			logLevel: 'silent',
		});
	});

	after(() => rmSync(folder, { recursive: true, force: true }));

	/** The trace as a process of its own writes it. */
	function trace(file: string, title: string, seed: number, env: Readonly<Record<string, string>> = {}): string {
		const { stdout, stderr, status } = spawnSync(process.execPath, [program, file, title, String(seed)], {
			encoding: 'utf8',
			maxBuffer: 256 * 1024 * 1024,
			env: { ...process.env, ...env },
		});
		assert.equal(status, 0, stderr);
		assert.ok(stdout.split('\n').length > 50, 'the trace is too short to be one');
		return stdout;
	}

	for (const { file, title } of scenarios.filter((_, index) => index % 3 === 0)) {
		it(`${path.basename(file)}: two processes write the same bytes`, () => {
			const here = trace(file, title, 7, { TZ: 'UTC', LANG: 'en_US.UTF-8' });
			const there = trace(file, title, 7, { TZ: 'Asia/Shanghai', LANG: 'zh_CN.UTF-8', LC_ALL: 'zh_CN.UTF-8' });
			assert.ok(here === there, 'the traces differ');
		});
	}

	it('another seed orders what happens at the same time in another way', () => {
		const { file, title } =
			scenarios.find(({ title: name }) => name === 'three visitors') ?? assert.fail('no such example');
		const traces = new Set([1, 2, 3, 4, 5].map((seed) => trace(file, title, seed)));
		assert.ok(traces.size > 1, 'five seeds gave one run');
	});
});
