/** A connected socket goes from one process to another, written by hand: as documented, and with one step wrong. */
import { strict as assert } from 'node:assert';
import { judge, Script } from './traces';

const near = '10.1.0.1:49152';
const far = '10.1.0.2:7000';
const first = 'alice.switch';
const second = 'alice.switch2';

type Step = readonly [name: string, write: (s: Script) => void];

function sanSocket(s: Script, user: string, provider: string, descriptor: number, handle: number, args = {}): void {
	const create = { dwCatalogEntryId: 1001, dwContext: descriptor };
	s.call(user, provider, 'WSPSocket', { type: 'SOCK_STREAM', ...args }, { result: descriptor }, () => {
		if (handle > 0) s.call(provider, user, 'WPUCreateSocketHandle', create, { result: handle });
	});
}

function memory(s: Script, user: string, provider: string, socket: number, handle: number): void {
	const args = { s: socket, lpBuffer: handle * 4096, dwBufferLength: 4096, dwFlags: 'MEM_READWRITE' };
	s.call(user, provider, 'WSPRegisterMemory', args, { result: handle }, () => {
		s.state(`${provider} memory ${handle}`, { registered: true });
	});
}

function post(s: Script, user: string, provider: string, socket: number, handle: number): void {
	s.start(user, provider, 'WSPRecv', { s: socket, lpBuffers: 4096, handle, hEvent: 0 });
	s.state(`${provider} socket ${socket}`, { postedReceives: 1 });
}

interface End {
	readonly user: string;
	readonly provider: string;
	readonly socket: number;
	readonly handle: number;
}

/** A control message from one end to the other, with the completion of the receive that takes it. */
function message(s: Script, from: End, to: End, control: string): void {
	let seq = 0;
	s.start(from.user, from.provider, 'WSPSend', { s: from.socket, dwBufferLength: 32, handle: 2, control }, () => {
		s.call(from.provider, `${from.provider}.nic`, 'post send', {}, {}, () => {
			const args = { bytes: 32, arrives: s.time + 5, control };
			seq = s.message(`${from.provider}.nic`, `${to.provider}.nic`, 'message', args);
		});
	});
	s.time += 5;
	s.call(
		from.user,
		from.provider,
		'WSPGetOverlappedResult',
		{ s: from.socket, lpOverlapped: 'WSPSend', fWait: false },
		{
			result: true,
			out: { cbTransfer: 32 },
		},
	);
	s.state(`${to.provider} socket ${to.socket}`, { postedReceives: 0 });
	const arrival = s.signal(`${to.provider}.nic`, to.provider, 'receive completion', { bytes: 32 }, seq);
	const args = { s: to.handle, operation: 'WSPRecv', dwError: 0, cbTransferred: 32 };
	s.signal(to.provider, to.user, 'WPUCompleteOverlappedRequest', args, arrival);
}

const alice: End = { user: first, provider: 'alice.ib0', socket: 2, handle: 4104 };
const bob: End = { user: 'bob.switch', provider: 'bob.ib0', socket: 3, handle: 4108 };
const child: End = { user: second, provider: 'alice.ib0', socket: 9, handle: 5000 };

/** Everything before the second process uses its duplicate. */
const before: readonly Step[] = [
	[
		'connection',
		(s) => {
			for (const { user, provider, socket, handle } of [alice, bob]) {
				const addresses = provider === 'alice.ib0' ? { local: near, remote: far } : { local: far, remote: near };
				sanSocket(s, user, provider, socket, handle);
				s.state(`${provider} socket ${socket}`, { ...addresses, state: 'connected' });
				memory(s, user, provider, socket, 1);
				memory(s, user, provider, socket, 2);
				post(s, user, provider, socket, 1);
				s.state(`${user} socket 100`, { state: 'connected', provider: 'ib0', companion: socket, nonblocking: false });
				s.state(`${user} session 100`, { state: 'established' });
			}
		},
	],
	['duplicate', (s) => s.call('alice.parent', first, 'WSPDuplicateSocket', { s: 100, dwProcessId: 2 })],
];

/** What the switch does when the second process uses it, inside its call. */
const swap: readonly Step[] = [
	[
		'suspend request',
		(s) => {
			message(s, alice, bob, 'suspend request');
			post(s, bob.user, bob.provider, bob.socket, 1);
		},
	],
	['exposed at the peer', () => undefined],
	[
		'suspended',
		(s) => {
			message(s, bob, alice, 'suspended');
			post(s, alice.user, alice.provider, alice.socket, 1);
		},
	],
	['while suspended', () => undefined],
	[
		'release',
		(s) =>
			s.call(first, 'alice.ib0', 'WSPDeregisterMemory', { s: 2, handle: 2 }, {}, () =>
				s.state('alice.ib0 memory 2', { registered: false }),
			),
	],
	['WSPDuplicateSocket', (s) => give(s)],
	['use of the old socket', () => undefined],
	['WSPSocket', (s) => take(s)],
	[
		'resume',
		(s) => {
			memory(s, second, 'alice.ib0', 9, 2);
			memory(s, second, 'alice.ib0', 9, 1);
			post(s, second, 'alice.ib0', 9, 1);
			message(s, child, bob, 'resume');
			post(s, bob.user, bob.provider, bob.socket, 1);
		},
	],
];

