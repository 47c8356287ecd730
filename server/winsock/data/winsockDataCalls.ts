/** Data transfer: Winsock functions. An overlapped call that returns WSA_IO_PENDING was started: that is not a failure. Facts only; texts are in `calls.<locale>.json`. */

import type { WsaError } from '../errors';
import {
	always,
	data,
	messageFlags,
	oneOf,
	optional,
	overlapped,
	required,
	s,
	simple,
	type WinsockFacts,
} from './winsockParameters';

/** A connection that has timed out, or SO_RCVTIMEO and SO_SNDTIMEO. */
const timed: readonly WsaError[] = [...always, 'WSAETIMEDOUT'];

export const winsockDataCalls = {
	send: {
		signature: 'int WSAAPI send(SOCKET s, const char *buf, int len, int flags)',
		parameters: [s, required('data', data), messageFlags],
		result: simple('number'),
		spi: 'WSPSend',
		blocking: true,
		errors: timed,
		source: 'nf-winsock2-send',
		rules: ['DATA-1', 'DATA-5', 'DATA-6', 'DATA-7', 'OOB-1', 'BLOCK-4'],
	},
	recv: {
		signature: 'int WSAAPI recv(SOCKET s, char *buf, int len, int flags)',
		parameters: [s, required('length', simple('number')), messageFlags],
		result: simple('bytes'),
		spi: 'WSPRecv',
		blocking: true,
		errors: timed,
		source: 'nf-winsock2-recv',
		rules: ['DATA-1', 'DATA-4', 'OOB-2', 'BLOCK-4'],
	},
	WSASend: {
		signature:
			'int WSAAPI WSASend(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesSent, DWORD dwFlags, LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)',
		parameters: [s, required('data', data), messageFlags, overlapped],
		result: simple('number'),
		spi: 'WSPSend',
		blocking: true,
		errors: timed,
		source: 'nf-winsock2-wsasend',
		rules: ['DATA-1', 'DATA-5', 'DATA-6', 'DATA-7', 'COMP-10'],
	},
	WSARecv: {
		signature:
			'int WSAAPI WSARecv(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesRecvd, LPDWORD lpFlags, LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)',
		parameters: [s, required('length', simple('number')), messageFlags, overlapped],
		result: simple('bytes'),
		spi: 'WSPRecv',
		blocking: true,
		errors: timed,
		source: 'nf-winsock2-wsarecv',
		rules: ['DATA-1', 'DATA-4', 'COMP-10'],
	},
	TransmitFile: {
		signature:
			'BOOL TransmitFile(SOCKET hSocket, HANDLE hFile, DWORD nNumberOfBytesToWrite, DWORD nNumberOfBytesPerSend, LPOVERLAPPED lpOverlapped, LPTRANSMIT_FILE_BUFFERS lpTransmitBuffers, DWORD dwReserved)',
		parameters: [s, required('data', data)],
		result: simple('number'),
		spi: 'WSPSend',
		blocking: true,
		errors: timed,
		source: 'nf-mswsock-transmitfile',
		rules: ['EXT-1', 'DATA-6'],
	},
	WSAOVERLAPPED: {
		signature: 'typedef struct _WSAOVERLAPPED { DWORD Internal, InternalHigh, Offset, OffsetHigh; WSAEVENT hEvent; }',
		parameters: [optional('event', simple('event'))],
		result: simple('overlapped'),
		spi: undefined,
		blocking: false,
		errors: [],
		source: 'ns-winsock2-wsaoverlapped',
		rules: [],
	},
	WSAGetOverlappedResult: {
		signature:
			'BOOL WSAAPI WSAGetOverlappedResult(SOCKET s, LPWSAOVERLAPPED lpOverlapped, LPDWORD lpcbTransfer, BOOL fWait, LPDWORD lpdwFlags)',
		parameters: [s, required('overlapped', simple('overlapped')), optional('wait', simple('boolean'))],
		result: oneOf(simple('number'), simple('bytes')),
		spi: 'WSPGetOverlappedResult',
		blocking: true,
		errors: [...always, 'WSAENOTSOCK', 'WSAEFAULT'],
		source: 'nf-winsock2-wsagetoverlappedresult',
		rules: ['COMP-10'],
	},
} as const satisfies Readonly<Record<string, WinsockFacts>>;
