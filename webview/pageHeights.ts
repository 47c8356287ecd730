/** Where each page begins, px at zoom 1: measured where a page was drawn, estimated elsewhere. */

/** Height of a message's row until the first page is drawn; then that page's rows are the estimate for all others. */
const ROW_ESTIMATE = 28;

export class PageHeights {
	private readonly measured = new Map<number, number>();
	private rowEstimate = 0;
	/** Start of each page up to the first one that may have moved; one more than pages. */
	private starts: number[] = [0];
	private valid = 0;

	constructor(
		private rowCount = 0,
		private pageSize = 25,
	) {}

	get pageCount(): number {
		return Math.ceil(this.rowCount / this.pageSize);
	}

	/** Sets the number of rows. A last page that grew keeps its measure until it is drawn again. */
	resize(rowCount: number, pageSize: number): void {
		if (rowCount < this.rowCount || pageSize !== this.pageSize) this.reset();
		this.valid = Math.min(this.valid, Math.floor(this.rowCount / pageSize));
		this.rowCount = rowCount;
		this.pageSize = pageSize;
	}

	reset(): void {
		this.measured.clear();
		this.rowEstimate = 0;
		this.valid = 0;
	}

	/**
	 * Notes the height of a page.
	 * @param isDrawn it is exact, not that of a sketch
	 * @returns by how much the pages after it move
	 */
	measure(index: number, height: number, isDrawn = true): number {
		const before = this.height(index);
		if (this.measured.get(index) === height) return 0;
		this.measured.set(index, height);
		this.valid = Math.min(this.valid, index);
		if (isDrawn && this.rowEstimate === 0 && this.rowsOf(index) === this.pageSize) {
			this.rowEstimate = height / this.pageSize;
			this.valid = 0;
		}
		return height - before;
	}

	height(index: number): number {
		return this.measured.get(index) ?? this.rowsOf(index) * (this.rowEstimate || ROW_ESTIMATE);
	}

	start(index: number): number {
		for (; this.valid < index; this.valid++) {
			this.starts[this.valid + 1] = (this.starts[this.valid] as number) + this.height(this.valid);
		}
		return this.starts[index] as number;
	}

	get total(): number {
		return this.start(this.pageCount);
	}

	/** The page at `y`; the last one beyond the end, 0 if there is none. */
	at(y: number): number {
		let low = 0;
		let high = Math.max(0, this.pageCount - 1);
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (this.start(middle) <= y) low = middle;
			else high = middle - 1;
		}
		return low;
	}

	private rowsOf(index: number): number {
		return Math.max(0, Math.min(this.pageSize, this.rowCount - index * this.pageSize));
	}
}
