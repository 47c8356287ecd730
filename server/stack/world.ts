/** Everything that exists in a run: networks, and hosts with their NICs, drivers, providers and switch. */
import type { Simulation, Thread } from '../simulation';
import { site } from '../trace';
import { type IpAddress, subnetContains } from '../winsock/address';
import { CallFaults, MessageFaults } from './faults';
import { Network } from './network';
import { Nic } from './nic';
import { ProxyDriver } from './proxyDriver';
import { AddressSpace, connectionBroken, FABRIC_TIMEOUT_NS, SanProvider } from './san';
import { addressesChanged, catalogChanged, initialize, Switch } from './switch';
import { TcpipProvider } from './tcpip';
import type { HostSettings, Topology } from './topology';

const LINK = site('link', ['nic', 'up']);
const CRASH = site('crash', ['host']);
const INSTALLED = site('provider installed', ['provider'], ['INST-5']);
const REMOVED = site('provider removed', ['provider'], ['INST-5']);
const ADDRESS = site('address', ['address', 'added'], ['ADDR-2']);

/** A process of a host with the switch loaded into it. */
export interface Process {
	readonly name: string;
	readonly host: Host;
	readonly switch: Switch;
}

/** Name of the process that threads belong to unless they say otherwise. */
export const MAIN_PROCESS = 'main';

/** Name of the system service process, unless a scenario has one of that name. */
const SYSTEM_PROCESS = 'services';

export interface Host {
	readonly name: string;
	readonly settings: HostSettings;
	readonly nics: readonly Nic[];
	readonly tcpip: TcpipProvider;
	/** The drivers of its SAN NICs. */
	readonly proxies: readonly ProxyDriver[];
	/** In the order in which they were started. */
	readonly processes: Map<string, Process>;
	/** The system service process, once it was needed (DUP-2). */
	system: Process | undefined;
	/** False after a crash. */
	alive: boolean;
}

export class World {
	readonly callFaults = new CallFaults();
	readonly messageFaults = new MessageFaults();
	readonly networks: ReadonlyMap<string, Network>;
	readonly hosts: ReadonlyMap<string, Host>;
	private readonly fabric = new Map<Nic, SanProvider[]>();
	private readonly tcpips = new Map<Nic, TcpipProvider>();

	constructor(
		readonly simulation: Simulation,
		topology: Topology,
	) {
		this.networks = new Map(
			topology.networks.map((settings) => [settings.name, new Network(settings, simulation, this.messageFaults)]),
		);
		this.hosts = new Map(topology.hosts.map((settings) => [settings.name, this.makeHost(settings)]));
	}

	private makeHost(settings: HostSettings): Host {
		const { simulation } = this;
		const { name } = settings;
		const nics = settings.nics.map((nic) => {
			const network = this.networks.get(nic.network);
			if (!network) throw new RangeError(`no network ${nic.network}`);
			return new Nic(simulation, name, nic, network);
		});
		const tcpip = new TcpipProvider(simulation, `${name}.tcpip`, nics, this.callFaults, this.tcpips);
		for (const nic of nics) this.tcpips.set(nic, tcpip);
		const proxies = nics
			.filter((nic) => nic.network.settings.kind === 'san' && !nic.settings.ndisOnly)
			.map((nic) => new ProxyDriver(simulation, `${name}.${nic.settings.name}`, nic));
		for (const { nic } of proxies) this.fabric.set(nic, []);
		const host: Host = { name, settings, nics, tcpip, proxies, processes: new Map(), system: undefined, alive: true };
		// Also where no application runs: somebody answers on the fabric.
		this.process(host);
		return host;
	}

	/** The process of that name; it is made, but nothing of it runs yet. */
	process(host: Host, name = MAIN_PROCESS): Process {
		const known = host.processes.get(name);
		if (known) return known;
		const prefix = name === MAIN_PROCESS ? host.name : `${host.name}.${name}`;
		const addresses = new AddressSpace();
		const providers = host.proxies.map((proxy, index) =>
			this.makeProvider(proxy, prefix, name, 1001 + index, addresses),
		);
		const made: Process = { name, host, switch: this.makeSwitch(host, prefix, name, providers) };
		made.switch.systemProcess = (cause) => this.systemProcess(host, cause).switch;
		host.processes.set(name, made);
		return made;
	}

