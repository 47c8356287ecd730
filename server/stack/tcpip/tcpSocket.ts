/** The TCP/IP provider's record of one socket. The application's descriptor stands for it all its life (SOCK-1). */

import type { Thread } from '../../simulation';
import { Waiters } from '../../simulation';
import { objectType, type TracedObject } from '../../trace';
import type { SocketAddress } from '../../winsock/address';
import { ByteQueue } from '../bytes';
import type { WsaError } from '../outcome';
import type { TcpConnection } from './connection';
import type { TcpipProvider } from './tcpipProvider';

export const tcpSocketObject = objectType('socket', [
	'state',
	'local',
	'remote',
	'backlog',
	'queued',
	'received',
	'unacknowledged',
]);

export type TcpSocketState =
	| 'created'
	| 'bound'
	| 'listening'
	| 'connecting'
	| 'connected'
	/** A SAN provider carries the data; this socket only stands for the connection. */
	| 'on SAN'
	| 'failed'
	| 'closed';

/** What a change of a socket means to the switch above, which raises the application's network events. */
export type TcpEvent = 'connect' | 'accept' | 'read' | 'write' | 'close';

export class TcpSocket {
	state: TcpSocketState = 'created';
	local: SocketAddress | undefined;
	remote: SocketAddress | undefined;
	backlog = 0;
	/** Connections that wait for WSPAccept, of TCP and handed over from a SAN. */
	readonly queue: TcpSocket[] = [];
	connection: TcpConnection | undefined;
	readonly received = new ByteQueue();
	/** The peer sends no more. */
	endOfStream = false;
	error: WsaError | undefined;
	/** Woken by every change that a blocked call could wait for. */
	readonly changed: Waiters;
	/** Told of every change; the private arrangement between switch and TCP/IP, which share one DLL. */
	observer: ((t: Thread, event: TcpEvent, error?: WsaError) => void) | undefined;

	constructor(
		readonly provider: TcpipProvider,
		readonly descriptor: number,
		readonly object: TracedObject,
	) {
		this.changed = new Waiters(`TCP/IP socket ${descriptor}`);
	}

	setState(t: Thread, state: TcpSocketState): void {
		this.state = state;
		t.change(this.object, 'state', state);
	}

	/** Wakes blocked calls and tells the switch. */
	announce(t: Thread, event: TcpEvent, error?: WsaError): void {
		this.changed.wakeAll(t.cause);
		this.observer?.(t, event, error);
	}
}
