/** Where a session writes records: its calls of the SAN provider, one site for each kind of control message, and its notes. */
import { type Site, site } from '../../trace';
import * as san from '../san';
import type { ControlKind } from './controlMessage';

const memoryFields = ['s', 'lpBuffer', 'dwBufferLength', 'dwFlags'] as const;
const { receiveFields, sendFields } = san;

/** SESS-1: the memory of the buffer array that takes incoming messages. */
export const REGISTER_RECEIVE = site('WSPRegisterMemory', memoryFields, [
	'SESS-1',
	'MEM-1',
	'MEM-2',
	'MEM-7',
	'DATA-3',
]);
export const REGISTER_SEND = site('WSPRegisterMemory', memoryFields, ['MEM-1', 'MEM-2', 'MEM-7', 'DATA-3']);
export const RELEASE_SEND = site('WSPDeregisterMemory', ['s', 'handle'], ['DUP-5', 'MEM-9']);
export const POST = site('WSPRecv', receiveFields, ['SESS-2', 'COMP-1']);
export const POST_ACCEPTING = site('WSPRecv', receiveFields, ['SESS-7', 'COMP-1']);
export const POST_RESUMED = site('WSPRecv', receiveFields, ['DUP-16', 'COMP-1']);
export const REPOST = site('WSPRecv', receiveFields, ['DATA-4', 'FLOW-3', 'COMP-1']);
export const RECEIVED = site('control message received', ['control', 'number', 'credits', 'payload'], ['DATA-4']);
export const RECEIVED_URGENT = site(
	'control message received',
	['control', 'number', 'credits', 'payload'],
	['DATA-4', 'OOB-2'],
);
export const MALFORMED = site('malformed control message', ['bytes'], ['SESS-3']);
export const NEGOTIATED = site(
	'session negotiated',
	['peerBuffers', 'receiveBuffers'],
	['SESS-3', 'SESS-12', 'CONN-12', 'CONN-13'],
);

function sends(...rules: readonly string[]): Site {
	return site('WSPSend', sendFields, rules);
}

/** WSPSend, by what is sent. */
export const sendSites: Readonly<Record<ControlKind, Site>> = {
	'negotiation offer': sends('SESS-3', 'SESS-6', 'SESS-8', 'FLOW-1', 'FLOW-2'),
	'negotiation answer': sends('SESS-3', 'SESS-7', 'SESS-8', 'FLOW-1', 'FLOW-2'),
	data: sends('DATA-1', 'DATA-2', 'DATA-5', 'DATA-8', 'COMP-1', 'COMP-5'),
	'credit update': sends('FLOW-2', 'DATA-8', 'COMP-5'),
	'no more data': sends('SHUT-1', 'DATA-8', 'COMP-5'),
	'urgent data': sends('OOB-1', 'DATA-8', 'COMP-5'),
	'data with RDMA descriptor': sends('DATA-6', 'RDMA-2', 'DATA-8', 'COMP-5'),
	'RDMA request': sends('DATA-6', 'RDMA-5', 'DATA-8', 'COMP-5'),
	'RDMA location': sends('RDMA-5', 'DATA-8', 'COMP-5'),
	'transfer complete': sends('RDMA-3', 'RDMA-6', 'DATA-8', 'COMP-5'),
	'suspend request': sends('DUP-5', 'DATA-8', 'COMP-5'),
	suspended: sends('DUP-6', 'DATA-8', 'COMP-5'),
	resume: sends('DUP-16', 'DATA-8', 'COMP-5'),
};
