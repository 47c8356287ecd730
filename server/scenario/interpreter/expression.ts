/**
 * From expressions to closures. An expression that contains a call may wait, so it becomes a coroutine; all others become
 * plain functions, which is most of them.
 */
import type { Coroutine } from '../../simulation';
import { AppSocket, isError, type Outcome, OverlappedRequest } from '../../stack';
import { parseIp, parseSocketAddress } from '../../winsock/address';
import { findScenarioCall } from '../../winsock/calls';
import { constantValue } from '../../winsock/constants';
import { findBuiltin } from '../builtins';
import type { BinaryExpression, CallExpression, Expression, MemberExpression, NameReference } from '../generated/ast';
import { readQuantity } from '../literals';
import type { Meaning } from '../scopes';
import { LeftCall } from './branch';
import { builtinFunction } from './builtinFunctions';
import type { Frame } from './frame';
import type { FunctionBody, Program } from './program';
import {
	AddressValue,
	addressValue,
	equal,
	FunctionValue,
	plain,
	RecordValue,
	type RuntimeValue,
	truthy,
} from './value';
import { Result, type WinsockFunction, winsockFunction } from './winsock';

export type Evaluate = (frame: Frame) => RuntimeValue;
export type EvaluateWaiting = (frame: Frame) => Coroutine<RuntimeValue>;

/** `plain` where the expression cannot wait, else `waiting`. */
export type Compiled =
	| { readonly plain: Evaluate; readonly waiting?: undefined }
	| { readonly plain?: undefined; readonly waiting: EvaluateWaiting };

/** Thrown where a value has the wrong kind; becomes a failure of the scenario at its statement. */
export class ValueError extends Error {
	constructor(
		readonly text: string,
		readonly args: readonly (string | number)[] = [],
	) {
		super(text);
	}
}

/** An error of a call inside an expression that did not expect it. */
export class CallError {
	constructor(
		readonly call: string,
		readonly error: string,
	) {}
}

function constant(value: RuntimeValue): Compiled {
	return { plain: () => value };
}

export function compileExpression(program: Program, node: Expression): Compiled {
	switch (node.$type) {
		case 'IntegerLiteral':
			return constant(node.value);
		case 'StringLiteral':
			return constant(node.value);
		case 'BytesLiteral':
			return constant(Uint8Array.from(node.value, (character) => character.charCodeAt(0)));
		case 'QuantityLiteral':
			return constant(quantityOf(node.text));
		case 'AddressLiteral':
			return constant(addressOf(node.text));
		case 'BooleanLiteral':
			return constant(node.word === 'true' || node.word === 'on');
		case 'NameReference':
			return compileName(program, node);
		case 'ListLiteral':
			return combine(
				node.items.map((item) => compileExpression(program, item)),
				(items) => items,
			);
		case 'NotExpression':
			return combine([compileExpression(program, node.operand)], ([operand]) => !truthy(operand ?? null));
		case 'UnaryExpression':
			return combine([compileExpression(program, node.operand)], ([operand]) => -numberOf(operand));
		case 'BinaryExpression':
		case 'FlagPattern':
			return combine([compileExpression(program, node.left), compileExpression(program, node.right)], ([left, right]) =>
				operate(node.operator, left ?? null, right ?? null),
			);
		case 'LogicalExpression':
			return compileLogical(program, node.operator, node.left, node.right);
		case 'MemberExpression':
			if (isHost(program, node.object)) return constant(`${node.object.name}.${node.member}`);
			return combine([compileExpression(program, node.object)], ([object]) => member(node, object ?? null));
		case 'IndexExpression':
			return combine(
				[compileExpression(program, node.object), compileExpression(program, node.index)],
				([object, index]) => element(object ?? null, numberOf(index)),
			);
		case 'CallExpression':
			return { waiting: compileCall(program, node, false) };
		case 'TryExpression':
			return { waiting: compileCall(program, node.call, true) };
	}
}

/** `bob.child` is no member of a value but a thread, which stands for its process. */
function isHost(program: Program, node: Expression): node is NameReference {
	return node.$type === 'NameReference' && program.meaningOf(node)?.kind === 'host';
}

/** Durations in ns, sizes in bytes, bandwidths in bits per second, shares from 0 to 1. */
function quantityOf(text: string): number {
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
			return 0;
	}
}

function addressOf(text: string): AddressValue {
	const full = parseSocketAddress(text);
	if (full) return addressValue(full);
	const ip = parseIp(text);
	if (!ip) throw new RangeError(`${text} is no address; the file has errors`);
	return new AddressValue(ip, 0, ip.text);
}

