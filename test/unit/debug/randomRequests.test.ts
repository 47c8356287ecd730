import { strict as assert } from 'node:assert';
import type { DebugProtocol } from '@vscode/debugprotocol';
import fc from 'fast-check';
import { startRun } from '../../../server/scenario/interpreter';
import { type FakeSession, openFakeSession } from './fakeSession';

/** How many sequences are tried; the nightly run sets more. */
const runs = Number(process.env.SANFLOW_DAP_RUNS ?? 60);

const small = fc.integer({ min: -2, max: 40 });
/** Stands for an id that the session has given out: of a frame, of variables, of a target. */
const given = fc.constantFrom('$frame', '$variables', '$target', '$thread', '$seq');
const anything = fc.oneof(
	small,
	{ weight: 3, arbitrary: given },
	fc.constant('x'),
	fc.constant(null),
	fc.constant(true),
	fc.constant([]),
	fc.constant({}),
);
const thread = fc.record(
	{ threadId: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, anything) },
	{ requiredKeys: [] },
);

const moves = [
	'next',
	'stepIn',
	'stepOut',
	'stepBack',
	'continue',
	'reverseContinue',
	'pause',
	'sanflow/reverseOut',
	'sanflow/reverseNext',
];
const others = [
	'threads',
	'loadedSources',
	'modules',
	'configurationDone',
	'restart',
	'cancel',
	'exceptionInfo',
	'terminate',
	'noSuchRequest',
	'sanflow/diagramInfo',
	'sanflow/diagramPages',
	'sanflow/stepToMessage',
	'sanflow/stepToTime',
];

