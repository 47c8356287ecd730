/**
 * Random conversations: one connection between a thread of a client and one of a server, data in both directions, in turn
 * or at once. What goes over a connection is made of bytes below 64, so that no data reads like the name of an error.
 */
import fc from 'fast-check';
import type { Topology, Way } from './topologyText';

/** One connection, and the threads that send and receive on its two ends. */
export interface Conversation {
	readonly client: readonly string[];
	readonly server: readonly string[];
}

/** Data in one direction, in one or more sends; or one byte of urgent data. */
interface Turn {
	readonly from: 'client' | 'server';
	readonly sizes: readonly number[];
	readonly send: 'send' | 'overlapped' | 'nonblocking' | 'events' | 'urgent';
	readonly receive: 'recv' | 'overlapped' | 'select' | 'events';
	readonly byte: number;
	/** The process of the server that takes the turn, where two share the socket. */
	readonly process: 0 | 1;
	readonly pauseUs: number;
}

export interface Talk {
	readonly client: number;
	readonly server: number;
	readonly way: number;
	readonly family: 4 | 6;
	readonly wildcard: boolean;
	readonly turns: readonly Turn[];
	readonly connect: 'connect' | 'select' | 'event' | 'ConnectEx';
	readonly accept: 'accept' | 'event' | 'condition' | 'AcceptEx';
	/** `both at once`: each direction has threads of its own. `two processes`: the server shares the connection. */
	readonly shape: 'in turn' | 'both at once' | 'two processes';
	readonly end: 'close' | 'half close' | 'hard';
	readonly waitUs: number;
}

