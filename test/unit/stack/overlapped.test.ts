/** Overlapped calls of applications (COMP-10): on each transport in the order in which they were made, with their flags. */

import { parsed, playToSuccess } from '../../golden/play';

const machines = `
san fabric 10.1.0.0/16 { latency 5us }
lan office 192.168.7.0/24 { latency 50us }
host alice { nic ib0 on fabric at 10.1.0.1 nic eth0 on office at 192.168.7.1 }
host bob { nic ib0 on fabric at 10.1.0.2 nic eth0 on office at 192.168.7.2 }
`;

/** Both transports must do what the two programs say, whatever the order of threads. */
function both(what: string, server: string, client: string, more = ''): void {
	for (const [provider, address] of [
		['a SAN', '10.1.0.2'],
		['TCP/IP', '192.168.7.2'],
	]) {
		it(`${what}: ${provider}`, () => {
			const file = parsed(`${machines} scenario "t" { ${more}
  thread bob.server { let l = socket() bind(l, ${address}:7000) listen(l, 1) let p = accept(l)
    ${server} closesocket(p) closesocket(l) }
  thread alice.client { sleep 200us let s = socket() connect(s, ${address}:7000)
    ${client} closesocket(s) } }`);
			for (let seed = 1; seed <= 6; seed++) playToSuccess(file, undefined, { seed });
		});
	}
}

describe('Overlapped sends', () => {
	both(
		'leave in the order in which they were made, small and large ones',
		`expect recv(p, 200_000, MSG_WAITALL)
      == fill(100_000, 1) + fill(50, 2) + fill(50_000, 3) + fill(3000, 4) + fill(3000, 5) + fill(43_950, 6)`,
		`for size in [100_000, 50, 50_000, 3000, 3000, 43_950] { n += 1 WSASend(s, fill(size, n), 0, WSAOVERLAPPED()) -> WSA_IO_PENDING }
    expect recv(s, 1) == ""`,
		'let n = 0',
	);

	both(
		'go before a blocking send that comes after them',
		'expect recv(p, 300_001, MSG_WAITALL) == fill(300_000, 1) + b"!"',
		'let o = WSAOVERLAPPED() WSASend(s, fill(300_000, 1), 0, o) -> WSA_IO_PENDING send(s, "!") expect recv(s, 1) == ""',
	);

	both(
		'keep a nonblocking send waiting, and tell when it may come',
		'expect recv(p, 300_001, MSG_WAITALL) == fill(300_000, 1) + b"!"',
		`let event = WSACreateEvent()
    WSAEventSelect(s, event, FD_WRITE)
    WSAEnumNetworkEvents(s, event)
    WSASend(s, fill(300_000, 1), 0, WSAOVERLAPPED()) -> WSA_IO_PENDING
    send(s, "!") -> WSAEWOULDBLOCK
    expect WSAWaitForMultipleEvents([event], true, 1s) == WSA_WAIT_EVENT_0
    expect select([], [s], [], 1s).count == 1
    send(s, "!")
    shutdown(s, SD_SEND)
    sleep 1ms`,
	);

	both(
		'are given up in their order when the socket is closed',
		'sleep 5ms',
		`setsockopt(s, SOL_SOCKET, SO_LINGER, 0s)
    let first = WSAOVERLAPPED(WSACreateEvent()) let second = WSAOVERLAPPED(WSACreateEvent())
    WSARecv(s, 1, 0, first) -> WSA_IO_PENDING
    WSARecv(s, 1, 0, second) -> WSA_IO_PENDING
    closesocket(s)
    expect WSAWaitForMultipleEvents([first.event, second.event], true, 1ms) == WSA_WAIT_EVENT_0
    expect first.completed and second.completed
    WSAGetOverlappedResult(s, first) -> WSAENOTSOCK
    s = socket()`,
	);
});

describe('Overlapped receives', () => {
	const three = `let a = WSAOVERLAPPED() let b = WSAOVERLAPPED() let c = WSAOVERLAPPED()
    for o in [a, b, c] { WSARecv(p, 4, 0, o) -> WSA_IO_PENDING }`;

	both(
		'get what arrives in the order in which they were made, whoever is asked first',
		`${three}
    expect WSAGetOverlappedResult(p, c, true) == "cccc"
    expect WSAGetOverlappedResult(p, b, true) == "bbbb"
    expect WSAGetOverlappedResult(p, a, true) == "aaaa"`,
		'sleep 1ms send(s, "aaaabbbbcccc") expect recv(s, 1) == ""',
	);

	both(
		'go before a blocking receive that comes after them',
		`${three} expect recv(p, 4) == "dddd" expect WSAGetOverlappedResult(p, a) == "aaaa"`,
		'sleep 1ms send(s, "aaaabbbbccccdddd") expect recv(s, 1) == ""',
	);

	both(
		'keep to their flags',
		`let o = WSAOVERLAPPED()
    WSARecv(p, 4, MSG_PEEK, o) -> WSA_IO_PENDING
    expect WSAGetOverlappedResult(p, o, true) == "abcd"
    WSARecv(p, 8, MSG_WAITALL, o) -> WSA_IO_PENDING
    expect WSAGetOverlappedResult(p, o, true) == "abcdefgh"
    sleep 1ms
    WSARecv(p, 4, MSG_OOB, o) -> WSA_IO_PENDING
    expect WSAGetOverlappedResult(p, o, true) == "!"`,
		'send(s, "abcd") sleep 1ms send(s, "efgh") send(s, "!", MSG_OOB) expect recv(s, 1) == ""',
	);

	both(
		'with MSG_WAITALL give what there is when the peer sends no more',
		`let o = WSAOVERLAPPED()
    WSARecv(p, 100, MSG_WAITALL, o) -> WSA_IO_PENDING
    expect WSAGetOverlappedResult(p, o, true) == "abcdef"`,
		'send(s, "abc") sleep 1ms send(s, "def") shutdown(s, SD_SEND)',
	);
});

