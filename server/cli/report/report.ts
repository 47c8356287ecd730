/** A report is told what happens, in order, and writes it in its format. */
import type { ScenarioFile } from '../../scenario/parse';
import type { Console } from '../console';
import type { CoverageDocument } from '../coverage/document';
import type { Outcome } from '../outcome';
import { jsonReport } from './json';
import { junitReport } from './junit';
import { prettyReport } from './pretty';
import { tapReport } from './tap';

export interface Report {
	/** A scenario has ended. */
	ended(outcome: Outcome): void;
	/** A file did not run because of its errors; they have been printed. */
	broken(file: ScenarioFile): void;
	/** Nothing more will come. @param coverage rule coverage, where a format has a place for it */
	close(coverage?: CoverageDocument): void;
}

export const reportFormats = ['pretty', 'tap', 'junit', 'json'] as const;

export type ReportFormat = (typeof reportFormats)[number];

const makers: Readonly<Record<ReportFormat, (cli: Console) => Report>> = {
	pretty: prettyReport,
	tap: tapReport,
	junit: junitReport,
	json: jsonReport,
};

export function reportOf(format: ReportFormat, cli: Console): Report {
	return makers[format](cli);
}
