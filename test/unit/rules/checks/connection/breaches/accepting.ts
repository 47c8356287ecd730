/** LISTEN, ACC, EVT. */
import { answer, application, breach, type Case, down, toTcpip } from './breach';

const condition = { kind: 'call', name: 'ConditionFunc', from: 'bob.ib0' } as const;
const signal = { kind: 'signal', name: 'SetEvent', from: 'bob.ib0' } as const;

export const acceptBreaches: readonly Case[] = [
	breach('LISTEN-1', 'first', 'TCP/IP does not listen', (e) => {
		e.removeCall(e.find(toTcpip('WSPListen', 'bob')));
	}),
	breach('LISTEN-2', 'first', 'no SAN socket', (e) => {
		for (const name of ['WSPBind', 'WSPListen', 'WSPEventSelect']) e.removeCall(e.find(down(name, 'bob.ib0')));
		e.removeCall(e.find(down('WSPSocket', 'bob.ib0'), 1));
	}),
	breach('LISTEN-3', 'first', 'WSPListen of the provider is not called', (e) => {
		e.removeCall(e.find(down('WSPListen', 'bob.ib0')));
	}),
	breach('LISTEN-3', 'first', 'another backlog', (e) => {
		e.args(e.find(down('WSPListen', 'bob.ib0')), { backlog: 99 });
	}),
	breach('LISTEN-4', 'first', 'no event for FD_ACCEPT', (e) => {
		e.removeCall(e.find(down('WSPEventSelect', 'bob.ib0')));
	}),
	breach('LISTEN-5', 'first', 'the request is not announced', (e) => {
		e.remove(e.find(signal));
	}),
	breach('LISTEN-6', 'first', 'in the application’s thread', (e) => {
		e.find(down('WSPAccept', 'bob.ib0')).thread = 'bob.server';
	}),
	breach('LISTEN-7', 'full', 'a request too many is queued', (e) => {
		const queued = e.find({ kind: 'state', from: 'bob.ib0', args: { field: 'queuedRequests', after: 1 } });
		e.args(queued, { after: 2 });
	}),
	breach('LISTEN-7', 'full', 'the refusal comes late', (e) => {
		e.find({ kind: 'message', name: 'native refusal' }).time += 100_000;
	}),
	breach('LISTEN-8', 'full', 'the peer hears another error', (e) => {
		const told = e.find({
			kind: 'return',
			name: 'WSPEnumNetworkEvents',
			args: { 'iErrorCode[FD_CONNECT_BIT]': 'WSAECONNREFUSED' },
		});
		e.args(told, { 'iErrorCode[FD_CONNECT_BIT]': 'WSAETIMEDOUT' });
	}),
	breach('LISTEN-9', 'elsewhere', 'an unbound socket listens', (e) => {
		answer(e, e.find(application('WSPListen')), undefined);
	}),
	breach('LISTEN-9', 'first', 'an error that a SAN provider does not return', (e) => {
		answer(e, e.find(down('WSPListen', 'bob.ib0')), 'WSAEADDRINUSE');
	}),
	breach('LISTEN-10', 'full', 'the second WSPListen changes nothing', (e) => {
		e.remove(e.find({ kind: 'state', from: 'bob.ib0', args: { field: 'backlog', after: 1 } }));
	}),
	breach('ACC-1', 'first', 'the accept is not forwarded', (e) => {
		const call = e.find(toTcpip('WSPAccept', 'bob'));
		e.remove(call, e.returnOf(call));
	}),
	breach('ACC-2', 'first', 'the application gets another socket', (e) => {
		answer(e, e.find(application('WSPAccept', 'bob.server')), undefined, 300);
	}),
	breach('ACC-3', 'first', 'WSPAccept without WSPEnumNetworkEvents', (e) => {
		e.removeCall(e.find(down('WSPEnumNetworkEvents', 'bob.ib0')));
	}),
	breach('ACC-3', 'first', 'WSPEnumNetworkEvents does not report FD_ACCEPT', (e) => {
		e.args(e.returnOf(e.find(down('WSPEnumNetworkEvents', 'bob.ib0'))), { lNetworkEvents: '' });
	}),
	breach('ACC-4', 'first', 'no condition function', (e) => {
		e.args(e.find(down('WSPAccept', 'bob.ib0')), { lpfnCondition: null });
	}),
	breach('ACC-5', 'first', 'the condition function in another thread', (e) => {
		const call = e.find(condition);
		call.thread = 'bob.ib0.nic';
		call.within = null;
	}),
	breach('ACC-6', 'first', 'rejected, and accepted all the same', (e) => {
		answer(e, e.find(condition), undefined, 'CF_REJECT');
	}),
	breach('ACC-7', 'first', 'no descriptor of the switch', (e) => {
		e.removeCall(e.find({ kind: 'call', name: 'WPUCreateSocketHandle', from: 'bob.ib0' }, 2));
	}),
	breach('ACC-8', 'first', 'no ResetEvent', (e) => {
		e.removeAll({ kind: 'signal', name: 'ResetEvent', from: 'bob.ib0' });
	}),
	breach('ACC-9', 'rejects', 'another error after CF_REJECT', (e) => {
		answer(e, e.find(down('WSPAccept', 'bob.ib0'), 1), 'WSAECONNABORTED');
	}),
	breach('ACC-10', 'first', 'accepted before the condition function was asked', (e) => {
		const message = e.find({ kind: 'message', name: 'native accept' });
		e.remove(message);
		e.insert('before', e.find(condition), message);
	}),
	breach('ACC-11', 'first', 'the peer is not told', (e) => {
		e.remove(e.find({ kind: 'message', name: 'native accept' }));
	}),
	breach('ACC-12', 'rejects', 'the peer is not told of the rejection', (e) => {
		e.remove(e.find({ kind: 'message', name: 'native refusal' }));
	}),
	breach('ACC-12', 'rejects', 'the peer’s connect ends with another error', (e) => {
		e.args(e.returnOf(e.find(down('WSPEnumNetworkEvents'))), { 'iErrorCode[FD_CONNECT_BIT]': 'WSAETIMEDOUT' });
	}),
	breach('ACC-13', 'first', 'accept returns before the negotiation', (e) => {
		e.removeAll({ kind: 'state', name: 'bob.switch session 104', args: { field: 'state', after: 'established' } });
		e.removeAll({ kind: 'state', name: 'bob.switch session 104', args: { field: 'state', after: 'ended' } });
	}),
	breach('ACC-14', 'acceptEx', 'AcceptEx completes without data', (e) => {
		e.args(e.returnOf(e.find(application('AcceptEx', 'bob.server'))), { lpdwBytesReceived: 0 });
	}),
	breach('ACC-14', 'acceptEx', 'an overlapped AcceptEx completes without data', (e) => {
		const done = e.find({ kind: 'state', args: { field: 'result' } });
		e.args(done, { after: 0 });
	}),
	breach('ACC-15', 'first', 'the listening SAN socket stays open', (e) => {
		e.removeCall(e.find(down('WSPCloseSocket', 'bob.ib0', { s: 2 })));
	}),
	breach('ACC-16', 'elsewhere', 'a socket that does not listen accepts', (e) => {
		answer(e, e.find(application('WSPAccept')), 'WSAEOPNOTSUPP');
	}),
	breach('ACC-16', 'first', 'a SAN accept with nothing queued', (e) => {
		const accept = e.find(down('WSPAccept', 'bob.ib0'));
		const again = e.insert('after', e.returnOf(accept), accept);
		e.insert('after', again, e.returnOf(accept), { call: again.seq, result: 9 });
	}),
	breach('ACC-17', 'rejects', 'another error after CF_DEFER', (e) => {
		answer(e, e.find(down('WSPAccept', 'bob.ib0')), 'WSAECONNREFUSED');
	}),
	breach('ACC-18', 'withdrawn', 'a request that was given up is accepted', (e) => {
		answer(e, e.find(down('WSPAccept', 'bob.ib0')), undefined, 7);
	}),
	breach('ACC-18', 'withdrawn', 'an offer is called timed out while the peer still connects', (e) => {
		answer(e, e.find(down('WSPAccept', 'bob.ib0')), 'WSAEACCES');
		e.removeAll({ kind: 'state', args: { field: 'state', after: 'closed' } });
		e.removeAll({ kind: 'state', args: { field: 'state', after: 'bound' } });
	}),
	breach('ACC-19', 'first', 'the application’s accept waits inside the provider', (e) => {
		const accept = e.find(application('WSPAccept', 'bob.server'));
		e.call(
			accept,
			'WSPAccept',
			'bob.switch',
			'bob.ib0',
			{ s: 2, lpfnCondition: 'ConditionFunc' },
			{ error: 'WSAEWOULDBLOCK', result: -1 },
		);
	}),
	breach('EVT-1', 'first', 'FD_READ of a SAN provider', (e) => {
		e.args(e.find(down('WSPEventSelect')), { lNetworkEvents: 'FD_READ | FD_CONNECT' });
	}),
	breach('EVT-2', 'events', 'the socket stays blocking', (e) => {
		e.removeAll({ kind: 'state', name: 'alice.switch socket 100', args: { field: 'nonblocking', after: true } });
	}),
	breach('EVT-3', 'events', 'the earlier registration stays', (e) => {
		e.removeAll({
			kind: 'state',
			name: 'bob.switch socket 100',
			args: { field: 'eventMask', after: 'FD_ACCEPT | FD_CLOSE' },
		});
	}),
	breach('EVT-4', 'events', 'the registration is not cancelled', (e) => {
		e.removeAll({ kind: 'state', args: { field: 'eventMask', after: '' } });
	}),
	breach('EVT-5', 'first', 'a signal without a record', (e) => {
		e.remove(
			e.find({ kind: 'state', name: 'alice.ib0 socket 2', args: { field: 'networkEvents', after: 'FD_CONNECT' } }),
		);
	}),
	breach('EVT-5', 'first', 'another event object', (e) => {
		e.args(e.find(signal), { hEvent: 77 });
	}),
	breach('EVT-6', 'first', 'signalled again before WSPAccept', (e) => {
		const first = e.find(signal);
		e.insert('after', first, first);
	}),
	breach('EVT-7', 'events', 'not signalled again', (e) => {
		const read = e.find({ kind: 'signal', name: 'SetEvent', from: 'bob.switch', args: { announces: 'FD_READ' } }, 1);
		e.remove(read);
	}),
	breach('EVT-8', 'events', 'what holds already is not signalled', (e) => {
		e.remove(e.find({ kind: 'signal', name: 'SetEvent', from: 'bob.switch', args: { announces: 'FD_ACCEPT' } }));
	}),
	breach('EVT-9', 'first', 'FD_CONNECT twice', (e) => {
		const first = e.find({ kind: 'signal', name: 'SetEvent', from: 'alice.ib0' });
		e.insert('after', first, first);
	}),
];
