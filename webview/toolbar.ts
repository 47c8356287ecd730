/** The bar above the diagram: what the run is and how it stands, and how it is looked at. */
import type { DiagramInfo, Lens, RunStatus, ViewSettings } from '../server/protocol/diagram';
import { element, icon, iconButton } from './element';
import { below, type MenuItem, openMenu } from './menu';
import type { Text, Translate } from './texts';

const statusTexts: Readonly<Record<RunStatus, Text>> = {
	loading: 'Loading',
	running: 'Running',
	stopped: 'Stopped',
	passed: 'Passed',
	failed: 'Failed',
};

const statusIcons: Readonly<Record<RunStatus, string>> = {
	loading: 'loading',
	running: 'play',
	stopped: 'debug-pause',
	passed: 'pass-filled',
	failed: 'error',
};

const lenses: readonly (readonly [Lens, Text])[] = [
	['application', 'Application'],
	['spi', 'Provider interface'],
	['wire', 'Wire'],
	['everything', 'Everything'],
];

export interface ToolbarEvents {
	lens(lens: Lens): void;
	follow(isOn: boolean): void;
	zoom(step: 1 | -1 | 'fit'): void;
	fold(isOn: boolean): void;
	/** Shows the lifelines that were hidden, and hosts with their parts. */
	showAll(): void;
	find(): void;
	/** What can be exported. */
	exports(): readonly MenuItem[];
}

export class Toolbar {
	readonly element = element('header', 'toolbar');
	private readonly title = element('h1', 'title');
	private readonly status = element('span', 'status');
	private readonly lens = element('select', 'lens');
	private readonly follow: HTMLButtonElement;
	private readonly fold: HTMLButtonElement;
	private readonly showAll: HTMLButtonElement;
	private readonly more: HTMLButtonElement;
	private hasHidden = false;
	private isFolded = true;

	constructor(
		private readonly t: Translate,
		private readonly events: ToolbarEvents,
	) {
		this.lens.setAttribute('aria-label', t('Show'));
		this.lens.title = t('Show');
		for (const [lens, text] of lenses) {
			const option = element('option', '', t(text));
			option.value = lens;
			this.lens.append(option);
		}
		this.lens.addEventListener('change', () => events.lens(this.lens.value as Lens));
		this.follow = iconButton('target', t('Keep the current message in view'), () =>
			events.follow(this.follow.getAttribute('aria-pressed') !== 'true'),
		);
		this.follow.classList.add('follow');
		this.fold = iconButton('fold', t('Fold initialization and repeated calls'), () => events.fold(!this.isFolded));
		this.showAll = iconButton('eye', t('Show all lifelines'), () => events.showAll());
		this.more = iconButton('ellipsis', t('More actions'), () => this.openMore());
		this.more.setAttribute('aria-haspopup', 'menu');
		const identity = element('div', 'identity');
		identity.append(this.title, this.status);
		const tools = element('div', 'tools');
		tools.append(
			this.lens,
			this.showAll,
			iconButton('search', t('Find and filter (Ctrl+F)'), () => events.find()),
			this.fold,
			this.follow,
			this.more,
		);
		this.element.append(identity, tools);
	}

	showFollow(isOn: boolean): void {
		this.follow.setAttribute('aria-pressed', String(isOn));
	}

	showView(view: ViewSettings): void {
		this.lens.value = view.lens;
		this.isFolded = (view.unfolded ?? []).length === 0;
		this.fold.setAttribute('aria-pressed', String(this.isFolded));
		this.hasHidden = view.hidden.length > 0 || (view.collapsed ?? []).length > 0;
		this.showAll.hidden = !this.hasHidden;
	}

	/** Opens the list of what can be exported. */
	openExports(): void {
		openMenu(this.events.exports(), below(this.more), this.t('Export'));
	}

	private openMore(): void {
		const { t, events } = this;
		const items: MenuItem[] = [
			{ label: t('Zoom in'), icon: 'zoom-in', hint: '+', act: () => events.zoom(1) },
			{ label: t('Zoom out'), icon: 'zoom-out', hint: '−', act: () => events.zoom(-1) },
			{ label: t('Fit to width'), icon: 'screen-normal', hint: '0', act: () => events.zoom('fit') },
		];
		const [label, name] = this.isFolded
			? ([t('Unfold all blocks'), 'unfold'] as const)
			: ([t('Fold all blocks'), 'fold'] as const);
		items.push({ label, icon: name, hint: 'u', act: () => events.fold(!this.isFolded) });
		if (this.hasHidden) items.push({ label: t('Show all lifelines'), icon: 'eye', act: () => events.showAll() });
		items.push({ label: t('Export…'), icon: 'export', hint: 'e', act: () => this.openExports() });
		openMenu(items, below(this.more), t('More actions'));
	}

	/** Title and status; the reason stands beside the status. */
	showInfo(info: DiagramInfo): void {
		this.title.textContent = info.title;
		this.title.title = info.title;
		const status = this.t(statusTexts[info.status]);
		const words = info.statusText === '' ? status : info.statusText;
		this.status.dataset.status = info.status;
		const record = info.cursorSeq === null ? '' : ` (${this.t('record {0}', info.cursorSeq)})`;
		this.status.title = `${words}${record}`;
		this.status.replaceChildren(icon(statusIcons[info.status]), element('span', 'words', words));
	}
}
