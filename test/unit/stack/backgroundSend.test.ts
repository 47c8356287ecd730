/** RDMA-9: large data that the switch keeps itself is transmitted in the background. */

import assert from 'node:assert/strict';
import { parsed, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

/** One send after the other of 20,000 bytes over a slow SAN (1.6 ms each). @param client what alice does once connected */
function play(client: string, bob = '', received = 40_000): { view: TraceView; kept: (rule: string) => number } {
	const text = `
san fabric 10.1.0.0/16 { latency 5us bandwidth 100Mbps }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 { ${bob} } }
scenario "background" {
  thread bob.server {
    let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1)
    let p = accept(l)
    expect recv(p, ${received}, MSG_WAITALL) == bytes(fill(20_000, 1), fill(20_000, 2))
    expect recv(p, 1) == ""
    closesocket(p) closesocket(l)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    let before = now()
    ${client}
    closesocket(s)
  }
}`;
	for (let seed = 2; seed <= 4; seed++) playToSuccess(parsed(text), undefined, { seed });
	const run = playToSuccess(parsed(text), undefined, { seed: 1 });
	assert.deepEqual(run.violations, []);
	return { view: TraceView.of(run.reader), kept: (rule) => run.ruleResults().get(rule)?.kept ?? 0 };
}

describe('Large data that the switch buffers (RDMA-9)', () => {
	for (const [procedure, bob] of [
		['read', ''],
		['write', 'rdmaRead off'],
	] as const) {
		it(`lets a blocking send return before the transfer by RDMA ${procedure}, and the next one be made`, () => {
			const { view, kept } = play(
				`setsockopt(s, SOL_SOCKET, SO_SNDBUF, 20_000)
    send(s, fill(20_000, 1)) expect now() - before < 100us
    send(s, fill(20_000, 2)) expect now() - before > 1ms expect now() - before < 3ms`,
				bob,
			);
			assert.equal(kept('RDMA-9'), 2);
			const sends = view.calls('alice.client', 'alice.switch', 'WSPSend');
			assert.deepEqual(
				sends.map((call) => view.returnOf(call)?.rules),
				[['RDMA-9'], ['RDMA-9']],
			);
		});
	}

	it('is a copy: what the program does with its own bytes afterwards changes nothing', () => {
		play(`setsockopt(s, SOL_SOCKET, SO_SNDBUF, 20_000)
    let data = fill(20_000, 1) send(s, data) VirtualFree(data) send(s, fill(20_000, 2))`);
	});

	it('is not more than SO_SNDBUF allows, and nothing unless the program has set it', () => {
		for (const allowed of ['setsockopt(s, SOL_SOCKET, SO_SNDBUF, 19_999)', '']) {
			const { kept } = play(
				`${allowed} send(s, fill(20_000, 1)) expect now() - before > 1ms
    send(s, fill(20_000, 2)) expect now() - before > 3ms`,
			);
			assert.equal(kept('RDMA-9'), 0);
		}
	});

	it('is lost with the connection, and the next send tells it', () => {
		const text = `
san fabric 10.1.0.0/16 { latency 5us bandwidth 100Mbps }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "lost" {
  thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1) let p = accept(l) sleep 10s closesocket(p) closesocket(l) }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    setsockopt(s, SOL_SOCKET, SO_SNDBUF, 20_000)
    send(s, fill(20_000, 1))
    partition fabric
    sleep 2s
    send(s, fill(20_000, 2)) -> WSAECONNRESET
    closesocket(s)
  }
}`;
		playToSuccess(parsed(text), undefined, { seed: 1 });
	});
});
