/** Where the seed had a choice, the user can have another one: between threads, and between events that are due together. */
import { strict as assert } from 'node:assert';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BranchesBody, FaultLineBody } from '../../server/protocol/debugRequests';
import { launch } from './adapterProcess';
import { type Rig, useAdapter, useFolder } from './rig';

/** Three threads that could all begin: what goes first is the seed's choice. */
const threads = `lan office 192.168.7.0/24 { latency 200us }
host alice { nic eth0 on office at 192.168.7.1 }
scenario "three" {
  thread alice.one { let a = 1
    a = 2 }
  thread alice.two { let b = 1
    b = 2 }
  thread alice.three { let c = 1
    c = 2 }
}
`;

/** Two sleeps that are over at the same virtual time. */
const timers = `lan office 192.168.7.0/24 { latency 200us }
host alice { nic eth0 on office at 192.168.7.1 }
scenario "timers" {
  thread alice.one { sleep 1ms
    let a = 1 }
  thread alice.two { sleep 1ms
    let b = 1 }
}
`;

/** Two messages that arrive at the same virtual time, on two networks; and on one, where two never arrive together. */
const wires = `san east 10.1.0.0/16 { latency 5us }
san west 10.2.0.0/16 { latency 5us }
host alice { nic ib0 on east at 10.1.0.1  nic ib1 on west at 10.2.0.1 }
host bob { nic ib0 on east at 10.1.0.2 }
host carol { nic ib0 on west at 10.2.0.2 }
function take(address) {
  let listener = socket()
  bind(listener, address)
  listen(listener, 1)
  let peer = accept(listener)
}
scenario "two networks" {
  thread alice.one { take(10.1.0.1:7000) }
  thread alice.two { take(10.2.0.1:7000) }
  thread bob.client { let s = socket()
    sleep 1ms
    connect(s, 10.1.0.1:7000) }
  thread carol.client { let s = socket()
    sleep 1ms
    connect(s, 10.2.0.1:7000) }
}
scenario "one link" {
  thread alice.one {
    let listener = socket()
    bind(listener, 10.1.0.1:7000)
    listen(listener, 1)
    let peer = accept(listener)
    recv(peer, 8, MSG_WAITALL)
  }
  thread bob.client { let s = socket()
    sleep 1ms
    connect(s, 10.1.0.1:7000)
    sleep 1ms
    send(s, "ping")
    send(s, "ping") }
}
`;

type Target = DebugProtocol.StepInTarget;

/** What could go next at the innermost frame of a thread, besides the calls of its statement. */
async function choicesIn(rig: Rig, threadId: number): Promise<readonly Target[]> {
	const frameId = (await rig.frames(threadId))[0]?.id;
	const { targets } = await rig.client.send<DebugProtocol.StepInTargetsResponse['body']>('stepInTargets', { frameId });
	return targets.filter(({ label }) => label.startsWith('next: '));
}

const isBranch = ({ label }: Target): boolean => label.endsWith('(a branch)');
const isSeeded = ({ label }: Target): boolean => label.endsWith('(as the seed has it)');

/** Everything up to where the debugger stands, one text a record. */
async function recordsOf(rig: Rig): Promise<readonly string[]> {
	const { instructions } = await rig.client.send<NonNullable<DebugProtocol.DisassembleResponse['body']>>(
		'disassemble',
		{
			memoryReference: '0',
			instructionCount: (await rig.seq()) + 1,
		},
	);
	return instructions.map(({ instruction }) => instruction);
}

const branchesOf = async (rig: Rig): Promise<BranchesBody['branches']> =>
	(await rig.client.send<BranchesBody>('sanflow/branches')).branches;

