/**
 * Ending the wait of a thread from outside: what cancelling a blocking call comes down to. The thread is made runnable
 * and finds out that it was interrupted where it waited; what that means is for the call to say.
 */
import type { Thread } from '../simulation';

const interruptedThreads = new WeakSet<Thread>();

/** Interrupts a thread inside a call. @param cause the record that did it */
export function interrupt(thread: Thread, cause: number): void {
	interruptedThreads.add(thread);
	if (thread.state !== 'waiting') return;
	thread.waitsFor?.remove(thread);
	thread.wake(cause);
}

/** Whether the call that the thread is in was interrupted. */
export function interrupted(thread: Thread): boolean {
	return interruptedThreads.has(thread);
}

/** The call is over: the next one starts without an interruption. */
export function endInterruption(thread: Thread): void {
	interruptedThreads.delete(thread);
}
