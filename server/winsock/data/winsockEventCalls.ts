/** Waiting: Winsock functions for events and select. Facts only; texts are in `calls.<locale>.json`. */

import type { ScenarioType } from '../scenarioTypes';
import {
	always,
	constant,
	flags,
	list,
	nothing,
	oneOf,
	optional,
	required,
	s,
	simple,
	sockets,
	type WinsockFacts,
} from './winsockParameters';

const networkEvents: ScenarioType = {
	kind: 'record',
	name: 'WSANETWORKEVENTS',
	fields: [
		{ name: 'lNetworkEvents', type: flags('networkEvent') },
		{ name: 'iErrorCode', type: list(simple('error')) },
	],
};

const selected: ScenarioType = {
	kind: 'record',
	name: 'select result',
	fields: [
		{ name: 'count', type: simple('number') },
		{ name: 'readfds', type: sockets },
		{ name: 'writefds', type: sockets },
		{ name: 'exceptfds', type: sockets },
	],
};

export const winsockEventCalls = {
	select: {
		signature:
			'int WSAAPI select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, const struct timeval *timeout)',
		parameters: [
			required('readfds', sockets),
			optional('writefds', sockets),
			optional('exceptfds', sockets),
			optional('timeout', simple('duration')),
		],
		result: selected,
		spi: 'WSPSelect',
		blocking: true,
		errors: always,
		source: 'nf-winsock2-select',
		rules: ['SYNC-1', 'EVT-1'],
	},
	WSACreateEvent: {
		signature: 'WSAEVENT WSAAPI WSACreateEvent()',
		parameters: [],
		result: simple('event'),
		spi: undefined,
		blocking: false,
		errors: [...always, 'WSAEINPROGRESS', 'WSA_NOT_ENOUGH_MEMORY'],
		source: 'nf-winsock2-wsacreateevent',
		rules: [],
	},
	WSASetEvent: {
		signature: 'BOOL WSAAPI WSASetEvent(WSAEVENT hEvent)',
		parameters: [required('event', simple('event'))],
		result: nothing,
		spi: undefined,
		blocking: false,
		errors: [...always, 'WSAEINPROGRESS', 'WSA_INVALID_HANDLE'],
		source: 'nf-winsock2-wsasetevent',
		rules: [],
	},
	WSAResetEvent: {
		signature: 'BOOL WSAAPI WSAResetEvent(WSAEVENT hEvent)',
		parameters: [required('event', simple('event'))],
		result: nothing,
		spi: undefined,
		blocking: false,
		errors: [...always, 'WSAEINPROGRESS', 'WSA_INVALID_HANDLE'],
		source: 'nf-winsock2-wsaresetevent',
		rules: [],
	},
	WSACloseEvent: {
		signature: 'BOOL WSAAPI WSACloseEvent(WSAEVENT hEvent)',
		parameters: [required('event', simple('event'))],
		result: nothing,
		spi: undefined,
		blocking: false,
		errors: [...always, 'WSAEINPROGRESS', 'WSA_INVALID_HANDLE'],
		source: 'nf-winsock2-wsacloseevent',
		rules: [],
	},
	WSAEventSelect: {
		signature: 'int WSAAPI WSAEventSelect(SOCKET s, WSAEVENT hEventObject, long lNetworkEvents)',
		parameters: [s, required('event', simple('event')), required('networkEvents', flags('networkEvent'))],
		result: nothing,
		spi: 'WSPEventSelect',
		blocking: false,
		errors: always,
		source: 'nf-winsock2-wsaeventselect',
		rules: ['EVT-1', 'EVT-2', 'EVT-3', 'EVT-4', 'EVT-8', 'SYNC-1'],
	},
	WSAEnumNetworkEvents: {
		signature: 'int WSAAPI WSAEnumNetworkEvents(SOCKET s, WSAEVENT hEventObject, LPWSANETWORKEVENTS lpNetworkEvents)',
		parameters: [s, optional('event', simple('event'))],
		result: networkEvents,
		spi: 'WSPEnumNetworkEvents',
		blocking: false,
		errors: always,
		source: 'nf-winsock2-wsaenumnetworkevents',
		rules: ['CONN-16', 'CONN-17', 'EVT-6'],
	},
	WSAWaitForMultipleEvents: {
		signature:
			'DWORD WSAAPI WSAWaitForMultipleEvents(DWORD cEvents, const WSAEVENT *lphEvents, BOOL fWaitAll, DWORD dwTimeout, BOOL fAlertable)',
		parameters: [
			required('events', list(simple('event'))),
			optional('waitAll', simple('boolean')),
			optional('timeout', oneOf(simple('duration'), constant('waitTime'))),
		],
		result: oneOf(simple('number'), constant('waitResult')),
		spi: undefined,
		blocking: true,
		errors: [...always, 'WSAEINPROGRESS', 'WSA_NOT_ENOUGH_MEMORY', 'WSA_INVALID_HANDLE', 'WSA_INVALID_PARAMETER'],
		source: 'nf-winsock2-wsawaitformultipleevents',
		rules: [],
	},
} as const satisfies Readonly<Record<string, WinsockFacts>>;
