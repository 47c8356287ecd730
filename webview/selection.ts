/** The chosen message, or several from one to another. */
import type { DiagramRow } from '../server/protocol/diagram';

export class Selection {
	/** -1 if nothing is chosen. */
	row = -1;
	/** Where a selection of several rows began; -1 if there is one only. */
	anchor = -1;
	/** The message that is chosen in a row that tells another one: of a later round of a loop, or of a fold. */
	told: DiagramRow | undefined;

	/** @param isExtending the selection reaches to this row from where it began */
	choose(row: number, isExtending: boolean): void {
		if (!isExtending || row < 0) this.anchor = -1;
		else if (this.anchor < 0) this.anchor = this.row >= 0 ? this.row : row;
		this.row = row;
		this.told = undefined;
	}

	clear(): void {
		this.row = -1;
		this.anchor = -1;
		this.told = undefined;
	}

	get range(): readonly [first: number, last: number] {
		const anchor = this.anchor < 0 ? this.row : this.anchor;
		return [Math.min(anchor, this.row), Math.max(anchor, this.row)];
	}
}
