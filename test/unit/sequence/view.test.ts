import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DiagramRow, ViewSettings } from '../../../server/protocol/diagram';
import { defaultView, mermaidText, type Occasion, PAGE_SIZE, SequenceView } from '../../../server/sequence';
import { CALL, site } from '../../../server/trace';
import { events, written } from './randomTrace';
import { loopTrace, Scribe, sampleTrace } from './sampleTrace';

/** Long runs made of rounds, message by message. */
const unfolded: ViewSettings = { ...defaultView, unfolded: ['repeats'] };
const occasion: Occasion = { title: 't', status: 'stopped', statusText: '', seed: 1, cursor: null };

function rowsOf(view: SequenceView, limit?: number): DiagramRow[] {
	return view.pages(0, 1_000_000, limit).flatMap((page) => page.rows);
}

/** Each row as `from arrow to: label`. */
function told(view: SequenceView, limit?: number): string[] {
	const { lifelines } = view.info({ ...occasion, ...(limit === undefined ? {} : { limit }) });
	const name = (lane: number): string => lifelines[lane]?.id ?? '?';
	return rowsOf(view, limit).map((row) => `${row.kind} ${name(row.from)} > ${name(row.to)} ${row.label}`);
}

describe('a view of the service provider interface', () => {
	const { reader, connect } = sampleTrace();
	const view = new SequenceView(reader);

	it('draws application, switch and providers, up-calls, signals and what crosses the wire', () => {
		assert.deepEqual(told(view).slice(0, 21), [
			'note alice.switch > alice.ib0 Initialization: 4 messages',
			'call alice.client > alice.switch WSPSocket(AF_INET, SO…',
			'call alice.switch > alice.tcpip WSPSocket(AF_INET, SO…',
			'return alice.tcpip > alice.switch 3',
			'return alice.switch > alice.client 3',
			'call alice.client > alice.switch WSPConnect(10.1.0.2:7000)',
			'note alice.switch > alice.switch subnet table lookup: 10.1.0.2, alice.ib0',
			'call alice.switch > alice.ib0 WSPSocket(AF_INET, SOCK_STREAM, IPPROTO_TCP)',
			'call alice.ib0 > alice.switch WPUCreateSocketHandle',
			'return alice.switch > alice.ib0 11',
			'return alice.ib0 > alice.switch 7',
			'call alice.switch > alice.ib0 WSPBind(7, 10.1.0.1:0)',
			'call alice.switch > alice.ib0 WSPEventSelect(7, FD_CONNECT)',
			'call alice.switch > alice.ib0 WSPConnect(7, 10.1.0.2:7000)',
			'return alice.ib0 > alice.switch WSAEWOULDBLOCK',
			'return alice.switch > alice.client WSAEWOULDBLOCK',
			'message alice.ib0 > bob.ib0 native connect request',
			'message bob.ib0 > alice.ib0 native accept',
			'signal alice.ib0 > alice.switch SetEvent(FD_CONNECT)',
			'call alice.switch > alice.ib0 WSPRegisterMemory(7, 4096)',
			'return alice.ib0 > alice.switch 1',
		]);
	});

	it('sums up as far as it is shown', () => {
		const last = reader.length - 1;
		const callsUpTo = (limit: number): number => {
			return Array.from({ length: limit + 1 }, (_, seq) => seq).filter((seq) => reader.kind(seq) === CALL).length;
		};
		for (const limit of [0, connect, last - 1, last]) {
			const { summary } = view.info({ ...occasion, limit });
			assert.deepEqual(summary, { calls: callsUpTo(limit), time: reader.time(limit) });
		}
		assert.deepEqual(view.info(occasion).summary, { calls: callsUpTo(last), time: reader.time(last) });
		assert.ok(callsUpTo(connect) < callsUpTo(last));
	});

	it('arranges hosts with the wire between them', () => {
		const { lifelines } = new SequenceView(reader, { lens: 'everything', hidden: [] }).info(occasion);
		assert.deepEqual(
			lifelines.map(({ id }) => id),
			['alice.client', 'alice.switch', 'alice.tcpip', 'alice.ib0', 'alice.ib0.proxy', 'alice.ib0.nic', 'bob.ib0.nic'],
		);
	});

	it('has the providers of a second process among the providers', () => {
		const scribe = new Scribe();
		const thread = scribe.thread('alice.child');
		thread.enterPhase('data');
		scribe.call(thread, 'alice.second.switch', site('WSPRecv'), [], { result: 0 }, () =>
			scribe.call(thread, 'alice.second.ib0', site('WSPRecv'), []),
		);
		scribe.call(thread, 'alice.ib0', site('WSPRecv'), []);
		scribe.call(thread, 'alice.switch', site('WSPRecv'), []);
		const lanes = (lens: ViewSettings['lens']) =>
			new SequenceView(scribe.reader, { ...unfolded, lens }).info(occasion).lifelines.map(({ id }) => id);
		assert.deepEqual(lanes('spi'), [
			'alice.child',
			'alice.second.switch',
			'alice.switch',
			'alice.second.ib0',
			'alice.ib0',
		]);
		assert.deepEqual(lanes('application'), ['alice.child', 'alice.second.switch', 'alice.switch']);
	});

	it('titles the phases', () => {
		const bands = view.pages(0, 9).flatMap((page) => page.bands);
		assert.deepEqual(
			bands.map(({ row, title }) => [row, title]),
			[
				[1, 'Connection setup'],
				[19, 'Session negotiation'],
			],
		);
	});

	it('tells an error from what only pends', () => {
		const rows = rowsOf(view);
		assert.deepEqual(
			rows
				.filter(({ error }) => error !== null)
				.map(({ error, tone }) => [error, tone])
				.slice(0, 3),
			[
				['WSAEWOULDBLOCK', 'pending'],
				['WSAEWOULDBLOCK', 'pending'],
				['WSA_IO_PENDING', 'pending'],
			],
		);
	});

	it('ends at its limit, with calls open as they were', () => {
		const limited = rowsOf(view, connect);
		const last = limited.at(-1);
		assert.equal(last?.seq, connect);
		assert.equal(last?.returnSeq, null);
		assert.equal(limited.filter(({ name, returnSeq }) => name === 'WSPConnect' && returnSeq === null).length, 2);
		assert.ok(rowsOf(view).find(({ seq }) => seq === connect)?.returnSeq);
	});

	it('finds the row of a record, or the last one before it', () => {
		assert.equal(view.rowOf(-1), -1);
		for (const row of rowsOf(view)) assert.equal(view.rowOf(row.seq), row.row);
		assert.equal(view.info({ ...occasion, cursor: connect }).cursorRow, view.rowOf(connect));
	});

	it('shows start-up message by message when it is unfolded', () => {
		const unfolded = new SequenceView(reader, { ...defaultView, unfolded: ['initialization'] });
		assert.deepEqual(
			rowsOf(unfolded)
				.slice(0, 4)
				.map(({ name }) => name),
			['WSPStartupEx', 'WSPIoctl', 'WSPIoctl', 'WSPIoctl'],
		);
	});

	it('leaves out hidden lifelines and what would touch them', () => {
		const hidden = new SequenceView(reader, { lens: 'spi', hidden: ['alice.tcpip'] });
		assert.ok(told(hidden).every((line) => !line.includes('tcpip')));
		assert.ok(hidden.rowCount() < view.rowCount());
	});

	it('writes a whole run as one Mermaid text with bands', () => {
		const text = mermaidText(view);
		assert.match(text, /^sequenceDiagram\nbox transparent alice\n/);
		assert.equal(text.match(/^rect /gm)?.length, 2);
		assert.equal(text.match(/^activate /gm)?.length, text.match(/^deactivate /gm)?.length);
	});

	it('leaves out the middle of a long run where that is wished', () => {
		const long = new SequenceView(loopTrace(100).reader, unfolded);
		const text = mermaidText(long, { rowsMax: 20 });
		assert.match(text, /Note over p0,p2: 380 messages left out/);
		assert.equal(text.match(/->>|--x|-->>/g)?.length, 20);
	});
});

