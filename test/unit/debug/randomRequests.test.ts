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
