/**
 * Who is who in a trace, by the names of its components: `alice.switch`, `alice.tcpip`, `alice.ib0` (a SAN provider),
 * `alice.ib0.nic`, `alice.ib0.proxy`, `alice.client` (an application). A run has few components and each record names
 * two, so each component is looked at once and its role kept under its number.
 */
import type { ObjectEntry, Reader, Trace } from '../trace';
import { siteAt } from '../trace/site';

export type Role = 'switch' | 'tcpip' | 'part' | 'other';

const SWITCH = 1;
const TCPIP = 2;
const PART = 3;

/** Roles are numbers below this. */
export const ROLES = 4;

/** Directions of a record, as bits: between whom it goes, whatever its name. */
export const INTO_PROVIDER = 1;
export const OUT_OF_PROVIDER = 2;
export const INTO_SWITCH = 4;
export const OUT_OF_SWITCH = 8;
export const INTO_TCPIP = 16;
export const OUT_OF_TCPIP = 32;

function roleNumber(component: string): number {
	const part = component.slice(component.lastIndexOf('.') + 1);
	if (/^switch\d*$/.test(part)) return SWITCH;
	if (part === 'tcpip') return TCPIP;
	return /^(nic|proxy|kernel|driver)$/.test(part) ? PART : 0;
}

const names: readonly Role[] = ['other', 'switch', 'tcpip', 'part'];
const roles = new Map<string, Role>();

/** Role of a component known by its name only. */
export function roleOf(component: string): Role {
	let role = roles.get(component);
	if (!role) {
		role = names[roleNumber(component)] as Role;
		if (roles.size > 10_000) roles.clear();
		roles.set(component, role);
	}
	return role;
}

/** Directions by the roles of sender and receiver. */
const directions = Uint8Array.from({ length: ROLES * ROLES }, (_, pair) => {
	const from = Math.floor(pair / ROLES);
	const to = pair % ROLES;
	return (
		(from === SWITCH && to === 0 ? INTO_PROVIDER : 0) |
		(to === SWITCH && from === 0 ? OUT_OF_PROVIDER : 0) |
		(to === SWITCH && from !== SWITCH && from !== TCPIP ? INTO_SWITCH : 0) |
		(from === SWITCH && to !== SWITCH && to !== TCPIP ? OUT_OF_SWITCH : 0) |
		(from === SWITCH && to === TCPIP ? INTO_TCPIP : 0) |
		(from === TCPIP && to === SWITCH ? OUT_OF_TCPIP : 0)
	);
});

/** What a name says of the direction, by site. */
const SPI = 1;
const UP_CALL = 2;
const nameFlags: (number | undefined)[] = [];

function flagsOfSite(siteId: number): number {
	let flags = nameFlags[siteId];
	if (flags === undefined) {
		const { name } = siteAt(siteId);
		const up = name.startsWith('WPU') || name === 'ConditionFunc' || name === 'WSPMemoryRegistrationCacheCallback';
		flags = (name.startsWith('WSP') ? SPI : 0) | (up ? UP_CALL : 0);
		nameFlags[siteId] = flags;
	}
	return flags;
}

/** Whether the name of a site belongs to a function that the switch offers (or the cache callback). */
export function isUpCallSite(siteId: number): boolean {
	return (flagsOfSite(siteId) & UP_CALL) !== 0;
}

/** Whether the site is of an SPI function that the switch calls in a provider. */
export function isSpiSite(siteId: number): boolean {
	return flagsOfSite(siteId) === SPI;
}

/** What a key of the trace stands for. */
export interface KeyFacts {
	/** `alice.ib0 socket 3`. */
	readonly name: string;
	/** Number of the object. */
	readonly object: number;
	readonly owner: string;
	/** Number of the owning component. */
	readonly ownerId: number;
	readonly type: string;
	/** -1 for an object that is the only one of its kind. */
	readonly number: number;
	readonly field: string;
}

/** What never changes in a run: roles of components, and what keys stand for. */
export class Cast {
	private readonly roles: (number | undefined)[] = [];
	private readonly keys: (KeyFacts | undefined)[] = [];

	constructor(readonly reader: Reader) {}

	get trace(): Trace {
		return this.reader.trace;
	}

	/** Roles of sender and receiver as one number below `ROLES` squared. */
	pair(from: number, to: number): number {
		return this.role(from) * ROLES + this.role(to);
	}

	role(component: number): number {
		const known = this.roles[component];
		if (known !== undefined) return known;
		const role = roleNumber(this.nameOf(component));
		this.roles[component] = role;
		return role;
	}

	/** A trace that was put together by hand may use numbers that stand for nobody. */
	private nameOf(component: number): string {
		const { components } = this.trace;
		return component < components.size ? components.at(component) : '';
	}

	/** Directions of a record between two components. */
	directions(from: number, to: number): number {
		return directions[this.role(from) * ROLES + this.role(to)] as number;
	}

	key(key: number): KeyFacts {
		const known = this.keys[key];
		if (known) return known;
		const { reader } = this;
		const object = reader.objectOfKey(key);
		const entry = this.trace.objects[object] as ObjectEntry;
		const owner = this.nameOf(entry.owner);
		const facts: KeyFacts = {
			name: entry.number < 0 ? `${owner} ${entry.type.name}` : `${owner} ${entry.type.name} ${entry.number}`,
			object,
			owner,
			ownerId: entry.owner,
			type: entry.type.name,
			number: entry.number,
			field: entry.type.fields[key - entry.firstKey] as string,
		};
		this.keys[key] = facts;
		return facts;
	}
}

/** Directions by pair of roles. */
export function directionsOfPair(pair: number): number {
	return directions[pair] as number;
}

/** Whose part a component called `switch2` or `alice.tcpip` plays is told by `roleOf`; this tells its host. */
export function hostOf(component: string): string {
	const dot = component.indexOf('.');
	return dot < 0 ? component : component.slice(0, dot);
}
