/** Sockets of applications in all their states: calls that come too early, twice, or while something else is going on. */

import assert from 'node:assert/strict';
import { History } from '../../../server/trace';
import { parsed, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

const lab = `
san fabric 10.1.0.0/16 { latency 5us }
lan office 192.168.7.0/24 { latency 200us }
host alice {
  nic ib0 on fabric at 10.1.0.1 { credits 3 connectTimeout 1s }
  nic eth0 on office at 192.168.7.1
}
host bob {
  nic ib0 on fabric at 10.1.0.2 { credits 3 }
  nic eth0 on office at 192.168.7.2
}
function listening(address, backlog) {
  let listener = socket()
  bind(listener, address)
  listen(listener, backlog)
  return listener
}
`;

/** Plays with several seeds and looks at each trace; all must pass. */
function passes(
	items: string,
	look: (view: TraceView, history: History) => void = () => undefined,
	machines = lab,
): void {
	const file = parsed(`${machines} scenario "t" { ${items} }`);
	for (const seed of [1, 2, 3, 4, 5]) {
		const { reader } = playToSuccess(file, undefined, { seed });
		look(TraceView.of(reader), new History(reader));
	}
}

/** All SAN sockets are closed at the end. */
function noneLeft(_view: TraceView, history: History): void {
	const { reader } = history;
	const last = reader.length - 1;
	for (const id of history.objectsAt(last, undefined, 'socket')) {
		if (!/\.ib\d+ socket/.test(reader.objectName(id))) continue;
		assert.equal(history.fieldAt(id, 'state', last), 'closed', reader.objectName(id));
	}
}

describe('A socket', () => {
	it('refuses calls that its state does not allow', () => {
		passes(
			`thread alice.client {
  let s = socket()
  send(s, "x") -> WSAENOTCONN
  recv(s, 1) -> WSAENOTCONN
  shutdown(s, SD_SEND) -> WSAENOTCONN
  listen(s, 1) -> WSAEINVAL
  accept(s) -> WSAEINVAL
  getpeername(s) -> WSAENOTCONN
  bind(s, 10.1.0.9:1) -> WSAEADDRNOTAVAIL
  bind(s, 10.1.0.1:5000)
  bind(s, 10.1.0.1:5001) -> WSAEINVAL
  let t = socket()
  bind(t, 10.1.0.1:5000) -> WSAEADDRINUSE
  bind(t, 0.0.0.0:5000) -> WSAEADDRINUSE
  listen(s, 1)
  connect(s, 10.1.0.2:7000) -> WSAEINVAL
  closesocket(s) closesocket(t)
  closesocket(s) -> WSAENOTSOCK
  send(s, "x") -> WSAENOTSOCK
  connect(s, 10.1.0.2:7000) -> WSAENOTSOCK
}`,
			noneLeft,
		);
	});

	it('refuses what Winsock does not know', () => {
		passes(
			`thread alice.client {
  socket(99) -> WSAEAFNOSUPPORT
  WSASocket(AF_INET, 99) -> WSAESOCKTNOSUPPORT
  WSASocket(AF_INET, SOCK_STREAM, 99) -> WSAEPROTONOSUPPORT
  let s = socket()
  setsockopt(s, 99, SO_DEBUG, 1) -> WSAEINVAL
  getsockopt(s, 99, SO_DEBUG) -> WSAEINVAL
  setsockopt(s, SOL_SOCKET, 99, 1) -> WSAENOPROTOOPT
  getsockopt(s, SOL_SOCKET, 99) -> WSAENOPROTOOPT
  shutdown(s, 7) -> WSAEINVAL
  recv(s, -1) -> WSAEFAULT
  closesocket(s)
}`,
			noneLeft,
		);
	});

	for (const [provider, address] of [
		['a SAN', '10.1.0.2'],
		['TCP/IP', '192.168.7.2'],
	]) {
		const connected = (server: string, client: string) => `let ready = NULL
  thread bob.server { let l = listening(${address}:7000, 1) let p = accept(l) ${server} closesocket(p) closesocket(l) }
  thread alice.client { sleep 200us let s = socket() connect(s, ${address}:7000) ${client} }`;

		it(`sends and receives no more in a direction that was shut down: ${provider}`, () => {
			passes(
				connected(
					'expect recv(p, 1) == "" send(p, "late")',
					`shutdown(s, SD_SEND) send(s, "x") -> WSAESHUTDOWN expect recv(s, 4) == "late" expect recv(s, 1) == ""
    shutdown(s, SD_RECEIVE) recv(s, 1) -> WSAESHUTDOWN closesocket(s)`,
				),
				noneLeft,
			);
		});

		it(`that is closed interrupts a receive that waits: ${provider}`, () => {
			passes(
				`${connected('sleep 5ms', 'ready = s recv(s, 1) -> WSAEINTR')}
  thread alice.other { while ready == NULL { sleep 100us } sleep 1ms closesocket(ready) }`,
				noneLeft,
			);
		});

		it(`takes MSG_WAITALL for as much as there is, and only where it may wait: ${provider}`, () => {
			passes(
				connected(
					'send(p, "hello") shutdown(p, SD_SEND) expect recv(p, 1) == ""',
					`recv(s, 4, MSG_WAITALL | MSG_PEEK) -> WSAEOPNOTSUPP
    expect recv(s, 9_007_199_254_740_991, MSG_WAITALL) == "hello"
    ioctlsocket(s, FIONBIO, 1) recv(s, 4, MSG_WAITALL) -> WSAEOPNOTSUPP closesocket(s)`,
				),
				noneLeft,
			);
		});
	}

	it('knows its addresses', () => {
		passes(
			`thread bob.server { let l = listening(10.1.0.2:7000, 1) let p = accept(l)
    expect getsockname(p) == 10.1.0.2:7000 expect getpeername(p) == 10.1.0.1:5000 closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() bind(s, 10.1.0.1:5000) connect(s, 10.1.0.2:7000)
    expect getsockname(s) == 10.1.0.1:5000 expect getpeername(s) == 10.1.0.2:7000
    connect(s, 10.1.0.2:7000) -> WSAEISCONN closesocket(s) }`,
			noneLeft,
		);
	});

	it('connects to its own host over TCP/IP (OQ-6)', () => {
		passes(
			`thread alice.server { let l = listening(10.1.0.1:7000, 1) closesocket(accept(l)) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.1:7000) expect s.provider == "tcpip" closesocket(s) }`,
			noneLeft,
		);
	});

	it('bound to another network uses TCP/IP (OQ-11)', () => {
		passes(
			`thread bob.server { let l = listening(0.0.0.0:7000, 1) closesocket(accept(l)) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() bind(s, 192.168.7.1:5000) connect(s, 10.1.0.2:7000)
    expect s.provider == "tcpip" closesocket(s) }`,
			(view) => {
				// Nothing is asked of the SAN provider but to clean up, once, at the end of the process (CLEAN-1).
				const calls = view.calls('alice.switch', 'alice.ib0');
				assert.deepEqual(
					calls.map(({ name }) => name),
					['WSPCleanup'],
				);
			},
		);
	});

	it('takes the first provider where two serve the same subnet (OQ-4)', () => {
		const file =
			parsed(`san fabric 10.1.0.0/16 host alice { nic ib0 on fabric at 10.1.0.1 nic ib1 on fabric at 10.1.0.11 }
host bob { nic ib0 on fabric at 10.1.0.2 } scenario "t" { thread alice.client { let s = socket()
  connect(s, 10.1.0.2:9) -> WSAECONNRESET closesocket(s) } expect no calls alice.switch -> alice.ib1 { WSPSocket } }`);
		playToSuccess(file);
	});
});

describe('SO_REUSEADDR', () => {
	for (const address of ['10.1.0.2:7000', '192.168.7.2:7000']) {
		it(`lets a socket have an address that another one has (${address})`, () => {
			passes(`
thread bob.server {
  let first = listening(${address}, 1)
  let second = socket()
  bind(second, ${address}) -> WSAEADDRINUSE
  setsockopt(second, SOL_SOCKET, SO_REUSEADDR, 1)
  bind(second, ${address})
  listen(second, 1)
  let p = accept(first)
  expect recv(p, 9) == "one"
  closesocket(p)
  closesocket(first)
  let q = accept(second)
  expect recv(q, 9) == "two"
  closesocket(q)
  closesocket(second)
}
thread alice.client {
  for word in ["one", "two"] {
    sleep 1ms
    let s = socket()
    connect(s, ${address})
    send(s, word)
    expect recv(s, 1) == ""
    closesocket(s)
  }
}`);
		});
	}
});

describe('Shutting down', () => {
	it('fails where the connection has ended, with the error that ended it', () => {
		passes(`
thread bob.server {
  let listener = listening(10.1.0.2:7000, 1)
  let p = accept(listener)
  setsockopt(p, SOL_SOCKET, SO_LINGER, 0ms)
  closesocket(p)
  closesocket(listener)
}
thread alice.client {
  sleep 1ms
  let s = socket()
  connect(s, 10.1.0.2:7000)
  recv(s, 1) -> WSAECONNRESET
  shutdown(s, SD_SEND) -> WSAECONNRESET
  closesocket(s)
}`);
	});
});

describe('WSAEventSelect', () => {
	it('refuses a mask with bits that stand for no event', () => {
		passes(`
thread alice.client {
  let s = socket()
  let e = WSACreateEvent()
  for mask in [-1, 0x400] { WSAEventSelect(s, e, mask) -> WSAEINVAL }
  WSAEventSelect(s, e, 0x3ff)
  closesocket(s)
}`);
	});
});

describe('Closing', () => {
	it('a socket while it connects aborts the connect and closes the SAN socket (BLOCK-3)', () => {
		const items = `fault alice.ib0 WSPConnect: pending 10ms, then success
  let shared = NULL
  thread bob.server { let l = listening(10.1.0.2:7000, 4) sleep 50ms closesocket(l) }
  thread alice.client { sleep 100us shared = socket() connect(shared, 10.1.0.2:7000) -> WSAENOTSOCK or WSAEINTR or WSAECONNABORTED }
  thread alice.canceller { sleep 2ms closesocket(shared) }`;
		passes(items, (view, history) => {
			noneLeft(view, history);
			const close = view.calls('alice.switch', 'alice.ib0', 'WSPCloseSocket')[0];
			assert.ok(close && close.time <= 3_000_000, 'the SAN socket was not closed at once');
			assert.deepEqual(view.calls('alice.switch', 'alice.tcpip', 'WSPConnect'), []);
		});
	});

	it('a nonblocking socket while it connects does so as well', () => {
		passes(
			`fault alice.ib0 WSPConnect: pending 10ms, then success
  thread bob.server { let l = listening(10.1.0.2:7000, 4) sleep 50ms closesocket(l) }
  thread alice.client { sleep 100us let s = socket() ioctlsocket(s, FIONBIO, 1) connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK
    sleep 1ms closesocket(s) sleep 20ms }`,
			(view, history) => {
				noneLeft(view, history);
				const close = view.calls('alice.switch', 'alice.ib0', 'WSPCloseSocket')[0];
				assert.ok(close && close.time <= 3_000_000, 'the SAN socket was not closed at once');
			},
		);
	});

	it('a listening socket ends the accept that waits', () => {
		passes(
			`let shared = NULL
  thread bob.server { shared = listening(10.1.0.2:7000, 4) accept(shared) -> WSAENOTSOCK or WSAEINTR }
  thread bob.closer { sleep 1ms closesocket(shared) }`,
			noneLeft,
		);
	});

	it('a listening socket resets the connections that nobody has accepted', () => {
		passes(
			`thread bob.server { let l = listening(10.1.0.2:7000, 4) sleep 1ms closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) recv(s, 1) -> WSAECONNRESET closesocket(s) }`,
			noneLeft,
		);
	});

	it('a listening socket refuses the requests that still wait', () => {
		passes(
			`configure bob { accept lazily }
  thread bob.server { let l = listening(10.1.0.2:7000, 4) sleep 1ms closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) -> WSAECONNREFUSED or WSAECONNRESET
    expect now() < 2ms closesocket(s) }`,
			noneLeft,
		);
	});

	it('without reading still lets the peer read what was sent before', () => {
		passes(
			`thread bob.server { let l = listening(10.1.0.2:7000, 4) let p = accept(l) send(p, "unread") send(p, "more") closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) sleep 1ms
    expect recv(s, 100) == "unreadmore" expect recv(s, 1) == "" closesocket(s) }`,
			noneLeft,
		);
	});
});

describe('Accepting', () => {
	it('takes no more connections than the backlog has room for', () => {
		passes(
			`thread bob.server { let l = listening(10.1.0.2:7000, 1) sleep 1ms closesocket(accept(l)) closesocket(l) }
  let refused = 0
  ${['a', 'b', 'c', 'd'].map((name) => `thread alice.${name} { sleep 100us let s = socket() let outcome = try connect(s, 10.1.0.2:7000) if outcome == WSAECONNREFUSED { refused += 1 } closesocket(s) }`).join('\n')}
  expect refused >= 2`,
			(view) => {
				for (const { args } of view.all(
					({ kind, name, args: { field } }) =>
						kind === 'state' && name === 'bob.tcpip socket 100' && field === 'queued',
				)) {
					assert.ok(Number(args.after) <= 1, `${String(args.after)} connections in a backlog of 1`);
				}
			},
		);
	});

	it('without blocking reports WSAEWOULDBLOCK until somebody comes', () => {
		passes(`thread bob.server { let l = listening(10.1.0.2:7000, 1) ioctlsocket(l, FIONBIO, 1) accept(l) -> WSAEWOULDBLOCK
    sleep 1ms let p = accept(l) closesocket(p) accept(l) -> WSAEWOULDBLOCK closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) closesocket(s) }`);
	});

	it('can be announced by an event, once for each accept', () => {
		passes(`thread bob.server { let l = listening(10.1.0.2:7000, 4) let e = WSACreateEvent() WSAEventSelect(l, e, FD_ACCEPT)
    repeat 3 {
      WSAWaitForMultipleEvents([e], false, 1s) -> 0
      expect WSAEnumNetworkEvents(l, e).lNetworkEvents == FD_ACCEPT
      closesocket(accept(l))
    }
    expect WSAWaitForMultipleEvents([e], false, 1ms) == 258
    closesocket(l) }
  ${['a', 'b', 'c'].map((name) => `thread alice.${name} { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) recv(s, 1) closesocket(s) }`).join('\n')}`);
	});
});

