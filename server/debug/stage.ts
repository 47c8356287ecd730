/**
 * What is under the debugger: the branch that is shown, everything that looks at it, and what the session is doing with
 * it. Requests find the run here, or the error that says why there is none for them.
 */

import type { DebugProtocol } from '@vscode/debugprotocol';
import type { RunStatus } from '../protocol/diagram';
import type { Intervention, Run } from '../scenario/interpreter';
import { NOTE, type Reader } from '../trace';
import { type Branch, Branches, type WhatIf } from './branches';
import { Breakpoints } from './breakpoints';
import { type Client, defaultClient } from './client';
import type { CursorListener } from './cursor';
import { DebugConsole } from './debugConsole';
import { Debuggee } from './debuggee';
import { DiagramFeed } from './diagramFeed';
import { Documents } from './documents';
import { RequestError } from './errors';
import { Inspector } from './inspector';
import { type LaunchArguments, loadScenario, type Runner } from './launch';
import type { RequestArguments } from './requestArguments';
import type { SessionOutput, SessionState } from './sessionState';
import { type StopRule, StopTable } from './stopTable';
import { type Texts, textsOf } from './texts';

export class Stage {
	state: SessionState = { kind: 'new' };
	client: Client = defaultClient;
	texts: Texts = textsOf('en');
	launchArguments: LaunchArguments | undefined;
	console: DebugConsole | undefined;
	breakpoints = new Breakpoints(this.texts);
	readonly branches = new Branches();
	readonly diagram: DiagramFeed;
	/** Hears what the cursor passes; set before anything is launched. */
	declare listener: CursorListener;
	private debuggee: Debuggee | undefined;
	private inspector: Inspector | undefined;
	private documents: Documents | undefined;
	private later: (() => void)[] = [];

	constructor(
		readonly output: SessionOutput,
		private readonly runner: Runner,
	) {
		this.diagram = new DiagramFeed(
			(event, body) => output.event(event, body),
			() => this.occasion(),
			(id) => this.branches.find(id),
			() => this.branches.infos(),
		);
	}

	/** What the client is and what it understands. */
	introduce(client: Client): void {
		this.client = client;
		this.texts = textsOf(client.locale);
		this.diagram.locale = client.locale;
		this.breakpoints = new Breakpoints(this.texts);
	}

	/** Puts off what must wait until the response is sent. */
	after(action: () => void): void {
		this.later.push(action);
	}

	/** Does what was put off. */
	responded(): void {
		if (this.later.length === 0) return;
		const actions = this.later;
		this.later = [];
		for (const action of actions) action();
	}

	/** Stops everything: the client is gone. */
	dispose(): void {
		this.branches.dispose();
		this.state = { kind: 'ended' };
	}

	// Runs

	/** Makes a new run the one under the debugger. */
	launch(launch: LaunchArguments): void {
		const say = (body: DebugProtocol.OutputEvent['body']): void => this.output.event('output', body);
		const { file, title } = loadScenario(launch, this.client.locale, say, this.runner.trees);
		const run = this.runner.start(file, title, launch.seed === undefined ? {} : { seed: launch.seed });
		this.launchArguments = launch;
		this.use(this.branches.launch(new Debuggee(run, file, this.texts, this.listener), this.texts('asLaunched')));
		this.console?.say(this.texts('running', title, run.seed), 'console');
	}

	/** Runs the scenario again with one more change; the new branch is not shown yet. */
	fork(whatIf: WhatIf): Branch {
		const { file } = this.stopped();
		return this.branches.fork(whatIf, (interventions) => {
			return new Debuggee(this.runAgain(interventions), file, this.texts, this.listener);
		});
	}

	/** The run under the debugger once more, from its start, with these changes. */
	runAgain(interventions: readonly Intervention[]): Run {
		const { run, file } = this.stopped();
		return this.runner.start(file, run.title, { seed: run.seed, interventions });
	}

	/** Puts a branch under the debugger. */
	use(branch: Branch): void {
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

	/** Breakpoints changed: the cursor scans with the new ones from its next record on. */
	retable(): void {
		const { debuggee, launchArguments } = this;
		if (!debuggee) return;
		const rules = launchArguments?.noDebug ? [] : this.breakpoints.rules();
		debuggee.cursor.table = new StopTable(debuggee.reader, [logRule(debuggee.reader), ...rules]);
	}

	// What requests need

	/** The run under the debugger, if there is one. */
	get shown(): Debuggee | undefined {
		return this.debuggee;
	}

	/** The run under the debugger. @throws RequestError if nothing was launched */
	current(): Debuggee {
		if (!this.debuggee) throw new RequestError('notLaunched');
		return this.debuggee;
	}

	/** The run, if the debugger stands. @throws RequestError if it moves or has ended */
	stopped(): Debuggee {
		const debuggee = this.current();
		if (this.state.kind === 'running' || this.state.kind === 'configuring') throw new RequestError('isRunning');
		if (this.state.kind === 'ended') throw new RequestError('runEnded');
		return debuggee;
	}

	look(): Inspector {
		if (!this.inspector) throw new RequestError('notLaunched');
		return this.inspector;
	}

	lookStopped(): Inspector {
		if (this.state.kind === 'running' || this.state.kind === 'configuring') throw new RequestError('isRunning');
		return this.look();
	}

	/** The thread that a request names. */
	threadOf(args: RequestArguments): number {
		return this.look().threadOf(args.integer('threadId'));
	}

	/** The thread that a request of our own names, or the one that wrote the record at which the debugger stands. */
	threadAtWork(args: RequestArguments): number {
		if (args.optionalInteger('threadId') !== undefined) return this.threadOf(args);
		return this.lookStopped().place(undefined).thread;
	}

	/** How things stand, for the diagram. */
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
