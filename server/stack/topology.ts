/** What exists before a scenario starts, as plain data: networks, hosts and NICs with their settings. */
import type { IpAddress, Subnet } from '../winsock/address';
import type { WsaError } from './outcome';

export interface NetworkSettings {
	readonly name: string;
	readonly kind: 'san' | 'lan';
	readonly subnets: readonly Subnet[];
	/** One way, ns. */
	readonly latencyNs: number;
	/** Bits per second; Infinity for no limit. */
	readonly bandwidth: number;
	/** Probability of loss of a message, 0 to 1. A SAN is reliable (DATA-11): its own transport hides loss. */
	readonly loss: number;
	readonly duplicate: number;
	readonly reorder: number;
	/** Bytes of a frame's payload; TCP segments are cut to it. */
	readonly mtu: number;
}

/** How a SAN provider finishes WSPConnect where no fault says otherwise. */
export type ConnectManner =
	/** Inside the call (CONN-7). */
	| { readonly kind: 'immediate' }
	/** In another thread (CONN-8), at least `delayNs` after the call. */
	| { readonly kind: 'asynchronous'; readonly delayNs: number };

export interface NicSettings {
	readonly name: string;
	readonly network: string;
	readonly addresses: readonly { readonly ip: IpAddress; readonly prefixLength: number }[];
	/** On a SAN but without Windows Sockets Direct: reachable through NDIS and TCP/IP only (FALLBACK-9). */
	readonly ndisOnly: boolean;
	/** Whether the SAN provider is there from the start (INST-5). */
	readonly installed: boolean;
	readonly connect: ConnectManner;
	/** How long WSPAccept goes on after it has told the peer "accepted". */
	readonly accept: ConnectManner;
	/** Receive buffers that the switch posts for each connection (OQ-21); at least 3. */
	readonly credits: number;
	/** Bytes of a control-message buffer (OQ-21). */
	readonly bufferSize: number;
	/** Whether the provider has WSPRdmaRead (INIT-7). */
	readonly rdmaRead: boolean;
	/** Whether the NIC queues messages that arrive before a buffer is posted; else the provider does (SESS-9). */
	readonly flowControl: boolean;
	/** Messages that the provider keeps before the first WSPRecv (OQ-25). */
	readonly privateBuffers: number;
	/** SO_MAX_MSG_SIZE; Infinity for no limit. */
	readonly maxMessage: number;
	/** SO_MAX_RDMA_SIZE; Infinity for no limit. */
	readonly maxRdma: number;
	/** SO_RDMA_THRESHOLD_SIZE. */
	readonly rdmaThreshold: number;
	/** Answer to a connect for a port on which nothing listens (OQ-12). */
	readonly nobodyListens: WsaError;
	/** When the provider gives an unanswered connect up, ns (OQ-3). */
	readonly connectTimeoutNs: number;
	/** XP1_QOS_SUPPORTED (OPT-9). */
	readonly qos: boolean;
	/** Keeps deregistered memory in a cache (CACHE-1). */
	readonly cache: boolean;
	/** Whether the NIC can take the peer's access to cached memory away without giving its registration up (CACHE-6). */
	readonly revoke: boolean;
	/** Whether a socket that comes back to a process goes on with its former descriptor (DUP-15). */
	readonly revive: boolean;
}

export interface HostSettings {
	readonly name: string;
	readonly nics: readonly NicSettings[];
	/** Whether SAN requests are accepted before the application asks (OQ-29). */
	readonly eagerAccept: boolean;
	/** After it the switch gives a stuck provider or peer up, ns (OQ-3, OQ-24). */
	readonly guardTimeNs: number;
	/** Most send buffers that the switch has for a session (OQ-21). */
	readonly sendBuffers: number;
}

export interface Topology {
	readonly networks: readonly NetworkSettings[];
	readonly hosts: readonly HostSettings[];
}
