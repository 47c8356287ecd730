/** Checks of the rules about starting providers, addresses, sockets, connecting, listening, accepting and events. */
import type { MakeCheck } from '../../check';

export const connectionChecks: readonly MakeCheck[] = [];
