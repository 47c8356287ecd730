/**
 * Something that is due far ahead and mostly not needed any more by then: a time limit. A long run has very many of them
 * before their time; one that was dropped holds on to nothing, so that what it was about can go.
 */
export class Deadline {
	private action: (() => void) | undefined;

	constructor(action: () => void) {
		this.action = action;
	}

	/** Nothing happens at its time any more. */
	drop(): void {
		this.action = undefined;
	}

	/** Its time has come. Only the scheduler calls this. */
	perform(): void {
		this.action?.();
	}
}
