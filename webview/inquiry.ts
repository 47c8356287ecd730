/** What was asked about the run beside its pages, and is marked in it: search, causes, the editor's statement, overview. */
import type { MessageFound, Overview } from '../server/protocol/diagram';
import type { PanelStatement } from '../server/protocol/panel';
import type { PageMarks } from './pageView';
import type { Questions } from './questions';

/** While a run grows, it is not asked about again with every message. */
const REFRESH_MS = 400;

export class Inquiry {
	/** Rows that hold what was found, or stand for it. */
	found: readonly number[] = [];
	foundTotal = 0;
	/** Position of the message that was stepped to, -1 before the first. */
	foundAt = -1;
	foundSet: ReadonlySet<number> = new Set();
	causality: PageMarks['causality'];
	statementRows: readonly number[] = [];
	statementSet: ReadonlySet<number> = new Set();
	overview: Overview | undefined;
	private messages: readonly MessageFound[] = [];
	private text = '';
	private statement: PanelStatement | null = null;
	private timer = 0;
	/** Grows with every change of the rows: answers to earlier questions are dropped. */
	private generation = 0;

	constructor(
		private readonly questions: Questions,
		private readonly changed: () => void,
	) {}

	/** The rows are other ones now. */
	forget(): void {
		this.generation++;
		this.causality = undefined;
		this.setFound([], [], 0);
		this.statementRows = [];
		this.statementSet = new Set();
		this.overview = undefined;
	}

	/** Asks again soon: there are more rows. */
	refresh(isAtOnce: boolean): void {
		if (isAtOnce) {
			clearTimeout(this.timer);
			this.timer = 0;
			void this.askAll();
		} else if (this.timer === 0) {
			this.timer = window.setTimeout(() => {
				this.timer = 0;
				void this.askAll();
			}, REFRESH_MS);
		}
	}

	/** Looks for rows; resolves when they are known. */
	async search(text: string): Promise<void> {
		this.text = text.trim();
		await this.askFound();
	}

	/** The message that was stepped to. */
	get foundMessage(): MessageFound | undefined {
		return this.messages[this.foundAt];
	}

	/**
	 * The next message found (or the one before), going round; undefined if there is none.
	 * @param from row to start from, unless it tells the message that was stepped to last
	 */
	next(by: 1 | -1, from: number): MessageFound | undefined {
		const { messages, foundAt } = this;
		if (messages.length === 0) return undefined;
		if (this.foundMessage?.row === from) this.foundAt = (foundAt + by + messages.length) % messages.length;
		else if (by > 0)
			this.foundAt = Math.max(
				0,
				messages.findIndex(({ row }) => row > from),
			);
		else
			this.foundAt = lastBefore(
				messages.map(({ row }) => row),
				from,
			);
		return this.foundMessage;
	}

	/** The next failure or violation after `from`, or before it. */
	nextFailure(by: 1 | -1, from: number): number | undefined {
		const rows = (this.overview?.marks ?? []).map(({ row }) => row);
		return by > 0 ? (rows.find((row) => row > from) ?? rows[0]) : rows[lastBefore(rows, from)];
	}

	/** Shows what led to record `seq` in `row` and what it led to, or stops showing that. */
	async toggleCauses(row: number, seq: number): Promise<void> {
		if (this.causality?.row === row) {
			this.causality = undefined;
		} else {
			const { generation } = this;
			const answer = await this.questions.ask({ kind: 'causes', seq });
			if (!answer || generation !== this.generation) return;
			this.causality = { row, causes: new Set(answer.causes), effects: new Set(answer.effects) };
		}
		this.changed();
	}

	/** @returns whether something was shown */
	hideCauses(): boolean {
		const had = this.causality !== undefined;
		this.causality = undefined;
		return had;
	}

	setStatement(statement: PanelStatement | null): void {
		this.statement = statement;
		void this.askStatement();
	}

	private async askAll(): Promise<void> {
		const { generation } = this;
		const overview = await this.questions.ask({ kind: 'overview' });
		if (generation !== this.generation) return;
		if (overview) this.overview = overview;
		await this.askFound();
		await this.askStatement();
		this.changed();
	}

	private async askFound(): Promise<void> {
		const { generation, text } = this;
		const answer = text === '' ? undefined : await this.questions.ask({ kind: 'search', text });
		if (generation !== this.generation || text !== this.text) return;
		this.setFound(answer?.rows ?? [], answer?.messages ?? [], answer?.total ?? 0);
		this.changed();
	}

	private async askStatement(): Promise<void> {
		const { generation, statement } = this;
		const answer = statement ? await this.questions.ask({ kind: 'statement', ...statement }) : undefined;
		if (generation !== this.generation || statement !== this.statement) return;
		this.statementRows = answer?.rows ?? [];
		this.statementSet = new Set(this.statementRows);
		this.changed();
	}

	/** What was stepped to is still that, although there may be more by now. */
	private setFound(rows: readonly number[], messages: readonly MessageFound[], total: number): void {
		const at = this.foundMessage?.seq;
		this.found = rows;
		this.foundTotal = total;
		this.messages = messages;
		this.foundAt = messages.findIndex(({ seq }) => seq === at);
		this.foundSet = new Set(rows);
	}
}

/** Position of the last of ascending `rows` before `from`; the very last one if there is none. */
function lastBefore(rows: readonly number[], from: number): number {
	let at = -1;
	rows.forEach((row, position) => {
		if (row < from) at = position;
	});
	return at < 0 ? rows.length - 1 : at;
}
