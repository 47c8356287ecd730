/** What one record of a trace says in a diagram: a short line for the arrow, and everything for beside it. */
import type { Reader, TraceRecord, Value } from '../trace';
import type { SequenceTexts } from './texts';
import { argumentLines, argumentList, valueText } from './valueText';

/** How an outcome is to be taken. A call that pends has not failed. */
export type Tone = 'plain' | 'pending' | 'failure';

const pendingErrors = new Set([
	'WSA_IO_PENDING',
	'WSA_IO_INCOMPLETE',
	'WSAEWOULDBLOCK',
	'WSAEINPROGRESS',
	'WSAEALREADY',
]);

export function toneOf(record: TraceRecord): Tone {
	if (record.kind === 'violation') return 'failure';
	if (record.kind === 'note') return record.name === 'expectation failed' ? 'failure' : 'plain';
	if (record.error === undefined) return 'plain';
	return pendingErrors.has(record.error) ? 'pending' : 'failure';
}

/** The line on the arrow, from the most telling to the shortest form. */
export function labelTexts(record: TraceRecord): readonly string[] {
	switch (record.kind) {
		case 'return':
			return outcomes(record);
		case 'message':
			return [messageText(record)];
		case 'note':
			return [noteText(record)];
		case 'violation':
			return [`⚠ ${violationText(record)}`];
		default:
			return callTexts(record);
	}
}

/** The record with what a violation says in the user's language. */
export function inLanguage(record: TraceRecord, { reason }: SequenceTexts): TraceRecord {
	const sentence = record.args.reason;
	if (record.kind !== 'violation' || !reason || typeof sentence !== 'string') return record;
	return { ...record, args: { ...record.args, reason: reason(sentence) } };
}

/** The rule and why: which record broke it is told by the place. */
function violationText({ rules, args }: TraceRecord): string {
	const { rule: _rule, record: _record, ...telling } = args as { readonly [name: string]: Value };
	const reasons = Object.values(telling).map((value) => valueText(value, 1));
	return [rules.join(', '), ...reasons].filter((part) => part !== '').join(': ');
}

/** Arguments that say which piece of memory or context is meant, but little about what happens. */
export const noise: ReadonlySet<string> = new Set([
	'lpBuffers',
	'lpBuffer',
	'handle',
	'hEvent',
	'hEventObject',
	'dwContext',
	'dwCatalogEntryId',
	'lpfnCondition',
]);
const noiseAndSocket = new Set([...noise, 's']);

function callTexts(record: TraceRecord): readonly string[] {
	const { name, args } = record;
	const suffix = record.error === undefined ? '' : ` ${record.error}`;
	return [noise, noiseAndSocket].map((leftOut) => {
		const telling = Object.entries(args).filter(([argument, value]) => value !== null && !leftOut.has(argument));
		const list = argumentList(Object.fromEntries(telling));
		return (list === '' ? name : `${name}(${list})`) + suffix;
	});
}

/** The error, or the result and the out parameters. */
function outcomes(record: TraceRecord): readonly string[] {
	if (record.error !== undefined) return [record.error];
	const parts = record.result === undefined ? [] : [valueText(record.result, 1)];
	const list = argumentList(record.args);
	if (list !== '') parts.push(list);
	return [parts.length === 0 ? record.name : parts.join(', ')];
}

/** A session message says which one it is in `control`. */
function messageText(record: TraceRecord): string {
	const { control } = record.args;
	return typeof control === 'string' ? control : record.name;
}

function noteText(record: TraceRecord): string {
	const list = argumentList(record.args);
	if (record.name === 'log') return list;
	if (record.name === 'expectation failed') return `✗ ${list}`;
	return list === '' ? record.name : `${record.name}: ${list}`;
}

/** Everything about a record, one fact a line: name, arguments, and how a call ended if `returnSeq` tells. */
export function fullText(reader: Reader, record: TraceRecord, returnSeq: number | null): string {
	const lines = [record.name, ...argumentLines(record.args), ...outcomeLines(record)];
	if (returnSeq !== null) {
		const back = reader.record(returnSeq);
		lines.push(...outcomeLines(back), ...argumentLines(back.args));
	}
	return lines.join('\n');
}

function outcomeLines(record: TraceRecord): string[] {
	const lines: string[] = [];
	if (record.result !== undefined) lines.push(`→ ${valueText(record.result, 4)}`);
	if (record.error !== undefined) lines.push(`→ ${record.error}`);
	return lines;
}
