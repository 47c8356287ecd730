/** Faults of a scenario: calls of providers that end in another way, and networks, NICs and hosts that fail. */

import assert from 'node:assert/strict';
import { failures, parsed, play, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

const lab = `
san fabric 10.1.0.0/16 { latency 5us }
lan office 192.168.7.0/24 { latency 200us }
host alice {
  nic ib0 on fabric at 10.1.0.1 { credits 3 connectTimeout 100ms }
  nic eth0 on office at 192.168.7.1
}
host bob {
  nic ib0 on fabric at 10.1.0.2 { credits 3 }
  nic eth0 on office at 192.168.7.2
}
function serve(count) {
  let listener = socket()
  bind(listener, 0.0.0.0:7000)
  listen(listener, 4)
  repeat count {
    let peer = accept(listener)
    while length(try recv(peer, 100)) == 3 { }
    closesocket(peer)
  }
  closesocket(listener)
}
`;

function scenario(items: string) {
	return parsed(`${lab} scenario "t" { ${items} }`);
}

/** Plays with several seeds; returns the last trace. */
function passes(items: string): TraceView {
	const file = scenario(items);
	let view: TraceView | undefined;
	for (const seed of [1, 2, 3, 4]) view = TraceView.of(playToSuccess(file, undefined, { seed }).reader);
	return view as TraceView;
}

function fails(items: string): string {
	return failures(play(scenario(items), undefined, { seed: 1 })).join();
}

const server = 'thread bob.server { serve(1) }';
const client = (statements: string, name = 'client') =>
	`thread alice.${name} { sleep 100us let s = socket() ${statements} closesocket(s) }`;
const connects = client('connect(s, 10.1.0.2:7000)');

const connectSignals = (view: TraceView) =>
	view.all(
		({ kind, name, from, args }) =>
			kind === 'signal' && name === 'SetEvent' && from === 'alice.ib0' && args.announces === 'FD_CONNECT',
	);

describe('A fault of a call', () => {
	it('delays the end of a connect', () => {
		passes(
			`fault alice.ib0 WSPConnect: pending 5ms, then success ${server} ${client('connect(s, 10.1.0.2:7000) expect now() >= 5ms expect s.provider == "ib0"')}`,
		);
	});

	it('ends a connect with an error after a time', () => {
		passes(
			`fault alice.ib0 WSPConnect: pending 5ms, then WSAECONNREFUSED ${client('connect(s, 10.1.0.2:7000) -> WSAECONNREFUSED expect now() >= 5ms')}`,
		);
	});

	it('lets a connect pend for ever: the switch gives up after its guard time', () => {
		const view = passes(
			`fault alice.ib0 WSPConnect: pending forever ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "tcpip" expect now() > 20s')}`,
		);
		assert.deepEqual(view.calls('alice.switch', 'alice.ib0', 'WSPEnumNetworkEvents'), []);
		assert.equal(view.calls('alice.switch', 'alice.ib0', 'WSPCloseSocket').length, 1);
	});

	it('applies to the nth call only', () => {
		const three = `thread bob.server { serve(2) } thread alice.client { sleep 100us repeat 3 as i {
      let s = socket()
      if i == 1 { connect(s, 10.1.0.2:7000) -> WSAECONNREFUSED } else { connect(s, 10.1.0.2:7000) }
      closesocket(s)
    } }`;
		passes(`fault alice.ib0 WSPConnect on call 2: WSAECONNREFUSED ${three}`);
		passes(`fault alice.ib0 WSPConnect #2: WSAECONNREFUSED ${three}`);
	});

	it('applies to a range of calls, also without an end', () => {
		const calls = (refused: string) => `thread bob.server { serve(2) } thread alice.client { sleep 100us repeat 4 as i {
      let s = socket()
      if ${refused} { connect(s, 10.1.0.2:7000) -> WSAECONNREFUSED } else { connect(s, 10.1.0.2:7000) }
      closesocket(s)
    } }`;
		passes(`fault alice.ib0 WSPConnect on calls 2..3: WSAECONNREFUSED ${calls('i == 1 or i == 2')}`);
		passes(`fault alice.ib0 WSPConnect on calls 3..: WSAECONNREFUSED ${calls('i >= 2')}`);
	});

	it('applies to one destination only', () => {
		passes(`fault alice.ib0 WSPConnect to 10.1.0.2:9: WSAECONNREFUSED ${server}
      ${connects} ${client('connect(s, 10.1.0.2:9) -> WSAECONNREFUSED', 'other')} ${client('connect(s, 10.1.0.2:10) -> WSAECONNRESET', 'third')}`);
		passes(
			`fault alice.ib0 WSPConnect to 10.1.0.2: WSAECONNREFUSED ${client('connect(s, 10.1.0.2:10) -> WSAECONNREFUSED')}`,
		);
	});

	it('applies from a time on, for a time', () => {
		passes(`fault alice.ib0 WSPConnect at 1ms for 1ms: WSAECONNREFUSED thread bob.server { serve(2) }
      ${connects}
      ${client('sleep 1ms connect(s, 10.1.0.2:7000) -> WSAECONNREFUSED', 'during')}
      ${client('sleep 3ms connect(s, 10.1.0.2:7000)', 'after')}`);
	});

	it('applies from the statement on where a thread states it', () => {
		passes(`thread bob.server { serve(1) } thread alice.client { sleep 100us
      let s = socket() connect(s, 10.1.0.2:7000) closesocket(s)
      fault alice.ib0 WSPConnect: WSAECONNREFUSED
      let t = socket() connect(t, 10.1.0.2:7000) -> WSAECONNREFUSED closesocket(t) }`);
	});

	it('signals the event of a connect twice, or never', () => {
		const twice = passes(`fault alice.ib0 WSPConnect: signal twice ${server} ${connects}`);
		assert.equal(connectSignals(twice).length, 2);
		const never = passes(
			`fault alice.ib0 WSPConnect: signal never ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "tcpip"')}`,
		);
		assert.deepEqual(connectSignals(never), []);
	});

	it('makes a call fail without doing its work', () => {
		const view = passes(
			`fault alice.ib0 WSPEventSelect: return WSAENOBUFS ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "tcpip"')}`,
		);
		assert.deepEqual(view.calls('alice.switch', 'alice.ib0', 'WSPConnect'), []);
		assert.equal(view.calls('alice.switch', 'alice.ib0', 'WSPCloseSocket').length, 1);
	});

	it('makes the session impossible: the connect fails, without TCP/IP', () => {
		const failing = (call: string, error: string) => {
			const view =
				passes(`fault alice.ib0 ${call}: return ${error} thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 4) sleep 1ms closesocket(l) }
      ${client(`connect(s, 10.1.0.2:7000) -> ${error}`)}`);
			assert.deepEqual(view.calls('alice.switch', 'alice.tcpip', 'WSPConnect'), []);
			assert.equal(view.calls('alice.switch', 'alice.ib0', 'WSPCloseSocket').length, 1);
		};
		failing('WSPRegisterMemory', 'WSAENOBUFS');
		failing('WSPRecv', 'WSAENOBUFS');
		failing('WSPSend', 'WSAENOBUFS');
	});

	it("of the peer's listening socket leaves TCP/IP listening alone", () => {
		for (const call of ['WSPSocket', 'WSPBind', 'WSPListen', 'WSPEventSelect']) {
			const view = passes(
				`fault bob.ib0 ${call}: return WSAENOBUFS ${server} ${client('connect(s, 192.168.7.2:7000) expect s.provider == "tcpip"')}`,
			);
			const [made, closed] = ['WSPSocket', 'WSPCloseSocket'].map(
				(name) => view.calls('bob.switch', 'bob.ib0', name).length,
			);
			assert.equal(closed, call === 'WSPSocket' ? 0 : made);
		}
	});

	it('of TCP/IP reaches the program', () => {
		passes(`fault alice.tcpip WSPConnect: WSAENETDOWN ${client('connect(s, 192.168.7.2:7000) -> WSAENETDOWN')}`);
		passes('fault alice.tcpip WSPSocket: return WSAEMFILE thread alice.client { socket() -> WSAEMFILE }');
	});

	it('stated in the block of a NIC or host belongs to it', () => {
		const file =
			parsed(`san fabric 10.1.0.0/16 host alice { nic ib0 on fabric at 10.1.0.1 { fault WSPConnect: WSAECONNREFUSED } }
host bob { nic ib0 on fabric at 10.1.0.2 fault ib0 WSPConnect: WSAEHOSTUNREACH }
scenario "t" {
  thread alice.client { let s = socket() connect(s, 10.1.0.2:9) -> WSAECONNREFUSED closesocket(s) }
  thread bob.client { let s = socket() connect(s, 10.1.0.1:9) -> WSAEHOSTUNREACH closesocket(s) }
}`);
		playToSuccess(file);
	});
});

describe('A fault of the network', () => {
	it('loses a native message: the request times out and TCP/IP connects', () => {
		for (const message of ['NativeConnectRequest', 'NativeAccept']) {
			const view = passes(
				`drop message ${message} #1 ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "tcpip"')}`,
			);
			assert.equal(view.all(({ name }) => name === 'message lost').length, 1, message);
		}
	});

	it('delays a message', () => {
		passes(
			`delay message NativeConnectRequest by 2ms ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "ib0" expect now() > 2ms')}`,
		);
		passes(
			`delay message #1 from alice to bob by 2ms ${server} ${client('connect(s, 10.1.0.2:7000) expect now() > 2ms')}`,
		);
	});

	it('repeats a connect request: the connection still comes about once', () => {
		const view = passes(
			`duplicate message NativeConnectRequest #1 ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "ib0"')}`,
		);
		assert.equal(connectSignals(view).length, 1);
	});

	it('cuts a network off and heals it', () => {
		passes(`partition fabric for 50ms ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "tcpip"')}`);
		passes(`partition fabric for 50us ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "ib0"')}`);
	});

	it('cuts two hosts off from each other', () => {
		passes(
			`partition alice from bob for 50ms ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "tcpip" expect now() > 100ms')}`,
		);
	});

	it('takes a NIC down and up again', () => {
		passes(`down bob.ib0 for 50ms ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "tcpip"')}`);
		passes(`down bob.ib0 ${server} ${client('connect(s, 192.168.7.2:7000)')}`);
		passes(
			`down alice.ib0 up alice.ib0 at 50us ${server} ${client('connect(s, 10.1.0.2:7000) expect s.provider == "ib0"')}`,
		);
	});

	it('crashes a host: nobody answers any more', () => {
		assert.match(
			fails(
				`crash bob at 50us thread bob.server { let l = socket() bind(l, 0.0.0.0:7000) listen(l, 1) accept(l) } ${client('connect(s, 10.1.0.2:7000) -> WSAETIMEDOUT')}`,
			),
			/^(line \d+: deadlock: nothing can happen any more, but bob\.server waits for TCP\/IP socket 100 \(line \d+\))?$/,
		);
	});
});
