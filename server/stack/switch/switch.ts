/**
 * The Windows Sockets switch in one process: a layered provider that makes TCP/IP and all SAN providers look like one.
 * This file is its state and the up-calls that it lends to SAN providers; what it does for each SPI call of an application
 * is in the files beside it, one for each page of the documentation.
 */
import { type Action, type Deadline, type Simulation, type Thread, Waiters } from '../../simulation';
import { objectType, site, type TracedObject } from '../../trace';
import { type IpAddress, longestMatch, type SocketAddress, type Subnet } from '../../winsock/address';
import { EventObject } from '../eventObject';
import { type CallEffect, type CallFaults, forced } from '../faults';
import { isError, type Outcome, type WsaError } from '../outcome';
import {
	type Overlapped,
	type SanProvider,
	SOCKET_HANDLE_CONTEXT,
	type UpCalls,
	WPU_CLOSE_SOCKET_HANDLE,
	WPU_CREATE_SOCKET_HANDLE,
	WPU_QUERY_SOCKET_HANDLE_CONTEXT,
} from '../san';
import type { TcpipProvider, TcpSocket } from '../tcpip';
import { AppSocket, appSocketObject } from './appSocket';
import type { Session } from './session';
import type { SharedSocket } from './sharing';
import type { Transport } from './transport';

const tableObject = objectType('table', ['entries', 'lastLookup', 'lastResult']);

const AMBIGUOUS = site('ambiguous subnet table', ['subnet', 'used', 'notUsed'], ['SWITCH-2']);
const WPU_COMPLETE = site(
	'WPUCompleteOverlappedRequest',
	['s', 'operation', 'dwError', 'cbTransferred', 'overlapped'],
	['COMP-6', 'SOCK-5'],
);

/** A line of the table "local IP subnet → SAN provider" (ADDR-5). */
export interface TableEntry {
	readonly subnet: Subnet;
	/** The provider's own address in the subnet: what a companion is bound to. */
	readonly address: IpAddress;
	readonly provider: SanProvider;
}

/** What the up-calls must reach by the switch's own descriptor. */
interface Handle {
	readonly provider: number;
	readonly context: number;
	session: Session | undefined;
}

export class Switch implements UpCalls {
	readonly component: number;
	readonly sockets = new Map<number, AppSocket>();
	/** Application sockets by their TCP/IP socket. */
	readonly byTcp = new Map<TcpSocket, AppSocket>();
	table: readonly TableEntry[] = [];
	/** Listening sockets whose accept event the accept thread watches (LISTEN-6). */
	readonly listening: AppSocket[] = [];
	/** Those of them for which the accept thread has something to do, as far as is known. */
	readonly requested = new Set<AppSocket>();
	readonly acceptWork = new Waiters('an accept event');
	acceptThread: Thread | undefined;
	/** Context of the work that completions start. */
	readonly worker: Thread;
	private readonly handles = new Map<number, Handle>();
	private readonly tableState: TracedObject;
	private readonly addresses = new WeakMap<Uint8Array, number>();
	private handleCount = 0;
	private eventCount = 0;
	private requestCount = 0;
	private connectThreads = 0;
	private requestThreads = 0;
	private closeThreads = 0;
	private shareThreads = 0;
	/** Threads in which the switch carries requests of applications out by itself. */
	readonly ownThreads = new Set<Thread>();
	/** Sockets that are closed gracefully in the background, and who waits for the last of them. */
	readonly closing = new Set<AppSocket>();
	readonly closed: Waiters;
	/** Sockets that this process shares with others. */
	readonly shared = new Set<SharedSocket>();
	/** The SAN providers that the switch has started (INIT-1), and what it knows of them. */
	readonly transports = new Map<SanProvider, Transport>();
	/** The switch was loaded into its process. */
	loaded = false;
	/** The final WSPCleanup was called. */
	cleanedUp = false;
	/** The application's part of the process is over: what closes in the background goes on elsewhere (DUP-2). */
	ends = false;
	/** Gives the switch of the host's system service process, which is loaded when it is first needed. */
	systemProcess: ((cause: Thread) => Switch) | undefined;

	constructor(
		readonly simulation: Simulation,
		readonly name: string,
		readonly tcpip: TcpipProvider,
		readonly providers: readonly SanProvider[],
		readonly faults: CallFaults,
		readonly eagerAccept: boolean,
		/** After it a stuck provider or peer is given up, ns (OQ-3, OQ-24). */
		readonly guardTimeNs: number,
		/** Most send buffers of a session (OQ-21). */
		readonly sendBuffers: number,
		/** The process that the switch is loaded into. */
		readonly process = 'main',
	) {
		this.component = simulation.trace.components.of(name);
		this.closed = new Waiters(`sockets of process ${process}`);
		this.worker = simulation.thread(`${name}.worker`, name, false);
		this.tableState = simulation.trace.object(tableObject, this.component);
	}

