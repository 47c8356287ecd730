/** Operators, members, conditions and other places that ask for a type. */

import { formatType, type ScenarioType } from '../../winsock/scenarioTypes';
import { membersOf } from '../builtins';
import type { BinaryExpression, Expression, IndexExpression, MemberExpression } from '../generated/ast';
import { arithmeticType } from '../inference';
import { nearestName } from '../nearestName';
import { comparable, conditionType, fits, hasKind, isAny } from '../types';
import type { CheckContext } from './context';

const number: ScenarioType = { kind: 'number' };
const duration: ScenarioType = { kind: 'duration' };

export function checkOperators(context: CheckContext): void {
	for (const node of context.nodes.of('BinaryExpression')) checkBinary(context, node);
	for (const node of context.nodes.of('MemberExpression')) checkMember(context, node);
	for (const node of context.nodes.of('IndexExpression')) checkIndex(context, node);
	for (const { operand } of context.nodes.of('UnaryExpression')) {
		expectType(context, operand, { kind: 'oneOf', types: [number, duration] });
	}
	for (const { condition } of context.nodes.of('IfStatement', 'WhileStatement', 'ValueExpectation')) {
		expectType(context, condition, conditionType);
	}
	for (const { left, right } of context.nodes.of('LogicalExpression')) {
		expectType(context, left, conditionType);
		expectType(context, right, conditionType);
	}
	for (const { operand } of context.nodes.of('NotExpression')) expectType(context, operand, conditionType);
	for (const { count } of context.nodes.of('RepeatStatement')) expectType(context, count, number);
	for (const { duration: time } of context.nodes.of('SleepStatement')) expectType(context, time, duration);
	for (const { list } of context.nodes.of('ForStatement')) checkList(context, list);
}

function checkList(context: CheckContext, list: Expression | undefined): void {
	const type = context.types.typeOf(list);
	if (!isAny(type) && !hasKind(type, ['list', 'text', 'bytes'])) reportType(context, list, 'list', type);
}

function expectType(context: CheckContext, expression: Expression | undefined, expected: ScenarioType): void {
	if (expression === undefined) return;
	const actual = context.types.typeOf(expression);
	if (!fits(actual, expected)) reportType(context, expression, formatType(expected), actual);
}

function reportType(
	context: CheckContext,
	expression: Expression | undefined,
	expected: string,
	actual: ScenarioType,
): void {
	if (expression !== undefined) context.error(expression, 'type-mismatch', { expected, actual: formatType(actual) });
}

function checkBinary(context: CheckContext, node: BinaryExpression): void {
	const { left, operator, right } = node;
	if (left === undefined || right === undefined) return;
	const leftType = context.types.typeOf(left);
	const rightType = context.types.typeOf(right);
	switch (operator) {
		case '==':
		case '!=':
			if (!comparable(leftType, rightType)) {
				context.warning(node, 'never-equal', { left: formatType(leftType), right: formatType(rightType) });
			}
			return;
		case '<':
		case '<=':
		case '>':
		case '>=':
			if (!ordered(leftType, rightType)) reportOperands(context, node, leftType, rightType);
			return;
		case '|':
		case '&':
			if (!fits(leftType, number) || !fits(rightType, number)) reportOperands(context, node, leftType, rightType);
			else if (!comparable(leftType, rightType)) reportOperands(context, node, leftType, rightType);
			return;
		default:
			if (arithmeticType(leftType, operator, rightType) === undefined) {
				reportOperands(context, node, leftType, rightType);
			}
	}
}

function ordered(left: ScenarioType, right: ScenarioType): boolean {
	return [number, duration, { kind: 'text' } as const].some((type) => fits(left, type) && fits(right, type));
}

function reportOperands(context: CheckContext, node: BinaryExpression, left: ScenarioType, right: ScenarioType): void {
	context.error(node, 'operator-types', { operator: node.operator, left: formatType(left), right: formatType(right) });
}

function checkMember(context: CheckContext, node: MemberExpression): void {
	const { object, member } = node;
	if (object === undefined || member === undefined || context.types.isHost(object)) return;
	const type = context.types.typeOf(object);
	const names = membersOf(type)?.map(({ name }) => name);
	if (names === undefined || names.includes(member)) return;
	const args = { name: member, type: formatType(type), members: names.join(', ') };
	context.error(node, names.length === 0 ? 'no-members' : 'unknown-member', args, {
		property: 'member',
		hint: nearestName(member, names),
	});
}

function checkIndex(context: CheckContext, node: IndexExpression): void {
	const object = context.types.typeOf(node.object);
	if (!hasKind(object, ['list', 'text', 'bytes'])) reportType(context, node.object, 'list', object);
	expectType(context, node.index, number);
}
