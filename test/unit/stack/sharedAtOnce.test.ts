/** Shared sockets where several things happen at once: nobody waits for ever, nothing is lost, and no rule is broken. */
import assert from 'node:assert/strict';
import { parsed, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

const until = (condition: string) => `repeat 1 { while not (${condition}) { sleep 5us } }`;

/** Two processes at each end of a connection, which share it before `step` is 1. */
function fourProcesses(threads: {
	readonly server: string;
	readonly worker: string;
	readonly client: string;
	readonly helper: string;
}): string {
	return `
san fabric 10.1.0.0/16 { latency 20us }
host alice { guardTime 100ms nic ib0 on fabric at 10.1.0.1 }
host bob { guardTime 100ms nic ib0 on fabric at 10.1.0.2 }
scenario "t" {
  let here = NULL
  let there = NULL
  let step = 0
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let s = accept(listener)
    closesocket(listener)
    there = s
    ${until('step == 1')}
    ${threads.server}
  }
  thread bob.worker in process second {
    ${until('there != NULL')}
    let s = inherit(there)
    ${until('step == 1')}
    ${threads.worker}
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    here = s
    sleep 200us
    step = 1
    ${threads.client}
  }
  thread alice.helper in process other {
    ${until('here != NULL')}
    let s = inherit(here)
    ${until('step == 1')}
    ${threads.helper}
  }
}`;
}

function plays(text: string): readonly TraceView[] {
	return [1, 2, 3, 4].map((seed) => {
		const run = playToSuccess(parsed(text), undefined, { seed, budget: 50_000 });
		assert.deepEqual(run.violations, [], `seed ${seed}`);
		return TraceView.of(run.reader);
	});
}

describe('A connection that both ends move to other processes at once', () => {
	it('moves at one end after the other, and nothing is lost', () => {
		const views = plays(
			fourProcesses({
				server: 'closesocket(s)',
				worker: 'send(s, "from bob") expect recv(s, 20) == "from alice" closesocket(s)',
				client: 'closesocket(s)',
				helper: 'send(s, "from alice") expect recv(s, 20) == "from bob" closesocket(s)',
			}),
		);
		for (const view of views) {
			const given = (host: string) => view.calls(`${host}.switch`, `${host}.ib0`, 'WSPDuplicateSocket');
			assert.equal(given('alice').length, 1);
			assert.equal(given('bob').length, 1);
			// The session goes on at one end before the other end asks again.
			const resumed = view.first(({ kind, args }) => kind === 'call' && args.control === 'resume');
			const second = Math.max(given('alice')[0]?.seq ?? 0, given('bob')[0]?.seq ?? 0);
			assert.ok(resumed && resumed.seq < second);
		}
	});
});

describe('Calls on a shared socket', () => {
	it('of the process that gives it away wait for the swap, which does not wait for them (DUP-1)', () => {
		plays(
			fourProcesses({
				// Under way when the worker asks; the next one comes while the socket moves.
				server: `setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 300us) recv(s, 1) -> WSAETIMEDOUT
				let o = WSAOVERLAPPED() WSASend(s, "later", 0, o) -> WSA_IO_PENDING
				WSAGetOverlappedResult(s, o, true) closesocket(s)`,
				worker: 'sleep 20us send(s, "worker") closesocket(s)',
				client: 'expect recv(s, 11, MSG_WAITALL) == "workerlater" closesocket(s)',
				helper: 'closesocket(s)',
			}),
		);
	});

	it('that are overlapped end with their process, and hold nobody', () => {
		plays(
			fourProcesses({
				server: 'let o = WSAOVERLAPPED() WSARecv(s, 100, 0, o) -> WSA_IO_PENDING',
				worker: 'sleep 100us send(s, "alone now") closesocket(s)',
				client: 'expect recv(s, 20) == "alone now" closesocket(s)',
				helper: 'closesocket(s)',
			}),
		);
	});
});

describe('A socket that another process gets while it is being closed', () => {
	it('stays open there: the closesocket that waits for its data ends only its own descriptor', () => {
		const text = `
san fabric 10.1.0.0/16 { latency 20us bandwidth 1Gbps }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "t" {
  let there = NULL
  let closed = false
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let s = accept(listener)
    setsockopt(s, SOL_SOCKET, SO_SNDBUF, 100000)
    setsockopt(s, SOL_SOCKET, SO_LINGER, 50ms)
    send(s, fill(50000, 3))
    there = s
    closesocket(s)
    closed = true
    closesocket(listener)
  }
  thread bob.worker in process second {
    ${until('there != NULL')}
    let s = inherit(there)
    expect not closed
    ${until('closed')}
    expect recv(s, 20) == "still there"
    closesocket(s)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    recv(s, 50000, MSG_WAITALL)
    sleep 1ms
    send(s, "still there")
    closesocket(s)
  }
}`;
		plays(text);
	});
});

describe('WSACleanup in a process that shares a socket (DUP-19)', () => {
	it('ends the connection for all where the socket was on its way there', () => {
		const views = plays(
			fourProcesses({
				server: `sleep 300us send(s, "x") -> WSAECONNABORTED closesocket(s)`,
				worker: `let o = WSAOVERLAPPED() WSASend(s, "never", 0, o) -> WSA_IO_PENDING sleep 10us WSACleanup()`,
				client: 'expect try recv(s, 20) == WSAECONNRESET closesocket(s)',
				helper: 'closesocket(s)',
			}),
		);
		for (const view of views) {
			const open = new Set<string>();
			const seen = new Set<string>();
			for (const { kind, name, args } of view.records) {
				if (kind !== 'state' || !/^bob\.(\w+\.)?ib0 socket /.test(name) || args.field !== 'state') continue;
				seen.add(name);
				if (args.after === 'closed') open.delete(name);
				else open.add(name);
			}
			assert.ok(seen.size > 1, 'both processes had SAN sockets');
			assert.deepEqual([...open], []);
		}
	});

	it('of the controlling process does so too', () => {
		plays(
			fourProcesses({
				server: 'WSACleanup()',
				worker: `sleep 100us send(s, "x") -> WSAECONNABORTED closesocket(s)`,
				client: 'expect try recv(s, 20) == WSAECONNRESET closesocket(s)',
				helper: 'closesocket(s)',
			}),
		);
	});
});
