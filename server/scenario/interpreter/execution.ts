/** A scenario while it runs: builds the stack, starts the threads, runs step by step, and judges at the end. */

import type { RuleResult } from '../../rules/checker';
import { Choices, type Coroutine, Simulation, type Thread, waits } from '../../simulation';
import { MAIN_PROCESS, World, winsockSwitch } from '../../stack';
import { Reader, type SourcePosition, site, Trace } from '../../trace';
import type {
	ExpectStatement,
	FunctionDeclaration,
	Scenario,
	Thread as ThreadNode,
	ViolationExpectation,
} from '../generated/ast';
import {
	isExpectStatement,
	isFaultStatement,
	isLetStatement,
	isNetworkFault,
	isSetting,
	isThread,
} from '../generated/ast';
import type { ScenarioFile } from '../parse';
import { hasErrors } from '../parse';
import { scenarioSettingsOf } from '../settings';
import { Branch, ThreadEnded } from './branch';
import { judgeCalls } from './callPattern';
import { compileExpression } from './expression';
import { applyCallFault, applyNetworkFault } from './faults';
import { filled } from './filled';
import { type Actor, Frame } from './frame';
import type { ChoiceMet, Intervention } from './intervention';
import { Program } from './program';
import { RuleWatch } from './ruleWatch';
import type { Failure, Run, RunOptions, RunState, RunViolation, Sentence } from './run';
import { compileBlock, compileCondition, failed } from './statement';
import { topologyOf } from './topology';
import { type RuntimeValue, ValueError } from './value';

const SCENARIO = site('scenario', ['title', 'seed']);
const EXPECTATION_FAILED = site('expectation failed', ['text']);
const RUN_STOPPED = site('run stopped', ['text']);

/** Scheduler steps after which a run counts as endless. */
const DEFAULT_BUDGET = 20_000_000;

/** Records for which one step of `advance` is good; a thread that has no need to wait pauses then. */
const RECORDS_A_STEP = 64;

/** Activations of functions inside each other; every one needs a piece of the real stack. */
const DEEPEST_CALL = 300;

/** Thrown to leave a thread whose scenario has failed; never seen outside this file. */
class Stopped extends Error {}

/**
 * Starts a scenario.
 * @param title the scenario's title; the first one if left out
 * @throws RangeError if the file has errors or no such scenario: callers check first and tell the user
 */
export function startRun(file: ScenarioFile, title?: string, options: RunOptions = {}): Run {
	if (hasErrors(file)) throw new RangeError(`${file.uri} has errors and cannot run`);
	const program = new Program(file);
	const scenario = program.scenarios.find((candidate) => title === undefined || candidate.title === title);
	if (!scenario)
		throw new RangeError(title === undefined ? `${file.uri} has no scenario` : `no scenario is called "${title}"`);
	return new Execution(program, scenario, options);
}

class Execution implements Run {
	readonly title: string;
	readonly source: SourcePosition;
	readonly seed: number;
	readonly reader: Reader;
	state: RunState = { kind: 'running' };
	private readonly trace: Trace;
	private readonly branch: Branch | undefined;
	private readonly simulation: Simulation;
	private readonly world: World;
	private readonly actors: { readonly actor: Actor; readonly node: ThreadNode }[] = [];
	private readonly shared: Frame;
	private readonly setup: Thread;
	private readonly failures: Failure[] = [];
	private readonly budget: number;
	private readonly timeLimitNs: number;
	private readonly recordLimit: number;
	private readonly rules: RuleWatch | undefined;
	/** Virtual time of the last record of a run that is over, ns. Timers that nobody waited for may have moved the clock on. */
	private ended: number | undefined;

	constructor(
		private readonly program: Program,
		private readonly scenario: Scenario,
		options: RunOptions,
	) {
		const settings = scenarioSettingsOf(scenario.items.filter(isSetting), program.file.model.settings);
		this.title = scenario.title;
		this.source = program.position(scenario);
		this.seed = options.seed ?? settings.seed;
		this.budget = options.budget ?? DEFAULT_BUDGET;
		this.timeLimitNs = settings.timeLimit;
		this.recordLimit = settings.recordLimit;
		this.branch = options.interventions?.length ? new Branch(options.interventions) : undefined;
		this.trace = this.branch?.trace ?? new Trace();
		this.reader = new Reader(this.trace);
		const expected = new Set(this.expectedViolations().flatMap(({ rules }) => rules.map(({ id }) => id)));
		this.rules = options.checkRules === false ? undefined : new RuleWatch(this.reader, this.trace, expected);
		this.simulation = new Simulation(this.trace, new Choices(this.seed));
		this.world = new World(this.simulation, topologyOf(program.declarations, scenario));
		this.branch?.bind(this.simulation, this.world, this.actors);
		this.setup = this.simulation.thread('scenario', 'scenario', false);
		this.setup.begin(-1, 0, this.trace.sources.of(this.source));
		this.setup.note(SCENARIO, this.setup.component, this.title, this.seed);
		for (const declaration of program.functionsDeclared()) this.declareFunction(declaration);
		this.shared = this.sharedFrame();
		this.applyFaults();
		this.startHosts();
		this.startThreads();
	}