const request = fc.oneof(
	{ weight: 6, arbitrary: fc.tuple(fc.constantFrom(...moves), thread) },
	{
		weight: 2,
		arbitrary: fc.tuple(
			fc.constantFrom(...others),
			fc.dictionary(fc.constantFrom('threadId', 'view', 'direction'), anything),
		),
	},
	{ weight: 2, arbitrary: fc.tuple(fc.constant('stackTrace'), thread) },
	fc.tuple(
		fc.constant('stepIn'),
		fc.record({
			threadId: fc.constant('$thread'),
			targetId: anything,
			granularity: fc.constantFrom('statement', 'line', 'instruction', 'x'),
		}),
	),
	fc.tuple(fc.constant('stepInTargets'), fc.record({ frameId: anything })),
	fc.tuple(
		fc.constantFrom('gotoTargets', 'breakpointLocations'),
		fc.record({ source: fc.constantFrom({ path: '$program' }, {}, 'x'), line: anything }),
	),
	fc.tuple(fc.constant('goto'), fc.record({ threadId: fc.constant('$thread'), targetId: anything })),
	fc.tuple(
		fc.constant('sanflow/stepOnLifeline'),
		fc.record(
			{ component: fc.constantFrom('alice.switch', 'x'), direction: fc.constantFrom('forward', 'backward', 'x') },
			{ requiredKeys: [] },
		),
	),
	fc.tuple(
		fc.constant('sanflow/previousChange'),
		fc.record({ expression: fc.constantFrom('s', 's.state', 'time', '('), frameId: anything }, { requiredKeys: [] }),
	),
	fc.tuple(
		fc.constant('dataBreakpointInfo'),
		fc.record(
			{ name: fc.constantFrom('s', 'state', '[0]', '0x10000', '('), variablesReference: anything, frameId: anything },
			{ requiredKeys: ['name'] },
		),
	),
	fc.tuple(
		fc.constant('setBreakpoints'),
		fc.record({
			source: fc.constantFrom({ path: '$program' }, { path: 'nowhere' }, {}),
			breakpoints: fc.array(
				fc.record(
					{
						line: anything,
						column: anything,
						condition: fc.constantFrom('s == 3', '('),
						mode: fc.constantFrom('return', 'x'),
					},
					{ requiredKeys: ['line'] },
				),
				{ maxLength: 3 },
			),
		}),
	),
	fc.tuple(
		fc.constant('setDataBreakpoints'),
		fc.record({
			breakpoints: fc.array(
				fc.record({
					dataId: fc.constantFrom(
						'alice.switch socket 4.state',
						'alice.ib0 socket 2.state',
						'bytes:alice.ib0 memory 1:0:9',
						'x',
					),
				}),
				{ maxLength: 2 },
			),
		}),
	),
	fc.tuple(
		fc.constant('setInstructionBreakpoints'),
		fc.record({
			breakpoints: fc.array(fc.record({ instructionReference: fc.constantFrom('12', '0x10000004', '$seq', 'x') }), {
				maxLength: 2,
			}),
		}),
	),
	fc.tuple(fc.constant('scopes'), fc.record({ frameId: anything })),
	fc.tuple(
		fc.constant('variables'),
		fc.record({ variablesReference: anything, start: anything, count: anything }, { requiredKeys: [] }),
	),
	fc.tuple(fc.constant('source'), fc.record({ sourceReference: anything })),
	fc.tuple(
		fc.constant('evaluate'),
		fc.record(
			{
				expression: fc.constantFrom(
					's',
					's.state',
					'last(WSPConnect)',
					'when(s.state == "connected")',
					'1 +',
					'',
					'why(s)',
				),
				frameId: anything,
			},
			{ requiredKeys: ['expression'] },
		),
	),
	fc.tuple(fc.constant('completions'), fc.record({ text: fc.constantFrom('', 'al', 'alice.'), column: anything })),
	fc.tuple(fc.constant('sanflow/goToRecord'), fc.record({ seq: anything })),
	fc.tuple(fc.constant('restartFrame'), fc.record({ frameId: anything })),
	fc.tuple(
		fc.constant('setVariable'),
		fc.record({
			variablesReference: anything,
			name: fc.constantFrom('s', 'n', 'error', '[0]', 'alice.ib0', 'native connect request', 'WSPConnect returns'),
			value: fc.constantFrom('1', 'WSAENETDOWN', 'down', 'drop', 'delay 2ms', '('),
		}),
	),
	fc.tuple(
		fc.constant('setExpression'),
		fc.record({
			expression: fc.constantFrom('s', 'error', 'last(WSPConnect).error', 'time'),
			value: fc.constantFrom('1', 'WSAENETDOWN'),
		}),
	),
	fc.tuple(
		fc.constantFrom('readMemory', 'writeMemory'),
		fc.record({
			memoryReference: fc.constantFrom('memory:x memory 1', 'bytes:0', ''),
			offset: anything,
			count: anything,
			data: fc.constantFrom('AQI=', '!'),
		}),
	),
	fc.tuple(fc.constant('terminateThreads'), fc.record({ threadIds: fc.oneof(anything, fc.constant([1])) })),
	fc.tuple(
		fc.constant('sanflow/whatIf'),
		fc.record(
			{
				seq: anything,
				change: fc.oneof(
					anything,
					fc.record({
						kind: fc.constantFrom('return', 'drop', 'delay', 'link', 'crash', 'choice', 'x'),
						outcome: fc.constantFrom('WSAENETDOWN', 'x', 0),
						ns: anything,
						target: fc.constantFrom('alice', 'alice.ib0', 'x'),
						thread: fc.constantFrom('alice.client', 'x'),
					}),
				),
			},
			{ requiredKeys: ['change'] },
		),
	),
	fc.tuple(
		fc.constantFrom('sanflow/branches', 'sanflow/switchBranch', 'sanflow/faultLine'),
		fc.record({ branch: anything }),
	),
	fc.tuple(
		fc.constant('evaluate'),
		fc.record({
			expression: fc.constantFrom(
				'drop',
				'return WSAENETDOWN',
				'branches',
				'branch 2',
				'down alice',
				'down',
				'crash x',
				'help',
			),
			context: fc.constantFrom('repl', 'watch'),
		}),
	),
	fc.tuple(
		fc.constant('disassemble'),
		fc.record({
			memoryReference: fc.constantFrom('0x10000004', 'x'),
			instructionOffset: anything,
			instructionCount: anything,
		}),
	),
	fc.tuple(
		fc.constant('setFunctionBreakpoints'),
		fc.record({
			breakpoints: fc.oneof(
				anything,
				fc.array(
					fc.record(
						{
							name: fc.constantFrom('WSPConnect', '*', 'x', ''),
							condition: fc.constantFrom('s == 3', '(', ''),
							hitCondition: fc.constantFrom('2', 'x', '% 0'),
						},
						{ requiredKeys: ['name'] },
					),
				),
			),
		}),
	),
	fc.tuple(
		fc.constant('setExceptionBreakpoints'),
		fc.record({ filters: fc.oneof(anything, fc.subarray(['error', 'violation', 'fallback', 'nothing'])) }),
	),
);

