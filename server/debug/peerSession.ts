/** The other end of a connection: the session of the socket that has the same two addresses the other way round. */
import type { RunObjects } from './runObjects';

/** The peer's session, seen from a socket of the switch after record `seq`; undefined if there is none (yet). */
export function peerSessionOf(objects: RunObjects, socket: number, seq: number): number | undefined {
	const local = objects.field(socket, 'local', seq);
	const remote = objects.field(socket, 'remote', seq);
	if (typeof local !== 'string' || typeof remote !== 'string') return undefined;
	// The latest one: numbers and addresses are used again.
	for (const id of [...objects.history.objectsAt(seq)].reverse()) {
		const { type, owner, number } = objects.entry(id);
		if (id === socket || type.name !== 'socket' || objects.field(id, 'local', seq) !== remote) continue;
		if (objects.field(id, 'remote', seq) !== local) continue;
		const session = objects.find(owner, 'session', number, seq);
		if (session !== undefined) return session;
	}
	return undefined;
}