	get violations(): readonly RunViolation[] {
		return this.rules?.violations ?? [];
	}

	ruleResults(): ReadonlyMap<string, RuleResult> {
		return this.rules?.results() ?? new Map();
	}

	get unapplied(): readonly Intervention[] {
		return this.branch ? [...this.branch.unapplied] : [];
	}

	get choiceMet(): ChoiceMet | undefined {
		return this.branch?.choiceMet;
	}

	advance(steps: number): RunState {
		const { simulation } = this;
		simulation.pauseAt = this.trace.length + steps * RECORDS_A_STEP;
		for (let n = 0; n < steps && this.state.kind === 'running'; n++) {
			const alive = this.step();
			// Nothing is judged in the middle of a step: the trace is the same however the run is cut into calls.
			if (simulation.paused) break;
			this.rules?.follow(simulation.now);
			if (!alive) this.finish();
			else if (this.failures.length > 0) this.state = { kind: 'failed', failures: this.failures };
			else this.checkLimits();
		}
		return this.state;
	}

	/** One step of the simulation. A condition function that fails leaves the thread of the switch which runs it. */
	private step(): boolean {
		try {
			return this.simulation.step();
		} catch (problem) {
			if (!(problem instanceof Stopped)) throw problem;
			return true;
		}
	}

	private checkLimits(): void {
		const { simulation, trace } = this;
		if (simulation.steps < this.budget && trace.length < this.recordLimit && !this.isOverTime()) return;
		const where = this.unfinished();
		const [limit, value] =
			simulation.steps >= this.budget
				? ['{0} steps', this.budget]
				: trace.length >= this.recordLimit
					? ['{0} records', this.recordLimit]
					: ['{0} ns of virtual time', this.timeLimitNs];
		const first = this.actors.find(({ actor }) => actor.thread.state !== 'ended');
		this.failAt(
			first?.actor.thread ?? this.setup,
			{ text: `the run was stopped after ${limit}: is there an endless loop? {1}`, args: [value, where] },
			RUN_STOPPED,
		);
		this.state = { kind: 'failed', failures: this.failures };
	}

	/**
	 * Whether something goes on past the time limit. Where everybody has come to an end, timers that are due later, and that nobody
	 * waits for any more, do no harm.
	 */
	private isOverTime(): boolean {
		const { simulation, reader, timeLimitNs } = this;
		if (simulation.now < timeLimitNs) return false;
		return reader.time(reader.length - 1) >= timeLimitNs || this.unfinished() !== '';
	}

	/** Variables at the top of the scenario, shared by its threads. They are computed before anything runs. */
	private sharedFrame(): Frame {
		const lets = this.scenario.items.filter(isLetStatement);
		const host = this.world.hosts.values().next().value;
		if (!host) throw new RangeError(`${this.program.file.uri} declares no host`);
		const actor: Actor = {
			thread: this.setup,
			process: this.world.process(host),
			world: this.world,
			events: 0,
			depth: 0,
			lastError: '',
			fail: (_actor, text, args) => this.fail(this.setup, { text, args }),
			now: () => this.ended ?? this.simulation.now,
			processOf: (thread) => this.processOf(thread),
			branch: this.branch,
		};
		const names = lets.map(({ name }) => name);
		const frame = new Frame(actor, undefined, names, this.setup.thread, this.trace, -1);
		for (const node of lets) {
			this.setup.begin(-1, 0, this.trace.sources.of(this.program.position(node)));
			this.guarded(actor, () => {
				const compiled = compileExpression(this.program, node.value);
				const value = compiled.plain ? compiled.plain(frame) : compiled.waiting(frame);
				const computed = waits(value) ? value.next() : { done: true, value };
				if (computed.done) frame.declare(this.program.variableOf(node), computed.value as RuntimeValue);
				else this.complain('{0} cannot be computed before anything runs', [node.value.$cstNode?.text ?? '']);
			});
		}
		return frame;
	}