const size = fc.oneof(
	{ weight: 3, arbitrary: fc.integer({ min: 1, max: 300 }) },
	{ weight: 2, arbitrary: fc.integer({ min: 1, max: 5000 }) },
	{ weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
);
const sizes = fc.array(size, { minLength: 1, maxLength: 3 });

const turn: fc.Arbitrary<Turn> = fc.record({
	from: fc.constantFrom('client', 'server'),
	sizes,
	send: fc.constantFrom('send', 'send', 'overlapped', 'nonblocking', 'events', 'urgent'),
	receive: fc.constantFrom('recv', 'recv', 'overlapped', 'select', 'events'),
	byte: fc.integer({ min: 1, max: 63 }),
	process: fc.constantFrom(0, 1),
	pauseUs: fc.constantFrom(0, 0, 20, 500),
});

export const talk: fc.Arbitrary<Talk> = fc.record({
	client: fc.nat(3),
	server: fc.nat(3),
	way: fc.nat(5),
	family: fc.constantFrom(4, 6),
	wildcard: fc.boolean(),
	turns: fc.array(turn, { minLength: 0, maxLength: 4 }),
	connect: fc.constantFrom('connect', 'connect', 'select', 'event', 'ConnectEx'),
	accept: fc.constantFrom('accept', 'accept', 'event', 'condition', 'AcceptEx'),
	shape: fc.constantFrom('in turn', 'in turn', 'both at once', 'two processes'),
	end: fc.constantFrom('close', 'close', 'half close', 'hard'),
	waitUs: fc.nat(300),
});

interface Place {
	readonly n: number;
	readonly client: string;
	readonly server: string;
	readonly to: string;
	readonly from: string;
	readonly bindTo: string;
	readonly family: string;
	/** Whether calls may fail. */
	readonly tolerant: boolean;
}

/** The threads of conversation `n` and the scenario's variables for them. */
export function conversationText(
	topology: Topology,
	one: Talk,
	n: number,
	tolerant: boolean,
): { readonly text: readonly string[]; readonly conversation: Conversation } {
	const { hosts, ways } = topology;
	const client = one.client % hosts.length;
	const other = one.server % hosts.length;
	const server = other === client ? (other + 1) % hosts.length : other;
	const way = ways[one.way % ways.length] as Way;
	const port = 7000 + n;
	const place: Place = {
		n,
		client: `${hosts[client]}.c${n}`,
		server: `${hosts[server]}.s${n}`,
		to: `${topology.address(server, way, one.family)}:${port}`,
		from: `${topology.address(client, way, one.family)}:${port + 100}`,
		bindTo: one.wildcard
			? `${one.family === 4 ? '0.0.0.0' : '[::]'}:${port}`
			: `${topology.address(server, way, one.family)}:${port}`,
		family: one.family === 4 ? 'AF_INET' : 'AF_INET6',
		tolerant,
	};
	const talk: Talk = {
		...one,
		end: tolerant ? one.end : endOf(one),
	};
	switch (talk.shape) {
		case 'in turn':
			return inTurn(place, talk);
		case 'both at once':
			return bothAtOnce(place, talk);
		case 'two processes':
			return twoProcesses(place, talk);
	}
}

/** The end of a conversation that must not fail: losing what is still on its way is the point of a hard close. */
function endOf({ end }: Talk): Talk['end'] {
	return end === 'hard' ? 'close' : end;
}

const attempt = ({ tolerant }: Place) => (tolerant ? 'try ' : '');

function serverThread(place: Place, { accept }: Talk, body: readonly string[]): readonly string[] {
	return [
		`  thread ${place.server} {`,
		`    let listener = socket(${place.family})`,
		`    ${attempt(place)}bind(listener, ${place.bindTo})`,
		`    ${attempt(place)}listen(listener, 4)`,
		`    let s = accepted(listener, "${accept}", ${place.family})`,
		...(place.tolerant ? [] : ['    expect not failed(s)']),
		'    if not failed(s) {',
		...body,
		'    }',
		'    try closesocket(listener)',
		'  }',
	];
}

function clientThread(place: Place, { connect, waitUs }: Talk, body: readonly string[]): readonly string[] {
	return [
		`  thread ${place.client} {`,
		`    sleep ${100 + waitUs}us`,
		`    let s = socket(${place.family})`,
		`    let answer = connected(s, ${place.to}, ${place.from}, "${connect}")`,
		place.tolerant ? '' : '    expect answer == 0',
		'    if not failed(answer) {',
		...body,
		'    }',
		'    try closesocket(s)',
		'  }',
	];
}

function inTurn(place: Place, talk: Talk) {
	const { turns } = talk;
	return {
		text: [
			...serverThread(place, talk, [
				...turns.flatMap((each) => turnText(each, 'server', place)),
				...endText(talk, place, 'server'),
			]),
			...clientThread(place, talk, [
				...turns.flatMap((each) => turnText(each, 'client', place)),
				...endText(talk, place, 'client'),
			]),
		],
		conversation: { client: [place.client], server: [place.server] },
	};
}

/** Both directions at the same time: a second thread on either side sends what the first one's peer receives. */
function bothAtOnce(place: Place, talk: Talk) {
	const { n } = place;
	const of = (from: Turn['from']) => talk.turns.filter((each) => each.from === from);
	const second = (side: Turn['from']) => [
		`  thread ${place[side]}w {`,
		...waitText(`${side}${n} != NULL`),
		`    let s = ${side}${n}`,
		'    if s != NULL and not failed(s) {',
		...of(side).flatMap((each) => turnText(each, side, place)),
		'    }',
		`    ${side}Done${n} = true`,
		'  }',
	];
	const first = (side: Turn['from']) => [
		`      ${side}${n} = s`,
		...of(side === 'client' ? 'server' : 'client').flatMap((each) => turnText(each, side, place)),
		...waitText(`${side}Done${n}`),
		...endText(talk, place, side),
	];
	const nobody = (side: Turn['from']) => `${side}${n} = "WSA nobody"`;
	return {
		text: [
			...(['client', 'server'] as const).flatMap((side) => [
				`  let ${side}${n} = NULL`,
				`  let ${side}Done${n} = false`,
			]),
			...withElse(serverThread(place, talk, first('server')), nobody('server')),
			...withElse(clientThread(place, talk, first('client')), nobody('client')),
			...second('client'),
			...second('server'),
		],
		conversation: { client: [place.client, `${place.client}w`], server: [place.server, `${place.server}w`] },
	};
}

/** Where there is no connection the second thread must not wait for one. */
function withElse(lines: readonly string[], statement: string): readonly string[] {
	const at = lines.lastIndexOf('    }');
	return [...lines.slice(0, at), '    }', `    else { ${statement} }`, ...lines.slice(at + 1)];
}

/** The server's process shares the connection with a second one; each turn is taken by one of them. */
function twoProcesses(place: Place, talk: Talk) {
	const { n } = place;
	const { turns } = talk;
	const worker = `${place.server}x`;
	const own = (process: 0 | 1) =>
		turns.flatMap((each, at) =>
			each.process === process
				? [...waitText(`step${n} >= ${at}`), ...turnText(each, 'server', place), `      step${n} = ${at + 1}`]
				: [],
		);
	return {
		text: [
			`  let step${n} = 0`,
			`  let shared${n} = NULL`,
			`  let taken${n} = false`,
			...withElse(
				serverThread(place, talk, [
					`      shared${n} = try WSADuplicateSocket(s, ${worker})`,
					...waitText(`taken${n}`),
					...own(0),
					'      try closesocket(s)',
				]),
				`shared${n} = "WSA nobody"`,
			),
			`  thread ${worker} in process worker${n} {`,
			...waitText(`shared${n} != NULL`),
			`    let s = shared${n}`,
			`    if not failed(s) { s = try WSASocket(${place.family}, SOCK_STREAM, IPPROTO_TCP, s) }`,
			`    taken${n} = true`,
			'    if s != NULL and not failed(s) {',
			...own(1),
			...waitText(`step${n} >= ${turns.length}`),
			...endText(talk, place, 'server'),
			'    }',
			'  }',
			...clientThread(place, talk, [
				...turns.flatMap((each) => turnText(each, 'client', place)),
				...endText(talk, place, 'client'),
			]),
		],
		conversation: { client: [place.client], server: [place.server, worker] },
	};
}

/** Waits longer and longer: what it waits for may never come. */
function waitText(condition: string): readonly string[] {
	return [
		`      repeat 1 { let pause = 20us  while not (${condition}) and now() < 600s { sleep pause  pause += pause } }`,
	];
}

function endText({ end }: Talk, place: Place, side: Turn['from']): readonly string[] {
	const expected = (call: string) => (place.tolerant ? `      ${call}` : `      expect ${call} == 0`);
	switch (end) {
		case 'close':
			return side === 'client' ? [] : ['      try closesocket(s)'];
		case 'half close':
			return [
				`      ${attempt(place)}shutdown(s, SD_SEND)`,
				expected('takeEnd(s)'),
				...(side === 'client' ? [] : ['      try closesocket(s)']),
			];
		case 'hard':
			return side === 'client' ? ['      try setsockopt(s, SOL_SOCKET, SO_LINGER, 0)'] : ['      try closesocket(s)'];
	}
}

function turnText(each: Turn, side: Turn['from'], { tolerant }: Place): readonly string[] {
	const checked = (call: string) => (tolerant ? `      ${call}` : `      expect ${call} == 0`);
	if (each.send === 'urgent') {
		return [checked(each.from === side ? `putUrgent(s, ${each.byte})` : 'takeUrgent(s)')];
	}
	const total = each.sizes.reduce((sum, size) => sum + size, 0);
	if (each.from !== side) return [checked(`take(s, ${total}, "${each.receive}")`)];
	return [
		...(each.pauseUs > 0 ? [`      sleep ${each.pauseUs}us`] : []),
		...each.sizes.map((size, at) => checked(`put(s, fill(${size}, ${((each.byte + at) % 63) + 1}), "${each.send}")`)),
	];
}
