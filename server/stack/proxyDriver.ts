/**
 * The proxy driver: the kernel half of a SAN provider. It keeps the list of IP addresses of its NICs (ADDR rules),
 * translates between IP and native addresses, and locks memory for the NIC (PROXY rules).
 *
 * Its interface to the provider is private to the vendor (PROXY-2); the requests are shown as IRP_MJ_DEVICE_CONTROL with
 * the purpose as an argument. Native addresses are invented: `node N`, N counted over the fabric.
 */
import type { Simulation, Thread } from '../simulation';
import { objectType, site, type TracedObject } from '../trace';
import type { IpAddress } from '../winsock/address';
import type { Nic } from './nic';
import { isError, type Outcome } from './outcome';
import type { SanSocket } from './san';

const addressList = objectType('addresses', ['list']);

const TRANSLATE_LOCAL = site('IRP_MJ_DEVICE_CONTROL', ['request', 'address'], ['BIND-5', 'PROXY-4', 'PROXY-5']);
const TRANSLATE_DESTINATION = site(
	'IRP_MJ_DEVICE_CONTROL',
	['request', 'address'],
	['CONN-6', 'ADDR-1', 'PROXY-4', 'PROXY-5'],
);
const LOCK_MEMORY = site('IRP_MJ_DEVICE_CONTROL', ['request', 'address', 'length'], ['PROXY-3', 'PROXY-7']);
const REMOVE_REGISTRATION = site('IRP_MJ_DEVICE_CONTROL', ['request', 'address', 'length'], ['CACHE-6', 'PROXY-5']);
const REGISTER_AGAIN = site('IRP_MJ_DEVICE_CONTROL', ['request', 'address', 'length'], ['CACHE-7', 'PROXY-5']);
const SECURE_MEMORY = site('MmSecureVirtualMemory', ['address', 'length'], ['CACHE-2']);
const UNSECURE_MEMORY = site('MmUnsecureVirtualMemory', ['address', 'length'], ['CACHE-4']);
const REGISTER_HANDLERS = site('TdiRegisterPnPHandlers', [], ['ADDR-2', 'ADDR-3']);
const DEREGISTER_HANDLERS = site('TdiDeregisterPnPHandlers', [], ['ADDR-2']);
const DELETE_ADDRESS = site('ClientPnPDelNetAddress', ['address', 'device', 'own'], ['ADDR-2', 'ADDR-4']);
const ADD_ADDRESS = site('ClientPnPAddNetAddress', ['address', 'device', 'own'], ['ADDR-2', 'ADDR-3', 'ADDR-4']);

export class ProxyDriver {
	readonly component: number;
	readonly name: string;
	/** IP addresses of its own NIC, as TCP/IP indicated them (ADDR-2). */
	readonly addresses: IpAddress[] = [];
	private readonly object: TracedObject;
	private readonly handedOver = new Map<number, { readonly socket: SanSocket; readonly process: string }>();
	private sharedCount = 0;

	constructor(
		simulation: Simulation,
		readonly provider: string,
		readonly nic: Nic,
	) {
		this.name = `${provider}.proxy`;
		this.component = simulation.trace.components.of(this.name);
		this.object = simulation.trace.object(addressList, this.component);
	}

	/** Registers with TCP/IP; the caller then indicates every active address through `addAddress` (ADDR-3). */
	register(t: Thread, tcpip: number): void {
		const component = t.component;
		t.component = this.component;
		t.enter(REGISTER_HANDLERS, tcpip);
		t.leave(REGISTER_HANDLERS, 0);
		t.component = component;
	}

	/** The driver goes with its provider: it hears of no address any more. */
	unload(t: Thread, tcpip: number): void {
		const component = t.component;
		t.component = this.component;
		t.enter(DEREGISTER_HANDLERS, tcpip);
		t.leave(DEREGISTER_HANDLERS, 0);
		this.addresses.length = 0;
		this.showAddresses(t);
		t.component = component;
	}

	/**
	 * TCP/IP's indication of an address. Only addresses of the driver's own NIC are kept (ADDR-4).
	 * @param device `\Device\Tcpip_{NIC}`
	 */
	addAddress(t: Thread, ip: IpAddress, device: string): void {
		const own = this.nic.hasAddress(ip);
		t.enter(ADD_ADDRESS, this.component, ip.text, device, own);
		if (own && !this.addresses.some((known) => known.text === ip.text)) {
			this.addresses.push(ip);
			this.showAddresses(t);
		}
		t.leave(ADD_ADDRESS, 0);
	}

