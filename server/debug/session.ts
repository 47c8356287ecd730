/**
 * A debug session: one handler a request, which returns the body of its response. A run is read through a cursor;
 * moving, in either direction, is moving that cursor. Nothing here knows how messages travel.
 */

import {
	BRANCHES,
	BRANCHES_CHANGED,
	FAULT_LINE,
	PREVIOUS_CHANGE,
	REVERSE_NEXT,
	REVERSE_OUT,
	STEP_ON_LIFELINE,
	STEP_TO_MESSAGE,
	STEP_TO_TIME,
	SWITCH_BRANCH,
	WHAT_IF,
} from '../protocol/debugRequests';
import {
	DIAGRAM_INFO,
	DIAGRAM_PAGES,
	DIAGRAM_QUERY,
	GO_TO_RECORD,
	OPEN_TRACES,
	type RunStatus,
} from '../protocol/diagram';
import { CALL, NOTE, type Reader } from '../trace';
import { type Branch, Branches, type WhatIf } from './branches';
import { BranchRequests } from './branchRequests';
import { BreakpointRequests } from './breakpointRequests';
import { Breakpoints } from './breakpoints';
import { capabilitiesOf } from './capabilities';
import { type Client, defaultClient, readClient } from './client';
import { readCommand } from './consoleCommands';
import type { Arrival, CursorListener, Goal } from './cursor';
import { DebugConsole } from './debugConsole';
import { Debuggee } from './debuggee';
import { DiagramFeed } from './diagramFeed';
import { Documents } from './documents';
import { RequestError } from './errors';
import { exceptionInfo } from './exceptionInfo';
import { gotoTargets } from './gotoTargets';
import { Inspector } from './inspector';
import { type LaunchArguments, loadScenario, readLaunchArguments, type StartRun } from './launch';
import { memoryReference as referenceOf } from './memory';
import { directionOf, granularityOf, lifelineGoal, previousChange } from './moveRequests';
import { type PendingChoice, PendingChoices } from './pendingChoices';
import { RequestArguments } from './requestArguments';
import { SearchProgress } from './searchProgress';
import { choiceTargets, optionOfTarget } from './stepInTargets';
import { type Purpose, type StopReason, stoppedBody, stopReason } from './stopReason';
import { type StopRule, StopTable } from './stopTable';
import { type Texts, textsOf } from './texts';

export interface SessionOutput {
	event(name: string, body?: unknown): void;
	/** The client is done with this session. */
	close(): void;
	/** Whether the session can be left for the next client. */
	readonly canSuspend: boolean;
	/** Leaves the session for the next client. */
	suspend(): void;
}

type SessionState =
	| { readonly kind: 'new' }
	| { readonly kind: 'initialized' }
	/** Launched; the client is still setting breakpoints. */
	| { readonly kind: 'configuring' }
	| { readonly kind: 'running' }
	| { readonly kind: 'stopped'; readonly reason: StopReason }
	/** Nobody is connected; the next client may attach. */
	| { readonly kind: 'suspended' }
	| { readonly kind: 'ended' };

/** Real milliseconds that a request may run ahead before it is answered. */
const lookAheadMs = 200;

type Handler = (args: RequestArguments) => object | undefined;

export class Session implements CursorListener {
	private state: SessionState = { kind: 'new' };
	private client: Client = defaultClient;
	private texts: Texts = textsOf('en');
	private launchArguments: LaunchArguments | undefined;
	private debuggee: Debuggee | undefined;
	private inspector: Inspector | undefined;
	private console: DebugConsole | undefined;
	private documents: Documents | undefined;
	private breakpoints = new Breakpoints(this.texts);
	private breakpointRequests = new BreakpointRequests(this.breakpoints, this.client);
	private readonly branches = new Branches();
	private branchRequests: BranchRequests;
	private readonly diagram: DiagramFeed;
	private readonly handlers: ReadonlyMap<string, Handler>;
	/** What must wait until the response is sent. */
	private later: (() => void)[] = [];
	private canStepBack = true;
	/** Whether the request being carried out is none of the protocol's: a client does not know that it moves. */
	private isOwnRequest = false;
	private readonly search: SearchProgress;
	private readonly choices = new PendingChoices((interventions) => {
		const { run, file } = this.stopped();
		return this.startRun(file, run.title, { seed: run.seed, interventions });
	});
	private gotoRecords = new Map<number, number>();
	/** Where a move to a record began that did not exist yet. */
	private departure = { from: -1, to: -1 };

