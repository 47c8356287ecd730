/** What a `stopped` event says, from what ended the move. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Reader } from '../trace';
import type { Locale } from '../winsock/locale';
import type { Arrival } from './cursor';
import { findFilter } from './exceptionFilters';
import { eventText, inLanguage } from './recordText';
import type { StopKind, StopRule } from './stopTable';
import type { Texts } from './texts';

/** What a move was meant to do, which names its end. */
export type Purpose = 'step' | 'find' | 'entry' | 'goto' | 'continue' | 'branch';

export interface StopReason {
	/** The protocol's word. */
	readonly reason: string;
	readonly description: string;
	readonly text?: string;
	readonly hitBreakpointIds: readonly number[];
	/** The exception rule that stopped, if one did. */
	readonly exception: StopRule | undefined;
}

const reasonOfKind: Readonly<Record<StopKind, string>> = {
	line: 'breakpoint',
	function: 'function breakpoint',
	data: 'data breakpoint',
	instruction: 'instruction breakpoint',
	exception: 'exception',
	output: 'breakpoint',
};

export function stopReason(
	arrival: Arrival,
	purpose: Purpose,
	reader: Reader,
	seq: number,
	texts: Texts,
	locale: Locale,
): StopReason {
	const plain = (reason: string, description: string): StopReason => ({
		reason,
		description,
		hitBreakpointIds: [],
		exception: undefined,
	});
	switch (arrival.kind) {
		case 'stopped':
			return ruleReason(arrival.rules, reader, seq, texts, locale);
		case 'goal':
			if (purpose === 'entry') return plain('entry', texts('stoppedEntry'));
			if (purpose === 'goto' || purpose === 'branch') return plain('goto', texts('stoppedGoto', seq));
			return plain('step', texts('stoppedStep'));
		case 'paused':
			return plain('pause', texts('stoppedPause'));
		case 'start':
			return plain('entry', texts('stoppedStart'));
		case 'end':
			return plain('end', texts('stoppedEnd'));
	}
}

function ruleReason(rules: readonly StopRule[], reader: Reader, seq: number, texts: Texts, locale: Locale): StopReason {
	const exception = rules.find((rule) => rule.kind === 'exception');
	// A breakpoint of the user's own comes before a filter that happens to match too.
	const rule = rules.find((candidate) => candidate.kind !== 'exception') ?? (rules[0] as StopRule);
	return {
		reason: reasonOfKind[rule.kind],
		description: describe(rule, reader, seq, texts),
		...(rule.kind === 'exception' ? { text: eventText(inLanguage(reader.record(seq), locale)) } : {}),
		hitBreakpointIds: rules.map(({ id }) => id),
		exception,
	};
}

function describe(rule: StopRule, reader: Reader, seq: number, texts: Texts): string {
	switch (rule.kind) {
		case 'function':
			return texts('stoppedFunction', reader.name(seq));
		case 'data':
			return texts('stoppedData', rule.label);
		case 'instruction':
			return texts('stoppedInstruction', seq);
		case 'exception': {
			const filter = findFilter(rule.label);
			const error = reader.error(seq);
			if (rule.label === 'error' && error) return texts('exceptionError', reader.name(seq), error);
			return texts('stoppedException', filter ? texts(filter.label) : rule.label);
		}
		default:
			return texts('stoppedBreakpoint');
	}
}

export function stoppedBody(reason: StopReason, threadId: number): DebugProtocol.StoppedEvent['body'] {
	return {
		reason: reason.reason,
		description: reason.description,
		...(reason.text === undefined ? {} : { text: reason.text }),
		threadId,
		allThreadsStopped: true,
		hitBreakpointIds: [...reason.hitBreakpointIds],
	};
}
