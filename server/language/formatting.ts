/**
 * The layout of a file: indentation by nesting, one space where one belongs, no trailing blanks.
 *
 * Lines are never joined or broken, and runs of blanks inside a line stay, because people align columns
 * (`nic ib0  on fabric`); so formatting a formatted file changes nothing.
 */

import type { Lexer } from 'langium';

export interface Layout {
	readonly tabSize: number;
	readonly insertSpaces: boolean;
}

interface Piece {
	readonly text: string;
	readonly comment: boolean;
	readonly offset: number;
}

/** At most this many blank lines in a row. */
const blankLinesMax = 1;

/** The formatted lines of a text, one for each line of it, `undefined` where the line is to be dropped. */
export function formatLines(lexer: Lexer, text: string, layout: Layout): readonly (string | undefined)[] {
	const pieces = piecesOf(lexer, text);
	const lines = text.split(/\r?\n/);
	const lineStarts = startsOf(text);
	const result: (string | undefined)[] = [];
	let depth = 0;
	let blank = 0;
	let index = 0;
	let inComment = 0;
	for (const [number, line] of lines.entries()) {
		const end = lineStarts[number + 1] ?? text.length + 1;
		const own: Piece[] = [];
		for (let piece = pieces[index]; piece !== undefined && piece.offset < end; piece = pieces[++index]) own.push(piece);
		if ((lineStarts[number] ?? 0) < inComment) {
			// Inside a block comment the author's layout stands.
			result.push(line.trimEnd());
		} else if (own.length === 0) {
			blank++;
			result.push(blank > blankLinesMax && !hasUnknown(line) ? undefined : line.trim());
		} else {
			const closing = leadingClosers(own);
			const indent = Math.max(depth - closing, 0);
			result.push(indentation(indent, layout) + joined(own, line.trim()));
		}
		if (own.length > 0 || hasUnknown(line)) blank = 0;
		for (const piece of own) {
			if (piece.comment) inComment = piece.offset + piece.text.length;
			else depth = Math.max(depth + nesting(piece.text), 0);
		}
	}
	return trimmedEnd(result);
}

/** Text that the lexer made nothing of. */
function hasUnknown(line: string): boolean {
	return line.trim() !== '';
}

function piecesOf(lexer: Lexer, text: string): readonly Piece[] {
	const { tokens, hidden } = lexer.tokenize(text);
	const comments = hidden.filter(({ tokenType }) => tokenType.name.endsWith('_COMMENT'));
	return [
		...tokens.map(({ image, startOffset }) => ({ text: image, comment: false, offset: startOffset })),
		...comments.map(({ image, startOffset }) => ({ text: image, comment: true, offset: startOffset })),
	].sort((a, b) => a.offset - b.offset);
}

function startsOf(text: string): readonly number[] {
	const starts = [0];
	for (const match of text.matchAll(/\n/g)) starts.push(match.index + 1);
	return starts;
}

function nesting(token: string): number {
	if (token === '{' || token === '(' || token === '[') return 1;
	return token === '}' || token === ')' || token === ']' ? -1 : 0;
}

function leadingClosers(pieces: readonly Piece[]): number {
	const first = pieces.findIndex(({ text, comment }) => comment || nesting(text) >= 0);
	return first < 0 ? pieces.length : first;
}

function indentation(depth: number, { insertSpaces, tabSize }: Layout): string {
	return insertSpaces ? ' '.repeat(depth * tabSize) : '\t'.repeat(depth);
}

/** The pieces of a line with the spaces that belong between them; characters outside any piece leave the line alone. */
function joined(pieces: readonly Piece[], line: string): string {
	const first = pieces[0]?.offset ?? 0;
	const multiline = pieces.some(({ text }) => text.includes('\n'));
	const covered = pieces.reduce((sum, { text }) => sum + text.replace(/\s/g, '').length, 0);
	if (multiline || covered !== line.replace(/\s/g, '').length) return line;
	let result = '';
	for (const [index, piece] of pieces.entries()) {
		const previous = pieces[index - 1];
		if (previous !== undefined) {
			const gap = piece.offset - (previous.offset + previous.text.length);
			result += gap > 1 && !tight(previous, piece) ? ' '.repeat(gap) : space(previous, piece, pieces[index - 2], gap);
		}
		result += piece.text;
	}
	return first >= 0 ? result : line;
}

const spaced = new Set([
	'=',
	'+=',
	'-=',
	'==',
	'!=',
	'<',
	'<=',
	'>',
	'>=',
	'->',
	'+',
	'-',
	'*',
	'/',
	'%',
	'|',
	'&',
	'{',
]);

/** Whether the two never have a space between them, however the author typed it. */
function tight(previous: Piece, piece: Piece): boolean {
	if (previous.comment || piece.comment) return false;
	return [',', ')', ']', ':'].includes(piece.text) || previous.text === '(' || previous.text === '[';
}

function space(previous: Piece, piece: Piece, beforePrevious: Piece | undefined, gap: number): string {
	if (previous.comment || piece.comment) return ' ';
	if (tight(previous, piece)) return '';
	const between = [previous.text, piece.text];
	if (between.some((text) => text === '.' || text === '..' || text === '#')) return gap > 0 ? ' ' : '';
	if (previous.text === ',' || previous.text === ':') return ' ';
	if (previous.text === '{' || piece.text === '}' || previous.text === '}')
		return previous.text === '{' && piece.text === '}' && gap === 0 ? '' : ' ';
	// Rule IDs (`CONN-3`) look like a difference.
	if (piece.text === '-' && gap === 0 && isFamily(previous)) return '';
	if (previous.text === '-' && gap === 0 && isFamily(beforePrevious)) return '';
	if (previous.text === '-') return gap > 0 || (beforePrevious !== undefined && endsOperand(beforePrevious)) ? ' ' : '';
	if (between.some((text) => spaced.has(text))) return ' ';
	return gap > 0 ? ' ' : '';
}

function isFamily(piece: Piece | undefined): boolean {
	return piece !== undefined && /^[A-Z]+$/.test(piece.text);
}

/** Whether an operator after this piece has it as its left operand. */
function endsOperand({ text }: Piece): boolean {
	return (
		/^[\w"\])]/.test(text.slice(-1)) && !/^(?:return|and|or|not|in|log|sleep|expect|repeat|while|if|try)$/.test(text)
	);
}

/** One line break at the end of the file, no blank lines before it. */
function trimmedEnd(lines: readonly (string | undefined)[]): readonly (string | undefined)[] {
	let last = lines.length - 1;
	while (last >= 0 && !lines[last]) last--;
	return lines.map((line, index) => (index <= last || index === last + 1 ? line : undefined));
}
