/** What operators and literals of expressions mean. */
import { readQuantity } from '../scenario/literals';
import type { Value } from '../trace';
import { RequestError } from './errors';
import { valueText } from './recordText';

/** The value of `left operator right`. @throws RequestError if the operator cannot be applied to them */
export function applied(operator: string, left: Value, right: Value): Value {
	const numbers = (): readonly [number, number] => [numberFor(operator, left), numberFor(operator, right)];
	switch (operator) {
		case '==':
			return isEqual(left, right);
		case '!=':
			return !isEqual(left, right);
		case '+':
			if (typeof left === 'string' || typeof right === 'string') return `${textOf(left)}${textOf(right)}`;
			return numberFor('+', left) + numberFor('+', right);
		default:
			return calculated(operator, ...numbers());
	}
}

function calculated(operator: string, left: number, right: number): Value {
	switch (operator) {
		case '-':
			return left - right;
		case '*':
			return left * right;
		case '/':
			return Math.trunc(left / right);
		case '%':
			return left % right;
		case '&':
			return left & right;
		case '|':
			return left | right;
		case '<':
			return left < right;
		case '<=':
			return left <= right;
		case '>':
			return left > right;
		case '>=':
			return left >= right;
		default:
			throw new RequestError('unreadableExpression', operator);
	}
}

/** @throws RequestError if the value is no number */
export function numberFor(operator: string, value: Value): number {
	if (typeof value === 'number') return value;
	throw new RequestError('badOperand', operator, valueText(value));
}

export function quantityValue(text: string): Value {
	const quantity = readQuantity(text);
	switch (quantity.kind) {
		case 'duration':
			return quantity.ns;
		case 'size':
			return quantity.bytes;
		case 'bandwidth':
			return quantity.bitsPerSecond;
		case 'percent':
			return quantity.fraction;
		case 'unknown':
			return text;
	}
}

/** Whether a condition holds: false, 0, NULL and empty text do not. */
export function isTrue(value: Value): boolean {
	return value !== false && value !== null && value !== 0 && value !== '';
}

function textOf(value: Value): string {
	return typeof value === 'string' ? value : valueText(value);
}

function isEqual(left: Value, right: Value): boolean {
	if (left === right) return true;
	if (left instanceof Uint8Array || right instanceof Uint8Array) return bytesOf(left) === bytesOf(right);
	return typeof left === 'object' && typeof right === 'object' && JSON.stringify(left) === JSON.stringify(right);
}

/** Bytes and text are equal if they hold the same characters. */
function bytesOf(value: Value): string | undefined {
	if (typeof value === 'string') return value;
	return value instanceof Uint8Array ? String.fromCharCode(...value) : undefined;
}
