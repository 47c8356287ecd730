/**
 * What the names in each open or imported file mean, computed once for each version of the files involved.
 */

import { type LangiumDocument, type LangiumDocuments, type ParseResult, URI } from 'langium';
import { type Analysis, analyze, type CheckedFile } from '../scenario/check';
import type { Model } from '../scenario/generated/ast';
import { isImportedBefore, resolveImport } from '../scenario/imports';
import { type Finding, finding } from '../scenario/problem';

export interface AnalyzedFile extends CheckedFile {
	readonly imports: readonly AnalyzedFile[];
	readonly parseResult: ParseResult<Model>;
	/** Problems with the imports of this file. */
	readonly importFindings: readonly Finding[];
}

export interface AnalyzedDocument {
	readonly file: AnalyzedFile;
	readonly analysis: Analysis;
}

/** Finds the parsed document of an imported file, or undefined if there is no such file. */
export type DocumentReader = (uri: URI) => LangiumDocument | undefined;

export class Analyses {
	private readonly cache = new WeakMap<
		ParseResult,
		{ readonly files: readonly ParseResult[]; readonly result: AnalyzedDocument }
	>();

	constructor(private readonly readDocument: DocumentReader) {}

	of(document: LangiumDocument): AnalyzedDocument {
		const file = this.fileOf(document, [document.uri.toString()]);
		const files = parseResultsOf(file);
		const cached = this.cache.get(document.parseResult);
		if (cached !== undefined && sameList(cached.files, files)) return cached.result;
		const result = { file, analysis: analyze(file) };
		this.cache.set(document.parseResult, { files, result });
		return result;
	}

	private fileOf(document: LangiumDocument, open: readonly string[]): AnalyzedFile {
		const parseResult = document.parseResult as ParseResult<Model>;
		const uri = document.uri.toString();
		const imports: AnalyzedFile[] = [];
		const importFindings: Finding[] = [];
		for (const statement of parseResult.value.imports) {
			const path = statement.path ?? '';
			const target = importTarget(uri, path);
			if (isImportedBefore(target.toString(), open)) {
				importFindings.push(finding(statement, 'import-cycle', { path }, { property: 'path' }));
				continue;
			}
			const imported = this.readDocument(target);
			if (imported === undefined)
				importFindings.push(finding(statement, 'import-not-found', { path }, { property: 'path' }));
			else imports.push(this.fileOf(imported, [...open, target.toString()]));
		}
		return {
			uri,
			text: document.textDocument.getText(),
			model: parseResult.value,
			imports,
			parseResult,
			importFindings,
		};
	}
}

/** The URI that an import in a file points to. */
export function importTarget(uri: string, path: string): URI {
	return URI.parse(resolveImport(uri, path));
}

/** Whether a file imports one of the given URIs, directly or through others. */
export function importsAnyOf(file: AnalyzedFile, uris: ReadonlySet<string>): boolean {
	const direct = file.model.imports.some(({ path }) => uris.has(importTarget(file.uri, path ?? '').toString()));
	return direct || file.imports.some((imported) => importsAnyOf(imported, uris));
}

function parseResultsOf(file: AnalyzedFile): readonly ParseResult[] {
	return [file.parseResult, ...file.imports.flatMap(parseResultsOf)];
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
	return a.length === b.length && a.every((item, index) => item === b[index]);
}

export function documentsOf(documents: LangiumDocuments): readonly LangiumDocument[] {
	return documents.all.toArray();
}