	/** TCP/IP's indication that an address is gone. */
	removeAddress(t: Thread, ip: IpAddress, device: string): void {
		const at = this.addresses.findIndex((address) => address.text === ip.text);
		t.enter(DELETE_ADDRESS, this.component, ip.text, device, at >= 0);
		if (at >= 0) {
			this.addresses.splice(at, 1);
			this.showAddresses(t);
		}
		t.leave(DELETE_ADDRESS, 0);
	}

	/** The native address of one of the host's own addresses (BIND-5), or WSAEADDRNOTAVAIL. */
	translateLocal(t: Thread, ip: IpAddress): Outcome<number> {
		t.enter(TRANSLATE_LOCAL, this.component, 'translate local address', ip.text);
		const outcome: Outcome<number> = this.addresses.some((own) => own.text === ip.text)
			? this.nativeAddress(this.nic)
			: 'WSAEADDRNOTAVAIL';
		return answer(t, TRANSLATE_LOCAL, outcome);
	}

	/**
	 * The NIC that has the destination address (CONN-6), or WSAEHOSTUNREACH where no NIC of the fabric has it. A NIC
	 * that only speaks NDIS is found all the same: that nobody answers there shows only later.
	 */
	translateDestination(t: Thread, ip: IpAddress): Outcome<Nic> {
		t.enter(TRANSLATE_DESTINATION, this.component, 'translate destination', ip.text);
		const nic = this.nic.network.ports.find((port): port is Nic => (port as Nic).hasAddress(ip));
		answer(t, TRANSLATE_DESTINATION, nic ? this.nativeAddress(nic) : 'WSAEHOSTUNREACH');
		return nic ?? 'WSAEHOSTUNREACH';
	}

	/** Locks a buffer and registers it with the NIC (PROXY-3). */
	lockMemory(t: Thread, address: number, length: number): void {
		t.enter(LOCK_MEMORY, this.component, 'lock and register', address, length);
		t.leave(LOCK_MEMORY, 0);
	}

	unlockMemory(t: Thread, address: number, length: number): void {
		t.enter(LOCK_MEMORY, this.component, 'unlock', address, length);
		t.leave(LOCK_MEMORY, 0);
	}

	/** The NIC gives its registration of a locked buffer up; the lock stays (CACHE-6). */
	removeRegistration(t: Thread, address: number, length: number): void {
		t.enter(REMOVE_REGISTRATION, this.component, 'remove registration', address, length);
		t.leave(REMOVE_REGISTRATION, 0);
	}

	/** A buffer that is still pinned is registered with the NIC anew (CACHE-7). */
	registerAgain(t: Thread, address: number, length: number): void {
		t.enter(REGISTER_AGAIN, this.component, 'register again', address, length);
		t.leave(REGISTER_AGAIN, 0);
	}

	/** MmSecureVirtualMemory: the system tells when the range is given back (CACHE-2). */
	secureMemory(t: Thread, address: number, length: number): void {
		t.enter(SECURE_MEMORY, this.component, address, length);
		t.leave(SECURE_MEMORY, 0);
	}

	/** MmUnsecureVirtualMemory (CACHE-4). */
	unsecureMemory(t: Thread, address: number, length: number): void {
		t.enter(UNSECURE_MEMORY, this.component, address, length);
		t.leave(UNSECURE_MEMORY, 0);
	}

	/** Keeps a socket for the process that will take it over. @returns what names it system-wide (DUP-11) */
	share(socket: SanSocket, process: string): number {
		const reserved = 0x5a000000 + ++this.sharedCount;
		this.handedOver.set(reserved, { socket, process });
		return reserved;
	}

	/** The socket behind a dwProviderReserved, if it is meant for this process and was not taken over yet. */
	shared(reserved: number, process: string): SanSocket | undefined {
		const entry = this.handedOver.get(reserved);
		return entry?.process === process ? entry.socket : undefined;
	}

	/** The socket was taken over: what named it names nothing any more. */
	taken(reserved: number): void {
		this.handedOver.delete(reserved);
	}

	private nativeAddress(nic: Nic): number {
		return this.nic.network.ports.indexOf(nic) + 1;
	}

	private showAddresses(t: Thread): void {
		t.change(
			this.object,
			'list',
			this.addresses.map((ip) => ip.text),
		);
	}
}

function answer(t: Thread, where: typeof TRANSLATE_LOCAL, outcome: Outcome<number>): Outcome<number> {
	if (isError(outcome)) t.leave(where, -1, outcome);
	else t.leave(where, `node ${outcome}`);
	return outcome;
}
