/**
 * The debugger's own ways in a real VS Code, by hand: the buttons that go back, a data breakpoint from the Variables view,
 * an error code changed there so that the connect falls back to TCP/IP, the exception filter that stops at it.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { texts } from '../host/locators';
import { expectSoon, openWorkbench, type Workbench } from '../host/workbench';

const example = '01-first-connect.sanflow';

describe('going back and changing things in a real VS Code', function () {
	this.timeout(180_000);
	let folder = '';
	let w: Workbench;

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

	/** Where the debugger stands, as the last line of the debug console that begins with a record tells. */
	async function record(): Promise<number> {
		let last: string | undefined;
		await expectSoon(async () => {
			const lines = await texts(w.page.locator('.repl .monaco-list-row'));
			last = lines.flatMap((line) => /^#(\d+)\s/.exec(line.trim())?.[1] ?? []).at(-1);
			return last !== undefined;
		}, 'the debug console tells the record');
		return Number(last);
	}

	/** Does something that moves the debugger; returns the records before and after. */
	async function moved(act: () => Promise<void>): Promise<readonly [number, number]> {
		const before = await record();
		await act();
		let now = before;
		await expectSoon(async () => {
			now = await record();
			return now !== before;
		}, 'the debugger stands elsewhere');
		await w.debug.waitUntilStopped();
		return [before, now];
	}

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
		] as const) {
			const [before, now] = await moved(() => w.debug.clickToolbar(title));
			assert.equal(now < before, isBack, `${title}: ${before} → ${now}`);
			assert.ok((await w.debug.frameNames()).length > 0, `${title}: no call stack`);
		}
		await w.screenshot('10-after-the-toolbar-dark');
		const [from, first] = await moved(() => w.debug.clickToolbar('Reverse'));
		assert.ok(first < from);
	});

	it('an error code changed in the Variables view makes a branch that falls back to TCP/IP', async () => {
		await w.debug.addFunctionBreakpoint('alice.ib0!WSPEnumNetworkEvents:return');
		await moved(() => w.press('F5').then(() => w.debug.waitUntilStopped()));
		await moved(() => w.press('F5'));
		const name = 'iErrorCode[FD_CONNECT_BIT]';
		await (await w.debug.variableRowIn('Result', name)).dblclick();
		const input = w.page.locator('.debug-variables input');
		await input.fill('WSAETIMEDOUT');
		await input.press('Enter');
		await expectSoon(
			async () => (await w.debug.stack()).some(({ text }) => /Branch 2/i.test(text)),
			'the call stack tells of the branch',
		);
		await w.screenshot('11-branch-dark');
		await w.debug.show();
		await w.page
			.locator('.debug-breakpoints .monaco-list-row')
			.filter({ hasText: 'Fallback to TCP/IP' })
			.getByRole('checkbox')
			.click();
		await w.press('F5');
		const widget = w.page.locator('.exception-widget');
		await widget.waitFor();
		assert.match((await widget.textContent()) ?? '', /fallback/i);
		await w.screenshot('12-exception-dark');
		assert.deepEqual(await w.errorNotifications(), []);
	});

	it('a data breakpoint set in the Variables view stops at the change', async () => {
		const row = await w.debug.variableRowIn('Socket', 'state =');
		await w.debug.chooseFromMenu(row, 'Break on Value Change');
		await w.debug.waitForBreakpoint('socket 100.state');
		await moved(() => w.press('F5'));
		await expectSoon(
			async () => (await w.debug.stack()).some(({ text }) => /change of/i.test(text)),
			'the call stack tells why it stopped',
		);
		await w.screenshot('13-data-breakpoint-dark');
	});
});
