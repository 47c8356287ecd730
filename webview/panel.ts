/** The whole page: takes the host's messages, holds what is chosen and how it is looked at, and keeps the parts in step. */
import type { DiagramInfo, DiagramRow, Lens, Overlay, ViewSettings } from '../server/protocol/diagram';
import type { ToPanel } from '../server/protocol/panel';
import { BranchBar } from './branchBar';
import { ComparisonBar } from './comparisonBar';
import { Details } from './details';
import { element } from './element';
import { emptyNotice } from './emptiness';
import { Exporter } from './exporter';
import { Finder } from './finder';
import { fontFamily } from './fonts';
import { phaseText } from './format';
import { FoundWalk } from './foundWalk';
import { Heads } from './heads';
import type { Host } from './host';
import { HoverCard, type HoverSource } from './hoverCard';
import { Inquiry } from './inquiry';
import { type KeyAction, keyAction } from './keyboard';
import type { MenuPlace } from './menu';
import { Notice } from './notice';
import { OverviewStrip } from './overview';
import { PageList } from './pageList';
import { PageStore } from './pageStore';
import { letPan } from './panning';
import { Questions } from './questions';
import { RowActions, type Shown } from './rowActions';
import { Selection } from './selection';
import { Sizing } from './sizing';
import type { Translate } from './texts';
import { Toolbar } from './toolbar';

const QUIET_MS = 300;
const RESIZE_MS = 120;

export class Panel implements Shown, HoverSource {
	info: DiagramInfo | undefined;
	view: ViewSettings = { lens: 'spi', hidden: [] };
	private isFollowing = true;
	private resizing = 0;
	private viewportWidth = 0;
	private restyling = 0;
	/** What is brought into sight again when the same messages are folded in another way. */
	private landing: { readonly seq: number; readonly isChosen: boolean } | undefined;
	private readonly selection = new Selection();
	private readonly actions: RowActions;
	private readonly exporter: Exporter;
	private readonly sizing: Sizing;
	private readonly branches: BranchBar;
	private font = '';
	private readonly store: PageStore;
	private readonly list: PageList;
	private readonly heads: Heads;
	private readonly toolbar: Toolbar;
	private readonly details: Details;
	private readonly finder: Finder;
	private readonly found: FoundWalk;
	private readonly overview: OverviewStrip;
	private readonly comparison: ComparisonBar;
	private readonly questions: Questions;
	private readonly inquiry: Inquiry;
	private readonly notice = new Notice();

	constructor(
		private readonly app: HTMLElement,
		private readonly host: Host,
		private readonly t: Translate,
	) {
		this.store = new PageStore({
			request: (request, first, last, lane) => host.post({ type: 'getPages', request, first, last, lane }),
			fetched: (index) => this.list.pageDrawn(index),
			drawn: (index) => this.pageDrawn(index),
			busy: (isBusy) => this.list.setBusy(isBusy),
		});
		this.list = new PageList(
			this.store,
			{
				laidOut: () => this.laidOut(),
				chosen: (row, isExtending) => this.choose(row, !isExtending, isExtending),
				opened: (row) => this.goTo(row),
				menu: (row, x, y) => this.openRowMenu(row, { x, y }),
			},
			t,
		);
		this.questions = new Questions((request, query) => host.post({ type: 'query', request, query }));
		this.inquiry = new Inquiry(this.questions, () => this.inquired());
		this.actions = new RowActions(this, host, this.inquiry, t);
		this.sizing = new Sizing(app, this.list, this.store, () => this.laidOut());
		const onScreen = (): [number, number] => [this.list.rowAtTop(), this.list.rowAtBottom()];
		this.exporter = new Exporter(host, t, this.selection, onScreen, () => this.toolbar.openExports());
		this.branches = new BranchBar(t, {
			switch: (branch) => host.post({ type: 'switchBranch', branch }),
			lay: (over) => this.setOverlay(over),
		});
		this.heads = new Heads(t, (change) => this.setView({ ...this.view, ...change }));
		this.list.viewport.prepend(this.heads.element);
		this.overview = new OverviewStrip((row) => this.list.reveal(row));
		this.comparison = new ComparisonBar(t, (row) => this.choose(row, false));
		this.finder = new Finder(t, {
			search: (text) => void this.found.search(text),
			step: (by) => this.found.step(by),
			filter: (filter) => this.setView({ ...this.view, filter }),
			closed: () => this.list.body.focus(),
		});
		this.found = new FoundWalk(this.inquiry, this.questions, this.list, this.finder, {
			choose: (row) => this.choose(row, false),
			chosenRow: () => this.selection.row,
			tell: (message) => this.tell(message),
		});
		this.toolbar = new Toolbar(t, {
			lens: (lens) => this.setLens(lens),
			follow: (isOn) => this.setFollow(isOn),
			zoom: (step) => this.sizing.zoom(step),
			fold: (isOn) => this.foldAll(isOn),
			showAll: () => this.setView({ ...this.view, hidden: [], collapsed: [] }),
			find: () => this.finder.open(),
			exports: () => this.exporter.items(),
		});
		this.details = new Details(t, {
			revealSource: (row) => this.actions.revealSource(row),
			goToRecord: (row) => this.actions.goTo(row),
			unfold: (row) => this.actions.unfold(row),
			menu: (row, place) => this.openRowMenu(row.row, place),
			close: () => this.choose(-1, false),
		});
		this.build();
		this.restore();
	}

