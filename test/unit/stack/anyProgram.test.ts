/**
 * Programs that make no sense: random calls on random sockets, with random faults. Whatever they do, the simulation does
 * not break: no exception leaves it, its trace is sound, the same seed gives the same trace, and it comes to an end.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { traceLines } from '../../../server/trace';
import { failures, parsed, play } from '../../golden/play';
import { soundnessProblems } from '../../golden/soundness';
import { TraceView } from '../../golden/traceView';
import { check } from '../trace/values';

const addresses = [
	'10.1.0.2:7000',
	'10.1.0.2:7000',
	'10.1.0.2:7000',
	'192.168.7.2:7000',
	'10.1.0.1:7000',
	'0.0.0.0:7000',
	'10.1.0.2:9',
	'10.1.0.99:1',
	'10.1.0.3:7000',
];

/** A call of the program on one of its sockets `s0` … `s2`. */
const statement = fc
	.tuple(fc.nat(2), fc.constantFrom(...addresses), fc.nat(11), fc.integer({ min: 1, max: 900 }))
	.map(([socket, address, what, size]) => {
		const s = `s${socket}`;
		const forms = [
			`try connect(${s}, ${address})`,
			`try bind(${s}, ${address})`,
			`try listen(${s}, ${(size % 3) + 1})`,
			`${s} = accepted(${s})`,
			`try send(${s}, fill(${size}, 7))`,
			`try recv(${s}, ${size})`,
			`try closesocket(${s})`,
			`try shutdown(${s}, SD_SEND)`,
			`${s} = socket() ioctlsocket(${s}, FIONBIO, 1)`,
			`try WSAEventSelect(${s}, e, FD_CONNECT | FD_READ | FD_WRITE | FD_ACCEPT | FD_CLOSE)`,
			`sleep ${size}us`,
			'if WSAWaitForMultipleEvents([e], false, 1ms) == 0 { WSAResetEvent(e) }',
		];
		return forms[what] as string;
	});

const program = fc.array(statement, { minLength: 3, maxLength: 14 });

const fault = fc.constantFrom(
	'',
	'fault alice.ib0 WSPConnect: pending 1ms, then WSAETIMEDOUT',
	'fault alice.ib0 WSPConnect: signal twice',
	'fault bob.ib0 WSPAccept on call 1: WSAECONNRESET',
	'fault bob.ib0 WSPRecv on call 2: WSAENOBUFS',
	'fault alice.ib0 WSPRegisterMemory on call 2: WSAENOBUFS',
	'drop message NativeAccept #1',
	'duplicate messages #1..',
	'partition fabric at 200us for 1ms',
	'down bob.ib0 at 300us for 2ms',
	'configure alice.ib0 { connect immediate }',
	'configure bob.ib0 { accept asynchronous 100us }',
	'configure bob { accept lazily }',
);

/** Sockets that do not block, so that few programs wait for ever. */
function thread(name: string, statements: readonly string[]): string {
	const sockets = [0, 1, 2].map((n) => `let s${n} = socket() ioctlsocket(s${n}, FIONBIO, 1)`).join(' ');
	return `thread ${name} { let e = WSACreateEvent() ${sockets}\n${statements.join('\n')}\n}`;
}

const lab = `
san fabric 10.1.0.0/16 { latency 5us }
lan office 192.168.7.0/24 { latency 200us loss 2% }
host alice { nic ib0 on fabric at 10.1.0.1 { credits 3 bufferSize 256 connectTimeout 5ms } nic eth0 on office at 192.168.7.1 }
host bob { nic ib0 on fabric at 10.1.0.2 { credits 4 bufferSize 256 connectTimeout 5ms } nic eth0 on office at 192.168.7.2 }
host carol { nic ib0 on fabric at 10.1.0.3 { ndis only } }
function accepted(s) {
  let made = try accept(s)
  if made == WSAEWOULDBLOCK or made == WSAEINVAL or made == WSAENOTSOCK or made == WSAECONNRESET { return s }
  return made
}
`;

describe('Any program', function () {
	this.timeout(120_000);

	it('leaves the simulation sound', () => {
		check(
			fc.property(
				fc.array(program, { minLength: 4, maxLength: 4 }),
				fc.array(fault, { maxLength: 2 }),
				fc.nat(1000),
				(programs, faults, seed) => {
					const names = ['alice.one', 'alice.two', 'bob.one', 'bob.two'];
					// A listener on bob, and time for it, so that some of it leads to connections.
					const starts = ['sleep 50us', 'sleep 50us', 'try bind(s0, 0.0.0.0:7000) try listen(s0, 2)', 'sleep 100us'];
					const threads = programs.map((statements, index) =>
						thread(names[index] as string, [starts[index] as string, ...statements]),
					);
					const file = parsed(`${lab} scenario "any" { ${faults.join('\n')}\n${threads.join('\n')} }`);
					const run = play(file, undefined, { seed, budget: 200_000 });
					const problems = failures(run).filter(
						(failure) =>
							!/failed with WSA\w+, and nothing else was expected|deadlock: nothing can happen/.test(failure),
					);
					assert.deepEqual(problems, []);
					assert.deepEqual(soundnessProblems(TraceView.of(run.reader)), []);
					const again = play(file, undefined, { seed, budget: 200_000 });
					assert.deepEqual([...traceLines(again.reader)], [...traceLines(run.reader)]);
				},
			),
			60,
		);
	});
});
