/** The TCP/IP provider's record of one socket. The application's descriptor stands for it all its life (SOCK-1). */

import type { Thread } from '../../simulation';
import { Waiters } from '../../simulation';
import { objectType, type TracedObject } from '../../trace';
import { type AddressFamily, isWildcard, type SocketAddress } from '../../winsock/address';
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
export type TcpEvent = 'connect' | 'accept' | 'read' | 'urgent' | 'write' | 'close' | 'addresses';

export class TcpSocket {
	state: TcpSocketState = 'created';
	/** Address family; undefined where the program left it to its first address. */
	family: AddressFamily | undefined;
	/** Quality of service as the program set it: TCP/IP keeps it, and the defaults, and does nothing with it (OPT-9). */
	qos: Map<string, number> | undefined;
	/** IPV6_V6ONLY: off, a socket on `::` also takes what comes for IPv4 addresses (dual stack). */
	v6Only = true;
	/** SO_REUSEADDR: may be bound to an address that another socket has. */
	reuseAddress = false;
	local: SocketAddress | undefined;
	remote: SocketAddress | undefined;
	backlog = 0;
	/** Connections that wait for WSPAccept, of TCP and handed over from a SAN. */
	readonly queue: TcpSocket[] = [];
	/** A listening socket's connections whose handshake is, or was, under way. */
	handshakes: Set<TcpConnection> | undefined;
	connection: TcpConnection | undefined;
	readonly received = new ByteQueue();
	/** Urgent bytes, which are kept apart from the others (no SO_OOBINLINE). */
	readonly urgent = new ByteQueue();
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

	/** Whether what is sent to `address` is for this socket's local address. */
	isAt(address: SocketAddress): boolean {
		const { local } = this;
		return local !== undefined && local.port === address.port && this.covers(address);
	}

	/** Whether this socket and one on `address`, of the same port, would get in each other's way. */
	conflictsWith(address: SocketAddress, v6Only: boolean): boolean {
		const { local } = this;
		if (local?.port !== address.port) return false;
		return this.covers(address) || coversAll(address, v6Only, local);
	}

	private covers(address: SocketAddress): boolean {
		const { local } = this;
		return local !== undefined && (local.ip.text === address.ip.text || coversAll(local, this.v6Only, address));
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

/** Whether `wildcard` is one, and stands for `address`: an IPv4 wildcard never for IPv6, an IPv6 one for IPv4 if it may. */
function coversAll(wildcard: SocketAddress, v6Only: boolean, address: SocketAddress): boolean {
	if (!isWildcard(wildcard.ip)) return false;
	return wildcard.ip.family === address.ip.family || (wildcard.ip.family === 'AF_INET6' && !v6Only);
}
