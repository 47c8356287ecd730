/** Reasons concerning messages and closing that `edited.test.ts` does not reach: real runs, changed; each is given alone. */
import { strict as assert } from 'node:assert';
import type { ReasonText } from '../../../../../server/rules/reasonTexts';
import type { RuleId } from '../../../../../server/rules/ruleBook';
import { add, call, control, type Edit, leaveOut, original, ret, succeed } from './editing';
import { connected, smallBothWays } from './scenarios';
import { assertReason, judge, written } from './traces';

/** Alice's first message arrives before bob's switch has posted a buffer. */
const early = connected(
	'expect recv(p, 5, MSG_WAITALL) == "hello"\n closesocket(p)',
	'send(s, "hello")\n closesocket(s)',
	{
		items: 'configure bob.ib0 { accept asynchronous 1ms, flowControl off }',
	},
);

/** Alice closes hard. */
const hardClose = connected(
	'recv(p, 5) -> WSAECONNRESET\n closesocket(p)',
	'setsockopt(s, SOL_SOCKET, SO_LINGER, 0)\n sleep 1ms\n closesocket(s)',
);

const cases: readonly (readonly [rule: RuleId, reason: ReasonText, text: string, edit: Edit])[] = [
	[
		'FLOW-4',
		'a buffer goes to the NIC although the message of record {0} waits for one',
		early,
		leaveOut((r) => r.name === 'copied from a private buffer'),
	],
	[
		'CLOSE-5',
		'the provider gives up socket {0} before the switch has closed it',
		smallBothWays,
		add(call('WSPSend', 'alice.ib0', control('data')), 'alice.ib0', 'alice.switch', 'WPUCloseSocketHandle', {
			s: 4104,
		}),
	],
	[
		'CLOSE-8',
		'the peer closed hard in record {0}: WSAECONNRESET was due, not a graceful end',
		hardClose,
		succeed(ret('WSPRecv', 'bob.switch')),
	],
];

describe('data checks: further reasons that the stack never gives', () => {
	for (const [rule, reason, text, edit] of cases) {
		it(`${rule}: ${reason}`, () => assertReason(written(edit(original(text))), rule, reason));
	}

	it('the unchanged runs break nothing', () => {
		for (const text of [early, hardClose]) assert.deepEqual([...judge(written(original(text))).broken], []);
	});
});