	constructor(
		private readonly output: SessionOutput,
		private readonly startRun: StartRun,
	) {
		this.diagram = new DiagramFeed(
			(event, body) => output.event(event, body),
			() => this.occasion(),
			(id) => this.branches.find(id),
			() => this.branches.infos(),
		);
		this.search = new SearchProgress((event, body) => output.event(event, body));
		this.branchRequests = this.makeBranchRequests();
		this.handlers = new Map(
			Object.entries(this.lifeCycle()).concat(
				Object.entries(this.moves()),
				Object.entries(this.looks()),
				Object.entries(this.changes()),
			),
		);
	}

	/** Carries out a request. @throws RequestError for what cannot be done */
	handle(command: string, args: unknown): object | undefined {
		const handler = this.handlers.get(command);
		if (!handler) throw new RequestError('unknownRequest', command);
		if (this.state.kind === 'new' && command !== 'initialize' && command !== 'disconnect') {
			throw new RequestError('notInitialized', command);
		}
		this.isOwnRequest = command.startsWith('sanflow/');
		return handler(new RequestArguments(args));
	}

	/** Does what must follow the response of the last request. */
	responded(): void {
		if (this.later.length === 0) return;
		const actions = this.later;
		this.later = [];
		for (const action of actions) action();
	}

	get locale(): Client['locale'] {
		return this.client.locale;
	}

	/** Stops everything: the client is gone. */
	dispose(): void {
		this.branches.dispose();
		this.state = { kind: 'ended' };
	}

	// Requests

	private lifeCycle(): Readonly<Record<string, Handler>> {
		return {
			initialize: (args) => this.initialize(args),
			launch: (args) => this.launch(args),
			attach: () => this.attach(),
			configurationDone: () => this.configurationDone(),
			restart: (args) => this.restart(args),
			terminate: () => this.terminate(),
			disconnect: (args) => this.disconnect(args),
			cancel: (args) => this.cancel(args),
			setBreakpoints: (args) => this.changed(this.breakpointRequests.setLines(args)),
			setFunctionBreakpoints: (args) => this.changed(this.breakpointRequests.setFunctions(args)),
			setDataBreakpoints: (args) => this.changed(this.breakpointRequests.setData(args)),
			setInstructionBreakpoints: (args) => this.changed(this.breakpointRequests.setInstructions(args)),
			setExceptionBreakpoints: (args) => this.changed(this.breakpointRequests.setExceptions(args)),
			breakpointLocations: (args) => this.breakpointRequests.locations(args, this.current()),
		};
	}

	private moves(): Readonly<Record<string, Handler>> {
		return {
			continue: (args) => {
				this.move('continue', this.alone(args, { direction: 'forward', thread: -1 }));
				return { allThreadsContinued: !args.flag('singleThread') };
			},
			reverseContinue: (args) => this.move('continue', this.alone(args, { direction: 'backward', thread: -1 })),
			next: (args) => this.move('step', this.alone(args, this.over(args, 'forward'))),
			stepBack: (args) => this.move('step', this.alone(args, this.over(args, 'backward'))),
			stepIn: (args) => this.stepIn(args),
			stepOut: (args) => this.move('step', this.alone(args, this.stopped().stepping.out(this.threadOf(args)))),
			pause: () => this.pause(),
			goto: (args) => this.goto(args),
			restartFrame: (args) => this.restartFrame(args),
			[GO_TO_RECORD]: (args) => this.goToRecord(args.integer('seq')),
			[STEP_TO_MESSAGE]: (args) => this.move('find', this.stopped().stepping.toMessage(directionOf(args))),
			[STEP_TO_TIME]: (args) => this.move('step', this.stopped().stepping.toTime(directionOf(args))),
			[STEP_ON_LIFELINE]: (args) => {
				const { reader } = this.stopped();
				const atWork = (): number => this.lookStopped().componentAtWork(args.optionalInteger('frameId'));
				return this.move('find', lifelineGoal(args, reader, atWork));
			},
			[REVERSE_NEXT]: (args) => {
				const { stepping } = this.stopped();
				return this.move('step', stepping.over(this.threadAtWork(args), granularityOf(args), 'backward'));
			},
			[REVERSE_OUT]: (args) => this.move('step', this.stopped().stepping.backOut(this.threadAtWork(args))),
			[PREVIOUS_CHANGE]: (args) => this.previousChange(args),
		};
	}

