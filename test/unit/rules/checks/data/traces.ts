/**
 * Traces for the checks of the data families: real runs of scenarios, real runs with some records changed, left out or
 * added, and traces written from nothing.
 */
import { strict as assert } from 'node:assert';
import { Checker } from '../../../../../server/rules/checker';
import { dataChecks } from '../../../../../server/rules/checks/data';
import type { ReasonText } from '../../../../../server/rules/reasonTexts';
import type { RuleId } from '../../../../../server/rules/ruleBook';
import { startRun } from '../../../../../server/scenario/interpreter';
import { parseScenarioFile } from '../../../../../server/scenario/parse';
import {
	type Context,
	History,
	objectType,
	phases,
	Reader,
	site,
	Trace,
	type TracedObject,
	type TraceRecord,
	type Value,
} from '../../../../../server/trace';

/** The trace of a scenario. @throws if the text has problems or the run never ends */
export function run(text: string): Reader {
	const file = parseScenarioFile(text, 'test.sanflow');
	const problems = file.problems.filter((problem) => problem.severity === 'error');
	if (problems.length > 0) throw new Error(problems.map((problem) => String(problem.message)).join('\n'));
	const started = startRun(file, file.model.scenarios[0]?.title);
	for (let n = 0; n < 1000 && started.state.kind === 'running'; n++) started.advance(10_000);
	if (started.state.kind === 'running') throw new Error('the run does not end');
	return started.reader;
}

export function recordsOf(reader: Reader): TraceRecord[] {
	return Array.from({ length: reader.length }, (_, seq) => reader.record(seq));
}

/** What the checks say about a trace: IDs of rules with the reasons, by outcome. */
export interface Verdict {
	readonly kept: ReadonlySet<string>;
	readonly broken: ReadonlyMap<string, readonly string[]>;
	/** The different reasons that were given for each broken rule, their places not filled in. */
	readonly reasons: ReadonlyMap<string, ReadonlySet<ReasonText>>;
}

export function judge(reader: Reader): Verdict {
	const checker = new Checker(reader, new History(reader), dataChecks);
	const broken = new Map<string, string[]>();
	const reasons = new Map<string, Set<ReasonText>>();
	for (const { rule, seq, reason } of checker.end()) {
		reasons.set(rule, (reasons.get(rule) ?? new Set()).add(reason.text as ReasonText));
		const text = reason.text.replace(/\{(\d)\}/g, (_, n: string) => String(reason.args[Number(n)]));
		broken.set(rule, [...(broken.get(rule) ?? []), `${seq}: ${text}`]);
	}
	const kept = new Set([...checker.results()].filter(([, result]) => result.kept > 0).map(([rule]) => rule));
	return { kept, broken, reasons };
}

/** Asserts that a trace breaks a rule for this reason and no other; other rules may be broken with it. */
export function assertReason(reader: Reader, rule: RuleId, reason: ReasonText): void {
	const { broken, reasons } = judge(reader);
	assert.deepEqual([...(reasons.get(rule) ?? [])], [reason], JSON.stringify([...broken], undefined, 1));
}

/**
 * Writes records as a new trace. Their `seq` only says who refers to whom: it need not be dense, and an added record may
 * have any number that no other has.
 */
export function written(records: readonly TraceRecord[]): Reader {
	const trace = new Trace();
	const objects = new Map<string, TracedObject>();
	const numbers = new Map<number, number>();
	const types = typesOf(records);
	for (const record of records) {
		const context: Context = {
			thread: trace.components.of(record.thread),
			component: trace.components.of(record.from),
			call: numbers.get(record.within ?? -1) ?? -1,
			cause: numbers.get(record.cause ?? -1) ?? -1,
			phase: phases.indexOf(record.phase),
			source: -1,
		};
		const before = trace.length;
		write(trace, record, context, numbers, objects, types);
		// A change to the value that the field has already leaves no record.
		if (trace.length > before) numbers.set(record.seq, trace.length - 1);
	}
	return new Reader(trace);
}