describe('choices between threads, over stdio', () => {
	const scenarios = useFolder({ 'three.sanflow': threads });
	const rig = useAdapter();
	let threadId: number;

	beforeEach(async () => {
		const stopped = rig.client.event('stopped');
		await launch(rig.client, {
			program: scenarios.path('three.sanflow'),
			launch: { stopOnEntry: true, stopOnEnd: true },
		});
		threadId = (await stopped).body.threadId;
	});

	it('offers every thread that could go next, and says which one the seed takes', async () => {
		const offered = await choicesIn(rig, threadId);
		const names = offered.map(({ label }) => /^next: alice\.(\w+) — /.exec(label)?.[1]);
		assert.deepEqual([...names].sort(), ['one', 'three', 'two']);
		assert.equal(offered.filter(isSeeded).length, 1);
		assert.equal(offered.filter(isBranch).length, 2);
	});

	it('goes on in this run with the one that the seed takes', async () => {
		const target = (await choicesIn(rig, threadId)).find(isSeeded);
		await rig.client.stop('stepIn', { threadId, targetId: target?.id });
		assert.match(target?.label ?? '', new RegExp(`^next: ${JSON.parse(await rig.ask('thread'))} `));
		assert.equal((await branchesOf(rig)).length, 1);
	});

	it('another one is a branch that takes it; the earlier run stays as it was', async () => {
		const { client } = rig;
		const start = await rig.seq();
		const before = await recordsOf(rig);
		for (const target of (await choicesIn(rig, threadId)).filter(isBranch)) {
			const { description } = await client.stop('stepIn', { threadId, targetId: target.id });
			const name = /^next: (\S+) /.exec(target.label)?.[1];
			assert.match(description ?? '', new RegExp(`^Branch \\d+: next goes ${name}: `));
			assert.equal(await rig.ask('thread'), JSON.stringify(name));
			assert.deepEqual((await recordsOf(rig)).slice(0, before.length), before, 'the same up to the choice');
			assert.equal((await branchesOf(rig)).at(-1)?.departsAt, start);
			await client.stop('sanflow/switchBranch', { branch: 1 });
			assert.equal(await rig.seq(), start);
		}
		assert.deepEqual(
			(await branchesOf(rig)).map(({ id, parent }) => [id, parent]),
			[
				[1, null],
				[2, 1],
				[3, 1],
			],
		);
		const end = await client.stop('continue', { threadId });
		assert.equal(end.reason, 'end');
		assert.match(client.console, /Passed: “three”/);
	});

	it('a branch of a branch keeps the choices before it', async () => {
		const { client } = rig;
		const taken: string[] = [];
		let thread = threadId;
		for (let depth = 0; depth < 2; depth++) {
			const target = (await choicesIn(rig, thread)).find(isBranch);
			assert.ok(target, `nothing else could go next after ${taken}`);
			thread = (await client.stop('stepIn', { threadId: thread, targetId: target.id })).threadId ?? -1;
			taken.push(`${await rig.seq()} ${await rig.ask('thread')}`);
		}
		const [first] = taken[0]?.split(' ') ?? [];
		await client.stop('sanflow/goToRecord', { seq: Number(first) });
		assert.equal(`${first} ${await rig.ask('thread')}`, taken[0], 'the second branch has the first choice too');
		assert.deepEqual(
			(await branchesOf(rig)).map(({ parent }) => parent),
			[null, 1, 2],
		);
	});

	it('no statement can say it, and the user is told why', async () => {
		const { client } = rig;
		const target = (await choicesIn(rig, threadId)).find(isBranch);
		await client.stop('stepIn', { threadId, targetId: target?.id });
		const { edits, left } = await client.send<FaultLineBody>('sanflow/faultLine', {});
		assert.deepEqual(edits, []);
		assert.match(left[0] ?? '', /who goes first|order/);
	});

	it('offers nothing where only one can go on', async () => {
		const { client } = rig;
		await client.stop('continue', { threadId });
		const { threadId: last } = await client.stop('stepBack', { threadId, granularity: 'instruction' });
		assert.deepEqual(await choicesIn(rig, last ?? -1), []);
	});

	it('refuses a target that was not offered', async () => {
		const refused = await rig.client.request('stepIn', { threadId, targetId: 1_000_099 });
		assert.equal(refused.success, false);
		assert.equal(refused.body.error.id, 3006);
	});
});

describe('choices between events that are due together, over stdio', () => {
	const scenarios = useFolder({ 'timers.sanflow': timers, 'wires.sanflow': wires });
	const rig = useAdapter();

	/** Goes on record by record until something is offered that matches; returns it with the thread that stands there. */
	async function offered(
		file: string,
		scenario: string,
		wanted: RegExp,
	): Promise<readonly [number, readonly Target[]]> {
		const { client } = rig;
		const stopped = client.event('stopped');
		await launch(client, {
			program: scenarios.path(file),
			scenario,
			launch: { stopOnEntry: true, stopOnEnd: true },
		});
		await stopped;
		// What is due together comes where the time goes on: a step to the next time, and back onto the record before it.
		for (;;) {
			const { reason } = await client.stop('sanflow/stepToTime', { direction: 'forward' });
			if (reason === 'end') return [-1, []];
			const { threadId: back = -1 } = await client.stop('sanflow/stepToTime', { direction: 'backward' });
			const choices = (await choicesIn(rig, back)).filter(({ label }) => wanted.test(label));
			if (choices.length > 0) return [back, choices];
			await client.stop('sanflow/stepToTime', { direction: 'forward' });
		}
	}

	it('two sleeps: each can be over first', async () => {
		const [threadId, choices] = await offered('timers.sanflow', 'timers', /its sleep is over/);
		assert.deepEqual([...choices].map(({ label }) => /^next: (\S+) /.exec(label)?.[1]).sort(), [
			'alice.one',
			'alice.two',
		]);
		assert.deepEqual([choices.filter(isSeeded).length, choices.filter(isBranch).length], [1, 1]);
		const before = await recordsOf(rig);
		const other = choices.find(isBranch) as Target;
		await rig.client.stop('stepIn', { threadId, targetId: other.id });
		assert.equal(await rig.ask('time'), '1000000');
		const name = /^next: (\S+) /.exec(other.label)?.[1];
		assert.equal(await rig.ask('thread'), JSON.stringify(name), 'it is the first thing at this time');
		assert.equal(await rig.seq(), before.length);
		assert.deepEqual((await recordsOf(rig)).slice(0, before.length), before);
	});

	it('two messages on two networks: each can arrive first', async () => {
		const [threadId, choices] = await offered('wires.sanflow', 'two networks', /native connect request .* arrives/);
		assert.deepEqual(choices.map(({ label }) => /^next: (.*) \(/.exec(label)?.[1]).sort(), [
			'alice.ib0.nic — native connect request from bob.ib0.nic arrives',
			'alice.ib1.nic — native connect request from carol.ib0.nic arrives',
		]);
		const arrivals: string[] = [];
		for (const pick of [isSeeded, isBranch]) {
			await rig.client.stop('stepIn', { threadId, targetId: choices.find(pick)?.id });
			arrivals.push(await rig.ask('record(seq).thread'));
			await rig.client.stop('sanflow/stepToTime', { direction: 'backward' });
		}
		assert.deepEqual([...arrivals].sort(), ['"alice.ib0.nic"', '"alice.ib1.nic"']);
	});

	it('two messages of one link never arrive together: their order is documented (DATA-11)', async () => {
		const [, choices] = await offered('wires.sanflow', 'one link', /from bob\.ib0\.nic arrives/);
		assert.deepEqual(choices, []);
	});
});
