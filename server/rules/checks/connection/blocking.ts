/** Blocking calls and their cancellation (BLOCK). BLOCK-2 is judged with the steps of the connect in `connecting.ts`. */
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { Connect, ConnectRules, SanAttempt } from './connect';
import {
	applicationCallAround,
	between,
	callOf,
	callsAndReturns,
	fieldOf,
	fieldOfId,
	findWithin,
	isDownCall,
	isSwitch,
	named,
	numberOf,
	processOf,
} from './parts';

/** A close longer than this is not prompt, ns. */
const PROMPT_NS = 1_000_000;

/** BLOCK-3: to cancel a connect the switch closes the SAN socket, and the attempt is over. */
export function cancelledConnectRules(): ConnectRules {
	/** Attempts under way by SAN socket and by registered event. */
	const pending = new Map<string, Connect>();
	/** SAN sockets closed in the middle of an attempt: where they were bound, and the close. */
	const aborted = new Map<string, SeenRecord>();
	/** NICs whose messages got lost: their transport repeats a request even when nobody wants it any more. */
	const inTrouble = new Set<string>();
	const key = (san: SanAttempt): string => `${san.provider}#${san.s}`;
	return {
		rules: ['BLOCK-3'],
		interests: [
			...between('provider', 'return', 'WSPCloseSocket'),
			...between('provider', 'call', 'WSPCleanup'),
			...named('message', 'native connect request'),
			...named('note', 'message lost'),
		],
		sanReturn(connect, call, record) {
			const { san } = connect;
			if (san && call.name === 'WSPConnect' && record.error === 'WSAEWOULDBLOCK') pending.set(key(san), connect);
		},
		sanCall(connect, call) {
			const { san } = connect;
			if (!san?.bind || call.name !== 'WSPConnect') return;
			aborted.delete(key(san));
			aborted.delete(`request from ${String(san.bind.arg('name'))}`);
		},
		signal(_connect, san, record, context) {
			const close = aborted.get(key(san));
			pending.delete(key(san));
			if (!close) return;
			const text = 'record {0} signals the end of a connect whose socket was closed in record {1}';
			context.broken('BLOCK-3', record.seq, text, record.seq, close.seq);
		},
		other(record, context) {
			if (record.name === 'WSPCleanup') {
				// It ends what is left of the process: nothing is cancelled any more.
				for (const [id, connect] of [...pending]) {
					if (!id.startsWith(`${record.to}#`)) continue;
					notClosed(connect, record.seq, context);
					pending.delete(id);
				}
			} else if (record.name === 'message lost') inTrouble.add(record.from);
			else if (record.name === 'native connect request') {
				if (inTrouble.has(record.from)) return;
				const close = aborted.get(`request from ${String(record.arg('from'))}`);
				if (!close) return;
				const text = 'record {0} still asks the peer although the attempt was cancelled in record {1}';
				context.broken('BLOCK-3', record.seq, text, record.seq, close.seq);
			} else closed(record, context);
		},
		finish(connect, _error, record, context) {
			notClosed(connect, record.seq, context);
		},
		end(connect, context) {
			notClosed(connect, connect.call.seq, context);
		},
	};

	function closed(record: SeenRecord, context: CheckContext): void {
		const call = callOf(context, record);
		const id = `${record.from}#${numberOf(call, 's')}`;
		const connect = pending.get(id);
		if (!connect) return;
		pending.delete(id);
		if (record.error || record.time - call.time > PROMPT_NS) {
			const text = 'record {0} cancels the connect of record {1} and takes {2} ns ({3})';
			const outcome = record.error ?? 'success';
			context.broken('BLOCK-3', record.seq, text, call.seq, connect.call.seq, record.time - call.time, outcome);
			return;
		}
		const bound = connect.san?.bind;
		aborted.set(id, call);
		if (bound) aborted.set(`request from ${String(bound.arg('name'))}`, call);
		const released = findWithin(context, call, record.seq, (inner) => inner.name === 'WPUCloseSocketHandle');
		if (released) context.kept('BLOCK-3', record.seq);
		else {
			const text = 'record {0} cancels the connect of record {1}, but the switch’s descriptor was not given back';
			context.broken('BLOCK-3', record.seq, text, call.seq, connect.call.seq);
		}
	}

	function notClosed(connect: Connect, seq: number, context: CheckContext): void {
		const { san } = connect;
		if (!san || !connect.abandoned || pending.get(key(san)) !== connect) return;
		pending.delete(key(san));
		const text = 'the connect of record {0} was cancelled, but SAN socket {1} of {2} was not closed';
		context.broken('BLOCK-3', seq, text, connect.call.seq, san.s, san.provider);
	}
}

