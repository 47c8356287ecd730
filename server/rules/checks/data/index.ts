/** Checks of the rules about memory, data transfer, completion, closing and sharing. */
import type { MakeCheck } from '../../check';
import { byteStream } from './byteStream';
import { cache } from './cache';
import { cleanup } from './cleanup';
import { closing } from './closing';
import { completing } from './completing';
import { credits } from './credits';
import { largeData } from './largeData';
import { linger } from './linger';
import { memoryUse } from './memoryUse';
import { passedDown } from './passedDown';
import { privateBuffers } from './privateBuffers';
import { rdmaTransfers } from './rdmaTransfers';
import { regions } from './regions';
import { registering } from './registering';
import { releasing } from './releasing';
import { reposting } from './reposting';
import { modelKeeper } from './ruleCheck';
import { starting } from './starting';
import { swapStart } from './swapStart';
import { swapSuspended } from './swapSuspended';
import { swapTakeover } from './swapTakeover';
import { urgent } from './urgent';

export const dataChecks: readonly MakeCheck[] = [
	modelKeeper,
	memoryUse,
	registering,
	releasing,
	regions,
	cache,
	largeData,
	rdmaTransfers,
	reposting,
	byteStream,
	credits,
	privateBuffers,
	urgent,
	starting,
	completing,
	passedDown,
	closing,
	linger,
	cleanup,
	swapStart,
	swapTakeover,
	swapSuspended,
];
