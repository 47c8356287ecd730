/** The webview in a browser, with a host made up here. What it shows of a real run is tested in the real VS Code. */
import assert from 'node:assert/strict';
import type { DiagramPage, ViewSettings } from '../../server/protocol/diagram';
import type { FromPanel } from '../../server/protocol/panel';
import { PAGE_SIZE } from '../../server/sequence';
import { sampleTrace } from '../unit/sequence/sampleTrace';
import { seriousFindings } from './accessibility';
import { eventually, eventuallyMeets } from './eventually';
import type { FakePanel } from './fakePanel';
import { usePanels } from './panels';
import { ViewRun } from './viewRun';

describe('the call sequence', function () {
	this.timeout(60_000);
	const panels = usePanels();

	const { open } = panels;

	/** Labels in drawing order, as they can be read in the drawings. */
	function labels(shown: FakePanel): Promise<string[]> {
		return shown.page.$$eval('.drawing :is(.messageText, .noteText)', (items) =>
			items.map((item) => item.textContent ?? ''),
		);
	}

	it('draws exactly the messages so far, and one more when one is made', async () => {
		const { reader, connect } = sampleTrace();
		const run = new ViewRun(reader, connect, connect);
		const shown = await open(run, { height: 1200 });
		const connects = async (): Promise<number> =>
			(await labels(shown)).filter((label) => label.startsWith('WSPConnect')).length;
		const rows = (): Promise<number> => shown.page.locator('.row').count();
		const current = (): Promise<string | null> => shown.page.locator('.row.current').getAttribute('id');
		await eventually(connects, 2);
		await eventually(rows, run.info().rowCount);
		await eventually(current, `row${run.info().cursorRow}`);
		const before = run.info().rowCount;
		run.cursor = run.limit = connect + 8;
		assert.ok(run.info().rowCount > before);
		await shown.refresh();
		await eventually(current, `row${run.info().cursorRow}`);
		await eventually(rows, run.info().rowCount);
		await shown.settled();
		assert.equal(await rows(), run.info().rowCount, 'no row comes after the last one');
	});

	it('keeps the lifelines of all pages in one line', async () => {
		const shown = await open(ViewRun.long(40), { height: 2000 });
		const lanes = await shown.page.$$eval('.page', (pages) =>
			pages.map((page) =>
				[...page.querySelectorAll('.actor-line')].map((line) => line.getBoundingClientRect().x).sort((a, b) => a - b),
			),
		);
		assert.ok(lanes.length >= 2);
		const offsets = lanes.flatMap((page) => page.map((x, lane) => Math.abs(x - (lanes[0]?.[lane] ?? 0))));
		assert.ok(Math.max(...offsets) < 0.5);
		const heads = await shown.page.$$eval('.head', (items) =>
			items.map((item) => item.getBoundingClientRect()).map(({ x, width }) => x + width / 2),
		);
		assert.equal(heads.length, lanes[0]?.length);
		assert.ok(heads.every((x, lane) => Math.abs(x - (lanes[0]?.[lane] ?? 0)) < 1));
	});

	it('puts each row where its message is drawn', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader), { height: 1400 });
		const offsets = await shown.page.evaluate(() => {
			const rows = [...document.querySelectorAll('.row')].map((row) => row.getBoundingClientRect());
			const lines = [...document.querySelectorAll('[data-et="message"]')].map((line) => line.getBoundingClientRect());
			return lines.map(({ y, height }) => rows.filter((row) => y >= row.top && y + height <= row.bottom + 1).length);
		});
		assert.ok(offsets.length > 15);
		assert.ok(offsets.every((count) => count === 1));
	});

	it('shows the scenario line of a message that is clicked, and takes the debugger to one that is double-clicked', async () => {
		const source = { file: '/demo/connect.sanflow', line: 12, column: 3 };
		const run = new ViewRun(sampleTrace().reader);
		const pages = (first: number, last: number): DiagramPage[] =>
			run.pages(first, last).map((page) => ({ ...page, rows: page.rows.map((row) => ({ ...row, source })) }));
		const shown = await open({ info: () => run.info(), pages });
		const last = (): FromPanel | undefined => shown.said.at(-1);
		await shown.page.locator('#row7').click();
		await eventually(last, { type: 'revealSource', source });
		await eventually(() => shown.page.locator('.detailName').textContent(), 'WSPSocket');
		await shown.settled();
		const expected = run.pages(0, 0)[0]?.rows[7]?.seq as number;
		shown.said.length = 0;
		await shown.page.locator('#row7').dblclick();
		await eventually(() => shown.said.some((said) => said.type === 'goToRecord' && said.seq === expected), true);
		await shown.settled();
		shown.said.length = 0;
		await shown.page.getByRole('button', { name: 'Debug here' }).click();
		await eventually(last, { type: 'goToRecord', seq: expected });
	});

	it('is walked with the keyboard and spoken as a grid', async () => {
		const run = ViewRun.long(200);
		const shown = await open(run);
		const grid = shown.page.getByRole('grid', { name: 'Call sequence' });
		const selected = async (): Promise<string | null> => {
			await shown.settled();
			return grid.getAttribute('aria-activedescendant');
		};
		await grid.focus();
		await shown.page.keyboard.press('Home');
		assert.equal(await selected(), 'row0');
		await shown.page.keyboard.press('ArrowDown');
		await shown.page.keyboard.press('ArrowDown');
		assert.equal(await selected(), 'row2');
		assert.equal(
			await shown.page.locator('#row2').textContent(),
			'3, 1 µs, alice SAN provider to alice switch, WSPSend, pending'.replaceAll('alice ', ''),
		);
		await shown.page.keyboard.press('End');
		await shown.page.locator('#row799.selected').waitFor();
		assert.equal(await selected(), 'row799');
		await eventually(() => isInView(shown, '#row799'), true);
		await shown.page.keyboard.press('PageUp');
		await shown.settled();
		assert.notEqual(await selected(), 'row799');
		await eventually(() => isInView(shown, '.row.selected'), true);
		await shown.page.keyboard.press('Control+Enter');
		await eventually(() => shown.said.at(-1)?.type, 'goToRecord');
		await shown.page.keyboard.press('Escape');
		await eventually(() => shown.page.locator('.details').isVisible(), false);
	});

	it('keeps the current message in view, unless that is switched off', async () => {
		const run = ViewRun.long(500, 0);
		const shown = await open(run);
		const stepTo = async (row: number): Promise<void> => {
			const page = Math.floor(row / PAGE_SIZE);
			run.cursor = run.pages(page, page)[0]?.rows[row % PAGE_SIZE]?.seq ?? 0;
			await shown.refresh();
			await shown.settled();
		};
		await stepTo(1500);
		await eventually(() => isInView(shown, '#row1500.current'), true);
		await stepTo(1501);
		await eventually(() => isInView(shown, '#row1501.current'), true);
		await shown.page.getByRole('button', { name: 'Keep the current message in view' }).click();
		await shown.page.locator('.follow[aria-pressed="false"]').waitFor();
		await stepTo(10);
		assert.equal(await shown.page.locator('#row10').count(), 0);
		await shown.page.getByRole('button', { name: 'Keep the current message in view' }).click();
		await shown.page.locator('#row10.current').waitFor();
	});

	it('dims what comes after the current message', async () => {
		const { reader, connect } = sampleTrace();
		const shown = await open(new ViewRun(reader, connect), { height: 1400 });
		const cursor = Number((await shown.page.locator('.row.current').getAttribute('id'))?.slice(3));
		const later = await shown.page.$$eval('.row.later', (rows) => rows.map((row) => Number(row.id.slice(3))));
		assert.ok(later.length > 5 && later.every((row) => row > cursor));
	});

	it('follows a change of the theme without drawing anew', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader));
		const ink = (): Promise<string> =>
			shown.page
				.locator('.messageLine0')
				.first()
				.evaluate((line) => getComputedStyle(line).stroke);
		const light = await ink();
		await shown.page
			.locator('.drawing')
			.first()
			.evaluate((svg) => svg.setAttribute('data-kept', 'yes'));
		await shown.setTheme('dark');
		await eventuallyMeets(ink, (colour) => colour !== light, 'another colour');
		await shown.settled();
		assert.equal(await shown.page.locator('.drawing[data-kept]').count(), 1);
	});

	it('says what to do when there is nothing to show, and why when nothing can be shown', async () => {
		const empty = ViewRun.long(0);
		const shown = await open(empty);
		await shown.page.getByText('Nothing has happened yet').waitFor();
		empty.status = 'passed';
		await shown.refresh();
		await shown.page.getByRole('button', { name: 'Show everything' }).click();
		await eventually<FromPanel | undefined>(() => shown.said.at(-1), {
			type: 'setView',
			view: { lens: 'everything', hidden: [] },
		});
		await shown.settled();
		await shown.send({ type: 'failed', message: 'connect.sanflow:3:1: no host <b>carol</b>' });
		await shown.page.getByText('connect.sanflow:3:1: no host <b>carol</b>').waitFor();
	});

	it('hides a lifeline, unfolds and folds by changing the view', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader));
		const saysView = async (view: ViewSettings): Promise<void> => {
			await eventually<FromPanel | undefined>(() => shown.said.at(-1), { type: 'setView', view });
			await shown.settled();
		};
		await shown.page.locator('[data-lifeline="alice.tcpip"]').click();
		await shown.page.getByRole('menuitem', { name: 'Hide alice.tcpip' }).click();
		await saysView({ lens: 'spi', hidden: ['alice.tcpip'] });
		await shown.page.getByRole('button', { name: 'Show all lifelines' }).click();
		await saysView({ lens: 'spi', hidden: [], collapsed: [] });
		await shown.page.getByRole('button', { name: 'Fold initialization and repeated calls' }).click();
		const view: ViewSettings = { lens: 'spi', hidden: [], collapsed: [], unfolded: ['initialization', 'repeats'] };
		await saysView(view);
		await shown.page.getByLabel('Show', { exact: true }).selectOption('everything');
		await saysView({ ...view, lens: 'everything' });
	});

	it('brings both ends of the current arrow into view in a narrow panel', async () => {
		const { reader, connect } = sampleTrace();
		const shown = await open(new ViewRun(reader, connect), { width: 520 });
		await eventuallyMeets(
			() => shown.page.locator('.messageLine0.current').boundingBox(),
			(ends) => ends !== null && ends.x >= 100 && ends.x + ends.width <= 520,
			'both ends in view',
		);
	});

	it('waits visibly for a host that is slow to answer', async () => {
		const shown = await open(undefined);
		await shown.page.getByText('Waiting for the run…').waitFor();
	});

	it('speaks the language that the host brings', async () => {
		const shown = await open(ViewRun.long(0), {
			texts: { 'Nothing has happened yet': '尚无任何调用' },
		});
		await shown.page.getByText('尚无任何调用').waitFor();
	});

	it('remembers whether it follows', async () => {
		const state = { view: { lens: 'spi' as const, hidden: [] }, follow: false };
		const shown = await open(new ViewRun(sampleTrace().reader), { state });
		await eventually(() => shown.page.locator('.follow').getAttribute('aria-pressed'), 'false');
	});

	it('scrolls through 100,000 messages without blocking longer than 100 ms, and forgets what is gone', async () => {
		const run = ViewRun.long(25_000);
		assert.equal(run.info().rowCount, 100_000);
		const shown = await open(run);
		await panels.browser.startTracing(shown.page, {
			categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
		});
		await scrollThrough(shown, 20);
		const longest = longestTaskMs(await panels.browser.stopTracing());
		await eventually(() => isInView(shown, '#row99999'), true);
		assert.ok(longest > 5 && longest <= 100, `longest task: ${longest} ms`);
		assert.ok((await shown.page.locator('.page').count()) <= 5);
	});

	it('never asks for a whole long run, not even where the browser gives it room without end', async () => {
		const run = ViewRun.long(5000);
		const asked: number[] = [];
		const shown = await open({
			info: () => run.info(),
			pages: (first, last, lane) => {
				asked.push(last - first + 1);
				return run.pages(first, last, lane);
			},
		});
		await shown.page.addStyleTag({ content: '.viewport { height: 500000px !important; flex: none !important; }' });
		const most = await eventuallyMeets(
			() => Math.max(...asked),
			(count) => count > 20,
			'a request for many pages',
		);
		assert.ok(most <= 61, `${most} pages at once`);
	});

	for (const theme of ['light', 'dark', 'highContrast', 'highContrastLight'] as const) {
		it(`has nothing serious for axe-core to find (${theme})`, async () => {
			const { reader, connect } = sampleTrace();
			const shown = await open(new ViewRun(reader, connect), { theme });
			await shown.page.locator('#row8').click();
			await shown.page.locator('.details').waitFor();
			await shown.settled();
			assert.deepEqual(await seriousFindings(shown.page), []);
		});
	}

	it('would be seen to block if it did', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader));
		await panels.browser.startTracing(shown.page, { categories: ['toplevel'] });
		await shown.page.evaluate(() => {
			setTimeout(() => {
				for (let left = 2e8; left > 0; left--) if (left === -1) document.title = '';
			});
		});
		await shown.settled();
		const longest = longestTaskMs(await panels.browser.stopTracing());
		assert.ok(longest > 100, `longest task: ${longest} ms`);
	});

	it('can be used at 200 % zoom in a narrow panel', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader), { width: 350, height: 500, deviceScaleFactor: 2 });
		await shown.page.locator('#row1').click({ position: { x: 150, y: 10 } });
		await shown.settled();
		for (const name of ['More actions', 'Debug here', 'Close'])
			await eventuallyMeets(
				() => shown.page.getByRole('button', { name }).boundingBox(),
				(box) => box !== null && box.x >= 0 && box.x + box.width <= 350 && box.y + box.height <= 500,
				`${name} inside of the page`,
			);
	});
});

