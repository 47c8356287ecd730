/**
 * A NIC: where a host meets a network. A SAN NIC moves messages and RDMA between registered buffers without the help of
 * TCP/IP; through its NDIS miniport every NIC also carries the TCP/IP provider's segments.
 */
import type { Simulation, Thread } from '../simulation';
import type { IpAddress } from '../winsock/address';
import type { Network, Port, Transmission } from './network';
import type { NicSettings } from './topology';

export class Nic implements Port {
	readonly component: number;
	/** Context of everything that the NIC does by itself when a message arrives. */
	readonly thread: Thread;
	up = true;
	/** Whether its SAN provider is installed (INST-5). */
	providerInstalled: boolean;
	/** The IP addresses that TCP/IP has given it; they come and go while everything runs (ADDR-2, ADDR-8). */
	readonly addresses: NicSettings['addresses'][number][];

	/** @param host name of the host that the NIC sits in */
	constructor(
		simulation: Simulation,
		readonly host: string,
		readonly settings: NicSettings,
		readonly network: Network,
	) {
		this.name = `${host}.${settings.name}.nic`;
		this.component = simulation.trace.components.of(this.name);
		this.thread = simulation.thread(this.name, this.name, false);
		this.providerInstalled = settings.installed;
		this.addresses = [...settings.addresses];
		network.ports.push(this);
	}

	readonly name: string;

	hasAddress(ip: IpAddress): boolean {
		return this.addresses.some((address) => address.ip.text === ip.text);
	}

	/** The NIC's address of the same family as `ip`, in the subnet of the network that contains it if there is one. */
	addressFor(ip: IpAddress): IpAddress | undefined {
		return this.addresses.find((address) => address.ip.family === ip.family)?.ip;
	}

	/** Sends one message, as the component NIC, in `thread`. @returns when its arrival is known here, ns */
	transmit(thread: Thread, to: Port, message: Transmission): number {
		const component = thread.component;
		thread.component = this.component;
		const known = this.network.sendReliably(thread, this, to, message);
		thread.component = component;
		return known;
	}
}
