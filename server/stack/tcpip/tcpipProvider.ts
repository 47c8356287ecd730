/**
 * The TCP/IP provider of a host: it owns the application's sockets, everything that is not a SAN stream, listening and
 * accepting across providers, and the fallback for failed SAN attempts. Switch and TCP/IP share one DLL; what they do for
 * each other without an SPI call is marked here.
 */
import { type Simulation, type Thread, Waiters } from '../../simulation';
import {
	type AddressFamily,
	type IpAddress,
	isWildcard,
	type SocketAddress,
	socketAddress,
} from '../../winsock/address';
import type { CallFaults } from '../faults';
import type { Nic } from '../nic';
import { LOST, type NdisPort, type Segment, sendReset, TcpConnection } from './connection';
import { TcpSocket, tcpSocketObject } from './tcpSocket';

/** How a destination is reached: which NIC sends, and the destination's end of the wire if it exists. */
export interface Route {
	readonly nic: Nic;
	readonly local: NdisPort;
	readonly remote: NdisPort | undefined;
}

export class TcpipProvider {
	readonly component: number;
	/** Context of timers. */
	readonly thread: Thread;
	readonly sockets = new Map<number, TcpSocket>();
	readonly ports: ReadonlyMap<Nic, NdisPort>;
	/** How often the list of addresses has changed, and who waits for the next time. */
	addressChanges = 0;
	readonly addressesChanged: Waiters;
	private descriptors = 0;
	private ephemeralPorts = 0;

	/**
	 * @param hosts finds the TCP/IP provider behind a NIC of any host
	 */
	constructor(
		readonly simulation: Simulation,
		readonly name: string,
		readonly nics: readonly Nic[],
		readonly faults: CallFaults,
		private readonly hosts: ReadonlyMap<Nic, TcpipProvider>,
	) {
		this.component = simulation.trace.components.of(name);
		this.thread = simulation.thread(`${name}`, name, false);
		this.addressesChanged = new Waiters(`address list of ${name}`);
		this.ports = new Map(nics.map((nic) => [nic, this.ndisPort(nic)]));
	}

	private ndisPort(nic: Nic): NdisPort {
		return {
			component: this.component,
			name: `${nic.host}.${nic.settings.name}`,
			thread: this.thread,
			get up() {
				return nic.up;
			},
			segmentArrives: (segment, from) => this.segmentArrives(nic, segment, from),
		};
	}

	/** A descriptor that no socket of this host has, or had. */
	newDescriptor(): number {
		return ++this.descriptors * 4 + 96;
	}

	/** Sets up a socket record. Descriptors of one host are shared by all its processes, which keeps them readable. */
	newSocket(t: Thread, family?: AddressFamily): TcpSocket {
		const descriptor = this.newDescriptor();
		const object = this.simulation.trace.object(tcpSocketObject, this.component, descriptor);
		const socket = new TcpSocket(this, descriptor, object);
		socket.family = family;
		this.sockets.set(descriptor, socket);
		socket.setState(t, 'created');
		return socket;
	}

	setAddress(t: Thread, socket: TcpSocket, side: 'local' | 'remote', address: SocketAddress): void {
		if (side === 'local') socket.local = address;
		else socket.remote = address;
		t.change(socket.object, side, address.text);
	}

	/** An address on `ip` with a port nobody uses. */
	ephemeral(ip: IpAddress): SocketAddress {
		for (;;) {
			const address = socketAddress(ip, 49152 + (this.ephemeralPorts++ % 16384));
			if (!this.inUse(address)) return address;
		}
	}

	/** Whether a socket that was bound by the application or implicitly has this address. */
	inUse(address: SocketAddress, v6Only = true): boolean {
		for (const socket of this.sockets.values()) {
			if (socket.state === 'created' || socket.state === 'closed' || socket.local?.port !== address.port) continue;
			if (socket.state === 'connected' || socket.state === 'on SAN') continue;
			if (socket.conflictsWith(address, v6Only)) return true;
		}
		return false;
	}

	/** The addresses of the host, as SIO_ADDRESS_LIST_QUERY returns them to an application (ADDR-7). */
	get addressList(): readonly IpAddress[] {
		return this.nics.filter(({ up }) => up).flatMap(({ addresses }) => addresses.map(({ ip }) => ip));
	}

	/** The list of addresses has changed: SIO_ADDRESS_LIST_CHANGE requests complete. */
	addressListChanged(t: Thread): void {
		this.addressChanges++;
		this.addressesChanged.wakeAll(t.cause);
		for (const socket of this.sockets.values()) socket.observer?.(t, 'addresses');
	}

