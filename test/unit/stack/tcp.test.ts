/** TCP over a network that loses, overtakes and repeats: the bytes that come out are the bytes that went in, in order. */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { failures, parsed, play, playToSuccess } from '../../golden/play';
import { check } from '../trace/values';
import { payload, pieces, received, receiving, sending } from './streams';

interface Network {
	readonly loss: number;
	readonly reordering: number;
	readonly mtu: number;
	readonly faults: string;
}

const network: fc.Arbitrary<Network> = fc.record({
	loss: fc.integer({ min: 0, max: 5 }),
	reordering: fc.integer({ min: 0, max: 20 }),
	mtu: fc.integer({ min: 60, max: 1500 }),
	faults: fc.constantFrom(
		'',
		'duplicate messages #2..9',
		'duplicate message data #1..',
		'delay message data #2 by 3ms',
		'drop message SYNACK #1',
		'reorder messages #3..7',
		'drop message ACK #1',
		'drop message FIN #1',
	),
});

function lab({ loss, reordering, mtu, faults }: Network, body: string): string {
	return `
lan office 192.168.7.0/24 { latency 200us loss ${loss}% reordering ${reordering}% mtu ${mtu} }
host alice { nic eth0 on office at 192.168.7.1 }
host bob { nic eth0 on office at 192.168.7.2 }
scenario "stream" { ${faults} ${body} }`;
}

/** A SYN is given up after three attempts; then the program tries again. */
const connecting = `let s = socket()
while try connect(s, 192.168.7.2:7000) == WSAETIMEDOUT { closesocket(s) s = socket() }`;

