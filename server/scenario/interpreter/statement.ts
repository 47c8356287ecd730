/**
 * From statements to coroutines. Each statement that a thread executes writes one record, so that it can be stopped at
 * and stepped over; then it lets other threads run, so that the seed can order them in every possible way.
 *
 * Compiling makes closures; what they do is in coroutines at the top of the file, which get their parts as parameters. A
 * coroutine function inside a closure would be another one for each statement, and the engine would have to learn its
 * objects anew for every line of every thread.
 */
import { after, type Coroutine, durationText, type Eventual, settled, type Thread, waits } from '../../simulation';
import { Reader, type SourcePosition, site } from '../../trace';
import type {
	BinaryExpression,
	Block,
	CallExpectation,
	CallStatement,
	Expression,
	ForStatement,
	IfStatement,
	RepeatStatement,
	Statement,
	ValueExpectation,
	WhileStatement,
} from '../generated/ast';
import type { Variable } from '../scopes';
import { judgeCalls } from './callPattern';
import {
	CallError,
	type CallResult,
	type Compiled,
	compileCall,
	compileExpression,
	type EvaluateWaiting,
	errorAsValue,
	operate,
} from './expression';
import { applyCallFault, applyNetworkFault, nanoseconds } from './faults';
import type { Actor, Frame } from './frame';
import type { Program } from './program';
import { equal, plain, type RuntimeValue, show, truthy, ValueError } from './value';

const STATEMENT = site('statement', ['text']);
const LOG = site('log', ['text']);

/** How a statement ended, where not by going on to the next. */
type Jump =
	| undefined
	| { readonly kind: 'break' }
	| { readonly kind: 'continue' }
	| { readonly kind: 'return'; readonly value: RuntimeValue };

export type Execute = (frame: Frame) => Coroutine<Jump>;

/** A statement's own work: at once, or as a coroutine that may wait. */
type Body = (frame: Frame) => Eventual<Jump>;

const BREAK: Jump = { kind: 'break' };
const CONTINUE: Jump = { kind: 'continue' };

/** A statement as it runs. */
interface Step {
	readonly text: string;
	readonly position: SourcePosition;
	/** Number of the position in the trace, once it was recorded. */
	source: number;
	readonly body: Body;
}

export function compileBlock(program: Program, block: Block): Execute {
	const steps = block.statements.map((statement) => compileStatement(program, statement));
	return (frame) => runSteps(steps, frame);
}

function compileStatement(program: Program, node: Statement): Step {
	const text = firstLine(node.$cstNode?.text ?? node.$type);
	return { text, position: program.position(node), source: -1, body: compileBody(program, node) };
}

/** Statements one after the other, each with its record and its source position, until one of them jumps. */
function* runSteps(steps: readonly Step[], frame: Frame): Coroutine<Jump> {
	const { actor } = frame;
	const { thread } = actor;
	for (let i = 0; i < steps.length; i++) {
		if (thread.mustPass()) {
			thread.pass();
			yield;
		}
		const step = steps[i] as Step;
		record(step, thread);
		try {
			const done = step.body(frame);
			const jump = waits(done) ? yield* done : done;
			if (jump) return jump;
		} catch (problem) {
			throw failed(actor, problem);
		}
	}
	return undefined;
}

function record(step: Step, thread: Thread): void {
	if (step.source < 0) step.source = thread.trace.sources.of(step.position);
	thread.source = step.source;
	thread.note(STATEMENT, thread.component, step.text);
}

/** Failures of a statement are reported where it stands. Gives back what is none. */
export function failed(actor: Actor, problem: unknown): unknown {
	if (problem instanceof CallError) {
		actor.fail(actor, '{0} failed with {1}, and nothing else was expected', [problem.call, problem.error]);
	}
	if (problem instanceof ValueError) actor.fail(actor, problem.text, problem.args);
	return problem;
}

