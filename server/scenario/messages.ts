/**
 * Every text that the language shows, in every locale. The key is the stable id of the problem.
 *
 * `{name}` is replaced by the argument of that name.
 */

import type { Locale } from '../winsock/locale';

type Texts = Readonly<Record<Locale, string>>;

const texts = {
	'did-you-mean': { en: "Did you mean '{hint}'?", 'zh-cn': '是否想写“{hint}”？' },

	'syntax-expected': { en: "Expected {expected}, found '{found}'", 'zh-cn': '此处应为{expected}，却是“{found}”' },
	'syntax-unexpected': { en: "'{found}' does not belong here", 'zh-cn': '“{found}”不应出现在此处' },
	'syntax-unexpected-end': {
		en: 'Expected {expected}, found the end of the file',
		'zh-cn': '此处应为{expected}，但文件已结束',
	},
	'syntax-too-deep': { en: 'This is nested too deeply to be read', 'zh-cn': '嵌套过深，无法读取' },
	'syntax-character': {
		en: "The character '{found}' means nothing in this language",
		'zh-cn': '字符“{found}”在本语言中没有意义',
	},

	'import-not-found': { en: "Cannot find the file '{path}' to import", 'zh-cn': '找不到要导入的文件“{path}”' },
	'import-cycle': { en: "'{path}' imports this file in turn", 'zh-cn': '“{path}”又导入了本文件' },
	'unterminated-string': { en: 'The string has no closing quote on its line', 'zh-cn': '字符串在本行内没有结束引号' },
	'unterminated-comment': { en: 'The comment has no end', 'zh-cn': '注释没有结束' },
	'bad-escape': {
		en: "'{escape}' is no escape; there are \\n \\r \\t \\0 \\\\ \\\" \\' \\xHH \\u{H…}",
		'zh-cn': '“{escape}”不是转义；可用的有 \\n \\r \\t \\0 \\\\ \\" \\\' \\xHH \\u{H…}',
	},
	'bad-address': { en: "'{found}' is not an IP address", 'zh-cn': '“{found}”不是 IP 地址' },
	'integer-range': {
		en: '{found} is too large; the largest number is {most}',
		'zh-cn': '{found} 过大；最大的数为 {most}',
	},
	'duration-range': { en: '{found} is too long', 'zh-cn': '{found} 过长' },
	'unknown-unit': {
		en: "Unknown unit '{unit}'; units are {units}",
		'zh-cn': '未知的单位“{unit}”；可用的单位有 {units}',
	},
	'duration-expected': {
		en: "Expected a duration such as 3ms, found '{found}'",
		'zh-cn': '此处应为时长（如 3ms），却是“{found}”',
	},

	'unknown-host': { en: "There is no host '{name}'", 'zh-cn': '没有主机“{name}”' },
	'unknown-network': { en: "There is no network '{name}'", 'zh-cn': '没有网络“{name}”' },
	'unknown-component': { en: "'{owner}' has no part '{name}'", 'zh-cn': '“{owner}”没有名为“{name}”的部分' },
	'duplicate-name': { en: "'{name}' is already declared in line {line}", 'zh-cn': '“{name}”已在第 {line} 行声明' },
	'duplicate-name-imported': { en: "'{name}' is already declared in {file}", 'zh-cn': '“{name}”已在 {file} 中声明' },
	'reserved-name': {
		en: "'{name}' already means something else; choose another name",
		'zh-cn': '“{name}”已另有含义，请换一个名字',
	},
	'subnet-expected': {
		en: "Expected a subnet such as 10.1.0.0/16, found '{found}'",
		'zh-cn': '此处应为子网（如 10.1.0.0/16），却是“{found}”',
	},
	'subnet-host-bits': {
		en: 'The address has bits beyond its prefix; the subnet is {subnet}',
		'zh-cn': '地址在前缀之外还有非零位；子网为 {subnet}',
	},
	'plain-address-expected': {
		en: "Expected an address without port and prefix length, found '{found}'",
		'zh-cn': '此处应为不含端口和前缀长度的地址，却是“{found}”',
	},
	'address-outside-subnet': {
		en: "{address} is outside the network '{network}' ({subnets})",
		'zh-cn': '{address} 不在网络“{network}”（{subnets}）之内',
	},
	'duplicate-address': { en: '{address} is already the address of {owner}', 'zh-cn': '{address} 已是 {owner} 的地址' },
	'no-hosts': { en: 'No host is declared, so nothing can run', 'zh-cn': '没有声明主机，因此什么也不能运行' },
	'no-threads': { en: 'The scenario has no thread, so nothing happens', 'zh-cn': '场景没有线程，因此什么也不会发生' },

	'unknown-setting': { en: "There is no setting '{name}' here", 'zh-cn': '此处没有设置项“{name}”' },
	'setting-value': { en: "'{name}' takes another value: {expected}", 'zh-cn': '“{name}”的值不合适，应为：{expected}' },
	'setting-needs-san': {
		en: "'{name}' has no effect: '{nic}' is not on a SAN, so it has no SAN provider",
		'zh-cn': '“{name}”不起作用：“{nic}”不在 SAN 上，没有 SAN 提供程序',
	},
	'configure-target': {
		en: "'{target}' has no settings; expected a network, a host or a NIC",
		'zh-cn': '“{target}”没有设置项；应为网络、主机或网卡',
	},

	'unknown-name': { en: "There is no '{name}'", 'zh-cn': '没有“{name}”' },
	'unknown-error': { en: "There is no error code '{name}'", 'zh-cn': '没有错误码“{name}”' },
	'unknown-function': { en: "There is no function '{name}'", 'zh-cn': '没有函数“{name}”' },
	'not-an-application-call': {
		en: "'{name}' is called between the switch and its providers, not by an application",
		'zh-cn': '“{name}”在交换机与提供程序之间调用，应用程序不调用它',
	},
	'host-as-value': { en: "The host '{name}' is not a value", 'zh-cn': '主机“{name}”不是值' },
	'undeclared-variable': {
		en: "There is no variable '{name}'; declare it with let",
		'zh-cn': '没有变量“{name}”；请用 let 声明',
	},
	'unused-variable': { en: "'{name}' is never used", 'zh-cn': '“{name}”从未使用' },

	'call-before-start': {
		en: "'{name}' cannot be called here: variables of a scenario are computed before its processes start",
		'zh-cn': '此处不能调用“{name}”：场景的变量在其进程启动之前计算',
	},
	'argument-count': {
		en: '{signature} takes {expected} arguments, found {found}',
		'zh-cn': '{signature} 需要 {expected} 个参数，却有 {found} 个',
	},
	'unknown-parameter': { en: "{signature} has no parameter '{name}'", 'zh-cn': '{signature} 没有参数“{name}”' },
	'argument-twice': { en: "'{parameter}' is given twice", 'zh-cn': '“{parameter}”给出了两次' },
	'positional-after-named': {
		en: 'An argument without name cannot follow a named one',
		'zh-cn': '具名参数之后不能再有不具名的参数',
	},
	'argument-type': {
		en: "'{parameter}' takes {expected}, found {actual}",
		'zh-cn': '“{parameter}”应为 {expected}，却是 {actual}',
	},
	'port-expected': {
		en: "Expected an address with a port, found '{found}'",
		'zh-cn': '此处应为带端口的地址，却是“{found}”',
	},

	'type-mismatch': { en: 'Expected {expected}, found {actual}', 'zh-cn': '此处应为 {expected}，却是 {actual}' },
	'operator-types': {
		en: "'{operator}' does not apply to {left} and {right}",
		'zh-cn': '“{operator}”不能用于 {left} 和 {right}',
	},
	'never-equal': { en: '{left} and {right} are never equal', 'zh-cn': '{left} 与 {right} 永远不相等' },
	'unknown-member': { en: "{type} has no '{name}'; it has {members}", 'zh-cn': '{type} 没有“{name}”；它有 {members}' },
	'no-members': { en: "{type} has no members, so no '{name}'", 'zh-cn': '{type} 没有成员，因此没有“{name}”' },

	'unreachable-statement': { en: 'This statement is never reached', 'zh-cn': '此语句永远不会执行' },
	'jump-outside-loop': { en: "'{word}' stands outside a loop", 'zh-cn': '“{word}”不在循环内' },
	'return-value-on-next-line': {
		en: "The value belongs on the line of its 'return'",
		'zh-cn': '返回值应与 return 写在同一行',
	},
	'return-value-ignored': { en: 'Nobody receives the value that a thread returns', 'zh-cn': '线程返回的值无人接收' },

	'fault-target': {
		en: "'{target}' answers no calls; expected a provider such as alice.ib0",
		'zh-cn': '“{target}”不应答任何调用；应为提供程序，如 alice.ib0',
	},
	'fault-target-missing': {
		en: 'Whose call? Write the component first, for example: fault alice.ib0 WSPConnect: …',
		'zh-cn': '是谁的调用？请先写组件，例如：fault alice.ib0 WSPConnect: …',
	},
	'fault-target-missing-host': {
		en: 'Whose call? Write the NIC first, for example: fault ib0 WSPConnect: …',
		'zh-cn': '是谁的调用？请先写网卡，例如：fault ib0 WSPConnect: …',
	},
	'not-a-provider-call': {
		en: "'{name}' is called by applications; a fault concerns a call to or from a provider",
		'zh-cn': '“{name}”由应用程序调用；故障针对的是提供程序的调用',
	},
	'unknown-call': { en: "There is no call '{name}'", 'zh-cn': '没有名为“{name}”的调用' },
	'fault-call-elsewhere': {
		en: "'{target}' has nothing to do with '{name}'",
		'zh-cn': '“{target}”与“{name}”无关',
	},
	'fault-clause-unfit': {
		en: "A fault of {name} cannot say '{clause}'; it can say: {possible}",
		'zh-cn': '{name} 的故障不能写“{clause}”；可以写：{possible}',
	},
	'second-outcome': { en: 'The fault already says how the call ends', 'zh-cn': '故障已说明调用如何结束' },
	'forever-then': { en: "A call that pends forever has no 'then'", 'zh-cn': '永远未决的调用没有 then' },
	'bad-range': { en: "'{found}' counts from 1 upwards", 'zh-cn': '“{found}”应从 1 起递增' },
	'network-fault-target': {
		en: "'{target}' does not fit '{action}'; expected for example {example}",
		'zh-cn': '“{target}”不适用于“{action}”；应为例如 {example}',
	},
	'unknown-partition': { en: "There is no network or host '{name}'", 'zh-cn': '没有网络或主机“{name}”' },

	'never-talk': { en: "'{from}' never calls '{to}'", 'zh-cn': '“{from}”从不调用“{to}”' },
	'never-called': {
		en: "There is no call '{name}', so this never matches",
		'zh-cn': '没有名为“{name}”的调用，因此永远不会匹配',
	},
	'never-passes': { en: "'{name}' never goes from '{from}' to '{to}'", 'zh-cn': '“{name}”从不由“{from}”发往“{to}”' },
	'never-a-provider': {
		en: "No NIC is called '{name}', and it is not tcpip",
		'zh-cn': '没有名为“{name}”的网卡，它也不是 tcpip',
	},
	'unknown-rule': { en: "There is no rule '{id}'", 'zh-cn': '没有规则“{id}”' },
	'rule-not-observable': {
		en: "A trace cannot show whether '{id}' is broken, so this never holds",
		'zh-cn': '跟踪无法显示是否违反“{id}”，因此永远不会成立',
	},
} as const satisfies Readonly<Record<string, Texts>>;

