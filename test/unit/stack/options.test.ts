/** Options, control codes and sizes: what the switch asks of a SAN provider, what goes to TCP/IP, what it answers itself. */

import assert from 'node:assert/strict';
import { parsed, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

function plays(items: string, nic = ''): TraceView {
	const file = parsed(`
san fabric 10.1.0.0/16 { latency 5us }
lan office 192.168.7.0/24 { latency 20us }
host alice { nic ib0 on fabric at 10.1.0.1 { ${nic} } nic eth0 on office at 192.168.7.1 }
host bob { nic ib0 on fabric at 10.1.0.2 nic eth0 on office at 192.168.7.2 }
scenario "t" {
  thread bob.server { let l = socket() bind(l, 0.0.0.0:7000) listen(l, 4) let p = accept(l) recv(p, 100_000, MSG_WAITALL) closesocket(p) closesocket(l) }
  ${items}
}`);
	const run = playToSuccess(file, undefined, { seed: 2 });
	assert.deepEqual(run.violations, []);
	return TraceView.of(run.reader);
}

const client = (statements: string) =>
	`thread alice.client { sleep 100us let s = socket() ${statements} shutdown(s, SD_SEND) recv(s, 1) closesocket(s) }`;
const connected = (statements: string) => client(`connect(s, 10.1.0.2:7000) ${statements}`);

describe('Sizes of the transport (OPT-5 to OPT-8)', () => {
	it('are asked of the provider once, on a socket made for that', () => {
		const view = plays(connected(''));
		const calls = view.all(({ kind, name, to }) => kind === 'call' && name === 'WSPGetSockOpt' && to === 'alice.ib0');
		const asked = calls.map(({ args }) => args.optname);
		assert.deepEqual([...new Set(calls.map(({ phase }) => phase))], ['initialization']);
		assert.deepEqual(asked, ['SO_MAX_MSG_SIZE', 'SO_MAX_RDMA_SIZE', 'SO_RDMA_THRESHOLD_SIZE']);
	});

	it('are kept to: no message, read or write is larger', () => {
		const view = plays(connected('send(s, fill(40_000, 7))'), 'maxMessage 600 maxRdma 5000 rdmaRead off');
		const sent = view.calls('alice.switch', 'alice.ib0', 'WSPSend').map(({ args }) => Number(args.dwBufferLength));
		assert.ok(Math.max(...sent) <= 600 && Math.max(...sent) > 500, `${Math.max(...sent)}`);
	});

	it('bound RDMA at the side that starts it', () => {
		const view = plays(connected('send(s, fill(40_000, 7))'), 'maxRdma 5000');
		const read = view.calls('bob.switch', 'bob.ib0', 'WSPRdmaRead').map(({ args }) => Number(args.dwBufferLength));
		assert.equal(read.length, 1);
		const small = TraceView.of(
			playToSuccess(
				parsed(`san fabric 10.1.0.0/16 host alice { nic ib0 on fabric at 10.1.0.1 } host bob { nic ib0 on fabric at 10.1.0.2 { maxRdma 5000 } }
scenario "t" { thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1) let p = accept(l) recv(p, 40_000, MSG_WAITALL) closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) send(s, fill(40_000, 1)) closesocket(s) } }`),
			).reader,
		);
		const pieces = small.calls('bob.switch', 'bob.ib0', 'WSPRdmaRead').map(({ args }) => Number(args.dwBufferLength));
		assert.ok(pieces.length === 8 && Math.max(...pieces) === 5000, pieces.join());
	});

	it('decide what is large, as the provider says', () => {
		const large = plays(connected('send(s, fill(1001, 7))'), 'rdmaThreshold 1000');
		assert.equal(large.calls('alice.switch', 'alice.ib0', 'WSPRegisterRdmaMemory').length, 1);
		const small = plays(connected('send(s, fill(1000, 7))'), 'rdmaThreshold 1000');
		assert.equal(small.calls('alice.switch', 'alice.ib0', 'WSPRegisterRdmaMemory').length, 0);
	});

	it('without limit are not known to the provider', () => {
		const view = plays(connected(''), 'maxMessage unlimited maxRdma unlimited');
		const answers = view.all(
			({ kind, name, from }) => kind === 'return' && name === 'WSPGetSockOpt' && from === 'alice.ib0',
		);
		assert.deepEqual(
			answers.map(({ error }) => error),
			['WSAENOPROTOOPT', 'WSAENOPROTOOPT', undefined],
		);
	});

	it('are what the switch goes by, even if the provider tells them wrong', () => {
		const view = plays(connected('send(s, fill(1500, 7))'), 'fault WSPGetSockOpt #3: return 9000 rdmaThreshold 1000');
		assert.equal(view.calls('alice.switch', 'alice.ib0', 'WSPRegisterRdmaMemory').length, 0);
	});
});

describe('A provider that tells a size of 0', () => {
	it('has told none: what is too large for it is its own fault, and nothing goes on for ever (OPT-6)', () => {
		const text = `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 { rdmaThreshold 100, maxRdma 700, rdmaRead off fault WSPGetSockOpt #2: return 0 } }
host bob { nic ib0 on fabric at 10.1.0.2 { rdmaRead off } }
scenario "t" {
  thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1) let p = accept(l)
    try recv(p, 9000, MSG_WAITALL) closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000)
    let sent = try send(s, fill(9000, 7)) expect sent == WSAECONNABORTED closesocket(s) }
}`;
		for (const seed of [1, 2, 3]) {
			const run = playToSuccess(parsed(text), undefined, { seed, budget: 20_000 });
			const accused = run.violations.filter(({ rule }) => rule === 'OPT-5' || rule === 'OPT-6');
			assert.deepEqual(
				accused.map(({ rule, reason }) => [rule, reason.text]),
				[['OPT-6', 'record {0} refuses {1} for its size, but {2} does not support {3}']],
			);
		}
	});
});

describe('Quality of service (OPT-9)', () => {
	const asks = `setsockopt(s, SOL_SOCKET, SO_GROUP_PRIORITY, 3) expect getsockopt(s, SOL_SOCKET, SO_GROUP_PRIORITY) == 3
    expect WSAIoctl(s, SIO_GET_QOS) == 0 WSAIoctl(s, SIO_SET_QOS, 8) expect WSAIoctl(s, SIO_GET_QOS) == 8`;
	const reaching = (view: TraceView, to: string) =>
		view.calls('alice.switch', to).filter(({ args }) => /GROUP|QOS/.test(String(args.optname ?? args.dwIoControlCode)));

	it('goes to a provider that announces it', () => {
		const view = plays(connected(asks), 'qos on');
		assert.equal(reaching(view, 'alice.ib0').length, 5);
		assert.equal(reaching(view, 'alice.tcpip').length, 0);
	});

	it('stays with TCP/IP otherwise, which keeps the values', () => {
		const view = plays(connected(asks));
		assert.equal(reaching(view, 'alice.ib0').length, 0);
		assert.equal(reaching(view, 'alice.tcpip').length, 5);
	});

	it('that is set before connecting is set on the companion too', () => {
		const set = client('setsockopt(s, SOL_SOCKET, SO_GROUP_PRIORITY, 3) connect(s, 10.1.0.2:7000)');
		assert.equal(plays(set, 'qos on').calls('alice.switch', 'alice.ib0', 'WSPSetSockOpt').length, 1);
		assert.equal(plays(set).calls('alice.switch', 'alice.ib0', 'WSPSetSockOpt').length, 0);
	});
});

describe('WSAGetQOSByName (OPT-10)', () => {
	it('reaches a provider without quality of service, which fails it with WSAEOPNOTSUPP', () => {
		const view = plays(connected('WSAGetQOSByName(s, "G711") -> WSAEOPNOTSUPP'));
		const [call] = view.calls('alice.switch', 'alice.ib0', 'WSPGetQOSByName');
		assert.ok(call);
		const answer = view.returnOf(call);
		assert.equal(answer?.error, 'WSAEOPNOTSUPP');
		assert.ok(answer?.rules.includes('OPT-10'));
	});

	it('gives the template of one that announces quality of service, and only templates that there are', () => {
		const view = plays(
			connected('expect WSAGetQOSByName(s, "G711") > 0 WSAGetQOSByName(s, "none of these") -> WSAEINVAL'),
			'qos on',
		);
		assert.equal(view.calls('alice.switch', 'alice.ib0', 'WSPGetQOSByName').length, 2);
	});

	it('lists the built-in templates of the Windows SDK for an empty name, and knows each of them', () => {
		const names = ['G711', 'G723.1', 'G729', 'H263QCIF', 'H263CIF', 'H261QCIF', 'H261CIF', 'GSM6.10'];
		const each = names.map((name) => `expect WSAGetQOSByName(s, "${name}") > 0`).join(' ');
		const view = plays(connected(`expect WSAGetQOSByName(s, "") == 8 ${each}`), 'qos on');
		const [call] = view.calls('alice.switch', 'alice.ib0', 'WSPGetQOSByName');
		assert.ok(call);
		assert.deepEqual(view.returnOf(call)?.args.lpQOSName, names);
	});

	it('stays with TCP/IP where no SAN provider carries the connection, and fails on a closed socket', () => {
		const view = plays(
			client('connect(s, 192.168.7.2:7000) WSAGetQOSByName(s, "G711") -> WSAEINVAL').replace(
				'closesocket(s)',
				'closesocket(s) WSAGetQOSByName(s, "G711") -> WSAENOTSOCK',
			),
		);
		assert.equal(view.calls('alice.switch', 'alice.tcpip', 'WSPGetQOSByName').length, 1);
		assert.equal(view.calls('alice.switch', 'alice.ib0', 'WSPGetQOSByName').length, 0);
	});
});

describe('SO_DEBUG (OPT-11)', () => {
	const diagnostics = (view: TraceView) => view.all(({ name, from }) => name === 'diagnostic' && from === 'alice.ib0');

	it('lets the provider print what happens to the socket', () => {
		const printed = diagnostics(plays(client('setsockopt(s, SOL_SOCKET, SO_DEBUG, 1) connect(s, 10.1.0.2:7000)')));
		const texts = printed.map(({ args }) => String(args.text));
		assert.deepEqual(texts.slice(0, 2), ['bound → connecting', 'connecting → connected']);
		assert.ok(texts.some((text) => text.includes('WSA_OPERATION_ABORTED')) && texts.at(-1)?.endsWith('→ closed'));
		assert.ok(printed.every(({ rules }) => rules.includes('OPT-11')));
	});

	it('set and taken back again prints nothing any more; without it nothing is printed', () => {
		const off = 'setsockopt(s, SOL_SOCKET, SO_DEBUG, 1) setsockopt(s, SOL_SOCKET, SO_DEBUG, 0)';
		assert.deepEqual(diagnostics(plays(connected(off))), []);
		assert.deepEqual(diagnostics(plays(connected(''))), []);
	});
});

describe('Time limits of blocking calls (SO_RCVTIMEO, SO_SNDTIMEO)', () => {
	for (const [path, address] of [
		['a SAN', '10.1.0.2:7000'],
		['TCP/IP', '192.168.7.2:7000'],
	] as const) {
		it(`let a receive over ${path} fail with WSAETIMEDOUT, neither sooner nor later`, () => {
			plays(
				client(`connect(s, ${address}) setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 3ms)
    expect getsockopt(s, SOL_SOCKET, SO_RCVTIMEO) == 3ms
    let before = now() recv(s, 1) -> WSAETIMEDOUT expect now() - before == 3ms
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 0ms)`),
			);
		});

		it(`let a send over ${path} fail with WSAETIMEDOUT where the peer takes nothing`, () => {
			const text = `san fabric 10.1.0.0/16 { latency 5us }
lan office 192.168.7.0/24 { latency 20us }
host alice { nic ib0 on fabric at 10.1.0.1 nic eth0 on office at 192.168.7.1 }
host bob { nic ib0 on fabric at 10.1.0.2 nic eth0 on office at 192.168.7.2 }
scenario "t" {
  thread bob.server { let l = socket() bind(l, 0.0.0.0:7000) listen(l, 4) let p = accept(l) sleep 100ms closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, ${address}) setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, 3ms)
    ${path === 'a SAN' ? 'partition fabric' : 'partition office'}
    let before = now()
    send(s, fill(200_000, 1)) -> WSAETIMEDOUT
    expect now() - before ${path === 'a SAN' ? '>=' : '=='} 3ms expect now() - before < 1100ms
    closesocket(s) }
}`;
			playToSuccess(parsed(text), undefined, { seed: 2 });
		});
	}

	it('do not concern what is there already, a nonblocking socket, or an overlapped receive', () => {
		plays(
			connected(`setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 1ms) setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, 1ms)
    send(s, fill(100, 1)) ioctlsocket(s, FIONBIO, 1) recv(s, 1) -> WSAEWOULDBLOCK ioctlsocket(s, FIONBIO, 0)
    let o = WSAOVERLAPPED() WSARecv(s, 1, 0, o) -> WSA_IO_PENDING sleep 5ms expect not o.completed
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 0ms)`),
		);
	});
});

describe('SO_UPDATE_ACCEPT_CONTEXT', () => {
	const accepts = (statements: string) => `
  thread alice.listens { let l = socket() bind(l, 10.1.0.1:7001) setsockopt(l, SOL_SOCKET, SO_SNDBUF, 1234) listen(l, 4) let p = socket()
    setsockopt(p, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, l) -> WSAENOTCONN
    AcceptEx(l, p, 0) ${statements} closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) closesocket(s) }
  thread bob.client { sleep 100us let s = socket() connect(s, 10.1.0.1:7001) recv(s, 1) closesocket(s) }`;

	it('gives a socket of AcceptEx what an accepted one has: its names, its options, shutdown', () => {
		plays(
			accepts(`getpeername(p) -> WSAENOTCONN getsockname(p) -> WSAEINVAL shutdown(p, SD_SEND) -> WSAENOTCONN
    expect getsockopt(p, SOL_SOCKET, SO_SNDBUF) == 8192
    setsockopt(p, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, l)
    expect getpeername(p).ip == 10.1.0.2 expect getsockname(p) == 10.1.0.1:7001
    expect getsockopt(p, SOL_SOCKET, SO_SNDBUF) == 1234 shutdown(p, SD_SEND)`),
		);
	});

	it('wants the listening socket, and a socket of AcceptEx', () => {
		plays(
			accepts(`setsockopt(p, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, p) -> WSAEINVAL
    setsockopt(p, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, 9999) -> WSAENOTSOCK
    setsockopt(p, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, l)
    setsockopt(p, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, l) -> WSAEINVAL`),
		);
	});
});

describe('Events of control codes', () => {
	it('FD_QOS tells of another quality of service, and again only after SIO_GET_QOS', () => {
		plays(
			client(`let e = WSACreateEvent() WSAEventSelect(s, e, FD_QOS)
    WSAIoctl(s, SIO_SET_QOS, 3) WSAWaitForMultipleEvents([e], false, 1ms) -> 0
    let told = WSAEnumNetworkEvents(s, e) expect told.lNetworkEvents == FD_QOS expect told.iErrorCode[FD_QOS_BIT] == 0
    WSAIoctl(s, SIO_SET_QOS, 4) WSAWaitForMultipleEvents([e], false, 1ms) -> WSA_WAIT_TIMEOUT
    WSAIoctl(s, SIO_GET_QOS) WSAWaitForMultipleEvents([e], false, 1ms) -> WSA_WAIT_TIMEOUT
    WSAIoctl(s, SIO_SET_QOS, 4) WSAWaitForMultipleEvents([e], false, 1ms) -> WSA_WAIT_TIMEOUT
    WSAIoctl(s, SIO_SET_QOS, 5) WSAWaitForMultipleEvents([e], false, 1ms) -> 0
    WSAEventSelect(s, NULL, 0) ioctlsocket(s, FIONBIO, 0) connect(s, 10.1.0.2:7000)`),
		);
	});

	const twoCards = (statements: string, events: string) => `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 nic ib1 on fabric at 10.1.0.5 }
scenario "t" {
  ${events}
  thread alice.client { let s = socket() ${statements} closesocket(s) }
}`;

	it('SIO_ROUTING_INTERFACE_CHANGE ends when another card leads to the destination', () => {
		const waits = 'WSAIoctl(s, SIO_ROUTING_INTERFACE_CHANGE, 10.1.0.2) expect now() == 3ms';
		playToSuccess(parsed(twoCards(waits, 'down alice.ib0 at 3ms')));
		// The card that is not used anyway does not matter.
		const later = 'WSAIoctl(s, SIO_ROUTING_INTERFACE_CHANGE, 10.1.0.2) expect now() == 4ms';
		playToSuccess(parsed(twoCards(later, 'down alice.ib1 at 3ms up alice.ib1 at 3500us down alice.ib0 at 4ms')));
		const nowhere = 'WSAIoctl(s, SIO_ROUTING_INTERFACE_CHANGE, 10.1.0.2) -> WSAENETUNREACH';
		playToSuccess(parsed(twoCards(nowhere, 'down alice.ib1 at 1ms down alice.ib0 at 4ms')));
		playToSuccess(parsed(twoCards('WSAIoctl(s, SIO_ROUTING_INTERFACE_CHANGE) -> WSAEFAULT', '')));
	});

	it('… and on a nonblocking socket FD_ROUTING_INTERFACE_CHANGE tells it, once for each such call', () => {
		const events = `let e = WSACreateEvent() WSAEventSelect(s, e, FD_ROUTING_INTERFACE_CHANGE)
    WSAIoctl(s, SIO_ROUTING_INTERFACE_CHANGE, 10.1.0.2) -> WSAEWOULDBLOCK
    WSAWaitForMultipleEvents([e], false, 10ms) -> 0 expect now() == 3ms
    expect WSAEnumNetworkEvents(s, e).lNetworkEvents == FD_ROUTING_INTERFACE_CHANGE
    WSAWaitForMultipleEvents([e], false, 3ms) -> WSA_WAIT_TIMEOUT
    WSAIoctl(s, SIO_ROUTING_INTERFACE_CHANGE, 10.1.0.2) -> WSAEWOULDBLOCK
    WSAWaitForMultipleEvents([e], false, 10ms) -> 0
    expect WSAEnumNetworkEvents(s, e).iErrorCode[FD_ROUTING_INTERFACE_CHANGE_BIT] == WSAENETUNREACH`;
		playToSuccess(parsed(twoCards(events, 'down alice.ib0 at 3ms down alice.ib1 at 9ms')));
	});
});

describe('Control codes of applications', () => {
	it('give the list of addresses of TCP/IP, of all networks (ADDR-7)', () => {
		const view = plays(connected('expect WSAIoctl(s, SIO_ADDRESS_LIST_QUERY) == [10.1.0.1, 192.168.7.1]'));
		const asked = view.calls('alice.switch', 'alice.tcpip', 'WSPIoctl');
		assert.equal(asked.length, 1);
	});

	it('tell of a change of the list: to whoever waits, by an overlapped request, and by an event', () => {
		plays(`add 10.1.0.9 to alice.ib0 at 3ms
  thread alice.waiter { let s = socket() WSAIoctl(s, SIO_ADDRESS_LIST_CHANGE) expect now() == 3ms
    expect WSAIoctl(s, SIO_ADDRESS_LIST_QUERY) == [10.1.0.1, 10.1.0.9, 192.168.7.1] closesocket(s) }
  thread alice.overlapped { let s = socket() let o = WSAOVERLAPPED() WSAIoctl(s, SIO_ADDRESS_LIST_CHANGE, 0, o) -> WSA_IO_PENDING
    WSAGetOverlappedResult(s, o, false) -> WSA_IO_INCOMPLETE WSAGetOverlappedResult(s, o, true) expect now() == 3ms closesocket(s) }
  thread alice.event { let s = socket() let e = WSACreateEvent() WSAEventSelect(s, e, FD_ADDRESS_LIST_CHANGE)
    WSAIoctl(s, SIO_ADDRESS_LIST_CHANGE) -> WSAEWOULDBLOCK WSAWaitForMultipleEvents([e], false, 10ms) -> 0 expect now() == 3ms
    expect WSAEnumNetworkEvents(s, e).lNetworkEvents == FD_ADDRESS_LIST_CHANGE closesocket(s) }
  ${connected('')}`);
	});

	it('name the extensions of the switch, and no others', () => {
		plays(
			connected(`WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, "AcceptEx")
    WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, "WSPRdmaRead") -> WSAEINVAL
    WSAIoctl(s, 0x88000099) -> WSAEINVAL`),
		);
	});
});

describe('An application can ask', () => {
	it('how a nonblocking connect failed, once', () => {
		plays(`thread alice.other { let s = socket() ioctlsocket(s, FIONBIO, 1) connect(s, 10.1.0.2:9) -> WSAEWOULDBLOCK
    select([], [], [s]) expect getsockopt(s, SOL_SOCKET, SO_ERROR) == WSAECONNRESET expect getsockopt(s, SOL_SOCKET, SO_ERROR) == 0
    setsockopt(s, SOL_SOCKET, SO_ERROR, 0) -> WSAENOPROTOOPT closesocket(s) } ${connected('')}`);
	});

	it('for the addresses that AcceptEx took with the connection (EXT-1)', () => {
		const view = plays(`thread alice.server { let l = socket() bind(l, 10.1.0.1:7001) listen(l, 1) let p = socket()
    GetAcceptExSockaddrs(p) -> WSAENOTCONN
    AcceptEx(l, p, 0) let names = GetAcceptExSockaddrs(p) expect names.local == 10.1.0.1:7001 expect names.remote == 10.1.0.2:5000
    closesocket(p) closesocket(l) }
  thread bob.caller { sleep 100us let s = socket() bind(s, 10.1.0.2:5000) connect(s, 10.1.0.1:7001) recv(s, 1) closesocket(s) }
  ${connected('')}`);
		assert.equal(view.all(({ name, kind }) => name === 'GetAcceptExSockaddrs' && kind === 'call').length, 2);
	});
});

describe('Overlapped operations', () => {
	it('have a number that joins start, completion and result', () => {
		const view = plays(connected('send(s, fill(9000, 1))'));
		const number = ({ args }: { readonly args: Readonly<Record<string, unknown>> }) => args.overlapped;
		for (const host of ['alice', 'bob']) {
			const started = view
				.calls(`${host}.switch`, `${host}.ib0`)
				.filter(({ name }) => /^WSP(Send|Recv|RdmaRead|RdmaWrite)$/.test(name));
			assert.equal(new Set(started.map(number)).size, started.length);
			const ended = view.all(({ name, from }) => name === 'WPUCompleteOverlappedRequest' && from === `${host}.ib0`);
			assert.ok(ended.length > 0);
			for (const end of ended) {
				const start = started.find((call) => number(call) === number(end));
				assert.equal(start?.name, end.args.operation);
			}
		}
		const announced = view
			.calls('alice.switch', 'alice.ib0', 'WSPSend')
			.find(({ args }) => args.control === 'data with RDMA descriptor');
		assert.equal(announced?.args.amount, 9000);
	});

	it('of the application have one too, and show how many bytes they moved', () => {
		const view = plays(
			client(`connect(s, 10.1.0.2:7000) let o = WSAOVERLAPPED() WSASend(s, "hello", 0, o) -> WSA_IO_PENDING
    expect WSAGetOverlappedResult(s, o, true) == 5`),
		);
		const [call] = view.calls('alice.client', 'alice.switch', 'WSPSend');
		const [asked] = view.calls('alice.client', 'alice.switch', 'WSPGetOverlappedResult');
		assert.equal(call?.args.overlapped, asked?.args.overlapped);
		const result = view.all(
			({ name, kind, from }) => name === 'WSPGetOverlappedResult' && kind === 'return' && from === 'alice.switch',
		);
		assert.equal(result[0]?.args.cbTransfer, 5);
	});
});
