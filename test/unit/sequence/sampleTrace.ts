/**
 * Traces written by hand: a connect over a SAN as the stack would record it, shortened, and loops of any length. They
 * test the diagram without the stack.
 */
import { Choices, Simulation, type Thread } from '../../../server/simulation';
import { Reader, type Site, site, Trace, type Value } from '../../../server/trace';

const STATEMENT = site('statement', ['text']);
const LOG = site('log', ['text']);
const LOOKUP = site('subnet table lookup', ['destination', 'provider'], ['SWITCH-2']);
const SET_EVENT = site('SetEvent', ['hEvent', 'announces'], ['CONN-10']);
const REQUEST = site('native connect request', ['bytes', 'arrives']);
const ACCEPT = site('native accept', ['bytes', 'arrives']);
const MESSAGE = site('message', ['bytes', 'arrives', 'control'], ['SESS-3']);

/** Writes records of one trace; components are named, not numbered. */
export class Scribe {
	readonly trace = new Trace();
	readonly reader = new Reader(this.trace);
	readonly simulation: Simulation;

	constructor() {
		this.simulation = new Simulation(this.trace, new Choices(1));
		for (const host of ['alice', 'bob']) {
			for (const part of ['ib0', 'ib0.proxy', 'ib0.nic', 'switch', 'tcpip']) this.component(`${host}.${part}`);
		}
	}

	component(name: string): number {
		return this.trace.components.of(name);
	}

	thread(name: string): Thread {
		return this.simulation.thread(name, name, false);
	}

	/** One call with everything that `inside` writes. @returns the call's `seq` */
	call(
		thread: Thread,
		to: string,
		where: Site,
		args: readonly Value[],
		outcome: { readonly result?: Value; readonly error?: string; readonly out?: Value } = { result: 0 },
		inside: () => void = () => {},
	): number {
		const [a, b, c, d] = args;
		const seq = thread.enter(where, this.component(to), a, b, c, d);
		inside();
		this.simulation.now += 1000;
		thread.leave(site(where.name, ['lpNumberOfBytes']), outcome.result, outcome.error, outcome.out);
		return seq;
	}
}

/** What `sampleTrace` gives: the trace and records worth pointing at. */
export interface Sample {
	readonly scribe: Scribe;
	readonly reader: Reader;
	/** The switch's WSPConnect on the provider. */
	readonly connect: number;
}

/** Start-up, then a nonblocking connect that pends, is accepted and negotiates a session. */
export function sampleTrace(): Sample {
	const scribe = new Scribe();
	const { reader, simulation } = scribe;
	const client = scribe.thread('alice.client');
	const nic = scribe.thread('alice.ib0.nic');
	const peer = scribe.thread('bob.ib0.nic');
	nic.enterPhase('setup');
	client.note(STATEMENT, client.component, 'let s = socket()');
	client.enterPhase('initialization');
	startUp(scribe, client);
	client.enterPhase('setup');
	scribe.call(
		client,
		'alice.switch',
		site('WSPSocket', ['af', 'type', 'protocol']),
		['AF_INET', 'SOCK_STREAM', 'IPPROTO_TCP'],
		{ result: 3 },
		() => {
			scribe.call(
				client,
				'alice.tcpip',
				site('WSPSocket', ['af', 'type', 'protocol']),
				['AF_INET', 'SOCK_STREAM', 'IPPROTO_TCP'],
				{ result: 3 },
			);
		},
	);
	client.note(STATEMENT, client.component, 'connect(s, 10.1.0.2:7000)');
	let connect = -1;
	scribe.call(
		client,
		'alice.switch',
		site('WSPConnect', ['s', 'name']),
		[3, '10.1.0.2:7000'],
		{ error: 'WSAEWOULDBLOCK' },
		() => {
			connect = switchConnect(scribe, client);
		},
	);
	simulation.now += 5000;
	nic.message(REQUEST, scribe.component('bob.ib0.nic'), 64, simulation.now + 5000);
	simulation.now += 5000;
	peer.enterPhase('setup');
	peer.message(ACCEPT, scribe.component('alice.ib0.nic'), 64, simulation.now + 5000);
	simulation.now += 5000;
	nic.component = scribe.component('alice.ib0');
	nic.signal(SET_EVENT, scribe.component('alice.switch'), undefined, 4, 'FD_CONNECT');
	client.enterPhase('negotiation');
	negotiate(scribe, client);
	client.note(LOG, client.component, 'connected');
	return { scribe, reader, connect };
}

