/**
 * Reasons of rules that `rules.test.ts` breaks for another reason: a real run with something changed, and the one reason that
 * is given for it.
 */
import assert from 'node:assert/strict';
import type { ReasonText } from '../../../../../server/rules/reasonTexts';
import type { RuleId } from '../../../../../server/rules/ruleBook';
import { answer, application, down } from './breaches/breach';
import { Edit } from './replay';
import { recording, type ScenarioName } from './scenarios';

const signal = { kind: 'signal', name: 'SetEvent', from: 'alice.ib0' } as const;

/** Ends the run with this record. */
function cutAfter(e: Edit, last: ReturnType<Edit['find']>): void {
	e.drafts.splice(e.drafts.indexOf(last) + 1);
}

const cases: readonly (readonly [rule: RuleId, reason: ReasonText, run: ScenarioName, edit: (edit: Edit) => void])[] = [
	[
		'ADDR-2',
		'record {0}: {1} lacks {2}, which TCP/IP indicated for its NIC',
		'first',
		(e) => e.args(e.find({ kind: 'state', from: 'alice.ib0.proxy', args: { field: 'list' } }), { after: [] }),
	],
	[
		'ADDR-5',
		'the table of record {0} lacks an address that {1} listed',
		'first',
		(e) => e.args(e.find({ kind: 'state', name: 'alice.switch table', args: { field: 'entries' } }), { after: [] }),
	],
	[
		'SWITCH-3',
		'record {0} connects on socket {1} of {2}; the companion for {3} is socket {4} of {5}',
		'first',
		(e) => e.args(e.find(down('WSPConnect')), { s: 1 }),
	],
	[
		'SWITCH-7',
		'record {0} gives the application {1}, which is not an IP address',
		'first',
		(e) => e.args(e.returnOf(e.find(application('WSPGetSockName'))), { name: 'node 1' }),
	],
	[
		'SOCK-3',
		'record {0} asks for the switch’s descriptor without a socket record of its own',
		'first',
		(e) => {
			const made = e.find(down('WSPSocket'), 1);
			const upCall = e.drafts.find(({ kind, within }) => kind === 'call' && within === made.seq);
			assert.equal(upCall?.name, 'WPUCreateSocketHandle');
			e.args(upCall, { dwContext: null });
		},
	],
	[
		'OPT-8',
		'record {0} sends {1} bytes by messages (record {2}); more than {3} go by RDMA',
		'large',
		(e) => e.args(e.find(down('WSPSend', 'bob.ib0', { control: 'RDMA request' })), { control: 'data' }),
	],
	[
		'CONN-3',
		'WSPConnect of record {0} on a nonblocking socket never returned',
		'first',
		(e) => cutAfter(e, e.find(down('WSPConnect'))),
	],
	[
		'CONN-10',
		'record {0} signals FD_CONNECT after the socket was closed in record {1}',
		'withdrawn',
		(e) => {
			const closed = e.returnOf(e.find(down('WSPCloseSocket', 'alice.ib0', { s: 2 })));
			const hEvent = e.find(down('WSPEventSelect')).args.hEventObject ?? null;
			e.add(closed, 'signal', 'SetEvent', 'alice.ib0', 'alice.switch', { hEvent, announces: 'FD_CONNECT' });
		},
	],
	[
		'CONN-11',
		'WSPEnumNetworkEvents was never called after the signal of record {0}',
		'first',
		(e) => cutAfter(e, e.find(signal)),
	],
	[
		'CONN-16',
		'record {0} reports FD_CONNECT of socket {1} without an error code',
		'first',
		(e) => e.args(e.returnOf(e.find(down('WSPEnumNetworkEvents'))), { 'iErrorCode[FD_CONNECT_BIT]': null }),
	],
	[
		'SESS-11',
		'record {0} drops the connection of socket {1}, for which no receive buffer was posted yet',
		'early',
		(e) => {
			const kept = e.find({ kind: 'state', from: 'bob.ib0', args: { field: 'privateMessages', after: 1 } });
			e.add(kept, 'message', 'native disconnect', 'bob.ib0.nic', 'alice.ib0.nic', { bytes: 32 });
		},
	],
	[
		'LISTEN-2',
		'the SAN socket of record {0} was not bound until record {1}',
		'first',
		(e) => e.removeCall(e.find(down('WSPBind', 'bob.ib0'))),
	],
	[
		'BLOCK-3',
		'record {0} cancels the connect of record {1} and takes {2} ns ({3})',
		'withdrawn',
		(e) => {
			e.returnOf(e.find(down('WSPCloseSocket', 'alice.ib0', { s: 2 }))).time += 2_000_000;
		},
	],
	[
		'BLOCK-3',
		'record {0} cancels the connect of record {1} and takes {2} ns ({3})',
		'withdrawn',
		(e) => answer(e, e.find(down('WSPCloseSocket', 'alice.ib0', { s: 2 })), 'WSAENETDOWN'),
	],
];

describe('reasons of the connection rules', () => {
	for (const [rule, reason, run, edit] of cases) {
		it(`${rule}: ${reason}`, () => {
			const changed = new Edit(recording(run));
			edit(changed);
			const found = changed.judge().violations.filter((violation) => violation.rule === rule);
			assert.deepEqual([...new Set(found.map((violation) => violation.reason.text))], [reason]);
			for (const { args, text } of found.map((violation) => violation.reason)) {
				assert.equal(args.length, new Set(text.match(/\{\d\}/g)).size);
				assert.ok(args.every((arg) => arg !== '?' && arg !== 'undefined'));
			}
		});
	}
});
