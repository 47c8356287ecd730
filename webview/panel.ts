/** The whole page: takes the host's messages, holds what is chosen and how it is looked at, and keeps the parts in step. */
import type { DiagramInfo, DiagramRow, Lens, ViewSettings } from '../server/protocol/diagram';
import type { ToPanel } from '../server/protocol/panel';
import { Details } from './details';
import { element } from './element';
import { fontFamily } from './fonts';
import { Heads } from './heads';
import type { Host } from './host';
import { keyAction } from './keyboard';
import { Notice } from './notice';
import { PageList, TIMES } from './pageList';
import { PageStore } from './pageStore';
import type { Translate } from './texts';
import { Toolbar } from './toolbar';

/** Smallest and largest zoom, and the smallest that fitting to the width chooses: text must stay readable. */
const ZOOM = { min: 0.5, max: 2, fitMin: 0.8, fitMax: 1.15, step: 1.15 };
const QUIET_MS = 300;

export class Panel {
	private info: DiagramInfo | undefined;
	private view: ViewSettings = { lens: 'spi', hidden: [] };
	private isFollowing = true;
	private selected = -1;
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
	private readonly notice = new Notice();

	constructor(
		private readonly app: HTMLElement,
		private readonly host: Host,
		private readonly t: Translate,
	) {
		this.store = new PageStore({
			request: (request, first, last) => host.post({ type: 'getPages', request, first, last }),
			drawn: (index) => this.pageDrawn(index),
		});
		this.list = new PageList(
			this.store,
			{
				laidOut: () => this.laidOut(),
				chosen: (row) => this.choose(row, true),
				opened: (row) => this.goTo(row),
			},
			t,
		);
		this.heads = new Heads(t, (id) => this.setView({ ...this.view, hidden: [...this.view.hidden, id] }));
		this.list.viewport.prepend(this.heads.element);
		this.toolbar = new Toolbar(t, {
			lens: (lens) => this.setLens(lens),
			follow: (isOn) => this.setFollow(isOn),
			zoom: (step) => this.zoom(step),
			fold: (isOn) => this.setView({ ...this.view, unfolded: isOn ? [] : ['initialization', 'repeats'] }),
			showAll: () => this.setView({ ...this.view, hidden: [] }),
		});
		this.details = new Details(t, {
			revealSource: (row) => this.revealSource(row),
			goToRecord: (row) => host.post({ type: 'goToRecord', seq: row.seq }),
			unfold: (row) => {
				const part = row.repeated === undefined ? row.phase : 'repeats';
				this.setView({ ...this.view, unfolded: [...(this.view.unfolded ?? []), part] });
			},
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
			case 'failed':
				this.fail(message.message);
				break;
			default:
				message satisfies never;
		}
	}

	private build(): void {
		const stage = element('main', 'stage');
		stage.append(this.list.viewport, this.notice.element);
		this.app.replaceChildren(this.toolbar.element, stage, this.details.element);
		this.app.classList.add('empty');
		this.list.body.addEventListener('keydown', (event) => this.keyPressed(event));
		this.list.viewport.addEventListener('wheel', (event) => this.wheeled(event), { passive: false });
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
		this.list.setInfo(info, isOtherView);
		this.showNotice(info);
		this.mark();
		if (this.isFollowing && (isOtherView || before?.cursorRow !== info.cursorRow)) this.list.reveal(info.cursorRow);
	}

	/** The rows are other ones now. */
	private forget(): void {
		this.store.clear();
		this.selected = -1;
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
		const isNarrowed = this.view.lens !== 'everything' || this.view.hidden.length > 0;
		if (info.status === 'loading') {
			this.notice.show({ icon: 'loading', title: t('Waiting for the run…'), hint: '' });
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

	private fail(message: string): void {
		this.app.classList.add('empty');
		const hint = `${message}\n${this.t('Save the scenario, or start it again, and the sequence is drawn anew.')}`;
		this.notice.show({ icon: 'error', title: this.t('The call sequence cannot be shown'), hint, isFailure: true });
	}

	private pageDrawn(index: number): void {
		const state = this.store.state(index);
		if (state.kind === 'drawn') {
			const { lanes, width } = state.drawing;
			const isWider = width !== this.width;
			this.lanes = lanes;
			this.width = width;
			if (isWider) this.fit();
		}
		this.list.pageDrawn(index);
		this.mark();
	}

	private laidOut(): void {
		const { info } = this;
		if (!info) return;
		this.heads.show(info.lifelines, this.lanes.length === info.lifelines.length ? this.lanes : [], this.scale);
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
		const { info, selected } = this;
		this.list.setMarks({ cursor: info?.cursorRow ?? -1, selected, isLive: info?.cursorSeq != null });
	}

	private choose(row: number, isToReveal: boolean): void {
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
		if (chosen) this.host.post({ type: 'goToRecord', seq: chosen.seq });
	}

	private keyPressed(event: KeyboardEvent): void {
		const { info } = this;
		if (!info || event.altKey) return;
		const selected = this.selected >= 0 ? this.selected : Math.max(-1, info.cursorRow - 1);
		const action = keyAction(event, { selected, count: info.rowCount, screen: this.list.rowsPerScreen });
		if (!action) return;
		event.preventDefault();
		switch (action.kind) {
			case 'select':
				this.choose(action.row, false);
				break;
			case 'reveal':
				this.choose(this.selected, true);
				break;
			case 'goTo':
				this.goTo(this.selected);
				break;
			case 'close':
				this.choose(-1, false);
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
		this.fit();
		if (this.selected >= 0) this.list.reveal(this.selected);
	}

	private fit(): void {
		if (!this.isFitted || this.width === 0) return;
		const room = this.list.viewport.clientWidth - TIMES;
		this.setScale(Math.max(ZOOM.fitMin, Math.min(ZOOM.fitMax, room / this.width)));
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
