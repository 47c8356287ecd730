/**
 * Network events (FD_*): bits, re-enabling functions and triggering, and masks of them.
 *
 * On a SAN provider only FD_ACCEPT and FD_CONNECT occur (EVT-1); the other events are the switch's and TCP/IP's. The
 * model's other sources are the page nf-winsock2-wsaeventselect and nc-ws2spi-lpwspenumnetworkevents.
 */

import type { WsaError } from './errors';

/**
 * How often an event is signalled. `level`: again after re-enabling while the condition holds; `edge`: only for a new
 * change; `once`: never again on this socket (EVT-9); `write`: after connect or accept, then when space is free again
 * after a send that failed with WSAEWOULDBLOCK.
 */
export type EventTriggering = 'level' | 'edge' | 'once' | 'write';

export interface NetworkEventFacts {
	/** Index of the event's code in `iErrorCode`. */
	readonly bit: number;
	/** The event's bit in a mask. */
	readonly value: number;
	/** Winsock functions after which the event can be recorded again; even a failing call counts (EVT-6). */
	readonly reenabledBy: readonly string[];
	/** Restriction on the re-enabling call, where the documentation states one. */
	readonly reenabledOnlyIf?: string;
	readonly triggering: EventTriggering;
	/** Codes that can come with the event. */
	readonly errors: readonly WsaError[];
	readonly meaning: string;
}

const receiving = ['recv', 'recvfrom', 'WSARecv', 'WSARecvEx', 'WSARecvFrom'] as const;

export const networkEvents = {
	FD_READ: {
		bit: 0,
		value: 0x01,
		reenabledBy: receiving,
		triggering: 'level',
		errors: ['WSAENETDOWN'],
		meaning: 'Data can be read.',
	},
	FD_WRITE: {
		bit: 1,
		value: 0x02,
		reenabledBy: ['send', 'sendto', 'WSASend', 'WSASendTo'],
		triggering: 'write',
		errors: ['WSAENETDOWN'],
		meaning: 'Data can be sent.',
	},
	FD_OOB: {
		bit: 2,
		value: 0x04,
		reenabledBy: receiving,
		triggering: 'level',
		errors: ['WSAENETDOWN'],
		meaning: 'Urgent data has arrived (only if it is not received inline).',
	},
	FD_ACCEPT: {
		bit: 3,
		value: 0x08,
		reenabledBy: ['accept', 'AcceptEx', 'WSAAccept'],
		reenabledOnlyIf: 'The call did not fail with WSATRY_AGAIN after CF_DEFER (ACC-17).',
		triggering: 'level',
		errors: ['WSAENETDOWN'],
		meaning: 'A connect request is queued.',
	},
	FD_CONNECT: {
		bit: 4,
		value: 0x10,
		reenabledBy: [],
		triggering: 'once',
		errors: [
			'WSAEAFNOSUPPORT',
			'WSAENETUNREACH',
			'WSAECONNRESET',
			'WSAENOBUFS',
			'WSAETIMEDOUT',
			'WSAECONNREFUSED',
			'WSAEHOSTUNREACH',
		],
		meaning: 'A connect has finished; its result is in iErrorCode[FD_CONNECT_BIT].',
	},
	FD_CLOSE: {
		bit: 5,
		value: 0x20,
		reenabledBy: [],
		triggering: 'once',
		errors: ['WSAENETDOWN', 'WSAECONNABORTED', 'WSAECONNRESET'],
		meaning: 'The peer closed: code 0 is a graceful close, WSAECONNRESET or WSAECONNABORTED is not.',
	},
	FD_QOS: {
		bit: 6,
		value: 0x40,
		reenabledBy: ['WSAIoctl'],
		reenabledOnlyIf: 'The control code is SIO_GET_QOS.',
		triggering: 'edge',
		errors: ['WSAENETDOWN'],
		meaning: 'The quality of service changed.',
	},
	FD_GROUP_QOS: {
		bit: 7,
		value: 0x80,
		reenabledBy: [],
		triggering: 'edge',
		errors: ['WSAENETDOWN'],
		meaning: 'Reserved.',
	},
	FD_ROUTING_INTERFACE_CHANGE: {
		bit: 8,
		value: 0x100,
		reenabledBy: ['WSAIoctl'],
		reenabledOnlyIf: 'The control code is SIO_ROUTING_INTERFACE_CHANGE.',
		triggering: 'edge',
		errors: ['WSAENETDOWN', 'WSAENETUNREACH'],
		meaning: 'The local interface for a destination changed.',
	},
	FD_ADDRESS_LIST_CHANGE: {
		bit: 9,
		value: 0x200,
		reenabledBy: ['WSAIoctl'],
		reenabledOnlyIf: 'The control code is SIO_ADDRESS_LIST_CHANGE.',
		triggering: 'edge',
		errors: ['WSAENETDOWN'],
		meaning: 'The list of local addresses changed.',
	},
} as const satisfies Readonly<Record<string, NetworkEventFacts>>;

export type NetworkEvent = keyof typeof networkEvents;

/** Length of `iErrorCode`. */
export const FD_MAX_EVENTS = 10;

/** All events in the order of their bits. */
export const networkEventNames: readonly NetworkEvent[] = Object.keys(networkEvents) as NetworkEvent[];

/** The events that a SAN provider has to deal with (EVT-1). */
export const sanEvents = ['FD_ACCEPT', 'FD_CONNECT'] as const satisfies readonly NetworkEvent[];

/** A set of network events: the sum of their values. */
export type EventMask = number;

export function networkEventFacts(event: NetworkEvent): NetworkEventFacts {
	return networkEvents[event];
}

export function isNetworkEvent(name: string): name is NetworkEvent {
	return Object.hasOwn(networkEvents, name);
}

export function eventMask(events: Iterable<NetworkEvent>): EventMask {
	let mask = 0;
	for (const event of events) mask |= networkEvents[event].value;
	return mask;
}

export function maskHas(mask: EventMask, event: NetworkEvent): boolean {
	return (mask & networkEvents[event].value) !== 0;
}

/** The events of a mask, in the order of their bits; bits that stand for no event are left out. */
export function eventsOfMask(mask: EventMask): readonly NetworkEvent[] {
	return networkEventNames.filter((event) => maskHas(mask, event));
}

/** A mask as it is written in a scenario: `FD_CONNECT | FD_WRITE`; `0` for the empty mask, unknown bits in hexadecimal. */
export function formatMask(mask: EventMask): string {
	const known = eventsOfMask(mask);
	const rest = mask & ~eventMask(known);
	const parts: string[] = [...known];
	if (rest !== 0) parts.push(`0x${(rest >>> 0).toString(16)}`);
	return parts.length === 0 ? '0' : parts.join(' | ');
}

/** Whether a call of `winsockFunction` allows `event` to be recorded again (EVT-6), apart from `reenabledOnlyIf`. */
export function reenables(winsockFunction: string, event: NetworkEvent): boolean {
	return networkEventFacts(event).reenabledBy.includes(winsockFunction);
}
