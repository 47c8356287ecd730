/** Commands of the call sequence beside showing it. */
import * as vscode from 'vscode';
import type { CallSequences } from './callSequences';
import { chooseComparison } from './compareCommand';
import { currentScenarioEditor, isScenario, scenarioMeant } from './scenarioEditor';

export function registerSequenceCommands(sequences: CallSequences): vscode.Disposable {
	const commands: Readonly<Record<string, () => unknown>> = {
		'sanflow.exportCallSequence': () => showPart(sequences, 'export'),
		'sanflow.findInCallSequence': () => showPart(sequences, 'search'),
		'sanflow.compareCallSequences': () => compare(sequences),
	};
	const registered = Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run));
	return vscode.Disposable.from(...registered);
}

function showPart(sequences: CallSequences, what: 'search' | 'export'): void {
	const panel = sequences.visiblePanel;
	if (panel) panel.showPart(what);
	else void vscode.window.showInformationMessage(vscode.l10n.t('Show a call sequence first.'));
}

/** Of the scenario at the cursor, or of the panel with the focus. */
async function compare(sequences: CallSequences): Promise<void> {
	const editor = currentScenarioEditor();
	const panel = sequences.activePanel?.origin;
	const scenario = editor && scenarioMeant(editor.document, editor);
	const ofEditor = editor && {
		program: editor.document.uri.fsPath,
		...(scenario === undefined ? {} : { scenario }),
	};
	const isEdited = vscode.workspace.textDocuments.some((document) => document.isDirty && isScenario(document));
	const origin = await chooseComparison(panel && !panel.traces ? panel : ofEditor, isEdited);
	if (origin) sequences.showRun(origin);
}
