/**
 * Text that Mermaid shows and never interprets. Labels hold whatever a scenario's author typed, so every character that
 * Mermaid's lexer, its directive and comment filters, its HTML sanitizer or its formula setter could act on is written as
 * `#number;`, Mermaid's own notation for a character.
 */

/**
 * `#` and `;` end a label in the lexer, `<`, `>`, `&` reach an HTML sanitizer, `$` starts a formula, `%` a comment or
 * directive, `{`, `}` and `@` metadata of a participant, `\` and backtick Markdown. Controls and bidirectional marks would
 * reorder or break the text around them and are shown as their code.
 */
const active = /[#;<>&$%{}@\\`"=]/g;

/** Code points that nothing is drawn for: all controls, marks, separators but the space, and halves of surrogate pairs. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u180e\u202f\ufb02\u00b6]/gu;

/** Mermaid takes the `;` away from an entity that follows `style…:` or `classDef…:` on a line. */
const keyword = /style|classDef/gi;

/** `wrap:` and `nowrap:` at the start of a label are commands; signs and `end` mean something in some places. */
const opening = /^(?:[-+:(]|(?:no)?wrap|end\b)/i;

/** Replaces what cannot be seen by what tells about it: line breaks by `⏎`, tabs by a space, the rest by `U+XXXX`. */
export function visible(text: string): string {
	return text.replace(invisible, (character) => {
		if (character === '\n') return '⏎';
		if (character === '\r') return '';
		if (character === '\t') return ' ';
		// Mermaid's inner code for entities consists of these two characters; the look-alikes read the same.
		if (character === '\ufb02') return 'fl';
		if (character === '\u00b6') return '❡';
		return `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
	});
}

function entity(character: string): string {
	return `#${character.codePointAt(0)};`;
}

/** `text` as the label of a Mermaid message, note or participant: one line that means nothing but itself. */
export function escapeLabel(text: string): string {
	const shown = visible(text).trim();
	if (shown === '') return ' ';
	return shown
		.replace(active, entity)
		.replace(keyword, (word) => entity(word.charAt(0)) + word.slice(1))
		.replace(opening, (word) => entity(word.charAt(0)) + word.slice(1));
}

/** How many ordinary characters of `text` become entities because of where they stand. */
export function positionalEntities(text: string): number {
	return (text.match(keyword)?.length ?? 0) + (opening.test(text.trim()) ? 1 : 0);
}

/** Whether Mermaid gets `character` as an entity; it then measures the code, which is wider than the character. */
export function isActive(character: string): boolean {
	active.lastIndex = 0;
	return active.test(character);
}
