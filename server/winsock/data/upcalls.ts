/** Up-calls and callbacks of a SAN provider into the switch, and the Win32 functions that take part. Facts only; texts are in `calls.<locale>.json`. */

import type { BoundaryCall } from '../call';

export const upcalls = {
	ConditionFunc: {
		kind: 'upcall',
		signature:
			'int CALLBACK ConditionFunc(LPWSABUF lpCallerId, LPWSABUF lpCallerData, LPQOS lpSQOS, LPQOS lpGQOS, LPWSABUF lpCalleeId, LPWSABUF lpCalleeData, GROUP *g, DWORD_PTR dwCallbackData)',
		parameters: [
			{ name: 'lpCallerId', type: 'LPWSABUF', direction: 'in' },
			{ name: 'lpCallerData', type: 'LPWSABUF', direction: 'in' },
			{ name: 'lpSQOS', type: 'LPQOS', direction: 'inout' },
			{ name: 'lpGQOS', type: 'LPQOS', direction: 'inout' },
			{ name: 'lpCalleeId', type: 'LPWSABUF', direction: 'in' },
			{ name: 'lpCalleeData', type: 'LPWSABUF', direction: 'inout' },
			{ name: 'g', type: 'GROUP *', direction: 'out' },
			{ name: 'dwCallbackData', type: 'DWORD_PTR', direction: 'in' },
		],
		errors: [],
		source: 'nc-ws2spi-lpwspaccept; accepting-connection-requests',
		san: {
			role: 'required',
			errors: [],
			notReturned: [],
			errorsComplete: true,
			source: 'accepting-connection-requests',
		},
		rules: ['ACC-4', 'ACC-5', 'ACC-6', 'ACC-7', 'ACC-9', 'ACC-10', 'ACC-11', 'ACC-12', 'ACC-17'],
	},
	WPUCreateSocketHandle: {
		kind: 'upcall',
		signature: 'SOCKET WSPAPI WPUCreateSocketHandle(DWORD dwCatalogEntryId, DWORD_PTR dwContext, LPINT lpErrno)',
		parameters: [
			{ name: 'dwCatalogEntryId', type: 'DWORD', direction: 'in' },
			{ name: 'dwContext', type: 'DWORD_PTR', direction: 'in' },
			{ name: 'lpErrno', type: 'LPINT', direction: 'out' },
		],
		errors: ['WSAENOBUFS'],
		source: 'nf-ws2spi-wpucreatesockethandle; creating-and-binding-san-sockets',
		san: {
			role: 'required',
			errors: ['WSAENOBUFS'],
			notReturned: [],
			errorsComplete: true,
			source: 'creating-and-binding-san-sockets',
		},
		rules: ['SOCK-3', 'ACC-7', 'COMP-9', 'DUP-14', 'DUP-15'],
	},
	WPUCloseSocketHandle: {
		kind: 'upcall',
		signature: 'int WSPAPI WPUCloseSocketHandle(SOCKET s, LPINT lpErrno)',
		parameters: [
			{ name: 's', type: 'SOCKET', direction: 'in' },
			{ name: 'lpErrno', type: 'LPINT', direction: 'out' },
		],
		errors: ['WSAENOTSOCK'],
		source: 'nf-ws2spi-wpuclosesockethandle; closing-a-san-socket',
		san: {
			role: 'required',
			errors: ['WSAENOTSOCK'],
			notReturned: [],
			errorsComplete: true,
			source: 'closing-a-san-socket',
		},
		rules: ['SOCK-5', 'CLOSE-4'],
	},
	WPUQuerySocketHandleContext: {
		kind: 'upcall',
		signature: 'int WSPAPI WPUQuerySocketHandleContext(SOCKET s, PDWORD_PTR lpContext, LPINT lpErrno)',
		parameters: [
			{ name: 's', type: 'SOCKET', direction: 'in' },
			{ name: 'lpContext', type: 'PDWORD_PTR', direction: 'out' },
			{ name: 'lpErrno', type: 'LPINT', direction: 'out' },
		],
		errors: ['WSAENOTSOCK'],
		source: 'nf-ws2spi-wpuquerysockethandlecontext',
		san: {
			role: 'required',
			errors: ['WSAENOTSOCK'],
			notReturned: [],
			errorsComplete: true,
			source: 'creating-and-binding-san-sockets',
		},
		rules: ['SOCK-5'],
	},
	WPUCompleteOverlappedRequest: {
		kind: 'upcall',
		signature:
			'int WSPAPI WPUCompleteOverlappedRequest(SOCKET s, LPWSAOVERLAPPED lpOverlapped, DWORD dwError, DWORD cbTransferred, LPINT lpErrno)',
		parameters: [
			{ name: 's', type: 'SOCKET', direction: 'in' },
			{ name: 'lpOverlapped', type: 'LPWSAOVERLAPPED', direction: 'in' },
			{ name: 'dwError', type: 'DWORD', direction: 'in' },
			{ name: 'cbTransferred', type: 'DWORD', direction: 'in' },
			{ name: 'lpErrno', type: 'LPINT', direction: 'out' },
		],
		errors: ['WSAEINVAL'],
		source: 'nf-ws2spi-wpucompleteoverlappedrequest; ws2san.h; completing-data-transfer-requests',
		san: {
			role: 'required',
			errors: ['WSAEINVAL'],
			notReturned: [],
			errorsComplete: true,
			source: 'completing-data-transfer-requests',
		},
		rules: ['SOCK-5', 'COMP-6', 'COMP-9', 'CLOSE-3', 'DUP-10'],
	},
	SetEvent: {
		kind: 'win32',
		signature: 'BOOL WINAPI SetEvent(HANDLE hEvent)',
		parameters: [{ name: 'hEvent', type: 'HANDLE', direction: 'in' }],
		errors: [],
		source: 'initiating-a-connection; listening-for-connections-on-a-san',
		rules: ['CONN-10', 'LISTEN-5', 'EVT-5'],
	},
	ResetEvent: {
		kind: 'win32',
		signature: 'BOOL WINAPI ResetEvent(HANDLE hEvent)',
		parameters: [{ name: 'hEvent', type: 'HANDLE', direction: 'in' }],
		errors: [],
		source: 'accepting-connection-requests',
		rules: ['ACC-8'],
	},
	DuplicateHandle: {
		kind: 'win32',
		signature:
			'BOOL WINAPI DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle, LPHANDLE lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwOptions)',
		parameters: [
			{ name: 'hSourceProcessHandle', type: 'HANDLE', direction: 'in' },
			{ name: 'hSourceHandle', type: 'HANDLE', direction: 'in' },
			{ name: 'hTargetProcessHandle', type: 'HANDLE', direction: 'in' },
			{ name: 'lpTargetHandle', type: 'LPHANDLE', direction: 'out' },
			{ name: 'dwDesiredAccess', type: 'DWORD', direction: 'in' },
			{ name: 'bInheritHandle', type: 'BOOL', direction: 'in' },
			{ name: 'dwOptions', type: 'DWORD', direction: 'in' },
		],
		errors: [],
		source: 'duplicating-socket-handles-for-a-san',
		rules: ['DUP-2'],
	},
	VirtualFree: {
		kind: 'win32',
		signature: 'BOOL WINAPI VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)',
		parameters: [
			{ name: 'lpAddress', type: 'LPVOID', direction: 'in' },
			{ name: 'dwSize', type: 'SIZE_T', direction: 'in' },
			{ name: 'dwFreeType', type: 'DWORD', direction: 'in' },
		],
		errors: [],
		source: 'caching-registered-memory',
		rules: ['CACHE-2'],
	},
} as const satisfies Readonly<Record<string, Omit<BoundaryCall, 'name'>>>;
