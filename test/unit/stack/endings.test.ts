/** How sessions end when something they sent did not arrive, and what is left over then. */

import assert from 'node:assert/strict';
import type { Run } from '../../../server/scenario/interpreter';
import { parsed, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

function lab(items: string, nics = 'credits 8', hosts = ''): string {
	return `
san fabric 10.1.0.0/16 { latency 5us }
host alice { ${hosts} nic ib0 on fabric at 10.1.0.1 { ${nics} } }
host bob { ${hosts} nic ib0 on fabric at 10.1.0.2 { ${nics} } }
function listening() {
  let listener = socket()
  bind(listener, 10.1.0.2:7000)
  listen(listener, 4)
  return listener
}
scenario "t" { ${items} }`;
}

const SEEDS = [1, 2, 3, 4];

function plays(text: string): readonly Run[] {
	return SEEDS.map((seed) => playToSuccess(parsed(text), undefined, { seed }));
}

function brokenRules(run: Run): readonly string[] {
	return run.violations.map(({ rule }) => rule);
}

describe('A session whose only send buffer is on its way', () => {
	it('gives credits back when it is free again, though nothing else is sent (FLOW-2)', () => {
		// Alice's only buffer carries "transfer complete" when the last of bob's small messages arrives.
		const text = `
san fabric 10.1.0.0/16 { latency 80us, mtu 4096 }
host alice {
  sendBuffers 1
  nic ib0 on fabric at 10.1.0.1 { credits 3, bufferSize 100, rdmaThreshold 100, rdmaRead off, connect immediate }
}
host bob {
  nic ib0 on fabric at 10.1.0.2 { credits 7, bufferSize 64, maxMessage 64, rdmaThreshold 1000, rdmaRead off }
}
function receive(s, count) {
  let left = count
  while left > 0 { left -= length(recv(s, left)) }
}
scenario "t" {
  let server = NULL
  let client = NULL
  let finished = 0
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    server = accept(listener)
    receive(server, 101)
    finished += 1
  }
  thread bob.writer {
    sleep 2ms
    send(server, fill(65, 2))
    send(server, fill(1, 2))
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    client = s
    receive(s, 66)
    finished += 1
  }
  thread alice.writer {
    sleep 2ms
    send(client, fill(101, 2))
  }
  thread alice.end {
    sleep 1s
    expect finished == 2
  }
}`;
		for (const run of plays(text)) assert.deepEqual(brokenRules(run), []);
	});
});

describe('A send that the application was told of as done, and that fails afterwards', () => {
	const server = (statements: string) =>
		`thread bob.server { let listener = listening() let s = accept(listener) ${statements} closesocket(listener) }`;
	const client = (statements: string) =>
		`thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) ${statements} }`;
	/** Alice's second message is her first data. */
	const fault = (after: string) => `fault alice.ib0 WSPSend on call 2: pending ${after}, then WSAECONNRESET`;

	for (const after of ['0us', '3us', '2ms']) {
		it(`is no graceful end for the receiver (after ${after})`, () => {
			const text = lab(`${fault(after)}
${server('let got = try recv(s, 10) expect got == WSAECONNRESET closesocket(s)')}
${client('send(s, "lost") closesocket(s)')}`);
			for (const run of plays(text)) {
				const view = TraceView.of(run.reader);
				assert.equal(
					view.first(({ args }) => args.control === 'no more data'),
					undefined,
				);
			}
		});
	}

	it('ends the session although nothing more is sent', () => {
		plays(
			lab(`${fault('2ms')}
${server('let got = try recv(s, 10) expect got == WSAECONNRESET closesocket(s)')}
${client('send(s, "lost") let got = try recv(s, 10) expect got == WSAECONNRESET closesocket(s)')}`),
		);
	});

	it('ends it at the next send', () => {
		plays(
			lab(`${fault('0us')}
${server('let got = try recv(s, 10) expect got == WSAECONNRESET closesocket(s)')}
${client(`send(s, "lost")
  sleep 1ms
  let sent = try send(s, "more")
  expect sent == WSAECONNRESET
  closesocket(s)`)}`),
		);
	});

	it('does not, if it only took its time', () => {
		plays(
			lab(`fault alice.ib0 WSPSend on call 2: pending 2ms, then success
${server('expect recv(s, 10) == "late" expect length(recv(s, 10)) == 0 closesocket(s)')}
${client('send(s, "late") closesocket(s)')}`),
		);
	});
});

describe('A session that ends in the middle of a large transfer', () => {
	/** Bytes that go by RDMA. */
	const nics = (rdmaRead: string) => `credits 8, rdmaThreshold 100, rdmaRead ${rdmaRead}, maxRdma 4096`;
	const talk = (fault: string) => `${fault}
thread bob.server {
  let listener = listening()
  let s = accept(listener)
  let got = recv(s, 100000)
  while not (text(got) == "WSAECONNRESET") and not (text(got) == "WSAECONNABORTED") { got = try recv(s, 100000) }
  closesocket(s)
  closesocket(listener)
}
thread alice.client {
  sleep 100us
  let s = socket()
  connect(s, 10.1.0.2:7000)
  try send(s, fill(50000, 2))
  try closesocket(s)
}`;

	/** The transfer began, ended with an error, and nothing that was registered for it is left. */
	function releases(text: string, nic: string, operation: string, error: string): void {
		for (const run of plays(lab(text, nics(nic)))) {
			const view = TraceView.of(run.reader);
			const failed = view.all(
				({ name, args }) =>
					args.operation === operation && args.dwError === error && name === 'WPUCompleteOverlappedRequest',
			);
			assert.ok(failed.length > 0, `no ${operation} failed`);
			const { kept, broken } = run.ruleResults().get('MEM-9') ?? assert.fail('nothing had to be released');
			assert.ok(kept > 0 && broken === 0, JSON.stringify(run.violations));
		}
	}

	it('releases the target of a read that has failed (MEM-9)', () => {
		const fault = 'fault bob.ib0 WSPRdmaRead on call 2: pending 5us, then WSAECONNRESET';
		releases(talk(fault), 'on', 'WSPRdmaRead', 'WSAECONNRESET');
	});

	it('releases it when the peer was cut off, too', () => {
		releases(talk('partition fabric at 160us for 10s'), 'on', 'WSPRdmaRead', 'WSAECONNRESET');
	});

	it('releases the source of a write that has failed', () => {
		const fault = 'fault alice.ib0 WSPRdmaWrite on call 2: pending 5us, then WSAECONNRESET';
		releases(talk(fault), 'off', 'WSPRdmaWrite', 'WSAECONNRESET');
	});
});