/** A small scenario through both stacks. */
const realProgram = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "connect" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 1)
    let peer = accept(listener)
    recv(peer, 4)
  }
  thread alice.client {
    let n = 1
    let s = socket()
    connect(s, 10.1.0.2:7000)
    send(s, "ping")
  }
}
`;

const sequences = fc.array(request, { minLength: 5, maxLength: 40 });

describe('debug session given random requests', function () {
	this.timeout(runs * 400);

	it('answers each once, refuses with a number and a sentence, comes to rest and goes on', async () => {
		await fc.assert(
			fc.asyncProperty(sequences, fc.boolean(), async (requests, stopOnEnd) => {
				await attempt(openFakeSession(), requests, stopOnEnd);
			}),
			{ numRuns: runs },
		);
	});

	it('also when the whole stack runs', async () => {
		await fc.assert(
			fc.asyncProperty(sequences, fc.boolean(), async (requests, stopOnEnd) => {
				await attempt(openFakeSession(realProgram, startRun), requests, stopOnEnd);
			}),
			{ numRuns: Math.ceil(runs / 3) },
		);
	});
});

type Requests = readonly (readonly [command: string, args: unknown])[];

/** Sends the requests, one after the other, each once the session has come to rest. */
async function attempt(session: FakeSession, requests: Requests, stopOnEnd: boolean): Promise<void> {
	const { client, program } = session;
	const ids = new GivenIds(program);
	await client.send('initialize', {
		adapterID: 'sanflow',
		supportsMemoryReferences: true,
		supportsInvalidatedEvent: true,
	});
	await client.send('launch', { program, scenario: 'connect', stopOnEntry: true, stopOnEnd });
	await client.send('configurationDone');
	await rest(client);
	for (const [command, args] of requests) {
		const response = await client.request(command, ids.fill(args));
		check(response);
		ids.learn(response);
		await rest(client);
	}
	// Whatever was asked, the session can still be looked at.
	check(await client.request('threads'));
	await session.dispose();
	const answered = client.received.flatMap((message) =>
		message.type === 'response' ? [(message as DebugProtocol.Response).request_seq] : [],
	);
	assert.equal(new Set(answered).size, answered.length, 'a request was answered twice');
	const terminated = client.events.filter(({ event }) => event === 'terminated').length;
	assert.ok(
		terminated <= 1 + requests.filter(([command]) => command === 'restart').length,
		'terminated more than once',
	);
}

/** Real milliseconds within which a small run must have stopped or ended after any request. */
const restMsMax = 10_000;

/** Waits until what was started has led to a stop or to the end. */
async function rest(client: FakeSession['client']): Promise<void> {
	const deadline = performance.now() + restMsMax;
	// What looks at a stop is refused while something moves, with the number for that.
	while ((await client.request('scopes', { frameId: -1 })).body?.error?.id === 1006) {
		if (performance.now() > deadline) assert.fail('the session never comes to rest');
		await new Promise((resolve) => setImmediate(resolve));
	}
}

/** Ids that the session gave out last, for requests that should mean something. */
class GivenIds {
	private readonly known = new Map<string, unknown>([
		['$thread', 1],
		['$seq', 5],
	]);

	constructor(program: string) {
		this.known.set('$program', program);
	}

	learn({ command, success, body }: DebugProtocol.Response): void {
		if (!success) return;
		const set = (name: string, value: unknown): void => {
			if (value !== undefined && value !== 0) this.known.set(name, value);
		};
		if (command === 'stackTrace') set('$frame', body.stackFrames[0]?.id);
		if (command === 'scopes') set('$variables', body.scopes.at(-1)?.variablesReference);
		if (command === 'variables') set('$variables', body.variables.at(-1)?.variablesReference);
		if (command === 'threads') set('$thread', body.threads.at(-1)?.id);
		if (command === 'stepInTargets' || command === 'gotoTargets') set('$target', body.targets.at(-1)?.id);
	}

	/** The arguments with the ids in their places. */
	fill(args: unknown): unknown {
		if (typeof args === 'string') return this.known.get(args) ?? args;
		if (Array.isArray(args)) return args.map((item) => this.fill(item));
		if (typeof args !== 'object' || args === null) return args;
		return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, this.fill(value)]));
	}
}

function check(response: DebugProtocol.Response): void {
	if (response.success) return;
	const { id, format } = response.body.error;
	assert.ok(Number.isInteger(id) && typeof format === 'string' && format.length > 0);
	assert.notEqual(id, 1008, response.message);
}