	/** Takes a message of the host. */
	receive(message: ToPanel): void {
		switch (message.type) {
			case 'info':
				this.receiveInfo(message.info, message.view);
				break;
			case 'pages':
				this.store.receive(message.request, message.pages);
				break;
			case 'answer':
				this.questions.receive(message.request, message.answer);
				break;
			case 'failed':
				this.fail(message.message, message.isTrace ?? false);
				break;
			case 'breakpoints':
				this.actions.breakpoints = message.breakpoints;
				this.mark();
				break;
			case 'statement':
				this.inquiry.setStatement(message.statement);
				break;
			case 'abilities':
				this.actions.abilities = message.abilities;
				break;
			case 'draw':
				void this.exporter.draw(message.request, message.mermaid, message.format);
				break;
			case 'show':
				if (message.what === 'search') this.finder.open();
				else this.toolbar.openExports();
				break;
			default:
				message satisfies never;
		}
	}

	private build(): void {
		const stage = element('main', 'stage');
		stage.append(this.list.viewport, this.overview.element, this.notice.element);
		const { toolbar, finder, branches, comparison, details } = this;
		this.app.replaceChildren(
			...[toolbar, finder, branches, comparison].map((part) => part.element),
			stage,
			details.element,
			new HoverCard(this.list.body, this, this.t).element,
		);
		this.app.classList.add('empty', 'without');
		this.list.body.addEventListener('keydown', (event) => this.keyPressed(event));
		letPan(this.list.viewport);
		document.addEventListener('keydown', (event) => {
			if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return;
			event.preventDefault();
			this.finder.open();
		});
		new ResizeObserver(() => this.resized()).observe(this.list.viewport);
		new MutationObserver(() => this.themeChanged()).observe(document.body, { attributeFilter: ['class', 'style'] });
		new MutationObserver(() => this.themeChanged()).observe(document.documentElement, { attributeFilter: ['style'] });
		this.font = fontFamily();
		// A run that answers at once shows no spinner.
		setTimeout(() => {
			if (!this.info && this.notice.element.hidden) {
				this.notice.show({ icon: 'loading', title: this.t('Waiting for the run…'), hint: '' });
			}
		}, QUIET_MS);
	}

	private restore(): void {
		const state = this.host.state;
		this.isFollowing = state?.follow ?? true;
		this.toolbar.showFollow(this.isFollowing);
	}

	private receiveInfo(info: DiagramInfo, view: ViewSettings): void {
		const before = this.info;
		const isOtherView = !before || isOther(before, info) || JSON.stringify(view) !== JSON.stringify(this.view);
		this.info = info;
		this.view = view;
		this.app.classList.remove('without');
		if (isOtherView) this.forget();
		else this.store.invalidate();
		this.toolbar.showInfo(info);
		this.toolbar.showView(view);
		this.heads.showView(view);
		this.finder.showTerms(view.filter ?? []);
		this.branches.show(info, view.over);
		this.comparison.show(info.comparison);
		this.sizing.fit(info.lifelines.length);
		this.list.setInfo(info, isOtherView);
		if (isOtherView || before?.rowCount !== info.rowCount) this.inquiry.refresh(isOtherView);
		this.showNotice(info);
		this.mark();
		const isFollowed = this.isFollowing && info.cursorRow >= 0;
		if (isFollowed && (isOtherView || before?.cursorRow !== info.cursorRow)) this.list.reveal(info.cursorRow);
		else if (isOtherView || before?.rowCount === 0) this.list.revealFirst();
		if (isOtherView) void this.land();
	}

