import { strict as assert } from 'node:assert';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { begin, type FakeSession, openFakeSession, type SetUp } from './fakeSession';

type Breakpoints = { readonly breakpoints: DebugProtocol.Breakpoint[] };

describe('breakpoints', () => {
	let session: FakeSession;

	beforeEach(() => {
		session = openFakeSession();
	});

	afterEach(() => session.dispose());

	/** Records at which a run with these breakpoints stops until it ends. */
	async function stops(setUp: SetUp): Promise<readonly number[]> {
		const { client } = session;
		let ended = false;
		void client.event('terminated').then(() => {
			ended = true;
		});
		const stopsOf = (): readonly number[] =>
			client.console
				.split('\n')
				.filter((line) => line.startsWith('#'))
				.map((line) => Number(line.slice(1, line.indexOf(' '))));
		await begin(session, setUp);
		for (let turns = 0; !ended && turns < 50; turns++) {
			await client.request('continue', { threadId: 1 });
			await new Promise((resolve) => setImmediate(resolve));
		}
		return stopsOf();
	}

	it('verifies lines against the statements of the file', async () => {
		await begin(session, { launch: { stopOnEntry: true } });
		const { breakpoints } = await session.client.send<Breakpoints>('setBreakpoints', {
			source: { path: session.program },
			breakpoints: [{ line: 8 }, { line: 6 }, { line: 16 }, { line: 40 }],
		});
		assert.deepEqual(
			breakpoints.map(({ verified, line, message }) => [verified, line, message]),
			[
				[true, 8, undefined],
				[true, 7, undefined],
				[false, undefined, 'This line belongs to the scenario “endless”, which is not the one being run'],
				[false, undefined, 'There is no statement on this line or below it'],
			],
		);
	});

	it('refuses unknown names with the nearest one', async () => {
		await begin(session, { launch: { stopOnEntry: true } });
		const { breakpoints } = await session.client.send<Breakpoints>('setFunctionBreakpoints', {
			breakpoints: [
				{ name: 'WSPConect' },
				{ name: 'alice.ib1!WSPConnect' },
				{ name: 'WSX*' },
				{ name: 'WSP*Memory' },
				{ name: 'connect' },
			],
		});
		assert.deepEqual(
			breakpoints.map(({ verified, message }) => [verified, message]),
			[
				[false, 'There is no call named WSPConect. Did you mean WSPConnect?'],
				[false, 'There is no component named alice.ib1. Did you mean alice.ib0?'],
				[false, 'No documented call matches WSX*'],
				[true, undefined],
				[true, undefined],
			],
		);
	});

	it('stops at lines, columns and calls', async () => {
		assert.deepEqual(await stops({ lines: [{ line: 8 }, { line: 9 }] }), [7, 30]);
	});

	it('stops at a call within a line', async () => {
		assert.deepEqual(await stops({ lines: [{ line: 7, column: 13 }] }), [2]);
	});

	it('takes qualified names, patterns and Winsock names', async () => {
		assert.deepEqual(await stops({ functions: [{ name: 'alice.ib0!WSPConnect' }] }), [15]);
	});

	it('takes patterns', async () => {
		assert.deepEqual(await stops({ functions: [{ name: 'WPU*' }, { name: '*Event' }] }), [12, 22]);
	});

	it('takes the application’s own name of a call', async () => {
		assert.deepEqual(await stops({ functions: [{ name: 'connect' }] }), [8]);
	});

	it('stops on the return and on delivery', async () => {
		assert.deepEqual(
			await stops({
				functions: [
					{ name: 'WSPConnect', mode: 'return' },
					{ name: 'alice.ib0!WSPConnect', mode: 'delivery' },
				],
			}),
			[18, 22, 29],
		);
	});

	it('obeys conditions, hit counts and log messages', async () => {
		const functions = [
			{ name: 'WSPConnect', condition: 's == 3' },
			{ name: 'WSPSocket', hitCondition: '2' },
			{ name: 'SetEvent', logMessage: 'signalled at {time} by {thread}' },
		];
		assert.deepEqual(await stops({ functions }), [11, 15]);
		assert.match(session.client.console, /signalled at 30\d+ by alice\.ib0\.connect\n/);
	});

	it('stops at errors, with and without names', async () => {
		assert.deepEqual(await stops({ exceptions: { filters: ['error'] } }), []);
	});

	it('stops at the errors that are named', async () => {
		const exceptions = { filters: [], filterOptions: [{ filterId: 'error', condition: 'WSAEWOULDBLOCK' }] };
		assert.deepEqual(await stops({ exceptions }), [18]);
	});

	it('stops at changes of a field, forwards and backwards', async () => {
		const stopped = session.client.event('stopped');
		await begin(session, { functions: [{ name: 'connect' }], launch: { stopOnEnd: true } });
		await stopped;
		const [top] = await session.frames();
		const { scopes } = await session.client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: top?.id });
		const variablesReference = scopes.find((scope) => scope.name === 'Socket')?.variablesReference;
		const info = await session.client.send<DebugProtocol.DataBreakpointInfoResponse['body']>('dataBreakpointInfo', {
			variablesReference,
			name: 'state',
		});
		assert.equal(info.dataId, 'alice.switch socket 4.state');
		await session.client.send('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId }] });
		const records: number[] = [];
		for (const command of ['continue', 'continue', 'reverseContinue', 'reverseContinue', 'reverseContinue']) {
			const body = await session.client.stop(command, { threadId: 1 });
			const evaluated = await session.client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', {
				expression: 'seq',
			});
			records.push(Number(evaluated.result));
			assert.ok(['data breakpoint', 'function breakpoint'].includes(body.reason), body.reason);
		}
		assert.deepEqual(records, [9, 27, 9, 8, 4]);
	});

	it('stops at a record by its number', async () => {
		const stopped = session.client.event('stopped');
		await begin(session, { launch: { stopOnEntry: true } });
		await stopped;
		await session.client.send('setInstructionBreakpoints', { breakpoints: [{ instructionReference: '20' }] });
		const body = await session.client.stop('continue', { threadId: 1 });
		assert.equal(body.reason, 'instruction breakpoint');
		assert.equal(body.description, 'Paused on record 20');
	});
});
