/**
 * What a message is about, beside the pointer that rests on it: arguments, result, cause, rules. The keyboard has the
 * details below the diagram for that; Escape takes the card away.
 */
import type { DiagramInfo, DiagramRow } from '../server/protocol/diagram';
import { element } from './element';
import { lifelineText, timeText } from './format';
import type { Translate } from './texts';

/** How long a pointer rests before it is told anything. */
const REST_MS = 350;
/** Between the card and its row, and the edge of the page. */
const GAP = 6;
/** Longer arguments are for the details. */
const LINES_MAX = 12;

export interface HoverSource {
	readonly info: DiagramInfo | undefined;
	row(index: number): DiagramRow | undefined;
	/** The row of a record, as far as its page was fetched. */
	rowOfRecord(seq: number): DiagramRow | undefined;
}

export class HoverCard {
	readonly element = element('div', 'hoverCard');
	private timer = 0;
	private row = -1;

	constructor(
		body: HTMLElement,
		private readonly source: HoverSource,
		private readonly t: Translate,
	) {
		this.element.hidden = true;
		this.element.setAttribute('role', 'tooltip');
		body.addEventListener('pointermove', (event) => this.moved(event));
		body.addEventListener('pointerleave', () => this.hide());
		body.addEventListener('pointerdown', () => this.hide());
		document.addEventListener('keydown', () => this.hide());
		document.addEventListener('scroll', () => this.hide(), { capture: true, passive: true });
	}

	hide(): void {
		clearTimeout(this.timer);
		this.row = -1;
		this.element.hidden = true;
	}

	private moved(event: PointerEvent): void {
		const item = (event.target as Element).closest<HTMLElement>('[data-row]');
		const row = Number(item?.dataset.row ?? -1);
		if (row === this.row) return;
		this.hide();
		this.row = row;
		if (!item || row < 0 || event.buttons > 0) return;
		this.timer = window.setTimeout(() => this.show(row, item.getBoundingClientRect(), event.clientX), REST_MS);
	}

	private show(index: number, place: DOMRect, x: number): void {
		const { info } = this.source;
		const row = this.source.row(index);
		if (!info || !row) return;
		const [name = '', ...lines] = row.fullText.split('\n');
		const shown = lines.length > LINES_MAX ? [...lines.slice(0, LINES_MAX), '…'] : lines;
		const parts: HTMLElement[] = [element('p', 'hoverName', name)];
		if (shown.length > 0) parts.push(element('pre', 'hoverText', shown.join('\n')));
		parts.push(...this.facts(info, row).map((fact) => element('p', 'hoverFact', fact)));
		this.element.replaceChildren(...parts);
		this.element.hidden = false;
		const { width, height } = this.element.getBoundingClientRect();
		const isBelow = place.bottom + GAP + height <= window.innerHeight;
		this.element.style.top = `${isBelow ? place.bottom + GAP : Math.max(GAP, place.top - GAP - height)}px`;
		this.element.style.left = `${Math.max(GAP, Math.min(x - 24, window.innerWidth - width - GAP))}px`;
	}

	private facts(info: DiagramInfo, row: DiagramRow): readonly string[] {
		const { t } = this;
		const ends = [...new Set([row.from, row.to])].map((lane) => lifelineText(info, lane, t));
		const took = row.duration === undefined ? [] : [`${t('Took')} ${timeText(row.duration)}`];
		return [
			[ends.length > 1 ? t('{0} to {1}', ends[0] ?? '', ends[1] ?? '') : t('at {0}', ends[0] ?? ''), ...took].join(
				' · ',
			),
			...(row.cause === null ? [] : [t('Because of {0}', this.causeText(row.cause))]),
			...(row.rules.length > 0 ? [`${t('Rules')}: ${row.rules.join(', ')}`] : []),
		];
	}

	private causeText(seq: number): string {
		const cause = this.source.rowOfRecord(seq);
		const record = this.t('record {0}', seq);
		return cause ? `${cause.name ?? cause.label} (${record})` : record;
	}
}
