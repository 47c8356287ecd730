/** The call sequence in a real VS Code with the packaged extension: what the webview's own tests cannot see. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startRun } from '../../server/scenario/interpreter';
import { parseScenarioFile } from '../../server/scenario/parse';
import { traceLines } from '../../server/trace';
import { expectSoon, openWorkbench, type Workbench } from '../host/workbench';

const example = '01-first-connect.sanflow';

describe('the call sequence in a real VS Code', function () {
	this.timeout(180_000);
	let folder = '';
	let w: Workbench;

	before(async () => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-e2e-'));
		cpSync(path.resolve('examples'), folder, { recursive: true });
		const block = readFileSync(path.join(folder, example), 'utf8');
		writeFileSync(path.join(folder, 'notes.md'), `# A flow\n\n\`\`\`sanflow\n${block}\n\`\`\`\n`);
		w = await openWorkbench({ folder, file: example, viewport: { width: 1600, height: 1000 } });
	});

	after(async () => {
		await w?.close();
		rmSync(folder, { recursive: true, force: true });
	});

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') await w?.screenshot(`29-failed-${this.currentTest.title.slice(0, 20)}`);
	});

	it('shows a file that nobody debugs, run to its end, with all lifelines beside the editor', async () => {
		await w.runCommand('SANFlow: Show Call Sequence');
		const frame = w.webview();
		await frame.locator('.drawing .messageText').first().waitFor();
		const isCut = (): Promise<boolean> =>
			frame.locator('.viewport').evaluate((viewport) => viewport.scrollWidth > viewport.clientWidth);
		await expectSoon(async () => !(await isCut()), 'everything is in view without scrolling sideways');
		await w.screenshot('20-call-sequence-dark');
	});

	it('tells in the code lens what the run came to', async () => {
		await w.editor.codeLens('Call Sequence: passed').first().waitFor();
	});

	it('marks the messages of the statement under the cursor', async () => {
		await w.page.locator('.editor-instance .view-line').filter({ hasText: 'closesocket(s)' }).first().click();
		const frame = w.webview();
		await expectSoon(async () => {
			await frame.locator('.viewport').evaluate((viewport) => {
				viewport.scrollTop = viewport.scrollHeight;
			});
			return frame.locator('.row.ofStatement').first().isVisible();
		}, 'the messages at the end are marked');
		await w.screenshot('21-statement-marked-dark');
	});

	it('sets a breakpoint from a message, and debugs to it', async () => {
		const frame = w.webview();
		const row = frame.locator('.row').filter({ hasText: 'WSPListen' }).first();
		await expectSoon(async () => {
			await frame.locator('.viewport').evaluate((viewport) => {
				viewport.scrollTop = 0;
			});
			return row.isVisible();
		}, 'the call at the beginning is drawn');
		await row.click({ button: 'right', position: { x: 200, y: 10 } });
		await w.screenshot('22-message-menu-dark');
		await frame.getByRole('menuitem', { name: 'Breakpoint here' }).click();
		await frame.locator('.time.hasBreakpoint').first().waitFor();
		await w.runCommand('View: Show Run and Debug');
		await w.runCommand('SANFlow: Debug Scenario');
		await w.debug.waitUntilStopped();
		await expectSoon(
			async () => (await w.debug.frameNames()).some((name) => /WSPListen/.test(name)),
			'it stops at the call',
		);
		await w.screenshot('23-stopped-at-message-breakpoint-dark');
		// The documented procedure opens beside the call sequence, not in front of it.
		await frame.locator('.row.current').waitFor();
		await frame.locator('.row.current').click({ button: 'right', position: { x: 200, y: 10 } });
		await frame.getByRole('menuitem', { name: 'Remove breakpoint' }).click();
		await frame.locator('.time.hasBreakpoint').first().waitFor({ state: 'detached' });
		await w.press('F5');
		await w.debug.waitUntilEnded();
	});

	it('finds, and copies Mermaid text', async () => {
		await w.runCommand('SANFlow: Find in Call Sequence');
		const frame = w.webview();
		await frame.locator('.query').fill('WSAEWOULDBLOCK');
		await frame.locator('.row.found').first().waitFor();
		await w.screenshot('24-found-dark');
		await w.runCommand('SANFlow: Export Call Sequence…');
		await frame.getByRole('menuitem', { name: 'Mermaid' }).last().click();
		await w.page.getByText('Call sequence copied').first().waitFor();
	});

	it('compares two seeds in one diagram', async () => {
		await w.editor.tab(example).click();
		await w.runCommand('SANFlow: Compare Call Sequences…');
		await w.palette.pick('Two seeds');
		await w.page.getByText('Two seeds, for example').waitFor();
		await w.page.keyboard.press('Enter');
		const frame = w.page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame');
		await frame.locator('.comparison').waitFor();
		await frame.locator('.drawing').first().waitFor();
		await w.screenshot('25-compared-dark');
	});

	it('opens a saved trace in the same view, and tells what is wrong with a broken one', async () => {
		await w.runCommand('View: Close All Editors');
		const file = parseScenarioFile(readFileSync(path.join(folder, example), 'utf8'), example);
		const run = startRun(file);
		while (run.advance(10_000).kind === 'running') {
			// To its end.
		}
		const lines = [...traceLines(run.reader)];
		writeFileSync(path.join(folder, 'good.jsonl'), `${lines.join('\n')}\n`);
		writeFileSync(path.join(folder, 'broken.jsonl'), `${lines.slice(0, 3).join('\n')}\n{"seq":\n`);
		for (const name of ['good.jsonl', 'broken.jsonl']) {
			await w.press('Control+p');
			await w.palette.input().fill(name);
			await w.palette
				.widget()
				.getByRole('option', { name: new RegExp(`^${name}`) })
				.first()
				.click();
			await w.editor.tab(name).waitFor();
			await w.runCommand('View: Reopen Editor With...');
			await w.palette.pick('SANFlow Trace');
			if (name === 'good.jsonl') await w.webview().locator('.drawing .messageText').first().waitFor();
			else await w.webview().getByText('broken.jsonl, line 4').waitFor();
			await w.screenshot(name === 'good.jsonl' ? '28-trace-dark' : '28-broken-trace-dark');
		}
	});

	it('shows the picture of a scenario when its title is hovered', async () => {
		await w.runCommand('View: Close All Editors');
		await w.goTo(folder, example);
		await w.editor.codeLens('Call Sequence').first().waitFor();
		await w.page
			.locator('.editor-instance .view-line')
			.filter({ hasText: 'scenario "connect' })
			.first()
			.hover({ position: { x: 40, y: 8 } });
		await w.page.locator('.monaco-hover img[src^="data:image/svg+xml"]').first().waitFor({ timeout: 20_000 });
		await w.screenshot('26-hover-dark');
	});

	it('draws a fenced block in the Markdown preview', async () => {
		await w.goTo(folder, 'notes.md');
		await w.runCommand('Markdown: Open Preview to the Side');
		await w.webview().locator('figure img').waitFor({ timeout: 30_000 });
		await w.screenshot('27-markdown-dark');
		assert.deepEqual(w.pageErrors, []);
	});
});
