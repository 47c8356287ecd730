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
import type { DiagramInfo, ViewSettings } from '../server/protocol/diagram';
import type { FromPanel, ToPanel } from '../server/protocol/panel';
import type { DiagramSource, RunOrigin } from './diagramSource';
import { errorText } from './errorText';
import { panelHtml } from './panelHtml';
import { QuietRun } from './quietRun';
import { showRunProgress } from './runProgress';
import { SessionSource } from './sessionSource';
import { revealSource } from './sourceReveal';

export const panelType = 'sanflow.callSequence';

const afterSaveMs = 500;
/** How long a session may take to be reported as ended. */
const graceMs = 1000;

/** What a panel needs from the extension around it. */
export interface PanelServices {
	readonly extensionUri: vscode.Uri;
	/** Path of the adapter's bundle. */
	readonly adapter: string;
	/** Remembers the view of a scenario file for this workspace. */
	rememberView(origin: RunOrigin, view: ViewSettings): void;
	/** Starts a debug session for a panel that has none and takes it to a record. */
	debugAt(panel: CallSequencePanel, seq: number): Promise<void>;
}

export class CallSequencePanel implements vscode.Disposable {
	private session: SessionSource | undefined;
	private quietRun: QuietRun | undefined;
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
	}

	/** The session has ended. The page keeps what it shows; what it asks from now on, a quiet run answers. */
	detach(): void {
		this.session?.end();
		this.session = undefined;
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
				return this.refresh();
			case 'setView':
				this.view = message.view;
				this.services.rememberView(this.origin, message.view);
				return this.refresh();
			case 'getPages':
				return this.answerPages(message.request, message.first, message.last);
			case 'revealSource':
				return this.report(revealSource(message.source, this.origin, this.webviewPanel.viewColumn));
			case 'goToRecord':
				return this.report(
					this.session ? this.session.goToRecord(message.seq) : this.services.debugAt(this, message.seq),
				);
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
			this.quietRun = new QuietRun(this.origin, { adapter: this.services.adapter, locale: vscode.env.language });
			void showRunProgress(this.quietRun);
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
		this.post({ type: 'info', info, view });
		const { destination, session } = this;
		if (destination === undefined || !session || info.status !== 'stopped') return;
		this.destination = undefined;
		void this.report(session.goToRecord(destination));
	}

	private fail(error: unknown): void {
		this.hasFailed = true;
		this.post({ type: 'failed', message: errorText(error) });
	}

	/** A method, because the compiler does not see that others change the field meanwhile. */
	private isStale(): boolean {
		return this.refreshing === 'askingAndStale';
	}

	private async answerPages(request: number, first: number, last: number): Promise<void> {
		const { pageNumber, view } = this;
		const isContinued = this.session !== undefined || this.quietRun !== undefined;
		const source = this.source();
		// The first page from a quiet run after a session: the page must know that it shows that run now, to its end.
		if (!isContinued) this.refresh();
		try {
			const pages = await source.pages(view, first, last);
			if (pageNumber === this.pageNumber) this.post({ type: 'pages', request, pages });
		} catch (error) {
			const isFailure = await this.staysCurrent(source);
			if (pageNumber !== this.pageNumber || !this.isPageReady) return;
			if (isFailure) this.fail(error);
			// A session that ends while it is asked is no failure.
			else await this.answerPages(request, first, last);
		}
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
