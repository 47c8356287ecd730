/** The bar above the diagram: what the run is and how it stands, and how it is looked at. */
import type { DiagramInfo, Lens, RunStatus, ViewSettings } from '../server/protocol/diagram';
import { element, icon, iconButton } from './element';
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
	/** Shows the lifelines that were hidden. */
	showAll(): void;
}

export class Toolbar {
	readonly element = element('header', 'toolbar');
	private readonly title = element('h1', 'title');
	private readonly status = element('span', 'status');
	private readonly lens = element('select', 'lens');
	private readonly follow: HTMLButtonElement;
	private readonly fold: HTMLButtonElement;
	private readonly showAll: HTMLButtonElement;

	constructor(
		private readonly t: Translate,
		events: ToolbarEvents,
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
		this.fold = iconButton('fold', t('Fold initialization and repeated calls'), () =>
			events.fold(this.fold.getAttribute('aria-pressed') !== 'true'),
		);
		this.showAll = iconButton('eye', t('Show all lifelines'), () => events.showAll());
		const identity = element('div', 'identity');
		identity.append(this.title, this.status);
		const tools = element('div', 'tools');
		tools.append(
			this.lens,
			this.showAll,
			this.fold,
			iconButton('zoom-out', t('Zoom out'), () => events.zoom(-1)),
			iconButton('screen-normal', t('Fit to width'), () => events.zoom('fit')),
			iconButton('zoom-in', t('Zoom in'), () => events.zoom(1)),
			this.follow,
		);
		this.element.append(identity, tools);
	}

	showFollow(isOn: boolean): void {
		this.follow.setAttribute('aria-pressed', String(isOn));
	}

	showView(view: ViewSettings): void {
		this.lens.value = view.lens;
		this.fold.setAttribute('aria-pressed', String((view.unfolded ?? []).length === 0));
		this.showAll.hidden = view.hidden.length === 0;
	}

	/** Title and status; the reason stands beside the status. */
	showInfo(info: DiagramInfo): void {
		this.title.textContent = info.title;
		this.title.title = info.title;
		const status = this.t(statusTexts[info.status]);
		const words = info.statusText === '' ? status : info.statusText;
		this.status.dataset.status = info.status;
		this.status.title = words;
		this.status.replaceChildren(icon(statusIcons[info.status]), element('span', 'words', words));
	}
}
