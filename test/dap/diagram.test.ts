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
import { loopTrace, sampleTrace } from '../unit/sequence/sampleTrace';
import { launch } from './adapterProcess';
import { useAdapter } from './rig';

const program = path.resolve('test/fixtures/scenarios/ping.sanflow');
const view = { lens: 'everything', hidden: [] };

describe('diagram of a debug session', () => {
	const rig = useAdapter();

	it('shows the messages so far, one more after a step, and keeps them when stepping back', async () => {
		const { client } = rig;
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
		const { client } = rig;
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
		const { client } = rig;
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

	it('speaks the language of the client: titles of phases, what is folded, and what is exported', async () => {
		const { client } = rig;
		const stopped = client.event('stopped');
		await launch(client, { program, initialize: { locale: 'zh-cn' }, launch: { stopOnEnd: true } });
		await stopped;
		const { pages } = await client.send<DiagramPagesBody>(DIAGRAM_PAGES, { view, first: 0, last: 99 });
		const titles = pages.flatMap(({ bands }) => bands.map(({ title }) => title));
		assert.ok(titles.includes('连接建立') && titles.includes('会话协商') && titles.includes('数据传输'), titles.join());
		const rows = pages.flatMap((page) => page.rows);
		const folded = rows.find((row) => row.folded !== undefined);
		assert.match(folded?.label ?? '', /^初始化: \d+ 条消息$/);
		const mermaid = pages.map((page) => page.mermaid).join('\n');
		assert.ok(titles.every((title) => mermaid.includes(title)));
		for (const english of ['Initialization', 'Connection setup', 'Session negotiation', 'Data transfer', 'Shutdown'])
			assert.ok(!mermaid.includes(english) && !titles.includes(english), english);
		for (const format of ['mermaid', 'plantuml', 'text']) {
			const query = { kind: 'export', format };
			const { text } = await client.send<DiagramAnswers['export']>(DIAGRAM_QUERY, { view, query });
			assert.ok(text.includes('连接建立') && !text.includes('Connection setup'), format);
		}
		const { statusText } = await client.send<DiagramInfo>(DIAGRAM_INFO, { view });
		assert.match(statusText, /[\u4e00-\u9fff]/);
	});

	it('tells a message of a round that is folded away', async () => {
		const { client } = rig;
		await client.send('initialize', { adapterID: 'sanflow' });
		const text = [...traceLines(loopTrace(9).reader)].join('\n');
		await client.send(OPEN_TRACES, { traces: [{ name: 'loop.jsonl', text }] });
		const ask = <K extends keyof DiagramAnswers>(query: object): Promise<DiagramAnswers[K]> =>
			client.send<DiagramAnswers[K]>(DIAGRAM_QUERY, { view, query });
		const { total, messages } = await ask<'search'>({ kind: 'search', text: 'WSA_IO_PENDING' });
		assert.equal(total, 9);
		assert.deepEqual(messages[6]?.round, { number: 7, of: 9 });
		const { row, isFolded } = await ask<'message'>({ kind: 'message', seq: messages[6]?.seq });
		assert.ok(isFolded && row?.seq === messages[6]?.seq && row?.error === 'WSA_IO_PENDING');
	});

	it('shows a saved trace in place of a run, compares two, and says which line of one is broken', async () => {
		const { client } = rig;
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