	/** What the scenario wants a call of the switch to do instead of its work. */
	effect(call: string, destination?: SocketAddress): CallEffect | undefined {
		return this.faults.of(this.name, call, this.simulation.now, destination);
	}

	/** What a fault makes of a call of the application: its error, or what it returns without any work. */
	forced(call: string, destination?: SocketAddress): WsaError | number | undefined {
		return forced(this.effect(call, destination));
	}

	/** The error with which a fault lets a call of the application fail; for calls that cannot pretend. */
	refused(call: string): WsaError | undefined {
		const fault = this.forced(call);
		return typeof fault === 'string' ? fault : undefined;
	}

	/** An application runs in its process, and has not cleaned up. */
	get usable(): boolean {
		return this.loaded && !this.cleanedUp;
	}

	/** The providers that can be given new sockets, in the order of registration. */
	get usableProviders(): readonly SanProvider[] {
		return this.providers.filter((provider) => {
			return provider.nic.providerInstalled && (this.transports.get(provider)?.usable ?? false);
		});
	}

	/** What is known of a provider that has a socket. */
	transportOf(provider: SanProvider): Transport {
		const transport = this.transports.get(provider);
		if (!transport) throw new RangeError(`${provider.name} was never started`);
		return transport;
	}

	/** The table's entry for a destination: longest prefix, then order of registration (OQ-4, OQ-5). */
	lookUp(destination: IpAddress): TableEntry | undefined {
		return longestMatch(this.table, destination);
	}

	setTable(t: Thread, table: readonly TableEntry[]): void {
		this.table = table;
		const providers = new Map<string, string>();
		for (const { subnet, provider } of table) {
			const first = providers.get(subnet.text) ?? provider.name;
			providers.set(subnet.text, first);
			// OQ-4: only the first one is ever tried.
			if (first !== provider.name) t.note(AMBIGUOUS, this.component, subnet.text, first, provider.name);
		}
		t.change(
			this.tableState,
			'entries',
			table.map((entry) => ({ subnet: entry.subnet.text, provider: entry.provider.name, address: entry.address.text })),
		);
	}

	showLookup(t: Thread, destination: IpAddress, result: string): void {
		t.change(this.tableState, 'lastLookup', destination.text);
		t.change(this.tableState, 'lastResult', result);
	}

	/** Registers the switch's record of a socket of the TCP/IP provider. */
	adopt(t: Thread, tcp: TcpSocket, stream: boolean, descriptor = tcp.descriptor): AppSocket {
		const object = this.simulation.trace.object(appSocketObject, this.component, descriptor);
		const socket = new AppSocket(tcp, object, stream, descriptor);
		this.sockets.set(descriptor, socket);
		this.byTcp.set(tcp, socket);
		socket.setState(t, 'created');
		t.change(object, 'provider', null);
		t.change(object, 'nonblocking', false);
		return socket;
	}

	forget(socket: AppSocket): void {
		this.sockets.delete(socket.descriptor);
		if (this.byTcp.get(socket.tcp) === socket) this.byTcp.delete(socket.tcp);
		const at = this.listening.indexOf(socket);
		if (at >= 0) this.listening.splice(at, 1);
		this.requested.delete(socket);
	}

	/** What the signal of an accept event wakes. */
	acceptEventOf(socket: AppSocket): Pick<Waiters, 'wakeAll'> {
		return {
			wakeAll: (cause) => {
				this.requested.add(socket);
				this.acceptWork.wakeAll(cause);
			},
		};
	}

	/** A new event object of the switch. */
	newEvent(t: Thread, use: string, also?: Pick<Waiters, 'wakeAll'>): EventObject {
		return new EventObject(t, this.component, ++this.eventCount, use, also);
	}

	/** Number of a new WSAOVERLAPPED of an application in this process. */
	newRequest(): number {
		return ++this.requestCount;
	}

	/** A new thread of the switch for a nonblocking connect of the application (INIT-8). */
	newConnectThread(): Thread {
		return this.ownThread(`connect${++this.connectThreads}`);
	}

	/** A thread of the switch that closes a socket gracefully in the background (CLOSE-8). */
	newCloseThread(): Thread {
		return this.ownThread(`close${++this.closeThreads}`);
	}

	/** A thread of the switch that works for a process to which a shared socket moves. */
	newShareThread(): Thread {
		return this.ownThread(`share${++this.shareThreads}`);
	}

	private ownThread(use: string): Thread {
		const thread = this.simulation.thread(`${this.name}.${use}`, this.name);
		this.ownThreads.add(thread);
		return thread;
	}

