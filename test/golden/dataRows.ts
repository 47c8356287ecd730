/**
 * Finds the rows of a call table in a trace: each row is the first record after the row before it that has the row's
 * caller, callee and call, and that record must have the arguments and the result which the table gives.
 */

import type { TraceRecord } from '../../server/trace';
import type { Sequence, SequenceStep } from '../unit/winsock/sequences';
import type { TraceView } from './traceView';

export class RowMismatch extends Error {}

interface Row {
	readonly step: SequenceStep;
	readonly record: TraceRecord;
}

interface Context {
	readonly view: TraceView;
	readonly local: string;
	readonly peer: string;
	readonly before: readonly Row[];
}

/** What stands for a row's call: a kind and a name of records, and what more must hold of the record. */
interface Stand {
	readonly kind: readonly string[];
	readonly name: string;
	readonly holds?: (record: TraceRecord, context: Context) => boolean;
	/**
	 * Number of the row that this one follows, if not the one before it: what two machines do at the same time has no order
	 * of its own (OQ-35: a small send is complete when it is copied; OQ-49: everything of a close is inside WSPCloseSocket).
	 */
	readonly after?: number;
}

/** @throws RowMismatch for the first row that is missing or different */
export function matchRows(table: Sequence, view: TraceView, local: string, from: number): void {
	const peer = local === 'alice' ? 'bob' : 'alice';
	const before: Row[] = [];
	let at = from;
	table.steps.forEach((step, index) => {
		const context: Context = { view, local, peer, before };
		const name = `${table.id}, row ${index + 1} (${step.caller} -> ${step.callee}: ${step.call})`;
		const stand = standFor(table.id, index + 1, step);
		const record = view.first(
			(candidate) =>
				stand.kind.includes(candidate.kind) &&
				(candidate.name === stand.name || (candidate.kind === 'state' && candidate.name.includes(` ${stand.name} `))) &&
				plays(step.caller, candidate.from, context, candidate.kind) &&
				plays(step.callee, candidate.to, context, candidate.kind) &&
				(stand.holds?.(candidate, context) ?? true),
			stand.after === undefined ? at : (before[stand.after - 1]?.record.seq ?? at),
		);
		if (!record) throw new RowMismatch(`${name}: not found after record ${at}`);
		const complaint = judge(step, record, context);
		if (complaint) throw new RowMismatch(`${name}: ${complaint}\n${view.text(record)}`);
		before.push({ step, record });
		at = Math.max(at, record.seq);
	});
}

const call = (name: string, holds?: Stand['holds']): Stand => ({
	kind: ['call', 'signal'],
	name,
	...(holds ? { holds } : {}),
});
const note = (name: string, holds?: Stand['holds']): Stand => ({ kind: ['note'], name, ...(holds ? { holds } : {}) });
const returned = (name: string, holds?: Stand['holds']): Stand => ({
	kind: ['return'],
	name,
	...(holds ? { holds } : {}),
});
const control = (kind: string) => (record: TraceRecord) => record.args.control === kind;
const completes = (record: TraceRecord, { view }: Context): boolean => {
	// The record that the completion caused: what the switch made of the message.
	const note_ = view.first(({ name, cause }) => name === 'control message received' && cause === record.seq);
	return note_ !== undefined;
};

/** Rows whose call is no function name, or whose table gives it another meaning, by table and number of the row. */
const stands: Readonly<Record<string, Stand>> = {
	'SEQ-CONN-13 2': note('subnet table lookup'),
	'SEQ-CONN-13 9': call('IRP_MJ_DEVICE_CONTROL', (record) => record.args.request === 'translate destination'),
	'SEQ-CONN-13 10': returned('WSPConnect'),
	'SEQ-CONN-13 13': returned('WSPConnect'),
	'SEQ-ACC-3 3': returned('WSPAccept'),
	// The application's accept is a WSPAccept of the switch; the Winsock DLL renames it.
	'SEQ-ACC-8 1': call('WSPAccept'),
	'SEQ-ACC-8 4': call('WSPEnumNetworkEvents'),
	'SEQ-ACC-8 5': returned('WSPAccept'),
	'SEQ-ACC-6 2': call('WSPAccept'),
	'SEQ-ACC-6 3': { kind: ['message'], name: 'message', holds: control('data') },
	'SEQ-ACC-6 4': returned('AcceptEx'),
	'SEQ-ACC-7 1': call('WSPCancelBlockingCall'),
	'SEQ-DATA-1 2': { kind: ['state'], name: 'memory', holds: (record) => record.args.field === 'written' },
	'SEQ-DATA-1 3': call('WSPSend', control('data')),
	'SEQ-DATA-1 4': call('WPUCompleteOverlappedRequest', completes),
	'SEQ-DATA-1 5': note('control message received', control('data')),
	'SEQ-DATA-1 7': returned('WSPRecv', (record) => record.args.data !== undefined),
	'SEQ-DATA-1 8': { ...returned('WSPSend'), after: 3 },
	'SEQ-RDMA-1 3': call('WSPSend', control('data with RDMA descriptor')),
	'SEQ-RDMA-1 5': call('WSPSend', control('transfer complete')),
	'SEQ-RDMA-1 7': returned('WSPSend'),
	'SEQ-RDMA-2 2': call('WSPSend', control('RDMA request')),
	'SEQ-RDMA-2 4': call('WSPSend', control('RDMA location')),
	'SEQ-RDMA-2 9': call('WSPSend', control('transfer complete')),
	'SEQ-RDMA-2 12': returned('WSPSend'),
	'SEQ-OOB-1 2': call('WSPSend', control('urgent data')),
	'SEQ-OOB-1 3': call('WPUCompleteOverlappedRequest', completes),
	'SEQ-OOB-1 5': returned('WSPRecv', (record) => record.args.data !== undefined),
	// Polling goes on until the operation is finished.
	'SEQ-COMP-1 3': call('WSPGetOverlappedResult', (record, { view }) => view.returnOf(record)?.result === true),
	'SEQ-CLOSE-1 3': call('WPUCompleteOverlappedRequest', (record) => record.args.dwError !== 0),
	'SEQ-CLOSE-1 4': { ...call('WPUCloseSocketHandle'), after: 2 },
	'SEQ-DUP-1 1': call('WSPSend'),
	'SEQ-DUP-1 2': note('swap requested'),
	'SEQ-DUP-1 3': call('WSPSend', control('suspend request')),
	'SEQ-DUP-1 5': call('WSPSend', control('suspended')),
	'SEQ-DUP-1 11': returned('WSPSend'),
	'SEQ-CACHE-1 2': call('MmSecureVirtualMemory'),
};

