/**
 * FLOW-1, FLOW-2: flow control by the number of posted receive buffers. Credits are never negative, and none is lost: the
 * receive buffers that one side has posted are, at any time, what the other side may still send (credits), plus messages
 * on their way there, plus what is to be told (owed), plus what a message on its way back tells (OQ-22).
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { each } from './handlers';
import { messageOf } from './messages';
import type { Model } from './model';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { numberArg, textArg } from './values';

const applicationCalls = ['WSPSend', 'WSPRecv', 'WSPCloseSocket'].map((name) => `call ${name}, application`);

/** Changes of a session that count, or after which sums are comparable. */
const watched = ['state', 'credits', 'owedCredits', 'peerBuffers'].map((field) => `state session.${field}`);

/** What is on its way from one end of a connection to the other. */
interface Direction {
	/**
	 * Messages posted and not yet arrived, by the call that posted them, with the credits that they carry. What the transport
	 * repeats, or keeps back behind a message that it repeats, is on its way all the time.
	 */
	readonly inFlight: Map<number, number>;
	/** Receive buffers that were posted when the negotiation message was sent. */
	postedThen: number | undefined;
	/** Buffers posted again since the last message: the next one takes them along as credits. */
	reposted: number;
	/** A private buffer or a completion given twice: counting has no basis any more. */
	spoilt: boolean;
}

/** A connection whose sums are to be compared once its present burst of work is over. */
interface Due {
	readonly socket: SanSocket;
	readonly time: number;
	readonly seq: number;
}

export function credits(): RuleCheck {
	const directions = new Map<SanSocket, Direction>();
	let due: Due[] = [];
	const from = (socket: SanSocket): Direction => {
		let direction = directions.get(socket);
		if (!direction) {
			direction = { inFlight: new Map(), postedThen: undefined, reposted: 0, spoilt: false };
			directions.set(socket, direction);
		}
		return direction;
	};
	const flush = (time: number, context: CheckContext, model: Model): void => {
		const [first] = due;
		if (!first || first.time === time) return;
		const latest = new Map(due.map((entry) => [entry.socket, entry]));
		due = [];
		for (const entry of latest.values()) judgeSum(entry, from, context, model);
	};
	return ruleCheck(
		['FLOW-1', 'FLOW-2'],
		{
			'call WSPSend, provider': (call, context, model) => {
				flush(call.time, context, model);
				const socket = outgoing(call, model);
				if (socket) judgeSend(call, socket, from(socket), context, model);
			},
			'call post send': (post, context, model) => {
				const { within } = post;
				const send = within !== null && context.reader.name(within) === 'WSPSend' ? context.view(within) : undefined;
				const socket = send?.intoProvider ? model.sockets.of(send) : undefined;
				if (!send || !socket) return;
				model.outages.noteNic(post, socket);
				const direction = from(socket);
				// Negotiation messages tell a number instead of credits.
				direction.inFlight.set(post.seq, isNegotiation(send) ? 0 : direction.reposted);
				direction.reposted = 0;
			},
			'return WSPRecv, provider': (_ret, _context, model) => {
				const { current } = model.operations;
				if (current) from(current.socket).reposted++;
			},
			'note message lost': (note, context, model) => {
				if (textArg(note, 'message') !== 'message') return;
				// What a fault takes away never comes; what does not get through is repeated until the transport gives up.
				const reason = textArg(note, 'reason');
				if (reason === 'fault' || reason === 'loss') {
					for (const direction of directions.values()) direction.inFlight.delete(note.cause ?? -1);
				}
				flush(note.time, context, model);
			},
			'note kept in a private buffer': (note, context, model) => {
				flush(note.time, context, model);
				const posted = note.cause === null ? -1 : context.reader.cause(note.cause);
				for (const direction of directions.values()) {
					if (direction.inFlight.has(posted)) direction.spoilt = true;
				}
			},
			'signal WPUCompleteOverlappedRequest': (signal, context, model) => {
				flush(signal.time, context, model);
				const { current, repeats } = model.operations;
				const socket = model.sockets.withHandle(signal.fromId, numberArg(signal, 's'));
				const peer = socket && model.sockets.peer(socket);
				if (!peer) return;
				if (repeats !== undefined) from(peer).spoilt = true;
				const message = current && messageOf(current, context);
				if (message) from(peer).inFlight.delete(message.cause ?? -1);
			},
			...each(watched, (record: SeenRecord, context: CheckContext, model: Model) => {
				flush(record.time, context, model);
				const socket = model.sessions.current?.san;
				const field = record.changed.field;
				const after = record.arg('after');
				if (field === 'credits' && typeof after === 'number' && after < 0) {
					context.broken(
						'FLOW-2',
						record.seq,
						'the session has {0} credits: more was sent than the peer has posted',
						after,
					);
				}
				if (!socket) return;
				if (field === 'peerBuffers' && typeof after === 'number')
					judgeTold(record, socket, after, from, context, model);
				if (field === 'credits' || field === 'owedCredits') due.push({ socket, time: record.time, seq: record.seq });
			}),
			'signal receive completion': (signal, context, model) => flush(signal.time, context, model),
			// An application's next call is a new burst of work too, and comes before its socket is closed below.
			...each(applicationCalls, (call: SeenRecord, context: CheckContext, model: Model) =>
				flush(call.time, context, model),
			),
			'call WSPRecv, provider': (call, context, model) => flush(call.time, context, model),
			'call WSPCloseSocket, provider': (call, context, model) => flush(call.time, context, model),
		},
		(context, model) => flush(-1, context, model),
	);
}

