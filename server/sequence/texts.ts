/** The words that a diagram adds to what the trace says; whoever shows it may pass them translated. */
import type { Phase } from '../trace';
import type { Locale } from '../winsock/locale';

export interface SequenceTexts {
	readonly phases: Readonly<Record<Phase, string>>;
	/** `{0}`: number of messages, more than one. */
	readonly folded: string;
	readonly foldedOne: string;
	/** `{0}`: number of messages. */
	readonly leftOut: string;
	/** `{0}`: rounds of a loop. */
	readonly times: string;
	/** `{0}`: number of messages that two runs have in common. */
	readonly equal: string;
	/** What the reason of a violation, English in the trace, is in the user's language; left out, it stays as it is. */
	readonly reason?: (sentence: string) => string;
}

export const englishTexts: SequenceTexts = {
	phases: {
		initialization: 'Initialization',
		setup: 'Connection setup',
		negotiation: 'Session negotiation',
		data: 'Data transfer',
		fallback: 'Fallback to TCP/IP',
		shutdown: 'Shutdown',
	},
	folded: '{0} messages',
	foldedOne: '1 message',
	leftOut: '{0} messages left out',
	times: '{0} times',
	equal: '{0} equal messages',
};

export const chineseTexts: SequenceTexts = {
	phases: {
		initialization: '初始化',
		setup: '连接建立',
		negotiation: '会话协商',
		data: '数据传输',
		fallback: '回退到 TCP/IP',
		shutdown: '关闭',
	},
	folded: '{0} 条消息',
	foldedOne: '1 条消息',
	leftOut: '省略 {0} 条消息',
	times: '{0} 次',
	equal: '{0} 条相同消息',
};

export function sequenceTexts(locale: Locale): SequenceTexts {
	return locale === 'zh-cn' ? chineseTexts : englishTexts;
}

/** `text` with its numbered places filled in. */
export function filled(text: string, ...args: readonly (string | number)[]): string {
	return text.replace(/\{(\d+)\}/g, (place, index) => String(args[Number(index)] ?? place));
}
