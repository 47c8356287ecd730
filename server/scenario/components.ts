/**
 * The parts of a simulated machine by the names that traces, faults and expectations use: `alice`, `alice.client`,
 * `alice.switch`, `alice.tcpip`, `alice.ib0`, `alice.ib0.proxy`, `alice.ib0.nic`; in a second process `alice.second.switch`
 * and `alice.second.ib0`, in the system process that finishes graceful closes `alice.services.switch`.
 */

import { type Declarations, findNic } from './declarations';
import type { Nic, Thread } from './generated/ast';

/** The process that finishes graceful closes (DUP-2), as long as the scenario has none of that name. */
const SYSTEM_PROCESS = 'services';

/** `provider` is the SAN service provider of a NIC; `card` a NIC on a LAN, which has none. */
export type ComponentKind = 'host' | 'thread' | 'switch' | 'tcpip' | 'provider' | 'card' | 'proxy' | 'nic';

export interface Component {
	readonly kind: ComponentKind;
	readonly host: string;
	readonly nic?: Nic;
	readonly thread?: Thread;
}

/** Part `index` of the path names nothing; `candidates` are the names that it could be. */
export interface UnknownPart {
	readonly kind: 'unknown';
	readonly index: number;
	readonly what: 'host' | 'component';
	readonly name: string;
	readonly owner: string;
	readonly candidates: readonly string[];
}

/** Parts that every host has; a thread or a NIC cannot have their names. */
export const hostParts = ['switch', 'tcpip'] as const;

const nicParts = ['proxy', 'nic'] as const;

export function isSanNic(declarations: Declarations, nic: Nic): boolean {
	return declarations.networks.get(nic.network)?.node.kind === 'san';
}

/** The names that may stand behind `host.`. */
export function partsOfHost(
	declarations: Declarations,
	host: string,
	threads: readonly Pick<Thread, 'host' | 'name'>[],
): readonly string[] {
	const nics = declarations.hosts.get(host)?.node.nics ?? [];
	const own = threads.filter((thread) => thread.host === host);
	return [...own.map(({ name }) => name), ...hostParts, ...nics.map(({ name }) => name)];
}

/** The names that may stand behind `host.nic.`. */
export function partsOfNic(declarations: Declarations, nic: Nic): readonly string[] {
	return isSanNic(declarations, nic) ? nicParts : ['nic'];
}

export function resolveComponent(
	declarations: Declarations,
	threads: readonly Thread[],
	parts: readonly string[],
): Component | UnknownPart {
	const [host = '', part, inner, extra] = parts;
	if (!declarations.hosts.has(host)) {
		const candidates = [...declarations.hosts.keys()];
		return { kind: 'unknown', index: 0, what: 'host', name: host, owner: '', candidates };
	}
	if (part === undefined) return { kind: 'host', host };
	const unknown = (index: number, candidates: readonly string[]): UnknownPart => {
		const owner = parts.slice(0, index).join('.');
		return { kind: 'unknown', index, what: 'component', name: parts[index] ?? '', owner, candidates };
	};
	const nic = findNic(declarations, host, part);
	if (nic !== undefined) {
		if (extra !== undefined) return unknown(3, []);
		if (inner === undefined) return { kind: isSanNic(declarations, nic) ? 'provider' : 'card', host, nic };
		const names = partsOfNic(declarations, nic);
		if (!names.includes(inner)) return unknown(2, names);
		return { kind: inner === 'proxy' ? 'proxy' : 'nic', host, nic };
	}
	if (inner !== undefined && isProcess(threads, host, part)) {
		// A process beside the main one has a switch and providers of its own: `bob.second.switch`.
		const found = resolveComponent(declarations, threads, [host, ...parts.slice(2)]);
		return found.kind === 'unknown' ? { ...found, index: found.index + 1 } : found;
	}
	if (inner !== undefined) return unknown(hasPart(declarations, host, threads, part) ? 2 : 1, []);
	if (part === 'switch' || part === 'tcpip') return { kind: part, host };
	const thread = threads.find((candidate) => candidate.host === host && candidate.name === part);
	if (thread !== undefined) return { kind: 'thread', host, thread };
	return unknown(1, partsOfHost(declarations, host, threads));
}

/** Whether a host can have a process of that name beside the main one: one of the scenario, or the system's (DUP-2). */
function isProcess(threads: readonly Thread[], host: string, name: string): boolean {
	return name === SYSTEM_PROCESS || threads.some((thread) => thread.host === host && thread.process === name);
}

function hasPart(declarations: Declarations, host: string, threads: readonly Thread[], part: string): boolean {
	return partsOfHost(declarations, host, threads).includes(part);
}

const neighbours: ReadonlySet<string> = new Set(
	[
		['thread', 'switch'],
		['switch', 'tcpip'],
		['switch', 'provider'],
		['tcpip', 'proxy'],
		['tcpip', 'nic'],
		['tcpip', 'card'],
		['provider', 'proxy'],
		['provider', 'nic'],
		['proxy', 'nic'],
		['card', 'nic'],
	].flatMap(([one, other]) => [`${one} ${other}`, `${other} ${one}`]),
);

/** Whether calls or messages can pass between two components at all: neighbours in a machine, equals across the wire. */
export function canTalk(from: Component, to: Component): boolean {
	if (from.host !== to.host) return from.kind === to.kind && from.kind !== 'thread';
	if (from.nic !== undefined && to.nic !== undefined && from.nic !== to.nic) return false;
	return neighbours.has(`${from.kind} ${to.kind}`);
}
