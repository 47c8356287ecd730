/**
 * All settings of networks, hosts, NICs and scenarios: what may be written, what it means, what holds without it.
 *
 * Adding one is a line here (and its meaning in the stack). Defaults that the documentation does not give are modelling
 * choices; they carry the ID of the open question that they answer.
 */

import type { Locale } from '../winsock/locale';
import type { Network, Setting } from './generated/ast';
import {
	bandwidth,
	completion,
	count,
	duration,
	errorCode,
	marker,
	oneOf,
	onOff,
	percent,
	type SettingSpec,
	size,
	sizeOrUnlimited,
	sizeWithin,
} from './settingSpec';

export type { Completion } from './settingSpec';

const us = 1_000;
const s = 1_000_000_000;
const KiB = 1024;
const Gbps = 1e9;
/** A control message with a few bytes of payload. */
const LEAST_MESSAGE = 64;

const sharedNetworkSettings = {
	loss: percent(0),
	reordering: percent(0),
};

/** A SAN delivers reliably and in order by itself; loss and reordering are below its transport. */
export const sanSettings = {
	latency: duration(5 * us),
	bandwidth: bandwidth(10 * Gbps),
	mtu: size(4 * KiB),
	...sharedNetworkSettings,
};

export const lanSettings = {
	latency: duration(100 * us),
	bandwidth: bandwidth(1 * Gbps),
	mtu: size(1500),
	...sharedNetworkSettings,
};

export const hostSettings = {
	/** OQ-29 */
	accept: oneOf('eagerly', 'lazily'),
	/** OQ-3 */
	guardTime: duration(30 * s),
	sendBuffers: count(8, 1, 1024),
};

export const nicSettings = {
	connect: completion(),
	accept: completion(),
	/** OQ-3 */
	connectTimeout: duration(21 * s),
	credits: count(8, 1, 1024),
	/** OQ-21; a buffer holds at least the header of a control message and something of its payload. */
	bufferSize: sizeWithin(4 * KiB, LEAST_MESSAGE, 1),
	rdmaRead: onOff(true),
	rdmaThreshold: size(4 * KiB),
	maxMessage: sizeOrUnlimited(4 * KiB, LEAST_MESSAGE),
	maxRdma: sizeOrUnlimited(1024 * KiB),
	flowControl: onOff(false),
	/** OQ-12 */
	nobodyListens: errorCode('WSAECONNRESET', 'WSAECONNREFUSED'),
	/** OQ-25 */
	privateBuffers: count(16, 0, 1024),
	/** CACHE-1 */
	cache: onOff(false),
	/** XP1_QOS_SUPPORTED (OPT-9) */
	qos: onOff(false),
	/** CACHE-6 */
	revoke: onOff(true),
	/** DUP-15 */
	revive: onOff(false),
	/** Whether the SAN provider is there when applications start (INST-5). */
	installed: onOff(true),
	ndis: marker('only'),
};

export const scenarioSettings = {
	seed: count(1, 0, 0xffffffff),
	timeLimit: duration(3600 * s),
	recordLimit: count(10_000_000, 1, 1_000_000_000),
};

type Table = Readonly<Record<string, SettingSpec<unknown>>>;
type ValuesOf<T extends Table> = {
	readonly [Name in keyof T]: T[Name] extends SettingSpec<infer Value> ? Value : never;
};

export type NetworkSettings = ValuesOf<typeof sanSettings>;
export type HostSettings = ValuesOf<typeof hostSettings>;
export type NicSettings = ValuesOf<typeof nicSettings>;
export type ScenarioSettings = ValuesOf<typeof scenarioSettings>;

/** What settings can be given to; a lower-case word of the language. */
export type SettingOwner = 'san' | 'lan' | 'host' | 'nic' | 'scenario';

const tables: Readonly<Record<SettingOwner, Table>> = {
	san: sanSettings,
	lan: lanSettings,
	host: hostSettings,
	nic: nicSettings,
	scenario: scenarioSettings,
};

export function settingTable(owner: SettingOwner): Table {
	return tables[owner];
}

