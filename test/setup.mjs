/**
 * Loaded before every test file: properties draw the same values each time, because a landing must not depend on luck.
 * SANFLOW_SEED chooses another seed; `random` draws a new one, which fast-check prints when a property fails.
 */
import fc from 'fast-check';

const given = process.env.SANFLOW_SEED ?? '20261122';
if (given !== 'random') fc.configureGlobal({ seed: Number(given) });
