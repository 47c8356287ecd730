/** All checks of documented rules. */
import type { MakeCheck } from '../check';
import { connectionChecks } from './connection';
import { dataChecks } from './data';

export const allChecks: readonly MakeCheck[] = [...connectionChecks, ...dataChecks];
