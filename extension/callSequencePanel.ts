/**
 * One call sequence beside the editor: carries messages between the webview and whatever the run is asked of, which is a
 * debug session while there is one, and otherwise a quiet run of the same scenario, started only when something is asked.
 *
 * The page is not kept while its tab is hidden (`retainContextWhenHidden` is off): its state is small and remembered, its
 * pages can be asked for again, and a hidden drawing would cost memory and work with every step. When the tab is shown
 * again the page loads anew and says `ready`.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { DiagramInfo, DiagramQuery, ExportFormat, ViewSettings } from '../server/protocol/diagram';
import type { FromPanel, PanelStatement, PictureFormat, ToPanel, WhatIfKind } from '../server/protocol/panel';
import { panelBreakpoints, toggleBreakpoint } from './breakpointToggle';
import { type AnyFormat, copyExport, saveExport } from './diagramExport';
import type { DiagramSource, QuietSource, RunOrigin } from './diagramSource';
import { errorText } from './errorText';
import { panelHtml } from './panelHtml';
import { SessionSource } from './sessionSource';
import { revealSource } from './sourceReveal';
import { completeWhatIf } from './whatIf';

export const panelType = 'sanflow.callSequence';

const afterSaveMs = 500;
/** How long a session may take to be reported as ended. */
const graceMs = 1000;

/** What a panel needs from the extension around it. */
export interface PanelServices {
	readonly extensionUri: vscode.Uri;
	/** Starts what answers for a panel without a session. */
	quietSource(origin: RunOrigin): QuietSource;
	/** What a run came to, for others that tell about it. */
	ended(origin: RunOrigin, info: DiagramInfo): void;
	/** Remembers the view of a scenario file for this workspace. */
	rememberView(origin: RunOrigin, view: ViewSettings): void;
	/** Starts a debug session for a panel that has none and takes it to a record. @param side of a comparison */
	debugAt(panel: CallSequencePanel, seq: number, side?: 'left' | 'right'): Promise<void>;
}

export class CallSequencePanel implements vscode.Disposable {
	private session: SessionSource | undefined;
	private quietRun: QuietSource | undefined;
	private title = '';
	private statement: PanelStatement | null = null;
	private pictures = 0;
	private readonly drawing = new Map<number, (data: string | null) => void>();
	private readonly disposables: vscode.Disposable[] = [];
	private isPageReady = false;
	/** Whether the page was told anything yet. */
	private hasInfo = false;
	private isDisposed = false;
	private saveTimer: NodeJS.Timeout | undefined;
	private destination: number | undefined;
	/** At most one info is asked for at a time; what changes meanwhile leads to one more, so that nothing piles up. */
	private refreshing: 'idle' | 'asking' | 'askingAndStale' = 'idle';
	/** Grows when the page is loaded anew, so that answers to the old one are dropped. */
	private pageNumber = 0;
	/** Whether the page shows a failure instead of the run; it may wait for an answer that will never come. */
	private hasFailed = false;

	/** @param webviewPanel a new panel, or one that VS Code restores */
	constructor(
		readonly webviewPanel: vscode.WebviewPanel,
		readonly origin: RunOrigin,
		private view: ViewSettings,
		private readonly services: PanelServices,
	) {
		const { webview } = webviewPanel;
		webview.options = { enableScripts: true, localResourceRoots: [this.assetFolder()] };
		const icon = (theme: string): vscode.Uri =>
			vscode.Uri.joinPath(services.extensionUri, 'media', `callSequence-${theme}.svg`);
		webviewPanel.iconPath = { light: icon('light'), dark: icon('dark') };
		webview.onDidReceiveMessage((message: FromPanel) => void this.receive(message), undefined, this.disposables);
		webviewPanel.onDidChangeViewState(() => this.viewStateChanged(), undefined, this.disposables);
		webviewPanel.onDidDispose(() => this.dispose(), undefined, this.disposables);
		this.loadPage();
	}

	/** The debug session that the panel shows, while there is one. */
	get liveSession(): vscode.DebugSession | undefined {
		return this.session?.session;
	}

	/**
	 * Shows a session from now on.
	 * @param destination record to which the session is taken as soon as it has stopped
	 */
	attach(session: vscode.DebugSession, destination?: number): void {
		this.destination = destination;
		clearTimeout(this.saveTimer);
		this.endQuietRun();
		this.session?.end();
		this.session = new SessionSource(session);
		this.showOtherRun();
		void this.showAbilities();
	}

	/** The session has ended. The page keeps what it shows; what it asks from now on, a quiet run answers. */
	detach(): void {
		this.session?.end();
		this.session = undefined;
		void this.showAbilities();
	}

	/** The session's diagram has changed; `info` is what the adapter says of it in the view that was asked for last. */
	changed(info: DiagramInfo): void {
		if (this.refreshing === 'idle' && this.hasInfo) this.show(info, this.view);
		else this.refresh();
	}

