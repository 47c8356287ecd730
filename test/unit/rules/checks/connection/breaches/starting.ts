/** INST, INIT, ADDR, PROXY. */
import { answer, application, breach, type Case, down, toTcpip } from './breach';

const proxy = 'alice.ib0.proxy';

export const startingBreaches: readonly Case[] = [
	breach('INST-5', 'first', 'a changed catalog that nobody enumerates', (e) => {
		e.add(e.find(application('WSPSocket')), 'signal', 'WSAProviderConfigChange', 'alice.switch', 'alice.switch', {});
	}),
	breach('INST-6', 'first', 'a late provider that gets no listening socket', (e) => {
		const listen = e.find(application('WSPListen', 'bob.server'));
		e.args(e.find(application('WSPBind', 'bob.server')), { name: '0.0.0.0:7000' });
		const place = e.returnOf(listen);
		const model = e.find(down('WSPStartupEx', 'bob.ib0'));
		const start = e.insert('after', place, { ...model, to: 'bob.ib1', thread: 'bob.switch.install' });
		e.insert('after', start, { ...e.returnOf(model), from: 'bob.ib1', call: start.seq, thread: start.thread });
	}),
	breach('INIT-1', 'first', 'TCP/IP is not started first', (e) => {
		e.removeCall(e.find(toTcpip('WSPStartup')));
	}),
	breach('INIT-1', 'first', 'a provider is left out', (e) => {
		e.removeCall(e.find(down('WSPStartupEx')));
	}),
	breach('INIT-2', 'first', 'the provider gets its own protocol information', (e) => {
		e.args(e.find(down('WSPStartupEx')), { lpProtocolInfo: 'SAN' });
	}),
	breach('INIT-5', 'first', 'no socket for the address list', (e) => {
		e.removeCall(e.find(down('WSPSocket')));
	}),
	breach('INIT-5', 'first', 'no address list', (e) => {
		e.removeCall(e.find(down('WSPIoctl', 'alice.ib0', { dwIoControlCode: 'SIO_ADDRESS_LIST_QUERY' })));
	}),
	breach('INIT-6', 'first', 'a pointer that was never fetched', (e) => {
		e.removeCall(e.find(down('WSPIoctl', 'alice.ib0', { extension: 'WSPRegisterMemory' })));
	}),
	breach('INIT-7', 'first', 'a mandatory extension is refused', (e) => {
		answer(e, e.find(down('WSPIoctl', 'alice.ib0', { extension: 'WSPRdmaWrite' })), 'WSAEOPNOTSUPP');
	}),
	breach('INIT-9', 'first', 'WSPStartup of a SAN provider', (e) => {
		const call = e.find(down('WSPStartupEx'));
		e.returnOf(call).name = 'WSPStartup';
		call.name = 'WSPStartup';
	}),
	breach('ADDR-1', 'first', 'a native address above the boundary', (e) => {
		e.args(e.find(down('WSPConnect')), { name: 'node 2' });
	}),
	breach('ADDR-2', 'first', 'an address that TCP/IP did not indicate', (e) => {
		e.args(e.find({ kind: 'state', name: 'alice.ib0.proxy addresses' }), { after: ['10.1.0.1', '10.1.0.9'] });
	}),
	breach('ADDR-3', 'first', 'nobody tells the driver', (e) => {
		e.removeAll({ name: 'ClientPnPAddNetAddress', from: 'alice.tcpip' });
		e.removeAll({ name: 'ClientPnPAddNetAddress', to: 'alice.tcpip' });
	}),
	breach('ADDR-4', 'first', 'the driver keeps the address of another NIC', (e) => {
		const state = e.find({ kind: 'state', name: 'alice.ib0.proxy addresses' });
		const other = e.find({ kind: 'call', name: 'ClientPnPAddNetAddress', to: proxy }, 1);
		e.insert('after', other, state, { args: { ...state.args, after: ['10.1.0.1', '192.168.7.1'] }, within: other.seq });
	}),
	breach('ADDR-5', 'first', 'a line of the table that no provider listed', (e) => {
		const table = e.find({ kind: 'state', name: 'alice.switch table', args: { field: 'entries' } });
		e.args(table, { after: [{ subnet: '10.1.0.0/16', provider: 'alice.ib0', address: '10.1.0.7' }] });
	}),
	breach('ADDR-6', 'first', 'the count is not that of the entries', (e) => {
		const query = e.find(down('WSPIoctl', 'alice.ib0', { dwIoControlCode: 'SIO_ADDRESS_LIST_QUERY' }));
		e.args(e.returnOf(query), { iAddressCount: 2 });
	}),
	breach('ADDR-7', 'first', 'the application’s query reaches a SAN provider', (e) => {
		const socket = e.find(application('WSPGetSockName'));
		const args = { s: 100, dwIoControlCode: 'SIO_ADDRESS_LIST_QUERY' };
		const call = e.call(socket, 'WSPIoctl', 'alice.client', 'alice.switch', args);
		e.call(call, 'WSPIoctl', 'alice.switch', 'alice.ib0', { dwIoControlCode: 'SIO_ADDRESS_LIST_QUERY' });
	}),
	breach('ADDR-8', 'first', 'a new address and no new table', (e) => {
		const known = e.find({ kind: 'call', name: 'ClientPnPAddNetAddress', to: proxy });
		e.call(e.find(application('WSPSend')), known.name, known.from, known.to, { ...known.args, address: '10.1.0.5' });
	}),
	breach('PROXY-3', 'first', 'a buffer that is not registered', (e) => {
		e.args(e.find({ kind: 'call', name: 'post send', from: 'alice.ib0' }), { handle: 99 });
	}),
	breach('PROXY-3', 'first', 'memory that was not locked', (e) => {
		e.removeCall(
			e.find({ kind: 'call', name: 'IRP_MJ_DEVICE_CONTROL', to: proxy, args: { request: 'lock and register' } }),
		);
	}),
	breach('PROXY-4', 'first', 'the driver answers with the wrong kind of address', (e) => {
		const request = { request: 'translate destination' };
		answer(e, e.find({ kind: 'call', name: 'IRP_MJ_DEVICE_CONTROL', to: proxy, args: request }), undefined, '10.1.0.2');
	}),
	breach('PROXY-4', 'first', 'a request whose native address nobody translated', (e) => {
		const request = { request: 'translate native address' };
		e.removeCall(e.find({ kind: 'call', name: 'IRP_MJ_DEVICE_CONTROL', args: request }));
	}),
];

