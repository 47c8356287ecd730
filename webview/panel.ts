/** The whole page: takes the host's messages, holds what is chosen and how it is looked at, and keeps the parts in step. */
import type { DiagramInfo, DiagramRow, Lens, ViewSettings } from '../server/protocol/diagram';
import type { PanelAbilities, PanelBreakpoints, ToPanel } from '../server/protocol/panel';
import { breakpointFor, breakpointTest } from './breakpointMarks';
import { ComparisonBar } from './comparisonBar';
import { Details } from './details';
import { element } from './element';
import { type ExportScope, exportItems } from './exports';
import { Finder } from './finder';
import { fontFamily } from './fonts';
import { sentence } from './format';
import { Heads } from './heads';
import type { Host } from './host';
import { Inquiry } from './inquiry';
import { type KeyAction, keyAction } from './keyboard';
import { laneWidth } from './laneWidth';
import { type MenuItem, openMenu } from './menu';
import { Notice } from './notice';
import { OverviewStrip } from './overview';
import { PageList, TIMES } from './pageList';
import { PageStore } from './pageStore';
import { picture } from './picture';
import { Questions } from './questions';
import { rowMenu } from './rowMenu';
import type { Translate } from './texts';
import { Toolbar } from './toolbar';

/** Smallest and largest zoom, and the largest that fitting to the width chooses; lanes get narrower before text does. */
const ZOOM = { min: 0.5, max: 2, fitMax: 1.15, step: 1.15 };
const QUIET_MS = 300;
const RESIZE_MS = 120;

