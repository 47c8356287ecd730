/** Networks, hosts, NICs and their addresses; threads; names that must be unique. */

import type { AstNode } from 'langium';
import {
	type IpAddress,
	parseIp,
	parseSocketAddress,
	parseSubnet,
	type Subnet,
	subnetContains,
} from '../../winsock/address';
import { findScenarioCall } from '../../winsock/calls';
import { findBuiltin } from '../builtins';
import { hostParts } from '../components';
import type { Declared } from '../declarations';
import { threadsOf } from '../declarations';
import type { AddressLiteral, Host, Network, Nic, Scenario } from '../generated/ast';
import { nearestName } from '../nearestName';
import { sourceRange } from '../sourceRange';
import type { CheckContext } from './context';

export function checkTopology(context: CheckContext): void {
	const { model } = context.file;
	const { networks, hosts, functions } = context.declarations;
	for (const network of model.networks) {
		checkUnique(context, network, networks);
		checkSubnets(context, network);
	}
	const owners = addressOwners(context);
	for (const host of model.hosts) {
		checkUnique(context, host, hosts);
		checkNics(context, host, owners);
	}
	for (const declaration of model.functions) {
		const { name } = declaration;
		const taken = findScenarioCall(name ?? '') ?? findBuiltin(name ?? '');
		if (taken !== undefined) context.error(declaration, 'reserved-name', { name }, { property: 'name' });
		else checkUnique(context, declaration, functions);
	}
	checkTitles(context);
	for (const scenario of model.scenarios) checkThreads(context, scenario);
}

/** The first declaration of a name stands, here or in an imported file; every other is reported. */
function checkUnique<Node extends AstNode & { readonly name: string }>(
	context: CheckContext,
	node: Node,
	declared: ReadonlyMap<string, Declared<Node>>,
): void {
	const first = declared.get(node.name);
	if (first === undefined || first.node === node) return;
	if (first.uri === context.file.uri) reportDuplicate(context, node, first.node, node.name);
	else context.error(node, 'duplicate-name-imported', { name: node.name, file: first.uri }, { property: 'name' });
}

export function reportDuplicate(
	context: CheckContext,
	node: AstNode,
	first: AstNode,
	name: string,
	property = 'name',
): void {
	context.error(node, 'duplicate-name', { name, line: sourceRange(first).line }, { property });
}

function checkSubnets(context: CheckContext, network: Network): void {
	for (const literal of network.subnets) {
		const subnet = parseSubnet(literal.text ?? '');
		if (subnet === undefined) {
			// An address that is wrong in itself is reported as such.
			if (isAddress(literal)) context.error(literal, 'subnet-expected', { found: literal.text });
		} else if (literal.text.split('/')[0] !== subnet.network.text && isCanonical(literal)) {
			context.warning(literal, 'subnet-host-bits', { subnet: subnet.text });
		}
	}
}

/** IPv6 has several spellings of one address, so only canonical ones are compared as text. */
function isCanonical(literal: AddressLiteral): boolean {
	const [ip = ''] = literal.text.split('/');
	return parseIp(ip)?.text === ip;
}

/** Whether the literal is right in itself: what is not is reported as a bad address already. */
function isAddress(literal: AddressLiteral): boolean {
	const text = literal.text ?? '';
	return parseIp(text) !== undefined || parseSocketAddress(text) !== undefined || parseSubnet(text) !== undefined;
}

interface AddressOwner {
	readonly nic: Nic;
	readonly literal: AddressLiteral;
	readonly owner: string;
}

/** Every NIC's addresses, in the order of declaration, imported ones first. */
function addressOwners(context: CheckContext): ReadonlyMap<string, AddressOwner> {
	const owners = new Map<string, AddressOwner>();
	for (const { node: host } of context.declarations.hosts.values()) {
		for (const nic of host.nics) {
			for (const literal of nic.addresses) {
				const ip = parseIp(literal.text ?? '');
				if (ip !== undefined && !owners.has(ip.text)) {
					owners.set(ip.text, { nic, literal, owner: `${host.name}.${nic.name}` });
				}
			}
		}
	}
	return owners;
}

