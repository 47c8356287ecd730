/**
 * A debug session: one handler a request, which returns the body of its response. A run is read through a cursor;
 * moving, in either direction, is moving that cursor. Nothing here knows how messages travel.
 */
import { BRANCHES, FAULT_LINE, SWITCH_BRANCH, WHAT_IF } from '../protocol/debugRequests';
import { DIAGRAM_INFO, DIAGRAM_PAGES, DIAGRAM_QUERY, OPEN_TRACES } from '../protocol/diagram';
import { Arrivals } from './arrivals';
import { BranchRequests } from './branchRequests';
import { BranchSwitch } from './branchSwitch';
import { BreakpointRequests } from './breakpointRequests';
import { capabilitiesOf } from './capabilities';
import { type Client, readClient } from './client';
import { readCommand } from './consoleCommands';
import { RequestError } from './errors';
import { exceptionInfo } from './exceptionInfo';
import { type Runner, readLaunchArguments } from './launch';
import { Moves } from './moves';
import { RequestArguments } from './requestArguments';
import type { Handler, Handlers, SessionOutput } from './sessionState';
import { Stage } from './stage';

export class Session {
	private readonly stage: Stage;
	private readonly arrivals: Arrivals;
	private readonly branchSwitch: BranchSwitch;
	private readonly moves: Moves;
	private readonly handlers: ReadonlyMap<string, Handler>;
	private breakpointRequests: BreakpointRequests;
	private branchRequests: BranchRequests;

	constructor(
		private readonly output: SessionOutput,
		runner: Runner,
	) {
		this.stage = new Stage(output, runner);
		this.arrivals = new Arrivals(this.stage);
		this.stage.listener = this.arrivals;
		this.branchSwitch = new BranchSwitch(this.stage, this.arrivals);
		this.moves = new Moves(this.stage, this.arrivals, this.branchSwitch);
		this.breakpointRequests = this.makeBreakpointRequests();
		this.branchRequests = this.makeBranchRequests();
		this.handlers = new Map(
			Object.entries({
				...this.lifeCycle(),
				...this.breakpoints(),
				...this.moves.handlers(),
				...this.looks(),
				...this.changes(),
			}),
		);
	}

	/** Carries out a request. @throws RequestError for what cannot be done */
	handle(command: string, args: unknown): object | undefined {
		const handler = this.handlers.get(command);
		if (!handler) throw new RequestError('unknownRequest', command);
		if (this.stage.state.kind === 'new' && command !== 'initialize' && command !== 'disconnect') {
			throw new RequestError('notInitialized', command);
		}
		this.moves.isOwnRequest = command.startsWith('sanflow/');
		return handler(new RequestArguments(args));
	}

	/** Does what must follow the response of the last request. */
	responded(): void {
		this.stage.responded();
	}

	get locale(): Client['locale'] {
		return this.stage.client.locale;
	}

	/** Stops everything: the client is gone. */
	dispose(): void {
		this.stage.dispose();
	}

	// Requests

	private lifeCycle(): Handlers {
		return {
			initialize: (args) => this.initialize(args),
			launch: (args) => this.launch(args),
			attach: () => this.attach(),
			configurationDone: () => this.configurationDone(),
			restart: (args) => this.restart(args),
			terminate: () => this.terminate(),
			disconnect: (args) => this.disconnect(args),
			cancel: (args) => {
				this.arrivals.cancel(args.optionalText('progressId'));
				return undefined;
			},
		};
	}

	private breakpoints(): Handlers {
		/** The cursor scans with the new ones from its next record on. */
		const changed = <Body extends object>(body: Body): Body => {
			this.stage.retable();
			return body;
		};
		return {
			setBreakpoints: (args) => changed(this.breakpointRequests.setLines(args)),
			setFunctionBreakpoints: (args) => changed(this.breakpointRequests.setFunctions(args)),
			setDataBreakpoints: (args) => changed(this.breakpointRequests.setData(args)),
			setInstructionBreakpoints: (args) => changed(this.breakpointRequests.setInstructions(args)),
			setExceptionBreakpoints: (args) => changed(this.breakpointRequests.setExceptions(args)),
			breakpointLocations: (args) => this.breakpointRequests.locations(args, this.stage.current()),
		};
	}

