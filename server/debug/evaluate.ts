/**
 * Answers to expressions at a record. Reading only: what is asked never changes the run.
 *
 * Names are looked for in the arguments of the frame's call, the local variables of its thread, the moment itself
 * (`time`, `seq` …) and the components of the run, in this order. A name that is none of these but a documented error or
 * constant stands for itself, so that `last(WSPConnect).error == WSAECONNREFUSED` reads as it is meant.
 */

import type { CallExpression, Expression } from '../scenario/generated/ast';
import { nearestName } from '../scenario/nearestName';
import { type CallStacks, phases, type Reader, type Value } from '../trace';
import { constantValue } from '../winsock/constants';
import { isWsaError } from '../winsock/errors';
import { RequestError } from './errors';
import { readExpression, threadName } from './expression';
import { membersOfRecord } from './moment';
import { applied, isTrue, numberFor, quantityValue } from './operators';
import { causesOf, countRecords, findRecord, nearestRecordName, recordTest } from './questions';
import { recordText, valueText } from './recordText';
import type { RunObjects } from './runObjects';
import type { Scopes } from './scopes';
import type { Texts } from './texts';

/** Where an expression is evaluated. */
export interface Place {
	/** The record at which execution stands. */
	readonly seq: number;
	readonly thread: number;
	/** The frame's call, or -1. */
	readonly call: number;
}

export type Answer =
	| { readonly kind: 'value'; readonly value: Value; readonly key?: number }
	| { readonly kind: 'object'; readonly id: number }
	| { readonly kind: 'record'; readonly seq: number }
	| { readonly kind: 'component'; readonly name: string }
	/** Sentences rather than a value. */
	| { readonly kind: 'text'; readonly text: string };

/** Real milliseconds that a question over the whole trace may take. */
const questionMsMax = 3000;

const momentNames = ['time', 'seq', 'phase', 'thread'] as const;
export const questionNames = ['last', 'first', 'count', 'when', 'why', 'record', 'object', 'now', 'length'] as const;

export class Evaluator {
	private readonly reader: Reader;

	constructor(
		private readonly stacks: CallStacks,
		private readonly objects: RunObjects,
		private readonly scopes: Scopes,
		private readonly texts: Texts,
		/** The furthest record that the debugger has reached; what the run holds beyond it has not happened yet. */
		private readonly furthest: () => number,
		private readonly isApplication: (component: number) => boolean,
	) {
		this.reader = stacks.reader;
	}

	/** @throws RequestError if the text cannot be read or nothing has that name */
	evaluate(text: string, place: Place): Answer {
		const trimmed = text.trim();
		const path = this.objectPath(trimmed, place);
		if (path) return path;
		if (/^[A-Za-z_]\w*$/.test(trimmed)) return this.name(trimmed, place);
		return this.of(readExpression(trimmed), place);
	}

	/** A predicate made of a condition; what it does not know at a record counts as false. */
	condition(text: string): (place: Place) => boolean {
		const expression = readExpression(text);
		return (place) => {
			try {
				return isTrue(this.plain(this.of(expression, place)));
			} catch (error) {
				if (error instanceof RequestError) return false;
				throw error;
			}
		};
	}

	/** An answer as a value. */
	plain(answer: Answer): Value {
		switch (answer.kind) {
			case 'value':
				return answer.value;
			case 'record':
				return answer.seq;
			case 'object':
				return this.reader.objectName(answer.id);
			case 'component':
				return answer.name;
			case 'text':
				return answer.text;
		}
	}

	/** Every name that means something at this place, for completion and hints. */
	namesAt(place: Place): readonly string[] {
		const locals = this.scopes.localsOf(place.thread, place.seq);
		return [
			...(place.call >= 0 ? Object.keys(this.reader.args(place.call)) : []),
			...locals.flatMap((id) => this.objects.history.fieldsAt(id, place.seq).map((field) => field.name)),
			...momentNames,
			...questionNames,
		];
	}

