/** Entry of the debug adapter's process: stdio, or `--port N` on loopback. */
import { startRun } from '../scenario/interpreter';
import { listen, serve } from './index';

/** The port after `--port`, or undefined. */
function portOf(args: readonly string[]): number | undefined {
	const at = args.indexOf('--port');
	if (at < 0) return undefined;
	const port = Number(args[at + 1]);
	return Number.isInteger(port) && port >= 0 && port < 65536 ? port : Number.NaN;
}

/**
 * Serves what the command line asks for.
 * @param stopped called when a client on stdio has been told of its first stop
 */
export function main(stopped: () => void): void {
	const port = portOf(process.argv);
	if (port === undefined) {
		void serve(process.stdin, process.stdout, startRun, undefined, stopped).then(() => process.exit(0));
		return;
	}
	if (Number.isNaN(port)) {
		process.stderr.write('debugAdapter: --port takes a number from 0 to 65535\n');
		process.exitCode = 2;
		return;
	}
	const server = listen(port, startRun);
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
