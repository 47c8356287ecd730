/** A browser for the tests of a suite, and one panel for each test, which must end without complaints. */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/browser';
import { FakePanel, type FakePanelOptions, type FakeRun } from './fakePanel';

export interface Panels {
	readonly browser: Browser;
	/** Opens the panel of this test. What there is to draw is drawn when this returns. */
	open(run: FakeRun | undefined, options?: FakePanelOptions): Promise<FakePanel>;
}

/** To be called in a `describe`. */
export function usePanels(): Panels {
	let browser: Browser;
	let panel: FakePanel | undefined;

	before(async () => {
		browser = await launchChromium();
	});

	after(async () => {
		await browser.close();
	});

	afterEach(async () => {
		const complaints = panel?.complaints ?? [];
		await panel?.close();
		panel = undefined;
		assert.deepEqual(complaints, []);
	});

	return {
		get browser() {
			return browser;
		},
		async open(run, options) {
			panel = await FakePanel.open(browser, run, options);
			if (run) await panel.settled();
			return panel;
		},
	};
}