function compileName(program: Program, node: NameReference): Compiled {
	const meaning = program.meaningOf(node) as Meaning | undefined;
	if (meaning?.kind === 'variable') {
		const { variable } = meaning;
		return { plain: (frame) => frame.get(variable) };
	}
	if (meaning?.kind === 'function') {
		const { functions } = program;
		return constant(
			new FunctionValue(node.name, (actor, args) => (functions.get(node.name) as FunctionBody)(actor, args)),
		);
	}
	if (meaning?.kind === 'error') return constant(node.name);
	if (meaning?.kind === 'constant') return constant(constantValue(node.name) ?? 0);
	if (node.name === 'NULL') return constant(null);
	return constant(node.name === 'success' ? 0 : node.name);
}

/** Evaluates the parts in order, waiting only if one of them can. */
function combine(parts: readonly Compiled[], join: (values: readonly RuntimeValue[]) => RuntimeValue): Compiled {
	const plainParts = parts.map((part) => part.plain);
	if (plainParts.every((part) => part !== undefined)) {
		const evaluators = plainParts as readonly Evaluate[];
		return { plain: (frame) => join(evaluators.map((part) => part(frame))) };
	}
	return {
		*waiting(frame) {
			const values: RuntimeValue[] = [];
			for (const part of parts) values.push(part.plain ? part.plain(frame) : yield* part.waiting(frame));
			return join(values);
		},
	};
}

function compileLogical(
	program: Program,
	operator: 'and' | 'or',
	leftNode: Expression,
	rightNode: Expression,
): Compiled {
	const left = compileExpression(program, leftNode);
	const right = compileExpression(program, rightNode);
	return {
		*waiting(frame) {
			const first = truthy(left.plain ? left.plain(frame) : yield* left.waiting(frame));
			if (operator === 'and' ? !first : first) return first;
			return truthy(right.plain ? right.plain(frame) : yield* right.waiting(frame));
		},
	};
}

/** A call; with `tolerant`, an error is the value of the expression instead of ending the statement. */
export function compileCall(program: Program, node: CallExpression, tolerant: boolean): EvaluateWaiting {
	const args = argumentsInOrder(program, node);
	const winsock = winsockFunction(node.name);
	const ending = tolerant ? errorAsValue : errorAsFailure;
	return winsock ? winsockCall(node.name, winsock, args, ending) : ownCall(callee(program, node.name), args, ending);
}

function errorAsValue(outcome: CallResult): RuntimeValue {
	return outcome instanceof CallError ? outcome.error : outcome;
}

function errorAsFailure(outcome: CallResult): RuntimeValue {
	if (outcome instanceof CallError) throw outcome;
	return outcome;
}

/** WSACleanup fails by itself. */
const worksAfterCleanup: ReadonlySet<string> = new Set(['WSACleanup', 'WSAGetLastError']);

function winsockCall(
	name: string,
	winsock: WinsockFunction,
	args: readonly Compiled[],
	ending: (outcome: CallResult) => RuntimeValue,
): EvaluateWaiting {
	return function* (frame) {
		const values: RuntimeValue[] = [];
		for (const argument of args) values.push(argument.plain ? argument.plain(frame) : yield* argument.waiting(frame));
		// CLEAN-2: nothing works after the final WSACleanup.
		if (frame.actor.process.switch.cleanedUp && !worksAfterCleanup.has(name)) {
			return ending(settle(name, frame, 'WSANOTINITIALISED'));
		}
		try {
			const started = winsock(frame.actor, values);
			const outcome = started instanceof Result || isError(started) ? started : yield* started;
			return ending(settle(name, frame, outcome));
		} catch (problem) {
			// In a what-if branch a call can be left at its entry with another outcome.
			if (problem instanceof LeftCall) return ending(settle(name, frame, problem.outcome));
			throw problem;
		}
	};
}

function ownCall(
	body: Callee,
	args: readonly Compiled[],
	ending: (outcome: CallResult) => RuntimeValue,
): EvaluateWaiting {
	return function* (frame) {
		const values: RuntimeValue[] = [];
		for (const argument of args) values.push(argument.plain ? argument.plain(frame) : yield* argument.waiting(frame));
		const started = body(frame, values);
		return ending(isCoroutine(started) ? yield* started : started);
	};
}

/** The arguments in the order of the parameters: named ones at their place, NULL where one is left out. */
function argumentsInOrder(program: Program, node: CallExpression): readonly Compiled[] {
	const names = parametersOf(program, node.name);
	const ordered: Compiled[] = [];
	node.arguments.forEach((argument, i) => {
		const at = argument.name === undefined ? i : names.indexOf(argument.name);
		ordered[at < 0 ? i : at] = compileExpression(program, argument.value);
	});
	return Array.from(ordered, (argument) => argument ?? constant(null));
}

