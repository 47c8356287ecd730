/** Calls in threads and functions: the function exists, and the arguments fit its parameters in number, name and type. */

import type { AstNode } from 'langium';
import { parseSocketAddress } from '../../winsock/address';
import { findBoundaryCall, findScenarioCall, formatScenarioCall, scenarioCalls } from '../../winsock/calls';
import { formatType, type ScenarioType } from '../../winsock/scenarioTypes';
import { anyType, builtins, findBuiltin } from '../builtins';
import {
	type CallArgument,
	type CallExpression,
	isAddressLiteral,
	isCallExpression,
	isLetStatement,
} from '../generated/ast';
import { nearestName } from '../nearestName';
import { descendantsOf } from '../tree';
import { fits } from '../types';
import type { CheckContext } from './context';

interface Signature {
	readonly text: string;
	readonly parameters: readonly { readonly name: string; readonly type: ScenarioType; readonly optional?: true }[];
	readonly variadic: boolean;
}

export function checkCalls(context: CheckContext): void {
	for (const node of context.nodes.of('CallExpression')) {
		if (node.name !== undefined) checkCall(context, node);
	}
	for (const { items } of context.nodes.of('Scenario')) {
		for (const { value } of items.filter(isLetStatement)) if (value !== undefined) checkBeforeStart(context, value);
	}
}

/** Functions that make a value and need no process for it; the others of Winsock, and these, act in one. */
const valueFunctions: ReadonlySet<string> = new Set(['WSACreateEvent', 'WSAOVERLAPPED']);
const processFunctions: ReadonlySet<string> = new Set(['DuplicateHandle', 'inherit', 'VirtualFree']);

/** Variables of a scenario are computed before its processes start. */
function checkBeforeStart(context: CheckContext, value: AstNode): void {
	for (const node of descendantsOf(value)) {
		if (!isCallExpression(node) || node.name === undefined || valueFunctions.has(node.name)) continue;
		const kind = context.scopes.meanings.get(node)?.kind;
		if (kind === 'winsock' || kind === 'function' || processFunctions.has(node.name)) {
			context.error(node, 'call-before-start', { name: node.name }, { property: 'name' });
		}
	}
}

/** What can be called by that name, in one shape; undefined if nothing. */
export function signatureOf(context: Pick<CheckContext, 'declarations'>, name: string): Signature | undefined {
	const call = findScenarioCall(name);
	if (call !== undefined) return { text: formatScenarioCall(call), parameters: call.parameters, variadic: false };
	const builtin = findBuiltin(name);
	if (builtin !== undefined) {
		const names = builtin.parameters.map((parameter) => parameter.name + (parameter.optional ? '?' : ''));
		const variadic = builtin.variadic ?? false;
		return { text: `${name}(${names.join(', ')}${variadic ? ', …' : ''})`, parameters: builtin.parameters, variadic };
	}
	const declared = context.declarations.functions.get(name)?.node;
	if (declared === undefined) return undefined;
	const names = declared.parameters.map((parameter) => parameter.name ?? '');
	const parameters = names.map((parameter) => ({ name: parameter, type: anyType }));
	return { text: `${name}(${names.join(', ')})`, parameters, variadic: false };
}

function checkCall(context: CheckContext, node: CallExpression): void {
	const signature = signatureOf(context, node.name);
	if (signature === undefined) {
		reportUnknownFunction(context, node);
		return;
	}
	const given = matchArguments(context, node, signature);
	const missing = signature.parameters.some(
		({ name, optional }, index) =>
			!optional && !given.has(name) && !(signature.variadic && index === signature.parameters.length - 1),
	);
	if (missing || (!signature.variadic && node.arguments.length > signature.parameters.length)) {
		const args = {
			name: node.name,
			signature: signature.text,
			found: node.arguments.length,
			...expectedCount(signature),
		};
		context.error(node, 'argument-count', args, { property: 'name' });
	}
}

function expectedCount({ parameters, variadic }: Signature): { readonly expected: string } {
	const least = variadic ? 0 : parameters.filter(({ optional }) => !optional).length;
	if (variadic) return { expected: '0..' };
	return { expected: least === parameters.length ? String(least) : `${least}..${parameters.length}` };
}

/** Reports wrong names and types; returns the names of the parameters that were given. */
function matchArguments(context: CheckContext, node: CallExpression, signature: Signature): ReadonlySet<string> {
	const given = new Set<string>();
	let named = false;
	for (const [index, argument] of node.arguments.entries()) {
		const { parameters } = signature;
		const positional = parameters[index] ?? (signature.variadic ? parameters.at(-1) : undefined);
		const parameter = argument.name === undefined ? positional : parameters.find(({ name }) => name === argument.name);
		if (argument.name === undefined && named) context.error(argument, 'positional-after-named');
		named ||= argument.name !== undefined;
		if (parameter === undefined) {
			if (argument.name !== undefined) reportUnknownParameter(context, node, argument, signature);
			continue;
		}
		if (given.has(parameter.name) && !signature.variadic)
			context.error(argument, 'argument-twice', { parameter: parameter.name });
		given.add(parameter.name);
		checkType(context, argument, parameter.name, parameter.type);
	}
	return given;
}

function reportUnknownParameter(
	context: CheckContext,
	node: CallExpression,
	argument: CallArgument,
	signature: Signature,
): void {
	const hint = nearestName(
		argument.name ?? '',
		signature.parameters.map(({ name }) => name),
	);
	const args = { name: argument.name ?? '', call: node.name, signature: signature.text };
	context.error(argument, 'unknown-parameter', args, { property: 'name', hint });
}

function checkType(context: CheckContext, argument: CallArgument, parameter: string, expected: ScenarioType): void {
	const { value } = argument;
	if (value === undefined) return;
	const actual = context.types.typeOf(value);
	if (!fits(actual, expected)) {
		context.error(value, 'argument-type', { parameter, expected: formatType(expected), actual: formatType(actual) });
	} else if (parameter === 'address' && isAddressLiteral(value) && /^[\d.]+$|^[^[\]]*::?[^[\]]*$/.test(value.text)) {
		// An address without port may be a value, but no call that takes a socket address can use it.
		if (parseSocketAddress(value.text) === undefined) context.error(value, 'port-expected', { found: value.text });
	}
}

function reportUnknownFunction(context: CheckContext, node: CallExpression): void {
	const { name } = node;
	const boundary = findBoundaryCall(name);
	if (boundary !== undefined) {
		const hint = scenarioCalls.find(({ spi }) => spi === name)?.name;
		context.error(node, 'not-an-application-call', { name }, { property: 'name', hint });
		return;
	}
	const candidates = [
		...context.declarations.functions.keys(),
		...scenarioCalls.map((call) => call.name),
		...builtins.map((builtin) => builtin.name),
	];
	context.error(node, 'unknown-function', { name }, { property: 'name', hint: nearestName(name, candidates) });
}
