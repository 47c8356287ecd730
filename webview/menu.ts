/** A menu that opens at a point or below a button: arrows walk, Enter chooses, Escape gives the focus back. */
import { element, icon } from './element';

export type MenuItem =
	| {
			readonly label: string;
			readonly icon?: string;
			/** A key, or a few words, at the right edge. */
			readonly hint?: string;
			readonly isChecked?: boolean;
			readonly act: () => void;
	  }
	| { readonly heading: string };

export interface MenuPlace {
	readonly x: number;
	readonly y: number;
}

let close: (() => void) | undefined;

/** Opens a menu; another one that is open closes. */
export function openMenu(items: readonly MenuItem[], place: MenuPlace, label: string): void {
	close?.();
	const before = document.activeElement;
	const menu = element('div', 'menu');
	menu.setAttribute('role', 'menu');
	menu.setAttribute('aria-label', label);
	const buttons: HTMLButtonElement[] = [];
	for (const item of items) {
		if ('heading' in item) {
			menu.append(element('div', 'menuHeading', item.heading));
			continue;
		}
		const button = menuButton(item, () => {
			finish();
			item.act();
		});
		buttons.push(button);
		menu.append(button);
	}
	const finish = (): void => {
		close = undefined;
		menu.remove();
		document.removeEventListener('pointerdown', outside, true);
		window.removeEventListener('blur', finish);
		if (before instanceof HTMLElement) before.focus();
	};
	const outside = (event: Event): void => {
		if (!menu.contains(event.target as Node)) finish();
	};
	menu.addEventListener('keydown', (event) => walk(event, buttons, finish));
	document.addEventListener('pointerdown', outside, true);
	window.addEventListener('blur', finish);
	close = finish;
	document.body.append(menu);
	const { width, height } = menu.getBoundingClientRect();
	menu.style.left = `${Math.max(4, Math.min(place.x, window.innerWidth - width - 4))}px`;
	menu.style.top = `${Math.max(4, Math.min(place.y, window.innerHeight - height - 4))}px`;
	buttons[0]?.focus();
}

/** The place below an element. */
export function below(item: Element): MenuPlace {
	const { left, bottom } = item.getBoundingClientRect();
	return { x: left, y: bottom + 2 };
}

function menuButton(item: Exclude<MenuItem, { heading: string }>, act: () => void): HTMLButtonElement {
	const button = element('button', 'menuItem');
	button.type = 'button';
	const isCheckable = item.isChecked !== undefined;
	button.setAttribute('role', isCheckable ? 'menuitemcheckbox' : 'menuitem');
	if (isCheckable) button.setAttribute('aria-checked', String(item.isChecked));
	button.append(icon(isCheckable ? (item.isChecked ? 'check' : 'blank') : (item.icon ?? 'blank')));
	button.append(element('span', 'menuLabel', item.label));
	if (item.hint !== undefined) button.append(element('span', 'menuHint', item.hint));
	button.addEventListener('click', act);
	return button;
}

function walk(event: KeyboardEvent, buttons: readonly HTMLButtonElement[], finish: () => void): void {
	const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
	const to = (position: number): void => buttons[(position + buttons.length) % buttons.length]?.focus();
	switch (event.key) {
		case 'ArrowDown':
			to(at + 1);
			break;
		case 'ArrowUp':
			to(at - 1);
			break;
		case 'Home':
			to(0);
			break;
		case 'End':
			to(-1);
			break;
		case 'Tab':
		case 'Escape':
			finish();
			break;
		default:
			return;
	}
	event.preventDefault();
	event.stopPropagation();
}