	private looks(): Readonly<Record<string, Handler>> {
		return {
			threads: () => this.look().threads(),
			stackTrace: (args) => this.lookStopped().stackTrace(args),
			scopes: (args) => this.lookStopped().scopes(args),
			variables: (args) => this.lookStopped().variables(args),
			source: (args) => this.look().source(args),
			loadedSources: () => this.look().loadedSources(),
			modules: (args) => this.look().modules(args),
			evaluate: (args) => this.evaluate(args),
			completions: (args) => this.look().completions(args),
			dataBreakpointInfo: (args) => this.look().dataBreakpointInfo(args),
			readMemory: (args) => this.look().readMemory(args),
			disassemble: (args) => this.look().disassemble(args),
			stepInTargets: (args) => {
				const calls = this.lookStopped().stepInTargets(args);
				const choices = choiceTargets(this.choicesAt(args.integer('frameId')), this.texts);
				return { targets: [...calls.map(({ target }) => target), ...choices] };
			},
			gotoTargets: (args) => this.gotoTargets(args),
			exceptionInfo: (args) => this.exceptionInfo(args),
			[DIAGRAM_INFO]: (args) => this.diagram.info(args),
			[DIAGRAM_PAGES]: (args) => this.diagram.pages(args),
			[DIAGRAM_QUERY]: (args) => this.diagram.query(args),
			[OPEN_TRACES]: (args) => this.diagram.open(args),
		};
	}

	private changes(): Readonly<Record<string, Handler>> {
		return {
			setVariable: (args) => this.branchRequests.setVariable(args),
			setExpression: (args) => this.branchRequests.setExpression(args),
			writeMemory: (args) => this.branchRequests.writeMemory(args),
			terminateThreads: (args) => this.branchRequests.terminateThreads(args),
			[WHAT_IF]: (args) => this.branchRequests.whatIf(args),
			[BRANCHES]: () => this.branchRequests.list(),
			[SWITCH_BRANCH]: (args) => this.branchRequests.switchTo(args.integer('branch')),
			[FAULT_LINE]: (args) => this.branchRequests.faultLine(args),
		};
	}

	private makeBranchRequests(): BranchRequests {
		return new BranchRequests(
			this.branches,
			{
				stopped: () => this.stopped(),
				inspector: () => this.lookStopped(),
				fork: (whatIf) => this.fork(whatIf),
				show: (branch) => this.showBranch(branch),
			},
			this.texts,
		);
	}

	// Life cycle

	private initialize(args: RequestArguments): object {
		this.client = readClient(args);
		this.texts = textsOf(this.client.locale);
		this.diagram.locale = this.client.locale;
		this.breakpoints = new Breakpoints(this.texts);
		this.breakpointRequests = new BreakpointRequests(this.breakpoints, this.client);
		this.branchRequests = this.makeBranchRequests();
		if (this.state.kind === 'new') this.state = { kind: 'initialized' };
		return capabilitiesOf(this.texts, this.output.canSuspend);
	}

	private launch(args: RequestArguments): undefined {
		if (this.debuggee) throw new RequestError('alreadyLaunched');
		this.start(readLaunchArguments(args));
		this.state = { kind: 'configuring' };
		this.later.push(() => this.output.event('initialized'));
		return undefined;
	}

	/** Takes over a run that was left suspended: with all its branches, where it stood. */
	private attach(): undefined {
		if (this.state.kind !== 'suspended') {
			throw new RequestError(this.output.canSuspend ? 'nothingToAttach' : 'attachUnsupported');
		}
		this.use(this.branches.current);
		this.state = { kind: 'configuring' };
		this.later.push(() => this.output.event('initialized'));
		return undefined;
	}

