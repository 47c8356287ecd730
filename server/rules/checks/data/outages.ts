/**
 * Model of what breaks down outside the rules: hosts that have crashed, and NICs whose messages do not get through. A
 * NIC repeats a lost message, and keeps back what was posted after it, until the message arrives or it gives up.
 */
import type { SeenRecord } from '../../recordView';
import { hostOf } from './components';
import type { Handlers } from './handlers';
import type { SanSocket } from './sanSockets';
import { textArg } from './values';

export class Outages {
	private readonly crashed = new Set<string>();
	/** NICs by number: those to which the last message did not get through. */
	private readonly unreached = new Map<number, Set<number>>();

	readonly handlers: Handlers = {
		'note crash': (note) => {
			const host = textArg(note, 'host');
			if (host !== undefined) this.crashed.add(host);
		},
		'note message lost': (note) => {
			const known = this.unreached.get(note.fromId) ?? new Set();
			this.unreached.set(note.fromId, known.add(note.toId));
		},
		'signal receive completion': (signal, context) => {
			if (this.unreached.size === 0 || signal.cause === null) return;
			const message = context.view(signal.cause);
			this.unreached.get(message.fromId)?.delete(message.toId);
		},
	};

	/** Whether the host of a socket has stopped: nothing there ends any more. */
	hasStopped(socket: SanSocket): boolean {
		return this.crashed.has(hostOf(socket.provider));
	}

	/** Whether messages between the two ends do not get through, or one of their hosts is gone. */
	separates(one: SanSocket, other: SanSocket): boolean {
		return (
			this.crashed.has(hostOf(one.provider)) ||
			this.crashed.has(hostOf(other.provider)) ||
			this.isUnreached(one, other) ||
			this.isUnreached(other, one)
		);
	}

	/** Whether what `sender` posts is kept back, because an earlier message has not reached the other end. */
	isUnreached(sender: SanSocket, receiver: SanSocket): boolean {
		const [from, to] = [sender.nic, receiver.nic];
		return from !== undefined && to !== undefined && (this.unreached.get(from)?.has(to) ?? false);
	}

	/** Notes which NIC carries a socket: the one that its provider hands work to. */
	noteNic(call: SeenRecord, socket: SanSocket): void {
		socket.nic ??= call.toId;
	}
}
