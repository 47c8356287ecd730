/**
 * What the client shows about a stop at an exception: which rule and what it says, what an error means and what to do
 * about it, who waits for whom in a deadlock, and where all that is documented.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import rulesEn from '../rules/data/rules.en.json';
import rulesZhCn from '../rules/data/rules.zh-cn.json';
import { findRule } from '../rules/ruleBook';
import { CALL, RETURN, type TraceRecord } from '../trace';
import { findBoundaryCall } from '../winsock/calls';
import vocabularyZhCn from '../winsock/data/vocabulary.zh-cn.json';
import { forbidsFallback, isWsaError, type WsaError, wsaErrorCode, wsaErrors } from '../winsock/errors';
import type { Locale } from '../winsock/locale';
import type { Debuggee } from './debuggee';
import { adviceFor } from './errorAdvice';
import { inLanguage, recordText } from './recordText';
import type { StopReason } from './stopReason';
import type { Texts } from './texts';
import { waitOf } from './waits';

type Body = DebugProtocol.ExceptionInfoResponse['body'];

export function exceptionInfo(stop: StopReason, debuggee: Debuggee, texts: Texts, locale: Locale): Body {
	const { reader, cursor } = debuggee;
	const record = inLanguage(reader.record(cursor.seq), locale);
	const rules = record.kind === 'violation' ? record.rules : [];
	const exceptionId = rules[0] ?? record.error ?? stop.exception?.label ?? record.name;
	const lines = [
		stop.text ?? stop.description,
		...rules.flatMap((id) => ruleLines(id, texts, locale)),
		...errorLines(record, debuggee, texts, locale),
		...(record.name === 'run stopped' ? waitLines(debuggee, texts) : []),
		...citedLines(record, locale),
	];
	return {
		exceptionId,
		description: lines.join('\n'),
		breakMode: 'always',
		details: {
			typeName: exceptionId,
			message: recordText(record),
			...(rules.length > 0 ? { fullTypeName: rules.join(', ') } : {}),
			...evaluated(record),
			stackTrace: stackText(debuggee),
		},
	};
}

/** The texts of the rules; `right` says what would have been right, for rules that have it. */
interface RuleTexts {
	readonly rules: Readonly<Record<string, string>>;
	readonly right?: Readonly<Record<string, string>>;
}

/** `CONN-3: what it says (page)`, and what would have been right. */
function ruleLines(id: string, texts: Texts, locale: Locale): readonly string[] {
	const english: RuleTexts = rulesEn;
	const own: RuleTexts = locale === 'zh-cn' ? rulesZhCn : rulesEn;
	const sources = findRule(id)?.sources.join(', ');
	const says = `${id}: ${own.rules[id] ?? english.rules[id] ?? ''}${sources ? ` (${sources})` : ''}`;
	const right = own.right?.[id] ?? english.right?.[id];
	return right === undefined ? [says] : [says, texts('wouldBeRight', right)];
}

/** What an error means, where it is documented, and what to do about it. */
function errorLines(record: TraceRecord, debuggee: Debuggee, texts: Texts, locale: Locale): readonly string[] {
	const { error } = record;
	if (error === undefined || !isWsaError(error)) return [];
	const lines = [`${error} (${wsaErrorCode(error)}): ${meaningOf(error, locale)}`, adviceFor(error, locale)];
	const isOfProvider = record.kind === 'return' && debuggee.roleOf(debuggee.reader.from(record.seq)) === 'provider';
	if (isOfProvider && record.name === 'WSPConnect' && error !== 'WSAEWOULDBLOCK') {
		lines.push(texts(forbidsFallback(error) ? 'noFallbackAfter' : 'fallbackAfter', error));
	}
	const documented = findBoundaryCall(record.name);
	if (!documented) return lines;
	const listed = isOfProvider && documented.san ? [...documented.errors, ...documented.san.errors] : documented.errors;
	const page = isOfProvider && documented.san ? documented.san.source : documented.source;
	lines.push(texts(listed.includes(error) ? 'errorDocumented' : 'errorNotDocumented', record.name, page));
	return lines;
}

function meaningOf(error: WsaError, locale: Locale): string {
	const chinese: Readonly<Record<string, string>> = vocabularyZhCn.errors;
	return (locale === 'zh-cn' ? chinese[error] : undefined) ?? wsaErrors[error].meaning;
}

/** `alice.client waits for session of socket 100, on bob (10.1.0.2:7000)`, one line for each thread that waits. */
function waitLines(debuggee: Debuggee, texts: Texts): readonly string[] {
	const { cursor, reader } = debuggee;
	return cursor.stacks.threadsAt(cursor.seq).flatMap((thread) => {
		const wait = debuggee.roleOf(thread) === 'application' ? waitOf(debuggee, thread, cursor.seq) : undefined;
		if (!wait) return [];
		const name = reader.trace.components.at(thread);
		const { what, on } = wait;
		return [on ? texts('waitsForOn', name, what, on.host, on.address) : texts('waitsForNobody', name, what)];
	});
}

/** The rules that a record carries out, where it is no violation: a fallback, a negotiation. */
function citedLines({ kind, rules }: TraceRecord, locale: Locale): readonly string[] {
	if (kind !== 'note' && kind !== 'return') return [];
	const english: RuleTexts = rulesEn;
	const own: RuleTexts = locale === 'zh-cn' ? rulesZhCn : rulesEn;
	return rules.map((id) => `${id}: ${own.rules[id] ?? english.rules[id] ?? ''}`);
}

/** What to type to look at the record. */
function evaluated({ seq, kind, call }: TraceRecord): { readonly evaluateName: string } {
	return { evaluateName: `record(${kind === 'return' && call !== undefined ? call : seq})` };
}

/** The open calls of the thread, innermost first. */
function stackText({ reader, cursor }: Debuggee): string {
	const { seq } = cursor;
	const thread = reader.thread(seq);
	const open = cursor.stacks.openCalls(thread, seq);
	const ended = reader.kind(seq) === RETURN ? [reader.callOf(seq)] : [];
	const calls = [...ended, ...open].filter((call) => call >= 0 && reader.kind(call) === CALL);
	const lines = calls.map(
		(call) => `   at ${reader.trace.components.at(reader.to(call))}!${reader.name(call)} (#${call})`,
	);
	return [...lines, `   at ${reader.trace.components.at(thread)}`].join('\n');
}
