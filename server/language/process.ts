/** `languageServer.js`: what an editor starts. The code is in the bundle that it shares with the debug adapter. */
import { loadBundle } from '../cachedBundle';

/** Real milliseconds after which a file has been opened, checked and looked at. */
const USED_MS = 10_000;

const { exports, keep } = loadBundle<typeof import('../servers')>(__dirname, 'servers.js', 'language');

exports.startLanguageServer();
setTimeout(() => keep(), USED_MS).unref();
