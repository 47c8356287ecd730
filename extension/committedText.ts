/** The text of a file in the last commit, from VS Code's own Git extension. */
import * as vscode from 'vscode';

/** What is used of the Git extension's interface (version 1). */
interface GitExtension {
	getAPI(version: 1): {
		getRepository(uri: vscode.Uri): { show(ref: string, path: string): Promise<string> } | null;
	};
}

/** Rejects with a sentence for the user if there is no such text. */
export async function committedText(file: string): Promise<string> {
	const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
	const api = (await extension?.activate())?.getAPI(1);
	const repository = api?.getRepository(vscode.Uri.file(file));
	if (!repository) throw new Error(vscode.l10n.t('{0} is in no Git repository that is open.', file));
	return repository.show('HEAD', file);
}
