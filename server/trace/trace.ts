/**
 * The append-only log of a run. Only the simulation appends; everybody else reads, through `Reader`.
 *
 * Records live in typed columns (`chunk.ts`): no object is made for a record until somebody looks at it, which is why a
 * run can be traced completely. Deliberately absent: changing or removing a record.
 */
import {
	CHUNK_BITS,
	CHUNK_MASK,
	CHUNK_SIZE,
	Chunk,
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
import type { ObjectType, TracedObject } from './object';
import type { SourcePosition, Value } from './record';
import type { Site } from './site';

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
	readonly texts = new Interned<string>();
	readonly errors = new Interned<string>();
	readonly sources = new Interned<SourcePosition>((s) => `${s.file}:${s.line}:${s.column}`);
	readonly blocks: Uint8Array[] = [];
	readonly objects: ObjectEntry[] = [];
	readonly chunks: Chunk[] = [];
	private tail: Chunk = new Chunk();
	private size = 0;
	private keys = 0;
	/** The last change of each key, or -1. */
	private last = new Int32Array(256).fill(-1);

	constructor() {
		this.chunks.push(this.tail);
	}

	/** Number of records. */
	get length(): number {
		return this.size;
	}

	/** Number of (object, field) pairs. */
	get keyCount(): number {
		return this.keys;
	}

	/** `seq` of the last change of `key` in the whole trace, or -1. */
	lastChange(key: number): number {
		return this.last[key] ?? -1;
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
	): number {
		return this.record(CALL, time, context, where, to, context.call, 0, undefined, a, b, c, d, e, f);
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
	): number {
		const code = error === undefined ? 0 : this.errors.of(error) + 1;
		return this.record(SIGNAL, time, context, where, to, context.call, code, undefined, a, b, c, d);
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
		const firstKey = this.keys;
		this.objects.push({ type, owner, number, firstKey, born: this.size });
		this.keys += type.fields.length;
		if (this.keys > this.last.length) {
			const grown = new Int32Array(Math.max(this.keys, this.last.length * 2)).fill(-1);
			grown.set(this.last);
			this.last = grown;
		}
		return { id, firstKey, type };
	}

	/** Records that `field` of `object` is now `after`. Nothing is written if it already was. */
	change(time: number, context: Context, object: TracedObject, field: string, after: Value): void {
		const position = object.type.index[field];
		if (position === undefined) throw new RangeError(`a ${object.type.name} has no field ${field}`);
		const key = object.firstKey + position;
		const previous = this.last[key] as number;
		const chunk = this.room();
		const at = chunk.valueCount;
		this.put(chunk, previous);
		this.put(chunk, after);
		if (previous >= 0 && this.holds(previous, chunk.tags[at + 1] as number, chunk.values[at + 1] as number)) {
			chunk.valueCount = at;
			return;
		}
		this.last[key] = this.size;
		const i = chunk.length;
		chunk.time[i] = time;
		chunk.kind[i] = STATE;
		chunk.phase[i] = context.phase;
		chunk.thread[i] = context.thread;
		chunk.from[i] = context.component;
		chunk.to[i] = context.component;
		chunk.site[i] = key;
		chunk.link[i] = context.call;
		chunk.cause[i] = context.cause;
		chunk.source[i] = context.source;
		chunk.start[i] = at;
		this.advance(chunk);
	}

	/** Whether state record `seq` already holds the value that (tag, value) encodes. */
	private holds(seq: number, tag: number, value: number): boolean {
		const chunk = this.chunkOf(seq);
		const at = (chunk.start[seq & CHUNK_MASK] as number) + 1;
		if (chunk.tags[at] !== tag) return false;
		return chunk.values[at] === value || (tag === TAG_BYTES && this.sameBlocks(chunk.values[at] as number, value));
	}

	/** Whether two byte blocks have the same content. */
	private sameBlocks(one: number, other: number): boolean {
		const a = this.blocks[one] as Uint8Array;
		const b = this.blocks[other] as Uint8Array;
		return a.length === b.length && a.every((byte, i) => byte === b[i]);
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
	): number {
		const chunk = this.room();
		const i = chunk.length;
		chunk.time[i] = time;
		chunk.kind[i] = kind;
		chunk.phase[i] = context.phase;
		chunk.thread[i] = context.thread;
		chunk.from[i] = context.component;
		chunk.to[i] = to;
		chunk.site[i] = where.id;
		chunk.link[i] = link;
		chunk.cause[i] = context.cause;
		chunk.source[i] = context.source;
		chunk.error[i] = error;
		chunk.start[i] = chunk.valueCount;
		if (result !== undefined) {
			chunk.hasResult[i] = 1;
			this.put(chunk, result);
		}
		if (a !== undefined) this.put(chunk, a);
		if (b !== undefined) this.put(chunk, b);
		if (c !== undefined) this.put(chunk, c);
		if (d !== undefined) this.put(chunk, d);
		if (e !== undefined) this.put(chunk, e);
		if (f !== undefined) this.put(chunk, f);
		return this.advance(chunk);
	}

	private room(): Chunk {
		if (this.tail.length === CHUNK_SIZE) {
			this.tail.seal();
			this.tail = new Chunk();
			this.chunks.push(this.tail);
		}
		this.tail.reserve();
		return this.tail;
	}

	private advance(chunk: Chunk): number {
		chunk.length++;
		chunk.start[chunk.length] = chunk.valueCount;
		return this.size++;
	}

	private put(chunk: Chunk, value: Value): void {
		const at = chunk.valueCount++;
		switch (typeof value) {
			case 'number':
				chunk.tags[at] = TAG_NUMBER;
				chunk.values[at] = value;
				return;
			case 'string':
				chunk.tags[at] = TAG_TEXT;
				chunk.values[at] = this.texts.of(value);
				return;
			case 'boolean':
				chunk.tags[at] = value ? TAG_TRUE : TAG_FALSE;
				chunk.values[at] = 0;
				return;
			default:
				this.putObject(chunk, at, value);
		}
	}

	private putObject(chunk: Chunk, at: number, value: Exclude<Value, number | string | boolean>): void {
		if (value === null) {
			chunk.tags[at] = TAG_NULL;
			chunk.values[at] = 0;
		} else if (value instanceof Uint8Array) {
			chunk.tags[at] = TAG_BYTES;
			chunk.values[at] = this.blocks.push(value) - 1;
		} else {
			chunk.tags[at] = TAG_JSON;
			chunk.values[at] = this.texts.of(JSON.stringify(value, bytesAsText));
		}
	}
}
