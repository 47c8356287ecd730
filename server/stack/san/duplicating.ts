/**
 * Page "Duplicating socket handles for a SAN", the provider's part: WSPDuplicateSocket gives a socket up in one process,
 * and WSPSocket with the returned dwProviderReserved takes it over in another.
 *
 * Not modelled: how a vendor moves the connection between processes. The peer's end is told of its new partner without a
 * message on the wire.
 */
import type { Thread } from '../../simulation';
import { type Site, site } from '../../trace';
import { forced } from '../faults';
import { isError, type Outcome } from '../outcome';
import { releaseMemory } from './closing';
import type { SanProvider } from './sanProvider';
import { present, type SanSocket } from './sanSocket';
import { finishOperation } from './transfers';

const WSP_DUPLICATE_SOCKET = site('WSPDuplicateSocket', ['s', 'dwProcessId'], ['DUP-9', 'DUP-18']);
const DUPLICATED = site('WSPDuplicateSocket', ['dwProviderReserved'], ['DUP-10', 'DUP-11']);
const WSP_SOCKET = site('WSPSocket', ['af', 'type', 'protocol', 'dwProviderReserved'], ['DUP-13']);
const TAKEN_OVER = site('WSPSocket', [], ['DUP-14', 'DUP-15', 'DUP-16']);
const REVIVED = site('WSPSocket', [], ['DUP-15', 'DUP-16']);

/**
 * WSPDuplicateSocket: completes the posted receives with success and zero bytes and releases their buffers (DUP-10).
 * @param process the process that takes over
 * @returns dwProviderReserved: names socket and connection system-wide, for that process alone (DUP-11)
 */
export function WSPDuplicateSocket(provider: SanProvider, t: Thread, s: SanSocket, process: string): Outcome<number> {
	provider.enter(t, WSP_DUPLICATE_SOCKET, s.descriptor, process);
	const usable = s.state === 'connected' || s.state === 'listening' || s.state === 'reset';
	const effect = provider.effect('WSPDuplicateSocket');
	const fault = forced(effect);
	if (typeof fault === 'number') {
		t.leave(DUPLICATED, 0, undefined, fault);
		return fault;
	}
	const error = fault ?? (usable ? undefined : s.state === 'closed' ? 'WSAENOTSOCK' : 'WSAEINVAL');
	if (error) {
		t.leave(DUPLICATED, -1, error, null);
		return error;
	}
	for (const operation of s.posted.splice(0)) {
		operation.buffer.memory.inUse--;
		operation.silent ||= effect?.skips.includes('WPUCompleteOverlappedRequest') ?? false;
		finishOperation(provider, t, s, operation, undefined, 0);
	}
	t.change(s.object, 'postedReceives', 0);
	releaseMemory(provider, t, s);
	const reserved = provider.proxy.share(s, process);
	s.stateBefore = s.state;
	provider.setState(t, s, 'duplicated');
	t.leave(DUPLICATED, 0, undefined, reserved);
	return reserved;
}

/** WSPSocket with dwProviderReserved: the socket goes on here exactly as it was there (DUP-13, DUP-14, DUP-16). */
export function WSPSocketDuplicated(
	provider: SanProvider,
	t: Thread,
	family: string,
	reserved: number,
	where: Site = WSP_SOCKET,
): Outcome<SanSocket> {
	provider.enter(t, where, family, 'SOCK_STREAM', 'IPPROTO_TCP', reserved);
	const effect = provider.effect('WSPSocket');
	const old = provider.proxy.shared(reserved, provider.process);
	const fault = forced(effect);
	if (typeof fault === 'number') {
		t.leave(TAKEN_OVER, fault);
		return provider.phantomSocket(t, fault);
	}
	const made = fault ?? (old ? (revive(provider, t, old) ?? provider.newSocket(t, effect?.skips)) : 'WSAEINVAL');
	if (isError(made) || !old) {
		const error = isError(made) ? made : 'WSAEINVAL';
		t.leave(TAKEN_OVER, 0xffffffff, error);
		return error;
	}
	provider.proxy.taken(reserved);
	const revived = made.state === 'duplicated';
	takeOver(provider, t, old, made);
	t.leave(revived ? REVIVED : TAKEN_OVER, made.descriptor);
	return made;
}

/**
 * DUP-15: a process that had the socket before may go on with its former descriptor. The provider finds its record of it by
 * the switch's descriptor (SOCK-5), which also tells whether the switch still has that one.
 */
function revive(provider: SanProvider, t: Thread, old: SanSocket): SanSocket | undefined {
	if (!provider.nic.settings.revive) return undefined;
	for (const former of provider.sockets.values()) {
		if (former.state !== 'duplicated' || present(former) !== old) continue;
		return provider.socketOf(t, former.switchDescriptor);
	}
	return undefined;
}

function takeOver(provider: SanProvider, t: Thread, old: SanSocket, made: SanSocket): void {
	made.successor = undefined;
	made.event = undefined;
	made.eventMask = 0;
	made.networkEvents = 0;
	made.acceptReported = false;
	made.receiving = false;
	old.successor = made;
	made.local = old.local;
	made.remote = old.remote;
	made.backlog = old.backlog;
	made.requests.push(...old.requests.splice(0));
	made.kept.push(...old.kept.splice(0));
	made.peer = old.peer;
	if (old.peer) old.peer.peer = made;
	t.change(made.object, 'local', made.local?.text ?? null);
	t.change(made.object, 'remote', made.remote?.text ?? null);
	provider.setState(t, made, old.stateBefore);
}
