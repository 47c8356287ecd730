/** Runs in which a provider, or the wire, misbehaves on purpose: the checks name the rule and the record. */
import { strict as assert } from 'node:assert';
import { connected } from './scenarios';
import { judge, run } from './traces';

/** Small data both ways that goes on whatever happens. */
function small(fault: string): string {
	return connected(
		'try recv(p, 5)\n sleep 1ms\n try send(p, "thanks")\n sleep 1ms\n closesocket(p)',
		'try send(s, "hello")\n try recv(s, 6)\n sleep 5ms\n try closesocket(s)',
		{ items: fault, connect: 'try connect' },
	);
}

function large(fault: string, server: 'bob' | 'carol' = 'bob'): string {
	return connected('try recv(p, 20000, MSG_WAITALL)\n closesocket(p)', 'try send(s, fill(20000, 7))\n closesocket(s)', {
		items: fault,
		server,
	});
}

const cases: readonly (readonly [name: string, text: string, broken: string])[] = [
	[
		'two completions for one operation',
		small('fault alice.ib0 WPUCompleteOverlappedRequest #2: complete twice'),
		'COMP-6',
	],
	['no completion', small('fault alice.ib0 WPUCompleteOverlappedRequest #2: complete never'), 'COMP-6'],
	['the last up-call left out', small('fault alice.ib0 WSPCloseSocket #2: skip WPUCloseSocketHandle'), 'CLOSE-4'],
	[
		'an error that registering memory does not have',
		small('fault alice.ib0 WSPRegisterMemory: return WSAEACCES'),
		'MEM-12',
	],
	['a close that asks to try again', small('fault alice.ib0 WSPCloseSocket #2: return WSAEWOULDBLOCK'), 'CLOSE-7'],
	['a send that would block', small('fault alice.ib0 WSPSend #2: return WSAEWOULDBLOCK'), 'COMP-2 COMP-3'],
	['memory that cannot be given back', small('fault alice.ib0 WSPDeregisterMemory: return WSAEINVAL'), 'MEM-11'],
	['a message lost on the SAN', small('drop message Message #3'), 'DATA-11 FLOW-2'],
	['a message that arrives twice', small('duplicate message Message #3'), 'DATA-11'],
	[
		'pending operations left out at the close',
		small('fault bob.ib0 WSPCloseSocket #2: skip WPUCompleteOverlappedRequest'),
		'CLOSE-3',
	],
	[
		'messages that overtake each other',
		connected(
			'try recv(p, 10, MSG_WAITALL)\n sleep 1ms\n closesocket(p)',
			'send(s, "hello")\n send(s, "world")\n sleep 1ms\n closesocket(s)',
			{ items: 'reorder message Message #3' },
		),
		'DATA-11',
	],
];

describe('data checks: misbehaviour', () => {
	for (const [name, text, broken] of cases) {
		it(name, () => {
			const verdict = judge(run(text));
			for (const rule of broken.split(' ')) {
				assert.ok(verdict.broken.has(rule), `${rule} was not broken, but ${JSON.stringify([...verdict.broken])}`);
			}
		});
	}

	it('memory that cannot be registered: the send fails with WSAENOBUFS', () => {
		const verdict = judge(run(large('fault alice.ib0 WSPRegisterRdmaMemory: return WSAENOBUFS')));
		assert.ok(verdict.kept.has('DATA-7'));
		assert.deepEqual([...verdict.broken], []);
	});

	it('registering that fails as documented', () => {
		const verdict = judge(run(small('fault alice.ib0 WSPRegisterMemory: return WSAENOBUFS')));
		assert.ok(verdict.kept.has('MEM-12'));
		assert.deepEqual([...verdict.broken], []);
	});

	it('an offer that arrives before a buffer is posted is kept', () => {
		const text = small('').replace('10.1.0.2 }', '10.1.0.2 { accept asynchronous 50us } }');
		const verdict = judge(run(text));
		assert.ok(verdict.kept.has('FLOW-4'), JSON.stringify([...verdict.kept]));
		assert.deepEqual([...verdict.broken], []);
	});
});