	/** Goes back to the message that was in sight before blocks were folded in another way. */
	private async land(): Promise<void> {
		const { landing, view } = this;
		this.landing = undefined;
		if (!landing) return;
		const answer = await this.questions.ask({ kind: 'message', seq: landing.seq });
		if (!answer?.row || JSON.stringify(view) !== JSON.stringify(this.view)) return;
		if (!landing.isChosen) {
			this.list.reveal(answer.row.row);
			return;
		}
		this.choose(answer.row.row, false);
		if (answer.isFolded) this.tell(answer.row);
	}

	/** Has the details tell a message of the chosen row that the row itself does not. */
	private tell(message: DiagramRow): void {
		this.selection.told = message;
		if (this.info) this.details.show(this.info, message);
	}

	/** The rows are other ones now. */
	private forget(): void {
		this.store.clear();
		this.inquiry.forget();
		this.selection.clear();
		this.details.hide();
	}

	private showNotice(info: DiagramInfo): void {
		const isEmpty = info.rowCount === 0;
		this.app.classList.toggle('empty', isEmpty);
		if (isEmpty) this.notice.show(emptyNotice(info, this.view, this.t, (view) => this.setView(view)));
		else this.notice.hide();
	}

	private fail(message: string, isTrace: boolean): void {
		this.app.classList.add('empty', 'without');
		const advice = this.t('Save the scenario, or start it again, and the sequence is drawn anew.');
		const hint = isTrace ? message : `${message}\n${advice}`;
		this.notice.show({ icon: 'error', title: this.t('The call sequence cannot be shown'), hint, isFailure: true });
	}

	private pageDrawn(index: number): void {
		this.list.pageDrawn(index);
		this.mark();
	}

	private laidOut(): void {
		const { info } = this;
		if (!info) return;
		this.heads.show(info.lifelines, this.sizing.lanes, this.sizing.scale);
		const top = this.list.row(this.list.rowAtTop());
		if (top) this.heads.showPhase(top.phase, phaseText(top.phase, this.t));
		const { chosen } = this;
		if (chosen) this.details.show(info, chosen);
		this.mark();
	}

	private mark(): void {
		const { info, selection, inquiry } = this;
		const cursor = info?.cursorRow ?? -1;
		this.list.setMarks({
			cursor,
			selected: selection.row,
			anchor: selection.anchor,
			isLive: info?.cursorSeq != null,
			found: inquiry.foundSet,
			causality: inquiry.causality,
			statement: inquiry.statementSet,
			breakpoint: this.actions.hasBreakpoint,
		});
		this.overview.showMarks({
			rowCount: info?.rowCount ?? 0,
			cursor,
			found: inquiry.found,
			statement: inquiry.statementRows,
			window: [this.list.rowAtTop(), this.list.rowAtBottom()],
		});
	}

	/** There is an answer to something that was asked. */
	private inquired(): void {
		const { inquiry } = this;
		this.overview.showOverview(inquiry.overview);
		this.found.showCount();
		this.mark();
	}

	/** The message that is chosen. */
	private get chosen(): DiagramRow | undefined {
		return this.selection.told ?? this.row(this.selection.row);
	}

	private choose(row: number, isToReveal: boolean, isExtending = false): void {
		this.selection.choose(row, isExtending);
		const chosen = row < 0 ? undefined : this.row(row);
		if (row < 0) this.details.hide();
		else if (chosen && this.info) this.details.show(this.info, chosen);
		this.mark();
		if (row >= 0) this.list.reveal(row);
		if (chosen && isToReveal) this.actions.revealSource(chosen);
	}

	private goTo(row: number): void {
		const chosen = row === this.selection.row ? this.chosen : this.row(row);
		if (chosen) this.actions.goTo(chosen);
	}

	private openRowMenu(index: number, place: MenuPlace): void {
		if (index !== this.selection.row) this.choose(index, false);
		const { chosen } = this;
		if (chosen) this.actions.openMenu(chosen, place);
	}

	private keyPressed(event: KeyboardEvent): void {
		const { info } = this;
		if (!info || event.altKey) return;
		const selected = this.selection.row >= 0 ? this.selection.row : Math.max(-1, info.cursorRow - 1);
		const action = keyAction(event, { selected, count: info.rowCount, screen: this.list.rowsPerScreen });
		if (!action) return;
		event.preventDefault();
		this.act(action);
	}

