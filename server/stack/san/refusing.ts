/** Refusing a native connect request: because nothing listens, the backlog is full, or the application has rejected it. */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import type { Nic } from '../nic';
import type { WsaError } from '../outcome';
import { NATIVE_MESSAGE_BYTES, refusalArrives } from './connectAttempt';
import type { SanProvider } from './sanProvider';
import type { ConnectRequest } from './sanSocket';

export const NATIVE_REFUSAL = site(
	'native refusal',
	['bytes', 'arrives', 'reason'],
	['ACC-12', 'LISTEN-8', 'FALLBACK-6'],
);
const BEYOND_BACKLOG = site('native refusal', ['bytes', 'arrives', 'reason'], ['LISTEN-8', 'LISTEN-10']);
export const NOBODY_LISTENS = site('native refusal', ['bytes', 'arrives', 'reason'], ['FALLBACK-5']);

export function refuse(
	provider: SanProvider,
	t: Thread,
	request: ConnectRequest,
	where: typeof NATIVE_REFUSAL,
	error: WsaError,
	reason: string,
): void {
	provider.nic.transmit(t, nicOf(request), {
		site: where,
		bytes: NATIVE_MESSAGE_BYTES,
		a: reason,
		deliver: (seq) => refusalArrives(request.connector, error, seq),
	});
}

/** LISTEN-10: the request no longer fits into a backlog that has become smaller; to the peer that is a full backlog. */
export function refuseBeyond(provider: SanProvider, request: ConnectRequest): void {
	if (request.withdrawn) return;
	request.withdrawn = true;
	// It is an answer to the request, not a part of the call that has made the backlog smaller.
	const { thread } = provider.nic;
	thread.begin(request.seq, request.phase, request.source);
	refuse(provider, thread, request, BEYOND_BACKLOG, 'WSAECONNREFUSED', 'backlog reduced');
}

/** The listening socket is closed: nobody listens any more for a request that waited there. */
export function refuseQueued(provider: SanProvider, t: Thread, request: ConnectRequest): void {
	if (request.withdrawn) return;
	request.withdrawn = true;
	refuse(provider, t, request, NOBODY_LISTENS, provider.nic.settings.nobodyListens, 'no listener');
}

export function nicOf(request: ConnectRequest): Nic {
	return request.connector.provider.nic;
}
