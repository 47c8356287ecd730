/** Hover: what a name means, from the vocabulary, the rule book or the topology. */

import { type AstNode, CstUtils, type LangiumDocument, type LeafCstNode } from 'langium';
import type { HoverProvider } from 'langium/lsp';
import { type Hover, type HoverParams, MarkupKind } from 'vscode-languageserver';
import { membersOf } from '../scenario/builtins';
import type { Host, Network, Nic, Setting, Thread } from '../scenario/generated/ast';
import { isMemberExpression, isRuleReference, isSetting } from '../scenario/generated/ast';
import { readQuantity } from '../scenario/literals';
import { rangeOfCst, sourceRange } from '../scenario/sourceRange';
import { formatType } from '../winsock/scenarioTypes';
import type { Analyses, AnalyzedDocument } from './analyses';
import {
	hostMarkdown,
	networkMarkdown,
	nicMarkdown,
	ruleMarkdown,
	settingMarkdown,
	wordMarkdown,
} from './documentation';
import { type Occurrence, occurrenceAt } from './occurrences';
import { rangeOf } from './positions';
import { settingOwnerOf } from './settingOwner';
import type { Texts } from './texts';

export class ScenarioHover implements HoverProvider {
	constructor(
		private readonly analyses: Analyses,
		private readonly texts: Texts,
	) {}

	getHoverContent(document: LangiumDocument, { position }: HoverParams): Hover | undefined {
		const analyzed = this.analyses.of(document);
		const occurrence = occurrenceAt(analyzed, position);
		if (occurrence !== undefined) return hover(this.declared(analyzed, occurrence), occurrence.range);
		const cst = document.parseResult.value.$cstNode;
		const leaf = cst && CstUtils.findLeafNodeAtOffset(cst, document.textDocument.offsetAt(position));
		return leaf === undefined ? undefined : this.leafHover(analyzed, leaf);
	}

	private leafHover(analyzed: AnalyzedDocument, leaf: LeafCstNode): Hover | undefined {
		const node: AstNode = leaf.astNode;
		if (isRuleReference(node)) return hover(ruleMarkdown(node.id, this.texts), rangeOf(sourceRange(node)));
		const range = rangeOf(rangeOfCst(leaf));
		if (isSetting(node) && leaf.text === node.name) return hover(this.setting(analyzed, node), range);
		if (isMemberExpression(node) && leaf.text === node.member) {
			const member = membersOf(analyzed.analysis.types.typeOf(node.object))?.find(({ name }) => name === node.member);
			if (member !== undefined)
				return hover(`\`${member.name}\`: ${formatType(member.type)}\n\n${member.doc[this.texts.locale]}`, range);
		}
		return hover(wordMarkdown(leaf.text, this.texts) ?? quantityText(leaf.text), range);
	}

	private setting(analyzed: AnalyzedDocument, node: Setting): string | undefined {
		const owner = settingOwnerOf(node, analyzed.analysis.declarations);
		return owner === undefined ? undefined : settingMarkdown(owner, node.name, this.texts);
	}

	private declared({ analysis }: AnalyzedDocument, { kind, target, name }: Occurrence): string | undefined {
		switch (kind) {
			case 'network':
				return networkMarkdown(target as Network, analysis.declarations);
			case 'host':
				return hostMarkdown(target as Host);
			case 'nic':
				return nicMarkdown(target as Nic, analysis.declarations, this.texts);
			case 'thread': {
				const { host, process } = target as Thread;
				return `\`\`\`sanflow\nthread ${host}.${name}${process === undefined ? '' : ` in process ${process}`}\n\`\`\``;
			}
			case 'function':
				return `\`\`\`sanflow\n${(target.$cstNode?.text ?? '').split('{')[0]?.trim()}\n\`\`\``;
			case 'variable':
			case 'parameter': {
				const variable = analysis.scopes.variables.find(({ node }) => node === target);
				const type = variable === undefined ? undefined : formatType(analysis.types.typeOfVariable(variable));
				return `\`\`\`sanflow\n${name}${type ? `: ${type}` : ''}\n\`\`\``;
			}
			case 'process':
				return `\`\`\`sanflow\nprocess ${name}\n\`\`\``;
		}
	}
}

function hover(value: string | undefined, range: Hover['range']): Hover | undefined {
	if (value === undefined || range === undefined) return undefined;
	return { contents: { kind: MarkupKind.Markdown, value }, range };
}

/** The exact value of a quantity, in its base unit. */
function quantityText(text: string): string | undefined {
	if (!/^\d[\d.]*(?:[A-Za-z]+|%)$/.test(text)) return undefined;
	const quantity = readQuantity(text);
	switch (quantity.kind) {
		case 'duration':
			return `${quantity.ns} ns`;
		case 'size':
			return `${quantity.bytes} B`;
		case 'bandwidth':
			return `${quantity.bitsPerSecond} bps`;
		default:
			return undefined;
	}
}
