/**
 * The extension's entry. Activation only registers: the language client, the adapter and the webview are loaded or started
 * when a scenario is opened, debugged or shown.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AdapterModule } from '../server/protocol/scenarioPicture';
import { AdapterFactory } from './adapterFactory';
import { CallSequences } from './callSequences';
import { registerCommands } from './commands';
import { debugType } from './debugConfiguration';
import { DebugConfigurationProvider, ScenarioConfigurations } from './debugConfigurationProvider';
import { ScenarioInlineValues } from './inlineValues';
import { LanguageServer } from './languageServer';
import { type MarkdownIt, MarkdownPreview } from './markdownPreview';
import { RunResults } from './runResults';
import { ScenarioCodeLens } from './scenarioCodeLens';
import { languageId } from './scenarioEditor';
import { ScenarioHover } from './scenarioHover';
import { registerSequenceCommands } from './sequenceCommands';
import { registerTimeTravel } from './timeTravel';
import { TraceEditor, traceEditorType } from './traceEditor';
import { trackWalkthrough } from './walkthrough';

/** @returns what the Markdown preview asks for */
export function activate(context: vscode.ExtensionContext): { extendMarkdownIt<T extends MarkdownIt>(markdown: T): T } {
	const bundle = (name: string): string => path.join(context.extensionPath, 'dist', name);
	const adapter = bundle('debugAdapter.js');
	const { debug, languages } = vscode;
	const dynamic = vscode.DebugConfigurationProviderTriggerKind.Dynamic;
	const results = new RunResults();
	const sequences = new CallSequences(context, adapter, results);
	const lenses = new ScenarioCodeLens(results);
	const hover = new ScenarioHover(adapter);
	server = new LanguageServer(bundle('languageServer.js'));
	context.subscriptions.push(
		sequences,
		lenses,
		registerCommands(sequences),
		registerSequenceCommands(sequences),
		registerTimeTravel(),
		results,
		hover,
		languages.registerHoverProvider({ language: languageId }, hover),
		vscode.window.registerCustomEditorProvider(traceEditorType, new TraceEditor(sequences)),
		languages.registerCodeLensProvider({ language: languageId }, lenses),
		languages.registerInlineValuesProvider({ language: languageId }, new ScenarioInlineValues()),
		debug.registerDebugAdapterDescriptorFactory(debugType, new AdapterFactory(adapter)),
		debug.registerDebugConfigurationProvider(debugType, new DebugConfigurationProvider()),
		debug.registerDebugConfigurationProvider(debugType, new ScenarioConfigurations(), dynamic),
		trackWalkthrough(),
	);
	// The bundle is outside of this one: it is loaded with the first block that it draws.
	const preview = new MarkdownPreview(() => createRequire(__filename)(bundle('servers.js')) as AdapterModule);
	return { extendMarkdownIt: (markdown) => preview.extend(markdown) };
}

let server: LanguageServer | undefined;

/** VS Code waits for this one, so the language server ends in order. */
export async function deactivate(): Promise<void> {
	await server?.dispose();
}