function give(s: Script, args: object = { dwProcessId: 2 }, reserved: number | null = 77, error: string | 0 = 0): void {
	const out = { dwProviderReserved: reserved };
	s.call(first, 'alice.ib0', 'WSPDuplicateSocket', { s: 2, ...args }, { out }, () => {
		s.state('alice.ib0 memory 1', { registered: false });
		const end = { s: 4104, operation: 'WSPRecv', dwError: error, cbTransferred: 0 };
		s.signal('alice.ib0', first, 'WPUCompleteOverlappedRequest', end);
	});
}

function take(s: Script, reserved = 77, handle = 5000, state = 'connected'): void {
	sanSocketTaken(s, reserved, handle, state);
}

function sanSocketTaken(s: Script, reserved: number, handle: number, state: string): void {
	const create = { dwCatalogEntryId: 1001, dwContext: 9 };
	const args = { type: 'SOCK_STREAM', dwProviderReserved: reserved };
	s.call(second, 'alice.ib0', 'WSPSocket', args, { result: 9 }, () => {
		if (handle > 0) s.call('alice.ib0', second, 'WPUCreateSocketHandle', create, { result: handle });
		s.state('alice.ib0 socket 9', { local: near, remote: far, state });
	});
}

const after: readonly Step[] = [
	[
		'close of the old socket',
		(s) =>
			s.call(first, 'alice.ib0', 'WSPCloseSocket', { s: 2 }, {}, () => {
				s.state('alice.ib0 socket 2', { state: 'closed' });
				s.call('alice.ib0', first, 'WPUCloseSocketHandle', { s: 4104 });
			}),
	],
];

/** The whole story, with some steps replaced. */
function story(changes: Readonly<Record<string, (s: Script) => void>> = {}, use = true): Script {
	const s = new Script();
	const play = (steps: readonly Step[]): void => {
		for (const [name, write] of steps) (changes[name] ?? write)(s);
	};
	s.thread = 'alice.parent';
	play(before);
	s.thread = 'alice.child';
	if (use) s.call('alice.child', second, 'WSPSend', { s: 100, dwBufferLength: 5 }, { result: 5 }, () => play(swap));
	else play(swap);
	s.thread = 'alice.parent';
	play(after);
	return s;
}

const nothing = (): undefined => undefined;

const cases: readonly (readonly [rule: string, what: string, changes: Parameters<typeof story>[0], use?: boolean])[] = [
	['DUP-1', 'both processes use the socket', { 'use of the old socket': (s) => post(s, first, 'alice.ib0', 2, 1) }],
	['DUP-2', 'nobody made a duplicate', { duplicate: nothing }],
	['DUP-3', 'nobody uses the duplicate', {}, false],
	[
		'DUP-4',
		'a transfer is under way',
		{
			release: (s) =>
				s.start(first, 'alice.ib0', 'WSPRdmaWrite', { s: 2, dwBufferLength: 9, handle: 2, descriptor: 5, offset: 0 }),
		},
	],
	['DUP-5', 'no suspend request', { 'suspend request': nothing }],
	['DUP-5', 'send buffers kept', { release: nothing }],
	['DUP-6', 'no answer of the peer', { suspended: nothing }],
	[
		'DUP-6',
		'memory exposed at the peer',
		{
			'exposed at the peer': (s) =>
				s.call(
					bob.user,
					bob.provider,
					'WSPRegisterRdmaMemory',
					{ s: 3, lpBuffer: 1, dwBufferLength: 9, dwFlags: 'MEM_READ' },
					{
						out: { lpRdmaBufferDescriptor: 6 },
					},
				),
		},
	],
	['DUP-7', 'data is sent all the same', { 'while suspended': (s) => message(s, bob, alice, 'data') }],
	[
		'DUP-8',
		'a receive of the peer ends',
		{
			'while suspended': (s) => {
				const end = { s: 4108, operation: 'WSPRecv', dwError: 0, cbTransferred: 0 };
				s.signal('bob.ib0', 'bob.switch', 'WPUCompleteOverlappedRequest', end);
			},
		},
	],
	['DUP-9', 'no process named', { WSPDuplicateSocket: (s) => give(s, {}) }],
	[
		'DUP-10',
		'receives aborted',
		{ WSPDuplicateSocket: (s) => give(s, { dwProcessId: 2 }, 77, 'WSA_OPERATION_ABORTED') },
	],
	['DUP-11', 'nothing to identify the socket', { WSPDuplicateSocket: (s) => give(s, { dwProcessId: 2 }, null) }],
	['DUP-12', 'the old socket is used', { 'use of the old socket': (s) => post(s, first, 'alice.ib0', 2, 1) }],
	['DUP-13', 'another dwProviderReserved', { WSPSocket: (s) => take(s, 78) }],
	[
		'DUP-13',
		'nobody takes the socket over',
		{ WSPSocket: nothing, resume: nothing, 'close of the old socket': nothing },
	],
	['DUP-14', 'no descriptor of the switch', { WSPSocket: (s) => take(s, 77, 0) }],
	['DUP-16', 'the socket has lost its connection', { WSPSocket: (s) => take(s, 77, 5000, 'created') }],
	[
		'DUP-17',
		'the old descriptor is not valid any more',
		{
			'close of the old socket': (s) =>
				s.call(first, 'alice.ib0', 'WSPCloseSocket', { s: 2 }, { error: 'WSAENOTSOCK' }),
		},
	],
	['DUP-19', 'the peer waits for ever', { WSPSocket: nothing, resume: nothing }],
];

