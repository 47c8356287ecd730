/** The command palette and every other quick pick of the workbench. */
import type { Locator, Page } from 'playwright-core';
import { escaped, texts } from './locators';

const attempts = 3;
const attemptTimeoutMs = 3000;

export class Palette {
	constructor(private readonly page: Page) {}

	/** Runs a command by its full title (`Debug: Add Function Breakpoint`). */
	async run(title: string): Promise<void> {
		// Something that takes the focus (an editor that opens) closes the palette; a person would open it again.
		for (let attempt = 1; ; attempt++) {
			await this.page.keyboard.press('F1');
			try {
				await this.input().fill(`>${title}`, { timeout: attemptTimeoutMs });
				await this.row(title).click({ timeout: attemptTimeoutMs });
				return;
			} catch (error) {
				if (attempt === attempts) {
					throw error;
				}
				await this.page.keyboard.press('Escape');
			}
		}
	}

	widget(): Locator {
		return this.page.locator('.quick-input-widget');
	}

	input(): Locator {
		return this.widget().locator('input[type="text"]').first();
	}

	/** The row of the open quick pick that says exactly this, apart from keys and descriptions. */
	row(text: string): Locator {
		return this.widget()
			.getByRole('option', { name: new RegExp(`^${escaped(text)}(,|$)`) })
			.first();
	}

	/** Texts of the rows on the screen. */
	rows(): Promise<readonly string[]> {
		return texts(this.widget().locator('.monaco-list-row'));
	}

	/** Chooses a row of the quick pick that is open. */
	async pick(text: string): Promise<void> {
		await this.row(text).click();
	}

	async waitUntilClosed(): Promise<void> {
		await this.widget().waitFor({ state: 'hidden' });
	}
}
