/** The SAN provider's record of one socket: created by WSPSocket or WSPAccept, gone after WSPCloseSocket. */
import type { Deadline, Waiters } from '../../simulation';
import { objectType, type TracedObject } from '../../trace';
import type { SocketAddress } from '../../winsock/address';
import type { EventObject } from '../eventObject';
import type { CallEffect } from '../faults';
import type { WsaError } from '../outcome';
import type { Overlapped } from './memory';
import type { SanProvider } from './sanProvider';

export const sanSocketObject = objectType('socket', [
	'state',
	'switchDescriptor',
	'local',
	'remote',
	'event',
	'eventMask',
	'networkEvents',
	'backlog',
	'queuedRequests',
	'postedReceives',
	'privateMessages',
]);

/** Misbehaviour: what a provider has behind a descriptor that it returned without making a socket. */
export const phantomSocketObject = objectType('phantom socket', sanSocketObject.fields);

export type SanSocketState =
	| 'created'
	| 'bound'
	| 'listening'
	| 'connecting'
	| 'connected'
	| 'reset'
	/** Given up to another process (DUP-12). */
	| 'duplicated'
	| 'closed';

/** A connect request that waits at a listening socket. */
export interface ConnectRequest {
	readonly from: SocketAddress;
	readonly to: SocketAddress;
	/** Record of the message that brought it, and on whose behalf it was sent. */
	readonly seq: number;
	readonly phase: number;
	readonly source: number;
	/** The connecting end, to which the answer goes. */
	readonly connector: SanSocket;
	/** The connector's provider closed its socket meanwhile (ACC-18). */
	withdrawn: boolean;
	/** A condition function was asked about it: from then on it is an offer (ACC-18). */
	offered: boolean;
	/** After this virtual time the connecting provider has given up (OQ-3), ns: the request says how long it is good for. */
	readonly expires: number;
}

export interface SanSocket {
	/** The provider's own descriptor (SOCK-4). */
	readonly descriptor: number;
	/** The switch's descriptor, from WPUCreateSocketHandle (SOCK-4, SOCK-5). */
	readonly switchDescriptor: number;
	/** The provider that owns the socket: where answers of the peer go. */
	readonly provider: SanProvider;
	readonly object: TracedObject;
	state: SanSocketState;
	local: SocketAddress | undefined;
	remote: SocketAddress | undefined;
	/** Registered by WSPEventSelect. */
	event: EventObject | undefined;
	eventMask: number;
	/** Recorded and not yet enumerated (EVT-5). */
	networkEvents: number;
	connectError: WsaError | undefined;
	/** FD_ACCEPT was reported and WSPAccept was not called since (EVT-6). */
	acceptReported: boolean;
	backlog: number;
	readonly requests: ConnectRequest[];
	/** The other end of an established connection. */
	peer: SanSocket | undefined;
	/** After WSPDuplicateSocket: the state until then, and the socket of the process that took over. */
	stateBefore: SanSocketState;
	successor: SanSocket | undefined;
	posted: Overlapped[];
	/** Messages that arrived before a buffer was posted (SESS-9). */
	readonly kept: Uint8Array[];
	/** WSPRecv was called: from now on messages without a posted buffer are the NIC's affair (OQ-25). */
	receiving: boolean;
	/** Operations that were started and whose result was not yet fetched or reported. */
	sends: Overlapped[];
	/** Sends that wait behind one that a fault keeps back, and that one: messages leave in order (DATA-11). */
	readonly held: HeldSend[];
	/** A send has failed after it was started: a message is missing, and none can follow it any more (DATA-11). */
	sendError: WsaError | undefined;
	/** Receives complete in order: none before this virtual time, ns. */
	receiveGate: number;
	/** SO_DEBUG: the provider prints diagnostics about the socket (OPT-11). */
	debug: boolean;
	/** Quality of service that was set (OPT-9). */
	qos: Map<string, number> | undefined;
	/** A connect under way: who waits inside WSPConnect, and how a fault wants it to end. */
	connecting: ConnectAttempt | undefined;
}

/** A send that was started and has not reached the wire yet, and on whose behalf. */
export interface HeldSend {
	readonly operation: Overlapped;
	/** What the switch sends, for the record. */
	readonly control: string;
	readonly cause: number;
	readonly phase: number;
	readonly source: number;
}

export interface ConnectAttempt {
	readonly effect: CallEffect | undefined;
	/** The record of the WSPConnect call, and on whose behalf it was made. */
	readonly call: number;
	readonly phase: number;
	readonly source: number;
	/** The call does not return before the attempt has ended (CONN-7). */
	readonly inside: Waiters | undefined;
	/** Not before this virtual time, ns. */
	readonly notBefore: number;
	/** When the provider gives up (OQ-3). */
	limit: Deadline | undefined;
	result: 'pending' | 'connected' | WsaError;
}

/** The socket that stands for this end of a connection now, in whichever process it is. */
export function present(s: SanSocket): SanSocket {
	let current = s;
	while (current.successor) current = current.successor;
	return current;
}
