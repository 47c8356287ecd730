/** The debug adapter as a service: over any pair of streams, or on a loopback port. */
import { createServer, type Server } from 'node:net';
import type { Runner } from './launch';
import { DebugServer, type Parking, type SessionWatcher } from './server';

export type { Runner, StartRun } from './launch';

/**
 * Serves one client.
 * @param watcher told of each stop
 * @returns a promise that is fulfilled when the client is gone
 */
export function serve(
	input: NodeJS.ReadableStream,
	output: NodeJS.WritableStream,
	runner: Runner,
	parking?: Parking,
	watcher?: SessionWatcher,
): Promise<void> {
	return new Promise((resolve) => {
		const server = new DebugServer(
			runner,
			() => {
				// What was written last must reach the client first.
				output.write('', () => resolve());
			},
			parking,
			watcher,
		);
		input.on('end', () => server.finish());
		output.on('error', () => resolve());
		server.start(input, output);
	});
}

/** Serves any number of clients, one after another or at once, on a loopback port; 0 takes a free one. */
export function listen(port: number, runner: Runner): Server {
	// A run that one client leaves suspended waits for the next one.
	const parking: Parking = { parked: undefined };
	const server = createServer((socket) => {
		// A step is many small messages to and fro: none of them may wait for company.
		socket.setNoDelay(true);
		void serve(socket, socket, runner, parking).then(() => socket.end());
	});
	return server.listen(port, '127.0.0.1');
}