	private act(action: KeyAction): void {
		const { chosen } = this;
		switch (action.kind) {
			case 'select':
				this.choose(action.row, false, action.isExtending);
				break;
			case 'menu':
				if (chosen) this.openRowMenu(this.selection.row, this.list.placeOnScreen(this.selection.row) ?? { x: 0, y: 0 });
				break;
			case 'breakpoint':
				if (chosen) this.actions.toggleBreakpoint(chosen);
				break;
			case 'causes':
				if (chosen) this.actions.toggleCauses(chosen);
				break;
			case 'fold':
				this.foldAll((this.view.unfolded ?? []).length > 0);
				break;
			case 'find':
				this.finder.open();
				break;
			case 'findNext':
				this.found.step(action.by);
				break;
			case 'failure': {
				const row = this.inquiry.nextFailure(action.by, this.selection.row);
				if (row !== undefined) this.choose(row, false);
				break;
			}
			case 'export':
				this.toolbar.openExports();
				break;
			case 'zoom':
				this.sizing.zoom(action.step);
				break;
			case 'pan':
				this.list.viewport.scrollLeft += action.by;
				break;
			case 'reveal':
				this.choose(this.selection.row, true);
				break;
			case 'goTo':
				this.goTo(this.selection.row);
				break;
			case 'close':
				if (this.inquiry.hideCauses()) this.mark();
				else this.choose(-1, false);
				break;
			default:
				action satisfies never;
		}
	}

	row(index: number): DiagramRow | undefined {
		return this.list.row(index);
	}

	rowOfRecord(seq: number): DiagramRow | undefined {
		return this.store.rowOfRecord(seq);
	}

	private setOverlay(over: Overlay | undefined): void {
		const { over: _, ...view } = this.view;
		this.setView(over ? { ...view, over } : view);
	}

	private setLens(lens: Lens): void {
		this.setView({ ...this.view, lens });
	}

	setView(view: ViewSettings): void {
		this.host.post({ type: 'setView', view });
	}

	setFolds(view: ViewSettings): void {
		const { chosen } = this;
		const isAtCursor = this.isFollowing && (this.info?.cursorRow ?? -1) >= 0;
		const seen = chosen ?? (isAtCursor ? undefined : this.row(this.list.rowAtTop()));
		this.landing = seen && { seq: seen.seq, isChosen: chosen !== undefined };
		this.setView(view);
	}

	private foldAll(isOn: boolean): void {
		const { comparison } = this.info ?? {};
		const equal = comparison && !comparison.branches ? (['equal'] as const) : [];
		this.setFolds({ ...this.view, unfolded: isOn ? [] : ['initialization', 'repeats', ...equal] });
	}

	private setFollow(isOn: boolean): void {
		this.isFollowing = isOn;
		this.toolbar.showFollow(isOn);
		this.host.keep({ view: this.view, follow: isOn });
		if (isOn && this.info) this.list.reveal(this.info.cursorRow);
	}

	/** The chosen message stays in view when the details take their room. */
	private resized(): void {
		clearTimeout(this.resizing);
		// Other lanes are other drawings: not for every pixel of a drag.
		this.resizing = window.setTimeout(
			() => {
				const { clientWidth } = this.list.viewport;
				this.sizing.fit(this.info?.lifelines.length ?? 0);
				if (this.selection.row >= 0) this.list.reveal(this.selection.row);
				else if (this.isFollowing && this.info && this.info.cursorRow >= 0) this.list.reveal(this.info.cursorRow);
				else if (this.viewportWidth !== clientWidth) this.list.revealFirst();
				this.viewportWidth = clientWidth;
			},
			this.sizing.width === 0 ? 0 : RESIZE_MS,
		);
		this.overview.draw();
	}

	/** Colours follow by themselves; only another font needs other drawings. */
	private themeChanged(): void {
		this.overview.draw();
		// The editor sets a hundred variables one by one: the font is looked up once after them.
		if (this.restyling !== 0) return;
		this.restyling = requestAnimationFrame(() => {
			this.restyling = 0;
			const font = fontFamily();
			if (font === this.font) return;
			this.font = font;
			this.store.redraw();
		});
	}
}

/** Whether the rows of two infos cannot be taken for a part of each other. */
function isOther(before: DiagramInfo, after: DiagramInfo): boolean {
	const isOtherRun =
		before.title !== after.title || before.seed !== after.seed || before.branch?.id !== after.branch?.id;
	return isOtherRun || after.rowCount < before.rowCount;
}
