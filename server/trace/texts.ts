import { Interned } from './interned';

const SLOTS = 1024;

/**
 * The texts of a trace. A run writes the same few texts again and again, so the last ones are kept in slots that are found
 * by their length and three of their characters: comparing a text with itself is a good deal quicker than looking it up among thousands.
 */
export class Texts extends Interned<string> {
	private readonly recent: string[] = new Array(SLOTS).fill('');
	private readonly recentNumbers = new Int32Array(SLOTS).fill(-1);

	private emptyNumber = -1;

	override of(text: string): number {
		const { length } = text;
		if (length === 0) return this.empty();
		const ends = text.charCodeAt(0) * 7 + text.charCodeAt(length - 1) * 131;
		const slot = (length * 31 + ends + text.charCodeAt(length >> 1) * 61) & (SLOTS - 1);
		if (this.recent[slot] === text) return this.recentNumbers[slot] as number;
		const number = super.of(text);
		this.recent[slot] = text;
		this.recentNumbers[slot] = number;
		return number;
	}

	private empty(): number {
		if (this.emptyNumber < 0) this.emptyNumber = super.of('');
		return this.emptyNumber;
	}
}
