/**
 * The functions and members of the language that are not Winsock's: time, bytes, addresses, and what a socket tells of
 * itself. One row each; the interpreter gives them their meaning.
 */

import type { ScenarioParameter } from '../winsock/call';
import type { Locale } from '../winsock/locale';
import type { ScenarioType } from '../winsock/scenarioTypes';

export interface Builtin {
	readonly name: string;
	readonly parameters: readonly ScenarioParameter[];
	/** The last parameter may be given any number of times, also never. */
	readonly variadic?: true;
	readonly result: ScenarioType;
	readonly doc: Readonly<Record<Locale, string>>;
}

export interface Member {
	readonly name: string;
	readonly type: ScenarioType;
	readonly doc: Readonly<Record<Locale, string>>;
}

const number: ScenarioType = { kind: 'number' };
const text: ScenarioType = { kind: 'text' };
const bytes: ScenarioType = { kind: 'bytes' };
const duration: ScenarioType = { kind: 'duration' };
const address: ScenarioType = { kind: 'address' };
const boolean: ScenarioType = { kind: 'boolean' };
const data: ScenarioType = { kind: 'oneOf', types: [text, bytes] };
/** Fits everything. */
export const anyType: ScenarioType = { kind: 'oneOf', types: [] };
const anyList: ScenarioType = { kind: 'list', of: anyType };
const sequence: ScenarioType = { kind: 'oneOf', types: [text, bytes, anyList] };

export const builtins: readonly Builtin[] = [
	{
		name: 'now',
		parameters: [],
		result: duration,
		doc: { en: 'Virtual time since the start of the scenario.', 'zh-cn': '自场景开始以来的虚拟时间。' },
	},
	{
		name: 'length',
		parameters: [{ name: 'of', type: sequence }],
		result: number,
		doc: { en: 'Number of characters, bytes or elements.', 'zh-cn': '字符、字节或元素的个数。' },
	},
	{
		name: 'bytes',
		parameters: [{ name: 'part', type: { kind: 'oneOf', types: [number, text, bytes] } }],
		variadic: true,
		result: bytes,
		doc: {
			en: 'The parts one after the other as bytes: a number (0 to 255) is one byte, text is UTF-8.',
			'zh-cn': '把各部分依次连成字节串：数字（0 到 255）为一个字节，文本按 UTF-8 编码。',
		},
	},
	{
		name: 'fill',
		parameters: [
			{ name: 'count', type: number },
			{ name: 'byte', type: number, optional: true },
		],
		result: bytes,
		doc: { en: 'That many equal bytes (0 unless given).', 'zh-cn': '指定个数的相同字节（默认为 0）。' },
	},
	{
		name: 'slice',
		parameters: [
			{ name: 'of', type: sequence },
			{ name: 'start', type: number },
			{ name: 'end', type: number, optional: true },
		],
		result: anyType,
		doc: {
			en: 'The part from `start` (counted from 0) to before `end`, or to the end.',
			'zh-cn': '从 `start`（从 0 计）到 `end` 之前（或到末尾）的部分。',
		},
	},
	{
		name: 'text',
		parameters: [{ name: 'value', type: anyType }],
		result: text,
		doc: { en: 'The value as text; bytes are read as UTF-8.', 'zh-cn': '值的文本形式；字节按 UTF-8 读取。' },
	},
	{
		name: 'address',
		parameters: [
			{ name: 'ip', type: { kind: 'oneOf', types: [address, text] } },
			{ name: 'port', type: number },
		],
		result: address,
		doc: { en: 'An address with a computed port.', 'zh-cn': '由 IP 地址和计算出的端口组成的地址。' },
	},
	{
		name: 'VirtualFree',
		parameters: [{ name: 'data', type: data }],
		result: { kind: 'nothing' },
		doc: {
			en: 'Gives the memory of these bytes back to the system, which tells the switch (CACHE-4).',
			'zh-cn': '把这些字节的内存归还系统，系统随即通知交换机（CACHE-4）。',
		},
	},
	{
		name: 'DuplicateHandle',
		parameters: [
			{ name: 's', type: { kind: 'socket' } },
			{ name: 'process', type: { kind: 'process' } },
		],
		result: { kind: 'socket' },
		doc: {
			en: 'A descriptor of the socket for another process of the host, to be used there; NULL if it cannot be made (DUP-2).',
			'zh-cn': '为主机上另一个进程创建的套接字描述符，供该进程使用；无法创建时为 NULL（DUP-2）。',
		},
	},
	{
		name: 'inherit',
		parameters: [{ name: 's', type: { kind: 'socket' } }],
		result: { kind: 'socket' },
		doc: {
			en: 'The descriptor of this process for a socket of another process of the host, inherited from it; NULL if that has closed it (DUP-2).',
			'zh-cn': '本进程从主机上另一个进程继承的套接字描述符；若该进程已将其关闭则为 NULL（DUP-2）。',
		},
	},
	{
		name: 'random',
		parameters: [{ name: 'below', type: number }],
		result: number,
		doc: {
			en: 'A number from 0 to before `below`, chosen by the seed.',
			'zh-cn': '从 0 到 `below` 之前的一个数，由种子决定。',
		},
	},
];

