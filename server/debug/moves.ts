/** The requests that move: each says where to, starts the cursor once the response is sent, and answers at once. */
import {
	PREVIOUS_CHANGE,
	REVERSE_NEXT,
	REVERSE_OUT,
	STEP_ON_LIFELINE,
	STEP_TO_MESSAGE,
	STEP_TO_TIME,
} from '../protocol/debugRequests';
import { GO_TO_RECORD } from '../protocol/diagram';
import { CALL } from '../trace';
import type { Arrivals } from './arrivals';
import type { BranchSwitch } from './branchSwitch';
import type { Goal } from './cursor';
import { RequestError } from './errors';
import { gotoTargets } from './gotoTargets';
import { directionOf, granularityOf, lifelineGoal, previousChange } from './moveRequests';
import { type PendingChoice, PendingChoices, probeMsMax } from './pendingChoices';
import { RequestArguments } from './requestArguments';
import type { Handlers, SessionState } from './sessionState';
import type { Stage } from './stage';
import { choiceTargets, isTooFar, optionOfTarget } from './stepInTargets';
import type { Purpose } from './stopReason';

/** Real milliseconds that a request may run ahead before it is answered. */
const lookAheadMs = 200;

export class Moves {
	/** Whether the request being carried out is none of the protocol's: a client does not know that it moves. */
	isOwnRequest = false;
	private readonly choices: PendingChoices;
	private gotoRecords = new Map<number, number>();

	constructor(
		private readonly stage: Stage,
		private readonly arrivals: Arrivals,
		private readonly branchSwitch: BranchSwitch,
	) {
		this.choices = new PendingChoices((interventions) => stage.runAgain(interventions));
	}

	handlers(): Handlers {
		const { stage } = this;
		return {
			continue: (args) => {
				this.move('continue', this.alone(args, { direction: 'forward', thread: -1 }));
				return { allThreadsContinued: !args.flag('singleThread') };
			},
			reverseContinue: (args) => this.move('continue', this.alone(args, { direction: 'backward', thread: -1 })),
			next: (args) => this.move('step', this.alone(args, this.over(args, 'forward'))),
			stepBack: (args) => this.move('step', this.alone(args, this.over(args, 'backward'))),
			stepIn: (args) => this.stepIn(args),
			stepOut: (args) => this.move('step', this.alone(args, stage.stopped().stepping.out(stage.threadOf(args)))),
			pause: () => this.pause(),
			goto: (args) => this.goto(args),
			restartFrame: (args) => this.restartFrame(args),
			[GO_TO_RECORD]: (args) => this.goToRecord(args.integer('seq')),
			[STEP_TO_MESSAGE]: (args) => this.move('find', stage.stopped().stepping.toMessage(directionOf(args))),
			[STEP_TO_TIME]: (args) => this.move('step', stage.stopped().stepping.toTime(directionOf(args))),
			[STEP_ON_LIFELINE]: (args) => {
				const { reader } = stage.stopped();
				const atWork = (): number => stage.lookStopped().componentAtWork(args.optionalInteger('frameId'));
				return this.move('find', lifelineGoal(args, reader, atWork));
			},
			[REVERSE_NEXT]: (args) => {
				const { stepping } = stage.stopped();
				return this.move('step', stepping.over(stage.threadAtWork(args), granularityOf(args), 'backward'));
			},
			[REVERSE_OUT]: (args) => this.move('step', stage.stopped().stepping.backOut(stage.threadAtWork(args))),
			[PREVIOUS_CHANGE]: (args) => this.previousChange(args),
			stepInTargets: (args) => this.stepInTargets(args),
			gotoTargets: (args) => this.gotoTargets(args),
		};
	}

	private move(purpose: Purpose, goal: Goal, to = -1): undefined {
		const { stage, arrivals } = this;
		const { cursor } = stage.stopped();
		// A move that only met the last record has not told of the end: this one does.
		if (goal.direction === 'forward' && cursor.isAtEnd && isEnd(stage.state)) {
			stage.after(() => arrivals.terminated());
			return undefined;
		}
		stage.state = { kind: 'running' };
		if (this.isOwnRequest) stage.after(() => arrivals.announceMove());
		stage.after(() => arrivals.go(purpose, goal, to));
		return undefined;
	}

	private over(args: RequestArguments, direction: Goal['direction']): Goal {
		return this.stage.stopped().stepping.over(this.stage.threadOf(args), granularityOf(args), direction);
	}

	/** With `singleThread` only what this thread does can end the move. */
	private alone(args: RequestArguments, goal: Goal): Goal {
		return args.flag('singleThread') ? { ...goal, onlyThread: this.stage.threadOf(args) } : goal;
	}

