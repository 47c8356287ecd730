/** The words that a diagram adds to what the trace says; whoever shows it may pass them translated. */
import type { Phase } from '../trace';

export interface SequenceTexts {
	readonly phases: Readonly<Record<Phase, string>>;
	/** `{0}`: number of messages, more than one. */
	readonly folded: string;
	readonly foldedOne: string;
	/** `{0}`: number of messages. */
	readonly leftOut: string;
	/** `{0}`: number of messages that two runs have in common. */
	readonly equal: string;
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
	equal: '{0} equal messages',
};

/** `text` with its numbered places filled in. */
export function filled(text: string, ...args: readonly (string | number)[]): string {
	return text.replace(/\{(\d+)\}/g, (place, index) => String(args[Number(index)] ?? place));
}
