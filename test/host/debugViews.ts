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
		const item = this.page.getByRole('menuitem', { name: startingWith(title) });
		await item.waitFor();
		await expectSoon(async () => {
			await item.click({ timeout: 1000 }).catch(() => undefined);
			return !(await item.isVisible());
		}, `the menu takes ${title}`);
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
