/** The contract between the extension and the webview of the call sequence: one union for each direction. */
import type { SourcePosition } from '../trace';
import type { WhatIfChange } from './debugRequests';
import type { DiagramAnswer, DiagramInfo, DiagramPage, DiagramQuery, ExportFormat, ViewSettings } from './diagram';

export type ToPanel =
	| { readonly type: 'info'; readonly info: DiagramInfo; readonly view: ViewSettings }
	| { readonly type: 'pages'; readonly request: number; readonly pages: readonly DiagramPage[] }
	/** Null: it could not be answered, for example because another run is shown by now. */
	| { readonly type: 'answer'; readonly request: number; readonly answer: DiagramAnswer | null }
	/** `isTrace`: there is no scenario that could be started again. */
	| { readonly type: 'failed'; readonly message: string; readonly isTrace?: boolean }
	| { readonly type: 'breakpoints'; readonly breakpoints: PanelBreakpoints }
	/** The statement under the editor's cursor; null if there is none. */
	| { readonly type: 'statement'; readonly statement: PanelStatement | null }
	/** What the session can do besides showing. */
	| { readonly type: 'abilities'; readonly abilities: PanelAbilities }
	/** Draw `mermaid` as it is published, for a file; the answer is a `picture`. */
	| { readonly type: 'draw'; readonly request: number; readonly mermaid: string; readonly format: PictureFormat }
	/** A command of the editor that the page carries out. */
	| { readonly type: 'show'; readonly what: 'search' | 'export' };

export type FromPanel =
	/** The page is loaded and wants its first info. */
	| { readonly type: 'ready' }
	| {
			readonly type: 'getPages';
			readonly request: number;
			readonly first: number;
			readonly last: number;
			/** Distance of lifelines in px, to which labels are cut. */
			readonly lane?: number;
	  }
	| { readonly type: 'query'; readonly request: number; readonly query: DiagramQuery }
	/** The user chose other rows; the extension answers with a new info. */
	| { readonly type: 'setView'; readonly view: ViewSettings }
	/** A message was chosen: show its scenario line. */
	| { readonly type: 'revealSource'; readonly source: SourcePosition }
	/** Take the debugger there; in a comparison, to a record of one of the runs, which may be another branch. */
	| { readonly type: 'goToRecord'; readonly seq: number; readonly side?: 'left' | 'right'; readonly branch?: number }
	/** The debugger is to stand in another branch, where it stood last. */
	| { readonly type: 'switchBranch'; readonly branch: number }
	/** Sets or removes a breakpoint. */
	| { readonly type: 'toggleBreakpoint'; readonly breakpoint: PanelBreakpoint }
	| { readonly type: 'whatIf'; readonly seq: number; readonly change: WhatIfKind }
	/** Rows `first` to `last`, all if left out. */
	| {
			readonly type: 'export';
			readonly format: ExportFormat | PictureFormat;
			readonly destination: 'file' | 'clipboard';
			readonly first?: number;
			readonly last?: number;
	  }
	/** SVG as text, PNG as base64; null if it could not be drawn. */
	| { readonly type: 'picture'; readonly request: number; readonly data: string | null };

export type PictureFormat = 'svg' | 'png';

/** What can be different in a branch that starts at a message. The extension asks for what is missing. */
export type WhatIfKind = WhatIfChange['kind'];

export type PanelBreakpoint =
	/** `name` may be `component!name`, and hold `*`. */
	{ readonly kind: 'function'; readonly name: string } | { readonly kind: 'source'; readonly source: SourcePosition };

export interface PanelBreakpoints {
	/** Names as in the Breakpoints view; disabled ones are left out. */
	readonly functions: readonly string[];
	readonly statements: readonly PanelStatement[];
}

export interface PanelStatement {
	/** The ways in which a trace may write the file. */
	readonly files: readonly string[];
	/** From 1. */
	readonly line: number;
}

export interface PanelAbilities {
	readonly whatIf: boolean;
}

/** What the webview keeps over a reload of the window. */
export interface PanelState {
	readonly view: ViewSettings;
	readonly follow: boolean;
}