	/** Work outside any thread; what goes wrong in it is a failure of the scenario. */
	private guarded(actor: Actor, work: () => void): void {
		try {
			work();
		} catch (problem) {
			try {
				throw failed(actor, problem);
			} catch (left) {
				if (!(left instanceof Stopped)) throw left;
			}
		}
	}

	private declareFunction(declaration: FunctionDeclaration): void {
		const body = compileBlock(this.program, declaration.body);
		const parameters = declaration.parameters.map((parameter) => this.program.variableOf(parameter));
		const names = this.program.namesIn(declaration);
		let activations = 0;
		this.program.functions.set(declaration.name, function* (actor, args) {
			const { thread } = actor;
			if (actor.depth >= DEEPEST_CALL) {
				throw new ValueError('functions call each other more than {0} deep: is there a recursion without end?', [
					DEEPEST_CALL,
				]);
			}
			const frame = new Frame(actor, undefined, names, thread.thread, thread.trace, ++activations);
			parameters.forEach((parameter, i) => {
				frame.declare(parameter, args[i] ?? null);
			});
			actor.depth++;
			const jump = yield* body(frame);
			actor.depth--;
			return jump?.kind === 'return' ? jump.value : null;
		});
	}

	private applyFaults(): void {
		for (const { node } of this.program.declarations.hosts.values()) {
			for (const fault of node.faults) applyCallFault(this.world, fault, node.name, 0);
			for (const nic of node.nics) {
				for (const fault of nic.faults) applyCallFault(this.world, fault, `${node.name}.${nic.name}`, 0);
			}
		}
		for (const item of this.scenario.items) {
			if (isFaultStatement(item)) applyCallFault(this.world, item, '', 0);
			else if (isNetworkFault(item))
				applyNetworkFault(this.world, item, this.trace.sources.of(this.program.position(item)));
		}
	}

	/** Drivers are there from the start; a process with the switch only where an application runs. */
	private startHosts(): void {
		const threads = this.scenario.items.filter(isThread);
		for (const host of this.world.hosts.values()) {
			const thread = this.simulation.thread(`${host.name}.switch.startup`, `${host.name}.switch`, false);
			const declared = this.program.declarations.hosts.get(host.name);
			const position = declared ? this.program.position(declared.node) : this.source;
			thread.begin(-1, 0, this.trace.sources.of(position));
			this.world.startDrivers(thread, host);
			const processes = new Set(threads.filter((node) => node.host === host.name).map((node) => node.process));
			for (const name of processes) {
				const process = this.world.process(host, name);
				thread.component = process.switch.component;
				this.world.startProcess(thread, process);
			}
		}
	}

	private startThreads(): void {
		for (const node of this.scenario.items.filter(isThread)) {
			const host = this.world.hosts.get(node.host);
			if (!host) throw new RangeError(`no host ${node.host}`);
			const name = `${node.host}.${node.name}`;
			const thread = this.simulation.thread(name, name);
			thread.begin(-1, 1, this.trace.sources.of(this.program.position(node)));
			const actor: Actor = {
				thread,
				process: this.world.process(host, node.process),
				world: this.world,
				events: 0,
				depth: 0,
				lastError: '',
				fail: (failing, text, args) => this.fail(failing.thread, { text, args }),
				now: () => this.simulation.now,
				processOf: (thread) => this.processOf(thread),
				branch: this.branch,
			};
			const frame = new Frame(actor, this.shared, this.program.namesIn(node), thread.thread, this.trace, -1);
			thread.run(this.threadBody(node, frame, actor));
			this.actors.push({ actor, node });
		}
	}

	private processOf(thread: string): string | undefined {
		const node = this.scenario.items.filter(isThread).find(({ host, name }) => `${host}.${name}` === thread);
		return node && (node.process ?? MAIN_PROCESS);
	}

	private *threadBody(node: ThreadNode, frame: Frame, actor: Actor): Coroutine {
		const body = compileBlock(this.program, node.body);
		try {
			yield* body(frame);
		} catch (problem) {
			if (!(problem instanceof Stopped || problem instanceof ThreadEnded)) throw problem;
		}
		this.endProcess(actor);
	}

