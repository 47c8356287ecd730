/**
 * `expect calls A -> B { … }`: a pattern over the calls that one component made to another, in the order of the trace.
 *
 * The pattern starts at the first call where it fits; from there each line must follow the one before it, `...` stands
 * for any calls between, and after the last line nothing may follow unless the pattern ends with `...`. What happened
 * during initialization and at the end of a process is left out: a scenario speaks about its own calls.
 */
import { belongsTo } from '../../stack';
import { CALL, MESSAGE, plainValue, RETURN, type Reader, SIGNAL, type TraceRecord, type Value } from '../../trace';
import { constantName, constantValue } from '../../winsock/constants';
import { isWsaError } from '../../winsock/errors';
import type {
	ArgumentPattern,
	CallExpectation,
	CallPattern,
	Expression,
	PatternStep,
	UnorderedGroup,
} from '../generated/ast';
import { nanoseconds } from './faults';
import type { Sentence } from './run';

/** One call with its return, if it has returned. */
export interface ObservedCall {
	readonly call: TraceRecord;
	readonly return: TraceRecord | undefined;
}

/** Every call, signal or message from `from` to `to` outside initialization; a host stands for all its parts. */
export function observedCalls(reader: Reader, from: string, to: string, withCleanup = false): readonly ObservedCall[] {
	const { components } = reader.trace;
	const sends = components.all().map((name) => belongsTo(name, from));
	const receives = components.all().map((name) => belongsTo(name, to));
	const calls: { call: TraceRecord; return: TraceRecord | undefined }[] = [];
	const open = new Map<number, (typeof calls)[number]>();
	for (let seq = 0; seq < reader.length; seq++) {
		const kind = reader.kind(seq);
		if (kind === RETURN) {
			const entry = open.get(reader.callOf(seq));
			if (entry) entry.return = reader.record(seq);
			continue;
		}
		if (kind !== CALL && kind !== SIGNAL && kind !== MESSAGE) continue;
		if (!sends[reader.from(seq)] || !receives[reader.to(seq)] || reader.phase(seq) === 0) continue;
		const entry = { call: reader.record(seq), return: undefined };
		if (!withCleanup && entry.call.thread.endsWith('.cleanup')) continue;
		if (kind === CALL) open.set(seq, entry);
		calls.push(entry);
	}
	return calls;
}

/** Where a pattern fits and where it stops fitting. */
export type PatternResult =
	| { readonly fits: true }
	| {
			readonly fits: false;
			/** The first line that found no call, if it is a line's fault. */
			readonly step: PatternStep | undefined;
			/** The call that stands where the line expected another, if there is one. */
			readonly found: ObservedCall | undefined;
	  };

/** Matches the pattern against the calls. */
export function matchCalls(expectation: CallExpectation, calls: readonly ObservedCall[]): PatternResult {
	const { steps } = expectation;
	if (expectation.unordered) return matchUnordered(steps, calls);
	let best: { step: number; at: number } = { step: 0, at: 0 };
	const note = (step: number, at: number): void => {
		if (step > best.step || (step === best.step && at > best.at)) best = { step, at };
	};
	for (let start = 0; start <= calls.length; start++) {
		if (matchFrom(steps, 0, calls, start, note)) return { fits: true };
	}
	return { fits: false, step: steps[best.step], found: calls[best.at] };
}

/** Whether any call fits any line: what `expect no calls` forbids. */
export function forbiddenCall(expectation: CallExpectation, calls: readonly ObservedCall[]): ObservedCall | undefined {
	const patterns = expectation.steps.filter((step): step is CallPattern => step.$type === 'CallPattern');
	return calls.find((call) => patterns.length === 0 || patterns.some((pattern) => fits(pattern, call)));
}

function matchFrom(
	steps: readonly PatternStep[],
	step: number,
	calls: readonly ObservedCall[],
	at: number,
	note: (step: number, at: number) => void,
): boolean {
	note(step, at);
	const pattern = steps[step];
	if (!pattern) return at === calls.length;
	const next = (count: number): boolean => matchFrom(steps, step + 1, calls, at + count, note);
	switch (pattern.$type) {
		case 'AnyCalls':
			if (step === steps.length - 1) return true;
			for (let skip = 0; at + skip <= calls.length; skip++) if (next(skip)) return true;
			return false;
		case 'UnorderedGroup': {
			const count = groupLength(pattern, calls, at);
			return count !== undefined && next(count);
		}
		case 'CallPattern':
			return matchRepeated(pattern, calls, at, next);
	}
}

/** As many as possible first, then fewer. */
function matchRepeated(
	pattern: CallPattern,
	calls: readonly ObservedCall[],
	at: number,
	next: (count: number) => boolean,
): boolean {
	const { quantifier } = pattern;
	const least = quantifier === '*' || quantifier === '?' ? 0 : 1;
	const most = quantifier === '*' || quantifier === '+' ? calls.length : 1;
	let count = 0;
	while (count < most && at + count < calls.length && fits(pattern, calls[at + count] as ObservedCall)) count++;
	for (; count >= least; count--) if (next(count)) return true;
	return false;
}

