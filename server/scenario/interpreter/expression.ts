/**
 * From expressions to closures. An expression that contains a call may wait, so it becomes a coroutine; all others become
 * plain functions, which is most of them. As in `statement.ts`, no coroutine function is made by compiling.
 */
import { after, type Coroutine, type Eventual, settled, waits } from '../../simulation';
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
import type { Actor, Frame } from './frame';
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
	ValueError,
} from './value';
import { checkLength, listOf } from './valueLimits';
import { type Result, type WinsockFunction, winsockFunction } from './winsock';

export type Evaluate = (frame: Frame) => RuntimeValue;
export type EvaluateWaiting = (frame: Frame) => Eventual<RuntimeValue>;

/** `plain` where the expression cannot wait, else `waiting`. */
export type Compiled =
	| { readonly plain: Evaluate; readonly waiting?: undefined }
	| { readonly plain?: undefined; readonly waiting: EvaluateWaiting };

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
				(items) => listOf(items),
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
			return { waiting: compileCall(program, node, errorAsFailure) };
		case 'TryExpression':
			return { waiting: compileCall(program, node.call, errorAsValue) };
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
	const evaluators = plainOnly(parts);
	if (evaluators) return { plain: (frame) => join(evaluateAll(evaluators, frame)) };
	return { waiting: (frame) => combineWaiting(parts, join, frame) };
}

function plainOnly(parts: readonly Compiled[]): readonly Evaluate[] | undefined {
	const evaluators = parts.flatMap(({ plain: evaluate }) => (evaluate ? [evaluate] : []));
	return evaluators.length === parts.length ? evaluators : undefined;
}

function* combineWaiting(
	parts: readonly Compiled[],
	join: (values: readonly RuntimeValue[]) => RuntimeValue,
	frame: Frame,
): Coroutine<RuntimeValue> {
	return join(yield* evaluateWaiting(parts, frame));
}

function compileLogical(
	program: Program,
	operator: 'and' | 'or',
	leftNode: Expression,
	rightNode: Expression,
): Compiled {
	const left = compileExpression(program, leftNode);
	const right = compileExpression(program, rightNode);
	return { waiting: (frame) => judgeInOrder(operator, left, right, frame) };
}

function* judgeInOrder(operator: 'and' | 'or', left: Compiled, right: Compiled, frame: Frame): Coroutine<RuntimeValue> {
	const first = truthy(left.plain ? left.plain(frame) : yield* settled(left.waiting(frame)));
	if (operator === 'and' ? !first : first) return first;
	return truthy(right.plain ? right.plain(frame) : yield* settled(right.waiting(frame)));
}

/** What becomes of the outcome of a call. */
type Ending<R> = (outcome: CallResult) => R;

/** A call. @param ending what becomes of its outcome: an error may be a value, or end the statement */
export function compileCall<R>(
	program: Program,
	node: CallExpression,
	ending: Ending<R>,
): (frame: Frame) => Eventual<R> {
	const { name } = node;
	const winsock = winsockFunction(name);
	const work = winsock ? winsockWork(name, winsock) : ownWork(program, name);
	const call: Call<R> = { name, work, args: argumentsInOrder(program, node), ending };
	return (frame) => carryOut(call, frame);
}

export function errorAsValue(outcome: CallResult): RuntimeValue {
	return outcome instanceof CallError ? outcome.error : outcome;
}

function errorAsFailure(outcome: CallResult): RuntimeValue {
	if (outcome instanceof CallError) throw outcome;
	return outcome;
}

/** WSACleanup fails by itself. */
const worksAfterCleanup: ReadonlySet<string> = new Set(['WSACleanup', 'WSAGetLastError']);

/** Arguments in the order of the parameters; `plain` where none of them can wait. */
interface Arguments {
	readonly parts: readonly Compiled[];
	readonly plain: readonly Evaluate[] | undefined;
}

function evaluateAll(parts: readonly Evaluate[], frame: Frame): readonly RuntimeValue[] {
	return parts.map((part) => part(frame));
}

function* evaluateWaiting(parts: readonly Compiled[], frame: Frame): Coroutine<readonly RuntimeValue[]> {
	const values: RuntimeValue[] = [];
	for (const part of parts) {
		const value = part.plain ? part.plain(frame) : part.waiting(frame);
		values.push(waits(value) ? yield* value : value);
	}
	return values;
}

/** A call to be carried out. */
interface Call<R> {
	readonly name: string;
	readonly work: (frame: Frame, values: readonly RuntimeValue[]) => Eventual<CallResult>;
	readonly args: Arguments;
	readonly ending: Ending<R>;
}

