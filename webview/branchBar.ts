/** The branches of a session: which one is debugged, and which one is laid over it. Hidden while there is one run only. */
import type { DiagramBranch, DiagramInfo, Overlay } from '../server/protocol/diagram';
import { element, icon } from './element';
import type { Translate } from './texts';

export interface BranchBarEvents {
	/** The debugger is to stand in another branch. */
	switch(branch: number): void;
	/** Another branch, or none, is to be laid over the one that is shown. */
	lay(over: Overlay | undefined): void;
}

export class BranchBar {
	readonly element = element('div', 'branches');
	private readonly current = element('select', 'branchCurrent');
	private readonly over = element('select', 'branchOver');
	private readonly folds = element('button', 'action toggle');
	private overlay: Overlay | undefined;
	private shown = '';

	constructor(
		private readonly t: Translate,
		events: BranchBarEvents,
	) {
		this.element.hidden = true;
		this.folds.type = 'button';
		this.folds.append(icon('fold'), element('span', 'kept', t('Only differences')));
		this.current.addEventListener('change', () => events.switch(Number(this.current.value)));
		this.over.addEventListener('change', () => {
			const branch = Number(this.over.value);
			events.lay(branch > 0 ? { branch, foldsEqual: this.overlay?.foldsEqual ?? false } : undefined);
		});
		this.folds.addEventListener('click', () => {
			if (this.overlay) events.lay({ ...this.overlay, foldsEqual: !this.overlay.foldsEqual });
		});
		this.element.append(
			this.field('git-branch', t('Branch'), this.current),
			this.field('layers', t('Laid over it'), this.over),
			this.folds,
		);
	}

	show({ branches = [] }: DiagramInfo, overlay: Overlay | undefined): void {
		const key = JSON.stringify([branches, overlay]);
		if (key === this.shown) return;
		this.shown = key;
		this.overlay = overlay;
		this.element.hidden = branches.length < 2;
		const current = branches.find(({ isCurrent }) => isCurrent);
		this.current.replaceChildren(...branches.map(option));
		this.current.value = String(current?.id ?? '');
		const none = element('option', '', this.t('nothing'));
		none.value = '0';
		this.over.replaceChildren(none, ...branches.filter(({ isCurrent }) => !isCurrent).map(option));
		const isLaid = overlay !== undefined && overlay.branch !== current?.id;
		this.over.value = isLaid ? String(overlay.branch) : '0';
		this.folds.hidden = !isLaid;
		this.folds.setAttribute('aria-pressed', String(overlay?.foldsEqual ?? false));
	}

	private field(name: string, label: string, select: HTMLSelectElement): HTMLElement {
		const field = element('label', 'branchField');
		select.classList.add('lens');
		select.setAttribute('aria-label', label);
		field.append(icon(name), element('span', 'branchLabel', label), select);
		return field;
	}
}

function option({ id, title }: DiagramBranch): HTMLOptionElement {
	const item = element('option', '', `${id}  ${title}`);
	item.value = String(id);
	return item;
}
