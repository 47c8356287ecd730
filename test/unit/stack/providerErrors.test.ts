/** What becomes of a SAN provider's error on the way to the application: never a code that TCP would not give (SWITCH-7). */
import assert from 'node:assert/strict';
import { parsed, play, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

/** Codes that the pages of the SPI give for messages, memory and descriptors. */
const codes = ['WSAEMSGSIZE', 'WSAEFAULT', 'WSAEMFILE', 'WSAENETRESET'];

/** What TCP gives for a connection that cannot be set up, or is lost. */
const lost = ['WSAECONNABORTED', 'WSAECONNRESET', 'WSAENOTCONN', 'WSAENOTSOCK'];

/** By call of an application; WSAEWOULDBLOCK and WSA_IO_PENDING are no failures. */
const permitted: Readonly<Record<string, readonly string[]>> = {
	WSPConnect: [...lost, 'WSAENOBUFS'],
	WSPSend: [...lost, 'WSAENETRESET', 'WSAENOBUFS', 'WSA_IO_PENDING', 'WSAEWOULDBLOCK'],
	WSPRecv: [...lost, 'WSAENETRESET', 'WSA_IO_PENDING', 'WSAEWOULDBLOCK'],
	WSPGetOverlappedResult: [...lost, 'WSAENETRESET', 'WSAENOBUFS', 'WSA_OPERATION_ABORTED', 'WSAEINVAL'],
};

const places: readonly (readonly [string, string])[] = [
	['alice.ib0', 'WSPSend on calls 1..'],
	['bob.ib0', 'WSPSend on calls 1..'],
	['alice.ib0', 'WSPSend on calls 2..'],
	['bob.ib0', 'WSPSend on calls 2..'],
	['alice.ib0', 'WSPSend on calls 3..'],
	['alice.ib0', 'WSPRecv on calls 1..'],
	['alice.ib0', 'WSPRecv on calls 9..'],
	['bob.ib0', 'WSPRecv on calls 9..'],
	['alice.ib0', 'WSPRdmaWrite'],
	['bob.ib0', 'WSPRdmaRead'],
	['alice.ib0', 'WSPGetOverlappedResult'],
	['bob.ib0', 'WSPGetOverlappedResult'],
	['bob.ib0', 'WSPRegisterMemory on calls 3..'],
	['bob.ib0', 'WSPRegisterRdmaMemory'],
	['alice.ib0', 'WSPRegisterRdmaMemory'],
	['bob.ib0', 'WSPDuplicateSocket'],
	['bob.second.ib0', 'WSPSocket on calls 2..'],
];

/** Small, large, overlapped and nonblocking transfers in both directions, and a second process. */
function everything(fault: string, rdmaRead: string): string {
	return `
san fabric 10.1.0.0/16 { latency 5us }
host alice { guardTime 50ms nic ib0 on fabric at 10.1.0.1 { rdmaRead ${rdmaRead} } }
host bob { guardTime 50ms nic ib0 on fabric at 10.1.0.2 { rdmaRead ${rdmaRead} } }
scenario "t" {
  timeLimit 200s
  ${fault}
  let shared = NULL
  thread bob.server {
    let l = socket() bind(l, 10.1.0.2:7000) listen(l, 4)
    ioctlsocket(l, FIONBIO, 1)
    let p = try accept(l)
    while p == WSAEWOULDBLOCK and now() < 50ms { sleep 500us p = try accept(l) }
    try ioctlsocket(p, FIONBIO, 0)
    try recv(p, 4)
    try recv(p, 9000, MSG_WAITALL)
    try send(p, fill(3000, 1))
    shared = try WSADuplicateSocket(p, bob.child)
    sleep 20ms
    try send(p, "home")
    try closesocket(p) closesocket(l)
  }
  thread bob.child in process second {
    while shared == NULL and now() < 60ms { sleep 500us }
    let c = try WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
    try send(c, "moved")
    try recv(c, 4)
    sleep 40ms
    try closesocket(c)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    try connect(s, 10.1.0.2:7000)
    try send(s, "ping")
    try send(s, fill(9000, 7))
    let o = WSAOVERLAPPED()
    try WSASend(s, "over", 0, o)
    try WSAGetOverlappedResult(s, o, true)
    try ioctlsocket(s, FIONBIO, 1)
    sleep 1ms
    try send(s, "not waiting")
    try recv(s, 9000)
    sleep 30ms
    try recv(s, 9000)
    try send(s, "last")
    closesocket(s)
  }
}`;
}

function answers(text: string): readonly (readonly [string, string])[] {
	const { reader } = play(parsed(text), undefined, { seed: 1 });
	const view = TraceView.of(reader);
	const toApplications = ['bob.server', 'bob.worker', 'bob.child', 'alice.client'];
	return view
		.all(({ kind, to, error }) => kind === 'return' && error !== undefined && toApplications.includes(to))
		.map(({ name, error }) => [name, String(error)] as const)
		.filter(([name]) => name in permitted);
}

describe('An error of a SAN provider (SWITCH-7)', () => {
	for (const [place, call] of places) {
		it(`of ${call} at ${place} reaches the application as TCP would tell it`, () => {
			for (const code of codes) {
				for (const rdmaRead of ['on', 'off']) {
					for (const [name, error] of answers(everything(`fault ${place} ${call}: ${code}`, rdmaRead))) {
						assert.ok(permitted[name]?.includes(error), `${code}: ${name} answers ${error}`);
					}
				}
			}
		});
	}

	it('is WSAECONNABORTED where a message is too large for the provider, in connect and in send', () => {
		const at = (n: number) => answers(everything(`fault alice.ib0 WSPSend on calls ${n}..: WSAEMSGSIZE`, 'off'));
		assert.deepEqual(at(1)[0], ['WSPConnect', 'WSAECONNABORTED']);
		assert.deepEqual(at(2)[0], ['WSPSend', 'WSAECONNABORTED']);
	});

	it('stays WSAENOBUFS for a send, after which the connection goes on (DATA-7)', () => {
		const [first, ...others] = answers(everything('fault alice.ib0 WSPSend on call 2: WSAENOBUFS', 'off'));
		assert.deepEqual(first, ['WSPSend', 'WSAENOBUFS']);
		assert.ok(!others.some(([, error]) => lost.includes(error)));
	});
});

describe('FD_CLOSE', () => {
	it('knows no time-out: a connection that ends with one is WSAECONNABORTED (page WSAEnumNetworkEvents)', () => {
		const text = `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "t" {
  fault alice.ib0 WSPRecv on call 10: WSAETIMEDOUT
  thread bob.server {
    let l = socket() bind(l, 10.1.0.2:7000) listen(l, 4)
    let p = accept(l)
    sleep 1ms
    send(p, "x")
    try recv(p, 1)
    closesocket(p) closesocket(l)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    let e = WSACreateEvent()
    WSAEventSelect(s, e, FD_CLOSE)
    WSAWaitForMultipleEvents([e], false, 5s)
    expect WSAEnumNetworkEvents(s, e).iErrorCode[FD_CLOSE_BIT] == WSAECONNABORTED
    closesocket(s)
  }
}`;
		playToSuccess(parsed(text), undefined, { seed: 1 });
	});
});