	/** The process that finishes graceful closes of processes which end (DUP-2). It never ends itself. */
	private systemProcess(host: Host, cause: Thread): Process {
		if (host.system) return host.system;
		let name = SYSTEM_PROCESS;
		while (host.processes.has(name)) name += '2';
		host.system = this.process(host, name);
		const { switch: sw } = host.system;
		const thread = this.simulation.thread(`${sw.name}.startup`, sw.name, false);
		thread.begin(cause.cause, cause.phase, cause.source);
		initialize(sw, thread);
		return host.system;
	}

	private makeSwitch(host: Host, prefix: string, process: string, providers: readonly SanProvider[]): Switch {
		const { eagerAccept, guardTimeNs, sendBuffers } = host.settings;
		return new Switch(
			this.simulation,
			`${prefix}.switch`,
			host.tcpip,
			providers,
			this.callFaults,
			eagerAccept,
			guardTimeNs,
			sendBuffers,
			process,
		);
	}

	private makeProvider(
		proxy: ProxyDriver,
		prefix: string,
		process: string,
		catalogEntryId: number,
		addresses: AddressSpace,
	): SanProvider {
		const { nic } = proxy;
		const name = `${prefix}.${nic.settings.name}`;
		const provider = new SanProvider(
			this.simulation,
			name,
			catalogEntryId,
			nic,
			proxy,
			this.callFaults,
			this.fabric,
			process,
			addresses,
		);
		this.fabric.get(nic)?.push(provider);
		return provider;
	}

	/**
	 * Starts the drivers of a host: each proxy driver registers with TCP/IP and hears of every active address (ADDR-2 to
	 * ADDR-4).
	 */
	startDrivers(t: Thread, host: Host): void {
		t.enterPhase('initialization');
		for (const proxy of host.proxies) if (proxy.nic.providerInstalled) this.startDriver(t, host, proxy);
	}

	private startDriver(t: Thread, host: Host, proxy: ProxyDriver): void {
		const { component } = t;
		t.component = host.tcpip.component;
		proxy.register(t, host.tcpip.component);
		for (const nic of host.nics) if (nic.up) this.indicateAddresses(t, proxy, nic, true);
		t.component = component;
	}

	/**
	 * A SAN provider is installed or removed while applications run: every process in which the switch is loaded hears of it
	 * (INST-5). The driver comes with the provider, and learns the addresses that are there (ADDR-3).
	 * @param source the statement that did it, by its number in the trace
	 */
	setProviderInstalled(host: Host, nic: Nic, installed: boolean, source = -1): void {
		const proxy = host.proxies.find((candidate) => candidate.nic === nic);
		if (!proxy || nic.providerInstalled === installed || !host.alive) return;
		nic.providerInstalled = installed;
		const t = host.tcpip.thread;
		t.begin(-1, 0, source);
		t.begin(t.note(installed ? INSTALLED : REMOVED, proxy.component, proxy.provider), 0, source);
		if (installed) this.startDriver(t, host, proxy);
		else proxy.unload(t, host.tcpip.component);
		for (const { switch: sw } of host.processes.values()) {
			const provider = sw.providers.find((candidate) => candidate.nic === nic);
			if (!sw.loaded || sw.cleanedUp || !provider) continue;
			this.simulation.ready(() => catalogChanged(sw, t, provider));
		}
	}

	/** TCP/IP gives a NIC one more address (ADDR-2, ADDR-8). */
	addAddress(host: Host, nic: Nic, ip: IpAddress, source = -1): void {
		if (nic.hasAddress(ip) || !host.alive) return;
		const prefixLength = nic.network.settings.subnets.find((subnet) => subnetContains(subnet, ip))?.prefixLength;
		if (prefixLength === undefined) return;
		nic.addresses.push({ ip, prefixLength });
		this.addressChanged(host, nic, ip, true, source);
	}

	/** TCP/IP takes an address of a NIC away (ADDR-2, ADDR-8). */
	removeAddress(host: Host, nic: Nic, ip: IpAddress, source = -1): void {
		const at = nic.addresses.findIndex((address) => address.ip.text === ip.text);
		if (at < 0 || !host.alive) return;
		nic.addresses.splice(at, 1);
		this.addressChanged(host, nic, ip, false, source);
	}

	private addressChanged(host: Host, nic: Nic, ip: IpAddress, added: boolean, source: number): void {
		const t = host.tcpip.thread;
		t.begin(-1, 1, source);
		t.begin(t.note(ADDRESS, nic.component, ip.text, added), 1, source);
		if (!nic.up) return;
		const device = deviceOf(nic);
		for (const proxy of host.proxies.filter(({ nic }) => nic.providerInstalled)) {
			if (added) proxy.addAddress(t, ip, device);
			else proxy.removeAddress(t, ip, device);
		}
		this.tellOfAddresses(host, t);
	}