	/** Names after a dot. */
	membersOf(answer: Answer, place: Place): readonly string[] {
		switch (answer.kind) {
			case 'object':
				return this.objects.history.fieldsAt(answer.id, place.seq).map((field) => field.name);
			case 'record':
				return [...membersOfRecord(this.stacks, answer.seq, place.seq).keys()];
			case 'component':
				return this.partsOf(answer.name);
			case 'value': {
				const object = this.objectOfValue(answer.value, place);
				if (object !== undefined) return this.membersOf({ kind: 'object', id: object }, place);
				return isMembers(answer.value) ? Object.keys(answer.value) : [];
			}
			case 'text':
				return [];
		}
	}

	private of(expression: Expression, place: Place): Answer {
		switch (expression.$type) {
			case 'IntegerLiteral':
			case 'StringLiteral':
			case 'BytesLiteral':
				return { kind: 'value', value: expression.value };
			case 'BooleanLiteral':
				return { kind: 'value', value: expression.word === 'true' || expression.word === 'on' };
			case 'QuantityLiteral':
				return { kind: 'value', value: quantityValue(expression.text) };
			case 'AddressLiteral':
				return { kind: 'value', value: expression.text };
			case 'ListLiteral':
				return { kind: 'value', value: expression.items.map((item) => this.plain(this.of(item, place))) };
			case 'NameReference':
				return this.name(expression.name, place);
			case 'MemberExpression':
				return this.member(this.of(expression.object, place), expression.member, place);
			case 'IndexExpression':
				return this.element(this.of(expression.object, place), this.plain(this.of(expression.index, place)));
			case 'NotExpression':
				return { kind: 'value', value: !isTrue(this.plain(this.of(expression.operand, place))) };
			case 'LogicalExpression': {
				const left = isTrue(this.plain(this.of(expression.left, place)));
				if (left === (expression.operator === 'or')) return { kind: 'value', value: left };
				return { kind: 'value', value: isTrue(this.plain(this.of(expression.right, place))) };
			}
			case 'UnaryExpression':
				return { kind: 'value', value: -numberFor('-', this.plain(this.of(expression.operand, place))) };
			case 'BinaryExpression':
				return {
					kind: 'value',
					value: applied(
						expression.operator,
						this.plain(this.of(expression.left, place)),
						this.plain(this.of(expression.right, place)),
					),
				};
			case 'CallExpression':
				return this.question(expression, place);
			default:
				throw new RequestError('unreadableExpression', expression.$type);
		}
	}

	private name(name: string, place: Place): Answer {
		const { reader } = this;
		if (place.call >= 0) {
			const argument = reader.args(place.call)[name];
			if (argument !== undefined) return { kind: 'value', value: argument };
		}
		for (const locals of this.scopes.localsOf(place.thread, place.seq)) {
			const key = this.objects.key(locals, name);
			const value = key === undefined ? undefined : this.objects.history.valueAt(key, place.seq);
			if (key !== undefined && value !== undefined) return { kind: 'value', value, key };
		}
		const moment = this.momentName(name, place);
		if (moment) return moment;
		if (isWsaError(name)) return { kind: 'value', value: name };
		const constant = constantValue(name);
		if (constant !== undefined) return { kind: 'value', value: constant };
		if (this.partsOf(name).length > 0) return { kind: 'component', name };
		if (name === 'help') return { kind: 'text', text: this.texts('consoleHelp') };
		throw this.unknownName(name, this.namesAt(place));
	}

	private momentName(name: string, { seq }: Place): Answer | undefined {
		const { reader } = this;
		switch (name) {
			case 'time':
				return { kind: 'value', value: reader.time(seq) };
			case 'seq':
				return { kind: 'value', value: seq };
			case 'phase':
				return { kind: 'value', value: phases[reader.phase(seq)] ?? null };
			case 'thread':
			case threadName:
				return { kind: 'value', value: reader.trace.components.at(reader.thread(seq)) };
			case 'error': {
				const error = reader.error(seq);
				return { kind: 'value', value: error ?? null };
			}
			case 'result':
				return { kind: 'value', value: reader.result(seq) ?? null };
			default:
				return undefined;
		}
	}

