/**
 * What the trace tells about a destination: who listens there, whether its address exists, whether TCP/IP would have
 * reached it. The answers are those of the whole time of a connect, so that a listener that came or went meanwhile
 * accuses nobody.
 */

import { isWildcard, type SocketAddress } from '../../../winsock/address';
import type { CheckContext, Interest } from '../../check';
import type { SeenRecord } from '../../recordView';
import {
	addressOf,
	callOf,
	fieldOf,
	hostOf,
	isProxy,
	isSwitch,
	isTcpip,
	named,
	objectNumberOf,
	ownerOf,
	textOf,
} from './parts';

/** Interests of `Destinations`. */
export const destinationInterests: readonly Interest[] = [
	...named('call', 'ClientPnPAddNetAddress', 'ClientPnPDelNetAddress'),
	...named('return', 'IRP_MJ_DEVICE_CONTROL'),
	...named('message', 'native refusal'),
	...named('note', 'message lost', 'link'),
	...named('state', 'socket.state', 'socket.local'),
];

export interface Refusal {
	readonly record: SeenRecord;
	readonly reason: string;
	/** When it arrives at the connecting provider, ns. */
	readonly arrives: number;
}

/** A socket that listens. */
export interface Listener {
	readonly owner: string;
	readonly number: number;
	/** The record with which it began. */
	readonly since: number;
}

export class Destinations {
	/** Hosts by the addresses that TCP/IP indicated to a proxy driver there. */
	private readonly hostByAddress = new Map<string, string>();
	/** Addresses that belong to a NIC with a SAN provider. */
	private readonly ofProviders = new Set<string>();
	/** Addresses that a proxy driver could map to a node of the fabric. */
	private readonly mapped = new Set<string>();
	/** The last refusal by the address of the connecting end. */
	private readonly refusals = new Map<string, Refusal>();
	/** Addresses that sockets of TCP/IP are bound to. */
	private readonly ofTcpSockets = new Set<string>();
	/** NICs by their addresses, and those whose link is down. */
	private readonly nicByAddress = new Map<string, string>();
	private readonly down = new Set<string>();
	/** Sockets that listen now, by the name of their object. */
	private readonly listeners = new Map<string, Listener>();
	/** The last loss on a wire by receiving host. */
	private readonly losses = new Map<string, number>();

	observe(record: SeenRecord, context: CheckContext): void {
		if (record.kind === 'state') {
			this.changed(record);
			return;
		}
		switch (record.name) {
			case 'ClientPnPAddNetAddress':
				this.indicated(record);
				return;
			case 'ClientPnPDelNetAddress':
				if (isOwnDevice(record)) this.ofProviders.delete(textOf(record, 'address') ?? '');
				return;
			case 'IRP_MJ_DEVICE_CONTROL': {
				const call = callOf(context, record);
				if (record.error || call.arg('request') !== 'translate destination') return;
				this.mapped.add(textOf(call, 'address') ?? '');
				return;
			}
			case 'native refusal':
				this.refused(record, context);
				return;
			case 'link':
				if (record.arg('up') === false) this.down.add(record.to);
				else this.down.delete(record.to);
				return;
			case 'message lost':
				this.losses.set(hostOf(record.to), record.time);
				this.losses.set(hostOf(record.from), record.time);
				return;
			default:
		}
	}

	private changed(record: SeenRecord): void {
		const field = record.changed.field;
		const after = record.arg('after');
		const owner = ownerOf(record);
		if (field === 'local') {
			const address = isTcpip(owner) ? addressOf(after) : undefined;
			if (address) this.ofTcpSockets.add(address.ip.text);
		} else if (field === 'state') {
			if (after === 'listening') {
				this.listeners.set(record.name, { owner, number: objectNumberOf(record), since: record.seq });
			} else this.listeners.delete(record.name);
		}
	}

	private indicated(record: SeenRecord): void {
		const address = textOf(record, 'address') ?? '';
		this.hostByAddress.set(address, hostOf(record.to));
		const nic = /\{(.*)\}/.exec(textOf(record, 'device') ?? '')?.[1];
		if (nic) this.nicByAddress.set(address, `${hostOf(record.to)}.${nic}.nic`);
		if (isOwnDevice(record)) this.ofProviders.add(address);
	}

