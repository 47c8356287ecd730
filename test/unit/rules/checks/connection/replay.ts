/**
 * Traces for tests of rule checks: real runs of small scenarios, and copies of them in which records were removed,
 * changed or added, so that a rule is broken that the stack keeps.
 */
import { Checker, type Violation } from '../../../../../server/rules/checker';
import { connectionChecks } from '../../../../../server/rules/checks/connection';
import type { RuleId } from '../../../../../server/rules/ruleBook';
import { startRun } from '../../../../../server/scenario/interpreter';
import { parseScenarioFile } from '../../../../../server/scenario/parse';
import {
	type ObjectType,
	phases,
	Reader,
	STATE,
	site,
	Trace,
	type TracedObject,
	type TraceRecord,
} from '../../../../../server/trace';

/** A record that a test may change. For a state change `object` tells which one, and `args` has field and after. */
export type Draft = { -readonly [K in keyof TraceRecord]: TraceRecord[K] } & { object?: number };

/** A run as drafts, with the objects that its state changes speak of. */
export interface Recording {
	readonly drafts: readonly Draft[];
	readonly objects: readonly { readonly type: ObjectType; readonly owner: string; readonly number: number }[];
}

/** Runs a scenario file of one scenario to its end. */
export function run(text: string): Reader {
	const file = parseScenarioFile(text, 'test.sanflow');
	const problem = file.problems.find(({ severity }) => severity === 'error');
	if (problem) throw new Error(`${problem.line}:${problem.column} ${JSON.stringify(problem.message)}`);
	const running = startRun(file);
	while (running.state.kind === 'running') running.advance(1000);
	return running.reader;
}

export function recordingOf(reader: Reader): Recording {
	const { trace } = reader;
	const objects = trace.objects.map(({ type, owner, number }) => ({ type, owner: trace.components.at(owner), number }));
	const drafts = Array.from({ length: reader.length }, (_, seq): Draft => {
		const record = reader.record(seq);
		return reader.kind(seq) === STATE ? { ...record, object: reader.objectOfKey(reader.siteId(seq)) } : { ...record };
	});
	return { drafts, objects };
}

/** Writes drafts as a trace; a draft's `seq` is only its name for those that refer to it. */
export function written({ objects }: Recording, drafts: readonly Draft[]): Reader {
	const trace = new Trace();
	const made = new Map<number, TracedObject>();
	const seqOf = new Map<number, number>();
	for (const draft of drafts) {
		seqOf.set(draft.seq, trace.length);
		write(trace, draft, seqOf, (id) => {
			let object = made.get(id);
			if (!object) {
				const entry = objects[id];
				if (!entry) throw new Error(`no object ${id}`);
				object = trace.object(entry.type, trace.components.of(entry.owner), entry.number);
				made.set(id, object);
			}
			return object;
		});
	}
	return new Reader(trace);
}

function write(
	trace: Trace,
	draft: Draft,
	seqOf: ReadonlyMap<number, number>,
	objectOf: (id: number) => TracedObject,
): void {
	const refer = (seq: number | null | undefined): number =>
		seq === null || seq === undefined ? -1 : (seqOf.get(seq) ?? -1);
	const context = {
		thread: trace.components.of(draft.thread),
		component: trace.components.of(draft.from),
		call: refer(draft.within),
		cause: refer(draft.cause),
		phase: phases.indexOf(draft.phase),
		source: -1,
	};
	const to = trace.components.of(draft.to);
	const where = site(draft.name, Object.keys(draft.args), draft.rules);
	const [a, b, c, d, e] = Object.values(draft.args);
	switch (draft.kind) {
		case 'call':
			trace.call(draft.time, context, where, to, a, b, c, d);
			return;
		case 'return':
			trace.return(draft.time, context, where, to, refer(draft.call), draft.result, draft.error, a, b, c);
			return;
		case 'signal':
			trace.signal(draft.time, context, where, to, draft.error, a, b, c, d);
			return;
		case 'message':
			trace.message(draft.time, context, where, to, a, b, c, d, e);
			return;
		case 'note':
			trace.note(draft.time, context, where, to, a, b, c, d);
			return;
		case 'violation':
			trace.violation(draft.time, context, where, to, a, b, c);
			return;
		case 'state':
			trace.change(
				draft.time,
				context,
				objectOf(draft.object as number),
				String(draft.args.field),
				draft.args.after ?? null,
			);
	}
}

export interface Judgement {
	readonly violations: readonly Violation[];
	/** Rules that were broken at least once. */
	readonly broken: ReadonlySet<RuleId>;
	/** Rules that were kept at least once. */
	readonly kept: ReadonlySet<RuleId>;
}

