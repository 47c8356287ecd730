/** Takes a call sequence away: to a file, or to the clipboard. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportFormat } from '../server/protocol/diagram';
import type { PictureFormat } from '../server/protocol/panel';

export type AnyFormat = ExportFormat | PictureFormat;

/** File name extension and what the save dialog calls it; format names are the same in every language. */
const kinds: Readonly<Record<AnyFormat, { readonly extension: string; readonly name: string }>> = {
	svg: { extension: 'svg', name: 'SVG' },
	svgDark: { extension: 'svg', name: 'SVG' },
	png: { extension: 'png', name: 'PNG' },
	mermaid: { extension: 'mmd', name: 'Mermaid' },
	markdown: { extension: 'md', name: 'Markdown' },
	plantuml: { extension: 'puml', name: 'PlantUML' },
	text: { extension: 'txt', name: 'ASCII' },
	json: { extension: 'jsonl', name: 'JSON Lines' },
};

export async function copyExport(text: string): Promise<void> {
	await vscode.env.clipboard.writeText(text);
	vscode.window.setStatusBarMessage(vscode.l10n.t('Call sequence copied'), 3000);
}

/**
 * Asks for a place and writes there.
 * @param beside path of a file in whose folder the dialog begins
 */
export async function saveExport(data: Uint8Array, format: AnyFormat, title: string, beside: string): Promise<void> {
	const { extension, name } = kinds[format];
	const fileName = `${title.replace(/[^\p{L}\p{N} ._-]+/gu, '').trim() || 'call sequence'}.${extension}`;
	const target = await vscode.window.showSaveDialog({
		defaultUri: vscode.Uri.file(path.join(path.dirname(beside), fileName)),
		filters: { [name]: [extension] },
	});
	if (!target) return;
	await vscode.workspace.fs.writeFile(target, data);
	const open = vscode.l10n.t('Open');
	const answer = await vscode.window.showInformationMessage(
		vscode.l10n.t('Saved {0}', path.basename(target.fsPath)),
		open,
	);
	if (answer === open) await vscode.commands.executeCommand('vscode.open', target);
}