	private unknownName(name: string, candidates: readonly string[]): RequestError {
		return new RequestError('unknownName', name, this.hint(nearestName(name, candidates)));
	}

	private hint(nearest: string | undefined): string {
		return nearest === undefined ? '' : this.texts('didYouMean', nearest);
	}

	private member(of: Answer, name: string, place: Place): Answer {
		const found = this.findMember(of, name, place);
		if (found) return found;
		const hint = this.hint(nearestName(name, this.membersOf(of, place)));
		throw new RequestError('noMember', valueText(this.plain(of)), name, hint);
	}

	private findMember(of: Answer, name: string, place: Place): Answer | undefined {
		switch (of.kind) {
			case 'object': {
				const key = this.objects.key(of.id, name);
				const value = key === undefined ? undefined : this.objects.history.valueAt(key, place.seq);
				return key === undefined || value === undefined ? undefined : { kind: 'value', value, key };
			}
			case 'record': {
				const value = membersOfRecord(this.stacks, of.seq, place.seq).get(name);
				return value === undefined ? undefined : { kind: 'value', value };
			}
			case 'component': {
				const path = `${of.name}.${name}`;
				const known = this.reader.trace.components.find(path) !== undefined || this.partsOf(path).length > 0;
				return known ? { kind: 'component', name: path } : undefined;
			}
			case 'value': {
				const object = this.objectOfValue(of.value, place);
				const found = object === undefined ? undefined : this.findMember({ kind: 'object', id: object }, name, place);
				if (found) return found;
				if (
					name === 'length' &&
					(typeof of.value === 'string' || of.value instanceof Uint8Array || Array.isArray(of.value))
				) {
					return { kind: 'value', value: of.value.length };
				}
				const member = isMembers(of.value) ? of.value[name] : undefined;
				return member === undefined ? undefined : { kind: 'value', value: member };
			}
			case 'text':
				return undefined;
		}
	}

	/** The object that a value stands for, seen from the place: a variable's `socket 100`, or a descriptor in an argument. */
	private objectOfValue(value: Value, place: Place): number | undefined {
		if (typeof value === 'string') {
			return this.objects.named(value, place.seq) ?? this.scopes.objectOfVariable(place.thread, value, place.seq);
		}
		if (typeof value !== 'number' || place.call < 0) return undefined;
		return this.objects.find(this.reader.to(place.call), 'socket', value, place.seq);
	}

	private element(of: Answer, index: Value): Answer {
		const value = this.plain(of);
		const at = numberFor('[]', index);
		if (value instanceof Uint8Array || Array.isArray(value)) {
			const found = value[at < 0 ? value.length + at : at] as Value | undefined;
			if (found !== undefined) return { kind: 'value', value: found };
		}
		throw new RequestError('noMember', valueText(value), `[${at}]`, '');
	}

	// Questions over the trace

	private question(call: CallExpression, place: Place): Answer {
		const argument = (at: number): Expression => {
			const found = call.arguments[at]?.value;
			if (!found) throw new RequestError('unreadableExpression', `${call.name}()`);
			return found;
		};
		switch (call.name) {
			case 'last':
				return this.search(nameOf(argument(0)), place, false);
			case 'first':
				return this.search(nameOf(argument(0)), place, true);
			case 'count':
				return { kind: 'value', value: this.count(nameOf(argument(0)), place) };
			case 'when':
				return this.when(argument(0), place);
			case 'why':
				return this.why(this.of(argument(0), place), place);
			case 'record':
				return this.record(numberFor('record', this.plain(this.of(argument(0), place))), place);
			case 'object':
				return this.objectNamed(String(this.plain(this.of(argument(0), place))), place);
			case 'now':
				return { kind: 'value', value: this.reader.time(place.seq) };
			case 'length':
				return this.member(this.of(argument(0), place), 'length', place);
			case 'help':
				return { kind: 'text', text: this.texts('consoleHelp') };
			default:
				throw new RequestError('notAFunction', call.name, this.hint(nearestName(call.name, questionNames)));
		}
	}

