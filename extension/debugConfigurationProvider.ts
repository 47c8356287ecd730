/** Makes F5 work on an open scenario file with no launch.json. */
import path from 'node:path';
import * as vscode from 'vscode';
import { chosenScenario, completeConfiguration, type ScenarioEditor } from './debugConfiguration';
import { currentScenarioEditor, isScenario } from './scenarioEditor';
import { findScenarios } from './scenarioOutline';
import { launchConfiguration } from './sessionStart';

export class DebugConfigurationProvider implements vscode.DebugConfigurationProvider {
	async resolveDebugConfiguration(
		_folder: vscode.WorkspaceFolder | undefined,
		given: vscode.DebugConfiguration,
	): Promise<vscode.DebugConfiguration | undefined> {
		const editor = await savedEditor(given.program ? undefined : currentScenarioEditor());
		if (editor === 'refused') return undefined;
		const defaults = { name: vscode.l10n.t('Debug Scenario'), stopOnEntry: setting('debug.stopOnEntry', false) };
		const complete = completeConfiguration(given, editor, defaults);
		if (!complete) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('Open a scenario file (*.sanflow) first, or name one in launch.json as “program”.'),
			);
		}
		return complete;
	}

	async resolveDebugConfigurationWithSubstitutedVariables(
		folder: vscode.WorkspaceFolder | undefined,
		given: vscode.DebugConfiguration,
	): Promise<vscode.DebugConfiguration | undefined> {
		const program = path.resolve(folder?.uri.fsPath ?? '', given.program);
		if (!(await saveScenarios())) return undefined;
		const configuration = { ...given, program };
		const scenario = chosenScenario(configuration, scenarioEditor(currentScenarioEditor()));
		return scenario === undefined ? configuration : { ...configuration, scenario };
	}
}

/** Offers each scenario of the open file in the list of “Run and Debug”. */
export class ScenarioConfigurations implements vscode.DebugConfigurationProvider {
	provideDebugConfigurations(): vscode.DebugConfiguration[] {
		const document = currentScenarioEditor()?.document;
		if (!document || document.isUntitled) return [];
		return findScenarios(document.getText()).map(({ title }) =>
			launchConfiguration({ program: document.uri.fsPath, scenario: title }),
		);
	}
}

/** Saves all changed scenario files, because a scenario may import others; false when one could not be saved. */
async function saveScenarios(): Promise<boolean> {
	const changed = vscode.workspace.textDocuments.filter((document) => {
		return isScenario(document) && document.isDirty && !document.isUntitled;
	});
	const saved = await Promise.all(changed.map((document) => document.save()));
	return saved.every(Boolean);
}

/** Only a file can be run: saving an untitled scenario asks for its name, which the user may refuse. */
async function savedEditor(editor: vscode.TextEditor | undefined): Promise<ScenarioEditor | undefined | 'refused'> {
	const given = scenarioEditor(editor);
	if (!given || !editor?.document.isUntitled) return given;
	const saved = await vscode.workspace.save(editor.document.uri);
	return saved ? { ...given, file: saved.fsPath } : 'refused';
}

function scenarioEditor(editor: vscode.TextEditor | undefined): ScenarioEditor | undefined {
	if (!editor) return undefined;
	const { document, selection } = editor;
	return { file: document.uri.fsPath, text: document.getText(), offset: document.offsetAt(selection.active) };
}

function setting<T>(name: string, byDefault: T): T {
	return vscode.workspace.getConfiguration('sanflow').get(name, byDefault);
}
