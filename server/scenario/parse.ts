/**
 * From the text of a scenario file to its syntax tree and its problems.
 *
 * Synchronous and total: any text gives a tree (as much as could be read) and problems, never an exception.
 */

import type { LangiumParser } from 'langium';
import { checkScenarioFile } from './check';
import type { Import, Model } from './generated/ast';
import { isImportedBefore, resolveImport } from './imports';
import { packTree, type TreeStore, unpackTree } from './keptTree';
import { createSanflowServices } from './language';
import { type Finding, finding, type Problem, problemOf } from './problem';
import { syntaxFindings } from './syntax';

/** A scenario file with the files that it imports. */
export interface ScenarioFile {
	readonly uri: string;
	readonly text: string;
	readonly model: Model;
	/** The imported files that could be found, in the order of the imports. */
	readonly imports: readonly ScenarioFile[];
	/** The problems of this file and of the imported ones, each with its `file`; a file with errors must not run. */
	readonly problems: readonly Problem[];
}

/** Text of the file with that URI or path (already resolved against the importing file), or undefined. */
export type ImportReader = (uri: string) => string | undefined;

let parser: LangiumParser | undefined;

/**
 * Parses and checks a file. Without `readImport` every import counts as not found.
 * @param trees where the tree may be found, and is kept; trees of files with imports or errors are not
 */
export function parseScenarioFile(
	text: string,
	uri: string,
	readImport: ImportReader = () => undefined,
	trees?: TreeStore,
): ScenarioFile {
	const kept = keptFile(text, uri, trees);
	if (kept) return kept;
	const file = parseFile(text, uri, readImport, [uri]);
	if (file.model.imports.length === 0 && !hasErrors(file)) trees?.keep(text, () => packTree(file));
	return file;
}

function keptFile(text: string, uri: string, trees: TreeStore | undefined): ScenarioFile | undefined {
	const tree = trees?.find(text);
	if (tree === undefined) return undefined;
	try {
		return { uri, text, imports: [], ...unpackTree(tree, text, uri) };
	} catch {
		// Somebody has changed it. The text is what counts.
		return undefined;
	}
}

export function hasErrors(file: ScenarioFile): boolean {
	return file.problems.some((problem) => problem.severity === 'error');
}

function parseFile(text: string, uri: string, readImport: ImportReader, open: readonly string[]): ScenarioFile {
	parser ??= createSanflowServices().parser.LangiumParser;
	const result = parser.parse<Model>(text);
	const findings: Finding[] = [...syntaxFindings(result, text)];
	const imports: ScenarioFile[] = [];
	for (const statement of result.value.imports) {
		const imported = importFile(statement, uri, readImport, open);
		if ('code' in imported) findings.push(imported);
		else imports.push(imported);
	}
	const file: ScenarioFile = { uri, text, model: result.value, imports, problems: [] };
	findings.push(...withoutEchoes(findings, checkScenarioFile(file)));
	const problems = [
		...findings.map((found) => problemOf(found, uri)).sort(byPosition),
		...imports.flatMap((imported) => imported.problems),
	];
	return { ...file, problems };
}

/** What cannot be read cannot be judged: with syntax errors, warnings would mostly be their echo. */
export function withoutEchoes(syntax: readonly Finding[], checked: readonly Finding[]): readonly Finding[] {
	if (syntax.length === 0) return checked;
	// The hosts may stand in what could not be read, or not be imported.
	const judged = checked.filter(({ code }) => code !== 'no-hosts');
	const broken = syntax.some(({ code }) => code.startsWith('syntax-'));
	return broken ? judged.filter(({ severity }) => severity !== 'warning') : judged;
}

function importFile(
	statement: Import,
	uri: string,
	readImport: ImportReader,
	open: readonly string[],
): ScenarioFile | Finding {
	const path = statement.path ?? '';
	const target = resolveImport(uri, path);
	if (isImportedBefore(target, open)) return finding(statement, 'import-cycle', { path }, { property: 'path' });
	const text = readImport(target);
	if (text === undefined) return finding(statement, 'import-not-found', { path }, { property: 'path' });
	return parseFile(text, target, readImport, [...open, target]);
}

function byPosition(a: Problem, b: Problem): number {
	return a.line - b.line || a.column - b.column;
}