	/** CLEAN-1: a process ends with its last thread; a host that crashed does not come here. */
	private endProcess({ thread, process }: Actor): void {
		const others = this.actors.filter(({ actor }) => actor.process === process && actor.thread !== thread);
		if (others.every(({ actor }) => actor.thread.state === 'ended')) winsockSwitch.processEnds(process.switch, thread);
	}

	private fail(thread: Thread, message: Sentence): never {
		this.failAt(thread, message, EXPECTATION_FAILED);
		throw new Stopped();
	}

	private failAt(thread: Thread, message: Sentence, where: typeof RUN_STOPPED): void {
		const seq = thread.note(where, thread.component, filled(message));
		const source = thread.source >= 0 ? this.trace.sources.at(thread.source) : null;
		this.failures.push({ seq, source, message });
	}

	/** Nothing is runnable and nothing is due any more. */
	private finish(): void {
		this.branch?.flush();
		const blocked = this.unfinished();
		if (blocked !== '') {
			const first = this.actors.find(({ actor }) => actor.thread.state !== 'ended');
			const message: Sentence = { text: 'deadlock: nothing can happen any more, but {0}', args: [blocked] };
			this.failAt(first?.actor.thread ?? this.setup, message, RUN_STOPPED);
		} else {
			this.ended = this.reader.time(this.reader.length - 1);
			// Only a run that came to its end can have left something undone.
			this.rules?.end(this.simulation.now);
			this.judge();
		}
		this.state = this.failures.length > 0 ? { kind: 'failed', failures: this.failures } : { kind: 'passed' };
	}

	/** `alice.client waits for session of socket 100 in WSPRecv (line 12)`, one for each application thread that has not ended. */
	private unfinished(): string {
		return [...this.waitingActors(), ...this.waitingProcesses()].join('; ');
	}

	/** Processes that never come to their end: what the switch waits for there. */
	private waitingProcesses(): readonly string[] {
		return this.simulation.threads
			.filter(({ name, state }) => name.endsWith('.cleanup') && state === 'waiting')
			.map((thread) => `${thread.name} waits for ${thread.waitsForText ?? ''}`);
	}

	private waitingActors(): readonly string[] {
		return this.actors
			.filter(({ actor }) => actor.thread.state !== 'ended')
			.map(({ actor }) => {
				const { thread } = actor;
				const line = thread.source >= 0 ? this.trace.sources.at(thread.source).line : 0;
				const what = thread.waitsForText ? `waits for ${thread.waitsForText}` : `is ${thread.state}`;
				const call = thread.call >= 0 ? ` in ${this.reader.record(thread.call).name}` : '';
				return `${thread.name} ${what}${call} (line ${line})`;
			});
	}

	/** Expectations about the whole run, in the order of the file. */
	private judge(): void {
		this.judgeViolations();
		for (const item of this.scenario.items.filter(isExpectStatement)) {
			this.setup.begin(-1, 3, this.trace.sources.of(this.program.position(item)));
			if (item.$type === 'CallExpectation') {
				const complaint = judgeCalls(this.reader, item);
				if (complaint) this.complain(complaint.text, complaint.args);
			} else if (item.$type === 'ValueExpectation') this.judgeValue(item);
		}
	}

	private judgeValue(node: Extract<ExpectStatement, { readonly $type: 'ValueExpectation' }>): void {
		this.guarded(this.shared.actor, () => {
			const judging = compileCondition(this.program, node.condition)(this.shared);
			const step = judging.next();
			if (!step.done) this.complain('{0} cannot be judged at the end of a run', [node.condition.$cstNode?.text ?? '']);
			else if (step.value) this.complain(step.value.text, step.value.args);
		});
	}

	/** Expected violations that did not happen. One that nobody expected is a record, but does not fail the run. */
	private judgeViolations(): void {
		const broken = new Set(this.violations.map(({ rule }) => rule));
		for (const item of this.expectedViolations()) {
			this.setup.begin(-1, 3, this.trace.sources.of(this.program.position(item)));
			for (const { id } of item.rules) {
				if (!broken.has(id)) this.complain('expected a violation of {0}, but the rule was kept', [id]);
			}
		}
	}

	private expectedViolations(): readonly ViolationExpectation[] {
		return this.scenario.items.filter((item): item is ViolationExpectation => item.$type === 'ViolationExpectation');
	}

	private complain(text: string, args: readonly (string | number)[]): void {
		this.failAt(this.setup, { text, args }, EXPECTATION_FAILED);
	}
}
