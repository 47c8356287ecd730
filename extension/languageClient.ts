/**
 * The client of the language server. A bundle of its own: vscode-languageclient takes 40 to 70 ms to load, which nobody
 * should pay who has no scenario open. Loaded by languageServer.ts only.
 */
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { languageId } from './scenarioEditor';

/** Starts the language server, a process of its own; resolves when it answers. */
export async function startLanguageClient(serverModule: string): Promise<LanguageClient> {
	const server = { module: serverModule, transport: TransportKind.ipc };
	const client = new LanguageClient(
		'sanflow',
		'SANFlow',
		{ run: server, debug: server },
		{
			documentSelector: [{ language: languageId }],
			// Imported files may change outside the editor.
			synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.sanflow') },
			diagnosticCollectionName: 'sanflow',
		},
	);
	await client.start();
	return client;
}
