/** What holds for every trace, whatever the scenario does: found problems as text, none in a sound trace. */

import { isRuleId } from '../../server/rules/ruleBook';
import type { TraceRecord } from '../../server/trace';
import type { TraceView } from './traceView';

type Check = (view: TraceView, complain: (record: TraceRecord, what: string) => void) => void;

/** The problems of a trace, each with the record that shows it. */
export function soundnessProblems(view: TraceView): readonly string[] {
	const problems: string[] = [];
	for (const check of checks) check(view, (record, what) => problems.push(`${view.text(record)}: ${what}`));
	return problems;
}

const time: Check = (view, complain) => {
	view.records.forEach((record, index) => {
		if (record.seq !== index) complain(record, `stands at ${index}`);
		if (!Number.isInteger(record.time)) complain(record, `has the time ${record.time}`);
		if (record.time < (view.records[index - 1]?.time ?? 0)) complain(record, 'goes back in time');
	});
};

const causes: Check = (view, complain) => {
	for (const record of view.records) {
		if (record.cause === null) continue;
		const cause = view.records[record.cause];
		if (!cause || cause.seq >= record.seq) complain(record, 'comes before its cause');
	}
};

/** Calls of a thread return to their callers, innermost first; everything in between says where it stands. */
const nesting: Check = (view, complain) => {
	const stacks = new Map<string, TraceRecord[]>();
	for (const record of view.records) {
		const stack = stacks.get(record.thread) ?? [];
		stacks.set(record.thread, stack);
		if (record.kind === 'return') {
			const call = stack.pop();
			if (record.call !== call?.seq) complain(record, 'does not close the innermost call of its thread');
			if (record.name !== call?.name || record.from !== call.to || record.to !== call.from)
				complain(record, 'does not go back to the caller');
		}
		// A violation is written by the rule checker once the step is over: in no call, and behind the record that it accuses.
		if (record.kind === 'violation') {
			if (record.within !== null) complain(record, 'is within a call of the thread that it accuses');
			if (record.cause !== record.args.record) complain(record, 'is not caused by the record that it accuses');
			continue;
		}
		if (record.within !== (stack.at(-1)?.seq ?? null)) complain(record, 'is within another call than the open one');
		if (record.kind === 'call') stack.push(record);
	}
};

/** A thread acts as the component whose code it is in. NICs transmit in the thread of whoever asks them to. */
const actors: Check = (view, complain) => {
	for (const record of view.records) {
		const call = view.records[record.within ?? -1];
		if (!call || record.kind === 'return' || record.kind === 'message' || record.name === 'message lost') continue;
		if (record.from !== call.to) complain(record, `comes from ${record.from} inside a call to ${call.to}`);
	}
};

const changes: Check = (view, complain) => {
	const last = new Map<string, string>();
	for (const record of view.records) {
		if (record.kind !== 'state') continue;
		const key = `${record.name}.${String(record.args.field)}`;
		const before = JSON.stringify(record.args.before);
		if (before !== (last.get(key) ?? 'null')) complain(record, 'does not start from the value before');
		const after = JSON.stringify(record.args.after);
		if (last.has(key) && before === after && typeof record.args.after !== 'object') complain(record, 'changes nothing');
		last.set(key, after);
	}
};

const errors: Check = (view, complain) => {
	for (const record of view.records) {
		if (record.error === undefined) continue;
		if (!/^WSA[A-Z_]+$/.test(record.error)) complain(record, 'has an error that is none');
		if (record.kind !== 'return' && record.kind !== 'signal')
			complain(record, 'has an error, but is no return or signal');
	}
};

const rules: Check = (view, complain) => {
	for (const record of view.records)
		for (const rule of record.rules) if (!isRuleId(rule)) complain(record, `names ${rule}`);
};

const sources: Check = (view, complain) => {
	for (const record of view.records)
		if (!record.source || record.source.line < 1) complain(record, 'points to no statement');
};

/** CLOSE-4: what WPUCreateSocketHandle gave out comes back at most once, and nothing else does. */
const handles: Check = (view, complain) => {
	const open = new Set<string>();
	for (const record of view.records) {
		if (record.kind !== 'return') continue;
		if (record.name === 'WPUCreateSocketHandle' && record.error === undefined)
			open.add(`${record.from} ${String(record.result)}`);
		if (record.name !== 'WPUCloseSocketHandle') continue;
		const call = view.records[record.call ?? -1];
		if (!open.delete(`${record.from} ${String(call?.args.s)}`)) complain(record, 'gives back what is not open');
	}
};

/** COMP-9: a completion is for a descriptor that is open. */
const completions: Check = (view, complain) => {
	for (const record of view.records) {
		if (record.name === 'WPUCompleteOverlappedRequest' && record.error !== undefined)
			complain(record, 'completes nothing');
	}
};

/** SESS-12: after the negotiation no message finds no buffer, and nobody has less than no credit. */
const buffers: Check = (view, complain) => {
	for (const record of view.records) {
		if (record.name === 'no receive buffer posted') complain(record, 'found no buffer');
		if (record.kind !== 'state') continue;
		const { field, after } = record.args;
		if ((field === 'postedReceives' || field === 'credits' || field === 'owedCredits') && Number(after) < 0)
			complain(record, 'is negative');
	}
};

const checks: readonly Check[] = [
	time,
	causes,
	nesting,
	actors,
	changes,
	errors,
	rules,
	sources,
	handles,
	completions,
	buffers,
];