/** Judges a whole trace by the checks of these families. */
export function judge(reader: Reader): Judgement {
	const checker = new Checker(reader, undefined, connectionChecks);
	const violations = checker.end();
	const results = [...checker.results().values()];
	return {
		violations,
		broken: new Set(results.filter(({ broken }) => broken > 0).map(({ rule }) => rule)),
		kept: new Set(results.filter(({ kept }) => kept > 0).map(({ rule }) => rule)),
	};
}

// Editing

/** What fits a draft: each named property must be equal, and for a function it must say yes. */
export type Pattern = Partial<Pick<TraceRecord, 'kind' | 'name' | 'from' | 'to' | 'thread' | 'error'>> & {
	readonly args?: { readonly [name: string]: unknown };
};

export function fits(draft: Draft, pattern: Pattern): boolean {
	const { args, ...rest } = pattern;
	const plain = draft as unknown as { readonly [name: string]: unknown };
	return (
		Object.entries(rest).every(([name, value]) => plain[name] === value) &&
		Object.entries(args ?? {}).every(([name, value]) => draft.args[name] === value)
	);
}

/** A copy of a recording that a test edits. */
export class Edit {
	readonly drafts: Draft[];
	private names = 1_000_000;

	constructor(private readonly recording: Recording) {
		this.drafts = recording.drafts.map((draft) => ({ ...draft, args: { ...draft.args } }));
	}

	/** The nth draft (from 0; from the end if negative) that fits. */
	find(pattern: Pattern, nth = 0): Draft {
		const found = this.drafts.filter((draft) => fits(draft, pattern)).at(nth);
		if (!found) throw new Error(`no record ${nth} fits ${JSON.stringify(pattern)}`);
		return found;
	}

	returnOf(call: Draft): Draft {
		const found = this.drafts.find((draft) => draft.kind === 'return' && draft.call === call.seq);
		if (!found) throw new Error(`call ${call.seq} has not returned`);
		return found;
	}

	/** Removes one draft. */
	remove(...drafts: readonly Draft[]): this {
		for (const draft of drafts) this.drafts.splice(this.drafts.indexOf(draft), 1);
		return this;
	}

	/** Removes a call, its return and everything that the same thread did in between. */
	removeCall(call: Draft): this {
		const until = this.drafts.indexOf(this.returnOf(call));
		const from = this.drafts.indexOf(call);
		const inside = this.drafts.slice(from, until + 1).filter(({ thread }) => thread === call.thread);
		return this.remove(...inside);
	}

	/** Removes every draft that fits. */
	removeAll(pattern: Pattern): this {
		return this.remove(...this.drafts.filter((draft) => fits(draft, pattern)));
	}

	args(draft: Draft, args: { readonly [name: string]: TraceRecord['args'][string] }): this {
		draft.args = { ...draft.args, ...args };
		return this;
	}

	/** Puts a copy of `draft` before or after `place`. */
	insert(where: 'before' | 'after', place: Draft, draft: Draft, changes: Partial<Draft> = {}): Draft {
		const copy: Draft = { ...draft, args: { ...draft.args }, ...changes, seq: this.names++ };
		this.drafts.splice(this.drafts.indexOf(place) + (where === 'after' ? 1 : 0), 0, copy);
		return copy;
	}

	/** A call inside `around`, right after it was entered, and its return. */
	call(
		around: Draft,
		name: string,
		from: string,
		to: string,
		args: TraceRecord['args'],
		outcome: { readonly result?: TraceRecord['result']; readonly error?: string } = { result: 0 },
	): Draft {
		const base: Draft = {
			...plain(around),
			kind: 'call',
			name,
			from,
			to,
			args,
			within: around.seq,
			cause: around.seq,
			rules: [],
		};
		const call = this.insert('after', around, base);
		const back: Draft = { ...base, kind: 'return', from: to, to: from, args: {}, call: call.seq };
		if (outcome.result !== undefined) back.result = outcome.result;
		if (outcome.error !== undefined) back.error = outcome.error;
		this.insert('after', call, back);
		return call;
	}

	/** A record that is neither call nor return, after `place`. */
	add(
		place: Draft,
		kind: 'signal' | 'message' | 'note',
		name: string,
		from: string,
		to: string,
		args: TraceRecord['args'],
	): Draft {
		const within = place.kind === 'call' ? place.seq : place.within;
		return this.insert('after', place, { ...plain(place), kind, name, from, to, args, within, rules: [] });
	}

	judge(): Judgement {
		return judge(written(this.recording, this.drafts));
	}
}

/** What a new record of another kind takes over from its neighbour. */
function plain({
	seq,
	time,
	from,
	to,
	thread,
	within,
	cause,
	phase,
	source,
}: Draft): Omit<Draft, 'kind' | 'name' | 'args' | 'rules'> {
	return { seq, time, from, to, thread, within, cause, phase, source };
}
