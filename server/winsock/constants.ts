/**
 * Winsock constants by group, extension GUIDs, and the lookups. Values are those of winsock2.h and ws2san.h.
 *
 * A group is what a parameter accepts: the language server completes the names of the group, the interpreter reads
 * their values. FD_* events have facts of their own and are in `events.ts`.
 */

import { networkEvents } from './events';

export const SOCKET_ERROR = -1;
/** All bits one, as a SOCKET of 32 bits. */
export const INVALID_SOCKET = 0xffffffff;

export const constantGroups = {
	addressFamily: { AF_UNSPEC: 0, AF_INET: 2, AF_INET6: 23 },
	socketType: { SOCK_STREAM: 1, SOCK_DGRAM: 2, SOCK_RAW: 3 },
	protocol: { IPPROTO_IP: 0, IPPROTO_TCP: 6, IPPROTO_UDP: 17 },
	socketFlags: { WSA_FLAG_OVERLAPPED: 0x01 },
	backlog: { SOMAXCONN: 0x7fffffff },
	messageFlags: {
		MSG_OOB: 0x1,
		MSG_PEEK: 0x2,
		MSG_DONTROUTE: 0x4,
		MSG_WAITALL: 0x8,
		MSG_PARTIAL: 0x8000,
	},
	conditionResult: { CF_ACCEPT: 0, CF_REJECT: 1, CF_DEFER: 2 },
	shutdownHow: { SD_RECEIVE: 0, SD_SEND: 1, SD_BOTH: 2 },
	optionLevel: { SOL_SOCKET: 0xffff, IPPROTO_TCP: 6, IPPROTO_IPV6: 41 },
	socketOption: {
		SO_DEBUG: 0x0001,
		SO_ACCEPTCONN: 0x0002,
		SO_REUSEADDR: 0x0004,
		SO_KEEPALIVE: 0x0008,
		SO_DONTROUTE: 0x0010,
		SO_LINGER: 0x0080,
		SO_OOBINLINE: 0x0100,
		SO_SNDBUF: 0x1001,
		SO_RCVBUF: 0x1002,
		SO_SNDTIMEO: 0x1005,
		SO_RCVTIMEO: 0x1006,
		SO_ERROR: 0x1007,
		SO_TYPE: 0x1008,
		SO_GROUP_ID: 0x2001,
		SO_GROUP_PRIORITY: 0x2002,
		SO_MAX_MSG_SIZE: 0x2003,
		SO_CONDITIONAL_ACCEPT: 0x3002,
		SO_UPDATE_ACCEPT_CONTEXT: 0x700b,
		SO_MAX_RDMA_SIZE: 0x700d,
		SO_RDMA_THRESHOLD_SIZE: 0x700e,
		SO_UPDATE_CONNECT_CONTEXT: 0x7010,
		SO_EXCLUSIVEADDRUSE: -5,
		SO_DONTLINGER: -129,
	},
	tcpOption: { TCP_NODELAY: 0x0001 },
	ipv6Option: { IPV6_V6ONLY: 27 },
	ioctlCommand: { FIONBIO: 0x8004667e, FIONREAD: 0x4004667f, SIOCATMARK: 0x40047307 },
	controlCode: {
		SIO_GET_EXTENSION_FUNCTION_POINTER: 0xc8000006,
		SIO_GET_QOS: 0xc8000007,
		SIO_GET_GROUP_QOS: 0xc8000008,
		SIO_SET_QOS: 0x8800000b,
		SIO_SET_GROUP_QOS: 0x8800000c,
		SIO_ROUTING_INTERFACE_CHANGE: 0x88000015,
		SIO_ADDRESS_LIST_QUERY: 0x48000016,
		SIO_ADDRESS_LIST_CHANGE: 0x28000017,
	},
	memoryAccess: { MEM_READ: 1, MEM_WRITE: 2, MEM_READWRITE: 3 },
	waitResult: { WSA_WAIT_EVENT_0: 0, WSA_WAIT_TIMEOUT: 258 },
	waitTime: { WSA_INFINITE: 0xffffffff },
	providerFlags: { PFL_HIDDEN: 0x00000004 },
	serviceFlags: { XP1_QOS_SUPPORTED: 0x00002000 },
	overlappedStatus: { WSS_OPERATION_IN_PROGRESS: 0x103 },
	/** Positions in iErrorCode of WSANETWORKEVENTS. */
	networkEventBit: {
		FD_READ_BIT: 0,
		FD_WRITE_BIT: 1,
		FD_OOB_BIT: 2,
		FD_ACCEPT_BIT: 3,
		FD_CONNECT_BIT: 4,
		FD_CLOSE_BIT: 5,
		FD_QOS_BIT: 6,
		FD_GROUP_QOS_BIT: 7,
		FD_ROUTING_INTERFACE_CHANGE_BIT: 8,
		FD_ADDRESS_LIST_CHANGE_BIT: 9,
	},
	networkEvent: Object.fromEntries(Object.entries(networkEvents).map(([name, facts]) => [name, facts.value])),
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

export type ConstantGroup = keyof typeof constantGroups;

/** The constants of a group, name to value. */
export function constantsOf(group: ConstantGroup): Readonly<Record<string, number>> {
	return constantGroups[group];
}

const valueByName: ReadonlyMap<string, number> = new Map([
	['SOCKET_ERROR', SOCKET_ERROR],
	['INVALID_SOCKET', INVALID_SOCKET],
	...Object.values(constantGroups).flatMap((group: Readonly<Record<string, number>>) => Object.entries(group)),
]);

/** The names of all constants of all groups, FD_* events included. */
export const constantNames: readonly string[] = [...valueByName.keys()];

/** Value of a constant by name, or undefined. */
export function constantValue(name: string): number | undefined {
	return valueByName.get(name);
}

/** The group's name for a value (the first, where two share it), for display; undefined if it has none. */
export function constantName(group: ConstantGroup, value: number): string | undefined {
	const constants = constantsOf(group);
	for (const name in constants) if (constants[name] === value) return name;
	return undefined;
}

/** A SAN extension function: its GUID for SIO_GET_EXTENSION_FUNCTION_POINTER, and whether it is optional (INIT-7). */
export interface ExtensionFacts {
	readonly guid: string;
	readonly optional: boolean;
}

export const extensionFunctions = {
	WSPRegisterMemory: { guid: '{C0B422F5-F58C-11D1-AD6C-00C04FA34A2D}', optional: false },
	WSPDeregisterMemory: { guid: '{C0B422F6-F58C-11D1-AD6C-00C04FA34A2D}', optional: false },
	WSPRegisterRdmaMemory: { guid: '{C0B422F7-F58C-11D1-AD6C-00C04FA34A2D}', optional: false },
	WSPDeregisterRdmaMemory: { guid: '{C0B422F8-F58C-11D1-AD6C-00C04FA34A2D}', optional: false },
	WSPRdmaWrite: { guid: '{C0B422F9-F58C-11D1-AD6C-00C04FA34A2D}', optional: false },
	WSPRdmaRead: { guid: '{C0B422FA-F58C-11D1-AD6C-00C04FA34A2D}', optional: true },
	WSPMemoryRegistrationCacheCallback: { guid: '{E5DA4AF8-D824-48CD-A799-6337A98ED2AF}', optional: true },
} as const satisfies Readonly<Record<string, ExtensionFacts>>;

export type ExtensionFunction = keyof typeof extensionFunctions;

export const extensionFunctionNames: readonly ExtensionFunction[] = Object.keys(
	extensionFunctions,
) as ExtensionFunction[];

/** The extension with that GUID, in any letter case, or undefined. */
export function extensionOfGuid(guid: string): ExtensionFunction | undefined {
	const wanted = guid.toUpperCase();
	return extensionFunctionNames.find((name) => extensionFunctions[name].guid === wanted);
}

/** Limit of a negotiation message in bytes (SESS-8). */
export const NEGOTIATION_MESSAGE_LIMIT = 256;

/** Options that a SAN provider may be asked for (OPT-3). */
export const sanReadableOptions = [
	'SO_DEBUG',
	'SO_MAX_MSG_SIZE',
	'SO_MAX_RDMA_SIZE',
	'SO_RDMA_THRESHOLD_SIZE',
	'SO_GROUP_ID',
	'SO_GROUP_PRIORITY',
] as const satisfies readonly (keyof typeof constantGroups.socketOption)[];

/** Options that may be set at a SAN provider (OPT-4). */
export const sanWritableOptions = [
	'SO_DEBUG',
	'SO_GROUP_PRIORITY',
] as const satisfies readonly (keyof typeof constantGroups.socketOption)[];
