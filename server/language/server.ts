/** Starts the language server on a connection: standard input and output, a port, or what the editor's client asks for. */

import { createServer, type Server } from 'node:net';
import { startLanguageServer } from 'langium/lsp';
import { NodeFileSystem } from 'langium/node';
import {
	type Connection,
	createConnection,
	ProposedFeatures,
	StreamMessageReader,
	StreamMessageWriter,
} from 'vscode-languageserver/node';
import { treeFiles } from '../treeFiles';
import { selectionRangeAt } from './selectionRanges';
import { createServices } from './services';

/** Real milliseconds without a change after which a file is not being typed in any more. */
const QUIET_MS = 1000;

export function serveConnection(connection: Connection): void {
	const { shared } = createServices({ connection, ...NodeFileSystem }, treeFiles(__filename, QUIET_MS));
	connection.onSelectionRanges(({ textDocument, positions }) => {
		const document = shared.workspace.LangiumDocuments.all.find(({ uri }) => uri.toString() === textDocument.uri);
		return document === undefined ? null : positions.map((position) => selectionRangeAt(document, position));
	});
	startLanguageServer(shared);
}

/** Standard input and output; the process ends with its client. */
export function serveStdio(): void {
	serveConnection(createConnection(ProposedFeatures.all, process.stdin, process.stdout));
}

/** A loopback port; resolves when listening. Port 0 takes a free one. The process ends when a client sends `exit`. */
export function servePort(port: number): Promise<Server> {
	const server = createServer((socket) => {
		// A client that vanishes must not take the process with it.
		socket.on('error', () => socket.destroy());
		serveConnection(
			createConnection(ProposedFeatures.all, new StreamMessageReader(socket), new StreamMessageWriter(socket)),
		);
	});
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(server));
	});
}
