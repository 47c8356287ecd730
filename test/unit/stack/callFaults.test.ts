/** Every clause that a fault may say of a call (`faultClauses.ts`) does to that call what docs/language.md says. */

import assert from 'node:assert/strict';
import type { TraceRecord } from '../../../server/trace';
import { type FaultClauses, type FaultComponent, faultClauses } from '../../../server/winsock/faultClauses';
import { parsed, play } from '../../golden/play';

/**
 * A program that makes every call of every table, and goes on whatever fails.
 * @param crowded two requests wait at once, so that the second is announced after WSPAccept
 */
function everything(fault: string, crowded: boolean): string {
	return `
san fabric 10.1.0.0/16 { latency 5us }
lan office 192.168.7.0/24 { latency 20us }
host alice {
  guardTime 50ms
  nic ib0 on fabric at 10.1.0.1 { cache on qos on rdmaRead off connectTimeout 5ms }
  nic eth0 on office at 192.168.7.1
}
host bob {
  guardTime 50ms ${crowded ? 'accept lazily' : ''}
  nic ib0 on fabric at 10.1.0.2 { cache on revive on connectTimeout 5ms }
  nic eth0 on office at 192.168.7.2
}
function anybody() { return CF_ACCEPT }
scenario "everything" {
  timeLimit 200s
  ${fault}
  let shared = NULL
  thread bob.server {
    let l = try socket()
    try bind(l, 0.0.0.0:7000)
    try listen(l, 4)
    ${crowded ? 'sleep 1ms' : ''}
    let p = try WSAAccept(l, anybody)
    try recv(p, 4)
    try send(p, fill(9000, 1))
    try recv(p, 9000, MSG_WAITALL)
    shared = try WSADuplicateSocket(p, bob.child)
    sleep 5ms
    try send(p, "home")
    try closesocket(p)
    let q = try WSAAccept(l, anybody)
    try recv(q, 4)
    try send(q, "back")
    try shutdown(q, SD_SEND)
    try closesocket(q)
    try closesocket(l)
  }
  thread bob.child in process second {
    while shared == NULL and now() < 100ms { sleep 50us }
    let c = try WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
    try send(c, "moved")
    sleep 10ms
    try closesocket(c)
  }
  thread alice.client {
    sleep 100us
    let idle = try socket()
    try bind(idle, 10.1.0.1:9)
    try listen(idle, 1)
    let s = try socket()
    try setsockopt(s, SOL_SOCKET, SO_DEBUG, 1)
    try setsockopt(s, SOL_SOCKET, SO_GROUP_PRIORITY, 1)
    try getsockopt(s, SOL_SOCKET, SO_GROUP_PRIORITY)
    try WSAIoctl(s, SIO_ADDRESS_LIST_QUERY)
    try WSAGetQOSByName(s, "G711")
    try bind(s, 10.1.0.1:5000)
    try connect(s, 10.1.0.2:7000)
    try getsockname(s)
    try WSAGetQOSByName(s, "G711")
    try getpeername(s)
    try send(s, "ping")
    try recv(s, 9000, MSG_WAITALL)
    let data = fill(9000, 2)
    try send(s, data)
    VirtualFree(data)
    try recv(s, 9, MSG_WAITALL)
    try shutdown(s, SD_SEND)
    let copy = try WSADuplicateSocket(s, bob.child)
    try closesocket(s)
    let r = try socket()
    let e = WSACreateEvent()
    try WSAEventSelect(r, e, FD_CONNECT | FD_READ)
    try connect(r, 192.168.7.2:7000)
    WSAWaitForMultipleEvents([e], false, 5s)
    try WSAEnumNetworkEvents(r, e)
    try send(r, "last")
    try select([r], [], [], 5s)
    try recv(r, 4)
    let o = WSAOVERLAPPED()
    try WSARecv(r, 4, 0, o)
    try WSAGetOverlappedResult(r, o, true)
    try closesocket(r)
    try WSACleanup()
  }
  ${crowded ? 'thread alice.other { sleep 100us let s = socket() try connect(s, 10.1.0.2:7000) try closesocket(s) }' : ''}
}`;
}

const places: Readonly<Record<FaultComponent, readonly string[]>> = {
	provider: ['alice.ib0', 'bob.ib0'],
	tcpip: ['alice.tcpip', 'bob.tcpip'],
	switch: ['alice.switch', 'bob.switch'],
};

/** Runs the program with a fault. */
type Play = (fault: string, crowded?: boolean) => readonly TraceRecord[];

