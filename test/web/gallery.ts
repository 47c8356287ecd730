/** The states that the call sequence can be in, of real runs where there is one. */
import { readFileSync } from 'node:fs';
import type { DiagramInfo } from '../../server/protocol/diagram';
import { startRun } from '../../server/scenario/interpreter';
import { parseScenarioFile } from '../../server/scenario/parse';
import { compareRuns, comparisonReader, defaultView } from '../../server/sequence';
import { type Reader, site } from '../../server/trace';
import { loopTrace, sampleTrace } from '../unit/sequence/sampleTrace';
import type { FakePanel, FakeRun } from './fakePanel';
import { ViewRun } from './viewRun';

export interface Picture {
	readonly name: string;
	readonly run: FakeRun | undefined;
	/** In px; three widths if left out. */
	readonly widths?: readonly number[];
	/** What is done to the page once it is there. */
	readonly prepare?: (panel: FakePanel) => Promise<unknown>;
}

/** The run of an example. */
export function example(name: string, change: (text: string) => string = (text) => text): Reader {
	return runOf(change(readFileSync(`examples/${name}.sanflow`, 'utf8')));
}

/** Forty rounds of two hosts that answer each other. */
export function pingPong(): Reader {
	return example('01-first-connect', (text) =>
		text.replace(/scenario "[\s\S]*$/, '').concat(`scenario "ping pong" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let peer = accept(listener)
    repeat 40 { recv(peer, 4)  send(peer, "pong") }
    closesocket(peer)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    repeat 40 { send(s, "ping")  recv(s, 4) }
    closesocket(s)
  }
}`),
	);
}

function runOf(text: string): Reader {
	const file = parseScenarioFile(text, 'run.sanflow');
	const run = startRun(file, undefined, { seed: 1 });
	while (run.advance(10_000).kind === 'running') {
		// To its end.
	}
	return run.reader;
}

function ended(reader: Reader): ViewRun {
	const run = new ViewRun(reader, null, undefined, { ...defaultView, lens: 'everything' });
	run.status = 'passed';
	run.statusText = 'passed after 0.4 ms';
	return run;
}

/** A rule is broken, an expectation is not met. */
function violations(): ViewRun {
	const { scribe, reader } = sampleTrace();
	const client = scribe.thread('alice.client');
	client.enterPhase('data');
	scribe.call(client, 'alice.switch', site('WSPSend', ['s', 'buffers']), [3, 'hello'], { error: 'WSAENOTCONN' });
	const broken = site('violation', ['rule', 'record', 'reason'], ['DATA-7']);
	scribe.trace.violation(scribe.simulation.now, client, broken, client.component, 'DATA-7', 12, 'it completed twice');
	client.note(site('expectation failed', ['text']), client.component, 'recv(s, 4) == "pong", but it was "gong"');
	const run = new ViewRun(reader, reader.length - 1);
	run.status = 'failed';
	run.statusText = '1 rule violated, 1 expectation failed';
	return run;
}

/** A what-if branch over the run as launched, before the whole of either is known. */
export function overlay(): FakeRun {
	return overlayOf(
		example('01-first-connect'),
		example('01-first-connect', (text) => text.replace('send(s, "ping")', 'send(s, "pong")')),
	);
}

function overlayOf(left: Reader, right: Reader): FakeRun {
	const comparison = compareRuns(left, right, '1  as launched', '2  WSPSend returns WSAENOBUFS', { foldsEqual: false });
	const run = new ViewRun(comparisonReader(comparison), null, undefined, defaultView, comparison);
	run.title = 'connect over the SAN';
	const settings = { ...defaultView, over: { branch: 1 } };
	const info = (): DiagramInfo => {
		const plain = run.info();
		return {
			...plain,
			cursorSeq: 300,
			cursorRow: Math.min(plain.rowCount - 1, (plain.comparison?.firstDifference ?? 0) + 4),
			branches: [
				{ id: 1, title: 'as launched', isCurrent: false },
				{ id: 2, title: 'WSPSend returns WSAENOBUFS', isCurrent: true },
			],
			...(plain.comparison
				? { comparison: { ...plain.comparison, branches: { left: 1, right: 2, current: 'right' } } }
				: {}),
		};
	};
	return { settings, info, pages: (...args) => run.pages(...args), query: (query) => run.query(query) };
}

const small = [480, 900];

/** Finds words and waits for the answer. */
async function find(panel: FakePanel, text: string): Promise<void> {
	await panel.page.keyboard.press('Control+f');
	if (await panel.page.locator('.query').isVisible()) await panel.page.locator('.query').fill(text);
	await panel.settled();
}

/** Comparing, laying over and finding where there is nothing, or nothing any more. */
function emptyPictures(): readonly Picture[] {
	const nothing = (): Reader => loopTrace(0).reader;
	const some = (): Reader => loopTrace(4).reader;
	const failure = { type: 'failed', message: 'connect.sanflow:3:1: there is no host “carol”' } as const;
	const failed = new ViewRun(sampleTrace().reader);
	failed.status = 'failed';
	failed.statusText = 'failed after 0.4 ms: expectation not met in line 12';
	const all: readonly Picture[] = [
		{
			name: 'comparisonEmpty',
			run: ViewRun.comparing(compareRuns(nothing(), nothing(), 'seed 1', 'seed 2'), {
				...defaultView,
				lens: 'everything',
			}),
		},
		{ name: 'comparisonHalfEmpty', run: ViewRun.comparing(compareRuns(nothing(), some(), 'seed 1', 'seed 2')) },
		{ name: 'comparisonEqual', run: ViewRun.comparing(compareRuns(some(), some(), 'seed 1', 'seed 2')) },
		{
			name: 'comparisonFailed',
			run: ViewRun.comparing(compareRuns(nothing(), some(), 'HEAD', 'connect.sanflow')),
			prepare: (panel) => panel.send(failure),
		},
		{ name: 'overlayEmpty', run: overlayOf(nothing(), nothing()) },
		{
			name: 'overlayFailed',
			run: overlay(),
			prepare: async (panel) => {
				await find(panel, 'WSPSend');
				await panel.send(failure);
			},
		},
		{ name: 'searchEmpty', run: new ViewRun(nothing()), prepare: (panel) => find(panel, 'WSPSend') },
		{ name: 'searchNothing', run: failed, prepare: (panel) => find(panel, 'nowhere') },
		{
			name: 'searchFolded',
			run: new ViewRun(loopTrace(40).reader),
			prepare: async (panel) => {
				await find(panel, 'lpBuffers 33');
				await panel.page.keyboard.press('Enter');
			},
		},
		{
			name: 'searchFailed',
			run: failed,
			prepare: async (panel) => {
				await find(panel, 'WSPSend');
				await panel.send(failure);
			},
		},
		{
			name: 'filterNothing',
			run: new ViewRun(some(), null, undefined, { ...defaultView, filter: ['thread:nobody', 'call:WSP*'] }),
		},
		{
			name: 'traceFailed',
			run: undefined,
			prepare: (panel) => panel.send({ ...failure, message: 'broken.jsonl, line 4: not JSON', isTrace: true }),
		},
	];
	return all.map((picture) => ({ ...picture, widths: small }));
}

export function pictures(): readonly Picture[] {
	const sample = sampleTrace();
	const different = compareRuns(
		example('01-first-connect'),
		example('01-first-connect', (text) => text.replaceAll('"ping"', '"pong"')),
		'HEAD',
		'01-first-connect.sanflow',
	);
	const empty = new ViewRun(loopTrace(0).reader);
	return [
		{ name: 'running', run: new ViewRun(sample.reader, sample.connect) },
		{ name: 'ended', run: ended(example('01-first-connect')) },
		{ name: 'violations', run: violations() },
		{
			name: 'loops',
			run: new ViewRun(pingPong()),
			prepare: async (panel) => {
				await panel.settled();
				await panel.page.locator('.viewport').evaluate((viewport) => {
					viewport.scrollTop = 2250;
				});
				await panel.page.locator('.loop').first().waitFor();
				await panel.settled();
			},
		},
		{ name: 'comparison', run: ViewRun.comparing(different) },
		{ name: 'overlay', run: overlay() },
		{ name: 'empty', run: empty },
		{ name: 'loading', run: undefined, prepare: (panel) => panel.page.getByText('…').first().waitFor() },
		{
			name: 'failed',
			run: undefined,
			prepare: (panel) => panel.send({ type: 'failed', message: 'connect.sanflow:3:1: there is no host “carol”' }),
		},
		...emptyPictures(),
	];
}
