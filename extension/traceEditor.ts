/** A saved trace (`*.jsonl`) as a call sequence: a read-only editor. */
import path from 'node:path';
import type * as vscode from 'vscode';
import type { CallSequences } from './callSequences';

export const traceEditorType = 'sanflow.trace';

export class TraceEditor implements vscode.CustomReadonlyEditorProvider {
	constructor(private readonly sequences: CallSequences) {}

	openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
		return { uri, dispose: () => {} };
	}

	resolveCustomEditor({ uri }: vscode.CustomDocument, webviewPanel: vscode.WebviewPanel): void {
		const file = uri.fsPath;
		const trace = { kind: 'file', name: path.basename(file), path: file } as const;
		this.sequences.adopt(webviewPanel, { program: file, traces: [trace] });
	}
}
