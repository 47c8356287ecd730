/** Appends records that exist already, as objects, to a trace: those of a file, or of several runs brought together. */
import type { Context } from './context';
import { type ObjectType, objectType, type TracedObject } from './object';
import { phases, type TraceRecord, type Value } from './record';
import { type Site, site } from './site';
import { Trace } from './trace';

/** What a trace cannot hold; `text` has numbered places. */
export class UnwritableRecord extends Error {}

/** Most arguments of each kind, as `Trace` takes them; a comparison tells a second call as a signal. */
const argumentsMax = { call: 8, return: 3, signal: 8, message: 5, note: 5, violation: 3 } as const;

export class TraceWriter {
	readonly trace = new Trace();
	private readonly types = new Map<string, ObjectType>();
	private readonly objects = new Map<string, TracedObject>();

	/** @param fields of each type of object, which must be known before its first change */
	constructor(private readonly fields: ReadonlyMap<string, readonly string[]> = new Map()) {}

	/** Appends `record`, whose `seq` does not matter. @throws UnwritableRecord */
	append(record: TraceRecord): void {
		const { trace } = this;
		const { kind, time, args } = record;
		const context = this.contextOf(record);
		if (kind === 'state') {
			this.change(record, context);
			return;
		}
		const names = Object.keys(args);
		if (names.length > argumentsMax[kind]) throw new UnwritableRecord('too many arguments');
		const where: Site = site(record.name, names, record.rules);
		const to = trace.components.of(record.to);
		const values = Object.values(args) as [Value?, Value?, Value?];
		switch (kind) {
			case 'call':
				trace.call(time, context, where, to, ...values);
				return;
			case 'return':
				trace.return(time, context, where, to, record.call ?? -1, record.result, record.error, ...values);
				return;
			case 'signal':
				trace.signal(time, context, where, to, record.error, ...values);
				return;
			case 'message':
				trace.message(time, context, where, to, ...values);
				return;
			case 'note':
				trace.note(time, context, where, to, ...values);
				return;
			case 'violation':
				trace.violation(time, context, where, to, ...values);
				return;
			default:
				kind satisfies never;
		}
	}

	private contextOf(record: TraceRecord): Context {
		const { components, sources } = this.trace;
		return {
			thread: components.of(record.thread),
			component: components.of(record.from),
			call: record.within ?? -1,
			cause: record.cause ?? -1,
			phase: phases.indexOf(record.phase),
			source: record.source === null ? -1 : sources.of(record.source),
		};
	}

	private change(record: TraceRecord, context: Context): void {
		const { field, after } = record.args;
		const object = this.object(record.name);
		if (typeof field !== 'string' || after === undefined || !(field in object.type.index)) {
			throw new UnwritableRecord('a state change without field or value');
		}
		const { length } = this.trace;
		this.trace.change(record.time, context, object, field, after);
		if (this.trace.length === length) throw new UnwritableRecord('a state change that changes nothing');
	}

	private object(name: string): TracedObject {
		const known = this.objects.get(name);
		if (known) return known;
		const { owner, type, number } = objectNameParts(name);
		const made = this.trace.object(this.type(type), this.trace.components.of(owner), number);
		this.objects.set(name, made);
		return made;
	}

	private type(name: string): ObjectType {
		const known = this.types.get(name);
		if (known) return known;
		const made = objectType(name, [...(this.fields.get(name) ?? [])]);
		this.types.set(name, made);
		return made;
	}
}

/** `alice.ib0 socket 3` in its parts; the number is -1 where there is none. */
export function objectNameParts(name: string): {
	readonly owner: string;
	readonly type: string;
	readonly number: number;
} {
	const [owner = '', ...rest] = name.split(' ');
	const last = rest.at(-1);
	if (rest.length > 1 && last !== undefined && /^\d+$/.test(last)) {
		return { owner, type: rest.slice(0, -1).join(' '), number: Number(last) };
	}
	return { owner, type: rest.join(' '), number: -1 };
}
