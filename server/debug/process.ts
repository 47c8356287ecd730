/** `debugAdapter.js`: what an editor starts. The code is in the bundle that it shares with the language server. */
import { loadBundle } from '../cachedBundle';

const { exports, keep } = loadBundle<typeof import('../servers')>(__dirname, 'servers.js');
// What a start needs has been compiled by then, and little else.
exports.startDebugAdapter(() => setTimeout(keep, 100));
