/** The heads of the lifelines: above all pages, always in sight, grouped by host, each at its lane. */
import type { Lifeline } from '../server/protocol/diagram';
import { element, icon, iconButton } from './element';
import { roleText } from './format';
import type { Translate } from './texts';

const icons: Readonly<Record<Lifeline['role'], string>> = {
	application: 'window',
	switch: 'git-compare',
	tcpip: 'globe',
	provider: 'plug',
	proxy: 'shield',
	nic: 'circuit-board',
};

/** Half of what a host's bracket reaches beyond its outer lifelines, px at zoom 1. */
const REACH = 92;

export class Heads {
	readonly element = element('div', 'heads');
	private readonly corner = element('div', 'corner');
	private readonly unit = element('span', 'unit', 'ms');
	private readonly phase = element('span', 'phase');
	private readonly row = element('div', 'lanes');
	private shown = '';
	/** The last lifeline stays. */
	private canHide = false;

	/** @param hide hides a lifeline */
	constructor(
		private readonly t: Translate,
		private readonly hide: (id: string) => void,
	) {
		this.corner.append(this.phase, this.unit);
		this.element.append(this.corner, this.row);
	}

	/** @param lanes centre of each lifeline, px at zoom 1 */
	show(lifelines: readonly Lifeline[], lanes: readonly number[], scale: number): void {
		const key = JSON.stringify([lifelines, lanes, scale]);
		if (key === this.shown) return;
		this.shown = key;
		this.canHide = lifelines.length > 1;
		const hosts = [...new Set(lifelines.map(({ host }) => host))];
		const brackets = hosts.map((host) => {
			const own = lanes.filter((_, lane) => lifelines[lane]?.host === host);
			const left = Math.min(...own) - REACH;
			const right = Math.max(...own) + REACH;
			const bracket = element('div', 'host', host);
			this.place(bracket, left * scale, (right - left) * scale);
			return bracket;
		});
		const heads = lifelines.map((lifeline, lane) => this.head(lifeline, lanes[lane] ?? 0, scale));
		this.row.replaceChildren(...brackets, ...heads);
	}

	/** Says which phase the top of the view belongs to. */
	showPhase(phase: string, title: string): void {
		this.phase.textContent = title;
		this.phase.dataset.phase = phase;
		this.phase.title = title;
	}

	private head(lifeline: Lifeline, centre: number, scale: number): HTMLElement {
		const head = element('div', 'head');
		head.dataset.role = lifeline.role;
		head.dataset.lifeline = lifeline.id;
		head.title = `${lifeline.id}: ${roleText(lifeline.role, this.t)}`;
		const role = roleText(lifeline.role, this.t);
		head.append(icon(icons[lifeline.role]), element('span', 'name', lifeline.label));
		if (role !== lifeline.label) head.append(element('span', 'role', role));
		if (this.canHide)
			head.append(iconButton('eye-closed', this.t('Hide {0}', lifeline.id), () => this.hide(lifeline.id)));
		this.place(head, (centre - REACH) * scale, 2 * REACH * scale);
		return head;
	}

	private place(item: HTMLElement, left: number, width: number): void {
		item.style.left = `${left}px`;
		item.style.width = `${width}px`;
	}
}