/**
 * The value of every setting of a table: the last one given in `layers`, else the initial one. Settings that do not
 * read are skipped; checks report them. Later layers (`configure`) win over earlier ones.
 */
function readTable<T extends Table>(table: T, layers: readonly (readonly Setting[])[]): ValuesOf<T> {
	const values: Record<string, unknown> = {};
	for (const [name, spec] of Object.entries(table)) values[name] = spec.initial;
	for (const setting of layers.flat()) {
		const value = Object.hasOwn(table, setting.name) ? table[setting.name]?.read(setting.values) : undefined;
		if (value !== undefined) values[setting.name] = value;
	}
	return values as ValuesOf<T>;
}

/** Durations in ns, sizes in bytes, shares from 0 to 1. `overrides` come from `configure` in a scenario. */
export function networkSettings(network: Network, overrides: readonly Setting[] = []): NetworkSettings {
	return readTable(network.kind === 'san' ? sanSettings : lanSettings, [network.settings, overrides]);
}

export function hostSettingsOf(settings: readonly Setting[], overrides: readonly Setting[] = []): HostSettings {
	return readTable(hostSettings, [settings, overrides]);
}

export function nicSettingsOf(settings: readonly Setting[], overrides: readonly Setting[] = []): NicSettings {
	return readTable(nicSettings, [settings, overrides]);
}

/** `file` are the settings at the top level of the file: they hold for each of its scenarios that does not say otherwise. */
export function scenarioSettingsOf(settings: readonly Setting[], file: readonly Setting[] = []): ScenarioSettings {
	return readTable(scenarioSettings, [file, settings]);
}

