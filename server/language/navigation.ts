/** Definition, references and highlight: three views of the occurrences of one declaration. */

import { AstUtils, type LangiumDocument, type LangiumDocuments } from 'langium';
import type { DefinitionProvider, DocumentHighlightProvider, ReferencesProvider } from 'langium/lsp';
import {
	type DefinitionParams,
	type DocumentHighlight,
	DocumentHighlightKind,
	type DocumentHighlightParams,
	type Location,
	type LocationLink,
	type ReferenceParams,
} from 'vscode-languageserver';
import { sourceRange } from '../scenario/sourceRange';
import type { Analyses } from './analyses';
import { declarationRange, type Occurrence, occurrenceAt, occurrencesIn } from './occurrences';
import { rangeOf } from './positions';

/** The occurrences of a declaration in all known documents. */
export function occurrencesEverywhere(
	analyses: Analyses,
	documents: LangiumDocuments,
	wanted: Occurrence,
): readonly { readonly document: LangiumDocument; readonly occurrence: Occurrence }[] {
	const home = AstUtils.findRootNode(wanted.target);
	const found: { document: LangiumDocument; occurrence: Occurrence }[] = [];
	for (const document of documents.all) {
		const analyzed = analyses.of(document);
		// Variables and threads are only used in their own file.
		if (analyzed.file.model !== home && analyzed.file.imports.length === 0) continue;
		for (const occurrence of occurrencesIn(analyzed)) {
			if (occurrence.target === wanted.target && occurrence.kind === wanted.kind) found.push({ document, occurrence });
		}
	}
	return found;
}

export class ScenarioDefinition implements DefinitionProvider {
	constructor(private readonly analyses: Analyses) {}

	getDefinition(document: LangiumDocument, { position }: DefinitionParams): LocationLink[] | undefined {
		const occurrence = occurrenceAt(this.analyses.of(document), position);
		if (occurrence === undefined) return undefined;
		const range = declarationRange(occurrence);
		if (range === undefined) return undefined;
		return [
			{
				originSelectionRange: occurrence.range,
				targetUri: AstUtils.getDocument(occurrence.target).uri.toString(),
				targetRange: rangeOf(sourceRange(occurrence.target)),
				targetSelectionRange: range,
			},
		];
	}
}

export class ScenarioReferences implements ReferencesProvider {
	constructor(
		private readonly analyses: Analyses,
		private readonly documents: () => LangiumDocuments,
	) {}

	findReferences(document: LangiumDocument, { position, context }: ReferenceParams): Location[] {
		const wanted = occurrenceAt(this.analyses.of(document), position);
		if (wanted === undefined) return [];
		return occurrencesEverywhere(this.analyses, this.documents(), wanted)
			.filter(({ occurrence }) => context.includeDeclaration || occurrence.role !== 'declaration')
			.map((place) => ({ uri: place.document.uri.toString(), range: place.occurrence.range }));
	}
}

export class ScenarioHighlight implements DocumentHighlightProvider {
	constructor(private readonly analyses: Analyses) {}

	getDocumentHighlight(document: LangiumDocument, { position }: DocumentHighlightParams): DocumentHighlight[] {
		const analyzed = this.analyses.of(document);
		const wanted = occurrenceAt(analyzed, position);
		if (wanted === undefined) return [];
		return occurrencesIn(analyzed)
			.filter(({ target, kind }) => target === wanted.target && kind === wanted.kind)
			.map(({ range, role }) => ({
				range,
				kind: role === 'read' ? DocumentHighlightKind.Read : DocumentHighlightKind.Write,
			}));
	}
}
