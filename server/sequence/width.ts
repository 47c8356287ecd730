/**
 * How wide text will be, without a font: an upper estimate in px at 12 px for the sans-serif fonts that editors use, so
 * that no label ever widens a lane of the diagram.
 */
import { isActive, positionalEntities, visible } from './escape';

/** Mermaid measures an entity by the code that stands for it. */
const ENTITY = 62;

const narrow = new Set("ijl.,:'|!()[] ".split(''));
const slim = new Set('ftrI/-*"'.split(''));
const broad = new Set('mwMWOQ@%→…'.split(''));

function characterWidth(character: string): number {
	return isActive(character) ? ENTITY : plainCharacterWidth(character);
}

function plainCharacterWidth(character: string): number {
	if (narrow.has(character)) return 4.8;
	if (slim.has(character)) return 5.2;
	if (broad.has(character)) return 11.8;
	const code = character.codePointAt(0) as number;
	if (code < 0x7f) return code >= 65 && code <= 90 ? 8.4 : 7.7;
	return code < 0x1100 ? 9.5 : 16;
}

/** Upper estimate of the drawn width in px. */
export function textWidth(text: string): number {
	let width = positionalEntities(text) * ENTITY;
	for (const character of text) width += characterWidth(character);
	return width;
}

/** The same where nobody measures entities: what the page itself puts into a drawing. */
export function plainWidth(text: string): number {
	let width = 0;
	for (const character of text) width += plainCharacterWidth(character);
	return width;
}

/** `text` cut to `width` px, with `…` where something is missing at the end. */
export function shorten(text: string, width: number): string {
	// Nothing longer is ever drawn, and what users type may be huge.
	const shown = visible(text.slice(0, 400));
	if (text.length <= 400 && textWidth(shown) <= width) return shown;
	let used = textWidth('…') + positionalEntities(shown) * ENTITY;
	let kept = '';
	for (const character of shown) {
		used += characterWidth(character);
		if (used > width) break;
		kept += character;
	}
	return `${kept.trimEnd()}…`;
}

/** The first of `texts` that is at most `width` px wide, else the last one, cut. @param measure `textWidth` or `plainWidth` */
export function shortenFirst(texts: readonly string[], width: number, measure = textWidth): string {
	const fitting = texts.find((text) => text.length <= 400 && measure(visible(text)) <= width);
	return fitting === undefined ? shorten(texts.at(-1) ?? '', width) : visible(fitting);
}
