/** Cached registrations of memory that the peer can reach (CACHE-6, CACHE-7). */

import assert from 'node:assert/strict';
import { parsed, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

/** What alice's provider asks of its driver and its NIC about the application's buffer, from her first send on. */
function requests(nic: string, peer = ''): readonly string[] {
	const text = `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 { cache on ${nic} } }
host bob { nic ib0 on fabric at 10.1.0.2 { ${peer} } }
scenario "the same buffer three times" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let s = accept(listener)
    repeat 3 { expect recv(s, 20_000, MSG_WAITALL) == fill(20_000, 7) }
    expect recv(s, 1) == ""
    closesocket(s)
    closesocket(listener)
  }
  thread alice.client {
    sleep 100us
    let data = fill(20_000, 7)
    let s = socket()
    connect(s, 10.1.0.2:7000)
    repeat 3 { send(s, data) }
    VirtualFree(data)
    closesocket(s)
  }
}`;
	const run = playToSuccess(parsed(text), undefined, { seed: 1 });
	assert.deepEqual(run.violations, []);
	const view = TraceView.of(run.reader);
	return view
		.all(({ kind, from, args }) => kind === 'call' && from === 'alice.ib0' && args.length === 20_000)
		.map(({ name, args }) => (typeof args.request === 'string' ? args.request : name));
}

describe('Memory that the peer could reach, in the cache', () => {
	it('is out of its reach by a word to a NIC that can revoke access, and stays registered', () => {
		const kept = ['revoke access', 'MmSecureVirtualMemory'];
		assert.deepEqual(requests('revoke on'), [
			'lock and register',
			...kept,
			'grant access',
			...kept,
			'grant access',
			...kept,
			'MmUnsecureVirtualMemory',
			'unlock',
		]);
	});

	it('is only locked where the NIC cannot do that, and registered anew when it is exposed again', () => {
		const kept = ['remove registration', 'MmSecureVirtualMemory'];
		assert.deepEqual(requests('revoke off'), [
			'lock and register',
			...kept,
			'register again',
			...kept,
			'register again',
			...kept,
			'MmUnsecureVirtualMemory',
			'unlock',
		]);
	});

	it('differs from memory that only this side uses: there a hit needs nothing at all (CACHE-3)', () => {
		const kept = 'MmSecureVirtualMemory';
		for (const revoke of ['on', 'off']) {
			assert.deepEqual(requests(`revoke ${revoke}`, 'rdmaRead off'), [
				'lock and register',
				kept,
				kept,
				kept,
				'MmUnsecureVirtualMemory',
				'unlock',
			]);
		}
	});
});
