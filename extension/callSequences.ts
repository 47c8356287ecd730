/** All call sequence panels of the window: which session each belongs to, when one opens, what outlives a reload. */
import path from 'node:path';
import * as vscode from 'vscode';
import { DIAGRAM_CHANGED, type Lens, type ViewSettings } from '../server/protocol/diagram';
import { statementAt } from './breakpointToggle';
import { CallSequencePanel, type PanelServices, panelType } from './callSequencePanel';
import { debugType } from './debugConfiguration';
import { isSameScenario, type RunOrigin } from './diagramSource';
import { quietSourceOf } from './quietSource';
import type { RunResults } from './runResults';
import { isScenario } from './scenarioEditor';
import { startSession } from './sessionStart';

const originsKey = 'callSequence.origins';
const viewsKey = 'callSequence.views';

/** This many panels and views of scenario files are remembered. */
const remembered = 50;

/** A cursor that walks through a file marks nothing on its way. */
const cursorRestMs = 120;

export class CallSequences implements vscode.Disposable, vscode.WebviewPanelSerializer {
	private readonly panels = new Set<CallSequencePanel>();
	private readonly disposables: vscode.Disposable[];
	private cursorTimer: NodeJS.Timeout | undefined;
	/** Sessions that start for a panel: it takes them over, whatever the settings say. */
	private awaiting: { readonly panel: CallSequencePanel; readonly seq: number } | undefined;

