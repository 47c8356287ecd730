/** Where things are in the work tree and in the user's cache. Only Node built-ins. */
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the work tree. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Folder for what is installed once per user, outside the work tree: the VS Code host. */
export function cacheFolder() {
	if (process.env.SANFLOW_CACHE) {
		return path.resolve(process.env.SANFLOW_CACHE);
	}
	return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'sanflow');
}

/** The packaged extension, as `npm run package` writes it. */
export const vsixPath = path.join(root, 'sanflow.vsix');
