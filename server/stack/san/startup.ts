/** Starting a SAN provider in a process (page "Initializing a SAN service provider"). */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import { forced } from '../faults';
import type { Outcome } from '../outcome';
import { releaseMemory } from './closing';
import { disconnect } from './disconnecting';
import { refuseQueued } from './refusing';
import { leave, type SanProvider, type UpCalls } from './sanProvider';

const WSP_STARTUP_EX = site(
	'WSPStartupEx',
	['wVersionRequested', 'lpProtocolInfo', 'UpcallTable'],
	['INIT-1', 'INIT-2', 'INIT-4', 'INIT-9'],
);
const STARTED_WITH_QOS = site('WSPStartupEx', ['dwServiceFlags1'], ['OPT-9']);
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
export function WSPStartupEx(provider: SanProvider, t: Thread, upCalls: UpCalls): Outcome<number> {
	provider.enter(t, WSP_STARTUP_EX, '2.2', 'TCP/IP', 'WSPUPCALLTABLEEX');
	const fault = forced(provider.effect('WSPStartupEx'));
	if (fault === undefined) {
		provider.upCalls = upCalls;
		provider.started++;
	}
	if (fault === undefined && provider.nic.settings.qos) {
		// OQ-48: how a provider says that it has quality of service.
		t.leave(STARTED_WITH_QOS, 0, undefined, 'XP1_QOS_SUPPORTED');
		return 0;
	}
	return leave(t, WSP_STARTUP_EX, fault ?? 0);
}

/** WSPIoctl with SIO_ADDRESS_LIST_QUERY (ADDR-5, ADDR-6): the addresses that the proxy driver keeps. */
export function WSPIoctlAddressList(provider: SanProvider, t: Thread): Outcome<readonly string[]> {
	provider.enter(t, ADDRESS_LIST_QUERY, 'SIO_ADDRESS_LIST_QUERY');
	const fault = forced(provider.effect('WSPIoctl'));
	if (typeof fault === 'string') {
		t.leave(ADDRESS_LIST, -1, fault);
		return fault;
	}
	const list = fault === undefined ? provider.proxy.addresses.map((ip) => ip.text) : [];
	t.leave(ADDRESS_LIST, fault ?? 0, undefined, list.length, list);
	return list;
}

/** WSPIoctl with SIO_GET_EXTENSION_FUNCTION_POINTER (INIT-6, INIT-7). True if the provider has the function. */
export function WSPIoctlExtension(provider: SanProvider, t: Thread, extension: (typeof extensions)[number]): boolean {
	provider.enter(t, EXTENSION_POINTER, 'SIO_GET_EXTENSION_FUNCTION_POINTER', extension);
	const { rdmaRead, cache } = provider.nic.settings;
	const has =
		extension === 'WSPRdmaRead' ? rdmaRead : extension === 'WSPMemoryRegistrationCacheCallback' ? cache : true;
	const fault = forced(provider.effect('WSPIoctl'));
	leave(t, EXTENSION_ANSWER, fault ?? (has ? 0 : 'WSAEOPNOTSUPP'));
	// Whatever a fault returns, the pointer was not stored.
	return has && fault === undefined;
}

/** WSPCleanup: counted against WSPStartupEx; the last one releases what is left (CLEAN-1, CLEAN-2). */
export function WSPCleanup(provider: SanProvider, t: Thread): Outcome<number> {
	provider.enter(t, WSP_CLEANUP);
	const effect = provider.effect('WSPCleanup');
	const fault = forced(effect);
	if (fault !== undefined) return leave(t, WSP_CLEANUP, fault);
	if (provider.started === 0) return leave(t, WSP_CLEANUP, 'WSANOTINITIALISED');
	provider.started--;
	if (provider.started === 0) releaseEverything(provider, t, effect?.skips);
	return leave(t, WSP_CLEANUP, 0 as const);
}

/** What the process left open is torn down, and its descriptors are given back. */
function releaseEverything(provider: SanProvider, t: Thread, skips?: readonly string[]): void {
	for (const s of [...provider.sockets.values()]) {
		if (s.state === 'connected' && s.peer) disconnect(t, provider, s.peer, s);
		for (const request of s.requests.splice(0)) refuseQueued(provider, t, request);
		s.connecting = undefined;
		releaseMemory(provider, t, s);
		for (const operation of [...s.posted.splice(0), ...s.sends.splice(0)]) operation.status = 'finished';
		provider.setState(t, s, 'closed');
		provider.sockets.delete(s.descriptor);
		provider.closeSocketHandle(t, s, skips);
	}
	provider.cache.releaseUnused(t);
}
