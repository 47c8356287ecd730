/** ACC-18: a connect request that is no longer good when WSPAccept wants to take it. */

import assert from 'node:assert/strict';
import { parsed, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

/** @param server what bob does once it listens, @param client what alice does */
function scenario(server: string, client: string): string {
	return `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 { connectTimeout 5ms } }
host bob { accept lazily nic ib0 on fabric at 10.1.0.2 }
function slowly() { sleep 2ms return CF_ACCEPT }
function anyway() { return CF_ACCEPT }
scenario "offers" {
  let s = NULL
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    ${server}
    closesocket(listener)
  }
  thread alice.client {
    sleep 100us
    s = socket()
    ${client}
  }
  thread alice.other {
    sleep 1ms
    try WSACancelBlockingCall(s)
  }
}`;
}

/** Errors of the SAN provider's WSPAccept, oldest first, and whether the switch was asked in it. */
function accepts(view: TraceView): readonly (readonly [string | undefined, boolean])[] {
	return view
		.calls('bob.switch', 'bob.ib0', 'WSPAccept')
		.map((call) => [
			view.returnOf(call)?.error,
			view.directlyWithin(call.seq).some(({ name }) => name === 'ConditionFunc'),
		]);
}

function play(server: string, client: string) {
	for (let seed = 2; seed <= 4; seed++) playToSuccess(parsed(scenario(server, client)), undefined, { seed });
	const run = playToSuccess(parsed(scenario(server, client)), undefined, { seed: 1 });
	assert.deepEqual(run.violations, []);
	assert.ok(run.ruleResults().get('ACC-18')?.kept);
	return TraceView.of(run.reader);
}

describe('A request that is gone when it is accepted (ACC-18)', () => {
	it('fails with WSAECONNRESET if the peer gave up before anybody was asked', () => {
		const view = play(
			'ioctlsocket(listener, FIONBIO, 1) sleep 2ms WSAAccept(listener, anyway) -> WSAEWOULDBLOCK',
			'connect(s, 10.1.0.2:7000) -> WSAEINTR closesocket(s)',
		);
		assert.deepEqual(accepts(view), [['WSAECONNRESET', false]]);
	});

	it('fails with WSAEACCES if the offer is withdrawn while the condition function decides', () => {
		const view = play(
			'WSAAccept(listener, slowly) -> WSAEACCES',
			'connect(s, 10.1.0.2:7000) -> WSAEINTR closesocket(s)',
		);
		assert.deepEqual(accepts(view), [['WSAEACCES', true]]);
		// Nothing was accepted, and the peer is not told anything any more.
		assert.equal(
			view.first(({ name }) => name === 'native accept'),
			undefined,
		);
	});

	it('fails with WSAEACCES if the offer has timed out; the connection comes over TCP/IP', () => {
		const view = play(
			'sleep 20ms let peer = WSAAccept(listener, anyway) expect peer.provider == "tcpip" closesocket(peer)',
			'ioctlsocket(s, FIONBIO, 1) connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK sleep 50ms expect s.provider == "tcpip" closesocket(s)',
		);
		assert.deepEqual(accepts(view), [['WSAEACCES', false]]);
	});
});
