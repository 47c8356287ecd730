/** Starts the language server when the first scenario is opened, and again when the user asks for it. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { isScenario } from './scenarioEditor';

export class LanguageServer implements vscode.Disposable {
	private client: Promise<LanguageClient> | undefined;
	private readonly disposables: vscode.Disposable[];

	/** @param module path of the server's bundle */
	constructor(private readonly module: string) {
		this.disposables = [
			vscode.workspace.onDidOpenTextDocument((document) => this.opened(document)),
			vscode.commands.registerCommand('sanflow.restartLanguageServer', () => this.restart()),
		];
		// The extension may be activated by the opening of a document, which then is open already.
		for (const document of vscode.workspace.textDocuments) this.opened(document);
	}

	/** Ends the server. */
	async dispose(): Promise<void> {
		for (const disposable of this.disposables) disposable.dispose();
		await this.stop();
	}

	private opened(document: vscode.TextDocument): void {
		if (isScenario(document)) this.start();
	}

	private start(): void {
		this.client ??= this.load();
		// The client itself tells about a server that does not start; here it is only forgotten, so that a restart is one.
		this.client.catch(() => {
			this.client = undefined;
		});
	}

	private async load(): Promise<LanguageClient> {
		// Bundled apart (see scripts/lib/bundles.mjs): the import is what loads it.
		const { startLanguageClient } = await import('./languageClient');
		return startLanguageClient(this.module);
	}

	private async restart(): Promise<void> {
		await this.stop();
		this.start();
	}

	private async stop(): Promise<void> {
		const client = this.client;
		this.client = undefined;
		try {
			await (await client)?.dispose();
		} catch {
			// A client that never started, or whose server is gone already, has nothing left to end.
		}
	}
}
