/**
 * The extension's entry. Activation only registers: the language client, the adapter and the webview are loaded or started
 * when a scenario is opened, debugged or shown.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { AdapterFactory } from './adapterFactory';
import { CallSequences } from './callSequences';
import { registerCommands } from './commands';
import { debugType } from './debugConfiguration';
import { DebugConfigurationProvider, ScenarioConfigurations } from './debugConfigurationProvider';
import { ScenarioInlineValues } from './inlineValues';
import { LanguageServer } from './languageServer';
import { ScenarioCodeLens } from './scenarioCodeLens';
import { languageId } from './scenarioEditor';
import { trackWalkthrough } from './walkthrough';

export function activate(context: vscode.ExtensionContext): void {
	const bundle = (name: string): string => path.join(context.extensionPath, 'dist', name);
	const adapter = bundle('debugAdapter.js');
	const { debug, languages } = vscode;
	const dynamic = vscode.DebugConfigurationProviderTriggerKind.Dynamic;
	const sequences = new CallSequences(context, adapter);
	const lenses = new ScenarioCodeLens();
	server = new LanguageServer(bundle('languageServer.js'));
	context.subscriptions.push(
		sequences,
		lenses,
		registerCommands(sequences),
		languages.registerCodeLensProvider({ language: languageId }, lenses),
		languages.registerInlineValuesProvider({ language: languageId }, new ScenarioInlineValues()),
		debug.registerDebugAdapterDescriptorFactory(debugType, new AdapterFactory(adapter)),
		debug.registerDebugConfigurationProvider(debugType, new DebugConfigurationProvider()),
		debug.registerDebugConfigurationProvider(debugType, new ScenarioConfigurations(), dynamic),
		trackWalkthrough(),
	);
}

let server: LanguageServer | undefined;

/** VS Code waits for this one, so the language server ends in order. */
export async function deactivate(): Promise<void> {
	await server?.dispose();
}
