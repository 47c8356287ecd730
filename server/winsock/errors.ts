/**
 * Winsock error codes: the 45 names that the documented calls can fail with, their numbers, and the lookups.
 *
 * A simulated failure is a `WsaError` value in the trace, never an exception. Meanings in other languages are in
 * `data/vocabulary.<locale>.json` (see `vocabularyTexts.ts`).
 */

/** Number and English meaning by name, in the order of the numbers. */
export const wsaErrors = {
	WSA_INVALID_HANDLE: { code: 6, meaning: 'The event object handle is not valid.' },
	WSA_NOT_ENOUGH_MEMORY: { code: 8, meaning: 'An underlying Windows function ran out of memory.' },
	WSA_INVALID_PARAMETER: { code: 87, meaning: 'An underlying Windows function rejected a parameter.' },
	WSA_OPERATION_ABORTED: {
		code: 995,
		meaning: 'The overlapped operation was cancelled, because its socket was closed or its data flushed.',
	},
	WSA_IO_INCOMPLETE: { code: 996, meaning: 'The overlapped operation has not finished yet (answer to a poll).' },
	WSA_IO_PENDING: {
		code: 997,
		meaning: 'The overlapped operation was started and will be completed later; not a failure.',
	},
	WSAEINTR: { code: 10004, meaning: 'A blocking call was cancelled.' },
	WSAEACCES: {
		code: 10013,
		meaning: 'Not permitted in this way; for an accept: the offered request timed out or was withdrawn.',
	},
	WSAEFAULT: { code: 10014, meaning: 'A pointer is bad or a buffer is too small.' },
	WSAEINVAL: {
		code: 10022,
		meaning: 'An argument is not acceptable, or the socket is in the wrong state for the call.',
	},
	WSAEMFILE: { code: 10024, meaning: 'No more socket descriptors.' },
	WSAEWOULDBLOCK: {
		code: 10035,
		meaning: 'A nonblocking operation cannot finish at once; for a connect it continues in the background.',
	},
	WSAEINPROGRESS: { code: 10036, meaning: 'A blocking call is in progress, or a callback is running.' },
	WSAEALREADY: {
		code: 10037,
		meaning: 'A nonblocking operation (typically a connect) is already under way on this socket.',
	},
	WSAENOTSOCK: { code: 10038, meaning: 'The descriptor does not stand for a socket (any more).' },
	WSAEDESTADDRREQ: { code: 10039, meaning: 'A destination address is needed and missing.' },
	WSAEMSGSIZE: { code: 10040, meaning: 'A message is larger than the transport or the buffer allows.' },
	WSAEPROTOTYPE: { code: 10041, meaning: 'The protocol does not fit the socket type.' },
	WSAENOPROTOOPT: { code: 10042, meaning: 'Unknown or unsupported option, level, or disconnect data.' },
	WSAEPROTONOSUPPORT: { code: 10043, meaning: 'The protocol (or connect-time data) is not supported.' },
	WSAESOCKTNOSUPPORT: { code: 10044, meaning: 'The socket type is not supported in this address family.' },
	WSAEOPNOTSUPP: {
		code: 10045,
		meaning:
			'The operation is not supported; used by a SAN provider for missing optional extensions and for missing QoS.',
	},
	WSAEPFNOSUPPORT: { code: 10046, meaning: 'The protocol family is not supported.' },
	WSAEAFNOSUPPORT: { code: 10047, meaning: 'The address family does not fit the socket or provider.' },
	WSAEADDRINUSE: { code: 10048, meaning: 'The local address is in use.' },
	WSAEADDRNOTAVAIL: {
		code: 10049,
		meaning: 'The address is not valid here: not local for a bind, unusable (for example all zero) for a connect.',
	},
	WSAENETDOWN: { code: 10050, meaning: 'The network subsystem has failed.' },
	WSAENETUNREACH: { code: 10051, meaning: 'The network cannot be reached from here at present.' },
	WSAENETRESET: { code: 10052, meaning: 'Keep-alive found the connection dead.' },
	WSAECONNABORTED: { code: 10053, meaning: 'The connection was broken by a time-out or another local failure.' },
	WSAECONNRESET: {
		code: 10054,
		meaning:
			'The peer reset the connection; as the result of a SAN connect: nothing listens on the port (no fallback to TCP/IP).',
	},
	WSAENOBUFS: { code: 10055, meaning: 'No buffer space or other resources.' },
	WSAEISCONN: { code: 10056, meaning: 'The socket is already connected.' },
	WSAENOTCONN: { code: 10057, meaning: 'The socket is not connected.' },
	WSAESHUTDOWN: { code: 10058, meaning: 'That direction of the socket was shut down before.' },
	WSAETIMEDOUT: {
		code: 10060,
		meaning:
			'No answer in time; as the result of a SAN connect: the right code when TCP/IP might still succeed (fallback).',
	},
	WSAECONNREFUSED: {
		code: 10061,
		meaning: 'The request was actively refused (no fallback to TCP/IP when it comes from a SAN connect).',
	},
	WSAEHOSTDOWN: { code: 10064, meaning: 'The destination host is down.' },
	WSAEHOSTUNREACH: {
		code: 10065,
		meaning:
			'The destination host cannot be reached; as the result of a SAN connect: the address does not exist (no fallback to TCP/IP).',
	},
	WSAEPROCLIM: { code: 10067, meaning: 'Too many processes use the sockets implementation.' },
	WSASYSNOTREADY: { code: 10091, meaning: 'The network subsystem is not ready.' },
	WSAVERNOTSUPPORTED: { code: 10092, meaning: 'The requested SPI version is not supported.' },
	WSANOTINITIALISED: { code: 10093, meaning: 'No successful start-up preceded the call.' },
	WSAEDISCON: { code: 10101, meaning: 'A message-oriented connection was closed gracefully by the peer.' },
	WSATRY_AGAIN: { code: 11002, meaning: 'Try again later; for an accept: the condition function returned CF_DEFER.' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly meaning: string }>>;

/** Name of a Winsock error, for example `WSAECONNREFUSED`. */
export type WsaError = keyof typeof wsaErrors;

/** All names, in the order of their numbers. */
export const wsaErrorNames: readonly WsaError[] = Object.keys(wsaErrors) as WsaError[];

const nameByCode: ReadonlyMap<number, WsaError> = new Map(wsaErrorNames.map((name) => [wsaErrors[name].code, name]));

export function isWsaError(name: string): name is WsaError {
	return Object.hasOwn(wsaErrors, name);
}

export function wsaErrorCode(name: WsaError): number {
	return wsaErrors[name].code;
}

/** The error with that number, or undefined: 0 and numbers that no documented call returns have none. */
export function wsaErrorOfCode(code: number): WsaError | undefined {
	return nameByCode.get(code);
}

/**
 * The three results of a SAN connect that promise that TCP/IP would fail as well, so that the switch does not fall back
 * (FALLBACK-4, FALLBACK-8).
 */
export const noFallbackErrors = [
	'WSAECONNRESET',
	'WSAECONNREFUSED',
	'WSAEHOSTUNREACH',
] as const satisfies readonly WsaError[];

const noFallback: ReadonlySet<WsaError> = new Set(noFallbackErrors);

export function forbidsFallback(error: WsaError): boolean {
	return noFallback.has(error);
}
