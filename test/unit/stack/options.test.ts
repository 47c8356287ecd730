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
    WSAIoctl(s, SIO_ROUTING_INTERFACE_CHANGE) -> WSAEOPNOTSUPP`),
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
