/** From fault statements to what the stack is told to do wrong, now or at a time. */

import type { WsaError } from '../../stack';
import { type CallEffect, type CallFault, type Host, type MessageFault, type World, wireName } from '../../stack';
import { parseIp, parseSocketAddress, parseSubnet, type SocketAddress, subnetContains } from '../../winsock/address';
import { constantValue } from '../../winsock/constants';
import { isWsaError } from '../../winsock/errors';
import type {
	AddressChange,
	FaultClause,
	FaultStatement,
	MessageFault as MessageFaultStatement,
	MessageSelector,
	NetworkFault,
	OrdinalRange,
	QuantityLiteral,
} from '../generated/ast';
import { readQuantity } from '../literals';

/** A duration literal in ns. */
export function nanoseconds(literal: QuantityLiteral | undefined, otherwise: number): number {
	if (!literal) return otherwise;
	const quantity = readQuantity(literal.text);
	return quantity.kind === 'duration' ? quantity.ns : otherwise;
}

/** From when until when a fault holds, ns. */
function times(
	statement: { readonly at?: QuantityLiteral; readonly for?: QuantityLiteral },
	now: number,
): { readonly fromNs: number; readonly untilNs: number } {
	const fromNs = nanoseconds(statement.at, now);
	const forNs = nanoseconds(statement.for, Number.POSITIVE_INFINITY);
	return { fromNs, untilNs: fromNs + forNs };
}

function range(ordinals: OrdinalRange | undefined): { readonly first: number; readonly last: number } {
	if (!ordinals) return { first: 1, last: Number.POSITIVE_INFINITY };
	const { first } = ordinals;
	return { first, last: ordinals.last ?? (ordinals.open ? Number.POSITIVE_INFINITY : first) };
}

/**
 * @param owner component that a fault without a target belongs to, where it stands inside a NIC or host
 * @param now virtual time, ns
 */
export function applyCallFault(world: World, statement: FaultStatement, owner: string, now: number): void {
	const concerns = concernedBy(statement.destination?.text);
	const fault = (from: number): CallFault => ({
		component: componentOf(world, statement, owner),
		call: statement.call,
		...range(statement.calls),
		...(concerns ? { concerns } : {}),
		...times(statement, from),
		effect: effectOf(statement.clauses),
	});
	const { atMessage } = statement;
	if (!atMessage) world.callFaults.add(fault(now));
	else world.messageFaults.watch(selected(atMessage), () => world.callFaults.add(fault(world.simulation.now)));
}

/** `to 10.1.0.2:7000`, `to 10.1.0.2` (any port) or `to 10.1.0.0/16`. */
function concernedBy(text: string | undefined): ((address: SocketAddress) => boolean) | undefined {
	if (text === undefined) return undefined;
	const subnet = parseSubnet(text);
	if (subnet) return ({ ip }) => subnetContains(subnet, ip);
	const exact = parseSocketAddress(text);
	if (exact) return (address) => address.text === exact.text;
	const ip = parseIp(text);
	return (address) => ip?.text === address.ip.text;
}

/** The message that a fault waits for, or is about. */
function selected(
	message: MessageSelector | undefined,
): Pick<MessageFault, 'message' | 'first' | 'last' | 'from' | 'to'> {
	return {
		...(message?.messageKind === undefined ? {} : { message: wireName(message.messageKind) }),
		...range(message?.ordinals),
		...(message?.from ? { from: message.from.parts.join('.') } : {}),
		...(message?.to ? { to: message.to.parts.join('.') } : {}),
	};
}

/** Inside the block of a host, a target such as `ib0` means the host's own. */
function componentOf(world: World, statement: FaultStatement, owner: string): string {
	const parts = statement.target?.parts;
	if (!parts) return owner;
	const path = parts.join('.');
	const [host = ''] = owner.split('.');
	return owner === '' || world.hosts.has(parts[0] ?? '') ? path : `${host}.${path}`;
}

function effectOf(clauses: readonly FaultClause[]): CallEffect {
	let effect: CallEffect = { skips: [] };
	for (const clause of clauses) effect = { ...effect, ...clauseEffect(clause, effect.skips) };
	return effect;
}

