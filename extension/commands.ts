/** The commands of the extension. */
import * as vscode from 'vscode';
import type { CallSequences } from './callSequences';
import { debugType } from './debugConfiguration';
import type { RunOrigin } from './diagramSource';
import { errorText } from './errorText';
import { exampleScenario } from './exampleScenario';
import { currentScenarioEditor, languageId, scenarioMeant } from './scenarioEditor';
import { goToRecord } from './sessionSource';
import { startSession } from './sessionStart';

/** Registers all commands but those of the language server. */
export function registerCommands(sequences: CallSequences): vscode.Disposable {
	const commands: Readonly<Record<string, (...args: never[]) => Promise<void>>> = {
		'sanflow.runScenario': (uri?: unknown, scenario?: unknown) => launch(sequences, true, uri, scenario),
		'sanflow.debugScenario': (uri?: unknown, scenario?: unknown) => launch(sequences, false, uri, scenario),
		'sanflow.showCallSequence': (uri?: unknown, scenario?: unknown) => showCallSequence(sequences, uri, scenario),
		'sanflow.goToRecord': () => askForRecord(sequences),
		'sanflow.newScenario': newScenario,
	};
	const registered = Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run));
	return vscode.Disposable.from(...registered);
}

/**
 * What a command is to act upon. Code lenses pass file and title, the explorer and the editor's title bar pass the file,
 * the command palette passes nothing. Undefined after telling the user what is missing.
 */
async function choose(uri: unknown, scenario: unknown): Promise<RunOrigin | undefined> {
	const editor = currentScenarioEditor();
	let document = editor?.document;
	if (uri instanceof vscode.Uri && uri.toString() !== document?.uri.toString()) {
		document = await vscode.workspace.openTextDocument(uri);
	}
	if (!document) {
		void vscode.window.showInformationMessage(vscode.l10n.t('Open a scenario file (*.sanflow) first.'));
		return undefined;
	}
	const title = typeof scenario === 'string' ? scenario : scenarioMeant(document, editor);
	const isSaved = !document.isDirty && !document.isUntitled;
	// Saving an untitled document asks for its name and puts the file in its place.
	const file = isSaved ? document.uri : await vscode.workspace.save(document.uri);
	if (!file) return undefined;
	return { program: file.fsPath, ...(title === undefined ? {} : { scenario: title }) };
}

/** From a call sequence that has the focus, its scenario is started again. */
async function launch(sequences: CallSequences, noDebug: boolean, uri: unknown, scenario: unknown): Promise<void> {
	const isOfEditor = uri instanceof vscode.Uri && uri.scheme !== 'webview-panel';
	const panel = isOfEditor ? undefined : sequences.activePanel;
	const chosen = panel ? panel.origin : await choose(uri, scenario);
	if (chosen) await startSession(chosen, {}, { noDebug });
}

/** A session that is being debugged comes first, except when the command names a scenario or another file. */
async function showCallSequence(sequences: CallSequences, uri: unknown, scenario: unknown): Promise<void> {
	const session = vscode.debug.activeDebugSession;
	const isOfSession = !(uri instanceof vscode.Uri) || uri.fsPath === session?.configuration.program;
	const isOfScenario = typeof scenario !== 'string' || scenario === session?.configuration.scenario;
	if (session?.type === debugType && isOfSession && isOfScenario) {
		sequences.showSession(session);
		return;
	}
	const chosen = await choose(uri, scenario);
	if (chosen) sequences.showRun(chosen);
}

async function askForRecord(sequences: CallSequences): Promise<void> {
	const session = sequences.activePanel?.liveSession ?? vscode.debug.activeDebugSession;
	if (session?.type !== debugType) {
		void vscode.window.showInformationMessage(vscode.l10n.t('Debug a scenario first; then its records have numbers.'));
		return;
	}
	const answer = await vscode.window.showInputBox({
		title: vscode.l10n.t('Go to Record'),
		prompt: vscode.l10n.t('Number of the record in the trace, from 0'),
		validateInput: (text) =>
			/^\d+$/.test(text.trim()) ? undefined : vscode.l10n.t('Enter a whole number, for example 42.'),
	});
	if (answer === undefined) return;
	try {
		await goToRecord(session, Number(answer.trim()));
	} catch (error) {
		void vscode.window.showErrorMessage(errorText(error));
	}
}

async function newScenario(): Promise<void> {
	const document = await vscode.workspace.openTextDocument({ language: languageId, content: exampleScenario });
	await vscode.window.showTextDocument(document);
}
