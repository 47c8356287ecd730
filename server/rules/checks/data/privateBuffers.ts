/**
 * FLOW-4: a message that arrives when no receive buffer is posted is kept by the provider, and handed over in order as
 * soon as the switch posts one.
 */
import type { CheckContext, RuleCheck } from '../../check';
import { intoProvider, maybeProvider } from './components';
import { sendOf } from './messages';
import type { Model } from './model';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';

export function privateBuffers(): RuleCheck {
	/** Messages that a provider keeps for a socket: the notes, oldest first. */
	const kept = new Map<SanSocket, number[]>();
	return ruleCheck(['FLOW-4'], {
		'note kept in a private buffer': (note, context, model) => {
			const socket = receiverOf(note.cause, context, model);
			if (!socket) return;
			const waiting = kept.get(socket);
			if (waiting) waiting.push(note.seq);
			else kept.set(socket, [note.seq]);
		},
		'note no receive buffer posted': (note, context) => {
			context.broken('FLOW-4', note.seq, 'a message was dropped because no receive buffer was posted');
		},
		'note copied from a private buffer': (note, context, model) => {
			const call = note.within === null ? undefined : context.view(note.within);
			const socket = call && intoProvider(call) ? model.sockets.of(call) : undefined;
			if (socket && kept.get(socket)?.shift() !== undefined) context.kept('FLOW-4', note.seq);
		},
		'call post receive': (call, context, model) => {
			if (kept.size === 0) return;
			const outer = call.within === null ? undefined : context.view(call.within);
			const socket = outer && intoProvider(outer) ? model.sockets.of(outer) : undefined;
			const [oldest] = (socket && kept.get(socket)) ?? [];
			if (oldest === undefined) return;
			context.broken(
				'FLOW-4',
				call.seq,
				'a buffer goes to the NIC although the message of record {0} waits for one',
				oldest,
			);
		},
		'state socket.state': (record) => {
			// A socket that is gone takes its messages along.
			const { owner, ownerId, number } = record.changed;
			if (kept.size === 0 || !maybeProvider(owner)) return;
			if (record.arg('after') !== 'closed' && record.arg('after') !== 'reset') return;
			for (const socket of kept.keys()) {
				if (socket.providerId === ownerId && socket.descriptor === number) kept.delete(socket);
			}
		},
	});
}

/** The socket that a message on the wire is for. */
function receiverOf(message: number | null, context: CheckContext, model: Model): SanSocket | undefined {
	if (message === null) return undefined;
	const send = sendOf(context.view(message), context);
	const sender = send && model.sockets.of(send);
	return sender && model.sockets.peer(sender);
}
