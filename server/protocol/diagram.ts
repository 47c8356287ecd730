/**
 * The contract between a run's diagram and whoever shows it. The same messages travel between the debug adapter (or the
 * command line's run) and the extension as custom requests, and between the extension and the webview.
 *
 * A diagram is a list of rows, one for each message that is drawn, cut into pages. Pages are asked for, never pushed:
 * what is sent does not grow with the run.
 */
import type { Phase, RecordKind, SourcePosition } from '../trace';

/** A vertical line of the diagram. */
export interface Lifeline {
	/** Component, `host.part`. */
	readonly id: string;
	/** What stands at its head, for example `switch`. */
	readonly label: string;
	readonly host: string;
	readonly role: 'application' | 'switch' | 'tcpip' | 'provider' | 'proxy' | 'nic';
}

/** One drawn message. */
export interface DiagramRow {
	/** Position among the rows of this view, from 0. */
	readonly row: number;
	/** Record that the row draws. */
	readonly seq: number;
	/** On a call: the record of its return as far as the run got; else null. */
	readonly returnSeq: number | null;
	readonly kind: RecordKind;
	/** Index into `DiagramInfo.lifelines`. */
	readonly from: number;
	readonly to: number;
	/** Shortened to the lane. */
	readonly label: string;
	/** Everything that the label had no room for. */
	readonly fullText: string;
	/** WSAE… name if the row reports a failure. */
	readonly error: string | null;
	/** Virtual time in ns. */
	readonly time: number;
	readonly phase: Phase;
	/** Number of calls that are open around the row: its nesting. */
	readonly depth: number;
	readonly rules: readonly string[];
	readonly source: SourcePosition | null;
	readonly cause: number | null;
	/** Documented name of the call, signal, message or note. */
	readonly name?: string;
	/** How the outcome is to be taken: what pends has not failed. */
	readonly tone?: 'plain' | 'pending' | 'failure';
	/** Virtual time in ns since the row before, or 0 on the first. */
	readonly gap?: number;
	/** On a call that returned: virtual time in ns from call to return. */
	readonly duration?: number;
	/** Number of messages that are folded into the row. */
	readonly folded?: number;
	/** On a call: how many equal calls in a row it stands for, if more than one. */
	readonly repeated?: number;
	/** A note that stands across all lifelines. */
	readonly wide?: boolean;
}

/** What Mermaid draws beside the rows of a page, in drawing order. */
export interface DiagramPage {
	readonly index: number;
	/** Changes whenever the text of the page does. */
	readonly revision: number;
	/** Text of a whole Mermaid sequence diagram; its messages are the rows, in order. */
	readonly mermaid: string;
	readonly rows: readonly DiagramRow[];
	/** Titles that stand above a row: a phase begins there. `row` counts within the whole diagram. */
	readonly bands: readonly { readonly row: number; readonly phase: Phase; readonly title: string }[];
	/** Number of calls that are still open after the last row: their activations reach into the next page. */
	readonly openAfter?: number;
}

export type RunStatus = 'loading' | 'running' | 'stopped' | 'passed' | 'failed';

/** All that is known about a diagram without its pages. */
export interface DiagramInfo {
	/** Title of the scenario. */
	readonly title: string;
	readonly status: RunStatus;
	/** A sentence for the status line: why it stopped, how it ended. */
	readonly statusText: string;
	readonly lifelines: readonly Lifeline[];
	/** Rows so far. */
	readonly rowCount: number;
	readonly pageSize: number;
	/** Record at which the debugger stands, or null without a session. */
	readonly cursorSeq: number | null;
	/** The row of that record, or the last one before it; -1 before the first. */
	readonly cursorRow: number;
	/** Seed of the run. */
	readonly seed: number;
}

/** Which rows are drawn. */
export type Lens = 'application' | 'spi' | 'wire' | 'everything';

export interface ViewSettings {
	readonly lens: Lens;
	/** Lifelines that are not drawn. */
	readonly hidden: readonly string[];
	/** What is drawn message by message although it is folded by default: `initialization` into one row, equal calls in a row. */
	readonly unfolded?: readonly (Phase | 'repeats')[];
}

// Custom requests of the debug adapter

export const DIAGRAM_INFO = 'sanflow/diagramInfo';
export const DIAGRAM_PAGES = 'sanflow/diagramPages';
/** Goes to record `seq` and stops there. */
export const GO_TO_RECORD = 'sanflow/goToRecord';
/** Custom event: the diagram has new rows or another cursor. Body: DiagramInfo. */
export const DIAGRAM_CHANGED = 'sanflow/diagramChanged';

export interface DiagramInfoArguments {
	readonly view: ViewSettings;
}

export interface DiagramPagesArguments {
	readonly view: ViewSettings;
	readonly first: number;
	/** Inclusive. */
	readonly last: number;
}

export interface DiagramPagesBody {
	readonly pages: readonly DiagramPage[];
}

export interface GoToRecordArguments {
	readonly seq: number;
}
