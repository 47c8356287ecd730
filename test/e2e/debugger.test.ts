/**
 * The debugger's own ways in a real VS Code, by hand: every button of the toolbar, a data breakpoint from the Variables
 * view, a function breakpoint with a condition, an error code changed in the Variables view so that the connect falls back
 * to TCP/IP, the exception filter that stops at it, and what becomes of the branch.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expectSoon, openWorkbench, type Workbench } from '../host/workbench';

const example = '01-first-connect.sanflow';

describe('going back and changing things in a real VS Code', function () {
	this.timeout(180_000);
	let folder = '';
	let w: Workbench;
	const clicked = new Set<string>();

	/** Clicks a button of the debug toolbar. */
	async function click(title: string): Promise<void> {
		clicked.add(title);
		await w.debug.clickToolbar(title);
	}

	before(async () => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-e2e-'));
		cpSync(path.resolve('examples'), folder, { recursive: true });
		w = await openWorkbench({ folder, file: example, viewport: { width: 1800, height: 1100 } });
		await expectSoon(
			async () => (await w.editor.visibleLines()).join('\n').includes('scenario'),
			'the example is shown',
		);
	});

	after(async () => {
		await w?.close();
		rmSync(folder, { recursive: true, force: true });
	});

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') await w.screenshot(`failed-${this.currentTest.title.slice(0, 30)}`);
	});

	it('each button of the toolbar goes where it says, and stack and variables follow', async () => {
		await w.debug.addFunctionBreakpoint('alice.ib0!WSPConnect');
		await w.debug.start();
		await w.debug.waitUntilStopped();
		await w.debug.variableRow('Arguments').waitFor();
		for (const [title, isBack] of [
			['Step Back over Statement', true],
			['Step Over', false],
			['Step Back', true],
			['Step Over', false],
			['Step Back out of Call', true],
			['Step to Next Wire Message', false],
			['Previous Message of This Component', true],
			['Step to Next Virtual Time', false],
			['Step Into', false],
			['Step Out', false],
		] as const) {
			const [before, now] = await w.debug.moved(() => click(title));
			assert.equal(now < before, isBack, `${title}: ${before} → ${now}`);
			await expectSoon(async () => (await w.debug.frameNames()).length > 0, `${title}: a call stack`);
		}
		await w.screenshot('10-after-the-toolbar-dark');
		// To the breakpoint before it, then to the first record.
		for (let time = 0; time < 2; time++) {
			const [from, back] = await w.debug.moved(() => click('Reverse'));
			assert.ok(back < from);
		}
	});

	it('an error code changed in the Variables view makes a branch that falls back to TCP/IP', async () => {
		await w.debug.addFunctionBreakpoint('alice.ib0!WSPEnumNetworkEvents:return');
		await w.debug.moved(() => w.press('F5').then(() => w.debug.waitUntilStopped()));
		await w.debug.moved(() => w.press('F5'));
		const name = 'iErrorCode[FD_CONNECT_BIT]';
		await (await w.debug.variableRowIn('Result', name)).dblclick();
		const input = w.page.locator('.debug-variables input');
		await input.fill('WSAETIMEDOUT');
		await input.press('Enter');
		await w.debug.waitForInStack(/Branch 2/i, 'the call stack tells of the branch');
		await w.screenshot('11-branch-dark');
		await w.debug.show();
		const fallback = w.page
			.locator('.debug-breakpoints .monaco-list-row')
			.filter({ hasText: 'Fallback to TCP/IP' })
			.getByRole('checkbox');
		await fallback.click();
		await expectSoon(() => fallback.isChecked(), 'the filter is on');
		await w.press('F5');
		const widget = w.page.locator('.exception-widget');
		await expectSoon(
			async () => (await widget.isVisible()) && /fallback/i.test((await widget.textContent()) ?? ''),
			'the editor tells of the fallback',
		);
		await w.screenshot('12-exception-dark');
		assert.deepEqual(await w.errorNotifications(), []);
	});

	it('a data breakpoint set in the Variables view stops at the change', async () => {
		const row = await w.debug.variableRowIn('Socket', 'state =');
		await w.debug.chooseFromMenu(row, 'Break on Value Change');
		await w.debug.waitForBreakpoint('socket 100.state');
		await w.debug.moved(() => w.press('F5'));
		await w.debug.waitForInStack(/change of/i, 'the call stack tells why it stopped');
		await w.screenshot('13-data-breakpoint-dark');
	});

	it('goes to the previous change, to a record by its number, and brings the call sequence back', async () => {
		const [from, change] = await w.debug.moved(async () => {
			await click('Go to Previous Change');
			await w.palette.input().fill('object("alice.switch socket 100").local');
			await w.press('Enter');
		});
		assert.ok(change < from);
		const [, there] = await w.debug.moved(async () => {
			await click('Go to Record…');
			await w.palette.input().fill('42');
			await w.press('Enter');
		});
		assert.equal(there, 42);
		const tab = w.editor.tab('connect over the SAN');
		await tab.click({ button: 'middle' });
		await tab.waitFor({ state: 'detached' });
		await click('Show Call Sequence');
		await tab.waitFor();
		await w.webview().getByText('Paused on record 42').waitFor();
		assert.deepEqual(await w.errorNotifications(), []);
	});

	it('keeps the branch as a line of the scenario, and goes back to the run as launched', async () => {
		await click('Keep as Scenario Line');
		const line = /fault alice\.ib0 WSPConnect #1: pending \d+ns, then WSAETIMEDOUT/;
		await expectSoon(
			async () => (await w.editor.visibleLines()).some((text) => line.test(text)),
			'the scenario has a line for what is different',
		);
		await w.screenshot('14-kept-as-a-line-dark');
		// It is an edit like any other.
		await w.page.locator('.editor-instance .monaco-editor.focused').waitFor();
		await w.press('Control+z');
		await expectSoon(
			async () => !(await w.editor.visibleLines()).some((text) => line.test(text)),
			'the line can be taken back',
		);
		await click('Switch Branch…');
		const launched = w.palette.widget().getByRole('option').filter({ hasText: 'the run as launched' });
		await launched.waitFor();
		assert.equal(await w.palette.widget().getByRole('option').count(), 2);
		await w.screenshot('15-branches-dark');
		await launched.click();
		await w.debug.waitForInStack(/Branch 1/i, 'the call stack tells of the run as launched');
	});

	it('a function breakpoint with a condition stops where it holds, and not before', async () => {
		await w.debug.removeAllBreakpoints();
		await w.debug.addFunctionBreakpoint('WSPSend');
		await w.debug.setCondition('WSPSend', 'count(WSPSend) == 4');
		await click('Restart');
		await expectSoon(async () => /WSPSend\(/.test(await w.debug.recordLine()), 'it stops at a WSPSend');
		await w.debug.waitUntilStopped();
		assert.equal(await w.debug.ask('count(WSPSend)'), '4');
		assert.equal(await w.debug.ask('record(seq).name'), '"WSPSend"');
		await w.screenshot('16-conditional-dark');
		await w.setColorTheme('light');
		await w.screenshot('17-conditional-light');
		assert.deepEqual(await w.errorNotifications(), []);
	});

	it('no button of the extension on the toolbar was left out', () => {
		assert.deepEqual(
			toolbarTitles().filter((title) => !clicked.has(title)),
			[],
		);
	});
});

/** Titles of the buttons that the extension adds to the debug toolbar. */
function toolbarTitles(): readonly string[] {
	const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
	const texts: Readonly<Record<string, string>> = JSON.parse(readFileSync('package.nls.json', 'utf8'));
	const commands: readonly { readonly command: string; readonly title: string }[] = contributes.commands;
	const buttons: readonly { readonly command: string }[] = contributes.menus['debug/toolBar'];
	return buttons.map(({ command }) => {
		const title = commands.find((candidate) => candidate.command === command)?.title ?? assert.fail(command);
		return texts[title.slice(1, -1)] ?? assert.fail(title);
	});
}
