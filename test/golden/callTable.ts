/**
 * Compares a trace with a documented call table: every row must appear in the trace, in the table's order, with its
 * caller, callee, call, arguments and result.
 *
 * The matching is strict: a row stands for the *first* record after the row before it that has its caller, callee and
 * call. If that one has other arguments or another result, the row has failed; no later record can make up for it.
 * `standIns.ts` says what stands for a row that names no function, and which rows happen on two machines at the same time,
 * so that the table's order is not one of time.
 */

import type { TraceRecord } from '../../server/trace';
import type { Sequence, SequenceStep } from '../unit/winsock/sequences';
import { checkArguments } from './rowArguments';
import { checkResult } from './rowResults';
import { concurrentWith, type Stand, standFor } from './standIns';
import type { TraceView } from './traceView';

/** Which machine of the scenario plays which part of the table. */
export interface Roles {
	readonly local: string;
	readonly peer: string;
	/** Name of the SAN NIC on both. */
	readonly nic: string;
}

export interface MatchedRow {
	/** Number of the row in its table, from 1. */
	readonly number: number;
	readonly step: SequenceStep;
	/** The call, return, signal, message or note that the row stands for. */
	readonly record: TraceRecord;
	/** Further records that show what the row says: the return of the call, what the provider did for it. */
	readonly evidence: readonly TraceRecord[];
}

/** What a check of a row knows. Checks push the records that convinced them to `evidence`. */
export interface RowContext {
	readonly view: TraceView;
	readonly roles: Roles;
	readonly step: SequenceStep;
	readonly record: TraceRecord;
	/** The rows before this one. */
	readonly before: readonly MatchedRow[];
	readonly evidence: TraceRecord[];
	/** Finds the rows of another table, for a row that says "as in". */
	readonly matchOther: (table: Sequence, from: number) => readonly MatchedRow[];
}

/** A row could not be found, or is not as the table says. */
export class RowError extends Error {}

/**
 * Finds every row of the table.
 * @param from record after which the table begins
 * @throws RowError for the first row that is missing or different
 */
export function matchTable(table: Sequence, view: TraceView, roles: Roles, from = -1): readonly MatchedRow[] {
	const rows: MatchedRow[] = [];
	let at = from;
	table.steps.forEach((step, index) => {
		const number = index + 1;
		const name = `${table.id}, row ${number} (${step.caller} -> ${step.callee}: ${step.call})`;
		const stand = standFor(table.id, number, step);
		if (isAbsentByRight(step, view, roles)) {
			if (findRow(step, stand, view, roles, rows, at)) throw new RowError(`${name}: found, although no option was set`);
			return;
		}
		const follows = concurrentWith(table.id, number);
		const after = follows === undefined ? at : (rows.find((row) => row.number === follows)?.record.seq ?? at);
		const record = findRow(step, stand, view, roles, rows, after);
		if (!record) throw new RowError(`${name}: not found after record ${at}`);
		const matchOther: RowContext['matchOther'] = (other, start) => matchTable(other, view, roles, start);
		const context: RowContext = { view, roles, step, record, before: rows, evidence: [], matchOther };
		const complaint = checkArguments(context) ?? checkResult(context);
		if (complaint) throw new RowError(`${name}: record ${record.seq} ${complaint}\n${view.text(record)}`);
		rows.push({ number, step, record, evidence: context.evidence });
		at = Math.max(at, record.seq);
	});
	return rows;
}

/** The only optional row: an option is replayed only if the application has set one. */
function isAbsentByRight(step: SequenceStep, view: TraceView, roles: Roles): boolean {
	if (step.args !== 'each stored supported option') return false;
	return !view.records.some(
		({ kind, name, from }) =>
			kind === 'call' && name === 'WSPSetSockOpt' && isApplication(from, roles.local, roles.nic),
	);
}

/** The rules of a matched row that no record of it carries. */
export function missingRules(row: MatchedRow, view: TraceView): readonly string[] {
	const nested = row.record.kind === 'call' ? view.directlyWithin(row.record.seq) : [];
	const carried = new Set([row.record, ...row.evidence, ...nested].flatMap(({ rules }) => rules));
	return row.step.rules.filter((rule) => !carried.has(rule));
}

function findRow(
	step: SequenceStep,
	stand: Stand,
	view: TraceView,
	roles: Roles,
	before: readonly MatchedRow[],
	at: number,
): TraceRecord | undefined {
	const call = stand.kinds.includes('return') ? openedBy(stand, step, before) : undefined;
	return view.records.find(
		(record) =>
			record.seq > at &&
			(record.kind === 'state' ? record.args.field : record.name) === stand.name &&
			stand.kinds.includes(record.kind) &&
			(stand.holds?.(record, view) ?? true) &&
			(call === undefined || record.call === call.seq) &&
			isComponent(step.caller, record.from, roles, record.kind) &&
			(isComponent(step.callee, record.to, roles, record.kind) || isPeerApplication(step, record, roles)),
	);
}

/** A return in a row of its own closes the call of an earlier row, if the table has that call. */
function openedBy(stand: Stand, step: SequenceStep, before: readonly MatchedRow[]): TraceRecord | undefined {
	return before.findLast(
		({ record, step: earlier }) =>
			record.kind === 'call' &&
			record.name === stand.name &&
			earlier.caller === step.callee &&
			earlier.callee === step.caller,
	)?.record;
}

/** Whether a component of the trace plays the part that the table names. */
function isComponent(part: string, component: string, roles: Roles, kind: string): boolean {
	const { local, peer, nic } = roles;
	switch (part) {
		case 'application':
			return isApplication(component, local, nic);
		case 'application in process 2':
			return component === `${local}.child`;
		case 'switch':
			if (kind === 'message') return component === `${local}.${nic}.nic`;
			// A swap begins in the switch of the process that wants the socket.
			return component === `${local}.switch` || component === `${local}.second.switch`;
		case 'switch in process 2':
			return component === `${local}.second.switch`;
		case 'SAN provider in process 2':
			return component === `${local}.second.${nic}`;
		case 'TCP/IP provider':
			return component === `${local}.tcpip`;
		case 'proxy driver':
			return component === `${local}.${nic}.proxy`;
		case 'SAN provider':
			// What providers tell each other passes between their NICs.
			return component === (kind === 'message' ? `${local}.${nic}.nic` : `${local}.${nic}`);
		case 'peer switch':
			return component === (kind === 'message' ? `${peer}.${nic}.nic` : `${peer}.switch`);
		case 'peer SAN provider':
			return component === (kind === 'message' ? `${peer}.${nic}.nic` : `${peer}.${nic}`);
		case 'kernel (Win32)':
			// The trace names the owner of the event object instead.
			return component === `${local}.switch`;
		default:
			throw new RowError(`no component is known to play "${part}"`);
	}
}

/** Data is delivered to the application on the peer, whatever the callee column says. */
function isPeerApplication({ caller, callee }: SequenceStep, { to }: TraceRecord, { peer, nic }: Roles): boolean {
	return caller === 'peer switch' && callee === 'application' && isApplication(to, peer, nic);
}

function isApplication(component: string, host: string, nic: string): boolean {
	const [owner, part, ...rest] = component.split('.');
	return owner === host && rest.length === 0 && part !== 'switch' && part !== 'tcpip' && part !== nic;
}
