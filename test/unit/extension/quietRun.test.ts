/** The extension's own protocol client, against small adapters that behave well and badly. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { QuietRun } from '../../../extension/quietRun';
import type { ViewSettings } from '../../../server/protocol/diagram';

const view: ViewSettings = { lens: 'spi', hidden: [] };

/** An adapter's frame around a list of handlers; each gets the request and `send`. */
function adapterScript(handlers: string): string {
	return `
const handlers = { ${handlers} };
let text = '';
const write = (message) => {
	const content = Buffer.from(JSON.stringify(message));
	return Buffer.concat([Buffer.from('Content-Length: ' + content.length + '\\r\\n\\r\\n'), content]);
};
let out = [];
// Bytes leave one chunk at a time, cut at places that split headers and characters.
const flush = () => {
	const all = Buffer.concat(out);
	out = [];
	for (let i = 0; i < all.length; i += 7) process.stdout.write(all.subarray(i, i + 7));
};
const event = (name, body) => out.push(write({ seq: 0, type: 'event', event: name, body }));
process.stdin.on('data', (data) => {
	text += data;
	for (let match; (match = /^Content-Length: (\\d+)\\r\\n\\r\\n/.exec(text)) && text.length >= match[0].length + +match[1]; ) {
		const request = JSON.parse(text.slice(match[0].length, match[0].length + +match[1]));
		text = text.slice(match[0].length + +match[1]);
		const reply = (body, more) => out.push(write({ seq: 0, type: 'response', request_seq: request.seq, command: request.command, success: true, body, ...more }));
		(handlers[request.command] ?? ((_r, ok) => ok()))(request, reply, event);
	}
	flush();
});
process.stdin.on('end', () => process.exit());
`;
}

const wellBehaved = `
	initialize: (r, ok, event) => { ok({}); event('initialized'); },
	configurationDone: (r, ok, event) => { ok(); event('output', { output: '中文' }); event('stopped', { reason: 'end', threadId: 1 }); },
	launch: (r, ok) => { handlers.args = r.arguments; ok(); },
	'sanflow/diagramInfo': (r, ok) => ok({ title: '场景 😀 ' + JSON.stringify(handlers.args), rowCount: 3, cursorSeq: 9, cursorRow: 2 }),
	'sanflow/diagramPages': (r, ok) => ok({ pages: [{ index: r.arguments.first }] }),`;

describe('quiet run', () => {
	let folder: string;
	const runs: QuietRun[] = [];

	before(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-quiet-'));
	});
	afterEach(() => {
		for (const run of runs.splice(0)) run.dispose();
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	function start(handlers: string): QuietRun {
		const adapter = path.join(folder, `adapter${runs.length}.cjs`);
		writeFileSync(adapter, adapterScript(handlers));
		const run = new QuietRun({ program: '/w/a.sanflow', scenario: 'one', seed: 4 }, { adapter, locale: 'en' });
		runs.push(run);
		return run;
	}

	it('launches the scenario to its end without debugging, and gives its diagram', async () => {
		const run = start(wellBehaved);
		const info = await run.info(view);
		const launched = { program: '/w/a.sanflow', scenario: 'one', seed: 4, noDebug: true, stopOnEnd: true };
		assert.equal(info.title, `场景 😀 ${JSON.stringify(launched)}`);
		assert.deepEqual(await run.pages(view, 2, 2), [{ index: 2 }]);
	});

	it('has no cursor', async () => {
		const { cursorSeq, cursorRow } = await start(wellBehaved).info(view);
		assert.deepEqual([cursorSeq, cursorRow], [null, -1]);
	});

	it('passes on why the adapter refuses', async () => {
		const body = "{ error: { id: 2002, format: '{file} has {n} errors', variables: { file: 'a.sanflow', n: '2' } } }";
		const run = start(`${wellBehaved} launch: (r, ok) => ok(${body}, { success: false }),`);
		await assert.rejects(run.info(view), { message: 'a.sanflow has 2 errors' });
	});

	it('works with an adapter that answers launch only after configurationDone', async () => {
		const run = start(`${wellBehaved} launch: (r, ok) => { handlers.launched = ok; },
			configurationDone: (r, ok, event) => { ok(); handlers.launched(); event('stopped', {}); },`);
		assert.equal((await run.info(view)).rowCount, 3);
	});

	it('fails with the last words of an adapter that dies', async () => {
		const run = start(
			`${wellBehaved} launch: () => { process.stderr.write('out of memory\\n', () => process.exit(3)); },`,
		);
		await assert.rejects(run.info(view), { detail: 'out of memory' });
		await assert.rejects(run.pages(view, 0, 0), { detail: 'out of memory' });
	});

	it('fails when an adapter writes something else', async () => {
		const run = start(`initialize: () => process.stdout.write('hello\\r\\n\\r\\n'),`);
		await assert.rejects(run.info(view), /not its protocol/);
	});

	it('can be stopped where it is', async () => {
		const run = start(`${wellBehaved} configurationDone: (r, ok) => ok(),
			pause: (r, ok, event) => { ok(); event('stopped', { reason: 'pause' }); },`);
		await new Promise((resolve) => setTimeout(resolve, 200));
		await run.stop();
		assert.equal((await run.info(view)).rowCount, 3);
	});

	it('leaves no process when it is disposed', async () => {
		const run = start(`${wellBehaved} configurationDone: (r, ok) => ok(),`);
		const waiting = run.info(view);
		const { pid } = run;
		assert.doesNotThrow(() => process.kill(pid, 0));
		run.dispose();
		await assert.rejects(waiting, { message: 'cancelled' });
		for (let attempt = 0; isAlive(pid); attempt++) {
			assert.ok(attempt < 100, 'the process lives on');
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	});
});

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