	constructor(
		private readonly context: vscode.ExtensionContext,
		private readonly adapter: string,
		private readonly results: RunResults,
	) {
		const { debug } = vscode;
		this.disposables = [
			debug.onDidStartDebugSession((session) => this.sessionStarted(session)),
			debug.onDidTerminateDebugSession((session) => this.panelOf(session)?.detach()),
			debug.onDidReceiveDebugSessionCustomEvent(({ event, body, session }) => {
				if (session.type === debugType && event === DIAGRAM_CHANGED) this.panelOf(session)?.changed(body);
			}),
			vscode.workspace.onDidSaveTextDocument(({ uri }) => this.fileSaved(uri)),
			vscode.window.registerWebviewPanelSerializer(panelType, this),
			debug.onDidChangeBreakpoints(() => this.forAll((panel) => panel.showBreakpoints())),
			vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.cursorMoved(textEditor)),
		];
	}

	/** Ends what runs for the panels; their tabs stay, to be restored. */
	dispose(): void {
		for (const panel of this.panels) panel.dispose();
		for (const disposable of this.disposables) disposable.dispose();
	}

	/** Shows the run of a session, in the panel that it has or in a new one. */
	showSession(session: vscode.DebugSession): void {
		const open = this.panelOf(session);
		if (open) open.reveal();
		else this.open(originOf(session)).attach(session);
	}

	/** Shows a scenario that is not being debugged: it runs to its end. */
	showRun(origin: RunOrigin): void {
		const open = [...this.panels].find((panel) => !panel.liveSession && isSameScenario(panel.origin, origin));
		if (open) {
			open.runAgain();
			open.reveal();
		} else {
			this.open(origin);
		}
	}

	/** The panel that has the focus, if one has. */
	get activePanel(): CallSequencePanel | undefined {
		return [...this.panels].find((panel) => panel.webviewPanel.active);
	}

	/** The panel with the focus, else one that is on screen. */
	get visiblePanel(): CallSequencePanel | undefined {
		return this.activePanel ?? [...this.panels].find((panel) => panel.webviewPanel.visible);
	}

	/** Shows an origin in a panel that somebody else made. */
	adopt(webviewPanel: vscode.WebviewPanel, origin: RunOrigin): void {
		this.add(webviewPanel, origin, false);
	}

	private forAll(act: (panel: CallSequencePanel) => void): void {
		for (const panel of this.panels) act(panel);
	}

	private cursorMoved({ document, selection }: vscode.TextEditor): void {
		if (!isScenario(document)) return;
		clearTimeout(this.cursorTimer);
		const show = (): void =>
			this.forAll((panel) => panel.showStatement(statementAt(document.uri, selection.active, panel.origin)));
		this.cursorTimer = setTimeout(show, cursorRestMs);
	}

	/** VS Code restores a panel after a reload of the window. It is known by its title, which no two panels share. */
	async deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel): Promise<void> {
		const origin = this.savedOrigins()[webviewPanel.title];
		if (origin) this.add(webviewPanel, origin);
		else webviewPanel.dispose();
	}

	private open(origin: RunOrigin): CallSequencePanel {
		// One column for all of them; beside the editor if it is the first.
		const viewColumn = this.visiblePanel?.webviewPanel.viewColumn ?? vscode.ViewColumn.Beside;
		const place = { viewColumn, preserveFocus: true };
		return this.add(vscode.window.createWebviewPanel(panelType, this.freeTitle(origin), place), origin);
	}

	/** @param isRestored by its title, after a reload of the window */
	private add(webviewPanel: vscode.WebviewPanel, origin: RunOrigin, isRestored = true): CallSequencePanel {
		const services: PanelServices = {
			extensionUri: this.context.extensionUri,
			quietSource: (of) => quietSourceOf(of, { adapter: this.adapter, locale: vscode.env.language }),
			ended: (of, info) => this.results.note(of, info),
			rememberView: (of, view) => this.rememberView(of, view),
			debugAt: (panel, seq, side) => this.debugAt(panel, seq, side),
		};
		const panel = new CallSequencePanel(webviewPanel, origin, this.viewFor(origin), services);
		this.panels.add(panel);
		webviewPanel.onDidDispose(() => this.panels.delete(panel));
		if (isRestored) this.saveOrigin(webviewPanel.title, origin);
		return panel;
	}

	private panelOf(session: vscode.DebugSession): CallSequencePanel | undefined {
		return [...this.panels].find((panel) => panel.liveSession?.id === session.id);
	}

	private sessionStarted(session: vscode.DebugSession): void {
		if (session.type !== debugType) return;
		const origin = originOf(session);
		const awaiting = this.awaiting;
		this.awaiting = undefined;
		if (awaiting && this.panels.has(awaiting.panel) && isSameScenario(awaiting.panel.origin, origin)) {
			awaiting.panel.attach(session, awaiting.seq);
			return;
		}
		// Starting again shows the new run in the panel of the old one; a second session beside a running one gets its own.
		const idle = [...this.panels].find((panel) => !panel.liveSession && isSameScenario(panel.origin, origin));
		const isWanted = configuration().get('callSequence.openOnDebug', true);
		idle?.attach(session);
		if (!isWanted) return;
		if (idle) idle.reveal();
		else this.open(origin).attach(session);
	}

	private async debugAt(panel: CallSequencePanel, seq: number, side?: 'left' | 'right'): Promise<void> {
		if (side !== undefined) {
			await this.debugSide(panel, seq, side);
			return;
		}
		this.awaiting = { panel, seq };
		if (!(await startSession(panel.origin, { stopOnEntry: true }))) this.awaiting = undefined;
	}

	/** Debugs one run of a comparison: beside it, in a panel of its own. */
	private async debugSide({ origin }: CallSequencePanel, seq: number, side: 'left' | 'right'): Promise<void> {
		// A session saves what is edited before it starts, and runs that.
		const trace = origin.traces?.[side === 'left' ? 0 : 1];
		if (trace?.kind !== 'run' || trace.text !== 'edited') {
			throw new Error(vscode.l10n.t('Only a run of the present scenario file can be debugged.'));
		}
		const known = [...this.panels].find((panel) => !panel.liveSession && isSameScenario(panel.origin, trace.run));
		this.awaiting = { panel: known ?? this.open(trace.run), seq };
		if (!(await startSession(trace.run, { stopOnEntry: true }))) this.awaiting = undefined;
	}

	private fileSaved(uri: vscode.Uri): void {
		for (const panel of this.panels) {
			if (panel.origin.program === uri.fsPath) panel.fileSaved();
		}
	}

	private freeTitle(origin: RunOrigin): string {
		const title =
			origin.traces?.map(({ name }) => name).join(' ↔ ') ?? origin.scenario ?? path.basename(origin.program);
		const taken = tabTitles();
		const numbered = (n: number): string => {
			const text = vscode.l10n.t('Calls: {0}', title);
			return n === 1 ? text : `${text} (${n})`;
		};
		let n = 1;
		while (taken.has(numbered(n))) n += 1;
		return numbered(n);
	}

	private savedOrigins(): Readonly<Record<string, RunOrigin>> {
		return this.context.workspaceState.get(originsKey, {});
	}

	/**
	 * Remembers what a panel shows. It is not forgotten when the panel closes: a reload of the window closes it too, and
	 * comes back for it.
	 */
	private saveOrigin(title: string, origin: RunOrigin): void {
		const others = Object.entries(this.savedOrigins()).filter(([other]) => other !== title);
		void this.context.workspaceState.update(originsKey, newest([...others, [title, origin]]));
	}

	private viewFor(origin: RunOrigin): ViewSettings {
		const views = this.context.workspaceState.get<Record<string, ViewSettings>>(viewsKey, {});
		const lens = configuration().get<Lens>('callSequence.defaultLens', 'everything');
		return views[origin.program] ?? { lens, hidden: [] };
	}

	/** What is laid over a branch is forgotten with the session. */
	private rememberView(origin: RunOrigin, { over: _, ...view }: ViewSettings): void {
		const views = this.context.workspaceState.get<Record<string, ViewSettings>>(viewsKey, {});
		const others = Object.entries(views).filter(([program]) => program !== origin.program);
		void this.context.workspaceState.update(viewsKey, newest([...others, [origin.program, view]]));
	}
}

function newest<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
	return Object.fromEntries(entries.slice(-remembered));
}

function tabTitles(): ReadonlySet<string> {
	return new Set(vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label)));
}

function configuration(): vscode.WorkspaceConfiguration {
	return vscode.workspace.getConfiguration('sanflow');
}

function originOf(session: vscode.DebugSession): RunOrigin {
	const { program, scenario, seed } = session.configuration as unknown as RunOrigin;
	return { program, ...(scenario === undefined ? {} : { scenario }), ...(seed === undefined ? {} : { seed }) };
}
