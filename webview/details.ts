/** Everything about the chosen message, below the diagram, and what can be done with it. */
import type { DiagramInfo, DiagramRow } from '../server/protocol/diagram';
import { element, icon, iconButton } from './element';
import { isFolded, lifelineText, phaseText, timeText } from './format';
import { below, type MenuPlace } from './menu';
import type { Translate } from './texts';

export interface DetailsEvents {
	revealSource(row: DiagramRow): void;
	goToRecord(row: DiagramRow): void;
	unfold(row: DiagramRow): void;
	menu(row: DiagramRow, place: MenuPlace): void;
	close(): void;
}

export class Details {
	readonly element = element('section', 'details');
	private shown = '';

	constructor(
		private readonly t: Translate,
		private readonly events: DetailsEvents,
	) {
		this.element.setAttribute('aria-label', t('Message details'));
		this.hide();
	}

	hide(): void {
		this.element.hidden = true;
		this.shown = '';
	}

	show(info: DiagramInfo, row: DiagramRow): void {
		const key = JSON.stringify(row);
		if (key === this.shown) return;
		this.shown = key;
		this.element.hidden = false;
		const [name = '', ...rest] = row.fullText.split('\n');
		const head = element('div', 'detailHead');
		head.append(
			element('span', 'number', String(row.row + 1)),
			element('h2', 'detailName', name),
			this.actions(info, row),
		);
		const columns = element('div', 'detailColumns');
		columns.append(element('pre', 'detailText', rest.join('\n')), this.facts(info, row));
		this.element.replaceChildren(head, columns);
		this.element.dataset.tone = row.tone ?? 'plain';
	}

	private actions(info: DiagramInfo, row: DiagramRow): HTMLElement {
		const { t, events } = this;
		const actions = element('div', 'actions');
		if (isFolded(row)) actions.append(this.button('unfold', t('Show each message'), () => events.unfold(row)));
		if (row.source) {
			const line = this.button('go-to-file', t('Go to scenario line'), () => events.revealSource(row));
			line.title = `${t('Go to scenario line')} ${row.source.line}`;
			actions.append(line);
		}
		if (!info.isReadOnly || info.comparison)
			actions.append(this.button('debug-alt', t('Debug here'), () => events.goToRecord(row)));
		const more = iconButton('ellipsis', t('More for this message'), () => events.menu(row, below(more)));
		more.setAttribute('aria-haspopup', 'menu');
		actions.append(more);
		actions.append(iconButton('close', t('Close'), () => events.close()));
		return actions;
	}

	private button(name: string, label: string, act: () => void): HTMLButtonElement {
		const button = element('button', 'action');
		button.type = 'button';
		button.append(icon(name), element('span', '', label));
		button.addEventListener('click', act);
		return button;
	}

	private facts(info: DiagramInfo, row: DiagramRow): HTMLElement {
		const { t } = this;
		const list = element('dl', 'facts');
		const add = (name: string, value: string): void => {
			const fact = element('div');
			fact.append(element('dt', '', name), element('dd', '', value));
			list.append(fact);
		};
		add(t('From'), lifelineText(info, row.from, t));
		if (row.to !== row.from) add(t('To'), lifelineText(info, row.to, t));
		add(t('Time'), timeText(row.time));
		if (row.duration !== undefined) add(t('Took'), timeText(row.duration));
		add(t('Phase'), phaseText(row.phase, t));
		const { loop } = row;
		if (loop) add(t('Loop'), t('{0} messages, {1} times', loop.last - loop.first + 1, loop.count));
		if (row.round) add(t('Round'), t('{0} of {1}', row.round.number, row.round.of));
		if (row.rules.length > 0) add(t('Rules'), row.rules.join(', '));
		add(t('Record'), row.pair ? row.pair.map((seq) => seq ?? '–').join(' / ') : String(row.seq));
		return list;
	}
}
