/**
 * A wire: carries messages between the NICs of one subnet, with latency, bandwidth, and on a LAN with loss, duplication
 * and reordering. Messages of one sender to one receiver keep their order unless a fault says otherwise (DATA-11).
 *
 * Deliberately not modelled: switches in the fabric, routing, queues shared between senders. Each pair of NICs has a
 * link of its own.
 */
import type { Action, Simulation, Thread } from '../simulation';
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
	/** Context of what the port does by itself. */
	readonly thread?: Thread;
	up: boolean;
}

const LOST = site('message lost', ['message', 'reason']);

interface Link {
	/** When the last bit of the last message arrives, ns. */
	free: number;
	/** Reliable messages that wait because the first of them does not get through. */
	readonly stalled: Stalled[];
	/** Reliable messages so far. */
	orders: number;
	retrying: boolean;
}

/** A message that the sender's transport repeats, and on whose behalf. */
interface Stalled {
	/** Place among the messages of the link. */
	readonly order: number;
	readonly message: Transmission;
	readonly cause: number;
	readonly phase: number;
	readonly source: number;
}

/** A SAN transport repeats a message this often, waiting twice as long each time, before it breaks the connection. */
const RETRIES = 7;
const FIRST_RETRY_NS = 50 * MICROSECOND;

const REPEATED = site('repeated by the transport', ['message', 'attempt'], ['DATA-11']);
const GIVEN_UP = site('given up by the transport', ['message', 'attempts']);

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
	/**
	 * What a reliable transport tells the sender where a message did not get through at once (DATA-11): when its arrival is
	 * known after all, or that the transport gives up. A fault of the scenario that drops a message on purpose is not
	 * repeated: there the transport itself is broken.
	 */
	readonly known?: (time: number) => void;
	readonly failed?: (seq: number) => void;
}

export class Network {
	readonly ports: Port[] = [];
	private readonly links = new Map<number, Link>();
	private partitioned = false;
	/** Places that cannot reach each other. */
	private readonly cuts: Cut[] = [];

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

	/** Cuts the whole network, a host or NIC off from all others, or the connection between two of them. */
	partition(a?: string, b?: string): void {
		if (a === undefined) this.partitioned = true;
		else this.cuts.push({ a, b });
	}

	heal(a?: string, b?: string): void {
		if (a === undefined) {
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
		return this.transmit(thread, from, to, message).known;
	}

	/**
	 * Puts a message on a reliable wire: what a broken link keeps back is repeated, and stays in order.
	 * @returns as `send`, or Infinity where that is not known yet; `message.known` tells it later
	 */
	sendReliably(thread: Thread, from: Port, to: Port, message: Transmission): number {
		const link = this.link(from, to);
		const { cause, phase, source } = thread;
		const entry: Stalled = { order: link.orders++, message, cause, phase, source };
		if (link.stalled.length === 0) {
			const { broken, known } = this.transmit(thread, from, to, message, entry);
			if (!broken) return known;
		}
		this.stall(thread, from, to, link, entry);
		return Number.POSITIVE_INFINITY;
	}

	/** Keeps a message that did not get through, in its place, and sees to it that it is repeated. */
	private stall(thread: Thread, from: Port, to: Port, link: Link, entry: Stalled): void {
		const after = link.stalled.findIndex(({ order }) => order > entry.order);
		link.stalled.splice(after < 0 ? link.stalled.length : after, 0, entry);
		if (!link.retrying) this.retryLater(thread, from, to, link, 1);
	}

	private retryLater(thread: Thread, from: Port, to: Port, link: Link, attempt: number): void {
		const { simulation } = this;
		const context = from.thread ?? thread;
		link.retrying = true;
		simulation.at(simulation.now + FIRST_RETRY_NS * 2 ** (attempt - 1), () => {
			if (context.state !== 'ended') this.retry(context, from, to, link, attempt);
		});
	}

	private retry(t: Thread, from: Port, to: Port, link: Link, attempt: number): void {
		link.retrying = false;
		const first = link.stalled[0];
		if (!first) return;
		t.begin(first.cause, first.phase, first.source);
		if (attempt > RETRIES) {
			const seq = t.note(GIVEN_UP, t.component, first.message.site.name, attempt);
			for (const { message } of link.stalled.splice(0)) message.failed?.(seq);
			return;
		}
		t.note(REPEATED, t.component, first.message.site.name, attempt);
		while (link.stalled[0]) {
			const entry: Stalled = link.stalled[0];
			const { message, cause, phase, source } = entry;
			t.begin(cause, phase, source);
			const { broken, known } = this.transmit(t, from, to, message, entry);
			if (broken) {
				this.retryLater(t, from, to, link, entry === first ? attempt + 1 : 1);
				return;
			}
			link.stalled.shift();
			message.known?.(known);
		}
	}

	/** @returns when the arrival is known to the sender, and whether the way was broken */
	private transmit(
		thread: Thread,
		from: Port,
		to: Port,
		message: Transmission,
		reliable?: Stalled,
	): { readonly known: number; readonly broken: boolean } {
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
		else this.deliver(from, to, message, seq, arrives, reliable);
		if (!lost && (fault?.action === 'duplicate' || this.chance(this.settings.duplicate))) {
			this.deliver(from, to, message, seq, arrives + MICROSECOND, undefined);
		}
		return { known: arrives + this.settings.latencyNs, broken: lost !== undefined && this.isBroken(from, to) };
	}

	private deliver(
		from: Port,
		to: Port,
		message: Transmission,
		seq: number,
		arrives: number,
		reliable: Stalled | undefined,
	): void {
		this.simulation.at(arrives, new Arrival(this, from, to, message, seq, reliable));
	}

	/** The link broke while the message was on its way: nobody acknowledges it. */
	notArrived(from: Port, to: Port, entry: Stalled): void {
		if (from.thread && from.thread.state !== 'ended') this.stall(from.thread, from, to, this.link(from, to), entry);
	}

	private loss(from: Port, to: Port, fault: MessageFault | undefined): string | undefined {
		if (!from.up || !to.up) return 'NIC down';
		if (this.partitioned) return 'network partitioned';
		if (this.isCut(from, to)) return 'hosts partitioned';
		if (fault?.action === 'drop') return 'fault';
		return this.chance(this.settings.loss) ? 'loss' : undefined;
	}

	/** Whether nothing passes between two ports, for as long as a fault lasts. */
	isBroken(from: Port, to: Port): boolean {
		return !from.up || !to.up || this.partitioned || this.isCut(from, to);
	}

	private isCut(from: Port, to: Port): boolean {
		return this.cuts.length > 0 && this.cuts.some((cut) => separates(cut, from, to) || separates(cut, to, from));
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
		const made: Link = { free: -1, stalled: [], orders: 0, retrying: false };
		this.links.set(key, made);
		return made;
	}
}

/** A message reaches the end of its way. */
class Arrival implements Action {
	constructor(
		private readonly network: Network,
		private readonly from: Port,
		private readonly to: Port,
		private readonly message: Transmission,
		private readonly seq: number,
		private readonly reliable: Stalled | undefined,
	) {}

	perform(): void {
		if (this.to.up) this.message.deliver(this.seq);
		else if (this.reliable) this.network.notArrived(this.from, this.to, this.reliable);
	}
}

/** Without `b`, everything outside `a` is at the other side. */
interface Cut {
	readonly a: string;
	readonly b: string | undefined;
}

function separates({ a, b }: Cut, from: Port, to: Port): boolean {
	if (!belongsTo(from.name, a)) return false;
	return b === undefined ? !belongsTo(to.name, a) : belongsTo(to.name, b);
}
