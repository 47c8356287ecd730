/**
 * DATA-11, COMP-10, OOB-2 (second half): what the application at one end sends is what the application at the other end
 * receives: the same bytes, in order, urgent data apart from the rest.
 *
 * The two ends are compared without looking at anything in between: the data of every WSPSend of one application with
 * the data of every WSPRecv of the other.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { hostOf } from './components';
import { messageOf } from './messages';
import type { Model } from './model';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { bytesArg, callOf, flagsOf, MSG_OOB, MSG_PEEK, numberArg, textArg } from './values';

/** A piece that the sender has handed to its switch. */
interface Piece {
	readonly seq: number;
	bytes: Uint8Array;
}

/** Pieces that have been received are dropped so many at a time: a long run must not keep all its data a second time. */
const KEPT_PIECES = 64;

/** One direction of a connection. */
interface Stream {
	readonly pieces: Piece[];
	/** Index of the first piece that was not received completely, and how much of it was. */
	next: number;
	taken: number;
	/** Sends under way: while there are several their order is open. */
	openSends: number;
	/** Cannot be compared: calls whose data the trace does not show, or sends at the same time. */
	opaque: boolean;
	broken: boolean;
}

interface End {
	readonly normal: Stream;
	readonly urgent: Stream;
	/** Number of the last control message that arrived from here. */
	lastNumber: number | undefined;
}

type EndOf = (socket: SanSocket, model: Model) => End;

export function byteStream(): RuleCheck {
	const ends = new Map<SanSocket, End>();
	const waiting = new Map<number, SanSocket>();
	/** Sends on a socket that is just being taken over from another process, by their calls. */
	const unplaced = new Map<number, SeenRecord>();
	/** Hosts on which a socket is on its way to another process. */
	const swapping = new Set<string>();
	/** Overlapped sends, by switch and number of the request. */
	const overlapped = new Map<string, SeenRecord>();
	const endOf: EndOf = (socket, model) => {
		const known = ends.get(socket);
		if (known) return known;
		const before = model.sockets.predecessor(socket);
		const inherited = before && ends.get(before);
		const end = inherited
			? { ...inherited, lastNumber: undefined }
			: { normal: stream(), urgent: stream(), lastNumber: undefined };
		ends.set(socket, end);
		return end;
	};
	const place = (model: Model): void => {
		for (const [seq, call] of unplaced) {
			const san = model.apps.of(call)?.san;
			if (!san) continue;
			unplaced.delete(seq);
			offer(streamOf(endOf(san, model), call), seq, bytesArg(call, 'data'));
		}
	};
	return ruleCheck(
		['DATA-11', 'COMP-10', 'OOB-2'],
		{
			'call WSPSend, application': (call, _, model) => {
				unplaced.set(call.seq, call);
				place(model);
			},
			'return WSPSend, application': (ret, context, model) => {
				place(model);
				const call = callOf(ret, context);
				const san = model.apps.of(call)?.san;
				if (ret.error !== 'WSA_IO_PENDING') unplaced.delete(call.seq);
				else overlapped.set(`${ret.fromId} ${numberArg(call, 'overlapped')}`, call);
				if (!san) return;
				const sent = streamOf(endOf(san, model), call);
				settleSend(sent, ret);
				// While the socket moves, sends of another process may come first.
				if (ret.error === 'WSA_IO_PENDING' && swapping.has(hostOf(ret.from))) sent.opaque = true;
			},
			'note swap requested': (note) => void swapping.add(hostOf(note.from)),
			'note swap finished': (note) => void swapping.delete(hostOf(note.from)),
			'state overlapped.result': (record, _, model) => {
				const { ownerId, number } = record.changed;
				const call = overlapped.get(`${ownerId} ${number}`);
				if (!call || typeof record.arg('after') === 'number') return;
				// After an error nobody knows how much was sent.
				const san = unplaced.delete(call.seq) ? undefined : model.apps.of(call)?.san;
				if (san) streamOf(endOf(san, model), call).opaque = true;
			},
			'return WSPDuplicateSocket, provider': (ret, context, model) => {
				const kept = ret.error ? model.sockets.of(callOf(ret, context)) : undefined;
				const peer = kept && model.sockets.peer(kept);
				// DUP-19: what had arrived is read in several processes, without a SAN socket in any of them.
				if (peer) endOf(peer, model).normal.opaque = true;
			},
			'return WSPSocket, provider': (ret, context, model) => {
				if (ret.error || numberArg(callOf(ret, context), 'dwProviderReserved') === undefined) return;
				// Revived: messages went through another process meanwhile (DUP-15).
				const revived = model.sockets.find(ret.fromId, typeof ret.result === 'number' ? ret.result : undefined);
				const end = revived && ends.get(revived);
				if (end) end.lastNumber = undefined;
			},
			'call WSPRecv, application': (call, _, model) => {
				const san = !(flagsOf(call) & (MSG_OOB | MSG_PEEK)) ? model.apps.of(call)?.san : undefined;
				if (san) waiting.set(call.seq, san);
			},
			'return WSPRecv, application': (ret, context, model) => {
				waiting.delete(ret.call ?? -1);
				place(model);
				judgeReceive(ret, endOf, context, model);
			},
			'signal WPUCompleteOverlappedRequest': (signal, context, model) => {
				const { current, repeats } = model.operations;
				const message = current && repeats === undefined ? messageOf(current, context) : undefined;
				if (message && current?.bytes !== undefined) judgeMessage(signal.seq, message, current.bytes, context);
			},
			'note control message received': (note, context, model) => {
				const number = numberArg(note, 'number');
				if (number === undefined || note.cause === null) return;
				const signal = context.view(note.cause);
				const socket = model.sockets.withHandle(signal.fromId, numberArg(signal, 's'));
				if (socket) judgeNumber(note.seq, number, socket, endOf, context, model);
			},
			'state overlapped.state': (record, context) => {
				// An application's overlapped request, completed by the switch.
				if (record.arg('after') === 'completed') context.kept('COMP-10', record.seq);
			},
			'note message lost': (note, context) => {
				if (textArg(note, 'message') !== 'message') return;
				const reason = textArg(note, 'reason') ?? '';
				if (reason !== 'fault' && reason !== 'loss') return;
				context.broken('DATA-11', note.seq, 'a message was lost on the SAN ({0}): a SAN is reliable', reason);
			},
		},
		(context, model) => {
			for (const [call, san] of waiting) judgeWaiting(call, san, context, model);
		},
	);
}

