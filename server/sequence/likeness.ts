/**
 * When two messages are taken for the same one, told as numbers that are equal for equals. Messages that say the same can be
 * counted on one arrow. In a loop of several messages numbers may differ from round to round (a sequence number, the
 * socket of the next connection), but not names, texts, errors, or whether a number is 0.
 */
import { type Reader, type TraceRecord, VIOLATION } from '../trace';
import { labelTexts, noise } from './label';

/** Two likenesses of a message; 0 is like nothing. */
export interface Likeness {
	/** Nothing but the time tells equal ones apart in the diagram. */
	readonly exact: number;
	/** Equal but for numbers. */
	readonly shape: number;
}

/** Like nothing, itself included. */
export const unlike: Likeness = { exact: 0, shape: 0 };

export class Likenesses {
	private readonly numbers = new Map<string, number>();

	/** @param sideOf which of two compared runs has a record */
	constructor(
		private readonly reader: Reader,
		private readonly sideOf: (seq: number) => string,
	) {}

	/** @param depth number of drawn calls around the message */
	of(seq: number, depth: number): Likeness {
		const { reader } = this;
		if (reader.kind(seq) === VIOLATION) return unlike;
		const record = reader.record(seq);
		// What failed is never folded away.
		if (record.kind === 'note' && record.name === 'expectation failed') return unlike;
		const site = [reader.siteId(seq), reader.from(seq), reader.to(seq), reader.thread(seq), reader.phase(seq)];
		const common = [...site, reader.kind(seq), reader.errorId(seq), depth, this.sideOf(seq)].join(' ');
		return {
			exact: this.number(`e${common} ${labelTexts(record)[0]}`),
			shape: this.number(`s${common} ${shapeOf(record)}`),
		};
	}

	/** The first message of a loop, told from the same one outside of it. */
	ofLoop(likeness: Likeness, length: number, count: number): Likeness {
		const suffix = `×${length} ${count}`;
		return { exact: this.number(`${likeness.exact}${suffix}`), shape: this.number(`${likeness.shape}${suffix}`) };
	}

	private number(text: string): number {
		const known = this.numbers.get(text);
		if (known !== undefined) return known;
		this.numbers.set(text, this.numbers.size + 1);
		return this.numbers.size;
	}
}

function shapeOf({ args, result }: TraceRecord): string {
	return JSON.stringify([args, result === undefined ? null : result], (name, value: unknown) => {
		if (noise.has(name)) return null;
		if (typeof value === 'number') return value === 0 ? 0 : 1;
		// The port of the next connection.
		return typeof value === 'string' ? value.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1') : value;
	});
}
