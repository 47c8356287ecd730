import { strict as assert } from 'node:assert';
import type { DebugProtocol } from '@vscode/debugprotocol';
import fc from 'fast-check';
import { openFakeSession } from './fakeSession';

/** How many sequences are tried; the nightly run sets more. */
const runs = Number(process.env.SANFLOW_DAP_RUNS ?? 60);

const small = fc.integer({ min: -2, max: 40 });
const anything = fc.oneof(
	small,
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

const moves = ['next', 'stepIn', 'stepOut', 'stepBack', 'continue', 'reverseContinue', 'pause', 'sanflow/reverseOut'];
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
	fc.tuple(fc.constant('stackTrace'), thread),
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
			name: fc.constantFrom('s', 'error', '[0]'),
			value: fc.constantFrom('1', 'WSAENETDOWN', '('),
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
			expression: fc.constantFrom('drop', 'return WSAENETDOWN', 'branches', 'branch 2', 'down alice', 'crash x'),
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

describe('debug session given random requests', () => {
	it('answers each once, refuses with a number and a sentence, and goes on', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(request, { minLength: 5, maxLength: 40 }),
				fc.boolean(),
				async (requests, stopOnEnd) => {
					const session = openFakeSession();
					const { client, program } = session;
					await client.send('initialize', { adapterID: 'sanflow' });
					await client.send('launch', { program, scenario: 'connect', stopOnEntry: true, stopOnEnd });
					await client.send('configurationDone');
					for (const [command, args] of requests) check(await client.request(command, args));
					await session.dispose();
					const answered = client.received.filter((message) => message.type === 'response').length;
					assert.equal(answered, requests.length + 4);
				},
			),
			{ numRuns: runs },
		);
	});
});

function check(response: DebugProtocol.Response): void {
	if (response.success) return;
	const { id, format } = response.body.error;
	assert.ok(Number.isInteger(id) && typeof format === 'string' && format.length > 0);
	assert.notEqual(id, 1008, response.message);
}
