/** The progress of a search backwards: shown when it takes long, and cancelled from where it is shown. */

/** Real milliseconds after which a search shows its progress. */
const shownAfterMs = 500;

export class SearchProgress {
	private search: { readonly since: number; readonly from: number; shown: boolean } | undefined;
	private searches = 0;

	constructor(private readonly send: (event: string, body: object) => void) {}

	/** A search begins at record `from`. */
	begin(from: number): void {
		this.search = { since: performance.now(), from, shown: false };
	}

	/** Whether this is the progress of the search under way. */
	is(progressId: string | undefined): boolean {
		return this.search?.shown === true && progressId === this.progressId;
	}

	/** The search has come to record `seq`. */
	update(seq: number, title: string): void {
		const { search } = this;
		if (!search || performance.now() - search.since < shownAfterMs) return;
		const percentage = Math.round((100 * (search.from - seq)) / Math.max(1, search.from));
		if (search.shown) {
			this.send('progressUpdate', { progressId: this.progressId, percentage });
			return;
		}
		search.shown = true;
		this.searches++;
		this.send('progressStart', { progressId: this.progressId, title, cancellable: true, percentage });
	}

	end(): void {
		if (this.search?.shown) this.send('progressEnd', { progressId: this.progressId });
		this.search = undefined;
	}

	private get progressId(): string {
		return `search-${this.searches}`;
	}
}
