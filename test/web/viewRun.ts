/** A fake run whose diagram is a real view of a trace. */
import type {
	DiagramAnswer,
	DiagramInfo,
	DiagramPage,
	DiagramQuery,
	RunStatus,
	ViewSettings,
} from '../../server/protocol/diagram';
import { answerQuery, type Comparison, comparisonReader, defaultView, SequenceView } from '../../server/sequence';
import { svgDrawing, textDrawing } from '../../server/sequence/drawing';
import type { Reader } from '../../server/trace';
import { loopTrace } from '../unit/sequence/sampleTrace';
import type { FakeRun } from './fakePanel';

export const messageByMessage: ViewSettings = { ...defaultView, unfolded: ['repeats'] };

export class ViewRun implements FakeRun {
	status: RunStatus = 'stopped';
	statusText = '';
	title = 'connect over the SAN';
	private view: SequenceView;

	/** @param cursor record at which the debugger stands; null without a session */
	constructor(
		readonly reader: Reader,
		public cursor: number | null = null,
		public limit: number | undefined = undefined,
		readonly settings: ViewSettings = defaultView,
		private readonly comparison?: Comparison,
	) {
		this.view = new SequenceView(reader, settings, undefined, comparison);
	}

	/** A run of any length, message by message although it is one loop: four rows a round. */
	static long(rounds: number, cursor: number | null = null): ViewRun {
		return new ViewRun(loopTrace(rounds).reader, cursor, undefined, messageByMessage);
	}

	/** Two runs in one diagram. */
	static comparing(comparison: Comparison, settings: ViewSettings = defaultView): ViewRun {
		const run = new ViewRun(comparisonReader(comparison), null, undefined, settings, comparison);
		run.title = `${comparison.leftName} ↔ ${comparison.rightName}`;
		run.status = 'passed';
		return run;
	}

	setView(settings: ViewSettings): void {
		this.view = new SequenceView(this.reader, settings, undefined, this.comparison);
	}

	info(): DiagramInfo {
		const { title, status, statusText, cursor, limit } = this;
		return this.view.info({ title, status, statusText, seed: 1, cursor, ...(limit === undefined ? {} : { limit }) });
	}

	pages(first: number, last: number, lane?: number): readonly DiagramPage[] {
		return this.view.pages(first, last, this.limit, lane);
	}

	query(query: DiagramQuery): DiagramAnswer {
		const { view, title, limit } = this;
		const drawings = { svg: svgDrawing, text: textDrawing };
		return answerQuery({ view, title, drawings, ...(limit === undefined ? {} : { limit }) }, query);
	}
}
