/** Reasons for which memory, cache and clean-up are wrong, beside those of `memory.test.ts`: each is given alone. */
import type { ReasonText } from '../../../../../server/rules/reasonTexts';
import type { RuleId } from '../../../../../server/rules/ruleBook';
import { cached, connect, expose, invalidate, provider, register, startup, user, virtualFree } from './providerScript';
import { assertReason, Script } from './traces';

const client = 'alice.client';
const tcpip = 'alice.tcpip';

const cases: readonly (readonly [rule: RuleId, reason: ReasonText, write: (s: Script) => void])[] = [
	[
		'MEM-1',
		'{0} on socket {1} uses handle {2}, which record {3} registered for socket {4}',
		(s) => {
			connect(s);
			connect(s, 3);
			register(s, 1, []);
			s.start(user, provider, 'WSPSend', { s: 3, dwBufferLength: 9, handle: 1, control: 'data' });
		},
	],
	[
		'MEM-4',
		'{0} reached memory that another process ({1}) registered in record {2}',
		(s) => {
			connect(s);
			register(s, 1, []);
			const other = 'alice.switch2';
			s.start(other, provider, 'WSPSend', { s: 2, dwBufferLength: 9, handle: 1, control: 'data' });
			const ask = { s: 2, lpOverlapped: 'WSPSend', fWait: false };
			s.call(other, provider, 'WSPGetOverlappedResult', ask, { result: true, out: { cbTransfer: 9 } });
		},
	],
	[
		'MEM-7',
		'this buffer lies in the memory of record {0}, others in that of record {1}: one region for receiving was due',
		(s) => {
			connect(s);
			for (const handle of [1, 2]) {
				register(s, handle, [], { lpBuffer: 4096 * handle, dwFlags: 'MEM_WRITE' });
				s.start(user, provider, 'WSPRecv', { s: 2, lpBuffers: 4096, handle, hEvent: 0 });
			}
		},
	],
	[
		'MEM-13',
		'{0} bytes were offered for a descriptor of {1}: WSAEFAULT was due',
		(s) => {
			connect(s);
			const out = { lpRdmaBufferDescriptor: 3, lpdwDescriptorLength: 16 };
			s.call(user, provider, 'WSPRegisterRdmaMemory', { s: 2, lpdwDescriptorLength: 8 }, { out });
		},
	],
	[
		'CACHE-4',
		'the range at address {0} stays locked and registered with the NIC',
		(s) => {
			cached(s);
			virtualFree(s, () => invalidate(s, ['MmUnsecureVirtualMemory']));
		},
	],
	[
		'CACHE-7',
		'a cached buffer was locked again instead of only being exposed',
		(s) => {
			cached(s);
			expose(s, 2, ['lock and register']);
		},
	],
	[
		'CLEAN-2',
		'WSPCleanup failed with {0} after {1} start-ups',
		(s) => {
			s.call(client, user, 'WSPStartup', {}, {}, () => startup(s));
			s.call(client, user, 'WSPCleanup', {}, { error: 'WSAENETDOWN' });
		},
	],
	[
		'CLEAN-2',
		'the providers were cleaned up, although {0} start-ups are still open',
		(s) => {
			s.call(client, user, 'WSPStartup', {}, {}, () => startup(s));
			s.call(client, user, 'WSPStartup');
			s.call(client, user, 'WSPCleanup', {}, {}, () => s.call(user, tcpip, 'WSPCleanup'));
		},
	],
];

describe('data checks: reasons concerning memory, cache and cleaning up', () => {
	for (const [rule, reason, write] of cases) {
		it(`${rule}: ${reason}`, () => {
			const s = new Script();
			write(s);
			assertReason(s.reader, rule, reason);
		});
	}
});
