/** What the documentation leaves open is done as the modelling choices (OQ) say, where no other test shows it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { BufferEx, RegisteredMemory } from '../../../server/stack/san/memory';
import type { SanSocket } from '../../../server/stack/san/sanSocket';
import { notRegistered } from '../../../server/stack/san/transfers';
import { allModellingChoices, loadModellingTexts } from '../../../server/winsock/modellingChoices';
import { parsed, play, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

const topology = (bob = '') => `
san fabric 10.1.0.0/16 { latency 5us }
host alice { guardTime 50ms nic ib0 on fabric at 10.1.0.1 { connectTimeout 40ms } }
host bob { nic ib0 on fabric at 10.1.0.2 { ${bob} } }`;

const server = (statements: string) => `
  thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 2) let p = accept(l) ${statements} closesocket(p) closesocket(l) }`;
const client = (statements: string) => `
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) ${statements} closesocket(s) }`;

function view(text: string): TraceView {
	return TraceView.of(playToSuccess(parsed(text), undefined, { seed: 1 }).reader);
}

describe('The page of modelling choices', () => {
	it('says what the editor says of each', async () => {
		const page = readFileSync('docs/modellingChoices.md', 'utf8');
		const texts = await loadModellingTexts('en');
		for (const { id } of allModellingChoices()) {
			const row = `| ${id} | ${texts.title(id)} | ${texts.choice(id)} |`;
			assert.ok(page.includes(row), row);
		}
	});
});

describe('Modelling choices', () => {
	it('OQ-3: a provider that never reports is said to be stuck when the guard timer is over, and TCP/IP is used', () => {
		const seen = view(`${topology()} scenario "t" { fault alice.ib0 WSPConnect: pending forever
    ${server('')} ${client('expect s.provider == "tcpip" expect now() > 50ms')} }`);
		const note = seen.first(({ name }) => name === 'provider is stuck');
		assert.deepEqual([note?.from, note?.args.waited], ['alice.switch', 50_000_000]);
	});

	it('OQ-4: of several providers on a subnet the first one is used, and the table is called ambiguous', () => {
		const two = 'san fabric 10.1.0.0/16 host alice { nic ib0 on fabric at 10.1.0.1 nic ib1 on fabric at 10.1.0.5 }';
		const clean = 'thread alice.client { closesocket(socket()) }';
		const seen = view(`${two} scenario "t" { ${clean} }`);
		const notes = seen.all(({ name }) => name === 'ambiguous subnet table');
		assert.deepEqual(notes.at(-1)?.args, { subnet: '10.1.0.0/16', used: 'alice.ib0', notUsed: 'alice.ib1' });
		const alone = view(`${topology()} scenario "t" { ${clean} }`);
		assert.deepEqual(
			alone.all(({ name }) => name === 'ambiguous subnet table'),
			[],
		);
	});

	describe('OQ-23, OQ-25: a message for which no buffer is posted', () => {
		/** Bob’s provider claims to post buffers again and does not: alice believes in credits that are none. */
		const lies = (statements: string, bob = '') =>
			`${topology(bob)} scenario "t" { fault bob.ib0 WSPRecv on calls 9..: return 0
    ${server('repeat 40 { try recv(p, 10) }')} ${client(statements)} }`;

		it('breaks the connection after the first WSPRecv', () => {
			const { reader } = play(parsed(lies('repeat 30 { try send(s, "x") sleep 50us } try recv(s, 1)')), undefined, {
				seed: 1,
			});
			const seen = TraceView.of(reader);
			const lost = seen.first(({ name }) => name === 'no receive buffer posted');
			assert.ok(lost);
			const reset = seen.first(
				({ kind, name, args }) => kind === 'state' && /^bob\.ib0 socket/.test(name) && args.after === 'reset',
				lost.seq,
			);
			assert.ok(reset && reset.time === lost.time, 'the provider has reset the connection');
			// Before the first WSPRecv the provider keeps them, after it nobody does.
			assert.equal(
				seen.first(({ name }) => name === 'kept in a private buffer', lost.seq),
				undefined,
			);
		});

		it('waits in the queue of a NIC with flow control', () => {
			const text = lies('repeat 12 { try send(s, "x") sleep 50us }', 'flowControl on');
			const seen = TraceView.of(play(parsed(text), undefined, { seed: 1 }).reader);
			const kept = seen.all(({ name }) => name === 'kept in a private buffer');
			assert.ok(kept.length > 1 && kept.every(({ from }) => from === 'bob.ib0.nic'), `${kept.length}`);
		});
	});

	it('OQ-40, OQ-42: what a provider says of a local buffer that it cannot use', () => {
		const socket = { descriptor: 3 } as SanSocket;
		const buffer = (memory: Partial<RegisteredMemory>, offset = 0, length = 10): BufferEx => {
			const usual = { registered: true, socket: 3, access: 'MEM_READ', bytes: new Uint8Array(10) };
			return { memory: { ...usual, ...memory } as RegisteredMemory, offset, length };
		};
		assert.equal(notRegistered(socket, buffer({}), 'MEM_READ'), undefined);
		assert.equal(notRegistered(socket, buffer({ access: 'MEM_READWRITE' }), 'MEM_WRITE'), undefined);
		assert.equal(notRegistered(socket, buffer({ registered: false }), 'MEM_READ'), 'WSAEFAULT');
		assert.equal(notRegistered(socket, buffer({}, 5, 6), 'MEM_READ'), 'WSAEFAULT');
		assert.equal(notRegistered(socket, buffer({ socket: 4 }), 'MEM_READ'), 'WSAEINVAL');
		assert.equal(notRegistered(socket, buffer({}), 'MEM_WRITE'), 'WSAEACCES');
	});

	it('OQ-49: WSPCloseSocket completes what is pending in the order of posting', () => {
		// A large transfer is under way while receives are posted again: closing hard ends both.
		const seen = view(`san fabric 10.1.0.0/16 { latency 5us bandwidth 10Mbps }
host alice { nic ib0 on fabric at 10.1.0.1 } host bob { nic ib0 on fabric at 10.1.0.2 { rdmaRead off } }
scenario "t" { ${server('sleep 5ms send(p, "x") try recv(p, 100_000, MSG_WAITALL)')}
  ${client('ioctlsocket(s, FIONBIO, 1) send(s, fill(100_000, 1)) sleep 20ms setsockopt(s, SOL_SOCKET, SO_LINGER, 0ms)')} }`);
		const close = seen
			.calls('alice.switch', 'alice.ib0', 'WSPCloseSocket')
			.map(({ seq }) => seen.all(({ name, within }) => name === 'WPUCompleteOverlappedRequest' && within === seq))
			.find((completions) => completions.length > 0);
		const numbers = (close ?? []).map(({ args }) => Number(args.overlapped));
		const write = (close ?? []).findIndex(({ args }) => args.operation === 'WSPRdmaWrite');
		assert.ok(write > 0 && write < numbers.length - 1, 'receives were posted before and after the transfer began');
		assert.deepEqual(
			numbers,
			[...numbers].sort((a, b) => a - b),
		);
	});
});
