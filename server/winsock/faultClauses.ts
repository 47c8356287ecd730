/**
 * Which calls a fault of a scenario can change, at which component, and how: facts for the checks, the editor and the
 * tests. What a clause means is in docs/language.md.
 */
import type { BoundaryCallName } from './calls';

/** Components that carry calls out, or make the up-calls and Win32 calls that a fault can name. */
export type FaultComponent = 'provider' | 'tcpip' | 'switch';

/** What can be said of a call. That it fails at once, or succeeds as usual, can be said of each. */
export interface FaultClauses {
	/** `return 0`: a number, without any work. `return WSAENOBUFS` is always possible. */
	readonly number?: true;
	/** `pending 2ms, then …`: the call, or its operation, ends later. */
	readonly pending?: true;
	/** `signal never|once|twice`. */
	readonly signal?: true;
	/** `complete never|once|twice`. */
	readonly complete?: true;
	/** `skip CALL`. */
	readonly skip?: readonly BoundaryCallName[];
}

const returns: FaultClauses = { number: true };
const transfer: FaultClauses = { number: true, pending: true, complete: true };
const handle: FaultClauses = { number: true, skip: ['WPUCreateSocketHandle'] };

const provider: Partial<Record<BoundaryCallName, FaultClauses>> = {
	WSPStartupEx: returns,
	WSPCleanup: { number: true, skip: ['WPUCloseSocketHandle'] },
	WSPIoctl: returns,
	WSPSocket: handle,
	WSPBind: returns,
	WSPSetSockOpt: returns,
	WSPGetSockOpt: returns,
	WSPGetQOSByName: returns,
	WSPEventSelect: returns,
	WSPEnumNetworkEvents: returns,
	WSPConnect: { number: true, pending: true, signal: true, skip: ['SetEvent'] },
	WSPListen: returns,
	WSPAccept: {
		number: true,
		pending: true,
		signal: true,
		skip: ['WPUCreateSocketHandle', 'ConditionFunc', 'ResetEvent', 'SetEvent'],
	},
	WSPCloseSocket: { number: true, skip: ['WPUCompleteOverlappedRequest', 'WPUCloseSocketHandle'] },
	WSPDuplicateSocket: { number: true, skip: ['WPUCompleteOverlappedRequest'] },
	WSPSend: transfer,
	WSPRecv: { ...transfer, skip: ['WPUCompleteOverlappedRequest'] },
	WSPRdmaRead: { ...transfer, skip: ['WPUCompleteOverlappedRequest'] },
	WSPRdmaWrite: { ...transfer, skip: ['WPUCompleteOverlappedRequest'] },
	WSPGetOverlappedResult: returns,
	WSPRegisterMemory: returns,
	WSPDeregisterMemory: returns,
	WSPRegisterRdmaMemory: returns,
	WSPDeregisterRdmaMemory: returns,
	WSPMemoryRegistrationCacheCallback: returns,
	// Calls that the provider makes
	WPUCreateSocketHandle: returns,
	WPUCloseSocketHandle: returns,
	WPUQuerySocketHandleContext: returns,
	WPUCompleteOverlappedRequest: { number: true, complete: true },
	ConditionFunc: { number: true, pending: true },
	SetEvent: { number: true, signal: true },
	ResetEvent: returns,
};

const tcpip: Partial<Record<BoundaryCallName, FaultClauses>> = {
	WSPStartup: returns,
	WSPCleanup: returns,
	WSPSocket: {},
	WSPBind: returns,
	WSPListen: returns,
	WSPConnect: { number: true, pending: true },
	WSPAccept: { pending: true },
	WSPSend: { number: true, pending: true },
	WSPRecv: { pending: true },
	WSPShutdown: returns,
	WSPCloseSocket: returns,
	WSPIoctl: returns,
	WSPGetSockOpt: returns,
	WSPSetSockOpt: returns,
	WSPGetQOSByName: returns,
};

const ofSwitch: Partial<Record<BoundaryCallName, FaultClauses>> = {
	WSPSocket: {},
	WSPBind: returns,
	WSPListen: returns,
	WSPConnect: returns,
	WSPAccept: {},
	WSPSend: returns,
	WSPRecv: {},
	WSPShutdown: returns,
	WSPCloseSocket: returns,
	WSPEventSelect: returns,
	WSPEnumNetworkEvents: {},
	WSPSelect: {},
	WSPGetOverlappedResult: {},
	WSPIoctl: returns,
	WSPGetSockOpt: returns,
	WSPSetSockOpt: returns,
	WSPGetQOSByName: {},
	WSPGetSockName: {},
	WSPGetPeerName: {},
	WSPDuplicateSocket: {},
	WSPCleanup: returns,
	// Up-calls that the switch carries out, and the signals that it gives to applications
	WPUCreateSocketHandle: returns,
	WPUCloseSocketHandle: returns,
	WPUQuerySocketHandleContext: returns,
	WPUCompleteOverlappedRequest: returns,
	ConditionFunc: { number: true, pending: true },
	SetEvent: { number: true, signal: true },
};

export const faultClauses: Readonly<Record<FaultComponent, Readonly<Partial<Record<BoundaryCallName, FaultClauses>>>>> =
	{ provider, tcpip, switch: ofSwitch };

/** What a fault can make of a call at a component; undefined if the component has nothing to do with it. */
export function faultClausesOf(component: FaultComponent, call: string): FaultClauses | undefined {
	const table = faultClauses[component];
	return Object.hasOwn(table, call) ? table[call as BoundaryCallName] : undefined;
}
