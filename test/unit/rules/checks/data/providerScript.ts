/** Calls of one process to one provider, written by hand: sockets, memory, the requests to the proxy driver. */
import type { Value } from '../../../../../server/trace';
import type { Script } from './traces';

export const user = 'alice.switch';
export const provider = 'alice.ib0';
const proxy = 'alice.ib0.proxy';

type Args = Readonly<Record<string, Value>>;

export function connect(s: Script, descriptor = 2, owner = user): void {
	const create = { dwCatalogEntryId: 1001, dwContext: descriptor };
	s.call(owner, provider, 'WSPSocket', { type: 'SOCK_STREAM' }, { result: descriptor }, () => {
		s.call(provider, owner, 'WPUCreateSocketHandle', create, { result: 4096 + descriptor });
	});
	s.state(`${provider} socket ${descriptor}`, { local: '10.1.0.1:1', remote: '10.1.0.2:2', state: 'connected' });
}

export function close(s: Script, descriptor = 2, inside: () => void = () => undefined): void {
	s.call(user, provider, 'WSPCloseSocket', { s: descriptor }, {}, () => {
		s.message('alice.ib0.nic', 'bob.ib0.nic', 'native disconnect', { bytes: 32, arrives: s.time });
		inside();
		s.state(`${provider} socket ${descriptor}`, { state: 'closed' });
		s.call(provider, user, 'WPUCloseSocketHandle', { s: 4096 + descriptor });
	});
}

export function driver(s: Script, request: string, address = 4096): void {
	if (request.startsWith('Mm')) s.call(provider, proxy, request, { address, length: 4096 });
	else s.call(provider, proxy, 'IRP_MJ_DEVICE_CONTROL', { request, address, length: 4096 });
}

export function register(s: Script, handle: number, requests: readonly string[], more: Args = {}, owner = user): void {
	const args = { s: 2, lpBuffer: 4096, dwBufferLength: 4096, dwFlags: 'MEM_READ', ...more };
	s.call(owner, provider, 'WSPRegisterMemory', args, { result: handle }, () => {
		for (const request of requests) driver(s, request);
		s.state(`${provider} memory ${handle}`, { registered: true });
	});
}

export function expose(s: Script, descriptor: number, requests: readonly string[], exposed = true): void {
	const args = { s: 2, lpBuffer: 4096, dwBufferLength: 4096, dwFlags: 'MEM_READ' };
	const out = { lpRdmaBufferDescriptor: descriptor };
	s.call(user, provider, 'WSPRegisterRdmaMemory', args, { out }, () => {
		for (const request of requests) driver(s, request);
		s.state(`${provider} memory ${descriptor}`, { registered: exposed });
	});
}

export function release(s: Script, handle: number, requests: readonly string[]): void {
	s.call(user, provider, 'WSPDeregisterMemory', { s: 2, handle }, {}, () => {
		for (const request of requests) driver(s, request);
		s.state(`${provider} memory ${handle}`, { registered: false });
	});
}

export function withdraw(s: Script, descriptor: number, requests: readonly string[], reachable = false): void {
	const args = { s: 2, lpRdmaBufferDescriptor: descriptor };
	s.call(user, provider, 'WSPDeregisterRdmaMemory', args, {}, () => {
		for (const request of requests) driver(s, request);
		s.state(`${provider} memory ${descriptor}`, { registered: reachable });
	});
}

export function invalidate(s: Script, requests: readonly string[], error?: string, address = 4096): void {
	const args = { lpvAddress: address, Size: 4096 };
	s.call(user, provider, 'WSPMemoryRegistrationCacheCallback', args, error ? { error } : {}, () => {
		for (const request of requests) driver(s, request);
	});
}

/** A provider that caches, with a connected socket. */
export function caching(s: Script): void {
	const extension = 'WSPMemoryRegistrationCacheCallback';
	s.call(user, provider, 'WSPIoctl', { dwIoControlCode: 'SIO_GET_EXTENSION_FUNCTION_POINTER', extension });
	connect(s);
}

/** A range was registered and released, and is cached now. */
export function cached(s: Script): void {
	caching(s);
	register(s, 1, ['lock and register']);
	release(s, 1, ['MmSecureVirtualMemory']);
}

export function virtualFree(s: Script, inside: () => void): void {
	s.call('alice.client', 'alice.kernel', 'VirtualFree', { lpAddress: 4096, dwSize: 0 }, { result: true }, inside);
}

export const drop = ['MmUnsecureVirtualMemory', 'unlock'];

export function startup(s: Script, times = 1): void {
	s.call(user, 'alice.tcpip', 'WSPStartup');
	for (let n = 0; n < times; n++) s.call(user, provider, 'WSPStartupEx');
}
