/** `debugAdapter.js`: what an editor starts. The code is in the bundle that it shares with the language server. */
import { loadBundle } from '../cachedBundle';

const { exports, isKept, keep } = loadBundle<typeof import('../servers')>(__dirname, 'servers.js', 'debug');
let hasStopped = false;

exports.startDebugAdapter({
	stopped: () => {
		if (hasStopped) return;
		hasStopped = true;
		// What a start needs has been compiled by then; the session may not come to a proper end.
		if (!isKept) setTimeout(keep, 100);
	},
	ended: () => {
		if (hasStopped) keep();
	},
});