const records: Play = (fault, crowded = false) => {
	// What rules are broken does not matter here; looking for it would take most of the time.
	const { reader, state } = play(parsed(everything(fault, crowded)), undefined, { seed: 1, checkRules: false });
	assert.notEqual(state.kind, 'running');
	return Array.from({ length: reader.length }, (_, seq) => reader.record(seq));
};

/** Whether record `r` is a call of `call` that the fault of `component` concerns. */
function concerns(r: TraceRecord, component: string, call: string): boolean {
	if ((r.kind !== 'call' && r.kind !== 'signal') || r.name !== call) return false;
	if (/Event$/.test(call) && !call.startsWith('WSP')) return r.from === component;
	return r.to === component || (/^(WPU|ConditionFunc)/.test(call) && r.from === component);
}

const clean = records('');
const cleanCrowded = records('', true);

/** As if the fault did nothing: what holds of these runs too proves nothing. */
const faultless: Play = (_fault, crowded) => (crowded ? cleanCrowded : clean);

/** The component of that kind that has something to do with the call in the program. */
function placeOf(kind: FaultComponent, call: string): string {
	const place = places[kind].find((component) => clean.some((r) => concerns(r, component, call)));
	assert.ok(place, `the program never reaches ${call} of a ${kind}`);
	return place;
}

/** The first call that the fault concerns and its return; signals have none. */
function first(trace: readonly TraceRecord[], place: string, call: string) {
	const made = trace.find((r) => concerns(r, place, call));
	const returned = made && trace.find((r) => r.kind === 'return' && r.call === made.seq);
	return { made, returned };
}

const signals = new Set(['WPUCompleteOverlappedRequest', 'SetEvent', 'ResetEvent']);

/** What `return N` hands over: nothing in the program has this value. */
const MADE_UP = 777;

function concerning(trace: readonly TraceRecord[], place: string, call: string): readonly TraceRecord[] {
	return trace.filter((r) => concerns(r, place, call));
}

/** The signals that were given. What is reported to a switch it must also take: a fault at the switch keeps it from that. */
function given(trace: readonly TraceRecord[], place: string, call: string): readonly TraceRecord[] {
	const signalled = concerning(trace, place, call).filter((r) => r.error === undefined);
	if (call !== 'WPUCompleteOverlappedRequest' || !place.endsWith('.switch')) return signalled;
	const taken = new Set(trace.filter((r) => r.name === 'control message received').map((r) => r.cause));
	return signalled.filter((r) => taken.has(r.seq));
}

/** The record with which the first call ended well: its return, or what told later of the operation that it started. */
function success(trace: readonly TraceRecord[], place: string, call: string): TraceRecord | undefined {
	const { made, returned } = first(trace, place, call);
	if (!made || !returned?.error) return returned;
	const later = trace.slice(returned.seq + 1);
	if (returned.error === 'WSAEWOULDBLOCK') return later.find((r) => r.name === 'SetEvent' && r.from === place);
	if (returned.error !== 'WSA_IO_PENDING') return undefined;
	const { overlapped } = made.args;
	const fetches = later.filter(
		(r) =>
			r.kind === 'call' && r.name === 'WSPGetOverlappedResult' && r.to === place && r.args.overlapped === overlapped,
	);
	return (
		later.find(
			(r) => r.kind === 'signal' && r.from === place && r.args.overlapped === overlapped && r.args.dwError === 0,
		) ?? later.find((r) => r.kind === 'return' && !r.error && fetches.some((fetch) => fetch.seq === r.call))
	);
}

/** What a fault does to a call, asserted of the runs that `play` makes with it. */
type Proof = (play: Play, place: string, call: string) => void;

