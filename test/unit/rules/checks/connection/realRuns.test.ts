import assert from 'node:assert/strict';
import { judge, run } from './replay';
import { realRun, scenarioNames } from './scenarios';

describe('checks of the connection rules on real runs', () => {
	for (const name of scenarioNames) {
		it(`find nothing broken in “${name}”`, () => {
			const { violations } = judge(realRun(name));
			assert.deepEqual(
				violations.map(({ rule, seq, reason }) => `${rule} ${seq} ${reason.text} ${reason.args.join(' | ')}`),
				[],
			);
		});
	}
});

describe('the shadow question of FALLBACK-8', () => {
	const lie = (rest: string) => `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "a promise" {
  fault alice.ib0 WSPConnect: WSAEHOSTUNREACH
  ${rest}
  thread alice.client { sleep 100us let s = socket() try connect(s, 10.1.0.2:7000) closesocket(s) }
}`;
	const listens = 'thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 4) sleep 1ms closesocket(l) }';

	it('accuses a provider where TCP/IP would have succeeded', () => {
		const { broken } = judge(run(lie(listens)));
		assert.ok(broken.has('FALLBACK-8') && broken.has('FALLBACK-10') && broken.has('FALLBACK-7'));
	});

	it('accuses nobody where nothing listens', () => {
		assert.ok(judge(run(lie(''))).kept.has('FALLBACK-8'));
	});

	it('accuses nobody where the NIC of the destination is down', () => {
		assert.ok(judge(run(lie(`down bob.ib0 at 50us ${listens}`))).kept.has('FALLBACK-8'));
	});

	it('accuses nobody where the listener came only during the connect', () => {
		const late =
			'thread bob.server { sleep 200us let l = socket() bind(l, 10.1.0.2:7000) listen(l, 4) sleep 5ms closesocket(l) }';
		const text = lie(late).replace('WSPConnect: WSAEHOSTUNREACH', 'WSPConnect: pending 1ms, then WSAECONNRESET');
		assert.ok(judge(run(text)).kept.has('FALLBACK-8'));
	});
});

describe('the events of an accepted socket', () => {
	const inheriting = (fault: string) => `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "inherited" {
  ${fault}
  thread bob.server {
    let l = socket() let e = WSACreateEvent() bind(l, 10.1.0.2:7000)
    WSAEventSelect(l, e, FD_ACCEPT | FD_READ | FD_CLOSE) listen(l, 8)
    WSAWaitForMultipleEvents([e]) WSAEnumNetworkEvents(l, e)
    let p = accept(l)
    WSAWaitForMultipleEvents([e]) expect WSAEnumNetworkEvents(p, e).lNetworkEvents & FD_READ == FD_READ
    recv(p, 10) closesocket(p) closesocket(l)
  }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) send(s, "hi") sleep 1ms closesocket(s) }
}`;

	it('are those of the listening one: nobody is accused of what they signal', () => {
		assert.deepEqual([...judge(run(inheriting(''))).broken], []);
	});

	it('are judged like any others', () => {
		assert.ok(judge(run(inheriting('fault bob.switch SetEvent #2: signal twice'))).broken.has('EVT-6'));
	});
});
