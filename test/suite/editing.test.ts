import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAllEditors, eventually, openAt, scenarioFile } from './scratch';

describe('scenario editor', () => {
	after(closeAllEditors);

	it('has the language of its extension', async () => {
		const { document } = await openAt(scenarioFile('language.sanflow'));
		assert.equal(document.languageId, 'sanflow');
	});

	it('shows Run, Debug and Call Sequence over each scenario', async () => {
		const { document } = await openAt(scenarioFile('lenses.sanflow'));
		let ours: readonly vscode.CodeLens[] = [];
		// Opening the file is what starts the extension.
		await eventually(async () => {
			const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
				'vscode.executeCodeLensProvider',
				document.uri,
				99,
			);
			ours = lenses.filter(({ command }) => command?.command.startsWith('sanflow.'));
			return ours.length > 0;
		}, 'there are code lenses');
		const described = ours.map(({ range, command }) => [
			range.start.line + 1,
			command?.command,
			command?.arguments?.[1],
		]);
		const expected = (line: number, title: string): unknown[][] => {
			return ['runScenario', 'debugScenario', 'showCallSequence'].map((name) => [line, `sanflow.${name}`, title]);
		};
		assert.deepEqual(described, [...expected(5, 'first'), ...expected(12, 'the "second" {')]);
	});

	it('shows no code lens when the setting is off', async () => {
		const { document } = await openAt(scenarioFile('quiet.sanflow'));
		const settings = vscode.workspace.getConfiguration('sanflow');
		await settings.update('codeLens.enabled', false, vscode.ConfigurationTarget.Global);
		try {
			const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
				'vscode.executeCodeLensProvider',
				document.uri,
				99,
			);
			assert.deepEqual(
				lenses.filter(({ command }) => command?.command === 'sanflow.runScenario'),
				[],
			);
		} finally {
			await settings.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Global);
		}
	});

	it('opens an example that is a scenario', async () => {
		await vscode.commands.executeCommand('sanflow.newScenario');
		const document = vscode.window.activeTextEditor?.document;
		assert.equal(document?.languageId, 'sanflow');
		assert.equal(document?.isUntitled, true);
		assert.match(document?.getText() ?? '', /^scenario "ping over the SAN" \{$/m);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});

	it('shows problems, also after an untitled scenario was closed', async () => {
		await vscode.commands.executeCommand('sanflow.newScenario');
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		const { document } = await openAt(scenarioFile('problem.sanflow', 'scenario "x" { thread nobody.client { } }'));
		const isError = ({ severity }: vscode.Diagnostic): boolean => severity === vscode.DiagnosticSeverity.Error;
		const hasError = (): boolean => vscode.languages.getDiagnostics(document.uri).some(isError);
		await eventually(hasError, 'the language server reports the unknown host');
	});
});