	isLocal(ip: IpAddress): boolean {
		// The addresses of a NIC without link are not there (ADDR-8).
		return isWildcard(ip) || this.nics.some((nic) => nic.up && nic.hasAddress(ip));
	}

	/** The NIC whose subnet contains the destination: connected networks only, there are no routers. */
	route(destination: IpAddress): Route | undefined {
		const reaches = this.nics.filter((candidate) => candidate.network.contains(destination));
		const nic = reaches.find(({ up }) => up) ?? reaches[0];
		if (!nic) return undefined;
		const target = nic.network.ports.find((port): port is Nic => (port as Nic).hasAddress(destination));
		const remote = target && this.hosts.get(target)?.ports.get(target);
		return { nic, local: this.ports.get(nic) as NdisPort, remote };
	}

	/** The NIC through which a destination is reached now; undefined where none has a link and an address for it. */
	interfaceFor(destination: IpAddress): Nic | undefined {
		return this.nics.find((nic) => nic.up && nic.addressFor(destination) && nic.network.contains(destination));
	}

	/** Whether an address was taken away: nobody takes what comes for it, and nothing is sent from it any more (ADDR-2). */
	lacks(address: SocketAddress | undefined): boolean {
		// Mostly no address ever changes.
		if (this.addressChanges === 0 || !address || isWildcard(address.ip)) return false;
		return !this.nics.some((nic) => nic.hasAddress(address.ip));
	}

	/** A segment arrives for this host. */
	private segmentArrives(nic: Nic, segment: Segment, from: TcpConnection): void {
		const t = this.thread;
		if (this.lacks(from.socket.remote)) {
			t.note(LOST, this.component, segment.kind, 'address removed');
			return;
		}
		const own = from.peer;
		if (own) own.accept(t, segment);
		else if (segment.kind === 'SYN') this.synArrives(t, nic, from);
	}

	private synArrives(t: Thread, nic: Nic, from: TcpConnection): void {
		const local = this.ports.get(nic) as NdisPort;
		const to = from.socket.remote as SocketAddress;
		const listener = this.listener(to);
		const { network } = nic;
		if (!listener) {
			sendReset(t, network, local, from.local, from, 'nothing listens');
			return;
		}
		// A full backlog is silent on the wire for some stacks; Windows answers with a reset, which is what is modelled.
		if (listener.queue.length + handshakesOf(listener) >= listener.backlog) {
			sendReset(t, network, local, from.local, from, 'backlog full');
			return;
		}
		const socket = this.newSocket(t);
		this.setAddress(t, socket, 'local', to);
		this.setAddress(t, socket, 'remote', from.socket.local as SocketAddress);
		const connection = new TcpConnection(socket, network, local, from.local, false);
		connection.peer = from;
		from.peer = connection;
		socket.connection = connection;
		listener.handshakes ??= new Set();
		listener.handshakes.add(connection);
		socket.setState(t, 'connecting');
		connection.sendSynAck(t);
	}

	/** The handshake of an incoming connection is complete: it waits for WSPAccept. */
	connectionReady(t: Thread, socket: TcpSocket): void {
		const listener = this.listener(socket.local as SocketAddress);
		if (!listener) {
			socket.connection?.reset(t, 'nothing listens');
			return;
		}
		this.enqueue(t, listener, socket);
	}

	/** Puts a connection where the application's accept finds it. Also called by the switch for SAN connections (ACC-2). */
	enqueue(t: Thread, listener: TcpSocket, socket: TcpSocket): void {
		listener.queue.push(socket);
		t.change(listener.object, 'queued', listener.queue.length);
		listener.announce(t, 'accept');
	}

	private listener(to: SocketAddress): TcpSocket | undefined {
		let wildcard: TcpSocket | undefined;
		for (const socket of this.sockets.values()) {
			if (socket.state !== 'listening' || !socket.isAt(to)) continue;
			if (socket.local?.ip.text === to.ip.text) return socket;
			wildcard ??= socket;
		}
		return wildcard;
	}
}

/** How many connections will be in the queue of a listening socket, if nothing goes wrong: they have their place already. */
function handshakesOf({ handshakes }: TcpSocket): number {
	if (!handshakes) return 0;
	for (const connection of handshakes) if (connection.state !== 'SYN received') handshakes.delete(connection);
	return handshakes.size;
}
