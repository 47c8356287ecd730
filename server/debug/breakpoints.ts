/**
 * The breakpoints of a session. Each is kept as asked and resolved to a predicate over records as soon as there is a
 * run; the predicates of all of them together make the table that the cursor scans with.
 */
import { nearestName } from '../scenario/nearestName';
import { CALL, NOTE, RETURN, type Reader, SIGNAL, STATE } from '../trace';
import { addressOf, recordOfAddress } from './address';
import type { Breakpoint, BreakpointKind, BreakpointRequest, Conditions, Placement } from './breakpoint';
import { RequestError } from './errors';
import type { Evaluator, Place } from './evaluate';
import { findFilter, isNameList, listTest, strangeName } from './exceptionFilters';
import { type CallMoment, isCausedBy, isMoment, readFunctionName } from './functionName';
import { readHitCondition } from './hitCondition';
import { type MemoryRange, readRange, writtenAt } from './memory';
import { valueText } from './recordText';
import type { Role } from './role';
import type { RunObjects } from './runObjects';
import { type BreakpointPlace, type FilePlaces, placeFor } from './statements';
import { HitCounter, type StopRule } from './stopTable';
import type { Texts } from './texts';

/** What resolving needs to know of the run. */
export interface RunContext {
	readonly reader: Reader;
	readonly evaluator: Evaluator;
	readonly objects: RunObjects;
	readonly files: readonly FilePlaces[];
	/** Title of the scenario being run. */
	readonly scenario: string;
	/** Whether two paths name the same file. */
	isSameFile(a: string, b: string): boolean;
	/** Names of the components that the run has or will have. */
	components(): readonly string[];
	roleOf(component: number): Role;
}

interface Resolved {
	readonly placement: Placement;
	readonly rule: StopRule | undefined;
}

export type Selector = Omit<StopRule, 'id' | 'kind' | 'label' | 'log'> & { readonly label: string };

const moments: ReadonlySet<string> = new Set(['call', 'return', 'delivery'] satisfies CallMoment[]);

export class Breakpoints {
	private readonly groups = new Map<string, readonly Breakpoint[]>();
	private readonly resolved = new Map<number, Resolved>();
	private context: RunContext | undefined;
	private ids = 0;

	constructor(private readonly texts: Texts) {}

	/** Resolves everything anew for this run. */
	bind(context: RunContext): void {
		this.context = context;
		this.resolved.clear();
		for (const group of this.groups.values()) for (const breakpoint of group) this.resolve(breakpoint);
	}

	/**
	 * Replaces a group of breakpoints.
	 * @param group their kind, with the path for those of a file
	 */
	set(
		group: string,
		requests: readonly BreakpointRequest[],
	): readonly { readonly id: number; readonly placement: Placement }[] {
		for (const old of this.groups.get(group) ?? []) this.resolved.delete(old.id);
		const made = requests.map((request): Breakpoint => ({ id: ++this.ids, request }));
		this.groups.set(group, made);
		return made.map((breakpoint) => ({ id: breakpoint.id, placement: this.resolve(breakpoint).placement }));
	}

	/** The predicates in force. */
	rules(): readonly StopRule[] {
		return [...this.resolved.values()].flatMap(({ rule }) => (rule ? [rule] : []));
	}

	/** Every breakpoint as it is placed now: to tell the client after a restart. */
	placements(): readonly { readonly id: number; readonly placement: Placement }[] {
		return [...this.resolved].map(([id, { placement }]) => ({ id, placement }));
	}

	private resolve(breakpoint: Breakpoint): Resolved {
		const resolved = this.context
			? this.placed(breakpoint, this.context)
			: { placement: { verified: false }, rule: undefined };
		this.resolved.set(breakpoint.id, resolved);
		return resolved;
	}

	private placed({ id, request }: Breakpoint, context: RunContext): Resolved {
		const refuse = (message: string): Resolved => ({ placement: { verified: false, message }, rule: undefined });
		const selected = this.select(request, context);
		if (typeof selected === 'string') return refuse(selected);
		try {
			return { placement: selected.placement, rule: this.withConditions(id, request, selected.selector, context) };
		} catch (error) {
			if (error instanceof RequestError) return refuse(this.texts('badCondition', error.message));
			throw error;
		}
	}

