/**
 * The language server's services: Langium's document life cycle around the language core, with one class for each
 * feature of the editor.
 *
 * Names are resolved by the core (`scopes.ts`, `components.ts`), so Langium's linking and indexing are switched off:
 * they would walk every file again and find nothing.
 */

import {
	DefaultIndexManager,
	DefaultServiceRegistry,
	inject,
	type LangiumCoreServices,
	type LangiumDocument,
	type LangiumSharedCoreServices,
	type Linker,
	MultiMap,
	type URI,
} from 'langium';
import {
	createDefaultModule,
	createDefaultSharedModule,
	DefaultLanguageServer,
	type DefaultSharedModuleContext,
	type LangiumServices,
	type LangiumSharedServices,
} from 'langium/lsp';
import type { InitializeParams, InitializeResult } from 'vscode-languageserver';
import { SanflowGeneratedModule, SanflowGeneratedSharedModule } from '../scenario/generated/module';
import type { TreeStore } from '../scenario/keptTree';
import { sanflowCoreModule } from '../scenario/language';
import { readScenarioText } from '../scenarioText';
import { Analyses, importsAnyOf } from './analyses';
import { ScenarioCodeActions } from './codeActions';
import { ScenarioCompletion } from './completion';
import { ScenarioDocumentLinks } from './documentLinks';
import { ScenarioFolding } from './folding';
import { ScenarioFormatter } from './formatter';
import { ScenarioHover } from './hover';
import { ScenarioDefinition, ScenarioHighlight, ScenarioReferences } from './navigation';
import { ScenarioRename } from './rename';
import { ScenarioSemanticTokens } from './semanticTokens';
import { ScenarioSignatureHelp } from './signatureHelp';
import { ScenarioDocumentSymbols, ScenarioWorkspaceSymbols } from './symbols';
import { Texts } from './texts';
import { ScenarioValidator } from './validator';

export interface ServerServices {
	readonly shared: LangiumSharedServices;
	readonly language: LangiumServices;
}

/** Adds what Langium has no service for: the locale of the editor and growing selections. */
class ScenarioLanguageServer extends DefaultLanguageServer {
	constructor(
		services: LangiumSharedServices,
		private readonly texts: Texts,
	) {
		super(services);
	}

	override async initialize(params: InitializeParams): Promise<InitializeResult> {
		await this.texts.use(params.locale);
		return super.initialize(params);
	}

	protected override buildInitializeResult(params: InitializeParams): InitializeResult {
		const result = super.buildInitializeResult(params);
		return {
			...result,
			capabilities: { ...result.capabilities, selectionRangeProvider: true },
			serverInfo: { name: 'sanflow' },
		};
	}
}

/** Nothing is exported or referenced through Langium; a file is affected by changes of what it imports. */
class ImportIndex extends DefaultIndexManager {
	constructor(
		services: LangiumSharedCoreServices,
		private readonly analyses: Analyses,
	) {
		super(services);
	}

	override isAffected(document: LangiumDocument, changedUris: Set<string>): boolean {
		return importsAnyOf(this.analyses.of(document).file, changedUris);
	}
}

class OneLanguageRegistry extends DefaultServiceRegistry {
	override getServices(): LangiumCoreServices {
		const [services] = this.all;
		if (!services) throw new Error('the language is not registered yet');
		return services;
	}

	override hasServices(): boolean {
		return this.all.length > 0;
	}
}

const noLinker: Pick<Linker, 'link' | 'unlink'> = { link: async () => {}, unlink: () => {} };

/** @param trees where trees of files without errors are kept for who debugs them */
export function createServices(context: DefaultSharedModuleContext, trees?: TreeStore): ServerServices {
	const texts = new Texts();
	const analyses: Analyses = new Analyses((uri) => documentAt(shared, uri));
	const shared: LangiumSharedServices = inject(createDefaultSharedModule(context), SanflowGeneratedSharedModule, {
		lsp: {
			LanguageServer: (services: LangiumSharedServices) => new ScenarioLanguageServer(services, texts),
			WorkspaceSymbolProvider: (services: LangiumSharedServices) =>
				new ScenarioWorkspaceSymbols(
					() => services.workspace.LangiumDocuments,
					() => services.lsp.FuzzyMatcher,
				),
		},
		// A document without the file ending, such as an untitled one, is a scenario all the same: there is one language.
		ServiceRegistry: () => new OneLanguageRegistry(),
		workspace: {
			IndexManager: (services: LangiumSharedCoreServices) => new ImportIndex(services, analyses),
		},
	});
	const documents = () => shared.workspace.LangiumDocuments;
	const language: LangiumServices = inject(createDefaultModule({ shared }), SanflowGeneratedModule, sanflowCoreModule, {
		references: {
			Linker: () => noLinker as Linker,
			ScopeComputation: () => ({
				collectExportedSymbols: async () => [],
				collectLocalSymbols: async () => new MultiMap(),
			}),
		},
		workspace: { ReferenceDescriptionProvider: () => ({ createDescriptions: async () => [] }) },
		validation: { DocumentValidator: () => new ScenarioValidator(analyses, texts, trees) },
		lsp: {
			CompletionProvider: (services: LangiumServices) =>
				new ScenarioCompletion(analyses, () => services.parser.Lexer, texts),
			HoverProvider: () => new ScenarioHover(analyses, texts),
			SignatureHelp: (services: LangiumServices) =>
				new ScenarioSignatureHelp(analyses, () => services.parser.Lexer, texts),
			DefinitionProvider: () => new ScenarioDefinition(analyses),
			ReferencesProvider: () => new ScenarioReferences(analyses, documents),
			DocumentHighlightProvider: () => new ScenarioHighlight(analyses),
			RenameProvider: () => new ScenarioRename(analyses, documents, texts),
			DocumentSymbolProvider: () => new ScenarioDocumentSymbols(),
			FoldingRangeProvider: () => new ScenarioFolding(),
			Formatter: (services: LangiumServices) => new ScenarioFormatter(() => services.parser.Lexer),
			SemanticTokenProvider: (services: LangiumServices) => new ScenarioSemanticTokens(services, analyses),
			CodeActionProvider: () => new ScenarioCodeActions(texts),
			DocumentLinkProvider: () => new ScenarioDocumentLinks(),
		},
	});
	shared.ServiceRegistry.register(language);
	return { shared, language };
}

/**
 * The document of an imported file. One that is not open and not in the workspace is read now; it stays a document, so
 * that definition and rename find it.
 */
function documentAt(shared: LangiumSharedServices, uri: URI): LangiumDocument | undefined {
	const { LangiumDocuments, LangiumDocumentFactory } = shared.workspace;
	const known = LangiumDocuments.getDocument(uri);
	if (known !== undefined) return known;
	const text = uri.scheme === 'file' ? textAt(uri) : undefined;
	if (text === undefined) return undefined;
	const document = LangiumDocumentFactory.fromString(text, uri);
	LangiumDocuments.addDocument(document);
	return document;
}

/** The text of a file that may not be there, or be none. */
function textAt(uri: URI): string | undefined {
	try {
		return readScenarioText(uri.fsPath);
	} catch {
		return undefined;
	}
}