describe('A host that accepts lazily', () => {
	/** The client comes over the SAN, or not at all. */
	const client = (then: string) => `thread alice.client { sleep 100us let s = socket() ${then} closesocket(s) }`;
	const overSan = client('connect(s, 10.1.0.2:7000) expect s.provider == "ib0" recv(s, 1)');
	const lazily = (items: string) => passes(items, noneLeft, lab.replace('host bob {', 'host bob {\n  accept lazily'));

	it('shows a request that waits at the SAN provider to select', () => {
		lazily(`thread bob.server { let l = listening(10.1.0.2:7000, 4)
    expect select([l], [], [], 1s).count == 1
    closesocket(accept(l))
    expect select([l], [], [], 1ms).count == 0
    closesocket(l) } ${overSan}`);
	});

	it('announces it by an event, once for each accept, which need not block', () => {
		lazily(`thread bob.server { let l = listening(10.1.0.2:7000, 4) let e = WSACreateEvent() WSAEventSelect(l, e, FD_ACCEPT)
    repeat 2 {
      WSAWaitForMultipleEvents([e], false, 1s) -> 0
      expect WSAEnumNetworkEvents(l, e).lNetworkEvents == FD_ACCEPT
      closesocket(accept(l))
    }
    expect WSAWaitForMultipleEvents([e], false, 1ms) == 258
    accept(l) -> WSAEWOULDBLOCK
    closesocket(l) } ${overSan} ${overSan.replace('client', 'other')}`);
	});

	it('announces one that came before the program asked', () => {
		lazily(`thread bob.server { let l = listening(10.1.0.2:7000, 4) sleep 1ms
    let e = WSACreateEvent() WSAEventSelect(l, e, FD_ACCEPT)
    WSAWaitForMultipleEvents([e], false, 0ns) -> 0
    expect select([l], [], [], 0ns).count == 1
    closesocket(accept(l)) closesocket(l) } ${overSan}`);
	});

	it('says that an accept would block if the request was withdrawn meanwhile', () => {
		lazily(`thread bob.server { let l = listening(10.1.0.2:7000, 4) ioctlsocket(l, FIONBIO, 1)
    expect select([l], [], [], 1s).count == 1
    sleep 2ms
    accept(l) -> WSAEWOULDBLOCK
    expect select([l], [], [], 1ms).count == 0
    closesocket(l) }
  ${client('ioctlsocket(s, FIONBIO, 1) connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK sleep 1ms')}`);
	});
});

