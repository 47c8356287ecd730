/** From the declarations of a scenario file, and what a scenario changes of them, to the topology that the stack is built from. */
import type { ConnectManner, HostSettings, NetworkSettings, NicSettings, Topology } from '../../stack';
import { type IpAddress, parseIp, parseSubnet, type Subnet, subnetContains } from '../../winsock/address';
import type { Declarations } from '../declarations';
import {
	type Configuration,
	type Host,
	isConfiguration,
	type Network,
	type Nic,
	type Scenario,
	type Setting,
} from '../generated/ast';
import { type Completion, hostSettingsOf, networkSettings, nicSettingsOf } from '../settings';

/** @throws RangeError if the file has errors that the checks report: a file with errors must not be run */
export function topologyOf(declarations: Declarations, scenario: Scenario): Topology {
	const configurations = scenario.items.filter(isConfiguration);
	const networks = [...declarations.networks.values()].map(({ node }) =>
		networkOf(node, overridesFor(configurations, node.name)),
	);
	return {
		networks,
		hosts: [...declarations.hosts.values()].map(({ node }) => hostOf(node, networks, configurations)),
	};
}

function overridesFor(configurations: readonly Configuration[], path: string): readonly Setting[] {
	return configurations.filter((item) => item.target.parts.join('.') === path).flatMap((item) => item.settings);
}

function networkOf(network: Network, overrides: readonly Setting[]): NetworkSettings {
	const settings = networkSettings(network, overrides);
	return {
		name: network.name,
		kind: network.kind,
		subnets: network.subnets.map((literal) => required(parseSubnet(literal.text), literal.text)),
		latencyNs: settings.latency,
		bandwidth: settings.bandwidth,
		// A SAN delivers reliably and in order (DATA-11); what its links lose, its own transport repeats.
		loss: network.kind === 'san' ? 0 : settings.loss,
		duplicate: 0,
		reorder: network.kind === 'san' ? 0 : settings.reordering,
		mtu: settings.mtu,
	};
}

function hostOf(
	host: Host,
	networks: readonly NetworkSettings[],
	configurations: readonly Configuration[],
): HostSettings {
	const settings = hostSettingsOf(host.settings, overridesFor(configurations, host.name));
	return {
		name: host.name,
		nics: host.nics.map((nic) => nicOf(nic, networks, overridesFor(configurations, `${host.name}.${nic.name}`))),
		eagerAccept: settings.accept === 'eagerly',
		guardTimeNs: settings.guardTime,
		sendBuffers: settings.sendBuffers,
	};
}

function nicOf(nic: Nic, networks: readonly NetworkSettings[], overrides: readonly Setting[]): NicSettings {
	const settings = nicSettingsOf(nic.settings, overrides);
	const network = required(
		networks.find(({ name }) => name === nic.network),
		nic.network,
	);
	return {
		name: nic.name,
		network: nic.network,
		addresses: nic.addresses.map((literal) => addressOf(literal.text, network.subnets)),
		ndisOnly: settings.ndis,
		installed: settings.installed,
		connect: manner(settings.connect),
		accept: manner(settings.accept),
		// OQ-22: with fewer than three buffers the credit rule cannot move data both ways.
		credits: Math.max(3, settings.credits),
		bufferSize: settings.bufferSize,
		rdmaRead: settings.rdmaRead,
		flowControl: settings.flowControl,
		privateBuffers: settings.privateBuffers,
		maxMessage: settings.maxMessage,
		maxRdma: settings.maxRdma,
		rdmaThreshold: settings.rdmaThreshold,
		nobodyListens: settings.nobodyListens,
		connectTimeoutNs: settings.connectTimeout,
		qos: settings.qos,
		cache: settings.cache,
		revoke: settings.revoke,
		revive: settings.revive,
	};
}

/** Without a delay, an operation takes as long as the network does. */
function manner(completion: Completion): ConnectManner {
	return completion.kind === 'immediate'
		? { kind: 'immediate' }
		: { kind: 'asynchronous', delayNs: completion.delayNs ?? 0 };
}

/** A NIC's address gets the prefix length of the subnet that it lies in. */
function addressOf(
	text: string,
	subnets: readonly Subnet[],
): { readonly ip: IpAddress; readonly prefixLength: number } {
	const ip = required(parseIp(text), text);
	const subnet = subnets.find((candidate) => subnetContains(candidate, ip));
	return { ip, prefixLength: subnet?.prefixLength ?? (ip.family === 'AF_INET' ? 32 : 128) };
}

function required<T>(value: T | undefined, text: string): T {
	if (value === undefined) throw new RangeError(`${text} does not read; the file has errors`);
	return value;
}
