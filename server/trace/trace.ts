/**
 * The append-only log of a run. Only the simulation appends; everybody else reads, through `Reader`.
 *
 * Records live in rows of numbers (`chunk.ts`): no object is made for a record until somebody looks at it, which is why a
 * run can be traced completely. Deliberately absent: changing or removing a record.
 */
import { ByteStore } from './byteStore';
import {
	CHUNK_BITS,
	CHUNK_SIZE,
	Chunk,
	rowHead,
	TAG_BYTES,
	TAG_FALSE,
	TAG_JSON,
	TAG_NULL,
	TAG_NUMBER,
	TAG_TEXT,
	TAG_TRUE,
} from './chunk';
import type { Context } from './context';
import { Interned } from './interned';
import { type ObjectType, positionOf, type TracedObject } from './object';
import { PresentValues } from './presentValues';
import type { SourcePosition, Value } from './record';
import type { Site } from './site';
import { Texts } from './texts';

/** Member that marks bytes inside JSON; no field of a record is called like this. */
export const BYTES_MEMBER = '\u0000bytes';

export const CALL = 0;
export const RETURN = 1;
export const SIGNAL = 2;
export const MESSAGE = 3;
export const STATE = 4;
export const NOTE = 5;
export const VIOLATION = 6;

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
export interface ObjectEntry {
	readonly type: ObjectType;
	/** Component that owns the object (a number from `components`). */
	readonly owner: number;
	/** Number that tells objects of one type and owner apart; -1 where there is only one. */
	readonly number: number;
	readonly firstKey: number;
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
	private tail: Chunk = new Chunk();
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
		const code = error === undefined ? 0 : this.errors.of(error) + 1;
		return this.record(RETURN, time, context, where, to, call, code, result, a, b, c);
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
		const code = error === undefined ? 0 : this.errors.of(error) + 1;
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
		const id = this.objects.length;
		const firstKey = this.present.add(type.fields.length);
		this.objects.push({ type, owner, number, firstKey, born: this.size });
		return { id, firstKey, type };
	}

	/** Records that `field` of `object` is now `after`. Nothing is written if it already was. */
	change(time: number, context: Context, object: TracedObject, field: string, after: Value): void {
		const key = object.firstKey + positionOf(object.type, field);
		const tag = tagOf(after);
		if (tag === TAG_BYTES) {
			const bytes = after as Uint8Array;
			if (this.holdsBytes(key, bytes, 0, bytes.length)) return;
			this.changeKey(time, context, key, tag, this.bytes.add(bytes));
			return;
		}
		const value = this.numberOf(tag, after);
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

	private changeKey(time: number, context: Context, key: number, tag: number, value: number): void {
		const chunk = this.room();
		const previous = this.present.set(key, this.size, tag, value);
		const start = chunk.valueCount;
		chunk.put(tag, value);
		const { phase, thread, component, call, cause, source } = context;
		const head = rowHead(STATE, phase, false, 0);
		chunk.append(time, head, thread, component, previous, key, call, cause, source, start);
		this.size++;
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
		const chunk = this.room();
		const start = chunk.valueCount;
		const { phase, thread, component, cause, source } = context;
		const head = rowHead(kind, phase, result !== undefined, error);
		if (result !== undefined) this.put(chunk, result);
		if (a !== undefined) this.put(chunk, a);
		if (b !== undefined) this.put(chunk, b);
		if (c !== undefined) this.put(chunk, c);
		if (d !== undefined) this.put(chunk, d);
		if (e !== undefined) this.put(chunk, e);
		if (f !== undefined) this.put(chunk, f);
		if (g !== undefined) this.put(chunk, g);
		if (h !== undefined) this.put(chunk, h);
		chunk.append(time, head, thread, component, to, where.id, link, cause, source, start);
		return this.size++;
	}

	private room(): Chunk {
		if (this.tail.length === CHUNK_SIZE) {
			this.tail = new Chunk(this.tail.seal());
			this.chunks.push(this.tail);
		}
		this.tail.reserve();
		return this.tail;
	}

	private put(chunk: Chunk, value: Value): void {
		const tag = tagOf(value);
		chunk.put(tag, this.numberOf(tag, value));
	}

	/** What stands for the value beside its tag. */
	private numberOf(tag: number, value: Value): number {
		switch (tag) {
			case TAG_NUMBER:
				return value as number;
			case TAG_TEXT:
				return this.texts.of(value as string);
			case TAG_BYTES:
				return this.bytes.add(value as Uint8Array);
			case TAG_JSON:
				return this.texts.of(JSON.stringify(value, bytesAsText));
			default:
				return 0;
		}
	}
}

function tagOf(value: Value): number {
	switch (typeof value) {
		case 'number':
			return TAG_NUMBER;
		case 'string':
			return TAG_TEXT;
		case 'boolean':
			return value ? TAG_TRUE : TAG_FALSE;
		default:
			if (value === null) return TAG_NULL;
			return value instanceof Uint8Array ? TAG_BYTES : TAG_JSON;
	}
}