	/** What the breakpoint is about, or the reason why it is about nothing. */
	private select(
		request: BreakpointRequest,
		context: RunContext,
	): { readonly placement: Placement; readonly selector: Selector } | string {
		switch (request.kind) {
			case 'line':
				return this.selectLine(request, context);
			case 'function':
				return this.selectFunction(request.name, request.mode, context);
			case 'data':
				return this.selectData(request.dataId, context);
			case 'instruction':
				return this.selectRecord(request.reference, request.offset);
			case 'exception': {
				const filter = findFilter(request.filter);
				if (!filter) return this.texts('unknownData', request.filter);
				const strange = strangeName(filter, request.condition?.trim() || undefined);
				if (strange !== undefined) return this.unknown('unknownListed', strange, filter.names?.() ?? []);
				const selector = filter.select(context.reader);
				return { placement: { verified: true }, selector: { ...selector, label: filter.id } };
			}
		}
	}

	private selectLine(request: BreakpointRequest & { readonly kind: 'line' }, context: RunContext) {
		const { mode } = request;
		if (mode !== undefined && !moments.has(mode)) return this.texts('badMode', mode);
		const file = context.files.find((candidate) => context.isSameFile(candidate.file, request.path));
		if (!file) return this.texts('notThisFile');
		const place = placeFor(file.places, request.line, request.column);
		if (!place) return this.texts('noStatement');
		if (place.scenario !== undefined && place.scenario !== context.scenario)
			return this.texts('otherScenario', place.scenario);
		const { line, column, endLine, endColumn } = place.range;
		const placement: Placement = { verified: true, line, column, endLine, endColumn, path: request.path };
		return { placement, selector: placeSelector(file.file, place, context, mode as CallMoment | undefined) };
	}

	private selectFunction(text: string, mode: string | undefined, context: RunContext) {
		if (mode !== undefined && !moments.has(mode)) return this.texts('badMode', mode);
		// `WSPConnect:return`: clients offer no modes for functions.
		const suffix = /^(.*):(\w+)$/.exec(text);
		if (suffix && !moments.has(suffix[2] as string)) return this.texts('badMode', suffix[2] as string);
		const read = readFunctionName(suffix?.[1] ?? text, context.components());
		switch (read.kind) {
			case 'unknownFunction':
			case 'unknownComponent':
				return this.texts(read.kind, read.name) + (read.nearest ? this.texts('didYouMean', read.nearest) : '');
			case 'noMatch':
				return this.texts('noMatch', read.name);
			case 'known': {
				const { name } = read;
				const moment = (mode ?? suffix?.[2] ?? 'call') as CallMoment;
				const selector: Selector = {
					label: text,
					selectsSite: (site) => moment === 'delivery' || name.test(site.name),
					matches: (seq) => isMoment(context.reader, seq, name, moment, context.roleOf),
				};
				return { placement: { verified: true }, selector };
			}
		}
	}

	private selectData(dataId: string, context: RunContext) {
		const { reader } = context;
		const range = readRange(dataId);
		if (range) return this.selectRange(range, context);
		const dot = dataId.lastIndexOf('.');
		const object = dataId.slice(0, dot);
		const field = dataId.slice(dot + 1);
		if (dot < 0 || !object.includes(' ')) return this.texts('unknownData', dataId);
		const owner = object.slice(0, object.indexOf(' '));
		const components = context.components();
		// A thread or process that is still to come has its host already.
		const host = owner.split('.')[0];
		if (!components.some((component) => component.split('.')[0] === host)) {
			return this.unknown('unknownComponent', owner, components);
		}
		const selector: Selector = {
			label: dataId,
			selectsKey: (key) => reader.fieldOfKey(key) === field && reader.objectName(reader.objectOfKey(key)) === object,
			matches: (seq) => reader.kind(seq) === STATE,
		};
		return { placement: { verified: true }, selector };
	}

	private unknown(key: 'unknownListed' | 'unknownComponent', name: string, candidates: readonly string[]): string {
		const nearest = nearestName(name, candidates);
		return this.texts(key, name) + (nearest === undefined ? '' : this.texts('didYouMean', nearest));
	}

	/** A write into registered memory that touches the range. */
	private selectRange({ object, offset, length }: MemoryRange, { reader, objects }: RunContext) {
		const isMemory = (key: number): boolean =>
			reader.fieldOfKey(key) === 'written' && reader.objectName(reader.objectOfKey(key)) === object;
		const selector: Selector = {
			label: `${object}[${offset}..${offset + length}]`,
			selectsKey: isMemory,
			matches: (seq) => {
				const written = writtenAt(objects, reader.objectOfKey(reader.siteId(seq)), seq);
				return written.offset < offset + length && written.offset + written.bytes.length > offset;
			},
		};
		return { placement: { verified: true }, selector };
	}

