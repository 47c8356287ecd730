import { strict as assert } from 'node:assert';
import path from 'node:path';
import {
	DIAGRAM_CHANGED,
	DIAGRAM_INFO,
	DIAGRAM_PAGES,
	DIAGRAM_QUERY,
	type DiagramAnswers,
	type DiagramInfo,
	type DiagramPagesBody,
	GO_TO_RECORD,
	OPEN_TRACES,
} from '../../server/protocol/diagram';
import { traceLines } from '../../server/trace';
import { sampleTrace } from '../unit/sequence/sampleTrace';
import { type AdapterProcess, launch, startAdapter } from './adapterProcess';

const program = path.resolve('test/fixtures/scenarios/ping.sanflow');
const view = { lens: 'everything', hidden: [] };

describe('diagram of a debug session', () => {
	let adapter: AdapterProcess;

	beforeEach(() => {
		adapter = startAdapter();
	});

	afterEach(async () => {
		adapter.process.stdin?.end();
		await adapter.exited;
	});

	it('shows the messages so far, one more after a step, and keeps them when stepping back', async () => {
		const { client } = adapter;
		const stopped = client.event('stopped');
		await launch(client, { program, functions: ['WSPConnect'] });
		const { threadId } = (await stopped).body;
		const first = await client.send<DiagramInfo>(DIAGRAM_INFO, { view });
		assert.equal(first.status, 'stopped');
		assert.equal(first.cursorRow, first.rowCount - 1);
		const changed = client.event(DIAGRAM_CHANGED);
		await client.stop('stepIn', { threadId });
		const second = (await changed).body as DiagramInfo;
		assert.equal(second.rowCount, first.rowCount + 1);
		assert.equal(second.cursorRow, second.rowCount - 1);
		await client.stop('stepBack', { threadId });
		const third = await client.send<DiagramInfo>(DIAGRAM_INFO, { view });
		assert.equal(third.rowCount, second.rowCount);
		assert.ok(third.cursorRow < second.cursorRow);
	});

	it('leads from a drawn message back to its record', async () => {
		const { client } = adapter;
		const stopped = client.event('stopped');
		await launch(client, { program, functions: ['alice.ib0!WSPConnect'] });
		await stopped;
		const { rowCount, pageSize } = await client.send<DiagramInfo>(DIAGRAM_INFO, { view });
		const last = Math.ceil(rowCount / pageSize) - 1;
		const { pages } = await client.send<DiagramPagesBody>(DIAGRAM_PAGES, { view, first: last, last });
		const row = pages[0]?.rows.at(-3);
		assert.match(pages[0]?.mermaid ?? '', /^sequenceDiagram/m);
		const body = await client.stop(GO_TO_RECORD, { seq: row?.seq });
		assert.equal(body.reason, 'goto');
		const { cursorSeq } = await client.send<DiagramInfo>(DIAGRAM_INFO, { view });
		assert.equal(cursorSeq, row?.seq);
	});

	it('answers what is asked beside the pages, as far as the debugger got', async () => {
		const { client } = adapter;
		const stopped = client.event('stopped');
		await launch(client, { program, functions: ['alice.ib0!WSPConnect'] });
		await stopped;
		const { rowCount } = await client.send<DiagramInfo>(DIAGRAM_INFO, { view });
		const ask = <K extends keyof DiagramAnswers>(query: object): Promise<DiagramAnswers[K]> =>
			client.send<DiagramAnswers[K]>(DIAGRAM_QUERY, { view, query });
		const found = await ask<'search'>({ kind: 'search', text: 'WSPConnect' });
		assert.ok(found.total >= 2 && found.rows.every((row) => row < rowCount));
		assert.equal((await ask<'overview'>({ kind: 'overview' })).rowCount, rowCount);
		const { text } = await ask<'export'>({ kind: 'export', format: 'text' });
		assert.match(text, /WSPConnect/);
		await assert.rejects(ask({ kind: 'export', format: 'paper' }), /format/);
		await assert.rejects(ask({ kind: 'oracle' }), /kind/);
	});

	it('shows a saved trace in place of a run, compares two, and says which line of one is broken', async () => {
		const { client } = adapter;
		await client.send('initialize', { adapterID: 'sanflow' });
		const text = [...traceLines(sampleTrace().reader)].join('\n');
		await client.send(OPEN_TRACES, { traces: [{ name: 'good.jsonl', text }] });
		const info = await client.send<DiagramInfo>(DIAGRAM_INFO, { view });
		assert.ok(info.isReadOnly && info.title === 'good.jsonl' && info.rowCount > 20);
		await client.send(OPEN_TRACES, {
			traces: [
				{ name: 'a', text },
				{ name: 'b', text },
			],
		});
		assert.equal((await client.send<DiagramInfo>(DIAGRAM_INFO, { view })).comparison?.firstDifference, -1);
		const broken = client.send(OPEN_TRACES, { traces: [{ name: 'bad.jsonl', text: `${text}\n{` }] });
		await assert.rejects(broken, new RegExp(`bad.jsonl, line ${text.split('\n').length + 1}`));
	});
});