describe('A host that accepts lazily from a provider whose WSPAccept never returns (OQ-3)', () => {
	it('lets a nonblocking accept wait for its guard time, and offers the request no more', () => {
		const text = `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 { connectTimeout 100ms } }
host bob { accept lazily, guardTime 10ms nic ib0 on fabric at 10.1.0.2 }
scenario "t" {
  fault bob.ib0 WSPAccept: pending forever
  thread bob.server {
    let l = socket()
    bind(l, 10.1.0.2:7000)
    listen(l, 4)
    ioctlsocket(l, FIONBIO, 1)
    expect select([l], [], [], 1s).count == 1
    accept(l) -> WSAEWOULDBLOCK
    expect now() >= 10ms
    expect now() < 15ms
    expect select([l], [], [], 1ms).count == 0
    accept(l) -> WSAEWOULDBLOCK
    expect now() < 17ms
    closesocket(l)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    try connect(s, 10.1.0.2:7000)
    closesocket(s)
  }
}`;
		for (const seed of [1, 2, 3, 4]) playToSuccess(parsed(text), undefined, { seed, budget: 20_000 });
	});
});

describe('Network events of a connection', () => {
	for (const [title, address, provider] of [
		['over the SAN', '10.1.0.2:7000', 'ib0'],
		['over TCP/IP', '192.168.7.2:7000', 'tcpip'],
	] as const) {
		it(`${title} come in the documented order`, () => {
			passes(`thread bob.server { let l = listening(${address}, 4) let p = accept(l) sleep 1ms send(p, "abc") sleep 1ms closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() let e = WSACreateEvent()
    WSAEventSelect(s, e, FD_CONNECT | FD_WRITE | FD_READ | FD_CLOSE)
    connect(s, ${address}) -> WSAEWOULDBLOCK
    WSAWaitForMultipleEvents([e], false, 1s) -> 0
    expect WSAEnumNetworkEvents(s, e).lNetworkEvents == FD_CONNECT | FD_WRITE
    expect s.provider == "${provider}"
    WSAWaitForMultipleEvents([e], false, 1s) -> 0
    expect WSAEnumNetworkEvents(s, e).lNetworkEvents == FD_READ
    // Level triggered: what was not read is announced again after the next recv.
    expect recv(s, 1) == "a"
    WSAWaitForMultipleEvents([e], false, 0s) -> 0
    expect WSAEnumNetworkEvents(s, e).lNetworkEvents == FD_READ
    expect recv(s, 10) == "bc"
    recv(s, 1) -> WSAEWOULDBLOCK
    WSAWaitForMultipleEvents([e], false, 1s) -> 0
    expect WSAEnumNetworkEvents(s, e).lNetworkEvents == FD_CLOSE
    expect recv(s, 1) == ""
    closesocket(s) }`);
		});
	}
});