describe('equal calls in a row', () => {
	const receive = site('WSPRecv', ['s', 'lpBuffers']);

	/** Posts receive buffers; what makes one differ is left to the test. */
	function posts(count: number, differ: (scribe: Scribe, index: number) => void = () => {}): Scribe {
		const scribe = new Scribe();
		const client = scribe.thread('alice.switch');
		client.enterPhase('data');
		for (let index = 0; index < count; index++) {
			scribe.call(client, 'alice.ib0', receive, [7, index], { error: 'WSA_IO_PENDING' }, () => differ(scribe, index));
		}
		return scribe;
	}

	it('are drawn once and counted', () => {
		const view = new SequenceView(posts(200).reader);
		assert.deepEqual(
			rowsOf(view).map(({ label, repeated }) => [label, repeated]),
			[
				['WSPRecv(7) × 200', 200],
				['WSA_IO_PENDING', undefined],
			],
		);
	});

	it('are counted up to the limit, and stand for each of their records', () => {
		const { reader } = posts(5);
		const view = new SequenceView(reader);
		assert.equal(view.row(0, 5).repeated, 3);
		assert.equal(view.row(0, 6).repeated, 4);
		assert.deepEqual(
			[0, 1, 2, 3, 6, 7].map((seq) => view.rowOf(seq)),
			[0, 1, 0, 1, 0, 1],
		);
	});

	it('are drawn each where that is wished', () => {
		const view = new SequenceView(posts(5).reader, { ...defaultView, unfolded: ['repeats'] });
		assert.equal(view.rowCount(), 10);
	});

	it('are drawn where something happens inside', () => {
		const scribe = posts(4, (at, index) => {
			if (index !== 2) return;
			const nic = at.thread('alice.ib0.nic');
			nic.enterPhase('data');
			nic.message(site('message'), at.component('bob.ib0.nic'));
		});
		assert.deepEqual(told(new SequenceView(scribe.reader)), [
			'call alice.switch > alice.ib0 WSPRecv(7) × 2',
			'return alice.ib0 > alice.switch WSA_IO_PENDING',
			'call alice.switch > alice.ib0 WSPRecv(7)',
			'message alice.ib0 > bob.ib0 message',
			'return alice.ib0 > alice.switch WSA_IO_PENDING',
			'call alice.switch > alice.ib0 WSPRecv(7)',
			'return alice.ib0 > alice.switch WSA_IO_PENDING',
		]);
	});
});