/** How many calls the group takes, all of its lines in any order, or undefined. */
function groupLength(group: UnorderedGroup, calls: readonly ObservedCall[], at: number): number | undefined {
	const open = [...group.steps];
	let count = 0;
	while (open.length > 0) {
		const call = calls[at + count];
		const index = call ? open.findIndex((pattern) => fits(pattern, call)) : -1;
		if (index < 0) return open.every(({ quantifier }) => quantifier === '*' || quantifier === '?') ? count : undefined;
		const quantifier = open[index]?.quantifier;
		if (quantifier !== '+' && quantifier !== '*') open.splice(index, 1);
		else if (quantifier === '+') open[index] = { ...(open[index] as CallPattern), quantifier: '*' };
		count++;
	}
	return count;
}

function matchUnordered(steps: readonly PatternStep[], calls: readonly ObservedCall[]): PatternResult {
	const left = [...calls];
	for (const step of steps) {
		if (step.$type !== 'CallPattern') continue;
		const index = left.findIndex((call) => fits(step, call));
		const optional = step.quantifier === '*' || step.quantifier === '?';
		if (index < 0 && !optional) return { fits: false, step, found: undefined };
		if (index >= 0) left.splice(index, 1);
	}
	return { fits: true };
}

function fits(pattern: CallPattern, observed: ObservedCall): boolean {
	if (!nameFits(pattern.call, observed.call.name)) return false;
	if (!argumentsFit(pattern.arguments, observed.call)) return false;
	return pattern.results.length === 0 || pattern.results.some((result) => resultFits(result, observed));
}

function nameFits(pattern: string, name: string): boolean {
	return pattern === name || pattern.toLowerCase() === name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** A named pattern must fit its argument; an unnamed one any argument that no earlier pattern used. */
function argumentsFit(patterns: readonly ArgumentPattern[], call: TraceRecord): boolean {
	const used = new Set<string>();
	return patterns.every((pattern) => {
		const name = Object.keys(call.args).find(
			(candidate) =>
				!used.has(candidate) &&
				(pattern.name === undefined || pattern.name === candidate) &&
				valueFits(pattern.value, call.args[candidate] as Value),
		);
		if (name === undefined) return false;
		used.add(name);
		return true;
	});
}

function resultFits(pattern: Expression, observed: ObservedCall): boolean {
	const end = observed.return ?? (observed.call.kind === 'signal' ? observed.call : undefined);
	if (!end) return false;
	if (pattern.$type === 'NameReference' && isWsaError(pattern.name)) {
		return end.error === pattern.name || Object.values(end.args).some((value) => value === pattern.name);
	}
	if (pattern.$type === 'NameReference' && pattern.name === 'success') return end.error === undefined;
	return end.error === undefined && valueFits(pattern, end.result ?? null);
}

/** Whether a value of the trace is what a pattern says. Flags are recorded by name and compared by name or number. */
function valueFits(pattern: Expression, value: Value): boolean {
	const text = String(plainValue(value));
	switch (pattern.$type) {
		case 'NameReference':
			if (pattern.name === '_') return true;
			if (pattern.name === 'NULL') return value === null;
			return (
				text.split(' | ').includes(pattern.name) || (typeof value === 'number' && constantValue(pattern.name) === value)
			);
		case 'IntegerLiteral':
			return value === pattern.value || constantName('networkEvent', pattern.value) === text;
		case 'UnaryExpression':
			return pattern.operand.$type === 'IntegerLiteral' && value === -pattern.operand.value;
		case 'FlagPattern':
			return flagNames(pattern).sort().join('|') === text.split(' | ').sort().join('|');
		case 'BooleanLiteral':
			return value === (pattern.word === 'true' || pattern.word === 'on');
		case 'AddressLiteral':
			return text === pattern.text;
		case 'StringLiteral':
			return text === pattern.value;
		default:
			return text === (pattern.$cstNode?.text ?? '');
	}
}

function flagNames(pattern: Expression): string[] {
	if (pattern.$type === 'FlagPattern') return [...flagNames(pattern.left), ...flagNames(pattern.right)];
	return pattern.$type === 'NameReference' ? [pattern.name] : [];
}

/** What is wrong with the calls, or undefined where the expectation holds over the trace as it is now. */
export function judgeCalls(reader: Reader, node: CallExpectation): Sentence | undefined {
	const from = node.from.parts.join('.');
	const to = node.to.parts.join('.');
	// What happens at the end of a process is none of the business of an expectation that does not name it.
	const withCleanup = node.steps.some((step) => step.$type === 'CallPattern' && step.call === 'WSPCleanup');
	const calls = observedCalls(reader, from, to, withCleanup);
	if (node.absent) {
		const call = forbiddenCall(node, calls)?.call;
		return (
			call && {
				text: '{0} called {1} of {2} (record {3}), which must not happen',
				args: [from, call.name, to, call.seq],
			}
		);
	}
	const withinNs = nanoseconds(node.within, Number.POSITIVE_INFINITY);
	const result = matchCalls(
		node,
		calls.filter(({ call }) => call.time <= withinNs),
	);
	if (result.fits) return undefined;
	const wanted = result.step?.$cstNode?.text ?? 'the end';
	if (!result.found) {
		return { text: 'calls from {0} to {1}: expected {2}, but there was no further call', args: [from, to, wanted] };
	}
	const { name, seq } = result.found.call;
	return { text: 'calls from {0} to {1}: expected {2}, found {3} (record {4})', args: [from, to, wanted, name, seq] };
}