	/** A refusal answers the native connect request that caused it. */
	private refused(record: SeenRecord, context: CheckContext): void {
		const request = requestOf(record, context);
		const from = request && textOf(request, 'from');
		if (!from) return;
		const arrives = record.arg('arrives');
		this.refusals.set(`${hostOf(request.from)} ${from}`, {
			record,
			reason: textOf(record, 'reason') ?? '',
			arrives: typeof arrives === 'number' ? arrives : record.time,
		});
	}

	/** The refusal that the connecting end `local` of `host` got between two records. */
	refusalOf(host: string, local: string, since: SeenRecord, now: number): Refusal | undefined {
		const refusal = this.refusals.get(`${host} ${local}`);
		return refusal && refusal.record.seq > since.seq && refusal.arrives <= now ? refusal : undefined;
	}

	/** Whether some host has the address: so says TCP/IP of that host, or the proxy driver that mapped it. */
	exists(ip: string): boolean {
		return this.hostByAddress.has(ip) || this.mapped.has(ip) || this.ofTcpSockets.has(ip);
	}

	/** FALLBACK-9: the address exists on the fabric, but no SAN provider owns it. */
	withoutProvider(ip: string): boolean {
		return !this.ofProviders.has(ip) && this.exists(ip);
	}

	/** A socket that has listened for `destination` from record `since` until now. */
	private listener(
		context: CheckContext,
		destination: SocketAddress,
		since: number,
		seq: number,
		fits: (owner: string) => boolean,
	): Listener | undefined {
		for (const listener of this.listeners.values()) {
			if (listener.since > since || !fits(listener.owner)) continue;
			const { owner, number } = listener;
			const local = addressOf(fieldOf(context, owner, 'socket', number, 'local', seq));
			if (local && this.serves(owner, local, destination)) return listener;
		}
		return undefined;
	}

	private serves(owner: string, local: SocketAddress, destination: SocketAddress): boolean {
		if (local.port !== destination.port) return false;
		if (!isWildcard(local.ip)) return local.ip.text === destination.ip.text;
		return this.hostByAddress.get(destination.ip.text) === hostOf(owner);
	}

	/**
	 * Would TCP/IP have connected? The TCP/IP socket that listens there, if messages got through.
	 * @param call the application's call, or the provider's WSPConnect
	 */
	tcpipListener(
		context: CheckContext,
		destination: SocketAddress,
		call: SeenRecord,
		seq: number,
	): Listener | undefined {
		const listener = this.listener(context, destination, call.seq, seq, isTcpip);
		if (!listener) return undefined;
		const lost = Math.max(this.losses.get(hostOf(call.from)) ?? -1, this.losses.get(hostOf(listener.owner)) ?? -1);
		return lost >= call.time || this.isDown(destination, listener) ? undefined : listener;
	}

	/** Whether the NIC of the address is down; where no driver tells which it is, any NIC of the host will do. */
	private isDown(destination: SocketAddress, listener: Listener): boolean {
		const nic = this.nicByAddress.get(destination.ip.text);
		if (nic !== undefined) return this.down.has(nic);
		return [...this.down].some((name) => hostOf(name) === hostOf(listener.owner));
	}

	sanListener(context: CheckContext, destination: SocketAddress, call: SeenRecord, seq: number): Listener | undefined {
		return this.listener(context, destination, call.seq, seq, (owner) => !isTcpip(owner) && !isSwitch(owner));
	}
}

/** Whether an indicated address is of the NIC of the proxy driver that is told: `\Device\Tcpip_{ib0}` and `alice.ib0.proxy`. */
export function isOwnDevice(record: SeenRecord): boolean {
	const device = textOf(record, 'device');
	if (device === undefined || !isProxy(record.to)) return false;
	const nic = record.to.slice(hostOf(record.to).length + 1, -'.proxy'.length);
	return device === `\\Device\\Tcpip_{${nic}}`;
}

/** The native connect request in the chain of causes of an answer. */
export function requestOf(record: SeenRecord, context: CheckContext): SeenRecord | undefined {
	let seq = record.cause;
	for (let steps = 0; seq !== null && seq >= 0 && steps < 64; steps++) {
		const cause = context.view(seq);
		if (cause.kind === 'message' && cause.name === 'native connect request') return cause;
		const within = cause.kind === 'call' ? cause.cause : (cause.within ?? cause.cause);
		seq = within;
	}
	return undefined;
}

/** The destination of a call, as an address. */
export function destinationOf(call: SeenRecord): SocketAddress | undefined {
	return addressOf(call.arg('name'));
}
