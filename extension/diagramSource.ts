/** Where a call sequence comes from: a debug session, a run that nobody debugs, saved traces. */
import type { DiagramAnswer, DiagramInfo, DiagramPage, DiagramQuery, ViewSettings } from '../server/protocol/diagram';

export interface DiagramSource {
	info(view: ViewSettings): Promise<DiagramInfo>;
	/**
	 * Pages `first` to `last`, inclusive.
	 * @param lane distance of lifelines in px, to which labels are cut
	 */
	pages(view: ViewSettings, first: number, last: number, lane?: number): Promise<readonly DiagramPage[]>;
	query(view: ViewSettings, query: DiagramQuery): Promise<DiagramAnswer>;
}

/** A source that the panel itself started. */
export interface QuietSource extends DiagramSource {
	dispose(): void;
}

/** Which run a panel shows; the same three values give the same run. */
export interface RunOrigin {
	/** Path of the scenario file, or of what is shown in its place. */
	readonly program: string;
	/** Title of the scenario; the first one of the file when absent. */
	readonly scenario?: string;
	readonly seed?: number;
	/** Not a run: one saved trace, or two runs in comparison. */
	readonly traces?: readonly TraceOrigin[];
}

/** Where a trace comes from. */
export type TraceOrigin =
	| { readonly kind: 'file'; readonly name: string; readonly path: string }
	/** A run of a scenario. */
	| { readonly kind: 'run'; readonly name: string; readonly run: RunOrigin; readonly text: RunText };

/** Which text of a scenario file is run: as it is on disk, as an editor has it, or that of the last commit. */
export type RunText = 'saved' | 'edited' | 'committed';

/** Whether two origins are runs of the same scenario; seeds may differ. */
export function isSameScenario(a: RunOrigin, b: RunOrigin): boolean {
	return a.program === b.program && a.scenario === b.scenario && JSON.stringify(a.traces) === JSON.stringify(b.traces);
}
