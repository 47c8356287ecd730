/**
 * Page "Installing a SAN service provider": providers that come and go while the switch is loaded (INST-5, INST-6).
 *
 * The documentation says what follows an install. After a removal the provider's DLL stays loaded, as Winsock does: the
 * connections that it carries go on, but nothing new is given to it; it is cleaned up once it has no socket any more.
 */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import * as san from '../san';
import { refreshTable, startProvider } from './initialize';
import { listenWhereMissing } from './listen';
import type { Switch } from './switch';

const PROVIDER_CONFIG_CHANGE = site('WSAProviderConfigChange', [], ['INST-5']);
const ENUM_PROTOCOLS = site('WSCEnumProtocols', ['installed'], ['INST-5', 'INST-4']);
const CLOSE_LISTENER = site('WSPCloseSocket', ['s'], ['INST-5', 'CLOSE-1']);

/** The catalog of providers has changed: the switch reads it, and the registry list, again. */
export function catalogChanged(sw: Switch, cause: Thread, provider: san.SanProvider): void {
	const { worker } = sw;
	const { source } = cause;
	worker.begin(cause.cause, 0, source);
	worker.begin(worker.signal(PROVIDER_CONFIG_CHANGE, sw.component), 0, source);
	const installed = sw.providers.filter(({ nic }) => nic.providerInstalled).map(({ name }) => name);
	worker.note(ENUM_PROTOCOLS, sw.component, installed);
	if (provider.nic.providerInstalled) {
		if (!sw.transports.has(provider)) startProvider(sw, worker, provider);
		refreshTable(sw, worker);
		worker.enterPhase('setup');
		listenWhereMissing(sw, worker);
	} else leave(sw, worker, provider);
}

function leave(sw: Switch, t: Thread, provider: san.SanProvider): void {
	refreshTable(sw, t);
	for (const socket of sw.sockets.values()) {
		for (const listener of [...socket.listeners]) {
			if (listener.provider !== provider) continue;
			socket.listeners.splice(socket.listeners.indexOf(listener), 1);
			san.WSPCloseSocket(provider, t, listener.socket, CLOSE_LISTENER);
		}
	}
	releaseUnused(sw, provider, t);
}

/** A removed provider without sockets is not needed any more. */
export function releaseUnused(sw: Switch, provider: san.SanProvider, t: Thread): void {
	if (provider.nic.providerInstalled || !sw.transports.has(provider) || provider.sockets.size > 0) return;
	sw.transports.delete(provider);
	san.WSPCleanup(provider, t);
}
