/** Growing selections: word, expression, statement, block, declaration, file. */

import { CstUtils, type LangiumDocument } from 'langium';
import type { Position, SelectionRange } from 'vscode-languageserver';
import { rangeOfCst, sourceRange } from '../scenario/sourceRange';
import { rangeOf, sameRange } from './positions';

export function selectionRangeAt(document: LangiumDocument, position: Position): SelectionRange {
	const { textDocument, parseResult } = document;
	const whole: SelectionRange = {
		range: { start: { line: 0, character: 0 }, end: textDocument.positionAt(textDocument.getText().length) },
	};
	const cst = parseResult.value.$cstNode;
	const leaf = cst && CstUtils.findLeafNodeBeforeOffset(cst, textDocument.offsetAt(position));
	if (leaf === undefined) return whole;
	const ranges = [rangeOf(rangeOfCst(leaf))];
	for (let node: typeof leaf.astNode | undefined = leaf.astNode; node !== undefined; node = node.$container) {
		const range = rangeOf(sourceRange(node));
		const last = ranges.at(-1);
		if (last === undefined || !sameRange(last, range)) ranges.push(range);
	}
	return ranges.reduceRight<SelectionRange>((parent, range) => ({ range, parent }), whole);
}
