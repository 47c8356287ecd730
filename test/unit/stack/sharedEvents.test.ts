/** What select and network events say of a socket that several processes share, or whose session is suspended. */
import assert from 'node:assert/strict';
import { parsed, playToSuccess } from '../../golden/play';

function story(server: string, worker: string, client: string): string {
	return `
san fabric 10.1.0.0/16 { latency 80us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "t" {
  let shared = NULL
  let turn = 0
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let s = accept(listener)
    shared = WSADuplicateSocket(s, bob.worker)
    ${server}
    closesocket(s)
    closesocket(listener)
  }
  thread bob.worker in process second {
    repeat 1 { while shared == NULL { sleep 20us } }
    let s = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
    ${worker}
    closesocket(s)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    ${client}
    closesocket(s)
  }
}`;
}

function passesWithoutViolation(text: string): void {
	for (const seed of [1, 2, 3, 4, 5, 6]) {
		const run = playToSuccess(parsed(text), undefined, { seed, budget: 20_000 });
		assert.deepEqual(run.violations, [], `seed ${seed}`);
	}
}

const until = (condition: string) => `repeat 1 { while not (${condition}) { sleep 20us } }`;

describe('A process that shares a socket and does not control it (DUP-1)', () => {
	it('hears of what waits in the session, and of no end that has not come', () => {
		passesWithoutViolation(
			story(
				`${until('turn == 1')}
				let e = WSACreateEvent()
				WSAEventSelect(s, e, FD_READ | FD_CLOSE)
				expect WSAEnumNetworkEvents(s, e).lNetworkEvents == FD_READ
				WSAEventSelect(s, NULL, 0)
				ioctlsocket(s, FIONBIO, 0)
				let ready = select([s], [s], [s], 0ms)
				expect ready.readfds.length == 1
				expect ready.writefds.length == 1
				expect ready.exceptfds.length == 0
				expect recv(s, 9) == "cd"
				ready = select([s], [], [], 10ms)
				expect ready.count == 0
				turn = 2`,
				`expect recv(s, 2) == "ab" turn = 1 ${until('turn == 2')}
				let ready = select([s], [s], [], 0ms)
				expect ready.readfds.length == 0
				expect ready.writefds.length == 1`,
				`send(s, "abcd") ${until('turn == 2')} sleep 20ms`,
			),
		);
	});

	it('is woken by data that arrives in the process that does', () => {
		passesWithoutViolation(
			story(
				`${until('turn == 1')} let ready = select([s], [], []) expect ready.count == 1 expect recv(s, 9) == "cd" turn = 2`,
				`expect recv(s, 9) == "ab" turn = 1 ${until('turn == 2')}`,
				`send(s, "ab") ${until('turn == 1')} sleep 1ms send(s, "cd") ${until('turn == 2')} sleep 20ms`,
			),
		);
	});
});

describe('The registration of events of a shared socket (page Shared Sockets)', () => {
	/** Registers for FD_READ in the first process and is woken by what arrives. */
	const wait = `WSAWaitForMultipleEvents([e], false, 500ms) expect WSAEnumNetworkEvents(s, e).lNetworkEvents == FD_READ`;

	it('is signalled in the process that made it, although another one controls the socket', () => {
		passesWithoutViolation(
			story(
				`let e = WSACreateEvent()
				WSAEventSelect(s, e, FD_READ)
				turn = 1
				${until('turn == 2')}
				${wait}
				turn = 3
				${until('turn == 4')}
				${wait}
				turn = 5`,
				// Takes control with the send; its receive re-enables FD_READ.
				`${until('turn == 1')} send(s, "x") turn = 2 ${until('turn == 3')}
				expect recv(s, 9) == "ab" turn = 4 ${until('turn == 5')}
				expect recv(s, 9) == "cd"`,
				`expect recv(s, 1) == "x" send(s, "ab") ${until('turn == 4')} send(s, "cd") ${until('turn == 5')} sleep 20ms`,
			),
		);
	});

	it('survives the end of the controlling process’s own descriptor', () => {
		passesWithoutViolation(
			story(
				`let e = WSACreateEvent()
				WSAEventSelect(s, e, FD_READ)
				turn = 1
				${until('turn == 2')}
				${wait}
				expect recv(s, 9) == "ab"
				turn = 3`,
				`${until('turn == 1')} send(s, "x") closesocket(s) turn = 2 ${until('turn == 3')} s = socket()`,
				`expect recv(s, 1) == "x" ${until('turn == 2')} send(s, "ab") ${until('turn == 3')} sleep 20ms`,
			),
		);
	});

	it('is one: that of another process cancels it, and the mode is common', () => {
		passesWithoutViolation(
			story(
				`let e = WSACreateEvent()
				WSAEventSelect(s, e, FD_READ)
				turn = 1
				${until('turn == 2')}
				expect WSAWaitForMultipleEvents([e], false, 50ms) == WSA_WAIT_TIMEOUT
				turn = 3`,
				`${until('turn == 1')}
				let f = WSACreateEvent()
				WSAEventSelect(s, f, FD_READ)
				turn = 2
				WSAWaitForMultipleEvents([f], false, 500ms)
				expect WSAEnumNetworkEvents(s, f).lNetworkEvents == FD_READ
				expect recv(s, 9) == "ab"
				expect try recv(s, 9) == WSAEWOULDBLOCK
				${until('turn == 3')}
				WSAEventSelect(s, NULL, 0)
				ioctlsocket(s, FIONBIO, 0)`,
				`${until('turn == 2')} send(s, "ab") ${until('turn == 3')} sleep 20ms`,
			),
		);
	});

	it('keeps a socket nonblocking for everybody, and an option is everybody’s too', () => {
		passesWithoutViolation(
			story(
				`setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 7ms)
				let e = WSACreateEvent()
				WSAEventSelect(s, e, FD_READ)
				turn = 1
				${until('turn == 2')}`,
				`${until('turn == 1')}
				expect getsockopt(s, SOL_SOCKET, SO_RCVTIMEO) == 7ms
				expect try ioctlsocket(s, FIONBIO, 0) == WSAEINVAL
				turn = 2`,
				`${until('turn == 2')} sleep 20ms`,
			),
		);
	});
});

describe('A session that is suspended (DUP-7)', () => {
	it('reports what waits once it goes on, and the rules accuse nobody', () => {
		passesWithoutViolation(
			story(
				`send(s, "ab") ${until('turn == 2')}`,
				`sleep 5ms turn = 1 send(s, "cd") ${until('turn == 2')}`,
				// The request to suspend the session has come, and its end is still on its way.
				`${until('turn == 1')}
				sleep 100us
				let e = WSACreateEvent()
				WSAEventSelect(s, e, FD_READ)
				expect try recv(s, 9) == WSAEWOULDBLOCK
				expect WSAWaitForMultipleEvents([e], false, 0ms) != 0
				WSAWaitForMultipleEvents([e], false)
				expect WSAEnumNetworkEvents(s, e).lNetworkEvents == FD_READ
				expect recv(s, 2) == "ab"
				WSAWaitForMultipleEvents([e], false)
				expect recv(s, 2) == "cd"
				turn = 2`,
			),
		);
	});
});
