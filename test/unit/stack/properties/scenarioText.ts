/**
 * Random scenarios as text: topologies, connections with data in both directions, and faults. What goes over each
 * connection is made of bytes below 64, so that no data reads like the name of an error.
 */
import fc from 'fast-check';

/** One thread of a client and one of a server, with one connection between them. */
export interface Conversation {
	readonly client: string;
	readonly server: string;
	readonly port: number;
	readonly turns: readonly Turn[];
}

/** Data in one direction, in one or more sends. */
export interface Turn {
	readonly from: 'client' | 'server';
	readonly sizes: readonly number[];
	readonly how: 'send' | 'overlapped' | 'nonblocking';
	readonly byte: number;
}

export interface Generated {
	readonly text: string;
	readonly conversations: readonly Conversation[];
	readonly faults: readonly string[];
}

const hosts = ['alice', 'bob', 'carol'] as const;

const nicSettings = fc
	.record({
		credits: fc.integer({ min: 3, max: 9 }),
		bufferSize: fc.constantFrom(64, 256, 1024, 4096),
		maxMessage: fc.constantFrom(64, 512, 4096),
		rdmaThreshold: fc.constantFrom(100, 1000, 4096),
		maxRdma: fc.constantFrom(700, 5000, 1_048_576),
		rdmaRead: fc.constantFrom('on', 'off'),
		flowControl: fc.constantFrom('on', 'off'),
		cache: fc.constantFrom('on', 'off'),
		connect: fc.constantFrom('asynchronous', 'asynchronous 30us', 'immediate'),
		accept: fc.constantFrom('asynchronous', 'asynchronous 20us', 'immediate'),
	})
	.map((settings) =>
		Object.entries(settings)
			.map(([name, value]) => `${name} ${value}`)
			.join(', '),
	);

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 20_000 })), {
	minLength: 1,
	maxLength: 4,
});

const turn: fc.Arbitrary<Turn> = fc.record({
	from: fc.constantFrom('client', 'server'),
	sizes,
	how: fc.constantFrom('send', 'overlapped', 'nonblocking'),
	byte: fc.integer({ min: 1, max: 63 }),
});

interface Pair {
	readonly client: number;
	readonly server: number;
	readonly overSan: boolean;
	readonly family: 4 | 6;
	readonly turns: readonly Turn[];
	readonly wait: number;
}

const pair: fc.Arbitrary<Pair> = fc.record({
	client: fc.integer({ min: 0, max: 2 }),
	server: fc.integer({ min: 0, max: 2 }),
	overSan: fc.boolean(),
	family: fc.constantFrom(4, 6),
	turns: fc.array(turn, { minLength: 0, maxLength: 5 }),
	wait: fc.integer({ min: 0, max: 300 }),
});

const provider = fc.constantFrom(...hosts).map((host) => `${host}.ib0`);
const error = fc.constantFrom('WSAENOBUFS', 'WSAETIMEDOUT', 'WSAECONNRESET', 'WSAENETDOWN');
const ordinal = fc.integer({ min: 1, max: 30 });
const moment = fc.integer({ min: 0, max: 3000 });

/** One fault statement. None of them breaks a promise of the documentation on purpose. */
const fault = fc.oneof(
	fc
		.tuple(provider, fc.constantFrom('WSPSocket', 'WSPBind', 'WSPListen', 'WSPEventSelect', 'WSPAccept'), error)
		.map(([at, call, code]) => `fault ${at} ${call} on call 2: ${code}`),
	fc.tuple(provider, moment).map(([at, us]) => `fault ${at} WSPConnect: pending ${us}us, then WSAETIMEDOUT`),
	fc
		.tuple(
			provider,
			fc.constantFrom('WSPRegisterMemory', 'WSPRegisterRdmaMemory', 'WSPSend', 'WSPRdmaRead', 'WSPRdmaWrite'),
		)
		.chain(([at, call]) => ordinal.map((nth) => `fault ${at} ${call} on call ${nth}: WSAENOBUFS`)),
	fc.tuple(moment, fc.integer({ min: 1, max: 9000 })).map(([at, us]) => `partition fabric at ${at}us for ${us}us`),
	fc.tuple(provider, moment, moment).map(([nic, at, us]) => `down ${nic} at ${at}us for ${us}us`),
	fc.tuple(fc.constantFrom(...hosts), moment).map(([host, at]) => `crash ${host} at ${at}us`),
	fc.tuple(ordinal, moment).map(([nth, us]) => `delay message #${nth} by ${us}us`),
);

