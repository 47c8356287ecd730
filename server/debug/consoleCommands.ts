/** What can be typed into the debug console beside questions: what-if branches, in the words of the scenario language. */
import { readQuantity } from '../scenario/literals';
import { isWsaError } from '../winsock/errors';

export type ConsoleCommand =
	| { readonly kind: 'change'; readonly change: Readonly<Record<string, unknown>> }
	| { readonly kind: 'branches' }
	| { readonly kind: 'switch'; readonly branch: number };

/** The words that commands begin with. */
export const commandWords: readonly string[] = [
	'return',
	'drop',
	'duplicate',
	'delay',
	'down',
	'up',
	'crash',
	'branches',
	'branch',
];

/** Reads a command; undefined for what is none, and is a question then. */
export function readCommand(text: string): ConsoleCommand | undefined {
	const [word = '', rest = '', ...more] = text.trim().split(/\s+/);
	if (more.length > 0) return undefined;
	const change = (members: Readonly<Record<string, unknown>>): ConsoleCommand => ({ kind: 'change', change: members });
	switch (word) {
		case 'return':
			if (isWsaError(rest) || (rest.startsWith('WSA') && /^\w+$/.test(rest)))
				return change({ kind: 'return', outcome: rest });
			return /^-?\d+$/.test(rest) ? change({ kind: 'return', outcome: Number(rest) }) : undefined;
		case 'drop':
		case 'duplicate':
			return rest === '' ? change({ kind: word }) : undefined;
		case 'delay': {
			const quantity = /^\d[\d.]*[A-Za-z]+$/.test(rest) ? readQuantity(rest) : undefined;
			return quantity?.kind === 'duration' ? change({ kind: 'delay', ns: quantity.ns }) : undefined;
		}
		case 'down':
		case 'up':
			// Without a name: the NIC that the record goes through.
			return change({ kind: 'link', ...(rest === '' ? {} : { target: rest }), up: word === 'up' });
		case 'crash':
			return rest === '' ? undefined : change({ kind: 'crash', thread: rest });
		case 'branches':
			return rest === '' ? { kind: 'branches' } : undefined;
		case 'branch':
			return /^\d+$/.test(rest) ? { kind: 'switch', branch: Number(rest) } : undefined;
		default:
			return undefined;
	}
}