	private looks(): Handlers {
		const { stage } = this;
		const { diagram } = stage;
		return {
			threads: () => stage.look().threads(),
			stackTrace: (args) => stage.lookStopped().stackTrace(args),
			scopes: (args) => stage.lookStopped().scopes(args),
			variables: (args) => stage.lookStopped().variables(args),
			source: (args) => stage.look().source(args),
			loadedSources: () => stage.look().loadedSources(),
			modules: (args) => stage.look().modules(args),
			evaluate: (args) => this.evaluate(args),
			completions: (args) => stage.look().completions(args),
			dataBreakpointInfo: (args) => stage.look().dataBreakpointInfo(args),
			readMemory: (args) => stage.look().readMemory(args),
			disassemble: (args) => stage.look().disassemble(args),
			exceptionInfo: (args) => this.exceptionInfo(args),
			[DIAGRAM_INFO]: (args) => diagram.info(args),
			[DIAGRAM_PAGES]: (args) => diagram.pages(args),
			[DIAGRAM_QUERY]: (args) => diagram.query(args),
			[OPEN_TRACES]: (args) => diagram.open(args),
		};
	}

	private changes(): Handlers {
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

	private makeBreakpointRequests(): BreakpointRequests {
		return new BreakpointRequests(this.stage.breakpoints, this.stage.client);
	}

	private makeBranchRequests(): BranchRequests {
		const { stage, branchSwitch } = this;
		return new BranchRequests(
			stage.branches,
			{
				stopped: () => stage.stopped(),
				inspector: () => stage.lookStopped(),
				fork: (whatIf) => branchSwitch.fork(whatIf),
				show: (branch) => branchSwitch.show(branch),
			},
			stage.texts,
		);
	}

	// Life cycle

	private initialize(args: RequestArguments): object {
		const { stage } = this;
		stage.introduce(readClient(args));
		this.breakpointRequests = this.makeBreakpointRequests();
		this.branchRequests = this.makeBranchRequests();
		if (stage.state.kind === 'new') stage.state = { kind: 'initialized' };
		return capabilitiesOf(stage.texts, this.output.canSuspend);
	}

	private launch(args: RequestArguments): undefined {
		const { stage } = this;
		if (stage.shown) throw new RequestError('alreadyLaunched');
		stage.launch(readLaunchArguments(args));
		this.configure();
		return undefined;
	}

	/** Takes over a run that was left suspended: with all its branches, where it stood. */
	private attach(): undefined {
		const { stage } = this;
		if (stage.state.kind !== 'suspended') {
			throw new RequestError(this.output.canSuspend ? 'nothingToAttach' : 'attachUnsupported');
		}
		stage.use(stage.branches.current);
		this.configure();
		return undefined;
	}

	/** From here on the client may set breakpoints. */
	private configure(): void {
		this.stage.state = { kind: 'configuring' };
		this.stage.after(() => this.output.event('initialized'));
	}

	private configurationDone(): undefined {
		if (this.stage.state.kind === 'configuring') this.stage.after(() => this.arrivals.begin());
		return undefined;
	}

	private restart(args: RequestArguments): undefined {
		const { stage } = this;
		const { launchArguments } = stage;
		if (!launchArguments || !stage.shown) throw new RequestError('notLaunched');
		const changed = args.raw('arguments');
		stage.launch(changed === undefined ? launchArguments : readLaunchArguments(args.object('arguments')));
		stage.after(() => {
			for (const { id, placement } of stage.breakpoints.placements()) {
				const breakpoint = this.breakpointRequests.protocolBreakpoint(id, placement);
				this.output.event('breakpoint', { reason: 'changed', breakpoint });
			}
			this.arrivals.begin();
		});
		return undefined;
	}

	private terminate(): undefined {
		const { stage, arrivals } = this;
		stage.shown?.cursor.dispose();
		if (stage.state.kind !== 'ended') stage.after(() => arrivals.terminated());
		return undefined;
	}

	private disconnect(args: RequestArguments): undefined {
		const { stage, output } = this;
		if (args.flag('suspendDebuggee') && output.canSuspend && stage.shown && stage.state.kind !== 'ended') {
			stage.shown.cursor.pause();
			stage.state = { kind: 'suspended' };
			stage.after(() => output.suspend());
			return undefined;
		}
		this.dispose();
		stage.after(() => output.close());
		return undefined;
	}

	// Asking

	/** Commands are for the console only: a watch or a hover must never change anything. */
	private evaluate(args: RequestArguments): object {
		const command = args.optionalText('context') === 'repl' ? readCommand(args.text('expression')) : undefined;
		if (!command) return this.stage.look().evaluate(args);
		return { result: this.branchRequests.command(command, args.optionalInteger('frameId')), variablesReference: 0 };
	}

	private exceptionInfo(args: RequestArguments): object {
		const { stage } = this;
		const { state } = stage;
		stage.threadOf(args);
		if (state.kind !== 'stopped' || !state.reason.exception) throw new RequestError('noException');
		return exceptionInfo(state.reason, stage.current(), stage.texts, stage.client.locale);
	}
}
