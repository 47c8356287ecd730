/** Who speaks to whom, for the checks of the data families. */
import { roleOf } from '../../cast';
import type { SeenRecord } from '../../recordView';

export { hostOf } from '../../cast';

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

/** Whether the record is a call from a switch into a SAN provider. */
export function intoProvider(call: SeenRecord): boolean {
	return call.intoProvider;
}

/** Whether the record is the return of a SAN provider to a switch. */
export function outOfProvider(ret: SeenRecord): boolean {
	return ret.outOfProvider;
}

/** Whether the record is a call of an application into its switch. */
export function intoSwitch(call: SeenRecord): boolean {
	return call.intoSwitch;
}

/** Whether the record is the return of a switch to an application. */
export function outOfSwitch(ret: SeenRecord): boolean {
	return ret.outOfSwitch;
}

/** The SAN provider that a NIC or a proxy driver belongs to: `alice.ib0` for `alice.ib0.nic`. */
export function providerOfPart(component: string): string {
	let provider = component;
	while (provider.includes('.') && roleOf(provider) === 'part') provider = provider.slice(0, provider.lastIndexOf('.'));
	return provider;
}