function startUp(scribe: Scribe, client: Thread): void {
	client.component = scribe.component('alice.switch');
	scribe.call(client, 'alice.ib0', site('WSPStartupEx', ['wVersionRequested']), [0x0202]);
	for (const name of ['WSPRegisterMemory', 'WSPRdmaWrite', 'WSPRdmaRead']) {
		scribe.call(client, 'alice.ib0', site('WSPIoctl', ['s', 'code', 'name']), [
			1,
			'SIO_GET_EXTENSION_FUNCTION_POINTER',
			name,
		]);
	}
	client.component = scribe.component('alice.client');
}

function switchConnect(scribe: Scribe, client: Thread): number {
	client.note(LOOKUP, client.component, '10.1.0.2', 'alice.ib0');
	scribe.call(
		client,
		'alice.ib0',
		site('WSPSocket', ['af', 'type', 'protocol']),
		['AF_INET', 'SOCK_STREAM', 'IPPROTO_TCP'],
		{ result: 7 },
		() => {
			scribe.call(client, 'alice.switch', site('WPUCreateSocketHandle', ['dwCatalogEntryId', 'dwContext']), [1001, 7], {
				result: 11,
			});
		},
	);
	scribe.call(client, 'alice.ib0', site('WSPBind', ['s', 'name']), [7, '10.1.0.1:0']);
	scribe.call(client, 'alice.ib0', site('WSPEventSelect', ['s', 'hEventObject', 'lNetworkEvents']), [
		7,
		4,
		'FD_CONNECT',
	]);
	return scribe.call(
		client,
		'alice.ib0',
		site('WSPConnect', ['s', 'name']),
		[7, '10.1.0.2:7000'],
		{ error: 'WSAEWOULDBLOCK' },
		() => {
			scribe.call(client, 'alice.ib0.proxy', site('IRP_MJ_DEVICE_CONTROL', ['request', 'address', 'length']), [
				'connect',
				'10.1.0.2',
				4,
			]);
		},
	);
}

function negotiate(scribe: Scribe, client: Thread): void {
	const nic = scribe.thread('alice.ib0.nic');
	nic.enterPhase('negotiation');
	client.component = scribe.component('alice.switch');
	scribe.call(client, 'alice.ib0', site('WSPRegisterMemory', ['s', 'lpBuffer', 'dwLength']), [7, 0x1000, 4096], {
		result: 1,
	});
	scribe.call(client, 'alice.ib0', site('WSPRecv', ['s', 'lpBuffers', 'lpOverlapped']), [7, 4, 1], {
		error: 'WSA_IO_PENDING',
	});
	scribe.call(client, 'alice.ib0', site('WSPSend', ['s', 'lpBuffers', 'lpOverlapped']), [7, 1, 2], {
		error: 'WSA_IO_PENDING',
	});
	nic.message(MESSAGE, scribe.component('bob.ib0.nic'), 8, scribe.simulation.now + 5000, 'negotiate');
	client.component = scribe.component('alice.client');
}

/** `count` application calls that each reach the provider: four rows a round. */
export function loopTrace(rounds: number): Scribe {
	const scribe = new Scribe();
	const client = scribe.thread('alice.client');
	client.enterPhase('data');
	const send = site('WSPSend', ['s', 'lpBuffers']);
	for (let round = 0; round < rounds; round++) {
		scribe.call(client, 'alice.switch', send, [3, round], { result: 0, out: 16 }, () => {
			scribe.call(client, 'alice.ib0', send, [7, round], { error: 'WSA_IO_PENDING' });
		});
	}
	return scribe;
}
