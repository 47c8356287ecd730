/**
 * A run as text that a person can read and a golden file can keep: one line for each call, signal, message and note,
 * indented by the calls that are open in its thread. A call that nothing came between shows its result in its own line.
 * Initialization and state changes are left out.
 */

import { durationText } from '../../server/simulation';
import { bytesText, CallStacks, type Reader, type TraceRecord, type Value } from '../../server/trace';

/** The transcript of a run, without its initialization. */
export function transcript(reader: Reader): string {
	const stacks = new CallStacks(reader);
	const shown: TraceRecord[] = [];
	for (let seq = 0; seq < reader.length; seq++) {
		const record = reader.record(seq);
		if (record.kind !== 'state' && record.phase !== 'initialization') shown.push(record);
	}
	const lines: string[] = [];
	let phase = '';
	for (let i = 0; i < shown.length; i++) {
		const record = shown[i] as TraceRecord;
		if (record.phase !== phase) {
			phase = record.phase;
			lines.push(`--- ${phase}`);
		}
		const next = shown[i + 1];
		const whole = record.kind === 'call' && next?.kind === 'return' && next.call === record.seq;
		const depth = stacks.depth(record.seq) - (record.kind === 'call' ? 1 : 0);
		lines.push(`${timeText(record.time)}  ${'  '.repeat(depth)}${recordText(record)}${whole ? resultText(next) : ''}`);
		if (whole) i++;
	}
	return `${lines.join('\n')}\n`;
}

function timeText(ns: number): string {
	return durationText(ns).padStart(11);
}

function recordText(record: TraceRecord): string {
	const { kind, name, from, to, args } = record;
	switch (kind) {
		case 'call':
			return `${from} -> ${to}  ${name}(${argumentsText(args)})`;
		case 'return':
			return `${from} -> ${to}  return of ${name}${resultText(record)}`;
		case 'note':
			return name === 'statement'
				? `${from}: ${String(args.text)}`
				: `${from}: ${name} ${argumentsText(args)}`.trimEnd();
		default:
			return `${from} ${kind === 'message' ? '=>' : '->'} ${to}  ${name}(${argumentsText(args)})`;
	}
}

function resultText({ result, error, args }: TraceRecord): string {
	const value = result === undefined ? '' : ` = ${valueText(result)}`;
	const out = argumentsText(args);
	return `${value}${error === undefined ? '' : `, ${error}`}${out === '' ? '' : ` (${out})`}`;
}

function argumentsText(args: TraceRecord['args']): string {
	return Object.entries(args)
		.filter(([name]) => name !== 'arrives')
		.map(([name, value]) => `${name}: ${valueText(value)}`)
		.join(', ');
}

function valueText(value: Value): string {
	if (value === null) return 'NULL';
	if (value instanceof Uint8Array)
		return value.length > 40 ? `${value.length} bytes` : JSON.stringify(bytesText(value));
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
