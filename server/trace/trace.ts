/**
 * The append-only log of a run. Only the simulation appends; everybody else reads, through `Reader`.
 *
 * Records live in rows of numbers (`chunk.ts`, `rows.ts`): no object is made for a record until somebody looks at it, which is why a
 * run can be traced completely. Deliberately absent: changing or removing a record.
 */
import { ByteStore } from './byteStore';
import {
	CHUNK_BITS,
	CHUNK_MASK,
	Chunk,
	headOf,
	LINK,
	outcomeBits,
	SITE,
	SOURCE,
	TAG_BITS,
	TAG_BYTES,
	TAG_FALSE,
	TAG_INTEGER,
	TAG_JSON,
	TAG_MASK,
	TAG_NULL,
	TAG_NUMBER,
	TAG_TEXT,
	TAG_TRUE,
	TO,
	VALUES,
	WHO,
} from './chunk';
import type { Context } from './context';
import { Interned } from './interned';
import { type ObjectType, positionOf, type TracedObject } from './object';
import { PresentValues } from './presentValues';
import type { SourcePosition, Value } from './record';
import { Rows } from './rows';
import type { Site } from './site';
import { Texts } from './texts';
import { Times } from './times';

/** Member that marks bytes inside JSON; no field of a record is called like this. */
export const BYTES_MEMBER = '\u0000bytes';

export const CALL = 0;
export const RETURN = 1;
export const SIGNAL = 2;
export const MESSAGE = 3;
export const STATE = 4;
export const NOTE = 5;
export const VIOLATION = 6;

/** Most values of one record: a result and eight arguments. */
const VALUES_MAX = 9;

/** Bytes inside a list or record: kept as `{"bytes": "hex digits"}`, which the reader turns back into bytes. */
function bytesAsText(_name: string, value: unknown): unknown {
	return value instanceof Uint8Array ? { [BYTES_MEMBER]: hexDigits(value) } : value;
}

function hexDigits(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
	return text;
}

/** What a trace remembers about an object besides its changes. */
export interface ObjectEntry extends TracedObject {
	/** Component that owns the object (a number from `components`). */
	readonly owner: number;
	/** Number that tells objects of one type and owner apart; -1 where there is only one. */
	readonly number: number;
	/** `seq` of the record after which the object exists. */
	readonly born: number;
}

export class Trace {
	readonly components = new Interned<string>();
	readonly texts = new Texts();
	readonly errors = new Texts();
	readonly sources = new Interned<SourcePosition>((s) => `${s.file}:${s.line}:${s.column}`);
	readonly bytes = new ByteStore();
	readonly objects: ObjectEntry[] = [];
	readonly chunks: Chunk[] = [];
	private readonly rows = new Rows();
	private readonly times = new Times();
	/** Numbers that are no integers of 32 bits. */
	private readonly numbers: number[] = [];
	private tail: Chunk = new Chunk(this.rows);
	private size = 0;
	private readonly present = new PresentValues();

	constructor() {
		this.chunks.push(this.tail);
	}

	/** Number of records. */
	get length(): number {
		return this.size;
	}

	/** Number of (object, field) pairs. */
	get keyCount(): number {
		return this.present.count;
	}

	/** `seq` of the last change of `key` in the whole trace, or -1. */
	lastChange(key: number): number {
		return this.present.lastChange(key);
	}

	/** The chunk that holds record `seq`. */
	chunkOf(seq: number): Chunk {
		return this.chunks[seq >> CHUNK_BITS] as Chunk;
	}

	/** Virtual time of record `seq`, ns. */
	timeOf(seq: number): number {
		return this.times.at(seq);
	}

	/** The number at `place`, where it is no integer of 32 bits. */
	numberAt(place: number): number {
		return this.numbers[place] as number;
	}

	/** Opens a call from the context's component into `to`; the caller keeps the returned `seq` for the return. */
	call(
		time: number,
		context: Context,
		where: Site,
		to: number,
		a?: Value,
		b?: Value,
		c?: Value,
		d?: Value,
		e?: Value,
		f?: Value,
		g?: Value,
		h?: Value,
	): number {
		return this.record(CALL, time, context, where, to, context.call, 0, undefined, a, b, c, d, e, f, g, h);
	}

