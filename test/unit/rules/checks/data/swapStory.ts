/** A connected socket goes from one process of alice to another, written by hand; any step can be replaced. */
import { Script } from './traces';

export const near = '10.1.0.1:49152';
export const far = '10.1.0.2:7000';
export const first = 'alice.switch';
export const second = 'alice.switch2';

type Step = readonly [name: string, write: (s: Script) => void];

export function sanSocket(
	s: Script,
	user: string,
	provider: string,
	descriptor: number,
	handle: number,
	args = {},
): void {
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

export function post(s: Script, user: string, provider: string, socket: number, handle: number): void {
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
export function message(s: Script, from: End, to: End, control: string): void {
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

export const alice: End = { user: first, provider: 'alice.ib0', socket: 2, handle: 4104 };
export const bob: End = { user: 'bob.switch', provider: 'bob.ib0', socket: 3, handle: 4108 };
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

export function give(
	s: Script,
	args: object = { dwProcessId: 2 },
	reserved: number | null = 77,
	error: string | 0 = 0,
): void {
	const out = { dwProviderReserved: reserved };
	s.call(first, 'alice.ib0', 'WSPDuplicateSocket', { s: 2, ...args }, { out }, () => {
		s.state('alice.ib0 memory 1', { registered: false });
		const end = { s: 4104, operation: 'WSPRecv', dwError: error, cbTransferred: 0 };
		s.signal('alice.ib0', first, 'WPUCompleteOverlappedRequest', end);
	});
}

export function take(s: Script, reserved = 77, handle = 5000, state = 'connected'): void {
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
export function story(changes: Readonly<Record<string, (s: Script) => void>> = {}, use = true): Script {
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