function write(
	trace: Trace,
	record: TraceRecord,
	context: Context,
	numbers: ReadonlyMap<number, number>,
	objects: Map<string, TracedObject>,
	types: ReadonlyMap<string, ReturnType<typeof objectType>>,
): void {
	const { time, name, args, error, result } = record;
	const to = trace.components.of(record.to);
	const where = site(name, Object.keys(args));
	const values = Object.values(args) as [Value?, Value?, Value?];
	switch (record.kind) {
		case 'call':
			trace.call(time, context, where, to, ...values);
			return;
		case 'return':
			trace.return(time, context, where, to, numbers.get(record.call ?? -1) ?? -1, result, error, ...values);
			return;
		case 'signal':
			trace.signal(time, context, where, to, error, ...values);
			return;
		case 'message':
			trace.message(time, context, where, to, ...values);
			return;
		case 'state': {
			const object = objects.get(name) ?? makeObject(trace, name, types);
			objects.set(name, object);
			trace.change(time, context, object, String(args.field), args.after as Value);
			return;
		}
		default:
			trace.note(time, context, where, to, ...values);
	}
}

interface ObjectName {
	readonly owner: string;
	readonly type: string;
	readonly number: number;
}

function parts(name: string): ObjectName {
	const [, owner, type, number] = /^(\S+) (.*?)(?: (\d+))?$/.exec(name) as unknown as readonly string[];
	return { owner: owner as string, type: type as string, number: number === undefined ? -1 : Number(number) };
}

function typesOf(records: readonly TraceRecord[]): ReadonlyMap<string, ReturnType<typeof objectType>> {
	const fields = new Map<string, Set<string>>();
	for (const record of records) {
		if (record.kind !== 'state') continue;
		const { type } = parts(record.name);
		fields.set(type, (fields.get(type) ?? new Set()).add(String(record.args.field)));
	}
	return new Map([...fields].map(([type, names]) => [type, objectType(type, [...names])]));
}

function makeObject(
	trace: Trace,
	name: string,
	types: ReadonlyMap<string, ReturnType<typeof objectType>>,
): TracedObject {
	const { owner, type, number } = parts(name);
	return trace.object(types.get(type) as ReturnType<typeof objectType>, trace.components.of(owner), number);
}

type Args = TraceRecord['args'];

/** Writes a trace from nothing, call by call; one thread unless said otherwise. */
export class Script {
	readonly records: TraceRecord[] = [];
	time = 0;
	thread = 'alice.client';
	private readonly open = new Map<string, number[]>();

	/** A call with everything that `inside` writes, and its return. */
	call(
		from: string,
		to: string,
		name: string,
		args: Args = {},
		outcome: { readonly result?: Value; readonly error?: string; readonly out?: Args } = {},
		inside: () => void = () => undefined,
	): number {
		const seq = this.add('call', from, to, name, args);
		const stack = this.open.get(this.thread) ?? [];
		this.open.set(this.thread, stack);
		stack.push(seq);
		inside();
		stack.pop();
		const { error } = outcome;
		const result = outcome.result === undefined ? (error === undefined ? 0 : -1) : outcome.result;
		this.add('return', to, from, name, outcome.out ?? {}, { call: seq, result, ...(error ? { error } : {}) });
		return seq;
	}

	/** A transfer that is started. */
	start(from: string, to: string, name: string, args: Args, inside?: () => void): number {
		return this.call(from, to, name, args, { error: 'WSA_IO_PENDING' }, inside);
	}

	signal(from: string, to: string, name: string, args: Args, cause?: number, error?: string): number {
		return this.add('signal', from, to, name, args, { ...(error ? { error } : {}), ...(cause ? { cause } : {}) });
	}

	message(from: string, to: string, name: string, args: Args): number {
		return this.add('message', from, to, name, args);
	}

	note(at: string, name: string, args: Args, cause?: number): number {
		return this.add('note', at, at, name, args, cause ? { cause } : {});
	}

	/** One or more fields of an object change. */
	state(object: string, fields: Args): void {
		const owner = object.slice(0, object.indexOf(' '));
		for (const [field, after] of Object.entries(fields)) {
			this.add('state', owner, owner, object, { field, before: null, after });
		}
	}

	get reader(): Reader {
		return written(this.records);
	}

	private add(
		kind: TraceRecord['kind'],
		from: string,
		to: string,
		name: string,
		args: Args,
		more: Partial<TraceRecord> = {},
	): number {
		const seq = this.records.length;
		const within = this.open.get(this.thread)?.at(-1) ?? null;
		const base = { seq, time: this.time, kind, name, from, to, thread: this.thread, args, within, cause: within };
		this.records.push({ ...base, phase: 'data', rules: [], source: null, ...more });
		return seq;
	}
}
