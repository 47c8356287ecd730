/**
 * Model of the overlapped operations of a run: which transfers the switch has started on which SAN socket, and how it
 * learnt of their end, by WPUCompleteOverlappedRequest or by asking with WSPGetOverlappedResult.
 *
 * Records name an operation by its socket and function. Receives are told apart by the NIC's own signal that a message
 * has arrived; operations whose result was asked for by the number of bytes; all others end in the order of their start.
 */
import type { TraceRecord } from '../../../trace';
import type { CheckContext } from '../../check';
import { intoProvider, maybeProvider, outOfProvider } from './components';
import { each, type Handlers, stateObject } from './handlers';
import { sendOf } from './messages';
import type { SanSocket, SanSockets } from './sanSockets';
import { callOf, DESCRIPTOR_NAMES, isStarted, keyOf, numberArg, textArg } from './values';

export const transferNames = ['WSPSend', 'WSPRecv', 'WSPRdmaRead', 'WSPRdmaWrite'] as const;
export type TransferName = (typeof transferNames)[number];

export interface Operation {
	readonly name: TransferName;
	readonly socket: SanSocket;
	/** The call that started it. */
	readonly call: TraceRecord;
	readonly handle: string | undefined;
	readonly length: number;
	readonly control: string | undefined;
	/** Descriptor of the peer's memory, for RDMA. */
	readonly target: string | undefined;
	readonly offset: number;
	/** Low-order bit of hEvent is 0: the provider must notify (COMP-6). */
	readonly notify: boolean;
	/** When the message that it sends arrives at the peer, ns. */
	readonly arrivesAt: number | undefined;
	/** The NIC's signal that the message it waits for has arrived. */
	arrived: number | undefined;
	/** WPUCompleteOverlappedRequest. */
	reported: number | undefined;
	/** The return of WSPGetOverlappedResult that handed the result over. */
	fetched: number | undefined;
	error: string | undefined;
	bytes: number | undefined;
}

export class Operations {
	/** Started and, as far as the switch knows, not finished. */
	private readonly open = new Map<SanSocket, Operation[]>();
	private readonly arrivals = new Map<number, Operation>();
	/** Per provider: the socket whose posted receive the NIC has just taken. */
	private readonly taken = new Map<string, { readonly seq: number; readonly socket: SanSocket }>();
	private readonly copied = new Map<string, SanSocket[]>();
	/** The last return of WSPGetOverlappedResult for each socket. */
	private readonly lastAsked = new Map<SanSocket, number>();
	private readonly arrivesAt = new Map<number, number>();
	private readonly usedCauses = new Set<number>();
	/** Operations whose message has arrived and whose completion was not reported yet. */
	readonly unreported = new Set<Operation>();
	/** What the record at hand (start, report or result) is about. */
	current: Operation | undefined;
	/** The report at hand repeats this earlier one. */
	repeats: number | undefined;

	constructor(private readonly sockets: SanSockets) {}

	readonly handlers: Handlers = {
		...each(
			transferNames.map((name) => `return ${name}`),
			(ret, context) => this.started(ret, context),
		),
		'signal WPUCompleteOverlappedRequest': (signal, context) => this.report(signal, context),
		'return WSPGetOverlappedResult': (ret, context) => this.result(ret, context),
		'signal receive completion': (signal) => this.arrival(signal),
		'note copied from a private buffer': (note, context) => this.privateCopy(note, context),
		'message message': (message, context) => {
			const arrives = numberArg(message, 'arrives');
			const send = sendOf(message, context);
			if (arrives !== undefined && send) this.arrivesAt.set(send.seq, arrives);
		},
		'state socket': (record) => this.posted(record),
	};

	/** Operations of `socket` that the switch has started and whose end it has not learnt, oldest first. */
	pending(socket: SanSocket, name?: TransferName): readonly Operation[] {
		const open = this.open.get(socket) ?? none;
		return name ? open.filter((operation) => operation.name === name) : open;
	}

	/**
	 * Whether an operation is finished for certain, told or not. A message is when its sender's NIC knows of its arrival:
	 * at the latest after the time that it took once more.
	 */
	isOver(operation: Operation, time: number): boolean {
		if (operation.name !== 'WSPSend') return operation.arrived !== undefined;
		return operation.arrivesAt !== undefined && time >= 2 * operation.arrivesAt - operation.call.time;
	}

	/** A transfer of `socket`, receives apart, that is still under way at virtual time `time`. */
	underWay(socket: SanSocket, time: number): Operation | undefined {
		return this.pending(socket).find(
			(operation) =>
				operation.name !== 'WSPRecv' && (operation.name !== 'WSPSend' || (operation.arrivesAt ?? 0) > time),
		);
	}

	/** Whether a transfer that is not finished, as far as the switch knows, uses the registration `handle` of `socket`. */
	uses(socket: SanSocket, handle: string): boolean {
		return this.pending(socket).some((operation) => operation.handle === handle && operation.arrived === undefined);
	}

	/** Whether the switch has asked for results of the socket since the operation was started. */
	asked(operation: Operation): boolean {
		return (this.lastAsked.get(operation.socket) ?? -1) > operation.call.seq;
	}

