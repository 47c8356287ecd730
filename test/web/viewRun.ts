/** A fake run whose diagram is a real view of a trace. */
import type { DiagramInfo, DiagramPage, RunStatus, ViewSettings } from '../../server/protocol/diagram';
import { defaultView, SequenceView } from '../../server/sequence';
import type { Reader } from '../../server/trace';
import type { FakeRun } from './fakePanel';

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
		settings: ViewSettings = defaultView,
	) {
		this.view = new SequenceView(reader, settings);
	}

	setView(settings: ViewSettings): void {
		this.view = new SequenceView(this.reader, settings);
	}

	info(): DiagramInfo {
		const { title, status, statusText, cursor, limit } = this;
		return this.view.info({ title, status, statusText, seed: 1, cursor, ...(limit === undefined ? {} : { limit }) });
	}

	pages(first: number, last: number): readonly DiagramPage[] {
		return this.view.pages(first, last, this.limit);
	}
}
