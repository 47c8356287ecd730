/**
 * What the live diagram costs beside Mermaid itself: the published package drawing the whole run as one text, in the same
 * browser and the same run. Needs dist/webview.js. The host answers inside the page, so that only the page is measured.
 */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { DiagramInfo, DiagramPage, ViewSettings } from '../../server/protocol/diagram';
import type { FromPanel } from '../../server/protocol/panel';
import { mermaidText, PAGE_SIZE, SequenceView } from '../../server/sequence';
import { launchChromium } from '../host/browser';
import { loopTrace } from '../unit/sequence/sampleTrace';
import { FakePanel } from './fakePanel';
import { messageByMessage, ViewRun } from './viewRun';

export interface Measurement {
	readonly value: number;
	readonly unit: string;
	readonly against: string;
	readonly samples: number;
}

/** One more message, as the host tells it. */
interface Step {
	readonly info: DiagramInfo;
	readonly pages: readonly DiagramPage[];
}

const appends = 20;

/** Measures `diagram.appendGain`, `diagram.appendGrowth`, `diagram.openGain` and `diagram.openGainFromNavigation`. */
export async function measureDiagram(): Promise<Readonly<Record<string, Measurement>>> {
	const browser = await launchChromium();
	try {
		const append1k = await appendTimes(browser, 1_000);
		const append100k = await appendTimes(browser, 100_000);
		const whole1k = await wholeTimes(browser, 1_000, 3);
		const opens = await openTimes(browser, 5_000, 5);
		const whole5k = await wholeTimes(browser, 5_000, 1);
		return {
			'diagram.appendGain': ratio(median(whole1k) / median(append1k), 'Mermaid drawing all of 1,000 messages', appends),
			'diagram.appendGrowth': ratio(median(append100k) / median(append1k), 'the same at 1,000 messages', appends),
			'diagram.openGain': ratio(
				median(whole5k) / median(opens.map(({ fromReady }) => fromReady)),
				'Mermaid drawing all of 5,000 messages',
				opens.length,
			),
			'diagram.openGainFromNavigation': ratio(
				median(whole5k) / median(opens.map(({ fromNavigation }) => fromNavigation)),
				'Mermaid, loaded already, drawing all of 5,000 messages',
				opens.length,
			),
		};
	} finally {
		await browser.close();
	}
}

function ratio(value: number, against: string, samples: number): Measurement {
	return { value, unit: 'ratio', against, samples };
}

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** ms from the news of one more message to its row, at the end of a run of `count` messages. */
async function appendTimes(browser: Browser, count: number): Promise<readonly number[]> {
	const run = ViewRun.long(Math.ceil(count / 4) + appends);
	const all = run.info().rowCount;
	const steps = Array.from({ length: appends + 1 }, (_, index) => stepAt(run, Math.min(all, count + index)));
	const first = steps[0] as Step;
	const panel = await FakePanel.open(browser, { info: () => first.info, pages: (from, to) => run.pages(from, to) });
	await panel.page.waitForSelector(`#row${first.info.rowCount - 1}`);
	await panel.settled();
	const times = await panel.page.evaluate(
		async ({ news, view }) => {
			const hosts = window as unknown as {
				inPageHost(message: { type: string; request: number; first: number; last: number }): void;
			};
			const measured: number[] = [];
			for (const { info, pages } of news) {
				hosts.inPageHost = (message) => {
					if (message.type !== 'getPages') return;
					const asked = pages.filter(({ index }) => index >= message.first && index <= message.last);
					window.postMessage({ type: 'pages', request: message.request, pages: asked });
				};
				const start = performance.now();
				window.postMessage({ type: 'info', info, view });
				await new Promise<void>((done) => {
					const look = (): void => {
						if (document.getElementById(`row${info.rowCount - 1}`)) done();
						else requestAnimationFrame(look);
					};
					new MutationObserver((_, observer) => {
						if (!document.getElementById(`row${info.rowCount - 1}`)) return;
						observer.disconnect();
						done();
					}).observe(document.body, { childList: true, subtree: true });
					look();
				});
				measured.push(performance.now() - start);
				// What the page still has to do for this message is not part of the next one.
				await new Promise((done) => setTimeout(done, 150));
			}
			return measured;
		},
		{ news: steps.slice(1), view: messageByMessage },
	);
	await panel.close();
	return times;
}