function standFor(id: string, number: number, step: SequenceStep): Stand {
	const known = stands[`${id} ${number}`];
	if (known) return known;
	if (!/^[A-Za-z]+$/.test(step.call)) throw new RowMismatch(`no record is known to stand for "${step.call}"`);
	return call(step.call);
}

function plays(part: string, component: string, { local, peer }: Context, kind: string): boolean {
	const end = kind === 'message' ? '.nic' : '';
	switch (part) {
		case 'application':
			return isThread(component, local) || isThread(component, peer);
		case 'application in process 2':
			return component === `${local}.child`;
		case 'switch':
			// The second process asks the switch of the first one in row 2 of the swap.
			if (kind === 'message') return component === `${local}.ib0.nic`;
			return component === `${local}.switch` || component === `${local}.second.switch`;
		case 'switch in process 2':
			return component === `${local}.second.switch`;
		case 'TCP/IP provider':
			return component === `${local}.tcpip`;
		case 'proxy driver':
			return component === `${local}.ib0.proxy`;
		case 'SAN provider':
			return component === `${local}.ib0`;
		case 'SAN provider in process 2':
			return component === `${local}.second.ib0`;
		case 'peer switch':
			return component === (kind === 'message' ? `${peer}.ib0.nic` : `${peer}.switch`);
		case 'peer SAN provider':
			return component === `${peer}.ib0${end}`;
		case 'kernel (Win32)':
			return component === `${local}.switch`;
		default:
			throw new RowMismatch(`no component is known to play "${part}"`);
	}
}

function isThread(component: string, host: string): boolean {
	const [owner, part, ...rest] = component.split('.');
	return owner === host && rest.length === 0 && !['switch', 'tcpip', 'ib0'].includes(part ?? '');
}

/** Arguments and result of the row, text by text. */
function judge(step: SequenceStep, record: TraceRecord, { view, before }: Context): string | undefined {
	const end = record.kind === 'call' ? view.returnOf(record) : record;
	const result = step.result.replace(/\s*\([A-Z]+-\d+(?:(?:, |\.\.)[A-Z]+-\d+)*\)$/, '');
	const error = /WSA[A-Z_]+/.exec(result)?.[0];
	if (result.startsWith('each pending operation') || step.args.includes('WSA_OPERATION_ABORTED')) {
		return record.args.dwError === 'WSA_OPERATION_ABORTED' ? undefined : 'does not end with WSA_OPERATION_ABORTED';
	}
	if (step.args === 'each posted receive: success, 0 bytes') {
		const { operation, dwError, cbTransferred } = record.args;
		return operation === 'WSPRecv' && dwError === 0 && cbTransferred === 0 ? undefined : 'is no empty receive';
	}
	if (step.call === 'ConditionFunc') {
		return end?.result === result || result === '' || end?.result === 'CF_DEFER'
			? undefined
			: `answers ${String(end?.result)}`;
	}
	if (record.name === 'WPUCompleteOverlappedRequest' && error) {
		return record.args.dwError === error ? undefined : `reports ${String(record.args.dwError)}, not ${error}`;
	}
	if (error && !result.includes('for example')) {
		return end?.error === error ? undefined : `ends with ${end?.error ?? 'success'}, not ${error}`;
	}
	if (result === '0' || result.startsWith('0;')) {
		return end?.error === undefined ? undefined : `failed with ${end.error}`;
	}
	if (result === 'TRUE' || result.startsWith('TRUE,')) return end?.result === true ? undefined : 'does not say TRUE';
	if (step.args === 'hEvent bit 0 = 0') return record.args.hEvent === 0 ? undefined : 'does not ask for notification';
	if (step.args === 'same buffer again') return sameBuffer(record, view);
	if (step.args === 'same buffer' || step.args === 'range') return sameRange(step, record, before);
	return undefined;
}

/** The buffer that is posted again is one of the array of receive buffers. */
function sameBuffer(record: TraceRecord, view: TraceView): string | undefined {
	const { s, handle } = record.args;
	const earlier = view.first(
		({ kind, name, to, args, seq }) =>
			kind === 'call' &&
			name === 'WSPRecv' &&
			to === record.to &&
			args.s === s &&
			args.handle === handle &&
			seq < record.seq,
	);
	return earlier ? undefined : 'posts another buffer';
}

/** The cache: the registration that is found again, and the range that is given back, are those of the row that secured it. */
function sameRange(step: SequenceStep, record: TraceRecord, before: readonly Row[]): string | undefined {
	const secured = before.find(({ record: { name } }) => name === 'MmSecureVirtualMemory')?.record.args.address;
	if (secured === undefined) return undefined;
	const address = record.args.lpBuffer ?? record.args.lpAddress ?? record.args.lpvAddress ?? record.args.address;
	return address === secured ? undefined : `is about ${String(address)} (${step.args}), not ${String(secured)}`;
}