	/** Makes a new run the one under the debugger. */
	private start(launch: LaunchArguments): void {
		const { file, title } = loadScenario(launch, this.client.locale, (body) => this.output.event('output', body));
		const run = this.startRun(file, title, launch.seed === undefined ? {} : { seed: launch.seed });
		this.launchArguments = launch;
		this.use(this.branches.launch(new Debuggee(run, file, this.texts, this), this.texts('asLaunched')));
		this.console?.say(this.texts('running', title, run.seed), 'console');
	}

	/** Puts a branch under the debugger. */
	private use(branch: Branch): void {
		const { debuggee } = branch;
		this.documents ??= new Documents(this.client.locale);
		this.branches.show(branch);
		this.debuggee = debuggee;
		this.inspector = new Inspector(debuggee, this.documents, this.texts, this.client, this.inspector?.nextId);
		this.console = new DebugConsole(
			(body) => this.output.event('output', body),
			this.texts,
			this.inspector,
			this.client.showsAnsi,
			this.client.locale,
		);
		this.breakpoints.bind(debuggee.context());
		this.diagram.bind(branch);
		this.retable();
	}

	/** Runs the scenario again with one more change, and shows that run. */
	private fork(whatIf: WhatIf): Branch {
		const { run, file } = this.stopped();
		const branch = this.branches.fork(whatIf, (interventions) => {
			const started = this.startRun(file, run.title, { seed: run.seed, interventions });
			return new Debuggee(started, file, this.texts, this);
		});
		const { id, departsAt, title, parent } = branch;
		this.showBranch(branch);
		this.console?.say(this.texts('branchStarted', id, departsAt, title, parent?.id ?? 1), 'console');
		return branch;
	}

	/** Shows a branch where one stands in it. What was looked at before means nothing any more. */
	private showBranch(branch: Branch): void {
		const isNew = branch !== this.branches.current;
		this.use(branch);
		if (!isNew) return;
		this.later.push(() => {
			this.announceMove();
			this.arrived({ kind: 'goal' }, 'branch');
			this.output.event(BRANCHES_CHANGED, this.branchRequests.list());
			if (this.client.knowsInvalidated) this.output.event('invalidated', { areas: ['all'] });
			if (this.client.knowsMemoryEvents) this.announceMemory();
		});
	}

	/** Registered memory may hold other bytes in another branch. */
	private announceMemory(): void {
		const { objects, cursor } = this.current();
		for (const id of objects.history.objectsAt(cursor.seq)) {
			if (objects.entry(id).type.name !== 'memory') continue;
			const count = Number(objects.field(id, 'length', cursor.seq) ?? 0);
			const memoryReference = referenceOf(objects.reader.objectName(id));
			if (count > 0) this.output.event('memory', { memoryReference, offset: 0, count });
		}
	}

	/** Commands are for the console only: a watch or a hover must never change anything. */
	private evaluate(args: RequestArguments): object {
		const command = args.optionalText('context') === 'repl' ? readCommand(args.text('expression')) : undefined;
		if (!command) return this.look().evaluate(args);
		return { result: this.branchRequests.command(command, args.optionalInteger('frameId')), variablesReference: 0 };
	}

	private configurationDone(): undefined {
		if (this.state.kind === 'configuring') this.later.push(() => this.begin());
		return undefined;
	}

	/** Sets the run going for the first time. */
	private begin(): void {
		const { launchArguments } = this;
		const { reader, cursor } = this.current();
		if (cursor.seq >= 0) {
			this.arrived({ kind: 'paused' }, 'continue');
			return;
		}
		if (launchArguments?.stopOnEntry && !launchArguments.noDebug) {
			const reached = (seq: number): boolean => reader.kind(seq) === NOTE && reader.site(seq).name === 'statement';
			this.go('entry', { direction: 'forward', thread: -1, reached });
		} else {
			this.go('continue', { direction: 'forward', thread: -1 });
		}
	}

	private restart(args: RequestArguments): undefined {
		const { launchArguments } = this;
		if (!launchArguments || !this.debuggee) throw new RequestError('notLaunched');
		const changed = args.raw('arguments');
		this.start(changed === undefined ? launchArguments : readLaunchArguments(args.object('arguments')));
		this.later.push(() => {
			for (const { id, placement } of this.breakpoints.placements()) {
				const breakpoint = this.breakpointRequests.protocolBreakpoint(id, placement);
				this.output.event('breakpoint', { reason: 'changed', breakpoint });
			}
			this.begin();
		});
		return undefined;
	}

