/**
 * The line for finding and filtering: what is typed is searched at once; as a filter it becomes a chip that stays. Terms
 * are the host's business (`server/sequence/filter.ts`).
 */
import type { LoopRound } from '../server/protocol/diagram';
import { element, icon, iconButton } from './element';
import type { Translate } from './texts';

export interface FinderEvents {
	/** The words to look for; empty for none. */
	search(text: string): void;
	/** To the next or the previous row found. */
	step(by: 1 | -1): void;
	/** Only rows that meet all terms from now on. */
	filter(terms: readonly string[]): void;
	closed(): void;
}

const keys = ['error:*', 'rule:', 'call:WSP*', 'thread:', 'socket:', 'phase:', 'time:>1ms', 'at:'];

/** Time that a typist may take between two keys. */
const PAUSE_MS = 150;

export class Finder {
	readonly element = element('div', 'finder');
	private readonly input = element('input', 'query');
	private readonly count = element('span', 'found');
	private readonly chips = element('span', 'chips');
	private readonly funnel: HTMLButtonElement;
	private terms: readonly string[] = [];
	private timer = 0;

	constructor(
		private readonly t: Translate,
		private readonly events: FinderEvents,
	) {
		const { input, count } = this;
		this.element.setAttribute('role', 'search');
		this.element.hidden = true;
		input.type = 'text';
		input.spellcheck = false;
		input.placeholder = t('Find, or filter: error:* rule: call: thread: …');
		input.setAttribute('aria-label', t('Find in the call sequence'));
		input.setAttribute('list', 'filterTerms');
		const list = element('datalist');
		list.id = 'filterTerms';
		for (const key of keys) {
			const option = element('option');
			option.value = key;
			list.append(option);
		}
		count.setAttribute('role', 'status');
		this.funnel = iconButton('filter', t('Show only what is found (Shift+Enter)'), () => this.filterByInput());
		input.addEventListener('input', () => this.typed());
		input.addEventListener('keydown', (event) => this.keyPressed(event));
		this.element.append(
			this.chips,
			input,
			list,
			count,
			iconButton('arrow-up', t('Previous message found (Shift+F3)'), () => events.step(-1)),
			iconButton('arrow-down', t('Next message found (F3)'), () => events.step(1)),
			this.funnel,
			iconButton('close', t('Close'), () => this.close()),
		);
	}

	get isOpen(): boolean {
		return !this.element.hidden;
	}

	open(): void {
		this.element.hidden = false;
		this.input.focus();
		this.input.select();
	}

	close(): void {
		this.element.hidden = this.terms.length === 0;
		this.input.value = '';
		this.count.textContent = '';
		this.events.search('');
		this.events.closed();
	}

	/**
	 * @param at position among the messages found, from 0
	 * @param round of a loop, to which the message there belongs
	 */
	showFound(at: number, total: number, round: LoopRound | undefined): void {
		const { t } = this;
		const words: string[] = [];
		this.element.classList.toggle('nothing', this.input.value.trim() !== '' && total === 0);
		if (this.input.value.trim() !== '') {
			if (total === 0) words.push(t('nothing'));
			else words.push(at < 0 ? String(total) : t('{0} of {1}', at + 1, total));
			if (round) words.push(t('round {0} of {1}', round.number, round.of));
		}
		const text = words.join(', ');
		if (text !== this.count.textContent) this.count.textContent = text;
	}

	/** The filter that is in force. */
	showTerms(terms: readonly string[]): void {
		if (JSON.stringify(terms) === JSON.stringify(this.terms)) return;
		this.terms = terms;
		if (terms.length > 0) this.element.hidden = false;
		this.chips.replaceChildren(...terms.map((term) => this.chip(term)));
	}

	private chip(term: string): HTMLElement {
		const chip = element('button', 'chip');
		chip.type = 'button';
		const label = this.t('Remove the filter {0}', term);
		chip.title = label;
		chip.setAttribute('aria-label', label);
		chip.append(element('span', 'term', term), icon('close'));
		chip.addEventListener('click', () => this.events.filter(this.terms.filter((other) => other !== term)));
		return chip;
	}

	private typed(): void {
		clearTimeout(this.timer);
		this.timer = window.setTimeout(() => this.events.search(this.searchText()), PAUSE_MS);
	}

	/** Terms with a key narrow; they are not words that a message holds. */
	private searchText(): string {
		return this.input.value
			.split(/\s+/)
			.map((word) => word.replace(/^(socket|thread|call|error|rule|phase|at):\*?/, ''))
			.join(' ');
	}

	private filterByInput(): void {
		const terms = this.input.value.trim().split(/\s+/).filter(Boolean);
		if (terms.length === 0) return;
		this.input.value = '';
		this.events.search('');
		this.events.filter([...new Set([...this.terms, ...terms])]);
	}

	private keyPressed(event: KeyboardEvent): void {
		if (event.key === 'Escape') this.close();
		else if (event.key === 'F3') this.events.step(event.shiftKey ? -1 : 1);
		else if (event.key === 'Enter' && (event.shiftKey || /(^|\s)-?\w+:\S/.test(this.input.value))) this.filterByInput();
		else if (event.key === 'Enter') this.events.step(1);
		else if (event.key === 'Backspace' && this.input.value === '' && this.terms.length > 0)
			this.events.filter(this.terms.slice(0, -1));
		else return;
		event.preventDefault();
	}
}
