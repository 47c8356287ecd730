/** Semantic colours: what a name means, where the grammar of the editor cannot know. */

import type { AstNode, LangiumDocument } from 'langium';
import { AbstractSemanticTokenProvider, type LangiumServices, type SemanticTokenAcceptor } from 'langium/lsp';
import { SemanticTokenModifiers, SemanticTokenTypes } from 'vscode-languageserver';
import { isModel } from '../scenario/generated/ast';
import { NodesByType } from '../scenario/tree';
import type { Analyses, AnalyzedDocument } from './analyses';
import { occurrencesIn, type SymbolKind } from './occurrences';

const typeOfKind: Readonly<Record<SymbolKind, string>> = {
	network: SemanticTokenTypes.namespace,
	host: SemanticTokenTypes.class,
	nic: SemanticTokenTypes.interface,
	thread: SemanticTokenTypes.event,
	process: SemanticTokenTypes.namespace,
	function: SemanticTokenTypes.function,
	parameter: SemanticTokenTypes.parameter,
	variable: SemanticTokenTypes.variable,
};

export class ScenarioSemanticTokens extends AbstractSemanticTokenProvider {
	private document: LangiumDocument | undefined;

	constructor(
		services: LangiumServices,
		private readonly analyses: Analyses,
	) {
		super(services);
	}

	protected override async computeHighlighting(
		document: LangiumDocument,
		acceptor: SemanticTokenAcceptor,
		cancel: Parameters<AbstractSemanticTokenProvider['computeHighlighting']>[2],
	): Promise<void> {
		this.document = document;
		await super.computeHighlighting(document, acceptor, cancel);
	}

	/** Everything is known at the root, so the walk ends there. */
	protected override highlightElement(node: AstNode, acceptor: SemanticTokenAcceptor): 'prune' | undefined {
		if (!isModel(node) || this.document === undefined) return undefined;
		const analyzed = this.analyses.of(this.document);
		for (const { kind, range, role } of occurrencesIn(analyzed)) {
			const modifier = role === 'declaration' ? SemanticTokenModifiers.declaration : [];
			acceptor({ range, type: typeOfKind[kind], modifier });
		}
		acceptKnownNames(analyzed, acceptor);
		return 'prune';
	}
}

function acceptKnownNames({ file, analysis }: AnalyzedDocument, acceptor: SemanticTokenAcceptor): void {
	const library = SemanticTokenModifiers.defaultLibrary;
	for (const [node, { kind }] of analysis.scopes.meanings) {
		if (kind === 'winsock' || kind === 'builtin')
			acceptor({ node, property: 'name', type: SemanticTokenTypes.function, modifier: library });
		else if (kind === 'error' || kind === 'constant')
			acceptor({ node, property: 'name', type: SemanticTokenTypes.enumMember, modifier: library });
	}
	const nodes = new NodesByType(file.model);
	for (const node of nodes.of('CallPattern', 'FaultStatement')) {
		acceptor({ node, property: 'call', type: SemanticTokenTypes.method, modifier: library });
	}
	for (const node of nodes.of('Setting')) acceptor({ node, property: 'name', type: SemanticTokenTypes.property });
	for (const node of nodes.of('MemberExpression')) {
		if (!analysis.types.isHost(node.object)) acceptor({ node, property: 'member', type: SemanticTokenTypes.property });
	}
}
