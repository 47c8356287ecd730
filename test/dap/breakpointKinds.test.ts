/** Every kind of breakpoint, forwards and backwards: it stops at the same records, and at those that it is about. */
import { strict as assert } from 'node:assert';
import type { DebugProtocol } from '@vscode/debugprotocol';
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
    repeat 3 { send(peer, recv(peer, 4)) }
  }
  thread alice.client {
    let s = socket()
    let round = 0
    sleep 1ms
    connect(s, 10.1.0.2:7000)
    while round < 3 {
      round = round + 1
      send(s, "ping")
      recv(s, 4)
    }
    expect round == 4
  }
}

scenario "falls back" {
  fault alice.ib0 WSPConnect: return WSAETIMEDOUT
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 1)
    let peer = accept(listener)
    recv(peer, 4)
  }
  thread alice.client {
    let s = socket()
    sleep 1ms
    connect(s, 10.1.0.2:7000)
    recv(s, 4)
  }
}

scenario "breaks a rule" {
  fault alice.ib0 WSPConnect: signal twice
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 1)
    let peer = accept(listener)
  }
  thread alice.client {
    let s = socket()
    sleep 1ms
    connect(s, 10.1.0.2:7000)
  }
}
`;

interface Row {
	readonly title: string;
	readonly scenario?: string;
	readonly lines?: readonly object[];
	readonly functions?: readonly object[];
	readonly data?: readonly object[];
	readonly instructions?: readonly object[];
	readonly exceptions?: readonly object[];
	/** `reason` of every stop. */
	readonly reason: string;
	/** How many stops there are. */
	readonly count: number;
	/** What is true at every stop. */
	readonly holds: string;
}

const send = 'record(seq).name == "WSPSend"';
const rows: readonly Row[] = [
	{ title: 'line', lines: [{ line: 20 }], reason: 'breakpoint', count: 3, holds: 'record(seq).name == "statement"' },
	{
		title: 'line with a condition',
		lines: [{ line: 20, condition: 'round == 2' }],
		reason: 'breakpoint',
		count: 1,
		holds: 'round == 2',
	},
	{
		title: 'line with a hit count',
		lines: [{ line: 20, hitCondition: '>= 2' }],
		reason: 'breakpoint',
		count: 2,
		holds: 'round >= 2',
	},
	{
		title: 'a call within a line',
		lines: [{ line: 11, column: 28 }],
		reason: 'breakpoint',
		count: 3,
		holds: 'record(seq).name == "WSPRecv" and record(seq).kind == "call"',
	},
	{
		title: 'a line, on the return of its call',
		lines: [{ line: 20, mode: 'return' }],
		reason: 'breakpoint',
		count: 3,
		holds: 'record(seq).name == "WSPSend" and record(seq).kind == "return" and record(seq).to == "alice.client"',
	},
	{
		title: 'a line, on delivery',
		lines: [{ line: 17, mode: 'delivery' }],
		reason: 'breakpoint',
		count: -1,
		holds: 'record(seq).kind == "signal"',
	},
	{
		title: 'function',
		functions: [{ name: 'alice.switch!WSPSend' }],
		reason: 'function breakpoint',
		count: 3,
		holds: `${send} and record(seq).kind == "call"`,
	},
	{
		title: 'function of the application',
		functions: [{ name: 'send' }],
		reason: 'function breakpoint',
		count: 6,
		holds: send,
	},
	{
		title: 'functions by a pattern',
		functions: [{ name: 'alice.ib0!WSP*Memory' }],
		reason: 'function breakpoint',
		count: -1,
		holds: 'record(seq).to == "alice.ib0"',
	},
	{
		title: 'function with a condition',
		functions: [{ name: 'alice.switch!WSPSend', condition: 'last(statement).seq > 0 and count(WSPSend) > 3' }],
		reason: 'function breakpoint',
		count: -1,
		holds: `${send} and count(WSPSend) > 3`,
	},
	{
		title: 'function with a hit count',
		functions: [{ name: 'alice.switch!WSPSend', hitCondition: '2' }],
		reason: 'function breakpoint',
		count: 1,
		holds: send,
	},
	{
		title: 'function, on its return',
		functions: [{ name: 'alice.switch!WSPSend', mode: 'return' }],
		reason: 'function breakpoint',
		count: 3,
		holds: `${send} and record(seq).kind == "return"`,
	},
	{
		title: 'function, on its return, in one word',
		functions: [{ name: 'alice.switch!WSPSend:return', hitCondition: '% 2' }],
		reason: 'function breakpoint',
		count: 1,
		holds: `${send} and record(seq).kind == "return"`,
	},
	{
		title: 'function, on delivery, with a condition',
		functions: [{ name: 'alice.ib0!WSPConnect', mode: 'delivery', condition: 'time > 1ms' }],
		reason: 'function breakpoint',
		count: -1,
		holds: 'record(seq).kind == "signal" and time > 1ms',
	},
	{
		title: 'the state of a socket',
		data: [{ dataId: 'alice.ib0 socket 2.state' }],
		reason: 'data breakpoint',
		count: -1,
		holds: 'record(seq).kind == "state" and record(seq).args.field == "state"',
	},
	{
		title: 'the state of a socket with a condition',
		data: [{ dataId: 'alice.ib0 socket 2.state', condition: 'object("alice.ib0 socket 2").state == "connected"' }],
		reason: 'data breakpoint',
		count: 1,
		holds: 'object("alice.ib0 socket 2").state == "connected"',
	},
	{
		title: 'an event object',
		data: [{ dataId: 'alice.switch event 1.signalled' }],
		reason: 'data breakpoint',
		count: -1,
		holds: 'record(seq).args.field == "signalled"',
	},
	{
		title: 'the credit count of a session, with a hit count',
		data: [{ dataId: 'alice.switch session 100.credits', hitCondition: '>= 2' }],
		reason: 'data breakpoint',
		count: -1,
		holds: 'record(seq).args.field == "credits"',
	},
	{
		title: 'a range of registered memory',
		data: [{ dataId: 'bytes:alice.ib0 memory 1:0:4096' }],
		reason: 'data breakpoint',
		count: -1,
		holds: 'record(seq).name == "alice.ib0 memory 1"',
	},
	{
		title: 'a variable',
		data: [{ dataId: 'alice.client variables.round' }],
		reason: 'data breakpoint',
		count: 4,
		holds: 'record(seq).args.field == "round"',
	},
	{
		title: 'a record',
		instructions: [{ instructionReference: '0x10000050' }, { instructionReference: '90', offset: 3 }],
		reason: 'instruction breakpoint',
		count: 2,
		holds: 'seq == 80 or seq == 93',
	},
	{
		title: 'a record with a condition',
		instructions: [{ instructionReference: '90', condition: 'time == 0' }],
		reason: 'instruction breakpoint',
		count: 1,
		holds: 'seq == 90',
	},
	{
		title: 'errors that are named',
		exceptions: [{ filterId: 'error', condition: 'WSAEWOULDBLOCK' }],
		reason: 'exception',
		count: -1,
		holds: 'record(seq).error == "WSAEWOULDBLOCK"',
	},
	{
		title: 'errors where an expression holds',
		scenario: 'falls back',
		exceptions: [{ filterId: 'error', condition: 'record(seq).name == "WSPConnect"' }],
		reason: 'exception',
		count: 1,
		holds: 'record(seq).error == "WSAETIMEDOUT"',
	},
	{
		title: 'fallback to TCP/IP',
		scenario: 'falls back',
		exceptions: [{ filterId: 'fallback' }],
		reason: 'exception',
		count: 1,
		holds: 'record(seq).name == "fallback to TCP/IP"',
	},
	{
		title: 'deadlock',
		scenario: 'falls back',
		exceptions: [{ filterId: 'deadlock' }],
		reason: 'exception',
		count: 1,
		holds: 'record(seq).name == "run stopped"',
	},
	{
		title: 'rules that are broken',
		scenario: 'breaks a rule',
		exceptions: [{ filterId: 'violation' }],
		reason: 'exception',
		count: -1,
		holds: 'record(seq).kind == "violation"',
	},
	{
		title: 'failed expectations',
		exceptions: [{ filterId: 'expectation' }],
		reason: 'exception',
		count: 1,
		holds: 'record(seq).name == "expectation failed"',
	},
	{
		title: 'finished negotiations, where an expression holds',
		exceptions: [{ filterId: 'negotiation', condition: 'thread != "nobody"' }],
		reason: 'exception',
		count: 2,
		holds: 'record(seq).name == "session negotiated"',
	},
];

describe('breakpoints in both directions, over stdio', () => {
	const scenarios = useFolder({ 'exchange.sanflow': text });
	const rig = useAdapter();

	async function begin(row: Partial<Row>): Promise<DebugProtocol.Breakpoint[]> {
		const { client } = rig;
		const program = scenarios.path('exchange.sanflow');
		await client.send('initialize', { adapterID: 'sanflow' });
		const [initialized, stopped] = [client.event('initialized'), client.event('stopped')];
		await client.send('launch', { program, scenario: row.scenario ?? 'exchange', stopOnEntry: true, stopOnEnd: true });
		await initialized;
		const set: DebugProtocol.Breakpoint[] = [];
		const ask = async (command: string, args: object): Promise<void> => {
			const body = await client.send<{ breakpoints?: DebugProtocol.Breakpoint[] } | undefined>(command, args);
			set.push(...(body?.breakpoints ?? []));
		};
		await ask('setBreakpoints', { source: { path: program }, breakpoints: row.lines ?? [] });
		await ask('setFunctionBreakpoints', { breakpoints: row.functions ?? [] });
		await ask('setDataBreakpoints', { breakpoints: row.data ?? [] });
		await ask('setInstructionBreakpoints', { breakpoints: row.instructions ?? [] });
		await ask('setExceptionBreakpoints', { filters: [], filterOptions: row.exceptions ?? [] });
		await client.send('configurationDone');
		await stopped;
		// From the first record on, so that both directions see the same records.
		await client.stop('sanflow/goToRecord', { seq: 0 });
		return set;
	}

	/** The stops of a direction, up to its end. */
	async function stops(command: 'continue' | 'reverseContinue', row: Row): Promise<readonly number[]> {
		const seqs: number[] = [];
		for (;;) {
			const { reason } = await rig.client.stop(command, { threadId: 1 });
			if (reason === 'end' || reason === 'entry') return seqs;
			assert.equal(reason, row.reason);
			const at = await rig.seq();
			assert.equal(await rig.ask(row.holds), 'true', `at record ${at}: ${row.holds}`);
			seqs.push(at);
		}
	}

	for (const row of rows) {
		it(row.title, async () => {
			const set = await begin(row);
			assert.deepEqual(
				set.filter(({ verified }) => !verified),
				[],
			);
			const forwards = await stops('continue', row);
			if (row.count < 0) assert.ok(forwards.length > 0, 'it never stops');
			else assert.equal(forwards.length, row.count, `${forwards}`);
			// The end of a run is a place of its own: what stands at the last record is met again on the way back.
			const backwards = await stops('reverseContinue', row);
			assert.deepEqual([...backwards].reverse(), forwards);
		});
	}

	it('log points say something and do not stop, forwards and backwards', async () => {
		await begin({ lines: [{ line: 20, logMessage: 'round {round}' }] });
		const { client } = rig;
		assert.equal((await client.stop('continue', { threadId: 1 })).reason, 'end');
		assert.match(client.console, /round 1\n(.|\n)*round 2\n(.|\n)*round 3\n/);
		const before = client.console.length;
		assert.equal((await client.stop('reverseContinue', { threadId: 1 })).reason, 'entry');
		assert.match(client.console.slice(before), /round 3\n(.|\n)*round 2\n(.|\n)*round 1\n/);
	});

	it('what can never be met is not verified, with the reason and the nearest name', async () => {
		const set = await begin({
			lines: [{ line: 26 }, { line: 99 }, { line: 20, condition: 'round ==' }, { line: 20, mode: 'never' }],
			functions: [{ name: 'WSPSnd' }, { name: 'alise.ib0!WSPSend' }, { name: 'WSPSend:later' }],
			data: [{ dataId: 'alise.ib0 socket 1.state' }, { dataId: 'nothing' }],
			instructions: [{ instructionReference: 'here' }],
			exceptions: [
				{ filterId: 'violation', condition: 'CONN-3, CONM-4' },
				{ filterId: 'error', condition: 'WSAECONNREFUSE' },
			],
		});
		assert.deepEqual(
			set.map(({ verified, message }) => [verified, message !== undefined && message.length > 0]),
			set.map(() => [false, true]),
		);
		const messages = set.map(({ message }) => message).join('\n');
		for (const expected of [
			/“falls back”/,
			/no statement/,
			/condition cannot be read/,
			/no breakpoint mode never/,
			/WSPSnd\. Did you mean WSPSend\?/,
			/alise\.ib0\. Did you mean alice\.ib0\?/,
			/no breakpoint mode later/,
			/CONM-4\. Did you mean CON[A-Z]+-4\?/,
			/WSAECONNREFUSE\. Did you mean WSAECONNREFUSED\?/,
		]) {
			assert.match(messages, expected);
		}
	});

	it('breakpoints that change while the scenario runs count from there on', async () => {
		const { client } = rig;
		const endless = scenarios.write(
			'endless.sanflow',
			`lan office 192.168.7.0/24 { latency 200us }
