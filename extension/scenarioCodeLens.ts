/** Run | Debug | Call Sequence over each scenario. */
import * as vscode from 'vscode';
import type { RunResults } from './runResults';
import { findScenarios } from './scenarioOutline';

const milliseconds = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });

export class ScenarioCodeLens implements vscode.CodeLensProvider, vscode.Disposable {
	private readonly changed = new vscode.EventEmitter<void>();
	readonly onDidChangeCodeLenses = this.changed.event;
	private readonly ran: vscode.Disposable;
	private readonly listener = vscode.workspace.onDidChangeConfiguration((event) => {
		if (event.affectsConfiguration('sanflow.codeLens')) this.changed.fire();
	});

	/** @param results of the last runs */
	constructor(private readonly results: RunResults) {
		this.ran = results.onDidChange(() => this.changed.fire());
	}

	dispose(): void {
		this.ran.dispose();
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
				lens('sanflow.showCallSequence', this.sequenceText(document, title)),
			];
		});
	}

	/** With what the last run came to, if one was shown. */
	private sequenceText(document: vscode.TextDocument, title: string): string {
		const text = vscode.l10n.t('Call Sequence');
		const result = this.results.of(document.uri.fsPath, title);
		if (!result) return text;
		const state = result.isPassed ? vscode.l10n.t('passed') : vscode.l10n.t('failed');
		const calls = vscode.l10n.t('{0} calls', result.calls);
		return `${text}: ${state}, ${calls}, ${milliseconds.format(result.time / 1e6)} ms`;
	}
}