/** BLOCK-1: cancelling is the switch's own business; BLOCK-8: errors that follow from it. */
const neverInSan: MakeCheck = () => ({
	rules: ['BLOCK-1', 'BLOCK-8'],
	interests: [
		...callsAndReturns('WSPCancelBlockingCall'),
		...between('provider', 'return', 'WSPEventSelect', 'WSPEnumNetworkEvents', 'WSPListen', 'WSPConnect', 'WSPAccept'),
		...between('provider', 'return', 'WSPBind', 'WSPSend', 'WSPRecv', 'WSPCloseSocket', 'WSPSocket'),
		...between('provider', 'return', 'WSPSetSockOpt', 'WSPGetSockOpt'),
	],
	record(record, context) {
		if (record.name === 'WSPCancelBlockingCall') judgeCancel(record, context);
		else {
			if (record.error !== 'WSAEINPROGRESS' && record.error !== 'WSAEINTR') context.kept('BLOCK-8', record.seq);
			else {
				const text = 'record {0}: {1} returns {2} from {3}, although no call of it can be cancelled';
				context.broken('BLOCK-8', record.seq, text, record.seq, record.from, record.error, record.name);
			}
		}
	},
});

function judgeCancel(record: SeenRecord, context: CheckContext): void {
	if (isDownCall(record)) {
		const text = 'record {0} calls WSPCancelBlockingCall of {1}';
		context.broken('BLOCK-1', record.seq, text, record.seq, record.to);
	} else if (record.kind === 'return' && isSwitch(record.from)) {
		const inner = findWithin(
			context,
			callOf(context, record),
			record.seq,
			(nested) => isDownCall(nested) && nested.name === 'WSPCancelBlockingCall',
		);
		if (!inner) context.kept('BLOCK-1', record.seq);
	}
}

const transfers: ReadonlySet<string> = new Set(['WSPSend', 'WSPRecv']);

/** BLOCK-4: what blocks the application does not block inside a SAN provider. */
const overlappedBelow: MakeCheck = () => ({
	rules: ['BLOCK-4'],
	interests: between('provider', 'return', 'WSPSend', 'WSPRecv', 'WSPRdmaRead', 'WSPRdmaWrite'),
	record(record, context) {
		if (record.error && record.error !== 'WSA_IO_PENDING') return;
		const call = callOf(context, record);
		const around = applicationCallAround(context, call.seq);
		const s = around && numberOf(around, 's');
		if (!around || s === undefined || !transfers.has(around.name)) return;
		if (fieldOfId(context, around.toId, 'socket', s, 'nonblocking', call.seq) === true) return;
		if (record.time === call.time) context.kept('BLOCK-4', record.seq);
		else {
			const text = 'record {0}: {1} of {2} kept the application’s call waiting for {3} ns; it must be overlapped';
			context.broken('BLOCK-4', record.seq, text, call.seq, call.name, call.to, record.time - call.time);
		}
	},
});

