/**
 * A wire: carries messages between the NICs of one subnet, with latency, bandwidth, and on a LAN with loss, duplication
 * and reordering. Messages of one sender to one receiver keep their order unless a fault says otherwise (DATA-11).
 *
 * Deliberately not modelled: switches in the fabric, routing, queues shared between senders. Each pair of NICs has a
 * link of its own.
 */
import type { Simulation, Thread } from '../simulation';
import { MICROSECOND } from '../simulation';
import { type Site, site, type Value } from '../trace';
import { type IpAddress, subnetContains } from '../winsock/address';
import { belongsTo, type MessageFault, type MessageFaults } from './faults';
import type { NetworkSettings } from './topology';

/** A NIC as the wire sees it: where messages arrive. */
export interface Port {
	/** Component that sends and receives, for example `alice.ib0.nic`. */
	readonly component: number;
	readonly name: string;
	up: boolean;
}

const LOST = site('message lost', ['message', 'reason']);

interface Link {
	/** When the last bit of the last message arrives, ns. */
	free: number;
}

/** Something that is on its way. */
export interface Transmission {
	/** Site whose first fields are `bytes` and `arrives`; the values of the others follow in `detail`. */
	readonly site: Site;
	readonly a?: Value;
	readonly b?: Value;
	readonly c?: Value;
	/** Size on the wire. */
	readonly bytes: number;
	/** Runs at the receiver when the message arrives. `seq` is the message's record. */
	readonly deliver: (seq: number) => void;
}

export class Network {
	readonly ports: Port[] = [];
	private readonly links = new Map<number, Link>();
	private partitioned = false;
	/** Pairs of places that cannot reach each other. */
	private readonly cuts: { readonly a: string; readonly b: string }[] = [];

	constructor(
		readonly settings: NetworkSettings,
		private readonly simulation: Simulation,
		private readonly faults: MessageFaults,
	) {}

	get name(): string {
		return this.settings.name;
	}

	contains(ip: IpAddress): boolean {
		return this.settings.subnets.some((subnet) => subnetContains(subnet, ip));
	}

	/** Cuts the whole network, or the connection between two hosts or NICs. */
	partition(a?: string, b?: string): void {
		if (a === undefined || b === undefined) this.partitioned = true;
		else this.cuts.push({ a, b });
	}

	heal(a?: string, b?: string): void {
		if (a === undefined || b === undefined) {
			this.partitioned = false;
			this.cuts.length = 0;
			return;
		}
		const at = this.cuts.findIndex((cut) => (cut.a === a && cut.b === b) || (cut.a === b && cut.b === a));
		if (at >= 0) this.cuts.splice(at, 1);
	}

	/**
	 * Puts a message on the wire.
	 * @returns virtual time at which the sender's NIC knows that it has arrived, ns
	 */
	send(thread: Thread, from: Port, to: Port, message: Transmission): number {
		const { now } = this.simulation;
		const link = this.link(from, to);
		const fault = this.faults.of({ name: message.site.name, from: from.name, to: to.name }, now);
		const serialisation = this.serialisationNs(message.bytes);
		const leaves = Math.max(now, link.free - this.settings.latencyNs) + serialisation;
		let arrives = leaves + this.settings.latencyNs;
		if (fault?.action === 'delay') arrives += fault.byNs;
		const late = fault?.action === 'reorder' || this.chance(this.settings.reorder);
		// One nanosecond apart at least, so that equal times cannot exchange two messages of one link.
		if (late) arrives += this.settings.latencyNs;
		else {
			arrives = Math.max(arrives, link.free + 1);
			link.free = arrives;
		}
		const seq = thread.message(message.site, to.component, message.bytes, arrives, message.a, message.b, message.c);
		const lost = this.loss(from, to, fault);
		if (lost) thread.note(LOST, to.component, message.site.name, lost);
		else this.deliver(to, message, seq, arrives);
		if (!lost && (fault?.action === 'duplicate' || this.chance(this.settings.duplicate))) {
			this.deliver(to, message, seq, arrives + MICROSECOND);
		}
		return arrives + this.settings.latencyNs;
	}

	private deliver(to: Port, message: Transmission, seq: number, arrives: number): void {
		this.simulation.at(arrives, () => {
			if (to.up) message.deliver(seq);
		});
	}

	private loss(from: Port, to: Port, fault: MessageFault | undefined): string | undefined {
		if (!from.up || !to.up) return 'NIC down';
		if (this.partitioned) return 'network partitioned';
		if (this.cuts.length > 0 && this.cuts.some(({ a, b }) => cuts(a, b, from, to) || cuts(b, a, from, to))) {
			return 'hosts partitioned';
		}
		if (fault?.action === 'drop') return 'fault';
		return this.chance(this.settings.loss) ? 'loss' : undefined;
	}

	private chance(probability: number): boolean {
		return probability > 0 && this.simulation.choices.chance(probability);
	}

	private serialisationNs(bytes: number): number {
		const { bandwidth } = this.settings;
		return bandwidth === Number.POSITIVE_INFINITY ? 0 : Math.ceil((bytes * 8 * 1e9) / bandwidth);
	}

	private link(from: Port, to: Port): Link {
		const key = from.component * 65536 + to.component;
		const known = this.links.get(key);
		if (known) return known;
		const made: Link = { free: -1 };
		this.links.set(key, made);
		return made;
	}
}

function cuts(a: string, b: string, from: Port, to: Port): boolean {
	return belongsTo(from.name, a) && belongsTo(to.name, b);
}
