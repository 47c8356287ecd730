/** Writes the common trace of two runs: copies records, led to where the records went that they refer to. */
import { CALL, type Context, MESSAGE, NOTE, RETURN, type Reader, SIGNAL, Trace, type Value, VIOLATION } from '../trace';
import { Numbers } from './numbers';

/** One of the runs as the common trace sees it. */
class Origin {
	/** Where each record went, -1 if it is not there. */
	readonly places: Int32Array;
	private readonly components: number[] = [];
	private readonly sources: number[] = [];

	constructor(
		readonly reader: Reader,
		private readonly trace: Trace,
	) {
		this.places = new Int32Array(reader.length).fill(-1);
		// In the order of the topology, with those that write nothing: they tell what part another one plays.
		for (const id of reader.trace.components.all()) this.components.push(trace.components.of(id));
	}

	place(seq: number | null): number {
		return seq === null || seq < 0 ? -1 : (this.places[seq] ?? -1);
	}

	component(number: number): number {
		return this.components[number] as number;
	}

	source(number: number): number {
		if (number < 0) return -1;
		this.sources[number] ??= this.trace.sources.of(this.reader.trace.sources.at(number));
		return this.sources[number] as number;
	}
}

export class Merger {
	readonly trace = new Trace();
	/** By record of the common trace: the record of each run, or -1. */
	readonly left = new Numbers();
	readonly right = new Numbers();
	/** Calls of the right run that are told as signals. */
	readonly retold = new Set<number>();
	private readonly leftOrigin: Origin;
	private readonly rightOrigin: Origin;

	constructor(left: Reader, right: Reader) {
		this.leftOrigin = new Origin(left, this.trace);
		this.rightOrigin = new Origin(right, this.trace);
	}

	addLeft(seq: number): void {
		this.leftOrigin.places[seq] = this.write(this.leftOrigin, seq, seq, -1);
	}

	addRight(seq: number): void {
		this.rightOrigin.places[seq] = this.write(this.rightOrigin, seq, -1, seq);
	}

	/** A record of both runs; one that says something else in the right run is written for each. */
	addBoth(left: number, right: number): void {
		const isSame = saysSame(this.leftOrigin.reader, left, this.rightOrigin.reader, right);
		const place = this.write(this.leftOrigin, left, left, isSame ? right : -1);
		this.leftOrigin.places[left] = place;
		this.rightOrigin.places[right] = place;
		if (isSame) return;
		// One call has one activation; the other run's arguments are told by a message of their own.
		const isCall = this.rightOrigin.reader.kind(right) === CALL;
		const other = this.write(this.rightOrigin, right, -1, right, isCall ? SIGNAL : undefined);
		if (isCall) this.retold.add(other);
	}

	/** @returns its place */
	private write(origin: Origin, seq: number, left: number, right: number, kind = origin.reader.kind(seq)): number {
		this.left.push(left);
		this.right.push(right);
		return copy(this.trace, origin, seq, kind);
	}
}

function copy(trace: Trace, origin: Origin, seq: number, kind: number): number {
	const { reader } = origin;
	const context: Context = {
		thread: origin.component(reader.thread(seq)),
		component: origin.component(reader.from(seq)),
		call: origin.place(reader.within(seq)),
		cause: origin.place(reader.cause(seq)),
		phase: reader.phase(seq),
		source: origin.source(reader.sourceId(seq)),
	};
	const time = reader.time(seq);
	const where = reader.site(seq);
	const to = origin.component(reader.to(seq));
	const [a, b, c, d, e, f, g, h] = argumentsOf(reader, seq);
	switch (kind) {
		case CALL:
			return trace.call(time, context, where, to, a, b, c, d, e, f, g, h);
		case MESSAGE:
			return trace.message(time, context, where, to, a, b, c, d, e);
		case NOTE:
			return trace.note(time, context, where, to, a, b, c, d, e);
		case VIOLATION:
			return trace.violation(time, context, where, to, a, b, c);
		case RETURN: {
			const call = origin.place(reader.callOf(seq));
			// A return whose call is not there is told as a signal.
			if (call >= 0)
				return trace.return(time, context, where, to, call, reader.result(seq), reader.error(seq), a, b, c);
			return trace.signal(time, context, where, to, reader.error(seq), a, b, c);
		}
		default:
			return trace.signal(time, context, where, to, reader.error(seq), a, b, c, d, e, f, g, h);
	}
}

function argumentsOf(reader: Reader, seq: number): readonly (Value | undefined)[] {
	const values: (Value | undefined)[] = [];
	for (let n = 0; ; n++) {
		const value = reader.argument(seq, n);
		if (value === undefined) return values;
		values.push(value);
	}
}

/** Whether two records say the same beyond their names. Times in arguments are as little a difference as those of records. */
function saysSame(left: Reader, leftSeq: number, right: Reader, rightSeq: number): boolean {
	if (left.error(leftSeq) !== right.error(rightSeq)) return false;
	if (!isSame(left.result(leftSeq), right.result(rightSeq))) return false;
	const [site, other] = [left.site(leftSeq), right.site(rightSeq)];
	if (site !== other && (!isSame(site.fields, other.fields) || !isSame(site.rules, other.rules))) return false;
	for (let n = 0; ; n++) {
		const value = left.argument(leftSeq, n);
		const partner = right.argument(rightSeq, n);
		if (value === undefined && partner === undefined) return true;
		if (site.fields[n] !== 'arrives' && !isSame(value, partner)) return false;
	}
}

function isSame(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (typeof a !== 'object' || typeof b !== 'object') return false;
	return JSON.stringify(a) === JSON.stringify(b);
}
