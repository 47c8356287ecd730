/** The font in which Mermaid measures and draws. Colours are the style sheet's business: a theme change redraws nothing. */

/** Size of the text in a drawing, px at zoom 1. */
export const FONT_SIZE = 12;

/** The editor's font, as one list of families. */
export function fontFamily(): string {
	return getComputedStyle(document.body).fontFamily || 'sans-serif';
}
