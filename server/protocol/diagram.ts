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
	/** `host` stands for everything of a host that is collapsed. */
	readonly role: 'application' | 'switch' | 'tcpip' | 'provider' | 'proxy' | 'nic' | 'host';
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
	/** On a message that is told instead of the one that its row draws: the round of the loop that it belongs to. */
	readonly round?: LoopRound;
	/** Number of messages that are folded into the row. */
	readonly folded?: number;
	/** How many equal messages or calls in a row it stands for, if more than one. */
	readonly repeated?: number;
	/** The innermost loop of several messages around the row. */
	readonly loop?: DiagramLoop;
	/** A note that stands across all lifelines. */
	readonly wide?: boolean;
	/** Thread that wrote the record, `host.part`. */
	readonly thread?: string;
	/** In a comparison: the run that alone has the record. Absent where both have it. */
	readonly side?: Side;
	/** In a comparison: the record in each run, or null where it has none. */
	readonly pair?: readonly [left: number | null, right: number | null];
}

/** Rows that came several times, one round after the other, and are drawn once; their numbers are those of the first round. */
export interface DiagramLoop {
	/** Rows of a round. */
	readonly first: number;
	readonly last: number;
	/** Rounds so far, at least 2. The last one may not be over. */
	readonly count: number;
}

/** One round of a loop. */
export interface LoopRound {
	/** From 1. */
	readonly number: number;
	/** Rounds so far. */
	readonly of: number;
}

/** Which of two compared runs. */
export type Side = 'left' | 'right';

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
	/** Loops that have rows on the page, outer ones first. A loop of one call is told by its row (`repeated`). */
	readonly loops?: readonly DiagramLoop[];
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
	/** The what-if branch that is shown, if it is not the run as launched: where it departs and what is different. */
	readonly branch?: { readonly id: number; readonly departsAt: number; readonly title: string };
	/** The branches of the session, if there are several. */
	readonly branches?: readonly DiagramBranch[];
	/** The view compares two runs, or lays one branch over another. */
	readonly comparison?: ComparisonInfo;
	/** What the run came to, as far as it was shown: calls at every level, virtual time of the last record in ns. */
	readonly summary?: { readonly calls: number; readonly time: number };
	/** There is a run behind the view that can be debugged; a saved trace has none. Absent: there is. */
	readonly isReadOnly?: boolean;
}

/** A run of the session: the one as launched, or a what-if branch. */
export interface DiagramBranch {
	readonly id: number;
	/** What is different, in words. */
	readonly title: string;
	/** The debugger stands in it. */
	readonly isCurrent: boolean;
}

export interface ComparisonInfo {
	/** What the runs are called, for example `seed 1` and `seed 2`. */
	readonly left: string;
	readonly right: string;
	/** Row of the first difference, or -1 if the runs are equal. */
	readonly firstDifference: number;
	/** Records that only one run has. */
	readonly onlyLeft: number;
	readonly onlyRight: number;
	/** Two branches of a session: which they are, and in which one the debugger stands. */
	readonly branches?: { readonly left: number; readonly right: number; readonly current: Side };
}

/** Which rows are drawn. */
export type Lens = 'application' | 'spi' | 'wire' | 'everything';

export interface ViewSettings {
	readonly lens: Lens;
	/** Lifelines that are not drawn. */
	readonly hidden: readonly string[];
	/** What is drawn message by message although it is folded by default: `initialization` into one row, equal calls in a row. */
	readonly unfolded?: readonly (Phase | 'repeats' | 'equal')[];
	/** Lifelines from left to right as the user put them; those that are not named stand where they would otherwise. */
	readonly order?: readonly string[];
	/** Hosts that are drawn as one lifeline. */
	readonly collapsed?: readonly string[];
	/**
	 * Terms that a message must meet: `key:value` or a word that its text holds; `-` in front excludes. Terms of one key
	 * are alternatives. Keys: socket, thread, call, error, rule, phase, time, at.
	 */
	readonly filter?: readonly string[];
	/** Another branch of the session that is laid over the current one. Of no meaning after the session. */
	readonly over?: Overlay;
}

