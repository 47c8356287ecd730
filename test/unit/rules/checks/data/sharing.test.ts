/** A connected socket goes from one process to another, written by hand: as documented, and with one step wrong. */
import { strict as assert } from 'node:assert';
import { alice, bob, far, first, give, message, near, post, sanSocket, second, story, take } from './swapStory';
import { judge, Script } from './traces';

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