	private stepIn(args: RequestArguments): undefined {
		const { stepping } = this.stage.stopped();
		const thread = this.stage.threadOf(args);
		const targetId = args.optionalInteger('targetId');
		if (targetId === undefined) {
			return this.move('step', this.alone(args, stepping.into(thread, granularityOf(args))));
		}
		if (isTooFar(targetId)) throw this.choicesTooFar();
		const option = optionOfTarget(targetId);
		if (option !== undefined) return this.choose(option, targetId);
		const { seq } = this.stage.current().cursor;
		const frames = this.stage.lookStopped().stackTrace(new RequestArguments({ threadId: thread + 1 })).stackFrames;
		const target = this.stage
			.lookStopped()
			.stepInTargets(new RequestArguments({ frameId: frames[0]?.id ?? -1 }))
			.find((candidate) => candidate.target.id === targetId);
		if (!target || seq < 0) throw new RequestError('unknownTarget', targetId);
		return this.move('step', stepping.intoCall(thread, target.name));
	}

	/** The calls of the statement at which a frame stands, and what could go next. */
	private stepInTargets(args: RequestArguments): object {
		const calls = this.stage.lookStopped().stepInTargets(args);
		const { texts } = this.stage;
		const choices = choiceTargets(this.choicesAt(args.integer('frameId')), this.stage.stopped().cursor.seq, texts);
		return { targets: [...calls.map(({ target }) => target), ...choices] };
	}

	/** What could go next after the record at which the debugger stands, if known; a matter of its innermost frame only. */
	private choicesAt(frameId: number): readonly PendingChoice[] | undefined {
		const { seq } = this.stage.stopped().cursor;
		const { at, call, isCause } = this.stage.lookStopped().frame(frameId);
		const isInnermost = !isCause && at === seq && (this.stage.current().reader.kind(seq) !== CALL || call === seq);
		return !isInnermost ? [] : this.choices.at(this.stage.branches.current, seq, this.stage.texts);
	}

	/** Lets one of those that could go next do so: the one that the seed takes, or another one in a branch. */
	private choose(option: number, targetId: number): undefined {
		const { seq } = this.stage.stopped().cursor;
		const choices = this.choices.at(this.stage.branches.current, seq, this.stage.texts);
		if (!choices) throw this.choicesTooFar();
		const choice = choices.find((candidate) => candidate.option === option);
		if (!choice) throw new RequestError('unknownTarget', targetId);
		if (choice.isTaken) {
			return this.move('step', { direction: 'forward', thread: -1, reached: (at) => at === choice.seq });
		}
		const title = this.stage.texts('nextGoes', choice.who, choice.does);
		this.branchSwitch.fork({ intervention: { kind: 'choice', atRecord: seq, option }, title });
		return undefined;
	}

	private choicesTooFar(): RequestError {
		return new RequestError('choicesTooFar', probeMsMax / 1000, this.stage.current().cursor.seq);
	}

	private pause(): undefined {
		this.stage.current().cursor.pause();
		return undefined;
	}

	private goToRecord(seq: number): undefined {
		const { cursor, reader, run } = this.stage.stopped();
		// What is near is run at once, so that a record that will never be is refused instead of being looked for.
		if (seq >= reader.length) cursor.reach(seq, lookAheadMs);
		if (seq < 0) throw new RequestError('unknownRecord', seq, reader.length);
		if (seq < reader.length) {
			if (this.isOwnRequest) this.stage.after(() => this.arrivals.announceMove());
			this.stage.after(() => {
				cursor.place(seq);
				this.arrivals.arrived({ kind: 'goal' }, 'goto');
			});
			return undefined;
		}
		if (run.state.kind !== 'running') throw new RequestError('beyondEnd', seq, reader.length - 1);
		const reached = (at: number): boolean => at === seq;
		return this.move('goto', { direction: 'forward', thread: -1, ignoresRules: true, reached }, seq);
	}

	private gotoTargets(args: RequestArguments): object {
		const found = gotoTargets(args, this.stage.stopped(), this.stage.client);
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
		const frame = this.stage.lookStopped().frame(args.integer('frameId'));
		if (frame.call < 0) throw new RequestError('noRestartFrame');
		return this.goToRecord(frame.call);
	}

	private previousChange(args: RequestArguments): undefined {
		const place = this.stage.lookStopped().place(args.optionalInteger('frameId'));
		return this.goToRecord(previousChange(args.text('expression'), place, this.stage.stopped(), this.stage.texts));
	}
}

/** Whether the client was told that the run has ended. */
function isEnd(state: SessionState): boolean {
	return state.kind === 'stopped' && state.reason.reason === 'end';
}
