/**
 * Who speaks to whom. The checks know components by their names (`alice.switch`, `alice.tcpip`, `alice.ib0`,
 * `alice.ib0.nic`) and by the direction of a call: what the switch calls below itself is a provider, what calls the
 * switch with an SPI function is an application.
 */
import type { TraceRecord } from '../../../trace';

type Role = 'switch' | 'tcpip' | 'part' | 'other';

const otherPart = /^(nic|proxy|kernel|driver)(?![a-z])/i;
const roles: readonly (readonly [Role, RegExp])[] = [
	['switch', /^switch(?![a-z])/i],
	['tcpip', /^tcpip(?![a-z])/i],
	['part', otherPart],
];

/** A run has few components, and asks for them with every record. */
const known = new Map<string, Role>();

function roleOf(component: string): Role {
	const before = known.get(component);
	if (before) return before;
	const parts = component.split('.');
	const role = roles.find(([, pattern]) => parts.some((part) => pattern.test(part)))?.[0] ?? 'other';
	if (known.size > 10_000) known.clear();
	known.set(component, role);
	return role;
}

export function isSwitch(component: string): boolean {
	return roleOf(component) === 'switch';
}

export function isTcpip(component: string): boolean {
	return roleOf(component) === 'tcpip';
}

/** A component that is neither switch nor TCP/IP, NIC, driver or kernel: a SAN provider where the switch calls it. */
export function maybeProvider(component: string): boolean {
	return roleOf(component) === 'other';
}

export function hostOf(component: string): string {
	const dot = component.indexOf('.');
	return dot < 0 ? component : component.slice(0, dot);
}

/** Whether the record is a call from a switch into a SAN provider. */
export function intoProvider(call: TraceRecord): boolean {
	return isSwitch(call.from) && maybeProvider(call.to);
}

/** Whether the record is the return of a SAN provider to a switch. */
export function outOfProvider(ret: TraceRecord): boolean {
	return isSwitch(ret.to) && maybeProvider(ret.from);
}

/** Whether the record is a call of an application into its switch. */
export function intoSwitch(call: TraceRecord): boolean {
	return isSwitch(call.to) && maybeProvider(call.from);
}

/** Whether the record is the return of a switch to an application. */
export function outOfSwitch(ret: TraceRecord): boolean {
	return isSwitch(ret.from) && maybeProvider(ret.to);
}

/** The SAN provider that a NIC or a proxy driver belongs to: `alice.ib0` for `alice.ib0.nic`. */
export function providerOfPart(component: string): string {
	const parts = component.split('.');
	while (parts.length > 1 && otherPart.test(parts[parts.length - 1] as string)) parts.pop();
	return parts.join('.');
}
