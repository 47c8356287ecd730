/** The items of completion: calls with snippets, constants with meanings, snippets for whole statements. */

import { type CompletionItem, CompletionItemKind, InsertTextFormat, MarkupKind } from 'vscode-languageserver';
import { allRules } from '../rules/ruleBook';
import { builtins, type Member } from '../scenario/builtins';
import { type SettingOwner, settingTable } from '../scenario/settings';
import type { BoundaryKind } from '../winsock/call';
import { boundaryCalls, formatScenarioCall, scenarioCalls } from '../winsock/calls';
import { type ConstantGroup, constantNames, constantsOf } from '../winsock/constants';
import { wsaErrorNames } from '../winsock/errors';
import { formatType } from '../winsock/scenarioTypes';
import { builtinMarkdown, callMarkdown, ruleMarkdown, settingMarkdown, wordMarkdown } from './documentation';
import type { Texts } from './texts';

function markdown(value: string | undefined): Pick<CompletionItem, 'documentation'> {
	return value === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value } };
}

/** An item whose insertion is a snippet with `${1:…}` places. */
function snippet(
	label: string,
	insertText: string,
	kind: CompletionItemKind,
	rest: Partial<CompletionItem> = {},
): CompletionItem {
	return { label, insertText, insertTextFormat: InsertTextFormat.Snippet, kind, ...rest };
}

function withPlaces(name: string, parameters: readonly { readonly name: string; readonly optional?: true }[]): string {
	const places = parameters
		.filter(({ optional }) => !optional)
		.map((parameter, index) => `\${${index + 1}:${parameter.name}}`);
	return `${name}(${places.join(', ')})`;
}

/** Functions that a thread can call: Winsock's, the language's, and the file's own. */
export function functionItems(
	texts: Texts,
	own: readonly { readonly name: string; readonly parameters: readonly string[] }[],
): CompletionItem[] {
	return [
		...scenarioCalls.map((call) =>
			snippet(call.name, withPlaces(call.name, call.parameters), CompletionItemKind.Function, {
				detail: formatScenarioCall(call),
				...markdown(callMarkdown(call.name, texts)),
			}),
		),
		...builtins.map((builtin) =>
			snippet(
				builtin.name,
				withPlaces(builtin.name, builtin.parameters),
				CompletionItemKind.Function,
				markdown(builtinMarkdown(builtin, texts)),
			),
		),
		...own.map(({ name, parameters }) =>
			snippet(
				name,
				withPlaces(
					name,
					parameters.map((parameter) => ({ name: parameter })),
				),
				CompletionItemKind.Function,
				{
					detail: `${name}(${parameters.join(', ')})`,
				},
			),
		),
	];
}

/** Names of calls at the boundaries, for patterns and faults. */
export function callNameItems(texts: Texts, kinds: readonly BoundaryKind[]): CompletionItem[] {
	return boundaryCalls
		.filter(({ kind }) => kinds.includes(kind))
		.map(({ name }) => ({ label: name, kind: CompletionItemKind.Method, ...markdown(callMarkdown(name, texts)) }));
}

/** Names of Winsock calls alone, for patterns between a thread and its switch. */
export function applicationCallNameItems(texts: Texts): CompletionItem[] {
	return scenarioCalls.map(({ name }) => ({
		label: name,
		kind: CompletionItemKind.Method,
		...markdown(callMarkdown(name, texts)),
	}));
}

/** All error codes; those in `likely` first. */
export function errorItems(texts: Texts, likely: readonly string[] = []): CompletionItem[] {
	return wsaErrorNames.map((name) => ({
		label: name,
		kind: CompletionItemKind.EnumMember,
		detail: texts.vocabulary.error(name),
		sortText: `${likely.includes(name) ? 0 : 1}${name}`,
		...markdown(wordMarkdown(name, texts)),
	}));
}

export function constantItems(texts: Texts, group?: ConstantGroup): CompletionItem[] {
	const names = group === undefined ? constantNames : Object.keys(constantsOf(group));
	return names.map((name) => ({
		label: name,
		kind: CompletionItemKind.Constant,
		// Of a wanted group first, otherwise behind what the file declares.
		sortText: `${group === undefined ? 5 : 0}${name}`,
		...markdown(wordMarkdown(name, texts)),
	}));
}

export function ruleItems(texts: Texts): CompletionItem[] {
	return allRules()
		.filter(({ observable }) => observable)
		.map(({ id }) => ({
			label: id,
			kind: CompletionItemKind.Reference,
			detail: texts.rules.text(id),
			...markdown(ruleMarkdown(id, texts)),
		}));
}

export function settingItems(texts: Texts, owner: SettingOwner): CompletionItem[] {
	return Object.entries(settingTable(owner)).map(([name, { forms }]) => ({
		label: name,
		insertText: `${name} `,
		kind: CompletionItemKind.Property,
		detail: forms.join(' | '),
		...markdown(settingMarkdown(owner, name, texts)),
		command: { title: '', command: 'editor.action.triggerSuggest' },
	}));
}

const examples: Readonly<Record<string, readonly string[]>> = {
	DURATION: ['5us', '3ms', '1s'],
	SIZE: ['4KiB', '1MiB'],
	BANDWIDTH: ['1Gbps', '10Gbps'],
	PERCENT: ['1%'],
};

