/** The text editors of the workbench: opening files, lines, breakpoints in the margin, problems, code lenses. */
import type { Locator, Page } from 'playwright-core';
import { boxOf, expectSoon, plain, rowsByPlace, startingWith } from './locators';
import type { Palette } from './palette';

/** Distance of the breakpoint symbols from the left edge of an editor's margin, in pixels. */
const glyphOffset = 9;

export class EditorPane {
	constructor(
		private readonly page: Page,
		private readonly palette: Palette,
	) {}

	/** Opens a file by double-clicking it in the explorer. `name` is what the explorer shows. */
	async open(name: string): Promise<void> {
		await this.page
			.getByRole('treeitem', { name: startingWith(name) })
			.first()
			.dblclick();
		await this.waitFor(name);
	}

	/** Waits until a file's tab and text are on the screen. */
	async waitFor(name: string): Promise<void> {
		await this.tab(name).waitFor();
		await this.lines().first().waitFor();
	}

	tab(name: string): Locator {
		return this.page.locator('.tabs-container .tab').filter({ hasText: name });
	}

	/** Brings an open file to the front. */
	async show(name: string): Promise<void> {
		await this.tab(name).first().click();
	}

	private lines(): Locator {
		return this.page.locator('.editor-instance .view-lines .view-line');
	}

	/** Texts of the lines on the screen, in order; the editor renders only those. */
	async visibleLines(): Promise<readonly string[]> {
		return rowsByPlace(this.lines(), async (line) => plain(await line.textContent()));
	}

	/** Puts the keyboard focus in the text editor: the active one, else (a webview is active) the first. */
	async focus(): Promise<void> {
		const active = this.page.locator('.editor-group-container.active .editor-instance .view-lines');
		const any = this.page.locator('.editor-instance .view-lines');
		const target = (await active.count()) > 0 ? active : any;
		await target.first().click({ position: { x: 300, y: 5 } });
	}

	/** Scrolls to a line (1-based) and puts the cursor there. */
	async goToLine(line: number, column = 1): Promise<void> {
		await this.focus();
		await this.page.keyboard.press('Control+g');
		await this.palette.input().fill(`:${line}:${column}`);
		await this.page.keyboard.press('Enter');
		await this.palette.waitUntilClosed();
	}

	/** Types at the cursor, key by key. */
	async type(text: string): Promise<void> {
		await this.page.keyboard.type(text);
	}

	/** Toggles a breakpoint with a click in the margin of a line (1-based) that is on the screen. */
	async clickGlyphMargin(line: number): Promise<void> {
		const margin = this.page.locator('.editor-instance .margin').first();
		const number = margin.locator('.line-numbers').filter({ hasText: new RegExp(`^${line}$`) });
		const marginBox = await boxOf(margin);
		const numberBox = await boxOf(number.first());
		await this.page.mouse.click(marginBox.x + glyphOffset, numberBox.y + numberBox.height / 2);
	}

	/** Sets a line breakpoint and waits for its symbol. */
	async setBreakpoint(line: number): Promise<void> {
		const before = await this.breakpoints().count();
		await this.clickGlyphMargin(line);
		await expectSoon(
			async () => (await this.breakpoints().count()) === before + 1,
			`a breakpoint symbol at line ${line}`,
		);
	}

	/** All breakpoint symbols on the screen, verified and unverified. */
	breakpoints(): Locator {
		return this.page.locator('.editor-instance .glyph-margin-widgets [class*="codicon-debug-breakpoint"]');
	}

	/** Underlined problems on the screen. */
	squiggles(severity: 'error' | 'warning' | 'info' = 'error'): Locator {
		return this.page.locator(`.editor-instance .squiggly-${severity}`);
	}

	/** The code lenses on the screen with this text. */
	codeLens(text: string): Locator {
		return this.page.locator('.editor-instance .codelens-decoration a').filter({ hasText: text });
	}

	/** Text of the line where the debugger stands, or nothing when it is not on the screen. */
	async stoppedLine(): Promise<string | undefined> {
		return this.lineUnder('.debug-top-stack-frame-line');
	}

	/** Text of the line of a chosen frame below the top, or nothing. */
	async focusedFrameLine(): Promise<string | undefined> {
		return this.lineUnder('.debug-focused-stack-frame-line');
	}

	private async lineUnder(decoration: string): Promise<string | undefined> {
		for (const editor of await this.page.locator('.editor-instance').all()) {
			const mark = await editor
				.locator(`.view-overlays ${decoration}`)
				.first()
				.boundingBox({ timeout: 200 })
				.catch(() => null);
			if (mark === null) {
				continue;
			}
			for (const line of await editor.locator('.view-lines .view-line').all()) {
				const box = await line.boundingBox();
				if (box !== null && Math.abs(box.y - mark.y) < box.height / 2) {
					return plain(await line.textContent());
				}
			}
		}
		return undefined;
	}
}
