/**
 * What if, one row a kind: started from the Variables view, the console and by request; both runs stay; kept as a line
 * of the scenario, which then does the same by itself, or refused with the reason.
 */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BranchesBody, FaultLineBody } from '../../server/protocol/debugRequests';
import { startRun } from '../../server/scenario/interpreter';
import { hasErrors, parseScenarioFile } from '../../server/scenario/parse';
import { traceLines } from '../../server/trace';
import { launch } from './adapterProcess';
import { useAdapter, useFolder } from './rig';

const text = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }

scenario "exchange" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 1)
    let peer = accept(listener)
    try recv(peer, 4)
  }
  thread alice.client {
    let n = 1
    sleep 1ms
    let s = socket()
    n = n + 1
    try connect(s, 10.1.0.2:7000)
    try send(s, "ping")
    repeat 2 {
      n = n + 1
    }
  }
}
`;

/** Where to stop before the change is made. */
type Stop = { readonly function: string; readonly mode?: string } | { readonly line: number } | 'message';

interface Row {
	readonly title: string;
	readonly stop: Stop;
	/** Each starts the branch in another way. */
	readonly ways: Readonly<Record<string, (at: At) => Promise<unknown>>>;
	/** What the trace of the branch shows, and that of the edited scenario when it runs by itself. */
	readonly shows: (lines: readonly string[]) => boolean;
	/** The statement, or the reason why there is none. */
	readonly statement?: RegExp;
	readonly reason?: RegExp;
}

interface At {
	readonly threadId: number;
	readonly frameId: number;
	set(scope: string, name: string, value: string): Promise<unknown>;
	type(command: string): Promise<unknown>;
	send<Body = unknown>(command: string, args: unknown): Promise<Body>;
	/** Opens a scope, then what is named in what is open; an entry that is not there is taken as open already. */
	open(scope: string, ...names: readonly string[]): Promise<{ readonly variablesReference: number }>;
}

const has =
	(...parts: readonly string[]) =>
	(lines: readonly string[]): boolean =>
		lines.some((line) => parts.every((part) => line.includes(part)));

const rows: readonly Row[] = [
	{
		title: 'a variable has another value',
		stop: { line: 17 },
		ways: {
			'in the Variables view': (at) => at.set('Locals', 'n', '40'),
			'by setExpression': (at) => at.send('setExpression', { expression: 'n', value: '40', frameId: at.frameId }),
		},
		shows: has('"before":40,"after":41'),
		statement: /^n = 40$/,
	},
	{
		title: 'a variable in a loop has another value',
		stop: { line: 21 },
		ways: {
			'by setExpression': async (at) => {
				await at.send('setExpression', { expression: 'n', value: '40', frameId: at.frameId });
			},
		},
		shows: has('"after":40'),
		reason: /stands in a loop or a function/,
	},
	{
		title: 'a provider’s call returns something else',
		stop: { function: 'alice.ib0!WSPConnect' },
		ways: {
			'in the Variables view': (at) => at.set('What If', 'WSPConnect returns', 'WSAETIMEDOUT'),
			'in the console': (at) => at.type('return WSAETIMEDOUT'),
			'by setExpression': (at) =>
				at.send('setExpression', { expression: 'last(WSPConnect).error', value: 'WSAETIMEDOUT' }),
			'in the diagram': (at) => at.send('sanflow/whatIf', { change: { kind: 'return', outcome: 'WSAETIMEDOUT' } }),
		},
		shows: has('"fallback to TCP/IP"'),
		statement: /^fault alice\.ib0 WSPConnect #1: return WSAETIMEDOUT$/,
	},
	{
		title: 'a connect had another result',
		stop: { function: 'alice.ib0!WSPEnumNetworkEvents', mode: 'return' },
		ways: {
			'in the Variables view': (at) => at.set('Result', 'iErrorCode[FD_CONNECT_BIT]', 'WSAETIMEDOUT'),
		},
		shows: has('"fallback to TCP/IP"'),
		statement: /^fault alice\.ib0 WSPConnect #1: pending \d+ns, then WSAETIMEDOUT$/,
	},
	{
		title: 'an application’s call returns something else',
		stop: { function: 'alice.switch!WSPConnect' },
		ways: { 'in the console': (at) => at.type('return WSAENETUNREACH') },
		shows: has('"WSPConnect"', '"WSAENETUNREACH"'),
		reason: /the switch itself answers this call/,
	},
	{
		title: 'a message is lost',
		stop: 'message',
		ways: {
			'in the Variables view': (at) => at.set('What If', 'native connect request', 'drop'),
			'in the console': (at) => at.type('drop'),
			'in the diagram': (at) => at.send('sanflow/whatIf', { change: { kind: 'drop' } }),
		},
		shows: has('"message lost"'),
		statement: /^drop message NativeConnectRequest #1 from alice\.ib0 to bob\.ib0$/,
	},
	{
		title: 'a message comes twice',
		stop: 'message',
		ways: {
			'in the Variables view': (at) => at.set('What If', 'native connect request', 'duplicate'),
			'in the console': (at) => at.type('duplicate'),
			'in the diagram': (at) => at.send('sanflow/whatIf', { change: { kind: 'duplicate' } }),
		},
		// The receiver looks the sender up for each request that reaches it.
		shows: (lines) => lines.filter((line) => line.includes('"translate native address"')).length === 2,
		statement: /^duplicate message NativeConnectRequest #1 /,
	},
	{
		title: 'a message comes later',
		stop: 'message',
		ways: {
			'in the Variables view': (at) => at.set('What If', 'native connect request', 'delay 2ms'),
			'in the console': (at) => at.type('delay 2ms'),
			'in the diagram': (at) => at.send('sanflow/whatIf', { change: { kind: 'delay', ns: 2_000_000 } }),
		},
		shows: (lines) => {
			const message = JSON.parse(lines.find((line) => line.includes('"native connect request"')) ?? '{}');
			return message.args?.arrives - message.time >= 2_000_000;
		},
		statement: /^delay message NativeConnectRequest #1 .* by 2000000ns$/,
	},
	{
		title: 'a NIC goes down',
		stop: { function: 'alice.ib0!WSPConnect' },
		ways: {
			'in the Variables view': (at) => at.set('What If', 'alice.ib0', 'down'),
			'in the console': (at) => at.type('down alice.ib0'),
			'in the console, here': (at) => at.type('down'),
			'in the diagram': (at) => at.send('sanflow/whatIf', { change: { kind: 'link', up: false } }),
		},
		shows: has('"link"', '"nic":"alice.ib0.nic","up":false'),
		statement: /^down alice\.ib0 at \d+ns$/,
	},
	{
		title: 'a thread crashes',
		stop: { function: 'alice.ib0!WSPConnect' },
		ways: {
			'in the Call Stack view': (at) => at.send('terminateThreads', { threadIds: [at.threadId] }),
			'in the console': (at) => at.type('crash alice.client'),
		},
		shows: has('"crash alice.client"'),
		reason: /crashes whole hosts/,
	},
	{
		title: 'a byte of registered memory is another one',
		stop: { function: 'alice.ib0!WSPSend' },
		ways: {
			'in the Variables view': async (at) => {
				const byte = await at.open('Registered Memory', 'memory 1', 'content');
				const set = await at.send<{ value: string }>('setVariable', { ...byte, name: '[1]', value: '0x41' });
				assert.equal(set.value, '0x41 A', 'as the view shows the bytes');
			},
		},
		shows: has('alice.ib0 memory 1[1..2]'),
		reason: /no name for registered memory/,
	},
	{
		title: 'registered memory holds other bytes',
		stop: { function: 'alice.ib0!WSPSend', mode: 'return' },
		ways: {
			'by writeMemory': async (at) => {
				await at.send('writeMemory', { memoryReference: 'memory:alice.ib0 memory 1', offset: 0, data: 'AQID' });
			},
		},
		shows: has('alice.ib0 memory 1[0..3]'),
		reason: /no name for registered memory/,
	},
];

describe('what if over stdio', () => {
	const scenarios = useFolder({ 'exchange.sanflow': text });
	const rig = useAdapter();
	let program: string;

	beforeEach(() => {
		program = scenarios.path('exchange.sanflow');
	});

	const traceFile = (): string => scenarios.path('trace.jsonl');

	async function goTo(stop: Stop): Promise<At> {
		const { client } = rig;
		const stopped = client.event('stopped');
		await launch(client, {
			program,
			lines: typeof stop === 'object' && 'line' in stop ? [stop.line] : [],
			functionBreakpoints:
				typeof stop === 'object' && 'function' in stop ? [{ name: stop.function, mode: stop.mode }] : [],
			launch: { trace: traceFile(), stopOnEntry: stop === 'message', stopOnEnd: true },
		});
		const first = (await stopped).body;
		const { threadId } = stop === 'message' ? await client.stop('sanflow/stepToMessage', {}) : first;
		const { stackFrames } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
		const frameId = stackFrames[0]?.id ?? -1;
		return {
			threadId: threadId ?? -1,
			frameId,
			set: async (scopeName, name, value) => {
				const { scopes } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
				const scope = scopes.find((candidate) => candidate.name === scopeName);
				assert.ok(scope, `no ${scopeName} in ${scopes.map((candidate) => candidate.name)}`);
				const { variablesReference } = scope;
				await client.send('variables', { variablesReference });
				return client.send('setVariable', { variablesReference, name, value });
			},
			type: (expression) => client.send('evaluate', { expression, frameId, context: 'repl' }),
			send: (command, args) => client.send(command, args),
			open: async (scopeName, ...names) => {
				const { scopes } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
				let variablesReference = scopes.find(({ name }) => name === scopeName)?.variablesReference ?? -1;
				for (const wanted of names) {
					const args = { variablesReference };
					const { variables } = await client.send<DebugProtocol.VariablesResponse['body']>('variables', args);
					variablesReference = variables.find(({ name }) => name === wanted)?.variablesReference ?? variablesReference;
				}
				await client.send('variables', { variablesReference, filter: 'indexed', start: 0, count: 4 });
				return { variablesReference };
			},
		};
	}

	/** The trace of a scenario that is run from its text. */
	function runAlone(edited: string): readonly string[] {
		const file = parseScenarioFile(edited, program);
		assert.ok(!hasErrors(file), `the edited file has errors:\n${edited}`);
		const run = startRun(file, 'exchange', { seed: 1 });
		while (run.state.kind === 'running') run.advance(64);
		return [...traceLines(run.reader)];
	}

	for (const { title, stop, ways, shows, statement, reason } of rows) {
		for (const [way, act] of Object.entries(ways)) {
			it(`${title}: ${way}`, async () => {
				const { client } = rig;
				const at = await goTo(stop);
				const stopped = client.event('stopped');
				await act(at);
				assert.match((await stopped).body.description ?? '', /^Branch 2: /);
				const { branches } = await client.send<BranchesBody>('sanflow/branches');
				assert.deepEqual(
					branches.map(({ id, isCurrent, parent }) => [id, isCurrent, parent]),
					[
						[1, false, null],
						[2, true, 1],
					],
				);
				const { edits, left } = await client.send<FaultLineBody>('sanflow/faultLine', {});
				if (statement) {
					assert.deepEqual([edits.length, left], [1, []]);
					const { line, column, text: written } = edits[0] ?? assert.fail();
					assert.match(written.trim(), statement);
					const lines = text.split('\n');
					const old = lines[line - 1] ?? '';
					lines[line - 1] = old.slice(0, column - 1) + written + old.slice(column - 1);
					assert.ok(shows(runAlone(lines.join('\n'))), 'the scenario line does not do the same');
				} else {
					assert.deepEqual(edits, []);
					assert.match(left[0] ?? '', reason ?? /./);
				}
				// Both runs stay, and can be switched between.
				await client.stop('sanflow/switchBranch', { branch: 1 });
				await client.stop('sanflow/switchBranch', { branch: 2 });
				await client.send('setBreakpoints', { source: { path: program }, breakpoints: [] });
				await client.send('setFunctionBreakpoints', { breakpoints: [] });
				const end = await client.stop('continue', { threadId: at.threadId });
				assert.equal(end.reason, 'end');
				assert.ok(shows(readFileSync(traceFile(), 'utf8').trim().split('\n')), 'the branch does not show it');
			});
		}
	}

	it('is refused with a sentence where it makes no sense', async () => {
		const at = await goTo({ function: 'alice.ib0!WSPConnect' });
		for (const [act, message] of [
			[() => at.set('What If', 'alice.ib0', 'sideways'), /up, down/],
			[() => at.set('What If', 'WSPConnect returns', '"nonsense"'), /nothing that a call can end with/],
			[() => at.type('drop'), /no message on the wire/],
			[() => at.type('down alice.ib7'), /Nothing is named alice\.ib7/],
			[() => at.set('Run', 'virtual time', '0'), /follows from what happened/],
		] as const) {
			await assert.rejects(act, message);
		}
		const { branches } = await rig.client.send<BranchesBody>('sanflow/branches');
		assert.equal(branches.length, 1, 'no branch was made');
	});
});