	/** The scenario file was saved. Waits a moment: F5 saves too, and then a session comes that shows the new run. */
	fileSaved(): void {
		clearTimeout(this.saveTimer);
		this.saveTimer = setTimeout(() => this.runAgain(), afterSaveMs);
	}

	/** Runs the scenario again if it is not being debugged. */
	runAgain(): void {
		if (this.session) return;
		this.endQuietRun();
		if (this.webviewPanel.visible) this.showOtherRun();
	}

	/** The editor's breakpoints have changed. */
	showBreakpoints(): void {
		this.post({ type: 'breakpoints', breakpoints: panelBreakpoints(this.origin) });
	}

	/** The cursor of a scenario's editor stands in another line. */
	showStatement(statement: PanelStatement | null): void {
		this.statement = statement;
		this.post({ type: 'statement', statement });
	}

	/** Has the page open its line for finding, or its list of exports. */
	showPart(what: 'search' | 'export'): void {
		this.webviewPanel.reveal(undefined, false);
		this.post({ type: 'show', what });
	}

	reveal(): void {
		this.webviewPanel.reveal(undefined, true);
	}

	/**
	 * Lets go of everything but the tab. The extension does this when it ends: a tab that it closed then would not be
	 * there after a reload of the window.
	 */
	dispose(): void {
		this.isDisposed = true;
		this.isPageReady = false;
		clearTimeout(this.saveTimer);
		this.endQuietRun();
		for (const disposable of this.disposables) disposable.dispose();
	}

	private endQuietRun(): void {
		this.quietRun?.dispose();
		this.quietRun = undefined;
	}

	private assetFolder(): vscode.Uri {
		return vscode.Uri.joinPath(this.services.extensionUri, 'dist');
	}

	private loadPage(): void {
		const { webview, title } = this.webviewPanel;
		const asset = (name: string): string =>
			webview.asWebviewUri(vscode.Uri.joinPath(this.assetFolder(), name)).toString();
		this.isPageReady = false;
		this.hasInfo = false;
		this.hasFailed = false;
		this.pageNumber += 1;
		webview.html = panelHtml({
			cspSource: webview.cspSource,
			script: asset('webview.js'),
			module: asset('renderer.js'),
			styles: [asset('codicon.css'), asset('webview.css')],
			nonce: randomBytes(18).toString('base64url'),
			language: vscode.env.language,
			title,
			texts: vscode.l10n.bundle ?? {},
		});
	}

	/** The page takes over what stays the same; after a failure it starts afresh. */
	private showOtherRun(): void {
		if (this.hasFailed) this.loadPage();
		else this.refresh();
	}

	private viewStateChanged(): void {
		if (this.webviewPanel.visible) return;
		// A hidden page is gone; so is the reason to keep a process for it.
		this.isPageReady = false;
		this.endQuietRun();
	}

	private async receive(message: FromPanel): Promise<void> {
		switch (message.type) {
			case 'ready':
				this.isPageReady = true;
				this.hasInfo = false;
				this.hasFailed = false;
				this.showBreakpoints();
				this.post({ type: 'statement', statement: this.statement });
				void this.showAbilities();
				return this.refresh();
			case 'setView':
				this.view = message.view;
				this.services.rememberView(this.origin, message.view);
				return this.refresh();
			case 'getPages':
				return this.answerPages(message.request, message.first, message.last, message.lane);
			case 'query':
				return this.answerQuery(message.request, message.query);
			case 'revealSource':
				return this.report(revealSource(message.source, this.origin, this.webviewPanel.viewColumn));
			case 'goToRecord':
				return this.report(
					this.session
						? this.session.goToRecord(message.seq, message.branch)
						: this.services.debugAt(this, message.seq, message.side),
				);
			case 'switchBranch':
				return this.report(this.session?.switchBranch(message.branch) ?? Promise.resolve());
			case 'toggleBreakpoint':
				return toggleBreakpoint(message.breakpoint, this.origin);
			case 'whatIf':
				return this.report(this.whatIf(message.seq, message.change));
			case 'export':
				return this.report(this.export(message.format, message.destination, message.first, message.last));
			case 'picture':
				this.drawing.get(message.request)?.(message.data);
				this.drawing.delete(message.request);
				return;
			default:
				message satisfies never;
		}
	}

	private async report(action: Promise<void>): Promise<void> {
		try {
			await action;
		} catch (error) {
			void vscode.window.showErrorMessage(errorText(error));
		}
	}

	private post(message: ToPanel): void {
		// The webview of a disposed panel must not be touched.
		if (!this.isDisposed && this.isPageReady) void this.webviewPanel.webview.postMessage(message);
	}

	private source(): DiagramSource {
		if (this.session) return this.session;
		if (!this.quietRun) {
			this.quietRun = this.services.quietSource(this.origin);
		}
		return this.quietRun;
	}

