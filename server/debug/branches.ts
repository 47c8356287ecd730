/**
 * The what-if branches of a session. A branch is the scenario run again, different from one record on; the earlier runs
 * stay as they are, each with a cursor of its own.
 */
import type { BranchInfo } from '../protocol/debugRequests';
import type { Intervention } from '../scenario/interpreter';
import { NOTE, STATE } from '../trace';
import type { Debuggee } from './debuggee';
import { RequestError } from './errors';
import { firstDeed } from './pendingChoices';

export interface Branch {
	/** From 1. */
	readonly id: number;
	/** The branch from which this one departs; undefined for the run as launched. */
	readonly parent: Branch | undefined;
	/** The last record that it shares with its parent; -1 for the run as launched. */
	readonly departsAt: number;
	/** What is different, in words. */
	readonly title: string;
	readonly interventions: readonly Intervention[];
	readonly debuggee: Debuggee;
}

/** One change and what it is called. */
export interface WhatIf {
	readonly intervention: Intervention;
	readonly title: string;
	/** Call on whose return the debugger is to stand in the branch, if it stood on it before. */
	readonly returnOf?: number;
}

export class Branches {
	private all: Branch[] = [];
	private shown: Branch | undefined;

	/** A new run was launched: what was before it is gone. */
	launch(debuggee: Debuggee, title: string): Branch {
		for (const branch of this.all) branch.debuggee.cursor.dispose();
		const branch = { id: 1, parent: undefined, departsAt: -1, title, interventions: [], debuggee };
		this.all = [branch];
		this.shown = branch;
		return branch;
	}

	get current(): Branch {
		if (!this.shown) throw new RequestError('notLaunched');
		return this.shown;
	}

	find(id: number): Branch {
		const found = this.all.find((branch) => branch.id === id);
		if (!found) throw new RequestError('unknownBranch', id, this.all.map((branch) => branch.id).join(', '));
		return found;
	}

	show(branch: Branch): void {
		this.shown = branch;
	}

	/**
	 * Runs the scenario again with one more change, up to the record at which it departs from the current branch.
	 * @param start makes a run with these changes
	 * @throws RequestError if the change found nothing to change; no branch is made then
	 */
	fork(whatIf: WhatIf, start: (interventions: readonly Intervention[]) => Debuggee): Branch {
		const { intervention, title } = whatIf;
		const parent = this.current;
		const departsAt = intervention.atRecord;
		// What was changed after this record belongs to the other branch.
		const kept = parent.interventions.filter(
			(earlier) => earlier.atRecord <= departsAt && !replaces(intervention, earlier),
		);
		const interventions = [...kept, intervention];
		const debuggee = start(interventions);
		debuggee.cursor.reach(departsAt + 1);
		if (intervention.kind === 'choice') reachChoice(debuggee);
		if (debuggee.run.unapplied?.some((missed) => missed === intervention)) {
			throw new RequestError('notApplied', title);
		}
		debuggee.cursor.place(placeIn(debuggee, whatIf));
		const branch = { id: this.all.length + 1, parent, departsAt, title, interventions, debuggee };
		this.all.push(branch);
		return branch;
	}

	infos(): readonly BranchInfo[] {
		return this.all.map((branch) => this.info(branch));
	}

	info(branch: Branch): BranchInfo {
		const { id, parent, departsAt, title, debuggee } = branch;
		return {
			id,
			title,
			parent: parent?.id ?? null,
			departsAt: parent ? departsAt : null,
			seq: debuggee.cursor.seq,
			isCurrent: branch === this.shown,
		};
	}

	dispose(): void {
		for (const branch of this.all) branch.debuggee.cursor.dispose();
	}
}

/** Scheduler steps within which a choice that is to be made differently comes. */
const choiceStepsMax = 64;

/** A choice is made when the work of its record is over. */
function reachChoice({ run }: Debuggee): void {
	for (let n = 0; n < choiceStepsMax && !run.choiceMet && run.state.kind === 'running'; n++) run.advance(1);
}

/** Of two changes of the same thing at the same record the later one counts. */
function replaces(later: Intervention, earlier: Intervention): boolean {
	if (later.atRecord !== earlier.atRecord || later.kind !== earlier.kind) return false;
	if (later.kind === 'variable' && earlier.kind === 'variable') {
		return later.object === earlier.object && later.name === earlier.name;
	}
	if (later.kind === 'memory') return false;
	if (later.kind === 'output' && earlier.kind === 'output') return later.name === earlier.name;
	return true;
}

/** The same place in the branch: the record of the change, or what the change itself wrote after it. */
function placeIn(debuggee: Debuggee, { intervention, returnOf }: WhatIf): number {
	const { reader, cursor } = debuggee;
	const { atRecord } = intervention;
	if (intervention.kind === 'choice') {
		const seq = debuggee.run.choiceMet?.seq ?? atRecord;
		return cursor.reach(seq) ? firstDeed(reader, seq) : atRecord;
	}
	if (returnOf !== undefined) {
		const { stacks } = cursor;
		const thread = reader.thread(returnOf);
		for (let seq = returnOf; seq >= 0; seq = stacks.nextRecord(thread, seq)) {
			if (seq > returnOf && reader.callOf(seq) === returnOf) return seq;
			if (stacks.nextRecord(thread, seq) < 0) cursor.reach(reader.length);
		}
		return returnOf;
	}
	if (intervention.kind !== 'variable' && intervention.kind !== 'memory') return atRecord;
	let seq = atRecord;
	cursor.reach(atRecord + 4);
	for (let at = atRecord + 1; at < reader.length && at <= atRecord + 3; at++) {
		const isNote = reader.kind(at) === NOTE && reader.site(at).name === 'what if';
		const isChange =
			reader.kind(at) === STATE && reader.objectName(reader.objectOfKey(reader.siteId(at))) === intervention.object;
		if (!isNote && !isChange) break;
		seq = at;
	}
	return seq;
}
