/** Outline of a file, and symbols of the whole workspace. */

import type { AstNode, LangiumDocument, LangiumDocuments } from 'langium';
import type { DocumentSymbolProvider, FuzzyMatcher, WorkspaceSymbolProvider } from 'langium/lsp';
import {
	type DocumentSymbol,
	type Range,
	SymbolKind,
	type WorkspaceSymbol,
	type WorkspaceSymbolParams,
} from 'vscode-languageserver';
import type { FunctionDeclaration, Host, Model, Scenario, Thread } from '../scenario/generated/ast';
import { isThread } from '../scenario/generated/ast';
import { propertyRange, sourceRange } from '../scenario/sourceRange';
import { rangeOf } from './positions';

export class ScenarioDocumentSymbols implements DocumentSymbolProvider {
	getSymbols(document: LangiumDocument): DocumentSymbol[] {
		return outline(document.parseResult.value as Model);
	}
}

export class ScenarioWorkspaceSymbols implements WorkspaceSymbolProvider {
	constructor(
		private readonly documents: () => LangiumDocuments,
		private readonly matcher: () => FuzzyMatcher,
	) {}

	getSymbols({ query }: WorkspaceSymbolParams): WorkspaceSymbol[] {
		const found: WorkspaceSymbol[] = [];
		for (const document of this.documents().all) {
			const uri = document.uri.toString();
			const add = (symbols: readonly DocumentSymbol[], containerName: string) => {
				for (const { name, kind, selectionRange, children = [] } of symbols) {
					if (this.matcher().match(query, name))
						found.push({ name, kind, containerName, location: { uri, range: selectionRange } });
					add(children, name);
				}
			};
			add(outline(document.parseResult.value as Model), '');
		}
		return found;
	}
}

function outline(model: Model): DocumentSymbol[] {
	const symbols = [
		...model.networks.map((node) =>
			symbol(node, node.name, SymbolKind.Namespace, [], node.subnets.map(({ text }) => text).join(', ')),
		),
		...model.hosts.map(hostSymbol),
		...model.functions.map(functionSymbol),
		...model.scenarios.map(scenarioSymbol),
	];
	return symbols
		.filter((entry) => entry !== undefined)
		.sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character);
}

function symbol(
	node: AstNode,
	name: string | undefined,
	kind: SymbolKind,
	children: readonly (DocumentSymbol | undefined)[] = [],
	detail = '',
	property = 'name',
): DocumentSymbol | undefined {
	// The protocol forbids empty names, which half-typed declarations have.
	if (name === undefined || name === '') return undefined;
	const range = rangeOf(sourceRange(node));
	const selectionRange: Range = rangeOf(propertyRange(node, property));
	return { name, kind, range, selectionRange, detail, children: children.filter((child) => child !== undefined) };
}

function hostSymbol(host: Host): DocumentSymbol | undefined {
	const nics = host.nics.map((nic) =>
		symbol(
			nic,
			nic.name,
			SymbolKind.Interface,
			[],
			`${nic.network ?? ''} ${nic.addresses.map(({ text }) => text).join(', ')}`,
		),
	);
	return symbol(host, host.name, SymbolKind.Class, nics);
}

function functionSymbol(node: FunctionDeclaration): DocumentSymbol | undefined {
	return symbol(node, node.name, SymbolKind.Function, [], `(${node.parameters.map(({ name }) => name).join(', ')})`);
}

function scenarioSymbol(scenario: Scenario): DocumentSymbol | undefined {
	const threads = scenario.items
		.filter(isThread)
		.map((thread: Thread) =>
			thread.name === undefined ? undefined : symbol(thread, `${thread.host}.${thread.name}`, SymbolKind.Method),
		);
	return symbol(scenario, scenario.title, SymbolKind.Event, threads, '', 'title');
}
