/** Reasons for which the swap of a shared socket is wrong, beside those of `sharing.test.ts`: each is given alone. */
import type { ReasonText } from '../../../../../server/rules/reasonTexts';
import type { RuleId } from '../../../../../server/rules/ruleBook';
import { alice, bob, far, first, give, message, near, post, sanSocket, second, story } from './swapStory';
import { assertReason, Script } from './traces';

/** Writing through RDMA, whose end nobody tells. */
function startWrite(s: Script, { user, provider, socket }: typeof alice): void {
	const args = { s: socket, dwBufferLength: 9, handle: 2, descriptor: 5, offset: 0 };
	s.start(user, provider, 'WSPRdmaWrite', args);
}

/** WSPSocket in the second process makes a socket that is connected with another one. */
function takeAnother(s: Script): void {
	const args = { type: 'SOCK_STREAM', dwProviderReserved: 77 };
	s.call(second, 'alice.ib0', 'WSPSocket', args, { result: 9 }, () => {
		const create = { dwCatalogEntryId: 1001, dwContext: 9 };
		s.call('alice.ib0', second, 'WPUCreateSocketHandle', create, { result: 5000 });
		s.state('alice.ib0 socket 9', { local: near, remote: '10.1.0.2:7001', state: 'connected' });
	});
}

/** The socket is given away while the provider still holds the memory of its receives. */
function giveWithMemory(s: Script): void {
	const out = { dwProviderReserved: 77 };
	s.call(first, 'alice.ib0', 'WSPDuplicateSocket', { s: 2, dwProcessId: 2 }, { out }, () => {
		const end = { s: 4104, operation: 'WSPRecv', dwError: 0, cbTransferred: 0 };
		s.signal('alice.ib0', first, 'WPUCompleteOverlappedRequest', end);
	});
}

const inSwap: readonly (readonly [rule: RuleId, reason: ReasonText, step: string, write: (s: Script) => void])[] = [
	[
		'DUP-2',
		'a system process gets a socket that the application has not closed',
		'while suspended',
		(s) => s.note(first, 'graceful close passed on', { s: 100 }),
	],
	[
		'DUP-3',
		'a socket is given away that is neither connected nor listening, but {0}',
		'WSPDuplicateSocket',
		(s) => {
			s.state('alice.ib0 socket 2', { state: 'bound' });
			give(s);
		},
	],
	[
		'DUP-5',
		'the peer is asked to suspend while the transfer of record {0} is under way',
		'suspend request',
		(s) => {
			startWrite(s, alice);
			message(s, alice, bob, 'suspend request');
			post(s, bob.user, bob.provider, bob.socket, 1);
		},
	],
	[
		'DUP-6',
		'the session is called suspended while the transfer of record {0} is under way',
		'suspended',
		(s) => {
			startWrite(s, bob);
			message(s, bob, alice, 'suspended');
			post(s, alice.user, alice.provider, alice.socket, 1);
		},
	],
	[
		'DUP-6',
		'the RDMA memory of record {0} was not released',
		'while suspended',
		(s) => {
			const args = { s: 2, lpBuffer: 65_536, dwBufferLength: 9, dwFlags: 'MEM_READ' };
			s.call(first, 'alice.ib0', 'WSPRegisterRdmaMemory', args, { out: { lpRdmaBufferDescriptor: 6 } });
		},
	],
	[
		'DUP-7',
		'{0} failed with {1} because the session is suspended: it was to wait',
		'while suspended',
		(s) => {
			const { thread } = s;
			s.thread = 'bob.server';
			s.call('bob.server', bob.user, 'WSPSend', { s: 100, dwBufferLength: 5 }, { error: 'WSAENOTCONN' });
			s.thread = thread;
		},
	],
	['DUP-10', 'the buffers of record {0} were not released', 'WSPDuplicateSocket', giveWithMemory],
	[
		'DUP-16',
		'the socket connects {0} and {1} after the swap, but connected {2} and {3} before',
		'WSPSocket',
		takeAnother,
	],
];

describe('data checks: reasons concerning a shared socket', () => {
	for (const [rule, reason, step, write] of inSwap) {
		it(`${rule}: ${reason}`, () => assertReason(story({ [step]: write }).reader, rule, reason));
	}

	it('DUP-11: two sockets under the same dwProviderReserved', () => {
		const s = story();
		sanSocket(s, first, 'alice.ib0', 20, 4200);
		s.state('alice.ib0 socket 20', { local: near, remote: far, state: 'connected' });
		const out = { dwProviderReserved: 77 };
		s.call(first, 'alice.ib0', 'WSPDuplicateSocket', { s: 20, dwProcessId: 2 }, { out });
		assertReason(s.reader, 'DUP-11', 'dwProviderReserved {0} already stands for the socket of record {1}');
	});

	it('DUP-18: a listening socket is suspended', () => {
		const s = new Script();
		sanSocket(s, first, 'alice.ib0', 2, 4104);
		s.state('alice.ib0 socket 2', { local: near, state: 'listening' });
		s.call('alice.parent', first, 'WSPDuplicateSocket', { s: 100, dwProcessId: 2 });
		s.start(first, 'alice.ib0', 'WSPSend', { s: 2, dwBufferLength: 32, handle: 2, control: 'suspend request' });
		s.call(first, 'alice.ib0', 'WSPDuplicateSocket', { s: 2, dwProcessId: 2 }, { out: { dwProviderReserved: 5 } });
		assertReason(s.reader, 'DUP-18', 'a listening socket needs no suspension (record {0})');
	});
});
