/** Branches laid over each other, and runs of texts that are not on disk. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
	DIAGRAM_CHANGED,
	DIAGRAM_INFO,
	DIAGRAM_PAGES,
	DIAGRAM_QUERY,
	type DiagramInfo,
	type DiagramPagesBody,
	type DiagramRow,
	GO_TO_RECORD,
	type RowsFound,
	type ViewSettings,
} from '../../server/protocol/diagram';
import { launch } from './adapterProcess';
import { useAdapter } from './rig';

const program = path.resolve('test/fixtures/scenarios/ping.sanflow');
const plain: ViewSettings = { lens: 'spi', hidden: [] };
const over: ViewSettings = { ...plain, over: { branch: 1 } };

describe('branches laid over each other', () => {
	const rig = useAdapter();

	function infoOf(view: ViewSettings): Promise<DiagramInfo> {
		return rig.client.send<DiagramInfo>(DIAGRAM_INFO, { view });
	}

	async function rowsOf(view: ViewSettings): Promise<readonly DiagramRow[]> {
		const { pages } = await rig.client.send<DiagramPagesBody>(DIAGRAM_PAGES, { view, first: 0, last: 99 });
		return pages.flatMap(({ rows }) => rows);
	}

	/** Runs to the end, goes back to WSPConnect, and lets it be refused in a branch. */
	async function refuse(): Promise<{ readonly threadId: number; readonly departure: number }> {
		const { client } = rig;
		const stopped = client.event('stopped');
		await launch(client, { program, functions: ['alice.ib0!WSPConnect'], launch: { stopOnEnd: true } });
		const { threadId } = (await stopped).body;
		const departure = (await infoOf(plain)).cursorSeq ?? -1;
		await client.send('setFunctionBreakpoints', { breakpoints: [] });
		await client.stop('continue', { threadId });
		const change = { kind: 'return', outcome: 'WSAECONNREFUSED' };
		const inBranch = client.event('stopped');
		await client.send('sanflow/whatIf', { seq: departure, change });
		await inBranch;
		return { threadId, departure };
	}

	it('show what they have in common once, and then both tails', async () => {
		const { threadId, departure } = await refuse();
		const { client } = rig;
		await client.stop('continue', { threadId });
		const info = await infoOf(over);
		assert.deepEqual(info.comparison?.branches, { left: 1, right: 2, current: 'right' });
		assert.deepEqual(
			info.branches?.map(({ id, isCurrent }) => [id, isCurrent]),
			[
				[1, false],
				[2, true],
			],
		);
		const rows = await rowsOf(over);
		const alone = await rowsOf(plain);
		const firstTail = rows.findIndex(({ side }) => side !== undefined);
		assert.equal(firstTail, info.comparison?.firstDifference);
		assert.deepEqual(
			rows.slice(0, firstTail).map(({ name, pair }) => [name, pair?.[1]]),
			alone.slice(0, firstTail).map(({ name, seq }) => [name, seq]),
		);
		assert.ok(rows.slice(0, firstTail).every(({ pair }) => pair?.[0] === pair?.[1]));
		assert.ok((rows[firstTail]?.pair?.find((seq) => seq !== null) ?? 0) > departure);
		assert.ok(rows.some(({ side }) => side === 'left') && rows.some(({ side }) => side === 'right'));
		// Nothing of the branch in which one stands is missing.
		const inBranch = new Set(rows.map(({ pair }) => pair?.[1]));
		assert.deepEqual(
			alone.filter(({ seq, folded }) => folded === undefined && !inBranch.has(seq)).map(({ name }) => name),
			[],
		);
		assert.equal(typeof rows[info.cursorRow]?.pair?.[1], 'number');
		const folded = await rowsOf({ ...plain, over: { branch: 1, foldsEqual: true } });
		assert.ok(folded.some((row) => row.folded !== undefined && /equal messages/.test(row.label)));
		assert.ok(rows.every(({ label }) => !/equal messages/.test(label)));
	});

	it('grow with each step, and lead back to the records of each', async () => {
		const { threadId } = await refuse();
		const { client } = rig;
		const before = await infoOf(over);
		const changed = client.event(DIAGRAM_CHANGED);
		await client.stop('stepOut', { threadId });
		// What changed is told in the view that was asked for last.
		let told = (await changed).body as DiagramInfo;
		while (told.comparison === undefined) told = (await client.event(DIAGRAM_CHANGED)).body as DiagramInfo;
		assert.equal(told.comparison.branches?.current, 'right');
		assert.ok(told.comparison.onlyRight >= (before.comparison?.onlyRight ?? 0));
		const rows = await rowsOf(over);
		const own = rows.findLast(({ pair }) => pair?.[1] !== null)?.pair?.[1] ?? -1;
		await client.stop(GO_TO_RECORD, { seq: own });
		const { cursorRow } = await infoOf(over);
		assert.equal((await rowsOf(over))[cursorRow]?.pair?.[1], own);
		await client.stop('sanflow/switchBranch', { branch: 1 });
		const other = await infoOf({ ...plain, over: { branch: 2 } });
		assert.deepEqual(other.comparison?.branches, { left: 1, right: 2, current: 'left' });
	});

	it('are asked about as one run; a branch that is not there is laid over nothing', async () => {
		await refuse();
		const found = await rig.client.send<RowsFound>(DIAGRAM_QUERY, {
			view: over,
			query: { kind: 'search', text: 'WSPConnect' },
		});
		assert.ok(found.total > 0);
		assert.equal((await infoOf({ ...plain, over: { branch: 9 } })).comparison, undefined);
		assert.equal((await infoOf({ ...plain, over: { branch: 2 } })).comparison, undefined);
	});
});

describe('a launch with texts', () => {
	const rig = useAdapter();

	it('runs them in place of what is on disk', async () => {
		const { client } = rig;
		const text = readFileSync(program, 'utf8').replace('send(peer, "pong")', 'send(peer, "gong")');
		const stopped = client.event('stopped');
		await launch(client, { program, launch: { stopOnEnd: true, texts: [{ path: program, text }] } });
		await stopped;
		const found = await client.send<RowsFound>(DIAGRAM_QUERY, { view: plain, query: { kind: 'search', text: 'gong' } });
		assert.ok(found.total > 0);
	});
});
