/**
 * The language server's own process: `languageServer.js [--stdio | --port N | --node-ipc | --socket=N | --pipe=NAME]`.
 */

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serveConnection, servePort, serveStdio } from './server';

function portOf(argv: readonly string[]): number | undefined {
	const index = argv.findIndex((argument) => argument === '--port' || argument.startsWith('--port='));
	if (index < 0) return undefined;
	return Number(argv[index]?.split('=')[1] ?? argv[index + 1]);
}

async function main(): Promise<void> {
	const argv = process.argv.slice(2);
	const port = portOf(argv);
	if (port !== undefined) {
		if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error('--port takes a number from 0 to 65535');
		const server = await servePort(port);
		const address = server.address();
		console.error(`listening on 127.0.0.1:${typeof address === 'object' ? address?.port : port}`);
	} else if (argv.some((argument) => /^--(?:node-ipc|socket|pipe)/.test(argument))) {
		// The client library chooses these transports itself and names them on the command line.
		serveConnection(createConnection(ProposedFeatures.all));
	} else {
		serveStdio();
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 2;
});
