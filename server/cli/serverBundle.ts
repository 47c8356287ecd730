/**
 * `sanflow dap` and `sanflow lsp`: the debug adapter and the language server are bundles of their own beside the command
 * line's. They are loaded into this process, so that an editor that ends it leaves nothing behind.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Console } from './console';
import { UsageError } from './exitStatus';

/** Starts the server; it lives until its client is gone. @param port loopback port; stdio if left out */
export function startServer(
	bundle: 'debugAdapter.js' | 'languageServer.js',
	port: number | undefined,
	{ say }: Console,
): void {
	const file = path.join(__dirname, bundle);
	if (!existsSync(file)) throw new UsageError(say('bundleMissing', bundle));
	// The bundles read their own command line.
	process.argv.splice(2, process.argv.length, ...(port === undefined ? ['--stdio'] : ['--port', String(port)]));
	createRequire(file)(file);
}
