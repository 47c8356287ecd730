/**
 * Real runs with a few records changed, left out or added: what the stack itself never does, so that each check is seen
 * to object. The unchanged run breaks nothing (`realRuns.test.ts`).
 */
import { strict as assert } from 'node:assert';
import {
	add,
	both,
	call,
	change,
	control,
	type Edit,
	found,
	leaveOut,
	original,
	repeat,
	ret,
	setArgs,
	setError,
	signal,
	state,
	succeed,
} from './editing';
import { largeRead, largeWrite, smallBothWays, urgentAndShutdown } from './scenarios';
import { judge, written } from './traces';

const onData = call('WSPSend', 'alice.ib0', control('data'));
const appSend = call('WSPSend', 'alice.switch');

const cases: readonly (readonly [rule: string, what: string, text: string, edit: Edit])[] = [
	['MEM-1', 'a buffer that was never registered', smallBothWays, setArgs(onData, { handle: 99 })],
	[
		'MEM-5',
		'a handle that was released',
		smallBothWays,
		add(onData, 'alice.switch', 'alice.ib0', 'WSPDeregisterMemory', { s: 2, handle: 2 }),
	],
	[
		'MEM-6',
		'sending from memory for writing',
		smallBothWays,
		setArgs(call('WSPRegisterMemory', 'alice.ib0'), { dwFlags: 'MEM_WRITE' }, 1),
	],
	['MEM-3', 'a descriptor of nobody', largeRead, setArgs(call('WSPRdmaRead', 'bob.ib0'), { descriptor: 77 })],
	[
		'MEM-4',
		'memory that was not exposed is read',
		largeRead,
		setArgs(call('WSPRdmaRead', 'bob.ib0'), { descriptor: 77 }),
	],
	[
		'MEM-6',
		'reading memory that is exposed for writing',
		largeRead,
		setArgs(call('WSPRegisterRdmaMemory', 'alice.ib0'), { dwFlags: 'MEM_WRITE' }),
	],
	[
		'MEM-7',
		'two regions for sending',
		smallBothWays,
		setArgs(call('WSPSend', 'alice.ib0', control('no more data')), { handle: 1 }),
	],
	['DATA-3', 'messages before buffers are posted', smallBothWays, leaveOut(call('WSPRecv', 'alice.ib0'))],
	['MEM-8', 'memory exposed in vain', largeRead, leaveOut((r) => r.name === 'WSPRdmaRead' && r.kind === 'call')],
	['MEM-9', 'memory not given back by the switch', urgentAndShutdown, leaveOut(call('WSPDeregisterMemory', 'bob.ib0'))],
	[
		'MEM-9',
		'memory held by the provider after the close',
		urgentAndShutdown,
		leaveOut(state('bob.ib0 memory 1', 'registered', false)),
	],
	[
		'MEM-11',
		'an unknown handle is given back',
		urgentAndShutdown,
		setArgs(call('WSPDeregisterMemory', 'bob.ib0'), { handle: 99 }),
	],
	[
		'MEM-11',
		'memory in use is given back',
		urgentAndShutdown,
		setArgs(call('WSPDeregisterMemory', 'bob.ib0'), { handle: 1 }),
	],
	[
		'MEM-12',
		'a handle together with an error',
		smallBothWays,
		setError(ret('WSPRegisterMemory', 'alice.ib0'), 'WSAENOBUFS'),
	],
	[
		'DATA-1',
		'data that is no control message',
		smallBothWays,
		change(onData, ({ args: { control: _, ...args } }) => ({ args })),
	],
	[
		'DATA-2',
		'a large send without RDMA',
		largeRead,
		setArgs(call('WSPSend', 'alice.ib0', control('data with RDMA descriptor')), { control: 'data' }),
	],
	['DATA-2', 'RDMA for a small send', smallBothWays, setArgs(onData, { control: 'RDMA request' })],
	[
		'DATA-6',
		'an announcement without data',
		largeRead,
		setArgs(call('WSPSend', 'alice.ib0', control('data with RDMA descriptor')), { dwBufferLength: 32 }),
	],
	[
		'DATA-6',
		'an announcement of another amount',
		largeRead,
		setArgs(call('WSPSend', 'alice.ib0', control('data with RDMA descriptor')), { amount: 5 }),
	],
	[
		'DATA-7',
		'a send that succeeds without memory',
		largeRead,
		setError(ret('WSPRegisterRdmaMemory', 'alice.ib0'), 'WSAENOBUFS'),
	],
	['DATA-8', 'flags on the SAN', smallBothWays, setArgs(onData, { dwFlags: 1 })],
	[
		'DATA-9',
		'a SAN socket for datagrams',
		smallBothWays,
		setArgs(call('WSPSocket', 'alice.ib0'), { type: 'SOCK_DGRAM' }),
	],
	[
		'DATA-4',
		'a buffer that is not posted again',
		smallBothWays,
		leaveOut(call('WSPRecv', 'bob.ib0', (r) => r.phase === 'data')),
	],
	[
		'FLOW-3',
		'a buffer that is posted later',
		smallBothWays,
		(records) =>
			records.map((r) =>
				r.thread === 'bob.switch.worker' && r.phase === 'data' && r.name === 'WSPRecv' ? { ...r, time: r.time + 5 } : r,
			),
	],
	[
		'DATA-5',
		'data delivered before its buffer is posted',
		smallBothWays,
		leaveOut(call('WSPRecv', 'bob.ib0', (r) => r.phase === 'data')),
	],
	[
		'DATA-11',
		'bytes that were not sent',
		smallBothWays,
		setArgs(ret('WSPRecv', 'bob.switch'), { data: new TextEncoder().encode('hullo') }),
	],
	[
		'DATA-11',
		'more bytes than were sent',
		smallBothWays,
		change(appSend, () => ({ args: { s: 100, dwBufferLength: 2, data: new TextEncoder().encode('he'), dwFlags: 0 } })),
	],
	[
		'COMP-10',
		'an application that is never woken',
		smallBothWays,
		both(leaveOut(ret('WSPRecv', 'bob.switch')), leaveOut(state('bob.switch session 104', 'bytesWaiting', 0))),
	],
	['OOB-1', 'urgent data that nobody sent', smallBothWays, setArgs(onData, { control: 'urgent data' })],
	[
		'OOB-1',
		'urgent data that never leaves',
		urgentAndShutdown,
		setArgs(call('WSPSend', 'alice.ib0', control('urgent data')), { control: 'data' }),
	],
	[
		'OOB-2',
		'other urgent data',
		urgentAndShutdown,
		setArgs(ret('WSPRecv', 'bob.switch'), { data: new TextEncoder().encode('?') }, 1),
	],
	[
		'FLOW-1',
		'another number of buffers',
		smallBothWays,
		setArgs(state('alice.switch session 100', 'peerBuffers'), { after: 9 }),
	],
	['FLOW-1', 'a message without a buffer', smallBothWays, leaveOut(call('WSPRecv', 'bob.ib0'))],
	[
		'FLOW-2',
		'negative credits',
		smallBothWays,
		setArgs(state('alice.switch session 100', 'credits'), { after: -1 }, 2),
	],
	['FLOW-2', 'a lost credit', smallBothWays, setArgs(state('alice.switch session 100', 'credits'), { after: 6 }, 2)],
	[
		'FLOW-4',
		'a message without any buffer',
		smallBothWays,
		change(signal('receive completion', 'bob.ib0.nic'), () => ({ kind: 'note', name: 'no receive buffer posted' })),
	],
	[
		'RDMA-1',
		'the write procedure to one who can read',
		largeRead,
		setArgs(call('WSPSend', 'alice.ib0', control('data with RDMA descriptor')), { control: 'RDMA request' }),
	],
	['RDMA-2', 'a descriptor without memory', largeRead, leaveOut(call('WSPRegisterRdmaMemory', 'alice.ib0'))],
	['RDMA-3', 'complete without having read', largeRead, leaveOut(call('WSPRdmaRead', 'bob.ib0'))],
	[
		'RDMA-3',
		'complete before reading has finished',
		largeRead,
		leaveOut(signal('WPUCompleteOverlappedRequest', 'bob.ib0', (r) => r.args.operation === 'WSPRdmaRead')),
	],
	['RDMA-4', 'exposed for ever', largeRead, leaveOut(call('WSPDeregisterRdmaMemory', 'alice.ib0'))],
	['RDMA-5', 'a location without memory', largeWrite, leaveOut(call('WSPRegisterRdmaMemory', 'carol.ib0'))],
	[
		'RDMA-5',
		'a location that cannot be written',
		largeWrite,
		setArgs(call('WSPRegisterRdmaMemory', 'carol.ib0'), { dwFlags: 'MEM_READ' }),
	],
	['RDMA-6', 'complete without having written', largeWrite, leaveOut(call('WSPRdmaWrite', 'alice.ib0'))],
	['RDMA-7', 'exposed for ever', largeWrite, leaveOut(call('WSPDeregisterRdmaMemory', 'carol.ib0'))],
	['RDMA-8', 'a source that is not registered', largeWrite, setArgs(call('WSPRdmaWrite', 'alice.ib0'), { handle: 99 })],
	['RDMA-10', 'beyond the end of the target', largeRead, setArgs(call('WSPRdmaRead', 'bob.ib0'), { offset: 19_999 })],
	['COMP-1', 'a completion routine', smallBothWays, setArgs(onData, { lpCompletionRoutine: 'CompletionRoutine' })],
	['COMP-1', 'no WSAOVERLAPPED', smallBothWays, setArgs(onData, { lpOverlapped: null })],
	['COMP-2', 'a transfer that finishes at once', smallBothWays, succeed(ret('WSPSend', 'alice.ib0'), 1)],
	['COMP-3', 'an APC', smallBothWays, setArgs(onData, { lpCompletionRoutine: 'CompletionRoutine' })],
	['COMP-4', 'nobody asks for the result', smallBothWays, leaveOut(call('WSPGetOverlappedResult', 'alice.ib0'))],
	[
		'COMP-5',
		'notified despite polling',
		smallBothWays,
		repeat(
			ret('WSPSend', 'alice.ib0'),
			{
				kind: 'signal',
				name: 'WPUCompleteOverlappedRequest',
				from: 'alice.ib0',
				to: 'alice.switch',
				args: { s: 4104, operation: 'WSPSend', dwError: 0, cbTransferred: 37 },
			},
			1,
		),
	],
	[
		'COMP-6',
		'another descriptor',
		smallBothWays,
		setArgs(signal('WPUCompleteOverlappedRequest', 'alice.ib0'), { s: 2 }),
	],
	[
		'COMP-7',
		'TRUE together with WSA_IO_INCOMPLETE',
		smallBothWays,
		change(ret('WSPGetOverlappedResult', 'alice.ib0'), () => ({ result: true, error: 'WSA_IO_INCOMPLETE' })),
	],
	[
		'COMP-7',
		'FALSE without an error',
		smallBothWays,
		change(
			ret('WSPGetOverlappedResult', 'alice.ib0', (r) => r.error === undefined),
			() => ({ result: false }),
		),
	],
	[
		'COMP-8',
		'another number of bytes',
		smallBothWays,
		setArgs(signal('WPUCompleteOverlappedRequest', 'bob.ib0'), { cbTransferred: 31 }, 1),
	],
	[
		'COMP-9',
		'an unknown handle is accepted',
		smallBothWays,
		setArgs(signal('WPUCompleteOverlappedRequest', 'alice.ib0'), { s: 2 }),
	],
	['SYNC-1', 'select on the SAN', smallBothWays, add(onData, 'alice.switch', 'alice.ib0', 'WSPSelect', { readfds: 1 })],
	[
		'SYNC-1',
		'FD_READ on the SAN',
		smallBothWays,
		setArgs(call('WSPEventSelect', 'alice.ib0'), { lNetworkEvents: 'FD_READ | FD_CONNECT' }),
	],
	[
		'SHUT-1',
		'shutdown on the SAN',
		smallBothWays,
		add(onData, 'alice.switch', 'alice.ib0', 'WSPShutdown', { s: 2, how: 'SD_SEND' }),
	],
	[
		'SHUT-1',
		'a shutdown that the peer never hears of',
		urgentAndShutdown,
		leaveOut(call('WSPSend', 'bob.ib0', control('no more data'))),
	],
	[
		'EXT-1',
		'TransmitFile on the SAN',
		smallBothWays,
		add(onData, 'alice.switch', 'alice.ib0', 'TransmitFile', { s: 2 }),
	],
	['CLOSE-1', 'the peer is not told', smallBothWays, leaveOut((r) => r.name === 'native disconnect')],
	[
		'CLOSE-2',
		'a reset that looks like success',
		urgentAndShutdown,
		setArgs(
			signal('WPUCompleteOverlappedRequest', 'alice.ib0', (r) => r.args.dwError === 'WSAECONNRESET'),
			{ dwError: 0 },
		),
	],
	[
		'CLOSE-3',
		'pending operations that never end',
		smallBothWays,
		leaveOut(signal('WPUCompleteOverlappedRequest', 'alice.ib0', (r) => r.args.dwError === 'WSA_OPERATION_ABORTED')),
	],
	[
		'CLOSE-3',
		'aborted with another error',
		smallBothWays,
		setArgs(
			signal('WPUCompleteOverlappedRequest', 'bob.ib0', (r) => r.args.dwError === 'WSA_OPERATION_ABORTED'),
			{ dwError: 'WSAECONNRESET' },
		),
	],
	[
		'CLOSE-4',
		'a completion after the last up-call',
		smallBothWays,
		repeat(
			ret('WPUCloseSocketHandle', 'bob.switch'),
			{
				kind: 'signal',
				name: 'WPUCompleteOverlappedRequest',
				from: 'bob.ib0',
				to: 'bob.switch',
				args: { s: 4108, operation: 'WSPRecv', dwError: 0, cbTransferred: 0 },
			},
			1,
		),
	],
	[
		'CLOSE-5',
		'freed before the close',
		smallBothWays,
		(records) =>
			records.flatMap((r) =>
				r === found(records, onData)
					? [
							{
								...r,
								seq: r.seq - 0.5,
								kind: 'state' as const,
								name: 'alice.ib0 socket 2',
								from: 'alice.ib0',
								args: { field: 'state', before: null, after: 'closed' },
							},
							r,
						]
					: [r],
			),
	],
	[
		'CLOSE-6',
		'use after the close',
		urgentAndShutdown,
		succeed(ret('WSPSend', 'alice.switch', (r) => r.error === 'WSAENOTSOCK')),
	],
	[
		'CLOSE-7',
		'a close that is in progress',
		smallBothWays,
		setError(ret('WSPCloseSocket', 'alice.ib0'), 'WSAEINPROGRESS'),
	],
	[
		'CLOSE-8',
		'a close without a word to the peer',
		smallBothWays,
		leaveOut(call('WSPSend', 'alice.ib0', control('no more data'))),
	],
	[
		'CLOSE-8',
		'a hard close that says goodbye',
		smallBothWays,
		add(call('WSPCloseSocket', 'alice.switch'), 'alice.client', 'alice.switch', 'WSPSetSockOpt', {
			s: 100,
			level: 'SOL_SOCKET',
			optname: 'SO_LINGER',
			optval: 0,
		}),
	],
	[
		'DUP-17',
		'a descriptor used again',
		smallBothWays,
		both(
			leaveOut(call('WSPCloseSocket', 'bob.ib0')),
			setArgs(call('WPUCreateSocketHandle', 'bob.switch'), { dwContext: 1 }, 1),
			change(ret('WSPSocket', 'bob.ib0'), () => ({ result: 1 }), 1),
		),
	],
];

