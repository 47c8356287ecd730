/**
 * The heads of the lifelines: above all pages, always in sight, grouped by host, each at its lane. A head is a button: it
 * opens the lifeline's menu, and can be dragged to another place.
 */
import type { Lifeline, ViewSettings } from '../server/protocol/diagram';
import { element, icon } from './element';
import { roleText } from './format';
import { below, type MenuItem, openMenu } from './menu';
import type { Translate } from './texts';

const icons: Readonly<Record<Lifeline['role'], string>> = {
	application: 'window',
	switch: 'git-compare',
	tcpip: 'globe',
	provider: 'plug',
	proxy: 'shield',
	nic: 'circuit-board',
	host: 'server',
};

/** What a host's bracket leaves free at its ends. */
const INSET = 4;
/** Lanes below these widths (px on screen) have no room for the role, and for the icon. */
const ROLE_MIN = 150;
const ICON_MIN = 84;
/** A pointer that moves less than this clicks. */
const DRAG_MIN = 5;

type View = Pick<ViewSettings, 'hidden' | 'order' | 'collapsed'>;

export class Heads {
	readonly element = element('div', 'heads');
	private readonly corner = element('div', 'corner');
	private readonly unit = element('span', 'unit', 'ms');
	private readonly phase = element('span', 'phase');
	private readonly row = element('div', 'lanes');
	private shown = '';
	private lifelines: readonly Lifeline[] = [];
	private view: View = { hidden: [] };
	/** Distance of lifelines, px on screen. */
	private lane = 0;

	/** @param change the user wants another arrangement */
	constructor(
		private readonly t: Translate,
		private readonly change: (view: Partial<View>) => void,
	) {
		this.corner.append(this.phase, this.unit);
		this.element.append(this.corner, this.row);
	}

	showView(view: View): void {
		this.view = view;
	}

	/** @param lanes centre of each lifeline, px at zoom 1 */
	show(lifelines: readonly Lifeline[], lanes: readonly number[], scale: number): void {
		const key = JSON.stringify([lifelines, lanes, scale]);
		// What is being dragged stays where the pointer holds it.
		if (key === this.shown || this.row.querySelector('.dragged')) return;
		this.shown = key;
		this.lifelines = lifelines;
		this.lane = 2 * (lanes[0] ?? 0) * scale;
		this.row.style.width = `${((lanes.at(-1) ?? 0) + (lanes[0] ?? 0)) * scale}px`;
		this.element.classList.toggle('withoutRoles', this.lane < ROLE_MIN);
		this.element.classList.toggle('withoutIcons', this.lane < ICON_MIN);
		this.row.replaceChildren(
			...this.brackets(lanes, scale),
			...lifelines.map((lifeline, lane) => this.head(lifeline, (lanes[lane] ?? 0) * scale)),
		);
	}

	/** Says which phase the top of the view belongs to. */
	showPhase(phase: string, title: string): void {
		this.phase.textContent = title;
		this.phase.dataset.phase = phase;
		this.phase.title = title;
	}

	/** One bracket for neighbours of one host. */
	private brackets(lanes: readonly number[], scale: number): readonly HTMLElement[] {
		const brackets: HTMLElement[] = [];
		let first = 0;
		this.lifelines.forEach(({ host }, lane) => {
			if (this.lifelines[lane + 1]?.host === host) return;
			const left = (lanes[first] ?? 0) * scale - this.lane / 2 + INSET;
			const right = (lanes[lane] ?? 0) * scale + this.lane / 2 - INSET;
			brackets.push(this.bracket(host, left, right - left));
			first = lane + 1;
		});
		return brackets;
	}

	private bracket(host: string, left: number, width: number): HTMLElement {
		const isCollapsed = this.view.collapsed?.includes(host) ?? false;
		const bracket = element('button', 'host');
		bracket.type = 'button';
		bracket.title = isCollapsed ? this.t('Show the parts of {0}', host) : this.t('Show {0} as one lifeline', host);
		bracket.setAttribute('aria-expanded', String(!isCollapsed));
		bracket.append(icon(isCollapsed ? 'chevron-right' : 'chevron-down'), element('span', 'hostName', host));
		bracket.addEventListener('click', () => this.toggleHost(host));
		this.place(bracket, left, width);
		return bracket;
	}