	/**
	 * Closes call `call`: written by the callee (the context's component) back to its caller.
	 * @param error WSAE… name if the call failed
	 */
	return(
		time: number,
		context: Context,
		where: Site,
		to: number,
		call: number,
		result: Value | undefined,
		error: string | undefined,
		a?: Value,
		b?: Value,
		c?: Value,
	): number {
		const code = this.errorNumber(error);
		return this.record(RETURN, time, context, where, to, call, code, result, a, b, c);
	}

	/** Number + 1 of an error by its name, or 0. */
	private errorNumber(error: string | undefined): number {
		return error === undefined ? 0 : this.errors.of(error) + 1;
	}

	signal(
		time: number,
		context: Context,
		where: Site,
		to: number,
		error?: string,
		a?: Value,
		b?: Value,
		c?: Value,
		d?: Value,
		e?: Value,
		f?: Value,
		g?: Value,
		h?: Value,
	): number {
		const code = this.errorNumber(error);
		return this.record(SIGNAL, time, context, where, to, context.call, code, undefined, a, b, c, d, e, f, g, h);
	}

	message(
		time: number,
		context: Context,
		where: Site,
		to: number,
		a?: Value,
		b?: Value,
		c?: Value,
		d?: Value,
		e?: Value,
	): number {
		return this.record(MESSAGE, time, context, where, to, context.call, 0, undefined, a, b, c, d, e);
	}

	note(
		time: number,
		context: Context,
		where: Site,
		to: number,
		a?: Value,
		b?: Value,
		c?: Value,
		d?: Value,
		e?: Value,
	): number {
		return this.record(NOTE, time, context, where, to, context.call, 0, undefined, a, b, c, d, e);
	}

	violation(time: number, context: Context, where: Site, to: number, a?: Value, b?: Value, c?: Value): number {
		return this.record(VIOLATION, time, context, where, to, context.call, 0, undefined, a, b, c);
	}

	/**
	 * Registers an object that is about to change for the first time.
	 * @param number tells objects of one type and owner apart; leave out where there is only one
	 */
	object(type: ObjectType, owner: number, number = -1): TracedObject {
		const firstKey = this.present.add(type.fields.length);
		const made: ObjectEntry = { id: this.objects.length, type, owner, number, firstKey, born: this.size };
		this.objects.push(made);
		return made;
	}

	/** Records that `field` of `object` is now `after`. Nothing is written if it already was. */
	change(time: number, context: Context, object: TracedObject, field: string, after: Value): void {
		const key = object.firstKey + positionOf(object.type, field);
		if (typeof after === 'number') {
			const integer = after | 0;
			if (integer === after) this.changeTo(time, context, key, TAG_INTEGER, integer);
			else if (!this.holdsNumber(key, after)) {
				this.changeKey(time, context, key, TAG_NUMBER, this.numbers.push(after) - 1);
			}
		} else if (typeof after === 'string') this.changeTo(time, context, key, TAG_TEXT, this.texts.of(after));
		else if (after === null) this.changeTo(time, context, key, TAG_NULL, 0);
		else if (after === true) this.changeTo(time, context, key, TAG_TRUE, 0);
		else if (after === false) this.changeTo(time, context, key, TAG_FALSE, 0);
		else if (!(after instanceof Uint8Array)) this.changeTo(time, context, key, TAG_JSON, this.jsonOf(after));
		else if (!this.holdsBytes(key, after, 0, after.length)) {
			this.changeKey(time, context, key, TAG_BYTES, this.bytes.add(after));
		}
	}

	private changeTo(time: number, context: Context, key: number, tag: number, value: number): void {
		if (!this.present.holds(key, tag, value)) this.changeKey(time, context, key, tag, value);
	}

	/** As `change`, where the field is now `length` bytes of `source` from `offset` on: they are copied here, if at all. */
	changeToPart(
		time: number,
		context: Context,
		object: TracedObject,
		field: string,
		source: Uint8Array,
		offset: number,
		length: number,
	): void {
		const key = object.firstKey + positionOf(object.type, field);
		if (this.holdsBytes(key, source, offset, length)) return;
		this.changeKey(time, context, key, TAG_BYTES, this.bytes.addPart(source, offset, length));
	}

	private holdsBytes(key: number, source: Uint8Array, offset: number, length: number): boolean {
		const { present, bytes } = this;
		return present.tag(key) === TAG_BYTES && bytes.holds(present.value(key), source, offset, length);
	}

	private holdsNumber(key: number, value: number): boolean {
		const { present, numbers } = this;
		return present.tag(key) === TAG_NUMBER && numbers[present.value(key)] === value;
	}

