/**
 * The type of each expression, as far as it is certain.
 */

import { findScenarioCall } from '../winsock/calls';
import type { ScenarioType } from '../winsock/scenarioTypes';
import { anyType, findBuiltin, membersOf, namedValues } from './builtins';
import type {
	BinaryExpression,
	Expression,
	FunctionDeclaration,
	MemberExpression,
	NameReference,
	UnaryExpression,
} from './generated/ast';
import { readQuantity } from './literals';
import type { Scopes, Variable } from './scopes';
import { commonType, constantType, fits, hasKind, isAny, isNumeric } from './types';

const number: ScenarioType = { kind: 'number' };
const boolean: ScenarioType = { kind: 'boolean' };

/** Infers on demand and remembers; one for each check of a file. */
export class TypeInference {
	private readonly variableTypes = new Map<Variable, ScenarioType>();
	private readonly expressionTypes = new Map<Expression, ScenarioType>();

	constructor(private readonly scopes: Scopes) {}

	typeOf(expression: Expression | undefined): ScenarioType {
		if (expression === undefined) return anyType;
		const known = this.expressionTypes.get(expression);
		if (known !== undefined) return known;
		const type = this.infer(expression);
		this.expressionTypes.set(expression, type);
		return type;
	}

	/** A variable has a type if all its values have one; parameters and loop variables over anything have none. */
	typeOfVariable(variable: Variable): ScenarioType {
		const known = this.variableTypes.get(variable);
		if (known !== undefined) return known;
		// A value that depends on the variable itself (`x = x + 1`) is decided by its other values.
		this.variableTypes.set(variable, anyType);
		const type = this.inferVariable(variable);
		this.variableTypes.set(variable, type);
		return type;
	}

	private inferVariable(variable: Variable): ScenarioType {
		const { node, assignments } = variable;
		if (node.$type === 'Parameter') return anyType;
		if (node.$type === 'LoopVariable') {
			const loop = node.$container;
			if (loop.$type === 'RepeatStatement') return number;
			const list = this.typeOf(loop.list);
			return list.kind === 'list' ? list.of : anyType;
		}
		const initial = this.typeOf(node.value);
		const values = assignments.filter(({ operator }) => operator === '=').map(({ value }) => this.typeOf(value));
		return values.every((type) => fits(type, initial) && fits(initial, type)) ? initial : anyType;
	}

	private infer(expression: Expression): ScenarioType {
		switch (expression.$type) {
			case 'IntegerLiteral':
				return number;
			case 'StringLiteral':
				return { kind: 'text' };
			case 'BytesLiteral':
				return { kind: 'bytes' };
			case 'AddressLiteral':
				return { kind: 'address' };
			case 'BooleanLiteral':
			case 'NotExpression':
			case 'LogicalExpression':
				return boolean;
			case 'QuantityLiteral':
				return readQuantity(expression.text ?? '').kind === 'duration' ? { kind: 'duration' } : number;
			case 'ListLiteral':
				return { kind: 'list', of: commonType(expression.items.map((item) => this.typeOf(item))) };
			case 'NameReference':
				return this.inferName(expression);
			case 'CallExpression':
				return this.inferCall(expression.name);
			case 'TryExpression':
				return this.inferTry(this.typeOf(expression.call));
			case 'MemberExpression':
				return this.inferMember(expression);
			case 'IndexExpression':
				return this.inferIndex(this.typeOf(expression.object));
			case 'UnaryExpression':
				return this.inferNegation(expression);
			case 'BinaryExpression':
				return this.inferBinary(expression);
			case 'FlagPattern':
				return this.inferFlags(this.typeOf(expression.left), this.typeOf(expression.right));
		}
	}

	private inferName(node: NameReference): ScenarioType {
		const meaning = this.scopes.meanings.get(node);
		switch (meaning?.kind) {
			case 'variable':
				return this.typeOfVariable(meaning.variable);
			case 'function':
				return { kind: 'handler' };
			case 'constant':
				return constantType(node.name);
			case 'error':
				return { kind: 'error' };
			case 'process':
				return { kind: 'process' };
			case 'value':
				return namedValues[node.name] ?? anyType;
			default:
				return anyType;
		}
	}

	private inferCall(name: string): ScenarioType {
		return findScenarioCall(name)?.result ?? findBuiltin(name)?.result ?? anyType;
	}

	private inferTry(result: ScenarioType): ScenarioType {
		return isAny(result) ? anyType : { kind: 'oneOf', types: [result, { kind: 'error' }] };
	}

	private inferMember({ object, member }: MemberExpression): ScenarioType {
		if (this.isHost(object)) return { kind: 'process' };
		return membersOf(this.typeOf(object))?.find(({ name }) => name === member)?.type ?? anyType;
	}

	/** Whether the expression is the name of a host, as in `bob.child`. */
	isHost(expression: Expression): boolean {
		return expression?.$type === 'NameReference' && this.scopes.meanings.get(expression)?.kind === 'host';
	}

	private inferIndex(object: ScenarioType): ScenarioType {
		switch (object.kind) {
			case 'list':
				return object.of;
			case 'text':
				return object;
			case 'bytes':
				return number;
			default:
				return anyType;
		}
	}

	private inferNegation({ operand }: UnaryExpression): ScenarioType {
		const type = this.typeOf(operand);
		return type.kind === 'duration' || isAny(type) ? type : number;
	}

	private inferBinary({ left, operator, right }: BinaryExpression): ScenarioType {
		switch (operator) {
			case '==':
			case '!=':
			case '<':
			case '<=':
			case '>':
			case '>=':
				return boolean;
			case '|':
			case '&':
				return this.inferFlags(this.typeOf(left), this.typeOf(right));
			default:
				return arithmeticType(this.typeOf(left), operator, this.typeOf(right)) ?? anyType;
		}
	}

	private inferFlags(left: ScenarioType, right: ScenarioType): ScenarioType {
		if (isAny(left) || isAny(right)) return anyType;
		if ((left.kind === 'constant' || left.kind === 'flags') && fits(right, left))
			return { kind: 'flags', group: left.group };
		if ((right.kind === 'constant' || right.kind === 'flags') && fits(left, right))
			return { kind: 'flags', group: right.group };
		return number;
	}
}

/** Parameters of a scenario function, in the shape of a documented call. */
export function parameterNames(declaration: FunctionDeclaration): readonly string[] {
	return declaration.parameters.map(({ name }) => name);
}

/** Type of `left operator right` for `+ - * / %`, or undefined if the operands do not go together. */
export function arithmeticType(left: ScenarioType, operator: string, right: ScenarioType): ScenarioType | undefined {
	if (isAny(left) || isAny(right)) return anyType;
	if (left.kind === 'oneOf' || right.kind === 'oneOf') return anyType;
	const durations = hasKind(left, ['duration']) && hasKind(right, ['duration']);
	switch (operator) {
		case '+':
			if (left.kind === 'text' && right.kind === 'text') return left;
			if (hasKind(left, ['text', 'bytes']) && hasKind(right, ['text', 'bytes'])) return { kind: 'bytes' };
			if (left.kind === 'list' && right.kind === 'list') return { kind: 'list', of: commonType([left.of, right.of]) };
			break;
		case '*':
			if (left.kind === 'duration' && isNumeric(right)) return left;
			if (right.kind === 'duration' && isNumeric(left)) return right;
			break;
		case '/':
			if (durations) return number;
			if (left.kind === 'duration' && isNumeric(right)) return left;
			break;
		default:
	}
	if (durations && (operator === '+' || operator === '-' || operator === '%')) return left;
	return isNumeric(left) && isNumeric(right) ? number : undefined;
}
