import { strict as assert } from 'node:assert';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { begin, type FakeSession, openFakeSession } from './fakeSession';

/** Number of the record on which the last stop was, from the line in the console. */
function recordOf(session: FakeSession): number {
	const lines = session.client.console.trim().split('\n');
	const last = lines.filter((line) => line.startsWith('#')).at(-1) ?? '';
	return Number(/^#(\d+)/.exec(last)?.[1]);
}

describe('debug session', () => {
	let session: FakeSession;

	beforeEach(() => {
		session = openFakeSession();
	});

	afterEach(() => session.dispose());

	it('runs to its end without breakpoints', async () => {
		const terminated = session.client.event('terminated');
		await begin(session);
		await terminated;
		assert.match(
			session.client.console,
			/^Running “connect” with seed 1\.\nconnected\nPassed: “connect” after 3\.00\d+ ms of virtual time, 36 records\.\n$/,
		);
		const exited = session.client.events.find((event) => event.event === 'exited');
		assert.equal(exited?.body.exitCode, 0);
	});

	it('stops on entry at the first statement', async () => {
		const stopped = session.client.event('stopped');
		await begin(session, { launch: { stopOnEntry: true } });
		assert.equal((await stopped).body.reason, 'entry');
		const [frame] = await session.frames();
		assert.deepEqual([frame?.name, frame?.line, frame?.source?.path], ['alice.client', 7, session.program]);
	});

	describe('at a function breakpoint on WSPConnect', () => {
		beforeEach(async () => {
			const stopped = session.client.event('stopped');
			await begin(session, { functions: [{ name: 'WSPConnect' }] });
			const { body } = await stopped;
			assert.equal(body.reason, 'function breakpoint');
			assert.equal(body.description, 'Paused on WSPConnect');
			assert.deepEqual(body.hitBreakpointIds, [1]);
		});

		it('stands in the switch, then in the provider', async () => {
			assert.equal(recordOf(session), 8);
			const first = await session.frames();
			assert.deepEqual(
				first.map((frame) => frame.name),
				['alice.switch!WSPConnect', 'alice.client'],
			);
			assert.equal(first[0]?.source?.name, 'switch: Initiating a Connection');
			assert.equal(first[1]?.line, 8);
			const body = await session.client.stop('continue', { threadId: 1 });
			assert.equal(body.reason, 'function breakpoint');
			const second = await session.frames();
			assert.deepEqual(
				second.map((frame) => frame.name),
				['alice.ib0!WSPConnect', 'alice.switch!WSPConnect', 'alice.client'],
			);
		});

		it('shows the step of the procedure at which the switch stands', async () => {
			await session.client.stop('next', { threadId: 1 });
			assert.equal(recordOf(session), 10);
			const [frame] = await session.frames();
			const sourceReference = frame?.source?.sourceReference ?? 0;
			const { content } = await session.client.send<DebugProtocol.SourceResponse['body']>('source', {
				sourceReference,
			});
			const line = content.split('\n')[(frame?.line ?? 0) - 1];
			assert.match(line ?? '', /1\. Look the destination up/);
			assert.match(content, /\[SWITCH-1, FALLBACK-1, SWITCH-4, SWITCH-5\]/);
		});

		it('steps over, into and out of calls', async () => {
			const steps: readonly (readonly [string, number])[] = [
				['next', 10],
				['stepIn', 11],
				['stepOut', 14],
				['stepIn', 15],
				['stepIn', 16],
				['stepOut', 17],
				['stepOut', 18],
				['stepIn', 25],
				['next', 26],
				['next', 29],
				['next', 30],
				['next', 32],
			];
			for (const [command, record] of steps) {
				// The breakpoint on the provider's WSPConnect would stop first.
				await session.client.send('setFunctionBreakpoints', { breakpoints: [] });
				await session.client.stop(command, { threadId: 1 });
				assert.equal(recordOf(session), record, command);
			}
		});

		it('steps back and reverse continues', async () => {
			await session.client.stop('continue', { threadId: 1 });
			assert.equal(recordOf(session), 15);
			await session.client.stop('stepBack', { threadId: 1 });
			assert.equal(recordOf(session), 14);
			await session.client.stop('stepBack', { threadId: 1 });
			assert.equal(recordOf(session), 10);
			const body = await session.client.stop('reverseContinue', { threadId: 1 });
			assert.deepEqual([body.reason, recordOf(session)], ['function breakpoint', 8]);
			await session.client.stop('stepBack', { threadId: 1 });
			assert.equal(recordOf(session), 7);
			await session.client.stop('stepBack', { threadId: 1 });
			assert.equal(recordOf(session), 1);
			const start = await session.client.stop('reverseContinue', { threadId: 1 });
			assert.deepEqual([start.reason, recordOf(session)], ['entry', 0]);
			const off = session.client.events.filter((event) => event.event === 'capabilities').at(-1);
			assert.equal(off?.body.capabilities.supportsStepBack, false);
		});

		it('shows arguments, socket and table in the switch and locals in the application', async () => {
			const [top, bottom] = await session.frames();
			assert.deepEqual(await session.scope(top?.id ?? 0, 'Arguments'), ['s: 4', 'name: "10.1.0.2:7000"']);
			assert.deepEqual(await session.scope(top?.id ?? 0, 'Socket'), ['state: "created"']);
			assert.deepEqual(await session.scope(top?.id ?? 0, 'Switch Table'), ['10.1.0.0/16: "ib0"']);
			assert.deepEqual(await session.scope(bottom?.id ?? 0, 'Locals'), ['s: socket 4']);
		});

		it('forgets frames and variables of the last stop', async () => {
			const [top] = await session.frames();
			const { scopes } = await session.client.send<DebugProtocol.ScopesResponse['body']>('scopes', {
				frameId: top?.id,
			});
			await session.client.stop('next', { threadId: 1 });
			const frame = await session.client.request('scopes', { frameId: top?.id });
			assert.equal(frame.body.error.id, 3002);
			const variables = await session.client.request('variables', {
				variablesReference: scopes[0]?.variablesReference,
			});
			assert.equal(variables.body.error.id, 3003);
		});

		it('evaluates names, objects and questions', async () => {
			const evaluate = async (expression: string): Promise<string> => {
				const body = await session.client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', { expression });
				return body.result;
			};
			await session.client.stop('continue', { threadId: 1 });
			assert.equal(await evaluate('s'), '3');
			assert.equal(await evaluate('alice.switch socket 4.state'), '"connecting"');
			assert.equal(await evaluate('count(WSPConnect)'), '2');
			assert.equal(await evaluate('last(WSPSocket).result'), '3');
			assert.match(await evaluate('when(object("alice.switch socket 4").state == "connecting")'), /^#9 /);
			assert.match(
				await evaluate('why(alice.switch socket 4.state)').catch((error: Error) => error.message),
				/cannot be read/,
			);
			assert.match(
				await evaluate('why(object("alice.switch socket 4").state)'),
				/since record 9 .*\n {2}caused by #8 /,
			);
			assert.equal(await evaluate('time > 1us and seq == 15'), 'true');
			const unknown = await session.client.request('evaluate', { expression: 'nam' });
			assert.deepEqual(
				[unknown.body.error.id, unknown.message],
				[4002, 'Nothing is named nam here. Did you mean name?'],
			);
		});
	});

	it('follows the cause of a thread’s work into the thread that caused it', async () => {
		const stopped = session.client.event('stopped');
		await begin(session, { functions: [{ name: 'SetEvent' }] });
		const { body } = await stopped;
		assert.equal(recordOf(session), 22);
		const frames = await session.frames(body.threadId);
		assert.deepEqual(
			frames.map((frame) => [frame.name, frame.presentationHint]),
			[
				['alice.ib0.connect', undefined],
				['caused by alice.client #15', 'label'],
				['alice.ib0!WSPConnect', 'subtle'],
				['alice.switch!WSPConnect', 'subtle'],
				['alice.client', 'subtle'],
			],
		);
		const { threads } = await session.client.send<DebugProtocol.ThreadsResponse['body']>('threads');
		assert.deepEqual(
			threads.map((thread) => thread.name),
			['alice.client — waiting for event 3', 'alice.ib0.connect — at work'],
		);
	});

	it('goes to a record, on and back', async () => {
		const stopped = session.client.event('stopped');
		await begin(session, { launch: { stopOnEntry: true } });
		await stopped;
		await session.client.stop('sanflow/goToRecord', { seq: 27 });
		assert.equal(recordOf(session), 27);
		await session.client.stop('sanflow/goToRecord', { seq: 3 });
		assert.equal(recordOf(session), 3);
		const refused = await session.client.request('sanflow/goToRecord', { seq: -1 });
		assert.equal(refused.body.error.id, 3005);
	});

	it('stops at the end if asked to, and ends at the next move', async () => {
		const stopped = session.client.event('stopped');
		await begin(session, { launch: { stopOnEnd: true } });
		assert.equal((await stopped).body.description, 'The run has ended');
		await session.client.stop('stepBack', { threadId: 1 });
		const terminated = session.client.event('terminated');
		await session.client.stop('continue', { threadId: 1 });
		await session.client.send('continue', { threadId: 1 });
		await terminated;
	});

	it('pauses and terminates an endless loop', async () => {
		await begin(session, { scenario: 'endless' });
		const body = await session.client.stop('pause', { threadId: 1 });
		assert.equal(body.reason, 'pause');
		await session.client.send('continue', { threadId: 1 });
		const refused = await session.client.request('stackTrace', { threadId: 1 });
		assert.equal(refused.body.error.id, 1006);
		const terminated = session.client.event('terminated');
		await session.client.send('terminate');
		await terminated;
	});
});
