/** The documented structures and the members that the model or a hover shows, by their C names. */

export const structures = {
	WSABUF: ['len', 'buf'],
	WSABUFEX: ['len', 'buf', 'handle'],
	WSAOVERLAPPED: ['Internal', 'InternalHigh', 'Offset', 'OffsetHigh', 'hEvent'],
	WSANETWORKEVENTS: ['lNetworkEvents', 'iErrorCode'],
	SOCKET_ADDRESS_LIST: ['iAddressCount', 'Address'],
	WSPDATA: ['wVersion', 'wHighVersion', 'szDescription'],
	WSPUPCALLTABLEEX: ['WSPUPCALLTABLE', 'lpWPUCompleteOverlappedRequest'],
	WSAPROTOCOL_INFOW: [
		'dwServiceFlags1',
		'dwProviderFlags',
		'ProviderId',
		'dwCatalogEntryId',
		'ProtocolChain',
		'iVersion',
		'iAddressFamily',
		'iSocketType',
		'iProtocol',
		'dwMessageSize',
		'dwProviderReserved',
		'szProtocol',
	],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type StructureName = keyof typeof structures;
