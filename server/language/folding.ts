/** Folding of blocks, block comments and runs of line comments. */

import { CstUtils, type LangiumDocument } from 'langium';
import type { FoldingRangeProvider } from 'langium/lsp';
import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver';

export class ScenarioFolding implements FoldingRangeProvider {
	getFoldingRanges(document: LangiumDocument): FoldingRange[] {
		const cst = document.parseResult.value.$cstNode;
		if (cst === undefined) return [];
		const ranges: FoldingRange[] = [];
		const open: number[] = [];
		let comment: { startLine: number; endLine: number } | undefined;
		for (const { text, hidden, range } of CstUtils.flattenCst(cst)) {
			if (hidden) {
				const isLine = text.startsWith('//');
				if (isLine && comment?.endLine === range.start.line - 1) comment.endLine = range.start.line;
				else {
					add(ranges, comment, FoldingRangeKind.Comment);
					comment = { startLine: range.start.line, endLine: range.end.line };
				}
			} else if (text === '{') {
				open.push(range.start.line);
			} else if (text === '}') {
				const startLine = open.pop();
				// The closing brace stays visible.
				if (startLine !== undefined) add(ranges, { startLine, endLine: range.start.line - 1 });
			}
		}
		add(ranges, comment, FoldingRangeKind.Comment);
		return ranges;
	}
}

function add(
	ranges: FoldingRange[],
	lines: { startLine: number; endLine: number } | undefined,
	kind?: FoldingRangeKind,
): void {
	if (lines === undefined || lines.endLine <= lines.startLine) return;
	ranges.push(kind === undefined ? lines : { ...lines, kind });
}
