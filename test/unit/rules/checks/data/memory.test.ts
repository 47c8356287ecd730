/** Registered memory and its cache, and cleaning up, in traces written by hand: as documented, and with one thing wrong. */
import { strict as assert } from 'node:assert';
import {
	cached,
	caching,
	close,
	connect,
	driver,
	drop,
	expose,
	invalidate,
	provider,
	register,
	release,
	startup,
	user,
	virtualFree,
	withdraw,
} from './providerScript';
import { judge, Script } from './traces';

type Write = (s: Script) => void;

const cases: readonly (readonly [rule: string, kept: Write | undefined, broken: Write])[] = [
	[
		'MEM-2',
		(s) => {
			connect(s);
			register(s, 1, []);
			s.start(user, provider, 'WSPSend', { s: 2, dwBufferLength: 9, handle: 1, control: 'data' });
		},
		(s) => {
			connect(s);
			register(s, 1, []);
			s.start('alice.switch2', provider, 'WSPSend', { s: 2, dwBufferLength: 9, handle: 1, control: 'data' });
		},
	],
	[
		'MEM-10',
		(s) => {
			connect(s);
			register(s, 1, ['lock and register']);
			register(s, 2, []);
			release(s, 1, []);
		},
		(s) => {
			connect(s);
			register(s, 1, ['lock and register']);
			register(s, 2, []);
			release(s, 1, ['unlock']);
		},
	],
	[
		'MEM-11',
		(s) => {
			connect(s);
			s.call(user, provider, 'WSPDeregisterMemory', { s: 2, handle: 9 }, { error: 'WSAEINVAL' });
		},
		(s) => {
			connect(s);
			s.call(user, provider, 'WSPDeregisterMemory', { s: 2, handle: 9 });
		},
	],
	[
		'MEM-12',
		(s) => {
			connect(s);
			const args = { s: 2, lpBuffer: 1, dwBufferLength: 1, dwFlags: 'MEM_READ' };
			s.call(user, provider, 'WSPRegisterMemory', args, { result: null, error: 'WSAENOBUFS' });
		},
		(s) => {
			connect(s);
			register(s, 1, [], { dwFlags: 'PAGE_READONLY' });
		},
	],
	[
		'MEM-13',
		(s) => {
			connect(s);
			const out = { lpRdmaBufferDescriptor: null, lpdwDescriptorLength: 16 };
			s.call(user, provider, 'WSPRegisterRdmaMemory', { s: 2, lpdwDescriptorLength: 8 }, { error: 'WSAEFAULT', out });
		},
		(s) => {
			connect(s);
			s.call(user, provider, 'WSPRegisterRdmaMemory', { s: 2, lpdwDescriptorLength: 8 }, { error: 'WSAEFAULT' });
		},
	],
	[
		'CACHE-1',
		cached,
		(s) => {
			caching(s);
			register(s, 1, ['lock and register']);
			release(s, 1, ['unlock']);
		},
	],
	[
		'CACHE-2',
		cached,
		(s) => {
			caching(s);
			register(s, 1, ['lock and register']);
			release(s, 1, []);
		},
	],
	[
		'CACHE-3',
		(s) => {
			cached(s);
			register(s, 2, []);
		},
		(s) => {
			cached(s);
			register(s, 2, ['lock and register']);
		},
	],
	[
		'CACHE-4',
		(s) => {
			cached(s);
			virtualFree(s, () => invalidate(s, drop));
		},
		(s) => {
			cached(s);
			virtualFree(s, () => undefined);
		},
	],
	[
		'CACHE-4',
		undefined,
		(s) => {
			cached(s);
			virtualFree(s, () => invalidate(s, ['unlock']));
		},
	],
	[
		'CACHE-5',
		(s) => {
			cached(s);
			close(s, 2, () => {
				for (const request of drop) driver(s, request);
			});
		},
		(s) => {
			cached(s);
			close(s);
		},
	],
	[
		'CACHE-6',
		(s) => {
			caching(s);
			expose(s, 1, ['lock and register']);
			withdraw(s, 1, ['MmSecureVirtualMemory']);
		},
		(s) => {
			caching(s);
			expose(s, 1, ['lock and register']);
			withdraw(s, 1, ['MmSecureVirtualMemory'], true);
		},
	],
	[
		'CACHE-7',
		(s) => {
			cached(s);
			expose(s, 2, []);
		},
		(s) => {
			cached(s);
			expose(s, 2, [], false);
		},
	],
	[
		'CACHE-7',
		(s) => {
			caching(s);
			expose(s, 1, ['lock and register']);
			withdraw(s, 1, ['remove registration', 'MmSecureVirtualMemory']);
			expose(s, 2, ['register again']);
		},
		(s) => {
			caching(s);
			expose(s, 1, ['lock and register']);
			withdraw(s, 1, ['remove registration', 'MmSecureVirtualMemory']);
			expose(s, 2, []);
		},
	],
	[
		'CACHE-8',
		(s) => {
			caching(s);
			invalidate(s, [], 'WSAEINVAL', 999);
		},
		(s) => {
			caching(s);
			invalidate(s, [], undefined, 999);
		},
	],
	[
		'CLEAN-1',
		(s) => {
			startup(s);
			s.call('alice.client', user, 'WSPCleanup', {}, {}, () => {
				s.call(user, 'alice.tcpip', 'WSPCleanup');
				s.call(user, provider, 'WSPCleanup');
			});
		},
		(s) => {
			startup(s);
			s.call('alice.client', user, 'WSPCleanup', {}, {}, () => s.call(user, 'alice.tcpip', 'WSPCleanup'));
		},
	],
	[
		'CLEAN-1',
		undefined,
		(s) => {
			startup(s);
			connect(s);
			register(s, 1, []);
			s.call(user, provider, 'WSPCleanup');
		},
	],
	[
		'CLEAN-2',
		(s) => {
			s.call(user, provider, 'WSPCleanup', {}, { error: 'WSANOTINITIALISED' });
			startup(s, 2);
			s.call(user, provider, 'WSPCleanup');
		},
		(s) => s.call(user, provider, 'WSPCleanup'),
	],
	[
		'CLEAN-2',
		undefined,
		(s) => {
			startup(s, 2);
			connect(s);
			register(s, 1, []);
			s.call(user, provider, 'WSPCleanup', {}, {}, () => s.state(`${provider} memory 1`, { registered: false }));
		},
	],
	[
		'EXT-1',
		(s) => s.call('alice.client', user, 'TransmitFile', { s: 100 }),
		(s) => s.call(user, provider, 'AcceptEx', { s: 2 }),
	],
	[
		'SYNC-1',
		(s) => s.call('alice.client', user, 'WSPSelect', { readfds: 1 }, { result: 1 }),
		(s) => s.call(user, provider, 'WSPAsyncSelect', { s: 2 }),
	],
	[
		'DATA-9',
		(s) => s.call('alice.client', user, 'WSPSendTo', { s: 100 }),
		(s) => s.call(user, provider, 'WSPSendTo', { s: 2 }),
	],
	[
		'CLOSE-8',
		undefined,
		(s) => {
			connect(s);
			s.state('alice.switch socket 100', { state: 'connected', provider: 'ib0', companion: 2, nonblocking: false });
			s.state('alice.switch session 100', { state: 'established' });
			s.call('alice.client', user, 'WSPCloseSocket', { s: 100 }, { error: 'WSAEWOULDBLOCK' });
		},
	],
	[
		'COMP-8',
		undefined,
		(s) =>
			s.call(user, provider, 'WSPRecv', { s: 2 }, {}, () => s.state(`${provider} overlapped 1`, { InternalHigh: 5 })),
	],
];

