/**
 * Who speaks to whom. The checks know components by their names (`alice.switch`, `alice.tcpip`, `alice.ib0`,
 * `alice.ib0.nic`) and by the direction of a call: what the switch calls below itself is a provider, what calls the
 * switch with an SPI function is an application.
 */
import type { TraceRecord } from '../../../trace';

const switchPart = /^switch(?![a-z])/i;
const tcpipPart = /^tcpip(?![a-z])/i;
const otherPart = /^(nic|proxy|kernel|driver)(?![a-z])/i;

export function isSwitch(component: string): boolean {
	return component.split('.').some((part) => switchPart.test(part));
}

export function isTcpip(component: string): boolean {
	return component.split('.').some((part) => tcpipPart.test(part));
}

/** A component that is neither switch nor TCP/IP, NIC, driver or kernel: a SAN provider where the switch calls it. */
export function maybeProvider(component: string): boolean {
	return !component.split('.').some((part) => switchPart.test(part) || tcpipPart.test(part) || otherPart.test(part));
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
