/** A language client for tests: the real server process over stdio, one document at a time. */

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
	createProtocolConnection,
	type Diagnostic,
	type InitializeResult,
	type Position,
	type ProtocolConnection,
	type PublishDiagnosticsParams,
	StreamMessageReader,
	StreamMessageWriter,
} from 'vscode-languageserver/node';

const server = path.resolve(process.env.SANFLOW_LANGUAGE_SERVER ?? 'dist/languageServer.js');

export class Client {
	private readonly versions = new Map<string, number>();
	private readonly waiting = new Map<string, (diagnostics: readonly Diagnostic[]) => void>();

	private constructor(
		readonly process: ChildProcess,
		readonly connection: ProtocolConnection,
	) {
		connection.onNotification(
			'textDocument/publishDiagnostics',
			({ uri, version, diagnostics }: PublishDiagnosticsParams) => {
				if (version !== undefined && version !== this.versions.get(uri)) return;
				this.waiting.get(uri)?.(diagnostics);
				this.waiting.delete(uri);
			},
		);
		connection.onRequest('client/registerCapability', () => null);
		connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
	}

	static async start(
		options: { readonly locale?: string; readonly folder?: string } = {},
	): Promise<Client & { readonly result: InitializeResult }> {
		const child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
		if (child.stdout === null || child.stdin === null) throw new Error('no pipes');
		const connection = createProtocolConnection(
			new StreamMessageReader(child.stdout),
			new StreamMessageWriter(child.stdin),
		);
		const client = new Client(child, connection);
		connection.listen();
		const folders =
			options.folder === undefined
				? null
				: [{ uri: pathToFileURL(path.resolve(options.folder)).toString(), name: 'test' }];
		const result: InitializeResult = await connection.sendRequest('initialize', {
			processId: process.pid,
			rootUri: null,
			capabilities: {
				textDocument: { semanticTokens: { requests: { full: true }, tokenTypes: [], tokenModifiers: [], formats: [] } },
			},
			workspaceFolders: folders,
			...(options.locale === undefined ? {} : { locale: options.locale }),
		});
		await connection.sendNotification('initialized', {});
		return Object.assign(client, { result });
	}

	/** Opens (or changes) a document; resolves with its diagnostics. */
	async write(uri: string, text: string): Promise<readonly Diagnostic[]> {
		const version = (this.versions.get(uri) ?? 0) + 1;
		this.versions.set(uri, version);
		const diagnostics = this.nextDiagnostics(uri);
		if (version === 1) {
			await this.connection.sendNotification('textDocument/didOpen', {
				textDocument: { uri, languageId: 'sanflow', version, text },
			});
		} else {
			await this.connection.sendNotification('textDocument/didChange', {
				textDocument: { uri, version },
				contentChanges: [{ text }],
			});
		}
		return diagnostics;
	}

	/** The diagnostics that are published next for a document in its present version. */
	nextDiagnostics(uri: string): Promise<readonly Diagnostic[]> {
		return new Promise((resolve) => this.waiting.set(uri, resolve));
	}

	/** A request about a position in a document. */
	at<Result>(method: string, uri: string, position: Position, rest: object = {}): Promise<Result> {
		return this.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, position, ...rest });
	}

	request<Result>(method: string, params: object): Promise<Result> {
		return this.connection.sendRequest(method, params);
	}

	/** Ends the session as an editor does; resolves with the exit code of the process. */
	async stop(): Promise<number | null> {
		const ended = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
		await this.connection.sendRequest('shutdown');
		await this.connection.sendNotification('exit');
		return ended;
	}
}

/** The text without its `|`, and where that stood. */
export function cursor(marked: string): { readonly text: string; readonly position: Position } {
	const offset = marked.indexOf('|');
	if (offset < 0) throw new Error('no | in the text');
	const before = marked.slice(0, offset).split('\n');
	return {
		text: marked.slice(0, offset) + marked.slice(offset + 1),
		position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
	};
}
