/** Options and control codes that the switch leaves to the TCP/IP provider: lists of addresses, quality of service. */
import type { Coroutine, Thread } from '../../simulation';
import { site } from '../../trace';
import type { IpAddress } from '../../winsock/address';
import { isError, type Outcome } from '../outcome';
import { fault, leave } from './calls';
import type { TcpipProvider } from './tcpipProvider';
import type { TcpSocket } from './tcpSocket';

const WSP_SET_SOCK_OPT = site('WSPSetSockOpt', ['s', 'level', 'optname', 'optval'], ['OPT-9']);
const WSP_GET_SOCK_OPT = site('WSPGetSockOpt', ['s', 'level', 'optname'], ['OPT-9']);
const OPTION_VALUE = site('WSPGetSockOpt', ['optval'], ['OPT-9']);
const IOCTL_QOS = site('WSPIoctl', ['s', 'dwIoControlCode', 'value'], ['OPT-9']);
const QOS_VALUE = site('WSPIoctl', ['value'], ['OPT-9']);
const WSP_GET_QOS_BY_NAME = site('WSPGetQOSByName', ['s', 'lpQOSName'], ['OPT-9']);
const QOS_BY_NAME = site('WSPGetQOSByName', ['lpQOS'], ['OPT-9']);
const IOCTL_ROUTE = site('WSPIoctl', ['s', 'dwIoControlCode', 'destination'], ['OPT-2']);
const IOCTL_ADDRESSES = site('WSPIoctl', ['s', 'dwIoControlCode'], ['ADDR-7']);
const ADDRESSES = site('WSPIoctl', ['iAddressCount', 'Address'], ['ADDR-7']);

/** SO_GROUP_PRIORITY of a socket whose connection is TCP/IP's, or not made yet: kept, without any effect (OPT-9). */
export function WSPSetSockOpt(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	level: string,
	name: string,
	value: number,
): Outcome<number> {
	t.enter(WSP_SET_SOCK_OPT, provider.component, s.descriptor, level, name, value);
	const faulty = fault(provider, 'WSPSetSockOpt');
	if (faulty === undefined) keepQos(s, name, value);
	return leave(t, WSP_SET_SOCK_OPT, faulty ?? 0);
}

/** What was set, or the default. */
export function WSPGetSockOpt(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	level: string,
	name: string,
): Outcome<number> {
	t.enter(WSP_GET_SOCK_OPT, provider.component, s.descriptor, level, name);
	const value = fault(provider, 'WSPGetSockOpt') ?? s.qos?.get(name) ?? 0;
	if (isError(value)) t.leave(OPTION_VALUE, -1, value);
	else t.leave(OPTION_VALUE, 0, undefined, value);
	return value;
}

/** SIO_GET_QOS, SIO_SET_QOS and those for groups: TCP/IP keeps what it is told (OPT-9). */
export function WSPIoctlQos(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	code: string,
	value: number,
): Outcome<number> {
	t.enter(IOCTL_QOS, provider.component, s.descriptor, code, value);
	const name = code.replace(/^SIO_[GS]ET_/, '');
	const faulty = fault(provider, 'WSPIoctl');
	if (faulty !== undefined) return leave(t, IOCTL_QOS, faulty);
	if (code.startsWith('SIO_SET')) keepQos(s, name, value);
	const kept = s.qos?.get(name) ?? 0;
	t.leave(QOS_VALUE, 0, undefined, kept);
	return kept;
}

/** WSPGetQOSByName: TCP/IP knows no template. */
export function WSPGetQOSByName(provider: TcpipProvider, t: Thread, s: TcpSocket, name: string): Outcome<number> {
	t.enter(WSP_GET_QOS_BY_NAME, provider.component, s.descriptor, name);
	const faulty = fault(provider, 'WSPGetQOSByName');
	if (typeof faulty === 'number') {
		t.leave(QOS_BY_NAME, faulty, undefined, null);
		return 0;
	}
	const error = faulty ?? 'WSAEINVAL';
	t.leave(QOS_BY_NAME, false, error, null);
	return error;
}

/** SIO_ADDRESS_LIST_QUERY of an application (ADDR-7): the addresses that are up, on whatever network. */
export function WSPIoctlAddressList(provider: TcpipProvider, t: Thread, s: TcpSocket): Outcome<readonly IpAddress[]> {
	t.enter(IOCTL_ADDRESSES, provider.component, s.descriptor, 'SIO_ADDRESS_LIST_QUERY');
	const faulty = fault(provider, 'WSPIoctl');
	if (typeof faulty === 'string') {
		t.leave(ADDRESSES, -1, faulty);
		return faulty;
	}
	if (faulty !== undefined) {
		t.leave(ADDRESSES, faulty, undefined, 0, []);
		return [];
	}
	const { addressList } = provider;
	const texts = addressList.map(({ text }) => text);
	t.leave(ADDRESSES, 0, undefined, texts.length, texts);
	return addressList;
}

/** SIO_ADDRESS_LIST_CHANGE: waits until the list has changed. @param cancelled whether the wait is given up */
export function* WSPIoctlAddressListChange(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	cancelled: () => boolean,
): Coroutine<Outcome<number>> {
	t.enter(IOCTL_ADDRESSES, provider.component, s.descriptor, 'SIO_ADDRESS_LIST_CHANGE');
	const faulty = fault(provider, 'WSPIoctl');
	if (faulty !== undefined) return leave(t, IOCTL_ADDRESSES, faulty);
	const { addressChanges } = provider;
	while (provider.addressChanges === addressChanges) {
		if (cancelled()) return leave(t, IOCTL_ADDRESSES, 'WSAEINTR');
		t.wait(provider.addressesChanged);
		yield;
	}
	return leave(t, IOCTL_ADDRESSES, 0 as const);
}

/**
 * SIO_ROUTING_INTERFACE_CHANGE: waits until another local interface than now is used for the destination. Without any the
 * wait ends with WSAENETUNREACH.
 * @param cancelled whether the wait is given up
 */
export function* WSPIoctlRoutingInterfaceChange(
	provider: TcpipProvider,
	t: Thread,
	s: TcpSocket,
	destination: IpAddress,
	cancelled: () => boolean,
): Coroutine<Outcome<number>> {
	t.enter(IOCTL_ROUTE, provider.component, s.descriptor, 'SIO_ROUTING_INTERFACE_CHANGE', destination.text);
	const faulty = fault(provider, 'WSPIoctl');
	if (faulty !== undefined) return leave(t, IOCTL_ROUTE, faulty);
	const before = provider.interfaceFor(destination);
	while (provider.interfaceFor(destination) === before) {
		if (cancelled()) return leave(t, IOCTL_ROUTE, 'WSAEINTR');
		t.wait(provider.addressesChanged);
		yield;
	}
	return leave(t, IOCTL_ROUTE, provider.interfaceFor(destination) ? (0 as const) : 'WSAENETUNREACH');
}

/** Most sockets never have a quality of service. */
function keepQos(s: TcpSocket, name: string, value: number): void {
	s.qos ??= new Map();
	s.qos.set(name, value);
}
