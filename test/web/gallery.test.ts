/** Pictures of every state in all themes at three widths, for people to judge, and what a program can judge of them. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/browser';
import { sampleTrace } from '../unit/sequence/sampleTrace';
import { seriousFindings } from './accessibility';
import { eventually } from './eventually';
import { FakePanel } from './fakePanel';
import { overlay, pictures } from './gallery';
import { type ThemeName, themes } from './themes';
import { ViewRun } from './viewRun';

const names = Object.keys(themes) as ThemeName[];
const chinese = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Readonly<Record<string, string>>;

describe('the call sequence, pictured', function () {
	this.timeout(120_000);
	let browser: Browser;

	before(async () => {
		browser = await launchChromium();
		mkdirSync('out/screenshots', { recursive: true });
	});

	after(async () => {
		await browser.close();
	});

	for (const { name, run, prepare, widths = [480, 900, 1600] } of pictures()) {
		it(`is ${name}, in all themes at ${widths.length} widths`, async () => {
			const panel = await FakePanel.open(browser, run, { width: 900, height: 820 });
			await panel.settled();
			await prepare?.(panel);
			for (const width of widths) {
				await panel.page.setViewportSize({ width, height: 820 });
				await panel.settled();
				for (const theme of names) {
					await panel.setTheme(theme);
					await panel.settled();
					await panel.page.screenshot({ path: `out/screenshots/${name}-${width}-${theme}.png` });
				}
				// Nothing of the bars is cut off.
				const cut = (): Promise<string[]> =>
					panel.page.$$eval('.toolbar, .finder, .branches, .comparison, .notice', (bars) =>
						bars
							.filter((bar) => bar instanceof HTMLElement && bar.scrollWidth > bar.clientWidth + 1)
							.map((bar) => bar.className),
					);
				await eventually(cut, []);
			}
			assert.deepEqual(panel.complaints, []);
			await panel.close();
		});
	}

	it('speaks Chinese', async () => {
		const { reader, connect } = sampleTrace();
		const panel = await FakePanel.open(browser, new ViewRun(reader, connect), { width: 900, texts: chinese });
		await panel.settled();
		await panel.page.locator('#row8').click({ position: { x: 300, y: 8 } });
		await panel.settled();
		await panel.page.screenshot({ path: 'out/screenshots/chinese-900.png' });
		await panel.page.getByRole('button', { name: '更多操作', exact: true }).click();
		await panel.page.getByRole('menu').waitFor();
		await panel.page.screenshot({ path: 'out/screenshots/chinese-menu-900.png' });
		const words = await panel.page.$$eval('.toolbar [title], .toolbar option', (items) =>
			items.map((item) => item.textContent || item.getAttribute('title') || ''),
		);
		const english = words.filter((word) => /^[A-Z][a-z]+ [a-z]/.test(word) && word !== 'connect over the SAN');
		assert.deepEqual(english, []);
		await panel.close();
	});
});

describe('axe-core', function () {
	this.timeout(120_000);
	let browser: Browser;

	before(async () => {
		browser = await launchChromium();
	});

	after(async () => {
		await browser.close();
	});

	for (const theme of names) {
		it(`finds nothing serious with menus, filters, details, branches and comparison open (${theme})`, async () => {
			const panel = await FakePanel.open(browser, overlay(), { theme, width: 900 });
			await panel.settled();
			assert.deepEqual(await seriousFindings(panel.page), [], 'overlay');
			await panel.page.locator('.row.current').click({ position: { x: 300, y: 8 } });
			await panel.page.keyboard.press('Control+f');
			await panel.page.locator('.query').fill('WSP');
			await panel.page.locator('.row.found').first().waitFor();
			await panel.settled();
			assert.deepEqual(await seriousFindings(panel.page), [], 'details and find');
			await panel.page.locator('.row.current').click({ button: 'right', position: { x: 300, y: 8 } });
			await panel.page.getByRole('menu').waitFor();
			assert.deepEqual(await seriousFindings(panel.page), [], 'menu of a message');
			await panel.page.keyboard.press('Escape');
			await panel.settled();
			await panel.page.getByRole('button', { name: 'More actions' }).click();
			await panel.page.getByRole('menuitem', { name: 'Export…' }).click();
			await panel.page.getByRole('menuitem', { name: 'PlantUML' }).first().waitFor();
			assert.deepEqual(await seriousFindings(panel.page), [], 'exports');
			await panel.page.keyboard.press('Escape');
			await panel.settled();
			await panel.page.locator('.head').first().click();
			await panel.page.getByRole('menu').waitFor();
			assert.deepEqual(await seriousFindings(panel.page), [], 'menu of a lifeline');
			await panel.close();
		});
	}

	it('can find something', async () => {
		const panel = await FakePanel.open(browser, overlay());
		await panel.settled();
		await panel.page.evaluate(() => {
			const button = document.createElement('button');
			document.querySelector('.toolbar')?.append(button);
		});
		assert.deepEqual(
			(await seriousFindings(panel.page)).map(({ id }) => id),
			['button-name'],
		);
		await panel.close();
	});
});
