/**
 * The 34 rules of the page "Initiating a Connection", each shown by a trace: one scenario or more, and what the records
 * must say. Every rule is looked at under several seeds.
 */

import assert from 'node:assert/strict';
import { seedRules } from '../../server/rules/ruleBook';
import type { TraceRecord } from '../../server/trace';
import { parseSocketAddress } from '../../server/winsock/address';
import { parsed, playToSuccess } from './play';
import { TraceView } from './traceView';

/** alice and bob on a SAN and on a LAN; carol's SAN card speaks only NDIS; alice has a second SAN card. */
const lab = `
san fabric 10.1.0.0/16, fd00::/64 { latency 5us }
san second 10.2.0.0/16 { latency 5us }
lan office 192.168.7.0/24 { latency 200us }
host alice {
  nic ib0 on fabric at 10.1.0.1, fd00::1 { credits 3 connectTimeout 100ms }
  nic ib1 on second at 10.2.0.1 { credits 3 }
  nic eth0 on office at 192.168.7.1
}
host bob {
  nic ib0 on fabric at 10.1.0.2, fd00::2 { credits 3 }
  nic ib1 on second at 10.2.0.2 { credits 3 }
  nic eth0 on office at 192.168.7.2
}
host carol { nic ib0 on fabric at 10.1.0.3 { ndis only } }
function nobody() { return CF_REJECT }
function serveOne(address) {
  let listener = socket()
  bind(listener, address)
  listen(listener, 4)
  let peer = accept(listener)
  let heard = recv(peer, 100)
  if length(heard) > 0 { send(peer, heard) }
  closesocket(peer)
  closesocket(listener)
}
`;

/** A client on alice that connects, speaks and closes, and a server on bob. */
function connection(items = '', client = 'connect(s, 10.1.0.2:7000)', server = 'serveOne(10.1.0.2:7000)'): string {
	return `${items}
  thread bob.server { ${server} }
  thread alice.client { sleep 100us let s = socket() ${client} closesocket(s) }`;
}

/** A client on alice that finds nobody. */
function alone(client: string, items = ''): string {
	return `${items} thread alice.client { let s = socket() ${client} closesocket(s) }`;
}

const speaking = 'connect(s, 10.1.0.2:7000) send(s, "hello") expect recv(s, 5) == "hello"';
const polling = `ioctlsocket(s, FIONBIO, 1)
  connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK
  while try connect(s, 10.1.0.2:7000) == WSAEALREADY { sleep 1us }
  connect(s, 10.1.0.2:7000) -> WSAEISCONN
  repeat 3 { connect(s, 10.1.0.2:7000) -> WSAEISCONN }`;
const backlogFull = `
  configure bob { accept lazily }
  thread bob.server {
    let listener = socket() bind(listener, 10.1.0.2:7000) listen(listener, 1) sleep 1ms
    closesocket(accept(listener)) closesocket(listener)
  }
  thread alice.early { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) closesocket(s) }
  thread alice.client { sleep 200us let s = socket() connect(s, 10.1.0.2:7000) -> WSAECONNREFUSED closesocket(s) }`;
const rejected = connection(
	'',
	'connect(s, 10.1.0.2:7000) -> WSAECONNREFUSED',
	`let l = socket() bind(l, 10.1.0.2:7000) setsockopt(l, SOL_SOCKET, SO_CONDITIONAL_ACCEPT, 1) listen(l, 4)
  WSAAccept(l, nobody) -> WSAECONNREFUSED closesocket(l)`,
);
const ndisOnly = `
  thread carol.server { serveOne(10.1.0.3:7000) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.3:7000) closesocket(s) }`;

const seeds = [1, 2, 3, 4, 5];

/** Plays a scenario with several seeds; each must pass and show what `look` asserts. */
function shows(items: string, look: (trace: TraceView) => void): void {
	const file = parsed(`${lab} scenario "rule" { ${items} }`);
	for (const seed of seeds) {
		const trace = TraceView.of(playToSuccess(file, undefined, { seed }).reader);
		try {
			look(trace);
		} catch (error) {
			if (error instanceof assert.AssertionError) error.message = `seed ${seed}: ${error.message}`;
			throw error;
		}
	}
}

