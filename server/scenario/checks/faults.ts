/** Faults: a component that has the call, an outcome that exists, times that are times. */

import { boundaryCalls, findBoundaryCall, findScenarioCall } from '../../winsock/calls';
import { isWsaError, wsaErrorNames } from '../../winsock/errors';
import { type FaultClauses, type FaultComponent, faultClausesOf } from '../../winsock/faultClauses';
import { type Component, type ComponentKind, resolveComponent } from '../components';
import {
	type AddressChange,
	type CrashFault,
	type FaultClause,
	type FaultStatement,
	isHost,
	isNic,
	type LinkFault,
	type MessageSelector,
	type OrdinalRange,
	type Outcome,
	type PartitionFault,
	type ProviderChange,
	type QuantityLiteral,
} from '../generated/ast';
import { readQuantity } from '../literals';
import { nearestName } from '../nearestName';
import { type CheckContext, pathPrefix, threadsAround } from './context';
import { checkPath, pathText } from './paths';
import { checkChangedAddress } from './topology';

const boundaryNames = boundaryCalls.map(({ name }) => name);

export function checkFaults(context: CheckContext): void {
	const { nodes } = context;
	for (const node of nodes.of('FaultStatement')) checkFault(context, node);
	for (const node of nodes.of('PartitionFault')) checkPartition(context, node);
	for (const node of nodes.of('LinkFault')) checkTarget(context, node, ['provider', 'card'], 'alice.ib0');
	for (const node of nodes.of('CrashFault')) checkTarget(context, node, ['host'], 'bob');
	for (const node of nodes.of('ProviderChange')) checkTarget(context, node, ['provider'], 'alice.ib0');
	for (const node of nodes.of('AddressChange')) checkAddressChange(context, node);
	for (const { by } of nodes.of('MessageFault')) checkDuration(context, by);
	for (const node of nodes.of('MessageSelector')) checkSelector(context, node);
	for (const node of nodes.of('OrdinalRange')) checkRange(context, node);
	for (const node of nodes.of(
		'FaultStatement',
		'PartitionFault',
		'LinkFault',
		'CrashFault',
		'MessageFault',
		'ProviderChange',
		'AddressChange',
	)) {
		checkDuration(context, node.at);
		checkDuration(context, node.for);
	}
}

export function checkDuration(context: CheckContext, literal: QuantityLiteral | undefined): void {
	if (literal?.text === undefined) return;
	const { kind } = readQuantity(literal.text);
	if (kind !== 'duration' && kind !== 'unknown') context.error(literal, 'duration-expected', { found: literal.text });
}

function checkFault(context: CheckContext, node: FaultStatement): void {
	checkFaultTarget(context, node);
	checkFaultCall(context, node, node.call, 'call');
	for (const clause of node.clauses) checkClause(context, clause);
	checkFits(context, node);
	const decisions = node.clauses.filter(
		({ $type }) => $type === 'OutcomeClause' || $type === 'PendingClause' || $type === 'ReturnClause',
	);
	const [, second] = decisions;
	if (second !== undefined) context.error(second, 'second-outcome');
}

/** In the block of a NIC a fault is about its provider; in that of a host the path starts there. */
function checkFaultTarget(context: CheckContext, node: FaultStatement): void {
	const prefix = pathPrefix(node);
	if (node.target === undefined) {
		if (!isNic(node.$container))
			context.error(
				node,
				isHost(node.$container) ? 'fault-target-missing-host' : 'fault-target-missing',
				{},
				{ property: 'call' },
			);
		return;
	}
	const component = checkPath(context, node.target, prefix);
	if (component !== undefined && !['provider', 'tcpip', 'proxy', 'nic', 'switch'].includes(component.kind)) {
		context.error(node.target, 'fault-target', { target: pathText(node.target) });
	}
}

const faultComponents: Readonly<Partial<Record<ComponentKind, FaultComponent>>> = {
	provider: 'provider',
	tcpip: 'tcpip',
	switch: 'switch',
};

/** Whether the component has the call, and whether the simulation can do to it what the clauses say. */
function checkFits(context: CheckContext, node: FaultStatement): void {
	const { call, target } = node;
	const path = [...pathPrefix(node), ...(target?.parts ?? [])];
	const component = resolveComponent(context.declarations, threadsAround(node), path);
	if (call === undefined || component.kind === 'unknown' || findBoundaryCall(call) === undefined) return;
	if (component.kind === 'host' || component.kind === 'thread') return;
	const kind = faultComponents[component.kind];
	const fits = kind === undefined ? undefined : faultClausesOf(kind, call);
	if (fits === undefined) {
		context.error(node, 'fault-call-elsewhere', { target: path.join('.'), name: call }, { property: 'call' });
		return;
	}
	for (const clause of node.clauses) {
		if (fitsClause(fits, clause)) continue;
		const text = clause.$cstNode?.text ?? '';
		context.error(clause, 'fault-clause-unfit', { name: call, clause: text, possible: possibilities(fits) });
	}
}

