/** Options, control codes and names: Winsock functions. Facts only; texts are in `calls.<locale>.json`. */

import {
	always,
	constant,
	list,
	nothing,
	oneOf,
	optional,
	overlapped,
	required,
	s,
	simple,
	type WinsockFacts,
} from './winsockParameters';

const optionName = required('option', oneOf(constant('socketOption'), constant('tcpOption'), constant('ipv6Option')));
const optionValue = oneOf(simple('number'), simple('boolean'), simple('duration'), simple('socket'));

export const winsockOptionCalls = {
	ioctlsocket: {
		signature: 'int WSAAPI ioctlsocket(SOCKET s, long cmd, u_long *argp)',
		parameters: [
			s,
			required('command', constant('ioctlCommand')),
			optional('value', oneOf(simple('number'), simple('boolean'))),
		],
		result: simple('number'),
		spi: 'WSPIoctl',
		blocking: false,
		errors: always,
		source: 'nf-winsock2-ioctlsocket',
		rules: ['OPT-2'],
	},
	WSAIoctl: {
		signature:
			'int WSAAPI WSAIoctl(SOCKET s, DWORD dwIoControlCode, LPVOID lpvInBuffer, DWORD cbInBuffer, LPVOID lpvOutBuffer, DWORD cbOutBuffer, LPDWORD lpcbBytesReturned, LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)',
		parameters: [
			s,
			required('code', constant('controlCode')),
			optional('input', oneOf(simple('number'), simple('text'), simple('address'))),
			overlapped,
		],
		result: oneOf(simple('nothing'), simple('number'), list(simple('address'))),
		spi: 'WSPIoctl',
		blocking: true,
		errors: always,
		source: 'nf-winsock2-wsaioctl',
		rules: ['OPT-2', 'OPT-9', 'ADDR-7'],
	},
	setsockopt: {
		signature: 'int WSAAPI setsockopt(SOCKET s, int level, int optname, const char *optval, int optlen)',
		parameters: [s, required('level', constant('optionLevel')), optionName, required('value', optionValue)],
		result: nothing,
		spi: 'WSPSetSockOpt',
		blocking: false,
		errors: always,
		source: 'nf-winsock2-setsockopt',
		rules: ['OPT-1', 'OPT-2', 'OPT-4'],
	},
	getsockopt: {
		signature: 'int WSAAPI getsockopt(SOCKET s, int level, int optname, char *optval, int *optlen)',
		parameters: [s, required('level', constant('optionLevel')), optionName],
		result: oneOf(simple('number'), simple('boolean'), simple('duration'), simple('error')),
		spi: 'WSPGetSockOpt',
		blocking: false,
		errors: always,
		source: 'nf-winsock2-getsockopt',
		rules: ['OPT-2', 'OPT-3'],
	},
	WSAGetQOSByName: {
		signature: 'BOOL WSAAPI WSAGetQOSByName(SOCKET s, LPWSABUF lpQOSName, LPQOS lpQOS)',
		parameters: [s, required('name', simple('text'))],
		result: simple('number'),
		spi: 'WSPGetQOSByName',
		blocking: false,
		errors: always,
		source: 'nf-winsock2-wsagetqosbyname',
		rules: ['OPT-9', 'OPT-10'],
	},
	getsockname: {
		signature: 'int WSAAPI getsockname(SOCKET s, struct sockaddr *name, int *namelen)',
		parameters: [s],
		result: simple('address'),
		spi: 'WSPGetSockName',
		blocking: false,
		errors: always,
		source: 'nf-winsock2-getsockname',
		rules: ['CONN-19'],
	},
	getpeername: {
		signature: 'int WSAAPI getpeername(SOCKET s, struct sockaddr *name, int *namelen)',
		parameters: [s],
		result: simple('address'),
		spi: 'WSPGetPeerName',
		blocking: false,
		errors: always,
		source: 'nf-winsock2-getpeername',
		rules: ['CONN-19'],
	},
} as const satisfies Readonly<Record<string, WinsockFacts>>;
