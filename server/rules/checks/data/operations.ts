/**
 * Model of the overlapped operations of a run: which transfers the switch has started on which SAN socket, and how it
 * learnt of their end, by WPUCompleteOverlappedRequest or by asking with WSPGetOverlappedResult.
 *
 * Records name an operation by its socket and function. Receives are told apart by the NIC's own signal that a message
 * has arrived; operations whose result was asked for by the number of bytes; all others end in the order of their start.
 */
import type { CheckContext } from '../../check';
import type { SeenRecord } from '../../recordView';
import { intoProvider, maybeProvider } from './components';
import { each, type Handlers } from './handlers';
import { messageBehind, sendOf } from './messages';
import type { SanSocket, SanSockets } from './sanSockets';
import { callOf, descriptorOf, isStarted, type Key, keyOf, numberArg, textArg } from './values';

export const transferNames = ['WSPSend', 'WSPRecv', 'WSPRdmaRead', 'WSPRdmaWrite'] as const;
/** Arrivals that are remembered for reports that may repeat them. */
const REMEMBERED = 4096;

export type TransferName = (typeof transferNames)[number];

export interface Operation {
	readonly name: TransferName;
	readonly socket: SanSocket;
	/** The call that started it. */
	readonly call: SeenRecord;
	readonly handle: Key | undefined;
	readonly length: number;
	/** Descriptor of the peer's memory, for RDMA. */
	readonly target: Key | undefined;
	/** Low-order bit of hEvent is 0: the provider must notify (COMP-6). */
	readonly notify: boolean;
	/** When the message that it sends arrives at the peer, ns. */
	readonly arrivesAt: number | undefined;
	/** The NIC's signal that the message it waits for has arrived. */
	arrived: number | undefined;
	/** The message on the wire that it has taken. */
	message: SeenRecord | undefined;
	/** WPUCompleteOverlappedRequest. */
	reported: number | undefined;
	/** The return of WSPGetOverlappedResult that handed the result over. */
	fetched: number | undefined;
	error: string | undefined;
	bytes: number | undefined;
}

