/**
 * Which records a view is narrowed to. A filter is a list of terms as somebody typed them; a term that says nothing that
 * is known here is a word that the record's text must hold, so that no input is wrong.
 */
import { type Reader, type TraceRecord, VIOLATION } from '../trace';
import { fullText, toneOf } from './label';

/** Looks at one record. */
type Test = (seq: number) => boolean;

const keys = ['socket', 'thread', 'call', 'error', 'rule', 'phase', 'time', 'at'] as const;
type Key = (typeof keys)[number];

const unitsNs: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** The test of all terms together, or undefined if there is none. Terms of one key are alternatives; keys add up. */
export function rowFilter(reader: Reader, terms: readonly string[] = []): Test | undefined {
	const groups = new Map<string, Test[]>();
	const excluded: Test[] = [];
	for (const term of terms) {
		const isExcluding = term.startsWith('-') && term.length > 1;
		const [key, test] = termTest(reader, isExcluding ? term.slice(1) : term);
		if (isExcluding) excluded.push(test);
		else groups.set(key, [...(groups.get(key) ?? []), test]);
	}
	if (groups.size === 0 && excluded.length === 0) return undefined;
	const alternatives = [...groups.values()];
	return (seq) => alternatives.every((tests) => tests.some((test) => test(seq))) && !excluded.some((test) => test(seq));
}

function termTest(reader: Reader, term: string): readonly [string, Test] {
	const colon = term.indexOf(':');
	const key = term.slice(0, Math.max(0, colon)).toLowerCase();
	const value = term.slice(colon + 1);
	// Each word for itself: all of them must be found.
	if (!isKey(key) || value === '') return [`text ${term}`, wordTest(reader, term)];
	return [key, keyTest(reader, key, value)];
}

function isKey(text: string): text is Key {
	return (keys as readonly string[]).includes(text);
}

function keyTest(reader: Reader, key: Key, value: string): Test {
	const isLike = pattern(value);
	switch (key) {
		case 'call':
			return (seq) => isLike(reader.name(seq));
		case 'thread':
			return (seq) => isComponentLike(reader, reader.thread(seq), isLike);
		case 'at':
			return (seq) =>
				isComponentLike(reader, reader.from(seq), isLike) || isComponentLike(reader, reader.to(seq), isLike);
		case 'error':
			// Any failure; what only pends is asked for by its name.
			if (value === '*') return (seq) => toneOf(reader.record(seq)) === 'failure';
			return (seq) => isLike(reader.error(seq) ?? '') && (reader.errorId(seq) > 0 || reader.kind(seq) === VIOLATION);
		case 'rule':
			return (seq) =>
				reader.record(seq).rules.some((rule) => isLike(rule) || rule.startsWith(`${value.toUpperCase()}-`));
		case 'phase':
			return (seq) => reader.record(seq).phase.startsWith(value.toLowerCase());
		case 'socket':
			return (seq) => isOfSocket(reader.record(seq), value);
		case 'time':
			return timeTest(reader, value);
	}
}

/** `client` means `alice.client` too. */
function isComponentLike(reader: Reader, component: number, isLike: (text: string) => boolean): boolean {
	const id = reader.trace.components.at(component);
	return isLike(id) || isLike(id.slice(id.indexOf('.') + 1)) || isLike(id.slice(0, id.indexOf('.')));
}

function isOfSocket(record: TraceRecord, value: string): boolean {
	const { args, result, name } = record;
	if (['s', 'socket', 'acceptSocket'].some((argument) => String(args[argument]) === value)) return true;
	return /Socket|Accept/.test(name) && result !== undefined && String(result) === value;
}

/** `>1ms`, `<2ms`, `1ms..2ms`, or a time that must be met; ms without a unit. What cannot be read matches nothing. */
function timeTest(reader: Reader, value: string): Test {
	const range = value.split('..');
	const [low, high] =
		range.length === 2
			? [timeNs(range[0] as string) ?? 0, timeNs(range[1] as string) ?? Number.POSITIVE_INFINITY]
			: value.startsWith('>')
				? [timeNs(value.slice(1)) ?? Number.NaN, Number.POSITIVE_INFINITY]
				: value.startsWith('<')
					? [0, timeNs(value.slice(1)) ?? Number.NaN]
					: [timeNs(value) ?? Number.NaN, timeNs(value) ?? Number.NaN];
	return (seq) => reader.time(seq) >= low && reader.time(seq) <= high;
}

function timeNs(text: string): number | undefined {
	const [, number, unit = 'ms'] = /^=?(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s)?$/.exec(text.trim()) ?? [];
	return number === undefined ? undefined : Math.round(Number(number) * (unitsNs[unit] as number));
}

/** Case does not matter; `*` stands for anything. */
function pattern(value: string): (text: string) => boolean {
	const parts = value.toLowerCase().split('*');
	if (parts.length === 1) return (text) => text.toLowerCase() === value.toLowerCase();
	const source = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*');
	const expression = new RegExp(`^${source}$`, 's');
	return (text) => expression.test(text.toLowerCase());
}

/** Whether everything that the record says holds the word. */
export function wordTest(reader: Reader, word: string): Test {
	const wanted = word.toLowerCase();
	return (seq) => {
		const record = reader.record(seq);
		return [fullText(reader, record, null), record.from, record.to, record.thread, record.error ?? '', ...record.rules]
			.join('\n')
			.toLowerCase()
			.includes(wanted);
	};
}
