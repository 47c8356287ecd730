/** What comes and goes while applications run: SAN providers, addresses, links, hosts. */

import assert from 'node:assert/strict';
import { failures, parsed, play, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

const lab = (alice = '', bob = '') => `
san fabric 10.1.0.0/16 { latency 5us }
lan office 192.168.7.0/24 { latency 20us }
host alice { nic ib0 on fabric at 10.1.0.1 { connectTimeout 2ms ${alice} } nic eth0 on office at 192.168.7.1 }
host bob { nic ib0 on fabric at 10.1.0.2 { ${bob} } nic eth0 on office at 192.168.7.2 }
function serve(address, count) {
  let l = socket()
  bind(l, address)
  listen(l, 4)
  repeat count {
    let p = accept(l)
    while length(try recv(p, 100)) == 4 { }
    closesocket(p)
  }
  closesocket(l)
}
function pinged(address) {
  let s = socket()
  connect(s, address)
  send(s, "ping")
  let by = s.provider
  closesocket(s)
  return by
}
`;

function plays(topology: string, items: string, violations: readonly string[] = []): TraceView {
	const file = parsed(`${topology} scenario "t" { ${items} }`);
	let view: TraceView | undefined;
	for (const seed of [1, 2, 3]) {
		const run = playToSuccess(file, undefined, { seed });
		assert.deepEqual([...new Set(run.violations.map(({ rule }) => rule))], violations);
		view = TraceView.of(run.reader);
	}
	return view as TraceView;
}

const names = (view: TraceView, from: string, to: string) =>
	view.all((r) => r.kind === 'call' && r.from === from && r.to === to).map(({ name }) => name);

describe('A SAN provider that is installed during a run (INST-5, INST-6)', () => {
	it('serves connects from then on', () => {
		const view = plays(
			lab('installed off'),
			`install alice.ib0 at 1ms
  thread bob.server { serve(0.0.0.0:7000, 2) }
  thread alice.client { sleep 100us expect pinged(10.1.0.2:7000) == "tcpip" sleep 1ms expect pinged(10.1.0.2:7000) == "ib0" }`,
		);
		const calls = names(view, 'alice.switch', 'alice.ib0');
		assert.deepEqual(calls.slice(0, 2), ['WSPStartupEx', 'WSPIoctl']);
		const start = view.all(({ name }) => name === 'WSPStartupEx').find(({ to }) => to === 'alice.ib0');
		assert.equal(start?.time, 1_000_000);
		for (const name of ['WSAProviderConfigChange', 'WSCEnumProtocols']) {
			const [seen] = view.all((r) => r.name === name && r.from === 'alice.switch');
			assert.ok(seen && start && seen.seq < start.seq, name);
		}
	});

	it('gets the sockets that listen on the wildcard', () => {
		const view = plays(
			lab('', 'installed off'),
			`install bob.ib0 at 1ms
  thread bob.server { serve(0.0.0.0:7000, 2) }
  thread alice.client { sleep 100us expect pinged(10.1.0.2:7000) == "tcpip" sleep 4ms expect pinged(10.1.0.2:7000) == "ib0" }`,
		);
		const after = view.all(
			(r) => r.kind === 'call' && r.to === 'bob.ib0' && r.from === 'bob.switch' && r.time === 1_000_000,
		);
		const listening = after.map(({ name }) => name).slice(-4);
		assert.deepEqual(listening, ['WSPSocket', 'WSPBind', 'WSPListen', 'WSPEventSelect']);
		assert.equal(after.find(({ name }) => name === 'WSPBind')?.args.name, '0.0.0.0:7000');
	});

	it('that was not there answers nobody: the peer falls back (FALLBACK-9)', () => {
		plays(
			lab('', 'installed off'),
			`thread bob.server { serve(10.1.0.2:7000, 1) }
  thread alice.client { sleep 100us expect pinged(10.1.0.2:7000) == "tcpip" expect now() >= 2ms }`,
		);
	});

	it('in a thread, and for a time', () => {
		plays(
			lab('installed off'),
			`thread bob.server { serve(0.0.0.0:7000, 3) }
  thread alice.client { sleep 100us install alice.ib0 for 1ms sleep 1us expect pinged(10.1.0.2:7000) == "ib0"
    sleep 2ms expect pinged(10.1.0.2:7000) == "tcpip" install alice.ib0 sleep 1us expect pinged(10.1.0.2:7000) == "ib0" }`,
		);
	});
});

describe('A SAN provider that is removed during a run', () => {
	it('keeps its connections, and gets no new ones', () => {
		const view = plays(
			lab(),
			`thread bob.server { serve(0.0.0.0:7000, 2) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) expect s.provider == "ib0"
    uninstall alice.ib0 sleep 1us
    send(s, "ping") closesocket(s) sleep 1ms expect pinged(10.1.0.2:7000) == "tcpip" }`,
		);
		// Cleaned up with its last socket, not only at the end of the process.
		const calls = names(view, 'alice.switch', 'alice.ib0');
		assert.deepEqual(calls.slice(-2), ['WSPCloseSocket', 'WSPCleanup']);
		assert.equal(calls.filter((name) => name === 'WSPCleanup').length, 1);
	});

	it('stops listening: peers come over TCP/IP', () => {
		const view = plays(
			lab(),
			`uninstall bob.ib0 at 1ms
  thread bob.server { serve(0.0.0.0:7000, 2) }
  thread alice.client { sleep 100us expect pinged(10.1.0.2:7000) == "ib0" sleep 2ms expect pinged(10.1.0.2:7000) == "tcpip" }`,
		);
		const closed = view.all(
			(r) => r.kind === 'call' && r.name === 'WSPCloseSocket' && r.to === 'bob.ib0' && r.time === 1_000_000,
		);
		assert.equal(closed.length, 1);
	});
});

describe('The addresses of a SAN provider that is removed', () => {
	const two = `
san fabric 10.1.0.0/16, fd00::/64 { latency 5us }
san second 10.2.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1, fd00::1 nic ib1 on second at 10.2.0.1 }
`;
	const idles = 'thread alice.client { let s = socket() sleep 5ms closesocket(s) }';

	it('leave its driver and the table, and come back with it: those that TCP/IP has then (ADDR-2, ADDR-5)', () => {
		const view = plays(
			two,
			`uninstall alice.ib0 at 1ms
  remove fd00::1 from alice.ib0 at 2ms
  add 10.1.0.9 to alice.ib0 at 2ms
  install alice.ib0 at 3ms ${idles}`,
		);
		const lists = (name: string, field: string) =>
			view
				.all((r) => r.kind === 'state' && r.name === name && r.args.field === field)
				.map(({ time, args }) => `${time / 1_000_000} ms: ${JSON.stringify(args.after)}`);
		assert.deepEqual(lists('alice.ib0.proxy addresses', 'list').slice(-4), [
			'0 ms: ["10.1.0.1","fd00::1"]',
			'1 ms: []',
			'3 ms: ["10.1.0.1"]',
			'3 ms: ["10.1.0.1","10.1.0.9"]',
		]);
		const tables = lists('alice.switch table', 'entries');
		const without = tables.find((line) => line.startsWith('1 ms')) ?? '';
		assert.match(without, /10\.2\.0\.1/);
		assert.doesNotMatch(without, /ib0/);
		assert.match(tables.at(-1) ?? '', /10\.1\.0\.9/);
		assert.doesNotMatch(tables.at(-1) ?? '', /fd00::1/);
	});

	it('do not end the watch over the table of the switch (ADDR-8)', () => {
		const renewals = (items: string) => {
			const run = playToSuccess(parsed(`${two} scenario "t" { ${items} ${idles} }`), undefined, { seed: 1 });
			assert.deepEqual(run.violations, []);
			return run.ruleResults().get('ADDR-8')?.kept ?? 0;
		};
		const removed = 'uninstall alice.ib0 at 1ms';
		assert.equal(renewals(`${removed} add 10.2.0.9 to alice.ib1 at 2ms`), renewals(removed) + 1);
	});
});

describe('Addresses', () => {
	it('that are added can be connected from and to, and are found over the SAN', () => {
		const view = plays(
			lab(),
			`add 10.1.0.9 to bob.ib0 at 1ms
  thread bob.server { sleep 2ms serve(10.1.0.9:7000, 1) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.9:7000) -> WSAEHOSTUNREACH closesocket(s)
    sleep 3ms expect pinged(10.1.0.9:7000) == "ib0" }`,
		);
		const told = view.all(
			(r) => r.kind === 'call' && r.name === 'ClientPnPAddNetAddress' && r.args.address === '10.1.0.9',
		);
		assert.deepEqual(
			told.map(({ args, to }) => [to, args.own]),
			[['bob.ib0.proxy', true]],
		);
		const again = view.all(
			(r) => r.kind === 'call' && r.name === 'WSPIoctl' && r.to === 'bob.ib0' && r.time === 1_000_000,
		);
		assert.equal(again.length, 1, 'ADDR-8: the switch asks again');
	});

	it('that are removed are not there any more', () => {
		plays(
			lab(),
			`remove 10.1.0.1 from alice.ib0 at 1ms
  thread bob.server { serve(0.0.0.0:7000, 1) }
  thread alice.client { sleep 100us expect pinged(10.1.0.2:7000) == "ib0" sleep 2ms
    let s = socket() bind(s, 10.1.0.1:5000) -> WSAEADDRNOTAVAIL
    expect WSAIoctl(s, SIO_ADDRESS_LIST_QUERY) == [192.168.7.1] closesocket(s) }`,
		);
	});

	it('that are removed carry no TCP connection any more: both ends give up when they send', () => {
		const view = plays(
			lab(),
			`remove 192.168.7.1 from alice.eth0 at 5ms
  thread bob.server { let l = socket() bind(l, 192.168.7.2:7000) listen(l, 1) let p = accept(l) sleep 10ms
    send(p, "never") let got = try recv(p, 4) expect got == WSAETIMEDOUT expect now() > 10s closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 192.168.7.2:7000) expect s.provider == "tcpip" sleep 10ms
    send(s, "gone") let got = try recv(s, 4) expect got == WSAETIMEDOUT expect now() > 10s closesocket(s) }`,
		);
		const lost = view.all((r) => r.name === 'message lost' && r.args.reason === 'address removed');
		assert.deepEqual(new Set(lost.map(({ from }) => from)), new Set(['alice.tcpip']));
	});

	it('that come back in time carry it again', () => {
		plays(
			lab(),
			`remove 192.168.7.1 from alice.eth0 at 5ms
  add 192.168.7.1 to alice.eth0 at 500ms
  thread bob.server { let l = socket() bind(l, 192.168.7.2:7000) listen(l, 1) let p = accept(l)
    expect recv(p, 9) == "late" expect now() > 500ms closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 192.168.7.2:7000) sleep 10ms
    send(s, "late") expect length(recv(s, 4)) == 0 closesocket(s) }`,
		);
	});

	it('that come back with their link let a listening socket listen on the SAN (ADDR-8)', () => {
		plays(
			lab(),
			`down bob.ib0 at 500us up bob.ib0 at 1ms
  thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) sleep 700us listen(l, 4)
    let late = socket() bind(late, 10.1.0.2:7001) -> WSAEADDRNOTAVAIL closesocket(late)
    let p = accept(l) recv(p, 4) closesocket(p) closesocket(l) }
  thread alice.client { sleep 2ms expect pinged(10.1.0.2:7000) == "ib0" }`,
		);
	});
});

describe('The other end of a connection', () => {
	const waits = (statements: string) =>
		`thread bob.server { let l = socket() bind(l, 0.0.0.0:7000) listen(l, 1) let p = accept(l) ${statements} closesocket(p) closesocket(l) }`;
	const idle =
		'thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) try recv(s, 1) closesocket(s) }';

	it('hears of a crash, over a SAN', () => {
		plays(lab(), `crash alice at 1ms ${waits('recv(p, 1) -> WSAECONNRESET expect now() > 1s')} ${idle}`);
	});

	it('hears of a partition that lasts, though nobody sends', () => {
		for (const cut of ['fabric', 'alice', 'alice from bob']) {
			plays(lab(), `partition ${cut} at 1ms ${waits('recv(p, 1) -> WSAECONNRESET expect now() > 1s')} ${idle}`);
		}
	});

	it('hears nothing of one that ends in time', () => {
		plays(lab(), `partition fabric at 1ms for 2ms ${waits('sleep 2s send(p, "x")')} ${idle}`);
	});

	it('hears of a close that a partition swallowed', () => {
		plays(
			lab(),
			`partition fabric at 1ms for 50ms ${waits('recv(p, 1) -> WSAECONNRESET')}
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) sleep 2ms send(s, "lost") closesocket(s) }`,
		);
	});

	it('waits for ever where TCP would, and the run says so', () => {
		const file = parsed(`${lab()} scenario "t" { crash alice at 1ms ${waits('recv(p, 1)')}
  thread alice.client { sleep 100us let s = socket() connect(s, 192.168.7.2:7000) recv(s, 1) } }`);
		assert.match(failures(play(file)).join(), /deadlock: .*bob\.server waits for TCP\/IP socket \d+ in WSPRecv/);
	});

	it('of a host that was cut off is reached again afterwards; nobody else was cut off', () => {
		const three = `${lab()} host carol { nic ib0 on fabric at 10.1.0.3 { connectTimeout 2ms } }`;
		plays(
			three,
			`partition alice at 1ms heal alice at 9ms
  thread bob.server { serve(0.0.0.0:7000, 2) }
  thread carol.client { sleep 2ms expect pinged(10.1.0.2:7000) == "ib0" expect now() < 3ms }
  thread alice.client { sleep 10ms expect pinged(10.1.0.2:7000) == "ib0" }`,
		);
	});
});