const builtinByName: ReadonlyMap<string, Builtin> = new Map(builtins.map((builtin) => [builtin.name, builtin]));

export function findBuiltin(name: string): Builtin | undefined {
	return builtinByName.get(name);
}

const lengthMember: Member = {
	name: 'length',
	type: number,
	doc: { en: 'Number of characters, bytes or elements.', 'zh-cn': '字符、字节或元素的个数。' },
};

const membersByKind: Readonly<Record<string, readonly Member[]>> = {
	socket: [
		{
			name: 'provider',
			type: text,
			doc: {
				en: 'Who carries the connection: the name of the SAN NIC, or "tcpip".',
				'zh-cn': '承载连接的提供程序：SAN 网卡的名字，或 "tcpip"。',
			},
		},
		{
			name: 'state',
			type: text,
			doc: {
				en: 'State of the socket as the application sees it, for example "bound", "listening" or "connected".',
				'zh-cn': '应用程序所见的套接字状态，例如 "bound"、"listening" 或 "connected"。',
			},
		},
		{ name: 'local', type: address, doc: { en: 'Its own address.', 'zh-cn': '本地地址。' } },
		{ name: 'peer', type: address, doc: { en: 'Address of the peer.', 'zh-cn': '对方地址。' } },
	],
	address: [
		{ name: 'ip', type: address, doc: { en: 'The address without its port.', 'zh-cn': '不含端口的地址。' } },
		{ name: 'port', type: number, doc: { en: 'The port, or 0.', 'zh-cn': '端口，没有则为 0。' } },
	],
	overlapped: [
		{ name: 'event', type: { kind: 'event' }, doc: { en: 'Its event object.', 'zh-cn': '其事件对象。' } },
		{
			name: 'completed',
			type: boolean,
			doc: { en: 'Whether the operation has finished.', 'zh-cn': '操作是否已完成。' },
		},
	],
	text: [lengthMember],
	bytes: [lengthMember],
	list: [lengthMember],
};

/** The members of a value of that type; undefined if it is not known what the value is. */
export function membersOf(type: ScenarioType): readonly Member[] | undefined {
	switch (type.kind) {
		case 'oneOf': {
			const known = type.types.map(membersOf);
			if (known.length === 0 || known.includes(undefined)) return undefined;
			return known.flatMap((members) => members ?? []);
		}
		case 'record':
			return type.fields.map((field) => ({ ...field, doc: { en: '', 'zh-cn': '' } }));
		default:
			return membersByKind[type.kind] ?? [];
	}
}

/** Names that stand for values everywhere: NULL, and success in patterns. */
export const namedValues: Readonly<Record<string, ScenarioType>> = {
	NULL: anyType,
	success: anyType,
};