	private search(name: string, place: Place, forward: boolean): Answer {
		const seq = findRecord(recordTest(this.reader, name, this.isApplication), place.seq, forward);
		if (seq >= 0) return { kind: 'record', seq };
		this.requireRecordName(name);
		return { kind: 'text', text: this.texts('noSuchRecordYet') };
	}

	private count(name: string, place: Place): number {
		const count = countRecords(recordTest(this.reader, name, this.isApplication), place.seq);
		if (count === 0) this.requireRecordName(name);
		return count;
	}

	/** A slip must not look like something that did not happen. */
	private requireRecordName(name: string): void {
		const nearest = nearestRecordName(name);
		if (nearest !== undefined) throw new RequestError('unknownName', name, this.hint(nearest));
	}

	private when(condition: Expression, place: Place): Answer {
		const deadline = performance.now() + questionMsMax;
		for (let seq = 0; seq <= place.seq; seq++) {
			if (this.holds(condition, { ...place, seq })) return { kind: 'record', seq };
			if ((seq & 0xff) === 0 && performance.now() > deadline)
				throw new RequestError('notEvaluated', `when: > ${questionMsMax} ms`);
		}
		return { kind: 'text', text: this.texts('neverHeld') };
	}

	private holds(condition: Expression, place: Place): boolean {
		try {
			return isTrue(this.plain(this.of(condition, place)));
		} catch (error) {
			if (error instanceof RequestError) return false;
			throw error;
		}
	}

	/** Why a value is what it is: the record that set it, and the causes of that. */
	private why(answer: Answer, place: Place): Answer {
		const { reader, texts } = this;
		if (answer.kind === 'record') return { kind: 'text', text: causesOf(reader, answer.seq, texts).join('\n') };
		if (answer.kind !== 'value' || answer.key === undefined) {
			throw new RequestError('notEvaluated', texts('unknownData', valueText(this.plain(answer))));
		}
		const change = this.objects.history.lastChange(answer.key, place.seq);
		const record = reader.record(change);
		const first = texts('whySet', valueText(answer.value), change, `${record.time} ns`, recordText(record));
		return { kind: 'text', text: [first, ...causesOf(reader, change, texts)].join('\n') };
	}

	private record(seq: number, place: Place): Answer {
		const reached = Math.max(place.seq, this.furthest());
		if (seq < 0 || seq > reached) throw new RequestError('unknownRecord', seq, reached + 1);
		return { kind: 'record', seq };
	}

	private objectNamed(name: string, place: Place): Answer {
		const id = this.objects.named(name, place.seq);
		if (id === undefined) throw this.unknownName(name, this.objectNames(place));
		return { kind: 'object', id };
	}

	private objectNames(place: Place): readonly string[] {
		return this.objects.history.objectsAt(place.seq).map((id) => this.reader.objectName(id));
	}

	/** `alice.ib0 socket 3`, `alice.ib0 socket 3.state` */
	private objectPath(text: string, place: Place): Answer | undefined {
		const match = /^([A-Za-z_][\w.]* [A-Za-z]+(?: \d+)?)((?:\.[A-Za-z_]\w*)*)$/.exec(text);
		if (!match || /\b(and|or|not)\b/.test(match[1] as string)) return undefined;
		const id = this.objects.named(match[1] as string, place.seq);
		if (id === undefined) return undefined;
		let answer: Answer = { kind: 'object', id };
		for (const name of (match[2] as string).split('.').slice(1)) answer = this.member(answer, name, place);
		return answer;
	}

	/** The next parts of the components below this path. */
	private partsOf(path: string): readonly string[] {
		const parts = new Set<string>();
		for (const component of this.reader.trace.components.all()) {
			if (component.startsWith(`${path}.`)) parts.add(component.slice(path.length + 1).split('.')[0] as string);
		}
		return [...parts];
	}
}

/** The name that a question is about; it is not evaluated. */
function nameOf(expression: Expression): string {
	if (expression.$type === 'NameReference') return expression.name;
	if (expression.$type === 'StringLiteral') return expression.value;
	throw new RequestError('unreadableExpression', expression.$type);
}

function isMembers(value: Value): value is { readonly [name: string]: Value } {
	return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}
