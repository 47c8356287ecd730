/**
 * A trace as text: JSON Lines, one record a line, the exchange format of `docs/trace.md`. Members always come in
 * the same order and numbers are plain integers, so equal runs give equal bytes.
 */
import type { Reader } from './reader';
import type { TraceRecord, Value } from './record';

/** Bytes as text where they are printable ASCII, else `0x…`. */
export function bytesText(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) {
		if (byte < 0x20 || byte > 0x7e) return hexText(bytes);
		text += String.fromCharCode(byte);
	}
	return text;
}

export function hexText(bytes: Uint8Array): string {
	let text = '0x';
	for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
	return text;
}

/** A value as JSON can hold it. */
export function plainValue(value: Value): unknown {
	if (value instanceof Uint8Array) return bytesText(value);
	if (Array.isArray(value)) return value.map((item) => plainValue(item as Value));
	if (value !== null && typeof value === 'object') {
		return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainValue(item as Value)]));
	}
	return value;
}

/** One record as one line of JSON, without the line break. */
export function recordLine(record: TraceRecord): string {
	const { seq, time, kind, name, from, to, thread, args, result, error, call, within, cause, phase, rules, source } =
		record;
	return JSON.stringify({
		seq,
		time,
		kind,
		name,
		from,
		to,
		thread,
		args: plainValue(args),
		...(result === undefined ? {} : { result: plainValue(result) }),
		...(error === undefined ? {} : { error }),
		...(call === undefined ? {} : { call }),
		within,
		cause,
		phase,
		rules,
		source,
	});
}

/** The lines of the whole trace, in order. */
export function* traceLines(reader: Reader): Generator<string> {
	for (let seq = 0; seq < reader.length; seq++) yield recordLine(reader.record(seq));
}