/** What may stand behind the name of a setting. */
export function settingValueItems(owner: SettingOwner, name: string): CompletionItem[] {
	const forms = settingTable(owner)[name]?.forms ?? [];
	const values = forms.flatMap((form) => {
		const [word = '', rest] = form.split(' ');
		if (rest === undefined) return examples[word] ?? (/^\d+\.\.\d+$/.test(word) ? [] : [word]);
		return (examples[rest] ?? []).map((example) => `${word} ${example}`);
	});
	return values.map((label) => ({ label, kind: CompletionItemKind.Value }));
}

export function memberItems(members: readonly Member[], texts: Texts): CompletionItem[] {
	return members.map(({ name, type, doc }) => ({
		label: name,
		kind: CompletionItemKind.Property,
		detail: formatType(type),
		...markdown(doc[texts.locale]),
	}));
}

export function keywordItems(words: readonly string[]): CompletionItem[] {
	return words.map((label) => ({ label, kind: CompletionItemKind.Keyword, sortText: `7${label}` }));
}

export function nameItems(
	names: readonly string[],
	kind: CompletionItemKind,
	detail?: (name: string) => string,
): CompletionItem[] {
	return names.map((label) => ({
		label,
		kind,
		sortText: `1${label}`,
		...(detail === undefined ? {} : { detail: detail(label) }),
	}));
}

function statement(label: string, body: string): CompletionItem {
	return snippet(label, body, CompletionItemKind.Snippet, { sortText: `3${label}` });
}

export const fileSnippets: readonly CompletionItem[] = [
	statement('import', 'import "${1:lab.sanflow}"'),
	statement('san', 'san ${1:fabric} ${2:10.1.0.0/16} { latency ${3:5us} }'),
	statement('lan', 'lan ${1:office} ${2:192.168.7.0/24} { latency ${3:200us} }'),
	statement('host', 'host ${1:alice} {\n\tnic ${2:ib0} on ${3:fabric} at ${4:10.1.0.1}\n}'),
	statement('scenario', 'scenario "${1:title}" {\n\tthread ${2:alice}.${3:client} {\n\t\t$0\n\t}\n}'),
	statement('function', 'function ${1:name}(${2}) {\n\t$0\n}'),
];

export const hostSnippets: readonly CompletionItem[] = [
	statement('nic', 'nic ${1:ib0} on ${2:fabric} at ${3:10.1.0.1}'),
	statement('fault', 'fault ${1:ib0} ${2:WSPConnect}: ${3:pending 2ms, then WSAETIMEDOUT}'),
];

export const nicSnippets: readonly CompletionItem[] = [
	statement('fault', 'fault ${1:WSPConnect}: ${2:pending 2ms, then WSAETIMEDOUT}'),
];

const eventSnippets: readonly CompletionItem[] = [
	statement('expect', 'expect ${0}'),
	statement('fault', 'fault ${1:alice.ib0} ${2:WSPConnect}: ${3:pending 2ms, then WSAETIMEDOUT}'),
	statement('partition', 'partition ${1:fabric} for ${2:2ms}'),
	statement('heal', 'heal ${1:fabric}'),
	statement('down', 'down ${1:alice.ib0} for ${2:2ms}'),
	statement('up', 'up ${1:alice.ib0}'),
	statement('crash', 'crash ${1:bob}'),
	statement('install', 'install ${1:alice.ib0}'),
	statement('uninstall', 'uninstall ${1:alice.ib0}'),
	statement('add', 'add ${1:10.1.0.9} to ${2:alice.ib0}'),
	statement('remove', 'remove ${1:10.1.0.9} from ${2:alice.ib0}'),
	statement('drop', 'drop message #${1:1} from ${2:alice} to ${3:bob}'),
	statement('delay', 'delay message #${1:1} from ${2:alice} to ${3:bob} by ${4:2ms}'),
	statement('duplicate', 'duplicate message #${1:1} from ${2:alice} to ${3:bob}'),
	statement('reorder', 'reorder message #${1:1} from ${2:alice} to ${3:bob}'),
	statement('let', 'let ${1:name} = $0'),
];

export const scenarioSnippets: readonly CompletionItem[] = [
	statement('thread', 'thread ${1:alice}.${2:client} {\n\t$0\n}'),
	statement('configure', 'configure ${1:bob.ib0} { $0 }'),
	statement('expect calls', 'expect calls ${1:alice.switch} -> ${2:alice.ib0} {\n\t$0\n}'),
	statement('expect no calls', 'expect no calls ${1:alice.switch} -> ${2:alice.tcpip} { ${3:WSPConnect} }'),
	...eventSnippets,
];

export const codeSnippets: readonly CompletionItem[] = [
	...eventSnippets,
	statement('if', 'if ${1:condition} {\n\t$0\n}'),
	statement('while', 'while ${1:condition} {\n\t$0\n}'),
	statement('repeat', 'repeat ${1:3} {\n\t$0\n}'),
	statement('for', 'for ${1:item} in ${2:list} {\n\t$0\n}'),
	statement('sleep', 'sleep ${1:1ms}'),
	statement('log', 'log $0'),
	...keywordItems(['break', 'continue', 'return', 'try']),
];
