/** The contract between the extension and the webview of the call sequence: one union for each direction. */
import type { SourcePosition } from '../trace';
import type { DiagramInfo, DiagramPage, ViewSettings } from './diagram';

export type ToPanel =
	| { readonly type: 'info'; readonly info: DiagramInfo; readonly view: ViewSettings }
	| { readonly type: 'pages'; readonly request: number; readonly pages: readonly DiagramPage[] }
	| { readonly type: 'failed'; readonly message: string };

export type FromPanel =
	/** The page is loaded and wants its first info. */
	| { readonly type: 'ready' }
	| { readonly type: 'getPages'; readonly request: number; readonly first: number; readonly last: number }
	/** The user chose other rows; the extension answers with a new info. */
	| { readonly type: 'setView'; readonly view: ViewSettings }
	/** A message was chosen: show its scenario line. */
	| { readonly type: 'revealSource'; readonly source: SourcePosition }
	/** Take the debugger there. */
	| { readonly type: 'goToRecord'; readonly seq: number };

/** What the webview keeps over a reload of the window. */
export interface PanelState {
	readonly view: ViewSettings;
	readonly follow: boolean;
}
