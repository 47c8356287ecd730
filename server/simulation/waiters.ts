import type { Thread } from './thread';

/** Threads that wait for one thing, in the order in which they came. */
export class Waiters {
	private readonly waiting: Thread[] = [];

	/** @param what the thing waited for, as the debugger and a deadlock report name it */
	constructor(readonly what: string) {}

	get length(): number {
		return this.waiting.length;
	}

	add(thread: Thread): void {
		this.waiting.push(thread);
	}

	remove(thread: Thread): void {
		const at = this.waiting.indexOf(thread);
		if (at >= 0) this.waiting.splice(at, 1);
	}

	/** Makes every waiting thread runnable. @param cause the record that did it, or -1 */
	wakeAll(cause: number): void {
		if (this.waiting.length === 0) return;
		const woken = this.waiting.splice(0);
		for (const thread of woken) thread.wake(cause);
	}

	/** Makes the first waiting thread runnable. */
	wakeOne(cause: number): void {
		this.waiting.shift()?.wake(cause);
	}
}