	private terminate(): undefined {
		this.debuggee?.cursor.dispose();
		if (this.state.kind !== 'ended') this.later.push(() => this.terminated());
		return undefined;
	}

	private disconnect(args: RequestArguments): undefined {
		if (args.flag('suspendDebuggee') && this.output.canSuspend && this.debuggee && this.state.kind !== 'ended') {
			this.debuggee.cursor.pause();
			this.state = { kind: 'suspended' };
			this.later.push(() => this.output.suspend());
			return undefined;
		}
		this.dispose();
		this.later.push(() => this.output.close());
		return undefined;
	}

	/** Only a search backwards takes long enough to be cancelled; requests are answered at once. */
	private cancel(args: RequestArguments): undefined {
		if (this.search.is(args.optionalText('progressId'))) this.debuggee?.cursor.pause();
		return undefined;
	}

	/** Breakpoints changed: the cursor scans with the new ones from its next record on. */
	private changed<Body extends object>(body: Body): Body {
		this.retable();
		return body;
	}

	private retable(): void {
		const { debuggee, launchArguments } = this;
		if (!debuggee) return;
		const rules = launchArguments?.noDebug ? [] : this.breakpoints.rules();
		debuggee.cursor.table = new StopTable(debuggee.reader, [logRule(debuggee.reader), ...rules]);
	}

	// Moving

	private move(purpose: Purpose, goal: Goal): undefined {
		const debuggee = this.stopped();
		if (goal.direction === 'forward' && debuggee.cursor.isAtEnd) {
			this.later.push(() => this.terminated());
			return undefined;
		}
		this.state = { kind: 'running' };
		if (this.isOwnRequest) this.later.push(() => this.announceMove());
		this.later.push(() => this.go(purpose, goal));
		return undefined;
	}

	/** Execution goes on without a request of the protocol that implies it. */
	private announceMove(): void {
		const { cursor, reader } = this.current();
		const threadId = reader.thread(Math.max(0, cursor.seq)) + 1;
		this.output.event('continued', { threadId, allThreadsContinued: true });
	}

	private go(purpose: Purpose, goal: Goal): void {
		const { cursor } = this.current();
		this.state = { kind: 'running' };
		if (goal.direction === 'backward') this.search.begin(cursor.seq);
		if (purpose === 'find') this.departure = { from: cursor.seq, to: -1 };
		cursor.start(goal, (arrival) => this.arrived(arrival, purpose));
	}

	private over(args: RequestArguments, direction: Goal['direction']): Goal {
		return this.stopped().stepping.over(this.threadOf(args), granularityOf(args), direction);
	}

	/** With `singleThread` only what this thread does can end the move. */
	private alone(args: RequestArguments, goal: Goal): Goal {
		return args.flag('singleThread') ? { ...goal, onlyThread: this.threadOf(args) } : goal;
	}

	private stepIn(args: RequestArguments): undefined {
		const { stepping } = this.stopped();
		const thread = this.threadOf(args);
		const targetId = args.optionalInteger('targetId');
		if (targetId === undefined) {
			return this.move('step', this.alone(args, stepping.into(thread, granularityOf(args))));
		}
		const option = optionOfTarget(targetId);
		if (option !== undefined) return this.choose(option, targetId);
		const { seq } = this.current().cursor;
		const frames = this.lookStopped().stackTrace(new RequestArguments({ threadId: thread + 1 })).stackFrames;
		const target = this.lookStopped()
			.stepInTargets(new RequestArguments({ frameId: frames[0]?.id ?? -1 }))
			.find((candidate) => candidate.target.id === targetId);
		if (!target || seq < 0) throw new RequestError('unknownTarget', targetId);
		return this.move('step', stepping.intoCall(thread, target.name));
	}

	/** What could go next after the record at which the debugger stands; a matter of its innermost frame only. */
	private choicesAt(frameId: number): readonly PendingChoice[] {
		const { seq } = this.stopped().cursor;
		const { at, call, isCause } = this.lookStopped().frame(frameId);
		const isInnermost = !isCause && at === seq && (this.current().reader.kind(seq) !== CALL || call === seq);
		return !isInnermost ? [] : this.choices.at(this.branches.current, seq);
	}