describe('An accepted socket', () => {
	for (const [title, address] of [
		['over the SAN', '10.1.0.2:7000'],
		['over TCP/IP', '192.168.7.2:7000'],
	] as const) {
		it(`${title} has the mode of the listening one`, () => {
			passes(`thread bob.server { let l = listening(${address}, 4) ioctlsocket(l, FIONBIO, 1) sleep 1ms
    let p = accept(l) recv(p, 1) -> WSAEWOULDBLOCK ioctlsocket(p, FIONBIO, 0) expect recv(p, 4) == "ping"
    ioctlsocket(l, FIONBIO, 0) let q = accept(l) expect recv(q, 4) == "ping" closesocket(q) closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, ${address}) sleep 2ms send(s, "ping") recv(s, 1) closesocket(s) }
  thread alice.second { sleep 3ms let s = socket() connect(s, ${address}) send(s, "ping") recv(s, 1) closesocket(s) }`);
		});

		it(`${title} has the registered events of the listening one, and what holds already is reported`, () => {
			passes(`thread bob.server { let l = listening(${address}, 4) let e = WSACreateEvent()
    WSAEventSelect(l, e, FD_ACCEPT | FD_READ | FD_CLOSE)
    WSAWaitForMultipleEvents([e], false, 1s) -> 0
    WSAEnumNetworkEvents(l, e)
    sleep 1ms
    let p = accept(l)
    WSAWaitForMultipleEvents([e], false, 0s) -> 0
    expect WSAEnumNetworkEvents(p, e).lNetworkEvents == FD_READ
    expect recv(p, 10) == "ping"
    ioctlsocket(p, FIONBIO, 0) -> WSAEINVAL
    WSAEventSelect(p, NULL, 0) ioctlsocket(p, FIONBIO, 0)
    expect recv(p, 1) == "" closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, ${address}) send(s, "ping") sleep 5ms closesocket(s) }`);
		});
	}

	it('has the options of the listening one', () => {
		passes(`thread bob.server { let l = listening(10.1.0.2:7000, 4) setsockopt(l, SOL_SOCKET, SO_SNDBUF, 1234)
    let p = accept(l) expect getsockopt(p, SOL_SOCKET, SO_SNDBUF) == 1234 closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) closesocket(s) }`);
	});
});

