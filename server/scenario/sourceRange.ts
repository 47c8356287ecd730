/**
 * Where a syntax node stands in its file, counted from 1 as editors, compilers and the trace's `source` field count.
 */

import { type AstNode, type CstNode, GrammarUtils } from 'langium';
import { KeptCst } from './keptTree';

/** Line and column from 1; the end is exclusive. */
export interface SourceRange {
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
}

const nowhere: SourceRange = { line: 1, column: 1, endLine: 1, endColumn: 1 };

export function rangeOfCst(cst: CstNode | undefined): SourceRange {
	if (cst === undefined) return nowhere;
	const { start, end } = cst.range;
	// Syntax nodes that error recovery made up have NaN positions.
	if (!Number.isInteger(start.line) || !Number.isInteger(end.line)) return nowhere;
	return {
		line: start.line + 1,
		column: start.character + 1,
		endLine: end.line + 1,
		endColumn: end.character + 1,
	};
}

/**
 * The range of a node, from its first token to its last.
 *
 * The parser gives every operator of a chain (`a + b + c`) the range of the whole chain; here each has its own.
 */
export function sourceRange(node: AstNode): SourceRange {
	const operands = node as AstNode & { readonly left?: AstNode; readonly right?: AstNode };
	if (operands.left === undefined || operands.right === undefined) return rangeOfCst(node.$cstNode);
	const { line, column } = sourceRange(operands.left);
	const { endLine, endColumn } = sourceRange(operands.right);
	return { line, column, endLine, endColumn };
}

/** The range of one property (of the element at `index`, for a list), or of the node if the source lacks it. */
export function propertyRange(node: AstNode, property: string, index?: number): SourceRange {
	const own: unknown = node.$cstNode;
	const cst =
		own instanceof KeptCst
			? own.ofProperty(property, index)
			: GrammarUtils.findNodeForProperty(node.$cstNode, property, index);
	return cst === undefined ? sourceRange(node) : rangeOfCst(cst);
}
