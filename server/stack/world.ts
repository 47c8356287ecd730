/** Everything that exists in a run: networks, and hosts with their NICs, drivers, providers and switch. */
import type { Simulation, Thread } from '../simulation';
import { CallFaults, MessageFaults } from './faults';
import { Network } from './network';
import { Nic } from './nic';
import { ProxyDriver } from './proxyDriver';
import { SanProvider } from './san';
import { initialize, Switch } from './switch';
import { TcpipProvider } from './tcpip';
import type { HostSettings, Topology } from './topology';

export interface Host {
	readonly name: string;
	readonly nics: readonly Nic[];
	readonly tcpip: TcpipProvider;
	readonly providers: readonly SanProvider[];
	readonly switch: Switch;
	/** False after a crash. */
	alive: boolean;
}

export class World {
	readonly callFaults = new CallFaults();
	readonly messageFaults = new MessageFaults();
	readonly networks: ReadonlyMap<string, Network>;
	readonly hosts: ReadonlyMap<string, Host>;
	private readonly fabric = new Map<Nic, SanProvider>();
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
		const nics = settings.nics.map((nic) => {
			const network = this.networks.get(nic.network);
			if (!network) throw new RangeError(`no network ${nic.network}`);
			return new Nic(simulation, settings.name, nic, network);
		});
		const tcpip = new TcpipProvider(simulation, `${settings.name}.tcpip`, nics, this.callFaults, this.tcpips);
		for (const nic of nics) this.tcpips.set(nic, tcpip);
		const providers = nics
			.filter((nic) => nic.network.settings.kind === 'san' && !nic.settings.ndisOnly)
			.map((nic, index) => this.makeProvider(nic, index));
		const name = `${settings.name}.switch`;
		const sw = new Switch(
			simulation,
			name,
			tcpip,
			providers,
			this.callFaults,
			settings.eagerAccept,
			settings.guardTimeNs,
			settings.sendBuffers,
		);
		return { name: settings.name, nics, tcpip, providers, switch: sw, alive: true };
	}

	private makeProvider(nic: Nic, index: number): SanProvider {
		const name = `${nic.host}.${nic.settings.name}`;
		const proxy = new ProxyDriver(this.simulation, name, nic);
		const provider = new SanProvider(this.simulation, name, 1001 + index, nic, proxy, this.callFaults, this.fabric);
		this.fabric.set(nic, provider);
		return provider;
	}

	/**
	 * Starts the drivers of a host: each proxy driver registers with TCP/IP and hears of every active address (ADDR-2 to
	 * ADDR-4).
	 */
	startDrivers(t: Thread, host: Host): void {
		t.enterPhase('initialization');
		for (const provider of host.providers) {
			provider.proxy.register(t, host.tcpip.component);
			const component = t.component;
			t.component = host.tcpip.component;
			for (const nic of host.nics) {
				for (const { ip } of nic.settings.addresses) {
					provider.proxy.addAddress(t, ip, `\\Device\\Tcpip_{${nic.settings.name}}`);
				}
			}
			t.component = component;
		}
	}

	/** Loads the switch into the host's process: TCP/IP and SAN providers are started (INIT rules). */
	startProcess(t: Thread, host: Host): void {
		initialize(host.switch, t);
	}
}