host alice { nic eth0 on office at 192.168.7.1 }
scenario "endless" {
  thread alice.client {
    let n = 0
    while true {
      n = n + 1
      closesocket(socket())
    }
  }
}
`,
		);
		await client.send('initialize', { adapterID: 'sanflow' });
		const [initialized, entry] = [client.event('initialized'), client.event('stopped')];
		await client.send('launch', { program: endless, stopOnEntry: true });
		await initialized;
		await client.send('configurationDone');
		const { threadId } = (await entry).body;
		for (const [command, args] of [
			['setBreakpoints', { source: { path: endless }, breakpoints: [{ line: 7 }] }],
			['setFunctionBreakpoints', { breakpoints: [{ name: 'WSPSocket' }] }],
			['setDataBreakpoints', { breakpoints: [{ dataId: 'alice.client variables.n' }] }],
		] as const) {
			await client.send('continue', { threadId });
			await new Promise((resolve) => setTimeout(resolve, 30));
			const stopped = client.event('stopped');
			const { breakpoints } = await client.send<{ breakpoints: DebugProtocol.Breakpoint[] }>(command, args);
			assert.deepEqual(
				breakpoints.map(({ verified }) => verified),
				[true],
			);
			assert.deepEqual((await stopped).body.hitBreakpointIds, [breakpoints[0]?.id]);
			await client.send(command, { ...args, breakpoints: [] });
		}
	});
});