function stream(): Stream {
	return { pieces: [], next: 0, taken: 0, openSends: 0, opaque: false, broken: false };
}

function streamOf(end: End, call: SeenRecord): Stream {
	return flagsOf(call) & MSG_OOB ? end.urgent : end.normal;
}

function offer(sent: Stream, seq: number, bytes: Uint8Array | undefined): void {
	sent.openSends++;
	// Bytes that are not shown, or sends at the same time, leave nothing to compare.
	if (!bytes || sent.openSends > 1) sent.opaque = true;
	sent.pieces.push({ seq, bytes: bytes ?? new Uint8Array(0) });
}

/** A send that took only a part of its data has sent that part. After an error nobody knows how much was. */
function settleSend(sent: Stream, ret: SeenRecord): void {
	sent.openSends = Math.max(0, sent.openSends - 1);
	const last = sent.pieces.at(-1);
	const piece = last?.seq === ret.call ? last : sent.pieces.findLast((candidate) => candidate.seq === ret.call);
	if (!piece) return;
	if (ret.error === undefined && typeof ret.result === 'number') piece.bytes = piece.bytes.subarray(0, ret.result);
	else if (ret.error === 'WSAEWOULDBLOCK') piece.bytes = piece.bytes.subarray(0, 0);
	else if (ret.error !== undefined && ret.error !== 'WSA_IO_PENDING') sent.opaque ||= sent.pieces.at(-1) !== piece;
}

