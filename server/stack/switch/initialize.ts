/**
 * Page "Initializing a SAN service provider": what the switch does when it is loaded into a process (INIT, ADDR rules).
 */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import { subnetOf } from '../../winsock/address';
import { isError } from '../outcome';
import * as san from '../san';
import * as tcpip from '../tcpip';
import { listenWhereMissing } from './listen';
import type { Switch, TableEntry } from './switch';
import { learnExtensions, learnSizes } from './transport';

const ADDRESS_LIST_CHANGE = site('SIO_ADDRESS_LIST_CHANGE', [], ['ADDR-8']);

/** Runs once in a process, before the application's first call. */
export function initialize(sw: Switch, t: Thread): void {
	t.enterPhase('initialization');
	sw.loaded = true;
	// INIT-1: TCP/IP first, then every SAN provider of the registry list.
	tcpip.WSPStartup(sw.tcpip, t);
	for (const provider of sw.providers) if (provider.nic.providerInstalled) startProvider(sw, t, provider);
	refreshTable(sw, t);
	t.enterPhase('setup');
}

export function startProvider(sw: Switch, t: Thread, provider: san.SanProvider): void {
	if (isError(san.WSPStartupEx(provider, t, sw))) return;
	sw.transports.set(provider, learnExtensions(provider, t));
}

/** ADDR-5, ADDR-8: asks every provider for its addresses and makes the table "local IP subnet → SAN provider" anew. */
export function refreshTable(sw: Switch, t: Thread): void {
	const table: TableEntry[] = [];
	for (const provider of sw.usableProviders) {
		// INIT-5: the list is asked for on a socket of its own.
		const socket = san.WSPSocket(provider, t, 'AF_INET');
		const list = san.WSPIoctlAddressList(provider, t);
		const transport = sw.transportOf(provider);
		if (!isError(socket)) {
			if (!transport.asked) sw.transports.set(provider, learnSizes(provider, t, socket, transport));
			san.WSPCloseSocket(provider, t, socket);
		}
		if (isError(list)) continue;
		for (const { ip, prefixLength } of provider.nic.addresses) {
			// OQ-5: the mask comes from the scenario, which states address and prefix length of each NIC.
			if (list.includes(ip.text)) table.push({ subnet: subnetOf(ip, prefixLength), address: ip, provider });
		}
	}
	sw.setTable(t, table);
}

/** TCP/IP reports that the addresses of the host have changed (ADDR-8). */
export function addressesChanged(sw: Switch, cause: Thread): void {
	const { worker } = sw;
	worker.begin(cause.cause, 1, cause.source);
	const seq = worker.signal(ADDRESS_LIST_CHANGE, sw.component);
	worker.begin(seq, 1, cause.source);
	refreshTable(sw, worker);
	listenWhereMissing(sw, worker);
}
