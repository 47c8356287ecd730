/** Above a comparison: which runs, how much only one of them has, and the way to the first difference. */
import type { ComparisonInfo } from '../server/protocol/diagram';
import { element, icon } from './element';
import type { Translate } from './texts';

export class ComparisonBar {
	readonly element = element('div', 'comparison');

	/** @param goTo brings a row into view */
	constructor(
		private readonly t: Translate,
		private readonly goTo: (row: number) => void,
	) {
		this.element.hidden = true;
	}

	show(comparison: ComparisonInfo | undefined): void {
		this.element.hidden = comparison === undefined;
		if (!comparison) return;
		const { t } = this;
		const { left, right, onlyLeft, onlyRight, firstDifference } = comparison;
		const isDifferent = onlyLeft + onlyRight > 0;
		const side = (name: 'left' | 'right', sign: string, text: string, count: number): HTMLElement => {
			const item = element('span', `legend legend-${name}`);
			item.append(element('span', 'sign', sign), element('span', '', text));
			if (isDifferent) item.append(element('span', 'only', t('{0} only here', count)));
			return item;
		};
		const parts: HTMLElement[] = [side('left', '−', left, onlyLeft), side('right', '+', right, onlyRight)];
		if (firstDifference >= 0) {
			const button = element('button', 'action');
			button.type = 'button';
			button.append(icon('arrow-down'), element('span', 'kept', t('First difference')));
			button.addEventListener('click', () => this.goTo(firstDifference));
			parts.push(button);
		} else {
			parts.push(element('span', 'equal', isDifferent ? t('Equal in this view') : t('The runs are equal')));
		}
		this.element.replaceChildren(...parts);
	}
}
