/** What the client shows about a stop at an exception: which rule, what it says, where it is documented. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import rulesEn from '../rules/data/rules.en.json';
import rulesZhCn from '../rules/data/rules.zh-cn.json';
import { findRule } from '../rules/ruleBook';
import type { Reader } from '../trace';
import type { Locale } from '../winsock/locale';
import { recordText } from './recordText';
import type { StopReason } from './stopReason';

export function exceptionInfo(
	stop: StopReason,
	reader: Reader,
	seq: number,
	locale: Locale,
): DebugProtocol.ExceptionInfoResponse['body'] {
	const record = reader.record(seq);
	const rules = record.kind === 'violation' ? record.rules : [];
	const exceptionId = rules[0] ?? record.error ?? stop.exception?.label ?? record.name;
	const description = [stop.text ?? stop.description, ...rules.map((id) => ruleText(id, locale))].join('\n');
	return {
		exceptionId,
		description,
		breakMode: 'always',
		details: {
			typeName: exceptionId,
			message: recordText(record),
			...(rules.length > 0 ? { fullTypeName: rules.join(', ') } : {}),
		},
	};
}

/** `CONN-3: what it says (page)` */
function ruleText(id: string, locale: Locale): string {
	const texts: { readonly rules: Readonly<Record<string, string>> } = locale === 'zh-cn' ? rulesZhCn : rulesEn;
	const english: { readonly rules: Readonly<Record<string, string>> } = rulesEn;
	const sources = findRule(id)?.sources.join(', ');
	return `${id}: ${texts.rules[id] ?? english.rules[id] ?? ''}${sources ? ` (${sources})` : ''}`;
}