function outgoing(call: SeenRecord, model: Model): SanSocket | undefined {
	return textArg(call, 'control') === undefined ? undefined : model.sockets.of(call);
}

/** A message needs a buffer that the peer has posted and that no other message on its way will take. */
function judgeSend(
	call: SeenRecord,
	socket: SanSocket,
	direction: Direction,
	context: CheckContext,
	model: Model,
): void {
	if (isNegotiation(call)) {
		direction.postedThen = model.operations.pending(socket, 'WSPRecv').length;
		return;
	}
	const peer = model.sockets.peer(socket);
	if (peer?.state !== 'connected' || direction.spoilt) return;
	const { posted } = peer;
	if (direction.inFlight.size >= posted) {
		context.broken(
			'FLOW-1',
			call.seq,
			'a message is sent although the peer has only {0} buffers posted and {1} messages are on their way to them',
			posted,
			direction.inFlight.size,
		);
	}
}

function isNegotiation(send: SeenRecord): boolean {
	return textArg(send, 'control')?.startsWith('negotiation') ?? false;
}

/** FLOW-1, FLOW-2: the number told in the negotiation is the number of buffers posted. */
function judgeTold(
	record: SeenRecord,
	socket: SanSocket,
	told: number,
	from: (socket: SanSocket) => Direction,
	context: CheckContext,
	model: Model,
): void {
	const peer = model.sockets.peer(socket);
	const posted = peer && from(peer).postedThen;
	if (posted === undefined) return;
	if (posted === told) {
		context.kept('FLOW-1', record.seq);
		context.kept('FLOW-2', record.seq);
	} else {
		context.broken('FLOW-1', record.seq, 'the peer told {0} receive buffers, but had {1} posted', told, posted);
	}
}

function judgeSum(entry: Due, from: (socket: SanSocket) => Direction, context: CheckContext, model: Model): void {
	const { socket } = entry;
	const peer = model.sockets.peer(socket);
	const here = model.sessions.of(socket);
	const there = peer && model.sessions.of(peer);
	if (!peer || !here || !there || !comparable(socket, model) || !comparable(peer, model)) return;
	judgeEnd(entry, socket, peer, here.credits, there.owedCredits, from, context);
	judgeEnd(entry, peer, socket, there.credits, here.owedCredits, from, context);
}

/** What `sender` may send, and what `receiver` has posted for it. */
function judgeEnd(
	entry: Due,
	sender: SanSocket,
	receiver: SanSocket,
	may: number | undefined,
	owed: number | undefined,
	from: (socket: SanSocket) => Direction,
	context: CheckContext,
): void {
	const sent = from(sender);
	if (may === undefined || sent.spoilt) return;
	let posted = receiver.posted;
	for (const { name, arrived } of receiver.pending) {
		if (name === 'WSPRecv' && arrived !== undefined && context.reader.time(arrived) > entry.time) posted++;
	}
	let back = 0;
	for (const carried of from(receiver).inFlight.values()) back += carried;
	const sum = may + sent.inFlight.size + (owed ?? 0) + back;
	if (sum === posted) {
		context.kept('FLOW-2', entry.seq);
		return;
	}
	sent.spoilt = true;
	context.broken(
		'FLOW-2',
		entry.seq,
		'{0} buffers are posted at {1}, but credits, messages on their way and owed credits make {2}',
		posted,
		receiver.provider,
		sum,
	);
}

function comparable(socket: SanSocket, model: Model): boolean {
	return (
		socket.state === 'connected' &&
		socket.closeCalled === undefined &&
		socket.givenAway === undefined &&
		!socket.takenOver &&
		model.sessions.of(socket)?.state === 'established'
	);
}