describe('the bands of two hosts', () => {
	it('go on when one host gets further, and go back only for new work of an application', () => {
		const scribe = new Scribe();
		const client = scribe.thread('alice.client');
		const nic = scribe.thread('bob.ib0.nic');
		const connect = site('WSPConnect', ['name']);
		client.enterPhase('setup');
		scribe.call(client, 'alice.switch', connect, ['10.1.0.2:7000']);
		nic.enterPhase('negotiation');
		nic.message(site('message'), scribe.component('alice.ib0.nic'));
		nic.enterPhase('setup');
		nic.signal(site('SetEvent'), scribe.component('bob.switch'));
		client.enterPhase('data');
		scribe.call(client, 'alice.switch', site('WSPSend'), []);
		client.enterPhase('setup');
		scribe.call(client, 'alice.switch', connect, ['10.1.0.2:7001']);
		const bands = new SequenceView(scribe.reader).pages(0, 0)[0]?.bands.map(({ row, phase }) => [row, phase]);
		assert.deepEqual(bands, [
			[0, 'setup'],
			[1, 'negotiation'],
			[3, 'data'],
			[4, 'setup'],
		]);
	});
});

describe('what failed', () => {
	it('stands across all lifelines, whoever says it', () => {
		const { scribe } = sampleTrace();
		const thread = scribe.thread('scenario');
		thread.note(site('expectation failed', ['text']), thread.component, 'the peer never answered');
		const last = rowsOf(new SequenceView(scribe.reader)).at(-1);
		assert.equal(last?.label, '✗ the peer never answered');
		assert.equal(last?.wide, true);
		assert.equal(last?.tone, 'failure');
	});
});