/** @param withFaults whether things go wrong; without faults every scenario must pass */
export function scenarios(withFaults: boolean): fc.Arbitrary<Generated> {
	return fc
		.record({
			nics: fc.tuple(nicSettings, nicSettings, nicSettings),
			hostSettings: fc.tuple(...hosts.map(() => fc.constantFrom('accept eagerly', 'accept lazily'))),
			pairs: fc.array(pair, { minLength: 1, maxLength: 4 }),
			faults: fc.array(fault, withFaults ? { minLength: 1, maxLength: 3 } : { maxLength: 0 }),
			loss: fc.constantFrom('0%', '0%', '2%'),
		})
		.map(({ nics, hostSettings, pairs, faults, loss }) => {
			const conversations = pairs.map(conversationOf);
			const text = [
				'san fabric 10.1.0.0/16, fd00::/64 { latency 5us }',
				`lan office 192.168.7.0/24, fd07::/64 { latency 20us, loss ${loss} }`,
				...hosts.map((host, n) => hostText(host, n + 1, nics[n] ?? '', hostSettings[n] ?? '')),
				functions,
				'scenario "generated" {',
				'  recordLimit 400_000',
				...faults.map((statement) => `  ${statement}`),
				...pairs.flatMap((one, n) => threadsOf(one, conversations[n] as Conversation, withFaults)),
				'}',
			].join('\n');
			return { text, conversations, faults };
		});
}

function hostText(host: string, n: number, nic: string, settings: string): string {
	return `host ${host} {
  ${settings}
  nic ib0 on fabric at 10.1.0.${n}, fd00::${n} { ${nic} }
  nic eth0 on office at 192.168.7.${n}, fd07::${n}
}`;
}

/** With faults nothing may be taken for granted: calls may fail, and nobody waits for ever for a connection. */
const functions = `
function failed(value) { return slice(text(value), 0, 3) == "WSA" }
function take(s, count) {
  let left = count
  while left > 0 {
    let part = try recv(s, left)
    if failed(part) { return part }
    if part.length == 0 { return "WSA end" }
    left -= part.length
  }
  return 0
}
function put(s, data) {
  let at = 0
  while at < data.length {
    let sent = try send(s, slice(data, at))
    if failed(sent) { return sent }
    at += sent
  }
  return 0
}
function putOverlapped(s, data) {
  let o = WSAOVERLAPPED(WSACreateEvent())
  let started = try WSASend(s, data, 0, o)
  if failed(started) and started != WSA_IO_PENDING { return started }
  let sent = try WSAGetOverlappedResult(s, o, true)
  if failed(sent) { return sent }
  return 0
}
function putNonblocking(s, data) {
  ioctlsocket(s, FIONBIO, 1)
  let at = 0
  let result = 0
  while at < data.length and result == 0 {
    let sent = try send(s, slice(data, at))
    if sent == WSAEWOULDBLOCK { select([], [s], [], 50ms) }
    else {
      if failed(sent) { result = sent }
      else { at += sent }
    }
  }
  try ioctlsocket(s, FIONBIO, 0)
  return result
}
`;

function conversationOf({ client, server, turns }: Pair, n: number): Conversation {
	const other = server === client ? (server + 1) % hosts.length : server;
	return { client: `${hosts[client]}.c${n}`, server: `${hosts[other]}.s${n}`, port: 7000 + n, turns };
}

function threadsOf(
	{ overSan, family, wait }: Pair,
	{ client, server, port, turns }: Conversation,
	tolerant: boolean,
): readonly string[] {
	const n = hosts.findIndex((host) => server.startsWith(`${host}.`)) + 1;
	const ip = family === 4 ? (overSan ? `10.1.0.${n}` : `192.168.7.${n}`) : overSan ? `[fd00::${n}]` : `[fd07::${n}]`;
	const made = family === 4 ? 'socket()' : 'socket(AF_INET6)';
	const attempt = tolerant ? 'try ' : '';
	return [
		`  thread ${server} {`,
		`    let listener = ${made}`,
		`    ${attempt}bind(listener, ${ip}:${port})`,
		`    ${attempt}listen(listener, 4)`,
		'    let ready = select([listener], [], [], 60s)',
		'    if ready.count > 0 {',
		'      let s = try accept(listener)',
		...guarded(turns, 'server', tolerant),
		'    }',
		'    try closesocket(listener)',
		'  }',
		`  thread ${client} {`,
		`    sleep ${100 + wait}us`,
		`    let s = ${made}`,
		`    let connected = ${tolerant ? 'try ' : ''}connect(s, ${ip}:${port})`,
		`    if not failed(connected) {`,
		...turns.flatMap((one) => turnText(one, 'client', tolerant)),
		'    }',
		'    try closesocket(s)',
		'  }',
	];
}

function guarded(turns: readonly Turn[], side: Turn['from'], tolerant: boolean): readonly string[] {
	return [
		'      if not failed(s) {',
		...turns.flatMap((one) => turnText(one, side, tolerant)),
		'        try closesocket(s)',
		'      }',
	];
}

const putters = { send: 'put', overlapped: 'putOverlapped', nonblocking: 'putNonblocking' } as const;

function turnText({ from, sizes: parts, how, byte }: Turn, side: Turn['from'], tolerant: boolean): readonly string[] {
	const total = parts.reduce((sum, size) => sum + size, 0);
	if (from !== side) return [tolerant ? `      take(s, ${total})` : `      expect take(s, ${total}) == 0`];
	return parts.map((size, n) => {
		const call = `${putters[how]}(s, fill(${size}, ${((byte + n) % 63) + 1}))`;
		return tolerant ? `      ${call}` : `      expect ${call} == 0`;
	});
}
