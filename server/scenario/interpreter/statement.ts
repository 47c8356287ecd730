/**
 * From statements to coroutines. Each statement that a thread executes writes one record, so that it can be stopped at
 * and stepped over; then it lets other threads run, so that the seed can order them in every possible way.
 */
import { type Coroutine, durationText } from '../../simulation';
import { Reader, site } from '../../trace';
import type {
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
import { judgeCalls } from './callPattern';
import { CallError, compileCall, compileExpression, operate, ValueError } from './expression';
import { applyCallFault, applyNetworkFault, nanoseconds } from './faults';
import type { Actor, Frame } from './frame';
import type { Program } from './program';
import { equal, plain, type RuntimeValue, show, truthy } from './value';

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
type Body = (frame: Frame) => Jump | Coroutine<Jump>;

function isCoroutine(done: Jump | Coroutine<Jump>): done is Coroutine<Jump> {
	return done !== undefined && 'next' in done;
}

const BREAK: Jump = { kind: 'break' };
const CONTINUE: Jump = { kind: 'continue' };

export function compileBlock(program: Program, block: Block): Execute {
	const statements = block.statements.map((statement) => compileStatement(program, statement));
	return function* (frame) {
		for (const statement of statements) {
			const jump = yield* statement(frame);
			if (jump) return jump;
		}
		return undefined;
	};
}

/** One statement with its record, its source position, and its failures reported where it stands. */
function compileStatement(program: Program, node: Statement): Execute {
	const position = program.position(node);
	const text = firstLine(node.$cstNode?.text ?? node.$type);
	const body = compileBody(program, node);
	let sourceId = -1;
	return function* (frame) {
		const { actor } = frame;
		const { thread } = actor;
		if (thread.mustPass()) {
			thread.pass();
			yield;
		}
		if (sourceId < 0) sourceId = thread.trace.sources.of(position);
		thread.source = sourceId;
		thread.note(STATEMENT, thread.component, text);
		try {
			const done = body(frame);
			return isCoroutine(done) ? yield* done : done;
		} catch (problem) {
			if (problem instanceof CallError) {
				actor.fail(actor, '{0} failed with {1}, and nothing else was expected', [problem.call, problem.error]);
			}
			if (problem instanceof ValueError) actor.fail(actor, problem.text, problem.args);
			throw problem;
		}
	};
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
	return function* (frame) {
		return set(frame, yield* waiting(frame));
	};
}

function combined(before: RuntimeValue, operator: '+=' | '-=', value: RuntimeValue): RuntimeValue {
	if (typeof before === 'number' && typeof value === 'number')
		return operator === '+=' ? before + value : before - value;
	if (operator === '+=' && (typeof before === 'string' || typeof value === 'string'))
		return plain(before) + plain(value);
	throw new ValueError('{0} cannot be combined with {1}', [plain(before), plain(value)]);
}

/** A call, and what it may end with: without `->`, only success. */
function compileCallStatement(program: Program, node: CallStatement): Execute {
	const call = node.call.$type === 'TryExpression' ? node.call.call : node.call;
	const tolerant = node.call.$type === 'TryExpression' || node.outcomes.length > 0;
	const run = compileCall(program, call, tolerant);
	const outcomes = node.outcomes.map((outcome) => compileExpression(program, outcome));
	const expected = node.outcomes.map((outcome) => outcome.$cstNode?.text ?? '').join(' or ');
	return function* (frame) {
		const value = yield* run(frame);
		if (outcomes.length === 0) return undefined;
		for (const outcome of outcomes) {
			if (meets(value, outcome.plain ? outcome.plain(frame) : yield* outcome.waiting(frame))) return undefined;
		}
		const { actor } = frame;
		return isErrorName(value)
			? actor.fail(actor, '{0} failed with {1}, but {2} was expected', [call.name, String(value), expected])
			: actor.fail(actor, '{0} returned {1}, but {2} was expected', [call.name, show(value), expected]);
	};
}

function isErrorName(value: RuntimeValue): boolean {
	return typeof value === 'string' && value.startsWith('WSA');
}

/** `-> 0` and `-> success` mean any value that is not an error. */
function meets(value: RuntimeValue, wanted: RuntimeValue): boolean {
	if (wanted === 0) return !isErrorName(value);
	return equal(value, wanted);
}

function compileIf(program: Program, node: IfStatement): Execute {
	const condition = compileExpression(program, node.condition);
	const then = compileBlock(program, node.then);
	const { otherwise } = node;
	const rest =
		otherwise === undefined
			? undefined
			: otherwise.$type === 'Block'
				? compileBlock(program, otherwise)
				: compileStatement(program, otherwise);
	return function* (frame) {
		if (truthy(condition.plain ? condition.plain(frame) : yield* condition.waiting(frame))) return yield* then(frame);
		return rest ? yield* rest(frame) : undefined;
	};
}

function compileWhile(program: Program, node: WhileStatement): Execute {
	const condition = compileExpression(program, node.condition);
	const body = compileBlock(program, node.body);
	return function* (frame) {
		while (truthy(condition.plain ? condition.plain(frame) : yield* condition.waiting(frame))) {
			const jump = yield* body(frame);
			if (jump?.kind === 'break') break;
			if (jump?.kind === 'return') return jump;
			yield* breathe(frame, node.body);
		}
		return undefined;
	};
}

/** An empty loop body has no statement that lets others run; the loop itself must, or it could never be stopped. */
function* breathe(frame: Frame, body: Block): Coroutine {
	if (body.statements.length > 0) return;
	frame.actor.thread.pass();
	yield;
}

function compileRepeat(program: Program, node: RepeatStatement): Execute {
	const count = compileExpression(program, node.count);
	const body = compileBlock(program, node.body);
	const variable = node.variable && program.variableOf(node.variable);
	return function* (frame) {
		const times = count.plain ? count.plain(frame) : yield* count.waiting(frame);
		if (typeof times !== 'number') throw new ValueError('a number is needed here, not {0}', [plain(times)]);
		for (let n = 0; n < times; n++) {
			if (variable) frame.declare(variable, n);
			const jump = yield* body(frame);
			if (jump?.kind === 'break') break;
			if (jump?.kind === 'return') return jump;
			yield* breathe(frame, node.body);
		}
		return undefined;
	};
}

function compileFor(program: Program, node: ForStatement): Execute {
	const list = compileExpression(program, node.list);
	const body = compileBlock(program, node.body);
	const variable = program.variableOf(node.variable);
	return function* (frame) {
		const items = list.plain ? list.plain(frame) : yield* list.waiting(frame);
		if (!Array.isArray(items)) throw new ValueError('a list is needed here, not {0}', [plain(items)]);
		for (const item of items as readonly RuntimeValue[]) {
			frame.declare(variable, item);
			const jump = yield* body(frame);
			if (jump?.kind === 'break') break;
			if (jump?.kind === 'return') return jump;
		}
		return undefined;
	};
}

function compileReturn(program: Program, value: Expression | undefined): Execute {
	const compiled = value && compileExpression(program, value);
	return function* (frame) {
		return {
			kind: 'return',
			value: compiled ? (compiled.plain ? compiled.plain(frame) : yield* compiled.waiting(frame)) : null,
		};
	};
}

function compileSleep(program: Program, duration: Expression): Execute {
	const compiled = compileExpression(program, duration);
	return function* (frame) {
		const ns = compiled.plain ? compiled.plain(frame) : yield* compiled.waiting(frame);
		if (typeof ns !== 'number') throw new ValueError('a duration is needed here, not {0}', [plain(ns)]);
		const { thread, now } = frame.actor;
		thread.sleep(now() + ns);
		yield;
		return undefined;
	};
}

function compileLog(program: Program, values: readonly Expression[]): Execute {
	const compiled = values.map((value) => compileExpression(program, value));
	return function* (frame) {
		const texts: string[] = [];
		for (const value of compiled) texts.push(plain(value.plain ? value.plain(frame) : yield* value.waiting(frame)));
		const { thread } = frame.actor;
		thread.note(LOG, thread.component, texts.join(' '));
		return undefined;
	};
}

/** How often a condition without calls is looked at again until its time is over. */
const LOOKS = 100;

/**
 * With `within`, the condition must hold before that much virtual time has passed: one without calls is looked at again
 * and again, one with calls is evaluated once, and that may not take longer.
 */
function compileExpectation(program: Program, node: ValueExpectation): Execute {
	const judge = compileCondition(program, node.condition);
	const repeatable = compileExpression(program, node.condition).plain !== undefined;
	const withinNs = nanoseconds(node.within, Number.POSITIVE_INFINITY);
	const pauseNs = node.within && repeatable ? Math.max(1, Math.round(withinNs / LOOKS)) : 0;
	const source = firstLine(node.condition.$cstNode?.text ?? '');
	return function* (frame) {
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
			actor.fail(actor, '{0} took {1}, more than {2}', [source, durationText(took), durationText(withinNs)]);
		}
		return undefined;
	};
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
	const source = firstLine(condition.$cstNode?.text ?? '');
	if (condition.$type !== 'BinaryExpression' || !['==', '!=', '<', '<=', '>', '>='].includes(condition.operator)) {
		const compiled = compileExpression(program, condition);
		return function* (frame) {
			const value = compiled.plain ? compiled.plain(frame) : yield* compiled.waiting(frame);
			return truthy(value) ? undefined : { text: 'expected {0}, but it is {1}', args: [source, show(value)] };
		};
	}
	return compileComparison(program, condition, source);
}

function compileComparison(
	program: Program,
	condition: Extract<Expression, { readonly $type: 'BinaryExpression' }>,
	source: string,
): (frame: Frame) => Coroutine<Complaint | undefined> {
	const left = compileExpression(program, condition.left);
	const right = compileExpression(program, condition.right);
	return function* (frame) {
		const a = left.plain ? left.plain(frame) : yield* left.waiting(frame);
		const b = right.plain ? right.plain(frame) : yield* right.waiting(frame);
		if (truthy(operate(condition.operator, a, b))) return undefined;
		return { text: 'expected {0}, but the left side is {1}', args: [source, show(a)] };
	};
}
