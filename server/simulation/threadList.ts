import type { Thread } from './thread';

/**
 * Threads in the order in which they came. Nearly always there is one or none, and lists come and go with every wait: the
 * first thread has a place of its own, so that an array is made only for the others.
 */
export class ThreadList {
	private first: Thread | undefined;
	private others: Thread[] | undefined;

	get length(): number {
		return this.first ? 1 + (this.others?.length ?? 0) : 0;
	}

	add(thread: Thread): void {
		if (!this.first) this.first = thread;
		else if (this.others) this.others.push(thread);
		else this.others = [thread];
	}

	remove(thread: Thread): void {
		if (this.first === thread) {
			this.first = this.others?.shift();
			return;
		}
		const at = this.others?.indexOf(thread) ?? -1;
		if (at >= 0) this.others?.splice(at, 1);
	}

	has(thread: Thread): boolean {
		return this.first === thread || this.others?.includes(thread) === true;
	}

	/** Takes the first thread out. */
	shift(): Thread | undefined {
		const { first } = this;
		if (first) this.first = this.others?.shift();
		return first;
	}

	/** What is in the list now, whatever happens to it meanwhile. */
	all(): readonly Thread[] {
		if (!this.first) return [];
		return [this.first, ...(this.others ?? [])];
	}

	/** Takes every thread out and passes them to `action` in order; those that come back meanwhile stay. */
	drain(action: (thread: Thread) => void): void {
		const { first, others } = this;
		if (!first) return;
		this.first = undefined;
		this.others = undefined;
		action(first);
		if (others) for (const thread of others) action(thread);
	}
}
