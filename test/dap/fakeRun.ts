/**
 * A hand-made run for tests of the debugger alone: a connect through switch, provider and proxy driver, written record
 * by record, so that a test knows the number of every one of them.
 */
import type { StartRun } from '../../server/debug';
import type { Run, RunState } from '../../server/scenario/interpreter/run';
import type { Phase } from '../../server/trace';
import { objectType, phases, Reader, type Site, site, Trace } from '../../server/trace';

/** The file that the fake runs belong to. Line numbers below refer to it. */
export const fakeProgram = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }

scenario "connect" {
  thread alice.client {
    let s = socket()
    connect(s, 10.1.0.2:7000)
    log "connected"
    closesocket(s)
  }
}

scenario "endless" {
  thread alice.client {
    while true { log "again" }
  }
}

scenario "long" {
  thread alice.client {
    while true { log "again" }
  }
}
`;

const socketType = objectType('socket', ['state', 'local', 'remote', 'provider']);
const variablesType = objectType('variables', ['s']);
const threadType = objectType('thread', ['state', 'waitsFor', 'until']);
const tableType = objectType('table', ['10.1.0.0/16']);

const STATEMENT = site('statement');
const LOG = site('log', ['text']);
const WSP_SOCKET = site('WSPSocket', ['af', 'type', 'protocol'], ['SOCK-1']);
const SAN_SOCKET = site('WSPSocket', ['af', 'type', 'protocol'], ['SOCK-3', 'SWITCH-2']);
const WSP_CONNECT = site('WSPConnect', ['s', 'name'], ['SWITCH-1']);
const SAN_CONNECT = site('WSPConnect', ['s', 'name'], ['CONN-4', 'CONN-5']);
const LOOKUP = site('subnet table lookup', ['destination', 'provider'], ['SWITCH-1', 'SWITCH-2']);
const IOCTL = site('IRP_MJ_DEVICE_CONTROL', ['request'], ['CONN-6', 'PROXY-4']);
const SET_EVENT = site('SetEvent', ['hEvent'], ['CONN-10']);
const CREATE_HANDLE = site('WPUCreateSocketHandle', ['dwCatalogEntryId'], ['SOCK-3']);
const ENUM = site('WSPEnumNetworkEvents', ['s', 'hEventObject'], ['CONN-11']);
const CLOSE = site('WSPCloseSocket', ['s'], ['CLOSE-1']);
const REQUEST = site('native connect request', ['to'], ['CONN-6']);

/** Writes records for one thread, as the simulation's threads do. */
class Writer {
	component: number;
	call = -1;
	cause = -1;
	phase = phases.indexOf('setup');
	source = -1;
	readonly thread: number;

	constructor(
		readonly trace: Trace,
		readonly clock: { now: number },
		thread: string,
		component: string,
	) {
		this.thread = trace.components.of(thread);
		this.component = trace.components.of(component);
	}

	at(file: string, line: number, column: number): void {
		this.source = this.trace.sources.of({ file, line, column });
		this.cause = this.trace.note(this.clock.now, this, STATEMENT, this.component);
	}

	enter(
		where: Site,
		to: string,
		a?: string | number,
		b?: string | number,
	): { readonly call: number; readonly outer: number; readonly from: number } {
		const outer = this.call;
		const from = this.component;
		const call = this.trace.call(this.clock.now, this, where, this.trace.components.of(to), a, b);
		this.component = this.trace.components.of(to);
		this.call = call;
		this.cause = call;
		this.clock.now += 1000;
		return { call, outer, from };
	}

	leave(
		where: Site,
		open: { readonly call: number; readonly outer: number; readonly from: number },
		result?: number,
		error?: string,
	): void {
		this.trace.return(this.clock.now, this, where, open.from, open.call, result, error);
		this.component = open.from;
		this.call = open.outer;
		this.cause = open.outer;
	}

	inPhase(phase: Phase): void {
		this.phase = phases.indexOf(phase);
	}
}

/** One step of a fake run writes what stands between two yields. */
type Script = Generator<void, void, void>;

function* connectScript(trace: Trace, file: string): Script {
	const clock = { now: 0 };
	const client = new Writer(trace, clock, 'alice.client', 'alice.client');
	trace.components.of('alice.ib0');
	trace.components.of('alice.ib0.proxy');
	const thread = trace.object(threadType, client.thread);
	const variables = trace.object(variablesType, client.thread);
	const table = trace.object(tableType, trace.components.of('alice.switch'));
	trace.change(0, client, thread, 'state', 'runnable'); // 0
	client.at(file, 7, 5); // 1
	const socket = client.enter(WSP_SOCKET, 'alice.switch', 'AF_INET', 'SOCK_STREAM'); // 2
	const s = trace.object(socketType, client.component, 4);
	trace.change(clock.now, client, table, '10.1.0.0/16', 'ib0'); // 3
	trace.change(clock.now, client, s, 'state', 'created'); // 4
	client.leave(WSP_SOCKET, socket, 4); // 5
	trace.change(clock.now, client, variables, 's', 'socket 4'); // 6
	yield;
	client.at(file, 8, 5); // 7
	const connect = client.enter(WSP_CONNECT, 'alice.switch', 4, '10.1.0.2:7000'); // 8
	trace.change(clock.now, client, s, 'state', 'connecting'); // 9
	trace.note(clock.now, client, LOOKUP, client.component, '10.1.0.2', 'ib0'); // 10
	const sanSocket = client.enter(SAN_SOCKET, 'alice.ib0', 'AF_INET'); // 11
	const handle = client.enter(CREATE_HANDLE, 'alice.switch', 7); // 12
	client.leave(CREATE_HANDLE, handle, 70); // 13
	client.leave(SAN_SOCKET, sanSocket, 3); // 14
	const sanConnect = client.enter(SAN_CONNECT, 'alice.ib0', 3, '10.1.0.2:7000'); // 15
	const ioctl = client.enter(IOCTL, 'alice.ib0.proxy', 'translate'); // 16
	client.leave(IOCTL, ioctl, 0); // 17
	const worker = new Writer(trace, clock, 'alice.ib0.connect', 'alice.ib0');
	worker.cause = sanConnect.call;
	client.leave(SAN_CONNECT, sanConnect, -1, 'WSAEWOULDBLOCK'); // 18
	trace.change(clock.now, client, thread, 'state', 'waiting'); // 19
	trace.change(clock.now, client, thread, 'waitsFor', 'event 3'); // 20
	yield;
	clock.now += 3_000_000;
	trace.message(clock.now, worker, REQUEST, trace.components.of('bob.ib0'), '10.1.0.2'); // 21
	const signal = trace.signal(clock.now, worker, SET_EVENT, trace.components.of('alice.switch'), undefined, 3); // 22
	client.cause = signal;
	trace.change(clock.now, client, thread, 'state', 'runnable'); // 23
	trace.change(clock.now, client, thread, 'waitsFor', null); // 24
	yield;
	const events = client.enter(ENUM, 'alice.ib0', 3, 3); // 25
	client.leave(ENUM, events, 0); // 26
	trace.change(clock.now, client, s, 'state', 'connected'); // 27
	trace.change(clock.now, client, s, 'provider', 'ib0'); // 28
	client.leave(WSP_CONNECT, connect, 0); // 29
	yield;
	client.at(file, 9, 5); // 30
	trace.note(clock.now, client, LOG, client.component, 'connected'); // 31
	client.inPhase('shutdown');
	client.at(file, 10, 5); // 32
	const close = client.enter(CLOSE, 'alice.switch', 4); // 33
	client.leave(CLOSE, close, 0); // 34
	trace.change(clock.now, client, thread, 'state', 'ended'); // 35
}

/** Calls and returns without end, or `limit` statements of them. */
function* loopScript(trace: Trace, file: string, limit: number): Script {
	const clock = { now: 0 };
	const client = new Writer(trace, clock, 'alice.client', 'alice.client');
	const thread = trace.object(threadType, client.thread);
	trace.change(0, client, thread, 'state', 'runnable');
	for (let i = 0; i < limit; i++) {
		client.at(file, 21, 18);
		const open = client.enter(WSP_SOCKET, 'alice.switch', 'AF_INET', i & 1023);
		client.leave(WSP_SOCKET, open, 4);
		if ((i & 7) === 7) yield;
	}
	trace.change(clock.now, client, thread, 'state', 'ended');
}

/** Starts one of the fake runs: `connect`, `endless`, or `long` with about a million records. */
export const startFakeRun: StartRun = (file, scenario, options): Run => {
	const trace = new Trace();
	const limit = scenario === 'long' ? 350_000 : Number.POSITIVE_INFINITY;
	const script = scenario === 'connect' ? connectScript(trace, file.uri) : loopScript(trace, file.uri, limit);
	let state: RunState = { kind: 'running' };
	return {
		title: scenario,
		source: { file: file.uri, line: 5, column: 1 },
		seed: options.seed ?? 1,
		reader: new Reader(trace),
		violations: [],
		ruleResults: () => new Map(),
		get state() {
			return state;
		},
		advance(steps) {
			for (let i = 0; i < steps && state.kind === 'running'; i++) if (script.next().done) state = { kind: 'passed' };
			return state;
		},
	};
};
