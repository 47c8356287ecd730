/** SWITCH, SOCK, BIND, OPT. */
import { answer, application, breach, type Case, down, toTcpip } from './breach';

const lookup = { kind: 'note', name: 'subnet table lookup', from: 'alice.switch' } as const;
const upCall = { kind: 'call', name: 'WPUCreateSocketHandle', from: 'alice.ib0' } as const;

export const socketBreaches: readonly Case[] = [
	breach('SWITCH-1', 'first', 'no lookup', (e) => {
		e.remove(e.find(lookup));
	}),
	breach('SWITCH-1', 'first', 'a lookup that contradicts the table', (e) => {
		e.args(e.find(lookup), { provider: 'tcpip', subnet: null });
	}),
	breach('SWITCH-2', 'timesOut', 'straight to TCP/IP although a provider serves the subnet', (e) => {
		for (const name of [
			'WSPSocket',
			'WSPBind',
			'WSPSetSockOpt',
			'WSPEventSelect',
			'WSPConnect',
			'WSPEnumNetworkEvents',
			'WSPCloseSocket',
		]) {
			e.removeCall(e.find(down(name), -1));
		}
	}),
	breach('SWITCH-3', 'timesOut', 'the SAN socket is ready and not used', (e) => {
		for (const name of ['WSPConnect', 'WSPEnumNetworkEvents']) e.removeCall(e.find(down(name)));
	}),
	breach('SWITCH-4', 'first', 'a companion when the application binds', (e) => {
		const args = { af: 'AF_INET', type: 'SOCK_STREAM', protocol: 'IPPROTO_TCP' };
		const call = e.find(application('WSPSetSockOpt'));
		e.call(call, 'WSPSocket', 'alice.switch', 'alice.ib0', args, { result: 9 });
	}),
	breach('SWITCH-5', 'first', 'a SAN socket for datagrams', (e) => {
		e.args(e.find(application('WSPSocket')), { type: 'SOCK_DGRAM' });
	}),
	breach('SWITCH-6', 'first', 'data of a SAN connection goes over TCP/IP', (e) => {
		e.call(e.find(application('WSPSend')), 'WSPSend', 'alice.switch', 'alice.tcpip', { s: 100, dwBufferLength: 4 });
	}),
	breach('SWITCH-7', 'first', 'an error that TCP does not know', (e) => {
		answer(e, e.find(application('WSPSend')), 'WSATRY_AGAIN');
	}),
	breach('SWITCH-8', 'first', 'a SAN socket for a raw socket', (e) => {
		e.args(e.find(application('WSPSocket')), { type: 'SOCK_RAW' });
	}),
	breach('SOCK-1', 'first', 'the application gets another descriptor', (e) => {
		answer(e, e.find(application('WSPSocket')), undefined, 2);
	}),
	breach('SOCK-2', 'first', 'the companion lies on another port', (e) => {
		e.args(e.find(down('WSPBind')), { name: '10.1.0.1:5000' });
	}),
	breach('SOCK-3', 'first', 'no WPUCreateSocketHandle', (e) => {
		e.removeCall(e.find(upCall, 1));
	}),
	breach('SOCK-4', 'first', 'the provider remembers another descriptor', (e) => {
		e.args(e.find({ kind: 'state', name: 'alice.ib0 socket 2', args: { field: 'switchDescriptor' } }), { after: 7 });
	}),
	breach('SOCK-5', 'first', 'the up-call uses the provider’s descriptor', (e) => {
		e.args(e.find({ kind: 'call', name: 'WPUCloseSocketHandle', from: 'alice.ib0' }, 1), { s: 2 });
	}),
	breach('SOCK-5', 'first', 'the switch uses its own descriptor downwards', (e) => {
		e.args(e.find(down('WSPSend')), { s: 4104 });
	}),
	breach('SOCK-6', 'first', 'another protocol', (e) => {
		e.args(e.find(down('WSPSocket'), 1), { protocol: 'IPPROTO_UDP' });
	}),
	breach('BIND-1', 'first', 'a SAN call when the application binds', (e) => {
		const bind = e.find(application('WSPBind', 'bob.server'));
		e.call(bind, 'WSPBind', 'bob.switch', 'bob.ib0', { s: 1, name: '10.1.0.2:7000' });
	}),
	breach('BIND-2', 'first', 'not bound', (e) => {
		e.removeCall(e.find(down('WSPBind')));
	}),
	breach('BIND-3', 'first', 'another address than that of the TCP/IP socket', (e) => {
		e.args(e.find(down('WSPBind', 'bob.ib0')), { name: '10.1.0.2:7001' });
	}),
	breach('BIND-4', 'first', 'no port', (e) => {
		e.args(e.find(down('WSPBind')), { name: '10.1.0.1:0' });
	}),
	breach('BIND-5', 'first', 'no translation', (e) => {
		const request = { request: 'translate local address' };
		e.removeCall(e.find({ kind: 'call', name: 'IRP_MJ_DEVICE_CONTROL', to: 'alice.ib0.proxy', args: request }));
	}),
	breach('BIND-6', 'elsewhere', 'an address of another computer', (e) => {
		answer(e, e.find(toTcpip('WSPBind', 'alice', { name: '10.77.0.1:99' })), undefined);
	}),
	breach('OPT-1', 'first', 'an option is not replayed', (e) => {
		e.removeCall(e.find(down('WSPSetSockOpt')));
	}),
	breach('OPT-1', 'first', 'another value', (e) => {
		e.args(e.find(down('WSPSetSockOpt')), { optval: 0 });
	}),
	breach('OPT-2', 'first', 'an option that is TCP/IP’s reaches the provider', (e) => {
		const call = e.find(application('WSPSetSockOpt'));
		e.args(call, { optname: 'SO_KEEPALIVE' });
		e.call(call, 'WSPSetSockOpt', 'alice.switch', 'alice.ib0', {
			s: 2,
			level: 'SOL_SOCKET',
			optname: 'SO_KEEPALIVE',
			optval: 1,
		});
	}),
	breach('OPT-3', 'large', 'another option is read', (e) => {
		e.args(e.find(down('WSPGetSockOpt', 'bob.ib0')), { optname: 'SO_SNDBUF' });
	}),
	breach('OPT-4', 'first', 'another option is written', (e) => {
		e.args(e.find(down('WSPSetSockOpt')), { optname: 'SO_LINGER' });
	}),
	breach('OPT-5', 'large', 'a message above the limit', (e) => {
		e.args(e.find(down('WSPSend', 'bob.ib0'), -1), { dwBufferLength: 4000 });
	}),
	breach('OPT-5', 'first', 'a limit that the option does not tell', (e) => {
		e.removeCall(e.find(down('WSPGetSockOpt', 'alice.ib0', { optname: 'SO_MAX_MSG_SIZE' })));
		answer(e, e.find(down('WSPSend'), 1), 'WSAEMSGSIZE');
	}),
	breach('OPT-6', 'large', 'an RDMA operation above the limit', (e) => {
		e.args(e.find(down('WSPRdmaWrite', 'bob.ib0')), { dwBufferLength: 20_000 });
	}),
	breach('OPT-8', 'first', 'little data by RDMA', (e) => {
		e.args(e.find(down('WSPSend'), 1), { control: 'RDMA request' });
	}),
	breach('OPT-9', 'first', 'QoS of a provider that has none', (e) => {
		const call = e.find(application('WSPSetSockOpt'));
		e.args(call, { optname: 'SO_GROUP_PRIORITY' });
		const args = { s: 2, level: 'SOL_SOCKET', optname: 'SO_GROUP_PRIORITY', optval: 1 };
		e.call(call, 'WSPSetSockOpt', 'alice.switch', 'alice.ib0', args);
	}),
	breach('OPT-10', 'first', 'WSPGetQOSByName succeeds without QoS', (e) => {
		e.call(
			e.find(application('WSPSetSockOpt')),
			'WSPGetQOSByName',
			'alice.switch',
			'alice.ib0',
			{ s: 2 },
			{ result: true },
		);
	}),
];

export const socketKeeps: readonly Case[] = [
	breach('OPT-9', 'first', 'QoS stays with TCP/IP', (e) => {
		e.args(e.find(application('WSPSetSockOpt')), { optname: 'SO_GROUP_PRIORITY' });
	}),
	breach('OPT-10', 'first', 'WSPGetQOSByName says that there is none', (e) => {
		const call = e.find(application('WSPSetSockOpt'));
		e.call(call, 'WSPGetQOSByName', 'alice.switch', 'alice.ib0', { s: 2 }, { result: false, error: 'WSAEOPNOTSUPP' });
	}),
];
