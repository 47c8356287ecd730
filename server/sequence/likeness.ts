/**
 * When two messages are taken for the same one, told as numbers that are equal for equals. Messages that say the same can be
 * counted on one arrow. In a loop of several messages numbers may differ from round to round (a sequence number, the
 * socket of the next connection), but not names, texts, errors, or whether a number is 0.
 */
import { NOTE, type Reader, type Value, VIOLATION } from '../trace';
import { labelTexts, noise } from './label';

/** Like nothing, itself included. */
export const unlike = 0;

export class Likenesses {
	private readonly numbers: Map<string, number>;

	/**
	 * @param sideOf which of two compared runs has a record
	 * @param like gives out the same numbers for the same messages
	 */
	constructor(
		private readonly reader: Reader,
		private readonly sideOf: (seq: number) => string,
		like?: Likenesses,
	) {
		this.numbers = like?.numbers ?? new Map();
	}

	/** What a message is but for its numbers. @param depth number of drawn calls around it */
	shape(seq: number, depth: number): number {
		const { reader } = this;
		const kind = reader.kind(seq);
		// What failed is never folded away.
		if (kind === VIOLATION || (kind === NOTE && reader.name(seq) === 'expectation failed')) return unlike;
		const place = `${kind} ${reader.siteId(seq)} ${reader.from(seq)} ${reader.to(seq)} ${reader.thread(seq)}`;
		const state = `${reader.phase(seq)} ${reader.errorId(seq)} ${depth} ${this.sideOf(seq)}`;
		return this.number(`${place} ${state} ${valuesShape(reader.args(seq), reader.result(seq))}`);
	}

	/** What a message says: of two with the same shape and label, nothing but the time tells one from the other. */
	label(seq: number): number {
		return this.number(labelTexts(this.reader.record(seq))[0] ?? '');
	}

	/** The first message of a loop, told from the same one outside of it. */
	loopShape(shape: number, length: number, count: number): number {
		return this.number(`${shape} × ${length} ${count}`);
	}

	private number(text: string): number {
		const known = this.numbers.get(text);
		if (known !== undefined) return known;
		this.numbers.set(text, this.numbers.size + 1);
		return this.numbers.size;
	}
}

function valuesShape(args: { readonly [name: string]: Value }, result: Value | undefined): string {
	let text = result === undefined ? '' : valueShape(result);
	for (const name in args) {
		// Which arguments there are is the site's business.
		if (!noise.has(name)) text += `\u0001${valueShape(args[name] as Value)}`;
	}
	return text;
}

function valueShape(value: unknown): string {
	if (typeof value === 'number') return value === 0 ? '0' : '1';
	if (typeof value === 'string') return value.includes(':') ? withoutPort(value) : value;
	return JSON.stringify(value, (_name, part: unknown) => {
		if (typeof part === 'number') return part === 0 ? 0 : 1;
		return typeof part === 'string' ? withoutPort(part) : part;
	});
}

/** The next connection has another one. */
function withoutPort(text: string): string {
	return text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
}
