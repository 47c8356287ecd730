/** Walking from one message found to the next: its row is chosen, and a message that its row does not tell is told beside. */
import type { DiagramRow, MessageFound } from '../server/protocol/diagram';
import type { Finder } from './finder';
import type { Inquiry } from './inquiry';
import type { PageList } from './pageList';
import type { Questions } from './questions';

export interface FoundWalkEvents {
	choose(row: number): void;
	/** The row that is chosen, or -1. */
	chosenRow(): number;
	/** Tells a message of the chosen row that the row itself does not. */
	tell(message: DiagramRow): void;
}

export class FoundWalk {
	constructor(
		private readonly inquiry: Inquiry,
		private readonly questions: Questions,
		private readonly list: PageList,
		private readonly finder: Finder,
		private readonly events: FoundWalkEvents,
	) {}

	/** Looks for words; the first message found from the top of the screen on comes into view. */
	async search(text: string): Promise<void> {
		await this.inquiry.search(text);
		const found = text === '' ? undefined : this.inquiry.next(1, Math.max(-1, this.list.rowAtTop() - 1));
		if (found) this.list.reveal(found.row);
		this.showCount();
	}

	step(by: 1 | -1): void {
		const row = this.events.chosenRow();
		const found = this.inquiry.next(by, row >= 0 ? row : this.list.rowAtTop() - 1);
		if (found) this.events.choose(found.row);
		this.showCount();
		if (found?.isFolded) void this.tell(found);
	}

	showCount(): void {
		const { foundAt, foundTotal, foundMessage } = this.inquiry;
		this.finder.showFound(foundAt, foundTotal, foundMessage?.round);
	}

	private async tell({ row, seq }: MessageFound): Promise<void> {
		const answer = await this.questions.ask({ kind: 'message', seq });
		const isStillChosen = this.events.chosenRow() === row && this.inquiry.foundMessage?.seq === seq;
		if (answer?.row && isStillChosen) this.events.tell(answer.row);
	}
}