/** Processor time of the longest task on a page's main thread: what other programs take of the machine is not in it. */
function longestTaskMs(trace: Buffer): number {
	interface TraceEvent {
		readonly name: string;
		readonly pid: number;
		readonly tid: number;
		/** µs of processor time */
		readonly tdur?: number;
		readonly args?: { readonly name?: string };
	}
	const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
	const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
	const threads = new Set(mains.map(({ pid, tid }) => `${pid} ${tid}`));
	const tasks = traceEvents.filter(({ name, pid, tid }) => /RunTask$/.test(name) && threads.has(`${pid} ${tid}`));
	return Math.max(0, ...tasks.map(({ tdur }) => (tdur ?? 0) / 1000));
}

/** Scrolls from the first message to the last one in jumps. */
async function scrollThrough(shown: FakePanel, jumps: number): Promise<void> {
	for (let jump = 0; jump <= jumps; jump++) {
		await shown.page.locator('.viewport').evaluate((viewport, part) => {
			viewport.scrollTop = viewport.scrollHeight * part;
		}, jump / jumps);
		await shown.page.waitForTimeout(30);
	}
	await shown.settled();
	// What is on screen keeps its place when pages above turn out taller: the last jump is made again.
	await eventually(() => isAtEnd(shown), true);
}

/** Goes to the end, and says whether it was there before. */
async function isAtEnd(shown: FakePanel): Promise<boolean> {
	const wasThere = await shown.page.locator('.viewport').evaluate((viewport) => {
		const { scrollTop } = viewport;
		viewport.scrollTop = viewport.scrollHeight;
		return Math.abs(viewport.scrollTop - scrollTop) < 1;
	});
	await shown.settled();
	return wasThere;
}

async function isInView(shown: FakePanel, selector: string): Promise<boolean> {
	return shown.page.$eval(selector, (item) => {
		const heads = document.querySelector('.heads')?.getBoundingClientRect().bottom ?? 0;
		const viewport = document.querySelector('.viewport')?.getBoundingClientRect().bottom ?? 0;
		const { top, bottom } = item.getBoundingClientRect();
		return top >= heads - 1 && bottom <= viewport + 1;
	});
}
