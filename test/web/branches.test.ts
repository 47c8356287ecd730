/** Branches laid over each other, loops, and keeping the current message in view. */
import assert from 'node:assert/strict';
import { compareRuns, defaultView } from '../../server/sequence';
import { loopTrace, sampleTrace } from '../unit/sequence/sampleTrace';
import { seriousFindings } from './accessibility';
import { eventually, eventuallyMeets } from './eventually';
import { overlay, pingPong } from './gallery';
import { usePanels } from './panels';
import { ViewRun } from './viewRun';

describe('the call sequence of a session with branches', function () {
	this.timeout(60_000);
	const { open } = usePanels();

	it('lays one over the other: chosen in the panel, told by signs and words, and switched off again', async () => {
		const shown = await open(overlay());
		assert.deepEqual(await shown.page.locator('.branchOver option').allTextContents(), ['nothing', '1  as launched']);
		assert.deepEqual(await shown.page.locator('.legend .sign').allTextContents(), ['−', '+']);
		await shown.page.getByRole('button', { name: 'First difference' }).click();
		await shown.settled();
		const only = shown.page.locator('.row.only-left').first();
		assert.match((await only.textContent()) ?? '', /, only in 1 {2}as launched$/);
		const row = await only.getAttribute('data-row');
		assert.equal(await shown.page.locator(`.time[data-row="${row}"] .side-left`).textContent(), '−');
		await shown.page.getByRole('button', { name: 'Only differences' }).click();
		await eventually(() => shown.view.over, { branch: 1, foldsEqual: true });
		await shown.settled();
		await shown.page.getByLabel('Laid over it').selectOption('nothing');
		await eventually(() => shown.view.over, undefined);
	});

	it('says which branch the debugger is to stand in', async () => {
		const shown = await open(overlay());
		await shown.page.getByLabel('Branch', { exact: true }).selectOption('1  as launched');
		await eventually(() => shown.said.at(-1), { type: 'switchBranch', branch: 1 });
		await shown.page
			.locator('.row.only-left')
			.first()
			.dblclick({ position: { x: 300, y: 8 } });
		const branches = (): readonly (number | undefined)[] =>
			shown.said.flatMap((said) => (said.type === 'goToRecord' ? [said.side === undefined ? said.branch : -1] : []));
		await eventually(branches, [1]);
		// The details have taken their room.
		await shown.settled();
		await shown.page
			.locator('.row.only-right')
			.first()
			.dblclick({ position: { x: 300, y: 8 } });
		await eventually(branches, [1, 2]);
	});

	it('offers no what-if for what the debugged branch does not have', async () => {
		const shown = await open(overlay());
		await shown.send({ type: 'abilities', abilities: { whatIf: true } });
		await shown.settled();
		await shown.page
			.locator('.row.only-left')
			.first()
			.click({ button: 'right', position: { x: 300, y: 8 } });
		await shown.page.getByRole('menu').waitFor();
		assert.equal(await shown.page.getByText('What if…').count(), 0);
		await shown.page.keyboard.press('Escape');
		await shown.settled();
		await shown.page
			.locator('.row.only-right')
			.first()
			.click({ button: 'right', position: { x: 300, y: 8 } });
		await eventually(() => shown.page.getByText('What if…').count(), 1);
	});

	it('frames loops over the border of pages, tells how often they came, and unfolds them', async () => {
		const run = new ViewRun(pingPong());
		const shown = await open(run, { height: 3600 });
		const loops = run.pages(0, 99).flatMap((page) => page.loops ?? []);
		const counts = new Set(loops.map(({ count }) => count));
		assert.ok(counts.size > 0 && [...counts].some((count) => count > 20), [...counts].join());
		const parts = await shown.page.$$eval('.loop', (frames) =>
			frames.map((frame) => {
				const { top, bottom } = frame.getBoundingClientRect();
				return { top, bottom, begins: frame.classList.contains('begins'), ends: frame.classList.contains('ends') };
			}),
		);
		assert.equal(parts.filter(({ begins }) => begins).length, counts.size);
		assert.equal(parts.filter(({ ends }) => ends).length, counts.size);
		const cut = parts.findIndex(({ ends }) => !ends);
		if (cut >= 0)
			assert.ok(Math.abs((parts[cut]?.bottom ?? 0) - (parts[cut + 1]?.top ?? -9)) < 1, 'no gap between pages');
		const first = loops[0]?.first ?? -1;
		assert.match((await shown.page.locator(`#row${first}`).textContent()) ?? '', /, \d+ messages, \d+ times/);
		const before = run.info().rowCount;
		await shown.page.locator(`#row${first}`).click({ button: 'right', position: { x: 300, y: 8 } });
		await shown.page.getByRole('menuitem', { name: 'Show each message' }).click();
		await eventuallyMeets(
			() => run.info().rowCount,
			(count) => count > 3 * before,
			`more than three times ${before} rows`,
		);
	});

	it('leaves room around the current message, at the end of the run too', async () => {
		const run = ViewRun.long(100, 0);
		run.limit = 0;
		const shown = await open(run, { height: 700 });
		const { reader } = loopTrace(100);
		for (const seq of [40, 41, 42, 80, 81, 82, 83, reader.length - 1]) {
			run.limit = run.cursor = seq;
			await shown.refresh();
			await shown.page.locator(`#row${run.info().cursorRow}.current`).waitFor();
			await shown.settled();
			const room = await shown.page.locator('.row.current').evaluate((row) => {
				const heads = document.querySelector('.heads')?.getBoundingClientRect().bottom ?? 0;
				const viewport = document.querySelector('.viewport')?.getBoundingClientRect().bottom ?? 0;
				const { top, bottom } = row.getBoundingClientRect();
				return { above: top - heads, below: viewport - bottom };
			});
			assert.ok(room.above >= 60 && room.below >= 60, `${seq}: ${JSON.stringify(room)}`);
		}
	});

	it('tells arguments, result, cause and rules of a message that the pointer rests on', async () => {
		const shown = await open(new ViewRun(sampleTrace().reader), { height: 1000 });
		const card = shown.page.locator('.hoverCard');
		const signal = shown.page.locator('.row').filter({ hasText: 'SetEvent' });
		await signal.hover({ position: { x: 300, y: 8 } });
		await card.waitFor();
		const text = (await card.textContent()) ?? '';
		assert.match(text, /^SetEvent/);
		assert.match(text, /announces = FD_CONNECT/);
		assert.match(text, /Rules: CONN-10/);
		await shown.page.locator('#row13').hover({ position: { x: 300, y: 8 } });
		const told = async (): Promise<string> => (await card.textContent()) ?? '';
		await eventuallyMeets(told, (words) => words.startsWith('WSPConnect'), 'the card of WSPConnect');
		assert.match(await told(), /→ WSAEWOULDBLOCK/);
		await card.waitFor();
		assert.deepEqual(await seriousFindings(shown.page), []);
		await shown.page.screenshot({ path: 'out/screenshots/hover.png' });
		await shown.page.keyboard.press('Shift');
		await eventually(() => card.isVisible(), false);
	});

	it('shows nothing of an earlier picture beside a failure, and all of it when there is a run again', async () => {
		const shown = await open(overlay());
		await shown.page.keyboard.press('Control+f');
		await shown.page.locator('.query').fill('WSPSend');
		await shown.page.locator('.row.found').first().waitFor();
		await shown.page.locator('.row.current').click({ position: { x: 300, y: 8 } });
		const bars = ['.status', '.finder', '.branches', '.comparison', '.details'];
		const visible = (): Promise<readonly boolean[]> =>
			Promise.all(bars.map((bar) => shown.page.locator(bar).isVisible()));
		await eventually<readonly boolean[]>(visible, [true, true, true, true, true]);
		await shown.send({ type: 'failed', message: 'no such host' });
		await shown.page.getByText('no such host').waitFor();
		await eventually<readonly boolean[]>(visible, [false, false, false, false, false]);
		await shown.refresh();
		await eventually<readonly boolean[]>(visible, [true, true, true, true, true]);
	});

	it('tells two runs without a call from one that has not begun', async () => {
		const empty = compareRuns(loopTrace(0).reader, loopTrace(0).reader, 'seed 1', 'seed 2');
		const shown = await open(ViewRun.comparing(empty, { ...defaultView, lens: 'everything' }));
		await shown.page.getByText('Neither run made a call').waitFor();
		await shown.page.getByText('The runs are equal').waitFor();
		assert.equal(await shown.page.getByText('only here').count(), 0);
	});

	it('offers no tools while there is nothing to use them on', async () => {
		const panel = await open(undefined, { view: defaultView });
		assert.equal(await panel.page.locator('.tools').isVisible(), false);
		await panel.send({ type: 'failed', message: 'no such host' });
		await panel.page.getByText('no such host').waitFor();
		assert.equal(await panel.page.locator('.tools').isVisible(), false);
	});
});