function judgeReceive(ret: SeenRecord, endOf: EndOf, context: CheckContext, model: Model): void {
	const call = callOf(ret, context);
	const san = model.apps.of(call)?.san;
	const peer = san && model.sockets.peer(san);
	if (!peer) return;
	const urgent = (flagsOf(call) & MSG_OOB) !== 0;
	const sent = urgent ? endOf(peer, model).urgent : endOf(peer, model).normal;
	if (ret.error === 'WSA_IO_PENDING') sent.opaque = true;
	const bytes = bytesArg(ret, 'data');
	if (ret.error || typeof ret.result !== 'number' || ret.result === 0) return;
	if (!bytes) sent.opaque = true;
	if (sent.opaque || sent.broken || !bytes) return;
	const wrong = compare(sent, bytes, (flagsOf(call) & MSG_PEEK) !== 0);
	const rules = urgent ? (['OOB-2', 'COMP-10'] as const) : (['DATA-11', 'COMP-10'] as const);
	if (!wrong) {
		for (const rule of rules) context.kept(rule, ret.seq);
		return;
	}
	sent.broken = true;
	if (wrong.kind === 'too many') {
		context.broken(rules[0], ret.seq, '{0} bytes were received that the peer never sent', wrong.bytes);
	} else {
		context.broken(
			rules[0],
			ret.seq,
			'byte {0} of these data differs from what the peer sent in record {1}',
			wrong.at,
			wrong.piece,
		);
	}
}

type Difference =
	| { readonly kind: 'too many'; readonly bytes: number }
	| { readonly kind: 'other byte'; readonly at: number; readonly piece: number };

/** Takes `bytes` off the stream; says where they are not what was sent. */
function compare(sent: Stream, bytes: Uint8Array, peek: boolean): Difference | undefined {
	let { next, taken } = sent;
	for (let at = 0; at < bytes.length; at++) {
		let piece = sent.pieces[next];
		while (piece && taken >= piece.bytes.length) {
			next++;
			taken = 0;
			piece = sent.pieces[next];
		}
		if (!piece) return { kind: 'too many', bytes: bytes.length - at };
		if (piece.bytes[taken] !== bytes[at]) return { kind: 'other byte', at, piece: piece.seq };
		taken++;
	}
	if (peek) return undefined;
	sent.next = next;
	sent.taken = taken;
	if (next >= KEPT_PIECES && sent.openSends === 0) {
		sent.pieces.splice(0, next);
		sent.next = 0;
	}
	return undefined;
}

/** Control messages of one sender arrive in the order of their numbers. */
function judgeNumber(
	seq: number,
	number: number,
	socket: SanSocket,
	endOf: EndOf,
	context: CheckContext,
	model: Model,
): void {
	const peer = model.sockets.peer(socket);
	if (!peer) return;
	const end = endOf(peer, model);
	const due = end.lastNumber === undefined ? number : end.lastNumber + 1;
	if (number !== due) {
		context.broken('DATA-11', seq, 'message {0} of the peer arrives where message {1} was due', number, due);
	} else context.kept('DATA-11', seq);
	end.lastNumber = Math.max(number, end.lastNumber ?? number);
}

/** A message arrives in the size in which it was sent. */
function judgeMessage(seq: number, message: SeenRecord, bytes: number, context: CheckContext): void {
	const sent = numberArg(message, 'bytes');
	if (sent !== undefined && sent !== bytes) {
		context.broken(
			'DATA-11',
			seq,
			'{0} bytes arrived of the message of record {1}, which has {2}',
			bytes,
			message.seq,
			sent,
		);
	}
}

/** COMP-10: data has arrived, but the application that waits for it was never woken. */
function judgeWaiting(call: number, san: SanSocket, context: CheckContext, model: Model): void {
	if (model.outages.hasStopped(san)) return;
	const session = model.sessions.of(san);
	const bytes = session ? model.sessions.bytesWaiting(session, context) : 0;
	if (bytes > 0) {
		context.broken('COMP-10', call, '{0} bytes have arrived for this call, but the switch never completed it', bytes);
	} else if (session?.noMoreData) {
		context.broken('COMP-10', call, 'the peer sends no more, but the switch never completed this call');
	}
}
