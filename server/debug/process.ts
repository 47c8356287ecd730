/** `debugAdapter.js`: what an editor starts. The code is in the bundle that it shares with the language server. */
import { loadBundle } from '../cachedBundle';

const { startDebugAdapter } = loadBundle<typeof import('../servers')>(__dirname, 'servers.js');
startDebugAdapter();
