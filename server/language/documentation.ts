/** Markdown about calls, errors, events, rules, settings and the parts of the topology: for hovers and completion. */

import { findRule } from '../rules/ruleBook';
import { type Builtin, findBuiltin } from '../scenario/builtins';
import type { Declarations } from '../scenario/declarations';
import type { Host, Network, Nic } from '../scenario/generated/ast';
import { type SettingOwner, settingDoc, settingTable } from '../scenario/settings';
import type { BoundaryCall, WinsockCall } from '../winsock/call';
import { type CallName, findBoundaryCall, findScenarioCall, formatScenarioCall } from '../winsock/calls';
import { constantGroups, constantValue } from '../winsock/constants';
import { forbidsFallback, isWsaError, wsaErrorCode } from '../winsock/errors';
import { isNetworkEvent } from '../winsock/events';
import { formatType } from '../winsock/scenarioTypes';
import type { Texts } from './texts';
import { addressLine } from './topologyText';

function code(text: string, language: string): string {
	return `\`\`\`${language}\n${text}\n\`\`\``;
}

function paragraphs(...parts: readonly (string | undefined)[]): string {
	return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function listed(label: string, names: readonly string[]): string | undefined {
	return names.length === 0 ? undefined : `**${label}**: ${names.map((name) => `\`${name}\``).join(', ')}`;
}

/** A Winsock or boundary call by name; undefined if it is neither. */
export function callMarkdown(name: string, texts: Texts): string | undefined {
	const application = findScenarioCall(name);
	if (application !== undefined) return applicationCall(application, texts);
	const boundary = findBoundaryCall(name);
	return boundary === undefined ? undefined : boundaryCall(boundary, texts);
}

function applicationCall(call: WinsockCall, texts: Texts): string {
	const name = call.name as CallName;
	const parameters = call.parameters.map(({ name: parameter, type }) => {
		const meaning = texts.calls.parameter(name, parameter);
		return `- \`${parameter}\`: ${formatType(type)}${meaning === undefined ? '' : ` – ${meaning}`}`;
	});
	return paragraphs(
		code(formatScenarioCall(call), 'sanflow'),
		texts.calls.doc(name),
		parameters.join('\n'),
		`**${texts.say('Returns', '返回')}**: ${texts.calls.returns(name)}`,
		listed(texts.say('Errors', '错误'), call.errors),
		listed(texts.say('Rules', '规则'), call.rules),
		code(call.signature, 'c'),
	);
}

function boundaryCall(call: BoundaryCall, texts: Texts): string {
	const name = call.name as CallName;
	const san = texts.calls.san(name);
	return paragraphs(
		code(call.signature, 'c'),
		texts.calls.doc(name),
		san === undefined ? undefined : `**SAN**: ${san}`,
		`**${texts.say('Returns', '返回')}**: ${texts.calls.returns(name)}`,
		listed(texts.say('Errors on a SAN', 'SAN 上的错误'), call.san?.errors ?? []),
		listed(texts.say('Rules', '规则'), call.rules),
	);
}

export function builtinMarkdown(builtin: Builtin, texts: Texts): string {
	const parameters = builtin.parameters.map(
		({ name, type, optional }) => `${name}${optional ? '?' : ''}: ${formatType(type)}`,
	);
	const rest = builtin.variadic ? ', …' : '';
	return paragraphs(code(`${builtin.name}(${parameters.join(', ')}${rest})`, 'sanflow'), builtin.doc[texts.locale]);
}

/** An error code, an event, another constant, a rule, a call or a function of the language: whatever has that name. */
export function wordMarkdown(word: string, texts: Texts): string | undefined {
	if (isWsaError(word)) return errorMarkdown(word, texts);
	if (isNetworkEvent(word)) return paragraphs(`**${word}** = ${constantValue(word)}`, texts.vocabulary.event(word));
	const call = callMarkdown(word, texts);
	if (call !== undefined) return call;
	const builtin = findBuiltin(word);
	if (builtin !== undefined) return builtinMarkdown(builtin, texts);
	const value = constantValue(word);
	if (value === undefined) return undefined;
	const groups = Object.entries(constantGroups).filter(([, constants]) => Object.hasOwn(constants, word));
	return `**${word}** = ${value} (0x${(value >>> 0).toString(16)})${groups.length > 0 ? ` · ${groups.map(([group]) => group).join(', ')}` : ''}`;
}

function errorMarkdown(name: Parameters<typeof wsaErrorCode>[0], texts: Texts): string {
	const fallback = forbidsFallback(name)
		? texts.say(
				'As the result of a SAN connect it forbids the fallback to TCP/IP (FALLBACK-4).',
				'作为 SAN 连接的结果，它禁止回退到 TCP/IP（FALLBACK-4）。',
			)
		: undefined;
	return paragraphs(`**${name}** (${wsaErrorCode(name)})`, texts.vocabulary.error(name), fallback);
}

export function ruleMarkdown(id: string, texts: Texts): string | undefined {
	const rule = findRule(id);
	if (rule === undefined) return undefined;
	return paragraphs(
		`**${rule.id}** · ${texts.rules.family(rule.family)} · ${rule.level}`,
		texts.rules.text(rule.id),
		texts.rules.whyNotObservable(rule.id),
		`*${rule.sources.join(', ')}*`,
	);
}

export function settingMarkdown(owner: SettingOwner, name: string, texts: Texts): string | undefined {
	const spec = settingTable(owner)[name];
	if (spec === undefined) return undefined;
	return paragraphs(
		code(spec.forms.map((form) => `${name} ${form}`).join('\n'), 'sanflow'),
		settingDoc(owner, name, texts.locale),
	);
}

export function networkMarkdown(network: Network, declarations: Declarations): string {
	const members = [...declarations.hosts.values()].flatMap(({ node: host }) =>
		host.nics
			.filter((nic) => nic.network === network.name)
			.map((nic) => `- \`${host.name}.${nic.name}\` ${addressLine(nic)}`),
	);
	const subnets = network.subnets.map(({ text }) => text).join(', ');
	return paragraphs(code(`${network.kind} ${network.name} ${subnets}`, 'sanflow'), members.join('\n'));
}

export function hostMarkdown(host: Host): string {
	const nics = host.nics.map((nic) => `  nic ${nic.name} on ${nic.network} at ${addressLine(nic)}`);
	return code([`host ${host.name} {`, ...nics, '}'].join('\n'), 'sanflow');
}

export function nicMarkdown(nic: Nic, declarations: Declarations, texts: Texts): string {
	const network = declarations.networks.get(nic.network)?.node;
	const san = network?.kind === 'san';
	const settings = nic.settings.map((setting) => setting.$cstNode?.text ?? '').filter((text) => text !== '');
	return paragraphs(
		code(`nic ${nic.name} on ${nic.network} at ${addressLine(nic)}`, 'sanflow'),
		san
			? texts.say(
					'A NIC on a SAN: it has a SAN service provider and a proxy driver.',
					'SAN 上的网卡：它有 SAN 服务提供程序和代理驱动程序。',
				)
			: texts.say('An ordinary NIC: TCP/IP only.', '普通网卡：仅用于 TCP/IP。'),
		settings.map((text) => `- \`${text}\``).join('\n'),
	);
}