function checkNics(context: CheckContext, host: Host, owners: ReadonlyMap<string, AddressOwner>): void {
	const firsts = new Map<string, Nic>();
	for (const nic of host.nics) {
		const first = firsts.get(nic.name);
		if (first !== undefined) reportDuplicate(context, nic, first, nic.name);
		else if (nic.name !== undefined) firsts.set(nic.name, nic);
		if (hostParts.some((part) => part === nic.name)) {
			context.error(nic, 'reserved-name', { name: nic.name }, { property: 'name' });
		}
		const network = checkNetwork(context, nic);
		for (const literal of nic.addresses) checkNicAddress(context, network, literal, owners);
	}
}

function checkNetwork(context: CheckContext, nic: Nic): Network | undefined {
	const { networks } = context.declarations;
	const network = networks.get(nic.network)?.node;
	if (network === undefined && nic.network !== undefined) {
		const hint = nearestName(nic.network, networks.keys());
		context.error(nic, 'unknown-network', { name: nic.network }, { property: 'network', hint });
	}
	return network;
}

function checkNicAddress(
	context: CheckContext,
	network: Network | undefined,
	literal: AddressLiteral,
	owners: ReadonlyMap<string, AddressOwner>,
): void {
	const ip = parseIp(literal.text ?? '');
	if (ip === undefined) {
		if (isAddress(literal)) context.error(literal, 'plain-address-expected', { found: literal.text });
		return;
	}
	const first = owners.get(ip.text);
	if (first !== undefined && first.literal !== literal) {
		context.error(literal, 'duplicate-address', { address: ip.text, owner: first.owner });
	}
	if (network !== undefined) checkInSubnet(context, network, ip, literal);
}

/** An address that a NIC gets during a run: like a declared one, but the NIC may have it already. */
export function checkChangedAddress(context: CheckContext, nic: Nic, literal: AddressLiteral): void {
	const ip = parseIp(literal.text ?? '');
	if (ip === undefined) {
		if (isAddress(literal)) context.error(literal, 'plain-address-expected', { found: literal.text });
		return;
	}
	const first = addressOwners(context).get(ip.text);
	if (first !== undefined && first.nic !== nic) {
		context.error(literal, 'duplicate-address', { address: ip.text, owner: first.owner });
	}
	const network = context.declarations.networks.get(nic.network)?.node;
	if (network !== undefined) checkInSubnet(context, network, ip, literal);
}

function checkInSubnet(context: CheckContext, network: Network, ip: IpAddress, literal: AddressLiteral): void {
	const subnets = network.subnets
		.map(({ text }) => parseSubnet(text ?? ''))
		.filter((subnet): subnet is Subnet => subnet !== undefined);
	if (subnets.length === 0 || subnets.some((subnet) => subnetContains(subnet, ip))) return;
	context.error(literal, 'address-outside-subnet', {
		address: ip.text,
		network: network.name,
		subnets: subnets.map(({ text }) => text).join(', '),
	});
}

function checkTitles(context: CheckContext): void {
	const firsts = new Map<string, Scenario>();
	for (const scenario of context.file.model.scenarios) {
		const first = firsts.get(scenario.title);
		if (first !== undefined) reportDuplicate(context, scenario, first, scenario.title, 'title');
		else firsts.set(scenario.title, scenario);
	}
}

function checkThreads(context: CheckContext, scenario: Scenario): void {
	const threads = threadsOf(scenario);
	if (context.declarations.hosts.size === 0) context.error(scenario, 'no-hosts', {}, { property: 'title' });
	else if (threads.length === 0) context.warning(scenario, 'no-threads', {}, { property: 'title' });
	const { hosts } = context.declarations;
	for (const [index, thread] of threads.entries()) {
		const { host, name } = thread;
		if (host === undefined || name === undefined) continue;
		const declared = hosts.get(host)?.node;
		if (declared === undefined) {
			context.error(
				thread,
				'unknown-host',
				{ name: host },
				{ property: 'host', hint: nearestName(host, hosts.keys()) },
			);
			continue;
		}
		const first = threads.slice(0, index).find((other) => other.host === host && other.name === name);
		if (first !== undefined) reportDuplicate(context, thread, first, `${host}.${name}`);
		const taken = [...hostParts, ...declared.nics.map((nic) => nic.name)];
		if (taken.includes(name)) context.error(thread, 'reserved-name', { name: `${host}.${name}` }, { property: 'name' });
	}
}