	/** Lets one of those that could go next do so: the one that the seed takes, or another one in a branch. */
	private choose(option: number, targetId: number): undefined {
		const { seq } = this.stopped().cursor;
		const choice = this.choices.at(this.branches.current, seq).find((candidate) => candidate.option === option);
		if (!choice) throw new RequestError('unknownTarget', targetId);
		if (choice.isTaken) {
			return this.move('step', { direction: 'forward', thread: -1, reached: (at) => at === choice.seq });
		}
		const title = this.texts('nextGoes', choice.who, choice.does);
		this.fork({ intervention: { kind: 'choice', atRecord: seq, option }, title });
		return undefined;
	}

	private pause(): undefined {
		this.current().cursor.pause();
		return undefined;
	}

	private goToRecord(seq: number): undefined {
		const { cursor, reader, run } = this.stopped();
		// What is near is run at once, so that a record that will never be is refused instead of being looked for.
		if (seq >= reader.length) cursor.reach(seq, lookAheadMs);
		if (seq < 0) throw new RequestError('unknownRecord', seq, reader.length);
		if (seq < reader.length) {
			if (this.isOwnRequest) this.later.push(() => this.announceMove());
			this.later.push(() => {
				cursor.place(seq);
				this.arrived({ kind: 'goal' }, 'goto');
			});
			return undefined;
		}
		if (run.state.kind !== 'running') throw new RequestError('beyondEnd', seq, reader.length - 1);
		this.departure = { from: cursor.seq, to: seq };
		return this.move('goto', { direction: 'forward', thread: -1, ignoresRules: true, reached: (at) => at === seq });
	}

	private gotoTargets(args: RequestArguments): object {
		const found = gotoTargets(args, this.stopped(), this.client);
		this.gotoRecords = new Map(found.map(({ target, seq }) => [target.id, seq]));
		return { targets: found.map(({ target }) => target) };
	}

	private goto(args: RequestArguments): undefined {
		const targetId = args.integer('targetId');
		const seq = this.gotoRecords.get(targetId);
		if (seq === undefined) throw new RequestError('unknownTarget', targetId);
		return this.goToRecord(seq);
	}

	/** The past cannot be run differently; running a call again is going back to where it begins. */
	private restartFrame(args: RequestArguments): undefined {
		const frame = this.lookStopped().frame(args.integer('frameId'));
		if (frame.call < 0) throw new RequestError('noRestartFrame');
		return this.goToRecord(frame.call);
	}

	private previousChange(args: RequestArguments): undefined {
		const place = this.lookStopped().place(args.optionalInteger('frameId'));
		return this.goToRecord(previousChange(args.text('expression'), place, this.stopped(), this.texts));
	}

	// Arriving

	private arrived(arrival: Arrival, purpose: Purpose): void {
		this.search.end();
		if (this.state.kind === 'suspended') return;
		if (arrival.kind === 'end' && purpose === 'goto') {
			this.returnFromEnd();
			return;
		}
		if (arrival.kind === 'start' && purpose === 'find') {
			this.returnFromStart();
			return;
		}
		this.look().reset();
		const { cursor, reader } = this.current();
		if (arrival.kind === 'end' && cursor.furthest >= 0) this.reportEnd();
		const mustTerminate = arrival.kind === 'end' && !(this.launchArguments?.stopOnEnd && !this.launchArguments.noDebug);
		if (mustTerminate || reader.length === 0) {
			this.terminated();
			return;
		}
		const reason = this.reasonOf(arrival, purpose);
		this.state = { kind: 'stopped', reason };
		if (arrival.kind === 'start') this.console?.say(this.texts('isFirstRecord'), 'console');
		this.console?.sayRecord(reader, cursor.seq);
		this.output.event('stopped', stoppedBody(reason, reader.thread(cursor.seq) + 1));
		this.announceStepBack(cursor.seq > 0);
		this.diagram.changed();
	}

	/** The record to go to does not exist: the debugger stands where it stood. */
	private returnFromEnd(): void {
		const { cursor, reader } = this.current();
		const problem = new RequestError('beyondEnd', this.departure.to, reader.length - 1);
		cursor.place(this.departure.from);
		this.arrived({ kind: 'paused' }, 'continue');
		this.console?.say(problem.sentence(this.client.locale), 'stderr');
	}