describe('Listening', () => {
	it('is refused on a socket that connects or is connected (LISTEN-9)', () => {
		passes(`fault alice.ib0 WSPConnect: pending 1ms, then success
  thread bob.server { let l = listening(0.0.0.0:7000, 4) closesocket(accept(l)) closesocket(accept(l)) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() ioctlsocket(s, FIONBIO, 1) connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK
    listen(s, 1) -> WSAEINVAL select([], [s], []) listen(s, 1) -> WSAEISCONN closesocket(s) listen(s, 1) -> WSAENOTSOCK
    let r = socket() connect(r, 192.168.7.2:7000) listen(r, 1) -> WSAEISCONN closesocket(r) }`);
	});
});

describe('Address families', () => {
	const six = `san fabric 10.1.0.0/16, fd00::/64 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1, fd00::1 { connectTimeout 10ms } } host bob { nic ib0 on fabric at 10.1.0.2, fd00::2 }`;
	const plays = (items: string) => playToSuccess(parsed(`${six} scenario "t" { ${items} }`), undefined, { seed: 3 });

	it('have ports of their own, unless a socket is for both', () => {
		plays(`thread bob.server {
  let a = socket(AF_INET) bind(a, 0.0.0.0:7000)
  let b = socket(AF_INET6) bind(b, [::]:7000)
  let c = socket(AF_INET6) setsockopt(c, IPPROTO_IPV6, IPV6_V6ONLY, 0) bind(c, [::]:7000) -> WSAEADDRINUSE
  let d = socket(AF_INET6) setsockopt(d, IPPROTO_IPV6, IPV6_V6ONLY, 0) bind(d, [::]:8000)
  setsockopt(d, IPPROTO_IPV6, IPV6_V6ONLY, 1) -> WSAEINVAL
  let e = socket(AF_INET) bind(e, 0.0.0.0:8000) -> WSAEADDRINUSE
  closesocket(a) closesocket(b) closesocket(c) closesocket(d) closesocket(e)
}`);
	});

	it('are kept apart by the wildcard; a socket for both takes either, over the SAN too', () => {
		plays(`thread bob.server {
  let only = socket(AF_INET6) bind(only, [::]:7000) listen(only, 2)
  let both = socket(AF_INET6) setsockopt(both, IPPROTO_IPV6, IPV6_V6ONLY, 0) bind(both, [::]:8000) listen(both, 4)
  closesocket(accept(only)) closesocket(accept(both)) closesocket(accept(both)) closesocket(only) closesocket(both)
}
thread alice.client { sleep 100us
  let a = socket(AF_INET) connect(a, 10.1.0.2:7000) -> WSAECONNRESET or WSAECONNREFUSED closesocket(a)
  let b = socket(AF_INET6) connect(b, [fd00::2]:7000) closesocket(b)
  let c = socket(AF_INET) connect(c, 10.1.0.2:8000) expect c.provider == "ib0" closesocket(c)
  let d = socket(AF_INET6) connect(d, [fd00::2]:8000) expect d.provider == "ib0" closesocket(d)
}`);
	});

	it('of a socket are those of its addresses', () => {
		plays(`thread alice.client {
  let s = socket(AF_INET) bind(s, [fd00::1]:5000) -> WSAEFAULT connect(s, [fd00::2]:7000) -> WSAEAFNOSUPPORT closesocket(s)
}`);
	});
});

