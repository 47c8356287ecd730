/** The threads of a run at the cursor: application threads first, then those of the switch, providers and NICs. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { durationText } from '../simulation/time';
import type { Debuggee } from './debuggee';
import type { Texts } from './texts';
import { type Wait, waitOf } from './waits';

/** Ids are the numbers of the threads in the trace, from 1: they stay the same for the whole run. */
export function threadsOf(debuggee: Debuggee, texts: Texts): DebugProtocol.Thread[] {
	const { cursor, reader, run } = debuggee;
	const seq = Math.max(cursor.seq, 0);
	const current = cursor.seq < 0 ? -1 : reader.thread(cursor.seq);
	const listed = cursor.stacks.threadsAt(seq).filter((thread) => thread === current || isListed(debuggee, thread, seq));
	const isApplication = (thread: number): boolean => debuggee.roleOf(thread) === 'application';
	const ordered = [...listed.filter(isApplication), ...listed.filter((thread) => !isApplication(thread))];
	// A client takes an empty list for a session that is over.
	if (ordered.length === 0) return [{ id: 1, name: run.title }];
	return ordered.map((thread) => ({ id: thread + 1, name: threadName(debuggee, thread, seq, texts) }));
}

/** Threads that have ended, and those that only set the run up, are of no interest. */
function isListed({ stepping, cursor, reader }: Debuggee, thread: number, seq: number): boolean {
	if (stepping.hasEnded(thread, seq)) return false;
	const name = reader.trace.components.at(thread);
	if (name !== 'scenario' && !name.endsWith('.startup')) return true;
	return cursor.stacks.openCalls(thread, seq).length > 0;
}

/** `alice.client — waiting for event 3` */
function threadName(debuggee: Debuggee, thread: number, seq: number, texts: Texts): string {
	const { objects, reader } = debuggee;
	const name = reader.trace.components.at(thread);
	const object = objects.ownedBy(thread, seq, 'thread')[0];
	// Providers and NICs act only on what reaches them, and do not wait in between.
	if (object === undefined) {
		const { cursor } = debuggee;
		const isAtWork = reader.thread(seq) === thread || cursor.stacks.openCalls(thread, seq).length > 0;
		return `${name} — ${texts(isAtWork ? 'atWork' : 'untilArrival')}`;
	}
	const field = (of: string): unknown => objects.field(object, of, seq);
	const wait = waitOf(debuggee, thread, seq);
	return `${name} — ${stateText(field('state'), wait, field('until'), texts)}`;
}

function stateText(state: unknown, wait: Wait | undefined, until: unknown, texts: Texts): string {
	switch (state) {
		case 'waiting':
			if (wait?.on) return texts('waitingForOn', wait.what, wait.on.host, wait.on.address);
			return wait?.what ? texts('waitingFor', wait.what) : texts('waiting');
		case 'sleeping':
			return typeof until === 'number' ? texts('sleepingUntil', durationText(until)) : texts('sleeping');
		case 'ended':
			return texts('ended');
		default:
			return texts('canRun');
	}
}