	private changeKey(time: number, context: Context, key: number, tag: number, value: number): void {
		const { rows } = this;
		const previous = this.present.set(key, this.size, tag, value);
		const place = rows.reserve(VALUES + 2);
		const { page, used } = rows;
		page[used + VALUES] = value;
		rows.used = used + VALUES + 1;
		const ownCause = writeRow(rows, page, used, context, previous, key, context.call);
		this.append(time, headOf(STATE, context.phase, 1, ownCause, tag), place);
	}

	private record(
		kind: number,
		time: number,
		context: Context,
		where: Site,
		to: number,
		link: number,
		error: number,
		result: Value | undefined,
		a?: Value,
		b?: Value,
		c?: Value,
		d?: Value,
		e?: Value,
		f?: Value,
		g?: Value,
		h?: Value,
	): number {
		const { rows } = this;
		const place = rows.reserve(VALUES + VALUES_MAX + 2);
		const { page, used } = rows;
		const first = used + VALUES;
		let at = first;
		let tags = 0;
		if (result !== undefined) tags = this.put(page, at++, result);
		if (a !== undefined) tags |= this.put(page, at, a) << ((at++ - first) * TAG_BITS);
		if (b !== undefined) tags |= this.put(page, at, b) << ((at++ - first) * TAG_BITS);
		if (c !== undefined) tags |= this.put(page, at, c) << ((at++ - first) * TAG_BITS);
		if (d !== undefined) tags |= this.put(page, at, d) << ((at++ - first) * TAG_BITS);
		if (e !== undefined) tags |= this.put(page, at, e) << ((at++ - first) * TAG_BITS);
		if (f !== undefined) tags |= this.put(page, at, f) << ((at++ - first) * TAG_BITS);
		if (g !== undefined) tags |= this.put(page, at, g) << ((at++ - first) * TAG_BITS);
		if (h !== undefined) tags |= this.put(page, at, h) << ((at++ - first) * TAG_BITS);
		const values = at - first;
		if (values > 1) page[at++] = tags;
		rows.used = at;
		const ownCause = writeRow(rows, page, used, context, to, where.id, link);
		const head = headOf(kind, context.phase, values, ownCause, tags & TAG_MASK);
		return this.append(time, head | outcomeBits(result !== undefined, error), place);
	}

	private append(time: number, head: number, place: number): number {
		const seq = this.size++;
		this.times.add(seq, time);
		const i = seq & CHUNK_MASK;
		if (i === 0 && seq > 0) {
			this.tail = new Chunk(this.rows);
			this.chunks.push(this.tail);
		}
		const { tail } = this;
		tail.heads[i] = head;
		tail.places[i] = place;
		return seq;
	}

	/** Puts one value of a record at `at`. @returns its tag */
	private put(page: Int32Array, at: number, value: Value): number {
		if (typeof value === 'number') {
			const integer = value | 0;
			page[at] = integer;
			return integer === value ? TAG_INTEGER : this.putOther(page, at, value);
		}
		if (typeof value === 'string') {
			page[at] = this.texts.of(value);
			return TAG_TEXT;
		}
		return this.putOther(page, at, value);
	}

	private putOther(page: Int32Array, at: number, value: Exclude<Value, string>): number {
		if (value === null) return TAG_NULL;
		if (typeof value === 'boolean') return value ? TAG_TRUE : TAG_FALSE;
		if (typeof value === 'number') {
			page[at] = this.numbers.push(value) - 1;
			return TAG_NUMBER;
		}
		if (value instanceof Uint8Array) {
			page[at] = this.bytes.add(value);
			return TAG_BYTES;
		}
		page[at] = this.jsonOf(value);
		return TAG_JSON;
	}

	private jsonOf(value: Value): number {
		return this.texts.of(JSON.stringify(value, bytesAsText));
	}
}

/** Writes what every record has, and the cause behind the values where it is not `link`. @returns whether it is there */
function writeRow(
	rows: Rows,
	page: Int32Array,
	at: number,
	context: Context,
	to: number,
	site: number,
	link: number,
): boolean {
	page[at + WHO] = context.thread | (context.component << 16);
	page[at + TO] = to;
	page[at + SITE] = site;
	page[at + LINK] = link;
	page[at + SOURCE] = context.source;
	const { cause } = context;
	if (cause === link) return false;
	page[rows.used++] = cause;
	return true;
}
