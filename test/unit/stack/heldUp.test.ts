/** What is held up on its way, by a fault, a missing credit or a missing buffer: it keeps its place, and nobody spins. */
import assert from 'node:assert/strict';
import type { Run } from '../../../server/scenario/interpreter';
import { failures, parsed, play, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

interface Lab {
	readonly fabric?: string;
	readonly alice?: string;
	readonly aliceNic?: string;
	readonly bobNic?: string;
}

function lab(
	items: string,
	{ fabric = 'latency 5us', alice = '', aliceNic = 'credits 8', bobNic = 'credits 8' }: Lab = {},
): string {
	return `
san fabric 10.1.0.0/16 { ${fabric} }
host alice { ${alice} nic ib0 on fabric at 10.1.0.1 { ${aliceNic} } }
host bob { nic ib0 on fabric at 10.1.0.2 { ${bobNic} } }
function listening() {
  let listener = socket()
  bind(listener, 10.1.0.2:7000)
  listen(listener, 4)
  return listener
}
function receive(s, count) {
  let all = ""
  while length(all) < count { all = text(all) + text(recv(s, count - length(all))) }
  return all
}
scenario "t" { ${items} }`;
}

function passes(text: string): readonly Run[] {
	return SEEDS.map((seed) => playToSuccess(parsed(text), undefined, { seed, budget: 100_000 }));
}

const server = (statements: string) =>
	`thread bob.server { let l = listening() let s = accept(l) ${statements} closesocket(s) closesocket(l) }`;
const client = (statements: string) =>
	`thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) ${statements} }`;

describe('A message that a fault keeps back', () => {
	it('arrives before what is sent after it (DATA-11)', () => {
		passes(
			lab(`fault alice.ib0 WSPSend on call 2: pending 2ms, then success
				${server('expect receive(s, 8) == "onetwo34"')}
				${client('send(s, "one") send(s, "two") send(s, "34") closesocket(s)')}`),
		);
	});

	it('arrives before what arrived after it, where its receive ends later', () => {
		// Eight receives are posted first.
		passes(
			lab(`fault bob.ib0 WSPRecv on call 2: pending 2ms, then success
				${server('expect receive(s, 8) == "onetwo34"')}
				${client('send(s, "one") send(s, "two") send(s, "34") closesocket(s)')}`),
		);
	});

	it('takes what was to follow with it, if it fails: the peer never gets the rest alone', () => {
		const text = lab(`fault alice.ib0 WSPSend on call 3: pending 2ms, then WSAECONNRESET
			${server('expect recv(s, 9) == "one" let got = try recv(s, 9) expect got == WSAECONNRESET')}
			${client('send(s, "one") send(s, "two") send(s, "34") sleep 3ms try send(s, "5") closesocket(s)')}`);
		for (const run of passes(text)) {
			assert.deepEqual(
				run.violations.map(({ rule }) => rule),
				[],
			);
		}
	});

	it('does not keep the run busy, if it is never sent: the deadlock says who waits', () => {
		const text = lab(
			`fault alice.ib0 WSPSend on calls 2..99: pending forever
			${server('try recv(s, 9)')}
			${client('ioctlsocket(s, FIONBIO, 1) send(s, "one") try send(s, "two") select([], [s], [])')}`,
			{ alice: 'sendBuffers 1' },
		);
		for (const seed of SEEDS) {
			const run = play(parsed(text), undefined, { seed, budget: 100_000, checkRules: false });
			const [failure = ''] = failures(run);
			assert.match(failure, /deadlock: .*alice\.client waits for .*session of socket \d+/);
			assert.ok(run.reader.length < 5000, `${run.reader.length} records`);
		}
	});
});

describe('A process that cannot end', () => {
	it('is named by the deadlock, beside the threads that wait', () => {
		// Its socket has to move to the process that shares it, which never uses it (DUP-3).
		const text = lab(`let shared = NULL
			${server('shared = WSADuplicateSocket(s, bob.worker) sleep 1ms')}
			thread bob.worker in process second {
				repeat 1 { while shared == NULL { sleep 20us } }
				WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
				WSAWaitForMultipleEvents([WSACreateEvent()], true)
			}
			${client('recv(s, 9)')}`);
		for (const seed of SEEDS) {
			const run = play(parsed(text), undefined, { seed, budget: 20_000, checkRules: false });
			const [failure = ''] = failures(run);
			for (const who of [
				/deadlock: .*bob\.worker waits for event \d+ \(line \d+\)/,
				/alice\.client waits for session of socket \d+ in WSPRecv \(line \d+\)/,
				/bob\.switch\.cleanup waits for .*control of socket \d+/,
			]) {
				assert.match(failure, who);
			}
		}
	});
});

describe('A host that crashes while something is on its way from it', () => {
	it('is silent from then on, and the run ends', () => {
		const text = lab(
			`partition alice at 1ms
			crash alice at 2ms
			${server('let got = try recv(s, 9) expect got == WSAECONNRESET')}
			${client('ioctlsocket(s, FIONBIO, 1) sleep 1ms try send(s, "one") try send(s, "two") select([], [s], [])')}`,
			{ alice: 'sendBuffers 1' },
		);
		for (const seed of SEEDS) {
			const run = play(parsed(text), undefined, { seed, budget: 20_000 });
			assert.deepEqual(failures(run), []);
			const { records } = TraceView.of(run.reader);
			const crash = records.findIndex(({ name }) => name === 'crash');
			assert.ok(crash >= 0);
			const after = records
				.slice(crash + 1)
				.filter(({ thread, name }) => /^alice\./.test(thread) && !/ thread$/.test(name));
			assert.deepEqual(after, []);
		}
	});
});

describe('A socket that moves to another process', () => {
	const worker = (statements: string) => `
		let shared = NULL
		let taken = false
		let moving = false
		${server('shared = WSADuplicateSocket(s, bob.worker) repeat 1 { while not taken { sleep 20us } }')}
		thread bob.worker in process second {
			repeat 1 { while shared == NULL { sleep 20us } }
			let s = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
			taken = true
			sleep 5ms
			moving = true
			${statements}
			closesocket(s)
		}`;

	it('waits for the credit that its suspend request needs, and does nothing meanwhile', () => {
		// The only message that it may send before is on its way when the socket moves.
		const text = lab(
			`let shared = NULL
			${server('send(s, "x") shared = WSADuplicateSocket(s, bob.worker) sleep 1s')}
			thread bob.worker in process second {
				repeat 1 { while shared == NULL { sleep 20us } }
				let s = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
				expect recv(s, 9) == "y"
				closesocket(s)
			}
			${client('expect recv(s, 9) == "x" send(s, "y") closesocket(s)')}`,
			{ fabric: 'latency 1ms, bandwidth 1Mbps', aliceNic: 'credits 2' },
		);
		for (const run of passes(text)) assert.ok(run.reader.length < 3000, `${run.reader.length} records`);
	});

	it('gets all that the peer took from its application meanwhile, though the peer has one send buffer only (DUP-7)', () => {
		const text = lab(
			`${worker('expect receive(s, 200) == text(fill(200, 65))')}
			${client(`ioctlsocket(s, FIONBIO, 1)
				repeat 1 { while not moving { sleep 20us } }
				sleep 100us
				expect send(s, fill(200, 65)) == 200
				ioctlsocket(s, FIONBIO, 0)
				expect length(recv(s, 9)) == 0
				closesocket(s)`)}`,
			{
				fabric: 'latency 80us',
				alice: 'sendBuffers 1',
				aliceNic: 'credits 8, bufferSize 64',
				bobNic: 'credits 6, bufferSize 64',
			},
		);
		passes(text);
	});

	it('is answered by a peer whose last message had to wait for a buffer', () => {
		const text = lab(
			`${worker('send(s, "b") expect receive(s, 1) == "x" expect length(recv(s, 9)) == 0')}
			${client(`repeat 1 { while not moving { sleep 20us } }
				send(s, "x")
				shutdown(s, SD_SEND)
				expect recv(s, 9) == "b"
				expect length(recv(s, 9)) == 0
				expect now() < 1s
				closesocket(s)`)}`,
			{ fabric: 'latency 80us', alice: 'sendBuffers 1' },
		);
		passes(text);
	});

	it('may move again while the peer would still have waited for the first time', () => {
		// The peer of a second suspension is not told to give up by the timer of the first (DUP-19).
		const text = lab(
			`let turn = 0
			let shared = NULL
			${server(`shared = WSADuplicateSocket(s, bob.worker)
				repeat 1 { while turn == 0 { sleep 20us } }
				send(s, "c")
				turn = 2`)}
			thread bob.worker in process second {
				repeat 1 { while shared == NULL { sleep 20us } }
				let s = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
				send(s, "b")
				turn = 1
				repeat 1 { while turn == 1 { sleep 20us } }
				closesocket(s)
			}
			${client('expect receive(s, 2) == "bc" expect length(recv(s, 9)) == 0 closesocket(s)')}`,
			{ fabric: 'latency 2ms', alice: 'guardTime 10ms' },
		);
		passes(text);
	});
});

describe('An RDMA write that a provider reports as done with 0 bytes', () => {
	it('ends the session, and is not asked for again for ever', () => {
		const text = lab(
			`fault alice.ib0 WSPGetOverlappedResult: return 0
			${server('try recv(s, 9000, MSG_WAITALL)')}
			${client('let sent = try send(s, fill(9000, 7)) expect sent == WSAECONNABORTED closesocket(s)')}`,
			{ aliceNic: 'credits 8, rdmaThreshold 100, rdmaRead off', bobNic: 'credits 8, rdmaRead off' },
		);
		for (const run of passes(text)) assert.ok(run.reader.length < 10_000, `${run.reader.length} records`);
	});
});

describe('A message in a private buffer, whose socket is closed before it was handed over', () => {
	it('is not reported any more (CLOSE-4)', () => {
		// The offer is there before the first receive is posted, and the second receive fails (SESS-9, SESS-10).
		const text = lab(
			`fault bob.ib0 WSPRecv on call 2: WSAENOBUFS
			thread bob.server { let l = listening() try select([l], [], [], 1ms) closesocket(l) }
			${client('try closesocket(s)').replace('connect(', 'try connect(')}`,
			{ bobNic: 'credits 8, accept asynchronous 20us, privateBuffers 4' },
		);
		for (const run of passes(text)) {
			const { records } = TraceView.of(run.reader);
			assert.ok(records.some(({ name }) => name === 'copied from a private buffer'));
			const closed = new Set<unknown>();
			const late = records.filter(({ name, from, args }) => {
				if (from !== 'bob.ib0') return false;
				if (name === 'WPUCloseSocketHandle') closed.add(args.s);
				return name === 'WPUCompleteOverlappedRequest' && closed.has(args.s);
			});
			assert.ok(closed.size > 0);
			assert.deepEqual(late, []);
		}
	});
});

describe('A descriptor that a provider returns without a socket', () => {
	it('is one object, however often it is returned', () => {
		const text = lab(`fault alice.ib0 WSPSocket: return 0
			${server('try recv(s, 9)')}
			${client('try closesocket(s) let again = socket() try connect(again, 10.1.0.2:7000) try closesocket(again)')}`);
		for (const seed of SEEDS) {
			const { reader } = play(parsed(text), undefined, { seed, checkRules: false });
			const named = new Map<string, number>();
			for (const { seq, kind, name } of TraceView.of(reader).records) {
				if (kind !== 'state' || !name.includes('socket 0')) continue;
				const id = reader.objectOfKey(reader.siteId(seq));
				assert.equal(named.get(name) ?? id, id, `two objects are called ${name}`);
				named.set(name, id);
			}
			assert.equal(named.size, 1);
		}
	});
});

describe('A send that arrives, but whose completion the provider never tells', () => {
	it('is asked about rarer and rarer: the switch does not spin until it gives up', () => {
		const text = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 { credits 3 } }
host bob { nic ib0 on fabric at 10.1.0.2 { credits 3 } sendBuffers 1 }
scenario "t" {
  fault bob.ib0 WSPSend: complete never
  thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1) let p = accept(l) recv(p, 4, MSG_WAITALL) closesocket(p) closesocket(l) }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) for word in ["a", "b", "c", "d"] { send(s, word) } closesocket(s) }
}`;
		for (const seed of SEEDS) {
			const { reader } = playToSuccess(parsed(text), undefined, { seed, checkRules: false });
			const asked = TraceView.of(reader).calls('bob.switch', 'bob.ib0', 'WSPGetOverlappedResult');
			assert.ok(asked.length > 0 && asked.length < 200, `asked ${asked.length} times`);
		}
	});
});
