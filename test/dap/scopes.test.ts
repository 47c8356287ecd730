/** What is to be seen at a stop: frames, scopes and variables of every layer, in pages and formats; the console's help. */
import { strict as assert } from 'node:assert';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { launch } from './adapterProcess';
import { useAdapter, useFolder } from './rig';

const topology = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
`;

const text = `import "topology.sanflow"
scenario "exchange" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 1)
    let peer = accept(listener)
    recv(peer, 4)
  }
  thread bob.late { sleep 9ms }
  thread alice.client {
    let s = socket()
    sleep 1ms
    connect(s, 10.1.0.2:7000)
    send(s, "ping")
  }
}
`;

type Variables = readonly DebugProtocol.Variable[];

describe('what is to be seen over stdio', () => {
	const scenarios = useFolder({ 'exchange.sanflow': text, 'topology.sanflow': topology });
	const rig = useAdapter();

	async function stopAt(name: string, mode = 'call'): Promise<number> {
		const stopped = rig.client.event('stopped');
		const initialize = { supportsMemoryReferences: true, supportsVariablePaging: true };
		await launch(rig.client, {
			program: scenarios.path('exchange.sanflow'),
			functionBreakpoints: [{ name, mode }],
			initialize,
		});
		return (await stopped).body.threadId;
	}

	async function frame(threadId: number, name: string, format?: object): Promise<DebugProtocol.StackFrame> {
		const body = await rig.client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
			threadId,
			...(format ? { format } : {}),
		});
		const found = body.stackFrames.find((candidate) => candidate.name.startsWith(name));
		return found ?? assert.fail(`no ${name} in ${body.stackFrames.map((candidate) => candidate.name)}`);
	}

	async function children(variablesReference: number, more: object = {}): Promise<Variables> {
		const args = { variablesReference, ...more };
		return (await rig.client.send<DebugProtocol.VariablesResponse['body']>('variables', args)).variables;
	}

	/** Variables of a scope, and those of one of them if a name is given. */
	async function scope(frameId: number, name: string, inside?: string, more: object = {}): Promise<Variables> {
		const { scopes } = await rig.client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
		const found = scopes.find((candidate) => candidate.name === name);
		assert.ok(found, `no ${name} in ${scopes.map((candidate) => candidate.name)}`);
		const variables = await children(found.variablesReference, inside === undefined ? more : {});
		if (inside === undefined) return variables;
		return children(variables.find((candidate) => candidate.name === inside)?.variablesReference ?? -1, more);
	}

	const shown = (variables: Variables): string => variables.map(({ name, value }) => `${name}=${value}`).join('\n');

	async function completions(typed: string): Promise<readonly string[]> {
		const args = { text: typed, column: typed.length + 1 };
		const { targets } = await rig.client.send<DebugProtocol.CompletionsResponse['body']>('completions', args);
		for (const { start = 0, length = 0 } of targets) assert.equal(start + length, typed.length + 1);
		return targets.map(({ label }) => label);
	}

	it('the switch’s frame tells why this provider, each step with its rules, and both sessions', async () => {
		const threadId = await stopAt('alice.ib0!WSPSend');
		const { id } = await frame(threadId, 'alice.switch!WSPConnect');
		assert.match(shown(await scope(id, 'Socket')), /^why="destination in subnet of alice\.ib0"$/m);
		assert.match(shown(await scope(id, 'Switch Table')), /^lastLookup="10\.1\.0\.2"\nlastResult="alice\.ib0"$/m);
		const steps = shown(await scope(id, 'Steps of the Switch'));
		assert.match(steps, /^#\d+=alice\.ib0 WSPSocket → \d+.* — .*SOCK-\d/m);
		assert.match(steps, /^#\d+=alice\.ib0 WSPConnect → .*WSAEWOULDBLOCK.* — .*CONN-\d/m);
		assert.match(shown(await scope(id, 'Session')), /^side="connecting"$/m);
		assert.match(shown(await scope(id, 'Session of the Peer')), /^side="accepting"$/m);
	});

	it('credits of both peers', async () => {
		const threadId = await stopAt('alice.switch!WSPSend');
		const { id } = await frame(threadId, 'alice.switch!WSPSend');
		assert.match(shown(await scope(id, 'Session')), /^credits=\d+$/m);
		assert.match(shown(await scope(id, 'Session of the Peer')), /^postedReceives=\d+$/m);
	});

	it('the NIC, what is on the wire and what is still to come', async () => {
		const { client } = rig;
		const threadId = await stopAt('alice.ib0!WSPConnect');
		const { id } = await frame(threadId, 'alice.ib0!WSPConnect');
		assert.match(shown(await scope(id, 'NIC')), /^link="up"\non the wire=0$/m);
		const late = shown(await scope(id, 'Run', 'pending events'));
		assert.match(late, /^9 ms=bob\.late: sleeping$/m);
		await client.send('setFunctionBreakpoints', { breakpoints: [] });
		const { threadId: other = -1 } = await client.stop('sanflow/stepToMessage', {});
		const top = await frame(other, 'alice.ib0.connect');
		assert.match(
			shown(await scope(top.id, 'NIC', 'on the wire')),
			/^1\.005\d* ms=#\d+ alice\.ib0\.nic → bob\.ib0\.nic native connect request/,
		);
		assert.match(shown(await scope(top.id, 'Run', 'pending events')), /native connect request(.|\n)*^9 ms=bob\.late/m);
	});

	it('threads say what they wait for, and on whom', async () => {
		await stopAt('bob.ib0!WSPAccept');
		const { threads } = await rig.client.send<DebugProtocol.ThreadsResponse['body']>('threads');
		const names = threads.map(({ name }) => name).join('\n');
		assert.match(names, /^alice\.client — waiting for /m);
		assert.match(names, /^bob\.late — sleeping until 9 ms$/m);
		assert.match(names, /^bob\.switch\.accept — can run$/m);
		assert.match(names, /^alice\.ib0\.connect — waiting until something reaches it$/m);
		await rig.client.send('setFunctionBreakpoints', { breakpoints: [] });
		await rig.client.stop('sanflow/stepToMessage', { direction: 'backward' });
		const { threads: then } = await rig.client.send<DebugProtocol.ThreadsResponse['body']>('threads');
		assert.ok(then.some(({ name }) => name === 'alice.ib0.connect — at work'));
		assert.deepEqual(
			then.filter(({ name }) => !name.includes(' — ')),
			[],
			'each says its state',
		);
	});

	it('numbers in hexadecimal, in variables and in frames with their parameters', async () => {
		const threadId = await stopAt('alice.ib0!WSPSend');
		const { id } = await frame(threadId, 'alice.ib0!WSPSend');
		assert.match(shown(await scope(id, 'Arguments', undefined, { format: { hex: true } })), /^s=0x2$/m);
		assert.match(shown(await scope(id, 'Arguments')), /^s=2$/m);
		const { name } = await frame(threadId, 'alice.ib0!WSPSend', { parameters: true, line: true, hex: true });
		assert.match(name, /^alice\.ib0!WSPSend\(s: 0x2, .*\) line \d+$/);
		const typed = await frame(threadId, 'alice.ib0!WSPSend', { parameterTypes: true, parameterNames: true });
		assert.match(typed.name, /^alice\.ib0!WSPSend\(number s, /);
	});

	it('memory comes in pages', async () => {
		const threadId = await stopAt('alice.ib0!WSPSend');
		const { id } = await frame(threadId, 'alice.ib0!WSPSend');
		const all = await scope(id, 'Registered Memory');
		const content = all.find(({ name }) => name === 'content');
		assert.ok((content?.indexedVariables ?? 0) > 4096);
		const page = await children(content?.variablesReference ?? -1, { filter: 'indexed', start: 4094, count: 3 });
		assert.deepEqual(
			page.map(({ name }) => name),
			['[4094]', '[4095]', '[4096]'],
		);
		assert.deepEqual(await children(content?.variablesReference ?? -1, { filter: 'named' }), []);
	});

	it('loaded sources are the scenario, what it imports, and the procedures of the documentation', async () => {
		await stopAt('alice.ib0!WSPSend');
		const { sources } = await rig.client.send<DebugProtocol.LoadedSourcesResponse['body']>('loadedSources');
		const names = sources.map(({ name }) => name);
		assert.ok(names.includes('exchange.sanflow') && names.includes('topology.sanflow'), names.join());
		const procedure = sources.find(({ sourceReference = 0 }) => sourceReference > 0);
		const body = await rig.client.send<DebugProtocol.SourceResponse['body']>('source', {
			sourceReference: procedure?.sourceReference,
		});
		assert.ok(body.content.length > 100);
	});

	it('step back is switched off at the first record, and on again after it', async () => {
		const { client } = rig;
		const threadId = await stopAt('alice.ib0!WSPSend');
		await client.send('setFunctionBreakpoints', { breakpoints: [] });
		for (const [command, can] of [
			['reverseContinue', false],
			['next', true],
		] as const) {
			const changed = client.event('capabilities');
			await client.send(command, { threadId });
			assert.equal((await changed).body.capabilities.supportsStepBack, can);
		}
	});

	it('the console completes commands, what they take, and names of records in questions', async () => {
		await stopAt('alice.ib0!WSPSend');
		assert.ok((await completions('dr')).includes('drop'));
		assert.ok((await completions('return WSAETIM')).includes('WSAETIMEDOUT'));
		assert.deepEqual(await completions('down alice.'), ['ib0']);
		assert.ok((await completions('crash alice.cl')).includes('client'));
		assert.ok((await completions('last(WSPCon')).includes('WSPConnect'));
		assert.ok((await completions('count(WSPSend) + co')).includes('count'));
		assert.equal((await completions('count(WSPSend) + dr')).includes('drop'), false, 'a command begins a line');
	});

	it('help names every command and question, in the language of the client', async () => {
		await stopAt('alice.ib0!WSPSend');
		const help = await rig.ask('help', { context: 'repl' });
		for (const word of [
			'last(',
			'count(',
			'when(',
			'why(',
			'return',
			'drop',
			'delay',
			'duplicate',
			'down',
			'crash',
			'branch',
		]) {
			assert.ok(help.includes(word), word);
		}
	});

	it('a slip in a question is told with the nearest name; what can happen and has not is none', async () => {
		await stopAt('alice.ib0!WSPSend');
		for (const [question, answer] of [
			['count(WSPConect)', /WSPConect here\. Did you mean WSPConnect\?/],
			['last(SetEvnt)', /SetEvnt here\. Did you mean SetEvent\?/],
			['lst(WSPConnect)', /no question lst\(\).*Did you mean last\?/],
			['last(WSPConnect).eror', /no member eror\. Did you mean error\?/],
		] as const) {
			await assert.rejects(rig.ask(question), answer);
		}
		assert.equal(await rig.ask('count(FIN)'), '0');
		assert.equal(await rig.ask('count("fallback to TCP/IP")'), '0');
		assert.equal(await rig.ask('count(WSPConnect)'), '2');
		assert.equal(await rig.ask('count(connect)'), '1', 'the application’s own call, as it is written');
		assert.match(await rig.ask('last(connect)'), /alice\.client → alice\.switch WSPConnect/);
	});

	it('asks with the thread’s name, which is a word of the language', async () => {
		await stopAt('alice.ib0!WSPSend');
		assert.equal(await rig.ask('thread == "alice.ib0.connect" or thread == "alice.client"'), 'true');
		assert.equal(await rig.ask('record(seq).thread == thread'), 'true');
	});
});
