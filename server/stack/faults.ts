/**
 * What goes wrong in a run, as the scenario says: how a component's calls end, and what happens to wire messages, NICs,
 * hosts and networks. Components ask here at each call; without faults that costs one test.
 */
import { type Coroutine, type Thread, Waiters } from '../simulation';
import type { SocketAddress } from '../winsock/address';
import type { WsaError } from './outcome';

/** How calls of one function of one component end instead of in the usual way. */
export interface CallFault {
	/** `alice.ib0`, or a host name for all its providers. */
	readonly component: string;
	readonly call: string;
	/** Which calls, counted from 1 as the component receives them; all if left out. */
	readonly first: number;
	readonly last: number;
	/** Only calls for a destination or address that this holds for. */
	readonly concerns?: (destination: SocketAddress) => boolean;
	/** Only from and until these virtual times, ns. */
	readonly fromNs: number;
	readonly untilNs: number;
	readonly effect: CallEffect;
}

export interface CallEffect {
	/** The operation goes on this long after the call has returned, ns; Infinity for ever. */
	readonly pendingNs?: number;
	/** How it ends. */
	readonly outcome?: 'success' | WsaError;
	/** The call returns this and does nothing of its work. */
	readonly returns?: number | WsaError;
	/** How often the event of the operation is signalled. */
	readonly signals?: 0 | 1 | 2;
	/** How often its completion is reported. */
	readonly completions?: 0 | 1 | 2;
	/** Calls that the component leaves out while it serves this one. */
	readonly skips: readonly string[];
	/** Out parameters that are handed over instead of those recorded, by the name they have in the return's record. */
	readonly outputs?: Readonly<Record<string, 0 | WsaError>>;
}

export class CallFaults {
	private readonly faults: CallFault[] = [];
	private readonly counts = new Map<string, number>();
	/** Asked first: what a what-if branch makes of the call whose record was written last. */
	override: ((component: string, call: string) => CallEffect | undefined) | undefined;

	add(fault: CallFault): void {
		this.faults.push(fault);
	}

	/**
	 * The effect on this call, or undefined. Every call of a function that some fault names is counted, whatever its
	 * destination.
	 * @param now virtual time, ns
	 */
	of(component: string, call: string, now: number, destination?: SocketAddress): CallEffect | undefined {
		const overridden = this.override?.(component, call);
		if (this.faults.length === 0) return overridden;
		const key = `${component}!${call}`;
		const count = (this.counts.get(key) ?? 0) + 1;
		this.counts.set(key, count);
		const host = component.slice(0, component.indexOf('.'));
		if (overridden) return overridden;
		return this.faults.find(
			(fault) =>
				fault.call === call &&
				(fault.component === component || fault.component === host) &&
				count >= fault.first &&
				count <= fault.last &&
				now >= fault.fromNs &&
				now < fault.untilNs &&
				(!fault.concerns || (destination !== undefined && fault.concerns(destination))),
		)?.effect;
	}
}

/**
 * What a fault makes of a call at once: the error that it fails with, or the value that it returns without doing its work;
 * undefined for the usual work.
 */
export function forced(effect: CallEffect | undefined): WsaError | number | undefined {
	if (!effect) return undefined;
	if (effect.returns !== undefined) return effect.returns;
	return effect.pendingNs === undefined ? errorOf(effect) : undefined;
}

/** The error with which a fault lets an operation end, or undefined. */
export function errorOf(effect: CallEffect | undefined): WsaError | undefined {
	return effect?.outcome === undefined || effect.outcome === 'success' ? undefined : effect.outcome;
}

/** A fault lets the call go on for a while, or for ever. */
export function* pendingFor(t: Thread, effect: CallEffect | undefined, call: string): Coroutine {
	if (effect?.pendingNs === undefined) return;
	if (effect.pendingNs === Number.POSITIVE_INFINITY) t.wait(new Waiters(`${call}, which never returns`));
	else t.sleep(t.simulation.now + effect.pendingNs);
	yield;
}

/** A message on a wire, as a fault sees it. */
export interface WireMessage {
	readonly name: string;
	readonly from: string;
	readonly to: string;
}

/** What happens to wire messages that match. */
export interface MessageFault {
	readonly action: 'drop' | 'delay' | 'duplicate' | 'reorder';
	/** Name of the message without spaces and in any case, or undefined for all. */
	readonly message?: string;
	/** Which of the matching messages, counted from 1. */
	readonly first: number;
	readonly last: number;
	/** Component, NIC or host that sends; undefined for all. */
	readonly from?: string;
	readonly to?: string;
	readonly fromNs: number;
	readonly untilNs: number;
	/** Delay, ns. */
	readonly byNs: number;
}

/** Waits for a message, and then does something once. */
interface Watch {
	readonly message: Pick<MessageFault, 'message' | 'first' | 'from' | 'to'>;
	readonly action: () => void;
	seen: number;
}

export class MessageFaults {
	private readonly watches: Watch[] = [];
	private readonly faults: { readonly fault: MessageFault; seen: number }[] = [];
	/** Asked first: what a what-if branch does to the message that is about to be recorded. */
	override: (() => MessageFault | undefined) | undefined;

	add(fault: MessageFault): void {
		this.faults.push({ fault, seen: 0 });
	}

	/** Does something when the message of that kind and number is sent (`at message …`). */
	watch(message: Watch['message'], action: () => void): void {
		this.watches.push({ message, action, seen: 0 });
	}

	private fireWatches(message: WireMessage): void {
		for (const watch of [...this.watches]) {
			if (!chosen(watch.message, message) || ++watch.seen < watch.message.first) continue;
			this.watches.splice(this.watches.indexOf(watch), 1);
			watch.action();
		}
	}

	/** The first fault that applies to this message, or undefined. */
	of(message: WireMessage, now: number): MessageFault | undefined {
		if (this.watches.length > 0) this.fireWatches(message);
		let applies = this.override?.();
		if (this.faults.length === 0) return applies;
		for (const entry of this.faults) {
			const { fault } = entry;
			if (!chosen(fault, message)) continue;
			if (now < fault.fromNs || now >= fault.untilNs) continue;
			entry.seen++;
			if (!applies && entry.seen >= fault.first && entry.seen <= fault.last) applies = fault;
		}
		return applies;
	}
}

function chosen(wanted: Pick<MessageFault, 'message' | 'from' | 'to'>, message: WireMessage): boolean {
	if (wanted.message && wanted.message !== wireName(message.name)) return false;
	if (wanted.from && !belongsTo(message.from, wanted.from)) return false;
	return !wanted.to || belongsTo(message.to, wanted.to);
}

/** `native connect request` and `NativeConnectRequest` name the same message. */
export function wireName(name: string): string {
	return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** Whether `component` is `place` or a part of it: `alice.ib0.nic` belongs to `alice.ib0` and to `alice`. */
export function belongsTo(component: string, place: string): boolean {
	return component === place || component.startsWith(`${place}.`);
}
