/** Formatting of a file, of a range of lines, and of the line of a closing brace while it is typed. */

import type { LangiumDocument, Lexer } from 'langium';
import type { Formatter } from 'langium/lsp';
import type {
	DocumentFormattingParams,
	DocumentOnTypeFormattingOptions,
	DocumentOnTypeFormattingParams,
	DocumentRangeFormattingParams,
	FormattingOptions,
	TextEdit,
} from 'vscode-languageserver';
import { formatLines } from './formatting';

export class ScenarioFormatter implements Formatter {
	readonly formatOnTypeOptions: DocumentOnTypeFormattingOptions = { firstTriggerCharacter: '}' };

	constructor(private readonly lexer: () => Lexer) {}

	formatDocument(document: LangiumDocument, { options }: DocumentFormattingParams): TextEdit[] {
		return this.edits(document, options, 0, Number.MAX_SAFE_INTEGER);
	}

	formatDocumentRange(document: LangiumDocument, { options, range }: DocumentRangeFormattingParams): TextEdit[] {
		return this.edits(document, options, range.start.line, range.end.line);
	}

	formatDocumentOnType(document: LangiumDocument, { options, position }: DocumentOnTypeFormattingParams): TextEdit[] {
		return this.edits(document, options, position.line, position.line);
	}

	/** Only lines that change are edited, so that cursors and breakpoints stay where they are. */
	private edits(document: LangiumDocument, options: FormattingOptions, from: number, to: number): TextEdit[] {
		const text = document.textDocument.getText();
		const lines = text.split(/\r?\n/);
		const edits: TextEdit[] = [];
		for (const [line, formatted] of formatLines(this.lexer(), text, options).entries()) {
			const current = lines[line] ?? '';
			if (line < from || line > to || formatted === current) continue;
			const start = { line, character: 0 };
			if (formatted === undefined) edits.push({ range: droppedRange(line, lines), newText: '' });
			else edits.push({ range: { start, end: { line, character: current.length } }, newText: formatted });
		}
		const last = lines.length - 1;
		if (to >= last && (lines[last] ?? '').trim() !== '') {
			const end = { line: last, character: lines[last]?.length ?? 0 };
			const lastEdit = edits.at(-1);
			if (lastEdit !== undefined && lastEdit.range.start.line === last)
				edits[edits.length - 1] = { ...lastEdit, newText: `${lastEdit.newText}\n` };
			else edits.push({ range: { start: end, end }, newText: '\n' });
		}
		return edits;
	}
}

/** A whole line with its break; the last line goes with the break before it. */
function droppedRange(line: number, lines: readonly string[]): TextEdit['range'] {
	if (line < lines.length - 1) return { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
	const before = Math.max(line - 1, 0);
	return {
		start: { line: before, character: lines[before]?.length ?? 0 },
		end: { line, character: lines[line]?.length ?? 0 },
	};
}
