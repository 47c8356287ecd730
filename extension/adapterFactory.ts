/** Starts the debug adapter: a process of its own for each session, so that no scenario can freeze the editor. */
import * as vscode from 'vscode';

export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
	/** @param adapter path of the adapter's bundle */
	constructor(private readonly adapter: string) {}

	createDebugAdapterDescriptor(): vscode.DebugAdapterDescriptor {
		// The executable of the extension host is there on every machine; a `node` on the PATH may not be.
		return new vscode.DebugAdapterExecutable(process.execPath, [this.adapter], { env: { ELECTRON_RUN_AS_NODE: '1' } });
	}
}

/** Shows the problems of a scenario file when the adapter refuses to run it. */
export class LaunchRefusalTrackerFactory implements vscode.DebugAdapterTrackerFactory {
	createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
		return {
			onDidSendMessage: (message: {
				readonly type?: string;
				readonly command?: string;
				readonly success?: boolean;
			}) => {
				if (message.type !== 'response' || message.command !== 'launch' || message.success !== false) return;
				const { program } = session.configuration;
				if (typeof program === 'string' && hasErrors(vscode.Uri.file(program))) void showProblems();
			},
		};
	}
}

/** Whether the language server has found errors in a file. */
export function hasErrors(uri: vscode.Uri): boolean {
	return vscode.languages.getDiagnostics(uri).some(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
}

async function showProblems(): Promise<void> {
	await vscode.commands.executeCommand('workbench.actions.view.problems');
}
