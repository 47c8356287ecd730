/** Imports as links to the files that they name. */

import { GrammarUtils, type LangiumDocument } from 'langium';
import type { DocumentLinkProvider } from 'langium/lsp';
import type { DocumentLink } from 'vscode-languageserver';
import type { Model } from '../scenario/generated/ast';
import { rangeOfCst } from '../scenario/sourceRange';
import { importTarget } from './analyses';
import { rangeOf } from './positions';

export class ScenarioDocumentLinks implements DocumentLinkProvider {
	getDocumentLinks(document: LangiumDocument): DocumentLink[] {
		const { imports } = document.parseResult.value as Model;
		return imports.flatMap((statement) => {
			const cst = GrammarUtils.findNodeForProperty(statement.$cstNode, 'path');
			if (cst === undefined || !statement.path) return [];
			return [
				{ range: rangeOf(rangeOfCst(cst)), target: importTarget(document.uri.toString(), statement.path).toString() },
			];
		});
	}
}