function firstLine(text: string): string {
	const line = (text.split('\n', 1)[0] ?? '').trim();
	return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function compileBody(program: Program, node: Statement): Body {
	switch (node.$type) {
		case 'LetStatement':
			return compileSet(program, node, node.value, '=');
		case 'AssignmentStatement':
			return compileSet(program, node, node.value, node.operator);
		case 'CallStatement':
			return compileCallStatement(program, node);
		case 'IfStatement':
			return compileIf(program, node);
		case 'WhileStatement':
			return compileWhile(program, node);
		case 'RepeatStatement':
			return compileRepeat(program, node);
		case 'ForStatement':
			return compileFor(program, node);
		case 'ReturnStatement':
			return compileReturn(program, node.value);
		case 'SleepStatement':
			return compileSleep(program, node.duration);
		case 'LogStatement':
			return compileLog(program, node.values);
		case 'ValueExpectation':
			return compileExpectation(program, node);
		default:
			return compileSimple(node);
	}
}

/** Statements without expressions of their own. */
function compileSimple(node: Statement): Body {
	return (frame) => {
		const { world, now } = frame.actor;
		switch (node.$type) {
			case 'BreakStatement':
				return BREAK;
			case 'ContinueStatement':
				return CONTINUE;
			case 'FaultStatement':
				applyCallFault(world, node, '', now());
				return undefined;
			case 'PartitionFault':
			case 'LinkFault':
			case 'MessageFault':
			case 'CrashFault':
			case 'ProviderChange':
			case 'AddressChange':
				applyNetworkFault(world, node, frame.actor.thread.source);
				return undefined;
			case 'CallExpectation':
				// In a thread: over what has happened so far.
				expectCalls(frame.actor, node);
				return undefined;
			default:
				// Expected violations are judged at the end of the run, by `execution.ts`.
				return undefined;
		}
	};
}

function expectCalls(actor: Actor, node: CallExpectation): void {
	const complaint = judgeCalls(new Reader(actor.thread.trace), node);
	if (complaint) actor.fail(actor, complaint.text, complaint.args);
}

function compileSet(
	program: Program,
	node: Extract<Statement, { readonly $type: 'LetStatement' | 'AssignmentStatement' }>,
	valueNode: Expression,
	operator: '=' | '+=' | '-=',
): Body {
	const compiled = compileExpression(program, valueNode);
	const variable = program.variableOf(node);
	const set = (frame: Frame, value: RuntimeValue): undefined => {
		if (node.$type === 'LetStatement') frame.declare(variable, value);
		else frame.assign(variable, operator === '=' ? value : combined(frame.get(variable), operator, value));
	};
	const { plain: evaluatePlain, waiting } = compiled;
	if (evaluatePlain) return (frame) => set(frame, evaluatePlain(frame));
	return (frame) => after(waiting(frame), (value) => set(frame, value));
}

function combined(before: RuntimeValue, operator: '+=' | '-=', value: RuntimeValue): RuntimeValue {
	if (typeof before === 'number' && typeof value === 'number')
		return operator === '+=' ? before + value : before - value;
	const joins =
		typeof before === 'string' ||
		typeof value === 'string' ||
		(before instanceof Uint8Array && value instanceof Uint8Array) ||
		(Array.isArray(before) && Array.isArray(value));
	if (operator === '+=' && joins) return operate('+', before, value);
	throw new ValueError('{0} cannot be combined with {1}', [plain(before), plain(value)]);
}

/** A call, and what it may end with: without `->`, only success. */
function compileCallStatement(program: Program, node: CallStatement): Body {
	const tolerant = node.call.$type === 'TryExpression';
	const call = node.call.$type === 'TryExpression' ? node.call.call : node.call;
	if (node.outcomes.length === 0) return compileCall(program, call, tolerant ? ignoreOutcome : failOnError);
	const expectation: CallExpected = {
		name: call.name,
		run: compileCall(program, call, errorAsValue),
		outcomes: node.outcomes.map((outcome) => compileExpression(program, outcome)),
		text: node.outcomes.map((outcome) => outcome.$cstNode?.text ?? '').join(' or '),
	};
	return (frame) => callExpecting(expectation, frame);
}

function ignoreOutcome(): undefined {
	return undefined;
}

function failOnError(outcome: CallResult): undefined {
	if (outcome instanceof CallError) throw outcome;
}

/** A call that must end with one of several outcomes. */
interface CallExpected {
	readonly name: string;
	readonly run: EvaluateWaiting;
	readonly outcomes: readonly Compiled[];
	readonly text: string;
}

function* callExpecting({ name, run, outcomes, text }: CallExpected, frame: Frame): Coroutine<undefined> {
	const value = yield* settled(run(frame));
	for (const outcome of outcomes) {
		if (meets(value, outcome.plain ? outcome.plain(frame) : yield* settled(outcome.waiting(frame)))) return undefined;
	}
	const { actor } = frame;
	return isErrorName(value)
		? actor.fail(actor, '{0} failed with {1}, but {2} was expected', [name, String(value), text])
		: actor.fail(actor, '{0} returned {1}, but {2} was expected', [name, show(value), text]);
}

function isErrorName(value: RuntimeValue): boolean {
	return typeof value === 'string' && value.startsWith('WSA');
}

/** `-> 0` and `-> success` mean any value that is not an error. */
function meets(value: RuntimeValue, wanted: RuntimeValue): boolean {
	if (wanted === 0) return !isErrorName(value);
	return equal(value, wanted);
}

function compileIf(program: Program, node: IfStatement): Body {
	const condition = compileExpression(program, node.condition);
	const then = compileBlock(program, node.then);
	const rest = compileElse(program, node.otherwise);
	const choose = (frame: Frame, value: RuntimeValue) => (truthy(value) ? then(frame) : rest?.(frame));
	const { plain: evaluate, waiting } = condition;
	if (evaluate) return (frame) => choose(frame, evaluate(frame));
	return (frame) => chooseWaiting(waiting, choose, frame);
}

function compileElse(program: Program, otherwise: IfStatement['otherwise']): Execute | undefined {
	if (otherwise === undefined) return undefined;
	if (otherwise.$type === 'Block') return compileBlock(program, otherwise);
	const steps = [compileStatement(program, otherwise)];
	return (frame) => runSteps(steps, frame);
}

function* chooseWaiting(
	condition: EvaluateWaiting,
	choose: (frame: Frame, value: RuntimeValue) => Coroutine<Jump> | undefined,
	frame: Frame,
): Coroutine<Jump> {
	const chosen = choose(frame, yield* settled(condition(frame)));
	return chosen && (yield* chosen);
}

/** A loop's block, and whether it has statements: one without must let others run by itself, or it could never be stopped. */
interface LoopBody {
	readonly run: Execute;
	readonly isEmpty: boolean;
}

function compileLoopBody(program: Program, block: Block): LoopBody {
	return { run: compileBlock(program, block), isEmpty: block.statements.length === 0 };
}

function compileWhile(program: Program, node: WhileStatement): Execute {
	const condition = compileExpression(program, node.condition);
	const body = compileLoopBody(program, node.body);
	return (frame) => runWhile(condition, body, frame);
}

function* runWhile(condition: Compiled, body: LoopBody, frame: Frame): Coroutine<Jump> {
	while (truthy(condition.plain ? condition.plain(frame) : yield* settled(condition.waiting(frame)))) {
		const jump = yield* body.run(frame);
		if (jump?.kind === 'break') break;
		if (jump?.kind === 'return') return jump;
		if (body.isEmpty) {
			frame.actor.thread.pass();
			yield;
		}
	}
	return undefined;
}

function compileRepeat(program: Program, node: RepeatStatement): Execute {
	const count = compileExpression(program, node.count);
	const body = compileLoopBody(program, node.body);
	const variable = node.variable && program.variableOf(node.variable);
	return (frame) => runRepeat(count, variable, body, frame);
}

function* runRepeat(count: Compiled, variable: Variable | undefined, body: LoopBody, frame: Frame): Coroutine<Jump> {
	const times = count.plain ? count.plain(frame) : yield* settled(count.waiting(frame));
	if (typeof times !== 'number') throw new ValueError('a number is needed here, not {0}', [plain(times)]);
	for (let n = 0; n < times; n++) {
		if (variable) frame.declare(variable, n);
		const jump = yield* body.run(frame);
		if (jump?.kind === 'break') break;
		if (jump?.kind === 'return') return jump;
		if (body.isEmpty) {
			frame.actor.thread.pass();
			yield;
		}
	}
	return undefined;
}

function compileFor(program: Program, node: ForStatement): Execute {
	const list = compileExpression(program, node.list);
	const body = compileBlock(program, node.body);
	const variable = program.variableOf(node.variable);
	return (frame) => runFor(list, variable, body, frame);
}

function* runFor(list: Compiled, variable: Variable, body: Execute, frame: Frame): Coroutine<Jump> {
	const items = list.plain ? list.plain(frame) : yield* settled(list.waiting(frame));
	if (!Array.isArray(items)) throw new ValueError('a list is needed here, not {0}', [plain(items)]);
	for (const item of items as readonly RuntimeValue[]) {
		frame.declare(variable, item);
		const jump = yield* body(frame);
		if (jump?.kind === 'break') break;
		if (jump?.kind === 'return') return jump;
	}
	return undefined;
}

function compileReturn(program: Program, node: Expression | undefined): Body {
	const value = node && compileExpression(program, node);
	if (!value) return () => ({ kind: 'return', value: null });
	const { plain: evaluate, waiting } = value;
	if (evaluate) return (frame) => ({ kind: 'return', value: evaluate(frame) });
	return (frame) => after(waiting(frame), (result): Jump => ({ kind: 'return', value: result }));
}

function compileSleep(program: Program, node: Expression): Execute {
	const duration = compileExpression(program, node);
	return (frame) => sleep(duration, frame);
}

function* sleep(duration: Compiled, frame: Frame): Coroutine<undefined> {
	const ns = duration.plain ? duration.plain(frame) : yield* settled(duration.waiting(frame));
	if (typeof ns !== 'number') throw new ValueError('a duration is needed here, not {0}', [plain(ns)]);
	const { thread, now } = frame.actor;
	thread.sleep(now() + ns);
	yield;
}

function compileLog(program: Program, nodes: readonly Expression[]): Execute {
	const values = nodes.map((value) => compileExpression(program, value));
	return (frame) => log(values, frame);
}

function* log(values: readonly Compiled[], frame: Frame): Coroutine<undefined> {
	const texts: string[] = [];
	for (const value of values)
		texts.push(plain(value.plain ? value.plain(frame) : yield* settled(value.waiting(frame))));
	const { thread } = frame.actor;
	thread.note(LOG, thread.component, texts.join(' '));
}

/** How often a condition without calls is looked at again until its time is over. */
const LOOKS = 100;

/**
 * With `within`, the condition must hold before that much virtual time has passed: one without calls is looked at again
 * and again, one with calls is evaluated once, and that may not take longer.
 */
function compileExpectation(program: Program, node: ValueExpectation): Execute {
	const withinNs = nanoseconds(node.within, Number.POSITIVE_INFINITY);
	const repeatable = compileExpression(program, node.condition).plain !== undefined;
	const expectation: Expectation = {
		judge: compileCondition(program, node.condition),
		withinNs,
		pauseNs: node.within && repeatable ? Math.max(1, Math.round(withinNs / LOOKS)) : 0,
		text: firstLine(node.condition.$cstNode?.text ?? ''),
	};
	return (frame) => expectValue(expectation, frame);
}

interface Expectation {
	readonly judge: (frame: Frame) => Coroutine<Complaint | undefined>;
	readonly withinNs: number;
	/** Between two looks; 0 where the condition is looked at once. */
	readonly pauseNs: number;
	readonly text: string;
}

function* expectValue({ judge, withinNs, pauseNs, text }: Expectation, frame: Frame): Coroutine<undefined> {
	const { actor } = frame;
	const started = actor.now();
	let complaint = yield* judge(frame);
	while (complaint && pauseNs > 0 && actor.now() < started + withinNs) {
		actor.thread.sleep(Math.min(started + withinNs, actor.now() + pauseNs));
		yield;
		complaint = yield* judge(frame);
	}
	if (complaint) actor.fail(actor, complaint.text, complaint.args);
	const took = actor.now() - started;
	if (took > withinNs) {
		actor.fail(actor, '{0} took {1}, more than {2}', [text, durationText(took), durationText(withinNs)]);
	}
}

interface Complaint {
	readonly text: string;
	readonly args: readonly string[];
}

/** What is wrong, or undefined where the condition holds. A comparison shows both of its sides. */
export function compileCondition(
	program: Program,
	condition: Expression,
): (frame: Frame) => Coroutine<Complaint | undefined> {
	const text = firstLine(condition.$cstNode?.text ?? '');
	if (condition.$type !== 'BinaryExpression' || !['==', '!=', '<', '<=', '>', '>='].includes(condition.operator)) {
		const value = compileExpression(program, condition);
		return (frame) => judgeValue(value, text, frame);
	}
	const { operator } = condition;
	const left = compileExpression(program, condition.left);
	const right = compileExpression(program, condition.right);
	return (frame) => judgeComparison(operator, left, right, text, frame);
}

function* judgeValue(condition: Compiled, text: string, frame: Frame): Coroutine<Complaint | undefined> {
	const value = condition.plain ? condition.plain(frame) : yield* settled(condition.waiting(frame));
	return truthy(value) ? undefined : { text: 'expected {0}, but it is {1}', args: [text, show(value)] };
}

function* judgeComparison(
	operator: BinaryExpression['operator'],
	left: Compiled,
	right: Compiled,
	text: string,
	frame: Frame,
): Coroutine<Complaint | undefined> {
	const a = left.plain ? left.plain(frame) : yield* settled(left.waiting(frame));
	const b = right.plain ? right.plain(frame) : yield* settled(right.waiting(frame));
	if (truthy(operate(operator, a, b))) return undefined;
	return { text: 'expected {0}, but the left side is {1}', args: [text, show(a)] };
}
