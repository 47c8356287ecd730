import { Interned } from './interned';

const SLOTS = 512;

/**
 * The texts of a trace. A run writes the same few texts again and again, so the last ones are kept in slots that are found
 * by their ends: comparing a text with itself is a good deal quicker than looking it up among thousands.
 */
export class Texts extends Interned<string> {
	private readonly recent: string[] = new Array(SLOTS).fill('');
	private readonly recentNumbers = new Int32Array(SLOTS).fill(-1);

	override of(text: string): number {
		const { length } = text;
		if (length === 0) return super.of(text);
		const slot = (length * 31 + text.charCodeAt(0) * 7 + text.charCodeAt(length - 1) * 131) & (SLOTS - 1);
		if (this.recent[slot] === text) return this.recentNumbers[slot] as number;
		const number = super.of(text);
		this.recent[slot] = text;
		this.recentNumbers[slot] = number;
		return number;
	}
}
