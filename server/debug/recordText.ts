/** Records and values as one line of text: the debug console, the Variables view and answers to questions. */
import { translatedReason } from '../rules/reasonTexts';
import { durationText } from '../simulation/time';
import { bytesText, hexText, type TraceRecord, type Value } from '../trace';
import type { Locale } from '../winsock/locale';

const textMax = 80;

/** A value on one line; long ones are cut. */
export function valueText(value: Value | undefined, hex = false): string {
	if (value === undefined) return '';
	if (value === null) return 'null';
	if (typeof value === 'number') return hex && Number.isInteger(value) ? hexNumber(value) : String(value);
	if (typeof value === 'boolean') return String(value);
	if (typeof value === 'string') return JSON.stringify(value);
	if (value instanceof Uint8Array) return bytesLabel(value, hex);
	const text = Array.isArray(value)
		? `[${value.map((item) => valueText(item as Value, hex)).join(', ')}]`
		: `{${Object.entries(value)
				.map(([name, item]) => `${name}: ${valueText(item as Value, hex)}`)
				.join(', ')}}`;
	return text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text;
}

/** What a value is called in a `type` field. */
export function typeText(value: Value | undefined): string {
	if (value === undefined || value === null) return 'null';
	if (value instanceof Uint8Array) return `bytes[${value.length}]`;
	if (Array.isArray(value)) return `list[${value.length}]`;
	return typeof value;
}

function hexNumber(value: number): string {
	return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function bytesLabel(bytes: Uint8Array, hex: boolean): string {
	const shown = bytes.subarray(0, 32);
	const text = hex ? hexText(shown) : bytesText(shown);
	const quoted = text.startsWith('0x') ? text : `b${JSON.stringify(text)}`;
	return bytes.length > 32 ? `${quoted}… (${bytes.length} bytes)` : quoted;
}

/** Names and addresses stand bare in a line about a record; only what could be misread is quoted. */
function bareText(value: Value): string {
	return typeof value === 'string' && /^[\w.:/[\]|+-]+$/.test(value) ? value : valueText(value);
}

function argsText(args: TraceRecord['args']): string {
	return Object.entries(args)
		.map(([name, value]) => `${name}: ${bareText(value)}`)
		.join(', ');
}

/** The record with what a violation says in the user's language; the trace has it in English. */
export function inLanguage(record: TraceRecord, locale: Locale): TraceRecord {
	const sentence = record.args.reason;
	if (record.kind !== 'violation' || locale === 'en' || typeof sentence !== 'string') return record;
	return { ...record, args: { ...record.args, reason: translatedReason(sentence, locale) } };
}

/** What happened, without when and where: `WSPConnect(s: 4, name: 10.1.0.2:7000)`. */
export function eventText(record: TraceRecord): string {
	const { kind, name, args, result, error } = record;
	switch (kind) {
		case 'state':
			return `${name}.${args.field}: ${bareText(args.before ?? null)} → ${bareText(args.after ?? null)}`;
		case 'return': {
			const outcome = error ?? (result === undefined ? '' : bareText(result));
			const outs = argsText(args);
			return `${name} → ${outcome}${outs ? ` (${outs})` : ''}`;
		}
		case 'note':
			return name === 'log' || name === 'statement'
				? String(args.text ?? name)
				: `${name}${Object.keys(args).length ? ` (${argsText(args)})` : ''}`;
		default:
			return `${name}(${argsText(args)})${error ? ` → ${error}` : ''}`;
	}
}

/** `#123 0.105 ms alice.switch → alice.ib0 WSPConnect(s: 4, name: 10.1.0.2:7000) — CONN-4, CONN-5` */
export function recordText(record: TraceRecord): string {
	const { seq, time, from, to, rules } = record;
	const parties = from === to ? from : `${from} → ${to}`;
	const cited = rules.length > 0 ? ` — ${rules.join(', ')}` : '';
	return `#${seq} ${durationText(time)} ${parties} ${eventText(record)}${cited}`;
}
