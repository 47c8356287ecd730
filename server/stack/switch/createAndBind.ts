/** Page "Creating and binding SAN sockets": the hidden companion of a TCP/IP socket (SOCK, BIND, OPT rules). */
import type { Thread } from '../../simulation';
import { type Site, site } from '../../trace';
import type { SocketAddress } from '../../winsock/address';
import { isError, type Outcome } from '../outcome';
import * as san from '../san';
import type { AppSocket, Companion } from './appSocket';
import type { Switch } from './switch';

export const CREATE_TO_CONNECT = site('WSPSocket', ['af', 'type', 'protocol'], ['SWITCH-2', 'SOCK-2', 'SOCK-6']);
export const BIND_TO_CONNECT = site('WSPBind', ['s', 'name'], ['SWITCH-2', 'BIND-2', 'BIND-3', 'BIND-4']);
export const CREATE_TO_LISTEN = site('WSPSocket', ['af', 'type', 'protocol'], ['LISTEN-2', 'SOCK-2', 'SOCK-6']);
export const BIND_TO_LISTEN = site('WSPBind', ['s', 'name'], ['LISTEN-2', 'BIND-3', 'BIND-4']);
const CLOSE_HALF_MADE = site('WSPCloseSocket', ['s'], ['FALLBACK-3', 'FALLBACK-11', 'CLOSE-1']);

/**
 * Creates a companion on `provider`, binds it to `local`, the address of the TCP/IP socket, and replays the options
 * (SOCK-2, BIND-3, OPT-1). What was created is closed again if a later step fails (FALLBACK-11).
 */
export function createAndBind(
	sw: Switch,
	t: Thread,
	socket: AppSocket,
	provider: san.SanProvider,
	local: SocketAddress,
	use: 'connect' | 'accept',
): Outcome<Companion> {
	const [create, bind]: readonly [Site, Site] =
		use === 'connect' ? [CREATE_TO_CONNECT, BIND_TO_CONNECT] : [CREATE_TO_LISTEN, BIND_TO_LISTEN];
	const companion = san.WSPSocket(provider, t, local.ip.family, create);
	if (isError(companion)) return companion;
	const error = bindAndSetOptions(t, socket, provider, companion, local, bind);
	if (isError(error)) {
		san.WSPCloseSocket(provider, t, companion, CLOSE_HALF_MADE);
		return error;
	}
	const event = sw.newEvent(
		t,
		use === 'connect' ? `FD_CONNECT of socket ${socket.descriptor}` : `FD_ACCEPT of socket ${socket.descriptor}`,
		use === 'accept' ? sw.acceptEventOf(socket) : undefined,
	);
	return { provider, socket: companion, event };
}

function bindAndSetOptions(
	t: Thread,
	socket: AppSocket,
	provider: san.SanProvider,
	companion: san.SanSocket,
	local: SocketAddress,
	where: Site,
): Outcome<number> {
	// OQ-9: bind first, then the options.
	const bound = san.WSPBind(provider, t, companion, local, where);
	if (isError(bound)) return bound;
	for (const option of socket.options) {
		const set = replay(t, provider, companion, option);
		if (isError(set)) return set;
	}
	return 0;
}

/** One call for each option that the provider supports; others stay with TCP/IP (OPT-1, OPT-4). */
function replay(
	t: Thread,
	provider: san.SanProvider,
	companion: san.SanSocket,
	option: AppSocket['options'][number],
): Outcome<number> {
	if (option.name !== 'SO_DEBUG' && option.name !== 'SO_GROUP_PRIORITY') return 0;
	if (option.name === 'SO_GROUP_PRIORITY' && !provider.nic.settings.qos) return 0;
	return san.WSPSetSockOpt(provider, t, companion, option.level, option.name, option.value);
}
