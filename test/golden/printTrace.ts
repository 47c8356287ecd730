/** A program for the determinism test: `node printTrace.mjs FILE TITLE SEED` writes the trace of a run as JSON Lines. */

import { traceLines } from '../../server/trace';
import { play, readScenarios } from './play';

const [file = '', title, seed = '1'] = process.argv.slice(2);
const run = play(readScenarios(file), title, { seed: Number(seed) });
let text = '';
for (const line of traceLines(run.reader)) text += `${line}\n`;
process.stdout.write(text);
