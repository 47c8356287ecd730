import type { Thread } from './thread';
import { ThreadList } from './threadList';

/** Threads that wait for one thing, in the order in which they came. */
export class Waiters {
	private readonly waiting = new ThreadList();

	/** @param what the thing waited for, as the debugger and a deadlock report name it */
	constructor(readonly what: string) {}

	get length(): number {
		return this.waiting.length;
	}

	add(thread: Thread): void {
		this.waiting.add(thread);
	}

	remove(thread: Thread): void {
		this.waiting.remove(thread);
	}

	/** Makes every waiting thread runnable. @param cause the record that did it, or -1 */
	wakeAll(cause: number): void {
		if (this.waiting.length > 0) this.waiting.drain((thread) => thread.wake(cause));
	}

	/** Makes the first waiting thread runnable. */
	wakeOne(cause: number): void {
		this.waiting.shift()?.wake(cause);
	}
}
