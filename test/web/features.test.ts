/** What can be done with the call sequence beside reading it: finding, filtering, arranging, taking away, comparing. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import type { FromPanel } from '../../server/protocol/panel';
import { compareRuns, defaultView } from '../../server/sequence';
import { loopTrace, sampleTrace } from '../unit/sequence/sampleTrace';
import { eventually, eventuallyMeets } from './eventually';
import type { FakePanel, FakeRun } from './fakePanel';
import { example } from './gallery';
import { usePanels } from './panels';
import { ViewRun } from './viewRun';

describe('the call sequence, used', function () {
	this.timeout(60_000);
	const { open } = usePanels();

	/** The last thing said of a type. */
	function said<T extends FromPanel['type']>(shown: FakePanel, type: T): Extract<FromPanel, { type: T }> | undefined {
		return shown.said.findLast((message): message is Extract<FromPanel, { type: T }> => message.type === type);
	}

	for (const width of [540, 620, 700]) {
		it(`shows all lifelines at ${width} px, with whole names and labels inside of the page`, async () => {
			const shown = await open(new ViewRun(sampleTrace().reader), { width, height: 1400 });
			const sizes = await shown.page.evaluate(() => {
				const viewport = document.querySelector('.viewport') as HTMLElement;
				const edge = viewport.getBoundingClientRect();
				const names = [...document.querySelectorAll<HTMLElement>('.head .name')];
				const labels = [...document.querySelectorAll('.drawing :is(.messageText, .noteText)')];
				return {
					overflow: viewport.scrollWidth - viewport.clientWidth,
					cut: names.filter((name) => name.scrollWidth > name.clientWidth).length,
					outside: labels
						.map((label) => label.getBoundingClientRect())
						.filter(({ left, right }) => left < edge.left + 84 - 1 || right > edge.right + 1).length,
					elided: labels.filter((label) => label.textContent?.includes('…')).length,
				};
			});
			assert.equal(sizes.overflow, 0);
			assert.equal(sizes.cut, 0);
			assert.equal(sizes.outside, 0);
			assert.ok(sizes.elided <= 2, `${sizes.elided} labels are cut`);
		});
	}

	for (const theme of ['light', 'dark', 'highContrast'] as const) {
		it(`is pictured at three widths (${theme})`, async () => {
			mkdirSync('out/screenshots', { recursive: true });
			for (const width of [560, 700, 1200]) {
				const { reader, connect } = sampleTrace();
				const shown = await open(new ViewRun(reader, connect), { theme, width, height: 820 });
				const overflow = (): Promise<number> =>
					shown.page.locator('.viewport').evaluate((item) => item.scrollWidth - item.clientWidth);
				await eventually(overflow, 0);
				await shown.page.screenshot({ path: `out/screenshots/panel-${theme}-${width}.png` });
				if (width < 1200) await shown.close();
			}
		});
	}

	it('begins with the lifelines of the first messages where not all have room', async () => {
		const run = example('01-first-connect');
		const shown = await open(new ViewRun(run, null, undefined, { ...defaultView, lens: 'everything' }), { width: 480 });
		// The server is on the right, and it begins.
		const shares = (): Promise<readonly number[]> =>
			shown.page.evaluate(() => {
				const viewport = document.querySelector('.viewport')?.getBoundingClientRect() ?? new DOMRect();
				return [...document.querySelectorAll('.drawing .messageText')].slice(0, 3).map((label) => {
					const { left, right, width } = label.getBoundingClientRect();
					return Math.max(0, Math.min(right, viewport.right) - Math.max(left, viewport.left + 84)) / width;
				});
			});
		const areShown = (parts: readonly number[]): boolean => parts.length === 3 && parts.every((part) => part > 0.95);
		await eventuallyMeets(shares, areShown, 'labels in view');
		for (const width of [1400, 480]) {
			await shown.page.setViewportSize({ width, height: 900 });
			await shown.settled();
		}
		await eventuallyMeets(shares, areShown, 'labels in view when the panel is narrow again');
		assert.equal(await shown.page.locator('.viewport').evaluate(({ scrollTop }) => scrollTop), 0);
	});

	it('can be read before Mermaid has drawn it', async () => {
		const run = ViewRun.long(100);
		const panel = await open(undefined, {
			prepare: (page) =>
				page.addInitScript(() => {
					const seen = { sketched: '' };
					Object.assign(window, { seen });
					new MutationObserver(() => {
						const text = document.querySelector('.sketch .messageText')?.textContent ?? '';
						if (seen.sketched === '' && !document.querySelector('.drawing')) seen.sketched = text;
					}).observe(document, { childList: true, subtree: true });
				}),
		});
		panel.run = run;
		await panel.refresh();
		await panel.settled();
		const seen = await panel.page.evaluate(() => (window as unknown as { seen: { sketched: string } }).seen.sketched);
		assert.match(seen, /^WSPSend/);
		await eventually(() => panel.page.locator('.sketch').count(), 0);
	});

	it('sketches rows nearly where Mermaid draws them', async () => {
		const places = (shown: FakePanel): Promise<number[]> =>
			shown.page.$$eval('.row', (rows) => rows.map((row) => row.getBoundingClientRect().bottom));
		const run = new ViewRun(sampleTrace().reader);
		const shown = await open(run, {
			height: 1400,
			prepare: (page) =>
				page.addInitScript(() => {
					new MutationObserver((_, observer) => {
						const rows = [...document.querySelectorAll('.row')];
						if (rows.length === 0) return;
						observer.disconnect();
						Object.assign(window, { sketched: rows.map((row) => row.getBoundingClientRect().bottom) });
					}).observe(document, { childList: true, subtree: true });
				}),
		});
		const sketched = await shown.page.evaluate(() => (window as unknown as { sketched: number[] }).sketched);
		const drawn = await places(shown);
		assert.ok(
			sketched.every((y, row) => Math.abs(y - (drawn[row] ?? 0)) < 40),
			JSON.stringify([sketched, drawn]),
		);
	});

	it('finds, counts, and goes to the next and the previous', async () => {
		const shown = await open(ViewRun.long(300));
		await shown.page.keyboard.press('Control+f');
		await shown.page
			.getByRole('textbox', { name: 'Find in the call sequence' })
			.or(shown.page.locator('.query'))
			.first()
			.fill('WSA_IO_PENDING');
		const count = (): Promise<string | null> => shown.page.locator('.finder .found').textContent();
		await eventually(count, '1 of 300');
		await shown.page.keyboard.press('Enter');
		await shown.page.locator('.row.selected.found').waitFor();
		await shown.settled();
		const first = Number((await count())?.split(' ')[0]);
		assert.ok(first === 1 || first === 2, `the first step goes to ${first}`);
		await shown.page.keyboard.press('F3');
		await eventually(count, `${first + 1} of 300`);
		for (let step = first; step >= 0; step--) {
			await shown.settled();
			await shown.page.keyboard.press('Shift+F3');
			await eventually(count, `${step > 0 ? step : 300} of 300`);
		}
		await shown.settled();
		await shown.page.keyboard.press('Escape');
		await eventually(() => shown.page.locator('.row.found').count(), 0);
	});

	it('filters by terms that become chips, and says when nothing meets them', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader));
		await shown.page.getByRole('button', { name: 'Find and filter' }).click();
		await shown.page.locator('.query').fill('call:WSPConnect error:WSAEWOULDBLOCK');
		await shown.page.keyboard.press('Enter');
		await shown.page.locator('.chip').nth(1).waitFor();
		await eventually(() => said(shown, 'setView')?.view.filter, ['call:WSPConnect', 'error:WSAEWOULDBLOCK']);
		await eventually(() => shown.page.locator('.row').count(), 2);
		await shown.page.locator('.query').fill('call:nobody');
		await shown.page.keyboard.press('Enter');
		await shown.page.locator('.chip').nth(2).waitFor();
		await shown.page.locator('.query').fill('thread:nobody');
		await shown.page.keyboard.press('Enter');
		await shown.page.getByText('No message meets the filter').waitFor();
		await shown.page.getByRole('button', { name: 'Remove the filter', exact: true }).click();
		await shown.page.locator('.drawing').first().waitFor();
		await eventually(() => shown.page.locator('.chip').count(), 0);
	});

	it('shows the whole run in a strip that jumps when it is clicked', async () => {
		const shown = await open(ViewRun.long(2000));
		const strip = await shown.page.locator('.overview').boundingBox();
		assert.ok(strip);
		await shown.page.mouse.click(strip.x + 6, strip.y + strip.height / 2);
		await eventuallyMeets(
			() => shown.page.$$eval('.row', (items) => items.map((item) => Number(item.id.slice(3)))),
			(rows) => rows.some((row) => Math.abs(row - 4000) < 60),
			'rows around 4000',
		);
		const hasInk = (): Promise<boolean> =>
			shown.page.locator('.overview canvas').evaluate((canvas) => {
				const { data } = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, 14, 200) ?? { data: [] };
				return [...data].some((value) => value > 0);
			});
		await eventually(hasInk, true);
	});

	it('has a menu for each message, with the mouse and with the keyboard', async () => {
		const source = { file: 'x.sanflow', line: 3, column: 1 };
		const run = new ViewRun(sampleTrace().reader);
		const sourced: FakeRun = {
			info: () => run.info(),
			query: (query) => run.query(query),
			pages: (first, last, lane) =>
				run.pages(first, last, lane).map((page) => ({ ...page, rows: page.rows.map((row) => ({ ...row, source })) })),
		};
		const shown = await open(sourced);
		await shown.page.locator('#row8').click({ button: 'right', position: { x: 300, y: 8 } });
		await shown.page.getByRole('menuitem', { name: 'Breakpoint here' }).click();
		await eventually(() => said(shown, 'toggleBreakpoint')?.breakpoint, {
			kind: 'function',
			name: 'alice.switch!WPUCreateSocketHandle',
		});
		await shown.settled();
		await shown.page.locator('.body').focus();
		await shown.page.keyboard.press('Shift+F10');
		await shown.page.getByRole('menu').waitFor();
		assert.equal(await shown.page.getByText('What if…').count(), 0);
		await shown.page.keyboard.press('ArrowDown');
		await shown.page.keyboard.press('Enter');
		await eventually(() => said(shown, 'revealSource')?.source, source);
		await eventually(() => shown.page.getByRole('menu').count(), 0);
		await shown.send({ type: 'abilities', abilities: { whatIf: true } });
		await shown.settled();
		await shown.page.locator('#row16').click({ button: 'right', position: { x: 300, y: 8 } });
		await shown.page.getByRole('menuitem', { name: 'it were lost' }).click();
		const row = run.pages(0, 0)[0]?.rows[16];
		await eventually(() => said(shown, 'whatIf'), { type: 'whatIf', seq: row?.seq, change: 'drop' });
	});

	it('shows breakpoints as dots, and the messages of the statement in the editor', async () => {
		const source = { file: 'x.sanflow', line: 3, column: 1 };
		const run = new ViewRun(sampleTrace().reader);
		const shown = await open({
			info: () => run.info(),
			query: (query) => (query.kind === 'statement' ? { rows: [3, 4], total: 2 } : run.query(query)),
			pages: (first, last, lane) =>
				run.pages(first, last, lane).map((page) => ({ ...page, rows: page.rows.map((row) => ({ ...row, source })) })),
		});
		await shown.send({
			type: 'breakpoints',
			breakpoints: { functions: ['alice.*!WSPConnect', 'WSPBind'], statements: [{ files: ['x.sanflow'], line: 3 }] },
		});
		const dotted = (): Promise<(string | undefined)[]> =>
			shown.page.$$eval('.time.hasBreakpoint', (items) => items.map((item) => (item as HTMLElement).dataset.row));
		await eventually(dotted, ['0', '5', '11', '13']);
		assert.match((await shown.page.locator('#row5').textContent()) ?? '', /, breakpoint$/);
		await shown.send({ type: 'statement', statement: { files: ['x.sanflow'], line: 3 } });
		await shown.page.locator('#row3.ofStatement').waitFor();
		await eventually(() => shown.page.locator('.row.ofStatement').count(), 2);
	});

	it('shows what led to a message and what it led to', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader), { height: 1400 });
		await shown.page.locator('#row13').click({ position: { x: 300, y: 8 } });
		await shown.page.keyboard.press('c');
		await shown.page.locator('.time.cause[data-row="5"]').waitFor();
		await shown.page.locator('.time.effect[data-row="14"]').waitFor();
		assert.ok((await shown.page.locator('.drawing .unrelated').count()) > 10);
		assert.match((await shown.page.locator('#row5').textContent()) ?? '', /, led to it$/);
		await shown.page.keyboard.press('Escape');
		await eventually(() => shown.page.locator('.drawing .unrelated').count(), 0);
	});

	it('moves lifelines by dragging and with the keyboard, and collapses hosts', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader));
		const order = (): readonly string[] | undefined => said(shown, 'setView')?.view.order?.slice(0, 2);
		const head = await shown.page.locator('[data-lifeline="alice.client"]').boundingBox();
		assert.ok(head);
		await shown.page.mouse.move(head.x + head.width / 2, head.y + 8);
		await shown.page.mouse.down();
		await shown.page.mouse.move(head.x + head.width * 1.6, head.y + 8, { steps: 4 });
		await shown.page.mouse.up();
		await eventually(order, ['alice.switch', 'alice.client']);
		await shown.settled();
		await shown.page.locator('[data-lifeline="alice.client"]').focus();
		await shown.page.keyboard.press('Alt+ArrowLeft');
		await eventually(order, ['alice.client', 'alice.switch']);
		await shown.settled();
		await shown.page.locator('.host').first().click();
		await eventually(() => said(shown, 'setView')?.view.collapsed, ['alice']);
		await eventually<(string | undefined)[]>(
			() => shown.page.$$eval('.head', (heads) => heads.map((item) => (item as HTMLElement).dataset.lifeline)),
			['alice', 'bob.ib0'],
		);
	});

	it('exports the run, a selection or the screen', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader));
		await shown.page.locator('#row5').click({ position: { x: 300, y: 8 } });
		await shown.page.locator('#row9').click({ position: { x: 300, y: 8 }, modifiers: ['Shift'] });
		await eventually(() => shown.page.locator('.row.selected').count(), 5);
		await shown.page.getByRole('button', { name: 'More actions' }).click();
		await shown.page.getByRole('menuitem', { name: 'Export…' }).click();
		await shown.page.getByRole('menuitem', { name: 'PlantUML' }).first().click();
		await eventually(() => said(shown, 'export'), { type: 'export', format: 'plantuml', destination: 'file' });
		await shown.page.locator('.body').focus();
		await shown.page.keyboard.press('e');
		await shown.page.getByRole('menuitemcheckbox', { name: 'Selected messages' }).click();
		await shown.page.getByRole('menuitem', { name: 'Mermaid' }).last().click();
		await eventually(() => said(shown, 'export'), {
			type: 'export',
			format: 'mermaid',
			destination: 'clipboard',
			first: 5,
			last: 9,
		});
	});

	it('exports each format, of the run, the selection and the screen, to a file and to the clipboard', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader));
		await shown.page.locator('#row3').click({ position: { x: 300, y: 8 } });
		const press = (scope: string, heading: string, format: string): Promise<void> =>
			shown.page.evaluate(
				([wanted, below, name]) => {
					const items = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.menu > *')];
					items()
						.find((item) => item.textContent === wanted)
						?.click();
					const from = items().findIndex((item) => item.textContent === below);
					items()
						.slice(from)
						.find((item) => item.textContent === name)
						?.click();
				},
				[scope, heading, format] as const,
			);
		const formats = {
			SVG: 'svg',
			PNG: 'png',
			Mermaid: 'mermaid',
			Markdown: 'markdown',
			PlantUML: 'plantuml',
			ASCII: 'text',
			'JSON Lines': 'json',
		};
		for (const scope of ['Whole run', 'Selected messages', 'What is on screen']) {
			for (const [label, format] of Object.entries(formats)) {
				for (const [heading, destination] of [
					['Save as', 'file'],
					['Copy as', 'clipboard'],
				] as const) {
					if (format === 'png' && destination === 'clipboard') continue;
					await shown.page.locator('.body').focus();
					shown.said.length = 0;
					await shown.page.keyboard.press('e');
					await shown.page.getByRole('menu').waitFor();
					await press(scope, heading, label);
					await eventuallyMeets(
						() => said(shown, 'export'),
						(message) => message !== undefined,
						'what is to be exported',
					);
					const { type: _, first, last, ...rest } = said(shown, 'export') ?? {};
					assert.deepEqual(rest, { format, destination });
					if (scope === 'Whole run') assert.deepEqual([first, last], [undefined, undefined]);
					else if (scope === 'Selected messages') assert.deepEqual([first, last], [3, 3]);
					else assert.ok((first ?? 9) <= 3 && (last ?? 0) > 15, `${first} to ${last}`);
				}
			}
		}
	});

	it('draws SVG and PNG files with Mermaid as it is', async () => {
		const run = new ViewRun(sampleTrace().reader);
		const shown = await open(run);
		const answer = run.query({ kind: 'export', format: 'mermaid' });
		const mermaid = 'text' in answer ? answer.text : '';
		for (const [request, format] of [
			[1, 'svg'],
			[2, 'png'],
		] as const) {
			await shown.send({ type: 'draw', request, mermaid, format });
			await eventually(() => said(shown, 'picture')?.request, request);
			const { data } = said(shown, 'picture') ?? { data: null };
			if (format === 'svg') assert.match(data ?? '', /^<svg [\s\S]*WSPConnect[\s\S]*<\/svg>\n$/);
			else assert.equal(Buffer.from(data ?? '', 'base64').toString('latin1', 1, 4), 'PNG');
		}
		await shown.send({ type: 'draw', request: 3, mermaid: 'no diagram', format: 'svg' });
		await eventually(() => said(shown, 'picture'), { type: 'picture', request: 3, data: null });
		// The page's own drawings are as they were.
		await shown.page.keyboard.press('Escape');
		await shown.refresh();
		await shown.settled();
	});

	it('compares two runs, with the first difference a click away', async () => {
		const left = loopTrace(60);
		const right = loopTrace(60);
		const client = right.thread('alice.client');
		client.note((await import('../../server/trace')).site('log', ['text']), client.component, 'only here');
		const shown = await open(ViewRun.comparing(compareRuns(left.reader, right.reader, 'seed 1', 'seed 2')));
		await shown.page.getByText('seed 2', { exact: true }).waitFor();
		await shown.page.getByRole('button', { name: 'First difference' }).click();
		await shown.page.locator('.row.only-right.selected').waitFor();
		await eventually(() => shown.page.locator('.side-right').first().textContent(), '+');
		await shown.settled();
		await shown.page.getByRole('button', { name: 'Debug here' }).click();
		await eventually(() => said(shown, 'goToRecord')?.side, 'right');
	});

	it('keeps its memory flat while 100,000 messages are scrolled through', async function () {
		// It scrolls five times through the whole run.
		this.timeout(180_000);
		const shown = await open(ViewRun.long(25_000));
		const session = await shown.page.context().newCDPSession(shown.page);
		const scroll = async (): Promise<void> => {
			for (let jump = 0; jump <= 30; jump++) {
				await shown.page.locator('.viewport').evaluate((viewport, part) => {
					viewport.scrollTop = viewport.scrollHeight * part;
				}, jump / 30);
				await shown.page.waitForTimeout(60);
			}
			await shown.settled();
		};
		const used = async (): Promise<number> => {
			await session.send('HeapProfiler.collectGarbage');
			return (await session.send('Runtime.getHeapUsage')).usedSize;
		};
		await scroll();
		await scroll();
		const before = await used();
		for (let round = 0; round < 3; round++) await scroll();
		const after = await used();
		assert.ok(after < before * 1.25 + 2e6, `${Math.round(before / 1e6)} MB, then ${Math.round(after / 1e6)} MB`);
	});

	it('moves nothing for who wants no motion', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader), { reducedMotion: true });
		const moving = await shown.page.evaluate(() => document.getAnimations().length);
		assert.equal(moving, 0);
	});
});