function fitsClause(fits: FaultClauses, clause: FaultClause): boolean {
	switch (clause.$type) {
		case 'OutcomeClause':
			return true;
		case 'PendingClause':
			return fits.pending === true;
		case 'ReturnClause':
			return fits.number === true || (clause.value?.$type === 'NameReference' && isWsaError(clause.value.name));
		case 'SignalClause':
			return clause.what === 'signal' ? fits.signal === true : fits.complete === true;
		case 'SkipClause':
			return findBoundaryCall(clause.call) === undefined || (fits.skip?.some((name) => name === clause.call) ?? false);
	}
}

function possibilities(fits: FaultClauses): string {
	return [
		'WSAENOBUFS',
		...(fits.number ? ['return 0'] : []),
		...(fits.pending ? ['pending 2ms, then success'] : []),
		...(fits.signal ? ['signal never'] : []),
		...(fits.complete ? ['complete never'] : []),
		...(fits.skip ?? []).map((name) => `skip ${name}`),
	].join('; ');
}

function checkFaultCall(
	context: CheckContext,
	node: FaultStatement | FaultClause,
	name: string | undefined,
	property: string,
): void {
	if (name === undefined || findBoundaryCall(name) !== undefined) return;
	const application = findScenarioCall(name);
	if (application !== undefined) {
		context.error(node, 'not-a-provider-call', { name }, { property, hint: application.spi });
		return;
	}
	context.error(node, 'unknown-call', { name }, { property, hint: nearestName(name, boundaryNames) });
}

function checkClause(context: CheckContext, clause: FaultClause): void {
	switch (clause.$type) {
		case 'OutcomeClause':
			checkOutcome(context, clause.outcome);
			return;
		case 'PendingClause':
			checkDuration(context, clause.delay);
			checkOutcome(context, clause.outcome);
			if (clause.forever && clause.outcome !== undefined) context.error(clause.outcome, 'forever-then');
			return;
		case 'SkipClause':
			checkFaultCall(context, clause, clause.call, 'call');
			return;
		default:
	}
}

function checkOutcome(context: CheckContext, outcome: Outcome | undefined): void {
	if (outcome?.error === undefined || isWsaError(outcome.error)) return;
	const hint = nearestName(outcome.error, [
		...wsaErrorNames,
		'success',
		'pending',
		'signal',
		'return',
		'skip',
		'complete',
	]);
	context.error(outcome, 'unknown-error', { name: outcome.error }, { hint });
}

function checkRange(context: CheckContext, node: OrdinalRange): void {
	if (node.first === 0 || (node.last !== undefined && node.last < node.first)) {
		context.error(node, 'bad-range', { found: node.$cstNode?.text ?? '' });
	}
}

function checkTarget(
	context: CheckContext,
	node: LinkFault | CrashFault | ProviderChange | AddressChange,
	kinds: readonly ComponentKind[],
	example: string,
): void {
	const component = checkPath(context, node.target);
	if (component === undefined || kinds.includes(component.kind)) return;
	context.error(
		node,
		'network-fault-target',
		{ target: pathText(node.target), action: actionOf(node), example },
		{ property: 'target' },
	);
}

function checkAddressChange(context: CheckContext, node: AddressChange): void {
	checkTarget(context, node, ['provider', 'card'], 'alice.ib0');
	if (node.target === undefined || node.address === undefined) return;
	const component = resolveComponent(context.declarations, threadsAround(node), node.target.parts);
	if (component.kind !== 'unknown' && component.nic) checkChangedAddress(context, component.nic, node.address);
}

function actionOf(node: LinkFault | CrashFault | ProviderChange | AddressChange): string {
	return node.$type === 'CrashFault' ? 'crash' : node.action;
}

/** `partition fabric` and `heal fabric` take a network, or a host to cut off; with `from`, both are hosts. */
function checkPartition(context: CheckContext, node: PartitionFault): void {
	const { target, other, action } = node;
	const [name = '', ...rest] = target?.parts ?? [];
	const isNetwork = rest.length === 0 && context.declarations.networks.has(name);
	if (target !== undefined && !(isNetwork && other === undefined)) {
		const known = context.declarations.hosts.has(name) || rest.length > 0 || other !== undefined;
		if (known) checkHostPath(context, node, 'target', checkPath(context, target));
		else {
			const hint = nearestName(name, [...context.declarations.networks.keys(), ...context.declarations.hosts.keys()]);
			context.error(target, 'unknown-partition', { name, action }, { hint });
		}
	}
	if (other !== undefined) checkHostPath(context, node, 'other', checkPath(context, other));
}

function checkHostPath(
	context: CheckContext,
	node: PartitionFault,
	property: 'target' | 'other',
	component: Component | undefined,
): void {
	if (component === undefined || component.kind === 'host') return;
	const path = node[property];
	const target = path === undefined ? '' : pathText(path);
	context.error(node, 'network-fault-target', { target, action: node.action, example: component.host }, { property });
}

function checkSelector(context: CheckContext, node: MessageSelector): void {
	for (const end of [node.from, node.to]) {
		const component = checkPath(context, end);
		if (end !== undefined && component !== undefined && !['host', 'provider', 'card', 'nic'].includes(component.kind)) {
			context.error(end, 'network-fault-target', { target: pathText(end), action: 'message', example: component.host });
		}
	}
}