/** The run as far as `count` rows; the debugger stands at the last one. */
function stepAt(run: ViewRun, count: number): Step {
	const page = Math.floor((count - 1) / PAGE_SIZE);
	run.limit = undefined;
	run.limit = run.cursor = run.pages(page, page)[0]?.rows[(count - 1) % PAGE_SIZE]?.seq ?? 0;
	return { info: run.info(), pages: run.pages(page - 3, page) };
}

/** How long it took to Mermaid's first drawing, in ms. */
interface Opening {
	/** From the loaded page's asking for the run. Mermaid's own time has no loading in it either. */
	readonly fromReady: number;
	/** From the start of the navigation, with loading and starting all scripts. */
	readonly fromNavigation: number;
}

async function openTimes(browser: Browser, count: number, samples: number): Promise<readonly Opening[]> {
	const run = ViewRun.long(count / 4);
	const news = { info: run.info(), pages: run.pages(0, 3), view: messageByMessage };
	const times: Opening[] = [];
	for (let sample = 0; sample < samples; sample++) {
		const prepare = (page: Page): Promise<unknown> => page.addInitScript(answerInPage, news);
		const panel = await FakePanel.open(browser, undefined, { prepare });
		await panel.page.waitForSelector('.drawing');
		times.push(await panel.page.evaluate(() => (window as unknown as { opening: Opening }).opening));
		await panel.close();
	}
	return times;
}

/** Runs in the page: a host that has its answers ready, and a clock from the page's `ready` to its first drawing. */
function answerInPage({ info, pages, view }: Step & { readonly view: ViewSettings }): void {
	const inPageHost = (message: FromPanel): void => {
		if (message.type === 'ready') {
			const start = performance.now();
			new MutationObserver((_, observer) => {
				if (!document.querySelector('.drawing')) return;
				observer.disconnect();
				requestAnimationFrame(() => {
					const now = performance.now();
					Object.assign(window, { opening: { fromReady: now - start, fromNavigation: now } });
				});
			}).observe(document.body, { childList: true, subtree: true });
			window.postMessage({ type: 'info', info, view });
		} else if (message.type === 'getPages') {
			const asked = pages.filter(({ index }) => index >= message.first && index <= message.last);
			window.postMessage({ type: 'pages', request: message.request, pages: asked });
		}
	};
	Object.assign(window, { inPageHost });
}

/** ms that published Mermaid takes to draw `count` messages as one text. */
async function wholeTimes(browser: Browser, count: number, samples: number): Promise<readonly number[]> {
	const text = mermaidText(new SequenceView(loopTrace(count / 4).reader, messageByMessage));
	const page = await browser.newPage();
	await page.setContent('<!DOCTYPE html><body></body>');
	await page.addScriptTag({ path: path.resolve('node_modules/mermaid/dist/mermaid.min.js') });
	const times: number[] = [];
	for (let sample = 0; sample < samples; sample++) {
		times.push(
			await page.evaluate(async (source) => {
				interface PublishedMermaid {
					initialize(config: object): void;
					render(id: string, text: string): Promise<{ svg: string }>;
				}
				const { mermaid } = window as unknown as { mermaid: PublishedMermaid };
				mermaid.initialize({ startOnLoad: false, maxTextSize: 10_000_000 });
				const start = performance.now();
				document.body.innerHTML = (await mermaid.render('whole', source)).svg;
				document.body.getBoundingClientRect();
				return performance.now() - start;
			}, text),
		);
	}
	await page.close();
	return times;
}
