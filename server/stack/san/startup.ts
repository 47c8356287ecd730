/** Starting a SAN provider in a process (page "Initializing a SAN service provider"). */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import type { Outcome } from '../outcome';
import { releaseMemory } from './closing';
import { disconnect } from './disconnecting';
import { refuseQueued } from './refusing';
import { failed, leave, type SanProvider, type UpCalls } from './sanProvider';

const WSP_STARTUP_EX = site(
	'WSPStartupEx',
	['wVersionRequested', 'lpProtocolInfo', 'UpcallTable'],
	['INIT-1', 'INIT-2', 'INIT-4', 'INIT-9'],
);
const ADDRESS_LIST_QUERY = site('WSPIoctl', ['dwIoControlCode'], ['INIT-5', 'ADDR-5', 'ADDR-6']);
const ADDRESS_LIST = site('WSPIoctl', ['iAddressCount', 'Address'], ['ADDR-6']);
const EXTENSION_POINTER = site('WSPIoctl', ['dwIoControlCode', 'extension'], ['INIT-6']);
const EXTENSION_ANSWER = site('WSPIoctl', [], ['INIT-6', 'INIT-7']);
const WSP_CLEANUP = site('WSPCleanup', [], ['CLEAN-1', 'CLEAN-2']);

/** The extension functions, in the order of their GUIDs; the last two are optional (INIT-7). */
export const extensions = [
	'WSPRegisterMemory',
	'WSPDeregisterMemory',
	'WSPRegisterRdmaMemory',
	'WSPDeregisterRdmaMemory',
	'WSPRdmaWrite',
	'WSPRdmaRead',
	'WSPMemoryRegistrationCacheCallback',
] as const;

/** WSPStartupEx, called with the protocol information of TCP/IP: so the provider knows its client is the switch (INIT-2). */
export function WSPStartupEx(provider: SanProvider, t: Thread, upCalls: UpCalls): Outcome<0> {
	provider.enter(t, WSP_STARTUP_EX, '2.2', 'TCP/IP', 'WSPUPCALLTABLEEX');
	const error = failed(provider.effect('WSPStartupEx'));
	if (!error) {
		provider.upCalls = upCalls;
		provider.started++;
	}
	return leave(t, WSP_STARTUP_EX, error ?? (0 as const));
}

/** WSPIoctl with SIO_ADDRESS_LIST_QUERY (ADDR-5, ADDR-6): the addresses that the proxy driver keeps. */
export function WSPIoctlAddressList(provider: SanProvider, t: Thread): Outcome<readonly string[]> {
	provider.enter(t, ADDRESS_LIST_QUERY, 'SIO_ADDRESS_LIST_QUERY');
	const error = failed(provider.effect('WSPIoctl'));
	if (error) {
		t.leave(ADDRESS_LIST, -1, error);
		return error;
	}
	const list = provider.proxy.addresses.map((ip) => ip.text);
	t.leave(ADDRESS_LIST, 0, undefined, list.length, list);
	return list;
}

/** WSPIoctl with SIO_GET_EXTENSION_FUNCTION_POINTER (INIT-6, INIT-7). True if the provider has the function. */
export function WSPIoctlExtension(provider: SanProvider, t: Thread, extension: (typeof extensions)[number]): boolean {
	provider.enter(t, EXTENSION_POINTER, 'SIO_GET_EXTENSION_FUNCTION_POINTER', extension);
	const { rdmaRead, cache } = provider.nic.settings;
	const has =
		extension === 'WSPRdmaRead' ? rdmaRead : extension === 'WSPMemoryRegistrationCacheCallback' ? cache : true;
	leave(t, EXTENSION_ANSWER, has ? (0 as const) : 'WSAEOPNOTSUPP');
	return has;
}

/** WSPCleanup: counted against WSPStartupEx; the last one releases what is left (CLEAN-1, CLEAN-2). */
export function WSPCleanup(provider: SanProvider, t: Thread): Outcome<0> {
	provider.enter(t, WSP_CLEANUP);
	if (provider.started === 0) return leave(t, WSP_CLEANUP, 'WSANOTINITIALISED');
	provider.started--;
	if (provider.started === 0) releaseEverything(provider, t);
	return leave(t, WSP_CLEANUP, 0 as const);
}

/** What the process left open is torn down, and its descriptors are given back. */
function releaseEverything(provider: SanProvider, t: Thread): void {
	for (const s of [...provider.sockets.values()]) {
		if (s.state === 'connected' && s.peer) disconnect(t, provider, s.peer, s);
		for (const request of s.requests.splice(0)) refuseQueued(provider, t, request);
		s.connecting = undefined;
		releaseMemory(provider, t, s);
		s.posted.length = 0;
		provider.setState(t, s, 'closed');
		provider.sockets.delete(s.descriptor);
		provider.upCalls?.WPUCloseSocketHandle(t, s.switchDescriptor);
	}
	provider.cache.releaseUnused(t);
}