	private refresh(): void {
		if (!this.isPageReady) return;
		if (this.refreshing === 'idle') void this.askInfo();
		else this.refreshing = 'askingAndStale';
	}

	private async askInfo(): Promise<void> {
		do {
			this.refreshing = 'asking';
			const { pageNumber, view } = this;
			const source = this.source();
			try {
				const info = await source.info(view);
				// An ended session's last word counts; that of a source with a successor does not.
				if (this.isReplaced(source)) this.refreshing = 'askingAndStale';
				else if (pageNumber === this.pageNumber) this.show(info, view);
			} catch (error) {
				if (await this.staysCurrent(source)) this.fail(error);
				// The session ended before it could say so; the quiet run that answers from now on shows the end.
				else this.refreshing = 'askingAndStale';
			}
		} while (this.isPageReady && this.isStale());
		this.refreshing = 'idle';
	}

	private show(info: DiagramInfo, view: ViewSettings): void {
		this.hasInfo = true;
		this.title = info.title;
		if (info.status === 'passed' || info.status === 'failed') this.services.ended(this.origin, info);
		this.post({ type: 'info', info, view });
		const { destination, session } = this;
		if (destination === undefined || !session || info.status !== 'stopped') return;
		this.destination = undefined;
		void this.report(session.goToRecord(destination));
	}

	private fail(error: unknown): void {
		this.hasFailed = true;
		this.post({ type: 'failed', message: errorText(error), isTrace: this.origin.traces !== undefined });
	}

	/** A method, because the compiler does not see that others change the field meanwhile. */
	private isStale(): boolean {
		return this.refreshing === 'askingAndStale';
	}

	private async answerPages(request: number, first: number, last: number, lane?: number): Promise<void> {
		const { pageNumber, view } = this;
		const isContinued = this.session !== undefined || this.quietRun !== undefined;
		const source = this.source();
		// The first page from a quiet run after a session: the page must know that it shows that run now, to its end.
		if (!isContinued) this.refresh();
		try {
			const pages = await source.pages(view, first, last, lane);
			if (pageNumber === this.pageNumber) this.post({ type: 'pages', request, pages });
		} catch (error) {
			const isFailure = await this.staysCurrent(source);
			if (pageNumber !== this.pageNumber || !this.isPageReady) return;
			if (isFailure) this.fail(error);
			// A session that ends while it is asked is no failure.
			else await this.answerPages(request, first, last, lane);
		}
	}

	private async answerQuery(request: number, query: DiagramQuery): Promise<void> {
		const { pageNumber, view } = this;
		try {
			const answer = await this.source().query(view, query);
			if (pageNumber === this.pageNumber) this.post({ type: 'answer', request, answer });
		} catch {
			// What can be seen stays; the run that follows is asked anew.
			if (pageNumber === this.pageNumber) this.post({ type: 'answer', request, answer: null });
		}
	}

	private async showAbilities(): Promise<void> {
		const whatIf = (await this.session?.canBranch()) ?? false;
		this.post({ type: 'abilities', abilities: { whatIf } });
	}

	private async whatIf(seq: number, kind: WhatIfKind): Promise<void> {
		const change = await completeWhatIf(kind);
		if (change) await this.session?.whatIf(seq, change);
	}

	private async export(
		format: AnyFormat,
		destination: 'file' | 'clipboard',
		first: number | undefined,
		last: number | undefined,
	): Promise<void> {
		const isPicture = format === 'svg' || format === 'png';
		const answer = (await this.source().query(this.view, {
			kind: 'export',
			format: (isPicture ? 'mermaid' : format) as ExportFormat,
			...(first === undefined ? {} : { first }),
			...(last === undefined ? {} : { last }),
		})) as { readonly text: string };
		const data = isPicture ? await this.draw(answer.text, format) : answer.text;
		if (data === null) throw new Error(vscode.l10n.t('The picture would be too large. Export a part of the run.'));
		if (destination === 'clipboard') await copyExport(data);
		else
			await saveExport(
				new Uint8Array(Buffer.from(data, format === 'png' ? 'base64' : 'utf8')),
				format,
				this.title,
				this.origin.program,
			);
	}

	/** Has the page draw, which is where Mermaid is. */
	private draw(mermaid: string, format: PictureFormat): Promise<string | null> {
		const request = ++this.pictures;
		return new Promise((resolve) => {
			this.drawing.set(request, resolve);
			this.post({ type: 'draw', request, mermaid, format });
		});
	}

	/** Whether another source answers for the panel by now. */
	private isReplaced(source: DiagramSource): boolean {
		const current = this.session ?? this.quietRun;
		return current !== undefined && current !== source;
	}

	/**
	 * Whether a source that has failed still answers for the panel. A session that is ending refuses requests a moment
	 * before VS Code says that it has ended.
	 */
	private async staysCurrent(source: DiagramSource): Promise<boolean> {
		if (source === this.session) await this.session.ended(graceMs);
		return source === (this.session ?? this.quietRun);
	}
}
