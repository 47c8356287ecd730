/** Moves of the cursor from their start to what the client is told of their end: a stop, or that the run is over. */
import { NOTE } from '../trace';
import type { Arrival, CursorListener, Goal } from './cursor';
import { RequestError } from './errors';
import { SearchProgress } from './searchProgress';
import type { Stage } from './stage';
import { type Purpose, type StopReason, stoppedBody, stopReason } from './stopReason';
import type { StopRule } from './stopTable';

export class Arrivals implements CursorListener {
	private readonly search: SearchProgress;
	private canStepBack = true;
	/** Where a move began that may find nothing, and the record that it is to reach (-1 if it looks for one). */
	private departure = { from: -1, to: -1 };

	constructor(private readonly stage: Stage) {
		this.search = new SearchProgress((event, body) => stage.output.event(event, body));
	}

	/** Sets the run going for the first time. */
	begin(): void {
		const { launchArguments } = this.stage;
		const { reader, cursor } = this.stage.current();
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

	/** Moves the cursor. @param to the record that it is to reach, where one is named */
	go(purpose: Purpose, goal: Goal, to = -1): void {
		const { stage } = this;
		const { cursor } = stage.current();
		stage.state = { kind: 'running' };
		if (goal.direction === 'backward') this.search.begin(cursor.seq);
		this.departure = { from: cursor.seq, to };
		cursor.start(goal, (arrival) => this.arrived(arrival, purpose));
	}

	/** Execution goes on without a request of the protocol that implies it. */
	announceMove(): void {
		const { cursor, reader } = this.stage.current();
		const threadId = reader.thread(Math.max(0, cursor.seq)) + 1;
		this.stage.output.event('continued', { threadId, allThreadsContinued: true });
	}

	/** The cursor has come to where it stands now. */
	arrived(arrival: Arrival, purpose: Purpose): void {
		const { stage } = this;
		const { output, launchArguments } = stage;
		this.search.end();
		if (stage.state.kind === 'suspended') return;
		if (arrival.kind === 'end' && purpose === 'goto') {
			this.returnFromEnd();
			return;
		}
		if (arrival.kind === 'start' && purpose === 'find') {
			this.returnFromStart();
			return;
		}
		stage.look().reset();
		const { cursor, reader } = stage.current();
		if (arrival.kind === 'end' && cursor.furthest >= 0) this.reportEnd();
		const mustTerminate = arrival.kind === 'end' && !(launchArguments?.stopOnEnd && !launchArguments.noDebug);
		if (mustTerminate || reader.length === 0) {
			this.terminated();
			return;
		}
		const reason = this.reasonOf(arrival, purpose);
		stage.state = { kind: 'stopped', reason };
		if (arrival.kind === 'start') stage.console?.say(stage.texts('isFirstRecord'), 'console');
		stage.console?.sayRecord(reader, cursor.seq);
		output.event('stopped', stoppedBody(reason, reader.thread(cursor.seq) + 1));
		this.announceStepBack(cursor.seq > 0);
		stage.diagram.changed();
		this.prepare(cursor.seq);
	}

	/** Uses the time until the client asks: it will want to know about the thread that stopped. */
	private prepare(seq: number): void {
		const { stage } = this;
		setImmediate(() => {
			const debuggee = stage.shown;
			if (stage.state.kind !== 'stopped' || debuggee?.cursor.seq !== seq) return;
			stage.look().prepare(debuggee.reader.thread(seq));
		});
	}

	/** The session is over for the client. */
	terminated(): void {
		const { stage } = this;
		if (stage.state.kind === 'ended') return;
		const runState = stage.shown?.run.state.kind;
		stage.state = { kind: 'ended' };
		stage.diagram.changed();
		stage.output.event('exited', { exitCode: runState === 'failed' ? 1 : 0 });
		stage.output.event('terminated');
	}

	/** Ends a search backwards, if this is its progress; nothing else takes long enough to be cancelled. */
	cancel(progressId: string | undefined): void {
		if (this.search.is(progressId)) this.stage.shown?.cursor.pause();
	}

	/** @see CursorListener */
	passed(seq: number, rule: StopRule): void {
		if (rule.log) this.stage.console?.say(rule.log(seq), 'stdout', seq);
	}

	/** @see CursorListener */
	progressed(): void {
		const { stage } = this;
		stage.diagram.grew();
		if (stage.client.showsProgress) this.search.update(stage.current().cursor.seq, stage.texts('searching'));
	}

	/** The record to go to does not exist: the debugger stands where it stood. */
	private returnFromEnd(): void {
		const { stage } = this;
		const { cursor, reader } = stage.current();
		const problem = new RequestError('beyondEnd', this.departure.to, reader.length - 1);
		cursor.place(this.departure.from);
		this.arrived({ kind: 'paused' }, 'continue');
		stage.console?.say(problem.sentence(stage.client.locale), 'stderr');
	}

	/** There is no such record before: the debugger stands where it stood. */
	private returnFromStart(): void {
		const { stage } = this;
		stage.current().cursor.place(this.departure.from);
		this.arrived({ kind: 'paused' }, 'continue');
		stage.console?.say(stage.texts('noneBefore'), 'console');
	}

	private reasonOf(arrival: Arrival, purpose: Purpose): StopReason {
		const { branches, texts } = this.stage;
		const { cursor, reader } = this.stage.current();
		const reason = stopReason(arrival, purpose, reader, cursor.seq, texts, this.stage.client.locale);
		if (purpose !== 'branch') return reason;
		const { id, title } = branches.current;
		return { ...reason, description: texts('stoppedBranch', id, title) };
	}

	/** At the first record there is nothing to step back to. */
	private announceStepBack(can: boolean): void {
		if (can === this.canStepBack) return;
		this.canStepBack = can;
		this.stage.output.event('capabilities', { capabilities: { supportsStepBack: can } });
	}

	private reportEnd(): void {
		const { stage } = this;
		const { run, reader } = stage.current();
		stage.console?.sayEnd(run);
		const file = stage.launchArguments?.trace;
		if (file) stage.console?.writeTrace(reader, file);
	}
}