const proofs: Readonly<Record<string, Proof>> = {
	'an error': (play, place, call) => {
		const trace = play(`fault ${place} ${call}: WSAEPROCLIM`);
		if (signals.has(call)) assert.ok(concerning(trace, place, call).every((r) => r.error === 'WSAEPROCLIM'));
		else if (call === 'ConditionFunc') assert.equal(first(trace, place, call).returned?.result, 'CF_REJECT');
		else assert.equal(first(trace, place, call).returned?.error, 'WSAEPROCLIM');
	},
	'return with an error': (play, place, call) => {
		const trace = play(`fault ${place} ${call} on call 1: return WSAEPROCLIM`);
		if (signals.has(call)) {
			const usual = given(clean, place, call).length;
			assert.ok(given(trace, place, call).length < usual, `${given(trace, place, call).length} of ${usual}`);
		} else if (call === 'ConditionFunc') assert.equal(first(trace, place, call).returned?.result, 'CF_REJECT');
		else assert.equal(first(trace, place, call).returned?.error, 'WSAEPROCLIM');
	},
	number: (play, place, call) => {
		const trace = play(`fault ${place} ${call} on calls 1..: return ${MADE_UP}`);
		if (signals.has(call)) {
			assert.deepEqual(given(trace, place, call), []);
			return;
		}
		const { made, returned } = first(trace, place, call);
		assert.equal(returned?.error, undefined);
		if (call === 'ConditionFunc') assert.equal(returned?.result, 'CF_REJECT');
		else if (call === 'WSPIoctl' && returned?.args.iAddressCount === 0) assert.equal(returned.result, MADE_UP);
		else if (call === 'WSPGetSockOpt') assert.equal(returned?.args.optval, MADE_UP);
		else if (call === 'WSPGetOverlappedResult') assert.equal(returned?.args.cbTransfer, MADE_UP);
		else assert.equal(returned?.args.dwProviderReserved ?? returned?.result, MADE_UP, JSON.stringify(returned));
		// None of its work: no call inside it.
		assert.ok(!trace.some((r) => r.kind === 'call' && r.within === made?.seq));
	},
	pending: (play, place, call) => {
		const trace = play(`fault ${place} ${call} on call 1: pending 50us, then WSAEPROCLIM`);
		const { made, returned } = first(trace, place, call);
		assert.ok(made && returned);
		if (returned.error === 'WSA_IO_PENDING' || returned.error === 'WSAEWOULDBLOCK') {
			// The operation ends later: its end is reported, or found out by polling.
			const ended = trace.find((r) => r.time >= made.time + 50_000 && JSON.stringify(r).includes('WSAEPROCLIM'));
			assert.ok(ended, `${call} never ended`);
		} else assert.equal(returned.time, made.time + 50_000);
		assert.ok(success(clean, place, call), `${call} never ends as usual`);
		// Closing the socket may interrupt or abort it.
		assert.deepEqual(success(play(`fault ${place} ${call} on call 1: pending forever`), place, call), undefined);
	},
	signal: (play, place, call) => {
		const crowded = call === 'WSPAccept';
		const raised = (trace: readonly TraceRecord[]) =>
			trace.filter((r) => r.kind === 'signal' && r.name === 'SetEvent' && r.from === place).length;
		const usual = raised(crowded ? cleanCrowded : clean);
		assert.ok(raised(play(`fault ${place} ${call}: signal never`, crowded)) < usual, 'never');
		assert.ok(raised(play(`fault ${place} ${call}: signal twice`, crowded)) > usual, 'twice');
	},
	complete: (play, place, call) => {
		const completed = (trace: readonly TraceRecord[]) =>
			trace.filter(
				(r) =>
					r.name === 'WPUCompleteOverlappedRequest' &&
					r.from === place &&
					(call.startsWith('WPU') || r.args.operation === call),
			).length;
		const usual = completed(clean);
		// The switch asks for the end of a send itself, so that none is reported and none can stay away.
		if (call !== 'WSPSend') {
			assert.ok(completed(play(`fault ${place} ${call} on call 1: complete never`)) < usual);
		}
		const twice = completed(play(`fault ${place} ${call} on call 1: complete twice`));
		assert.ok(twice > usual, `${twice} completions, ${usual} as usual`);
	},
};

function clausesOf({ number, pending, signal, complete }: FaultClauses): readonly string[] {
	return [
		'an error',
		'return with an error',
		...(number ? ['number'] : []),
		...(pending ? ['pending'] : []),
		...(signal ? ['signal'] : []),
		...(complete ? ['complete'] : []),
	];
}

/** Calls that are left out while another one is served; most are made from inside it, what comes later is left out too. */
function proofOfSkip(left: string): Proof {
	return (play, place, call) => {
		const crowded = call === 'WSPAccept' && left === 'SetEvent';
		const reached = (all: readonly TraceRecord[]) => all.filter((r) => r.name === left && r.from === place).length;
		const usual = reached(faultless('', crowded));
		const now = reached(play(`fault ${place} ${call}: skip ${left}`, crowded));
		assert.ok(now < usual, `${now} of ${usual}`);
	};
}

describe('Faults of calls', () => {
	for (const [kind, table] of Object.entries(faultClauses)) {
		const prove = (title: string, call: string, proof: Proof): void => {
			it(`${call}: ${title}`, () => {
				const place = placeOf(kind as FaultComponent, call);
				proof(records, place, call);
				assert.throws(() => proof(faultless, place, call), assert.AssertionError, 'holds without the fault too');
			});
		};
		describe(`at a component of kind ${kind}`, () => {
			for (const [call, clauses] of Object.entries(table)) {
				for (const clause of clausesOf(clauses)) prove(clause, call, proofs[clause] as Proof);
				for (const left of clauses.skip ?? []) prove(`skip ${left}`, call, proofOfSkip(left));
			}
		});
	}
});