	private selectRecord(reference: string, offset: number) {
		const seq = recordOfAddress(reference);
		if (seq === undefined || seq + offset < 0) return this.texts('badRecord', reference);
		const record = seq + offset;
		const selector: Selector = { label: String(record), records: new Set([record]), matches: (at) => at === record };
		return { placement: { verified: true, instructionReference: addressOf(record) }, selector };
	}

	private withConditions(id: number, request: BreakpointRequest, selector: Selector, context: RunContext): StopRule {
		const { reader, evaluator } = context;
		const holds = this.conditionOf(request, context);
		const conditional: StopRule = {
			id,
			kind: request.kind,
			...selector,
			matches: holds ? (seq) => selector.matches(seq) && holds(seq) : selector.matches,
		};
		const counted = this.countedBy(request, reader, conditional);
		const { logMessage } = request;
		if (logMessage === undefined) return counted;
		return { ...counted, log: (seq) => interpolated(logMessage, evaluator, placeAt(reader, seq)) };
	}

	private conditionOf(
		request: BreakpointRequest,
		{ reader, evaluator }: RunContext,
	): ((seq: number) => boolean) | undefined {
		const condition = request.condition?.trim() || undefined;
		if (request.kind === 'exception') {
			const filter = findFilter(request.filter);
			const named = condition === undefined || isNameList(condition);
			const test = filter && named ? listTest(filter, reader, condition) : undefined;
			if (test) return test;
		}
		if (condition === undefined) return undefined;
		const holds = evaluator.condition(condition);
		return (seq) => holds(placeAt(reader, seq));
	}

	private countedBy({ hitCondition }: Conditions, reader: Reader, rule: StopRule): StopRule {
		const text = hitCondition?.trim();
		if (!text) return rule;
		const test = readHitCondition(text);
		if (!test) throw new RequestError('notEvaluated', this.texts('badHitCondition', text));
		const counter = new HitCounter(reader, rule);
		return { ...rule, matches: (seq) => rule.matches(seq) && test(counter.countUpTo(seq)) };
	}
}

/** Name of the group that breakpoints of a kind (in one file) are set as. */
export function groupOf(kind: BreakpointKind, path = ''): string {
	return `${kind}:${path}`;
}

/** The place that a condition is evaluated at when the cursor passes a record. */
export function placeAt(reader: Reader, seq: number): Place {
	const call = reader.kind(seq) === CALL ? seq : reader.callOf(seq);
	return { seq, thread: reader.thread(seq), call: call >= 0 ? call : (reader.within(seq) ?? -1) };
}

/**
 * A statement's note, or the record of one call in a statement.
 * @param moment with `return` and `delivery`: what becomes of the call, or of any call of the statement
 */
export function placeSelector(
	file: string,
	place: BreakpointPlace,
	{ reader, roleOf }: Pick<RunContext, 'reader' | 'roleOf'>,
	moment: CallMoment = 'call',
): Selector {
	const { statement, call } = place;
	let known = -1;
	const isHere = (seq: number): boolean => {
		const source = reader.sourceId(seq);
		if (source === known) return true;
		if (source < 0) return false;
		const position = reader.trace.sources.at(source);
		if (position.line !== statement.line || position.column !== statement.column || position.file !== file)
			return false;
		known = source;
		return true;
	};
	const isCall = (seq: number): boolean =>
		reader.kind(seq) === CALL &&
		(call === undefined || reader.site(seq).name === call) &&
		isHere(seq) &&
		roleOf(reader.from(seq)) === 'application';
	if (moment === 'return') {
		return {
			label: `${statement.line}`,
			selectsSite: (site) => call === undefined || site.name === call,
			matches: (seq) => reader.kind(seq) === RETURN && isCall(reader.callOf(seq)),
		};
	}
	if (moment === 'delivery') {
		return {
			label: `${statement.line}`,
			selectsSite: () => true,
			matches: (seq) => reader.kind(seq) === SIGNAL && isCausedBy(reader, seq, isCall),
		};
	}
	if (call === undefined) {
		return {
			label: `${statement.line}`,
			selectsSite: (site) => site.name === 'statement',
			matches: (seq) => reader.kind(seq) === NOTE && isHere(seq),
		};
	}
	return {
		label: `${statement.line}`,
		selectsSite: (site) => site.name === call,
		matches: isCall,
	};
}

/** `connected to {name}`: what stands in braces is evaluated. */
function interpolated(message: string, evaluator: Evaluator, place: Place): string {
	return message.replace(/\{([^{}]*)\}/g, (whole, expression: string) => {
		try {
			const value = evaluator.plain(evaluator.evaluate(expression, place));
			return typeof value === 'string' ? value : valueText(value);
		} catch (error) {
			if (error instanceof RequestError) return whole;
			throw error;
		}
	});
}
