/** Run and Debug: breakpoints view, call stack, variables, toolbar, debug console. */
import type { Locator, Page } from 'playwright-core';
import type { EditorPane } from './editorPane';
import { expectSoon, readable, rowsByPlace, startingWith, texts } from './locators';
import type { Palette } from './palette';

/** One row of the call stack. A thread's row also says its state: `alice.client PAUSED ON STEP`. */
export interface StackRow {
	readonly kind: 'session' | 'thread' | 'frame' | 'other';
	readonly text: string;
}

const stopTimeoutMs = 20_000;

export class DebugViews {
	constructor(
		private readonly page: Page,
		private readonly palette: Palette,
		private readonly editor: EditorPane,
	) {}

	/** Shows Run and Debug with the breakpoints view open. */
	async show(): Promise<void> {
		const header = this.breakpointsHeader();
		if (!(await header.isVisible())) {
			await this.page.keyboard.press('Control+Shift+D');
			await header.waitFor();
		}
		if ((await header.getAttribute('aria-expanded')) !== 'true') {
			await header.click();
		}
		await this.page.locator('.debug-breakpoints').waitFor();
	}

	private breakpointsHeader(): Locator {
		return this.page.locator('.pane-header').filter({ hasText: 'Breakpoints' });
	}

	/** Adds a function breakpoint with the "+" of the breakpoints view. */
	async addFunctionBreakpoint(name: string): Promise<void> {
		await this.page.keyboard.press('Control+Shift+D');
		// The view is hidden until there is a breakpoint (its header may be seen for a moment while Run and Debug opens); then
		// the command is how a person adds the first one.
		if (await this.page.locator('.debug-breakpoints .monaco-list-row').first().isVisible()) {
			await this.show();
			const header = this.breakpointsHeader();
			await header.hover();
			await header.getByRole('button', { name: 'Add Function Breakpoint' }).click();
		} else await this.palette.run('Add Function Breakpoint');
		const input = this.page.locator('.debug-breakpoints input[type="text"]').first();
		await input.fill(name);
		await input.press('Enter');
		await this.breakpointRow(name).waitFor();
	}

	/** Removes all breakpoints with the button of the breakpoints view; what is left are the exception filters. */
	async removeAllBreakpoints(): Promise<void> {
		await this.show();
		const header = this.breakpointsHeader();
		await header.hover();
		await header.getByRole('button', { name: 'Remove All Breakpoints' }).click();
		// Filters have no button to remove them.
		const removable = this.page.locator('.debug-breakpoints').getByRole('button', { name: 'Remove Breakpoint' });
		await expectSoon(async () => (await removable.count()) === 0, 'no breakpoint is left');
	}

	/** Gives a function breakpoint a condition, with the pencil in its row. */
	async setCondition(name: string, condition: string): Promise<void> {
		const row = this.breakpointRow(name);
		await row.hover();
		await row.getByRole('button').first().click();
		await this.chooseItem('Edit Condition');
		const input = this.page.locator('.debug-breakpoints input[type="text"]').first();
		await input.fill(condition);
		await input.press('Enter');
		await input.waitFor({ state: 'detached' });
		await this.breakpointRow(name).filter({ hasText: condition }).waitFor();
	}

	/** The row of the breakpoints view that says exactly this. */
	breakpointRow(text: string): Locator {
		return this.page
			.locator('.debug-breakpoints .monaco-list-row')
			.filter({ has: this.page.getByText(text, { exact: true }) })
			.first();
	}

	/** Waits until the breakpoints view lists `text`, scrolling down to it: only then does the debugger know of it. */
	async waitForBreakpoint(text: string): Promise<void> {
		const list = this.page.locator('.debug-breakpoints');
		const row = list.locator('.monaco-list-row').filter({ hasText: text }).first();
		await expectSoon(async () => {
			if (await row.isVisible()) return true;
			await list.hover();
			await this.page.mouse.wheel(0, 400);
			return false;
		}, `the breakpoints view lists ${text}`);
	}

	/** Starts debugging, or continues when stopped (F5). */
	async start(): Promise<void> {
		await this.page.keyboard.press('F5');
	}

	toolbar(): Locator {
		return this.page.locator('.debug-toolbar');
	}

	/** Clicks a button of the debug toolbar by its title: `Continue`, `Step Over`, `Pause`, `Stop`, `Step Back`. */
	async clickToolbar(title: string): Promise<void> {
		await this.toolbarButton(title).click();
	}

	toolbarButton(title: string): Locator {
		return this.toolbar()
			.getByRole('button', { name: startingWith(title) })
			.first();
	}

	/** Waits until the debugger stands somewhere: the toolbar offers Continue and the call stack shows a frame. */
	async waitUntilStopped(timeoutMs = stopTimeoutMs): Promise<void> {
		await this.toolbarButton('Continue').waitFor({ timeout: timeoutMs });
		await this.page.locator('.debug-call-stack .stack-frame').first().waitFor({ timeout: timeoutMs });
	}

	/** Steps with a key and waits until the stop that follows is shown. */
	async step(key: 'F10' | 'F11' | 'Shift+F11'): Promise<void> {
		const before = await this.signature();
		await this.page.keyboard.press(key);
		await expectSoon(async () => (await this.signature()) !== before, `${key} moves the debugger`);
		await this.waitUntilStopped();
	}