/** Cases that no scenario reaches yet. */
export const startingKeeps: readonly Case[] = [
	breach('INST-5', 'first', 'the catalog is enumerated before the newcomer is started', (e) => {
		const place = e.find(application('WSPSocket'));
		const start = e.find(down('WSPStartupEx'));
		const late = e.insert('after', place, { ...start, to: 'alice.ib1', thread: 'alice.switch.install' });
		const done = e.insert('after', late, { ...e.returnOf(start), from: 'alice.ib1', call: late.seq });
		done.thread = late.thread;
		e.add(place, 'note', 'WSCEnumProtocols', 'alice.switch', 'alice.switch', {});
	}),
	breach('INST-6', 'first', 'the newcomer gets a listening socket on the wildcard address', (e) => {
		e.args(e.find(application('WSPBind', 'bob.server')), { name: '0.0.0.0:7000' });
		const place = e.returnOf(e.find(application('WSPListen', 'bob.server')));
		for (const name of ['WSPListen', 'WSPBind', 'WSPStartupEx']) {
			const model = e.find(down(name, 'bob.ib0'));
			const args = name === 'WSPBind' ? { ...model.args, name: '0.0.0.0:7000' } : model.args;
			const call = e.insert('after', place, { ...model, to: 'bob.ib1', args, thread: 'bob.switch.install' });
			e.insert('after', call, { ...e.returnOf(model), from: 'bob.ib1', call: call.seq, thread: call.thread });
		}
	}),
	breach('ADDR-7', 'first', 'the application’s query goes to TCP/IP', (e) => {
		const args = { s: 100, dwIoControlCode: 'SIO_ADDRESS_LIST_QUERY' };
		const call = e.call(e.find(application('WSPGetSockName')), 'WSPIoctl', 'alice.client', 'alice.switch', args);
		e.call(call, 'WSPIoctl', 'alice.switch', 'alice.tcpip', args);
	}),
	breach('ADDR-8', 'first', 'the provider is asked again after a change', (e) => {
		const place = e.find(application('WSPSend'));
		const known = e.find({ kind: 'call', name: 'ClientPnPAddNetAddress', to: proxy });
		const query = e.find(down('WSPIoctl', 'alice.ib0', { dwIoControlCode: 'SIO_ADDRESS_LIST_QUERY' }));
		const again = e.insert('after', place, query);
		e.insert('after', again, e.returnOf(query), { call: again.seq });
		e.call(place, known.name, known.from, known.to, { ...known.args, address: '10.1.0.5' });
	}),
];