const views: fc.Arbitrary<ViewSettings> = fc.record({
	lens: fc.constantFrom('application', 'spi', 'wire', 'everything'),
	hidden: fc.subarray(['alice.tcpip', 'bob.switch']),
	unfolded: fc.constantFrom([], ['initialization'] as const, ['initialization', 'repeats'] as const),
});

describe('any view of any trace', () => {
	it('has rows in order of their records, and pages that hold each row once', () => {
		fc.assert(
			fc.property(events, views, (list, settings) => {
				const view = new SequenceView(written(list).reader, settings);
				const pages = view.pages(0, 99);
				const rows = pages.flatMap((page) => page.rows);
				for (const row of rows) assert.equal(view.rowOf(row.seq), row.row);
				assert.equal(rows.length, view.rowCount());
				rows.forEach((row, index) => {
					assert.equal(row.row, index);
				});
				assert.ok(rows.every((row, index) => index === 0 || row.seq > (rows[index - 1] as DiagramRow).seq));
				pages.forEach((page, index) => {
					assert.equal(page.index, index);
					assert.equal(page.rows.length, Math.min(PAGE_SIZE, rows.length - index * PAGE_SIZE));
				});
			}),
		);
	});

	it('is the same whether it followed the trace or came later', () => {
		fc.assert(
			fc.property(events, views, fc.nat(160), (list, settings, cut) => {
				const scribe = written(list);
				const late = new SequenceView(scribe.reader, settings);
				const whole = late.pages(0, 99);
				const limit = Math.min(cut, scribe.reader.length - 1);
				const before = new SequenceView(written(list.slice(0)).reader, settings).pages(0, 99, limit);
				assert.deepEqual(late.pages(0, 99, limit), before);
				assert.deepEqual(late.pages(0, 99), whole);
			}),
		);
	});

	it('activates and deactivates in pairs on every page', () => {
		fc.assert(
			fc.property(events, views, fc.nat(200), (list, settings, limit) => {
				const view = new SequenceView(written(list).reader, settings);
				for (const page of view.pages(0, 99, limit)) {
					const open = new Map<string, number>();
					for (const [, verb, lane] of page.mermaid.matchAll(/^(activate|deactivate) (p\d+)$/gm)) {
						const count = (open.get(lane as string) ?? 0) + (verb === 'activate' ? 1 : -1);
						assert.ok(count >= 0);
						open.set(lane as string, count);
					}
					assert.ok([...open.values()].every((count) => count === 0));
				}
			}),
		);
	});

	it('costs about the same for a message at the end of a long run as of a short one', () => {
		const short = loopTrace(250);
		const long = loopTrace(25_000);
		const cost = (scribe: Scribe): number => {
			const view = new SequenceView(scribe.reader, unfolded);
			const times: number[] = [];
			view.rowCount();
			for (let i = 0; i < 60; i++) {
				const thread = scribe.thread('alice.client');
				scribe.call(thread, 'alice.switch', site('WSPSend', ['s', 'lpBuffers']), [3, i]);
				const start = performance.now();
				const last = Math.ceil(view.info(occasion).rowCount / PAGE_SIZE) - 1;
				view.pages(last, last);
				times.push(performance.now() - start);
			}
			return times.sort((a, b) => a - b)[30] as number;
		};
		cost(short);
		const base = cost(short);
		const grown = cost(long);
		assert.ok(grown < base * 4 + 0.2, `${base} ms at 1,000 rows, ${grown} ms at 100,000`);
	});
});
