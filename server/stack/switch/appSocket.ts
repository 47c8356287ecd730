/** The switch's record of one socket of an application: the TCP/IP socket that it stands for, and its hidden companion. */
import { type Thread, ThreadList, Waiters } from '../../simulation';
import { objectType, type TracedObject } from '../../trace';
import type { IpAddress, SocketAddress } from '../../winsock/address';
import type { EventObject } from '../eventObject';
import { endInterruption } from '../interruption';
import type { Nic } from '../nic';
import type { WsaError } from '../outcome';
import type { ConditionFunction, SanProvider, SanSocket } from '../san';
import type { TcpSocket } from '../tcpip';
import type { OverlappedRequest, RequestQueue } from './request';
import type { Session } from './session';
import type { SharedSocket } from './sharing';

export const appSocketObject = objectType('socket', [
	'state',
	'provider',
	'why',
	'local',
	'remote',
	'nonblocking',
	'companion',
	'eventMask',
	'networkEvents',
	'lastError',
]);

export type AppSocketState = 'created' | 'bound' | 'listening' | 'connecting' | 'connected' | 'failed' | 'closed';

/** The hidden companion of a TCP/IP socket (SOCK-2). */
export interface Companion {
	readonly provider: SanProvider;
	readonly socket: SanSocket;
	readonly event: EventObject;
}

/** A companion that listens. */
export interface Listener extends Companion {
	/** The provider has reported FD_ACCEPT, and WSPAccept was not called since (ACC-3). */
	announced: boolean;
}

/** An option that the application set before connecting, kept to be replayed on the companion (OPT-1). */
export interface StoredOption {
	readonly level: string;
	readonly name: string;
	readonly value: number;
}

export class AppSocket {
	state: AppSocketState = 'created';
	local: SocketAddress | undefined;
	remote: SocketAddress | undefined;
	nonblocking = false;
	/** The SAN socket of a connection; undefined while there is none and where TCP/IP carries it. */
	companion: Companion | undefined;
	/** The SAN socket of a connect under way. */
	attempt: Companion | undefined;
	/** Place among the listening sockets of its switch, from 1. */
	listensAs = 0;
	/** SAN sockets that listen for this one, on each provider concerned (LISTEN-2). */
	readonly listeners: Listener[] = [];
	/** Connections accepted for this one on a SAN whose session is still negotiated. */
	readonly negotiating: AppSocket[] = [];
	/** Threads inside a call on this socket that may wait. */
	readonly calls = new ThreadList();
	/** Overlapped sends and receives that are not done; most sockets never have any. */
	overlappedSends: RequestQueue | undefined;
	overlappedReceives: RequestQueue | undefined;
	/** AcceptEx calls on this listening socket that wait for a connection. */
	overlappedAccepts: RequestQueue | undefined;
	/** The AcceptEx that will make this socket stand for a connection, if it is under way. */
	awaitsConnection: Pick<OverlappedRequest, 'operation' | 'state'> | undefined;
	/** SD_RECEIVE: the application receives no more. */
	receivingEnded = false;
	/** Other processes have it too (DUP-1). */
	shared: SharedSocket | undefined;
	/** A blocking call was cancelled: only closing is sure to work (BLOCK-7). */
	cancelled = false;
	/** SAN sockets that this process gave to another one and has not closed: they may be revived here (DUP-15, DUP-17). */
	readonly former: Companion[] = [];
	session: Session | undefined;
	/** What the trace shows of its session, the present one or an earlier one. */
	sessionRecord: TracedObject | undefined;
	readonly options: StoredOption[] = [];
	backlog = 0;
	/** SO_CONDITIONAL_ACCEPT: requests wait until the application's accept decides. */
	conditionalAccept = false;
	/** What the condition function of a WSAAccept under way answers. */
	condition: ConditionFunction | undefined;
	/** Set when a WSAAccept under way was answered by rejecting or deferring its request. */
	conditionOutcome: WsaError | undefined;
	/** The application's condition function has accepted this connection already. */
	conditionAsked = false;
	/** A request waits at a SAN provider until an accept of the application takes it (OQ-29, lazily). */
	requestOffered = false;
	/** Accepts of the application that wait now. */
	acceptsPending = 0;
	/** SIO_ADDRESS_LIST_CHANGE was answered with WSAEWOULDBLOCK. */
	awaitsAddressChange = false;
	/** SIO_ROUTING_INTERFACE_CHANGE was answered with WSAEWOULDBLOCK: the interface that leads to the destination then. */
	awaitedRoute: { readonly destination: IpAddress; readonly nic: Nic | undefined } | undefined;
	/** What SIO_SET_QOS has set last. */
	qualityOfService = 0;
	/** Accepted by AcceptEx, and SO_UPDATE_ACCEPT_CONTEXT was not set yet: it has no names and no options of its own. */
	awaitsContext = false;
	/** How a nonblocking connect has failed, until SO_ERROR tells it. */
	connectError: WsaError | undefined;
	// The application's own WSAEventSelect
	event: EventObject | undefined;
	eventMask = 0;
	/** Recorded and not yet enumerated. */
	networkEvents = 0;
	/** Reported and not re-enabled since (EVT-6). */
	reported = 0;
	eventErrors: Map<number, WsaError> | undefined;

	/** Woken by every change of the state. */
	readonly changed: Waiters;

	constructor(
		/** The socket of TCP/IP that it stands for; AcceptEx exchanges it for that of the connection. */
		public tcp: TcpSocket,
		readonly object: TracedObject,
		/** A stream TCP socket can use a SAN; others never do (SWITCH-5, SWITCH-8). */
		readonly stream: boolean,
		/** What the application holds. */
		readonly descriptor: number,
	) {
		this.changed = new Waiters(`socket ${descriptor}`);
	}

	/** `tcpip`, or the name of the SAN NIC whose provider carries the connection; null before that is known. */
	provider: string | null = null;

	/** A thread enters a call that may wait. */
	beginCall(t: Thread): void {
		if (!this.calls.has(t)) this.calls.add(t);
	}

	endCall(t: Thread): void {
		this.calls.remove(t);
		endInterruption(t);
		this.shared?.changed.wakeAll(t.cause);
	}

	setState(t: Thread, state: AppSocketState): void {
		this.state = state;
		t.change(this.object, 'state', state);
		this.changed.wakeAll(t.cause);
	}

	/** @param why the reason, as the debugger shows it */
	setProvider(t: Thread, provider: string, why: string): void {
		this.provider = provider;
		t.change(this.object, 'provider', provider);
		t.change(this.object, 'why', why);
	}

	setAddress(t: Thread, side: 'local' | 'remote', address: SocketAddress): void {
		if (side === 'local') this.local = address;
		else this.remote = address;
		t.change(this.object, side, address.text);
	}
}
