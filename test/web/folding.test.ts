/** Blocks of messages that are folded: finding in them, unfolding and folding all of them. */
import assert from 'node:assert/strict';
import type { FromPanel } from '../../server/protocol/panel';
import { loopTrace } from '../unit/sequence/sampleTrace';
import { eventually, eventuallyMeets } from './eventually';
import type { FakePanel, FakePanelOptions } from './fakePanel';
import { usePanels } from './panels';
import { ViewRun } from './viewRun';

describe('folded blocks of the call sequence', function () {
	this.timeout(60_000);
	const panels = usePanels();

	/** Forty rounds of four messages, drawn as one. */
	const open = (options?: FakePanelOptions): Promise<FakePanel> =>
		panels.open(new ViewRun(loopTrace(40).reader), options);

	const rows = (shown: FakePanel): Promise<number> => shown.page.locator('.row').count();
	const fact = (shown: FakePanel, name: string): Promise<string | undefined> =>
		shown.page.$$eval(
			'.facts div',
			(facts, wanted) =>
				facts.find((item) => item.querySelector('dt')?.textContent === wanted)?.querySelector('dd')?.textContent ??
				undefined,
			name,
		);

	async function find(shown: FakePanel, text: string): Promise<void> {
		await shown.page.keyboard.press('Control+f');
		await shown.page.locator('.query').fill(text);
	}

	it('are searched through in every round: the round is told, and the details tell the message of that round', async () => {
		const shown = await open();
		const count = (): Promise<string | null> => shown.page.locator('.finder .found').textContent();
		assert.equal(await rows(shown), 4);
		await find(shown, 'WSA_IO_PENDING');
		await eventually(count, '1 of 40, round 1 of 40');
		await shown.page.keyboard.press('Enter');
		await shown.page.locator('#row2.selected.found').waitFor();
		for (const round of [2, 3]) {
			await shown.settled();
			await shown.page.keyboard.press('F3');
			await eventually(count, `${round} of 40, round ${round} of 40`);
		}
		await eventually(() => fact(shown, 'Round'), '3 of 40');
		await shown.settled();
		await shown.page.keyboard.press('Shift+F3');
		await eventually(count, '2 of 40, round 2 of 40');
		await eventually(() => fact(shown, 'Round'), '2 of 40');
	});

	it('are searched for what only a later round says, and the debugger is taken there', async () => {
		const shown = await open();
		await find(shown, 'lpBuffers 33');
		await eventually(() => shown.page.locator('.finder .found').textContent(), '1 of 2, round 34 of 40');
		await shown.page.keyboard.press('Enter');
		const text = (): Promise<string | null> => shown.page.locator('.detailText').textContent();
		await eventuallyMeets(text, (words) => /lpBuffers = 33/.test(words ?? ''), 'the arguments of round 34');
		await shown.settled();
		await shown.page.getByRole('button', { name: 'Debug here' }).click();
		// A round is four records.
		await eventually<FromPanel | undefined>(() => shown.said.at(-1), { type: 'goToRecord', seq: 33 * 4 });
	});

	it('are all unfolded and folded with one key or from the menu, and the chosen message stays chosen', async () => {
		const shown = await open();
		await find(shown, 'lpBuffers 33');
		await shown.page.locator('.row.found').first().waitFor();
		await shown.page.keyboard.press('Enter');
		await eventually(() => fact(shown, 'Round'), '34 of 40');
		await shown.settled();
		await shown.page.locator('.body').focus();
		await shown.page.keyboard.press('u');
		await shown.page.locator(`#row${33 * 4}.selected`).waitFor();
		assert.equal(shown.run?.info().rowCount, 160);
		await eventually(() => fact(shown, 'Round'), undefined);
		await shown.settled();
		await shown.page.getByRole('button', { name: 'More actions' }).click();
		await shown.page.getByRole('menuitem', { name: 'Fold all blocks' }).click();
		await eventually(() => rows(shown), 4);
		await shown.page.locator('#row0.selected').waitFor();
		await eventually(() => fact(shown, 'Round'), '34 of 40');
		await shown.settled();
		await shown.page.getByRole('button', { name: 'More actions' }).click();
		await shown.page.getByRole('menuitem', { name: 'Unfold all blocks' }).click();
		await eventuallyMeets(
			() => rows(shown),
			(count) => count > 4,
			'more rows',
		);
	});
});
