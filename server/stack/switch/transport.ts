/**
 * What the switch knows of a SAN provider that it has started: which extension functions it has (INIT-6, INIT-7), and the
 * sizes that it told (OPT-5 to OPT-7).
 */
import type { Thread } from '../../simulation';
import { isError } from '../outcome';
import * as san from '../san';

export interface Transport {
	/** Whether the provider can be used: all mandatory extension functions are there (INIT-7). */
	readonly usable: boolean;
	/** Whether the provider has WSPRdmaRead. */
	readonly rdmaRead: boolean;
	/** Whether it keeps a cache of registrations: it has WSPMemoryRegistrationCacheCallback. */
	readonly cache: boolean;
	/** SO_MAX_MSG_SIZE; Infinity where the provider does not know the option. */
	readonly maxMessage: number;
	/** SO_MAX_RDMA_SIZE; Infinity where the provider does not know the option. */
	readonly maxRdma: number;
	/** SO_RDMA_THRESHOLD_SIZE, or the switch's own threshold. */
	readonly rdmaThreshold: number;
	/** The sizes were asked for. */
	readonly asked: boolean;
}

/** Where the provider prefers none (OQ-21), bytes. */
const OWN_THRESHOLD = 4096;

/** Asks for the extension functions (INIT-6). */
export function learnExtensions(provider: san.SanProvider, t: Thread): Transport {
	const missing = new Set(san.extensions.filter((extension) => !san.WSPIoctlExtension(provider, t, extension)));
	const rdmaRead = !missing.delete('WSPRdmaRead');
	const cache = !missing.delete('WSPMemoryRegistrationCacheCallback');
	return {
		usable: missing.size === 0,
		rdmaRead,
		cache,
		maxMessage: Number.POSITIVE_INFINITY,
		maxRdma: Number.POSITIVE_INFINITY,
		rdmaThreshold: OWN_THRESHOLD,
		asked: false,
	};
}

/** Asks for the sizes of the transport, on a socket of the provider (OPT-3, OPT-5 to OPT-7). */
export function learnSizes(
	provider: san.SanProvider,
	t: Thread,
	socket: san.SanSocket,
	transport: Transport,
): Transport {
	const size = (option: string, otherwise: number): number => {
		const value = san.WSPGetSockOpt(provider, t, socket, option);
		return isError(value) ? otherwise : value;
	};
	// A limit of 0 would let nothing move: it says as little as no answer.
	const limit = (option: string): number => size(option, 0) || Number.POSITIVE_INFINITY;
	return {
		...transport,
		maxMessage: limit('SO_MAX_MSG_SIZE'),
		maxRdma: limit('SO_MAX_RDMA_SIZE'),
		rdmaThreshold: size('SO_RDMA_THRESHOLD_SIZE', transport.rdmaThreshold),
		asked: true,
	};
}