	/** Virtual address of a buffer of the application. */
	addressOf(bytes: Uint8Array, provider: SanProvider): number {
		const known = this.addresses.get(bytes);
		if (known !== undefined) return known;
		const address = provider.allocate(bytes.length);
		this.addresses.set(bytes, address);
		return address;
	}

	/** The application gives a buffer back: its address, if it ever had one that mattered here. */
	giveBack(bytes: Uint8Array): number | undefined {
		const address = this.addresses.get(bytes);
		this.addresses.delete(bytes);
		return address;
	}

	/** A thread of the switch that carries an overlapped request of the application out. */
	newRequestThread(): Thread {
		return this.ownThread(`request${++this.requestThreads}`);
	}

	/** Which session the completions of a provider's socket belong to. */
	attach(switchDescriptor: number, session: Session | undefined): void {
		const handle = this.handles.get(switchDescriptor);
		if (handle) handle.session = session;
	}

	// Up-calls

	WPUCreateSocketHandle(t: Thread, catalogEntryId: number, context: number): Outcome<number> {
		t.enter(WPU_CREATE_SOCKET_HANDLE, this.component, catalogEntryId, context);
		const fault = forced(this.effect('WPUCreateSocketHandle'));
		if (fault !== undefined) {
			t.leave(WPU_CREATE_SOCKET_HANDLE, isError(fault) ? 0xffffffff : fault, isError(fault) ? fault : undefined);
			return fault;
		}
		const descriptor = ++this.handleCount * 4 + 4096;
		this.handles.set(descriptor, { provider: catalogEntryId, context, session: undefined });
		t.leave(WPU_CREATE_SOCKET_HANDLE, descriptor);
		return descriptor;
	}

	WPUCloseSocketHandle(t: Thread, s: number): Outcome<number> {
		t.enter(WPU_CLOSE_SOCKET_HANDLE, this.component, s);
		const outcome = forced(this.effect('WPUCloseSocketHandle')) ?? (this.handles.delete(s) ? 0 : 'WSAENOTSOCK');
		t.leave(WPU_CLOSE_SOCKET_HANDLE, isError(outcome) ? -1 : outcome, isError(outcome) ? outcome : undefined);
		return outcome;
	}

	WPUQuerySocketHandleContext(t: Thread, s: number): Outcome<number> {
		t.enter(WPU_QUERY_SOCKET_HANDLE_CONTEXT, this.component, s);
		const fault = forced(this.effect('WPUQuerySocketHandleContext'));
		if (typeof fault === 'number') {
			// Nothing was stored, and no provider has a socket 0.
			t.leave(SOCKET_HANDLE_CONTEXT, fault, undefined, null);
			return 0;
		}
		const context = fault ?? this.handles.get(s)?.context ?? 'WSAENOTSOCK';
		if (isError(context)) t.leave(SOCKET_HANDLE_CONTEXT, -1, context, null);
		else t.leave(SOCKET_HANDLE_CONTEXT, 0, undefined, context);
		return context;
	}

	/** At virtual time `time`, ns, the switch's worker goes on with what `t` does now, unless the process has ended by then. */
	later(t: Thread, time: number, goOn: (worker: Thread) => void): Deadline {
		const { worker, simulation } = this;
		const { cause, phase, source } = t;
		return simulation.limit(time, () => {
			if (worker.state === 'ended') return;
			worker.begin(cause, phase, source);
			goOn(worker);
		});
	}

	/** COMP-9: only handles of WPUCreateSocketHandle count. The switch's own work goes on in its worker. */
	WPUCompleteOverlappedRequest(
		t: Thread,
		s: number,
		operation: Overlapped,
		error: string | undefined,
		bytes: number,
	): void {
		const handle = this.handles.get(s);
		const fault = forced(this.effect('WPUCompleteOverlappedRequest'));
		const seq = t.signal(
			WPU_COMPLETE,
			this.component,
			isError(fault ?? 0) ? (fault as string) : handle ? undefined : 'WSAEINVAL',
			s,
			operation.operation,
			error ?? 0,
			bytes,
			operation.number,
		);
		const session = handle?.session;
		if (!session || fault !== undefined) return;
		this.simulation.ready(new Completion(this.worker, session, operation, seq, t.phase, t.source));
	}
}

/** A reported completion (COMP-10), on its way from the provider's call into the switch's worker. */
class Completion implements Action {
	constructor(
		private readonly worker: Thread,
		private readonly session: Session,
		private readonly operation: Overlapped,
		private readonly seq: number,
		private readonly phase: number,
		private readonly source: number,
	) {}

	perform(): void {
		this.worker.begin(this.seq, this.phase, this.source);
		this.session.completed(this.worker, this.operation);
	}
}
