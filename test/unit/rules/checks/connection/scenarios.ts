/** Scenarios whose real runs the tests judge. None of them breaks a rule. */
import type { Reader } from '../../../../../server/trace';
import { type Recording, recordingOf, run } from './replay';

const topology = `
san fabric 10.1.0.0/16    { latency 5us }
lan office 192.168.7.0/24 { latency 200us }
host alice {
  nic ib0  on fabric at 10.1.0.1
  nic eth0 on office at 192.168.7.1
}
`;

const bob = `
host bob {
  nic ib0  on fabric at 10.1.0.2
  nic eth0 on office at 192.168.7.2
}
`;

const server = `
  thread bob.server {
    let l = socket()
    bind(l, 10.1.0.2:7000)
    listen(l, 4)
    let p = accept(l)
    recv(p, 4)
    closesocket(p)
    closesocket(l)
  }
`;

const client = `
  thread alice.client {
    sleep 100us
    let s = socket()
    setsockopt(s, SOL_SOCKET, SO_DEBUG, 1)
    connect(s, 10.1.0.2:7000)
    send(s, "ping")
    expect getsockname(s) == 10.1.0.1:49152
    expect getpeername(s) == 10.1.0.2:7000
    closesocket(s)
  }
`;

const texts = {
	/** One connect, four bytes, everything closed. */
	first: `${topology}${bob}scenario "first" {${server}${client}}`,
	/** The provider finishes inside WSPConnect. */
	atOnce: `${topology}${bob}scenario "at once" { fault alice.ib0 WSPConnect: success\n${server}${client}}`,
	/** Destination in no SAN subnet; an unbound and a refused bind; datagrams and raw sockets. */
	elsewhere: `${topology}${bob}scenario "elsewhere" {
  thread bob.server {
    let l = socket()
    bind(l, 192.168.7.2:7000)
    listen(l, 4)
    let p = accept(l)
    closesocket(p)
    closesocket(l)
  }
  thread alice.client {
    sleep 1ms
    let raw = socket(AF_INET, SOCK_RAW)
    closesocket(raw)
    let s = socket()
    bind(s, 10.77.0.1:99) -> WSAEADDRNOTAVAIL
    listen(s, 1) -> WSAEINVAL
    connect(s, 192.168.7.2:7000)
    closesocket(s)
    let z = socket()
    connect(z, 0.0.0.0:80) -> WSAEADDRNOTAVAIL
    accept(z) -> WSAEINVAL
    closesocket(z)
  }
}`,
	/** WSPSocket, then WSPBind, then WSPSetSockOpt of the provider fail. */
	noSocket: `${topology}${bob}scenario "no socket" { fault alice.ib0 WSPSocket on calls 2..: return WSAENOBUFS\n${server}${client.replace(/ +expect get.*\n/g, '')}}`,
	noBind: `${topology}${bob}scenario "no bind" { fault alice.ib0 WSPBind: return WSAEADDRNOTAVAIL\n${server}${client}}`,
	/** The provider gives up: TCP/IP connects. */
	timesOut: `${topology}${bob}scenario "times out" { fault alice.ib0 WSPConnect: pending 2ms, then WSAETIMEDOUT\n${server}${client}}`,
	nobody: `${topology}${bob}scenario "nobody listens" {
  thread alice.client { let s = socket() connect(s, 10.1.0.2:9) -> WSAECONNRESET closesocket(s) }
}`,
	noHost: `${topology}scenario "no such host" {
  thread alice.client { let s = socket() connect(s, 10.1.0.77:9) -> WSAEHOSTUNREACH closesocket(s) }
}`,
	/** A target on the SAN that speaks only NDIS. */
	ndis: `${topology}host carl { nic ib0 on fabric at 10.1.0.3 { ndis only } }
scenario "NDIS only" {
  thread carl.server { let l = socket() bind(l, 10.1.0.3:7000) listen(l, 4) let p = accept(l) closesocket(p) closesocket(l) }
  thread alice.client { sleep 1ms let s = socket() connect(s, 10.1.0.3:7000) closesocket(s) }
}`,
	rejects: `${topology}host bob { accept lazily nic ib0 on fabric at 10.1.0.2 }
function nobody() { return CF_REJECT }
function later() { return CF_DEFER }
scenario "rejects" {
  thread bob.server {
    let l = socket()
    bind(l, 10.1.0.2:7000)
    setsockopt(l, SOL_SOCKET, SO_CONDITIONAL_ACCEPT, 1)
    listen(l, 4)
    WSAAccept(l, later) -> WSATRY_AGAIN
    WSAAccept(l, nobody) -> WSAECONNREFUSED
    closesocket(l)
  }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) -> WSAECONNREFUSED closesocket(s) }
}`,
	full: `${topology}host bob { accept lazily nic ib0 on fabric at 10.1.0.2 }
scenario "backlog full" {
  thread bob.server {
    let l = socket()
    bind(l, 10.1.0.2:7000)
    listen(l, 2)
    listen(l, 1)
    sleep 1ms
    let p = accept(l)
    closesocket(p)
    closesocket(l)
  }
  thread alice.early { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) closesocket(s) }
  thread alice.late { sleep 200us let s = socket() connect(s, 10.1.0.2:7000) -> WSAECONNREFUSED closesocket(s) }
}`,
	/** Nonblocking connect, polling, network events of the application. */
	events: `${topology}${bob}scenario "events" {
  thread bob.server {
    let l = socket()
    bind(l, 0.0.0.0:7000)
    listen(l, 4)
    sleep 5ms
    let e = WSACreateEvent()
    WSAEventSelect(l, e, FD_ACCEPT)
    WSAEventSelect(l, e, FD_ACCEPT | FD_CLOSE)
    let p = accept(l)
    let q = accept(l)
    accept(l) -> WSAEWOULDBLOCK
    let f = WSACreateEvent()
    WSAEventSelect(p, f, FD_READ)
    sleep 2ms
    recv(p, 2)
    recv(p, 2)
    WSAEventSelect(p, f, 0)
    closesocket(p)
    closesocket(q)
    closesocket(l)
  }
  thread alice.client {
    sleep 100us
    let e = WSACreateEvent()
    let s = socket()
    WSAEventSelect(s, e, FD_CONNECT)
    connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK
    connect(s, 10.1.0.2:7000) -> WSAEALREADY
    WSAWaitForMultipleEvents([e])
    WSAEnumNetworkEvents(s, e)
    connect(s, 10.1.0.2:7000) -> WSAEISCONN
    listen(s, 1) -> WSAEISCONN
    send(s, "ping")
    sleep 20ms
    closesocket(s)
  }
  thread alice.other { sleep 200us let s = socket() connect(s, 10.1.0.2:7000) sleep 20ms closesocket(s) }
}`,
	/** The offer arrives before a receive buffer is posted. */
	early: `${topology}host bob { nic ib0 on fabric at 10.1.0.2 { accept asynchronous 1ms, flowControl off } }
scenario "early message" {${server}${client}}`,
	/** The connect is given up while the request waits at the peer. */
	withdrawn: `${topology}host bob { accept lazily nic ib0 on fabric at 10.1.0.2 }
scenario "withdrawn" {
  thread bob.server {
    let l = socket()
    bind(l, 10.1.0.2:7000)
    listen(l, 4)
    sleep 10ms
    let p = accept(l)
    closesocket(p)
    closesocket(l)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    ioctlsocket(s, FIONBIO, 1)
    connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK
    sleep 1ms
    closesocket(s)
    sleep 20ms
    let again = socket()
    connect(again, 10.1.0.2:7000)
    closesocket(again)
  }
}`,
	noMemory: `${topology}${bob}scenario "no memory" { fault alice.ib0 WSPRegisterMemory: return WSAENOBUFS
${server}
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) -> WSAENOBUFS closesocket(s) }
}`,
	enumFails: `${topology}${bob}scenario "outcome not told" { fault alice.ib0 WSPEnumNetworkEvents: return WSAENETDOWN\n${server}${client}}`,
	/** AcceptEx with room for the first data. */
	acceptEx: `${topology}${bob}scenario "AcceptEx" {
  thread bob.server {
    let l = socket()
    bind(l, 10.1.0.2:7000)
    listen(l, 4)
    let p = socket()
    expect AcceptEx(l, p, 10) == "ping"
    closesocket(p)
    let q = socket()
    let o = WSAOVERLAPPED(WSACreateEvent())
    AcceptEx(l, q, 10, o) -> WSA_IO_PENDING
    expect WSAGetOverlappedResult(q, o, true) == "more"
    closesocket(q)
    closesocket(l)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    sleep 1ms
    send(s, "ping")
    closesocket(s)
    let t = socket()
    connect(t, 10.1.0.2:7000)
    send(t, "more")
    closesocket(t)
  }
}`,
	/** A blocking connect, then a blocking receive, is cancelled by another thread. */
	cancelled: `${topology}${bob}scenario "cancelled" {
  fault alice.ib0 WSPConnect on call 1: pending forever
  let s = NULL
  thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 4) let p = accept(l) recv(p, 4) closesocket(p) closesocket(l) }
  thread alice.client {
    sleep 100us
    s = socket()
    connect(s, 10.1.0.2:7000) -> WSAEINTR
    closesocket(s)
    s = socket()
    connect(s, 10.1.0.2:7000)
    recv(s, 4) -> WSAEINTR
    closesocket(s)
  }
  thread alice.other { sleep 1ms WSACancelBlockingCall(s) sleep 5ms WSACancelBlockingCall(s) }
}`,
	/** Two processes of a host, two providers, IPv4 and IPv6, the wildcard address. */
	wide: `
san fabric 10.1.0.0/16 { latency 5us }
san other 10.2.0.0/16 { latency 7us }
san six fd00::/64 { latency 3us }
host alice { nic ib0 on fabric at 10.1.0.1 nic ib1 on other at 10.2.0.1 nic ib2 on six at fd00::1 }
host bob { nic ib0 on fabric at 10.1.0.2 nic ib1 on other at 10.2.0.2 nic ib2 on six at fd00::2 }
scenario "wide" {
  thread bob.server { let l = socket() bind(l, 0.0.0.0:7000) listen(l, 3) repeat 3 { let p = accept(l) closesocket(p) } closesocket(l) }
  thread bob.six { let l = socket(AF_INET6, SOCK_STREAM) bind(l, [fd00::2]:7001) listen(l, 3) let p = accept(l) recv(p, 100) closesocket(p) closesocket(l) }
  thread alice.a { sleep 1ms let s = socket() bind(s, 0.0.0.0:5555) connect(s, 10.1.0.2:7000) closesocket(s) }
  thread alice.b { sleep 1ms let s = socket() connect(s, 10.2.0.2:7000) closesocket(s) }
  thread alice.c in process second { sleep 1ms let s = socket() connect(s, 10.1.0.2:7000) closesocket(s) }
  thread alice.d { sleep 1ms let s = socket(AF_INET6, SOCK_STREAM) connect(s, [fd00::2]:7001) send(s, "hey") closesocket(s) }
}`,
	/** Limits of the transport, and more data than its threshold. */
	large: `${topology}host bob { nic ib0 on fabric at 10.1.0.2 { maxMessage 2KiB, maxRdma 8KiB } }
host carl { nic ib0 on fabric at 10.1.0.3 { rdmaRead off } }
scenario "large" {
  thread carl.server {
    let l = socket()
    bind(l, 10.1.0.3:7000)
    listen(l, 4)
    let p = accept(l)
    let got = recv(p, 20000, MSG_WAITALL)
    expect length(got) == 20000
    closesocket(p)
    closesocket(l)
  }
  thread bob.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.3:7000)
    getsockopt(s, SOL_SOCKET, SO_RDMA_THRESHOLD_SIZE)
    expect getsockopt(s, SOL_SOCKET, SO_MAX_MSG_SIZE) == 2048
    expect getsockopt(s, SOL_SOCKET, SO_MAX_RDMA_SIZE) == 8192
    send(s, fill(20000, 7))
    closesocket(s)
  }
}`,
} as const;

export type ScenarioName = keyof typeof texts;

export const scenarioNames = Object.keys(texts) as readonly ScenarioName[];

const readers = new Map<ScenarioName, Reader>();
const recordings = new Map<ScenarioName, Recording>();

/** The real run of a scenario; made once. */
export function realRun(name: ScenarioName): Reader {
	let known = readers.get(name);
	if (!known) {
		known = run(texts[name]);
		readers.set(name, known);
	}
	return known;
}

/** The real run as drafts to be edited. */
export function recording(name: ScenarioName): Recording {
	let known = recordings.get(name);
	if (!known) {
		known = recordingOf(realRun(name));
		recordings.set(name, known);
	}
	return known;
}