/** What a provider was asked while the process ran. Its end brings one WSPCleanup (CLEAN-1), and nothing else. */
function asked(trace: TraceView, provider: string, name?: string): readonly TraceRecord[] {
	const end = only(trace.all((record) => record.name === 'process ends' && record.from === 'alice.switch')).seq;
	const calls = trace.calls('alice.switch', provider);
	assert.deepEqual(
		calls.filter(({ seq }) => seq > end).map((call) => call.name),
		['WSPCleanup'],
	);
	return calls.filter((call) => call.seq < end && (name === undefined || call.name === name));
}

const toSan = (trace: TraceView, name?: string) => asked(trace, 'alice.ib0', name);
const toTcpip = (trace: TraceView, name?: string) => asked(trace, 'alice.tcpip', name);
const ofApplication = (trace: TraceView, name?: string) => trace.calls('alice.client', 'alice.switch', name);

function only<T>(items: readonly T[]): T {
	assert.equal(items.length, 1);
	return items[0] as T;
}

function returned(trace: TraceView, call: TraceRecord): TraceRecord {
	const found = trace.returnOf(call);
	assert.ok(found, `${trace.text(call)} has not returned`);
	return found;
}

/** Records come in this order. */
function ascending(...records: readonly TraceRecord[]): void {
	const order = records.map(({ seq }) => seq);
	assert.deepEqual(
		order,
		[...order].sort((a, b) => a - b),
		records.map(({ name, seq }) => `${name} #${seq}`).join(', '),
	);
	assert.equal(new Set(order).size, order.length);
}

const signalsOfConnect = (trace: TraceView) =>
	trace.all(
		({ kind, name, from, args }) =>
			kind === 'signal' && name === 'SetEvent' && from === 'alice.ib0' && args.announces === 'FD_CONNECT',
	);

const native = (trace: TraceView, name: string) =>
	trace.all((record) => record.kind === 'message' && record.name === name);

