/** Text in columns on a terminal, where an East Asian wide character takes two cells. */

const wide =
	/[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** Cells that the text takes. */
export function cells(text: string): number {
	return [...text].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0);
}

/** The text with spaces behind it. */
export function padEnd(text: string, width: number): string {
	return text + ' '.repeat(Math.max(0, width - cells(text)));
}

/** The text with spaces before it. */
export function padStart(text: string, width: number): string {
	return ' '.repeat(Math.max(0, width - cells(text))) + text;
}
