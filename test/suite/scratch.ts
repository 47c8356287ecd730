/** Scenario files for the tests, in a folder of their own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';

/** Two scenarios, one with escapes in its title. */
export const twoScenarios = `san fabric 10.1.0.0/16
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }

scenario "first" {
  thread alice.client {
    let s = socket()
    closesocket(s)
  }
}

scenario "the \\"second\\" {" {
  thread bob.client {
    let s = socket()
    closesocket(s)
  }
}
`;

const folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-suite-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a scenario file; returns its address. */
export function scenarioFile(name: string, text = twoScenarios): vscode.Uri {
	const file = path.join(folder, name);
	writeFileSync(file, text);
	return vscode.Uri.file(file);
}

/** Opens a file in an editor, with the cursor at the first place of `mark`. */
export async function openAt(uri: vscode.Uri, mark = ''): Promise<vscode.TextEditor> {
	const document = await vscode.workspace.openTextDocument(uri);
	const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
	const at = document.positionAt(Math.max(0, document.getText().indexOf(mark)));
	editor.selection = new vscode.Selection(at, at);
	return editor;
}

/** Waits until something holds; fails with what was expected. */
export async function eventually(holds: () => boolean | Promise<boolean>, expected: string): Promise<void> {
	for (const deadline = Date.now() + 15_000; !(await holds()); ) {
		if (Date.now() > deadline) throw new Error(`expected within 15 s: ${expected}`);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

export async function closeAllEditors(): Promise<void> {
	await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Titles of the call sequence panels that are open. */
export function panelTitles(): readonly string[] {
	return vscode.window.tabGroups.all
		.flatMap(({ tabs }) => tabs)
		.filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('sanflow.callSequence'))
		.map(({ label }) => label);
}
