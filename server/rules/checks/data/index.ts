/** Checks of the rules about memory, data transfer, completion, closing and sharing. */
import type { MakeCheck } from '../../check';

export const dataChecks: readonly MakeCheck[] = [];