export class Operations {
	/** Receives by the signal of their arrival, as long as a report may come. */
	private arrivals = new Map<number, Operation>();
	/** By provider: the socket whose posted receive the NIC has just taken, and the record. */
	private readonly taken: (SanSocket | undefined)[] = [];
	private readonly takenAt: number[] = [];
	private readonly copied: (SanSocket[] | undefined)[] = [];
	/** Sends whose message is on its way before the call has returned, and when it arrives, ns. */
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
			transferNames.map((name) => `return ${name}, provider`),
			(ret, context) => this.started(ret, context),
		),
		'signal WPUCompleteOverlappedRequest': (signal, context) => this.report(signal, context),
		'return WSPGetOverlappedResult, provider': (ret, context) => this.result(ret, context),
		'signal receive completion': (signal, context) => this.arrival(signal, context),
		'note copied from a private buffer': (note, context) => this.privateCopy(note, context),
		'message message': (message, context) => {
			const arrives = numberArg(message, 'arrives');
			const send = sendOf(message, context);
			if (arrives !== undefined && send) this.arrivesAt.set(send.seq, arrives);
		},
		'state socket.postedReceives': (record) => this.posted(record),
	};

	/** Operations of `socket` that the switch has started and whose end it has not learnt, oldest first. */
	pending(socket: SanSocket, name?: TransferName): readonly Operation[] {
		return name ? socket.pending.filter((operation) => operation.name === name) : socket.pending;
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
		return operation.socket.asked > operation.call.seq;
	}

	private started(ret: SeenRecord, context: CheckContext): void {
		this.current = undefined;
		if (!isStarted(ret)) return;
		const call = callOf(ret, context);
		const socket = intoProvider(call) ? this.sockets.of(call) : undefined;
		if (!socket) return;
		const hEvent = numberArg(call, 'hEvent');
		const name = ret.name as TransferName;
		const rdma = name === 'WSPRdmaRead' || name === 'WSPRdmaWrite';
		const operation: Operation = {
			name,
			socket,
			call,
			handle: keyOf(call.arg('handle')),
			length: numberArg(call, 'dwBufferLength', 'lpBuffers') ?? 0,
			target: rdma ? descriptorOf(call) : undefined,
			// The switch polls for its sends (COMP-4); where hEvent is not shown, that is how they are started.
			notify: hEvent === undefined ? name !== 'WSPSend' : (hEvent & 1) === 0,
			arrivesAt: name === 'WSPSend' ? this.arrivesAt.get(call.seq) : undefined,
			arrived: undefined,
			message: undefined,
			reported: undefined,
			fetched: undefined,
			error: undefined,
			bytes: undefined,
		};
		this.arrivesAt.delete(call.seq);
		socket.pending.push(operation);
		if (name === 'WSPRecv') socket.posted++;
		this.current = operation;
	}

	private report(signal: SeenRecord, context: CheckContext): void {
		this.current = undefined;
		this.repeats = undefined;
		const socket = this.sockets.withHandle(signal.fromId, numberArg(signal, 's'));
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

	private reportedOperation(signal: SeenRecord, socket: SanSocket, context: CheckContext): Operation | undefined {
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
		const open = socket.pending.filter(
			(operation) => operation.name === name && operation.reported === undefined && operation.arrived === undefined,
		);
		return open.find((operation) => operation.notify) ?? open[0];
	}

	private result(ret: SeenRecord, context: CheckContext): void {
		this.current = undefined;
		const call = callOf(ret, context);
		const socket = this.sockets.find(ret.fromId, numberArg(call, 's'));
		if (!socket) return;
		const name = textArg(call, 'lpOverlapped', 'operation') as TransferName | undefined;
		socket.asked = ret.seq;
		if (ret.error === 'WSA_IO_INCOMPLETE') return;
		const bytes = numberArg(ret, 'cbTransfer', 'lpcbTransfer');
		const number = numberArg(call, 'overlapped');
		const operation =
			number === undefined
				? finished(socket.pending, name, bytes)
				: socket.pending.find((pending) => numberArg(pending.call, 'overlapped') === number);
		if (!operation) return;
		this.current = operation;
		operation.fetched = ret.seq;
		operation.error = ret.error;
		operation.bytes = bytes;
		if (!operation.notify) this.finish(operation);
	}

	private finish(operation: Operation): void {
		const { pending } = operation.socket;
		const at = pending.indexOf(operation);
		if (at < 0) return;
		pending.splice(at, 1);
		if (operation.name === 'WSPRecv' && operation.arrived === undefined) operation.socket.posted--;
	}

	/** A completion that is reported twice is so soon after: what was reported long ago need not be remembered. */
	private remember(seq: number, operation: Operation): void {
		if (this.arrivals.size >= REMEMBERED) {
			const recent = [...this.arrivals].slice(REMEMBERED / 2);
			const open = [...this.arrivals].slice(0, REMEMBERED / 2).filter(([, entry]) => entry.reported === undefined);
			this.arrivals = new Map([...open, ...recent]);
		}
		this.arrivals.set(seq, operation);
	}

	private posted(record: SeenRecord): void {
		const before = record.arg('before');
		const after = record.arg('after');
		const { owner, ownerId, number } = record.changed;
		if (typeof before !== 'number' || typeof after !== 'number' || after !== before - 1) return;
		const socket = maybeProvider(owner) ? this.sockets.find(ownerId, number) : undefined;
		if (!socket) return;
		this.taken[ownerId] = socket;
		this.takenAt[ownerId] = record.seq;
	}

	private privateCopy(note: SeenRecord, context: CheckContext): void {
		if (note.within === null) return;
		const call = context.view(note.within);
		const socket = intoProvider(call) ? this.sockets.of(call) : undefined;
		if (!socket) return;
		const waiting = this.copied[call.toId];
		if (waiting) waiting.push(socket);
		else this.copied[call.toId] = [socket];
	}

	private arrival(signal: SeenRecord, context: CheckContext): void {
		const provider = signal.toId;
		const taken = this.taken[provider];
		this.taken[provider] = undefined;
		// The NIC has taken the buffer a few records before, in the same burst of work.
		const recent = taken !== undefined && signal.seq - (this.takenAt[provider] as number) < 16;
		const socket = recent ? taken : this.copied[provider]?.shift();
		const operation = socket && waitingReceive(socket.pending);
		if (!operation) return;
		socket.posted--;
		operation.arrived = signal.seq;
		operation.message = messageBehind(signal, context);
		this.remember(signal.seq, operation);
		if (operation.notify) this.unreported.add(operation);
	}
}

/** The oldest posted receive into which no message has arrived. */
function waitingReceive(pending: readonly Operation[]): Operation | undefined {
	for (const operation of pending) {
		if (operation.name === 'WSPRecv' && operation.arrived === undefined) return operation;
	}
	return undefined;
}

/** The operation of that name whose result is `bytes`, or the oldest one. */
function finished(
	pending: readonly Operation[],
	name: TransferName | undefined,
	bytes: number | undefined,
): Operation | undefined {
	let oldest: Operation | undefined;
	for (const operation of pending) {
		if (name !== undefined && operation.name !== name) continue;
		if (operation.length === bytes) return operation;
		oldest ??= operation;
	}
	return oldest;
}

function isRdmaMessage(seq: number, context: CheckContext): boolean {
	return context.view(seq).kind === 'message' && context.reader.name(seq).startsWith('RDMA');
}
