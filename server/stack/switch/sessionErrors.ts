/**
 * What an application hears when a SAN provider fails (SWITCH-7): the codes that TCP would give, never one that speaks of
 * messages, registered memory or the SPI (WSAEMSGSIZE, WSAEFAULT, WSAEACCES, WSAEINVAL ...).
 */
import type { WsaError } from '../outcome';

/** A connection that is lost: WSAECONNABORTED, unless the provider knows a reason that TCP knows too. */
export function lost(error: WsaError): WsaError {
	switch (error) {
		case 'WSAECONNRESET':
		case 'WSAECONNABORTED':
		case 'WSAETIMEDOUT':
		case 'WSAENETDOWN':
		case 'WSAENETRESET':
			return error;
		default:
			return 'WSAECONNABORTED';
	}
}

/** OQ-7: memory cannot be registered, or receives cannot be posted, after the SAN connection is up. */
export function resourceError(error: WsaError): WsaError {
	switch (error) {
		case 'WSAENOBUFS':
		case 'WSAECONNRESET':
		case 'WSAECONNABORTED':
			return error;
		case 'WSAENOTCONN':
			return 'WSAECONNABORTED';
		default:
			return 'WSAENOBUFS';
	}
}

/** OQ-7: the session cannot be negotiated. What page connect does not list is a lost connection. */
export function setUpError(error: WsaError): WsaError {
	switch (error) {
		case 'WSAENOBUFS':
		case 'WSAEINTR':
			return error;
		case 'WSAENETRESET':
			return 'WSAECONNABORTED';
		default:
			return lost(error);
	}
}

/** A swap fails in the process that wants the socket (DUP-19): a connection is lost then, a listening socket may be had later. */
export function swapError(error: WsaError, listening: boolean): WsaError {
	if (error === 'WSAEINTR') return error;
	return listening && (error === 'WSAENOBUFS' || error === 'WSAEMFILE') ? 'WSAENOBUFS' : lost(error);
}

/** A receive after the end of the session: page recv does not list the WSAENOBUFS of a send (DATA-7). */
export function receiveError(error: WsaError | undefined): WsaError {
	return error ? lost(error) : 'WSAECONNRESET';
}

/** FD_CLOSE knows three codes (page WSAEnumNetworkEvents): a time-out, or anything else, is WSAECONNABORTED. */
export function closeError(error: WsaError | undefined): WsaError | undefined {
	if (error === undefined || error === 'WSAENETDOWN' || error === 'WSAECONNRESET') return error;
	return 'WSAECONNABORTED';
}