	private toggleHost(host: string): void {
		const collapsed = this.view.collapsed ?? [];
		const isCollapsed = collapsed.includes(host);
		this.change({ collapsed: isCollapsed ? collapsed.filter((other) => other !== host) : [...collapsed, host] });
	}

	private head(lifeline: Lifeline, centre: number): HTMLElement {
		const head = element('button', 'head');
		head.type = 'button';
		head.dataset.role = lifeline.role;
		head.dataset.lifeline = lifeline.id;
		head.setAttribute('aria-haspopup', 'menu');
		const role = roleText(lifeline.role, this.t);
		head.title = `${lifeline.id}: ${role}`;
		head.append(icon(icons[lifeline.role]), element('span', 'name', lifeline.label));
		if (role !== lifeline.label) head.append(element('span', 'role', role));
		head.addEventListener('contextmenu', (event) => {
			event.preventDefault();
			this.openMenu(head, lifeline);
		});
		head.addEventListener('keydown', (event) => {
			if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
			event.preventDefault();
			this.move(lifeline.id, event.key === 'ArrowLeft' ? -1 : 1);
		});
		this.letDrag(head, lifeline);
		this.place(head, centre - this.lane / 2 + 1, this.lane - 2);
		return head;
	}

	/** A click opens the menu; a drag puts the lifeline where it is dropped. */
	private letDrag(head: HTMLElement, lifeline: Lifeline): void {
		let start: number | undefined;
		let moved = 0;
		head.addEventListener('pointerdown', (event) => {
			if (event.button !== 0) return;
			start = event.clientX;
			moved = 0;
			head.setPointerCapture(event.pointerId);
		});
		head.addEventListener('pointermove', (event) => {
			if (start === undefined) return;
			moved = event.clientX - start;
			if (Math.abs(moved) < DRAG_MIN) return;
			head.classList.add('dragged');
			head.style.transform = `translateX(${moved}px)`;
		});
		head.addEventListener('pointerup', () => {
			const by = Math.round(moved / Math.max(1, this.lane));
			start = undefined;
			head.classList.remove('dragged');
			head.style.transform = '';
			if (by !== 0) this.move(lifeline.id, by);
		});
		head.addEventListener('pointercancel', () => {
			start = undefined;
			moved = 0;
			head.classList.remove('dragged');
			head.style.transform = '';
		});
		head.addEventListener('click', () => {
			if (Math.abs(moved) < DRAG_MIN) this.openMenu(head, lifeline);
			moved = 0;
		});
	}

	private openMenu(head: HTMLElement, lifeline: Lifeline): void {
		const { t, lifelines } = this;
		const { id, host, role } = lifeline;
		const at = lifelines.indexOf(lifeline);
		const items: MenuItem[] = [{ heading: id }];
		if (at > 0) items.push({ label: t('Move left'), icon: 'arrow-left', hint: 'Alt+←', act: () => this.move(id, -1) });
		if (at < lifelines.length - 1)
			items.push({ label: t('Move right'), icon: 'arrow-right', hint: 'Alt+→', act: () => this.move(id, 1) });
		// The last lifeline stays.
		if (lifelines.length > 1) {
			const hide = (): void => this.change({ hidden: [...this.view.hidden, id] });
			items.push({ label: t('Hide {0}', id), icon: 'eye-closed', act: hide });
		}
		const label = role === 'host' ? t('Show the parts of {0}', host) : t('Show {0} as one lifeline', host);
		items.push({ label, icon: role === 'host' ? 'expand-all' : 'collapse-all', act: () => this.toggleHost(host) });
		if (this.view.order?.length)
			items.push({ label: t('Default order'), icon: 'discard', act: () => this.change({ order: [] }) });
		openMenu(items, below(head), id);
	}

	private move(id: string, by: number): void {
		const order = this.lifelines.map((lifeline) => lifeline.id);
		const from = order.indexOf(id);
		const to = Math.max(0, Math.min(order.length - 1, from + by));
		if (from < 0 || from === to) return;
		order.splice(from, 1);
		order.splice(to, 0, id);
		this.change({ order });
	}

	private place(item: HTMLElement, left: number, width: number): void {
		item.style.left = `${left}px`;
		item.style.width = `${width}px`;
	}
}
