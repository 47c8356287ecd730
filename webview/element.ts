/** Elements of the page, made without markup: nothing that a trace says is ever parsed. */

/** A new element with a class, and text if given. */
export function element<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	className = '',
	text?: string,
): HTMLElementTagNameMap[K] {
	const made = document.createElement(tag);
	if (className !== '') made.className = className;
	if (text !== undefined) made.textContent = text;
	return made;
}

/** A codicon. It decorates; what it means is said by the text or label beside it. */
export function icon(name: string): HTMLElement {
	const made = element('span', `codicon codicon-${name}`);
	made.setAttribute('aria-hidden', 'true');
	return made;
}

/** A button that shows an icon only; `label` is its name and its tooltip. */
export function iconButton(name: string, label: string, act: () => void): HTMLButtonElement {
	const button = element('button', 'iconButton');
	button.type = 'button';
	button.title = label;
	button.setAttribute('aria-label', label);
	button.append(icon(name));
	button.addEventListener('click', act);
	return button;
}