describe('A TCP connection', function () {
	this.timeout(60_000);

	it('delivers a stream as it was sent, in both directions, whatever the network does', () => {
		check(
			fc.property(
				network,
				pieces,
				pieces,
				fc.integer({ min: 1, max: 3000 }),
				fc.integer({ min: 0, max: 3000 }),
				fc.nat(1000),
				(lan, there, back, lengthThere, lengthBack, seed) => {
					const [toBob, toAlice] = [payload(lengthThere, 'a'), payload(lengthBack, 'b')];
					const scenario = lab(
						lan,
						`thread bob.server {
  let listener = socket() bind(listener, 192.168.7.2:7000) listen(listener, 4)
  let peer = accept(listener)
  ${receiving('peer', there[0] as number)}
  ${sending('peer', toAlice, back)}
  closesocket(peer) closesocket(listener)
}
thread alice.client {
  sleep 1ms
  ${connecting}
  ${sending('s', toBob, there)}
  shutdown(s, SD_SEND)
  ${receiving('s', back[0] as number)}
  closesocket(s)
}`,
					);
					const run = playToSuccess(parsed(scenario), undefined, { seed });
					assert.equal(received(run, 'bob'), toBob);
					assert.equal(received(run, 'alice'), toAlice);
				},
			),
			60,
		);
	});

	it('fills its window, waits, and goes on', () => {
		const scenario = lab(
			{ loss: 1, reordering: 0, mtu: 1500, faults: '' },
			`thread bob.server {
  let listener = socket() bind(listener, 192.168.7.2:7000) listen(listener, 1)
  let peer = accept(listener)
  expect recv(peer, 300000, MSG_WAITALL) == fill(300000, 5)
  expect length(recv(peer, 1)) == 0
  closesocket(peer) closesocket(listener)
}
thread alice.client { sleep 1ms ${connecting} expect send(s, fill(300000, 5)) == 300000 closesocket(s) }`,
		);
		for (const seed of [1, 2, 3]) playToSuccess(parsed(scenario), undefined, { seed });
	});

	it('keeps urgent data apart from the stream, in its place and whatever the network does', () => {
		for (const faults of ['', 'drop message URGENTDATA #1', 'reorder messages #4..9', 'delay message data #1 by 3ms']) {
			const scenario = lab(
				{ loss: 0, reordering: 0, mtu: 60, faults },
				`thread bob.server {
  let listener = socket() bind(listener, 192.168.7.2:7000) listen(listener, 1)
  let peer = accept(listener)
  recv(peer, 1, MSG_OOB) -> WSAEINVAL
  expect select([], [], [peer], 10s).exceptfds == [peer]
  expect recv(peer, 10, MSG_OOB) == "!"
  recv(peer, 1, MSG_OOB) -> WSAEINVAL
  expect select([], [], [peer], 0ns).count == 0
  expect recv(peer, 100, MSG_WAITALL) == fill(100, 5)
  expect recv(peer, 9, MSG_WAITALL) == "and after"
  expect length(recv(peer, 1)) == 0
  closesocket(peer) closesocket(listener)
}
thread alice.client { sleep 1ms ${connecting} sleep 1ms
  expect send(s, fill(100, 5)) == 100
  expect send(s, "!", MSG_OOB) == 1
  expect send(s, "and after") == 9
  closesocket(s)
}`,
			);
			for (const seed of [1, 2, 3]) playToSuccess(parsed(scenario), undefined, { seed });
		}
	});

	it('announces urgent data by an event; only the last byte of a send is urgent', () => {
		const scenario = lab(
			{ loss: 0, reordering: 0, mtu: 1500, faults: '' },
			`thread bob.server {
  let listener = socket() bind(listener, 192.168.7.2:7000) listen(listener, 1)
  let peer = accept(listener)
  let e = WSACreateEvent()
  WSAEventSelect(peer, e, FD_OOB)
  WSAWaitForMultipleEvents([e], false, 1s) -> 0
  expect WSAEnumNetworkEvents(peer, e).lNetworkEvents == FD_OOB
  expect recv(peer, 10, MSG_OOB) == "!"
  expect WSAWaitForMultipleEvents([e], false, 1ms) == 258
  expect recv(peer, 10) == "abc"
  closesocket(peer) closesocket(listener)
}
thread alice.client { sleep 1ms ${connecting} sleep 1ms expect send(s, "abc!", MSG_OOB) == 4 recv(s, 1) closesocket(s) }`,
		);
		for (const seed of [1, 2, 3]) playToSuccess(parsed(scenario), undefined, { seed });
	});

	it('gives up when nothing comes through any more', () => {
		const scenario = lab(
			{ loss: 0, reordering: 0, mtu: 1500, faults: '' },
			`thread bob.server {
  let listener = socket() bind(listener, 192.168.7.2:7000) listen(listener, 1)
  let peer = accept(listener)
  sleep 10ms
  partition office
  recv(peer, 1) -> WSAETIMEDOUT or WSAECONNRESET
  closesocket(peer) closesocket(listener)
}
thread alice.client { sleep 1ms ${connecting} sleep 20ms send(s, "x") recv(s, 1) -> WSAETIMEDOUT closesocket(s) }`,
		);
		// bob never sends, so he never learns of it: his side waits for ever, which the run reports.
		const run = play(parsed(scenario), undefined, { seed: 1 });
		assert.match(failures(run).join(), /deadlock.*bob\.server waits for TCP\/IP socket/);
		assert.doesNotMatch(failures(run).join(), /alice\.client/);
	});

	it('is refused where nobody listens, and reset where the listener goes away', () => {
		const scenario = lab(
			{ loss: 0, reordering: 0, mtu: 1500, faults: '' },
			`thread bob.server {
  let listener = socket() bind(listener, 192.168.7.2:7000) listen(listener, 1)
  sleep 10ms
  closesocket(listener)
}
thread alice.client {
  let first = socket() connect(first, 192.168.7.2:9) -> WSAECONNREFUSED closesocket(first)
  sleep 1ms
  let s = socket() connect(s, 192.168.7.2:7000)
  recv(s, 1) -> WSAECONNRESET
  closesocket(s)
}`,
		);
		playToSuccess(parsed(scenario));
	});

	it('resets a peer that goes on sending to a socket that is closed', () => {
		const scenario = lab(
			{ loss: 0, reordering: 0, mtu: 1500, faults: '' },
			`thread bob.server {
  let listener = socket() bind(listener, 192.168.7.2:7000) listen(listener, 1)
  let peer = accept(listener) send(peer, "bye") closesocket(peer) closesocket(listener)
}
thread alice.client {
  sleep 1ms
  let s = socket() connect(s, 192.168.7.2:7000)
  sleep 1ms
  send(s, "anybody there?")
  sleep 1ms
  expect recv(s, 3) == "bye"                     // what bob had sent before still counts
  send(s, "x") -> WSAECONNRESET
  closesocket(s)
}`,
		);
		playToSuccess(parsed(scenario));
	});

	it('is refused where the backlog is full, also by connections that are being made', () => {
		const clients = [1, 2, 3, 4, 5].map(
			(n) => `thread alice.client${n} { sleep 1ms
  let s = socket()
  let r = try connect(s, 192.168.7.2:7000)
  if r == WSAECONNREFUSED { refused += 1 } else { connected += 1 try recv(s, 1) }
  closesocket(s) }`,
		);
		const scenario = lab(
			{ loss: 0, reordering: 0, mtu: 1500, faults: '' },
			`let connected = 0 let refused = 0
thread bob.server {
  let listener = socket() bind(listener, 192.168.7.2:7000) listen(listener, 2)
  sleep 100ms
  closesocket(listener)
}
${clients.join('\n')}
expect connected == 2
expect refused == 3`,
		);
		for (const seed of [1, 2, 3]) playToSuccess(parsed(scenario), undefined, { seed });
	});

	/** @param read what the server reads of the three bytes that were sent; @param heard how the client learns of the end */
	const closesEarly = (read: string, heard: string) =>
		lab(
			{ loss: 0, reordering: 0, mtu: 1500, faults: '' },
			`thread bob.server {
  let listener = socket() bind(listener, 192.168.7.2:7000) listen(listener, 1)
  let p = accept(listener)
  sleep 5ms
  ${read}
  closesocket(p)
  closesocket(listener)
}
thread alice.client { sleep 1ms ${connecting}
  send(s, "xyz")
  ${heard}
  closesocket(s)
}`,
		);

	it('is reset by a close with data that was not read (RFC 1122, 4.2.2.13)', () => {
		playToSuccess(parsed(closesEarly('recv(p, 2)', 'recv(s, 1) -> WSAECONNRESET')));
		playToSuccess(parsed(closesEarly('send(p, "k") recv(p, 3)', 'expect recv(s, 9) == "k" expect recv(s, 1) == ""')));
		const urgent = closesEarly('recv(p, 3)', 'send(s, "!", MSG_OOB) recv(s, 1) -> WSAECONNRESET');
		playToSuccess(parsed(urgent));
	});
});
