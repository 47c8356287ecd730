/** The flow of control: what can never run, and jumps that lead nowhere. */

import type { AstNode } from 'langium';
import {
	type Block,
	isBlock,
	isBreakStatement,
	isForStatement,
	isFunctionDeclaration,
	isRepeatStatement,
	isThread,
	isWhileStatement,
	type ReturnStatement,
	type Statement,
} from '../generated/ast';
import { rangeOfCst, sourceRange } from '../sourceRange';
import { descendantsOf, enclosing } from '../tree';
import type { CheckContext } from './context';

export function checkFlow(context: CheckContext): void {
	for (const block of context.nodes.of('Block')) checkReachable(context, block);
	for (const jump of context.nodes.of('BreakStatement', 'ContinueStatement')) checkJump(context, jump);
	for (const node of context.nodes.of('ReturnStatement')) checkReturn(context, node);
}

function checkReachable(context: CheckContext, block: Block): void {
	const last = block.statements.findIndex(neverEnds);
	const next = block.statements[last + 1];
	if (last >= 0 && next !== undefined) context.warning(next, 'unreachable-statement');
}

/** Whether the statement after this one can never be reached. */
function neverEnds(statement: Statement): boolean {
	switch (statement.$type) {
		case 'ReturnStatement':
		case 'BreakStatement':
		case 'ContinueStatement':
			return true;
		case 'IfStatement': {
			const { then, otherwise } = statement;
			if (then === undefined || otherwise === undefined) return false;
			return (
				then.statements.some(neverEnds) &&
				(isBlock(otherwise) ? otherwise.statements.some(neverEnds) : neverEnds(otherwise))
			);
		}
		case 'WhileStatement': {
			const { condition, body } = statement;
			return (
				condition?.$type === 'BooleanLiteral' && condition.word === 'true' && body !== undefined && !breaksOut(body)
			);
		}
		default:
			return false;
	}
}

function isLoop(node: unknown): node is AstNode {
	return isWhileStatement(node) || isRepeatStatement(node) || isForStatement(node);
}

/** Whether a `break` in the body of a loop leaves that loop (and not one inside it). */
function breaksOut(body: Block): boolean {
	for (const node of descendantsOf(body)) {
		if (isBreakStatement(node) && enclosing(node, isLoop) === body.$container) return true;
	}
	return false;
}

function checkJump(context: CheckContext, node: AstNode): void {
	if (enclosing(node, isLoop) === undefined) {
		context.error(node, 'jump-outside-loop', { word: isBreakStatement(node) ? 'break' : 'continue' });
	}
}

function checkReturn(context: CheckContext, node: ReturnStatement): void {
	const { value } = node;
	if (value === undefined) return;
	const valueRange = sourceRange(value);
	if (valueRange.line > rangeOfCst(node.$cstNode).line) context.error(value, 'return-value-on-next-line');
	else if (enclosing(node, isFunctionDeclaration) === undefined && enclosing(node, isThread) !== undefined) {
		context.warning(value, 'return-value-ignored');
	}
}
