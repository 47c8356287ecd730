/** Hostile texts in every place that a user's text gets to: each is shown as text, and the page stays what it is. */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { SequenceView } from '../../server/sequence';
import { visible } from '../../server/sequence/escape';
import { shorten } from '../../server/sequence/width';
import { site } from '../../server/trace';
import { launchChromium } from '../host/browser';
import { hostileTexts } from '../unit/sequence/hostileTexts';
import { Scribe } from '../unit/sequence/sampleTrace';
import { eventually } from './eventually';
import { FakePanel } from './fakePanel';
import { ViewRun } from './viewRun';

describe('hostile texts', function () {
	this.timeout(60_000);
	let browser: Browser;

	before(async () => {
		browser = await launchChromium();
	});

	after(async () => {
		await browser.close();
	});

	/** A run that logs each text, and calls with it. */
	function hostileRun(): ViewRun {
		const scribe = new Scribe();
		const client = scribe.thread('alice.client');
		client.enterPhase('data');
		for (const text of hostileTexts) {
			client.note(site('log', ['text']), client.component, text);
			client.note(
				site('expectation failed', ['text']),
				client.component,
				`${text} and what follows makes it long. `.repeat(9),
			);
			scribe.call(client, 'alice.switch', site('WSPSend', ['buffer']), [text], { error: 'WSAEFAULT' });
		}
		return new ViewRun(scribe.reader);
	}

	it('are shown as text by the page', async () => {
		const run = hostileRun();
		run.title = '<img src=x onerror=alert(1)>%%{init}%%';
		const panel = await FakePanel.open(browser, run, { height: 2400 });
		panel.page.on('dialog', () => panel.complaints.push('a dialog was opened'));
		await panel.settled();
		assert.equal(await panel.page.locator('.title').textContent(), run.title);
		const count = run.info().rowCount;
		const pages = run.pages(0, 1000, panel.lane);
		let seen = 0;
		const lanes = new Set<string>();
		for (const page of pages) {
			const isDrawn = async (): Promise<boolean> => {
				// Pages that turn out taller than estimated move those below them: it goes to the page until it is there.
				await panel.page.locator('.viewport').evaluate((viewport, part) => {
					viewport.scrollTop = (viewport.scrollHeight - 52) * part;
				}, page.index / pages.length);
				await panel.settled();
				return (await panel.page.locator(`[data-page="${page.index}"]:not(.waiting)`).count()) === 1;
			};
			await eventually(isDrawn, true);
			const texts = await panel.page.$$eval(
				`[data-page="${page.index}"] .drawing :is(.messageText, .noteText)`,
				(items) => items.map((item) => item.textContent ?? ''),
			);
			const bandless = texts.filter((text) => text !== 'Data transfer');
			const squeezed = (text: string): string => text.replace(/[\s\u200b]+/g, ' ').trim();
			const notes = page.rows.filter(({ kind }) => kind === 'note').map(({ label }) => squeezed(label));
			const messages = page.rows.filter(({ kind }) => kind !== 'note').map(({ label }) => squeezed(label));
			assert.deepEqual(bandless.map(squeezed), [...notes, ...messages]);
			seen += bandless.length;
			lanes.add(
				await panel.page.$$eval(`[data-page="${page.index}"] .actor-line`, (lines) =>
					lines.map((line) => Math.round(line.getBoundingClientRect().x * 2) / 2).join(' '),
				),
			);
		}
		assert.equal(seen, count);
		assert.equal(lanes.size, 1, `no text moves a lifeline: ${[...lanes].join(' | ')}`);
		const strangers = await panel.page.$$eval('.page *', (items) =>
			[...new Set(items.map(({ localName }) => localName))].filter((name) =>
				['script', 'img', 'iframe', 'a', 'style', 'foreignObject', 'image', 'object', 'link'].includes(name),
			),
		);
		assert.deepEqual(strangers, []);
		assert.deepEqual(panel.complaints, []);
		await panel.close();
	});

	it('keep their meaning in labels that are short enough', () => {
		const view = new SequenceView(hostileRun().reader);
		const rows = view.pages(0, 1000).flatMap((page) => page.rows);
		const logs = rows.filter(({ name }) => name === 'log');
		const expected = hostileTexts.map((text) => shorten(visible(text), 180));
		assert.deepEqual(
			logs.map(({ label }) => label),
			expected,
		);
	});
});
