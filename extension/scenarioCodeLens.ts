/** Run | Debug | Call Sequence over each scenario. */
import * as vscode from 'vscode';
import { findScenarios } from './scenarioOutline';

export class ScenarioCodeLens implements vscode.CodeLensProvider, vscode.Disposable {
	private readonly changed = new vscode.EventEmitter<void>();
	readonly onDidChangeCodeLenses = this.changed.event;
	private readonly listener = vscode.workspace.onDidChangeConfiguration((event) => {
		if (event.affectsConfiguration('sanflow.codeLens')) this.changed.fire();
	});

	dispose(): void {
		this.listener.dispose();
		this.changed.dispose();
	}

	provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
		if (!vscode.workspace.getConfiguration('sanflow', document).get('codeLens.enabled', true)) return [];
		return findScenarios(document.getText()).flatMap(({ title, start }) => {
			const at = document.positionAt(start);
			const range = new vscode.Range(at, at);
			const lens = (command: string, text: string): vscode.CodeLens => {
				return new vscode.CodeLens(range, { command, title: text, arguments: [document.uri, title] });
			};
			return [
				lens('sanflow.runScenario', vscode.l10n.t('Run')),
				lens('sanflow.debugScenario', vscode.l10n.t('Debug')),
				lens('sanflow.showCallSequence', vscode.l10n.t('Call Sequence')),
			];
		});
	}
}