function clauseEffect(clause: FaultClause, skips: readonly string[]): Partial<CallEffect> {
	switch (clause.$type) {
		case 'OutcomeClause':
			return { outcome: outcome(clause.outcome) };
		case 'PendingClause':
			return {
				pendingNs: clause.forever ? Number.POSITIVE_INFINITY : nanoseconds(clause.delay, 0),
				...(clause.outcome ? { outcome: outcome(clause.outcome) } : {}),
			};
		case 'ReturnClause': {
			const { value } = clause;
			if (value.$type === 'IntegerLiteral') return { returns: value.value };
			if (value.$type !== 'NameReference') return { returns: 0 };
			return { returns: isWsaError(value.name) ? value.name : (constantValue(value.name) ?? 0) };
		}
		case 'SignalClause': {
			const count = clause.times === 'never' ? 0 : clause.times === 'twice' ? 2 : 1;
			return clause.what === 'signal' ? { signals: count } : { completions: count };
		}
		case 'SkipClause':
			return { skips: [...skips, clause.call] };
	}
}

function outcome(node: { readonly success: boolean; readonly error?: string }): 'success' | WsaError {
	return node.error !== undefined && isWsaError(node.error) ? node.error : 'success';
}

/**
 * Applies a network fault, or arranges for it at its time.
 * @param source the statement, by its number in the trace
 */
export function applyNetworkFault(world: World, statement: NetworkFault, source: number): void {
	const { atMessage } = statement;
	if (!atMessage) beginNetworkFault(world, statement, source);
	else world.messageFaults.watch(selected(atMessage), () => beginNetworkFault(world, statement, source));
}

function beginNetworkFault(world: World, statement: NetworkFault, source: number): void {
	const { simulation } = world;
	if (statement.$type === 'MessageFault') {
		world.messageFaults.add(messageFault(statement, simulation.now));
		return;
	}
	const { fromNs, untilNs } = times(statement, simulation.now);
	// A message that brings a fault about is on its way already.
	simulation.at(fromNs, () => switchFault(world, statement, true, source));
	if (untilNs !== Number.POSITIVE_INFINITY) simulation.at(untilNs, () => switchFault(world, statement, false, source));
}

function switchFault(
	world: World,
	statement: Exclude<NetworkFault, MessageFaultStatement>,
	on: boolean,
	source: number,
): void {
	const target = statement.target.parts.join('.');
	switch (statement.$type) {
		case 'PartitionFault':
			world.setPartition(target, statement.other?.parts.join('.'), (statement.action === 'partition') === on, source);
			return;
		case 'LinkFault':
			link(world, target, (statement.action === 'up') === on, source);
			return;
		case 'CrashFault':
			for (const host of world.hosts.values()) if (on && host.name === target) world.crash(host, source);
			return;
		case 'ProviderChange':
			for (const [host, nic] of nicsNamed(world, target)) {
				world.setProviderInstalled(host, nic, (statement.action === 'install') === on, source);
			}
			return;
		case 'AddressChange':
			changeAddress(world, target, statement, (statement.action === 'add') === on, source);
	}
}

function link(world: World, target: string, up: boolean, source: number): void {
	for (const [host, nic] of nicsNamed(world, target)) world.setLink(host, nic, up, source);
}

/** The NIC of that name, or all NICs of that host. */
function nicsNamed(world: World, target: string): readonly (readonly [Host, Host['nics'][number]])[] {
	return [...world.hosts.values()].flatMap((host) =>
		host.nics
			.filter((nic) => [host.name, `${host.name}.${nic.settings.name}`, nic.name].includes(target))
			.map((nic) => [host, nic] as const),
	);
}

function changeAddress(world: World, target: string, { address }: AddressChange, add: boolean, source: number): void {
	const ip = parseIp(address.text);
	if (!ip) return;
	for (const [host, nic] of nicsNamed(world, target)) {
		if (add) world.addAddress(host, nic, ip, source);
		else world.removeAddress(host, nic, ip, source);
	}
}

function messageFault(statement: MessageFaultStatement, now: number): MessageFault {
	return {
		action: statement.action,
		...selected(statement.message),
		...times(statement, now),
		byNs: nanoseconds(statement.by, 0),
	};
}
