/** Shows the scenario line of a message. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { SourcePosition } from '../server/trace';
import type { RunOrigin } from './diagramSource';

/**
 * Shows a position in an editor that is not the one of the panel, without taking the focus from the diagram.
 * @param avoid column of the panel
 */
export async function revealSource(
	source: SourcePosition,
	origin: RunOrigin,
	avoid: vscode.ViewColumn | undefined,
): Promise<void> {
	const file = path.resolve(path.dirname(origin.program), source.file);
	const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
	const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
	const column = shown?.viewColumn ?? (avoid === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One);
	const line = document.lineAt(Math.min(source.line, document.lineCount) - 1);
	const start = new vscode.Position(line.lineNumber, source.column - 1);
	const selection = new vscode.Selection(start, start);
	const editor = await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true, selection });
	editor.revealRange(line.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