/** What a setting means, for hovers and completion. */
const docs: Readonly<Record<string, Readonly<Record<Locale, string>>>> = {
	'network.latency': {
		en: 'Time that a message takes from NIC to NIC.',
		'zh-cn': '消息从一块网卡到另一块网卡所需的时间。',
	},
	'network.bandwidth': { en: 'Speed of each link.', 'zh-cn': '每条链路的速率。' },
	'network.mtu': { en: 'Largest message on the wire.', 'zh-cn': '线路上最大的消息。' },
	'network.loss': {
		en: 'Share of messages that are lost, chosen by the seed.',
		'zh-cn': '丢失消息的比例，由种子决定。',
	},
	'network.reordering': {
		en: 'Share of messages that are overtaken, chosen by the seed.',
		'zh-cn': '被后续消息超越的消息比例，由种子决定。',
	},
	'host.accept': {
		en: 'When the switch answers CF_ACCEPT: `eagerly` (the backlog has room) or `lazily` (an accept is pending). Model: OQ-29.',
		'zh-cn':
			'交换机何时应答 CF_ACCEPT：`eagerly`（积压队列有空位时）或 `lazily`（有 accept 等待时）。模型选择：OQ-29。',
	},
	'host.guardTime': {
		en: 'After this time the switch gives a stuck provider or peer up. Model: OQ-3.',
		'zh-cn': '超过此时间，交换机放弃停滞的提供程序或对方。模型选择：OQ-3。',
	},
	'host.sendBuffers': {
		en: 'Send buffers of the switch per session. Model: OQ-21.',
		'zh-cn': '交换机每个会话的发送缓冲区数。模型选择：OQ-21。',
	},
	'nic.connect': {
		en: 'How the provider completes WSPConnect: at once, or asynchronously after a time (or as soon as the peer answers).',
		'zh-cn': '提供程序如何完成 WSPConnect：立即完成，或异步地在一段时间后（或对方应答时）完成。',
	},
	'nic.accept': { en: 'How the provider completes WSPAccept.', 'zh-cn': '提供程序如何完成 WSPAccept。' },
	'nic.connectTimeout': {
		en: 'After this time a pending connect ends with WSAETIMEDOUT. Model: OQ-3.',
		'zh-cn': '超过此时间，未决的连接以 WSAETIMEDOUT 结束。模型选择：OQ-3。',
	},
	'nic.credits': {
		en: 'Receive buffers that the switch posts, told to the peer in the negotiation. Model: OQ-21.',
		'zh-cn': '交换机预先投递的接收缓冲区数，协商时告知对方。模型选择：OQ-21。',
	},
	'nic.bufferSize': { en: 'Size of each buffer. Model: OQ-21.', 'zh-cn': '每个缓冲区的大小。模型选择：OQ-21。' },
	'nic.rdmaRead': { en: 'Whether the provider has WSPRdmaRead.', 'zh-cn': '提供程序是否具有 WSPRdmaRead。' },
	'nic.rdmaThreshold': {
		en: 'SO_RDMA_THRESHOLD_SIZE: larger transfers use RDMA. Model: OQ-21.',
		'zh-cn': 'SO_RDMA_THRESHOLD_SIZE：超过此大小的传输使用 RDMA。模型选择：OQ-21。',
	},
	'nic.maxMessage': { en: 'SO_MAX_MSG_SIZE: largest message.', 'zh-cn': 'SO_MAX_MSG_SIZE：最大的消息。' },
	'nic.maxRdma': { en: 'SO_MAX_RDMA_SIZE: largest RDMA transfer.', 'zh-cn': 'SO_MAX_RDMA_SIZE：最大的 RDMA 传输。' },
	'nic.flowControl': { en: 'Whether the NIC itself has flow control.', 'zh-cn': '网卡自身是否具有流量控制。' },
	'nic.nobodyListens': {
		en: 'The result of a connect to a port that nobody listens on. Model: OQ-12.',
		'zh-cn': '连接到无人监听的端口时的结果。模型选择：OQ-12。',
	},
	'nic.privateBuffers': {
		en: 'Messages that the provider holds before the first WSPRecv. Model: OQ-25.',
		'zh-cn': '首次 WSPRecv 之前提供程序可暂存的消息数。模型选择：OQ-25。',
	},
	'nic.cache': {
		en: 'Whether the provider keeps released memory registrations in a cache.',
		'zh-cn': '提供程序是否缓存已释放的内存注册。',
	},
	'nic.qos': {
		en: 'Whether the provider announces XP1_QOS_SUPPORTED.',
		'zh-cn': '提供程序是否声明 XP1_QOS_SUPPORTED。',
	},
	'nic.revoke': {
		en: 'Whether the NIC can take the peer’s access to cached memory away without giving its registration up; else only the lock is kept (CACHE-6).',
		'zh-cn': '网卡能否在不放弃注册的情况下收回对方对已缓存内存的访问权；否则只保留锁定（CACHE-6）。',
	},
	'nic.revive': {
		en: 'Whether a shared socket that comes back to a process goes on with its former descriptor; else it gets a new one (DUP-15).',
		'zh-cn': '共享套接字回到某个进程时，是否沿用其以前的描述符；否则得到新的描述符（DUP-15）。',
	},
	'nic.installed': {
		en: 'Whether the SAN provider is installed from the start; `install` and `uninstall` change that during a run.',
		'zh-cn': 'SAN 提供程序是否从一开始就已安装；运行期间可用 `install` 和 `uninstall` 改变。',
	},
	'nic.ndis': {
		en: '`ndis only`: the machine sits on the SAN but has no SAN provider; it speaks TCP/IP through NDIS.',
		'zh-cn': '`ndis only`：主机接在 SAN 上但没有 SAN 提供程序，只通过 NDIS 使用 TCP/IP。',
	},
	'scenario.seed': {
		en: 'Start of all random choices; the same seed gives the same run.',
		'zh-cn': '所有随机选择的起点；相同的种子得到相同的运行。',
	},
	'scenario.timeLimit': { en: 'Virtual time after which the run is stopped.', 'zh-cn': '超过此虚拟时间即停止运行。' },
	'scenario.recordLimit': {
		en: 'Number of trace records after which the run is stopped.',
		'zh-cn': '跟踪记录达到此数目即停止运行。',
	},
};

export function settingDoc(owner: SettingOwner, name: string, locale: Locale): string | undefined {
	const family = owner === 'san' || owner === 'lan' ? 'network' : owner;
	return docs[`${family}.${name}`]?.[locale];
}