/** Each rule with what shows it. */
const demonstrations: Readonly<Record<string, () => void>> = {
	'SWITCH-1': () =>
		shows(connection(), (trace) => {
			const connect = only(ofApplication(trace, 'WSPConnect'));
			const lookup = only(trace.all(({ name }) => name === 'subnet table lookup'));
			assert.equal(lookup.within, connect.seq);
			assert.equal(lookup.args.destination, connect.args.name);
			assert.equal(lookup.args.subnet, '10.1.0.0/16');
			// The decision comes first: no provider was called in between.
			assert.deepEqual(
				trace.between(connect.seq, lookup.seq).filter(({ kind }) => kind === 'call'),
				[],
			);
		}),
	'SWITCH-2': () =>
		shows(connection('', 'connect(s, 10.2.0.2:7000)', 'serveOne(10.2.0.2:7000)'), (trace) => {
			const calls = trace.calls('alice.switch', 'alice.ib1');
			assert.deepEqual(
				calls.slice(0, 2).map(({ name }) => name),
				['WSPSocket', 'WSPBind'],
			);
			assert.equal(calls[1]?.args.s, returned(trace, calls[0] as TraceRecord).result);
			assert.deepEqual(toSan(trace), []);
		}),
	'SWITCH-3': () =>
		shows(connection(), (trace) => {
			const connect = only(toSan(trace, 'WSPConnect'));
			assert.equal(connect.args.s, returned(trace, only(toSan(trace, 'WSPSocket'))).result);
			assert.equal(connect.args.name, only(ofApplication(trace, 'WSPConnect')).args.name);
			assert.equal(connect.within, only(ofApplication(trace, 'WSPConnect')).seq);
			assert.deepEqual(toTcpip(trace, 'WSPConnect'), []);
		}),
	'BIND-2': () =>
		shows(connection('', 'setsockopt(s, SOL_SOCKET, SO_DEBUG, 1) connect(s, 10.1.0.2:7000)'), (trace) => {
			assert.deepEqual(
				toSan(trace)
					.slice(0, 5)
					.map(({ name }) => name),
				['WSPSocket', 'WSPBind', 'WSPSetSockOpt', 'WSPEventSelect', 'WSPConnect'],
			);
			const bound = trace.change('alice.tcpip socket 100', 'local', 0);
			assert.equal(only(toSan(trace, 'WSPBind')).args.name, bound?.args.after);
		}),
	'CONN-1': () => {
		const nonblocking = (trace: TraceView) =>
			assert.equal(returned(trace, only(toSan(trace, 'WSPConnect'))).error, 'WSAEWOULDBLOCK');
		shows(connection(), (trace) => {
			nonblocking(trace);
			assert.equal(returned(trace, only(ofApplication(trace, 'WSPConnect'))).error, undefined);
		});
		shows(connection('', polling), nonblocking);
	},
	'CONN-2': () =>
		shows(connection(), (trace) => {
			const select = only(toSan(trace, 'WSPEventSelect'));
			assert.equal(select.args.lNetworkEvents, 'FD_CONNECT');
			assert.equal(select.args.s, only(toSan(trace, 'WSPConnect')).args.s);
			const use = trace.change(`alice.switch event ${String(select.args.hEventObject)}`, 'use', 0);
			assert.match(String(use?.args.after), /^FD_CONNECT of socket/);
		}),
	'CONN-3': () =>
		shows(connection(), (trace) => {
			const select = only(toSan(trace, 'WSPEventSelect'));
			// It subscribes,
			assert.equal(
				trace.change(`alice.ib0 socket ${String(select.args.s)}`, 'eventMask', select.seq)?.args.after,
				'FD_CONNECT',
			);
			assert.equal(only(signalsOfConnect(trace)).args.hEvent, select.args.hEventObject);
			// and it makes the connect nonblocking: the call returns before the peer has been asked.
			const connect = returned(trace, only(toSan(trace, 'WSPConnect')));
			assert.equal(connect.error, 'WSAEWOULDBLOCK');
			ascending(select, connect, only(native(trace, 'native connect request')));
		}),
	'CONN-4': () =>
		shows(connection(), (trace) => {
			const select = returned(trace, only(toSan(trace, 'WSPEventSelect')));
			assert.equal(select.error, undefined);
			ascending(select, only(toSan(trace, 'WSPConnect')));
		}),
	'CONN-5': () => {
		for (const [address, family] of [
			['10.1.0.2:7000', 'AF_INET'],
			['[fd00::2]:7000', 'AF_INET6'],
		] as const) {
			shows(connection('', `connect(s, ${address})`, `serveOne(${address})`), (trace) => {
				const { name } = only(toSan(trace, 'WSPConnect')).args;
				assert.equal(name, address);
				assert.equal(parseSocketAddress(String(name))?.ip.family, family);
			});
		}
	},
	'CONN-6': () =>
		shows(connection(), (trace) => {
			const connect = only(toSan(trace, 'WSPConnect'));
			const asked = only(trace.calls('alice.ib0', 'alice.ib0.proxy').filter(({ within }) => within === connect.seq));
			assert.equal(asked.args.address, '10.1.0.2');
			assert.match(String(returned(trace, asked).result), /^node \d+$/);
			const request = only(native(trace, 'native connect request'));
			assert.equal(request.to, 'bob.ib0.nic');
			ascending(asked, request);
		}),
	'CONN-7': () => {
		shows(connection('configure alice.ib0 { connect immediate }'), (trace) => {
			const connect = returned(trace, only(toSan(trace, 'WSPConnect')));
			assert.equal(connect.result, 0);
			assert.equal(connect.error, undefined);
			ascending(only(native(trace, 'native accept')), connect);
			assert.deepEqual(toSan(trace, 'WSPEnumNetworkEvents'), []);
		});
		shows(alone('connect(s, 10.1.0.99:7000) -> WSAEHOSTUNREACH'), (trace) => {
			assert.equal(returned(trace, only(toSan(trace, 'WSPConnect'))).error, 'WSAEHOSTUNREACH');
			assert.deepEqual(toSan(trace, 'WSPEnumNetworkEvents'), []);
		});
	},
	'CONN-8': () =>
		shows(connection(), (trace) => {
			const connect = only(toSan(trace, 'WSPConnect'));
			const request = only(native(trace, 'native connect request'));
			assert.equal(connect.thread, 'alice.client');
			assert.equal(request.thread, 'alice.ib0.connect');
			assert.equal(request.cause, connect.seq);
			ascending(returned(trace, connect), request);
		}),
	'CONN-9': () =>
		shows(connection(), (trace) => {
			const connect = returned(trace, only(toSan(trace, 'WSPConnect')));
			assert.equal(connect.result, -1);
			assert.equal(connect.error, 'WSAEWOULDBLOCK');
			// Not a failure: the SAN socket stays, and TCP/IP is not asked.
			const next = toSan(trace).find(({ seq }) => seq > connect.seq);
			assert.equal(next?.name, 'WSPEnumNetworkEvents');
			assert.deepEqual(toTcpip(trace, 'WSPConnect'), []);
		}),
	'CONN-10': () => {
		shows(connection(), (trace) => {
			const signal = only(signalsOfConnect(trace));
			assert.equal(signal.cause, only(native(trace, 'native accept')).seq);
			assert.equal(signal.args.hEvent, only(toSan(trace, 'WSPEventSelect')).args.hEventObject);
		});
		shows(alone('connect(s, 10.1.0.2:9) -> WSAECONNRESET'), (trace) => {
			assert.equal(only(signalsOfConnect(trace)).cause, only(native(trace, 'native refusal')).seq);
		});
		// Not before the operation has finished.
		shows(connection('fault alice.ib0 WSPConnect: pending 3ms, then success'), (trace) => {
			assert.ok(only(signalsOfConnect(trace)).time >= only(toSan(trace, 'WSPConnect')).time + 3_000_000);
		});
	},
	'CONN-11': () =>
		shows(connection('', polling), (trace) => {
			const asked = only(toSan(trace, 'WSPEnumNetworkEvents'));
			const signal = only(signalsOfConnect(trace));
			ascending(signal, asked);
			assert.equal(asked.args.hEventObject, signal.args.hEvent);
			assert.deepEqual(returned(trace, asked).args, { lNetworkEvents: 'FD_CONNECT', 'iErrorCode[FD_CONNECT_BIT]': 0 });
		}),
	'CONN-12': () => {
		shows(connection('', speaking), (trace) => {
			const established = only(toSan(trace, 'WSPEnumNetworkEvents'));
			const later = toTcpip(trace).filter(({ seq }) => seq > established.seq);
			assert.deepEqual(
				later.map(({ name }) => name),
				['WSPCloseSocket'],
			);
		});
		// Not even when the connection cannot be used after all.
		const failing = connection(
			'fault alice.ib0 WSPRegisterMemory: return WSAENOBUFS',
			'connect(s, 10.1.0.2:7000) -> WSAENOBUFS',
			'',
		);
		const bob = 'thread bob.other { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 4) sleep 1ms closesocket(l) }';
		shows(`${failing} ${bob}`, (trace) => assert.deepEqual(toTcpip(trace, 'WSPConnect'), []));
	},
	'CONN-13': () =>
		shows(connection('', `${speaking} shutdown(s, SD_SEND) expect recv(s, 1) == ""`), (trace) => {
			const used = new Set(toSan(trace).map(({ name }) => name));
			for (const name of ['WSPRegisterMemory', 'WSPRecv', 'WSPSend', 'WSPGetOverlappedResult', 'WSPCloseSocket']) {
				assert.ok(used.has(name), name);
			}
			// Not one byte of it is TCP's.
			assert.deepEqual(
				[...toTcpip(trace, 'WSPSend'), ...toTcpip(trace, 'WSPRecv'), ...toTcpip(trace, 'WSPShutdown')],
				[],
			);
			assert.deepEqual(
				trace.all(({ kind, from, to }) => kind === 'message' && (from === 'alice.tcpip' || to === 'alice.tcpip')),
				[],
			);
		}),
	'CONN-14': () =>
		shows(connection('', polling), (trace) => {
			assert.ok(ofApplication(trace, 'WSPConnect').length > 4);
			assert.equal(toSan(trace, 'WSPConnect').length, 1);
		}),
	'CONN-15': () =>
		shows(connection('', polling), (trace) => {
			const [first, ...polls] = ofApplication(trace, 'WSPConnect');
			assert.equal(returned(trace, first as TraceRecord).error, 'WSAEWOULDBLOCK');
			for (const poll of polls) {
				assert.match(String(returned(trace, poll).error), /^WSAE(ALREADY|ISCONN)$/);
				// The switch asked nobody.
				assert.deepEqual(
					trace.directlyWithin(poll.seq).filter(({ kind }) => kind === 'call'),
					[],
				);
			}
		}),
	'FALLBACK-1': () =>
		shows(connection('', 'connect(s, 192.168.7.2:7000)', 'serveOne(192.168.7.2:7000)'), (trace) => {
			assert.equal(only(trace.all(({ name }) => name === 'subnet table lookup')).args.subnet, null);
			assert.equal(returned(trace, only(toTcpip(trace, 'WSPConnect'))).result, 0);
			assert.deepEqual(toSan(trace), []);
		}),
	'FALLBACK-2': () => {
		for (const call of ['WSPSocket', 'WSPBind']) {
			shows(connection(`fault alice.ib0 ${call}: return WSAENOBUFS`), (trace) => {
				assert.equal(returned(trace, only(toSan(trace, call))).error, 'WSAENOBUFS');
				assert.deepEqual(toSan(trace, 'WSPConnect'), []);
				assert.equal(returned(trace, only(toTcpip(trace, 'WSPConnect'))).result, 0);
				assert.equal(returned(trace, only(ofApplication(trace, 'WSPConnect'))).result, 0);
			});
		}
	},
	'FALLBACK-3': () => {
		const destroyed = (trace: TraceView, after: TraceRecord) => {
			const close = only(toSan(trace, 'WSPCloseSocket'));
			assert.equal(close.args.s, only(toSan(trace, 'WSPConnect')).args.s);
			// It is the next thing that the switch does, and the last that it does with the provider.
			assert.equal(trace.calls('alice.switch', 'alice.ib0').find(({ seq }) => seq > after.seq)?.seq, close.seq);
			assert.equal(toSan(trace).at(-1)?.seq, close.seq);
			for (const instead of toTcpip(trace, 'WSPConnect')) ascending(returned(trace, close), instead);
		};
		const knownLater = (trace: TraceView) =>
			destroyed(trace, returned(trace, only(toSan(trace, 'WSPEnumNetworkEvents'))));
		shows(connection('fault alice.ib0 WSPConnect: pending 1ms, then WSAETIMEDOUT'), knownLater);
		shows(alone('connect(s, 10.1.0.2:9) -> WSAECONNRESET'), knownLater);
		shows(connection('fault alice.ib0 WSPConnect: WSAENETUNREACH'), (trace) =>
			destroyed(trace, returned(trace, only(toSan(trace, 'WSPConnect')))),
		);
	},
	'FALLBACK-4': () => {
		const others = [
			'WSAETIMEDOUT',
			'WSAENETUNREACH',
			'WSAEADDRNOTAVAIL',
			'WSAENOBUFS',
			'WSAENETDOWN',
			'WSAEACCES',
			'WSAEFAULT',
		];
		for (const manner of ['', 'pending 1ms, then ']) {
			for (const error of others) {
				shows(connection(`fault alice.ib0 WSPConnect: ${manner}${error}`), (trace) => {
					const instead = only(toTcpip(trace, 'WSPConnect'));
					assert.equal(instead.args.name, '10.1.0.2:7000');
					ascending(returned(trace, only(toSan(trace, 'WSPCloseSocket'))), instead);
				});
			}
			for (const error of ['WSAECONNRESET', 'WSAECONNREFUSED', 'WSAEHOSTUNREACH']) {
				shows(
					alone(`connect(s, 10.1.0.2:7000) -> ${error}`, `fault alice.ib0 WSPConnect: ${manner}${error}`),
					(trace) => assert.deepEqual(toTcpip(trace, 'WSPConnect'), []),
				);
			}
		}
	},
	'FALLBACK-5': () =>
		shows(
			alone(
				'connect(s, 10.1.0.2:9) -> WSAECONNRESET',
				'thread bob.other { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1) closesocket(l) }',
			),
			(trace) => {
				assert.equal(only(native(trace, 'native refusal')).args.reason, 'no listener');
				assert.deepEqual(toTcpip(trace, 'WSPConnect'), []);
			},
		),
	'FALLBACK-6': () => {
		shows(rejected, (trace) => {
			assert.equal(only(native(trace, 'native refusal')).args.reason, 'rejected');
			assert.deepEqual(toTcpip(trace, 'WSPConnect'), []);
		});
		shows(backlogFull, (trace) => assert.equal(only(native(trace, 'native refusal')).args.reason, 'backlog full'));
	},
	'FALLBACK-7': () =>
		shows(alone('connect(s, 10.1.0.99:7000) -> WSAEHOSTUNREACH'), (trace) => {
			const asked = trace.calls('alice.ib0', 'alice.ib0.proxy').find(({ args }) => args.address === '10.1.0.99');
			assert.equal(returned(trace, asked as TraceRecord).error, 'WSAEHOSTUNREACH');
			assert.deepEqual(native(trace, 'native connect request'), []);
			assert.deepEqual(toTcpip(trace, 'WSPConnect'), []);
		}),
	'FALLBACK-8': () => {
		// Where a provider returns one of the three codes by itself, TCP/IP really fails too: the same story without the SAN.
		const overTcpip = 'fault alice.ib0 WSPSocket: return WSAENOBUFS';
		const fails = (error: string) => (trace: TraceView) => {
			assert.deepEqual(toSan(trace, 'WSPConnect'), []);
			assert.equal(returned(trace, toTcpip(trace, 'WSPConnect').at(-1) as TraceRecord).error, error);
		};
		shows(alone('connect(s, 10.1.0.2:9) -> WSAECONNREFUSED', overTcpip), fails('WSAECONNREFUSED'));
		shows(alone('connect(s, 10.1.0.99:7000) -> WSAETIMEDOUT', overTcpip), fails('WSAETIMEDOUT'));
		shows(`${overTcpip} ${backlogFull}`, fails('WSAECONNREFUSED'));
	},
	'FALLBACK-9': () =>
		shows(ndisOnly, (trace) => {
			assert.deepEqual(
				trace.all(({ from, error }) => from === 'alice.ib0' && error === 'WSAEHOSTUNREACH'),
				[],
			);
			assert.equal(returned(trace, only(toTcpip(trace, 'WSPConnect'))).result, 0);
			// The proxy driver knows the card; only nobody answers there.
			assert.equal(only(native(trace, 'native connect request')).to, 'carol.ib0.nic');
		}),
	'FALLBACK-10': () =>
		shows(ndisOnly, (trace) => {
			const outcome = returned(trace, only(toSan(trace, 'WSPEnumNetworkEvents')));
			assert.equal(outcome.args['iErrorCode[FD_CONNECT_BIT]'], 'WSAETIMEDOUT');
			ascending(outcome, only(toTcpip(trace, 'WSPConnect')));
		}),
	'SESS-1': () =>
		shows(connection(), (trace) => {
			const established = returned(trace, only(toSan(trace, 'WSPEnumNetworkEvents')));
			const register = toSan(trace).find(({ seq }) => seq > established.seq) as TraceRecord;
			assert.equal(register.name, 'WSPRegisterMemory');
			assert.equal(register.args.s, only(toSan(trace, 'WSPConnect')).args.s);
			assert.ok(Number(register.args.dwBufferLength) >= 3 * 4096);
			const handle = returned(trace, register).result;
			for (const receive of toSan(trace, 'WSPRecv')) assert.equal(receive.args.handle, handle);
		}),
	'SESS-2': () =>
		shows(connection(), (trace) => {
			const register = returned(trace, toSan(trace, 'WSPRegisterMemory')[0] as TraceRecord);
			const posted = toSan(trace, 'WSPRecv').slice(0, 3);
			for (const receive of posted) assert.equal(returned(trace, receive).error, 'WSA_IO_PENDING');
			ascending(register, ...posted, toSan(trace, 'WSPSend')[0] as TraceRecord);
		}),
	'SESS-3': () =>
		shows(connection(), (trace) => {
			const messages = native(trace, 'message').filter(({ args }) => /^negotiation/.test(String(args.control)));
			assert.deepEqual(
				messages.map(({ from, args }) => [from, args.control]),
				[
					['alice.ib0.nic', 'negotiation offer'],
					['bob.ib0.nic', 'negotiation answer'],
				],
			);
			for (const host of ['alice', 'bob']) {
				const negotiated = only(
					trace.all(({ name, from }) => name === 'session negotiated' && from === `${host}.switch`),
				);
				assert.deepEqual(negotiated.args, { peerBuffers: 3, receiveBuffers: 3 });
			}
		}),
	'SESS-4': () => {
		const after = (trace: TraceView, completion: TraceRecord) => {
			const answer = native(trace, 'message').find(({ args }) => args.control === 'negotiation answer') as TraceRecord;
			const offer = native(trace, 'message').find(({ args }) => args.control === 'negotiation offer') as TraceRecord;
			ascending(offer, answer, completion);
			assert.ok(completion.time >= Number(answer.args.arrives));
		};
		shows(connection(), (trace) => after(trace, returned(trace, only(ofApplication(trace, 'WSPConnect')))));
		// A nonblocking program hears FD_CONNECT only then.
		const events = `let e = WSACreateEvent() WSAEventSelect(s, e, FD_CONNECT) connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK
      WSAWaitForMultipleEvents([e], true, 1s) -> 0 WSAEnumNetworkEvents(s, e)`;
		shows(connection('', events), (trace) =>
			after(
				trace,
				only(
					trace.all(
						({ kind, from, args }) => kind === 'signal' && from === 'alice.switch' && args.announces === 'FD_CONNECT',
					),
				),
			),
		);
	},
	'SESS-5': () => {
		shows(connection('', speaking), (trace) => {
			const connected = returned(trace, only(ofApplication(trace, 'WSPConnect')));
			const [send, receive] = [only(ofApplication(trace, 'WSPSend')), only(ofApplication(trace, 'WSPRecv'))];
			ascending(connected, send, receive);
			assert.equal(returned(trace, send).result, 5);
			assert.equal(returned(trace, receive).result, 5);
		});
		// Not before: a program that does not wait is told so.
		const early = `ioctlsocket(s, FIONBIO, 1) connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK
      send(s, "x") -> WSAENOTCONN try recv(s, 1) -> WSAENOTCONN
      while try connect(s, 10.1.0.2:7000) == WSAEALREADY { sleep 1us } expect send(s, "x") == 1`;
		shows(connection('', early), () => undefined);
	},
};

describe('Rules of "Initiating a Connection"', () => {
	for (const [rule, demonstrate] of Object.entries(demonstrations)) it(`${rule} shows in a trace`, demonstrate);

	it('are all here', () => {
		assert.deepEqual(
			Object.keys(demonstrations).sort(),
			seedRules()
				.map(({ id }) => id as string)
				.sort(),
		);
	});

	it('are all named by a record of a run', () => {
		const carried = new Set<string>();
		for (const items of [
			connection('', polling),
			connection('', speaking),
			ndisOnly,
			rejected,
			connection('', 'connect(s, 192.168.7.2:7000)', 'serveOne(192.168.7.2:7000)'),
			alone('connect(s, 10.1.0.2:9) -> WSAECONNRESET'),
			alone('connect(s, 10.1.0.99:9) -> WSAEHOSTUNREACH'),
			connection('fault alice.ib0 WSPBind: return WSAENOBUFS'),
		]) {
			shows(items, (trace) => {
				for (const { rules } of trace.records) for (const rule of rules) carried.add(rule);
			});
		}
		assert.deepEqual(
			seedRules()
				.map(({ id }) => id as string)
				.filter((id) => !carried.has(id)),
			[],
		);
	});
});