export class Panel {
	private info: DiagramInfo | undefined;
	private view: ViewSettings = { lens: 'spi', hidden: [] };
	private isFollowing = true;
	private selected = -1;
	/** Where a selection of several rows began. */
	private anchor = -1;
	private exportScope: ExportScope = 'run';
	private abilities: PanelAbilities = { whatIf: false };
	private breakpoints: PanelBreakpoints = { functions: [], statements: [] };
	private resizing = 0;
	private scale = 1;
	private isFitted = true;
	private lanes: readonly number[] = [];
	private width = 0;
	private font = '';
	private readonly store: PageStore;
	private readonly list: PageList;
	private readonly heads: Heads;
	private readonly toolbar: Toolbar;
	private readonly details: Details;
	private readonly finder: Finder;
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
		this.heads = new Heads(t, (change) => this.setView({ ...this.view, ...change }));
		this.list.viewport.prepend(this.heads.element);
		this.overview = new OverviewStrip((row) => this.list.reveal(row));
		this.comparison = new ComparisonBar(t, (row) => this.choose(row, false));
		this.finder = new Finder(t, {
			search: (text) => void this.search(text),
			step: (by) => this.stepFound(by),
			filter: (filter) => this.setView({ ...this.view, filter }),
			closed: () => this.list.body.focus(),
		});
		this.toolbar = new Toolbar(t, {
			lens: (lens) => this.setLens(lens),
			follow: (isOn) => this.setFollow(isOn),
			zoom: (step) => this.zoom(step),
			fold: (isOn) => this.setView({ ...this.view, unfolded: isOn ? [] : ['initialization', 'repeats'] }),
			showAll: () => this.setView({ ...this.view, hidden: [], collapsed: [] }),
			find: () => this.finder.open(),
			exports: () => this.exports(),
		});
		this.details = new Details(t, {
			revealSource: (row) => this.revealSource(row),
			goToRecord: (row) => this.goToRow(row),
			unfold: (row) => this.unfold(row),
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
				this.breakpoints = message.breakpoints;
				this.mark();
				break;
			case 'statement':
				this.inquiry.setStatement(message.statement);
				break;
			case 'abilities':
				this.abilities = message.abilities;
				break;
			case 'draw':
				void this.draw(message.request, message.mermaid, message.format);
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
		const { toolbar, finder, comparison, details } = this;
		this.app.replaceChildren(toolbar.element, finder.element, comparison.element, stage, details.element);
		this.app.classList.add('empty');
		this.list.body.addEventListener('keydown', (event) => this.keyPressed(event));
		this.list.viewport.addEventListener('wheel', (event) => this.wheeled(event), { passive: false });
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
		if (isOtherView) this.forget();
		else this.store.invalidate();
		this.toolbar.showInfo(info);
		this.toolbar.showView(view);
		this.heads.showView(view);
		this.finder.showTerms(view.filter ?? []);
		this.comparison.show(info.comparison);
		this.fit();
		this.list.setInfo(info, isOtherView);
		if (isOtherView || before?.rowCount !== info.rowCount) this.inquiry.refresh(isOtherView);
		this.showNotice(info);
		this.mark();
		if (this.isFollowing && (isOtherView || before?.cursorRow !== info.cursorRow)) this.list.reveal(info.cursorRow);
	}

	/** The rows are other ones now. */
	private forget(): void {
		this.store.clear();
		this.inquiry.forget();
		this.selected = -1;
		this.anchor = -1;
		this.details.hide();
	}

	private showNotice(info: DiagramInfo): void {
		const { t } = this;
		const isEmpty = info.rowCount === 0;
		this.app.classList.toggle('empty', isEmpty);
		if (!isEmpty) {
			this.notice.hide();
			return;
		}
		const isOver = info.status === 'passed' || info.status === 'failed';
		const isFiltered = (this.view.filter ?? []).length > 0;
		const isNarrowed = this.view.lens !== 'everything' || this.view.hidden.length > 0;
		if (info.status === 'loading') {
			this.notice.show({ icon: 'loading', title: t('Waiting for the run…'), hint: '' });
		} else if (isFiltered) {
			this.notice.show({
				icon: 'filter',
				title: t('No message meets the filter'),
				hint: (this.view.filter ?? []).join('  '),
				action: { label: t('Remove the filter'), act: () => this.setView({ ...this.view, filter: [] }) },
			});
		} else if (isOver && isNarrowed) {
			this.notice.show({
				icon: 'filter',
				title: t('Nothing to see through this lens'),
				hint: t('The run has no messages between the lifelines that are shown.'),
				action: { label: t('Show everything'), act: () => this.setView({ lens: 'everything', hidden: [] }) },
			});
		} else {
			this.notice.show({
				icon: 'debug-step-over',
				title: t('Nothing has happened yet'),
				hint: t('Step or continue: each call appears here as it is made.'),
			});
		}
	}

	private fail(message: string, isTrace: boolean): void {
		this.app.classList.add('empty');
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
		this.heads.show(info.lifelines, this.lanes, this.scale);
		const top = this.list.row(this.list.rowAtTop());
		if (top) this.heads.showPhase(top.phase, this.phaseTitle(top));
		const chosen = this.list.row(this.selected);
		if (chosen) this.details.show(info, chosen);
		this.mark();
	}

	private phaseTitle(row: DiagramRow): string {
		const titles = {
			initialization: 'Initialization',
			setup: 'Connection setup',
			negotiation: 'Session negotiation',
			data: 'Data transfer',
			fallback: 'Fallback to TCP/IP',
			shutdown: 'Shutdown',
		} as const;
		return this.t(titles[row.phase]);
	}

	private mark(): void {
		const { info, selected, inquiry } = this;
		const cursor = info?.cursorRow ?? -1;
		this.list.setMarks({
			cursor,
			selected,
			anchor: this.anchor,
			isLive: info?.cursorSeq != null,
			found: inquiry.foundSet,
			causality: inquiry.causality,
			statement: inquiry.statementSet,
			breakpoint: this.breakpointTest(),
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
		this.finder.showFound(inquiry.foundAt, inquiry.foundTotal);
		this.mark();
	}

	private async search(text: string): Promise<void> {
		await this.inquiry.search(text);
		const row = text === '' ? undefined : this.inquiry.next(1, Math.max(-1, this.list.rowAtTop() - 1));
		if (row !== undefined) this.list.reveal(row);
		this.finder.showFound(this.inquiry.foundAt, this.inquiry.foundTotal);
	}

	private stepFound(by: 1 | -1): void {
		const row = this.inquiry.next(by, this.selected >= 0 ? this.selected : this.list.rowAtTop() - 1);
		if (row !== undefined) this.choose(row, false);
		this.finder.showFound(this.inquiry.foundAt, this.inquiry.foundTotal);
	}

	private choose(row: number, isToReveal: boolean, isExtending = false): void {
		if (!isExtending || row < 0) this.anchor = -1;
		else if (this.anchor < 0) this.anchor = this.selected >= 0 ? this.selected : row;
		this.selected = row;
		const chosen = row < 0 ? undefined : this.list.row(row);
		if (row < 0) this.details.hide();
		else if (chosen && this.info) this.details.show(this.info, chosen);
		this.mark();
		if (row >= 0) this.list.reveal(row);
		if (chosen && isToReveal) this.revealSource(chosen);
	}

	private revealSource(row: DiagramRow): void {
		if (row.source) this.host.post({ type: 'revealSource', source: row.source });
	}

	private goTo(row: number): void {
		const chosen = this.list.row(row);
		if (chosen) this.goToRow(chosen);
	}

	/** In a comparison, to the run that has the record; to the left one if both have it. */
	private goToRow(row: DiagramRow, wanted?: 'left' | 'right'): void {
		if (this.info?.isReadOnly && !this.info.comparison) return;
		if (!row.pair) {
			this.host.post({ type: 'goToRecord', seq: row.seq });
			return;
		}
		const side = wanted ?? (row.pair[0] === null ? 'right' : 'left');
		const seq = row.pair[side === 'left' ? 0 : 1];
		if (seq !== null) this.host.post({ type: 'goToRecord', seq, side });
	}

	private unfold(row: DiagramRow): void {
		const part = this.info?.comparison ? 'equal' : row.repeated === undefined ? row.phase : 'repeats';
		this.setView({ ...this.view, unfolded: [...(this.view.unfolded ?? []), part] });
	}

	private breakpointTest(): (row: DiagramRow) => boolean {
		const lifelineOf = (lane: number): string | undefined => this.info?.lifelines[lane]?.id;
		return breakpointTest(this.breakpoints, lifelineOf, (row) => this.list.row(row));
	}

	private toggleBreakpoint(row: DiagramRow): void {
		const breakpoint = this.info && breakpointFor(this.info, row);
		if (breakpoint) this.host.post({ type: 'toggleBreakpoint', breakpoint });
	}

	private openRowMenu(index: number, place: { readonly x: number; readonly y: number }): void {
		const { info, t } = this;
		const row = this.list.row(index);
		if (!info || !row) return;
		if (index !== this.selected) this.choose(index, false);
		const state = {
			info,
			abilities: this.abilities,
			hasBreakpoint: this.breakpointTest()(row),
			canBreak: breakpointFor(info, row) !== undefined,
			showsCauses: this.inquiry.causality?.row === index,
		};
		const items = rowMenu(row, state, t, {
			revealSource: (chosen) => this.revealSource(chosen),
			goTo: (chosen, side) => this.goToRow(chosen, side),
			toggleBreakpoint: (chosen) => this.toggleBreakpoint(chosen),
			showCauses: (chosen) => void this.inquiry.toggleCauses(chosen.row, chosen.seq),
			whatIf: (chosen, change) => this.host.post({ type: 'whatIf', seq: chosen.seq, change }),
			unfold: (chosen) => this.unfold(chosen),
			filter: (term) => this.setView({ ...this.view, filter: [...(this.view.filter ?? []), term] }),
			hide: (id) => this.setView({ ...this.view, hidden: [...this.view.hidden, id] }),
			copy: (chosen) => void navigator.clipboard.writeText(`${sentence(info, chosen, t)}\n${chosen.fullText}`),
		});
		openMenu(items, place, row.name ?? row.label);
	}

	private exports(): readonly MenuItem[] {
		const send =
			(destination: 'file' | 'clipboard') => (format: Parameters<Parameters<typeof exportItems>[0]['save']>[0]) => {
				this.host.post({ type: 'export', format, destination, ...this.exportedRows() });
			};
		return exportItems(
			{
				scope: this.exportScope,
				hasSelection: this.selected >= 0,
				choose: (scope) => {
					this.exportScope = scope;
					this.toolbar.openExports();
				},
				save: send('file'),
				copy: send('clipboard'),
			},
			this.t,
		);
	}

	private exportedRows(): { readonly first?: number; readonly last?: number } {
		if (this.exportScope === 'view') return { first: this.list.rowAtTop(), last: this.list.rowAtBottom() };
		if (this.exportScope === 'run' || this.selected < 0) return {};
		const anchor = this.anchor < 0 ? this.selected : this.anchor;
		return { first: Math.min(anchor, this.selected), last: Math.max(anchor, this.selected) };
	}

	/** Draws a picture for a file. */
	private async draw(request: number, mermaid: string, format: 'svg' | 'png'): Promise<void> {
		try {
			this.host.post({ type: 'picture', request, data: await picture(mermaid, format) });
		} catch (error) {
			console.info(error);
			this.host.post({ type: 'picture', request, data: null });
		}
	}

	private keyPressed(event: KeyboardEvent): void {
		const { info } = this;
		if (!info || event.altKey) return;
		const selected = this.selected >= 0 ? this.selected : Math.max(-1, info.cursorRow - 1);
		const action = keyAction(event, { selected, count: info.rowCount, screen: this.list.rowsPerScreen });
		if (!action) return;
		event.preventDefault();
		this.act(action);
	}

	private act(action: KeyAction): void {
		const chosen = this.list.row(this.selected);
		switch (action.kind) {
			case 'select':
				this.choose(action.row, false, action.isExtending);
				break;
			case 'menu':
				if (chosen) this.openRowMenu(this.selected, this.list.placeOnScreen(this.selected) ?? { x: 0, y: 0 });
				break;
			case 'breakpoint':
				if (chosen) this.toggleBreakpoint(chosen);
				break;
			case 'causes':
				if (chosen) void this.inquiry.toggleCauses(chosen.row, chosen.seq);
				break;
			case 'find':
				this.finder.open();
				break;
			case 'findNext':
				this.stepFound(action.by);
				break;
			case 'failure': {
				const row = this.inquiry.nextFailure(action.by, this.selected);
				if (row !== undefined) this.choose(row, false);
				break;
			}
			case 'export':
				this.toolbar.openExports();
				break;
			case 'zoom':
				this.zoom(action.step);
				break;
			case 'pan':
				this.list.viewport.scrollLeft += action.by;
				break;
			case 'reveal':
				this.choose(this.selected, true);
				break;
			case 'goTo':
				this.goTo(this.selected);
				break;
			case 'close':
				if (this.inquiry.hideCauses()) this.mark();
				else this.choose(-1, false);
				break;
			default:
				action satisfies never;
		}
	}

	private setLens(lens: Lens): void {
		this.setView({ ...this.view, lens });
	}

	private setView(view: ViewSettings): void {
		this.host.post({ type: 'setView', view });
	}

	private setFollow(isOn: boolean): void {
		this.isFollowing = isOn;
		this.toolbar.showFollow(isOn);
		this.host.keep({ view: this.view, follow: isOn });
		if (isOn && this.info) this.list.reveal(this.info.cursorRow);
	}

	private zoom(step: 1 | -1 | 'fit'): void {
		this.isFitted = step === 'fit';
		if (step === 'fit') this.fit();
		else this.setScale(this.scale * ZOOM.step ** step);
	}

	private wheeled(event: WheelEvent): void {
		if (!event.ctrlKey) return;
		event.preventDefault();
		this.isFitted = false;
		this.setScale(this.scale * Math.exp(-event.deltaY / 400));
	}

	/** The chosen message stays in view when the details take their room. */
	private resized(): void {
		clearTimeout(this.resizing);
		// Other lanes are other drawings: not for every pixel of a drag.
		this.resizing = window.setTimeout(
			() => {
				this.fit();
				if (this.selected >= 0) this.list.reveal(this.selected);
				else if (this.isFollowing && this.info) this.list.reveal(this.info.cursorRow);
			},
			this.width === 0 ? 0 : RESIZE_MS,
		);
		this.overview.draw();
	}

	/** Lanes as wide as there is room for; with more room than they need, everything is drawn larger. */
	private fit(): void {
		const count = this.info?.lifelines.length ?? 0;
		const room = this.list.viewport.clientWidth - TIMES;
		if (count === 0 || room <= 0) return;
		const lane = laneWidth(room, count);
		this.lanes = Array.from({ length: count }, (_, position) => lane * (position + 0.5));
		this.width = lane * count;
		this.store.setLanes(lane, count);
		this.setScale(this.isFitted ? Math.max(1, Math.min(ZOOM.fitMax, room / this.width)) : this.scale);
	}

	private setScale(scale: number): void {
		this.scale = Math.max(ZOOM.min, Math.min(ZOOM.max, scale));
		this.app.style.setProperty('--scale', String(this.scale));
		this.list.body.style.width = `${TIMES + this.width * this.scale}px`;
		this.app.classList.toggle('tight', this.scale < 0.95);
		this.list.setScale(this.scale);
		this.laidOut();
	}

	/** Colours follow by themselves; only another font needs other drawings. */
	private themeChanged(): void {
		this.overview.draw();
		const font = fontFamily();
		if (font === this.font) return;
		this.font = font;
		this.store.redraw();
	}
}

/** Whether the rows of two infos cannot be taken for a part of each other. */
function isOther(before: DiagramInfo, after: DiagramInfo): boolean {
	return before.title !== after.title || before.seed !== after.seed || after.rowCount < before.rowCount;
}

/** The middle button drags the sheet. */
function letPan(viewport: HTMLElement): void {
	viewport.addEventListener('pointerdown', (event) => {
		if (event.button !== 1) return;
		event.preventDefault();
		viewport.setPointerCapture(event.pointerId);
		viewport.classList.add('panning');
	});
	viewport.addEventListener('pointermove', (event) => {
		if (!viewport.hasPointerCapture(event.pointerId)) return;
		viewport.scrollLeft -= event.movementX;
		viewport.scrollTop -= event.movementY;
	});
	viewport.addEventListener('pointerup', (event) => {
		viewport.classList.remove('panning');
		if (viewport.hasPointerCapture(event.pointerId)) viewport.releasePointerCapture(event.pointerId);
	});
}
