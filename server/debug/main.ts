/** Entry of the debug adapter's process: stdio, or `--port N` on loopback. */
import { startRun } from '../scenario/interpreter';
import { treeFiles } from '../treeFiles';
import { listen, serve } from './index';
import type { SessionWatcher } from './server';

/** Real milliseconds after which a start is over. */
const AFTER_START_MS = 150;

/** The port after `--port`, or undefined. */
function portOf(args: readonly string[]): number | undefined {
	const at = args.indexOf('--port');
	if (at < 0) return undefined;
	const port = Number(args[at + 1]);
	return Number.isInteger(port) && port >= 0 && port < 65536 ? port : Number.NaN;
}

/**
 * Serves what the command line asks for.
 * @param watcher told how the session of a client on stdio goes
 */
export function main(watcher: SessionWatcher): void {
	const port = portOf(process.argv);
	const runner = { start: startRun, trees: treeFiles(__filename, AFTER_START_MS) };
	if (port === undefined) {
		void serve(process.stdin, process.stdout, runner, undefined, watcher).then(() => {
			watcher.ended();
			process.exit(0);
		});
		return;
	}
	if (Number.isNaN(port)) {
		process.stderr.write('debugAdapter: --port takes a number from 0 to 65535\n');
		process.exitCode = 2;
		return;
	}
	const server = listen(port, runner);
	server.on('error', (error) => {
		process.stderr.write(`debugAdapter: ${error.message}\n`);
		process.exitCode = 1;
	});
	server.on('listening', () => {
		const address = server.address();
		const actual = typeof address === 'object' && address !== null ? address.port : port;
		process.stderr.write(`listening on 127.0.0.1:${actual}\n`);
	});
}