	/** There is no such record before: the debugger stands where it stood. */
	private returnFromStart(): void {
		this.current().cursor.place(this.departure.from);
		this.arrived({ kind: 'paused' }, 'continue');
		this.console?.say(this.texts('noneBefore'), 'console');
	}

	private reasonOf(arrival: Arrival, purpose: Purpose): StopReason {
		const { cursor, reader } = this.current();
		const reason = stopReason(arrival, purpose, reader, cursor.seq, this.texts);
		if (purpose !== 'branch') return reason;
		const { id, title } = this.branches.current;
		return { ...reason, description: this.texts('stoppedBranch', id, title) };
	}

	/** At the first record there is nothing to step back to. */
	private announceStepBack(can: boolean): void {
		if (can === this.canStepBack) return;
		this.canStepBack = can;
		this.output.event('capabilities', { capabilities: { supportsStepBack: can } });
	}

	private reportEnd(): void {
		const { run, reader } = this.current();
		this.console?.sayEnd(run);
		const file = this.launchArguments?.trace;
		if (file) this.console?.writeTrace(reader, file);
	}

	private terminated(): void {
		if (this.state.kind === 'ended') return;
		const runState = this.debuggee?.run.state.kind;
		this.state = { kind: 'ended' };
		this.diagram.changed();
		this.output.event('exited', { exitCode: runState === 'failed' ? 1 : 0 });
		this.output.event('terminated');
	}

	/** @see CursorListener */
	passed(seq: number, rule: StopRule): void {
		if (rule.log) this.console?.say(rule.log(seq), 'stdout', seq);
	}

	/** @see CursorListener */
	progressed(): void {
		this.diagram.grew();
		if (this.client.showsProgress) this.search.update(this.current().cursor.seq, this.texts('searching'));
	}

	// Shared

	private exceptionInfo(args: RequestArguments): object {
		this.threadOf(args);
		if (this.state.kind !== 'stopped' || !this.state.reason.exception) throw new RequestError('noException');
		return exceptionInfo(this.state.reason, this.current(), this.texts, this.client.locale);
	}

	private occasion(): { readonly status: RunStatus; readonly statusText: string } {
		const { state } = this;
		const run = this.debuggee?.run;
		if (state.kind === 'stopped') return { status: 'stopped', statusText: state.reason.description };
		if (state.kind === 'ended' && run && run.state.kind !== 'running') {
			return { status: run.state.kind, statusText: this.texts('stoppedEnd') };
		}
		if (state.kind === 'running') return { status: 'running', statusText: this.texts('statusRunning') };
		return { status: state.kind === 'ended' ? 'stopped' : 'loading', statusText: '' };
	}

	private current(): Debuggee {
		if (!this.debuggee) throw new RequestError('notLaunched');
		return this.debuggee;
	}

	/** The run, if the debugger stands. */
	private stopped(): Debuggee {
		const debuggee = this.current();
		if (this.state.kind === 'running' || this.state.kind === 'configuring') throw new RequestError('isRunning');
		if (this.state.kind === 'ended') throw new RequestError('runEnded');
		return debuggee;
	}

	private look(): Inspector {
		if (!this.inspector) throw new RequestError('notLaunched');
		return this.inspector;
	}

	private lookStopped(): Inspector {
		if (this.state.kind === 'running' || this.state.kind === 'configuring') throw new RequestError('isRunning');
		return this.look();
	}

	private threadOf(args: RequestArguments): number {
		return this.look().threadOf(args.integer('threadId'));
	}

	/** The thread that a request of our own names, or the one that wrote the record at which the debugger stands. */
	private threadAtWork(args: RequestArguments): number {
		if (args.optionalInteger('threadId') !== undefined) return this.threadOf(args);
		return this.lookStopped().place(undefined).thread;
	}
}

/** What scenarios write with `log` goes to the debug console as the cursor first passes it. */
function logRule(reader: Reader): StopRule {
	return {
		id: -1,
		kind: 'output',
		label: 'log',
		selectsSite: (site) => site.name === 'log',
		matches: (seq) => reader.kind(seq) === NOTE,
		log: (seq) => String(reader.args(seq).text ?? ''),
	};
}
