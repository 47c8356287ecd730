/**
 * Every text of the page. The keys of the translations are the English texts themselves, as in the extension's l10n
 * bundles; what has no translation is shown in English.
 */

/** All texts, as a list for translators. `{0}` and so on are places to be filled in. */
export const englishTexts = [
	'Call sequence',
	'Waiting for the run…',
	'Running',
	'Stopped',
	'Passed',
	'Failed',
	'Loading',
	'Nothing has happened yet',
	'Step or continue: each call appears here as it is made.',
	'Nothing to see through this lens',
	'The run has no messages between the lifelines that are shown.',
	'Show everything',
	'The call sequence cannot be shown',
	'Save the scenario, or start it again, and the sequence is drawn anew.',
	'This part cannot be drawn',
	'Show',
	'Application',
	'Provider interface',
	'Wire',
	'Everything',
	'Show all lifelines',
	'Hide {0}',
	'Fold initialization and repeated calls',
	'{0} times',
	'Keep the current message in view',
	'Zoom in',
	'Zoom out',
	'Fit to width',
	'Initialization',
	'Connection setup',
	'Session negotiation',
	'Data transfer',
	'Fallback to TCP/IP',
	'Shutdown',
	'{0} messages',
	'1 message',
	'application',
	'switch',
	'TCP/IP provider',
	'SAN provider',
	'proxy driver',
	'NIC',
	'{0} to {1}',
	'at {0}',
	'returned {0}',
	'failed with {0}',
	'pending',
	'would block',
	'in progress',
	'Go to scenario line',
	'Debug here',
	'Show each message',
	'Close',
	'Time',
	'Took',
	'Rules',
	'From',
	'To',
	'Phase',
	'Record',
	'Message details',
] as const;

export type Text = (typeof englishTexts)[number];

/** Looks a text up and fills its places in. */
export type Translate = (text: Text, ...args: readonly (string | number)[]) => string;

/** @param bundle translations by English text; entries that are not texts are ignored */
export function translator(bundle: Readonly<Record<string, unknown>>): Translate {
	return (text, ...args) => {
		const translated = bundle[text];
		const words = typeof translated === 'string' ? translated : text;
		return words.replace(/\{(\d+)\}/g, (place, index) => String(args[Number(index)] ?? place));
	};
}