export type MessageKey = keyof typeof texts;

export function isMessageKey(key: string): key is MessageKey {
	return Object.hasOwn(texts, key);
}

function fill(template: string, args: Readonly<Record<string, string | number>>): string {
	return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
		Object.hasOwn(args, name) ? String(args[name]) : whole,
	);
}

/** Tokens that are not their own spelling. */
const tokens: Readonly<Record<string, Texts>> = {
	ID: { en: 'a name', 'zh-cn': '名称' },
	STRING: { en: 'a string', 'zh-cn': '字符串' },
	BYTES: { en: 'a byte string', 'zh-cn': '字节串' },
	ADDRESS: { en: 'an address', 'zh-cn': '地址' },
	INTEGER: { en: 'a number', 'zh-cn': '数字' },
	QUANTITY: { en: 'a quantity such as 3ms', 'zh-cn': '带单位的数量（如 3ms）' },
	EOF: { en: 'the end of the file', 'zh-cn': '文件结束' },
	'…': { en: '…', 'zh-cn': '…' },
};

/** Token names, separated by spaces, in words: `a name, '{'`. */
function wordsForTokens(names: string, locale: Locale): string {
	const [open, close, separator] = locale === 'en' ? ["'", "'", ', '] : ['“', '”', '、'];
	return names
		.split(' ')
		.map((name) => (Object.hasOwn(tokens, name) ? tokens[name]?.[locale] : `${open}${name}${close}`))
		.join(separator);
}

/** The text of a message with its arguments, followed by the nearest existing name, if there is one. */
export function formatMessage(
	key: MessageKey,
	args: Readonly<Record<string, string | number>>,
	locale: Locale,
	hint?: string,
): string {
	const expected =
		key.startsWith('syntax-') && typeof args.expected === 'string' ? wordsForTokens(args.expected, locale) : undefined;
	const text = fill(texts[key][locale], expected === undefined ? args : { ...args, expected });
	if (hint === undefined) return text;
	const separator = locale === 'en' ? '. ' : '。';
	return text + separator + fill(texts['did-you-mean'][locale], { hint });
}