export interface Overlay {
	readonly branch: number;
	/** Stretches that both branches have are folded. */
	readonly foldsEqual?: boolean;
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
	/** Another branch than the current one, to lay over it. */
	readonly branch?: number;
}

export interface DiagramPagesArguments {
	readonly view: ViewSettings;
	readonly first: number;
	/** Inclusive. */
	readonly last: number;
	/** Distance of two lifelines in px, to which labels are cut; 200 if left out. */
	readonly lane?: number;
	/** Another branch than the current one, to lay over it. */
	readonly branch?: number;
}

export interface DiagramPagesBody {
	readonly pages: readonly DiagramPage[];
}

export interface GoToRecordArguments {
	readonly seq: number;
}

/** Something else that is asked about a diagram. Arguments: `DiagramQueryArguments`; body: the answer of its kind. */
export const DIAGRAM_QUERY = 'sanflow/diagramQuery';
/** Reads saved traces in place of launching a scenario: one to look at, or two to compare. Arguments: `OpenTracesArguments`. */
export const OPEN_TRACES = 'sanflow/openTraces';

/** `svgDark` is for dark ground. */
export type ExportFormat = 'mermaid' | 'markdown' | 'plantuml' | 'text' | 'json' | 'svg' | 'svgDark';

export type DiagramQuery =
	/** Messages whose text, error, rules or components hold the words, also those that are folded away. */
	| { readonly kind: 'search'; readonly text: string }
	/** One message, also one that is folded away. */
	| { readonly kind: 'message'; readonly seq: number }
	/** The whole run at a glance. */
	| { readonly kind: 'overview' }
	/** What led to a record, and what it led to. */
	| { readonly kind: 'causes'; readonly seq: number }
	/** Rows of one scenario line. `files`: the ways in which the file may be written. */
	| { readonly kind: 'statement'; readonly files: readonly string[]; readonly line: number }
	/** Rows `first` to `last` (all if left out) as text. */
	| { readonly kind: 'export'; readonly format: ExportFormat; readonly first?: number; readonly last?: number };

export interface RowsFound {
	/** Ascending; the first ones if there are very many. */
	readonly rows: readonly number[];
	readonly total: number;
}

/** A message that holds what was looked for. */
export interface MessageFound {
	readonly seq: number;
	/** The row that draws it or stands for it. */
	readonly row: number;
	/** Another message is told in that row. */
	readonly isFolded?: boolean;
	/** Its round, in a loop. */
	readonly round?: LoopRound;
}

/** `total` counts messages: a row may stand for several. */
export interface MessagesFound extends RowsFound {
	/** Ascending by record; the first ones if there are very many. */
	readonly messages: readonly MessageFound[];
}

/** A row worth a mark in the overview. */
export interface OverviewMark {
	readonly row: number;
	readonly kind: 'failure' | 'violation' | 'left' | 'right';
}

export interface Overview {
	readonly rowCount: number;
	readonly bands: readonly { readonly row: number; readonly phase: Phase }[];
	readonly marks: readonly OverviewMark[];
}

export interface Causes {
	/** Rows that led here, the latest first. */
	readonly causes: readonly number[];
	/** Rows that it led to, ascending. */
	readonly effects: readonly number[];
}

export interface DiagramAnswers {
	readonly search: MessagesFound;
	/** Null if the view does not show it. `isFolded`: its row tells another message. */
	readonly message: { readonly row: DiagramRow | null; readonly isFolded: boolean };
	readonly overview: Overview;
	readonly causes: Causes;
	readonly statement: RowsFound;
	readonly export: { readonly text: string };
}

export type DiagramAnswer = DiagramAnswers[keyof DiagramAnswers];

export interface DiagramQueryArguments {
	readonly view: ViewSettings;
	readonly query: DiagramQuery;
}

export interface SavedTrace {
	/** JSON Lines. */
	readonly text: string;
	/** What it is called. */
	readonly name: string;
}

export interface OpenTracesArguments {
	readonly traces: readonly SavedTrace[];
}
