/**
 * The main job, as a person does it in a real VS Code with the packaged extension: open the first example, add a
 * function breakpoint on WSPConnect, F5, look at stack, variables and diagram, step, go on to the end.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expectSoon, openWorkbench, type Workbench } from '../host/workbench';

const example = '01-first-connect.sanflow';

/** The drawn messages of the call sequence, as the webview's grid lists them. */
async function drawnMessages(w: Workbench): Promise<readonly string[]> {
	const frame = w.webview();
	const texts = await frame.locator('svg .messageText').allTextContents();
	return texts.map((text) => text.trim());
}

/** Waits until the call sequence shows the run as far as `record`, where the debugger stands, and has drawn it. */
async function diagramAt(w: Workbench, record: number): Promise<void> {
	const frame = w.webview();
	await expectSoon(async () => {
		const isThere = (await frame.locator('.status').getAttribute('title'))?.endsWith(`(record ${record})`) ?? false;
		return isThere && (await frame.locator('.body[aria-busy="false"]').count()) === 1;
	}, `the call sequence has drawn record ${record}`);
}

describe('the main job in a real VS Code', function () {
	this.timeout(180_000);
	let folder = '';
	let w: Workbench;

	before(async () => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-e2e-'));
		cpSync(path.resolve('examples'), folder, { recursive: true });
		w = await openWorkbench({ folder, file: example, viewport: { width: 1600, height: 1000 } });
	});

	after(async () => {
		await w?.close();
		rmSync(folder, { recursive: true, force: true });
	});

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') await w.screenshot(`failed-${this.currentTest.title.slice(0, 30)}`);
	});

	it('opens the example without problems', async () => {
		await expectSoon(
			async () => (await w.editor.visibleLines()).join('\n').includes('scenario'),
			'the example is shown',
		);
		await w.screenshot('01-opened-dark');
	});

	it('stops on the application’s WSPConnect, then on the provider’s, with switch and provider in the stack', async () => {
		await w.debug.addFunctionBreakpoint('WSPConnect');
		await w.debug.start();
		await w.debug.waitUntilStopped();
		await expectSoon(
			async () => (await w.debug.frameNames()).some((name) => /switch/.test(name)),
			'a frame of the switch',
		);
		await w.press('F5');
		for (const layer of [/alice\.ib0!WSPConnect/, /alice\.switch!WSPConnect/, /alice\.client/]) {
			await expectSoon(
				async () => (await w.debug.frameNames()).some((name) => layer.test(name)),
				`a frame ${layer.source} in the call stack`,
			);
		}
		await w.debug.variableRow('Arguments').waitFor();
		await w.debug.variableRow('10.1.0.2:7000').waitFor();
		await expectSoon(async () => (await drawnMessages(w)).some((text) => /WSPConnect/.test(text)), 'the call is drawn');
		await w.screenshot('02-stopped-at-the-provider-dark');
	});

	it('draws exactly the calls so far, and one more when a step makes one', async () => {
		await expectSoon(
			async () => /^WSPConnect\(2/.test((await drawnMessages(w)).at(-1) ?? ''),
			'the last message drawn is the one that the debugger stands on',
		);
		await diagramAt(w, await w.debug.record());
		const before = await drawnMessages(w);
		assert.ok(!before.some((text) => /WSPEnumNetworkEvents/.test(text)), 'a later call is drawn already');
		// The provider first asks its proxy driver, which this view does not draw; then it returns.
		for (let steps = 0; steps < 6 && (await drawnMessages(w)).length === before.length; steps++) {
			const [, record] = await w.debug.moved(() => w.press('F10'));
			await diagramAt(w, record);
		}
		const after = await drawnMessages(w);
		assert.deepEqual(after.slice(0, before.length), before);
		assert.equal(after.length, before.length + 1, after.slice(before.length - 1).join(' | '));
		await w.screenshot('03-one-message-further-dark');
	});

	it('is as legible in a light theme', async () => {
		await w.setColorTheme('light');
		await w.screenshot('04-stopped-light');
		await w.setColorTheme('highContrast');
		await w.screenshot('05-stopped-high-contrast');
		await w.setColorTheme('dark');
	});

	it('goes on to the end, where the session is negotiated, without an error notification', async () => {
		await w.press('F5');
		await w.debug.waitUntilEnded();
		await expectSoon(async () => {
			const rows = await w.webview().locator('body').innerText();
			return /passed|ended|bestanden/i.test(rows);
		}, 'the diagram says how the run ended');
		await w.screenshot('06-ended-dark');
		assert.deepEqual(await w.errorNotifications(), []);
		assert.deepEqual(w.pageErrors, []);
	});

	it('leaves no process behind when its editors are closed', async () => {
		await w.runCommand('View: Close All Editors');
		await expectSoon(
			async () => !(await w.server.processes()).some(({ command }) => command.includes('debugAdapter.js')),
			'the debug adapter process has ended',
		);
	});
});