const write = call('WSPRdmaWrite', 'alice.ib0');

/** Breaches of rules that have others above: each must be told by its own reason. */
const reasons: readonly (readonly [rule: string, reason: RegExp, text: string, edit: Edit])[] = [
	[
		'MEM-12',
		/returned NULL without an error/,
		smallBothWays,
		change(ret('WSPRegisterMemory', 'alice.ib0'), () => ({ result: 0 })),
	],
	[
		'MEM-7',
		/messages leave from the region in which receive buffers are posted/,
		smallBothWays,
		setArgs(onData, { handle: 1 }),
	],
	[
		'DATA-1',
		/goes to TCP\/IP although alice\.ib0 carries the connection/,
		smallBothWays,
		add(onData, 'alice.switch', 'alice.tcpip', 'WSPSend', { s: 100, dwBufferLength: 5 }),
	],
	[
		'RDMA-1',
		/lacks WSPRdmaRead: the write procedure was due/,
		largeWrite,
		setArgs(call('WSPSend', 'alice.ib0', control('RDMA request')), { control: 'data with RDMA descriptor' }),
	],
	[
		'RDMA-2',
		/30000 bytes are exposed for a send of 20000/,
		largeRead,
		setArgs(call('WSPRegisterRdmaMemory', 'alice.ib0'), { dwBufferLength: 30_000 }),
	],
	[
		'RDMA-4',
		/is taken back before the transfer is complete/,
		largeRead,
		add(call('WSPRdmaRead', 'bob.ib0'), 'alice.switch', 'alice.ib0', 'WSPDeregisterRdmaMemory', {
			s: 2,
			lpRdmaBufferDescriptor: 3,
		}),
	],
	[
		'RDMA-6',
		/called complete before the WSPRdmaWrite of record \d+ has succeeded/,
		largeWrite,
		both(
			leaveOut(signal('WPUCompleteOverlappedRequest', 'alice.ib0', (r) => r.args.operation === 'WSPRdmaWrite')),
			leaveOut(call('WSPGetOverlappedResult', 'alice.ib0', (r) => r.args.lpOverlapped === 'WSPRdmaWrite')),
		),
	],
	[
		'RDMA-8',
		/was not released with WSPDeregisterMemory/,
		largeWrite,
		leaveOut(call('WSPDeregisterMemory', 'alice.ib0')),
	],
	[
		'RDMA-10',
		/WSPRdmaWrite without a descriptor or an offset of the target/,
		largeWrite,
		setArgs(write, { descriptor: null }),
	],
	[
		'COMP-2',
		/returned only after 7 ns: a started transfer returns at once/,
		smallBothWays,
		change(ret('WSPSend', 'alice.ib0'), ({ time }) => ({ time: time + 7 })),
	],
	[
		'COMP-8',
		/5 bytes reported for an operation that failed with WSA_OPERATION_ABORTED/,
		smallBothWays,
		setArgs(
			signal('WPUCompleteOverlappedRequest', 'alice.ib0', (r) => r.args.dwError === 'WSA_OPERATION_ABORTED'),
			{ cbTransferred: 5 },
		),
	],
	[
		'COMP-10',
		/the peer sends no more, but the switch never completed this call/,
		urgentAndShutdown,
		leaveOut(ret('WSPRecv', 'alice.switch')),
	],
];

describe('data checks: what the stack never does', () => {
	for (const [rule, reason, text, edit] of reasons) {
		it(`${rule}: ${reason.source}`, () => {
			const { broken } = judge(written(edit(original(text))));
			assert.match(broken.get(rule)?.join('\n') ?? JSON.stringify([...broken]), reason);
		});
	}

	for (const [rule, what, text, edit] of cases) {
		it(`${rule}: ${what}`, () => {
			const { broken } = judge(written(edit(original(text))));
			assert.ok(broken.has(rule), `${rule} was not broken, but ${JSON.stringify([...broken], undefined, 1)}`);
		});
	}

	it('a trace written again says the same', () => {
		for (const text of [smallBothWays, largeRead, largeWrite, urgentAndShutdown]) {
			assert.deepEqual([...judge(written(original(text))).broken], []);
		}
	});
});
