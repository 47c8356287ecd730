/** Where a call sequence comes from: a debug session, or a run that nobody debugs. */
import type { DiagramInfo, DiagramPage, ViewSettings } from '../server/protocol/diagram';

export interface DiagramSource {
	info(view: ViewSettings): Promise<DiagramInfo>;
	/** Pages `first` to `last`, inclusive. */
	pages(view: ViewSettings, first: number, last: number): Promise<readonly DiagramPage[]>;
}

/** Which run a panel shows; the same three values give the same run. */
export interface RunOrigin {
	/** Path of the scenario file. */
	readonly program: string;
	/** Title of the scenario; the first one of the file when absent. */
	readonly scenario?: string;
	readonly seed?: number;
}

/** Whether two origins are runs of the same scenario; seeds may differ. */
export function isSameScenario(a: RunOrigin, b: RunOrigin): boolean {
	return a.program === b.program && a.scenario === b.scenario;
}