/** BLOCK-5 to BLOCK-7: cancelled transfers and what may follow. BLOCK-6 is a permission: used, never broken. */
const cancelledTransfers: MakeCheck = () => {
	/** RDMA operations under way by SAN socket. */
	const rdma = new Map<string, number>();
	const cancelled = new Map<string, SeenRecord>();
	const rdmaNames: ReadonlySet<unknown> = new Set(['WSPRdmaRead', 'WSPRdmaWrite']);
	return {
		rules: ['BLOCK-5', 'BLOCK-6', 'BLOCK-7'],
		interests: [
			...between('provider', 'return', 'WSPRdmaRead', 'WSPRdmaWrite', 'WSPGetOverlappedResult', 'WSPCloseSocket'),
			...between('application', 'return', 'WSPSend', 'WSPRecv', 'WSPConnect', 'WSPAccept', 'WSPCloseSocket'),
			...between('provider', 'call', 'WSPCloseSocket'),
		],
		record(record, context) {
			if (record.kind === 'call') closing(record, context);
			else if (record.outOfProvider) providerReturned(record, context);
			else switchReturned(record, context);
		},
	};

	function providerReturned(record: SeenRecord, context: CheckContext): void {
		// Without RDMA there is nothing to count.
		if (rdma.size === 0 && !rdmaNames.has(record.name)) return;
		const call = callOf(context, record);
		const key = `${record.from}#${numberOf(call, 's')}`;
		const count = rdma.get(key) ?? 0;
		if (rdmaNames.has(record.name)) {
			if (!record.error || record.error === 'WSA_IO_PENDING') rdma.set(key, count + 1);
		} else if (record.name === 'WSPGetOverlappedResult' && rdmaNames.has(call.arg('lpOverlapped'))) {
			if (record.error !== 'WSA_IO_INCOMPLETE') rdma.set(key, Math.max(0, count - 1));
		} else if (record.name === 'WSPCloseSocket' && !record.error) rdma.delete(key);
	}

	function closing(record: SeenRecord, context: CheckContext): void {
		if (rdma.size === 0 || !((rdma.get(`${record.to}#${numberOf(record, 's')}`) ?? 0) > 0)) return;
		const around = applicationCallAround(context, record.seq);
		if (around && transfers.has(around.name)) context.kept('BLOCK-6', record.seq);
	}

	function switchReturned(record: SeenRecord, context: CheckContext): void {
		if (record.error !== 'WSAEINTR' && (record.name !== 'WSPCloseSocket' || cancelled.size === 0)) return;
		const s = numberOf(callOf(context, record), 's');
		if (s === undefined) return;
		const key = `${record.from}#${s}`;
		if (record.error === 'WSAEINTR') {
			cancelled.set(key, record);
			if (transfers.has(record.name)) judgeTransfer(record, s, context);
		} else if (record.name === 'WSPCloseSocket') judgeClose(record, key, s, context);
	}

	function judgeTransfer(record: SeenRecord, s: number, context: CheckContext): void {
		const companion = fieldOf(context, record.from, 'socket', s, 'companion', record.seq);
		const nic = fieldOf(context, record.from, 'socket', s, 'provider', record.seq);
		const under = rdma.get(`${processOf(record.from)}.${String(nic)}#${String(companion)}`) ?? 0;
		if (under === 0) context.kept('BLOCK-5', record.seq);
		else {
			const text = 'record {0} ends a cancelled call on socket {1} while {2} RDMA operations use its buffer';
			context.broken('BLOCK-5', record.seq, text, record.seq, s, under);
		}
	}

	function judgeClose(record: SeenRecord, key: string, s: number, context: CheckContext): void {
		const cancel = cancelled.get(key);
		if (!cancel) return;
		cancelled.delete(key);
		if (!record.error) context.kept('BLOCK-7', record.seq);
		else {
			const text = 'socket {0} cannot be closed ({1}, record {2}) after its call was cancelled in record {3}';
			context.broken('BLOCK-7', record.seq, text, s, record.error, record.seq, cancel.seq);
		}
	}
};

export const blockingChecks: readonly MakeCheck[] = [neverInSan, overlappedBelow, cancelledTransfers];
