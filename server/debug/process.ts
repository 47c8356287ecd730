/** `debugAdapter.js`: what an editor starts. The code is in the bundle that it shares with the language server. */
import { startDebugAdapter } from '../servers';

startDebugAdapter();
