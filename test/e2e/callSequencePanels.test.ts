/** Panels of the call sequence in a real VS Code: unsaved edits, branches, several sessions, a reload of the window. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { expectSoon, openWorkbench, type Workbench } from '../host/workbench';

const example = '01-first-connect.sanflow';
const other = '09-nonblocking-connect.sanflow';

describe('panels of the call sequence in a real VS Code', function () {
	this.timeout(180_000);
	let folder = '';
	let w: Workbench;

	before(async () => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-e2e-'));
		cpSync(path.resolve('examples'), folder, { recursive: true });
		const settings = { 'files.autoSave': 'off' };
		w = await openWorkbench({ folder, file: example, settings, viewport: { width: 1600, height: 1000 } });
	});

	after(async () => {
		await w?.close();
		rmSync(folder, { recursive: true, force: true });
	});

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') await w?.screenshot(`39-failed-${this.currentTest.title.slice(0, 20)}`);
	});

	/** The panel that was opened last. */
	function newest(): FrameLocator {
		return w.page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame');
	}

	function panelTabs(): Promise<number> {
		return w.page.locator('.tabs-container .tab').filter({ hasText: 'Calls:' }).count();
	}

	it('compare what the editor has not saved with the file', async () => {
		const saved = readFileSync(path.join(folder, example), 'utf8');
		const line = saved.split('\n').findIndex((text) => text.includes('send(s, "ping")')) + 1;
		await w.editor.goToLine(line);
		await w.page.keyboard.press('End');
		await w.page.keyboard.insertText('\nsend(s, "more")');
		await w.runCommand('SANFlow: Compare Call Sequences…');
		await w.palette.pick('Before and after my unsaved edits');
		await newest().locator('.comparison').waitFor({ timeout: 60_000 });
		await newest().getByRole('button', { name: 'First difference' }).click();
		await newest().locator('.row.only-right').first().waitFor();
		const different = newest().locator('.row.only-right').first();
		await expectSoon(
			async () => /, only in not saved$/.test((await different.textContent()) ?? ''),
			'the difference is told in words',
		);
		assert.equal(readFileSync(path.join(folder, example), 'utf8'), saved, 'nothing was saved');
		await w.screenshot('30-unsaved-compared-dark');
		await w.editor.tab(example).click();
		await w.runCommand('File: Revert File');
		await w.page.locator('.tabs-container .tab.dirty').waitFor({ state: 'detached' });
		await w.runCommand('View: Close All Editors');
	});

	it('lay a what-if branch over the run as launched', async () => {
		await w.goTo(folder, example);
		await w.runCommand('View: Show Run and Debug');
		await w.debug.addFunctionBreakpoint('alice.ib0!WSPConnect');
		await w.editor.tab(example).click();
		await w.runCommand('SANFlow: Debug Scenario');
		await w.debug.waitUntilStopped();
		await newest().locator('.row.current').waitFor({ timeout: 30_000 });
		await newest()
			.locator('.row.current')
			.click({ button: 'right', position: { x: 200, y: 10 } });
		await newest().getByRole('menuitem', { name: 'it returned something else…' }).click();
		await w.page.getByText('Result of the call').waitFor();
		await w.press('Enter');
		await newest().locator('.branches').waitFor();
		await newest().getByLabel('Laid over it').selectOption({ index: 1 });
		await newest().locator('.comparison').waitFor();
		await w.runCommand('Debug: Step Out');
		await newest().locator('.row.only-right').first().waitFor();
		await w.screenshot('31-branch-laid-over-dark');
	});

	it('are one for each session', async () => {
		const before = await panelTabs();
		await w.runCommand('View: Show Explorer');
		await w.editor.open(other);
		await w.runCommand('SANFlow: Debug Scenario');
		await expectSoon(async () => (await panelTabs()) === before + 1, 'the second session has a panel of its own');
		await w.screenshot('32-two-sessions-dark');
		await w.runCommand('Debug: Stop');
	});

	it('are there again after a reload of the window, as they were looked at', async () => {
		const before = await panelTabs();
		await newest().getByLabel('Show', { exact: true }).selectOption('application');
		await newest().locator('.head').nth(1).waitFor();
		const titles = await w.page.locator('.tabs-container .tab').filter({ hasText: 'Calls:' }).allInnerTexts();
		await expectSoon(
			async () => {
				const editors = await w.remembered('memento/workbench.parts.editor');
				const isViewKept = /lens\W+application/.test(await w.remembered('sanflow.sanflow'));
				return isViewKept && titles.every((title) => editors.includes(title.trim()));
			},
			'VS Code has written down the panels and how they are looked at',
			90_000,
		);
		// The address that named a file would open that file only.
		await w.goTo(folder);
		await expectSoon(async () => (await panelTabs()) === before, 'the panels are there');
		await newest().locator('.row').first().waitFor({ timeout: 60_000 });
		assert.equal(await newest().getByLabel('Show', { exact: true }).inputValue(), 'application');
		await w.screenshot('33-restored-dark');
		assert.deepEqual(w.pageErrors, []);
	});
});
