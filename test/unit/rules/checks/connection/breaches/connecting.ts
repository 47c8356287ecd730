/** CONN, FALLBACK, SESS, BLOCK. */
import type { Edit } from '../replay';
import { answer, application, breach, type Case, down, toTcpip } from './breach';

const signal = { kind: 'signal', name: 'SetEvent', from: 'alice.ib0' } as const;

/** The provider's outcome of an asynchronous connect, as WSPEnumNetworkEvents tells it. */
function outcome(e: Edit, error: string | number): void {
	e.args(e.returnOf(e.find(down('WSPEnumNetworkEvents'))), { 'iErrorCode[FD_CONNECT_BIT]': error });
}

export const connectBreaches: readonly Case[] = [
	breach('CONN-1', 'first', 'the SAN socket stays in blocking mode', (e) => {
		e.removeCall(e.find(down('WSPEventSelect')));
	}),
	breach('CONN-2', 'first', 'another event', (e) => {
		e.args(e.find(down('WSPEventSelect')), { lNetworkEvents: 'FD_ACCEPT' });
	}),
	breach('CONN-2', 'first', 'no event object', (e) => {
		e.args(e.find(down('WSPEventSelect')), { hEventObject: null });
	}),
	breach('CONN-3', 'first', 'the provider reports success and notes nothing', (e) => {
		e.removeAll({ kind: 'state', name: 'alice.ib0 socket 2', args: { field: 'eventMask' } });
	}),
	breach('CONN-4', 'first', 'WSPConnect before WSPEventSelect has returned', (e) => {
		const returned = e.returnOf(e.find(down('WSPEventSelect')));
		e.remove(returned);
		e.insert('after', e.find(down('WSPConnect')), returned);
	}),
	breach('CONN-5', 'first', 'a native address', (e) => {
		e.args(e.find(down('WSPConnect')), { name: 'node 2' });
	}),
	breach('CONN-6', 'first', 'the proxy driver is not asked', (e) => {
		const request = { request: 'translate destination' };
		e.removeCall(e.find({ kind: 'call', name: 'IRP_MJ_DEVICE_CONTROL', to: 'alice.ib0.proxy', args: request }));
	}),
	breach('CONN-7', 'atOnce', 'an error although the connection is there', (e) => {
		answer(e, e.find(down('WSPConnect')), 'WSAENETUNREACH');
	}),
	breach('CONN-8', 'first', 'the connect goes on in the caller’s thread', (e) => {
		e.find(signal).thread = 'alice.client';
	}),
	breach('CONN-9', 'first', 'WSAEWOULDBLOCK taken for a failure', (e) => {
		const close = e.find(down('WSPCloseSocket', 'alice.ib0', { s: 2 }));
		const early = e.insert('after', e.returnOf(e.find(down('WSPConnect'))), close, {
			time: e.find(down('WSPConnect')).time,
		});
		e.insert('after', early, e.returnOf(close), { call: early.seq });
	}),
	breach('CONN-9', 'first', 'WSAEWOULDBLOCK with nothing under way', (e) => {
		e.remove(e.find({ kind: 'state', name: 'alice.ib0 socket 2', args: { field: 'state', after: 'connecting' } }));
	}),
	breach('CONN-10', 'first', 'signalled twice', (e) => {
		const first = e.find(signal);
		e.insert('after', first, first);
	}),
	breach('CONN-10', 'first', 'never signalled', (e) => {
		const at = e.drafts.indexOf(e.find(signal));
		e.drafts.splice(at);
	}),
	breach('CONN-10', 'atOnce', 'signalled although the outcome was returned', (e) => {
		e.add(e.returnOf(e.find(down('WSPConnect'))), 'signal', 'SetEvent', 'alice.ib0', 'alice.switch', {
			hEvent: e.find(down('WSPEventSelect')).args.hEventObject ?? null,
			announces: 'FD_CONNECT',
		});
	}),
	breach('CONN-11', 'first', 'nobody asks for the outcome', (e) => {
		e.removeCall(e.find(down('WSPEnumNetworkEvents')));
	}),
	breach('CONN-12', 'first', 'TCP/IP after success', (e) => {
		e.call(e.find(down('WSPRegisterMemory')), 'WSPConnect', 'alice.switch', 'alice.tcpip', {
			s: 100,
			name: '10.1.0.2:7000',
		});
	}),
	breach('CONN-13', 'first', 'a function that is not there', (e) => {
		answer(e, e.find(down('WSPSend')), 'WSAEOPNOTSUPP');
	}),
	breach('CONN-14', 'events', 'a second WSPConnect on an established connection', (e) => {
		const poll = e.find(application('WSPConnect'), 2);
		e.call(
			poll,
			'WSPConnect',
			'alice.switch',
			'alice.ib0',
			{ s: 2, name: '10.1.0.2:7000' },
			{ error: 'WSAEISCONN', result: -1 },
		);
	}),
	breach('CONN-15', 'events', 'polling reaches the provider', (e) => {
		const poll = e.find(application('WSPConnect'), 1);
		e.call(
			poll,
			'WSPConnect',
			'alice.switch',
			'alice.ib0',
			{ s: 2, name: '10.1.0.2:7000' },
			{ error: 'WSAEALREADY', result: -1 },
		);
	}),
	breach('CONN-15', 'events', 'polling succeeds', (e) => {
		answer(e, e.find(application('WSPConnect'), 1), undefined);
	}),
	breach('CONN-16', 'first', 'the event stays signalled', (e) => {
		const call = e.find(down('WSPEnumNetworkEvents'));
		e.removeAll({ kind: 'state', name: 'alice.switch event 1', args: { after: false } });
		e.insert('before', call, e.find({ kind: 'state', name: 'alice.switch event 1', args: { after: true } }));
	}),
	breach('CONN-17', 'first', 'cleared although the call failed', (e) => {
		answer(e, e.find(down('WSPEnumNetworkEvents')), 'WSAENETDOWN');
	}),
	breach('CONN-18', 'events', 'another error for a connect under way', (e) => {
		answer(e, e.find(application('WSPConnect'), 1), 'WSAEINVAL');
	}),
	breach('CONN-18', 'elsewhere', 'another error for the address 0.0.0.0', (e) => {
		answer(e, e.find(toTcpip('WSPConnect', 'alice', { name: '0.0.0.0:80' })), 'WSAENETUNREACH');
	}),
	breach('CONN-19', 'first', 'the provider is asked for the name', (e) => {
		e.call(e.find(application('WSPGetPeerName')), 'WSPGetPeerName', 'alice.switch', 'alice.ib0', { s: 2 });
	}),
	breach('CONN-19', 'first', 'another name than the cached one', (e) => {
		e.args(e.returnOf(e.find(application('WSPGetPeerName'))), { name: '10.1.0.9:1' });
	}),
	breach('FALLBACK-1', 'elsewhere', 'TCP/IP is not asked', (e) => {
		e.removeCall(e.find(toTcpip('WSPConnect')));
	}),
	breach('FALLBACK-2', 'noSocket', 'WSPSocket fails and nobody connects', (e) => {
		e.removeCall(e.find(toTcpip('WSPConnect')));
	}),
	breach('FALLBACK-3', 'timesOut', 'the SAN socket is not closed', (e) => {
		e.removeCall(e.find(down('WSPCloseSocket'), 1));
	}),
	breach('FALLBACK-4', 'timesOut', 'TCP/IP is not asked', (e) => {
		e.removeCall(e.find(toTcpip('WSPConnect')));
	}),
	breach('FALLBACK-4', 'timesOut', 'TCP/IP although the error is a promise', (e) => {
		outcome(e, 'WSAECONNREFUSED');
	}),
	breach('FALLBACK-5', 'timesOut', 'WSAECONNRESET although somebody listens', (e) => {
		outcome(e, 'WSAECONNRESET');
	}),
	breach('FALLBACK-6', 'nobody', 'WSAECONNREFUSED although nobody turned it down', (e) => {
		outcome(e, 'WSAECONNREFUSED');
	}),
	breach('FALLBACK-7', 'timesOut', 'WSAEHOSTUNREACH although the address exists', (e) => {
		outcome(e, 'WSAEHOSTUNREACH');
	}),
	breach('FALLBACK-8', 'timesOut', 'a promise although TCP/IP would succeed', (e) => {
		outcome(e, 'WSAEHOSTUNREACH');
	}),
	breach('FALLBACK-9', 'ndis', 'WSAEHOSTUNREACH for a target without a provider', (e) => {
		outcome(e, 'WSAEHOSTUNREACH');
	}),
	breach('FALLBACK-10', 'ndis', 'another code than WSAETIMEDOUT', (e) => {
		outcome(e, 'WSAENETUNREACH');
	}),
	breach('FALLBACK-10', 'timesOut', 'a promise that cannot be made', (e) => {
		outcome(e, 'WSAECONNRESET');
	}),
	breach('FALLBACK-11', 'noBind', 'TCP/IP before the SAN socket is closed', (e) => {
		e.removeCall(e.find(down('WSPCloseSocket'), 1));
	}),
	breach('FALLBACK-12', 'noMemory', 'TCP/IP after a failed negotiation', (e) => {
		const place = e.find(down('WSPRegisterMemory'));
		e.call(place, 'WSPConnect', 'alice.switch', 'alice.tcpip', { s: 100, name: '10.1.0.2:7000' });
	}),
	breach('SESS-1', 'first', 'memory is not registered', (e) => {
		e.removeCall(e.find(down('WSPRegisterMemory')));
	}),
	breach('SESS-2', 'first', 'no receive buffer', (e) => {
		for (let n = 0; n < 8; n++) e.removeCall(e.find(down('WSPRecv')));
	}),
	breach('SESS-3', 'first', 'data before the pair of messages', (e) => {
		e.args(e.find(down('WSPSend', 'bob.ib0', { control: 'negotiation answer' })), { control: 'credit update' });
	}),
	breach('SESS-3', 'first', 'a second negotiation message', (e) => {
		e.args(e.find(down('WSPSend', 'alice.ib0', { control: 'data' })), { control: 'negotiation offer' });
	}),
	breach('SESS-4', 'first', 'the application’s connect returns before the negotiation', (e) => {
		const returned = e.returnOf(e.find(application('WSPConnect')));
		e.remove(returned);
		e.insert('after', e.returnOf(e.find(down('WSPEnumNetworkEvents'))), returned, { seq: returned.seq });
	}),
	breach('SESS-5', 'first', 'WSAENOTCONN after a successful connect', (e) => {
		answer(e, e.find(application('WSPSend')), 'WSAENOTCONN');
	}),
	breach('SESS-6', 'first', 'another number than was posted', (e) => {
		e.args(e.find({ kind: 'state', from: 'bob.switch', args: { field: 'peerBuffers' } }), { after: 5 });
	}),
	breach('SESS-7', 'first', 'the answer before receive buffers are posted', (e) => {
		const answered = e.find(down('WSPSend', 'bob.ib0', { control: 'negotiation answer' }));
		const early = e.insert('before', e.find(down('WSPRecv', 'bob.ib0')), answered);
		e.insert('after', early, e.returnOf(answered), { call: early.seq });
	}),
	breach('SESS-8', 'first', 'more than 256 bytes', (e) => {
		e.args(e.find(down('WSPSend')), { dwBufferLength: 257 });
	}),
	breach('SESS-9', 'early', 'the message is lost', (e) => {
		e.find({ kind: 'note', name: 'kept in a private buffer' }).name = 'no receive buffer posted';
	}),
	breach('SESS-10', 'early', 'the kept message is not copied', (e) => {
		e.remove(e.find({ kind: 'note', name: 'copied from a private buffer' }));
	}),
	breach('SESS-10', 'early', 'not one to one', (e) => {
		e.args(e.find({ kind: 'note', name: 'copied from a private buffer' }), { bytes: 16 });
	}),
	breach('SESS-11', 'early', 'the connection is dropped', (e) => {
		const kept = e.find({ kind: 'note', name: 'kept in a private buffer' });
		e.add(kept, 'note', 'no receive buffer posted', 'bob.ib0', 'bob.ib0', { bytes: 32 });
	}),
	breach('SESS-12', 'first', 'a message that does not fit', (e) => {
		e.args(e.find({ kind: 'signal', name: 'WPUCompleteOverlappedRequest', from: 'alice.ib0' }), {
			dwError: 'WSAEMSGSIZE',
		});
	}),
	breach('BLOCK-1', 'first', 'the provider is asked to cancel', (e) => {
		e.call(e.find(application('WSPSend')), 'WSPCancelBlockingCall', 'alice.switch', 'alice.ib0', {});
	}),
	breach('BLOCK-2', 'first', 'a blocking connect reaches the provider', (e) => {
		e.removeCall(e.find(down('WSPEventSelect')));
	}),
	breach('BLOCK-3', 'withdrawn', 'the SAN socket is not closed', (e) => {
		e.removeCall(e.find(down('WSPCloseSocket', 'alice.ib0', { s: 2 })));
	}),
	breach('BLOCK-3', 'withdrawn', 'the attempt goes on', (e) => {
		const request = e.find({ kind: 'message', name: 'native connect request' });
		e.insert('after', e.returnOf(e.find(down('WSPCloseSocket', 'alice.ib0', { s: 2 }))), request);
	}),
	breach('BLOCK-4', 'first', 'a send that blocks inside the provider', (e) => {
		e.returnOf(e.find(down('WSPSend', 'alice.ib0', { control: 'data' }))).time += 5000;
	}),
	breach('BLOCK-5', 'large', 'the call ends while RDMA uses its buffer', (e) => {
		const write = e.find(down('WSPRdmaWrite', 'bob.ib0'));
		const send = e.find(application('WSPSend', 'bob.client'));
		const returned = e.returnOf(send);
		e.remove(returned);
		e.insert('after', e.returnOf(write), returned, { error: 'WSAEINTR', result: -1, time: write.time });
	}),
	breach('BLOCK-7', 'first', 'the socket cannot be closed', (e) => {
		answer(e, e.find(application('WSPSend')), 'WSAEINTR');
		answer(e, e.find(application('WSPCloseSocket')), 'WSAENETDOWN');
	}),
	breach('BLOCK-8', 'first', 'WSAEINTR from a provider', (e) => {
		answer(e, e.find(down('WSPEnumNetworkEvents')), 'WSAEINTR');
	}),
];

export const connectKeeps: readonly Case[] = [
	breach('BLOCK-6', 'large', 'the SAN socket is closed because RDMA takes too long', (e) => {
		const write = e.find(down('WSPRdmaWrite', 'bob.ib0'));
		const around = e.find(application('WSPSend', 'bob.client'));
		const close = e.find(down('WSPCloseSocket', 'bob.ib0', { s: 2 }));
		e.insert('after', e.returnOf(write), close, { within: around.seq, thread: around.thread });
	}),
];
