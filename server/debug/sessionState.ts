/** What a session tells its client with, and what it can be doing. */
import type { RequestArguments } from './requestArguments';
import type { StopReason } from './stopReason';

export interface SessionOutput {
	event(name: string, body?: unknown): void;
	/** The client is done with this session. */
	close(): void;
	/** Whether the session can be left for the next client. */
	readonly canSuspend: boolean;
	/** Leaves the session for the next client. */
	suspend(): void;
}

export type SessionState =
	| { readonly kind: 'new' }
	| { readonly kind: 'initialized' }
	/** Launched; the client is still setting breakpoints. */
	| { readonly kind: 'configuring' }
	| { readonly kind: 'running' }
	| { readonly kind: 'stopped'; readonly reason: StopReason }
	/** Nobody is connected; the next client may attach. */
	| { readonly kind: 'suspended' }
	| { readonly kind: 'ended' };

/** Carries out one request; what it returns is the body of the response. */
export type Handler = (args: RequestArguments) => object | undefined;

export type Handlers = Readonly<Record<string, Handler>>;
