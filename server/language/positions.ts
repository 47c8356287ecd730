/** Between the positions of the language core (from 1) and those of the protocol (from 0). */

import type { Position, Range } from 'vscode-languageserver';
import type { SourceRange } from '../scenario/sourceRange';

export function rangeOf({ line, column, endLine, endColumn }: SourceRange): Range {
	return {
		start: { line: line - 1, character: column - 1 },
		end: { line: endLine - 1, character: endColumn - 1 },
	};
}

/** Whether the position is in the range; both ends count, so that a cursor behind a word is on it. */
export function contains({ start, end }: Range, { line, character }: Position): boolean {
	if (line < start.line || line > end.line) return false;
	if (line === start.line && character < start.character) return false;
	return line !== end.line || character <= end.character;
}

export function sameRange(a: Range, b: Range): boolean {
	return contains(a, b.start) && contains(a, b.end) && contains(b, a.start) && contains(b, a.end);
}
