/** What stands where the diagram will be, while there is nothing to draw or nothing can be drawn. */
import { element, icon } from './element';

export interface NoticeContent {
	readonly icon: string;
	readonly title: string;
	readonly hint: string;
	readonly action?: { readonly label: string; readonly act: () => void };
	readonly isFailure?: boolean;
}

export class Notice {
	readonly element = element('div', 'notice');

	constructor() {
		this.element.setAttribute('role', 'status');
		this.hide();
	}

	hide(): void {
		this.element.hidden = true;
	}

	show(content: NoticeContent): void {
		const { title, hint, action } = content;
		const parts: HTMLElement[] = [
			icon(content.icon),
			element('p', 'noticeTitle', title),
			element('p', 'noticeHint', hint),
		];
		if (action) {
			const button = element('button', 'action', action.label);
			button.type = 'button';
			button.addEventListener('click', action.act);
			parts.push(button);
		}
		this.element.classList.toggle('failure', content.isFailure ?? false);
		this.element.replaceChildren(...parts);
		this.element.hidden = false;
	}
}
