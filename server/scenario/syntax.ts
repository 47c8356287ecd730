/**
 * What the lexer and the parser could not make sense of.
 */

import type { ParseResult } from 'langium';
import type { Finding } from './problem';
import type { SourceRange } from './sourceRange';
import { readSyntaxMessage } from './syntaxMessages';

/** After this many, more syntax errors in one file say nothing new. */
const findingsMax = 50;

interface PositionedToken {
	readonly startLine?: number;
	readonly startColumn?: number;
	readonly endLine?: number;
	readonly endColumn?: number;
}

function rangeOfToken(token: PositionedToken | undefined, end: SourceRange): SourceRange {
	const { startLine, startColumn, endLine, endColumn } = token ?? {};
	if (!startLine || !startColumn || !endLine || !endColumn) return end;
	return { line: startLine, column: startColumn, endLine, endColumn: endColumn + 1 };
}

/** Position just behind the last character of the text that is not blank. */
function endOf(text: string): SourceRange {
	const lines = text.trimEnd().split('\n');
	const line = Math.max(lines.length, 1);
	const column = (lines[line - 1]?.length ?? 0) + 1;
	return { line, column, endLine: line, endColumn: column };
}

export function syntaxFindings(result: ParseResult, text: string): readonly Finding[] {
	const end = endOf(text);
	const findings: Finding[] = result.lexerErrors.map((error) => {
		const line = error.line ?? end.line;
		const column = error.column ?? end.column;
		const range = { line, column, endLine: line, endColumn: column + Math.max(1, error.length) };
		return { code: 'syntax-character', args: { found: text.slice(error.offset, error.offset + error.length) }, range };
	});
	for (const error of result.parserErrors) {
		const { code, args } = readSyntaxMessage(error.message);
		findings.push({ code, args, range: rangeOfToken(error.token, end) });
	}
	return findings.slice(0, findingsMax);
}
