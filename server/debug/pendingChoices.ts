/**
 * What could go next where the debugger stands, when the seed had a choice: several threads that can run, or events due
 * at the same virtual time. The trace says only what was chosen. So the run is made again up to there, once for each
 * option, and the first record that an option writes tells what it is.
 */
import type { Intervention, Run } from '../scenario/interpreter';
import { MESSAGE, type Reader, recordLine, STATE } from '../trace';
import type { Branch } from './branches';
import type { Debuggee } from './debuggee';
import { eventText } from './recordText';
import type { Texts } from './texts';

/** Real milliseconds that finding out may take; far into a long run it is given up, and the user is told so. */
export const probeMsMax = 1500;
/** Options that are looked at. */
const optionsMax = 12;
/** Scheduler steps after which the choice must have come. */
const stepsMax = 64;

export interface PendingChoice {
	readonly option: number;
	/** Whether the run under the debugger takes it. */
	readonly isTaken: boolean;
	/** The thread or component that goes next with it. */
	readonly who: string;
	/** What it does first. */
	readonly does: string;
	/** The record of that, in a run that takes it. */
	readonly seq: number;
}

interface Known {
	readonly branch: Branch;
	readonly seq: number;
	readonly choices: readonly PendingChoice[];
}

export class PendingChoices {
	private known: Known | undefined;

	/** @param start makes the run of the scenario again with these changes */
	constructor(private readonly start: (interventions: readonly Intervention[]) => Run) {}

	/**
	 * The options of the choice that comes right after record `seq` and the work under way; none if there is none, and
	 * undefined if finding out takes too long. It may be quicker the next time it is asked.
	 */
	at(branch: Branch, seq: number, texts: Texts): readonly PendingChoice[] | undefined {
		const { known } = this;
		if (known?.branch === branch && known.seq === seq) return known.choices;
		const choices = seq < 0 ? [] : this.probe(branch, seq, texts);
		this.known = choices && { branch, seq, choices };
		return choices;
	}

	private probe(branch: Branch, seq: number, texts: Texts): readonly PendingChoice[] | undefined {
		const deadline = performance.now() + probeMsMax;
		const found: PendingChoice[] = [];
		const seen = new Set<string>();
		for (let option = 0, options = 1; option < Math.min(options, optionsMax); option++) {
			const kept = branch.interventions.filter(({ atRecord }) => atRecord <= seq);
			const run = this.start([...kept, { kind: 'choice', atRecord: seq, option }]);
			if (!runTo(run, seq, deadline)) return undefined;
			const met = run.choiceMet;
			if (!met) return [];
			options = met.options;
			// What finds that it has nothing to do any more is no choice for anybody.
			if (!cameTo(run, met.seq)) continue;
			const first = firstDeed(run.reader, met.seq);
			const { thread, from } = run.reader.record(first);
			const does = deedText(run.reader, first, texts);
			const line = recordLine(run.reader.record(met.seq));
			if (seen.has(line)) continue;
			seen.add(line);
			const isTaken = isSame(run.reader, branch.debuggee, met.seq);
			found.push({
				option,
				isTaken,
				who: thread === 'scenario' ? from : thread,
				does,
				seq: first,
			});
		}
		return found.length > 1 ? found : [];
	}
}

/** Runs until the choice after record `seq` is made, or cannot come any more; false if time is over. */
function runTo(run: Run, seq: number, deadline: number): boolean {
	for (let steps = 0; run.reader.length <= seq && run.state.kind === 'running'; steps++) {
		run.advance(1);
		if ((steps & 0xff) === 0 && performance.now() > deadline) return false;
	}
	for (let steps = 0; !run.choiceMet && steps < stepsMax && run.state.kind === 'running'; steps++) run.advance(1);
	return true;
}

/** Whether what was chosen writes a record. */
function cameTo(run: Run, seq: number): boolean {
	for (let steps = 0; run.reader.length <= seq && steps < stepsMax; steps++) {
		if (run.state.kind !== 'running') break;
		run.advance(1);
	}
	return run.reader.length > seq;
}

/** Whether the run under the debugger has the same record `seq`. */
function isSame(reader: Reader, { cursor }: Debuggee, seq: number): boolean {
	return cursor.reach(seq) && recordLine(reader.record(seq)) === recordLine(cursor.reader.record(seq));
}

/** What record `seq` is, as the first one of something that was due: a message that arrives, a sleep that is over. */
function deedText(reader: Reader, seq: number, texts: Texts): string {
	const record = reader.record(seq);
	const cause = reader.cause(seq);
	if (cause >= 0 && reader.kind(cause) === MESSAGE && reader.args(cause).arrives === reader.time(seq)) {
		return texts('messageArrives', reader.name(cause), reader.record(cause).from);
	}
	const { field, before, after } = record.args;
	const isOwnState = record.kind === 'state' && field === 'state' && record.name === `${record.thread} thread`;
	if (isOwnState && after === 'runnable') return texts(before === 'sleeping' ? 'sleepOver' : 'timeOver');
	return isOwnState && after === 'waiting' ? texts('waitsAgain') : eventText(record);
}

/** What a thread does first from record `from` on, changes of state aside if there is anything else. */
export function firstDeed(reader: Reader, from: number): number {
	const thread = reader.thread(from);
	let seq = from;
	while (seq + 1 < reader.length && reader.kind(seq) === STATE && reader.thread(seq + 1) === thread) seq++;
	return reader.kind(seq) === STATE ? from : seq;
}
