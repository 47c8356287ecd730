/**
 * What stands for a row of a call table in a trace: the kind and the name of a record, for rows whose call column names
 * no function, names several, or has words of its own.
 */

import type { TraceRecord } from '../../server/trace';
import type { SequenceStep } from '../unit/winsock/sequences';
import type { TraceView } from './traceView';

export interface Stand {
	readonly kinds: readonly string[];
	/** Name of the record; for a state change the field. */
	readonly name: string;
	/** Which of the records with that name is meant, where the row's words say so. */
	readonly holds?: (record: TraceRecord, view: TraceView) => boolean;
}

const call = (name: string, holds?: Stand['holds']): Stand => ({
	kinds: ['call', 'signal'],
	name,
	...(holds && { holds }),
});
const note = (name: string): Stand => ({ kinds: ['note'], name });
const message = (name: string): Stand => ({ kinds: ['message'], name });
const returnOf = (name: string): Stand => ({ kinds: ['return'], name });

/** By the text of the call column. */
const byText: Readonly<Record<string, Stand>> = {
	'(subnet table lookup)': note('subnet table lookup'),
	'(private request)': call('IRP_MJ_DEVICE_CONTROL'),
	'(secure request)': call('MmSecureVirtualMemory'),
	'(private buffer)': note('kept in a private buffer'),
	'(native connect request)': message('native connect request'),
	'(native accept)': message('native accept'),
	'(native refusal)': message('native refusal'),
	'(return of WSPConnect)': returnOf('WSPConnect'),
	'(return of WSPAccept)': returnOf('WSPAccept'),
	'(return of WSPSend)': returnOf('WSPSend'),
	// The Winsock DLL makes the application's accept a WSPAccept of the switch.
	accept: call('WSPAccept'),
	'(return of accept)': returnOf('WSPAccept'),
	'(completion of AcceptEx)': returnOf('AcceptEx'),
	'(cancel)': call('WSPCancelBlockingCall'),
	// Several calls in one row; the others are checked with the result.
	'SetEvent / WSPEnumNetworkEvents': { kinds: ['signal'], name: 'SetEvent' },
	'WSPEnumNetworkEvents, WSPAccept, negotiation': call('WSPEnumNetworkEvents'),
	'WSPAccept, then negotiation': call('WSPAccept'),
	// The first message with data; flow control may come before it.
	'first data message': { ...message('message'), holds: ({ args }) => args.control === 'data' },
	// The switch writes the message into the registered memory of its send buffers.
	'(copy to payload of a control message)': { kinds: ['state'], name: 'written' },
	'(completion of a posted WSPRecv)': { kinds: ['signal'], name: 'WPUCompleteOverlappedRequest' },
	'(completion of posted WSPRecv)': { kinds: ['signal'], name: 'WPUCompleteOverlappedRequest' },
	'(copy to private storage)': note('control message received'),
	"data delivered on the peer's application": { ...returnOf('WSPRecv'), holds: ({ args }) => args.data !== undefined },
	'urgent data delivered on the peer': { ...returnOf('WSPRecv'), holds: ({ args }) => args.data !== undefined },
	// The application's send blocks: it returns when the transfer is complete.
	'(completion of the send)': returnOf('WSPSend'),
	'send, receive or state change': call('WSPSend'),
	'(drain process 1)': note('swap requested'),
	'(request goes on)': returnOf('WSPSend'),
};

/** By table and number of the row. */
const byRow: Readonly<Record<string, Stand>> = {
	// Two of the proxy driver's requests are about addresses; the table means the destination's.
	'SEQ-CONN-13 9': call('IRP_MJ_DEVICE_CONTROL', ({ args }) => args.request === 'translate destination'),
	// "repeat": polling goes on until the operation has finished.
	'SEQ-COMP-1 3': call(
		'WSPGetOverlappedResult',
		(record, view) => view.returnOf(record)?.error !== 'WSA_IO_INCOMPLETE',
	),
};

/**
 * What two machines do at the same time has no order of its own; such a row follows the one of this number instead of the
 * row before it.
 */
const concurrent: Readonly<Record<string, number>> = {
	// OQ-35: a small send returns when it is copied and started, whatever the peer does with it.
	'SEQ-DATA-1 8': 3,
	// OQ-49: everything of a close is inside WSPCloseSocket; the peer hears of it later.
	'SEQ-CLOSE-1 4': 2,
};

/** @throws Error where nothing is known to stand for the row */
export function standFor(table: string, number: number, step: SequenceStep): Stand {
	const known = byRow[`${table} ${number}`] ?? byText[step.call];
	if (known) return known;
	if (!/^[A-Za-z]+$/.test(step.call)) throw new Error(`no record is known to stand for "${step.call}"`);
	return call(step.call);
}

/** Number of the row that this one follows, if that is not the row before it. */
export function concurrentWith(table: string, number: number): number | undefined {
	return concurrent[`${table} ${number}`];
}