describe('ConnectEx', () => {
	for (const [provider, address] of [
		['ib0', '10.1.0.2'],
		['tcpip', '192.168.7.2'],
	]) {
		it(`with an overlapped request goes on by itself, and takes the first data along: ${provider}`, () => {
			const file = parsed(`${machines} scenario "t" {
  thread bob.server { let l = socket() bind(l, ${address}:7000) listen(l, 1) let p = accept(l)
    expect recv(p, 5, MSG_WAITALL) == "hello" closesocket(p) closesocket(l) }
  thread alice.client { sleep 200us
    let s = socket() let o = WSAOVERLAPPED(WSACreateEvent())
    ConnectEx(s, ${address}:7000, "hello", o) -> WSAEINVAL
    bind(s, 0.0.0.0:0)
    ioctlsocket(s, FIONBIO, 1)
    let before = now()
    ConnectEx(s, ${address}:7000, "hello", o) -> WSA_IO_PENDING
    expect now() == before
    expect WSAGetOverlappedResult(s, o, true) == 5
    expect s.provider == "${provider}"
    closesocket(s) } }`);
			for (let seed = 1; seed <= 4; seed++) playToSuccess(file, undefined, { seed });
		});

		it(`tells by its request that nobody listens: ${provider}`, () => {
			const file = parsed(`${machines} scenario "t" {
  thread alice.client {
    let s = socket() let o = WSAOVERLAPPED()
    bind(s, 0.0.0.0:0)
    ConnectEx(s, ${address}:7000, "hello", o) -> WSA_IO_PENDING
    WSAGetOverlappedResult(s, o, true) -> ${provider === 'ib0' ? 'WSAECONNRESET' : 'WSAECONNREFUSED'}
    closesocket(s) } }`);
			playToSuccess(file);
		});
	}
});

describe('AcceptEx', () => {
	for (const address of ['10.1.0.2', '192.168.7.2']) {
		const plays = (server: string, client: string) => {
			const file = parsed(`${machines} scenario "t" {
  thread bob.server { let l = socket() bind(l, ${address}:7000) listen(l, 5) ${server} closesocket(l) }
  thread alice.client { sleep 1ms ${client} } }`);
			for (let seed = 1; seed <= 6; seed++) playToSuccess(file, undefined, { seed });
		};

		it(`takes connections in the order of the calls, and waits for the first data of each apart: ${address}`, () => {
			plays(
				`let sockets = [] let requests = []
    repeat 3 { let s = socket() let o = WSAOVERLAPPED() AcceptEx(l, s, 1, o) -> WSA_IO_PENDING sockets += [s] requests += [o] }
    repeat 3 as n { expect WSAGetOverlappedResult(l, requests[2 - n], true) == text(2 - n) }
    for s in sockets { closesocket(s) }`,
				`let sockets = []
    repeat 3 { let s = socket() connect(s, ${address}:7000) sockets += [s] sleep 1ms }
    repeat 3 as n { send(sockets[2 - n], text(2 - n)) sleep 1ms }
    for s in sockets { recv(s, 1) closesocket(s) }`,
			);
		});

		it(`refuses a socket that an earlier call will use: ${address}`, () => {
			plays(
				`let s = socket() let o = WSAOVERLAPPED()
    AcceptEx(l, s, 0, o) -> WSA_IO_PENDING
    AcceptEx(l, s, 0, WSAOVERLAPPED()) -> WSAEINVAL
    CancelIoEx(l)
    WSAGetOverlappedResult(l, o, true) -> WSA_OPERATION_ABORTED
    AcceptEx(l, s, 0, o) -> WSA_IO_PENDING
    closesocket(s)`,
				'',
			);
		});

		it(`is aborted when the accepting socket is closed, and leaves the connection to the next: ${address}`, () => {
			plays(
				`let s = socket() let o = WSAOVERLAPPED()
    AcceptEx(l, s, 0, o) -> WSA_IO_PENDING
    closesocket(s)
    WSAGetOverlappedResult(l, o, true) -> WSA_OPERATION_ABORTED
    expect s.state == "closed"
    closesocket(accept(l))`,
				`let s = socket() connect(s, ${address}:7000) expect recv(s, 1) == "" closesocket(s)`,
			);
		});
	}
});

describe('A handle of an event', () => {
	it('means nothing once it is closed', () => {
		playToSuccess(
			parsed(`${machines} scenario "t" { thread alice.client {
  let s = socket() let e = WSACreateEvent() let other = WSACreateEvent()
  WSACloseEvent(e)
  WSACloseEvent(e) -> WSA_INVALID_HANDLE
  WSASetEvent(e) -> WSA_INVALID_HANDLE
  WSAResetEvent(e) -> WSA_INVALID_HANDLE
  WSAWaitForMultipleEvents([other, e], false, 0s) -> WSA_INVALID_HANDLE
  WSAEventSelect(s, e, FD_READ) -> WSAEINVAL
  let many = [other] repeat 6 { many = many + many }
  expect WSAWaitForMultipleEvents(many, false, 0s) == WSA_WAIT_TIMEOUT
  WSAWaitForMultipleEvents(many + [other], false, 0s) -> WSA_INVALID_PARAMETER
  closesocket(s) } }`),
		);
	});
});