function carryOut<R>(call: Call<R>, frame: Frame): Eventual<R> {
	const { plain: parts } = call.args;
	return parts ? begin(call, evaluateAll(parts, frame), frame) : carryOutWaiting(call, frame);
}

function* carryOutWaiting<R>(call: Call<R>, frame: Frame): Coroutine<R> {
	const result = begin(call, yield* evaluateWaiting(call.args.parts, frame), frame);
	return waits(result) ? yield* result : result;
}

function begin<R>({ work, ending }: Call<R>, values: readonly RuntimeValue[], frame: Frame): Eventual<R> {
	return after(work(frame, values), ending);
}

/** A socket of another process: to this one its descriptor means nothing, until it has a duplicate (DUP-2). */
function isForeign(value: RuntimeValue | undefined, { process }: Actor): boolean {
	if (!(value instanceof AppSocket) || value.state === 'closed') return false;
	return process.switch.sockets.get(value.descriptor) !== value;
}

/** A Winsock function as a call's work. */
function winsockWork(name: string, winsock: WinsockFunction): Call<unknown>['work'] {
	const works = worksAfterCleanup.has(name);
	return (frame, values) => {
		const { actor } = frame;
		// CLEAN-2: nothing works after the final WSACleanup.
		if (actor.process.switch.cleanedUp && !works) return settle(name, frame, 'WSANOTINITIALISED');
		if (isForeign(values[0], actor)) return settle(name, frame, 'WSAENOTSOCK');
		try {
			const outcome = winsock(actor, values);
			return waits(outcome) ? waitForOutcome(name, outcome, frame) : settle(name, frame, outcome);
		} catch (problem) {
			return leftAtEntry(name, problem, frame);
		}
	};
}

function* waitForOutcome(name: string, work: Coroutine<Outcome<Result>>, frame: Frame): Coroutine<CallResult> {
	try {
		return settle(name, frame, yield* work);
	} catch (problem) {
		return leftAtEntry(name, problem, frame);
	}
}

/** In a what-if branch a call can be left at its entry with another outcome. */
function leftAtEntry(name: string, problem: unknown, frame: Frame): CallResult {
	if (problem instanceof LeftCall) return settle(name, frame, problem.outcome);
	throw problem;
}

/** The arguments in the order of the parameters: named ones at their place, NULL where one is left out. */
function argumentsInOrder(program: Program, node: CallExpression): Arguments {
	const names = parametersOf(program, node.name);
	const ordered: Compiled[] = [];
	node.arguments.forEach((argument, i) => {
		const at = argument.name === undefined ? i : names.indexOf(argument.name);
		ordered[at < 0 ? i : at] = compileExpression(program, argument.value);
	});
	const parts = Array.from(ordered, (argument) => argument ?? constant(null));
	return { parts, plain: plainOnly(parts) };
}

function parametersOf(program: Program, name: string): readonly string[] {
	const parameters = findScenarioCall(name)?.parameters ?? findBuiltin(name)?.parameters;
	return (parameters ?? program.declarations.functions.get(name)?.node.parameters ?? []).map((known) => known.name);
}

export type CallResult = RuntimeValue | CallError;

/** A function of the language or of the scenario as a call's work. */
function ownWork(program: Program, name: string): Call<unknown>['work'] {
	const builtin = builtinFunction(name);
	if (builtin) return (frame, values) => builtin(frame.actor, values);
	return (frame, values) => {
		const declared = program.functions.get(name);
		if (!declared) throw new ValueError('{0} is not carried out by this version of SANFlow', [name]);
		return declared(frame.actor, values);
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
	if (typeof left === 'string' || typeof right === 'string') return join(plain(left), plain(right));
	if (left instanceof Uint8Array && right instanceof Uint8Array) {
		checkLength(left.length + right.length);
		const sum = new Uint8Array(left.length + right.length);
		sum.set(left);
		sum.set(right, left.length);
		return sum;
	}
	if (Array.isArray(left) && Array.isArray(right)) {
		return listOf([...(left as RuntimeValue[]), ...(right as RuntimeValue[])]);
	}
	return whole(numberOf(left) + numberOf(right));
}

function join(left: string, right: string): string {
	checkLength(left.length + right.length);
	return left + right;
}

/** @throws ValueError where a number is too large to be exact */
function whole(value: number): number {
	if (Number.isSafeInteger(value)) return value;
	throw new ValueError('{0} is too large; the largest number is {1}', [value, Number.MAX_SAFE_INTEGER]);
}

function arithmetic(operator: BinaryExpression['operator'], left: number, right: number): RuntimeValue {
	switch (operator) {
		case '-':
			return whole(left - right);
		case '*':
			return whole(left * right);
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