	/** The list of the host's addresses has changed: applications and switches that asked to hear of it do (ADDR-8). */
	private tellOfAddresses(host: Host, t: Thread): void {
		host.tcpip.addressListChanged(t);
		for (const { switch: sw } of host.processes.values()) {
			if (sw.transports.size === 0 || sw.cleanedUp) continue;
			this.simulation.ready(() => addressesChanged(sw, t));
		}
	}

	/**
	 * A NIC loses or regains its link. TCP/IP takes its addresses away or gives them back, and tells the proxy drivers
	 * (ADDR-2) and the switches (ADDR-8). On a SAN the peers find out after a while.
	 * @param source the statement that did it, by its number in the trace
	 */
	setLink(host: Host, nic: Nic, up: boolean, source = -1): void {
		if (nic.up === up || !host.alive) return;
		nic.up = up;
		const t = host.tcpip.thread;
		t.begin(-1, 1, source);
		t.begin(t.note(LINK, nic.component, nic.name, up), 1, source);
		for (const proxy of host.proxies) if (proxy.nic.providerInstalled) this.indicateAddresses(t, proxy, nic, up);
		this.tellOfAddresses(host, t);
		if (!up && nic.network.settings.kind === 'san') this.noticeLater(nic, t.cause, source);
	}

	private indicateAddresses(t: Thread, proxy: ProxyDriver, nic: Nic, up: boolean): void {
		const device = deviceOf(nic);
		for (const { ip } of nic.addresses) {
			if (up) proxy.addAddress(t, ip, device);
			else proxy.removeAddress(t, ip, device);
		}
	}

	/**
	 * Cuts networks, or hosts off from each other; or ends that. Where it lasts, both ends of the connections over a SAN
	 * notice after a while.
	 * @param name a network, or the host (or NIC) that is cut off; from `other` only, if that is given
	 */
	setPartition(name: string, other: string | undefined, cut: boolean, source = -1): void {
		const whole = this.networks.get(name);
		for (const network of whole ? [whole] : this.networks.values()) {
			const place = whole ? undefined : name;
			if (cut) network.partition(place, other);
			else network.heal(place, other);
		}
		if (cut) this.noticePartitionLater(source);
	}

	private noticePartitionLater(source: number): void {
		const { simulation } = this;
		simulation.at(simulation.now + FABRIC_TIMEOUT_NS, () => {
			for (const provider of [...this.fabric.values()].flat()) {
				if (provider.nic.thread.state === 'ended') continue;
				for (const s of [...provider.sockets.values()]) {
					if (s.peer?.provider && provider.nic.network.isBroken(provider.nic, s.peer.provider.nic)) {
						connectionBroken(s, -1, 1, source);
					}
				}
			}
		});
	}

	/** The fabric notices that a NIC is gone: connections with it are broken at their other end, and here if it lives. */
	private noticeLater(nic: Nic, cause: number, source: number): void {
		const { simulation } = this;
		simulation.at(simulation.now + FABRIC_TIMEOUT_NS, () => {
			if (nic.up) return;
			for (const provider of [...this.fabric.values()].flat()) {
				if (provider.nic.thread.state === 'ended') continue;
				for (const s of [...provider.sockets.values()]) {
					if (provider.nic === nic || s.peer?.provider.nic === nic) connectionBroken(s, cause, 1, source);
				}
			}
		});
	}

	/** A host stops without a word to anybody: nothing of it runs any more. */
	crash(host: Host, source = -1): void {
		if (!host.alive) return;
		host.alive = false;
		const t = host.tcpip.thread;
		t.begin(-1, 1, source);
		const seq = t.note(CRASH, t.component, host.name);
		for (const nic of host.nics) {
			nic.up = false;
			if (nic.network.settings.kind === 'san') this.noticeLater(nic, seq, source);
		}
		for (const thread of this.simulation.threads) if (thread.name.startsWith(`${host.name}.`)) thread.end();
	}

	/** Loads the switch into a process: TCP/IP and SAN providers are started (INIT rules). */
	startProcess(t: Thread, process: Process): void {
		initialize(process.switch, t);
	}
}

/** How TCP/IP names a NIC to the proxy drivers (ADDR-4). */
function deviceOf(nic: Nic): string {
	return `\\Device\\Tcpip_{${nic.settings.name}}`;
}
