/** Which scenario the user means: by the editor that has the focus, or one that is on the screen. */
import * as vscode from 'vscode';
import { findScenarios, scenarioAt } from './scenarioOutline';

export const languageId = 'sanflow';

export function isScenario(document: vscode.TextDocument): boolean {
	return document.languageId === languageId;
}

/** The scenario editor with the focus; while a panel or a view has it, one that is visible. */
export function currentScenarioEditor(): vscode.TextEditor | undefined {
	const { activeTextEditor, visibleTextEditors } = vscode.window;
	return [activeTextEditor, ...visibleTextEditors].find(
		(editor) => editor !== undefined && isScenario(editor.document),
	);
}

/** The title of the scenario at the cursor of an editor of this document; without such an editor, of the first one. */
export function scenarioMeant(
	document: vscode.TextDocument,
	editor: vscode.TextEditor | undefined,
): string | undefined {
	const offset = editor?.document === document ? document.offsetAt(editor.selection.active) : 0;
	return scenarioAt(findScenarios(document.getText()), offset)?.title;
}