	private started(ret: TraceRecord, context: CheckContext): void {
		this.current = undefined;
		if (!outOfProvider(ret) || !isStarted(ret)) return;
		const call = callOf(ret, context);
		const socket = intoProvider(call) ? this.sockets.of(call) : undefined;
		if (!socket) return;
		const hEvent = numberArg(call, 'hEvent');
		const name = ret.name as TransferName;
		const operation: Operation = {
			name,
			socket,
			call,
			handle: keyOf(call.args.handle),
			length: numberArg(call, 'dwBufferLength', 'lpBuffers') ?? 0,
			control: textArg(call, 'control'),
			target: keyOf(DESCRIPTOR_NAMES.map((key) => call.args[key]).find((value) => value !== undefined)),
			offset: numberArg(call, 'offset', 'dwTargetBufferOffset') ?? 0,
			// The switch polls for its sends (COMP-4); where hEvent is not shown, that is how they are started.
			notify: hEvent === undefined ? name !== 'WSPSend' : (hEvent & 1) === 0,
			arrivesAt: this.arrivesAt.get(call.seq),
			arrived: undefined,
			reported: undefined,
			fetched: undefined,
			error: undefined,
			bytes: undefined,
		};
		const open = this.open.get(socket);
		if (open) open.push(operation);
		else this.open.set(socket, [operation]);
		this.current = operation;
	}

	private report(signal: TraceRecord, context: CheckContext): void {
		this.current = undefined;
		this.repeats = undefined;
		const socket = this.sockets.withHandle(signal.from, numberArg(signal, 's'));
		if (!socket) return;
		const operation = this.reportedOperation(signal, socket, context);
		if (!operation || this.repeats !== undefined) return;
		this.current = operation;
		operation.reported = signal.seq;
		operation.error = textArg(signal, 'dwError');
		operation.bytes = numberArg(signal, 'cbTransferred');
		this.unreported.delete(operation);
		if (operation.notify) this.finish(operation);
	}

	private reportedOperation(signal: TraceRecord, socket: SanSocket, context: CheckContext): Operation | undefined {
		const { cause } = signal;
		const arrived = cause === null ? undefined : this.arrivals.get(cause);
		if (arrived) {
			this.repeats = arrived.reported;
			return arrived;
		}
		const name = textArg(signal, 'operation', 'lpOverlapped');
		if (cause !== null && name?.startsWith('WSPRdma') && isRdmaMessage(cause, context)) {
			if (this.usedCauses.has(cause)) this.repeats = cause;
			this.usedCauses.add(cause);
		}
		const open = this.pending(socket).filter(
			(operation) => operation.name === name && operation.reported === undefined && operation.arrived === undefined,
		);
		return open.find((operation) => operation.notify) ?? open[0];
	}

	private result(ret: TraceRecord, context: CheckContext): void {
		this.current = undefined;
		if (!outOfProvider(ret)) return;
		const call = callOf(ret, context);
		const socket = this.sockets.find(ret.from, numberArg(call, 's'));
		if (!socket) return;
		const name = textArg(call, 'lpOverlapped', 'operation') as TransferName | undefined;
		this.lastAsked.set(socket, ret.seq);
		if (ret.error === 'WSA_IO_INCOMPLETE') return;
		const bytes = numberArg(ret, 'cbTransfer', 'lpcbTransfer');
		const open = this.pending(socket, name);
		const operation = open.find((candidate) => candidate.length === bytes) ?? open[0];
		if (!operation) return;
		this.current = operation;
		operation.fetched = ret.seq;
		operation.error = ret.error;
		operation.bytes = bytes;
		if (!operation.notify) this.finish(operation);
	}

	private finish(operation: Operation): void {
		const open = this.open.get(operation.socket);
		const at = open?.indexOf(operation) ?? -1;
		if (open && at >= 0) open.splice(at, 1);
	}

	private posted(record: TraceRecord): void {
		if (record.args.field !== 'postedReceives') return;
		const { before, after } = record.args;
		const { owner, number } = stateObject(record.name);
		if (typeof before !== 'number' || typeof after !== 'number' || after !== before - 1) return;
		const socket = maybeProvider(owner) ? this.sockets.find(owner, number) : undefined;
		if (socket) this.taken.set(owner, { seq: record.seq, socket });
	}

	private privateCopy(note: TraceRecord, context: CheckContext): void {
		if (note.within === null) return;
		const call = context.reader.record(note.within);
		const socket = intoProvider(call) ? this.sockets.of(call) : undefined;
		if (!socket) return;
		const waiting = this.copied.get(call.to);
		if (waiting) waiting.push(socket);
		else this.copied.set(call.to, [socket]);
	}

	private arrival(signal: TraceRecord): void {
		const taken = this.taken.get(signal.to);
		this.taken.delete(signal.to);
		// The NIC has taken the buffer a few records before, in the same burst of work.
		const socket =
			taken && signal.seq - taken.seq < 16 ? taken.socket : (this.copied.get(signal.to)?.shift() ?? undefined);
		if (!socket) return;
		const operation = this.pending(socket, 'WSPRecv').find((candidate) => candidate.arrived === undefined);
		if (!operation) return;
		operation.arrived = signal.seq;
		this.arrivals.set(signal.seq, operation);
		if (operation.notify) this.unreported.add(operation);
	}
}

const none: readonly Operation[] = [];

function isRdmaMessage(seq: number, context: CheckContext): boolean {
	return context.reader.record(seq).kind === 'message' && context.reader.name(seq).startsWith('RDMA');
}