	/** Where the debugger stands, as the last line of the debug console that begins with a record tells. */
	async record(): Promise<number> {
		return Number(/^#(\d+)/.exec(await this.recordLine())?.[1]);
	}

	/** The last line of the debug console that begins with a record. */
	async recordLine(): Promise<string> {
		let last: string | undefined;
		await expectSoon(async () => {
			const lines = await texts(this.page.locator('.repl .monaco-list-row'));
			last = lines.map((line) => line.trim()).findLast((line) => /^#\d+\s/.test(line));
			return last !== undefined;
		}, 'the debug console tells the record');
		return last ?? '';
	}

	/** Does something that moves the debugger, and waits until it stands elsewhere. @returns the records before and after */
	async moved(act: () => Promise<unknown>): Promise<readonly [number, number]> {
		const before = await this.record();
		await act();
		let now = before;
		await expectSoon(async () => {
			now = await this.record();
			return now !== before;
		}, 'the debugger stands elsewhere');
		await this.waitUntilStopped();
		return [before, now];
	}

	/** Waits until no debug session is left. */
	async waitUntilEnded(timeoutMs = stopTimeoutMs): Promise<void> {
		await this.toolbar().waitFor({ state: 'hidden', timeout: timeoutMs });
	}

	/** What the user sees of where the debugger stands; differs for every stop that is elsewhere. */
	private async signature(): Promise<string> {
		const parts = [await this.stack(), await this.variables(), (await this.editor.stoppedLine()) ?? ''];
		return JSON.stringify(parts);
	}

	/** The rows of the call stack that are on the screen. */
	async stack(): Promise<readonly StackRow[]> {
		return rowsByPlace(this.page.locator('.debug-call-stack .monaco-list-row'), async (row) => ({
			kind: await kindOf(row),
			text: await readable(row),
		}));
	}

	/** Waits until a row of the call stack says this, wherever in the list it is. */
	async waitForInStack(pattern: RegExp, what: string): Promise<void> {
		const list = this.page.locator('.debug-call-stack');
		let looks = 0;
		await expectSoon(async () => {
			if ((await this.stack()).some(({ text }) => pattern.test(text))) return true;
			// Threads that stand open may fill the view: down a few times, then up again.
			await list.hover();
			await this.page.mouse.wheel(0, looks++ % 8 < 6 ? 120 : -480);
			return false;
		}, what);
	}

	/** Names of the frames on the screen, top first, without the file and line beside them. */
	async frameNames(): Promise<readonly string[]> {
		const rows = this.page.locator('.debug-call-stack .monaco-list-row').filter({
			has: this.page.locator('.stack-frame'),
		});
		return rowsByPlace(rows, (row) => readable(row.locator('.label').first()));
	}

	/** Chooses the topmost frame with this name, which shows its source. */
	async selectFrame(name: string): Promise<void> {
		const label = this.page.locator('.label').getByText(name, { exact: true });
		await this.page.locator('.debug-call-stack .stack-frame').filter({ has: label }).first().click();
	}

	/** The rows of the variables view that are on the screen: scopes (`Arguments`) and values (`s = 3`). */
	async variables(): Promise<readonly string[]> {
		return rowsByPlace(this.page.locator('.debug-variables .monaco-list-row'), readable);
	}

	/** A row of the variables view; values arrive after the stop, so wait for the row that matters. */
	variableRow(text: string): Locator {
		return this.page.locator('.debug-variables .monaco-list-row').filter({ hasText: text }).first();
	}

	/** A row of the scope or structured value `outer`, which is opened for it. Rows move while values arrive. */
	async variableRowIn(outer: string, text: string): Promise<Locator> {
		const row = this.variableRow(text);
		const around = this.variableRow(outer);
		await expectSoon(async () => {
			if (await row.isVisible()) return true;
			const timeout = 1000;
			const expanded = await around.getAttribute('aria-expanded', { timeout }).catch(() => null);
			if (expanded === 'false') {
				await around
					.locator('.monaco-tl-twistie')
					.click({ timeout })
					.catch(() => undefined);
			}
			return false;
		}, `${outer} shows ${text}`);
		return row;
	}

	/** Chooses an item of a row's context menu, which takes no click in the first moments after it has opened. */
	async chooseFromMenu(row: Locator, title: string): Promise<void> {
		await row.click({ button: 'right' });
		await this.chooseItem(title);
	}

	/** Chooses an item of the menu that is opening. */
	private async chooseItem(title: string): Promise<void> {
		const item = this.page.getByRole('menuitem', { name: startingWith(title) });
		await item.waitFor();
		await expectSoon(async () => {
			await item.click({ timeout: 1000 }).catch(() => undefined);
			return !(await item.isVisible());
		}, `the menu takes ${title}`);
	}

	/** Types an expression into the debug console; returns the answer. */
	async ask(expression: string): Promise<string> {
		await this.palette.run('Debug Console: Focus on Debug Console View');
		await this.page.locator('.repl-input-wrapper .monaco-editor.focused').waitFor();
		const rows = this.page.locator('.repl .monaco-list-row');
		await this.page.keyboard.type(expression);
		// Suggestions do not take the Enter here, unless a setting says so.
		await this.page.keyboard.press('Enter');
		let answer: string | undefined;
		await expectSoon(async () => {
			const lines = (await texts(rows)).map((line) => line.trim());
			const asked = lines.lastIndexOf(expression);
			answer = asked < 0 ? undefined : lines[asked + 1];
			return answer !== undefined;
		}, `the debug console answers ${expression}`);
		return answer ?? '';
	}

	/** Lines of the debug console (which is brought to the front). */
	async console(): Promise<readonly string[]> {
		await this.palette.run('Debug Console: Focus on Debug Console View');
		return texts(this.page.locator('.repl .monaco-list-row'));
	}
}

async function kindOf(row: Locator): Promise<StackRow['kind']> {
	const kinds = [
		['.stack-frame', 'frame'],
		['.thread', 'thread'],
		['.session', 'session'],
	] as const;
	for (const [selector, kind] of kinds) {
		if ((await row.locator(selector).count()) > 0) {
			return kind;
		}
	}
	return 'other';
}
