/** Expectations that can never hold, or always: components that never talk, calls that pass the other way, no such rule. */

import { allRules, findRule } from '../../rules/ruleBook';
import type { BoundaryKind } from '../../winsock/call';
import { boundaryCalls, findBoundaryCall, findCall, findScenarioCall, scenarioCalls } from '../../winsock/calls';
import { type Component, canTalk } from '../components';
import {
	type BinaryExpression,
	type CallExpectation,
	type CallPattern,
	isMemberExpression,
	isStringLiteral,
	type PatternStep,
	type ViolationExpectation,
} from '../generated/ast';
import { nearestName } from '../nearestName';
import type { CheckContext } from './context';
import { checkDuration } from './faults';
import { checkPath, pathText } from './paths';

const callNames = [...boundaryCalls, ...scenarioCalls].map(({ name }) => name);

export function checkExpectations(context: CheckContext): void {
	for (const node of context.nodes.of('CallExpectation')) checkCallExpectation(context, node);
	for (const node of context.nodes.of('ViolationExpectation')) checkRules(context, node);
	for (const { within } of context.nodes.of('ValueExpectation')) checkDuration(context, within);
	for (const node of context.nodes.of('BinaryExpression')) checkProviderName(context, node);
}

function checkCallExpectation(context: CheckContext, node: CallExpectation): void {
	checkDuration(context, node.within);
	const from = checkPath(context, node.from);
	const to = checkPath(context, node.to);
	if (from !== undefined && to !== undefined && !canTalk(from, to)) {
		context.warning(node, 'never-talk', { from: pathText(node.from), to: pathText(node.to) }, { property: 'from' });
		return;
	}
	for (const step of node.steps) checkStep(context, step, from, to);
}

function checkStep(
	context: CheckContext,
	step: PatternStep,
	from: Component | undefined,
	to: Component | undefined,
): void {
	switch (step.$type) {
		case 'AnyCalls':
			return;
		case 'UnorderedGroup':
			for (const inner of step.steps) checkPattern(context, inner, from, to);
			return;
		default:
			checkPattern(context, step, from, to);
	}
}

function checkPattern(
	context: CheckContext,
	pattern: CallPattern,
	from: Component | undefined,
	to: Component | undefined,
): void {
	const { call } = pattern;
	// Only the interfaces of the switch have documented calls; below the providers pass messages and driver requests.
	if (call === undefined || from === undefined || to === undefined || from.host !== to.host) return;
	if (from.kind !== 'switch' && to.kind !== 'switch') return;
	const documented = findCall(call);
	if (documented === undefined) {
		context.warning(pattern, 'never-called', { name: call }, { property: 'call', hint: nearestName(call, callNames) });
		return;
	}
	if (!passes(call, from, to)) {
		context.warning(
			pattern,
			'never-passes',
			{ name: call, from: partName(from), to: partName(to) },
			{ property: 'call' },
		);
	}
	const names = documented.parameters.map(({ name }) => name);
	for (const argument of pattern.arguments) {
		if (argument.name === undefined || names.includes(argument.name)) continue;
		const args = { name: argument.name, call, signature: `${call}(${names.join(', ')})` };
		context.warning(argument, 'unknown-parameter', args, { property: 'name', hint: nearestName(argument.name, names) });
	}
}

function partName({ host, kind, nic, thread }: Component): string {
	if (thread !== undefined) return `${host}.${thread.name}`;
	if (nic === undefined) return `${host}.${kind}`;
	return kind === 'provider' || kind === 'card' ? `${host}.${nic.name}` : `${host}.${nic.name}.${kind}`;
}

const downCalls: readonly BoundaryKind[] = ['spi', 'san-extension', 'win32'];
const upCalls: readonly BoundaryKind[] = ['upcall', 'win32'];

/** Whether that call can go from one neighbour to the other, by the documented directions of the interfaces. */
function passes(call: string, from: Component, to: Component): boolean {
	const boundary = findBoundaryCall(call);
	if (from.kind === 'thread' && to.kind === 'switch')
		return findScenarioCall(call) !== undefined || boundary?.kind === 'spi';
	if (boundary === undefined) return false;
	if (from.kind === 'switch' && (to.kind === 'provider' || to.kind === 'tcpip'))
		return downCalls.includes(boundary.kind);
	if ((from.kind === 'provider' || from.kind === 'tcpip') && to.kind === 'switch')
		return upCalls.includes(boundary.kind);
	return true;
}

function checkRules(context: CheckContext, node: ViolationExpectation): void {
	for (const reference of node.rules) {
		const { id } = reference;
		if (id === undefined) continue;
		const rule = findRule(id);
		if (rule === undefined) {
			context.error(
				reference,
				'unknown-rule',
				{ id },
				{
					hint: nearestName(
						id,
						allRules().map((known) => known.id),
					),
				},
			);
		} else if (!rule.observable) {
			context.warning(reference, 'rule-not-observable', { id });
		}
	}
}

/** `s.provider == "ib9"`: the name must be "tcpip" or that of a NIC somewhere. */
function checkProviderName(context: CheckContext, { left, operator, right }: BinaryExpression): void {
	if (operator !== '==' && operator !== '!=') return;
	const [member, literal] = isStringLiteral(right) ? [left, right] : [right, left];
	if (!isMemberExpression(member) || member.member !== 'provider' || !isStringLiteral(literal)) return;
	if (context.types.typeOf(member.object).kind !== 'socket') return;
	const names = [
		'tcpip',
		...[...context.declarations.hosts.values()].flatMap(({ node }) => node.nics.map(({ name }) => name)),
	];
	if (names.includes(literal.value)) return;
	const nearest = nearestName(literal.value, names);
	context.warning(
		literal,
		'never-a-provider',
		{ name: literal.value },
		{ hint: nearest === undefined ? undefined : `"${nearest}"` },
	);
}