describe('data checks: sharing a socket', () => {
	it('as documented', () => {
		const { broken, kept } = judge(story().reader);
		assert.deepEqual(
			[...broken].filter(([rule]) => rule.startsWith('DUP')),
			[],
		);
		const due = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17];
		for (const n of due) assert.ok(kept.has(`DUP-${n}`), `DUP-${n} was not kept`);
	});

	for (const [rule, what, changes, use] of cases) {
		it(`${rule}: ${what}`, () => {
			const { broken } = judge(story(changes, use ?? true).reader);
			assert.ok(broken.has(rule), `${rule} was not broken, but ${JSON.stringify([...broken], undefined, 1)}`);
		});
	}

	it('DUP-19: the peer of a swap that was given up is reset', () => {
		const s = story({
			WSPSocket: nothing,
			resume: () => undefined,
			'close of the old socket': (script) => script.state('bob.ib0 socket 3', { state: 'reset' }),
		});
		const { broken, kept } = judge(s.reader);
		assert.ok(kept.has('DUP-19') && !broken.has('DUP-19'));
	});

	it('DUP-11: a process that was not named takes the socket', () => {
		const s = story();
		s.call(first, 'alice.ib0', 'WSPDuplicateSocket', { s: 9, dwProcessId: 2 }, { out: { dwProviderReserved: 80 } });
		s.call('alice.switch3', 'alice.ib0', 'WSPSocket', { type: 'SOCK_STREAM', dwProviderReserved: 80 }, { result: 12 });
		assert.ok(judge(s.reader).broken.has('DUP-11'));
	});

	for (const revived of [true, false]) {
		it(`DUP-15: the socket comes back to the first process, ${revived ? 'revived' : 'as a new one that leaves the old open'}`, () => {
			const s = story({ 'close of the old socket': nothing });
			const out = { dwProviderReserved: 81 };
			s.call(second, 'alice.ib0', 'WSPDuplicateSocket', { s: 9, dwProcessId: 1 }, { out });
			const args = { type: 'SOCK_STREAM', dwProviderReserved: 81 };
			s.call(first, 'alice.ib0', 'WSPSocket', args, { result: revived ? 2 : 13 }, () => {
				const create = { dwCatalogEntryId: 1001, dwContext: 13 };
				if (!revived) s.call('alice.ib0', first, 'WPUCreateSocketHandle', create, { result: 6000 });
				s.state(`alice.ib0 socket ${revived ? 2 : 13}`, { local: near, remote: far, state: 'connected' });
			});
			const { broken, kept } = judge(s.reader);
			assert.equal(kept.has('DUP-15'), revived);
			assert.equal(broken.has('DUP-15'), !revived);
		});
	}

	for (const waiting of [false, true]) {
		it(`DUP-18: a listening socket, ${waiting ? 'an accept waits' : 'no accept waits'}`, () => {
			const s = new Script();
			sanSocket(s, first, 'alice.ib0', 2, 4104);
			s.state('alice.ib0 socket 2', { local: near, state: 'listening' });
			s.state('alice.switch socket 100', { state: 'listening', local: near });
			s.call('alice.parent', first, 'WSPDuplicateSocket', { s: 100, dwProcessId: 2 });
			const swapIt = (): void => {
				s.thread = 'alice.child';
				s.call('alice.child', second, 'WSPAccept', { s: 100 }, {}, () =>
					s.call(
						first,
						'alice.ib0',
						'WSPDuplicateSocket',
						{ s: 2, dwProcessId: 2 },
						{ out: { dwProviderReserved: 5 } },
					),
				);
				s.thread = 'alice.client';
			};
			if (waiting) s.call('alice.parent', first, 'WSPAccept', { s: 100 }, {}, swapIt);
			else swapIt();
			const { broken, kept } = judge(s.reader);
			assert.equal(kept.has('DUP-18'), !waiting);
			assert.equal(broken.has('DUP-18'), waiting);
		});
	}
});
