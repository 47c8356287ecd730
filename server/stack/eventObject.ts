/**
 * Win32 event objects, manual reset: what WSPEventSelect registers and SetEvent signals. The signal itself is a record
 * (`SetEvent`, `ResetEvent`), written by the component that calls the function.
 */

import type { Thread } from '../simulation';
import { Waiters } from '../simulation';
import { objectType, site, type TracedObject } from '../trace';

const eventObject = objectType('event', ['signalled', 'use']);

const RESET_EVENT = site('ResetEvent', ['hEvent'], ['ACC-8']);

export class EventObject {
	signalled = false;
	readonly waiters: Waiters;
	private readonly object: TracedObject;

	/**
	 * @param owner component that created the object
	 * @param number the handle
	 * @param use what it is for, as the debugger shows it
	 * @param also what else a signal wakes: a thread that waits for any of several events
	 */
	constructor(
		thread: Thread,
		readonly owner: number,
		readonly number: number,
		use: string,
		private readonly also?: Pick<Waiters, 'wakeAll'>,
	) {
		this.waiters = new Waiters(`event ${number}`);
		this.object = thread.trace.object(eventObject, owner, number);
		thread.change(this.object, 'signalled', false);
		thread.change(this.object, 'use', use);
	}

	/**
	 * SetEvent, called by the thread's component. @param where site of the signal: fields hEvent and, by choice, the event
	 * that it announces
	 */
	set(thread: Thread, where: ReturnType<typeof site>, announces?: string, overlapped?: number): void {
		const seq = thread.signal(where, this.owner, undefined, this.number, announces, overlapped);
		this.signalled = true;
		thread.change(this.object, 'signalled', true);
		this.waiters.wakeAll(seq);
		this.also?.wakeAll(seq);
	}

	/** ResetEvent, called by the thread's component. */
	reset(thread: Thread): void {
		thread.signal(RESET_EVENT, this.owner, undefined, this.number);
		this.clear(thread);
	}

	/** Takes the signal back as part of another call (WSPEnumNetworkEvents does it in one step, CONN-16). */
	clear(thread: Thread): void {
		this.signalled = false;
		thread.change(this.object, 'signalled', false);
	}
}
