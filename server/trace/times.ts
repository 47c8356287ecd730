/**
 * The virtual times of the records. Time stands still while most records are written, so that only the records are kept
 * with which it changes.
 */
export class Times {
	private firsts = new Int32Array(64);
	private values = new Float64Array(64);
	private count = 0;
	private latest = Number.NaN;
	/** The stretch that was asked for last: whoever reads a trace mostly reads on. */
	private stretch = 0;

	/** Record `seq`, the next one, is written at `time`. */
	add(seq: number, time: number): void {
		if (time === this.latest) return;
		this.latest = time;
		if (this.count === this.firsts.length) this.grow();
		this.firsts[this.count] = seq;
		this.values[this.count++] = time;
	}

	/** Time of record `seq`. */
	at(seq: number): number {
		if (!this.covers(this.stretch, seq)) {
			const next = this.stretch + 1;
			this.stretch = this.covers(next, seq) ? next : this.find(seq);
		}
		return this.values[this.stretch] as number;
	}

	private covers(stretch: number, seq: number): boolean {
		if (stretch >= this.count || (this.firsts[stretch] as number) > seq) return false;
		return stretch + 1 >= this.count || (this.firsts[stretch + 1] as number) > seq;
	}

	private find(seq: number): number {
		let low = 0;
		let high = this.count - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((this.firsts[middle] as number) <= seq) low = middle;
			else high = middle - 1;
		}
		return low;
	}

	private grow(): void {
		const firsts = new Int32Array(this.count * 2);
		firsts.set(this.firsts);
		this.firsts = firsts;
		const values = new Float64Array(this.count * 2);
		values.set(this.values);
		this.values = values;
	}
}
