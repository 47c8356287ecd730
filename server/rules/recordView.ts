/**
 * A record that looks its properties up when they are asked for. A check asks for a few of them; making all of them for
 * each record of interest would cost more than the checks themselves. A view stays valid: the trace is append-only.
 */
import {
	CALL,
	type Phase,
	phases,
	RETURN,
	type Reader,
	type RecordKind,
	recordKinds,
	type SourcePosition,
	STATE,
	type TraceRecord,
	type Value,
} from '../trace';
import { siteAt } from '../trace/site';
import {
	Cast,
	INTO_PROVIDER,
	INTO_SWITCH,
	isSpiSite,
	isUpCallSite,
	type KeyFacts,
	OUT_OF_PROVIDER,
	OUT_OF_SWITCH,
} from './cast';

/** A record as checks see it: what every record has, and the short ways of `RecordView`. */
export interface SeenRecord extends TraceRecord {
	/** Number of the component that acts, is acted upon, and of the thread. */
	readonly fromId: number;
	readonly toId: number;
	readonly threadId: number;
	/** The call that a return closes. */
	readonly opening: SeenRecord;
	/** What a state change has changed. */
	readonly changed: KeyFacts;
	/** One argument, without making an object of all of them; undefined if there is none of that name. */
	arg(name: string): Value | undefined;
	/** A call of the switch into a SAN provider (functions of the SPI only), or the return of one. */
	readonly isDownCall: boolean;
	readonly isDownReturn: boolean;
	/** A call of an application into its switch, or the return of one. */
	readonly isApplicationCall: boolean;
	readonly isApplicationReturn: boolean;
	/** Whether the record goes from a switch into a SAN provider, and so on, whatever it is called. */
	readonly intoProvider: boolean;
	readonly outOfProvider: boolean;
	readonly intoSwitch: boolean;
	readonly outOfSwitch: boolean;
}

class RecordView {
	private known: { readonly [name: string]: Value } | undefined = undefined;
	private first: SeenRecord | undefined = undefined;

	constructor(
		private readonly cast: Cast,
		private readonly reader: Reader,
		readonly seq: number,
	) {}

	get time(): number {
		return this.reader.time(this.seq);
	}

	get kind(): RecordKind {
		return recordKinds[this.reader.kind(this.seq)] as RecordKind;
	}

	get name(): string {
		const id = this.reader.siteId(this.seq);
		return this.reader.kind(this.seq) === STATE ? this.cast.key(id).name : siteAt(id).name;
	}

	get fromId(): number {
		return this.reader.from(this.seq);
	}

	get toId(): number {
		return this.reader.to(this.seq);
	}

	get threadId(): number {
		return this.reader.thread(this.seq);
	}

	get from(): string {
		return this.reader.trace.components.at(this.fromId);
	}

	get to(): string {
		return this.reader.trace.components.at(this.toId);
	}

	get thread(): string {
		return this.reader.trace.components.at(this.threadId);
	}

	arg(name: string): Value | undefined {
		const { reader, seq } = this;
		if (reader.kind(seq) === STATE) return this.changeArg(name);
		const { fields } = siteAt(reader.siteId(seq));
		for (let n = 0; n < fields.length; n++) if (fields[n] === name) return reader.argument(seq, n);
		return undefined;
	}

	private changeArg(name: string): Value | undefined {
		const { reader, seq } = this;
		switch (name) {
			case 'after':
				return reader.after(seq);
			case 'field':
				return this.changed.field;
			case 'before': {
				const previous = reader.previousChange(seq);
				return previous < 0 ? null : reader.after(previous);
			}
			default:
				return undefined;
		}
	}

	get args(): { readonly [name: string]: Value } {
		this.known ??= this.reader.args(this.seq);
		return this.known;
	}

	get result(): Value | undefined {
		return this.reader.result(this.seq);
	}

	get error(): string | undefined {
		return this.reader.error(this.seq);
	}

	get call(): number | undefined {
		const call = this.reader.callOf(this.seq);
		return call < 0 ? undefined : call;
	}

	get opening(): SeenRecord {
		this.first ??= recordView(this.cast, this.reader.callOf(this.seq));
		return this.first;
	}

	get changed(): KeyFacts {
		return this.cast.key(this.reader.siteId(this.seq));
	}

	get within(): number | null {
		return this.reader.within(this.seq);
	}

	get cause(): number | null {
		const cause = this.reader.cause(this.seq);
		return cause < 0 ? null : cause;
	}

	get phase(): Phase {
		return phases[this.reader.phase(this.seq)] as Phase;
	}

	get rules(): readonly string[] {
		return this.kind === 'state' ? [] : this.reader.site(this.seq).rules;
	}

	get source(): SourcePosition | null {
		return this.reader.source(this.seq);
	}

	get intoProvider(): boolean {
		return (this.cast.directions(this.fromId, this.toId) & INTO_PROVIDER) !== 0;
	}

	get outOfProvider(): boolean {
		return (this.cast.directions(this.fromId, this.toId) & OUT_OF_PROVIDER) !== 0;
	}

	get intoSwitch(): boolean {
		return (this.cast.directions(this.fromId, this.toId) & INTO_SWITCH) !== 0;
	}

	get outOfSwitch(): boolean {
		return (this.cast.directions(this.fromId, this.toId) & OUT_OF_SWITCH) !== 0;
	}

	get isDownCall(): boolean {
		return this.reader.kind(this.seq) === CALL && this.intoProvider && isSpiSite(this.reader.siteId(this.seq));
	}

	get isDownReturn(): boolean {
		return this.reader.kind(this.seq) === RETURN && this.outOfProvider && isSpiSite(this.reader.siteId(this.seq));
	}

	get isApplicationCall(): boolean {
		return this.reader.kind(this.seq) === CALL && this.intoSwitch && !isUpCallSite(this.reader.siteId(this.seq));
	}

	get isApplicationReturn(): boolean {
		return this.reader.kind(this.seq) === RETURN && this.outOfSwitch && !isUpCallSite(this.reader.siteId(this.seq));
	}
}

/**
 * Record `seq`, which must exist, as a view. What a record of its kind lacks (`error`, `result`, `call`) reads as
 * undefined, as it does in a plain record; only enumerating its properties would tell the two apart.
 */
export function recordView(cast: Cast, seq: number): SeenRecord {
	return new RecordView(cast, cast.reader, seq) as unknown as SeenRecord;
}

/** The cast of each trace that is being read: views of one trace share it. */
const casts = new WeakMap<Reader, Cast>();

export function castOf(reader: Reader): Cast {
	let cast = casts.get(reader);
	if (!cast) {
		cast = new Cast(reader);
		casts.set(reader, cast);
	}
	return cast;
}
