/** What is exported must mean the same to any Mermaid: the package as it is published, with its default configuration. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { DiagramRow } from '../../server/protocol/diagram';
import { mermaidText, SequenceView } from '../../server/sequence';
import { type Reader, site } from '../../server/trace';
import { launchChromium } from '../host/browser';
import { hostileTexts } from '../unit/sequence/hostileTexts';
import { loopTrace, Scribe, sampleTrace } from '../unit/sequence/sampleTrace';

interface PublishedMermaid {
	initialize(config: object): void;
	render(id: string, text: string): Promise<{ svg: string }>;
}

describe('exported Mermaid text', function () {
	this.timeout(60_000);
	let browser: Browser;
	let page: Page;

	before(async () => {
		browser = await launchChromium();
		page = await browser.newPage();
		await page.setContent('<!DOCTYPE html><body></body>');
		await page.addScriptTag({ path: path.resolve('node_modules/mermaid/dist/mermaid.min.js') });
	});

	after(async () => {
		await browser.close();
	});

	/** Labels of notes and of messages, in the order of the drawing. */
	function drawnLabels(text: string): Promise<{ notes: string[]; messages: string[] }> {
		return page.evaluate(async (source) => {
			const { mermaid } = window as unknown as { mermaid: PublishedMermaid };
			mermaid.initialize({ startOnLoad: false });
			const { svg } = await mermaid.render('exported', source);
			const drawn = new DOMParser().parseFromString(svg, 'text/html');
			const labels = (selector: string): string[] =>
				[...drawn.querySelectorAll(selector)].map((item) => item.textContent ?? '');
			return { notes: labels('.noteText'), messages: labels('.messageText') };
		}, text);
	}

	async function check(reader: Reader): Promise<void> {
		const view = new SequenceView(reader);
		const pages = view.pages(0, 1000);
		const rows = pages.flatMap((item) => item.rows);
		const titles = pages.flatMap((item) => item.bands.map(({ title }) => title));
		const isNote = ({ kind }: DiagramRow): boolean => kind === 'note' || kind === 'violation';
		const squeezed = (labels: readonly string[]): string[] =>
			labels.map((label) => label.replace(/[\s\u200b]+/g, ' ').trim());
		const { notes, messages } = await drawnLabels(mermaidText(view));
		assert.deepEqual(squeezed(messages), squeezed(rows.filter((row) => !isNote(row)).map(({ label }) => label)));
		const noted = squeezed(notes).filter((note) => !titles.includes(note));
		assert.deepEqual(noted, squeezed(rows.filter(isNote).map(({ label }) => label)));
	}

	it('draws a run', async () => {
		await check(sampleTrace().reader);
	});

	it('draws a long run', async () => {
		await check(loopTrace(50).reader);
	});

	it('shows hostile texts as text', async () => {
		for (let first = 0; first < hostileTexts.length; first += 60) {
			const scribe = new Scribe();
			const client = scribe.thread('alice.client');
			client.enterPhase('data');
			for (const text of hostileTexts.slice(first, first + 60)) {
				client.note(site('log', ['text']), client.component, text);
				client.message(site(`a${text.slice(0, 100)}`), scribe.component('alice.switch'));
			}
			await check(scribe.reader);
		}
	});
});