describe('data checks: memory, cache, cleaning up', () => {
	for (const [rule, kept, broken] of cases) {
		it(rule, () => {
			if (kept) {
				const s = new Script();
				kept(s);
				const verdict = judge(s.reader);
				assert.ok(verdict.kept.has(rule), `${rule} was not kept`);
				assert.deepEqual(verdict.broken.get(rule), undefined);
			}
			const s = new Script();
			broken(s);
			const verdict = judge(s.reader);
			assert.ok(verdict.broken.has(rule), `${rule} was not broken, but ${JSON.stringify([...verdict.broken])}`);
		});
	}

	it('CLOSE-5: the end of a process closes what is open', () => {
		const s = new Script();
		startup(s);
		connect(s);
		s.call(user, provider, 'WSPCleanup', {}, {}, () => {
			s.state(`${provider} socket 2`, { state: 'closed' });
			s.call(provider, user, 'WPUCloseSocketHandle', { s: 4098 });
		});
		assert.deepEqual([...judge(s.reader).broken], []);
	});

	it('RDMA-9: a send that returns before its transfer is complete', () => {
		const s = new Script();
		connect(s);
		s.state('alice.switch socket 100', { state: 'connected', provider: 'ib0', companion: 2, nonblocking: true });
		s.state('alice.switch session 100', { state: 'established', rdmaThreshold: 100 });
		s.call('alice.client', user, 'WSPSend', { s: 100, dwBufferLength: 4096 }, { result: 4096 }, () => {
			expose(s, 1, []);
			const control = 'data with RDMA descriptor';
			s.start(user, provider, 'WSPSend', { s: 2, dwBufferLength: 64, handle: 1, control });
		});
		assert.ok(judge(s.reader).kept.has('RDMA-9'));
	});
});