function parametersOf(program: Program, name: string): readonly string[] {
	const parameters = findScenarioCall(name)?.parameters ?? findBuiltin(name)?.parameters;
	return (parameters ?? program.declarations.functions.get(name)?.node.parameters ?? []).map((known) => known.name);
}

type CallResult = RuntimeValue | CallError;
type Callee = (frame: Frame, args: readonly RuntimeValue[]) => CallResult | Coroutine<CallResult>;

function isCoroutine(started: CallResult | Coroutine<CallResult>): started is Coroutine<CallResult> {
	return typeof started === 'object' && started !== null && 'next' in started;
}

function callee(program: Program, name: string): Callee {
	const builtin = builtinFunction(name);
	if (builtin) return (frame, args) => builtin(frame.actor, args);
	return (frame, args) => {
		const declared = program.functions.get(name);
		if (!declared) throw new ValueError('{0} is not carried out by this version of SANFlow', [name]);
		return declared(frame.actor, args);
	};
}

/** Keeps the error for WSAGetLastError. */
function settle(name: string, frame: Frame, outcome: Outcome<Result>): CallResult {
	if (isError(outcome)) {
		frame.actor.lastError = outcome;
		return new CallError(name, outcome);
	}
	frame.actor.lastError = '';
	return outcome.value;
}

function numberOf(value: RuntimeValue | undefined): number {
	if (typeof value === 'number') return value;
	if (typeof value === 'boolean') return value ? 1 : 0;
	throw new ValueError('a number is needed here, not {0}', [plain(value ?? null)]);
}

/** The value of a binary operator. @throws ValueError for operands that it cannot take */
export function operate(operator: BinaryExpression['operator'], left: RuntimeValue, right: RuntimeValue): RuntimeValue {
	switch (operator) {
		case '==':
			return equal(left, right);
		case '!=':
			return !equal(left, right);
		case '+':
			return add(left, right);
		default:
			return arithmetic(operator, numberOf(left), numberOf(right));
	}
}

function add(left: RuntimeValue, right: RuntimeValue): RuntimeValue {
	if (typeof left === 'string' || typeof right === 'string') return plain(left) + plain(right);
	if (left instanceof Uint8Array && right instanceof Uint8Array) {
		const sum = new Uint8Array(left.length + right.length);
		sum.set(left);
		sum.set(right, left.length);
		return sum;
	}
	if (Array.isArray(left) && Array.isArray(right)) return [...(left as RuntimeValue[]), ...(right as RuntimeValue[])];
	return numberOf(left) + numberOf(right);
}

function arithmetic(operator: BinaryExpression['operator'], left: number, right: number): RuntimeValue {
	switch (operator) {
		case '-':
			return left - right;
		case '*':
			return left * right;
		case '/':
			if (right === 0) throw new ValueError('division by zero');
			return Math.trunc(left / right);
		case '%':
			if (right === 0) throw new ValueError('division by zero');
			return left % right;
		case '&':
			return (left & right) >>> 0;
		case '|':
			return (left | right) >>> 0;
		case '<':
			return left < right;
		case '<=':
			return left <= right;
		case '>':
			return left > right;
		default:
			return left >= right;
	}
}

function member(node: MemberExpression, object: RuntimeValue): RuntimeValue {
	const name = node.member;
	if (object instanceof AppSocket) return socketMember(object, name);
	if (object instanceof RecordValue && Object.hasOwn(object.members, name)) return object.members[name] as RuntimeValue;
	if (object instanceof OverlappedRequest) {
		if (name === 'completed') return object.state === 'completed';
		if (name === 'event') return object.event ?? null;
	}
	if (object instanceof AddressValue) {
		if (name === 'ip') return new AddressValue(object.ip, 0, object.ip.text);
		if (name === 'port') return object.port;
	}
	if (name === 'length' && (typeof object === 'string' || object instanceof Uint8Array || Array.isArray(object))) {
		return object.length;
	}
	throw new ValueError('{0} has no member {1}', [plain(object), name]);
}

function socketMember(socket: AppSocket, name: string): RuntimeValue {
	switch (name) {
		case 'provider':
			return socket.provider;
		case 'state':
			return socket.state;
		case 'local':
			return socket.local ? addressValue(socket.local) : null;
		case 'peer':
			return socket.remote ? addressValue(socket.remote) : null;
		default:
			throw new ValueError('{0} has no member {1}', [plain(socket), name]);
	}
}

function element(object: RuntimeValue, index: number): RuntimeValue {
	if (typeof object !== 'string' && !(object instanceof Uint8Array) && !Array.isArray(object)) {
		throw new ValueError('{0} has no elements', [plain(object)]);
	}
	const found = object[index] as RuntimeValue | undefined;
	if (found === undefined) throw new ValueError('there is no element {0}; the length is {1}', [index, object.length]);
	return found;
}