describe('A closed socket', () => {
	it('raises no event any more (EVT-5)', () => {
		passes(
			`fault alice.ib0 WSPConnect on call 1: pending 2ms, then WSAECONNREFUSED
  let shared = NULL
  thread bob.server { let l = listening(10.1.0.2:7000, 4) let p = accept(l) sleep 10ms closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us shared = socket() let e = WSACreateEvent() WSAEventSelect(shared, e, FD_CONNECT | FD_CLOSE)
    connect(shared, 10.1.0.2:7000) -> WSAEWOULDBLOCK sleep 1ms closesocket(shared)
    expect WSAWaitForMultipleEvents([e], false, 20ms) == WSA_WAIT_TIMEOUT }
  thread alice.second { sleep 100us let s = socket() let e = WSACreateEvent() connect(s, 192.168.7.2:7000) -> WSAECONNREFUSED closesocket(s) }
  thread alice.third { sleep 4ms let s = socket() let e = WSACreateEvent() connect(s, 10.1.0.2:7000)
    WSAEventSelect(s, e, FD_CLOSE) closesocket(s) expect WSAWaitForMultipleEvents([e], false, 20ms) == WSA_WAIT_TIMEOUT }`,
			(view) => {
				const signals = view.all(
					({ kind, name, from }) => kind === 'signal' && name === 'SetEvent' && from === 'alice.switch',
				);
				assert.deepEqual(signals, []);
			},
		);
	});

	it('is no socket for any call', () => {
		passes(`thread alice.client { let s = socket() let e = WSACreateEvent() closesocket(s)
  getsockname(s) -> WSAENOTSOCK getpeername(s) -> WSAENOTSOCK setsockopt(s, SOL_SOCKET, SO_DEBUG, 1) -> WSAENOTSOCK
  getsockopt(s, SOL_SOCKET, SO_DEBUG) -> WSAENOTSOCK ioctlsocket(s, FIONBIO, 1) -> WSAENOTSOCK
  WSAEventSelect(s, e, FD_READ) -> WSAENOTSOCK WSAEnumNetworkEvents(s, e) -> WSAENOTSOCK
  select([s], [], [], 1ms) -> WSAENOTSOCK shutdown(s, SD_SEND) -> WSAENOTSOCK accept(s) -> WSAENOTSOCK bind(s, 10.1.0.1:1) -> WSAENOTSOCK
  GetAcceptExSockaddrs(s) -> WSAENOTSOCK WSAIoctl(s, SIO_ADDRESS_LIST_QUERY) -> WSAENOTSOCK }`);
	});
});
